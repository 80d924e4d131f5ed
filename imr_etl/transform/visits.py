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

THERAPIES: Final = ("Rehabilitation", "Psych Services", "Programs", "Home Health")
"""Categories in which a number that counts nothing else ("acupuncture x 6") counts sessions."""

EVALUATIONS: Final = "Evaluation & Management"
"""The category in which such a number counts visits only beside a word for them, because it may be that of a tooth, and
in which weeks alone say when somebody is to come back."""

VISITS_WORD: Final = r" (?:SESSION|follow|followups?|rechecks?|fu|f / u)\b"

COUNTED_BY_DAYS: Final = ("Rehabilitation", "Psych Services", "Home Health")
"""Categories in which days, months and rhythms ("every 2 weeks") could mean sessions; elsewhere they say how long or
how often."""

N: Final = r"(~|\d{1,3})"
WORDS: Final = r"(?:(?:[a-z/&,.'()-]+|QUANTITY) ){0,6}"
PER: Final = r"(?:(?:/|PER|EVERY) )+"
FOR: Final = r"(?:[,(@-] )?(?:(?:TIMES|for|over|of|during|within|EVERY) )?(?:the )?(?:next )?"
NOT_COUNTED: Final = r"(?: [^A-Z0-9/~-]| [/-] [a-z(]| $)"
"""What may follow a number that counts sessions without saying so: no unit, no other number, no date."""

SPELLING: Final = (
    (r"[\u2010-\u2015]", "-"),
    (r"['\u2018\u2019]", ""),
    (r"[\u00d7*]", " x "),
    (r"\b(\pL)\.(\pL)\.(?:(\pL)\.)?", "$1$2$3 "),
    (r"(\d)\.0+\b", "$1"),
    (r"\((hours?|days?|weeks?|months?|visits?|sessions?)\) *(?:qty|quantity)[ .:#]*(\d+)", "$2 $1"),
    (r"\blevel (\d) (new|established|office|visit|consult|e/?m\b|follow)", "grade $1 $2"),
    (r"\bq\.? ?(\d)", "every $1"),
    (r"\b(one|two|three|four|five|six|eight)-(two|three|four|five|six|eight|ten|twelve)\b", "$1 to $2"),
    (r"(\pL)-(\pL)", "$1 $2"),
    (r"(\d)-?(\pL)", "$1 $2"),
    (r"\bx(\d|w)", "x $1"),
    (r"\b(\d) d ?/ ?w", "$1 days / w"),
    (
        r"\beach (for|to|side|of|body|area|region|(?:\pL+ )?extremit|knee|shoulder|wrist|hand|foot|ankle|hip|elbow)",
        "apiece $1",
    ),
    (r"\b(for|over|x|times) (\d{1,2}) ?/ ?(weeks|wks)\b", "$1 $2 $3"),
    (r"\b(visits?|sessions?|treatments?) each *($|[,.;)])", "$1 apiece $2"),
    (r"\b(x|times|\d) ?/ ?w\b", "$1 / week"),
    (r"\b(\d) x w\b", "$1 x week"),
    (r"\b(\d+) w\b([^/]|$)", "$1 weeks$2"),
    (r"\b(x \d{1,2}) lb\b", "$1 low back"),
    (r"\bqod\b|\bq o d\b", "every other day"),
    (r"([^\pL\pN.])", " $1 "),
    (r"\.(?:\s|$)", " "),
    (r"\s+", "  "),
)
"""Spellings that become one: "b.i.w.", "12.00", "(months) QTY: 3", "2*6", "3X/W"."""

MONTH_NAMES: Final = "(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
SAME_NUMBER_TWICE: Final = {f" {number} ( {number} ) ": f" {number} " for number in range(1, 400)}
"""'twelve (12)', whose second number says nothing else."""

