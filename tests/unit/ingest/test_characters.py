"""Digits and full-width forms come in as ASCII, whatever script and program a letter was written with."""

import sys
import unicodedata

import pytest

from imr_etl.ingest.characters import normalize_characters
from imr_etl.ingest.text import read_text


def test_digits_of_every_script_are_ascii() -> None:
    digits = [chr(code) for code in range(sys.maxunicode) if chr(code).isdecimal()]
    assert len(digits) > 600
    assert normalize_characters("".join(digits)) == "".join(str(unicodedata.decimal(digit)) for digit in digits)


@pytest.mark.parametrize(
    ("text", "normalized"),
    [
        ("\uff23\uff2d\uff11\uff18\uff0d\uff10", "CM18-0"),
        ("\u0660\u0663/\uff11\uff15/2018", "03/15/2018"),
        ("\U0001d7d9\U0001d7da sessions", "12 sessions"),
        ("\u00bd tablet, 5 \u00b5g \u2013 \u2019s", "\u00bd tablet, 5 \u00b5g \u2013 \u2019s"),
        ("12 sessions", "12 sessions"),
    ],
)
def test_what_changes_and_what_does_not(text: str, normalized: str) -> None:
    assert normalize_characters(text) == normalized


def test_lines_are_normalized_where_they_are_read() -> None:
    assert read_text("Decision\u3000Date\uff1a \uff10\uff13/\u0661\u0665/2018".encode()).text == [
        "Decision Date: 03/15/2018"
    ]
