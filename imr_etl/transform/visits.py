"""Sessions of a treatment: how many visits, how many a week, over how many weeks.

Belongs here: reading those three numbers from the disputed part of a request, and which of its numbers stay unread.
Does not belong here: the words for numbers and for sessions (vocabulary/number_words.csv, session_words.csv), the
quantity of a drug (`item_drugs`), and dates of service (`retrospective`).

A request is first put into a small language in which every rule is one short pattern: tokens between single spaces,
number words as digits, a range as `~`, and the words of session_words.csv in capitals. `Twelve PT visits, 2-3x/wk` is
`12 pt SESSION , ~ TIMES / WEEK`. Then each rule takes out what it has read, so that the numbers left at the end are
those that nothing has read.
"""

from collections.abc import Sequence
from functools import cache, reduce
from typing import Final

import polars as pl

from imr_etl.vocabulary import alias_table

KEYS: Final = ("sha256", "item_number")
NUMBERS: Final = ("visits", "visits_per_week", "weeks")

WITHOUT_SESSIONS: Final = ("Pharmaceuticals", "DMEPOS", "Diagnostic Testing")
"""Categories whose numbers count tablets, rental days and views, whatever words stand beside them."""

THERAPIES: Final = ("Rehabilitation", "Psych Services", "Programs", "Home Health", "Evaluation & Management")
"""Categories in which a number that counts nothing else ("acupuncture x 6") counts sessions."""

EVALUATIONS: Final = "Evaluation & Management"
"""The category in which weeks alone say when somebody is to come back."""

COUNTED_BY_DAYS: Final = ("Rehabilitation", "Psych Services", "Home Health")
"""Categories in which days, months and rhythms ("every 2 weeks") could mean sessions; elsewhere they last or recur."""

N: Final = r"(~|\d{1,3})"
WORDS: Final = r"(?:[a-z/&,.'()-]+ ){0,6}"
PER: Final = r"(?:(?:/|PER|EVERY) )+"
FOR: Final = r"(?:[,(@-] )?(?:(?:TIMES|for|over|of|during|within|EVERY) )?(?:the )?(?:next )?"
NOT_COUNTED: Final = r"(?: [^A-Z0-9/~-]| $)"
"""What may follow a number that counts sessions without saying so: no unit, no other number, no date."""

SPELLING: Final = (
    (r"[\u2010-\u2015]", "-"),
    (r"['\u2018\u2019]", ""),
    (r"[\u00d7*]", " x "),
    (r"\b(\pL)\.(\pL)\.(?:(\pL)\.)?", "$1$2$3 "),
    (r"(\d)\.0+\b", "$1"),
    (r"(\pL)-(\pL)", "$1 $2"),
    (r"(\d)-?(\pL)", "$1 $2"),
    (r"\bx(\d|w)", "x $1"),
    (r"\b(x|times|\d) ?/ ?w\b", "$1 / week"),
    (r"\b(\d+) w\b([^/]|$)", "$1 weeks$2"),
    (r"(\d) by (\d)", "$1 x $2"),
    (r"([^\pL\pN.])", " $1 "),
    (r"\.(?:\s|$)", " "),
    (r"\s+", "  "),
)
"""Spellings that become one: "b.i.w.", "12.00", "2*6", "2 by 6", "3X/W"."""

MONTH_NAMES: Final = "(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
NOT_SESSIONS: Final = (
    (r" \d{1,2} [/-] \d{1,2} [/-] \d{2,4}\b", " ,"),
    (rf" {MONTH_NAMES} (?:\d{{1,2}} ,? )?(?:19|20)\d\d\b", " ,"),
    (r" (?:19|20)\d\d\b| \d{4,}\b", " ,"),
    (r" [clts] ?\d{1,2}\b(?: (?:[/&-]|and|to|through|thru) (?:[clts] ?)?\d{1,2}\b)?(?: (?:[/&]|and) [clts] ?\d{1,2}\b)*", " ,"),
    (r" (\d{1,3}) \( \d{1,3} \)", " $1"),
    (r" HOUR long\b", " ,"),
    (r" (?:\d{1,3}|1 / 2) (?:-|to|or) \d{1,3}\b", " ~"),
    (r" (?:~|\d+\.\d+|\d+ / \d+|\d+) (?:%|(?:[a-z]+ )?UNIT\b)", " ,"),
    (r" (?:~|[\d.]+) (?:HOUR|MINUTE)\b(?: (?:/|PER|EVERY) (?:DAYS?|WEEK|SESSION)\b| DAILY| WEEKLY)?", " ,"),
    (r" (?:phase|stage|grade|type|class|tooth|teeth|number|no|page|step|tier|part|item|rfa|form|cpt|code|dr) #? ?\d+\b", " ,"),
)
"""Numbers that say themselves what they count or name: dates, codes, spinal levels, doses, hours, grades."""

