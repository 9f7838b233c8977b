"""Compiles the package for BigQuery and Snowflake without either, and parses what comes out.

    python compile.py bigquery | snowflake

Nothing is connected to: the adapters are told that the warehouse is empty. Syntax only, no results.
The last line is `N models and tests compiled, N that do not parse`; the exit code is 0 when all do.
"""

import importlib
import pathlib
import sys
import tempfile

import sqlglot
from dbt.adapters.base.impl import BaseAdapter
from dbt.cli.main import dbtRunner
from sqlglot.errors import ParseError

HERE = pathlib.Path(__file__).parent
PROJECT = HERE.parent.parent.parent / "analytics"


def compile_for(target: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        done = dbtRunner().invoke([
            "--quiet", "compile", "--target", target, "--no-populate-cache", "--no-introspect",
            "--vars", "{gokwik_introspect: false, gokwik_schema: raw}",
            "--project-dir", str(PROJECT), "--profiles-dir", str(HERE / "profiles"),
            "--target-path", folder, "--log-path", folder,
        ])
        if not done.success:
            print(f"{target}: {done.exception or [r.message for r in done.result if r.message]}")
            return 1
        files = sorted(pathlib.Path(folder, "compiled/gokwik").rglob("*.sql"))
        bad = 0
        for file in files:
            try:
                sqlglot.parse_one(file.read_text(), read=target)
            except ParseError as error:
                bad += 1
                print(f"{target}: {file.name}: {error}")
        print(f"{len(files)} models and tests compiled, {bad} that do not parse")
        return bad


def main() -> int:
    target = sys.argv[1]
    BaseAdapter.list_schemas = lambda self, database: []
    name = {"bigquery": "BigQueryAdapter", "snowflake": "SnowflakeAdapter"}[target]
    adapter = getattr(importlib.import_module(f"dbt.adapters.{target}"), name)
    for one in (BaseAdapter, adapter):
        one.list_relations_without_caching = lambda self, schema: []
        one.check_schema_exists = lambda self, database, schema: False
        one.get_relation = lambda self, database, schema, identifier: None
    return compile_for(target)


if __name__ == "__main__":
    sys.exit(min(1, main()))
