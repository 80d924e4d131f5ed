"""Searching: which disputed items have some words in their texts, and what filters ask for.

Belongs here: running a search on a warehouse and its search index, what each filter means in SQL, which names the code
tables know. Does not belong here: the query language (`warehouse.query.words`), what may be asked for
(`imr_etl.names`), the passages that are shown (`warehouse.query.passages`), options and messages
(`imr_etl.cli.search`).
"""

import difflib
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from imr_etl.errors import RunError
from imr_etl.names import NAME_TABLES, SEPARATOR, NameTable, Search, filters
from warehouse.build.search_index import ITEMS_A_LETTER
from warehouse.query.passages import Passage, passages_of_each
from warehouse.query.words import Group, Names, Query, group_in, read_names, read_query, words_of

ITEM = "(item.determination_id, item.item_number)"
HEADINGS = (
    "SELECT unnest(list(DISTINCT heading)) AS heading"
    " FROM (SELECT unnest(sections) AS heading FROM main.guideline_citations)"
)
"""Each heading once. With a plain SELECT DISTINCT, DuckDB would compute a condition for each citation first."""

SECTION = "concat(' ', trim(regexp_replace(lower(strip_accents(heading)), '[^\\pL\\pN]+', ' ', 'g')), ' ')"


def _has(name: str, column: str) -> str:
    """Write the condition that a list has one of a filter's names; finding a single name takes a third of the time."""
    one, any_of = f"list_contains({column}, ${name}[1])", f"list_has_any(${name}, {column})"
    return f"CASE WHEN len(${name}) = 1 THEN {one} ELSE {any_of} END"


CONDITIONS = {
    "case": "item.determination_id = $case",
    "decision": "item.decision = $decision",
    "outcome": "item.letter_outcome = $outcome",
    "category": "list_contains($category, item.category)",
    "subcategory": "list_contains($subcategory, item.subcategory)",
    "treatment": f"(list_contains($treatment, item.treatment) OR {_has('treatment', 'item.ingredients')})",
    "drug_class": _has("drug_class", "item.drug_classes"),
    "ingredient": _has("ingredient", "item.ingredients"),
    "body_part": _has("body_part", "item.regions"),
    "visits": "item.visits BETWEEN $visits[1] AND $visits[2]",
    "modified": "item.is_modified = $modified",
    "retrospective": "item.is_retrospective = $retrospective",
    "ancillary": "item.is_ancillary = $ancillary",
    "guideline_family": f"({_has('guideline_family', 'item.ur_families')}"
    f" OR {_has('guideline_family', 'item.reviewer_families')})",
    "section": f"{ITEM} IN (SELECT (determination_id, item_number)"
    " FROM (SELECT determination_id, item_number, unnest(sections) AS heading FROM main.guideline_citations)"
    f" WHERE heading IN (SELECT heading FROM ({HEADINGS})"
    f" WHERE len(list_filter($section, words -> contains({SECTION}, words))) > 0))",
    "specialty": _has("specialty", "item.specialties"),
    "state": _has("state", "item.states"),
    "priority": "item.priority = $priority",
    "age": "item.patient_age BETWEEN $age[1] AND $age[2]",
    "sex": "item.patient_sex = $sex",
    "diagnosis_nature": _has("diagnosis_nature", "item.diagnosis_natures"),
    "diagnosis_region": _has("diagnosis_region", "item.diagnosis_regions"),
    "claim_age": "item.claim_age BETWEEN $claim_age[1] AND $claim_age[2]",
    "problem": "letter.sha256 IN (SELECT sha256 FROM main.problems WHERE list_contains($problem, code))",
    "since": "item.decision_date >= $since",
    "until": "item.decision_date <= $until",
    "injury_since": "item.injury_date >= $injury_since",
    "injury_until": "item.injury_date <= $injury_until",
    "received_since": "item.application_received_date >= $received_since",
    "received_until": "item.application_received_date <= $received_until",
}
"""Filter -> its condition in SQL, with the filter's value as the parameter of its name."""

GATHERED = (
    "item.determination_id, item.item_number, item.is_overturned, item.decision_month, item.decision_date,"
    " item.category, item.treatment, item.ingredients, item.regions"
)
"""What is kept of found items, to be counted."""

COUNTED = (
    "SELECT item.category, item.decision_month, count(*) AS n, count(*) FILTER (item.is_overturned) AS y {}"
    " GROUP BY ALL"
)
"""What is kept of items that are too many to be gathered: how many there are, and how many are overturned."""

