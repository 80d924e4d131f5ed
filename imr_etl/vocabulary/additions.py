"""The rows that a data folder adds to the code tables: `DATA/vocabulary/<table>.csv`.

Belongs here: reading those files, and which of their rows are refused. Does not belong here: the package's own tables,
and how words are found by them (`imr_etl.vocabulary`).

A file has the columns of its table; those that may be empty may be missing. A row with a new name is added to the
table. A row with a known name adds its aliases and misspellings to that name; the row may repeat its codes, not change
them.
"""

import csv
import difflib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import polars as pl

from imr_etl.errors import RunError
from imr_etl.vocabulary import SEPARATOR, code_table_names, package_table, replace_tables, words

SPELLINGS = ("aliases", "misspellings")
OPTIONAL = (*SPELLINGS, "comment")
FREE = (*OPTIONAL, "description", "abbreviation")
"""Columns that hold any text."""

NUMBERS = ("number", "place", "times_per_day", "mme_factor", "year", "published", "as_of")
NAMED_IN = {
    "drug_class": "drug_classes",
    "transdermal_class": "drug_classes",
    "family": "guideline_families",
    "nature": "diagnosis_natures",
    "specialties": "specialties",
}
"""Columns that hold names of another code table. Any other column holds only values that its table has already."""

CATEGORIES = "categories"
FEW = 5
PART = " > "
"""Between a category and its subcategory in one cell."""


@dataclass(frozen=True)
class _Row:
    """A row of a file: where it stands, and its cells by column, those that are not empty."""

    path: Path
    line: int
    cells: dict[str, str]

    def fault(self, what: str) -> RunError:
        return _fault(self.path, self.line, what)


def use_vocabulary(folder: Path) -> None:
    """Use the package's code tables with the rows that a folder adds, from now on in this process.

    Whoever parses letters of a data folder, or asks which letters are pending, calls this first. Raises RunError for a
    file or a row that is not as it must be; the code tables then stay as they were.
    """
    added = {path.stem: _read(path) for path in _files(folder)}
    tables = {name: _with_rows(name, rows) for name, rows in added.items() if rows}
    for name, rows in added.items():
        _refuse_values(name, rows, tables)
        _refuse_spellings(name, rows)
    content = repr([(name, [sorted(row.cells.items()) for row in rows]) for name, rows in added.items() if rows])
    replace_tables(tables, sha256(content.encode()).hexdigest()[:8] if tables else None)


def _files(folder: Path) -> list[Path]:
    """List the files of a folder, by name. Raises RunError for one that is named after no code table."""
    try:
        paths = sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RunError(f"{folder} cannot be read ({error.strerror}): it is the folder of your code tables.") from error
    names = code_table_names()
    # Editors keep copies whose names end in a tilde.
    files = [path for path in paths if not (path.name.startswith((".", "README")) or path.name.endswith("~"))]
    for path in files:
        if path.suffix != ".csv" or path.stem not in names:
            near = difflib.get_close_matches(path.stem, names, n=1)
            meant = f"name it {near[0]}.csv" if near else f"name it after one of {', '.join(names)}, as drugs.csv"
            raise RunError(f"{path} is named after no code table: {meant}, or move it elsewhere.")
    return files


