"""Strength, quantity and refills: the numbers of a prescription.

Belongs here: how the numbers around the name of a drug are written, and which of them stay unread. Does not belong
here: where the names are and which of them belong to one prescription (`item_drugs`), and the words for dosage forms
and numbers (vocabulary/dosage_forms.csv, number_words.csv).

The text of a prescription is read in steps. Each step takes out what it has read, so that the numbers left at the end
are those that nothing has read. A labeled number is read before one that only stands beside a word: "#60 refills 2"
has two refills, not sixty.
"""

from functools import cache
from typing import Final

import polars as pl

from imr_etl.vocabulary import alias_table, words

RX: Final = ("item", "rx")
SEPARATOR: Final = "/"

NUMBER: Final = r"(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)"
DASH: Final = r"\s*[/\u2013\u2014-]\s*"
MORE: Final = r"(?:(?:additional|more|monthly|authorized)\s+)?"
NONE: Final = ("no", "zero", "without", "nr", "n r")
NAME: Final = "\u241e"
"""Stands for the name where the texts before and after it are read as one."""
READ: Final = "\u241f"
"""Stands for what has been read: the number before it does not belong to the word after it."""

MASS: Final = r"(?:(?:milligrams?|mgs?|micrograms?|mcgs?|[u\u00b5\u03bc]g|meq|mmol|iu)\b|%)"
UNIT: Final = rf"(?:{MASS}|units?\b)"
"""Units are a strength where no other stands ("insulin 100 units"), else a quantity ("Norco 10/325mg 60 units")."""
PER: Final = (
    rf"(?:\s*/\s*(?:{NUMBER}\s*)?(?:hours?|hrs?|h|ml|cc|gm?|mg|kg|days?|actuation|spray|inh|dose)\b"
    r"|\s+per\s+(?:hour|hr|ml)\b)?"
)
DOSE: Final = rf"{NUMBER}(?:{DASH}{NUMBER})*\s*{UNIT}{PER}"
DOSES: Final = rf"(?i){DOSE}(?:{DASH}{DOSE})*"
STRENGTH: Final = rf"{DOSES}(?:[\s,]+{NUMBER}\s*mg\s*/\s*gm?\b)?"
"""'10/325mg', '7.5 mg', '50 mcg/hr', '4%-27.5%-0.0325%', '3% 300mg/g'."""

MASSES: Final = rf"(?i){NUMBER}(?:{DASH}{NUMBER})*\s*{MASS}{PER}"
MILLIGRAMS: Final = r"(?i)\d\s*(?:milligrams?|mgs?|micrograms?|mcgs?)\b"
"""A dose that is no share of a mixture."""

GRAM: Final = rf"(?i)^([\s,:(-]*(?:[a-z]+\s+)?)(\d{{1,2}}(?:\.\d+)?\s*(?:gm?|grams?)\b{PER})"
"""The strength of a drug that is swallowed by the gram. Of what is put on the skin grams are a quantity."""

TABLET: Final = r"(?:(?:oral\s+)?(?:tab(?:let)?|cap(?:sule)?)s?\s+)?"
RATIO: Final = rf"(?i)^([\s,:()]*{TABLET})({NUMBER}(?:{DASH}{NUMBER}){{1,2}})(?:[\s,;:).#]|$)"
RANGE_OF_QUANTITY: Final = (
    r"(?i:(?:#|\b(?:qty|quantity|dispense|disp)\b)[\s.:#]*\d{2,3}\s*(?:-|to)\s*#?\d{2,3}\b"
    r"|\b\d{2,3}\s*(?:-|to|or)\s*\d{2,3}\s*(?:tab|cap|pill|patch)\w*)"
)
"""'#30-60', 'quantity 60 to 90': no single quantity."""
EVERY_MONTH: Final = (
    r"(?i:(?:\bx|\btimes|(?:\bper|\ba|\beach|\bevery|/)\s*(?:month|mo)\W+(?:for|x))"
    r"\s*(?:\d+|two|three|four|six)\s*(?:months?|mos?)\b)"
)
"""'#60 per month x 3 months': no single fill has this quantity."""
LARGEST_QUANTITY: Final = 100_000
"""Tablets, grams or milliliters that no prescription exceeds; real ones have hundreds."""

BARE: Final = rf"(?i)^([\s,:()-]*{TABLET})({NUMBER})[\s,:)]*(?:#|qty\b|quantity\b)"
"""A strength without its unit: 'Norco 10/325 #60', 'Soma 350 #30'."""

