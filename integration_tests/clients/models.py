"""Holds lines of connectors' output against Airbyte's own models: the pydantic ones and the
dataclasses. The argument is a folder of `*.jsonl`, with `metadata.yaml` beside them. Prints one JSON
line: how many lines were valid, by type, and what was wrong."""

import json
import sys
from collections import Counter
from pathlib import Path

import yaml
from airbyte_connector_models.metadata.v0.connector_metadata_definition_v0 import (
    ConnectorMetadataDefinitionV0,
)
from airbyte_protocol_dataclasses import models as dataclasses
from airbyte_cdk.models import AirbyteMessageSerializer
from jsonschema import Draft7Validator

folder = Path(sys.argv[1])
counts: Counter[str] = Counter()
wrong: list[str] = []


def lost(before, after, path=""):
    """What the models did not keep: keys they do not know, values they read otherwise."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            if key not in after:
                yield f"{path}.{key}"
            else:
                yield from lost(value, after[key], f"{path}.{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after)):
            yield from lost(*pair, f"{path}[{index}]")
    elif before != after:
        yield path


for file in sorted(folder.glob("*.jsonl")):
    for number, line in enumerate(file.read_text().split("\n")[:-1], 1):
        try:
            message = json.loads(line)
            loaded = AirbyteMessageSerializer.load(message)
            assert isinstance(loaded, dataclasses.AirbyteMessage) or loaded.type
            problems = list(lost(message, json.loads(json.dumps(AirbyteMessageSerializer.dump(loaded), default=str))))
            if problems:
                raise ValueError(f"not kept: {problems[:3]}")
            if message["type"] == "SPEC":
                Draft7Validator.check_schema(message["spec"]["connectionSpecification"])
            if message["type"] == "CATALOG":
                for stream in message["catalog"]["streams"]:
                    Draft7Validator.check_schema(stream["json_schema"])
            counts[message["type"]] += 1
        except Exception as error:  # noqa: BLE001: whatever a model says is a finding
            wrong.append(f"{file.name}:{number}: {type(error).__name__} {error}: {line[:200]}")

ConnectorMetadataDefinitionV0.model_validate(yaml.safe_load((folder / "metadata.yaml").read_text()))
print(json.dumps({"counts": counts, "wrong": wrong[:10]}))
