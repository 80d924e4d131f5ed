"""Category and subcategory of a disputed item, by the treatment that its request names.

Belongs here: which of several treatments that a request names is the one asked for, and what the rest of the request
and of its letter makes of it. Does not belong here: what a treatment is called and which category the state gives it
(vocabulary/treatments.csv), and the drugs (`item_drugs`), of which only the class comes in.

Two things decide between several treatments: where they stand and which role treatments.csv gives them. A request is
cut into segments at prepositions, at conjunctions and at doses. The first segment that names a treatment holds the one
asked for ("MRI of the knee, to plan an arthroscopy"); within a segment the role decides ("arthroscopy consultation").
"""

from functools import reduce
from typing import Final

import polars as pl

from imr_etl.vocabulary import find_terms, words

KEYS: Final = ("sha256", "item_number")
FOUND: Final = ("category", "subcategory", "treatment")

ROLES: Final = {
    "support": 0,
    "supplies": 0,
    "service": 1,
    "preoperative test": 1,
    "modality": 2,
    "visit": 3,
    "consult": 3,
    "evaluation": 3,
    "referral": 3,
    "injection": 4,
    "block": 4,
    "procedure": 5,
    "operation": 5,
    "follow-up": 6,
    "specialty": 7,
    "setting": 7,
    "generic": 8,
    "prescription": 9,
    "perioperative": 10,
    "site": 11,
    "context": 11,
}
"""Role in treatments.csv -> its rank within a segment, where the lowest is asked for.

- support: serves another service and is meant beside any (transportation, assistant surgeon). supplies: what a device
  needs, meant even where the device is named.
- service: a test, device, therapy or program. preoperative test: one that surgeons order before operations. modality: a
  part of a therapy session, also asked for alone.
- visit: time of a physician. consult: a visit that can be about an operation. evaluation, referral: a consult that can
  lead to a service. follow-up: a visit, unless it only says that something is done again. specialty: who is seen.
- injection, procedure: each with a subcategory of its own. block, operation: with that of the site or technique named.
- setting: where or how something is done. generic: a word that any other treatment explains. prescription: a word of
  prescriptions. perioperative: says that a service belongs to an operation.
- site: a site or technique. context: what looks like a treatment and is none. These two are never asked for.
"""

YIELDING: Final = {"evaluation": 1, "referral": 1, "generic": 2, "prescription": 2, "perioperative": 3}
"""Role that yields to what any other segment names -> how readily it yields."""

WEAK: Final = ("generic", "prescription", "perioperative")
"""Roles that also yield to a drug."""

SILENT: Final = ("site", "context")
INJECTIONS: Final = ("injection", "block")
OPERATIONS: Final = ("procedure", "operation")
SURGICAL_OPINIONS: Final = ("consult", "evaluation", "referral", "specialty")
VISITS: Final = (*SURGICAL_OPINIONS, "visit", "follow-up")

LEADS_TO: Final = {
    "evaluation": ("Rehabilitation", "Programs", "Home Health"),
    "referral": ("Rehabilitation", "Programs", "Home Health", "Psych Services", "Diagnostic Testing", "DMEPOS"),
}
"""What is asked for instead of the evaluation or referral that leads to it ("referral for acupuncture")."""

ADJUNCT: Final = ("Surgery", "Adjunct Surgical Services")
SURGICAL_CONSULT: Final = ("Surgery", "Surgical Consult")
PSYCHIATRIC_VISIT: Final = ("Psych Services", "Evaluation & Management")
DENTAL: Final = ("Evaluation & Management", "Dental Services")
ARTHROSCOPIC: Final = ("Surgery", "Arthroscopic Surgery")
OPEN: Final = ("Surgery", "Non-arthroscopic Surgery")
SPINE: Final = ("Surgery", "Spine")

