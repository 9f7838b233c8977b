"""GoKwik into DuckDB with PyAirbyte: `pip install airbyte==0.71.3 && python sync.py`.

PyAirbyte keeps the state in the cache, beside the data. Settings come from the environment or from a
file `.env` here: GOKWIK_BASE_URL, GOKWIK_APP_ID, GOKWIK_APP_SECRET, GOKWIK_START_DATE. The switch is
GOKWIK_ENABLED: with `false`, nothing runs.
"""

import os
import sys
from pathlib import Path

if os.environ.get("GOKWIK_ENABLED", "true").lower() != "true":
    sys.exit(0)

# The database and what PyAirbyte writes beside it are the owner's alone.
os.umask(0o077)

import airbyte as ab
from airbyte.caches import DuckDBCache
from airbyte.exceptions import PyAirbyteError


def setting(name: str) -> str:
    try:
        return str(ab.get_secret(name, allow_prompt=False))
    except Exception:
        sys.exit(f"sync.py: {name} is not set, neither in the environment nor in .env.")


executable = os.environ.get("GOKWIK_EXECUTABLE")
source = ab.get_source(
    "source-gokwik",
    config={
        "base_url": setting("GOKWIK_BASE_URL"),
        "app_id": setting("GOKWIK_APP_ID"),
        "app_secret": setting("GOKWIK_APP_SECRET"),
        "start_date": setting("GOKWIK_START_DATE"),
        "lookback_days": int(os.environ.get("GOKWIK_LOOKBACK_DAYS", "30")),
    },
    # A program (dist/main.js, with Node on the PATH), or else the image.
    **(
        {"local_executable": Path(executable)}
        if executable
        else {"docker_image": os.environ.get("GOKWIK_IMAGE", "src-gokwik:latest")}
    ),
    streams="*",
)
try:
    source.check()
    result = source.read(cache=DuckDBCache(db_path=os.environ.get("GOKWIK_DB", "gokwik.duckdb")))
except PyAirbyteError as error:
    # It holds the connector's own message; where in PyAirbyte it came up helps nobody.
    sys.exit(f"sync.py: {error}")
print(f"{result.processed_records} records")