NOT_SESSIONS: Final = (
    (r" \d{1,2} [/-] \d{1,2} [/-] \d{2,4}\b", " ,"),
    (rf" {MONTH_NAMES} (?:\d{{1,2}} ,? )?(?:19|20)\d\d\b", " ,"),
    (r" (?:19|20)\d\d\b| \d{4,}\b", " ,"),
    (
        r" [clts] ?\d{1,2}\b(?: (?:[/&-]|and|to|through|thru) (?:[clts] ?)?\d{1,2}\b)?"
        r"(?: (?:[/&]|and) [clts] ?\d{1,2}\b)*",
        " ,",
    ),
    (r" (TIMES \d{1,3}) \( (\d{1,3}) \)( [^A-Z]| $)", " $1 , $2 SESSION$3"),
    (r" \d{1,3} \( \d{1,3} \)", " ~"),
    (r" \( (\d{1,3}) \) (WEEK|DAY|MONTH|SESSION)", " $1 $2"),
    (r" (\d{1,2}) by (\d{1,2})\b", " $1 TIMES $2"),
    (r" (?:[2-9]|\d{2,3}) (?:[a-z]+ )?of (?:the )?\d{1,3}\b", " ~"),
    (r" (?:on|from|dos|of|since|starting|dated|until) \d{1,2} / \d{1,2}\b", " ,"),
    (r" HOUR long\b", " ,"),
    (r" \d{1,2} / \d{1,2} (SESSION)\b", " ~ $1"),
    (r" \d{1,3} TIMES \d{1,3} TIMES \d{1,3}\b", " ~ ,"),
    (r" (?:\d{1,3}|1 / 2) (?:-|to|or) \d{1,3}\b", " ~"),
    (r" (?:~|\d+\.\d+|\d+ / \d+|\d+) (?:%|(?:[a-z]+ )?UNIT\b)", " ,"),
    (r" (?:(?:~|[\d.]+) HOUR (DAILY)|[12] HOUR (WEEKLY))\b", " $1$2"),
    (r" (?:~|[\d.]+) (?:HOUR|MINUTE)\b(?: (?:/|PER|EVERY) (?:DAYS?|WEEK|SESSION)\b| DAILY| WEEKLY)?", " ,"),
    (
        r" (?:phase|stage|grade|type|class|tooth|teeth|page|step|tier|part|item|rfa|form|cpt|code|dr)"
        r"(?: #| no| number| numbers)? \d+\b(?: (?:and|&|,|-|to) #? ?\d+\b)*",
        " ,",
    ),
)
"""Numbers that say themselves what they count or name: dates, codes, spinal levels, doses, hours, grades."""

SCHEDULES: Final = (
    (r" 24 / 7\b", " 7 PER WEEK"),
    (r" [2-9] TIMES (?:DAILY|(?:(?:/|PER|EVERY) )+DAY)\b", " RHYTHM"),
    (r" (?:~|\d{1,3}) (?:DAY|WEEK|MONTH)S? apart\b", " RHYTHM"),
    (r" (~|\d{1,2}) TIMES MONTH(?:LY)?\b", " $1 PER MONTH"),
    (
        r" (?:(?:~|\d{1,3}) (?:TIMES |SESSION )?)?EVERY (?:other|second|third|~|\d{1,3})(?: UNIT)?"
        r" (?:WEEK|DAY|MONTH)S?\b",
        " RHYTHM",
    ),
    (r" (TIMES|for|over) (~|\d{1,3}) WEEKS? (?:after|post|following|status|s / p)\b", " $1 $2 WEEKS ,"),
    (r" (?:~|\d{1,3}) (?:WEEK|MONTH|DAY)S? (?:after|post|from|following|status|s / p)\b", " ,"),
    (
        rf" ((?:[2-9]|\d{{2,3}}) {WORDS}SESSION (?:of (?:[a-z]+ ){{1,3}})?)in (~|\d{{1,2}}) WEEKS?\b",
        " ${1}over $2 WEEKS",
    ),
    (r"([a-z,]) in (?:~|\d{1,3}) (?:WEEK|MONTH|DAY)S?\b", "$1 ,"),
    (r" 1 (?:SESSION|TIMES) DAILY\b", " DAILY"),
    (rf" DAILY {FOR}(\d{{1,2}}) DAYS?\b", " 7 PER WEEK , $1 SESSION"),
    (r" DAILY\b", " 7 PER WEEK"),
    (rf" {N} WEEKLY ({WORDS}SESSION)\b", " 1 PER WEEK , $1 $2"),
    (rf" ((?:[89]|\d{{2,3}}) {WORDS}SESSION) WEEKLY\b", " $1 , 1 PER WEEK"),
    (rf" {N} TIMES WEEK(?:LY)?\b", " $1 PER WEEK"),
    (rf" ((?:~|[1-7]) (?:{WORDS}(?:SESSION|DAYS) )?)WEEKLY\b", " ${1}PER WEEK"),
    (r" WEEKLY\b", " 1 PER WEEK"),
    (r" MONTHLY\b", " PER MONTH"),
    (rf" ~ (?:{WORDS}(?:TIMES|SESSION) )?{PER}MONTH\b", " ~ RHYTHM"),
    (r" (~|[2-7]) WEEK TIMES (~|\d{1,2})\b", " $1 PER WEEK TIMES $2 WEEKS"),
    (r" ([1-7]) TIMES (?:for |over |/ )?(~|\d{1,2}) WEEKS?\b", " $1 PER WEEK TIMES $2 WEEKS"),
    (r" ([1-7]) / (\d{1,2}) WEEKS\b", " $1 PER WEEK TIMES $2 WEEKS"),
    (rf" ([1-3]) / ([4-8])({NOT_COUNTED})", " $1 TIMES $2$3"),
)
"""Each way of writing a schedule, put into the one that the patterns below read."""

