"""The header table: case number, dates, priority.

Belongs here: labels and values of the header, whichever way a program gives the cells, the sentences that say the same
in the one template without a header, and whether a date can be what it is said to be. Does not belong here: other dates
in prose, which are not the header's.

Programs give the two-column table row by row (a label, its value, the next label) or cell by cell (labels first, then
values). Read as a run of labels and the run of values after it, both are the same: of each kind of value (a case
number, a priority, dates) the n-th label has the n-th value. Where the kinds of a run's values do not follow each other
as those of its labels do, cells are empty, hold several values or changed places: then the case number and the priority
are known by their own form, a date counts only where it stands alone, directly after its own label, and the others are
in doubt.
"""

from typing import Final

import polars as pl

from imr_etl.blocks import LAST_YEAR, case_number
from imr_etl.parse import patterns

DATES: Final = ("injury_date", "ur_denial_date", "application_received_date", "assigned_date", "decision_date")
"""In the order in which they happen."""
FIELDS: Final = ("case_number", *DATES, "priority")
WORDS: Final = ("case_number", "priority")
"""Fields that are no dates."""
PRIORITIES: Final = {"standard": "standard", "regular": "standard", "expedited": "expedited"}
"""Priority as written, in lower case -> its code."""
DECISION: Final = "decision_date"
DATED: Final = "dated"
"""The label of the decision's date in letters that have no "Decision Date"."""

FIRST_YEAR: Final = 1900
"""Nobody alive was injured at work before."""

IN_DOUBT: Final = "one of "
"""Precedes the dates of a header where it is not certain which label each belongs to."""

DATE, CASE, WORD = "date", "case number", "word"
KINDS: Final = {"case_number": CASE, "priority": WORD, **dict.fromkeys((*DATES, DATED), DATE)}
"""Field -> the kind of its values."""

IN_HEADER, IN_DATED, IN_PROSE = 0, 1, 2
"""Where a value stands; where a letter states a field in two ways the first of these counts."""


def header(letters: pl.DataFrame) -> pl.DataFrame:
    """Read the header of each letter (sha256, header_text with its line breaks, prose_text).

    Returns sha256, case_number, five dates, priority, unreadable (a list of field and excerpt: values that do not
    have the form of their field, that are in doubt, or that are stated twice and differ). A field that is missing or
    unreadable is null.
    """
    values = _values(letters)
    text = pl.col("value")
    fields = (
        values.filter(pl.col("field").is_in(WORDS))
        .unique(["sha256", "field"], keep="first", maintain_order=True)
        .select(
            "sha256",
            "field",
            excerpt="value",
            text=pl.when(pl.col("field") == "case_number")
            .then(case_number(text))
            .otherwise(text.str.to_lowercase().replace_strict(PRIORITIES, default=None, return_dtype=pl.String)),
        )
    )
    cases = fields.filter(pl.col("field") == "case_number").select("sha256", case_number="text")
    dates = (
        _with_dates(values.filter(pl.col("field").is_in(DATES)), cases)
        .group_by("sha256", "field", maintain_order=True)
        .agg(date=pl.col("date").drop_nulls().unique(), excerpt=pl.col("value").unique(maintain_order=True))
        .with_columns(
            date=pl.when(pl.col("date").list.len() == 1).then(pl.col("date").list.first()),
            excerpt=pl.col("excerpt").list.join("; "),
        )
    )
    is_null = pl.col("text").is_null() & pl.col("date").is_null()
    read = (
        pl.concat([fields, dates], how="diagonal")
        .group_by("sha256", maintain_order=True)
        .agg(
            *(pl.col("text").filter(pl.col("field") == field).first().alias(field) for field in WORDS),
            *(pl.col("date").filter(pl.col("field") == field).first().alias(field) for field in DATES),
            unreadable=pl.struct("field", "excerpt").filter(is_null),
        )
    )
    return (
        letters.select("sha256")
        .join(read, on="sha256", how="left", maintain_order="left")
        .select("sha256", *FIELDS, "unreadable")
    )


