"""`item_drugs`: the drugs that a disputed item asks for.

Belongs here: how a prescription is written: name, salt, strength, form, quantity, refills, and which of several names
in a request are one drug, one compound or several prescriptions. Does not belong here: which drugs, salts and dosage
forms there are (vocabulary/drugs.csv, drug_modifiers.csv, dosage_forms.csv), and whether the item as a whole is about a
drug (`imr_etl.transform.categories`).

A request is a row of words and of gaps between words. First the names are found: a name reaches over the words for its
salt and release, two names may be a fixed combination, and a name in parentheses behind a name is the same drug once
more. Then the names are grouped to prescriptions: a quantity, a dose in milligrams or a dosage form behind a name ends
one. Last, each prescription is read: its form tells the class, and what stands before and behind a name its strength,
quantity and refills.
"""

from functools import cache, reduce
from typing import Final

import polars as pl

from imr_etl.vocabulary import alias_table, code_table, find_terms, words

ITEM: Final = ("sha256", "item_number")
RX: Final = ("item", "rx")
CLASSES: Final = ("drug_class", "transdermal_class")
TOPICAL_ANALGESICS: Final = "Topical Analgesics"
TOPICAL_COMPOUNDS: Final = "Topical Compounds"
SEPARATOR: Final = "/"

WORD_OR_GAP: Final = r"[\p{L}\p{N}][\p{L}\p{N}'\u2019]*|[^\p{L}\p{N}]+"
"""Words and gaps take turns; the words are the tokens of `imr_etl.vocabulary.words`."""

NUMBER: Final = r"(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)"
LARGEST_QUANTITY: Final = 100_000
"""Tablets, grams or milliliters that no prescription exceeds; real ones have hundreds."""

DASH: Final = r"\s*[/\u2013\u2014-]\s*"
MORE: Final = r"(?:(?:additional|more|monthly|authorized)\s+)?"
NONE: Final = ("no", "zero", "without")
NAME: Final = "\u241e"
"""Stands for the name where the text before and behind it is read as one."""
READ: Final = "\u241f"
"""Stands for what has been read: the number before it does not reach the word behind it."""

UNIT: Final = r"(?:(?:milligrams?|mgs?|micrograms?|mcgs?|[u\u00b5\u03bc]g|meq|mmol|iu|units?)\b|%)"
PER: Final = (
    rf"(?:\s*/\s*(?:{NUMBER}\s*)?(?:hours?|hrs?|h|ml|cc|gm?|mg|kg|days?|actuation|spray|inh|dose)\b"
    r"|\s+per\s+(?:hour|hr|ml)\b)?"
)
DOSE: Final = rf"{NUMBER}(?:{DASH}{NUMBER})*\s*{UNIT}{PER}"
DOSES: Final = rf"(?i){DOSE}(?:{DASH}{DOSE})*"
STRENGTH: Final = rf"{DOSES}(?:[\s,]+{NUMBER}\s*mg\s*/\s*gm?\b)?"
"""'10/325mg', '7.5 mg', '50 mcg/hr', '4%-27.5%-0.0325%', '3% 300mg/g'."""

GLUED: Final = rf"(?i)(\pL{{4}})({DOSE})"
"""A name of four letters or more that a dose adjoins; shorter ones are levels, vitamins and codes: 'L5', 'B12'."""

GRAMS: Final = rf"(?i)^[\s,:(-]*(?:[a-z]+\s+)?(\d{{1,2}}(?:\.\d+)?\s*(?:gm?|grams?)\b{PER})"
"""The strength of a drug that is swallowed by the gram. Of what is put on the skin grams are a quantity."""

TABLET: Final = r"(?:(?:oral\s+)?(?:tab(?:let)?|cap(?:sule)?)s?\s+)?"
RATIO: Final = rf"(?i)^[\s,:(]*{TABLET}({NUMBER}(?:{DASH}{NUMBER}){{1,2}})(?:[\s,;:).#]|$)"
BARE: Final = rf"(?i)^[\s,:(]*{TABLET}({NUMBER})[\s,:)]*(?:#|qty\b|quantity\b)"
"""A strength without its unit: 'Norco 10/325 #60', 'Soma 350 #30'."""

