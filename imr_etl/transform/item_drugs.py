"""`item_drugs`: the drugs that a disputed item asks for.

Belongs here: which names of drugs a request has, and which of several names are one drug, one compound or several
prescriptions. Does not belong here: strength, quantity and refills (`prescriptions`), which drugs, salts and dosage
forms there are (vocabulary/drugs.csv, drug_modifiers.csv, dosage_forms.csv), and whether the item as a whole is about a
drug (`categories`).

A request is a row of words and of gaps between words. First the names are found: a name reaches over the words for its
kit, salt and release, two names may be a fixed combination, and a name in parentheses after a name is the same drug
again. Then the names are grouped to prescriptions: a quantity, a dose in milligrams or a dosage form after a name ends
one. Last, each prescription is read: its form decides the class.
"""

from functools import cache
from typing import Final

import polars as pl

from imr_etl.transform.prescriptions import DOSE, DOSES, with_numbers
from imr_etl.vocabulary import alias_table, code_table, words
from imr_etl.vocabulary.spelling import find_in_requests

ITEM: Final = ("sha256", "item_number")
RX: Final = ("item", "rx")
CLASSES: Final = ("drug_class", "transdermal_class")
TOPICAL_ANALGESICS: Final = "Topical Analgesics"
TOPICAL_COMPOUNDS: Final = "Topical Compounds"
SEPARATOR: Final = "/"

PHARMACEUTICALS: Final = "Pharmaceuticals"

GLUED: Final = rf"(?i)(\pL{{4}})({DOSE})"
"""A name of four characters or more that a dose adjoins; shorter ones are levels, vitamins and codes: 'L5', 'B12'."""

WORD_OR_GAP: Final = r"[\p{L}\p{N}][\p{L}\p{N}'\u2019]*|[^\p{L}\p{N}]+"
"""Words and gaps take turns; the words are the tokens of `imr_etl.vocabulary.words`."""

OPEN_PARENTHESIS: Final = r"\s*[(\[][^)\]]*$"
"""The end of "oxycodone (immediate release", whose closing parenthesis follows the name."""

COMPOUND: Final = r"(?i)\bcompound|\b(?:cream|gel|ointment) base\b"
JOINT: Final = rf"(?i)^\s*(?:{DOSE}\s*[/+\u2013-]|[/+\u2013-]?)\s*$"
"""Between the parts of a combination: 'hydrocodone/acetaminophen', 'hydrocodone 10 mg/acetaminophen 325 mg'."""

CONJUNCTION: Final = r"(?i)^\s*(?:,\s*(?:and|&)?|and|&|with|w/)\s*$"
SAME_DRUG: Final = (
    r"(?i)^[^,;&#()\[\]]*[(\[]\s*"
    r"(?:(?:generic|brand|brand name|trade name|a\.?k\.?a\.?|i\.?e\.?,?)\s*(?:for|of|:)?\s*)?$"
)
END_OF_RX: Final = r"(?i)#\s*\d|\b(?:qty|quantity|refills?)\b|\d\s*(?:mg|mcg|gms?|grams?|ml)\b|;"
BETWEEN_INGREDIENTS: Final = r"(?i)\s*(?:[/+&-]|,?\s\b(?:and|with)\b)\s*"
CONTAINING: Final = r"(?i)\b(?:with|w|containing|contains|consisting of|of|in|base)\W*$"
NEXT_LEAD: Final = r"(?i)^(.*)(?:\band\b|\bplus\b|\bthen\b|[,;&+])(.*?)$"
"""The last separator between two names: the text before it belongs to the first, the text after it to the second."""

LIST_OF_INGREDIENTS: Final = (
    r"(?i)\b(?:cream|gel|ointment|lotion|topical|compound\w*|\d+ ?(?:gms?|grams?|g|ml))\b[^,;:]*:\s*"
    rf"(?:[\p{{L}}][\p{{L}} ()-]*\s*{DOSE}\s*[,;/&+]?\s*(?:and\s+)?)*(?:{DOSE}\s*)?$"
)
"""After a compound's name ": " opens the list of its ingredients: 'Flurbi cream-LA 180gms: flurbiprofen 20%'."""

OPENS_LIST: Final = rf"(?i)(?:[:(\[-]|\b(?:containing|contains|with|of))\s*(?:{DOSE}\s*(?:of\s+)?)?$"
GOES_ON: Final = rf"(?i)^\s*(?:{DOSE})?[\s,;/&+)-]*(?:\band\b)?\s*(?:{DOSE})?\s*$"
"""After a brand ": " opens the list of its ingredients, and " 5%, " continues it."""