OF_GATHERED = "FROM gathered AS hit JOIN marts.items AS item USING (determination_id, item_number)"
AS_HITS = "item.determination_id, item.item_number, NULL::INTEGER AS tier, NULL::BIGINT AS place, item.decision_date"

SMALLEST, LARGEST = 0, 2**31 - 1
STEPS_BETWEEN_CHECKS = 10_000
"""Instructions of SQLite after which a bounded search checks the time."""

FEW = 1000
"""Hits whose letters are looked up one by one."""

WEIGHTS = (10.0, 6.0, 1.0, 1.0)
"""Weight of a word in the request, in the names of the code tables, in the rationale and in the guidelines."""

RANK = f"bm25(item_texts, {', '.join(map(str, WEIGHTS))})"

FOUND_IN = ("request", "request", "rationale", "letter")
"""Where the words stand, in the order of hits: as they are in the request; what they stand for in the request or the
item's names; all in texts of the item; some only in texts of the whole letter."""

IN_LETTER = len(FOUND_IN) - 1


@dataclass(frozen=True)
class Hit:
    """A disputed item that was found, with its texts as written.

    `found_in` says where all the words stand: request, rationale (or a guideline), letter; null without words.
    """

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
    found_in: str | None = None


@dataclass(frozen=True)
class Found:
    """How many items and letters were found, items by where the words stand, and the hits, the best first.

    `source` is the FROM clause of all that was found, as `item` with the columns of `marts.items`; `values` are its
    parameters. `is_more` says that more may be found than a bounded search counts, `is_gathered` that the temporary
    table `gathered` has what was found, with the columns `GATHERED`; where a bounded search without words finds more,
    the temporary table `counted` has the counts `COUNTED`.
    """

    items: int
    letters: int
    hits: Iterator[Hit]
    by_place: Mapping[str, int] = field(default_factory=dict)
    match: str | None = None
    """The words and what they stand for, as FTS5 reads them."""
    source: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    is_more: bool = False
    is_gathered: bool = False


@dataclass(frozen=True)
class Bounds:
    """How far a search goes.

    Attributes:
        items: how many items of each place in `FOUND_IN` are taken, the newest letters first.
        seconds: how much work may go into each place.
        gathered: up to how many items are kept in the table `gathered`, and their letters counted.
    """

    items: int
    seconds: float
    gathered: int


def search(
    connection: duckdb.DuckDBPyConnection,
    asked: Search,
    limit: int | None = None,
    *,
    skip: int = 0,
    is_newest_first: bool = False,
    bounds: Bounds | None = None,
) -> Found:
    """Search a warehouse that is open for reading, and its index. The hits are read while they are taken.

    Hits in a request stand before others, then the best first; without words the newest first. `skip` hits are left
    out before the first. Raises RunError for words that cannot be meant, for a name that no code table knows, and where
    the search index is missing.
    """
    conditions, values = _conditions(connection, asked)
    last = None if limit is None else skip + limit
    if not asked.words.strip():
        return _filter(connection, conditions, values, limit, skip, bounds)
    query = read_query(asked.words, _names(connection))
    is_whole = bool(conditions) or is_newest_first or bounds is not None
    try:
        with closing(_open_index(connection)) as index:
            is_more = _find(index, query, None if conditions else last, bounds)
            ((items, letters),) = index.execute(f"SELECT count(*), count(DISTINCT item / {ITEMS_A_LETTER}) FROM found")
            tiers = dict(index.execute("SELECT tier, count(*) FROM found GROUP BY tier"))
            _read_found(connection, index, None if is_whole else last)
    except sqlite3.Error as error:
        raise RunError(f"The search index cannot be read ({error}): `imr-etl run --rehash` builds it again.") from error
    if conditions:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE hits AS SELECT found.*"
            f" {_filtered(conditions, 'JOIN hits AS found USING (determination_id, item_number)')}",
            values,
        )
        items, letters, tiers = _count(connection)
    source = "FROM hits AS hit JOIN marts.items AS item USING (determination_id, item_number)"
    if bounds is not None or is_newest_first:
        _gather(connection, source, {})
        source = OF_GATHERED
    if is_newest_first:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE hits AS SELECT {AS_HITS} FROM gathered AS item")
    by_place = dict.fromkeys(FOUND_IN, 0)
    for tier, count in tiers.items():
        by_place[FOUND_IN[tier]] += count
    hits = _hits(connection, limit, skip)
    is_gathered = source == OF_GATHERED
    return Found(items, letters, hits, by_place, query.anywhere(), source, {}, is_more, is_gathered)


