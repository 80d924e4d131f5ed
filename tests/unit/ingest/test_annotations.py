"""What a program has put on top of a page is read with it, and reported."""

import odd_copies
import pytest

from imr_etl.ingest.pages import LetterLines
from imr_etl.ingest.pdf import read_pdf

REQUEST = "Custom orthotics for both feet: Overturned"
LOW = (72, 380, 400, 400)
WHITE_AREA = b"1 g 0 0 55 16 re f 0 g "


def found(letter: LetterLines) -> list[tuple[str, str]]:
    return [(finding.code, finding.excerpt) for finding in letter.findings]


@pytest.mark.parametrize("kind", ["FreeText", "Stamp", "Widget"])
def test_what_is_printed_is_read_in_its_place(kind: str) -> None:
    letter = read_pdf(odd_copies.annotated(kind, REQUEST, LOW))
    assert letter.text[-1] == REQUEST
    assert found(letter) == [("annotated_page", f"What was put on top of the page prints: {REQUEST}")]


@pytest.mark.parametrize("kind", ["FreeText", "Widget"])
def test_what_some_programs_do_not_draw_is_reported(kind: str) -> None:
    letter = read_pdf(odd_copies.annotated(kind, REQUEST, LOW, drawing=None))
    assert letter.text == read_pdf(odd_copies.plain_letter()).text
    assert found(letter) == [("annotated_page", f"What was put on top of the page says without being drawn: {REQUEST}")]


def test_what_covers_a_decision_hides_it() -> None:
    letter = read_pdf(odd_copies.annotated("FreeText", "Overturned", odd_copies.UPHELD, drawing=WHITE_AREA, page=0))
    assert ("hidden_text", "Nobody sees this text of the page: Upheld") in found(letter)
    assert not any(text.endswith("Upheld") for text in letter.text)


def test_a_text_that_is_struck_out_is_reported() -> None:
    letter = read_pdf(odd_copies.annotated("StrikeOut", "", odd_copies.UPHELD, drawing=b"0 6 55 1 re f ", page=0))
    assert found(letter) == [
        ("annotated_page", "What was put on top of the page strikes out text"),
        ("annotated_page", "A line strikes out: Upheld"),
    ]


@pytest.mark.parametrize(("height", "findings"), [(477, 1), (472, 0), (484, 0)])
def test_a_line_through_a_word_is_reported(height: int, findings: int) -> None:
    """A line below or above it is none of these."""
    line = b"1 w 265 %d m 320 %d l S " % (height, height)
    letter = read_pdf(odd_copies.raw_pdf([odd_copies.content(page) + line for page in odd_copies.LETTER[:1]]))
    assert found(letter) == [("annotated_page", "A line strikes out: Upheld")] * findings


@pytest.mark.parametrize("kind", ["Link", "Highlight", "Text"])
def test_what_prints_nothing_is_no_finding(kind: str) -> None:
    letter = read_pdf(odd_copies.annotated(kind, "See the file", LOW, drawing=None))
    assert letter.text == read_pdf(odd_copies.plain_letter()).text
    assert letter.findings == []