def _values(letters: pl.DataFrame) -> pl.DataFrame:
    """List every value of a field that a letter states: sha256, field, value."""
    tabled = _paired(_tokens(letters)).with_columns(
        place=pl.when(pl.col("field") == DATED).then(IN_DATED).otherwise(IN_HEADER),
        field=pl.col("field").replace(DATED, DECISION),
    )
    in_prose = pl.concat(
        letters.select(
            "sha256",
            field=pl.lit(field),
            value=pl.col("prose_text").str.extract(pattern),
            place=pl.lit(IN_PROSE, dtype=pl.Int32),
        )
        for field, pattern in patterns.PROSE_DATES.items()
    ).drop_nulls("value")
    values = pl.concat([tabled.cast({"place": pl.Int32}), in_prose])
    return values.filter(pl.col("place") == pl.col("place").min().over("sha256", "field")).drop("place")


def _tokens(letters: pl.DataFrame) -> pl.DataFrame:
    """Return labels and values in their order: sha256, value, field (null for a value), kind, row (of text), run.

    A run is labels and the values after them.
    """
    text = pl.col("value")
    field = pl.coalesce(
        pl.when(text.str.contains(f"(?i)^(?:{pattern})$")).then(pl.lit(name))
        for pattern, name in patterns.HEADER_LABELS.items()
    )
    kind_of_value = (
        pl.when(text.str.contains("(?i)^CM"))
        .then(pl.lit(CASE))
        .when(text.str.contains(r"\d"))
        .then(pl.lit(DATE))
        .otherwise(pl.lit(WORD))
    )
    # Values before the first label of a letter are not those of the letter before.
    is_first = (pl.col("sha256") != pl.col("sha256").shift(1)).fill_null(value=True)
    starts_run = is_first | (pl.col("field").is_not_null() & pl.col("field").shift(1).is_null())
    return (
        letters.select("sha256", value=pl.col("header_text").str.extract_all(patterns.HEADER_TOKEN))
        .explode("value")
        .drop_nulls("value")
        .with_columns(row=(text == "\n").cum_sum())
        .filter(text != "\n")
        .with_columns(field=field)
        .with_columns(kind=pl.coalesce(pl.col("field").replace_strict(KINDS, default=None), kind_of_value))
        .with_columns(run=starts_run.cum_sum())
    )


def _paired(tokens: pl.DataFrame) -> pl.DataFrame:
    """Return each label with its value: sha256, field, value."""
    is_label = pl.col("field").is_not_null()
    # Most labels have their value directly after them and no other label in their run.
    is_alone = (
        is_label
        & (pl.col("run") != pl.col("run").shift(1)).fill_null(value=True)
        & (pl.col("run") == pl.col("run").shift(-1))
        & pl.col("field").shift(-1).is_null()
    ).fill_null(value=False)
    marked = tokens.with_columns(is_alone=is_alone, of_label=pl.col("value").shift(-1))
    alone = marked.filter("is_alone")
    rest = tokens.join(alone, on="run", how="anti", maintain_order="left")
    rows = (
        tokens.join(rest, on="sha256", how="semi")
        .filter(is_label)
        .group_by("sha256")
        .agg(label_rows=pl.col("row").n_unique())
    )
    of_several = _paired_in_runs(rest.join(rows, on="sha256", how="left", maintain_order="left"))
    return pl.concat([alone.select("sha256", "field", value="of_label"), of_several])