SCHEDULES: Final = (
    (
        r" (?:(?:~|\d{1,3}) (?:TIMES |SESSION )?)?EVERY (?:other|second|third|~|\d{1,3})(?: UNIT)? (?:WEEK|DAY|MONTH)S?\b",
        " RHYTHM",
    ),
    (r" (TIMES|for|over) (~|\d{1,3}) WEEKS? (?:after|post|following)\b", " $1 $2 WEEKS ,"),
    (r" (?:~|\d{1,3}) (?:WEEK|MONTH|DAY)S? (?:after|post|from|following|status)\b", " ,"),
    (
        rf" ((?:[2-9]|\d{{2,3}}) {WORDS}SESSION (?:of (?:[a-z]+ ){{1,3}})?)in (~|\d{{1,2}}) WEEKS?\b",
        " ${1}over $2 WEEKS",
    ),
    (r"([a-z,]) in (?:~|\d{1,3}) (?:WEEK|MONTH|DAY)S?\b", "$1 ,"),
    (rf" DAILY {FOR}(\d{{1,2}}) DAYS?\b", " 7 PER WEEK , $1 SESSION"),
    (r" DAILY\b", " 7 PER WEEK"),
    (rf" {N} WEEKLY ({WORDS}SESSION)\b", " 1 PER WEEK , $1 $2"),
    (rf" ((?:[89]|\d{{2,3}}) {WORDS}SESSION) WEEKLY\b", " $1 , 1 PER WEEK"),
    (rf" {N} TIMES WEEK(?:LY)?\b", " $1 PER WEEK"),
    (rf" ((?:~|[1-7]) (?:{WORDS}(?:SESSION|DAYS) )?)WEEKLY\b", " ${1}PER WEEK"),
    (r" WEEKLY\b", " 1 PER WEEK"),
    (r" MONTHLY\b", " PER MONTH"),
    (r" (~|[2-7]) WEEK TIMES (~|\d{1,2})\b", " $1 PER WEEK TIMES $2 WEEKS"),
    (r" ([1-7]) TIMES (?:for |over )?(~|\d{1,2}) WEEKS?\b", " $1 PER WEEK TIMES $2 WEEKS"),
    (r" ([1-7]) / (\d{1,2}) WEEKS\b", " $1 PER WEEK TIMES $2 WEEKS"),
)
"""Each way of writing a schedule, put into the one that the patterns below read."""

OF_WHAT: Final = r"(?:(?:of|for) (?:[a-z]+ ){1,5})?"
RATE: Final = rf" (~|[1-7]) (?:{WORDS}(?:TIMES|SESSION|DAYS?) {OF_WHAT})?(?:in )?{PER}WEEK\b"
MONTHLY: Final = (
    rf" (?:(\d{{1,2}}) (?:{WORDS}(?:TIMES|SESSION) {OF_WHAT})?)?{PER}MONTH"
    rf" (?:(?:[a-z]+ ){{1,4}}(?:TIMES|for|over) )?{FOR}(\d{{1,2}})\b(?: MONTHS?\b)?"
)
WEEKS: Final = rf" {N} (?:[a-z]+ )?WEEKS?\b"
WEEKS_AFTER_RATE: Final = rf" RATE {FOR}{N}{NOT_COUNTED}"

IN_PARENTHESES: Final = rf" [(] (?:[a-z]+ ){{0,2}}{N} {WORDS}SESSION\b"
SESSIONS: Final = rf" {N} {WORDS}SESSION\b"
SESSIONS_THEN_NUMBER: Final = rf" SESSION (?:[:,(#-] |TIMES |QUANTITY |requested |needed )*{N}{NOT_COUNTED}"
PART: Final = r" (?:and|plus|then|&|;) (\d{1,3}) (?:[a-z]+ )?(?:for|to|of|on)\b"

