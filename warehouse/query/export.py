"""The warehouse as a folder of files: every table and mart as Parquet or CSV, described by a Frictionless Data Package.

Belongs here: which tables, in what form, how they are described, and the swap. Does not belong here: what a table or
column is (its comments in the warehouse say so), and what else is published with the files (`warehouse.query.release`).

An export is written beside the folder and takes its place when it is whole; one that fails leaves the old one.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import Any

import duckdb

from imr_etl.errors import RunError, disk_fault
from imr_etl.schema.render import quoted
from imr_etl.schema.tables import WAREHOUSE_TABLES
from imr_etl.spreadsheets import FORMULA_BEGINS, MARK
from imr_etl.vocabulary import code_table
from warehouse.query.connect import reading

FORMS = {
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "csv": "FORMAT csv, HEADER",
}
DESCRIPTION = "datapackage.json"
PACKAGE = "california-imr-decisions"
TITLE = "California Independent Medical Review decisions"
LICENSES = [
    {
        "name": "MIT",
        "title": "MIT License, for what imr-etl adds; the letters are records that the State of California publishes",
        "path": "https://opensource.org/license/mit",
    }
]
SOURCES = [
    {
        "title": "Independent Medical Review decisions, California Division of Workers' Compensation",
        "path": "https://www.dir.ca.gov/dwc/imr/imr_decisions.asp",
    },
    {"title": "Figures published by the Division and the California Workers' Compensation Institute"},
]
SEPARATOR = "; "
"""Separates the values of a list in one cell of a CSV file."""


DEFUSED = (
    "In CSV files the values of a list stand in one cell, separated by `; `. A text that begins with = + - @, a tab or"
    " a carriage return has an apostrophe before it."
)

TYPES = {
    "VARCHAR": "string",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "UINTEGER": "integer",
    "HUGEINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}
"""Type of DuckDB -> type of a Table Schema; a list is an array, in CSV files a string."""

FOREIGN_KEYS = {WAREHOUSE_TABLES[name].key: name for name in ("determinations", "disputed_items", "letter_files")}
"""Columns of schema `main` -> the table whose key they are."""


def export(warehouse: Path, folder: Path, form: str, report: Callable[[str], None] = lambda _: None) -> list[Path]:
    """Write every table, view and code table of a warehouse below a folder; return the files, the description first.

    Args:
        warehouse: the DuckDB file.
        folder: a new or empty folder, or an export that is to be replaced.
        form: one of `FORMS`.
        report: is called with the name of each table before it is written.

    Raises RunError where the folder holds something else or cannot be written, and where there is no warehouse.
    """
    folder = folder.resolve()
    _refuse_other(folder)
    with reading(warehouse) as connection, beside(folder) as unfinished:
        return [folder / path for path in write_tables(connection, unfinished, form, report)]


def write_tables(
    connection: duckdb.DuckDBPyConnection, folder: Path, form: str, report: Callable[[str], None] = lambda _: None
) -> list[Path]:
    """Write every table of an open warehouse below a folder; return the files as paths below it, description first."""
    tables = connection.execute(
        "SELECT schema_name, table_name, comment FROM duckdb_tables()"
        " WHERE database_name = current_database() AND NOT internal"
        " UNION ALL SELECT schema_name, view_name, comment FROM duckdb_views()"
        " WHERE database_name = current_database() AND NOT internal ORDER BY ALL"
    ).fetchall()
    resources = []
    for schema, name, comment in tables:
        report(f"{schema}.{name}")
        resources.append(_resource(connection, folder, schema, name, comment, form))
    built_at, version, rules = connection.execute(
        "SELECT built_at, imr_etl_version, parser_version FROM main.build"
    ).fetchall()[0]
    package = {
        "profile": "data-package",
        "name": PACKAGE,
        "title": TITLE,
        "description": f"Made by imr-etl {version}, rules {rules}, from the published letters. {DEFUSED}",
        "version": f"{built_at:%Y.%m.%d}",
        "created": f"{built_at:%Y-%m-%dT%H:%M:%SZ}",
        "licenses": LICENSES,
        "sources": SOURCES,
        "resources": resources,
    }
    (folder / DESCRIPTION).write_text(json.dumps(package, indent=1, ensure_ascii=False), encoding="utf-8")
    return [Path(DESCRIPTION), *(Path(resource["path"]) for resource in resources)]


def _refuse_other(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()):
        try:
            is_ours = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8")).get("name") == PACKAGE
        except (OSError, ValueError, AttributeError):
            is_ours = False
        if not is_ours:
            raise RunError(f"{folder} holds other files: name a new folder, or one that holds an export.")
    elif folder.exists() and not folder.is_dir():
        raise RunError(f"{folder} is a file: name a folder.")


@contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """Make a folder that takes the place of another one when all went well, and is removed when not."""
    unfinished, old = folder.with_name(f".{folder.name}.writing"), folder.with_name(f".{folder.name}.old")
    try:
        _put_back(old, folder)
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        yield unfinished
        if folder.exists():
            folder.rename(old)
        unfinished.rename(folder)
    except OSError as error:
        raise disk_fault(error, folder.parent) or RunError(f"{folder} cannot be written: {error.strerror}.") from error
    except duckdb.IOException as error:
        message = str(error).partition("\n")[0]
        if str(unfinished) not in message and "No space left" not in message:
            raise  # It is about the warehouse.
        why = message.rpartition(": ")[2]
        raise RunError(f"{folder} cannot be written ({why}): make room there, or name another folder.") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
        _put_back(old, folder)


def _put_back(old: Path, folder: Path) -> None:
    """Put the old folder back where a swap was not finished, also by an export that was killed; else remove it."""
    if old.exists() and not folder.exists():
        old.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _resource(
    connection: duckdb.DuckDBPyConnection, folder: Path, schema: str, name: str, comment: str | None, form: str
) -> dict[str, Any]:
    """Write a table, and describe it as a resource of the package."""
    columns = connection.execute(
        "SELECT column_name, data_type, comment, NOT is_nullable FROM duckdb_columns()"
        " WHERE database_name = current_database() AND schema_name = ? AND table_name = ? ORDER BY column_index",
        [schema, name],
    ).fetchall()
    path = folder / schema / f"{name}.{form}"
    path.parent.mkdir(exist_ok=True)
    chosen = ", ".join(_written(column, sql_type, form) for column, sql_type, _, _ in columns)
    connection.execute(f"COPY (SELECT {chosen} FROM {schema}.{name}) TO {quoted(str(path))} ({FORMS[form]})")
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return {
        "name": f"{schema}-{name}".replace("_", "-"),
        "title": f"{schema}.{name}",
        "description": comment or "",
        "path": f"{schema}/{path.name}",
        "format": form,
        "mediatype": {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}[form],
        **({"encoding": "utf-8"} if form == "csv" else {}),
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
        "schema": {"fields": [_field(*column, form=form) for column in columns], **_keys(schema, name)},
    }


def _written(column: str, sql_type: str, form: str) -> str:
    """Write the expression for a column: a list of a CSV file as one text, no text as a formula."""
    if form != "csv" or not sql_type.startswith("VARCHAR"):
        return column
    text = f"array_to_string({column}, {quoted(SEPARATOR)})" if sql_type.endswith("[]") else column
    begins = ", ".join(f"chr({ord(mark)})" for mark in FORMULA_BEGINS)
    return f"if({text}[1] IN ({begins}), {quoted(MARK)} || {text}, {text}) AS {column}"


def _field(name: str, sql_type: str, comment: str | None, is_required: bool, *, form: str) -> dict[str, Any]:
    kind = ("string" if form == "csv" else "array") if sql_type.endswith("[]") else TYPES[sql_type]
    constraints = {"constraints": {"required": True}} if is_required else {}
    return {"name": name, "type": kind, "description": comment or "", **constraints}


def _keys(schema: str, name: str) -> dict[str, Any]:
    """Return the primary and foreign keys of a table of schema `main`; of a code table the first column, if a key."""
    if schema == "codes" and name != "problem_codes":
        first = code_table(name).columns[0]
        return {"primaryKey": [first]} if code_table(name)[first].is_unique().all() else {}
    if schema != "main" or name not in WAREHOUSE_TABLES:
        return {}
    table = WAREHOUSE_TABLES[name]
    foreign = [
        {
            "fields": list(columns),
            "reference": {"resource": f"main-{target.replace('_', '-')}", "fields": list(columns)},
        }
        for columns, target in FOREIGN_KEYS.items()
        if set(columns) <= set(table.columns) and target != name
    ]
    return {"primaryKey": list(table.key), **({"foreignKeys": foreign} if foreign else {})}
