"""`item_drugs`: the drugs that a disputed item asks for.

Belongs here: how a prescription is written: name, salt, strength, form, quantity, refills. Does not belong here: which
drugs there are (`imr_etl/vocabulary/drugs.csv`), and whether the item as a whole is about a drug
(`imr_etl.transform.categories`).

A request is a row of tokens. Drugs are found in it by the code table; what stands behind a drug up to the next one, or
anywhere in the request where there is one drug only, tells its strength and quantity.
"""

import polars as pl

from imr_etl.vocabulary import alias_table, find_terms

ITEM = ["sha256", "item_number"]

# "10/325mg", "7.5 mg", "4%-27.5%-0.0325%", "3% 300mg/g", "50 mcg/hr"
_NUMBER = r"\d[\d,]*(?:\.\d+)?|\.\d+"
_DOSE = (
    rf"(?:{_NUMBER})(?:\s*[/-]\s*(?:{_NUMBER}))*\s*(?:mg|mcg|ug|meq|iu|units?|%)"
    rf"(?:\s*/\s*(?:{_NUMBER})?\s*(?:hr|hour|ml|gm|g|mg|day|actuation|spray)\b)?"
)
STRENGTH = rf"(?i)({_DOSE}(?:\s*[-/,]?\s*{_DOSE})*)"

# In the order in which they count: "#60", "QTY: 12", "60 tablets", "121gm"
QUANTITIES = (
    rf"#\s*({_NUMBER})",
    rf"(?i)\b(?:qty|quantity|disp(?:ense)?)\b\.?\s*(?:of|:)?\s*#?\s*({_NUMBER})",
    r"(?i)\b(\d{2,}(?:,\d{3})?)\s*(?:count|ct|tablets?|tabs?|capsules?|caps?|pills?|patch(?:es)?|pads?|vials?)\b",
    rf"(?i)\b({_NUMBER})\s*(?:grams?|gms?|g|ml|mls|cc|oz|ounces?)\b",
)
# "3 refills", "two refills", "refills x 2", "refill: 1", "no refills"
REFILLS = (
    r"(?i)\b(\d{1,2}|[a-z]+)\s*(?:\(\d+\)\s*)?(?:additional\s+|more\s+)?refills?\b",
    r"(?i)\brefills?\s*(?:[:x]|times|of)?\s*(\d{1,2})\b",
)
COMPOUND = r"(?i)\bcompound|\bin (?:a )?(?:cream|gel) base\b|\bcream base\b"
WORD_OR_GAP = r"[\p{L}\p{N}'\u2019]+|[^\p{L}\p{N}'\u2019]+"
MODIFIERS_OF_A_NAME = 4
"""A name is followed by so many words for its salt and release at most: "orphenadrine citrate er"."""

TOPICAL_ANALGESICS, TOPICAL_COMPOUNDS = "Topical Analgesics", "Topical Compounds"


def item_drugs(items: pl.DataFrame) -> pl.DataFrame:
    """One row per drug of each item (sha256, item_number, disputed), of a compound one per ingredient.

    Returns sha256, item_number, position (from 1), drug_as_written, ingredient, drug_class, strength, quantity,
    refills, is_compound. An item that names no known drug has no row.
    """
    found = _named(items)
    drugs = _with_dose(_with_form(_with_names(found, items)))
    is_topical_list = (pl.len().over(ITEM) > 1) & pl.col("is_topical")
    is_compound = is_topical_list | pl.col("disputed").str.contains(COMPOUND)
    return (
        drugs.with_columns(is_compound=is_compound)
        .with_columns(drug_class=_class())
        .with_columns(position=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over(ITEM))
        .select(
            *ITEM,
            "position",
            "drug_as_written",
            "ingredient",
            "drug_class",
            "strength",
            "quantity",
            "refills",
            "is_compound",
        )
    )


def unknown_drugs(items: pl.DataFrame) -> pl.DataFrame:
    """Items that read like a prescription and name no known drug: sha256, item_number, excerpt."""
    reads_so = pl.col("disputed").str.contains(STRENGTH) | pl.col("disputed").str.contains(REFILLS[1])
    return (
        items.filter(reads_so)
        .join(_named(items), on=ITEM, how="anti", maintain_order="left")
        .select(*ITEM, excerpt="disputed")
    )