INGREDIENTS_OF_BRAND: Final = r"(?i)(?:[:(\[]\s*|\b(?:containing|contains|with)\s+)\pL.*\d\s*%[)\]]?"
"""What a brand for the skin is made of: 'Terocin 240 ml: capsaicin 0.025%, menthol 10%' has no strength."""

TIME: Final = r"(?i)^(?:days?|weeks?|months?|hours?|years?|daily|times|doses?|refills?)\b"
"""No name of a product: "antibiotics, 7 days"."""

ONLY_MENTIONED: Final = r"(?i)\b(?:for|of|off|from|on|than|to|using|taking|while|as)\s*(?:the\s*)?$"


def item_drugs(items: pl.DataFrame) -> pl.DataFrame:
    """Find the known drugs of each item, in the order of the text.

    Args:
        items: one row per item: sha256, item_number, disputed (String, null allowed). Other columns are ignored.

    Returns:
        sha256, item_number, position (Int32, from 1), drug_as_written (lower case), ingredient, drug_class, strength
        (as written), quantity (Float64: tablets, patches, tubes, else grams or milliliters), refills (Int32),
        is_compound, number_unread (Boolean: a number of its prescription is in none of these): one row per drug, of a
        compound one per ingredient. Items that name no known drug have no row.
    """
    numbered = _numbered(items)
    return _read(_with_texts(_drugs(numbered), numbered), numbered)


def unknown_products(items: pl.DataFrame) -> pl.DataFrame:
    """Read prescriptions of products that no code table knows ("Nuvarex 500mg #60"), one product an item.

    Args:
        items: as for `item_drugs`; each is a prescription and has no known drug.

    Returns:
        As `item_drugs`, ingredient null. Items in which nothing but a group of drugs is named have no row.
    """
    numbered = _numbered(items)
    text = pl.col("disputed")
    leads, named = _unknown_product()
    with_form = find_in_requests(numbered, "disputed", "dosage_forms", "item")["item"].unique()
    products = (
        numbered.filter(text.str.contains(r"\d") | pl.col("item").is_in(with_form.implode()))
        .with_columns(before=text.str.extract(leads))
        .with_columns(parts=text.str.slice(pl.col("before").str.len_chars()).str.extract_groups(named))
        .select("item", "before", pl.col("parts").struct.unnest())
        .drop_nulls("name")
        .filter(~pl.col("name").str.contains(TIME))
    )
    unknown = {"ingredient": pl.lit(None, pl.String), "drug_class": pl.lit("Other"), "transdermal_class": pl.lit(None)}
    return _read(products.with_columns(pl.col("rest").fill_null(""), **unknown), numbered)


def unknown_drugs(items: pl.DataFrame, drugs: pl.DataFrame) -> pl.DataFrame:
    """Find the prescriptions of drugs that no code table knows: sha256, item_number, excerpt (the disputed text).

    A group of drugs alone ("muscle relaxants") is known by its class.

    Args:
        items: sha256, item_number, disputed, category, subcategory.
        drugs: the rows of `item_drugs` and `unknown_products` of these items.
    """
    known = drugs.filter(pl.col("ingredient").is_not_null())
    is_group = (
        pl.col("subcategory").is_not_null()
        & pl.struct(ITEM).is_in(drugs.select(pl.struct(ITEM)).to_series().implode()).not_()
    )
    return (
        items.filter((pl.col("category") == PHARMACEUTICALS) & ~is_group)
        .join(known, on=ITEM, how="anti", maintain_order="left")
        .select(*ITEM, excerpt="disputed")
    )


def reads_like_a_prescription(texts: pl.DataFrame, text: str, key: str) -> pl.Series:
    """Find the texts with a dosage form beside a count, a percentage or refills: their keys ("Xyzolam kit #1")."""
    is_counted = pl.col(text).str.contains(
        r"(?i)#\s*\d|\d\s*%|\brefills?\b|\bqty\b|\bquantity\b|\d\s*(?:grams?|gms?|ml|oz)\b"
    )
    return find_in_requests(texts.filter(is_counted), text, "dosage_forms", key)[key].unique()


