"""Characters that mean the same come in as the same, and those that nobody sees do not come in."""

import sys
import unicodedata

import pytest

from imr_etl.ingest.characters import normalize_characters
from imr_etl.ingest.pages import folded
from imr_etl.ingest.text import read_text


def test_digits_of_every_script_are_ascii() -> None:
    digits = [chr(code) for code in range(sys.maxunicode) if chr(code).isdecimal()]
    assert len(digits) > 600
    assert normalize_characters("".join(digits)) == "".join(str(unicodedata.decimal(digit)) for digit in digits)


def test_lines_are_normalized_where_they_are_read() -> None:
    assert read_text("Decision\u3000Date\uff1a \uff10\uff13/\u0661\u0665/2018".encode()).text == [
        "Decision Date: 03/15/2018"
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Cer\u00adti\ufb01cation\u200b(s)/Spe\u2060cialty", "Certification(s)/Specialty"),
        ("O\ufb03ce visit, e\ufb00ect", "Office visit, effect"),
        ("\u202bUpheld\u202c \u2066now\u2069\ufeff", "Upheld now"),
        ("\uff35pheld \uff0310\uff1a", "Upheld #10:"),
        ("\u0661\u0662 visits, \U0001d7db", "12 visits, 3"),
        ("\U0001d40d\U0001d428\U0001d42b\U0001d41c\U0001d428", "Norco"),
        ("Ov\u0435rturn\u0435d \u0421\u041c16", "Overturned CM16"),
        ("a\u00a0b\u2009c\u3000d\u2003e", "a b c d e"),
        ("pre\u2011operative", "pre-operative"),
        ("Cafe\u0301 \u2713\ufe0f", "Caf\u00e9 \u2713"),
        ("\u00bd tablet \u00b2 \u2013 \u201cas needed\u201d", "\u00bd tablet \u00b2 \u2013 \u201cas needed\u201d"),
        ("recommen\u00ad ", "recommen\u00ad"),
        ("\u00ad", ""),
        ("\U0001f600 she smiled", "\U0001f600 she smiled"),
    ],
)
def test_characters_of_a_line(written: str, read: str) -> None:
    assert folded(written) == read
