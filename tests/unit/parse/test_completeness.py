"""A letter whose text breaks off says where; one that only lacks a full stop does not."""

from dataclasses import replace
from itertools import chain

import polars as pl
import pytest
from letter_writer import Item, Layout, MadeUpLetter, to_text

from imr_etl.ingest.lines import _lines
from imr_etl.ingest.text import read_text
from imr_etl.ingest.workers import LetterFile
from imr_etl.parse.letter import parse_letters

ITEMS = tuple(Item(disputed=f"MRI of region {n}", decision="upheld") for n in range(1, 4))
LETTER = MadeUpLetter(case_number="CM16-0123456", summary=("The worker is a 40 year old male.",), items=ITEMS)


def found(text: str) -> list[tuple[str, str, int | None]]:
    lines = _lines([(LetterFile("", "a", "text/plain"), read_text(text.encode()))])
    breaks = parse_letters(lines.cast({"sha256": pl.Categorical()})).gaps
    return breaks.select("field", "excerpt", "page").rows()


def without(text: str, start: str, end: str) -> str:
    """A text without what stands from one phrase up to another."""
    before, _, rest = text.partition(start)
    assert rest, start
    return before + rest[rest.index(end) :]


WHOLE = to_text(LETTER, Layout())


def test_a_whole_letter() -> None:
    assert found(WHOLE) == []


@pytest.mark.parametrize("template", ["F1", "F2a", "F2b", "F3", "unknown"])
def test_a_whole_letter_of_each_template(template: str) -> None:
    assert found(to_text(replace(LETTER, template=template), Layout())) == []


@pytest.mark.parametrize(
    ("end", "is_told"),
    [
        ("did not support the", True),
        ("lumbar spine, hips, and", True),
        ("was denied,", True),
        ("a trial of (", True),
        ("a non-", True),
        ("is medically necessary.", False),
        ("is medically necessary", False),
        ("what it is for.", False),
        ("a course of physical therapy (PT)", False),
        ('"as needed"', False),
        ("vitamins B and D", False),
    ],
)
def test_a_text_breaks_off_where_another_word_must_follow(end: str, is_told: bool) -> None:
    item = replace(ITEMS[0], rationale=(f"The records {end}",))
    told = [("rationale", f'The rationale of item 1 breaks off: "The records {end}"', 1)] if is_told else []
    assert found(to_text(replace(LETTER, items=(item,)), Layout())) == told
    told = [("clinical_summary", f'The summary breaks off: "The records {end}"', None)] if is_told else []
    assert found(to_text(replace(LETTER, summary=(f"The records {end}",)), Layout())) == told


def test_a_request_that_is_not_there() -> None:
    assert found(without(WHOLE, "MRI of region 1: Upheld", "Claims Administrator")) == [
        ("request", "A guideline stands before the first request", 1)
    ]
    assert found(without(WHOLE, "MRI of region 2: Upheld", "Claims Administrator")) == [
        ("request", "The request behind item 1 is missing, its guidelines are there", 1)
    ]


def test_an_item_that_is_not_there() -> None:
    text = to_text(replace(LETTER, template="F2b"), Layout())
    assert found(without(text, "2. ", "3. ")) == [("item_number", "Item 3 follows item 1", 1)]


def test_pages_that_are_not_there() -> None:
    paged = "\f".join(chain([WHOLE], ["Page 2 of 3", "Page 3 of 3"]))
    assert found(paged) == []
    assert found(paged.rpartition("\f")[0]) == [("page_count", "A page says that there are 3, and 2 have text", 2)]


def test_a_page_count_in_digits_that_no_number_can_be_made_of_says_nothing() -> None:
    assert found(WHOLE + "\fPage 2 of \U00010d43") == []