FEW: Final = r"(?:\d(?:\.\d+)?|1/2|\u00bd|half|one|two|three|four)"
HOW_OFTEN: Final = (
    r"(?:po|p\.o\.?|by\s+mouth|orally|topically|sublingually|once|twice|(?:\w+\s+)?times|daily|nightly|each|every"
    r"|a\s+day|per\s+day|[bt]\.?i\.?d|q\.?[aphi]\.?[msd]|q\.?d|q\s?\d+|qhs|hs|prn|as\s+needed|at\s+(?:bed|night)\w*"
    r"|before|after|to\s+affected)\b"
)
TAKE: Final = r"\b(?:take|taking|takes|apply|applied|use|place|inject|inhale|instill|chew|dissolve)\s+(?:up\s+to\s+)?"
DURATION: Final = (
    r"\b(?:x\s*)?\d+\s*(?:-|to)?\s*(?:\d+\s*)?(?:hours?|hrs?|days?|weeks?|wks?|months?|mos?|years?)\b"
    r"|\bday'?s?\s+supply\s*:?\s*\d+"
)


@cache
def _number_words() -> str:
    """Pattern of the words for numbers, "sixty" before "six"."""
    spelled = alias_table("number_words")["alias"].str.strip_chars(" ").str.replace("  ", "[ -]", literal=True)
    return "|".join(spelled.sort(descending=True))


@cache
def _counted() -> str:
    """Pattern of what drugs are counted in: tablets, patches, tubes."""
    forms = alias_table("dosage_forms").filter(pl.col("is_counted") == "yes")["alias"]
    spelled = forms.str.strip_chars(" ").str.replace_all("  ", r"\s+", literal=True)
    return rf"(?:{'|'.join(spelled.sort(descending=True))})\b"


@cache
def _directions() -> str:
    """Pattern of how a drug is taken and for how long: its numbers are neither strength nor quantity."""
    few = rf"{FEW}(?:\s*(?:-|to|or)\s*{FEW})?"
    unit = rf"(?:\s*{_counted()})?"
    return rf"(?i){TAKE}{few}{unit}|\b{few}{unit}\s*(?:\([^)]*\)\s*)?{HOW_OFTEN}|{DURATION}"


@cache
def _number() -> str:
    """Pattern of a number in digits or words, which may be said twice: 'sixty (60)'."""
    return rf"({NUMBER}|\b(?:{_number_words()})\b)(?:\s*\(\s*#?\d+\s*\))?"


@cache
def _refill_count() -> str:
    """Pattern of how many refills there are; no prescription has more than two digits of them."""
    return rf"(\d{{1,2}}|(?:{_number_words()}|{'|'.join(NONE)})\b)(?:\s*\(\s*\d+\s*\))?"


@cache
def _labelled_refills() -> tuple[str, ...]:
    """Patterns of refills that a mark ties to the word: 'refills: 1', 'refills #2', 'RF x3'.

    'Refill #60' asks for 60 pills.
    """
    return (
        rf"(?i)\b(?:refills|refill\(s\)|rf)\s*(?:[:=x\u00d7#*-]|times)+\s*{_refill_count()}",
        rf"(?i)\brefill\s*(?:[:=x\u00d7*-]|times)+\s*{_refill_count()}",
    )


@cache
def _refills() -> tuple[str, ...]:
    """Patterns of refills where no labelled number is left: '3 refills', 'two (2) more refills', 'refills 2', '2RF'."""
    return (
        rf"(?i)\b(?:x\s*)?{_refill_count()}\s*{MORE}(?:refills?\b(?:\(s\))?|rf\b)",
        rf"(?i)\b(?:refills|refill\(s\)|rf)\s*\b{_refill_count()}",
        r"(?i)\brefill\s+(\d{1,2})\s*(?:[,.;)]|$)",
    )