@cache
def _unknown_product() -> tuple[str, str]:
    """Build the patterns of a prescription: the words that lead to a name; the name, and the rest from its dose on."""
    forms, leads = alias_table("dosage_forms")["alias"], alias_table("prescription_words")["alias"]
    groups = alias_table("treatments").filter(pl.col("role") == "prescription")["alias"]
    form, lead = (_either(aliases) for aliases in (forms, pl.concat((leads, groups, forms))))
    word = r"[\p{L}][\p{L}\p{N}'\u2019.]*"
    stop = rf"[,;:#()\[\]]|\d|\b(?:{form}|{lead}|with|x|times|to|at|in|take|apply)\b"
    return (
        rf"(?i)^((?:[\W\d]*\b(?:{lead})(?:\W+|$))*[\W\d]*)",
        rf"(?i)^(?P<name>{word}(?:[ /+-]{{1,3}}{word}){{0,4}}?)(?P<rest>\s*(?:{stop}).*)?\s*$",
    )


def _either(aliases: pl.Series) -> str:
    """Build the pattern of any of the aliases, the longer one before the one that it begins with."""
    spelled = aliases.str.strip_chars(" ").str.replace_all("  ", r"[\s-]+", literal=True)
    return "|".join(spelled.sort(descending=True))


def _read(drugs: pl.DataFrame, numbered: pl.DataFrame) -> pl.DataFrame:
    """Read the prescriptions of drugs (item, ingredient, classes, name, before, rest) into rows of the table."""
    read = drugs.pipe(_prescriptions).pipe(_with_class).pipe(with_numbers)
    return read.join(numbered.select("item", *ITEM), on="item", how="left", maintain_order="left").select(
        *ITEM,
        pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("item").alias("position"),
        pl.col("name").str.to_lowercase().alias("drug_as_written"),
        "ingredient",
        "drug_class",
        "strength",
        "quantity",
        "refills",
        "is_compound",
        "number_unread",
    )


def _numbered(items: pl.DataFrame) -> pl.DataFrame:
    """Number the items, and separate a dose from the name that it adjoins ("Norco10/325mg")."""
    return items.select(*ITEM, pl.col("disputed").str.replace_all(GLUED, "$1 $2")).with_row_index("item")


def _drugs(numbered: pl.DataFrame) -> pl.DataFrame:
    """Find the drugs that the items ask for: item, token, end (the token after the name), ingredient, classes."""
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
    """Find the names of drugs with the words for kit, salt and release: item, token, end, ingredient, classes."""
    found = find_in_requests(numbered, "disputed", "drugs", "item")
    drugs = found.pipe(_without_salts).pipe(_without_bases, numbered).pipe(_spelled_out)
    modifiers = find_in_requests(numbered, "disputed", "drug_modifiers", "item").select(
        "item", "token", "tokens", "kind"
    )
    is_drug = pl.col("ingredient").is_not_null()
    reached = pl.col("end").cum_max().shift(1).over("item")
    follows = (pl.col("token") == pl.col("end").shift(1).over("item")).fill_null(value=False)
    is_bound = follows & (~is_drug | (pl.col("kind").shift(1).over("item") == "kit").fill_null(value=False))
    return (
        pl.concat([drugs, modifiers], how="diagonal")
        .sort("item", "token", is_drug.not_())
        .with_columns(end=pl.col("token") + pl.col("tokens"))
        .filter(is_drug | (pl.col("token") >= reached).fill_null(value=True))
        .with_columns(name=(~is_bound).cum_sum())
        .group_by("name", maintain_order=True)
        .agg(
            pl.col("item", "token").first(),
            pl.col("ingredient", *CLASSES).filter(is_drug).first(),
            pl.col("end").last(),
        )
        .filter(is_drug)
        .drop("name")
    )


def _without_salts(found: pl.DataFrame) -> pl.DataFrame:
    """Drop found drugs that are the salt of the one right before them: "losartan potassium" has no potassium."""
    salts = alias_table("drug_modifiers")["alias"]
    follows = pl.col("token") == (pl.col("token") + pl.col("tokens")).shift(1).over("item")
    return found.filter((follows & pl.col("alias").is_in(salts.implode())).not_().fill_null(value=True))


def _without_bases(found: pl.DataFrame, numbered: pl.DataFrame) -> pl.DataFrame:
    """Drop found drugs whose name begins that of a longer dosage form: "Mediderm base" is no Mediderm."""
    forms = find_in_requests(numbered, "disputed", "dosage_forms", "item").select("item", "token", form="tokens")
    beside = found.join(forms, on=["item", "token"], how="left", maintain_order="left")
    return beside.filter(pl.col("form").is_null() | (pl.col("form") <= pl.col("tokens"))).drop("form")


