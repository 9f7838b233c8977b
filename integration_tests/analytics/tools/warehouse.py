"""Loads streams into an engine, builds the package there with dbt, and writes down what came out.

A folder has `first/` and `second/`: the streams as Parquet files at two moments. Of each comes
`TARGET/first/MODEL.ndjson` or `TARGET/second/MODEL.ndjson`, every model's rows: after a first build, its
tests included, and after an incremental one. Then each of the dialect's own macros is taken away in turn:
some model must fail or hold other rows, else the macro is not needed. What nobody noticed is printed, one
a line.
"""

import json
import pathlib
import sys

from package import Failed, dbt, models, overrides, parsed, users, write


def main(engine):
    folder = pathlib.Path(sys.argv[1])
    variables = {**json.loads(sys.argv[2]), "gokwik_schema": engine.schema}
    manifest = parsed(engine.target, variables)

    def run(*command, without=None):
        known = manifest.deepcopy()
        if without is not None:
            del known.macros[f"macro.gokwik.{without}"]
        done = dbt(engine.target, *command, manifest=known, variables=variables)
        for one in done.results:
            for said in engine.refuses(getattr(one.node, "compiled_code", None) or "select 1"):
                raise Failed(f"{one.node.name}: {said}")

    def is_noticed(macro):
        for model in users(manifest, macro):
            before = held(model)
            try:
                run("run", "--full-refresh", "--select", model, without=macro)
                if held(model) == before:
                    run("run", "--select", model, without=macro)
                    continue
            except Failed:
                return True
            run("run", "--full-refresh", "--select", model)
            return True
        return False

    def held(model):
        # Sums of fractions differ in their last digits from run to run.
        rows = [{name: f"{value:.9g}" if isinstance(value, float) else value for name, value in row.items()}
                for row in engine.rows(model)]
        return sorted(map(str, rows))

    for moment in ("first", "second"):
        for file in sorted((folder / moment).glob("*.parquet")):
            engine.load(file)
        # Unit tests hold the definitions, whatever the engine; DuckDB and PostgreSQL run them.
        run("build", "--exclude-resource-type", "unit_test")
        for model in models(manifest):
            write(folder / engine.target / moment / f"{model}.ndjson", engine.rows(model))
    # Rows that came late are held otherwise by incremental models than by new ones.
    run("run", "--full-refresh")
    for macro in overrides(engine.target):
        if not is_noticed(macro):
            print(f"unnoticed: {macro}")