def _read(path: Path) -> list[_Row]:
    """Read the rows of a file that have any cell. Raises RunError for what is no table with the right columns."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RunError(f"{path} cannot be read ({error.strerror}).") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _fault(path, line, "the text is not UTF-8: save the file as CSV UTF-8") from error
    records = _records(path, text)
    first, header = next(records, (1, []))
    table = package_table(path.stem)
    for column in header:
        if column not in table.columns:
            raise _fault(path, first, f"the table has no column {column!r}: its columns are {', '.join(table.columns)}")
        if header.count(column) > 1:
            raise _fault(path, first, f"the column {column} stands there twice")
    if table.columns[0] not in header:
        raise _fault(path, first, f"the column {table.columns[0]} is missing")
    rows = []
    for line, record in records:
        if len(record) > len(header):
            raise _fault(
                path, line, f"the row has {len(record)} cells for {len(header)} columns: quote cells with commas"
            )
        rows.append(_Row(path, line, {column: cell for column, cell in zip(header, record, strict=False) if cell}))
    return rows


def _records(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a CSV text that have any cell, with the line that each begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for record in reader:
            cells = [SEPARATOR.join(part.strip() for part in cell.split(SEPARATOR)) for cell in record]
            for cell in cells:
                if not cell.isprintable():
                    raise _fault(path, line, f"{cell!r} has a line break or another character that is not printed")
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise _fault(path, line, f"the line is no CSV ({error})") from error


def _with_rows(name: str, rows: list[_Row]) -> pl.DataFrame:
    """Return the package's table with the rows of a file.

    Raises RunError for a row without a name or a code, for a name that is in the file twice, and for a known name
    with other codes.
    """
    key = _key(name)
    table = package_table(name)
    cells = {tuple(row[column] for column in key): row for row in table.iter_rows(named=True)}
    needed = [column for column in table.columns if column not in OPTIONAL and not table[column].has_nulls()]
    seen = dict[tuple[str | None, ...], _Row]()
    for row in rows:
        names = tuple(row.cells.get(column) for column in key)
        if names[0] is None:
            raise row.fault(f"the cell of {key[0]} is empty")
        shown = ", ".join(filter(None, names))
        if names in seen:
            raise row.fault(f"{shown} stands in line {seen[names].line} already")
        seen[names] = row
        known = cells.get(names)
        if known is None:
            if missing := [column for column in needed if column not in row.cells]:
                raise row.fault(f"{shown} has no {missing[0]}, which every row of the table has")
            cells[names] = {column: row.cells.get(column) for column in table.columns}
            continue
        for column in row.cells:
            if column not in (*key, *OPTIONAL) and row.cells[column] != known[column]:
                raise row.fault(
                    f"{shown} is a name of the package's table, with {known[column] or 'nothing'} as {column}:"
                    " a row can add spellings to it, not change it"
                )
        spellings = {
            column: SEPARATOR.join(filter(None, (known[column], row.cells.get(column))))
            for column in SPELLINGS
            if column in row.cells
        }
        cells[names] = known | spellings
    return pl.DataFrame(list(cells.values()), schema=table.schema)


def _refuse_values(name: str, rows: list[_Row], tables: dict[str, pl.DataFrame]) -> None:
    """Raise RunError for a code that its column cannot have."""
    table = package_table(name)
    own = _key(name) if name == CATEGORIES else _key(name)[:1]
    checked = [column for column in table.columns if column not in FREE and (column not in own or column in NUMBERS)]
    allowed = {column: _allowed(name, column, tables) for column in checked}
    categories = tables.get(CATEGORIES, package_table(CATEGORIES))
    pairs = {*categories.select("category", "subcategory").iter_rows()}
    for row in rows:
        for column in checked:
            if column not in row.cells:
                continue
            for part in row.cells[column].split(SEPARATOR):
                values = allowed[column]
                if isinstance(values, re.Pattern):
                    if not values.fullmatch(part):
                        raise row.fault(f"{part!r} is no {column}: write a number, as {table[column].drop_nulls()[0]}")
                elif part not in values:
                    raise row.fault(f"{part!r} is no {column}: {_one_of(part, values)}")
        pair = row.cells.get("category"), row.cells.get("subcategory")
        if name != CATEGORIES and None not in pair and pair not in pairs:
            raise row.fault(f"{pair[1]!r} is no subcategory of {pair[0]}")


def _allowed(name: str, column: str, tables: dict[str, pl.DataFrame]) -> set[str] | re.Pattern[str]:
    """Return the values that a column may hold, or a pattern of its numbers."""
    own = package_table(name)[column].drop_nulls()
    if column in NUMBERS:
        is_whole = own.str.contains(r"^\d+$").all()
        return re.compile(r"\d{1,7}" if is_whole else r"\d{1,7}(\.\d{1,4})?")
    if column in ("category", "subcategory", "categories"):
        known = tables.get(CATEGORIES, package_table(CATEGORIES))
        both = known.select(both=pl.format(f"{{}}{PART}{{}}", "category", "subcategory"))["both"]
        return {*known["category"], *both} if column == "categories" else {*known[column]}
    if column in NAMED_IN:
        other = NAMED_IN[column]
        return {*tables.get(other, package_table(other)).to_series(0)}
    return {part for value in own for part in value.split(SEPARATOR)}


def _refuse_spellings(name: str, rows: list[_Row]) -> None:
    """Raise RunError for a spelling without alphanumeric characters, and for one that two rows would have."""
    key = _key(name)
    if len(key) > 1 or not rows:
        return
    known = list(package_table(name).iter_rows(named=True))
    owners = {
        spelling: cells[key[0]]
        for cells, made in zip(known, _spellings(known, key[0]), strict=True)
        for spelling in made
    }
    for row, made in zip(rows, _spellings([row.cells for row in rows], key[0]), strict=True):
        owner = row.cells[key[0]]
        for spelling in made:
            if not spelling.strip():
                raise row.fault(f"{owner} has a spelling without letters and digits")
            if owners.setdefault(spelling, owner) != owner:
                said = " ".join(spelling.split())
                raise row.fault(f"{said!r} is a spelling of {owners[spelling]} already: one word has one meaning")


def _spellings(rows: Sequence[Mapping[str, str | None]], name: str) -> list[list[str]]:
    """Return the spellings of each row, its name first, as `imr_etl.vocabulary.words` makes them."""
    whole = [SEPARATOR.join(filter(None, (row.get(column) for column in (name, *SPELLINGS)))) for row in rows]
    listed = pl.DataFrame({"row": range(len(whole)), "text": [text.split(SEPARATOR) for text in whole]}).explode("text")
    made = listed.with_columns(words(pl.col("text"))).group_by("row", maintain_order=True).agg("text")
    return made["text"].to_list()


def _key(name: str) -> tuple[str, ...]:
    """Return the columns that identify a row of a table: the first, or the first two where the first one repeats."""
    table = package_table(name)
    return tuple(table.columns[: 1 if table.to_series(0).is_unique().all() else 2])


def _one_of(value: str, values: set[str]) -> str:
    near = difflib.get_close_matches(value, values, n=3, cutoff=0.5) or sorted(values)
    return f"write {' or '.join(near)}" if len(near) <= FEW else f"write one of {', '.join(near)}"


def _fault(path: Path, line: int, what: str) -> RunError:
    return RunError(f"{path} line {line}: {what}.")
