"""What a PDF gives, and what a file that is none gives."""

from datetime import date

import bad_files
import hostile_files
import pytest
from letter_writer import Item, Layout, MadeUpLetter, to_pdf

from imr_etl.ingest.pages import UnreadableLetterError
from imr_etl.ingest.pdf import read_pdf
from imr_etl.ingest.text import read_text

LETTER = MadeUpLetter(
    case_number="CM16-0123456",
    date_assigned=date(2016, 11, 9),
    date_of_injury=date(2016, 10, 13),
    decision_date=date(2016, 12, 9),
    ur_denial_date=date(2016, 11, 3),
    application_received=date(2016, 11, 4),
    items=(
        Item(disputed="MRI of the left knee", decision="upheld", rationale=("A well-established follow-up. " * 12,)),
    ),
)


def test_lines_with_weight_and_place() -> None:
    letter = read_pdf(to_pdf(LETTER, Layout()))
    by_text = dict(zip(letter.text, zip(letter.is_bold, letter.x0, letter.top, strict=True), strict=True))
    assert by_text["Case Number: CM16-0123456"][0] is True
    is_bold, x0, top = by_text["The Expert Reviewer has the following credentials:"]
    assert is_bold is False
    assert x0 == pytest.approx(72, abs=2)
    assert 72 < top < 792
    assert letter.extractor == "pdfium"
    assert letter.line[0] == 1
    assert set(letter.read_by) == {"pdfium"}


def test_a_hyphen_at_a_line_end_parts_the_lines() -> None:
    letter = read_pdf(to_pdf(LETTER, Layout(right=180)))
    assert any(text.endswith(("well-", "follow-")) for text in letter.text)
    assert not any("\ufffe" in text or "\x02" in text for text in letter.text)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bad_files.empty_file(), "empty_file"),
        (bad_files.html_page(), "not_a_pdf"),
        (bad_files.random_bytes(), "not_a_pdf"),
        (bad_files.truncated_letter(0.1), "damaged_pdf"),
        (bad_files.truncated_letter(0.5), "damaged_pdf"),
        (bad_files.truncated_letter(0.9), "damaged_pdf"),
        (bad_files.locked_letter(), "password_protected"),
        (bad_files.scanned_pages(), "no_text"),
        (bad_files.drawn_page(), "no_text"),
    ],
)
def test_what_is_wrong_with_a_file(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableLetterError) as error:
        read_pdf(data)
    assert error.value.code == code


def test_a_page_in_doubt_is_read_by_pdfplumber() -> None:
    letter = read_pdf(bad_files.letter_without_dates())
    first_page = {by for by, page in zip(letter.read_by, letter.page, strict=True) if page == 1}
    assert first_page == {"pdfplumber"}
    assert letter.extractor == "pdfplumber"


def test_control_characters_are_not_taken_over() -> None:
    plain = hostile_files.one_page(b"BT /F1 12 Tf 72 700 Td (A \\033[31mred\\000 line \\007of text.) Tj ET")
    (line,) = read_pdf(plain).text
    assert line.isprintable()
    assert read_text(b"A \x1b[31mred\x00 line\x07.\n\x00\x1b\n").text == ["A [31mred line."]


def test_the_other_pages_of_a_page_that_is_not_there() -> None:
    letter = read_pdf(hostile_files.one_page(n2=b"<</Type/Pages/Kids[3 0 R 9 0 R 3 0 R]/Count 3>>"))
    assert letter.findings == [("unreadable_page", 2, "Of 3 pages these cannot be read: 2")]
    assert letter.page == [1, 3]
