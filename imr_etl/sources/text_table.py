"""Tables of texts, a letter a row: `parquet:///srv/letters.parquet!/CM16-0123456`, `jsonl://`, `csv://`.

A table has a column that names each letter and one with its text. They are found by their usual names, or named after
the path: `letters.parquet?id=case&text=body`. The name gives the case number where it has one. The second row of the
same name has the address `...!/name#2`.

No letter becomes a file: the letters of a block are read together, as a column of texts.
"""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from imr_etl.errors import RunError
from imr_etl.sources.source import (
    MAX_BYTES,
    MEMBER,
    TEXT,
    Found,
    Source,
    Stamp,
    local_stamp,
    not_listed,
    path_of,
    too_large,
)

if TYPE_CHECKING:
    import polars as pl

ID_COLUMNS = ("id", "case_number", "case_no", "caseno", "case", "uri", "file_name", "filename", "name", "path")
TEXT_COLUMNS = ("text", "letter_text", "letter", "full_text", "content", "body")
"""The names by which the two columns are found, in any case, in this order."""

OPTIONS = ("id", "text")
ROWS_AT_A_TIME = 20_000
PLAIN = r"^[A-Za-z0-9_./~-]*$"
"""Names that stand in an address as they are."""


class TextTableSource(Source):
    """A table with an id and a text column."""

    schemes = ("parquet", "jsonl", "csv")
    endings = {".parquet": "parquet", ".jsonl": "jsonl", ".jsonl.gz": "jsonl", ".csv": "csv", ".csv.gz": "csv"}  # noqa: RUF012
    is_read_together = True

    def stamp(self, address: str) -> Stamp:
        """Return size and time of the table's file."""
        return local_stamp(address)

    def list(self, address: str, found: Found) -> Iterator["pl.DataFrame"]:
        """Yield the letters of a table with the hashes of their texts."""
        for rows in _batches(address, _texts(address)):
            texts = rows.drop_nulls()
            if missing := rows.height - texts.height:
                found.passed_over["row without id or text"] += missing
            yield _listed(address, texts)

    def read(self, uri: str) -> bytes:
        """Return one text. Reading many at once costs hardly more."""
        try:
            found = self.read_many([uri])
        except RunError as error:
            raise OSError(0, str(error)) from error
        if uri not in found:
            raise OSError(0, "The table has no such row any more, or it is too large")
        if len(found[uri]) > MAX_BYTES:
            raise too_large()
        return found[uri]

    def read_many(self, uris: Sequence[str]) -> dict[str, bytes]:
        """Return texts by address; the table is read once."""
        import polars as pl  # noqa: PLC0415  processes that read PDFs need none of it

        wanted: defaultdict[str, dict[str, dict[int, str]]] = defaultdict(dict)
        for uri in uris:
            address, _, row = uri.partition(MEMBER)
            name, _, number = row.partition("#")
            wanted[address].setdefault(unquote(name), {})[int(number or 1)] = uri
        found: dict[str, bytes] = {}
        for address, names in wanted.items():
            seen: defaultdict[str, int] = defaultdict(int)
            rows = _texts(address).filter(pl.col("id").is_in(pl.Series(list(names), dtype=pl.String()).implode()))
            for batch in _batches(address, rows.drop_nulls()):
                for name, text in batch.iter_rows():
                    seen[name] += 1
                    wanted_uri = names[name].get(seen[name])
                    if wanted_uri is not None:
                        found[wanted_uri] = text.encode()
        return found


SOURCE = TextTableSource()


def _listed(address: str, texts: "pl.DataFrame") -> "pl.DataFrame":
    """Make the rows of a listing of ids and texts."""
    import polars as pl  # noqa: PLC0415

    # No library hashes a column; a text takes 3 millionths of a second.
    hashes = ["sha256:" + hashlib.sha256(text.encode()).hexdigest() for text in texts["text"]]
    ids = texts["id"]
    names = ids if ids.str.contains(PLAIN).all() else pl.Series([quote(name) for name in ids], dtype=pl.String())
    return texts.select(
        uri=pl.lit(address + MEMBER) + names.alias("id"),
        byte_count=pl.col("text").str.len_bytes().cast(pl.Int64),
        modified_ns=pl.lit(None, pl.Int64),
        version=pl.Series(hashes, dtype=pl.String()),
        media_type=pl.lit(TEXT),
    )


def _texts(address: str) -> "pl.LazyFrame":
    """Return the table's ids and texts, as text, lazily. Raises RunError where it has no such columns."""
    stamp = local_stamp(address)
    id_column, text_column = _columns(address, stamp)
    return _scan(address, [id_column, text_column]).rename({id_column: "id", text_column: "text"})


@lru_cache(maxsize=16)
def _columns(address: str, stamp: Stamp) -> tuple[str, str]:  # noqa: ARG001  a table that changed is looked at again
    """Return the names of the columns of ids and of texts."""
    import polars as pl  # noqa: PLC0415

    place = path_of(address)
    options = dict(parse_qsl(urlsplit(address).query))
    if other := sorted(set(options) - set(OPTIONS)):
        raise RunError(f"{place}?{other[0]}=... is no option of a table: write ?id=COLUMN&text=COLUMN.")
    try:
        schema = _scan(address).collect_schema()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise not_listed(address, _short(error)) from error
    by_name = {name.casefold(): name for name in reversed(schema.names())}

    def column(option: str, usual: tuple[str, ...]) -> str:
        if option in options:
            found = options[option] if options[option] in schema else None
        else:
            found = next((by_name[name] for name in usual if name in by_name), None)
        if found is None or (option == "text" and schema[found] != pl.String()) or schema[found].is_nested():
            names = ", ".join(schema.names()[:20])
            raise RunError(
                f"{place} has no column for the {'names' if option == 'id' else 'texts'} of letters: name it, as in"
                f" {os.path.basename(place)}?id=COLUMN&text=COLUMN (its columns: {names})."  # noqa: PTH119
            )
        return found

    columns = column("id", ID_COLUMNS), column("text", TEXT_COLUMNS)
    if columns[0] == columns[1]:
        raise RunError(f"{place} has one column for the names and the texts of letters: name two.")
    return columns


def _scan(address: str, columns: Sequence[str] = ()) -> "pl.LazyFrame":
    """Read a table lazily: all columns, or some as text."""
    import polars as pl  # noqa: PLC0415

    from imr_etl.storage.parquet import open_parquet  # noqa: PLC0415

    path = path_of(address)
    as_text = dict.fromkeys(columns, pl.String())
    if address.startswith("parquet:"):
        rows = open_parquet(Path(path))
        return rows.select(pl.col(name).cast(pl.String) for name in columns) if columns else rows
    if address.startswith("csv:"):
        rows = pl.scan_csv(path, infer_schema=False, glob=False)
        return rows.select(columns) if columns else rows
    return pl.scan_ndjson(escape(path), schema=as_text or None)


def _batches(address: str, rows: "pl.LazyFrame") -> Iterator["pl.DataFrame"]:
    """Yield rows as they are read, so that no table is in memory at once."""
    import polars as pl  # noqa: PLC0415

    try:
        yield from rows.collect_batches(chunk_size=ROWS_AT_A_TIME)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise not_listed(address, _short(error)) from error


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
