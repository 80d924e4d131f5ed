"""Text that damage to a file took away is not passed over in silence, and a sound letter is never taken for damaged."""

from collections import Counter
from pathlib import Path

import bad_files
import odd_copies
import pytest
from damage import damaged_copies

from imr_etl.ingest.damage import faults, signs
from imr_etl.ingest.pages import LetterLines, UnreadableLetterError
from imr_etl.ingest.pdf import read_pdf

SAMPLES = {path.name: path.read_bytes() for path in (Path(__file__).parents[2] / "fixtures" / "letters").glob("*.pdf")}
COPIES = 60


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_sound_letter_has_no_fault(name: str) -> None:
    assert faults(SAMPLES[name]) is None
    assert read_pdf(SAMPLES[name]).findings == []


def read(data: bytes) -> LetterLines:
    try:
        return read_pdf(data)
    except UnreadableLetterError as problem:
        return LetterLines.unreadable(problem)


def test_damage_that_took_text_away_is_reported() -> None:
    sound = {name: read(data) for name, data in SAMPLES.items()}
    count: Counter[str] = Counter()
    for name, _, data in damaged_copies(SAMPLES, COPIES, seed=1):
        letter = read(data)
        if letter.text == sound[name].text:
            count["harmless"] += 1
        else:
            count["reported" if letter.code or letter.findings else "silent"] += 1
    assert count["reported"] > 15
    assert count["silent"] <= count["reported"] // 10


def test_a_report_says_where_the_text_breaks_off() -> None:
    letter = read_pdf(bad_files.damaged_letter(0.5))
    ((code, page, excerpt),) = letter.findings
    assert (code, page) == ("incomplete_letter", None)
    assert letter.text
    assert "ends" in excerpt
    assert excerpt.endswith("The file is damaged: 1 of its 4 packed parts cannot be unpacked in full")


@pytest.mark.parametrize(
    ("data", "proof"),
    [
        (odd_copies.cut_revision(), "it was changed, and the end of what was changed is cut off"),
        (odd_copies.uncounted_page(), "it counts 1 of its 2 pages"),
        (odd_copies.wrong_checksum(), "1 of its 1 packed parts cannot be unpacked in full"),
    ],
)
def test_damage_that_took_no_line_away_is_reported(data: bytes, proof: str) -> None:
    ((code, _, excerpt),) = read_pdf(data).findings
    assert code == "incomplete_letter"
    assert excerpt.endswith(f"The file is damaged: {proof}")


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n\0\0\0", b"<html>Thank you for your visit</html>" * 10])
def test_what_stands_behind_the_end_is_no_damage(end: bytes) -> None:
    assert read_pdf(odd_copies.plain_letter() + end).findings == []


def lines(*rows: tuple[int, float, str]) -> LetterLines:
    page, top, text = map(list, zip(*rows, strict=True))
    return LetterLines(page_count=max(page), extractor="pdfium", page=page, top=top, text=text, x0=[72.0] * len(rows))


@pytest.mark.parametrize(
    ("letter", "result"),
    [
        (lines((1, 83, "A line"), (1, 110, "ends a sentence.")), []),
        (lines((1, 83, "A line"), (1, 110, "ends no")), ["The last line ends no sentence"]),
        (lines((1, 83, "A line"), (1, 180, "follows.")), ["Page 1 has a gap of 97 points"]),
        (lines((1, 700, "A line"), (1, 83, "follows.")), ["Page 1 has a gap of -617 points"]),
        (lines((1, 700, "A line"), (2, 83, "follows.")), []),
        (lines((1, 650, "A line"), (2, 83, "follows.")), ["Page 1 ends 650 points below its top"]),
        (lines((1, 650, "A line."), (2, 83, "Another.")), []),
        (lines((1, 600, "A line."), (2, 83, "Another.")), ["Page 1 ends 600 points below its top"]),
        (lines((1, 700, "A line."), (2, 300, "Another.")), ["Page 2 begins 300 points below its top"]),
        (lines((1, 700, "A line."), (3, 83, "Another.")), ["A page has no text"]),
        (lines((1, 700, "A line."), (2, 83, "two"), (2, 83, "more.")), ["Page 2 has two lines at the same height"]),
        (lines((1, 83, "word " * 30), (1, 97, "ends.")), ["A line is longer than a page is wide"]),
        (
            lines(*((1, 83 + 14 * n, "Claims guideline : none.") for n in range(3))),
            ["Characters are in the wrong places"],
        ),
    ],
)
def test_signs(letter: LetterLines, result: list[str]) -> None:
    assert signs(letter) == result
