"""Checks of a built warehouse: queries that return the bad rows, each with its severity, bound and what was observed.

A check of severity `block` means that the build is wrong: it is not swapped in. `warn` is for a person to look at. A
bound of 1 or more counts rows, one below 1 is a share of the determinations. Where a check says `scope: letter` or
`scope: file`, what is bad is so by its own case, or by its own content of a file: in a warehouse of which only some
were loaded it is asked of these.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from warehouse import sql, sql_names
from warehouse.narrowing import LETTER, narrowed

SAMPLE = 5
SHARE_BELOW = 1

SCOPES = {"letter": LETTER, "file": "sha256"}
"""By which key a check is asked of some letters only."""


@dataclass(frozen=True)
class CheckResult:
    """What a check found: how many bad rows, and the first of them."""

    name: str
    meaning: str
    severity: str
    bound: float
    count: int
    sample: list[tuple[object, ...]]
    passed: bool


def check_names(scope: str) -> list[str]:
    """The checks of a scope, in alphabetical order."""
    return [name for name in sql_names("checks") if _header(name).get("scope") == scope]


def run_checks(connection: duckdb.DuckDBPyConnection, loaded: Mapping[str, str] | None = None) -> list[CheckResult]:
    """Run every check on an open warehouse, in alphabetical order.

    Where not all letters were loaded `loaded` names, by scope, the temporary table with the keys of those that were.
    """
    letters = _one(connection, "SELECT count(*) FROM imr.determinations")
    loaded = loaded or {}
    scopes = {name: scope for scope in loaded for name in check_names(scope)}
    results = [_run(connection, name, letters) for name in sql_names("checks") if name not in scopes]
    tables = connection.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT temporary")
    names = [name for (name,) in tables.fetchall()]
    for scope, keys in loaded.items():
        with narrowed(connection, names, f"{SCOPES[scope]} IN (FROM temp.main.{keys})", SCOPES[scope]):
            results += [_run(connection, name, letters) for name, own in scopes.items() if own == scope]
    return sorted(results, key=lambda result: result.name)


def _header(name: str) -> dict[str, str]:
    return dict(re.findall(r"^-- (severity|bound|scope): (\S+)$", sql(f"checks/{name}"), re.MULTILINE))


def _run(connection: duckdb.DuckDBPyConnection, name: str, letters: int) -> CheckResult:
    text = sql(f"checks/{name}")
    header = _header(name)
    bound = float(header["bound"])
    count = _one(connection, f"SELECT count(*) FROM ({text})")
    sample = connection.execute(f"FROM ({text}) LIMIT {SAMPLE}").fetchall() if count else []
    allowed = bound * letters if bound < SHARE_BELOW else bound
    meaning = text.splitlines()[0].removeprefix("-- ")
    return CheckResult(name, meaning, header["severity"], bound, count, sample, count <= allowed)


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
