"""Holds the Terraform recipe against the models of Airbyte's API and the connector's spec, as far as that
goes without the provider. The arguments: the recipe and the spec."""

import json
import re
import sys
from pathlib import Path

import hcl2
from airbyte_api import models

text = Path(sys.argv[1]).read_text()
tree = hcl2.loads(text)
spec = json.loads(Path(sys.argv[2]).read_text())["connectionSpecification"]


def blocks(kind):
    """Each block of a kind: its labels, without their quotes, and its body."""
    for block in tree[kind]:
        labels, body = [], block
        while not body.get("__is_block__"):
            [(label, body)] = body.items()
            labels.append(label.strip('"'))
        yield labels, {key: value for key, value in body.items() if not key.startswith("__")}


def known_to(model, body):
    fields = {name.replace("_", "") for name in model.__dataclass_fields__}
    unknown = [key for key in body if key.replace("_", "") not in fields]
    assert not unknown, f"{model.__name__} has no {unknown}"


declared = {labels[0]: body for labels, body in blocks("variable")}
used = set(re.findall(r"\bvar\.(\w+)", text))
assert used <= set(declared), used - set(declared)
for name, body in declared.items():
    assert name in used, f"{name} is not used"
    assert body.get("sensitive") is (True if "secret" in name or "app_id" in name else None), name

resources = {labels[0]: body for labels, body in blocks("resource")}
source, connection = resources["airbyte_source"], resources["airbyte_connection"]
known_to(models.SourceCreateRequest, source)
known_to(models.ConnectionCreateRequest, connection)
known_to(models.AirbyteAPIConnectionSchedule, connection["schedule"])
assert connection["schedule"] == {
    "schedule_type": '"cron"',
    "cron_expression": '"0 0 0/4 * * ?"',
}
assert connection["source_id"] == "${airbyte_source.gokwik.source_id}"
for status in ("active", "inactive"):
    models.ConnectionStatusEnum(status)
    assert status in connection["status"]
models.NonBreakingSchemaUpdatesBehaviorEnum(
    connection["non_breaking_schema_updates_behavior"].strip('"')
)
settings = source["configuration"].split("{", 2)[2].split("}")[0]
keys = {pair.split("=")[0].strip() for pair in settings.split(",")}
assert keys <= set(spec["properties"]), keys - set(spec["properties"])
assert set(spec["required"]) <= keys, set(spec["required"]) - keys
for key, body in spec["properties"].items():
    if body.get("airbyte_secret") and key in keys:
        assert f"{key} = var." in settings, f"{key} stands in the recipe"
print(f"{len(declared)} variables, {len(resources)} resources")
