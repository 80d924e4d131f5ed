"""Sessions of a treatment: how many visits, how many a week, over how many weeks.

Belongs here: reading those three numbers out of the disputed part of a request. Does not belong here: the words for
numbers and for sessions (vocabulary/number_words.csv, session_words.csv), the quantity of a drug (`item_drugs`), and
dates of service (`retrospective`).

A request is first put into a small language in which every rule is one short pattern: tokens between single spaces,
number words as digits, a range as `~`, and the words of session_words.csv in capitals. `Twelve PT visits, 2-3x/wk` is
`12 pt SESSION , ~ TIMES / WEEK`.
"""

from functools import cache
from typing import Final

import polars as pl

from imr_etl.vocabulary import alias_table

KEYS: Final = ("sha256", "item_number")
NUMBERS: Final = ("visits", "visits_per_week", "weeks")

WITHOUT_SESSIONS: Final = ("Pharmaceuticals", "DMEPOS", "Diagnostic Testing")
"""Categories whose numbers count tablets, rental days and views, whatever words stand beside them."""

THERAPIES: Final = ("Rehabilitation", "Psych Services", "Programs", "Home Health")
"""Categories in which a number that counts nothing else ("acupuncture x 6") counts sessions."""

EVALUATIONS: Final = "Evaluation & Management"
"""The category in which weeks alone tell when somebody is to come back."""

NUMBER: Final = r"(~|\d{1,3})"
LIST_WORDS: Final = r"(?:(?:[a-z/&,.-]+|QUANTITY) ){0,6}"
NOT_COUNTED: Final = r"(?: [^A-Z0-9/-]| $)"
"""What may follow a number that counts sessions without saying so: no unit, no other number, no date."""

DATE: Final = r" \d{1,2} [/-] \d{1,2} [/-] \d{2,4} "
RANGE: Final = r" \d{1,3} (?:-|to|or) \d{1,3} "
WORD_AND_FIGURE: Final = r" (\d{1,3}) \( \d{1,3} \) "
CLOCK: Final = r" (?:~|[\d.]+) (?:HOUR|MINUTE)(?: (?:/|PER|EVERY) (?:DAY|WEEK|SESSION)| DAY| WEEKLY)? "
INTERVAL: Final = r" (?:(?:~|\d{1,3}) (?:TIMES|SESSION) )?EVERY (?:other|second|third|~|\d{1,3})(?: nd| rd| th)? WEEK "
AFTER_AN_EVENT: Final = r" (?:~|\d{1,3}) WEEK (?:after|post|from|following|status) "
LASTING: Final = r" (TIMES|for|over) (~|\d{1,3}) WEEK (?:after|post|following) "
SPREAD: Final = rf" ((?:[2-9]|\d{{2,3}}) {LIST_WORDS}SESSION (?:of (?:[a-z]+ ){{1,3}})?)in (~|\d{{1,2}}) WEEK "
DELAY: Final = r"([a-z,]) in (?:~|\d{1,3}) WEEK "
COUNTED_WEEKLY: Final = rf" {NUMBER} WEEKLY ({LIST_WORDS}SESSION) "
RATE: Final = (
    rf" {NUMBER} (?:(?:{LIST_WORDS}(?:TIMES|SESSION|DAY) )?(?:in )?(?:(?:/ |PER |EVERY )+WEEK|WEEKLY)|TIMES WEEK) "
)
RATE_BY_WEEKS: Final = r" ([1-7]) TIMES (?:for |over )?(~|\d{1,2}) WEEK "

WEEKS: Final = rf" {NUMBER} (?:[a-z]+ )?WEEK "
WEEKS_AFTER_RATE: Final = rf" RATE (?:[,(-] )?(?:TIMES|for|over) {NUMBER}{NOT_COUNTED}"

SESSIONS: Final = rf" {NUMBER} {LIST_WORDS}SESSION "
SESSIONS_THEN_NUMBER: Final = rf" SESSION (?:[:,(#-] |TIMES |QUANTITY )*{NUMBER}{NOT_COUNTED}"
QUANTITY: Final = rf" (?:QUANTITY|#) (?:[:#-] |of )*{NUMBER}{NOT_COUNTED}"
PRODUCT: Final = rf" (\d{{1,2}}) TIMES (\d{{1,2}}){NOT_COUNTED}"
RANGE_PRODUCT: Final = r" (~) TIMES (?:~|\d{1,2}) "
TIMES: Final = rf" TIMES {NUMBER}{NOT_COUNTED}"
FIRST_WORD: Final = rf"^ {NUMBER} [a-z]"
LAST_WORD: Final = r" [a-z]+ (?:[,:(-] )?(~|\d{1,2})(?: \))? $"


