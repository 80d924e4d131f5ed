"""What a search may be asked for: its words and its filters, by the names that the command line and a page share.

Belongs here: the filters, the form of their values, and the names of the code tables that some of them take, read
without the libraries that commands need, because a shell waits while it completes a name. Does not belong here: what a
filter does to the warehouse (`warehouse.query.search`), the query language (`warehouse.query.words`), the tables
(`imr_etl.vocabulary`).
"""

# ruff: noqa: RUF009  the functions that the dataclass calls return fields

import calendar
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import date
from importlib.resources import files
from typing import Any

from imr_etl.errors import RunError

SEPARATOR = "|"
"""Separates names in a cell of a code table."""


@dataclass(frozen=True)
class NameTable:
    """A code table, its column with names, and its columns with other spellings of them."""

    table: str
    column: str
    spellings: tuple[str, ...] = ("aliases", "misspellings")


_REGIONS = NameTable("body_regions", "region", ("term", "aliases", "misspellings"))
_CATEGORIES = NameTable("categories", "category")
_SUBCATEGORIES = NameTable("categories", "subcategory")
_TREATMENTS = (NameTable("treatments", "treatment"), NameTable("drugs", "ingredient"))

NAME_TABLES: Mapping[str, tuple[NameTable, ...]] = {
    "category": (_CATEGORIES,),
    "subcategory": (_SUBCATEGORIES,),
    "specialty": (NameTable("specialties", "specialty"),),
    "treatment": _TREATMENTS,
    "drug_class": (NameTable("drug_classes", "drug_class"),),
    "ingredient": (NameTable("drugs", "ingredient"),),
    "body_part": (_REGIONS,),
    "diagnosis_nature": (NameTable("diagnosis_natures", "nature"), NameTable("diagnosis_nature_words", "nature")),
    "diagnosis_region": (_REGIONS,),
    "state": (NameTable("states", "state", ("abbreviation", "aliases", "misspellings")),),
    "guideline_family": (NameTable("guideline_families", "family"),),
}
"""Filter that takes names -> the code tables that have them."""

TREATMENT_OR_CATEGORY = (*_TREATMENTS, _SUBCATEGORIES, _CATEGORIES)
"""What a question's parameter `treatment` may name."""

Numbers = tuple[int | None, int | None]
"""Smallest and largest whole number, both included."""