def _spelled_out(found: pl.DataFrame) -> pl.DataFrame:
    """Split a found mixture for the skin that is named by its ingredients into them.

    "Menthol/camphor" asks for two ingredients, a brand of the same mixture for one product.
    """
    is_by_ingredients = (
        pl.col("ingredient").str.contains(SEPARATOR, literal=True)
        & (pl.col("drug_class") == TOPICAL_ANALGESICS)
        & (pl.col("alias") == words(pl.col("ingredient")))
    )
    separated = (
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
    return separated.select(
        "item",
        token=pl.col("token") + pl.when(is_part).then(before).otherwise(0),
        tokens=pl.when(is_part).then(own).otherwise("tokens"),
        ingredient="ingredient",
        drug_class="drug_class",
        transdermal_class="transdermal_class",
    )


def _with_texts(names: pl.DataFrame, numbered: pl.DataFrame) -> pl.DataFrame:
    """Add `name` (as written), `before` (the text since the last name) and `rest` (all text after it)."""
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
            name=pieces.list.slice(pl.col("first"), pl.col("after") - pl.col("first"))
            .list.join("")
            .str.replace(OPEN_PARENTHESIS, ""),
            before=pieces.list.slice(pl.col("last_after"), pl.col("first") - pl.col("last_after")).list.join(""),
            rest=pieces.list.slice(pl.col("after")).list.join(""),
        )
        .drop("pieces", "lead", "first", "after", "last_after")
    )


def _combined(names: pl.DataFrame, joint: str) -> pl.DataFrame:
    """Combine the names that a joint makes a fixed combination of drugs.csv."""
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
    """Drop the names in parentheses directly after a name, which are the same drug again.

    Of "hydrocodone (Norco)" the first is the name, the second shows that it is the combination.
    """
    opened = pl.col("before").str.count_matches(r"[(\[]").cum_sum().over("item")
    closed = pl.col("before").str.count_matches(r"[)\]]").cum_sum().over("item")
    opens_behind_name = pl.col("before").str.contains(SAME_DRUG) & ~pl.col("item").is_first_distinct()
    marked = names.with_columns(opened=opened, is_inside=opened > closed, is_opener=opens_behind_name).with_columns(
        is_synonym=pl.col("is_inside") & pl.col("is_opener").first().over("item", "opened", "is_inside")
    )
    own, following = (
        pl.concat_str(pl.lit(SEPARATOR), column, pl.lit(SEPARATOR)) for column in ("ingredient", "next_ingredient")
    )
    is_named_next = (
        pl.col("next_is_synonym").fill_null(value=False)
        & following.str.contains(own, literal=True)
        & (pl.col("next_drug_class") != TOPICAL_ANALGESICS)
    )
    return (
        marked.with_columns(
            next_ingredient=pl.col("ingredient").shift(-1).over("item"),
            next_is_synonym=pl.col("is_synonym").shift(-1).over("item") & ~pl.col("is_synonym"),
            **{f"next_{name}": pl.col(name).shift(-1).over("item") for name in CLASSES},
        )
        .filter(~pl.col("is_synonym"))
        .with_columns(
            ingredient=pl.when(is_named_next).then("next_ingredient").otherwise("ingredient"),
            **{name: pl.when(is_named_next).then(f"next_{name}").otherwise(name) for name in CLASSES},
        )
    )


def _without_parts_of_brand(names: pl.DataFrame) -> pl.DataFrame:
    """Drop the ingredients that are listed after a brand of their mixture.

    "Terocin 120 ml: capsaicin 0.025%, menthol 10%" asks for Terocin.
    """
    before, own = pl.col("before"), pl.col("ingredient")
    is_brand = _is_brand_of_mixture()
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


def _is_brand_of_mixture() -> pl.Expr:
    """Check whether a drug is a mixture for the skin."""
    return pl.col("ingredient").str.contains(SEPARATOR, literal=True) & (pl.col("drug_class") == TOPICAL_ANALGESICS)


def _is_only_mentioned() -> pl.Expr:
    """Check whether a later name follows "for" or the like and has no dose: "laxative for use while on Norco"."""
    has_dose = pl.col("rest").str.contains(rf"{DOSES}|#\s*\d")
    return ~pl.col("item").is_first_distinct() & pl.col("before").str.contains(ONLY_MENTIONED) & ~has_dose


