"""Parses the package for an adapter that it has no SQL for: DuckDB's, which calls itself `oracle` in Jinja."""

import pathlib
import tempfile

from dbt.cli.main import dbtRunner
from dbt.config.runtime import RuntimeConfig

HERE = pathlib.Path(__file__).parent
profile = RuntimeConfig.to_target_dict
RuntimeConfig.to_target_dict = lambda self: {**profile(self), "type": "oracle"}
with tempfile.TemporaryDirectory() as folder:
    done = dbtRunner().invoke([
        "--quiet", "parse", "--target", "duckdb", "--no-partial-parse",
        "--project-dir", str(HERE.parent.parent.parent / "analytics"), "--profiles-dir", str(HERE / "profiles"),
        "--target-path", folder, "--log-path", folder,
    ])
print(" ".join(str(done.exception).split()))
