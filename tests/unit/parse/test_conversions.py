"""A letter says the same whatever a program that converted it to text did to its lines."""

import re
import textwrap

import pytest
from odd_letters import BOLD, LETTER, REQUESTS, codes, decided, read


def one_line(text: str) -> str:
    return " ".join(text.replace(BOLD, "").split())


def one_line_a_paragraph(text: str) -> str:
    return "\n".join(one_line(paragraph) for paragraph in text.split("\n\n"))


def wrapped(text: str, columns: int) -> str:
    return "\n".join(textwrap.wrap(one_line(text), columns, break_on_hyphens=False))


def markdown(text: str, heading: str, mark: str) -> str:
    text = re.sub(r"(?m)^((?:Claims Administrator|MAXIMUS) guideline:|Decision rationale:)", rf"{mark}\1{mark}", text)
    text = re.sub(rf"(?m)^{BOLD}([A-Z ,]+)$", rf"{heading}\1", text)
    return re.sub(rf"(?m)^{BOLD}(.*)$", rf"{mark}\1{mark}", text)


def html(text: str) -> str:
    return re.sub(rf"(?m)^{BOLD}(.*)$", r"<p><b>\1</b></p>", text)


def glued(text: str) -> str:
    return re.sub(r"(MADE|SUMMARY|RATIONALES)\n", r"\1 ", text)


def behind_a_sentence(text: str) -> str:
    return re.sub(rf"\n+{BOLD}(HOW|CLINICAL|IMR)", r" \1", text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(one_line(LETTER), id="one line"),
        pytest.param(one_line_a_paragraph(LETTER), id="one line a paragraph"),
        *(pytest.param(wrapped(LETTER, columns), id=f"wrapped at {columns}") for columns in (60, 80, 100, 300)),
        pytest.param(markdown(LETTER, "## ", "**"), id="markdown"),
        pytest.param(markdown(LETTER, "# ", "__"), id="markdown with underscores"),
        pytest.param(markdown(LETTER, "### ", "**").replace("(s)", r"\(s\)").replace("-", r"\-"), id="escaped"),
        pytest.param("\n".join(f"> {line}" for line in markdown(LETTER, "## ", "**").split("\n")), id="quoted"),
        pytest.param(markdown(LETTER, "## ", "**").replace("\n\n", "\n\n---\n\n"), id="rules"),
        pytest.param(html(LETTER), id="html"),
        pytest.param(glued(LETTER), id="headings before a sentence"),
        pytest.param(behind_a_sentence(LETTER), id="headings behind a sentence"),
    ],
)
def test_a_converted_letter_says_the_same(text: str) -> None:
    whole, converted = read(LETTER), read(text)
    assert decided(converted) == REQUESTS
    columns = ["claims_administrator_guideline", "reviewer_guideline", "rationale"]
    assert converted.items.select(columns).rows() == whole.items.select(columns).rows()
    columns = ["template", "case_number", "decision_date", "licensure_text", "certification_text", "clinical_summary"]
    assert converted.letters.select(columns).rows() == whole.letters.select(columns).rows()
    assert codes(converted) == []


@pytest.mark.parametrize("dress", [glued, behind_a_sentence])
def test_a_heading_beside_text_counts_with_fonts_too(dress) -> None:
    parsed = read(dress(LETTER), with_fonts=True)
    assert parsed.letters["template"].to_list() == ["F1"]
    assert (decided(parsed), codes(parsed)) == (REQUESTS, [])


def test_text_without_markup_keeps_its_marks() -> None:
    text = LETTER.replace("The ankle is stable.", "The score is 3 * 2 of 5_a (see #2 | #3).")
    assert "3 * 2 of 5_a (see #2 | #3)" in read(text).items["rationale"][0]
