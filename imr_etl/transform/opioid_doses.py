"""Morphine milligram equivalents (MME) of opioids, by the factors of CDC's clinical practice guideline of 2022.

Belongs here: how much of an opioid a unit, a fill and a day of a prescription are. Does not belong here: the factors
(vocabulary/mme_factors.csv) and the words for how often a dose is taken (vocabulary/dose_frequencies.csv).

A day's dose is only that of fixed written directions ("one tablet twice daily"), else of the units and the days of
supply that the request states. Directions that are a range or "as needed", and days that nobody states, make it null;
30 days are never assumed.
"""

from functools import cache
from typing import Final

import polars as pl

from imr_etl.transform.quantities import requested_text
from imr_etl.vocabulary import alias_table, words

KEY: Final = ["sha256", "item_number"]
HOURLY: Final = "mcg/hr"
SEPARATOR: Final = "/"

NUMBER: Final = r"\d+(?:\.\d+)?"
DOSE: Final = rf"(?i)^({NUMBER})\s*(?:mg|milligrams?)?(?:\s*[/-]\s*({NUMBER})\s*(?:mg|milligrams?)?)?$"
"""'50 mg', '10/325mg', '5mg/325mg'."""

LEAST_OTHER: Final = 100
"""Milligrams of the acetaminophen, aspirin or ibuprofen of a combination; the other number is the opioid's."""

PER_HOUR: Final = rf"(?i)^({NUMBER})\s*(?:mcg|micrograms?|ug)\s*(?:/|per)\s*(?:h|hr|hour)$"
CHANGED_IN_TIME: Final = r"(?i)\b(?:every|q)\s*(?:72|48)\s*h|\bevery (?:3|three|2|two) days\b"
"""Directions by which one patch is always worn."""

DAYS: Final = (
    r"(?i)\bday'?s?'?\s+supply\s*(?:of|is|=|:)?\s*(\d{1,3})\b",
    r"(?i)\b(\d{1,3})[\s-]*days?'?\s*(?:supply|course)\b",
    r"(?i)(?:\b(?:for|x|times|per|every)\s*|[/,;(]\s*|\d\s+)(\d{1,3})[\s-]*days?\b",
)

RANGE: Final = (r"(\d)\s*[-\u2010-\u2015]\s*(\d)", "$1 to $2")
ROUTE: Final = "po|p  o|s|by  mouth|(?:by|via)  oral  route|orally|sl|sublingually"
NO_FIXED_DOSE: Final = r"F0|F\d.*F\d|  (?:\d|F\d)  (?:to|or)  (?:\d{1,2}[a-z]*|F\d)  |  [1-4]  [1-8]  [a-z]"
"""As needed, several frequencies, a range of units or of hours ("1-2 tabs", "every 4 to 6 hours"), half a tablet."""


