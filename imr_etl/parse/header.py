"""The header table: case number, dates, priority.

Belongs here: labels and values of the header, whichever way a program gives the cells, and the sentences that tell
the same in the one template without a header. Does not belong here: other dates in prose, which are not the header's.

Programs give the two-column table row by row (a label, its value, the next label) or cell by cell (labels first, then
values). Read as a run of labels and the run of values after it, both are the same: the n-th label has the n-th value.
"""

import polars as pl

from imr_etl.blocks import case_number
from imr_etl.parse import patterns

DATES = ("injury_date", "ur_denial_date", "application_received_date", "assigned_date", "decision_date")
FIELDS = ("case_number", *DATES, "priority")


def header(letters: pl.DataFrame) -> pl.DataFrame:
    """The header of each letter (sha256, header_text, prose_text).

    Returns sha256, case_number, five dates, priority, unreadable_fields.
    Where a letter has several headers the first one counts. A field that is missing or unreadable is null.
    """
    tokens = _tokens(letters)
    values = _paired(tokens)
    prose = letters.select(
        "sha256", **{f"told_{field}": pl.col("prose_text").str.extract(p) for field, p in patterns.PROSE_DATES.items()}
    )
    fields = (
        values.group_by("sha256")
        .agg(*(pl.col("value").filter(pl.col("field") == field).first().alias(field) for field in FIELDS))
        .with_columns(
            case_number(pl.col("case_number")).alias("case_number"),
            *(_date(pl.col(field)).alias(field) for field in DATES),
            unreadable_fields=pl.concat_list(
                pl.when(pl.col(field).is_not_null() & _date(pl.col(field)).is_null()).then(pl.lit(field))
                for field in DATES
            ).list.drop_nulls(),
            priority=pl.col("priority").str.to_lowercase().replace("regular", "standard"),
        )
    )
    return (
        letters.select("sha256")
        .join(fields, on="sha256", how="left", maintain_order="left")
        .join(prose, on="sha256", how="left", maintain_order="left")
        .with_columns(
            *(pl.coalesce(field, _date(pl.col(f"told_{field}"))).alias(field) for field in patterns.PROSE_DATES),
            unreadable_fields=pl.col("unreadable_fields").fill_null([]),
        )
        .drop(f"told_{field}" for field in patterns.PROSE_DATES)
    )


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

    Where a run lacks values only those are told that have a form of their own, the case number and the priority.
    """
    # A run is its labels, then its values: places are counted from where either begins.
    is_value = pl.col("field").is_null()
    begins = ((is_value != is_value.shift(1)) | (pl.col("run") != pl.col("run").shift(1))).fill_null(value=True)
    row = pl.int_range(pl.len())
    numbered = tokens.with_columns(
        place=row - pl.when(begins).then(row).forward_fill(),
        kind=pl.when(pl.col("value").str.contains(r"^\d")).then(pl.lit("date")).otherwise(pl.lit("other")),
    )
    labels = numbered.filter(pl.col("field").is_not_null()).with_columns(labels=pl.len().over("run"))
    values = numbered.filter(pl.col("field").is_null()).with_columns(values=pl.len().over("run"))
    whole = labels.drop("value").join(
        values.select("run", "place", "value", "values"), on=["run", "place"], maintain_order="left"
    )
    by_place = whole.filter(pl.col("labels") <= pl.col("values")).select("sha256", "field", "value")
    of_own_form = (
        values.join(labels.select("run", "labels").unique(), on="run")
        .filter((pl.col("labels") > pl.col("values")) & (pl.col("kind") == "other"))
        .select(
            "sha256",
            field=pl.when(pl.col("value").str.contains("(?i)^CM"))
            .then(pl.lit("case_number"))
            .otherwise(pl.lit("priority")),
            value="value",
        )
    )
    return pl.concat([by_place, of_own_form])


def _date(text: pl.Expr) -> pl.Expr:
    """`11/03/2016` or `11/3/16`; null where there is no such day."""
    parts = text.str.extract_groups(patterns.HEADER_DATE)
    month, day, year = (parts.struct.field(str(n)).cast(pl.Int32) for n in (1, 2, 3))
    full_year = pl.when(year < 100).then(year + 2000).otherwise(year)
    # A day that no month has must not raise, as pl.date would.
    return pl.format("{}-{}-{}", full_year, month, day).str.to_date("%Y-%m-%d", strict=False)
