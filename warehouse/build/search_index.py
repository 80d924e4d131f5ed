"""The search index: an SQLite file beside the warehouse that says which items and letters have a word, and where.

Belongs here: what the index holds, and replacing cases in it. Does not belong here: which file belongs to which
warehouse (`warehouse.build.publish`), how its texts are put together (`load/search_item_texts.sql`,
`load/search_letter_texts.sql`), and searching (`warehouse.query.search`).

The index holds words and their places, not the texts, which the warehouse has. A row is deleted from such an index by
the text that went in: a build keeps the old texts of a batch before it deletes them from its warehouse.

A row's number is that of its letter times `ITEMS_A_LETTER` plus that of the item; the letter's own texts are its
item 0. An item with a higher number is in the warehouse and not in the index.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from warehouse import sql

ITEMS_A_LETTER = 4096
COLUMNS = {
    "letter_texts": ("summary", "diagnosis"),
    "item_texts": ("request", "names", "rationale", "guideline"),
}
"""Tables of the index and the texts in each; `load/search_<table>.sql` selects them."""

TOKENIZER = "porter unicode61 remove_diacritics 2"
ROWS_AT_A_TIME = 5000

SETTINGS = {"hashsize": 32 << 20, "automerge": 16}
"""Bytes of words that FTS5 gathers before it writes them as a segment, and how many segments it merges into one.

With the defaults, 1 MB and 4 segments, it merges more often.
"""


class SearchIndex:
    """A search index that a build writes to.

    No journal is kept and nothing is forced to the disk before the end: a build that is killed leaves a file that no
    other build opens.
    """

    def __init__(self, path: Path) -> None:
        """Open the index, create it where there is none."""
        is_new = not path.exists()
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536")
        if is_new:
            self._database.execute(
                "CREATE TABLE letters (letter INTEGER PRIMARY KEY, determination_id TEXT NOT NULL UNIQUE)"
            )
            for table, columns in COLUMNS.items():
                self._database.execute(
                    f"CREATE VIRTUAL TABLE {table} USING fts5"
                    f" ({', '.join(columns)}, content = '', tokenize = '{TOKENIZER}')"
                )
                for name, value in SETTINGS.items():
                    self._database.execute(f"INSERT INTO {table} ({table}, rank) VALUES (?, ?)", (name, value))

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def remove_cases(self, warehouse: duckdb.DuckDBPyConnection) -> None:
        """Remove the cases in `batch_cases`, which a build is about to delete from its warehouse."""
        self._database.execute("BEGIN")
        self._write_texts(warehouse, is_removal=True)
        cases = warehouse.execute("FROM batch_cases").fetchall()
        self._database.executemany("DELETE FROM letters WHERE determination_id = ?", cases)
        self._database.execute("COMMIT")

    def add_cases(self, warehouse: duckdb.DuckDBPyConnection) -> None:
        """Add the cases in `batch_cases`, of which the index has none, and the warehouse has the texts by now."""
        self._database.execute("BEGIN")
        cases = warehouse.execute(
            "SELECT determination_id FROM main.determinations SEMI JOIN batch_cases USING (determination_id) ORDER BY 1"
        ).fetchall()
        self._database.executemany("INSERT INTO letters (determination_id) VALUES (?)", cases)
        self._write_texts(warehouse, is_removal=False)
        self._database.execute("COMMIT")

    def _write_texts(self, warehouse: duckdb.DuckDBPyConnection, *, is_removal: bool) -> None:
        """Add the texts that the warehouse has of the cases in `batch_cases`, or remove them by FTS5's command."""
        for table, columns in COLUMNS.items():
            names, values = ["rowid", *columns], ["?"] * (1 + len(columns))
            if is_removal:
                names, values = [table, *names], ["'delete'", *values]
            self._database.executemany(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(values)})",
                self._rows(warehouse.execute(sql(f"load/search_{table}"))),
            )

    def _rows(self, texts: duckdb.DuckDBPyConnection) -> Iterator[tuple[object, ...]]:
        """Read rows of texts, each with its number in the index before them."""
        while some := texts.fetchmany(ROWS_AT_A_TIME):
            letters = self._letters({row[0] for row in some})
            for case, item, *values in some:
                if item < ITEMS_A_LETTER:
                    yield (letters[case] * ITEMS_A_LETTER + item, *values)

    def _letters(self, cases: Iterable[str]) -> dict[str, int]:
        """Look up the numbers of letters by their `determination_id`."""
        find = "SELECT letter FROM letters WHERE determination_id = ?"
        return {case: self._database.execute(find, (case,)).fetchone()[0] for case in cases}