NUMBERS = re.compile(r"(\d{1,9})?\s*(-)?\s*(\d{1,9})?")
DAY = re.compile(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?")
CASE = re.compile(r"CM\d{2}-\d{7}|SHA256:[0-9A-F]{16}", re.IGNORECASE)


def _filter(kind: str, meaning: str, *choices: str, default: Any = None) -> Any:
    return field(default=default, metadata={"kind": kind, "meaning": meaning, "choices": choices})


def _names(meaning: str) -> Any:
    return _filter("names", meaning, default=())


@dataclass(frozen=True)
class Search:
    """What is searched for: words in the query language, and filters; what is not given leaves nothing out.

    Any one of a filter's names suffices; all filters must hold.
    """

    words: str = ""
    case: str | None = _filter("case", "Case number, as CM16-0123456")
    decision: str | None = _filter("choice", "Decision on the item", "upheld", "overturned")
    outcome: str | None = _filter("choice", "Outcome of the whole case", "upheld", "overturned", "partially overturned")
    category: tuple[str, ...] = _names("The state's category of the treatment")
    subcategory: tuple[str, ...] = _names("The state's subcategory, for drugs the class")
    treatment: tuple[str, ...] = _names("Treatment, test or drug")
    drug_class: tuple[str, ...] = _names("The state's class of a drug of the item")
    ingredient: tuple[str, ...] = _names("Ingredient of a drug of the item, or a brand of it")
    body_part: tuple[str, ...] = _names("Body region that the request names")
    visits: Numbers | None = _filter("numbers", "Visits in dispute")
    modified: bool | None = _filter("flag", "Utilization review authorized a part of the request")
    retrospective: bool | None = _filter("flag", "The service was already rendered")
    ancillary: bool | None = _filter("flag", "The service goes with an operation that the same letter disputes")
    guideline_family: tuple[str, ...] = _names("Family of a guideline that either side cites")
    section: tuple[str, ...] = _filter("text", "Words of a section that either side cites", default=())
    specialty: tuple[str, ...] = _names("Specialty of the reviewer")
    state: tuple[str, ...] = _names("State that licenses the reviewer")
    priority: str | None = _filter("choice", "Priority of the review", "standard", "expedited")
    age: Numbers | None = _filter("numbers", "Age of the patient in years")
    sex: str | None = _filter("choice", "Sex of the patient", "male", "female")
    diagnosis_nature: tuple[str, ...] = _names("Nature of a diagnosis, as fracture or nerve")
    diagnosis_region: tuple[str, ...] = _names("Body region of a diagnosis")
    claim_age: Numbers | None = _filter("numbers", "Whole years from injury to decision")
    problem: tuple[str, ...] = _filter("text", "Code of a problem with the letter", default=())
    since: date | None = _filter("first day", "Decided not before this year, month or day")
    until: date | None = _filter("last day", "Decided not after this year, month or day")
    injury_since: date | None = _filter("first day", "Injured not before this year, month or day")
    injury_until: date | None = _filter("last day", "Injured not after this year, month or day")
    received_since: date | None = _filter("first day", "Application received not before this year, month or day")
    received_until: date | None = _filter("last day", "Application received not after this year, month or day")


def filters() -> list[Field[Any]]:
    """List the filters of a search. `metadata` of each has its kind, its meaning and its choices."""
    return [each for each in fields(Search) if each.metadata]


def read_value(what: Field[Any], text: str) -> object:
    """Read the value of a filter as people write it. Raises RunError for a value that makes no sense."""
    match what.metadata["kind"]:
        case "numbers":
            return _read_numbers(text)
        case "first day" | "last day" as side:
            return _read_days(text)[side == "last day"]
        case "case":
            if not CASE.fullmatch(text.strip()):
                raise RunError(f"{text} is no case number: they look like CM16-0123456.")
            return text.strip().lower() if ":" in text else text.strip().upper()
        case "choice" if text not in what.metadata["choices"]:
            raise RunError(f"{text} is none of {', '.join(what.metadata['choices'])}.")
        case _:
            return text


def names(what: str) -> Iterator[str]:
    """List the names that a filter takes, in the order of the tables; a name may come more than once."""
    for each in NAME_TABLES[what]:
        # The package `imr_etl.vocabulary` itself loads polars.
        text = files("imr_etl").joinpath("vocabulary", f"{each.table}.csv").read_text(encoding="utf-8")
        for row in csv.DictReader(io.StringIO(text)):
            yield from filter(None, row[each.column].split(SEPARATOR))


def _read_numbers(text: str) -> Numbers:
    """Read `12`, `40-50`, `65-` or `-30`."""
    found = NUMBERS.fullmatch(text.strip())
    if not found or not (found[1] or found[3]) or (found[3] and not found[2]):
        raise RunError(f"{text!r} is no number or range: write 12, 40-50, 65- or 0-30.")
    first, last = (int(part) if part else None for part in (found[1], found[3]))
    if not found[2]:
        last = first
    if first is not None and last is not None and first > last:
        raise RunError(f"No number is from {first} to {last}: write the smaller one first.")
    return first, last


def _read_days(text: str) -> tuple[date, date]:
    """Read the first and last day of `2017`, `2017-03` or `2017-03-31`."""
    found = DAY.fullmatch(text.strip())
    year, month, day = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    try:
        first = date(year, month or 1, day or 1)
    except ValueError as error:
        raise RunError(f"{text!r} is no year, month or day: write 2017, 2017-03 or 2017-03-31.") from error
    last_month = month or 12
    return first, date(year, last_month, day or calendar.monthrange(year, last_month)[1])