OF_WHAT: Final = r"(?:(?:of|for) (?:[a-z]+ ){1,5})?"
RATE: Final = rf" (~|[1-7]) (?:{WORDS}(?:TIMES|SESSION|DAYS?) {OF_WHAT})?(?:in )?{PER}WEEK\b"
MONTHLY: Final = (
    rf" (?:(\d{{1,2}}) (?:{WORDS}(?:TIMES|SESSION) {OF_WHAT})?)?{PER}MONTH"
    rf" (?:(?:[a-z]+ ){{1,4}}(?:TIMES|for|over) )?{FOR}(\d{{1,2}})\b(?: MONTHS?\b)?"
)
RARER: Final = rf" (?:~|\d{{1,2}}) (?:{WORDS}(?:TIMES|SESSION) )?{PER}(?:MONTH|YEAR)\b"
"""A rate that no field holds: "2 visits per month", without for how long."""
WEEKS: Final = rf" {N} (?:[a-z]+ )?WEEKS?\b"
WEEKS_AFTER_RATE: Final = rf" RATE {FOR}{N}{NOT_COUNTED}"

IN_PARENTHESES: Final = rf" [(] (?:[a-z]+ ){{0,2}}{N} {WORDS}SESSION\b"
SESSIONS: Final = rf" {N} {WORDS}SESSION\b"
SESSIONS_THEN_NUMBER: Final = rf" SESSION (?:[:,(#-] |TIMES |QUANTITY |requested |needed )*{N}{NOT_COUNTED}"
PART: Final = r" (?:and|plus|then|&|;) (\d{1,3}) (?:[a-z]+ )?(?:for|to|of|on)\b"
LATER_PART: Final = (
    r" (?:then|followed by|plus)(?: PER)?(?: additional| another| optional| more| further| up to){0,2}"
    r" (?:[2-9]|\d{2,3}|~)(?: [^A-Z]| SESSION| TIMES| $)"
    r"| \d{1,3} (?:and|&|\+) \d{1,3}(?: [,;)]| SESSION| (?:for|to|on)\b| $)| apiece\b"
)
"""A second number of sessions beside the first, or one for each of several parts: "8, then 4", "6 + 6", "6 each"."""

