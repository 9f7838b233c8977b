"""Syncs with airbyte_serverless's own source classes. The argument is a JSON file: `config`, `state`,
and `executable` or `docker_image`. Prints one JSON line, its last: the state and the rows."""

import json
import sys
from pathlib import Path

from airbyte_serverless.sources import Source

job = json.loads(Path(sys.argv[1]).read_text())
keys = ("executable", "docker_image")
source = Source(config=job["config"], **{key: job[key] for key in keys if key in job})
assert source.documentation_url
status = source.connection_status
assert status["status"] == "SUCCEEDED", status["message"]

rows: dict[str, dict[str, dict]] = {name: {} for name in source.available_streams}
states: dict[str, dict] = {}
records = 0
for message in source.extract(state=job.get("state")):
    if message["type"] == "RECORD":
        record = message["record"]
        rows[record["stream"]][record["data"]["record_key"]] = record["data"]
        records += 1
    if message["type"] == "STATE":
        state = message["state"]
        states[state["stream"]["stream_descriptor"]["name"]] = state
print(json.dumps({"records": records, "state": list(states.values()), "rows": rows}))
