"""The query language of a search, and the other words that its words stand for.

Belongs here: reading a query, the names and synonyms that each word expands to, writing the query as FTS5 reads it.
Does not belong here: running it (`warehouse.query.search`), and the names themselves (code tables, `synonyms.csv`).

    mri knee            both words
    "knee brace"        these words, beside each other
    mri OR ct           either; OR holds before the words around it
    -surgery            not where the request has this word; -rationale:surgery not where the rationale has it
    acupunct*           words that begin so
    request:norco       in the request; also rationale, guideline, summary, diagnosis

A word stands for all its grammatical forms. Words that are a name of a code table (`norco`, `low back`, `physical
therapy`) stand for its other spellings as well; words between quotes stand for themselves.
"""

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import duckdb

from imr_etl.errors import RunError

FIELDS = {
    "request": "item_texts",
    "rationale": "item_texts",
    "guideline": "item_texts",
    "summary": "letter_texts",
    "diagnosis": "letter_texts",
}
"""What may stand before a colon -> table of the index that has it as a column."""

MOST_WORDS = 50
LONGEST_NAME = 6
"""Words of a name."""

WORD = re.compile(r"[^\W_]+")
QUOTES = dict.fromkeys(map(ord, "\u201c\u201d\u201e\u00ab\u00bb"), '"')
PART = re.compile(r"""([-\u2212])?(?:([A-Za-z]+):(?=[^\s]))?(?:"([^"]*)"|([^\s"]+))""")

KEPT_ROLES = (
    *("service", "procedure", "operation", "injection", "block", "modality", "prescription", "consult", "evaluation"),
    *("follow-up", "referral", "visit", "specialty", "supplies", "preoperative test", "perioperative", "support"),
)
"""Roles of `codes.treatments` whose rows are names of one thing; the others gather words that say what one is for."""


@dataclass(frozen=True)
class Term:
    """A word, the words of a phrase, or the beginning of a word, and the field that has to say it."""

    text: str
    field: str | None = None
    is_phrase: bool = False
    is_prefix: bool = False

    @property
    def is_bare(self) -> bool:
        """Check whether the unit may be a part of a name."""
        return not (self.is_phrase or self.is_prefix)


@dataclass(frozen=True)
class Unit:
    """Words that are searched for together: a name, or one term; with the spellings and names that it stands for."""

    terms: tuple[Term, ...]
    spellings: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    also: tuple["Unit", ...] = ()
    """What must be said beside a spelling: `knee brace` is a brace, and for the knee."""

    has_names_column: bool = True
    """Whether it is looked for in texts of items."""

    def literal(self) -> str:
        """Write the words as they stand, for FTS5."""
        return _all(_quoted(term.text) + (" *" if term.is_prefix else "") for term in self.terms)

    def expanded(self) -> str:
        """Write the words and what they stand for, for FTS5.

        Spellings are not looked for among the names of the index, which are spelled as the code tables do: radiology
        stands for an X-ray, and for each kind of imaging in the name of the state's subcategory.
        """
        spellings = _any(map(_quoted, self.spellings))
        if spellings and self.has_names_column:
            spellings = f"- names : {spellings}"
        others = _any(filter(None, [spellings, *(f"names : {_quoted(name)}" for name in self.names)]))
        if not others:
            return self.literal()
        return _any([self.literal(), _all([others, *(unit.expanded() for unit in self.also)])])

    @property
    def field(self) -> str | None:
        """Name the field that has to have the words."""
        return self.terms[0].field


Group = tuple[Unit, ...]
"""Units any of which will do."""


@dataclass(frozen=True)
class Query:
    """Groups all of which must be found, and groups none of which may be."""

    required: tuple[Group, ...]
    excluded: tuple[Group, ...] = ()

    def in_items(self, *, expanded: bool, columns: Sequence[str] = ()) -> str | None:
        """Write what an item's own texts must say, for FTS5; None where a group asks for a text of the letter.

        Terms without a field are looked for in the columns, in all where none are given.
        """
        groups = [_group(group, "item_texts", expanded=expanded, columns=columns) for group in self.required]
        return _all(filter(None, groups)) if all(groups) else None

    def anywhere(self) -> str:
        """Write whatever may be marked in a text, for FTS5."""
        units = [unit for group in self.required for unit in group]
        return _any(_in_field(unit, unit.expanded(), ()) for unit in units)