@cache
def _labelled_quantities() -> tuple[str, ...]:
    """Patterns of quantities that are called so: '#60', 'QTY: 12', 'dispense thirty'."""
    return (
        rf"#\s*({NUMBER})",
        rf"(?i)\b(?:qty|quantity|quantities|disp|dispensed?|count)\b[\s.:=]*(?:of\b|is\b)?[\s#(]*{_number()}",
        rf"(?i)\bqty({NUMBER})",
    )


@cache
def _counts() -> tuple[str, ...]:
    """Patterns of quantities where no dose and no direction is left: '60 tablets', '100gm x 2', 'x 30', '(30)'."""
    return (
        r"(?i)\d\s*(?:grams?|gms?|g|ml|oz)\s*x\s*(\d{1,2})\b",
        rf"(?i){_number()}\s*[- ]?\s*{_counted()}",
        rf"(?i){_counted()}\s*[:,-]?\s*(\d{{2,4}})\s*(?:[,;.)]|$)",
        r"(?i)(?:^|[\s,])x\s*(\d{2,3})\b",
        r"\(\s*(\d{2,4})\s*\)",
    )


@cache
def _volume() -> str:
    """Pattern of a quantity by weight or volume: '121gm', '500 ml'."""
    return rf"(?i){_number()}\s*-?\s*(?:grams?|gms?|grs?|g|ml|mls|milliliters?|cc|oz|ounces?)\b"


@cache
def _leading_count() -> str:
    """Pattern of a bare number in front of the name: '60 Norco'."""
    return rf"(?i)(?:^|[\s(]){_number()}\s*(?:{_counted()}\s*)?(?:of\s+)?{NAME}"


COMPOUND: Final = r"(?i)\bcompound|\b(?:cream|gel|ointment) base\b"
JOINT: Final = rf"(?i)^\s*(?:{DOSE}\s*[/+\u2013-]|[/+\u2013-]?)\s*$"
"""Between the parts of a combination: 'hydrocodone/acetaminophen', 'hydrocodone 10 mg/acetaminophen 325 mg'."""

CONJUNCTION: Final = r"(?i)^\s*(?:,\s*(?:and|&)?|and|&|with|w/)\s*$"
SAME_DRUG: Final = (
    r"(?i)^[^,;&#()\[\]]*[(\[]\s*"
    r"(?:(?:generic|brand|brand name|trade name|a\.?k\.?a\.?|i\.?e\.?,?)\s*(?:for|of|:)?\s*)?$"
)
END_OF_RX: Final = r"(?i)#\s*\d|\b(?:qty|quantity|refills?)\b|\d\s*(?:mg|mcg|gms?|grams?|ml)\b|;"
CONTAINING: Final = r"(?i)\b(?:with|w|containing|contains|consisting of|of|in|base)\W*$"
NEXT_LEAD: Final = r"(?i)^(.*)(?:\band\b|\bplus\b|\bthen\b|[,;&+])(.*?)$"
"""The last separator between two names parts what belongs to the one before from what belongs to the one behind."""

OPENS_LIST: Final = rf"(?i)(?:[:(\[-]|\b(?:containing|contains|with|of))\s*(?:{DOSE}\s*(?:of\s+)?)?$"
GOES_ON: Final = rf"(?i)^\s*(?:{DOSE})?[\s,;/&+)-]*(?:\band\b)?\s*(?:{DOSE})?\s*$"
"""Behind a brand ": " opens the list of its ingredients, " 5%, " goes on with it."""

ONLY_MENTIONED: Final = r"(?i)\b(?:for|of|off|from|on|than|to|using|taking|while|as)\s*(?:the\s*)?$"