def _paired_in_runs(tokens: pl.DataFrame) -> pl.DataFrame:
    """Pair labels and values of runs with several labels.

    Takes tokens with `label_rows`: how many lines of the header have labels.
    """
    is_label = pl.col("field").is_not_null()
    of_kind = ("run", "kind")
    label_row, value_row = (pl.col("row").filter(of) for of in (is_label, is_label.not_()))
    # Where each label has a line of its own, so has each cell; of two values on a line the first one counts.
    has_own_rows = (label_row.n_unique() == label_row.len()).over("run")
    is_second = is_label.not_() & pl.struct("row", "kind", is_label).is_first_distinct().over("run").not_()
    kinds_of_values = pl.col("kind").filter(is_label.not_())
    placed = (
        tokens.filter((has_own_rows & is_second).not_())
        .with_columns(
            place=pl.int_range(pl.len()).over(*of_kind, is_label),
            labels=is_label.sum().over(of_kind),
            values=is_label.not_().sum().over(of_kind),
            values_of_run=is_label.not_().sum().over("run"),
            # "Decision Date: UR Denial Date: 11/03/2016" in a row of its own: the cells before the last one are empty.
            ends_in_row=(value_row.max() == label_row.max()).over("run") & (pl.col("label_rows") > 1),
        )
        .with_columns(
            # Kinds that have no value are empty cells.
            kinds=pl.when(is_label & (pl.col("values") > 0)).then("kind"),
        )
        .with_columns(
            follows=pl.col("kinds").drop_nulls().str.join(" ").over("run") == kinds_of_values.str.join(" ").over("run")
        )
    )
    is_word = pl.col("kind") != DATE
    as_many = (
        (is_word & (pl.col("labels") == 1))
        | (pl.col("follows") & pl.col("ends_in_row").not_())
        | ((pl.col("labels") == 1) & pl.col("ends_in_row"))
    )
    labels = placed.filter(is_label)
    values = placed.filter(is_label.not_())
    by_place = labels.filter(as_many).join(
        values.select(*of_kind, "place", of_label="value"), on=[*of_kind, "place"], maintain_order="left"
    )
    # "Date Assigned: Date of Injury: 10/13/2014": the first cell is empty. A column has more than two cells.
    is_pair = (pl.col("values_of_run") == 1) & (pl.col("labels") == 2)
    alone = values.filter(as_many.not_() & (is_pair | pl.col("ends_in_row")))
    right_behind = labels.unique("run", keep="last", maintain_order=True).join(
        alone.filter(pl.col("place") == 0).select(*of_kind, "row", of_label="value"),
        on=[*of_kind, "row"],
        maintain_order="left",
    )
    paired = pl.concat(frame.select("run", "field", "sha256", value="of_label") for frame in (by_place, right_behind))
    dates = values.filter(~is_word).group_by("run", maintain_order=True).agg(dates=pl.col("value").str.join("; "))
    in_doubt = (
        labels.filter(~is_word & as_many.not_() & pl.col("ends_in_row").not_())
        .join(paired, on=["run", "field"], how="anti", maintain_order="left")
        .join(paired.filter(pl.col("field").is_in(DATES)), on="run", how="anti", maintain_order="left")
        .join(dates, on="run", maintain_order="left")
        .select("sha256", "field", value=pl.lit(IN_DOUBT) + pl.col("dates"))
    )
    return pl.concat([paired.drop("run").select("sha256", "field", "value"), in_doubt])


def _with_dates(values: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """Return values (sha256, field, value) with `date`, null where there is no such day.

    A year of two digits is the last one so written that is not later than the decision's, or, where that is unknown,
    than the year after the case number's.
    """
    month, day, year = (
        pl.coalesce(pl.col("value").str.extract(form, places[n]) for form, places in patterns.DATE_FORMS)
        for n in range(3)
    )
    months = {name: str(number) for number, name in enumerate(patterns.MONTHS, start=1)}
    number = pl.col("year").cast(pl.Int32, strict=False)
    is_short = pl.col("year").str.len_chars() <= 2
    decided = pl.when(is_short).then(2000 + number).otherwise(number)
    is_decided = (pl.col("field") == DECISION) & decided.is_between(2000, LAST_YEAR)
    of_case = 2001 + pl.col("case_number").str.slice(2, 2).cast(pl.Int32, strict=False)
    last = pl.coalesce(decided.filter(is_decided).max().over("sha256"), of_case, LAST_YEAR)
    full = (
        pl.when(is_short.not_()).then(number).when(2000 + number <= last).then(2000 + number).otherwise(1900 + number)
    )
    return (
        values.join(cases, on="sha256", how="left", maintain_order="left")
        .with_columns(month=month.str.to_lowercase().str.head(3).replace(months), day=day, year=year)
        .with_columns(full_year=full)
        .with_columns(
            # A day that no month has must not raise, as pl.date would.
            date=pl.when(pl.col("full_year") >= FIRST_YEAR).then(
                pl.format("{}-{}-{}", "full_year", "month", "day").str.to_date("%Y-%m-%d", strict=False)
            )
        )
        .drop("case_number", "month", "day", "year", "full_year")
    )
