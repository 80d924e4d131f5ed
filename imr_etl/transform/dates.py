"""Dates of a letter that cannot be, and dates that are out of order.

Belongs here: comparing the dates of one letter with each other and with the day on which its file was first seen. Does
not belong here: reading the dates (`imr_etl.parse.header`).
"""

import polars as pl

from imr_etl.parse.header import DATES

LONGEST_REVIEW = 730
"""Days between a denial and its review. 97 real letters took up to 79, those of 2014 up to a year."""

FIRST_YEAR, LAST_YEAR = -1, 3
"""Years from that of the case number to the decision. Real letters have 0 or 1, the backlog of 2013 more. One less is
allowed: the number is that of the file where the header has none, and people number their copies by themselves."""


def without_future_dates(letters: pl.DataFrame) -> pl.DataFrame:
    """Make the dates of letters that are later than the day after `first_seen` null, and list them in `unreadable`.

    Takes sha256, the five dates, unreadable, first_seen (Datetime; null where unknown).
    """
    last_day = pl.col("first_seen").dt.date().dt.offset_by("1d")
    is_later = {field: (pl.col(field) > last_day).fill_null(value=False) for field in DATES}
    late = pl.concat_list(
        pl.when(is_later[field]).then(pl.struct(field=pl.lit(field), excerpt=pl.col(field).dt.to_string("%m/%d/%Y")))
        for field in DATES
    ).list.drop_nulls()
    return letters.with_columns(
        unreadable=pl.concat_list(pl.col("unreadable").fill_null([]), late),
        **{field: pl.when(~is_later[field]).then(field) for field in DATES},
    )


def dates_out_of_order(letters: pl.DataFrame) -> pl.DataFrame:
    """Find the letters whose dates cannot all be right: sha256, field (the name of one), excerpt.

    Either one date is later than another that it should precede, or a review took longer than any does, or the case
    number is of a year in which this case cannot have begun.
    """
    pairs = [(first, second) for n, first in enumerate(DATES) for second in DATES[n + 1 :]]
    later = [
        letters.filter(pl.col(first) > pl.col(second)).select(
            "sha256",
            field=pl.lit(first),
            excerpt=pl.format(f"{first} {{}} is later than {second} {{}}", first, second),
        )
        for first, second in pairs
    ]
    denial, decision = DATES[1], DATES[-1]
    long = letters.filter(pl.col(decision) - pl.col(denial) > pl.duration(days=LONGEST_REVIEW)).select(
        "sha256",
        field=pl.lit(decision),
        excerpt=pl.format(f"{decision} {{}} is years later than {denial} {{}}", decision, denial),
    )
    of_number = pl.col("case_number").str.extract(r"^CM(\d\d)").cast(pl.Int32, strict=False) + 2000
    years = pl.col(decision).dt.year() - of_number
    other_year = letters.filter(~years.is_between(FIRST_YEAR, LAST_YEAR)).select(
        "sha256",
        field=pl.lit(decision),
        excerpt=pl.format(f"{decision} {{}} does not fit the case number {{}}", decision, "case_number"),
    )
    return pl.concat([*later, long, other_year]).unique("sha256", keep="first", maintain_order=True)