QUANTITY: Final = rf" (?:QUANTITY|#) (?:[:#-] |of )*{N}{NOT_COUNTED}"
PRODUCT: Final = rf" (\d{{1,2}}) TIMES (\d{{1,2}}){NOT_COUNTED}"
PRODUCT_OF_TWO: Final = "n x m"
RANGE_PRODUCT: Final = r"(?: \d{1,2} TIMES)? (~) TIMES (?:~|\d{1,2})\b"
TIMES: Final = rf" TIMES {N}{NOT_COUNTED}"
ENDS: Final = r"(?:$|(?:for|to) (?:the |PER |both |his |her )?[a-z])"
ALONE: Final = (
    rf"^ {N} (?:TIMES )?[a-z]",
    rf" {N} TIMES (?:, )?{ENDS}",
    r" [(] (~|\d{1,3}) [)]",
    r" [,;-] (~|\d{1,2}) ,",
    rf" [a-z)]+ (?:[,:;(-] )?(~|\d{{1,2}}) (?:[)] )?{ENDS}",
)
"""A number with nothing beside it that it could count: first, in parentheses, between marks, last, before a part."""

LASTING: Final = r" (?:~|\d{1,3}) (?:[a-z]+ )?(?:DAY|WEEK|MONTH|YEAR)S?\b"
UNREAD: Final = r" (~|1 (?:MONTH|YEAR)S?\b|\d[\d.]*\b|(?:RHYTHM|PER (?:WEEK|MONTH|DAY|YEAR)S?)\b)"


def visits(items: pl.DataFrame) -> pl.DataFrame:
    """Read the sessions that each item disputes.

    Args:
        items: one row per item: sha256, item_number, disputed (String), category (String, null where unknown).

    Returns:
        sha256, item_number, and as Int32 visits (sessions in all), visits_per_week and weeks, each null where the
        request does not state it or states a range, all null where it states several schedules. The total is the
        product of the other two where only they are stated. number_unread: a number or a word for sessions is in none
        of the three. numbers_disagree: the total is not the product. One row per item, in the order given.
    """
    category, text = pl.col("category"), pl.col("text")
    is_visit = (category == EVALUATIONS) & text.str.contains(VISITS_WORD)
    is_therapy = (category.is_in(THERAPIES) | is_visit).fill_null(value=False)
    has_sessions = category.is_in(WITHOUT_SESSIONS).not_().fill_null(value=True)
    lists = pl.col("rates"), pl.col("all_weeks"), pl.col("counts")
    totals = _totals(pl.col("counted"), pl.col("product"))
    is_return = (category == EVALUATIONS) & pl.col("total").is_null() & pl.col("rate").is_null()
    is_too_large = (pl.col("total").is_not_null() & pl.col("visits").is_null()).fill_null(value=False)
    # Every step is a frame of its own: polars evaluates an expression again wherever it stands in another one.
    return (
        _with_lists(items.select(*KEYS, "category", text=_session_language(pl.col("disputed"))))
        .with_columns(
            is_several=(lists[0].list.len() > 1)
            | (lists[1].list.n_unique() > 1)
            | (lists[2].list.len() > 1)
            | pl.col("has_later_part"),
            has_range=pl.any_horizontal(found.list.contains("~") for found in lists),
            product=text.str.extract(PRODUCT, 1).cast(pl.Int32, strict=False)
            * text.str.extract(PRODUCT, 2).cast(pl.Int32, strict=False),
        )
        .with_columns(
            pl.when(~pl.col("is_several")).then(found.list.first()).alias(name)
            for name, found in zip(("rate", "weeks", "count"), lists, strict=True)
        )
        .with_columns(
            counted=pl.when(is_therapy & ~pl.col("is_several")).then(_counted(pl.col("rate"), pl.col("weeks")))
        )
        .with_columns(is_several=pl.col("is_several") | (pl.col("counted").list.len() > 1).fill_null(value=False))
        .with_columns(total=pl.coalesce(totals))
        .with_columns(
            visits=pl.col("total").cast(pl.Int32, strict=False),
            visits_per_week=pl.col("rate").cast(pl.Int32, strict=False),
            weeks=pl.when(~is_return.fill_null(value=False)).then("weeks").cast(pl.Int32, strict=False),
        )
        .with_columns(schedule=pl.col("visits_per_week") * pl.col("weeks"))
        .with_columns(visits=pl.when(pl.col("total").is_null()).then("schedule").otherwise("visits"))
        .with_columns(text=_without_read(category))
        .select(
            *KEYS,
            pl.when(has_sessions).then(pl.col(NUMBERS)).name.keep(),
            number_unread=((pl.col("is_several") | pl.col("has_range") | is_too_large) & has_sessions) | _has_unread(),
            numbers_disagree=(has_sessions & (pl.col("visits") != pl.col("schedule"))).fill_null(value=False),
        )
    )


