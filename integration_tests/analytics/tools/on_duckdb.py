"""Builds the package on DuckDB: what the other engines must agree with.

    python on_duckdb.py FOLDER VARIABLES

See warehouse.py for what it reads and writes.
"""

import os

import duckdb
from package import KEPT
from warehouse import main

os.environ["GOKWIK_TEST_DUCKDB"] = PATH = f"{KEPT.name}/engine.duckdb"


class DuckDB:
    target = "duckdb"
    schema = "raw"

    def __init__(self):
        self.run("create schema raw")

    def run(self, sql):
        with duckdb.connect(PATH) as connection:
            return connection.execute(sql)

    def load(self, file):
        self.run(f"create or replace table raw.{file.stem} as from '{file}'")

    def rows(self, model):
        with duckdb.connect(PATH) as connection:
            cursor = connection.execute(f"from dbt_models.{model}")
            names = [one[0] for one in cursor.description]
            return [dict(zip(names, row)) for row in cursor.fetchall()]

    def refuses(self, sql):
        return []


main(DuckDB())