def _filter(
    connection: duckdb.DuckDBPyConnection,
    conditions: list[str],
    values: dict[str, object],
    limit: int | None,
    skip: int,
    bounds: Bounds | None,
) -> Found:
    """Find items without words."""
    source, last = _filtered(conditions), None if limit is None else skip + limit
    is_gathered = bounds is not None and _gather(connection, source, values, bounds.gathered + 1) <= bounds.gathered
    of = newest = "FROM gathered AS item" if is_gathered else source
    given = {} if is_gathered else values
    if is_gathered or bounds is None:
        counts = f"SELECT count(*), count(DISTINCT item.determination_id) {of}"
        ((items, letters),) = connection.execute(counts, given).fetchall()
    else:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE counted AS {COUNTED.format(source)}", values)
        ((items, letters),) = connection.execute("SELECT sum(n)::BIGINT, 0 FROM counted").fetchall()
        if month := _month_of(connection, last):
            newest = f"{source} AND item.decision_date >= DATE '{month}'"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE hits AS SELECT {AS_HITS} {newest}"
        " ORDER BY item.decision_date DESC NULLS LAST, item.determination_id DESC, item.item_number LIMIT $last",
        {**given, "last": last},
    )
    hits = _hits(connection, limit, skip)
    if is_gathered:
        return Found(items, letters, hits, source=OF_GATHERED, is_gathered=True)
    return Found(items, letters, hits, source=source, values=values)


def _month_of(connection: duckdb.DuckDBPyConnection, last: int | None) -> date | None:
    """Return the first day of the month, of the table `counted`, that has the last of so many of the newest items."""
    found = connection.execute(
        "SELECT max(decision_month)"
        " FROM (SELECT decision_month, sum(sum(n)) OVER (ORDER BY decision_month DESC) AS so_far"
        " FROM counted WHERE decision_month IS NOT NULL GROUP BY decision_month) WHERE so_far >= $last",
        {"last": last},
    ).fetchall()
    month: date | None = found[0][0]
    return month


