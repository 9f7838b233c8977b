"""Builds the package on fakesnow, which is DuckDB under Snowflake's connector and dialect.

    python on_fakesnow.py FOLDER VARIABLES

See warehouse.py for what it reads and writes.
"""

import re

import duckdb
import fakesnow
import snowflake.connector
import sqlglot
from fakesnow.cursor import FakeSnowflakeCursor
from sqlglot import exp
from warehouse import main

# What Airbyte's Snowflake destination has for the types that the demo's loader gives columns.
TYPES = {
    "DOUBLE": "float", "BIGINT": "number(38, 0)", "BOOLEAN": "boolean", "JSON": "variant",
    "TIMESTAMP WITH TIME ZONE": "timestamp_tz", "VARCHAR": "varchar",
}

MERGE = re.compile(r"(\s|--[^\n]*\n)*merge into", re.IGNORECASE)
execute = FakeSnowflakeCursor.execute


def merging(self, command, *given, **named):
    """fakesnow has no temporary views in a schema, and cannot MERGE as dbt writes it; the DuckDB under
    it can, in the same words."""
    if not MERGE.match(command):
        return execute(self, command.replace("temporary view", "view"), *given, **named)
    self._duck_conn.execute(command)
    return execute(self, "select 1")


FakeSnowflakeCursor.execute = merging


class Snowflake:
    target = "snowflake"
    schema = "raw"

    def __init__(self):
        self.connection = snowflake.connector.connect(database="NOWHERE", schema=self.schema)

    def load(self, file):
        columns = [(name, kind) for name, kind, *_ in duckdb.execute(f"describe from '{file}'").fetchall()]
        table = f'{self.schema}."{file.stem.upper()}"'
        declared = ", ".join(f'"{name.upper()}" {TYPES[kind]}' for name, kind in columns)
        self.connection.cursor().execute(f"create or replace table {table} ({declared})")
        names = ", ".join(f'"{name}"' for name, _ in columns)
        # Under fakesnow is DuckDB: it reads the file as it is.
        self.connection._duck_conn.execute(f"insert into {table} select {names} from '{file}'")

    def rows(self, model):
        cursor = self.connection.cursor(snowflake.connector.DictCursor)
        cursor.execute(f"select * from dbt_models.{model}")
        return [{name.lower(): value for name, value in row.items()} for row in cursor.fetchall()]

    def refuses(self, sql):
        """What Snowflake says no to, and the DuckDB under fakesnow does not."""
        for node in sqlglot.parse_one(sql, read="snowflake").walk():
            if isinstance(node, exp.TimestampTrunc) and "WEEK" in str(node.args.get("unit")).upper():
                yield "Snowflake begins a week of DATE_TRUNC where WEEK_START says"
            if isinstance(node, (exp.Unnest, exp.StringToArray)):
                yield "Snowflake has neither UNNEST nor STRING_TO_ARRAY"
            if isinstance(node, exp.DataType) and node.this == exp.DataType.Type.TIMESTAMP:
                yield "Snowflake's TIMESTAMP is what TIMESTAMP_TYPE_MAPPING says"
            if isinstance(node, exp.Identifier) and node.args.get("quoted") and node.name != node.name.upper():
                yield "Snowflake takes a quoted name as it is written, and holds the connector's in capitals"
            if isinstance(node, exp.AtTimeZone):
                yield "Snowflake has no AT TIME ZONE"
            if isinstance(node, exp.Mul) and node.find(exp.Interval):
                yield "Snowflake multiplies no intervals"
            if isinstance(node, exp.Extract) and isinstance(node.expression.unnest(), exp.Sub):
                yield "Snowflake subtracts no timestamps"
            if isinstance(node, exp.DataType) and node.this == exp.DataType.Type.JSONB:
                yield "Snowflake has no type jsonb"


with fakesnow.patch():
    main(Snowflake())