def with_morphine_equivalents(drugs: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Add mme_per_unit, mme_requested, mme_per_day and numbers_disagree to drugs.

    Takes drugs with ingredient, strength and quantity, and their items with request, authorized and requested_fill (the
    quantity of the original request of a modified item). `mme_requested` is one fill of the original request. All are
    null for what has no factor (buprenorphine), an unknown strength and several strengths. numbers_disagree: the
    directions and the days of supply ask for another quantity.
    """
    text = pl.col("text")
    fill = pl.when(pl.col("authorized").is_null()).then("quantity").otherwise("requested_fill")
    read = (
        drugs.join(items.select(*KEY, "authorized", "requested_fill", text=requested_text()), on=KEY, how="left")
        .with_columns(alias=words(pl.col("ingredient")), fill=fill, is_only=pl.len().over(KEY) == 1)
        .join(alias_table("mme_factors").select("alias", "mme_factor", "unit"), on="alias", how="left")
        .with_columns(factor=pl.col("mme_factor").cast(pl.Float64), mg=_milligrams())
        .with_columns(mme_per_unit=pl.when(pl.col("unit") != HOURLY).then(pl.col("mg") * pl.col("factor")))
    )
    directed = (
        read.filter(pl.col("factor").is_not_null() & pl.col("is_only"))
        .select("text")
        .unique()
        .with_columns(directions=_directions(text), days=pl.coalesce(text.str.extract(days) for days in DAYS))
        .filter(~pl.col("directions").str.contains(NO_FIXED_DOSE))
        .with_columns(
            units_per_day=_units_per_day(pl.col("directions")),
            days=pl.col("days").cast(pl.Float64, strict=False),
            is_worn=text.str.contains(CHANGED_IN_TIME),
        )
    )
    units_per_day, days = pl.col("units_per_day"), pl.col("days")
    by_patch = pl.col("strength").str.extract(PER_HOUR).cast(pl.Float64, strict=False) * pl.col("factor")
    return (
        read.join(directed, on="text", how="left")
        .with_columns(
            mme_requested=pl.col("mme_per_unit") * pl.col("fill"),
            mme_per_day=pl.when((pl.col("unit") == HOURLY) & pl.col("is_worn"))
            .then(by_patch)
            .otherwise(pl.coalesce(units_per_day, pl.col("fill") / days) * pl.col("mme_per_unit")),
            numbers_disagree=(units_per_day * days != pl.col("fill")).fill_null(value=False),
        )
        .sort(*KEY, "position")
        .select(*drugs.columns, "mme_per_unit", "mme_requested", "mme_per_day", "numbers_disagree")
    )


def _milligrams() -> pl.Expr:
    """Return the milligrams of the opioid in a unit; null for a range of doses."""
    first, second = (pl.col("strength").str.extract(DOSE, group).cast(pl.Float64, strict=False) for group in (1, 2))
    is_combination = pl.col("ingredient").str.contains(SEPARATOR, literal=True)
    of_combination = pl.when(pl.max_horizontal(first, second) >= LEAST_OTHER).then(pl.min_horizontal(first, second))
    return pl.when(second.is_null()).then(first).when(is_combination).then(of_combination)


def _units_per_day(directions: pl.Expr) -> pl.Expr:
    """Return the units a day of directions that name one number and one frequency: "one tablet twice a day"."""
    forms = alias_table("dosage_forms").filter(pl.col("is_counted") == "yes")["alias"].str.strip_chars(" ")
    unit = "|".join(forms.sort(descending=True))
    dose = rf"  ([1-9])  (?:(?:{unit})  )?(?:(?:{ROUTE})  )*F([1-9])  "
    units, times = (directions.str.extract(dose, group).cast(pl.Float64, strict=False) for group in (1, 2))
    return units * times


def _directions(text: pl.Expr) -> pl.Expr:
    """Write a text as tokens: number words as digits, frequencies as F and how often a day, "as needed" as F0."""
    numbers, frequencies = _spellings()
    number = "|".join(("[1-9]", *(number.strip() for number in numbers[0])))
    said_twice = rf"(?i)\b({number})\s*\(\s*(?:{number})\s*\)"
    spelled = text.str.replace_all(said_twice, "$1").str.replace_all(*RANGE)
    tokens = pl.concat_str(pl.lit(" "), words(spelled), pl.lit(" "))
    return tokens.str.replace_many(*frequencies, leftmost=True).str.replace_many(*numbers, leftmost=True)


@cache
def _spellings() -> tuple[tuple[list[str], list[str]], tuple[list[str], list[str]]]:
    """List the aliases of numbers and of frequencies, longest first, and the token that stands for each."""
    tables = (
        alias_table("number_words").with_columns(token=pl.format(" {} ", "number")),
        alias_table("dose_frequencies").with_columns(token=pl.format(" F{} ", pl.col("times_per_day").fill_null("0"))),
    )
    numbers, frequencies = (
        table.sort(pl.col("alias").str.len_bytes(), descending=True, maintain_order=True) for table in tables
    )
    return (
        (numbers["alias"].to_list(), numbers["token"].to_list()),
        (frequencies["alias"].to_list(), frequencies["token"].to_list()),
    )
