"""Whether a request is retrospective: for a treatment that was given before it was asked for.

Belongs here: how the words of the request show it. Does not belong here: the words themselves
(vocabulary/retrospective_words.csv) and the dates of the case, which do not decide it (`parse.header`).
"""

from functools import cache
from typing import Final

import polars as pl

from imr_etl.vocabulary import alias_table, words

MONTH: Final = "(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
DATE: Final = rf" +(?:\d{{1,2}}  \d{{1,2}}  \d{{2,4}}|{MONTH}  \d{{1,2}}  \d{{2,4}}) "


def is_retrospective(request: pl.Expr) -> pl.Expr:
    """Check whether the request calls itself retrospective or names a past date of service; false for null."""
    tokens = words(request)
    says_so = tokens.str.contains_any(_phrases(needs_date="no"))
    on_a_date = tokens.str.contains("(?:" + "|".join(_phrases(needs_date="yes")) + ")" + DATE)
    return (says_so | on_a_date).fill_null(value=False)


@cache
def _phrases(*, needs_date: str) -> list[str]:
    rows = alias_table("retrospective_words").filter(pl.col("needs_date") == needs_date)
    return rows.get_column("alias").to_list()