FEW: Final = r"(?:\d(?:\.\d+)?|1/2|\u00bd|half|one|two|three|four)"
HOW_OFTEN: Final = (
    r"(?:po|p\.o\.?|by\s+mouth|orally|topically|sublingually|once|twice|(?:\w+\s+)?times|daily|nightly|each|every"
    r"|a\s+day|per\s+day|[bt]\.?i\.?d|q\.?[aphi]\.?[msd]|q\.?d|q\s?\d+\s?h?|qhs|hs|prn|as\s+needed|at\s+(?:bed|night)\w*"
    r"|before|after|to\s+affected|per\s+dose|in\s+the\s+(?:morning|evening))\b"
)
TAKE: Final = (
    r"\b(?:take|taking|takes|apply|applied|use|place|inject|inhale|instill|chew|dissolve|repeat(?:\s+dose)?)"
    r"\s+(?:up\s+to\s+)?"
)
EVERY: Final = (
    r"\b(?:every|q)\s*\d+(?:\s*(?:-|to)\s*\d+)?\s*(?:h|hours?|hrs?|days?|weeks?|wks?)?\b"
    r"|\bmax(?:imum)?\W*(?:of\s+)?\d+(?:\s*(?:/|per|an?)\s*day)?\b"
)
DURATION: Final = (
    r"\b(?:x\s*)?\d+\s*-?\s*(?:to\s*)?(?:\d+\s*-?\s*)?(?:minutes?|hours?|hrs?|days?|weeks?|wks?|months?|mos?|years?)\b"
    r"|\bday'?s?\s+supply\s*:?\s*\d+"
)
PERIOD: Final = r"(?:/|per|an?|each|every)\s*(?:month|mo\b|30\s*days?)"
A_DAY: Final = (
    r"(?i:(?:#\s*)?\b\d{1,2}(?:\s*(?:-|to)\s*\d{1,2})?\s*(?:x|times)?\s*"
    r"(?:/|\bper\b|\ban?\b|\beach\b)\s*(?:days?|d|weeks?|wk)\b)"
)
"""'4/day', 'max #4 a day': how a drug is taken, whatever mark stands before it."""


@cache
def _number_words() -> str:
    """Build the pattern of the words for numbers, "sixty" before "six", "sixty-one" before both.

    Words of more than two parts ("one hundred twenty") come first.
    """
    spelled = alias_table("number_words")["alias"].str.strip_chars(" ")
    tokens = spelled.filter(spelled.str.contains(r"\d").not_()).str.split("  ")
    singles, pairs = (tokens.filter(tokens.list.len() == length) for length in (1, 2))
    first, second = ("|".join(pairs.list.get(place).unique().sort(descending=True)) for place in (0, 1))
    longer = "|".join(tokens.filter(tokens.list.len() > 2).list.join("[ -]").sort(descending=True))
    return rf"{longer}|(?:{first})[ -](?:{second})|{'|'.join(singles.list.first().sort(descending=True))}"


@cache
def counted_forms() -> str:
    """Build the pattern of what drugs are counted in: tablets, patches, tubes."""
    forms = alias_table("dosage_forms").filter(pl.col("is_counted") == "yes")["alias"]
    spelled = forms.str.strip_chars(" ").str.replace_all("  ", r"\s+", literal=True)
    return rf"(?:{'|'.join(spelled.sort(descending=True))})\b"


@cache
def _directions() -> str:
    """Build the pattern of how a drug is taken and for how long: its numbers are neither strength nor quantity."""
    few = rf"{FEW}(?:\s*(?:-|to|or)\s*{FEW})?"
    unit = rf"(?:\s*{counted_forms()})?"
    how_often = rf"\b{few}{unit}\s*(?:\([^)]*\)\s*)?{HOW_OFTEN}"
    return rf"(?i){TAKE}(?:{DOSE}|{few}{unit})|{how_often}|{EVERY}|{DURATION}"


@cache
def _number() -> str:
    """Build the pattern of a number in digits or words, also said twice ('sixty (60)'); "60 (2)" is two numbers."""
    spelled = rf"\b(?:{_number_words()})\b"
    return rf"({NUMBER}(?:\s*\(\s*#?{spelled}\s*\))?|{spelled}(?:\s*\(\s*#?\d+\s*\))?)"


@cache
def _any_number() -> str:
    """Build the pattern of a number in digits or words that nothing has read."""
    return rf"\d+(?:\.\d+)?|\b(?:{_number_words()})\b"


