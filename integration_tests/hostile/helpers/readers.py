"""Reads each line of the files given as arguments as strict readers do: Python's json and UTF-8, orjson,
Airbyte's own models (pydantic, and the dataclasses of its CDK). Prints one JSON line: how many lines
there were, and what was wrong."""

import json
import sys
from pathlib import Path

import orjson
from airbyte_cdk.models import AirbyteMessageSerializer
from airbyte_protocol.models import AirbyteMessage


def once(pairs):
    """An object whose names differ: of two that are the same most readers keep one."""
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError("a name stands twice")
    return dict(pairs)


def walk(value):
    if isinstance(value, str):
        value.encode()
        if "\0" in value:
            raise ValueError("NUL in a text")
    elif isinstance(value, list):
        for inner in value:
            walk(inner)
    elif isinstance(value, dict):
        for name, inner in value.items():
            walk(name)
            walk(inner)


def refuse(word):
    raise ValueError(f"{word} is no JSON")


def read(line: bytes) -> None:
    text = line.decode()
    if len(text.splitlines()) != 1:
        raise ValueError("a line break inside a line")
    walk(json.loads(text, object_pairs_hook=once, parse_constant=refuse))
    AirbyteMessageSerializer.load(orjson.loads(line))
    AirbyteMessage.model_validate_json(line)


lines = 0
wrong: list[str] = []
for path in sys.argv[1:]:
    for number, line in enumerate(Path(path).read_bytes().split(b"\n")[:-1], 1):
        lines += 1
        try:
            read(line)
        except Exception as error:  # Whatever a reader says is a finding.
            wrong.append(f"{Path(path).name}:{number}: {type(error).__name__} {str(error)[:200]}")
print(json.dumps({"lines": lines, "wrong": wrong[:10]}))
