"""A release: a dated folder that can be published as it is.

Belongs here: what a release consists of, and what of the machine that made it is left out. Does not belong here: how
tables are written and described (`warehouse.query.export`).

A release holds the warehouse as a DuckDB file, every table and mart as Parquet, the data package that describes them,
the data dictionary, how to cite it, and the checksums of all files. Where letters lay on the machine is not in it.
"""

import contextlib
from collections.abc import Callable
from datetime import date
from hashlib import file_digest
from importlib.resources import files
from pathlib import Path

import duckdb

from imr_etl.errors import RunError
from imr_etl.schema.render import quoted
from warehouse import MEMORY_LIMIT, attached
from warehouse.query.connect import reading
from warehouse.query.export import LICENSES, PACKAGE, SOURCES, TITLE, beside, write_tables

SUMS = "SHA256SUMS"
WAREHOUSE = "imr.duckdb"
UNFINISHED = ".copy.duckdb"

LEFT_OUT = """
UPDATE main.letter_files SET uri = regexp_replace(uri, '^.*/', '');
UPDATE main.problems SET excerpt = regexp_replace(excerpt, '^[a-z0-9]+://.*/', '');
UPDATE main.build SET source_folder = NULL, search_index = '';
"""
"""What a published warehouse does not say: the folders that letters were read from, the file of the search index."""

CITATION = """\
cff-version: 1.2.0
message: If you use these data, please cite them as below.
type: dataset
title: "{title}"
version: {version}
date-released: {released}
authors:
  - name: the imr-etl authors
license: {license}
url: "{source}"
abstract: >-
  {letters:,} final determination letters with {items:,} disputed items, read by imr-etl {program}, rules {rules}.
"""

README = """\
# {title}, {version}

{letters:,} letters decided from {first} to {last}, with {items:,} disputed items, read by imr-etl {program} (rules
{rules}) from the decisions that the Division of Workers' Compensation publishes.

- `{warehouse}`: all tables as one DuckDB file; start with `FROM marts.items`.
- `main/`, `marts/`, `codes/`: the same tables as Parquet files; `datapackage.json` (Frictionless) describes them.
- `DICTIONARY.md`: what each table and column means.
- `CITATION.cff`: how to cite it.
- `{sums}`: checksums; `sha256sum -c {sums}` checks them.

A value that was not found in a letter is null; what could not be read has rows in `main.problems`. Read
`marts.coverage` before other figures. License of what imr-etl adds: {license}; the letters themselves are records that
the State of California publishes.
"""


def release(warehouse: Path, folder: Path, report: Callable[[str], None] = lambda _: None) -> Path:
    """Make the release of a warehouse as a new folder below another one; return it.

    Its name has the day on which the warehouse was built. Raises RunError where there is such a folder already, where
    it cannot be written, and where there is no warehouse.
    """
    with reading(warehouse) as connection:
        query = "SELECT built_at::DATE, imr_etl_version, parser_version FROM main.build"
        ((built, program, rules),) = connection.execute(query).fetchall()
        query = "SELECT count(*), sum(items)::BIGINT, min(decision_date), max(decision_date) FROM marts.letters"
        ((letters, items, first, last),) = connection.execute(query).fetchall()
    target = folder.resolve() / f"{PACKAGE}-{built:%Y-%m-%d}"
    if target.exists():
        raise RunError(f"{target} is there already: remove it, or name another folder.")
    with beside(target) as unfinished:
        report(WAREHOUSE)
        _public_copy(warehouse, unfinished / WAREHOUSE)
        with contextlib.closing(attached(unfinished / WAREHOUSE, read_only=True)) as connection:
            write_tables(connection, unfinished, "parquet", report)
        dictionary = files("warehouse").joinpath("DICTIONARY.md").read_text(encoding="utf-8")
        facts = {
            "title": TITLE,
            "version": f"{built:%Y.%m.%d}",
            "released": date.today(),
            "license": LICENSES[0]["name"],
            "source": SOURCES[0]["path"],
            "letters": letters,
            "items": items or 0,
            "first": first or "an unknown day",
            "last": last or "an unknown day",
            "program": program,
            "rules": rules,
            "warehouse": WAREHOUSE,
            "sums": SUMS,
        }
        for name, text in (
            ("DICTIONARY.md", dictionary),
            ("CITATION.cff", CITATION.format_map(facts)),
            ("README.md", README.format_map(facts)),
        ):
            (unfinished / name).write_text(text, encoding="utf-8")
        _write_sums(unfinished)
    return target


def _public_copy(warehouse: Path, target: Path) -> None:
    """Copy a warehouse, views, macros and comments with it, without what `LEFT_OUT` leaves out.

    The copy is copied again: a file that was changed has its old values on pages that are free.
    """
    first = target.with_name(UNFINISHED)
    for source, copy, change in ((warehouse, first, LEFT_OUT), (first, target, "")):
        with contextlib.closing(duckdb.connect(config={"memory_limit": MEMORY_LIMIT})) as connection:
            connection.execute(f"ATTACH {quoted(str(source))} AS source (READ_ONLY)")
            connection.execute(f"ATTACH {quoted(str(copy))} AS imr")
            connection.execute("COPY FROM DATABASE source TO imr")
            connection.execute("USE imr")
            connection.execute(f"{change}; CHECKPOINT")
    first.unlink()


def _write_sums(folder: Path) -> None:
    """Write the SHA-256 of every file, as sha256sum does."""
    lines = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            lines.append(f"{file_digest(file, 'sha256').hexdigest()}  {path.relative_to(folder).as_posix()}\n")
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")