def _gather(
    connection: duckdb.DuckDBPyConnection, source: str, values: dict[str, object], limit: int | None = None
) -> int:
    """Keep what was found in the temporary table `gathered`, up to a limit; return how many items that is."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE gathered AS SELECT {GATHERED} {source} LIMIT $most", {**values, "most": limit}
    )
    ((items,),) = connection.execute("SELECT count(*) FROM gathered").fetchall()
    return int(items)


def hit_passages(connection: duckdb.DuckDBPyConnection, hit: Hit, match: str) -> dict[str, Passage]:
    """Cut out the passages of a hit's texts that have the words of `Found.match`, by the text's name."""
    return passages_of_hits(connection, [replace(hit, found_in="letter")], match)[0]


def passages_of_hits(
    connection: duckdb.DuckDBPyConnection, hits: Sequence[Hit], match: str
) -> list[dict[str, Passage]]:
    """Cut out the passages of the texts of some hits, as `hit_passages` does.

    Texts of the letter are read only for hits that were found by them: the warehouse takes long to unpack a few.
    """

    def rows(query: str, cases: set[str]) -> list[tuple[Any, ...]]:
        listed = ", ".join("?" * len(cases))
        return connection.execute(query.format(listed), list(cases)).fetchall() if cases else []

    of_letters = {hit.determination_id for hit in hits if hit.found_in == "letter"}
    guidelines = {
        (case, number): guideline
        for case, number, guideline in rows(
            "SELECT determination_id, item_number, concat_ws('; ', claims_administrator_guideline, reviewer_guideline)"
            " FROM main.disputed_items WHERE determination_id IN ({})",
            {hit.determination_id for hit in hits},
        )
    }
    summaries: dict[str, str | None] = dict(
        rows(
            "SELECT determination_id, clinical_summary FROM main.determinations WHERE determination_id IN ({})",
            of_letters,
        )
    )
    diagnoses: dict[str, str] = dict(
        rows(
            "SELECT determination_id, string_agg(diagnosis, '; ' ORDER BY position) FROM main.diagnoses"
            " WHERE determination_id IN ({}) GROUP BY determination_id",
            of_letters,
        )
    )
    return passages_of_each(
        [
            {
                "request": hit.request,
                "rationale": hit.rationale,
                "guideline": guidelines[hit.determination_id, hit.item_number],
                "summary": summaries.get(hit.determination_id),
                "diagnosis": diagnoses.get(hit.determination_id),
            }
            for hit in hits
        ],
        match,
    )


# ---------------------------------------------------------------------------------------------------------------------
# Words
# ---------------------------------------------------------------------------------------------------------------------


_KNOWN: dict[str, Names] = {}
"""What words stand for in the warehouse that was searched last, by the name of its index."""


def _names(connection: duckdb.DuckDBPyConnection) -> Names:
    """Read what words stand for, once for each warehouse."""
    ((build,),) = connection.execute("SELECT search_index FROM main.build").fetchall()
    if build not in _KNOWN:
        names = read_names(connection)
        _KNOWN.clear()
        _KNOWN[build] = names
    return _KNOWN[build]


def _open_index(connection: duckdb.DuckDBPyConnection) -> sqlite3.Connection:
    """Open the search index that belongs to a warehouse."""
    ((name, warehouse),) = connection.execute(
        "SELECT search_index, (SELECT path FROM duckdb_databases() WHERE database_name = 'imr') FROM main.build"
    ).fetchall()
    file = Path(warehouse).absolute().with_name(name)
    if not file.exists():
        raise RunError(f"{file} is missing, which a search for words needs: `imr-etl run` builds it again.")
    database = sqlite3.connect(f"{file.as_uri()}?immutable=1", uri=True, isolation_level=None)
    database.executescript("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536")
    return database


def _find(index: sqlite3.Connection, query: Query, limit: int | None, bounds: Bounds | None) -> bool:
    """Fill the temporary table `found`: items, `tier`, a place in `FOUND_IN`, and `rank`, the smaller the better.

    Items after the limit have no rank, because ranking takes longer than finding. Returns whether the bounds left
    anything out.
    """
    index.execute("CREATE TEMP TABLE found (item INTEGER PRIMARY KEY, tier INTEGER NOT NULL, rank REAL NOT NULL)")
    in_items = (
        query.in_items(expanded=False, columns=("request",)),
        query.in_items(expanded=True, columns=("request", "names")),
        query.in_items(expanded=True),
    )
    selected = [_items(group) for group in query.required]
    in_letter = (
        f"SELECT item FROM ({' INTERSECT '.join(f'SELECT item FROM ({text})' for text, _ in selected)})",
        [value for _, values in selected for value in values],
    )
    if bounds is None:
        _insert_all(index, query, in_items, in_letter, limit)
        is_more = False
    else:
        is_more = _insert_some(index, in_items, in_letter, bounds)
    for group in query.excluded:
        # Rationales and summaries speak of much that is not asked for: without a field only the request counts.
        text, values = _items(group, in_request=all(unit.field is None for unit in group))
        index.execute(f"DELETE FROM found WHERE item IN ({text})", values)
    return is_more


def _insert_all(
    index: sqlite3.Connection,
    query: Query,
    in_items: Sequence[str | None],
    in_letter: tuple[str, list[str]],
    limit: int | None,
) -> None:
    """Insert all that is found."""
    for tier, match in enumerate(in_items):
        if match:
            ((count,),) = index.execute("SELECT count(*) FROM found") if limit else ((0,),)
            rank = RANK if limit is None or query.excluded or count < limit else "0.0"
            index.execute(
                f"INSERT OR IGNORE INTO found SELECT rowid, {tier}, {rank} FROM item_texts WHERE item_texts MATCH ?",
                (match,),
            )
    selected, values = in_letter
    index.execute(f"INSERT OR IGNORE INTO found SELECT item, {IN_LETTER}, 0.0 FROM ({selected})", values)


def _insert_some(
    index: sqlite3.Connection, in_items: Sequence[str | None], in_letter: tuple[str, list[str]], bounds: Bounds
) -> bool:
    """Insert what is found within bounds; return whether there is more. Only places with few items are ranked."""
    of_items = "SELECT rowid FROM item_texts WHERE item_texts MATCH ? ORDER BY rowid DESC"
    selects = [(of_items, [match]) if match else None for match in in_items]
    is_more = False
    for tier, select in enumerate([*selects, in_letter]):
        if select is None or (is_more and tier == IN_LETTER):
            continue
        items, is_whole = _taken(index, *select, bounds)
        is_more = is_more or not is_whole
        index.executemany(f"INSERT OR IGNORE INTO found VALUES (?, {tier}, 0.0)", items)
        if tier < IN_LETTER and is_whole and len(items) <= FEW:
            ranks, _ = _taken(
                index, f"SELECT {RANK}, rowid FROM item_texts WHERE item_texts MATCH ?", select[1], bounds
            )
            index.executemany(f"UPDATE found SET rank = ? WHERE item = ? AND tier = {tier}", ranks)
        if len(items) > bounds.items:
            break
    return is_more


def _taken(
    index: sqlite3.Connection, select: str, values: list[str], bounds: Bounds
) -> tuple[list[tuple[Any, ...]], bool]:
    """Take the rows of a SELECT within bounds; return whether they are all."""
    until = time.thread_time() + bounds.seconds
    index.set_progress_handler(lambda: time.thread_time() > until, STEPS_BETWEEN_CHECKS)
    items: list[tuple[Any, ...]] = []
    try:
        for item in index.execute(select, values):
            items.append(item)
            if len(items) > bounds.items:
                return items, False
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_INTERRUPT":
            raise
        return items, False
    finally:
        index.set_progress_handler(None, 0)
    return items, True


def _items(group: Group, *, in_request: bool = False) -> tuple[str, list[str]]:
    """Write the SELECT of the items that say one of the units of a group, in their own or their letter's texts."""
    of_items = group_in(group, "item_texts", ("request", "names") if in_request else ())
    of_letters = None if in_request else group_in(group, "letter_texts")
    selects, values = [], []
    if of_items:
        selects.append("SELECT rowid AS item FROM item_texts WHERE item_texts MATCH ?")
        values.append(of_items)
    if of_letters:
        selects.append(
            "SELECT id AS item FROM letter_texts JOIN item_texts_docsize"
            f" ON id BETWEEN letter_texts.rowid AND letter_texts.rowid + {ITEMS_A_LETTER - 1}"
            " WHERE letter_texts MATCH ?"
        )
        values.append(of_letters)
    return " UNION ".join(selects), values