QUANTITY: Final = rf" (?:QUANTITY|#) (?:[:#-] |of )*{N}{NOT_COUNTED}"
PRODUCT: Final = rf" (\d{{1,2}}) (?:TIMES|/) (\d{{1,2}}){NOT_COUNTED}"
PRODUCT_OF_TWO: Final = "n x m"
RANGE_PRODUCT: Final = r"(?: \d{1,2} TIMES)? (~) TIMES (?:~|\d{1,2})\b"
TIMES: Final = rf" TIMES {N}{NOT_COUNTED}"
ALONE: Final = (
    rf"^ {N} [a-z]",
    r" [(] (~|\d{1,3}) [)]",
    r" [,;-] (~|\d{1,2}) ,",
    r" [a-z)]+ (?:[,:;(-] )?(~|\d{1,2})(?: [)])? $",
)
"""A number with nothing beside it that it could count: first, in parentheses, between marks, last."""

LASTING: Final = r" (?:~|\d{1,3}) (?:[a-z]+ )?(?:DAY|WEEK|MONTH|YEAR)S?\b"
UNREAD: Final = r" (~|\d[\d.]*|RHYTHM|PER (?:WEEK|MONTH|DAY|YEAR)S?)\b"


def visits(items: pl.DataFrame) -> pl.DataFrame:
    """Reads the sessions that each item disputes.

    Args:
        items: one row per item: sha256, item_number, disputed (String), category (String, null where unknown).

    Returns:
        sha256, item_number, and as Int32 visits (sessions in all), visits_per_week and weeks, each null where the
        request does not state it or states a range, all null where it states several schedules. The total is the
        product of the other two where only they are stated. number_unread: a number or a word for sessions is in none
        of the three. numbers_disagree: the total is not the product. One row per item, in the order given.
    """
    category = pl.col("category")
    is_therapy = category.is_in(THERAPIES).fill_null(value=False)
    has_sessions = category.is_in(WITHOUT_SESSIONS).not_().fill_null(value=True)
    read = (
        items.select(*KEYS, "category", text=_session_language(pl.col("disputed")))
        .pipe(_take, "rates", RATE, " RATE")
        .with_columns(
            monthly=pl.col("text").str.extract(MONTHLY, 1).fill_null("1").cast(pl.Int32)
            * pl.col("text").str.extract(MONTHLY, 2).cast(pl.Int32),
            text=pl.col("text").str.replace_all(MONTHLY, " ,"),
        )
        .pipe(_take, "weeks", WEEKS, " ,")
        .pipe(_take, "weeks_after_rate", WEEKS_AFTER_RATE, " ,")
        .pipe(_take, "in_parentheses", IN_PARENTHESES, " (")
        .pipe(_take, "counts", SESSIONS, " SESSION")
        .pipe(_take, "counts_behind", SESSIONS_THEN_NUMBER, " SESSION ,")
        .with_columns(
            weeks=pl.concat_list("weeks", "weeks_after_rate"),
            counts=pl.concat_list("counts", "counts_behind", _all(pl.col("text"), PART)),
        )
    )
    text, lists = pl.col("text"), (pl.col("rates"), pl.col("weeks"), pl.col("counts"))
    is_several = (lists[0].list.len() > 1) | (lists[1].list.n_unique() > 1) | (lists[2].list.len() > 1)
    rate, weeks = (pl.when(~is_several).then(found.list.first()) for found in lists[:2])
    counted = pl.when(is_therapy & ~is_several).then(_counted(rate, weeks))
    is_several |= (counted.list.len() > 1).fill_null(value=False)
    product = text.str.extract(PRODUCT, 1).cast(pl.Int32) * text.str.extract(PRODUCT, 2).cast(pl.Int32)
    first = counted.list.first()
    total = pl.coalesce(
        pl.when(~is_several).then(lists[2].list.first()),
        pl.col("in_parentheses").list.first(),
        pl.col("monthly").cast(pl.String),
        pl.when(~is_several).then(pl.when(first == PRODUCT_OF_TWO).then(product.cast(pl.String)).otherwise(first)),
    )
    is_return = (category == EVALUATIONS) & total.is_null() & rate.is_null()
    schedule = rate.cast(pl.Int32, strict=False) * weeks.cast(pl.Int32, strict=False)
    numbers = (
        read.with_columns(
            visits=pl.when(total.is_null()).then(schedule).otherwise(total.cast(pl.Int32, strict=False)),
            visits_per_week=rate.cast(pl.Int32, strict=False),
            weeks=pl.when(~is_return.fill_null(value=False)).then(weeks).cast(pl.Int32, strict=False),
            schedule=schedule,
            product=product,
            is_left=is_several | pl.any_horizontal(found.list.contains("~") for found in lists),
        )
        .with_columns(
            text=pl.when(pl.col("product") == pl.col("visits"))
            .then(text.str.replace_all(PRODUCT, " ,"))
            .when(category.is_in(COUNTED_BY_DAYS))
            .then(text)
            .otherwise(text.str.replace_all(LASTING, " ,").str.replace_all(" RHYTHM", " ,", literal=True))
        )
        .with_columns(
            unread=_all(pl.col("text"), UNREAD).list.set_difference(
                pl.concat_list(pl.lit("1"), pl.col("visits").cast(pl.String).fill_null("1"))
            )
        )
    )
    return numbers.select(
        *KEYS,
        pl.when(has_sessions).then(pl.col(NUMBERS)).name.keep(),
        number_unread=(pl.col("is_left") & has_sessions) | (pl.col("unread").list.len() > 0),
        numbers_disagree=(has_sessions & (pl.col("visits") != pl.col("schedule"))).fill_null(value=False),
    )


