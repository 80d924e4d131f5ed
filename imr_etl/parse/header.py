"""The header table: case number, dates, priority.

Belongs here: labels and values of the header, whichever way a program gives the cells, and the sentences that tell
the same in the one template without a header. Does not belong here: other dates in prose, which are not the header's.

Programs give the two-column table row by row (a label, its value, the next label) or cell by cell (labels first, then
values). Read as a run of labels and the run of values after it, both are the same: the n-th label has the n-th value.
Where a date stands in the place of the priority, or a word in that of a date, the places of the whole run are in doubt:
its case number and priority are known by their own form, its dates are unreadable.
"""

import polars as pl

from imr_etl.blocks import case_number
from imr_etl.parse import patterns

DATES = ("injury_date", "ur_denial_date", "application_received_date", "assigned_date", "decision_date")
FIELDS = ("case_number", *DATES, "priority")
PRIORITIES = {"standard": "standard", "regular": "standard", "expedited": "expedited"}
"""Priority as written, in lower case -> its code."""

IN_DOUBT = "?"
"""Stands for a value that is there and of which nobody knows which one it is."""


def header(letters: pl.DataFrame) -> pl.DataFrame:
    """The header of each letter (sha256, header_text, prose_text).

    Returns sha256, case_number, five dates, priority, unreadable_fields.
    Where a letter has several headers the first one counts. A field that is missing or unreadable is null.
    """
    cells = (
        _paired(_tokens(letters))
        .group_by("sha256")
        .agg(pl.col("value").filter(pl.col("field") == field).first().alias(field) for field in FIELDS)
    )
    prose = letters.select(
        "sha256", *(pl.col("prose_text").str.extract(p).alias(_prose(name)) for name, p in patterns.PROSE_DATES.items())
    )
    return (
        letters.select("sha256")
        .join(cells, on="sha256", how="left", maintain_order="left")
        .join(prose, on="sha256", how="left", maintain_order="left")
        .select(
            "sha256",
            *(_value(field).alias(field) for field in FIELDS),
            unreadable_fields=pl.concat_list(
                pl.when(_written(field).is_not_null() & _value(field).is_null()).then(pl.lit(field)) for field in FIELDS
            ).list.drop_nulls(),
        )
    )


def _prose(field: str) -> str:
    """The column of a date as a sentence gives it."""
    return f"{field}_in_prose"


def _written(field: str) -> pl.Expr:
    """A field as written, in the header or in a sentence."""
    return pl.coalesce(field, _prose(field)) if field in patterns.PROSE_DATES else pl.col(field)


def _value(field: str) -> pl.Expr:
    """A field in the form of its column; null where what is written has not that form."""
    if field == "case_number":
        return case_number(pl.col(field))
    if field == "priority":
        lower = pl.col(field).str.to_lowercase()
        return lower.replace_strict(PRIORITIES, default=None, return_dtype=pl.String)
    in_prose = [_date(pl.col(_prose(field)))] if field in patterns.PROSE_DATES else []
    return pl.coalesce(_date(pl.col(field)), *in_prose)


def _tokens(letters: pl.DataFrame) -> pl.DataFrame:
    """Labels and values in their order: sha256, value, field (null for a value), run (of labels and their values)."""
    token = pl.col("value")
    field = pl.coalesce(
        pl.when(token.str.contains(f"(?i)^(?:{pattern})$")).then(pl.lit(name))
        for pattern, name in patterns.HEADER_LABELS.items()
    )
    starts_run = pl.col("field").is_not_null() & (
        pl.col("field").shift(1).is_null() | (pl.col("sha256") != pl.col("sha256").shift(1))
    ).fill_null(value=True)
    return (
        letters.select("sha256", value=pl.col("header_text").str.extract_all(patterns.HEADER_TOKEN))
        .explode("value")
        .drop_nulls("value")
        .with_columns(field=field)
        .with_columns(run=starts_run.cum_sum())
    )


def _paired(tokens: pl.DataFrame) -> pl.DataFrame:
    """Each label with its value: sha256, field, value.

    Where a run lacks values, or has one where its label cannot stand for it, only the case number and the priority are
    known, which have forms of their own.
    """
    # A run is its labels, then its values: places are counted from where either begins.
    is_value = pl.col("field").is_null()
    begins = ((is_value != is_value.shift(1)) | (pl.col("run") != pl.col("run").shift(1))).fill_null(value=True)
    row = pl.int_range(pl.len())
    value = pl.col("value")
    numbered = tokens.with_columns(
        place=row - pl.when(begins).then(row).forward_fill(),
        form=pl.when(value.str.contains(r"^\d"))
        .then(pl.lit("date"))
        .when(value.str.contains("(?i)^CM"))
        .then(pl.lit("case_number"))
        .otherwise(pl.lit("priority")),
    )
    labels = (
        numbered.filter(pl.col("field").is_not_null()).with_columns(labels=pl.len().over("run")).drop("value", "form")
    )
    values = numbered.filter(pl.col("field").is_null()).with_columns(values=pl.len().over("run"))
    form_of_field = pl.when(pl.col("field").is_in(DATES)).then(pl.lit("date")).otherwise("field")
    pairs = (
        labels.join(
            values.select("run", "place", "value", "form", "values"), on=["run", "place"], maintain_order="left"
        )
        .filter(pl.col("labels") <= pl.col("values"))
        .with_columns(is_sound=(pl.col("form") == form_of_field).all().over("run"))
    )
    unsound = labels.join(pairs.filter("is_sound"), on="run", how="anti").select("run").unique()
    of_own_form = (
        values.filter(pl.col("form") != "date")
        .join(unsound, on="run", how="semi", maintain_order="left")
        .select("sha256", field="form", value="value")
    )
    in_doubt = pairs.filter(~pl.col("is_sound")).select("sha256", "field", value=pl.lit(IN_DOUBT))
    return pl.concat([pairs.filter("is_sound").select("sha256", "field", "value"), of_own_form, in_doubt])


def _date(text: pl.Expr) -> pl.Expr:
    """`11/03/2016` or `11/3/16`; null where there is no such day."""
    parts = text.str.extract_groups(patterns.HEADER_DATE)
    # What the pattern takes for a digit may be none that has a number.
    month, day, year = (parts.struct.field(str(n)).cast(pl.Int32, strict=False) for n in (1, 2, 3))
    full_year = pl.when(year < 100).then(year + 2000).otherwise(year)
    # A day that no month has must not raise, as pl.date would.
    return pl.format("{}-{}-{}", full_year, month, day).str.to_date("%Y-%m-%d", strict=False)