def visits(items: pl.DataFrame) -> pl.DataFrame:
    """The sessions that each item disputes.

    Args:
        items: one row per item: sha256, item_number, disputed (String), category (String, null where unknown).

    Returns:
        sha256, item_number, and as Int32 visits (sessions in all), visits_per_week and weeks, each null where the
        request does not state it or states a range. The total is the product of the other two where only they are
        stated. One row per item, in the order given.
    """
    category = pl.col("category")
    stated = (
        items.select(*KEYS, "category", text=_session_language(pl.col("disputed")))
        .with_columns(
            text=pl.col("text")
            .str.replace_all(COUNTED_WEEKLY, " 1 PER WEEK , $1 $2 ")
            .str.replace_all(RATE_BY_WEEKS, " $1 PER WEEK TIMES $2 WEEK ")
        )
        .with_columns(
            rate=_the_one(pl.col("text"), RATE),
            rest=pl.col("text").str.replace_all(RATE, " RATE "),
        )
        .with_columns(
            rate=pl.col("rate").fill_null(
                pl.when(pl.col("rest").str.contains(" WEEKLY ", literal=True)).then(pl.lit("1"))
            ),
            weeks=_the_one(pl.col("rest"), WEEKS).fill_null(pl.col("rest").str.extract(WEEKS_AFTER_RATE)),
        )
        .with_columns(total=_total(pl.col("rest"), category, pl.col("rate"), pl.col("weeks")))
    )
    return (
        stated.with_columns(
            visits_per_week=pl.col("rate").cast(pl.Int32, strict=False),
            weeks=pl.col("weeks").cast(pl.Int32, strict=False),
        )
        .with_columns(
            visits=pl.when(pl.col("total").is_null())
            .then(pl.col("visits_per_week") * pl.col("weeks"))
            .otherwise(pl.col("total").cast(pl.Int32, strict=False)),
        )
        .with_columns(
            weeks=pl.when((category == EVALUATIONS) & pl.col("total").is_null() & pl.col("visits_per_week").is_null())
            .then(None)
            .otherwise("weeks")
        )
        .select(
            *KEYS,
            pl.when(category.is_in(WITHOUT_SESSIONS).not_().fill_null(value=True)).then(pl.col(NUMBERS)).name.keep(),
        )
    )


def _session_language(text: pl.Expr) -> pl.Expr:
    """The request as tokens between single spaces (see the module's docstring), a space at either end."""
    return (
        pl.concat_str(pl.lit(" "), text.str.to_lowercase(), pl.lit(" "))
        .str.replace_all(r"[\u2010-\u2015]", "-")
        .str.replace_all("\u00d7", "x", literal=True)
        .str.replace_all(r"(\pL)-(\pL)", "$1 $2")
        .str.replace_all(r"(\d)-?(\pL)", "$1 $2")
        .str.replace_all(r"\bx(\d|w)", "x $1")
        .str.replace_all(r"([^\pL\pN.])", " $1 ")
        .str.replace_all(r"\.(?:\s|$)", " ")
        .str.replace_all(r"\s+", "  ")
        .pipe(_put, "number_words", upper=False)
        .pipe(_put, "session_words", upper=True)
        .str.replace_all(r"  +", " ")
        .str.replace_all(DATE, " ")
        .str.replace_all(WORD_AND_FIGURE, " $1 ")
        .str.replace_all(RANGE, " ~ ")
        .str.replace_all(CLOCK, " ")
        .str.replace_all(INTERVAL, " ")
        .str.replace_all(LASTING, " $1 $2 WEEK , ")
        .str.replace_all(AFTER_AN_EVENT, " ")
        .str.replace_all(SPREAD, " ${1}over $2 WEEK ")
        .str.replace_all(DELAY, "$1 ")
    )


def _the_one(text: pl.Expr, pattern: str) -> pl.Expr:
    """The first group of a pattern where all its matches agree: a treatment in two phases has no one rate."""
    groups = text.str.extract_all(pattern).list.eval(pl.element().str.extract(pattern)).list.unique()
    return pl.when(groups.list.len() == 1).then(groups.list.first())


def _total(rest: pl.Expr, category: pl.Expr, rate: pl.Expr, weeks: pl.Expr) -> pl.Expr:
    """The number of sessions as stated (`~` for a range), null where nothing states it."""
    said = pl.coalesce(rest.str.extract(SESSIONS), rest.str.extract(SESSIONS_THEN_NUMBER))
    first, second = (rest.str.extract(PRODUCT, place).cast(pl.Int32, strict=False) for place in (1, 2))
    counted = pl.coalesce(
        rest.str.extract(QUANTITY),
        pl.when(weeks.is_null()).then(
            pl.coalesce((first * second).cast(pl.String), rest.str.extract(RANGE_PRODUCT), rest.str.extract(TIMES))
        ),
        pl.when(weeks.is_null() & rate.is_null()).then(
            pl.coalesce(rest.str.extract(FIRST_WORD), rest.str.extract(LAST_WORD))
        ),
    )
    is_therapy = category.is_in(THERAPIES).fill_null(value=False)
    return pl.coalesce(said, pl.when(is_therapy & (counted != "1")).then(counted))


def _put(text: pl.Expr, table: str, *, upper: bool) -> pl.Expr:
    aliases, canonical = _replacements(table, upper=upper)
    return text.str.replace_many(aliases, canonical, leftmost=True)


@cache
def _replacements(table: str, *, upper: bool) -> tuple[list[str], list[str]]:
    """Aliases of a code table, longest first, and the token that stands for each."""
    aliases = alias_table(table).sort(pl.col("alias").str.len_bytes(), descending=True, maintain_order=True)
    token = pl.concat_str(pl.lit(" "), pl.exclude("alias"), pl.lit(" "))
    canonical = aliases.select(token.str.to_uppercase() if upper else token).to_series()
    return aliases.get_column("alias").to_list(), canonical.to_list()