def _read_found(connection: duckdb.DuckDBPyConnection, index: sqlite3.Connection, limit: int | None) -> None:
    """Take what was found into the warehouse's temporary table `hits`, as one JSON text."""
    ((rows,),) = index.execute(
        "SELECT json_group_array(json_object("
        f"'determination_id', determination_id, 'item_number', item % {ITEMS_A_LETTER}, 'tier', tier, 'place', place))"
        " FROM (SELECT *, row_number() OVER () AS place FROM"
        " (SELECT item, tier FROM found ORDER BY tier, rank, item DESC LIMIT ?))"
        f" JOIN letters ON letter = item / {ITEMS_A_LETTER}",
        (-1 if limit is None else limit,),
    )
    structure = '[{"determination_id": "VARCHAR", "item_number": "INTEGER", "tier": "INTEGER", "place": "BIGINT"}]'
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE hits AS"
        f" SELECT unnest(from_json($rows, '{structure}'), recursive := true), NULL::DATE AS decision_date",
        {"rows": rows},
    )


# ---------------------------------------------------------------------------------------------------------------------
# Filters
# ---------------------------------------------------------------------------------------------------------------------


def _conditions(connection: duckdb.DuckDBPyConnection, asked: Search) -> tuple[list[str], dict[str, object]]:
    """Write the conditions of the filters that are given, and their parameters."""
    conditions, values = [], dict[str, object]()
    for each in filters():
        value = getattr(asked, each.name)
        if value is None or value == ():
            continue
        match each.metadata["kind"]:
            case "names":
                value = known_names(connection, each.name, value)
            case "numbers":
                first, last = value
                value = [SMALLEST if first is None else first, LARGEST if last is None else last]
            case "text" if each.name == "section":
                value = [f" {' '.join(words_of(text))} " for text in value]
            case "text" if each.name == "problem":
                value = _known_codes(connection, value)
        conditions.append(CONDITIONS[each.name])
        values[each.name] = value
    return conditions, values


def _known_codes(connection: duckdb.DuckDBPyConnection, given: tuple[str, ...]) -> list[str]:
    """Check that codes of problems are known. Raises RunError with near ones for one that is not."""
    known = [code for (code,) in connection.execute("SELECT code FROM codes.problem_codes ORDER BY code").fetchall()]
    for code in given:
        if code not in known:
            near = difflib.get_close_matches(code, known, n=4, cutoff=0.4) or known[:4]
            raise RunError(f"There is no problem code {code}: did you mean {' or '.join(near)}?")
    return list(given)