@cache
def _refill_count() -> str:
    """Build the pattern of how many refills there are; no prescription has more than two digits of them."""
    return rf"((?:\d{{1,2}}|(?:{_number_words()}|{'|'.join(NONE)})\b)(?:\s*\(\s*\d+\s*\))?)"


@cache
def _few_refills() -> str:
    """Build the pattern of a number of refills that only stands beside the word: "#60 refills 2" has no sixty."""
    return rf"((?:0?\d|1[0-2]|(?:{_number_words()}|{'|'.join(NONE)})\b)(?:\s*\(\s*\d+\s*\))?)"


@cache
def _end() -> str:
    """Build the pattern of what ends a number without a unit: a mark, directions, dates, what has been read."""
    few = rf"\b{FEW}(?:\s*(?:-|to|or)\s*{FEW})?\s*(?:{counted_forms()}|{HOW_OFTEN})"
    return (
        rf"\s*(?:[,.;()+{READ}]|$|{few}|\b{HOW_OFTEN}|{TAKE}|\b(?:between|from|dated|dos)\b|(?:with|and|plus)\s*{READ})"
    )


@cache
def _labeled_refills() -> tuple[str, ...]:
    """Build the patterns of refills that a mark ties to the word: 'refills: 1', 'refills #2', 'RF x3'.

    'Refill #60' asks for 60 pills.
    """
    return (
        rf"(?i)\b(?:refills|refill\(s\)|rf|ref)\s*(?:[:=(x\u00d7#*-]|times)+\s*{_refill_count()}",
        rf"(?i)\brefill\s*(?:[:=(x\u00d7*-]|times)+\s*{_refill_count()}",
        r"(?i)\brf(\d{1,2})\b",
    )


@cache
def _refills() -> tuple[str, ...]:
    """Build the patterns of refills without a mark: '3 refills', 'two (2) more refills', 'refills 2', '2RF', 'R-3'."""
    return (
        rf"(?i)\b(?:x\s*)?{_few_refills()}\s*{MORE}(?:refills?\b(?:\(s\))?|rf\b|ref\b)",
        rf"(?i)\b(?:refills|refill\(s\)|rf|ref)\s*\b{_refill_count()}",
        rf"(?i)\brefill\s+{_refill_count()}\s*times\b",
        r"(?i)\b(n/?r)\b",
        rf"(?i)\brefill\s+(0?\d|1[0-2]){_end()}",
        rf"(?i)\br\s*(?:[:=x\u00d7-]\s*)?(\d){_end()}",
    )


@cache
def _labeled_quantities() -> tuple[str, ...]:
    """Build the patterns of quantities with a label: '#60', 'QTY: 12', 'No. 60', 'dispense thirty'."""
    label = r"qty|qnty|quantity|quantities|disp|dispensed?|no|number|total|amount"
    return (
        rf"(?i)#\s*{_number()}",
        rf"(?i)\b(?:{label})\b[\s.:=#(]*(?:of\b|is\b)?[\s#(]*{_number()}",
        rf"(?i)\bqty({NUMBER})",
        rf"(?i)\bcount\s*[:=#]+\s*{_number()}",
    )


@cache
def _counts() -> tuple[str, ...]:
    """Build the patterns of quantities beside which no dose is left: '60 tablets', '100gm x 2', 'x 30', '(30)'."""
    weight = r"(?:grams?|gms?|g|ml|oz)"
    return (
        rf"(?i)\d\s*{weight}\s*(?:tubes?|bottles?|jars?|pumps?)?\s*(?:x|times)\s*(\d{{1,2}})\b",
        rf"(?i)\b(?:box|bottle|pack|package|carton|bag|can)\s+of\s+{_number()}",
        rf"(?i){_number()}\s*[- ]?\s*{counted_forms()}",
        rf"(?i){counted_forms()}\s*[:,-]?\s*(\d{{2,4}})\s*(?:[,;.)]|$)",
        r"(?i)(?:^|[\s,])(?:x|times)\s*(\d{2,4})\b",
        rf"(?i)(?:^|[\s,])(?:x|times)\s*((?:{_number_words()})\b)",
        r"[(\[]\s*(\d{2,4})\s*[)\]]",
        rf"(?i){_number()}\s*{PERIOD}",
    )


@cache
def _volume() -> str:
    """Build the pattern of a quantity by weight or volume: '121gm', '500 ml'."""
    return rf"(?i){_number()}\s*-?\s*(?:grams?|gms?|grs?|g|ml|mls|milliliters?|cc|oz|ounces?)\b"


