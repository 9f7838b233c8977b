"""GoKwik every 4 hours, in three tasks: read (the image), load (yours), keep the state.

The state is the Variable `gokwik_state`, replaced only after the load. Secrets are in the connection
`gokwik`: its extra is the connector's config.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from airflow.providers.docker.operators.docker import DockerOperator
from airflow.sdk import Connection, Variable, dag, task
from airflow.sdk.exceptions import AirflowFailException
from docker.types import Mount

IMAGE = os.environ.get("GOKWIK_IMAGE", "src-gokwik:latest")
# On the machine of the Docker engine, and at the same path on the workers.
FOLDER = Path(os.environ.get("GOKWIK_FOLDER", "/srv/gokwik"))
NETWORK = os.environ.get("GOKWIK_NETWORK")
ENVIRONMENT = json.loads(os.environ.get("GOKWIK_ENVIRONMENT", "{}"))

READ = (
    # Messages hold people's data: for the worker alone, like the config.
    'umask 077; code=0; eval "$AIRBYTE_ENTRYPOINT read --config /data/config.json --catalog /data/catalog.json'
    ' --state /data/state.json" >/data/messages.jsonl || code=$?;'
    # Kept for the last task: what was read before a failure is good.
    ' rm -f /data/config.json; echo "$code" >/data/code.txt'
)


def write(path: Path, text: str) -> None:
    """A file for its owner alone, since one of them holds secrets."""
    path.unlink(missing_ok=True)
    with open(path, "x", opener=private) as file:
        file.write(text)


def private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def load(messages: Path) -> None:
    """Your loader. Raises unless every RECORD is safe; upserts by `record_key`."""
    target = FOLDER / "records.jsonl"
    with messages.open() as lines, open(target, "a", opener=private) as out:
        out.writelines(line for line in lines if line.startswith('{"type":"RECORD"'))


@dag(
    schedule="0 */4 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    # The switch: pause and unpause the DAG.
    is_paused_upon_creation=True,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=5)},
)
def gokwik():
    @task
    def prepare() -> None:
        config = Connection.get("gokwik").extra_dejson
        write(FOLDER / "config.json", json.dumps(config))
        write(FOLDER / "state.json", Variable.get("gokwik_state", default="[]"))

    read = DockerOperator(
        task_id="read",
        image=IMAGE,
        user=f"{os.getuid()}:{os.getgid()}",
        entrypoint=["sh", "-c", READ],
        mounts=[Mount("/data", str(FOLDER), type="bind")],
        mount_tmp_dir=False,
        auto_remove="success",
        network_mode=NETWORK,
        environment=ENVIRONMENT,
    )

    @task
    def load_and_keep() -> None:
        messages = FOLDER / "messages.jsonl"
        load(messages)
        states = {
            json.dumps(state["stream"]["stream_descriptor"]): state
            for state in json.loads(Variable.get("gokwik_state", default="[]"))
        }
        errors = []
        with messages.open() as lines:
            for line in lines:
                if line.startswith('{"type":"STATE"'):
                    state = json.loads(line)["state"]
                    states[json.dumps(state["stream"]["stream_descriptor"])] = state
                elif line.startswith('{"type":"TRACE"') and '"type":"ERROR"' in line:
                    errors.append(json.loads(line)["trace"]["error"]["message"])
        Variable.set("gokwik_state", json.dumps(list(states.values())))
        if (FOLDER / "code.txt").read_text().strip() != "0":
            # Loading again would bring no more: the next run goes on where this one stopped.
            raise AirflowFailException("; ".join(errors) or "the connector failed")

    prepare() >> read >> load_and_keep()


gokwik()
