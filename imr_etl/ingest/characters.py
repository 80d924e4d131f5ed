"""The characters of a letter's text, normalized before anything else reads them.

Belongs here: whatever is done to characters of any letter, PDF or plain text, before a line is kept. Does not belong
here: white space and control characters (`imr_etl.ingest.pages`), what a line means (`imr_etl.parse`). Imports nothing
slow: every reading process loads this module.
"""

import re
import unicodedata

SOFT_HYPHEN = "\u00ad"
"""Printed only at a line's end, where it certainly divides a word."""

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width forms of the printable ASCII characters, which East Asian fonts have."""

SAME_SHAPES = str.maketrans(
    "АВЕЅІЈКМНОРСТХаеіјорсухѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧοԁһ\u2010\u2011\u2800\u3164",
    "ABESIJKMHOPCTXaeijopcyxsABEZHIKMNOPTYXodh--  ",
)
"""Cyrillic and Greek characters that look like Latin ones, hyphens that mean nothing else, other blanks."""

SUBSTITUTES = FULL_WIDTH | SAME_SHAPES
COMPOSED = re.compile("[\ufb00-\ufb06\U0001d400-\U0001d7ff]")
"""Ligatures of Latin characters, and the bold and italic ones of mathematics."""

SELECTORS = re.compile("[\u034f\ufe00-\ufe0f]")
"""Marks that choose a form of the character before them."""

LETTER_AND_ACCENT = re.compile("\\w[\u0300-\u036f]")
FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")


def normalize_characters(text: str) -> str:
    """Replace foreign digits, ligatures and characters of the same shape by ASCII, and leave out what is not printed.

    A soft hyphen is kept at the end of the text.
    """
    if text.isascii():
        return text
    if not text.isprintable():
        printed = "".join(character for character in text if unicodedata.category(character) != "Cf")
        is_split = text.rstrip().endswith(SOFT_HYPHEN) and not printed.isspace() and printed != ""
        text = printed.rstrip() + SOFT_HYPHEN if is_split else printed
    text = COMPOSED.sub(lambda form: unicodedata.normalize("NFKC", form[0]), text.translate(SUBSTITUTES))
    text = SELECTORS.sub("", text)
    if LETTER_AND_ACCENT.search(text):
        text = unicodedata.normalize("NFC", text)
    return FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)