@cache
def _leading_count() -> str:
    """Build the pattern of a bare number in front of the name: '60 Norco', '(60) Norco'."""
    return rf"(?i)(?:^|[\s(]){_number()}\s*\)?\s*(?:{counted_forms()}\s*)?(?:of\s+)?{NAME}"


@cache
def _trailing_count() -> str:
    """Build the pattern of a bare number after name and strength: 'Norco 10/325mg - 60', '..., ninety'."""
    return rf"(?i)[\s,;:({NAME}{READ}\u2013-](\d{{2,4}}|(?:{_number_words()})\b){_end()}"


GARBLED: Final = (
    r"#?\s*\b(?:\d+[OoIl]+\d*|[OoIl]\d[\dOoIl]*)(?:\.0+)?\b"
    r"|(?i:#|\b(?:qty|quantity)\b)[\s:.]*\d{1,3}\.\d{3}\b"
)
"""A number that no rule can be sure of: a letter among its digits, three digits after a period ("#6O", "#1.000")."""

DATE: Final = r"\b\d{1,2}\s*[/-]\s*\d{1,2}\s*[/-]\s*\d{2,4}\b|\b(?:19|20)\d\d\b"


def with_numbers(drugs: pl.DataFrame) -> pl.DataFrame:
    """Read strength, quantity and refills of drugs.

    Args:
        drugs: one row per drug in the order of the text: item, rx (number of the prescription), name, before (the text
            since the last name), lead (the part of it that belongs to this drug), behind (the text after the name that
            belongs to this drug), is_topical, is_compound.

    Returns:
        The same rows with strength (as written), quantity (Float64), refills (Int32), number_unread (Boolean: a number
        of the drug's text is in none of them); a dose within the name is taken out of `name`. A compound has one
        quantity, which stands for all its ingredients.
    """
    return drugs.pipe(_with_strength).pipe(_with_counts).pipe(_with_shared_strengths)


def _with_strength(drugs: pl.DataFrame) -> pl.DataFrame:
    """Add strength, and take a dose out of the name."""
    behind = pl.col("behind").str.replace_all(_directions(), READ)
    within, stated = pl.col("name").str.extract(f"({STRENGTH})"), pl.col("behind").str.extract(f"({STRENGTH})")
    before = pl.col("before").str.extract(rf"({STRENGTH})\s*(?:of\s+)?$")
    gram = pl.when(~pl.col("is_topical")).then(behind.str.extract(GRAM, 2))
    unitless = pl.coalesce(gram, behind.str.extract(RATIO, 2), behind.str.extract(BARE, 2))
    return drugs.with_columns(
        name=pl.col("name").str.replace_all(rf"(?i)\s*{DOSE}", ""),
        strength=pl.when(within.is_not_null())
        .then(pl.concat_str(within, stated, separator=SEPARATOR, ignore_nulls=True))
        .when(before.first().over(RX).is_not_null())
        .then(before)
        .otherwise(pl.coalesce(stated, unitless)),
    )


