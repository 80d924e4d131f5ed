r"""Searching `marts.item_search`: which disputed items have some words, names and dates.

Belongs here: what can be asked of a search, its SQL, which names the code tables know. Does not belong here: the
sentence that is shown of a hit (`imr_etl.passages`), options and messages (`imr_etl.cli.search`).

A word is a run of letters and digits, in any case, with or without accents; all else parts words. The mart holds the
words of request and rationale as hashes of 32 bits, in their order, so that a search reads 2.7 GB of numbers for 4.4
million items, and no text but that of its hits. Two words of different letters share a hash once in four thousand
million: of two thousand searches for one word over two million letters about one counts items too many.

Measured on 4.4 million items with 5.5 GB of text, in seconds of CPU, half of which two cores need:
    `contains` over the text, in lower case before         5.0, 2.9 GB more in the warehouse
    `contains` over the text, in lower case by then       10.2
    lists of hashes, as here: words 2.3, phrases 2.0 to 4.0, and up to 20 for two that stand several times in most items
                         but seldom together ("pain therapy"); 2.7 GB more; 1 GB of memory; 220 to build, with
                         rationales of 1 KB
A table of one row per word and item needs some 300 to sort, and does not follow letters that come by night. DuckDB's
full text search is an extension that has to be downloaded.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import duckdb

from imr_etl.errors import RunError
from imr_etl.names import NAME_TABLES

WORDS = r"regexp_extract_all(lower(strip_accents({text})), '[\p{{L}}\p{{N}}]+|\n')"
"""SQL: the words of a text; a line feed counts as one, so that no phrase runs over it."""

HASHES = f"list_transform({WORDS}, lambda word: (hash(word) >> 32)::UINTEGER)"
"""SQL: the hashes of a text's words; `models/item_search.sql` says the same of an item's."""

MOST_WORDS = 50
SEPARATOR = "|"
"""Between two aliases of a code table."""

DATES = ("decision_date", "injury_date", "application_received_date")
PLAIN = ("determination_id", "decision", "outcome", "priority")
"""What is named as it stands in the warehouse."""

_CONDITIONS = {
    "category": "list_contains($category, category)",
    "subcategory": "list_contains($subcategory, subcategory)",
    "specialty": "list_has_any(specialties, $specialty)",
    "treatment": "list_has_any(treatments, $treatment)",
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

    Raises RunError for a phrase without a word, for more than `MOST_WORDS` words, for a name that no code table knows,
    and where the warehouse was built by a DuckDB that hashes otherwise.
    """
    _refuse_other_hashes(connection)
    conditions, values = ["TRUE"], dict[str, object]()
    for place, phrase in enumerate(_hashed(connection, asked.phrases)):
        conditions.append(_phrase_condition(place, phrase))
        values |= {f"word_{place}_{number}": value for number, (_, value) in enumerate(phrase)}
    for column, (first, last) in asked.dates.items():
        if first:
            conditions.append(f"{column} >= $first_{column}")
            values[f"first_{column}"] = first
        if last:
            conditions.append(f"{column} <= $last_{column}")
            values[f"last_{column}"] = last
    for what, given in asked.names.items():
        conditions.append(_CONDITIONS[what])
        values[what] = known_names(connection, what, given)
    for column, value in asked.plain.items():
        conditions.append(f"{column} = ${column}")
        values[column] = value
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE hits AS SELECT decision_date, determination_id, item_number"
        f" FROM marts.item_search WHERE {' AND '.join(conditions)}",
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


def _hashed(connection: duckdb.DuckDBPyConnection, phrases: tuple[str, ...]) -> list[list[tuple[int, int]]]:
    """The words of each phrase: length and hash."""
    hashed = []
    for phrase in phrases:
        words, hashes = connection.execute(
            rf"SELECT {WORDS.format(text='$text')}, {HASHES.format(text='$text')}", {"text": " ".join(phrase.split())}
        ).fetchall()[0]
        if not words:
            raise RunError(f"{phrase!r} has no word to search for: words are made of letters and digits.")
        hashed.append([(len(word), value) for word, value in zip(words, hashes, strict=True)])
    if sum(map(len, hashed)) > MOST_WORDS:
        raise RunError(f"A search takes {MOST_WORDS} words at most.")
    return hashed


def _phrase_condition(place: int, phrase: list[tuple[int, int]]) -> str:
    """SQL: the words of a phrase stand beside each other in `words`.

    Whether the phrase is where one of its words stands first costs little to see. That is asked of its two longest
    words, most often the rarest; only in a text where both of them stand again is every place looked at.
    """
    words = [f"$word_{place}_{number}::UINTEGER" for number in range(len(phrase))]
    contained = [f"list_contains(words, {word})" for word in dict.fromkeys(words)]
    if len(phrase) == 1:
        return contained[0]
    longest = sorted(range(len(phrase)), key=lambda number: -phrase[number][0])[:2]
    at_first, again = [], []
    for own in longest:
        here = f"list_position(words, {words[own]})"
        others = [f"words[{here} + {number - own}] = {word}" for number, word in enumerate(words) if number != own]
        at_first.append(f"({' AND '.join([f'{here} > {own}', *others])})")
        again.append(f"list_contains(words[{here} + 1:], {words[own]})")
    anywhere = [f"word = {words[0]}"] + [
        f"words[place + {number}] = {word}" for number, word in enumerate(words) if number
    ]
    stands = f"len(list_filter(words, lambda word, place: {' AND '.join(anywhere)})) > 0"
    return f"{' AND '.join(contained)} AND ({' OR '.join(at_first)} OR ({' AND '.join(again)} AND {stands}))"


def _hits(connection: duckdb.DuckDBPyConnection, limit: int | None) -> Iterator[Hit]:
    columns = ", ".join(f"item.{name}" for name in Hit.__annotations__)
    order = "decision_date DESC NULLS LAST, determination_id DESC, item_number"
    result = connection.execute(
        f"SELECT {columns} FROM (FROM hits ORDER BY {order} LIMIT $limit) AS hit"
        " JOIN marts.item_search AS item USING (determination_id, item_number)"
        " ORDER BY hit.decision_date DESC NULLS LAST, hit.determination_id DESC, hit.item_number",
        {"limit": limit},
    )
    while rows := result.fetchmany(1000):
        yield from (Hit(*row) for row in rows)


def _refuse_other_hashes(connection: duckdb.DuckDBPyConnection) -> None:
    text = "concat_ws(chr(10), request, rationale)"
    same = connection.execute(f"SELECT words = {HASHES.format(text=text)} FROM marts.item_search LIMIT 1").fetchone()
    if same == (False,):
        raise RunError("The warehouse was built with another version of DuckDB: `imr-etl run` builds it again.")