def _with_lists(requests: pl.DataFrame) -> pl.DataFrame:
    """Take the numbers that a word explains out of the text: rates, all_weeks, counts, monthly (a total)."""
    text = pl.col("text")
    monthly = text.str.extract(MONTHLY, 1).fill_null("1").cast(pl.Int32, strict=False) * text.str.extract(
        MONTHLY, 2
    ).cast(pl.Int32, strict=False)
    return (
        requests.pipe(_take, "rates", RATE, " RATE")
        .with_columns(
            has_later_part=text.str.contains(LATER_PART),
            monthly=monthly,
            text=text.str.replace_all(MONTHLY, " ,").str.replace_all(RARER, " RHYTHM"),
        )
        .pipe(_take, "weeks", WEEKS, " ,")
        .pipe(_take, "weeks_after_rate", WEEKS_AFTER_RATE, " ,")
        .pipe(_take, "in_parentheses", IN_PARENTHESES, " (")
        .pipe(_take, "with_word", SESSIONS, " SESSION")
        .pipe(_take, "behind_word", SESSIONS_THEN_NUMBER, " SESSION ,")
        .with_columns(
            all_weeks=pl.concat_list("weeks", "weeks_after_rate"),
            counts=pl.concat_list("with_word", "behind_word", _all(text, PART)),
        )
    )


def _totals(counted: pl.Expr, product: pl.Expr) -> list[pl.Expr]:
    """List the ways in which a request states the number of sessions in all (`~` for a range), the surest first."""
    first = counted.list.first()
    without_word = pl.when(first == PRODUCT_OF_TWO).then(product.cast(pl.String)).otherwise(first)
    return [
        pl.col("count"),
        pl.col("in_parentheses").list.first(),
        pl.col("monthly").cast(pl.String),
        pl.when(~pl.col("is_several")).then(without_word),
    ]


def _without_read(category: pl.Expr) -> pl.Expr:
    """Take out of the text what repeats what was read, and what counts no sessions in its category."""
    text = pl.col("text")
    return (
        pl.when(pl.col("product") == pl.col("visits"))
        .then(text.str.replace_all(PRODUCT, " ,"))
        .when(category.is_in(COUNTED_BY_DAYS))
        .then(text)
        .otherwise(text.str.replace_all(LASTING, " ,").str.replace_all(" RHYTHM", " ,", literal=True))
    )


def _has_unread() -> pl.Expr:
    """Check whether a number or a word for sessions is left; a 1, and the total again, need no field."""
    read = pl.concat_list(pl.lit("1"), pl.col("visits").cast(pl.String).fill_null("1"))
    return _all(pl.col("text"), UNREAD).list.set_difference(read).list.len() > 0


def states_sessions(text: pl.Expr) -> pl.Expr:
    """Check whether a text asks for a number of sessions, as only treatments by sessions do: "2x4", "6 visits"."""
    language = _session_language(text)
    product = language.str.extract(PRODUCT, 1).cast(pl.Int32, strict=False) * language.str.extract(PRODUCT, 2).cast(
        pl.Int32, strict=False
    )
    times = language.str.extract(TIMES).cast(pl.Int32, strict=False)
    worded = language.str.contains("|".join((SESSIONS, SESSIONS_THEN_NUMBER, RATE)))
    return (worded | (product > 2) | (times > 2)).fill_null(value=False)


HOURS_A_DAY: Final = r" (\d{1,2}(?:\.\d+)?) HOUR (?:(?:/|PER|EVERY) DAYS?|DAILY)\b"
HOURS_A_WEEK: Final = r" (\d{1,3}) HOUR (?:(?:/|PER|EVERY) WEEK|WEEKLY)\b"
HOURS: Final = r" (\d{1,3}) HOUR(?: [^/A-Z]| $)"
FOR_DAYS: Final = r" (?:TIMES|for|over) (\d{1,3}) DAYS?\b"