def states_sessions(text: pl.Expr) -> pl.Expr:
    """Says whether a text asks for a number of sessions, as only treatments by sessions do: "2x4", "6 visits"."""
    language = _session_language(text)
    product = language.str.extract(PRODUCT, 1).cast(pl.Int32) * language.str.extract(PRODUCT, 2).cast(pl.Int32)
    times = language.str.extract(TIMES).cast(pl.Int32, strict=False)
    worded = language.str.contains("|".join((SESSIONS, SESSIONS_THEN_NUMBER, RATE)))
    return (worded | (product > 2) | (times > 2)).fill_null(value=False)


def _session_language(text: pl.Expr) -> pl.Expr:
    """Writes a request as tokens between single spaces (see the module's docstring), a space at either end."""
    spelled = _rewritten(pl.concat_str(pl.lit(" "), text.str.to_lowercase(), pl.lit(" ")), SPELLING)
    worded = spelled.pipe(_put, "number_words", upper=False).pipe(_put, "session_words", upper=True)
    return _rewritten(worded.str.replace_all(r"  +", " "), (*NOT_SESSIONS, *SCHEDULES))


def _rewritten(text: pl.Expr, rules: Sequence[tuple[str, str]]) -> pl.Expr:
    """Applies rewriting rules (pattern, replacement) one after the other."""
    return reduce(lambda rewritten, rule: rewritten.str.replace_all(*rule), rules, text)


def _all(text: pl.Expr, pattern: str) -> pl.Expr:
    """Lists the first group of every match of a pattern."""
    return text.str.extract_all(pattern).list.eval(pl.element().str.extract(pattern))


def _take(requests: pl.DataFrame, name: str, pattern: str, left: str) -> pl.DataFrame:
    """Adds the first groups of a pattern's matches as a list, and leaves `left` in the place of each match."""
    return requests.with_columns(
        _all(pl.col("text"), pattern).alias(name), text=pl.col("text").str.replace_all(pattern, left)
    )


def _counted(rate: pl.Expr, weeks: pl.Expr) -> pl.Expr:
    """Lists the numbers that count sessions without a word for sessions beside them; one of them is none.

    `~` stands for a range, PRODUCT_OF_TWO for "2x6". Several numbers are those of several parts.
    """
    text = pl.col("text")
    of_two = text.str.extract_all(PRODUCT).list.eval(pl.lit(PRODUCT_OF_TWO))
    kinds = (
        _all(text, QUANTITY),
        pl.when(weeks.is_null()).then(of_two),
        pl.when(weeks.is_null()).then(_all(text, RANGE_PRODUCT)),
        pl.when(weeks.is_null()).then(_all(text, TIMES)),
        *(pl.when(weeks.is_null() & rate.is_null()).then(_all(text, pattern)) for pattern in ALONE),
    )
    counting = [kind.list.eval(pl.element().filter(pl.element() != "1")) for kind in kinds]
    return pl.coalesce(pl.when(kind.list.len() > 0).then(kind) for kind in counting)


def _put(text: pl.Expr, table: str, *, upper: bool) -> pl.Expr:
    """Replaces the aliases of a code table by the token that stands for each."""
    aliases, canonical = _replacements(table, upper=upper)
    return text.str.replace_many(aliases, canonical, leftmost=True)


@cache
def _replacements(table: str, *, upper: bool) -> tuple[list[str], list[str]]:
    """Lists the aliases of a code table, longest first, and the token that stands for each."""
    aliases = alias_table(table).sort(pl.col("alias").str.len_bytes(), descending=True, maintain_order=True)
    token = pl.concat_str(pl.lit(" "), pl.exclude("alias"), pl.lit(" "))
    canonical = aliases.select(token.str.to_uppercase() if upper else token).to_series()
    return aliases.get_column("alias").to_list(), canonical.to_list()