def group_in(group: Group, table: str, columns: Sequence[str] = ()) -> str | None:
    """Write what a row of a table of the index must say for a group, for FTS5; None where it has no such text."""
    return _group(group, table, expanded=True, columns=columns)


def _group(group: Group, table: str, *, expanded: bool, columns: Sequence[str]) -> str | None:
    units = [unit for unit in group if unit.field is None or FIELDS[unit.field] == table]
    written = [
        _in_field(unit, _for_table(unit, table).expanded() if expanded else unit.literal(), columns) for unit in units
    ]
    return _any(written) or None


def _for_table(unit: Unit, table: str) -> Unit:
    """Leave out the names of items where a table has no column for them."""
    if table == "item_texts" and unit.field is None:
        return unit
    also = tuple(_for_table(each, table) for each in unit.also)
    return Unit(unit.terms, unit.spellings, (), also, has_names_column=False)


def _in_field(unit: Unit, written: str, columns: Sequence[str]) -> str:
    chosen = [unit.field] if unit.field else columns
    return f"{{{' '.join(chosen)}}} : {written}" if chosen else written


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _all(parts: Iterable[str]) -> str:
    return _joined(" AND ", parts)


def _any(parts: Iterable[str]) -> str:
    return _joined(" OR ", parts)


def _joined(word: str, parts: Iterable[str]) -> str:
    listed = list(dict.fromkeys(parts))
    return f"({word.join(listed)})" if listed else ""


# ---------------------------------------------------------------------------------------------------------------------
# Reading a query
# ---------------------------------------------------------------------------------------------------------------------


def read_query(text: str, names: "Names") -> Query:
    """Read a query. Raises RunError with a sentence for what cannot be meant."""
    groups, excluded = _read_groups(text.translate(QUOTES))
    if not groups:
        more = " besides those that it leaves out" if excluded else ""
        raise RunError(f"{text!r} has no word to search for{more}: words are made of letters and digits.")
    if sum(len(words_of(term.text)) for group in [*groups, *excluded] for term in group) > MOST_WORDS:
        raise RunError(f"A search takes {MOST_WORDS} words at most.")
    return Query(
        tuple(_with_names(groups, names)),
        tuple(tuple(names.unit([term]) for term in group) for group in excluded),
    )


def _read_groups(text: str) -> tuple[list[list[Term]], list[list[Term]]]:
    """Read the terms: groups that are required, groups that are left out."""
    if text.count('"') % 2:
        raise RunError("A quotation mark has no partner: a phrase stands between two of them.")
    required: list[list[Term]] = []
    excluded: list[list[Term]] = []
    is_either = is_not = False
    for minus, name, phrase, word in PART.findall(text):
        if word in ("OR", "NOT", "AND") and not minus and not name:
            if word == "OR" and (not required or is_either or is_not):
                raise RunError("OR stands between two words, as in: mri OR ct.")
            is_either, is_not = is_either or word == "OR", word == "NOT"
            continue
        term = _term(name, phrase, word)
        if term is None:
            continue
        if minus or is_not:
            if is_either:
                raise RunError("OR stands between two words that are searched for, not before one that is left out.")
            excluded.append([term])
        elif is_either:
            required[-1].append(term)
        else:
            required.append([term])
        is_either = is_not = False
    if is_either or is_not:
        raise RunError(f"A word is missing after the last {'OR' if is_either else 'NOT'}.")
    return required, excluded


def _term(name: str, phrase: str, word: str) -> Term | None:
    if name and name.lower() not in FIELDS:
        raise RunError(f"There is no field {name}: a search knows {', '.join(FIELDS)}. Without the colon it is a word.")
    text = phrase or word
    if not words_of(text):
        return None
    return Term(text.rstrip("*"), name.lower() or None, bool(phrase), bool(word) and word.endswith("*"))


def words_of(text: str) -> list[str]:
    """List the words of a text: lower case, without accents."""
    if not text.isascii():
        parts = unicodedata.normalize("NFD", text)
        text = "".join(part for part in parts if not unicodedata.combining(part))
    return WORD.findall(text.lower())


def _with_names(groups: list[list[Term]], names: "Names") -> Iterator[Group]:
    """Group consecutive words that together are a name, the longest names first."""
    place = 0
    while place < len(groups):
        for end in range(min(len(groups), place + LONGEST_NAME), place, -1):
            some = groups[place:end]
            terms = [group[0] for group in some]
            is_name = all(len(group) == 1 and group[0].is_bare for group in some)
            if is_name and len({term.field for term in terms}) == 1 and names.has(terms):
                yield (names.unit(terms),)
                break
        else:
            end = place + 1
            yield tuple(names.unit([term]) for term in groups[place])
        place = end


