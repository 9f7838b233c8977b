"""Holds the recipes of platforms that cannot run here against what these platforms publish of their forms."""

import json
import sys
from pathlib import Path

import botocore.session
import googleapiclient
import kubernetes_validate
import yaml
from botocore.validate import ParamValidator

DEPLOY = Path(sys.argv[1])
problems: list[str] = []


def kubernetes(path: str) -> None:
    """Against the strict schemas of Kubernetes: no field that it does not know."""
    for document in yaml.safe_load_all((DEPLOY / path).read_text()):
        try:
            kubernetes_validate.validate(document, "1.37", strict=True)
        except kubernetes_validate.ValidationError as error:
            problems.append(f"{path}: {error.message}")


def aws(path: str, service: str, operation: str) -> None:
    """Against the model of the API that takes it."""
    model = botocore.session.get_session().get_service_model(service)
    shape = model.operation_model(operation).input_shape
    body = json.loads((DEPLOY / path).read_text())
    report = ParamValidator().validate(body, shape)
    unknown = sorted(set(body) - set(shape.members))
    if report.has_errors() or unknown:
        problems.append(f"{path}: {report.generate_report()} {unknown}")


def cloud_run(path: str) -> None:
    """Against the discovery document of Cloud Run's API."""
    documents = Path(googleapiclient.__file__).parent / "discovery_cache/documents"
    schemas = json.loads((documents / "run.v1.json").read_text())["schemas"]

    def check(value: object, schema: dict, at: str) -> None:
        if "$ref" in schema:
            schema = schemas[schema["$ref"]]
        kind = schema["type"]
        native = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
        if not isinstance(value, native[kind]):
            problems.append(f"{path}: {at} is no {kind}")
        elif isinstance(value, list):
            for index, entry in enumerate(value):
                check(entry, schema["items"], f"{at}[{index}]")
        elif isinstance(value, dict):
            more = schema.get("additionalProperties")
            for name, entry in value.items():
                inner = schema.get("properties", {}).get(name, more)
                if inner is None:
                    problems.append(f"{path}: {at}.{name} is unknown")
                else:
                    check(entry, inner, f"{at}.{name}")

    check(yaml.safe_load((DEPLOY / path).read_text()), {"$ref": "Job"}, "job")


kubernetes("kubernetes/cronjob.yaml")
kubernetes("abctl/volume.yaml")
aws("ecs/task.json", "ecs", "RegisterTaskDefinition")
aws("ecs/schedule.json", "scheduler", "CreateSchedule")
cloud_run("cloud-run/job.yaml")
values = yaml.safe_load((DEPLOY / "abctl/values.yaml").read_text())
if values != {"global": {"jobs": {"kube": {"localVolume": {"enabled": True}}}}}:
    problems.append("abctl/values.yaml says something else")
for problem in problems:
    print(problem)
sys.exit(1 if problems else 0)
