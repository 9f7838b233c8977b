"""One sync with PyAirbyte into a DuckDB cache, as its users write it. The argument is a JSON file:
`config`, `cache` (path), and either `executable` or `image`. Prints one JSON line, its last."""

import json
import sys
from pathlib import Path

import airbyte as ab
from airbyte.caches import DuckDBCache

job = json.loads(Path(sys.argv[1]).read_text())
how = (
    {"local_executable": Path(job["executable"])}
    if "executable" in job
    else {"docker_image": job["image"], "use_host_network": True}
)
source = ab.get_source("source-gokwik", config=job["config"], streams="*", **how)
source.check()
cache = DuckDBCache(db_path=job["cache"], schema_name="main")
result = source.read(cache=cache)

rows = {}
for name in source.get_available_streams():
    frame = cache[name].to_pandas()
    rows[name] = json.loads(frame.to_json(orient="records", date_format="iso"))
print(json.dumps({"processed": result.processed_records, "rows": rows}))