def _filtered(conditions: list[str], join: str = "") -> str:
    held = " AND ".join(["TRUE", *conditions])
    letters = " JOIN main.determinations AS letter ON letter.determination_id = item.determination_id"
    return f"FROM marts.items AS item {join}{letters if 'letter.' in held else ''} WHERE {held}"


def known_names(
    connection: duckdb.DuckDBPyConnection,
    what: str,
    given: tuple[str, ...],
    tables: Sequence[NameTable] | None = None,
) -> list[str]:
    """List the names of the code tables that are meant by names in any spelling: aliases, misspellings, any case.

    Takes the tables from `NAME_TABLES` where none are given. Raises RunError with near names for one that none of them
    knows.
    """
    spellings: dict[str, list[str]] = {}
    for each in tables or NAME_TABLES[what]:
        rows = connection.execute(
            f"SELECT {each.column}, concat_ws('|', {', '.join(each.spellings)}) FROM codes.{each.table}"
            f" WHERE {each.column} IS NOT NULL"
        ).fetchall()
        named = [(name.split(SEPARATOR), aliases) for name, aliases in reversed(rows)]
        own = {_key(name): [name] for several, _ in named for name in several}
        others = {_key(alias): several for several, aliases in named for alias in aliases.split(SEPARATOR)}
        # A name of its own goes before another's alias; what two tables know may be either.
        for key, several in (others | own).items():
            spellings.setdefault(key, []).extend(several)
    spellings.pop("", None)
    for name in given:
        if _key(name) not in spellings:
            raise RunError(_unknown(what, name, spellings))
    return list(dict.fromkeys(found for name in given for found in spellings[_key(name)]))


def _unknown(what: str, name: str, spellings: Mapping[str, list[str]]) -> str:
    key = _key(name)
    near = difflib.get_close_matches(key, spellings, n=4) + [known for known in spellings if key and key in known]
    names = list(dict.fromkeys(found for known in near or sorted(spellings) for found in spellings[known]))[:4]
    return f"There is no {what.replace('_', ' ')} {name}: did you mean {' or '.join(names)}?"


def _key(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


# ---------------------------------------------------------------------------------------------------------------------
# Hits
# ---------------------------------------------------------------------------------------------------------------------


def _count(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, dict[int, int]]:
    ((items, letters),) = connection.execute("SELECT count(*), count(DISTINCT determination_id) FROM hits").fetchall()
    tiers = connection.execute("SELECT tier, count(*) FROM hits WHERE tier IS NOT NULL GROUP BY tier").fetchall()
    return items, letters, dict(tiers)


def _hits(connection: duckdb.DuckDBPyConnection, limit: int | None, skip: int) -> Iterator[Hit]:
    own = {
        "outcome": "item.letter_outcome",
        "rationale": "written.rationale",
        "found_in": f"{list(FOUND_IN)}[hit.tier + 1]",
    }
    columns = ", ".join(own.get(name, f"item.{name}") for name in Hit.__annotations__)
    order = "hit.place, hit.decision_date DESC NULLS LAST, hit.determination_id DESC, hit.item_number"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE page AS SELECT * FROM hits AS hit ORDER BY {order} LIMIT $limit OFFSET $skip",
        {"limit": limit, "skip": skip},
    )
    cases, chosen = [], ""
    if limit is not None and limit <= FEW:
        # DuckDB reads only the parts of a table that may have the values of such a list.
        cases = [case for (case,) in connection.execute("SELECT DISTINCT determination_id FROM page").fetchall()]
        listed = ", ".join("?" * len(cases))
        chosen = (
            f" WHERE item.determination_id IN ({listed}) AND written.determination_id IN ({listed})" if cases else ""
        )
    result = connection.execute(
        f"SELECT {columns} FROM page AS hit"
        " JOIN marts.items AS item"
        " ON item.determination_id = hit.determination_id AND item.item_number = hit.item_number"
        " JOIN main.disputed_items AS written"
        " ON written.determination_id = hit.determination_id AND written.item_number = hit.item_number"
        f"{chosen} ORDER BY {order}",
        [*cases, *cases],
    )
    while rows := result.fetchmany(1000):
        yield from (Hit(*row) for row in rows)
