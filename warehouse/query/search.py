"""Searching requests and rationales: which disputed items have some words, names and dates.

Belongs here: what can be asked of a search, its SQL, which names the code tables know. Does not belong here: the
sentence that is shown of a hit (`warehouse.query.passages`), options and messages (`imr_etl.cli.search`).

A word is a run of letters and digits, in any case, with or without accents; all other characters separate words. A
search for words reads the texts of all items: 1 to 2 seconds at 200,000 letters.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import duckdb

from imr_etl.errors import RunError
from imr_etl.names import NAME_TABLES

FOLDED = "lower(strip_accents({text}))"
"""SQL: a text as a search compares it."""

WORDS = rf"regexp_extract_all({FOLDED.format(text='$text')}, '[\p{{L}}\p{{N}}]+')"
"""SQL: the words of a text."""

MOST_WORDS = 50
SEPARATOR = "|"
"""Between two aliases of a code table."""

DATES = ("decision_date", "injury_date", "application_received_date")
PLAIN = ("determination_id", "decision", "outcome", "priority")
"""What is named as it stands in the warehouse."""

_CONDITIONS = {
    "category": "list_contains($category, item.category)",
    "subcategory": "list_contains($subcategory, item.subcategory)",
    "specialty": "list_has_any(item.specialties, $specialty)",
    "treatment": (
        "(list_contains($treatment, item.treatment) OR (item.determination_id, item.item_number) IN"
        " (SELECT (determination_id, item_number) FROM main.item_drugs WHERE list_contains($treatment, ingredient)))"
    ),
}
_COLUMNS = {
    "decision_date": "item.decision_date",
    "injury_date": "letter.injury_date",
    "application_received_date": "letter.application_received_date",
    "determination_id": "item.determination_id",
    "decision": "item.decision",
    "outcome": "item.letter_outcome",
    "priority": "item.priority",
}


@dataclass(frozen=True)
class Search:
    """What is searched for; what is not given does not narrow the search.

    `phrases` are texts that must all occur, the words of each beside each other. `dates` are first and last day of a
    date of `DATES`, both included, `names` those of
    `NAME_TABLES`, any of which will do, `plain` those of `PLAIN`.
    """

    phrases: tuple[str, ...] = ()
    dates: Mapping[str, tuple[date | None, date | None]] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    plain: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hit:
    """A disputed item that was found, with its texts as written."""

    case_number: str | None
    determination_id: str
    item_number: int
    decision_date: date | None
    decision: str
    outcome: str | None
    category: str | None
    subcategory: str | None
    treatment: str | None
    first_page: int
    last_page: int
    request: str
    rationale: str | None


@dataclass(frozen=True)
class Found:
    """How many items and letters were found, and the newest of the items, newest first."""

    items: int
    letters: int
    hits: Iterator[Hit]


def search(connection: duckdb.DuckDBPyConnection, asked: Search, limit: int | None = None) -> Found:
    """Search a warehouse that is open for reading. The hits are read from it while they are taken.

    Raises RunError for a phrase without a word, for more than `MOST_WORDS` words and for a name that no code table
    knows.
    """
    conditions, values = ["TRUE"], dict[str, object]()
    for place, pattern in enumerate(_patterns(connection, asked.phrases)):
        conditions.append(
            "("
            + " OR ".join(
                f"regexp_matches({FOLDED.format(text=f'written.{text}')}, $pattern_{place})"
                for text in ("request", "rationale")
            )
            + ")"
        )
        values[f"pattern_{place}"] = pattern
    for column, (first, last) in asked.dates.items():
        if first:
            conditions.append(f"{_COLUMNS[column]} >= $first_{column}")
            values[f"first_{column}"] = first
        if last:
            conditions.append(f"{_COLUMNS[column]} <= $last_{column}")
            values[f"last_{column}"] = last
    for what, given in asked.names.items():
        conditions.append(_CONDITIONS[what])
        values[what] = known_names(connection, what, given)
    for column, value in asked.plain.items():
        conditions.append(f"{_COLUMNS[column]} = ${column}")
        values[column] = value
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE hits AS SELECT item.decision_date, item.determination_id, item.item_number"
        " FROM marts.items AS item"
        " JOIN main.disputed_items AS written"
        " ON written.determination_id = item.determination_id AND written.item_number = item.item_number"
        " JOIN main.determinations AS letter ON letter.determination_id = item.determination_id"
        f" WHERE {' AND '.join(conditions)}",
        values,
    )
    ((items, letters),) = connection.execute("SELECT count(*), count(DISTINCT determination_id) FROM hits").fetchall()
    return Found(items, letters, _hits(connection, limit))


def known_names(connection: duckdb.DuckDBPyConnection, what: str, given: tuple[str, ...]) -> list[str]:
    """The names of the code tables that are meant by names in any spelling: aliases, misspellings, any case and marks.

    Raises RunError with near names for one that none of them knows.
    """
    spellings: dict[str, list[str]] = {}
    for table, column in NAME_TABLES[what]:
        rows = connection.execute(
            f"SELECT {column}, concat_ws('|', aliases, misspellings) FROM codes.{table}"
        ).fetchall()
        own = {_key(name): name for name, _ in reversed(rows)}
        others = {_key(alias): name for name, aliases in reversed(rows) for alias in aliases.split(SEPARATOR)}
        # A name of its own goes before another's alias; what two tables know may be either.
        for key, name in (others | own).items():
            spellings.setdefault(key, []).append(name)
    spellings.pop("", None)
    for name in given:
        if _key(name) not in spellings:
            raise RunError(_unknown(what, name, spellings))
    return list(dict.fromkeys(found for name in given for found in spellings[_key(name)]))


def _unknown(what: str, name: str, spellings: Mapping[str, list[str]]) -> str:
    key = _key(name)
    near = difflib.get_close_matches(key, spellings, n=4) + [known for known in spellings if key and key in known]
    names = list(dict.fromkeys(found for known in near or sorted(spellings) for found in spellings[known]))[:4]
    return f"There is no {what} {name}: did you mean {' or '.join(names)}?"


def _key(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def _patterns(connection: duckdb.DuckDBPyConnection, phrases: tuple[str, ...]) -> list[str]:
    """Write a regular expression for each phrase: its words as whole words, one behind the other."""
    patterns, count = [], 0
    for phrase in phrases:
        ((words,),) = connection.execute(f"SELECT {WORDS}", {"text": phrase}).fetchall()
        if not words:
            raise RunError(f"{phrase!r} has no word to search for: words are made of letters and digits.")
        patterns.append(r"(?:^|[^\pL\pN])" + r"[^\pL\pN]+".join(words) + r"(?:$|[^\pL\pN])")
        count += len(words)
    if count > MOST_WORDS:
        raise RunError(f"A search takes {MOST_WORDS} words at most.")
    return patterns


def _hits(connection: duckdb.DuckDBPyConnection, limit: int | None) -> Iterator[Hit]:
    order = "decision_date DESC NULLS LAST, determination_id DESC, item_number"
    columns = ", ".join(
        {"outcome": "item.letter_outcome", "rationale": "written.rationale"}.get(name, f"item.{name}")
        for name in Hit.__annotations__
    )
    result = connection.execute(
        f"SELECT {columns} FROM (FROM hits ORDER BY {order} LIMIT $limit) AS hit"
        " JOIN marts.items AS item"
        " ON item.determination_id = hit.determination_id AND item.item_number = hit.item_number"
        " JOIN main.disputed_items AS written"
        " ON written.determination_id = hit.determination_id AND written.item_number = hit.item_number"
        " ORDER BY hit.decision_date DESC NULLS LAST, hit.determination_id DESC, hit.item_number",
        {"limit": limit},
    )
    while rows := result.fetchmany(1000):
        yield from (Hit(*row) for row in rows)