def _with_counts(drugs: pl.DataFrame) -> pl.DataFrame:
    """Add quantity, refills, and whether a number of the text stays unread."""
    whole = pl.concat_str("lead", pl.lit(NAME), "behind").str.join(" ").over(RX)
    text = pl.when("is_compound").then(whole).otherwise(pl.concat_str("lead", pl.lit(NAME), "behind"))
    drugs = drugs.with_columns(
        text=text.str.replace_all(DATE, READ), refills=pl.lit(None, pl.String), quantity=pl.lit(None, pl.String)
    )
    is_range = pl.col("text").str.contains(f"{RANGE_OF_QUANTITY}|{EVERY_MONTH}|{GARBLED}")
    unread = f"{RANGE_OF_QUANTITY}|{A_DAY}|{GARBLED}"
    drugs = drugs.with_columns(is_range=is_range, text=pl.col("text").str.replace_all(unread, READ))
    drugs = _take(drugs, "refills", _labeled_refills())
    drugs = _take(drugs, "quantity", _labeled_quantities())
    drugs = _take(drugs, "refills", _refills())
    text = pl.col("text").str.replace_all(_directions(), READ)
    # The strength may stand there again; another dose is a second prescription that no column has.
    is_alone = pl.len().over(RX) == 1
    stated = pl.col("behind").str.extract(f"({STRENGTH})")
    stated = pl.when(is_alone).then(pl.coalesce(stated, "strength")).fill_null(NAME + NAME)
    text = text.str.split(stated).list.join(" ")
    is_in_units = pl.col("strength").str.contains("(?i)units?").fill_null(value=True)
    drugs = drugs.with_columns(
        text=pl.when(is_in_units).then(text.str.replace_all(DOSES, " ")).otherwise(text.str.replace_all(MASSES, " ")),
        is_dose_left=text.str.contains(MILLIGRAMS) & is_alone,
    )
    drugs = _take(drugs, "quantity", _counts())
    drugs = _take(drugs, "quantity", (_volume(), _leading_count()))
    drugs = _take(drugs, "quantity", (_trailing_count(),), pl.col("strength").is_not_null())
    left = pl.col("text").str.replace_all(_volume(), " ").str.to_lowercase().str.extract_all(_any_number())
    left = left.list.eval(_as_number(pl.element().alias("number")))
    said, again = (
        {name: pl.col(name).str.to_lowercase().str.extract(pattern) for name in ("quantity", "refills")}
        for pattern in (r"^([^(]*[^(\s])", r"\(\s*#?([^)]*[^)\s])")
    )
    numbers = {name: _as_number(number) for name, number in said.items()}
    read = pl.concat_list(pl.lit(1.0), *(number.fill_null(1.0) for number in numbers.values()))
    differs = {name: (_as_number(again[name]) != numbers[name]).fill_null(value=False) for name in said}
    quantity, refills = (pl.when(~differs[name]).then(numbers[name]) for name in ("quantity", "refills"))
    return drugs.with_columns(
        quantity=pl.when(quantity <= LARGEST_QUANTITY).then(quantity),
        refills=refills.cast(pl.Int32, strict=False),
        number_unread=pl.col("is_dose_left")
        | pl.col("is_range")
        | pl.any_horizontal(differs.values())
        | (quantity > LARGEST_QUANTITY).fill_null(value=False)
        | (left.list.set_difference(read).list.len() > 0),
    )


def _take(
    drugs: pl.DataFrame, column: str, patterns: tuple[str, ...], condition: pl.Expr | None = None
) -> pl.DataFrame:
    """Read a column where it is null, by the first pattern that fits, and take what was read out of `text`."""
    text, may_read = pl.col("text"), pl.lit(value=True) if condition is None else condition
    for pattern in patterns:
        is_open = pl.col(column).is_null() & may_read
        drugs = drugs.with_columns(found=pl.when(is_open).then(text.str.extract(pattern)))
        if drugs["found"].null_count() < drugs.height:
            is_found = pl.col("found").is_not_null()
            drugs = drugs.with_columns(
                pl.coalesce(column, "found").alias(column),
                text=pl.when(is_found).then(text.str.replace(pattern, READ)).otherwise("text"),
            )
    return drugs.drop("found")


def _with_shared_strengths(drugs: pl.DataFrame) -> pl.DataFrame:
    """Give each of several names its strength in the list of strengths after the last name.

    "Ketoprofen/lidocaine 10%/5%" has 10% of the one and 5% of the other. Beyond compounds only a slash shows that the
    strengths are those of the names before.
    """
    listed = pl.col("strength").last().over(RX)
    each = listed.str.extract_all(rf"(?i){NUMBER}\s*(?:{UNIT})?")
    own = each.list.get(pl.int_range(pl.len()).over(RX), null_on_oob=True)
    is_only = pl.col("strength").is_not_null().sum().over(RX) == 1
    is_first = pl.struct(RX).is_first_distinct()
    is_row = (pl.col("is_compound") | is_first | pl.col("before").str.contains(r"^\s*[/+]\s*$")).all().over(RX)
    is_shared = is_row & is_only & (each.list.len() > 1) & (each.list.len() == pl.len().over(RX))
    has_unit = own.str.contains(rf"(?i){UNIT}")
    unit = listed.str.extract(rf"(?i)({UNIT})\s*$").fill_null("")
    return drugs.with_columns(
        strength=pl.when(is_shared).then(pl.when(has_unit).then(own).otherwise(own + unit)).otherwise("strength")
    )


def _as_number(text: pl.Expr) -> pl.Expr:
    """Convert a number in digits or words to Float64; null where it is neither."""
    known = alias_table("number_words")
    spelled = words(text).str.replace_all("  ", " ", literal=True).str.strip_chars(" ")
    return pl.coalesce(
        text.str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False),
        pl.when(spelled.is_in(NONE)).then(0.0),
        spelled.replace_strict(
            known["alias"].str.replace_all("  ", " ", literal=True).str.strip_chars(" "),
            known["number"].cast(pl.Float64),
            default=None,
            return_dtype=pl.Float64,
        ),
    )