STRENGTH: Final = r"\b\d[\d.,/-]* ?(?:mg|mcg|meq|milligrams?|micrograms?)\b"
QUANTITY: Final = r"\b\d[\d.]* ?(?:%|(?:ml|cc|gms?|grams?|tabs?|tablets?|caps?|capsules?|pills?)\b)|#"
PREPOSITION: Final = (
    r"\b(?:for|with|w|to|after|following|status post|s/p|before|prior|pending|until|through|during|due|because"
    r"|secondary|under|via|by|on|at|from|in|into|as|per)\b"
)
CONJUNCTION: Final = r"[,;:()\[\]/&+\u2013\u2014]| - |\b(?:and|or|plus|then|including|includes?|versus|vs)\b"

BORDER: Final = "\u241e"
BORDERS: Final = {"D": f"{STRENGTH}|{QUANTITY}", "P": PREPOSITION, "C": CONJUNCTION}
"""Letter behind a border -> what begins a segment: a dose, a preposition, a conjunction or mark. S begins the text."""

OPENING: Final = (
    rf"^({BORDER}S(?:\W*(?:retro(?:spective(?:ly)?)?|prospective|additional|initial|the|request(?:s|ed)?|review))+ )"
    rf"{BORDER}P"
)
"""An opening whose preposition parts nothing: "Retrospective request for ..."."""


def categories(items: pl.DataFrame) -> pl.DataFrame:
    """The state's category of each item.

    Args:
        items: one row per item: sha256, item_number, request, disputed, and drug_class (String: the class of the first
            drug that the disputed text names, null where it names none). All items of a letter belong into one frame,
            for one tells of another: a blood count beside an operation is an adjunct of the operation.

    Returns:
        sha256, item_number, category, subcategory, treatment: one row per item, in the order given. Category is null
        where no treatment and no drug is known. Subcategory is null beside a category for a prescription of an unknown
        drug. Treatment is the name in treatments.csv, null for drugs.
    """
    texts = items.select("request", "disputed", "drug_class").unique(maintain_order=True).with_row_index("item")
    said = _asked_for(texts, "disputed")
    unsaid = texts.join(said, on="item", how="anti").filter(pl.col("drug_class").is_null())
    read = texts.join(pl.concat((said, _asked_for(unsaid, "request"))), on="item", how="left").pipe(_with_drugs)
    return (
        items.select(*KEYS, "request", "disputed", "drug_class")
        .join(read, on=("request", "disputed", "drug_class"), how="left", nulls_equal=True, maintain_order="left")
        .pipe(_beside_operations)
        .select(*KEYS, *FOUND)
    )


def unknown_treatments(items: pl.DataFrame) -> pl.DataFrame:
    """The items whose category is null, for `problems`: sha256, item_number, excerpt (the disputed text).

    Args:
        items: sha256, item_number, disputed, category.
    """
    return items.filter(pl.col("category").is_null()).select(*KEYS, excerpt="disputed")


def _asked_for(items: pl.DataFrame, text: str) -> pl.DataFrame:
    """The treatment that each text asks for: one row per `item` whose text names any, with its role and its place."""
    terms = _terms(items, text)
    return (
        terms.pipe(_without_purposes)
        .filter(pl.col("role").is_in(SILENT).not_())
        .sort("item", "yields", "segment", "rank", pl.col("subcategory").is_null(), "token")
        .unique("item", keep="first", maintain_order=True)
        .join(_told(terms), on="item", how="left", maintain_order="left")
        .pipe(_as_told)
    )


def _terms(items: pl.DataFrame, text: str) -> pl.DataFrame:
    """The terms of treatments.csv in the texts: with rank, segment, and the prepositions and doses before each."""
    role = pl.col("role")
    return (
        find_terms(items, text, "treatments", "item")
        .pipe(_without_names_of_drugs, items, text)
        .sort("item", "token")
        .join_asof(
            _segments(items, text),
            left_on="token",
            right_on="start",
            by="item",
            strategy="backward",
            check_sortedness=False,
        )
        .with_columns(rank=role.replace_strict(ROLES), yields=role.replace_strict(YIELDING, default=0))
    )


