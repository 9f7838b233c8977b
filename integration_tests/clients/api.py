"""Holds requests to Airbyte's API against the models of its own client. The argument is a JSON file:
a list of method, path, token and body."""

import json
import sys
from pathlib import Path

from airbyte_api import models
from airbyte_api.utils import unmarshal_json

WORKSPACE = "18dccc91-0ab1-4f72-9ed7-0b8fc27c5826"
EXPECTED = [
    ("POST", f"/workspaces/{WORKSPACE}/definitions/sources", models.CreateDefinitionRequest),
    ("POST", "/sources", None),
    ("POST", "/connections", models.ConnectionCreateRequest),
    ("PATCH", "/connections/c-1", models.ConnectionPatchRequest),
]
seen = json.loads(Path(sys.argv[1]).read_text())
assert len(seen) == len(EXPECTED), [request["path"] for request in seen]
for request, (method, path, model) in zip(seen, EXPECTED):
    assert request["method"] == method and request["path"] == f"/api/public/v1{path}", request
    assert request["token"] == "Bearer a-token"
    body = json.loads(request["body"])
    if model:
        known = {field.lower() for field in model.__dataclass_fields__}
        for key in body:
            assert key.lower() in {name.replace("_", "") for name in known}, f"{path}: {key}"
        unmarshal_json(request["body"], model)
source = json.loads(seen[1]["body"])
assert set(source) == {"name", "workspaceId", "definitionId", "configuration"}, source
connection = unmarshal_json(seen[2]["body"], models.ConnectionCreateRequest)
assert connection.schedule.cron_expression == "0 0 0/4 * * ?"
assert connection.schedule.schedule_type == models.ScheduleTypeEnum.CRON
assert connection.status == models.ConnectionStatusEnum.ACTIVE
assert json.loads(seen[3]["body"]) == {"status": "inactive"}
