"""Blocks of 10,000 case numbers: the files that lines and tables are kept in.

Belongs here: which blocks there are and which one a case number falls into. Does not belong here: which blocks have
letters (`imr_etl.pipeline.update.stored_blocks`).
"""

import polars as pl

FIRST_YEAR, LAST_YEAR = 2013, 2030
BLOCKS_PER_YEAR = 40
"""Case numbers count the applications of a year; no year had more than 253,779 (2015)."""

UNNUMBERED = "unnumbered"
"""The block of letters whose file name has no case number, or none of a listed block."""

BLOCKS = [
    *(f"CM{year % 100}-{number:03}" for year in range(FIRST_YEAR, LAST_YEAR + 1) for number in range(BLOCKS_PER_YEAR)),
    UNNUMBERED,
]

MARK = r"[ _\u2010-\u2015\u2212-]{0,3}"
CASE_NUMBER = rf"(?i)(?:^|[^a-z])CM{MARK}(?P<year>[0-9]{{2}}){MARK}(?P<number>[0-9]{{7}})(?:\D|$)"
"""`CM16-0123456`, also with another dash, in file names also `cm16_0123456` and `CM160123456`."""


def case_number(text: pl.Expr) -> pl.Expr:
    """Return the first case number in a text, in the form `CM16-0123456`; null where there is none."""
    parts = text.str.extract_groups(CASE_NUMBER)
    return pl.concat_str(pl.lit("CM"), parts.struct.field("year"), pl.lit("-"), parts.struct.field("number"))


def block(case_number: pl.Expr) -> pl.Expr:
    """Return the block of a case number: `CM16-021` for CM16-0210000 to CM16-0219999, else `unnumbered`."""
    prefix = case_number.str.slice(0, 8)
    return pl.when(prefix.is_in(BLOCKS)).then(prefix).otherwise(pl.lit(UNNUMBERED))