def _without_names_of_drugs(terms: pl.DataFrame, items: pl.DataFrame, text: str) -> pl.DataFrame:
    """The terms without those that are a part of a drug's name or of its release form ("Effexor XR" is no X-ray)."""
    drugs = find_terms(items, text, "drugs", "item").select(
        "item", begin="token", end=pl.col("token") + pl.col("tokens")
    )
    forms = find_terms(items, text, "drug_modifiers", "item").select("item", "token", "tokens")
    formed = forms.join(drugs, left_on=["item", "token"], right_on=["item", "end"]).select(
        "item", "begin", end=pl.col("token") + pl.col("tokens")
    )
    ends = pl.col("token") + pl.col("tokens")
    inside = (
        terms.join(pl.concat([drugs, formed]), on="item")
        .filter((pl.col("token") >= pl.col("begin")) & (ends <= pl.col("end")))
        .filter((pl.col("end") - pl.col("begin") > pl.col("tokens")) & pl.col("role").is_in(INJECTIONS).not_())
    )
    return terms.join(inside, on=["item", "token"], how="anti")


def _segments(items: pl.DataFrame, text: str) -> pl.DataFrame:
    """The segments of the texts: item, start (how many tokens stand before), segment, prepositions, doses (so far)."""
    opened = pl.concat_str(pl.lit(f"{BORDER}S"), pl.col(text).str.to_lowercase())
    bordered = reduce(
        lambda marked, border: marked.str.replace_all(border[1], f"{BORDER}{border[0]}$0"), BORDERS.items(), opened
    )
    return (
        items.select("item", piece=bordered.str.replace(OPENING, "$1").str.split(BORDER).list.slice(1))
        .explode("piece")
        .with_columns(
            border=pl.col("piece").str.slice(0, 1),
            tokens=words(pl.col("piece").str.slice(1)).str.count_matches("[^ ]+"),
        )
        .select(
            "item",
            start=(pl.col("tokens").cum_sum() - pl.col("tokens")).over("item").cast(pl.Int64),
            segment=pl.col("piece").cum_count().over("item"),
            prepositions=(pl.col("border") == "P").cum_sum().over("item"),
            doses=(pl.col("border") == "D").cum_sum().over("item"),
        )
    )


def _without_purposes(terms: pl.DataFrame) -> pl.DataFrame:
    """The terms without those that only tell what an evaluation or a referral is for ("evaluation for a fusion")."""
    segment = pl.col("segment")
    leads = pl.when(pl.col("role").is_in(tuple(LEADS_TO)))
    opens = leads.then(segment).min().over("item")
    opener = leads.then(pl.col("role")).drop_nulls().first().over("item")
    is_ahead = (segment < opens) | ((segment == opens) & (pl.col("rank") <= ROLES["evaluation"]))
    is_led_to = pl.any_horizontal(
        (opener == leader) & pl.col("category").is_in(services) for leader, services in LEADS_TO.items()
    )
    return terms.filter(opens.is_null() | is_ahead | is_led_to)


def _told(terms: pl.DataFrame) -> pl.DataFrame:
    """What the terms of a text, whichever is asked for, tell of it: one row per item."""
    role, is_site = pl.col("role"), pl.col("role") == "site"
    is_operation = (pl.col("category") == "Surgery") & role.is_in((*OPERATIONS, "generic"))
    is_arthroscope = is_site | (pl.col("treatment") == "arthroscopy")
    is_injected = is_site & (pl.col("category") == "Injection")
    return terms.group_by("item").agg(
        is_psychiatric=(pl.col("category") == PSYCHIATRIC_VISIT[0]).any(),
        is_dental=_is(DENTAL).any(),
        is_perioperative=(_is(ADJUNCT) & (role != "setting")).any(),
        is_surgical=(_is(SURGICAL_CONSULT) | is_operation).any(),
        is_arthroscopic=_is(ARTHROSCOPIC).any(),
        by_arthroscope=(_is(ARTHROSCOPIC) & is_arthroscope).any(),
        is_open=(_is(OPEN) & is_site).any(),
        is_spinal=_is(SPINE).any(),
        injected_at=pl.col("subcategory").filter(is_injected).first(),
    )


