"""A letter whose text breaks off says where; one that only lacks a period does not."""

from dataclasses import replace
from itertools import chain

import polars as pl
from letter_writer import Item, Layout, MadeUpLetter, to_text

from imr_etl.ingest.lines import _lines
from imr_etl.ingest.text import read_text
from imr_etl.ingest.workers import LetterFile
from imr_etl.parse.letter import parse_letters

ITEMS = tuple(Item(disputed=f"MRI of region {n}", decision="upheld") for n in range(1, 4))
LETTER = MadeUpLetter(case_number="CM16-0123456", summary=("The worker is a 40 year old male.",), items=ITEMS)


Gap = tuple[str, str, int | None]


def found(*texts: str) -> list[list[Gap]]:
    """Return what is missing of each letter: field, excerpt, page."""
    keys = [f"{number:04}" for number in range(len(texts))]
    letters = [
        (LetterFile("", key, "text/plain"), read_text(text.encode())) for key, text in zip(keys, texts, strict=True)
    ]
    findings = parse_letters(_lines(letters).cast({"sha256": pl.Categorical()})).findings
    gaps = findings.filter(pl.col("code") == "incomplete_letter")
    return [gaps.filter(pl.col("sha256") == key).select("field", "excerpt", "page").rows() for key in keys]


def assert_found(expected: dict[str, list[Gap]]) -> None:
    """Of each letter this is missing."""
    assert dict(zip(expected, found(*expected), strict=True)) == expected


def without(text: str, start: str, end: str) -> str:
    """A text without what stands from one phrase up to another."""
    before, _, rest = text.partition(start)
    assert rest, start
    return before + rest[rest.index(end) :]


WHOLE = to_text(LETTER, Layout())


def test_a_whole_letter_of_each_template() -> None:
    templates = ["F1", "F2a", "F2b", "F3", "unknown"]
    assert_found({to_text(replace(LETTER, template=template), Layout()): [] for template in templates})


def test_a_text_breaks_off_where_another_word_must_follow() -> None:
    cases = [
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
    ]
    expected = {}
    for end, is_reported in cases:
        item = replace(ITEMS[0], rationale=(f"The records {end}",))
        gap = ("rationale", f'The rationale of item 1 breaks off: "The records {end}"', 1)
        expected[to_text(replace(LETTER, items=(item, ITEMS[1])), Layout())] = [gap] * is_reported
        gap = ("clinical_summary", f'The summary breaks off: "The records {end}"', None)
        expected[to_text(replace(LETTER, summary=(f"The records {end}",)), Layout())] = [gap] * is_reported
    assert_found(expected)


def test_a_request_that_is_not_there() -> None:
    first, second = (without(WHOLE, f"MRI of region {number}: Upheld", "Claims Administrator") for number in (1, 2))
    assert_found(
        {
            first: [("request", "A guideline stands before the first request", 1)],
            second: [("request", "The request behind item 1 is missing, its guidelines are there", 1)],
        }
    )


def test_an_item_that_is_not_there() -> None:
    text = to_text(replace(LETTER, template="F2b"), Layout())
    assert_found({without(text, "2. ", "3. "): [("item_number", "Item 3 follows item 1", 1)]})


def test_numbers_of_items() -> None:
    cases = [
        ((1, 2, 3), "", []),
        ((1, 2, 4), "", ["An item with the number 4 follows number 2"]),
        ((1, 1, 2), "", ["An item with the number 1 follows number 1"]),
        ((None, None, None), " (4 items)", ["The letter announces 4 items and has 3"]),
        ((None, None, None), " (3 items)", []),
    ]
    texts = []
    for numbers, announced, _ in cases:
        text = WHOLE.replace("set forth below:", f"set forth below{announced}:")
        for item, number in zip(ITEMS, numbers, strict=True):
            text = text.replace(f"{item.disputed}:", f"{number}. {item.disputed}:" if number else f"{item.disputed}:")
        texts.append(text)
    assert [[excerpt for _, excerpt, _ in gaps] for gaps in found(*texts)] == [reported for *_, reported in cases]


def test_pages_that_are_not_there() -> None:
    paged = "\f".join(chain([WHOLE], ["Page 2 of 3", "Page 3 of 3"]))
    gap = ("page_count", "A page says that there are 3, and 2 have text", 2)
    assert_found({paged: [], paged.rpartition("\f")[0]: [gap]})


def test_a_page_count_in_digits_that_no_number_can_be_made_of_says_nothing() -> None:
    assert_found({WHOLE + "\fPage 2 of \U00010d43": []})


LONG = "The records do not show what was asked for, and not how far the"


def test_a_full_line_without_an_end_goes_on_somewhere() -> None:
    cases = [
        ("knee was bent on any of the visits, nor what became of the swelling that was there before", True),
        ("knee was bent on any of the visits, nor what became of the swelling that was there before.", False),
        ("knee was bent on any of the visits", False),
    ]
    summary = "The worker is a 40 year old male."
    for last_line, is_reported in cases:
        cut = WHOLE.rstrip().removesuffix("The records do not support the request.") + f"{LONG}\n{last_line}\n"
        in_rationale, in_summary = found(cut, WHOLE.replace(summary, f"{summary} {LONG}\n{last_line}"))
        gap = ("rationale", f'A text breaks off: "{last_line[-60:]}"', 1)
        # At the letter's end the shortest line without a period is a sign.
        assert in_rationale == [gap] * (not last_line.endswith("."))
        assert [field for field, _, _ in in_summary] == ["clinical_summary"] * is_reported


def test_a_request_that_begins_in_the_middle() -> None:
    cases = [
        ("joint as an outpatient", True),
        ("the knee", True),
        ("MRI of the knee (3 Tesla", True),
        ("MRI of the knee (3 Tesla)", False),
        ("12 visits", False),
    ]
    assert_found(
        {
            WHOLE.replace("MRI of region 1", request): [("request", f'Part of a request is missing: "{request}"', 1)]
            * is_reported
            for request, is_reported in cases
        }
    )


def test_a_guideline_that_ends_no_sentence() -> None:
    label = "MAXIMUS guideline: "
    none = f"{label}The Expert Reviewer did not cite any medical evidence for its decision."
    whole, cut = "MTUS Knee 2004.", "MTUS Knee 2004, Section(s):"
    gap = ("reviewer_guideline", f'The guideline of item 1 breaks off: "{cut}"', 1)
    assert_found({WHOLE.replace(none, label + whole, 1): [], WHOLE.replace(none, label + cut, 1): [gap]})
