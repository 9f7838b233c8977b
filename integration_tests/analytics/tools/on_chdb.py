"""Builds the package on chdb, which is ClickHouse as a library.

    python on_chdb.py FOLDER VARIABLES

See warehouse.py for what it reads and writes.
"""

import clickhouse_connect
import pyarrow.parquet
import pyarrow.types
from warehouse import main

connect = clickhouse_connect.get_client


def embedded(settings=None, **_):
    """What dbt's adapter asks a server for it gets from the library."""
    settings = {name: value for name, value in (settings or {}).items() if name != "session_id"}
    return connect(interface="chdb", query_limit=0, settings=settings)


clickhouse_connect.get_client = embedded


def kind(arrow):
    """What Airbyte's ClickHouse destination has for it."""
    if pyarrow.types.is_timestamp(arrow):
        return "DateTime64(3)"
    if pyarrow.types.is_floating(arrow):
        return "Decimal(38, 9)"
    if pyarrow.types.is_integer(arrow):
        return "Int64"
    return "Bool" if pyarrow.types.is_boolean(arrow) else "String"


class ClickHouse:
    target = "clickhouse"
    schema = "raw"

    def __init__(self):
        self.client = embedded()
        self.client.command(f"create database {self.schema}")

    def load(self, file):
        columns = pyarrow.parquet.read_schema(file)
        declared = ", ".join(f"`{one.name}` Nullable({kind(one.type)})" for one in columns)
        table = f"{self.schema}.`{file.stem}`"
        self.client.command(f"create or replace table {table} ({declared}) engine = MergeTree order by tuple()")
        self.client.command(f"insert into {table} select * from file('{file}', Parquet)")

    def rows(self, model):
        return self.client.query(f"select * from dbt_models.{model}").named_results()

    def refuses(self, sql):
        return []


main(ClickHouse())
