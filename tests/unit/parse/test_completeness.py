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
    findings = parse_letters(lines.cast({"sha256": pl.Categorical()})).findings
    return findings.filter(pl.col("code") == "incomplete_letter").select("field", "excerpt", "page").rows()


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
    ("end", "is_reported"),
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
def test_a_text_breaks_off_where_another_word_must_follow(end: str, is_reported: bool) -> None:
    item = replace(ITEMS[0], rationale=(f"The records {end}",))
    result = [("rationale", f'The rationale of item 1 breaks off: "The records {end}"', 1)] if is_reported else []
    assert found(to_text(replace(LETTER, items=(item, ITEMS[1])), Layout())) == result
    result = [("clinical_summary", f'The summary breaks off: "The records {end}"', None)] if is_reported else []
    assert found(to_text(replace(LETTER, summary=(f"The records {end}",)), Layout())) == result


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


@pytest.mark.parametrize(
    ("numbers", "announced", "reported"),
    [
        ((1, 2, 3), "", []),
        ((1, 2, 4), "", ["An item with the number 4 follows number 2"]),
        ((1, 1, 2), "", ["An item with the number 1 follows number 1"]),
        ((None, None, None), " (4 items)", ["The letter announces 4 items and has 3"]),
        ((None, None, None), " (3 items)", []),
    ],
)
def test_numbers_of_items(numbers: tuple[int | None, ...], announced: str, reported: list[str]) -> None:
    text = WHOLE.replace("set forth below:", f"set forth below{announced}:")
    for item, number in zip(ITEMS, numbers, strict=True):
        text = text.replace(f"{item.disputed}:", f"{number}. {item.disputed}:" if number else f"{item.disputed}:")
    assert [excerpt for _, excerpt, _ in found(text)] == reported


def test_pages_that_are_not_there() -> None:
    paged = "\f".join(chain([WHOLE], ["Page 2 of 3", "Page 3 of 3"]))
    assert found(paged) == []
    assert found(paged.rpartition("\f")[0]) == [("page_count", "A page says that there are 3, and 2 have text", 2)]


def test_a_page_count_in_digits_that_no_number_can_be_made_of_says_nothing() -> None:
    assert found(WHOLE + "\fPage 2 of \U00010d43") == []


LONG = "The records do not show what was asked for, and not how far the"


@pytest.mark.parametrize(
    ("last_line", "is_reported"),
    [
        ("knee was bent on any of the visits, nor what became of the swelling that was there before", True),
        ("knee was bent on any of the visits, nor what became of the swelling that was there before.", False),
        ("knee was bent on any of the visits", False),
    ],
)
def test_a_full_line_without_an_end_goes_on_somewhere(last_line: str, is_reported: bool) -> None:
    cut = WHOLE.rstrip().removesuffix("The records do not support the request.") + f"{LONG}\n{last_line}\n"
    expected = [("rationale", f'A text breaks off: "{last_line[-60:]}"', 1)]
    # At the letter's end the shortest line without a full stop is a sign.
    assert found(cut) == (expected if not last_line.endswith(".") else [])
    summary = "The worker is a 40 year old male."
    in_summary = WHOLE.replace(summary, f"{summary} {LONG}\n{last_line}")
    assert [field for field, _, _ in found(in_summary)] == (["clinical_summary"] if is_reported else [])


@pytest.mark.parametrize(
    ("request_text", "is_reported"),
    [
        ("joint as an outpatient", True),
        ("the knee", True),
        ("MRI of the knee (3 Tesla", True),
        ("MRI of the knee (3 Tesla)", False),
        ("12 visits", False),
    ],
)
def test_a_request_that_begins_in_the_middle(request_text: str, is_reported: bool) -> None:
    expected = [("request", f'Part of a request is missing: "{request_text}"', 1)]
    assert found(WHOLE.replace("MRI of region 1", request_text)) == (expected if is_reported else [])


@pytest.mark.parametrize(
    ("guideline", "is_reported"), [("MTUS Knee 2004.", False), ("MTUS Knee 2004, Section(s):", True)]
)
def test_a_guideline_that_ends_no_sentence(guideline: str, is_reported: bool) -> None:
    label = "MAXIMUS guideline: "
    text = WHOLE.replace(
        f"{label}The Expert Reviewer did not cite any medical evidence for its decision.", label + guideline, 1
    )
    excerpt = f'The guideline of item 1 breaks off: "{guideline}"'
    assert found(text) == ([("reviewer_guideline", excerpt, 1)] if is_reported else [])