def _prescriptions(drugs: pl.DataFrame) -> pl.DataFrame:
    """Add `rx` (number of the prescription) and the texts that belong to each drug.

    `lead` is what stands before the name and belongs to it, `behind` what follows the name up to what belongs to the
    next one, `whole` the whole text of the prescription.
    """
    drugs = drugs.with_row_index("row")
    is_first = pl.col("item").is_first_distinct()
    head = pl.coalesce(pl.col("before").str.extract(NEXT_LEAD, 1), "before")
    tail = pl.col("before").str.extract(NEXT_LEAD, 2)
    drugs = drugs.with_columns(
        head=pl.when(~is_first).then(head), lead=pl.when(is_first).then("before").otherwise(tail).fill_null("")
    )
    formed = find_in_requests(drugs, "head", "dosage_forms", "row").filter(pl.col("is_topical").is_not_null())["row"]
    is_of_one_brand = pl.col("row").is_in(find_in_requests(drugs, "name", "dosage_forms", "row")["row"].implode())
    opens_list = pl.col("before").str.contains(LIST_OF_INGREDIENTS)
    starts = is_first | ~opens_list & (
        pl.col("head").str.contains(END_OF_RX)
        | (pl.col("row").is_in(formed.implode()) & ~pl.col("before").str.contains(CONTAINING))
        | is_of_one_brand
        | is_of_one_brand.shift(1, fill_value=False)
    )
    behind = pl.coalesce(pl.col("head").shift(-1).over("item"), "rest")
    is_brand = _is_brand_of_mixture() & ~pl.col("name").str.contains(SEPARATOR, literal=True)
    behind = pl.when(is_brand).then(behind.str.replace(INGREDIENTS_OF_BRAND, " ")).otherwise(behind)
    return (
        drugs.with_columns(rx=starts.cum_sum(), behind=behind)
        .with_columns(whole=pl.concat_str("lead", pl.lit(" "), "name", "behind").str.join(" ").over(RX))
        .drop("row", "head", "rest")
    )


def _with_class(drugs: pl.DataFrame) -> pl.DataFrame:
    """Add `is_topical` (prescribed for the skin), `is_compound`, and the class that follows from both."""
    forms = find_in_requests(drugs.unique(RX, keep="first", maintain_order=True), "whole", "dosage_forms", *RX)
    form = forms.group_by(RX).agg(
        for_skin=(pl.col("is_topical") == "yes").any(), not_for_skin=(pl.col("is_topical") == "no").any()
    )
    in_percent = pl.col("whole").str.contains(r"\d\s*%")
    # A combination to swallow ("naproxen/capsaicin") whose ingredients are listed for the skin is no product.
    is_spelled = (
        pl.col("ingredient").str.contains(SEPARATOR, literal=True)
        & pl.col("transdermal_class").is_null()
        & (pl.col("drug_class") != TOPICAL_ANALGESICS)
        & pl.col("name").str.contains(BETWEEN_INGREDIENTS)
        & pl.col("is_topical")
    ).fill_null(value=False)
    is_listed = ((pl.len().over(RX) > 1) & pl.col("is_topical")) | is_spelled
    topical_class = pl.coalesce("transdermal_class", pl.lit(TOPICAL_ANALGESICS))
    # "Soma Compound" is a tablet.
    says_compound = pl.concat_str("lead", "behind", separator=" ").str.contains(COMPOUND).any().over(RX)
    return (
        drugs.join(form, on=RX, how="left", maintain_order="left")
        .with_columns(pl.col("for_skin", "not_for_skin").fill_null(value=False))
        .with_columns(is_topical=pl.col("for_skin") | (in_percent & ~pl.col("not_for_skin")))
        .with_columns(
            name=pl.when(is_spelled)
            .then(pl.col("name").str.replace_all(BETWEEN_INGREDIENTS, SEPARATOR))
            .otherwise("name"),
            is_compound=is_listed | (pl.col("drug_class") == TOPICAL_COMPOUNDS) | says_compound,
        )
        .with_columns(
            drug_class=pl.when(pl.col("is_compound") & (pl.col("is_topical") | ~pl.col("not_for_skin")))
            .then(pl.lit(TOPICAL_COMPOUNDS))
            .when(pl.col("is_topical") & (pl.col("drug_class") != TOPICAL_COMPOUNDS))
            .then(topical_class)
            .otherwise("drug_class")
        )
    )
