"""Characters of a letter's text as they come in, made the ones that everything after reads.

Belongs here: whatever is done to characters of any letter, PDF or plain text, before a line is kept. Does not belong
here: white space and control characters (`imr_etl.ingest.pages`), what a line means (`imr_etl.parse`). Imports nothing
slow: every reading process loads this module.
"""

import re
import unicodedata

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width forms of the printable ASCII characters, which East Asian fonts have."""

FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")


def normalize_characters(text: str) -> str:
    """Replace digits of any script and full-width forms by their ASCII characters; each stays one character."""
    if text.isascii():
        return text
    return FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text.translate(FULL_WIDTH))
