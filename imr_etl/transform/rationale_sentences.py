"""The sentences of rationales.

Belongs here: where a sentence ends, and which words are a quotation's. Does not belong here: what a sentence says.
"""

from functools import reduce
from typing import Final

import polars as pl

QUOTATIONS: Final = (
    (r"[\"\u201c][^\"\u201c\u201d]*[.!?][\"\u201d]", " . "),
    (r"[\"\u201c][^\"\u201c\u201d]*[\"\u201d]", " "),
)
"""Quotations, those that end a sentence first, and what is left of them."""

END: Final = r"([.!?][\"\u201d\u2019)]*|[.!?])\s+([\"\u201c(]?[\p{Lu}\d])"
BORDER: Final = "\u241e"


def sentences(rationales: pl.DataFrame) -> pl.DataFrame:
    """Split rationales into sentences, without what they quote: one row per sentence, in order.

    Takes a column rationale, which a column sentence replaces.
    """
    without_quotations = reduce(
        lambda text, quotation: text.str.replace_all(*quotation), QUOTATIONS, pl.col("rationale")
    )
    split = without_quotations.str.replace_all(END, f"$1{BORDER}$2").str.split(BORDER).alias("sentence")
    return rationales.with_columns(split).drop("rationale").explode("sentence")
