"""The dbt package, run by dbt itself inside this process, on an engine that lives in it too."""

import datetime
import decimal
import json
import os
import pathlib
import re
import tempfile

os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")

from dbt.cli.main import dbtRunner  # noqa: E402

HERE = pathlib.Path(__file__).parent
PROJECT = HERE.parent.parent.parent / "analytics"
OVERRIDE = re.compile(r"\{%-? macro (?!default__)([a-z]+)__(gokwik_\w+)\(")
KEPT = tempfile.TemporaryDirectory()


class Failed(Exception):
    """dbt could not do it, and said why."""


def dbt(target, *command, manifest=None, variables=None):
    """Runs a dbt command; gives its result. Raises `Failed` with what failed."""
    done = dbtRunner(manifest=manifest).invoke([
        "--quiet", *command, "--target", target, "--vars", json.dumps(variables or {}),
        "--project-dir", str(PROJECT), "--profiles-dir", str(HERE / "profiles"), "--threads", "1",
        "--target-path", f"{KEPT.name}/{target}", "--log-path", KEPT.name, "--log-level", "none", "--log-level-file", "none",
    ])
    if not done.success:
        said = done.result if done.exception is None else []
        bad = [f"{one.node.name}: {one.message}" for one in said if one.status in ("error", "fail")]
        raise Failed("\n".join(bad) or str(done.exception))
    return done.result


def parsed(target, variables):
    return dbt(target, "parse", variables=variables)


def models(manifest):
    """Names of the models."""
    return sorted(node.name for node in manifest.nodes.values() if node.resource_type == "model")


def overrides(adapter):
    """The dispatched macros that the adapter has a body of its own for."""
    texts = [file.read_text() for file in sorted((PROJECT / "macros").glob("*.sql"))]
    found = [pair for text in texts for pair in OVERRIDE.findall(text)]
    return [f"{owner}__{name}" for owner, name in found if owner == adapter]


def users(manifest, macro):
    """Names of the models that call the macro, by themselves or through other macros."""
    calling = {f"macro.gokwik.{macro}"}
    while True:
        more = {key for key, one in manifest.macros.items() if calling & set(one.depends_on.macros)}
        if more <= calling:
            break
        calling |= more
    return sorted(
        node.name for node in manifest.nodes.values()
        if node.resource_type == "model" and calling & set(node.depends_on.macros)
    )


def write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, default=spell) + "\n" for row in rows))


def spell(value):
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"a {type(value)} in a model")