def hours(text: pl.Expr, visits: pl.Expr) -> pl.Expr:
    """Return the total hours of treatment: as stated, or from the hours a day or a week and for how long.

    `visits` are the days of a text that gives hours by the day.
    """
    words = _worded(text)
    weeks = _rewritten(words, SCHEDULES).str.extract(WEEKS).cast(pl.Float64, strict=False)
    days = pl.coalesce(visits, words.str.extract(FOR_DAYS).cast(pl.Float64, strict=False))
    return pl.coalesce(
        words.str.extract(HOURS_A_DAY).cast(pl.Float64, strict=False) * days,
        words.str.extract(HOURS_A_WEEK).cast(pl.Float64, strict=False) * weeks,
        pl.when(~words.str.contains(f"{HOURS_A_DAY}|{HOURS_A_WEEK}")).then(
            words.str.extract(HOURS).cast(pl.Float64, strict=False)
        ),
    )


def _session_language(text: pl.Expr) -> pl.Expr:
    """Write a request as tokens between single spaces (see the module's docstring), a space at either end."""
    return _rewritten(_worded(text), (*NOT_SESSIONS, *SCHEDULES))


def _worded(text: pl.Expr) -> pl.Expr:
    """Write a request in the words of the session language, all its numbers and marks still there."""
    spelled = _rewritten(pl.concat_str(pl.lit(" "), text.str.to_lowercase(), pl.lit(" ")), SPELLING)
    named = spelled.str.replace_many(*_numbered_names(), leftmost=True)
    worded = named.pipe(_put, "number_words", upper=False).pipe(_put, "session_words", upper=True)
    return worded.str.replace_all(r"  +", " ").str.replace_many(SAME_NUMBER_TWICE)


def _rewritten(text: pl.Expr, rules: Sequence[tuple[str, str]]) -> pl.Expr:
    """Apply rewriting rules (pattern, replacement) one after the other."""
    return reduce(lambda rewritten, rule: rewritten.str.replace_all(*rule), rules, text)


def _all(text: pl.Expr, pattern: str) -> pl.Expr:
    """List the first group of every match of a pattern."""
    return text.str.extract_all(pattern).list.eval(pl.element().str.extract(pattern))


def _take(requests: pl.DataFrame, name: str, pattern: str, left: str) -> pl.DataFrame:
    """Add the first groups of a pattern's matches as a list, and leave `left` in the place of each match."""
    return requests.with_columns(
        _all(pl.col("text"), pattern).alias(name), text=pl.col("text").str.replace_all(pattern, left)
    )


def _counted(rate: pl.Expr, weeks: pl.Expr) -> pl.Expr:
    """List the numbers that count sessions without a word for sessions beside them; a 1 counts none.

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
    """Replace the aliases of a code table by the token that stands for each."""
    aliases, canonical = _replacements(table, upper=upper)
    return text.str.replace_many(aliases, canonical, leftmost=True)


@cache
def _numbered_names() -> tuple[list[str], list[str]]:
    """List the treatments' names that end in a number ("PHQ-9", "MMPI 2"), and what stands for each: no number."""
    aliases = alias_table("treatments").get_column("alias")
    numbered = aliases.filter(aliases.str.contains(r"\pL  \d{1,3} $"))
    with_dash = numbered.str.replace(r"  (\d+ )$", "  -  $1")
    return [*with_dash, *numbered], [" , "] * (2 * numbered.len())


@cache
def _replacements(table: str, *, upper: bool) -> tuple[list[str], list[str]]:
    """List the aliases of a code table, longest first, and the token that stands for each."""
    aliases = alias_table(table).sort(pl.col("alias").str.len_bytes(), descending=True, maintain_order=True)
    token = pl.concat_str(pl.lit(" "), pl.exclude("alias"), pl.lit(" "))
    canonical = aliases.select(token.str.to_uppercase() if upper else token).to_series()
    return aliases.get_column("alias").to_list(), canonical.to_list()
