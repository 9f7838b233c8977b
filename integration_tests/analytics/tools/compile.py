"""Compiles the package for BigQuery and Snowflake without either, and parses what comes out.

    python compile.py bigquery | snowflake

Nothing is connected to: the adapters are told that the warehouse is empty, and then that every model's
table is there. Syntax only, no results. The last line is `N models and tests compiled, N of them for an
incremental run too, N that do not parse`; the exit code is 0 when all do.
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


def compile_for(target: str) -> dict[str, str]:
    """The SQL of every model and test by file; empty when dbt fails."""
    with tempfile.TemporaryDirectory() as folder:
        done = dbtRunner().invoke([
            "--quiet", "compile", "--target", target, "--no-populate-cache", "--no-introspect",
            "--vars", "{gokwik_introspect: false, gokwik_schema: raw}",
            "--project-dir", str(PROJECT), "--profiles-dir", str(HERE / "profiles"),
            "--target-path", folder, "--log-path", folder,
        ])
        if not done.success:
            print(f"{target}: {done.exception or [r.message for r in done.result if r.message]}")
            return {}
        root = pathlib.Path(folder, "compiled/gokwik")
        return {str(file.relative_to(root)): file.read_text() for file in sorted(root.rglob("*.sql"))}


def unreadable(target: str, files: dict[str, str]) -> int:
    bad = 0
    for name, sql in files.items():
        try:
            sqlglot.parse_one(sql, read=target)
        except ParseError as error:
            bad += 1
            print(f"{target}: {name}: {error}")
    return bad


def main() -> int:
    target = sys.argv[1]
    BaseAdapter.list_schemas = lambda self, database: []
    name = {"bigquery": "BigQueryAdapter", "snowflake": "SnowflakeAdapter"}[target]
    adapter = getattr(importlib.import_module(f"dbt.adapters.{target}"), name)

    def tell(get_relation) -> None:
        for one in (BaseAdapter, adapter):
            one.get_relation = get_relation

    for one in (BaseAdapter, adapter):
        one.list_relations_without_caching = lambda self, schema: []
        one.check_schema_exists = lambda self, database, schema: False
    tell(lambda self, database, schema, identifier: None)
    whole = compile_for(target)
    # A model whose table is there already is compiled as an incremental run would.
    tell(lambda self, database, schema, identifier: self.Relation.create(
        database=database, schema=schema, identifier=identifier, type="table"))
    later = compile_for(target)
    changed = {name: sql for name, sql in later.items() if sql != whole.get(name)}
    bad = unreadable(target, whole) + unreadable(target, changed)
    print(f"{len(whole)} models and tests compiled, {len(changed)} of them for an incremental run too, "
          f"{bad} that do not parse")
    return bad if whole and later else 1


if __name__ == "__main__":
    sys.exit(min(1, main()))