def _named(items: pl.DataFrame) -> pl.DataFrame:
    """The drugs that the items name, each ingredient once, the name that stands first.

    What is only called a compound counts where none of its ingredients is known.
    """
    found = find_terms(items, "disputed", "drugs", *ITEM)
    is_compound = pl.col("drug_class") == TOPICAL_COMPOUNDS
    return found.filter(~is_compound | is_compound.all().over(ITEM)).unique(
        [*ITEM, "ingredient"], keep="first", maintain_order=True
    )


def _with_names(found: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Drugs with `drug_as_written`, and `behind`: what stands between a drug and the next one."""
    modifiers = alias_table("drug_modifiers")["alias"].str.strip_chars(" ").to_list()
    texts = items.select(*ITEM, "disputed").with_columns(
        pieces=pl.col("disputed").str.to_lowercase().str.extract_all(WORD_OR_GAP)
    )
    pieces = pl.col("pieces")
    # Words and gaps take turns; a text may begin with either.
    lead = pieces.list.first().str.contains(r"^[\p{L}\p{N}'\u2019]").not_().cast(pl.Int64)
    drugs = found.join(texts, on=ITEM, how="left", maintain_order="left").with_columns(
        first=2 * pl.col("token") + lead, after=2 * (pl.col("token") + pl.col("tokens")) + lead
    )
    following = [
        pieces.list.get(pl.col("after") + 2 * place, null_on_oob=True).is_in(modifiers).fill_null(value=False)
        for place in range(MODIFIERS_OF_A_NAME)
    ]
    run = [pl.all_horizontal(following[: place + 1]).cast(pl.Int64) for place in range(MODIFIERS_OF_A_NAME)]
    drugs = drugs.with_columns(after=pl.col("after") + 2 * pl.sum_horizontal(run))
    next_first = pl.col("first").shift(-1).over(ITEM).fill_null(pieces.list.len())
    return drugs.with_columns(
        drug_as_written=pieces.list.slice(pl.col("first"), pl.col("after") - pl.col("first") - 1).list.join(""),
        behind=pieces.list.slice(pl.col("after") - 1, next_first - pl.col("after") + 1).list.join(""),
        before=pieces.list.slice(0, pl.col("first")).list.join(""),
    )


def _with_form(drugs: pl.DataFrame) -> pl.DataFrame:
    """Drugs with `is_topical`: the item is put on the skin."""
    forms = find_terms(drugs.unique(ITEM), "disputed", "dosage_forms", *ITEM)
    topical = forms.group_by(ITEM).agg(
        topical_form=(pl.col("is_topical") == "yes").any(), other_form=(pl.col("is_topical") == "no").any()
    )
    in_percent = pl.col("disputed").str.contains(r"\d\s*%")
    return drugs.join(topical, on=ITEM, how="left", maintain_order="left").with_columns(
        is_topical=pl.col("topical_form").fill_null(value=False)
        | (in_percent & ~pl.col("other_form").fill_null(value=False))
    )


def _with_dose(drugs: pl.DataFrame) -> pl.DataFrame:
    """Drugs with strength, quantity, refills. Quantity and refills stand for the item where it has one drug."""
    is_only = pl.len().over(ITEM) == 1
    around = pl.concat_str("behind", pl.lit(" "), "before")
    told = pl.when(is_only).then(around).when("is_topical").then("disputed").otherwise("behind")
    strength = pl.coalesce(
        pl.col("behind").str.extract(STRENGTH), pl.when(is_only).then(pl.col("before").str.extract(STRENGTH))
    )
    without_strength = told.str.replace_all(STRENGTH, "")
    quantity = pl.coalesce(without_strength.str.extract(pattern) for pattern in QUANTITIES)
    count = pl.coalesce(told.str.extract(pattern) for pattern in REFILLS).str.to_lowercase()
    numbers = alias_table("number_words").select(pl.col("alias").str.strip_chars(" "), pl.col("number").cast(pl.Int32))
    return drugs.with_columns(
        strength=strength.str.strip_chars(" "),
        quantity=quantity.str.replace_all(",", "").cast(pl.Float64, strict=False),
        refills=pl.coalesce(
            count.cast(pl.Int32, strict=False), count.replace_strict(numbers["alias"], numbers["number"], default=None)
        ),
    )


def _class() -> pl.Expr:
    return (
        pl.when("is_compound")
        .then(pl.when("is_topical").then(pl.lit(TOPICAL_COMPOUNDS)).otherwise("drug_class"))
        .when("is_topical")
        .then(
            pl.when(pl.col("drug_class") == TOPICAL_COMPOUNDS)
            .then("drug_class")
            .otherwise(pl.col("transdermal_class").fill_null(TOPICAL_ANALGESICS))
        )
        .otherwise("drug_class")
    )
