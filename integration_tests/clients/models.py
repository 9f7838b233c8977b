"""Holds lines of the connector's output against Airbyte's own models, its schemas against JSON Schema,
and the metadata against Airbyte's model of it. The argument is a folder of `*.jsonl`, with
`metadata.yaml` beside them. Prints one JSON line: valid lines by type, and what was wrong."""

import json
import sys
from collections import Counter
from pathlib import Path

import yaml
from airbyte_connector_models.metadata.v0.connector_metadata_definition_v0 import (
    ConnectorMetadataDefinitionV0,
)
from airbyte_protocol.models import AirbyteMessage
from jsonschema import Draft7Validator


def lost(before, after, path=""):
    """What a model did not keep: keys that it does not know, values that it read otherwise."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            if key not in after:
                yield f"{path}.{key}"
            else:
                yield from lost(value, after[key], f"{path}.{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after)):
            yield from lost(old, new, f"{path}[{index}]")
    elif before != after or isinstance(before, bool) != isinstance(after, bool):
        yield f"{path}: {before!r} became {after!r}"


def check(line: str) -> str:
    message = json.loads(line)
    # Their extra keys are allowed by the models, so that only the declared fields prove anything.
    model = AirbyteMessage.model_validate(message)
    unknown = [
        f"{name}.{key}"
        for name, part in model
        if part is not None and hasattr(part, "model_extra")
        for key in part.model_extra or {}
    ]
    # What discover and spec may say beside the models' fields is in the protocol's own text.
    allowed = {"spec.groups"}
    if set(unknown) - allowed:
        raise ValueError(f"unknown to the model: {unknown}")
    kept = json.loads(model.model_dump_json(by_alias=True, exclude_unset=True))
    problems = list(lost(message, kept))
    if problems:
        raise ValueError(f"not kept: {problems[:3]}")
    if message["type"] == "SPEC":
        Draft7Validator.check_schema(message["spec"]["connectionSpecification"])
    for stream in message.get("catalog", {}).get("streams", []):
        Draft7Validator.check_schema(stream["json_schema"])
    return message["type"]


folder = Path(sys.argv[1])
counts: Counter[str] = Counter()
wrong: list[str] = []
for file in sorted(folder.glob("*.jsonl")):
    for number, line in enumerate(file.read_text().split("\n")[:-1], 1):
        try:
            counts[check(line)] += 1
        except Exception as error:  # Whatever a model says is a finding.
            wrong.append(f"{file.name}:{number}: {type(error).__name__} {error}: {line[:200]}")
metadata = yaml.safe_load((folder / "metadata.yaml").read_text())
ConnectorMetadataDefinitionV0.model_validate(metadata)
print(json.dumps({"counts": counts, "wrong": wrong[:10]}))