def _as_told(asked: pl.DataFrame) -> pl.DataFrame:
    """Category and subcategory of the treatments asked for, in the light of the rest of their texts."""
    role, is_surgery = pl.col("role"), pl.col("category") == "Surgery"
    is_visit = role.is_in(VISITS)
    is_unspecified = is_surgery & (role == "generic")
    takes_technique = is_unspecified | (role == "operation")
    is_adjunct = is_visit | is_unspecified | (role == "preoperative test")
    is_opened = _is(ARTHROSCOPIC) & pl.col("is_open") & pl.col("by_arthroscope").not_()
    return asked.with_columns(
        pl.when(is_visit & pl.col("is_psychiatric"))
        .then(_pair(PSYCHIATRIC_VISIT))
        .when(is_adjunct & pl.col("is_perioperative"))
        .then(_pair(ADJUNCT))
        .when(is_visit & pl.col("is_dental"))
        .then(_pair(DENTAL))
        .when(role.is_in(SURGICAL_OPINIONS) & pl.col("is_surgical"))
        .then(_pair(SURGICAL_CONSULT))
        .when((role == "block") & pl.col("injected_at").is_not_null())
        .then(pl.struct(category="category", subcategory="injected_at"))
        .when(is_opened)
        .then(_pair(OPEN))
        .when(takes_technique & pl.col("is_arthroscopic"))
        .then(_pair(ARTHROSCOPIC))
        .when(takes_technique & pl.col("is_spinal"))
        .then(_pair(SPINE))
        .otherwise(pl.struct("category", "subcategory"))
        .struct.unnest()
    )


def _with_drugs(items: pl.DataFrame) -> pl.DataFrame:
    """The items with Pharmaceuticals as the category of those that ask for a drug.

    A treatment behind a preposition or a dose only stands beside the drug ("Valium before the MRI"), but an injection
    behind a dose does not ("Toradol 60 mg injection").
    """
    role = pl.col("role")
    is_prescribed = pl.col("drug_class").is_not_null() | pl.col("disputed").str.to_lowercase().str.contains(STRENGTH)
    comes_first = (pl.col("prepositions") == 0) & ((pl.col("doses") == 0) | role.is_in(INJECTIONS))
    is_treatment = (role.is_in(WEAK).not_() & comes_first).fill_null(value=False)
    is_worded = (role == "prescription").fill_null(value=False)
    is_drug = (is_prescribed & is_treatment.not_()) | is_worded
    drug_class = pl.coalesce("drug_class", pl.when(is_worded).then("subcategory"))
    return items.with_columns(
        category=pl.when(is_drug).then(pl.lit("Pharmaceuticals")).otherwise("category"),
        subcategory=pl.when(is_drug).then(drug_class).otherwise("subcategory"),
        treatment=pl.when(is_drug.not_()).then("treatment"),
    )


def _beside_operations(items: pl.DataFrame) -> pl.DataFrame:
    """The items with the tests that surgeons order before operations as adjuncts, where their letter has one."""
    is_operation = (pl.col("category") == "Surgery") & _is(SURGICAL_CONSULT).not_()
    has_operation = (is_operation | pl.col("is_perioperative")).fill_null(value=False).any().over("sha256")
    is_test = (pl.col("role") == "preoperative test") & pl.col("treatment").is_not_null()
    return items.with_columns(
        pl.when(is_test & has_operation)
        .then(_pair(ADJUNCT))
        .otherwise(pl.struct("category", "subcategory"))
        .struct.unnest()
    )


def _is(pair: tuple[str, str]) -> pl.Expr:
    """Whether a row has this category and subcategory."""
    return (pl.col("category") == pair[0]) & (pl.col("subcategory") == pair[1])


def _pair(pair: tuple[str, str]) -> pl.Expr:
    """A category and its subcategory as a struct."""
    return pl.struct(category=pl.lit(pair[0]), subcategory=pl.lit(pair[1]))
