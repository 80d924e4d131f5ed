"""A letter says the same whatever a program that converted it to text did to its lines."""

import re
import textwrap

import pytest
from odd_letters import BOLD, LETTER, REQUESTS, codes, decided, read, read_all


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


CONVERTED = {
    "one line": one_line(LETTER),
    "one line a paragraph": one_line_a_paragraph(LETTER),
    **{f"wrapped at {columns}": wrapped(LETTER, columns) for columns in (60, 80, 100, 300)},
    "markdown": markdown(LETTER, "## ", "**"),
    "markdown with underscores": markdown(LETTER, "# ", "__"),
    "escaped": markdown(LETTER, "### ", "**").replace("(s)", r"\(s\)").replace("-", r"\-"),
    "quoted": "\n".join(f"> {line}" for line in markdown(LETTER, "## ", "**").split("\n")),
    "rules": markdown(LETTER, "## ", "**").replace("\n\n", "\n\n---\n\n"),
    "html": html(LETTER),
    "headings before a sentence": glued(LETTER),
    "headings behind a sentence": behind_a_sentence(LETTER),
}


def test_a_converted_letter_says_the_same() -> None:
    whole, *others = read_all([LETTER, *CONVERTED.values()])
    of_items = ["claims_administrator_guideline", "reviewer_guideline", "rationale"]
    of_letters = ["template", "case_number", "decision_date", "licensure_text", "certification_text"]
    of_letters += ["clinical_summary"]
    for what, converted in zip(CONVERTED, others, strict=True):
        assert decided(converted) == REQUESTS, what
        assert converted.items.select(of_items).rows() == whole.items.select(of_items).rows(), what
        assert converted.letters.select(of_letters).rows() == whole.letters.select(of_letters).rows(), what
        assert codes(converted) == [], what


@pytest.mark.parametrize("dress", [glued, behind_a_sentence])
def test_a_heading_beside_text_counts_with_fonts_too(dress) -> None:
    parsed = read(dress(LETTER), with_fonts=True)
    assert parsed.letters["template"].to_list() == ["F1"]
    assert (decided(parsed), codes(parsed)) == (REQUESTS, [])


def test_text_without_markup_keeps_its_marks() -> None:
    text = LETTER.replace("The ankle is stable.", "The score is 3 * 2 of 5_a (see #2 | #3).")
    assert "3 * 2 of 5_a (see #2 | #3)" in read(text).items["rationale"][0]