def item_drugs(items: pl.DataFrame) -> pl.DataFrame:
    """The drugs of each item, in the order of the text.

    Args:
        items: one row per item: sha256, item_number, disputed (String, null allowed). Other columns are ignored.

    Returns:
        sha256, item_number, position (Int32, from 1), drug_as_written (lower case), ingredient, drug_class, strength
        (as written), quantity (Float64: tablets, patches, tubes, else grams or millilitres), refills (Int32),
        is_compound, is_quantity_unreadable (a number is there that is no quantity): one row per drug, of a compound one
        per ingredient. Items that name no known drug have no row.
    """
    numbered = _numbered(items)
    drugs = _prescriptions(_drugs(numbered), numbered).pipe(_with_class).pipe(_with_doses).pipe(_with_shared_strengths)
    return drugs.join(numbered.select("item", *ITEM), on="item", how="left", maintain_order="left").select(
        *ITEM,
        pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("item").alias("position"),
        pl.col("name").str.to_lowercase().alias("drug_as_written"),
        "ingredient",
        "drug_class",
        "strength",
        pl.when(pl.col("quantity") <= LARGEST_QUANTITY).then("quantity"),
        "refills",
        "is_compound",
        is_quantity_unreadable=(pl.col("quantity") > LARGEST_QUANTITY).fill_null(value=False),
    )


