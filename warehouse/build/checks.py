"""Checks: queries that return the bad rows, each with its severity, its bound and what was observed.

A check of severity `block` means that the build is wrong: it is not published. `warn` is for a person to look at. A
bound of 1 or more counts rows, one below 1 is a share of the determinations. A check of severity `quarantine` returns a
determination_id with each row: it is asked of letters before they are loaded, and what it finds is left out
(`warehouse.build.quarantine`).
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from imr_etl.errors import RunError
from imr_etl.schema.tables import WAREHOUSE_TABLES
from warehouse import sql, sql_names

BLOCK, QUARANTINE = "block", "quarantine"
SAMPLE = 5
SHARE_BELOW = 1


@dataclass(frozen=True)
class CheckResult:
    """What a check found: how many bad rows, and the first of them. `remedy` says how to go on where it blocks."""

    name: str
    meaning: str
    severity: str
    bound: float
    count: int
    sample: list[tuple[object, ...]]
    passed: bool
    remedy: str | None


class FailedChecksError(RunError):
    """A check that blocks failed: the warehouse that was built is not published.

    Attributes:
        checks: the results of all checks on it.
    """

    def __init__(self, checks: list[CheckResult]) -> None:
        """Name the first check that blocks and failed."""
        self.checks = checks
        first = next(check for check in checks if is_blocked_by(check))
        remedy = f"; {first.remedy}" if first.remedy else ""
        found = f"{first.count} bad rows in {first.name}, such as {first.sample[0]}{remedy}"
        super().__init__(f"The warehouse was not replaced: {found}.")


def is_blocked_by(check: CheckResult) -> bool:
    """Return whether a check forbids publishing the warehouse."""
    return check.severity == BLOCK and not check.passed


def check_names(severity: str) -> list[str]:
    """List the checks of a severity, in alphabetical order."""
    return [name for name in sql_names("checks") if check_header(name)["severity"] == severity]


def run_checks(connection: duckdb.DuckDBPyConnection) -> list[CheckResult]:
    """Run every check on the warehouse of a connection, in alphabetical order, within `published_rows`.

    The result of a check of severity `quarantine` is the letters that it left out.
    """
    letters = _one(connection, "SELECT count(*) FROM main.determinations")
    return [_run(connection, name, letters) for name in sql_names("checks")]


@contextlib.contextmanager
def published_rows(connection: duckdb.DuckDBPyConnection, published: Path) -> Iterator[None]:
    """Let checks compare the warehouse of a connection with the published one, or with an empty one.

    `published.main.determinations` names its letters. The temporary table `published_rows` says how many rows each of
    its tables has, and whether the same rules read and parsed its letters.
    """
    is_there = False
    with contextlib.suppress(duckdb.Error):
        if published.is_file():
            name = str(published).replace("'", "''")
            connection.execute(f"ATTACH '{name}' AS published (READ_ONLY)")
            connection.execute("SELECT determination_id FROM published.main.determinations LIMIT 0")
            is_there = True
    if not is_there:
        connection.execute("DETACH DATABASE IF EXISTS published")
        connection.execute("ATTACH ':memory:' AS published")
        connection.execute("CREATE TABLE published.main.determinations (determination_id VARCHAR)")
    try:
        _count_published(connection)
        yield
    finally:
        connection.execute("DETACH published")


def _count_published(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `published_rows`. A table that an older version does not have is not in it."""
    versions = "(SELECT (extractor_version, parser_version) FROM {}.main.build)"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE published_rows (table_name VARCHAR, rows BIGINT, has_same_rules BOOLEAN)"
    )
    for table in (*(f"main.{name}" for name in WAREHOUSE_TABLES), "marts.items", "marts.letters"):
        # Other problems end with their cause, such as a second file of one content.
        of_letters = " WHERE stage IN ('lines', 'tables')" if table == "main.problems" else ""
        with contextlib.suppress(duckdb.CatalogException, duckdb.BinderException):
            connection.execute(
                f"INSERT INTO published_rows SELECT '{table}', count(*),"
                f" {versions.format('published')} IS NOT DISTINCT FROM {versions.format('imr')}"
                f" FROM published.{table}{of_letters}"
            )


def check_header(name: str) -> dict[str, str]:
    """Read what the head of a check's SQL file says: severity, bound, remedy."""
    return dict(re.findall(r"^-- (severity|bound|remedy): (.+)$", sql(f"checks/{name}"), re.MULTILINE))


def _run(connection: duckdb.DuckDBPyConnection, name: str, letters: int) -> CheckResult:
    text = sql(f"checks/{name}")
    header = check_header(name)
    bound = float(header["bound"])
    rows = _left_out(name) if header["severity"] == QUARANTINE else text
    count = _one(connection, f"SELECT count(*) FROM ({rows})")
    sample = connection.execute(f"FROM ({rows}) LIMIT {SAMPLE}").fetchall() if count else []
    allowed = bound * letters if bound < SHARE_BELOW else bound
    meaning = text.splitlines()[0].removeprefix("-- ")
    return CheckResult(name, meaning, header["severity"], bound, count, sample, count <= allowed, header.get("remedy"))


def _left_out(name: str) -> str:
    """Select the letters that a check quarantined."""
    return (
        "SELECT case_number, sha256 FROM main.problems"
        f" WHERE code = 'letter_quarantined' AND excerpt = 'Refused by {name}'"
    )


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