# ---------------------------------------------------------------------------------------------------------------------
# Names
# ---------------------------------------------------------------------------------------------------------------------

Key = tuple[str, ...]


@dataclass(frozen=True)
class Names:
    """What words stand for: other spellings in the texts, names in the index's column `names`.

    `qualifiers` are body parts and the like: they are asked for although a longer name has them in it.
    """

    spellings: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    names: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    qualifiers: set[Key] = field(default_factory=set)

    def has(self, terms: Sequence[Term]) -> bool:
        """Check whether words are a name."""
        return self._key(terms) is not None

    def unit(self, terms: Sequence[Term]) -> Unit:
        """Make the unit of words, with what they stand for where they are a name."""
        key = self._key(terms) if all(term.is_bare for term in terms) else None
        if key is None:
            return Unit(tuple(terms))
        also = []
        if len(terms) > 1 and key not in self.qualifiers:
            also = [self.unit([term]) for term in terms if self._key([term]) in self.qualifiers]
        return Unit(tuple(terms), tuple(sorted(self.spellings[key])), tuple(sorted(self.names[key])), tuple(also))

    def add(self, spellings: Iterable[str], names: Iterable[str] = (), *, is_qualifier: bool = False) -> None:
        """Let each of some spellings stand for all of them, and for names."""
        listed, named = list(spellings), set(names)
        for key in {tuple(words_of(text)) for text in listed} - {()}:
            self.spellings[key].update(listed)
            self.names[key].update(named)
            if is_qualifier:
                self.qualifiers.add(key)

    def _key(self, terms: Sequence[Term]) -> Key | None:
        key = tuple(word for term in terms for word in words_of(term.text))
        singular = (*key[:-1], key[-1].removesuffix("s")) if key else key
        return next((each for each in (key, singular) if each in self.spellings), None)


def read_names(connection: duckdb.DuckDBPyConnection) -> Names:
    """Read what words stand for from a warehouse's code tables and the synonyms."""
    names = Names()
    roles = ", ".join(f"'{role}'" for role in KEPT_ROLES)
    rows = connection.execute(
        f"SELECT treatment, role, subcategory, {SPELLINGS} FROM codes.treatments"
        f" WHERE role IN ({roles}) AND NOT contains(treatment, 'without a known')"
    ).fetchall()
    for treatment, role, subcategory, spellings in rows:
        classes = [subcategory] if role == "prescription" and subcategory else []
        names.add([treatment, *spellings], [treatment, *classes])
    for term, region, spellings in connection.execute(
        f"SELECT term, region, {SPELLINGS} FROM codes.body_regions WHERE role = 'region'"
    ).fetchall():
        if "|" not in region and region != "other":
            names.add([term, *spellings], [region], is_qualifier=True)
    _add_drugs(names, connection)
    for group, is_qualifier in _synonyms():
        names.add(group, is_qualifier=is_qualifier)
    return names


SPELLINGS = "list_filter(string_split(concat_ws('|', aliases, misspellings), '|'), spelling -> spelling <> '')"


def _add_drugs(names: Names, connection: duckdb.DuckDBPyConnection) -> None:
    """Let a drug stand for its brands, and an ingredient for the brands of what it is in as well."""
    rows = connection.execute(f"SELECT ingredient, {SPELLINGS} FROM codes.drugs").fetchall()
    within: dict[str, list[str]] = defaultdict(list)
    for ingredient, spellings in rows:
        for part in ingredient.split("/"):
            if part != ingredient:
                within[part] += spellings
    for ingredient, spellings in rows:
        names.add([ingredient, *spellings], [ingredient])
        if ingredient in within:
            names.spellings[tuple(words_of(ingredient))].update(within[ingredient])


@cache
def _synonyms() -> list[tuple[list[str], bool]]:
    """Read words that stand for each other and are no names, and whether they are qualifiers."""
    text = files("warehouse.query").joinpath("synonyms.csv").read_text(encoding="utf-8")
    return [(row["words"].split("|"), row["is_qualifier"] == "yes") for row in csv.DictReader(io.StringIO(text))]