def unreadable_quantities(drugs: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Items with a number in the place of the quantity that is none: sha256, field, excerpt (the disputed text), page.

    Args:
        drugs: rows of `item_drugs`.
        items: sha256, item_number, disputed, first_page.
    """
    unreadable = items.join(drugs.filter("is_quantity_unreadable"), on=ITEM, how="semi", maintain_order="left")
    return unreadable.select("sha256", field=pl.lit("quantity"), excerpt="disputed", page="first_page")


def unknown_drugs(items: pl.DataFrame) -> pl.DataFrame:
    """Items that read like a prescription and name no known drug: sha256, item_number, excerpt (the disputed text).

    So does whatever has the category of prescriptions. Else a dose in milligrams or the like is enough; a percentage,
    `#60` or refills only count beside a dosage form.

    Args:
        items: sha256, item_number, disputed, category (null where unknown).
    """
    numbered = _numbered(items).with_columns(items["category"])
    is_prescription = pl.col("category").eq_missing(pl.lit("Pharmaceuticals"))
    text = pl.col("disputed")
    is_dosed = text.str.contains(r"(?i)\d\s*(?:mgs?|mcgs?|milligrams?|meq|iu)\b")
    is_counted = text.str.contains(r"(?i)#\s*\d|\d\s*%|\brefills?\b|\bqty\b|\bquantity\b")
    forms = find_terms(numbered, "disputed", "dosage_forms", "item")
    known = find_terms(numbered, "disputed", "drugs", "item")
    has_form = pl.col("item").is_in(forms["item"].implode())
    return (
        numbered.filter(is_prescription | is_dosed | (is_counted & has_form))
        .join(known, on="item", how="anti", maintain_order="left")
        .select(*ITEM, "excerpt")
    )


def _numbered(items: pl.DataFrame) -> pl.DataFrame:
    """The items with a number each; a dose that adjoins the name before it ("Norco10/325mg") is parted from it."""
    disputed = pl.col("disputed").str.replace_all(GLUED, "$1 $2")
    return items.select(*ITEM, disputed=disputed, excerpt="disputed").with_row_index("item")


def _drugs(numbered: pl.DataFrame) -> pl.DataFrame:
    """The drugs that the items ask for: item, token, end (the first token behind the name), ingredient, classes."""
    names = _names(numbered).pipe(_with_texts, numbered)
    # What is only called a compound counts where none of its ingredients is known.
    is_unspecified = pl.col("drug_class") == TOPICAL_COMPOUNDS
    return (
        names.filter(~is_unspecified | is_unspecified.all().over("item"))
        .pipe(_combined, JOINT)
        .pipe(_combined, CONJUNCTION)
        .pipe(_without_synonyms)
        .pipe(_without_parts_of_brand)
        .unique(["item", "ingredient"], keep="first", maintain_order=True)
        .pipe(_with_texts, numbered)
        .filter(~_is_only_mentioned())
    )


def _names(numbered: pl.DataFrame) -> pl.DataFrame:
    """The names of drugs, each with the words for its salt and release: item, token, end, ingredient, classes."""
    drugs = find_terms(numbered, "disputed", "drugs", "item").pipe(_without_bases, numbered).pipe(_spelled_out)
    modifiers = find_terms(numbered, "disputed", "drug_modifiers", "item").select("item", "token", "tokens")
    is_drug = pl.col("ingredient").is_not_null()
    reached = pl.col("end").cum_max().shift(1).over("item")
    is_bound = ~is_drug & (pl.col("token") == pl.col("end").shift(1).over("item")).fill_null(value=False)
    return (
        pl.concat([drugs, modifiers], how="diagonal")
        .sort("item", "token", is_drug.not_())
        .with_columns(end=pl.col("token") + pl.col("tokens"))
        .filter(is_drug | (pl.col("token") >= reached).fill_null(value=True))
        .with_columns(name=(~is_bound).cum_sum())
        .group_by("name", maintain_order=True)
        .agg(pl.col("item", "token", "ingredient", *CLASSES).first(), pl.col("end").last())
        .filter(is_drug)
        .drop("name")
    )


def _without_bases(found: pl.DataFrame, numbered: pl.DataFrame) -> pl.DataFrame:
    """Found drugs but those whose name begins that of a longer dosage form: "Mediderm base" is no Mediderm."""
    forms = find_terms(numbered, "disputed", "dosage_forms", "item").select("item", "token", form="tokens")
    beside = found.join(forms, on=["item", "token"], how="left", maintain_order="left")
    return beside.filter(pl.col("form").is_null() | (pl.col("form") <= pl.col("tokens"))).drop("form")


def _spelled_out(found: pl.DataFrame) -> pl.DataFrame:
    """Found drugs, a mixture for the skin that is named by its ingredients parted into them.

    "Menthol/camphor" asks for two ingredients, a brand of the same mixture for one product.
    """
    is_by_ingredients = (
        pl.col("ingredient").str.contains(SEPARATOR, literal=True)
        & (pl.col("drug_class") == TOPICAL_ANALGESICS)
        & (pl.col("alias") == words(pl.col("ingredient")))
    )
    parted = (
        found.with_columns(
            ingredient=pl.when(is_by_ingredients)
            .then(pl.col("ingredient").str.split(SEPARATOR))
            .otherwise(pl.concat_list("ingredient")),
            part_of=pl.struct("item", "token"),
        )
        .with_columns(parts=pl.col("ingredient").list.len())
        .explode("ingredient")
    )
    is_part = pl.col("parts") > 1
    own = words(pl.col("ingredient")).str.count_matches("[^ ]+").cast(pl.Int64)
    before = (own.cum_sum() - own).over("part_of")
    return parted.select(
        "item",
        token=pl.col("token") + pl.when(is_part).then(before).otherwise(0),
        tokens=pl.when(is_part).then(own).otherwise("tokens"),
        ingredient="ingredient",
        drug_class="drug_class",
        transdermal_class="transdermal_class",
    )


def _with_texts(names: pl.DataFrame, numbered: pl.DataFrame) -> pl.DataFrame:
    """Names with `name` (as written), `before` (the text since the last name) and `rest` (all text behind it)."""
    pieces = pl.col("pieces")
    texts = numbered.select("item", pieces=pl.col("disputed").str.extract_all(WORD_OR_GAP)).with_columns(
        lead=pieces.list.first().str.contains(r"^[\p{L}\p{N}]").not_().cast(pl.Int64)
    )
    first, after = 2 * pl.col("token") + pl.col("lead"), 2 * pl.col("end") + pl.col("lead") - 1
    return (
        names.select("item", "token", "end", "ingredient", *CLASSES)
        .join(texts, on="item", how="left", maintain_order="left")
        .with_columns(first=first, after=after)
        .with_columns(last_after=pl.col("after").shift(1, fill_value=0).over("item"))
        .with_columns(
            name=pieces.list.slice(pl.col("first"), pl.col("after") - pl.col("first")).list.join(""),
            before=pieces.list.slice(pl.col("last_after"), pl.col("first") - pl.col("last_after")).list.join(""),
            rest=pieces.list.slice(pl.col("after")).list.join(""),
        )
        .drop("pieces", "lead", "first", "after", "last_after")
    )


def _combined(names: pl.DataFrame, joint: str) -> pl.DataFrame:
    """Names, those that a joint makes a fixed combination of drugs.csv drawn together to one."""
    parts = pl.col("ingredient").str.split(SEPARATOR)
    combinations = (
        code_table("drugs")
        .filter((parts.list.len() > 1) & (pl.col("drug_class") != TOPICAL_ANALGESICS))
        .select(
            parts.list.sort().list.join(SEPARATOR).alias("parts"),
            pl.col("ingredient").alias("combination"),
            *(pl.col(name).alias(f"combined_{name}") for name in CLASSES),
        )
        .unique("parts", keep="first", maintain_order=True)
    )
    run = (pl.col("item").is_first_distinct() | ~pl.col("before").str.contains(joint)).cum_sum()
    runs = names.with_columns(run=run)
    known = (
        runs.group_by("run", maintain_order=True)
        .agg(
            parts=parts.list.explode().unique().sort().str.join(SEPARATOR), run_end=pl.col("end").last(), names=pl.len()
        )
        .filter(pl.col("names") > 1)
        .join(combinations, on="parts", how="inner", maintain_order="left")
    )
    is_known = pl.col("combination").is_not_null()
    return (
        runs.join(known, on="run", how="left", maintain_order="left")
        .filter(~is_known | pl.col("run").is_first_distinct())
        .select(
            "item",
            "token",
            "before",
            "rest",
            end=pl.coalesce("run_end", "end"),
            ingredient=pl.coalesce("combination", "ingredient"),
            **{name: pl.when(is_known).then(f"combined_{name}").otherwise(name) for name in CLASSES},
        )
    )


def _without_synonyms(names: pl.DataFrame) -> pl.DataFrame:
    """Names without those in parentheses right behind a name, which say the same drug once more.

    Of "hydrocodone (Norco)" the first is the name, the second tells that it is the combination.
    """
    opened = pl.col("before").str.count_matches(r"[(\[]").cum_sum().over("item")
    closed = pl.col("before").str.count_matches(r"[)\]]").cum_sum().over("item")
    opens_behind_name = pl.col("before").str.contains(SAME_DRUG) & ~pl.col("item").is_first_distinct()
    marked = names.with_columns(opened=opened, is_inside=opened > closed, is_opener=opens_behind_name).with_columns(
        is_synonym=pl.col("is_inside") & pl.col("is_opener").first().over("item", "opened", "is_inside")
    )
    own, told = (pl.concat_str(pl.lit(SEPARATOR), column, pl.lit(SEPARATOR)) for column in ("ingredient", "told"))
    is_told = (
        pl.col("told_is_synonym").fill_null(value=False)
        & told.str.contains(own, literal=True)
        & (pl.col("told_drug_class") != TOPICAL_ANALGESICS)
    )
    return (
        marked.with_columns(
            told=pl.col("ingredient").shift(-1).over("item"),
            told_is_synonym=pl.col("is_synonym").shift(-1).over("item") & ~pl.col("is_synonym"),
            **{f"told_{name}": pl.col(name).shift(-1).over("item") for name in CLASSES},
        )
        .filter(~pl.col("is_synonym"))
        .with_columns(
            ingredient=pl.when(is_told).then("told").otherwise("ingredient"),
            **{name: pl.when(is_told).then(f"told_{name}").otherwise(name) for name in CLASSES},
        )
    )


def _without_parts_of_brand(names: pl.DataFrame) -> pl.DataFrame:
    """Names without the ingredients that are listed behind a brand of their mixture, which say it once more.

    "Terocin 120 ml: capsaicin 0.025%, menthol 10%" asks for Terocin.
    """
    before, own = pl.col("before"), pl.col("ingredient")
    is_brand = own.str.contains(SEPARATOR, literal=True) & (pl.col("drug_class") == TOPICAL_ANALGESICS)
    is_listed = pl.when(is_brand.shift(1)).then(before.str.contains(OPENS_LIST)).otherwise(before.str.contains(GOES_ON))
    goes_on = ~pl.col("item").is_first_distinct() & ~is_brand & is_listed
    parts = pl.when(is_brand).then(pl.concat_str(pl.lit(SEPARATOR), own, pl.lit(SEPARATOR)))
    return (
        names.with_columns(list=goes_on.not_().cum_sum(), parts=parts)
        .with_columns(parts=pl.col("parts").first().over("list"))
        .filter(
            is_brand
            | pl.col("parts")
            .str.contains(pl.concat_str(pl.lit(SEPARATOR), own, pl.lit(SEPARATOR)), literal=True)
            .not_()
            .fill_null(value=True)
        )
        .drop("list", "parts")
    )


def _is_only_mentioned() -> pl.Expr:
    """A later name behind "for" or the like, without a dose or quantity: "laxative for use while on Norco"."""
    has_dose = pl.col("rest").str.contains(rf"{DOSES}|#\s*\d")
    return ~pl.col("item").is_first_distinct() & pl.col("before").str.contains(ONLY_MENTIONED) & ~has_dose


def _prescriptions(drugs: pl.DataFrame, numbered: pl.DataFrame) -> pl.DataFrame:
    """Drugs with `rx` (number of the prescription within the item) and the texts that tell of them.

    `lead` is what stands before the name and belongs to it, `behind` what stands behind the name up to what belongs to
    the next one, `told` the whole text of the prescription.
    """
    drugs = _with_texts(drugs, numbered).with_row_index("row")
    is_first = pl.col("item").is_first_distinct()
    head = pl.coalesce(pl.col("before").str.extract(NEXT_LEAD, 1), "before")
    tail = pl.col("before").str.extract(NEXT_LEAD, 2)
    drugs = drugs.with_columns(
        head=pl.when(~is_first).then(head), lead=pl.when(is_first).then("before").otherwise(tail).fill_null("")
    )
    formed = find_terms(drugs, "head", "dosage_forms", "row").filter(pl.col("is_topical").is_not_null())["row"]
    is_of_one_brand = pl.col("row").is_in(find_terms(drugs, "name", "dosage_forms", "row")["row"].implode())
    starts = (
        is_first
        | pl.col("head").str.contains(END_OF_RX)
        | (pl.col("row").is_in(formed.implode()) & ~pl.col("before").str.contains(CONTAINING))
        | is_of_one_brand
        | is_of_one_brand.shift(1, fill_value=False)
    )
    behind = pl.coalesce(pl.col("head").shift(-1).over("item"), "rest")
    return (
        drugs.with_columns(rx=starts.cum_sum(), behind=behind)
        .with_columns(told=pl.concat_str("lead", pl.lit(" "), "name", "behind").str.join(" ").over(RX))
        .drop("row", "head", "rest")
    )


def _with_class(drugs: pl.DataFrame) -> pl.DataFrame:
    """Drugs with `is_topical` (prescribed for the skin), `is_compound`, and the class that follows from both."""
    forms = find_terms(drugs.unique(RX, keep="first", maintain_order=True), "told", "dosage_forms", *RX)
    form = forms.group_by(RX).agg(
        for_skin=(pl.col("is_topical") == "yes").any(), not_for_skin=(pl.col("is_topical") == "no").any()
    )
    in_percent = pl.col("told").str.contains(r"\d\s*%")
    is_listed = (pl.len().over(RX) > 1) & pl.col("is_topical")
    topical_class = pl.coalesce("transdermal_class", pl.lit(TOPICAL_ANALGESICS))
    # "Soma Compound" is a tablet.
    says_compound = pl.concat_str("lead", "behind", separator=" ").str.contains(COMPOUND).any().over(RX)
    return (
        drugs.join(form, on=RX, how="left", maintain_order="left")
        .with_columns(pl.col("for_skin", "not_for_skin").fill_null(value=False))
        .with_columns(is_topical=pl.col("for_skin") | (in_percent & ~pl.col("not_for_skin")))
        .with_columns(is_compound=is_listed | (pl.col("drug_class") == TOPICAL_COMPOUNDS) | says_compound)
        .with_columns(
            drug_class=pl.when(pl.col("is_compound") & (pl.col("is_topical") | ~pl.col("not_for_skin")))
            .then(pl.lit(TOPICAL_COMPOUNDS))
            .when(pl.col("is_topical") & (pl.col("drug_class") != TOPICAL_COMPOUNDS))
            .then(topical_class)
            .otherwise("drug_class")
        )
    )


def _with_doses(drugs: pl.DataFrame) -> pl.DataFrame:
    """Drugs with strength, quantity and refills. A compound has one quantity, which stands for all its ingredients.

    A labelled number is taken before one that only stands beside a word: "#60 refills 2" has two refills, not sixty.
    """
    told = pl.when("is_compound").then("told").otherwise(pl.concat_str("lead", pl.lit(NAME), "behind"))
    drugs = drugs.with_columns(told=told, undirected=pl.col("behind").str.replace_all(_directions(), " "))
    drugs = _read(drugs, "labelled_refills", _labelled_refills())
    drugs = _read(drugs, "labelled_quantity", _labelled_quantities())
    drugs = _read(drugs, "unlabelled_refills", _refills())
    plain = pl.col("told").str.replace_all(DOSES, " ").str.replace_all(_directions(), " ")
    led_by = pl.col("before").str.extract(rf"({STRENGTH})\s*(?:of\s+)?$")
    by_gram = pl.when(~pl.col("is_topical")).then(pl.col("undirected").str.extract(GRAMS))
    drugs = _read(drugs.with_columns(told=plain, by_gram=by_gram), "count", _counts())
    volume, leading = (_as_number(pl.col("told").str.extract(pattern)) for pattern in (_volume(), _leading_count()))
    within = pl.col("name").str.extract(f"({STRENGTH})")
    return drugs.with_columns(
        name=pl.col("name").str.replace_all(rf"(?i)\s*{DOSE}", ""),
        refills=pl.coalesce("labelled_refills", "unlabelled_refills").cast(pl.Int32, strict=False),
        quantity=pl.coalesce("labelled_quantity", "count", pl.when(pl.col("by_gram").is_null()).then(volume), leading),
        strength=pl.when(within.is_not_null())
        .then(pl.concat_str(within, pl.col("behind").str.extract(f"({STRENGTH})"), separator="/", ignore_nulls=True))
        .when(led_by.first().over(RX).is_not_null())
        .then(led_by)
        .otherwise(
            pl.coalesce(
                pl.col("behind").str.extract(f"({STRENGTH})"),
                "by_gram",
                pl.col("undirected").str.extract(RATIO),
                pl.col("undirected").str.extract(BARE),
            )
        ),
    )


def _with_shared_strengths(drugs: pl.DataFrame) -> pl.DataFrame:
    """Drugs, the strengths that are listed behind the last of several names given to each in turn.

    "Ketoprofen/lidocaine 10%/5%" has 10% of the one and 5% of the other. Beyond compounds only a slash tells that the
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


def _read(drugs: pl.DataFrame, column: str, patterns: tuple[str, ...]) -> pl.DataFrame:
    """Drugs with a number read by the first of the patterns that fits, `told` without what any of them takes up."""
    left = reduce(lambda text, pattern: text.str.replace_all(pattern, READ), patterns, pl.col("told"))
    return drugs.with_columns(
        pl.coalesce(_as_number(pl.col("told").str.extract(pattern)) for pattern in patterns).alias(column), told=left
    )


def _as_number(text: pl.Expr) -> pl.Expr:
    """A number in digits or words as Float64; null where it is neither."""
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
