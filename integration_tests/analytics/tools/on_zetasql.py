"""Analyses the package's SQL for BigQuery with ZetaSQL, which is BigQuery's own parser and resolver.

    python on_zetasql.py

Nothing is connected to and no row is read: tables, columns, functions and types are resolved, model by
model, from a catalog of the streams as Airbyte's BigQuery destination makes them; what a model gives is
what the next one reads. So are tests, and the form of a model in an incremental run. Then each of the
dialect's own macros is taken away in turn: some model must not resolve, or give other types. The last line
is `N models, N incremental forms and N tests resolved`; everything before it is wrong, one a line.
"""

import json
import pathlib
import sys

from dbt.adapters.base.impl import BaseAdapter
from dbt.adapters.bigquery import BigQueryAdapter
from package import Failed, dbt, overrides, parsed, users
from zetasql.api import Analyzer, ResolvedNodeVisitor, TableBuilder
from zetasql.core.exceptions import ZetaSQLError
from zetasql.types import (
    AnalyzerOptions, LanguageOptions, ProductMode, SimpleCatalog, Type, TypeKind, ZetaSQLBuiltinFunctionOptions,
)

SCHEMAS = pathlib.Path(__file__).parent.parent.parent.parent / "schemas"
VARIABLES = {"gokwik_introspect": False, "gokwik_schema": "raw"}
TYPES = {
    "string": TypeKind.TYPE_STRING, "number": TypeKind.TYPE_NUMERIC, "integer": TypeKind.TYPE_INT64,
    "boolean": TypeKind.TYPE_BOOL, "object": TypeKind.TYPE_JSON, "array": TypeKind.TYPE_JSON,
}

# What some accounts have, and no schema declares.
MORE = {"shipments": [("status_history", TypeKind.TYPE_JSON)]}


def kind(schema):
    if schema.get("format") == "date-time":
        return TypeKind.TYPE_TIMESTAMP
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return TYPES[next(one for one in types if one != "null")]


def table(name, columns):
    builder = TableBuilder(name)
    for column, type_ in columns:
        builder.add_column(column, type_)
    return builder.build()


def streams(manifest):
    """The source tables that the package names, with the columns of the connector's schemas."""
    for source in manifest.sources.values():
        schema = json.loads((SCHEMAS / f"{source.name}.json").read_text())
        columns = [(name, kind(one)) for name, one in schema["properties"].items()]
        columns += [("merchant", TypeKind.TYPE_STRING), *MORE.get(source.name, [])]
        yield table(source.identifier, [*columns, ("_airbyte_extracted_at", TypeKind.TYPE_TIMESTAMP)])


class Unread(Exception):
    """A query that reads a table and none of its columns."""


def scans(statement):
    found = []

    class Scans(ResolvedNodeVisitor):
        def visit_ResolvedTableScan(self, node):
            found.append(node)

    Scans().visit(statement)
    return found


class BigQuery:
    """A catalog that grows with every model."""

    def __init__(self, manifest):
        language = LanguageOptions.maximum_features()
        language.product_mode = ProductMode.PRODUCT_EXTERNAL
        functions = ZetaSQLBuiltinFunctionOptions(language_options=language)
        self.models = SimpleCatalog(name="dbt_models")
        raw = SimpleCatalog(name="raw", table=list(streams(manifest)))
        self.streams = {one.name for one in raw.table}
        project = SimpleCatalog(name="nowhere", catalog=[raw, self.models])
        # BigQuery's own name for INT64: https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types
        bigint = SimpleCatalog.NamedType(name="bigint", type=Type(type_kind=TypeKind.TYPE_INT64))
        catalog = SimpleCatalog(
            name="all", catalog=[project], named_type=[bigint], builtin_function_options=functions)
        self.analyzer = Analyzer(AnalyzerOptions(language_options=language, prune_unused_columns=True), catalog)

    def columns(self, sql):
        """Names and types of what a query gives. Each stream must be read: "name" is a word, not a column."""
        statement = self.analyzer.analyze_statement(sql)
        for scan in scans(statement):
            if scan.table.name in self.streams and not scan.column_list:
                raise Unread(f"no column of {scan.table.name} is read")
        return [(one.name, one.column.type.type_kind) for one in statement.output_column_list]

    def add(self, name, columns):
        self.models.table.append(table(name, columns))


def compiled(manifest, *select):
    """Nodes with their SQL, each after those it reads."""
    done = dbt("bigquery", "compile", "--no-introspect", "--no-populate-cache", *select,
               manifest=manifest.deepcopy(), variables=VARIABLES)
    return {one.node.name: one.node for one in done.results if one.node.resource_type in ("model", "test")}


def pretend(are_there):
    """Tells dbt that no table is there, or that each is, as in an incremental run."""
    def get_relation(self, database, schema, identifier):
        names = {"database": database, "schema": schema, "identifier": identifier}
        return self.Relation.create(**names, type="table") if are_there else None

    for adapter in (BaseAdapter, BigQueryAdapter):
        adapter.get_relation = get_relation
        adapter.list_relations_without_caching = lambda self, schema: []
        adapter.check_schema_exists = lambda self, database, schema: False
        adapter.list_schemas = lambda self, database: []


def main():
    manifest = parsed("bigquery", VARIABLES)
    bigquery = BigQuery(manifest)
    given, counts = {}, {"model": 0, "later": 0, "test": 0}
    pretend(False)
    whole = compiled(manifest)
    pretend(True)
    later = compiled(manifest)

    def resolve(node, sql):
        try:
            return bigquery.columns(sql)
        except (ZetaSQLError, Unread) as error:
            print(f"{node.name}: {error}")

    waiting = {name: node for name, node in whole.items() if node.resource_type == "model"}
    while waiting:
        keys = {node.unique_id for node in waiting.values()}
        for name in [name for name, node in waiting.items() if not keys & set(node.depends_on.nodes)]:
            node = waiting.pop(name)
            columns = resolve(node, node.compiled_code)
            if columns is None:
                continue
            counts["model"] += 1
            given[name] = columns
            bigquery.add(name, columns)
            if later[name].compiled_code == node.compiled_code:
                continue
            again = resolve(node, later[name].compiled_code)
            counts["later"] += again == columns
            if again is not None and again != columns:
                print(f"{name}: an incremental run gives {again}, not {columns}")
    for node in whole.values():
        if node.resource_type == "test" and resolve(node, node.compiled_code) is not None:
            counts["test"] += 1

    for macro in overrides("bigquery"):
        if not is_noticed(bigquery, manifest, macro, given):
            print(f"unnoticed: {macro}")
    print("{model} models, {later} incremental forms and {test} tests resolved".format(**counts))


def is_noticed(bigquery, manifest, macro, given):
    """Incremental forms are looked at: they hold everything that whole ones do."""
    without = manifest.deepcopy()
    del without.macros[f"macro.gokwik.{macro}"]
    try:
        names = users(manifest, macro)
        nodes = compiled(without, "--select", *names)
        return any(bigquery.columns(nodes[name].compiled_code) != given[name] for name in names)
    except (Failed, ZetaSQLError, Unread):
        return True


sys.exit(main())
