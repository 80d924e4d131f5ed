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

from imr_etl.transform.item_drugs import reads_like_a_prescription
from imr_etl.transform.visits import states_sessions
from imr_etl.vocabulary import alias_table, words
from imr_etl.vocabulary.spelling import find_in_requests

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
    "route": 11,
    "level": 11,
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
- route: how a drug is given; it makes an injection of a drug. level: it makes a laboratory test of a drug. site: a site
  or technique. context: what looks like a treatment and is none. These four are never asked for.
"""

YIELDING: Final = {"evaluation": 1, "referral": 1, "generic": 2, "prescription": 2, "perioperative": 3}
"""Role that yields to what any other segment names -> how readily it yields."""

WEAK: Final = ("generic", "prescription", "perioperative")
"""Roles that also yield to a drug."""

SILENT: Final = ("route", "level", "site", "context")
INJECTIONS: Final = ("injection", "block")
OPERATIONS: Final = ("procedure", "operation")
SEPARATE: Final = ("service", "preoperative test", *INJECTIONS, *OPERATIONS)
"""Roles of treatments that are asked for by themselves, also where another one stands beside them."""

SURGICAL_OPINIONS: Final = ("consult", "evaluation", "referral", "specialty")
VISITS: Final = (*SURGICAL_OPINIONS, "visit", "follow-up")

LEADS_TO: Final = {
    "evaluation": ("Rehabilitation", "Programs", "Home Health"),
    "referral": ("Rehabilitation", "Programs", "Home Health", "Psych Services", "Diagnostic Testing", "DMEPOS"),
}
"""What is asked for instead of the evaluation or referral that leads to it ("referral for acupuncture")."""

IN_CLINIC: Final = ("Rehabilitation", "Other Therapies")
UNNAMED_DEVICE: Final = "device without a known name"
LEVEL: Final = ("Diagnostic Testing", "Lab & Pathology", "hormone and vitamin levels")
BY_NEEDLE: Final = ("Injection", "Injection", "drug by needle")
ADJUNCT: Final = ("Surgery", "Adjunct Surgical Services")
SURGICAL_CONSULT: Final = ("Surgery", "Surgical Consult")
PSYCHIATRIC_VISIT: Final = ("Psych Services", "Evaluation & Management")
DENTAL: Final = ("Evaluation & Management", "Dental Services")
ARTHROSCOPIC: Final = ("Surgery", "Arthroscopic Surgery")
OPEN: Final = ("Surgery", "Non-arthroscopic Surgery")
SPINE: Final = ("Surgery", "Spine")

AFTER_OPERATIONS: Final = ("DMEPOS", "Home Health", "Rehabilitation", "Transportation")
"""Categories of what serves an operation and stands among its adjuncts."""

STRENGTH: Final = r"\b\d[\d.,/-]* ?(?:mg|mcg|meq|milligrams?|micrograms?)\b"
QUANTITY: Final = r"\b\d[\d.]* ?(?:%|(?:ml|cc|gms?|grams?|tabs?|tablets?|caps?|capsules?|pills?)\b)|#"
RELEASE: Final = r"(?i)\bxr((?:\W+(?:tab(?:let)?|cap(?:sule)?)s?)?\W+\d[\d.,/-]* ?(?:mg|mcg))"
"""XR before a dose is a release form, no X-ray; ER is the same without a second meaning."""

DOTTED: Final = r"(?i)\b(\pL)\.(\pL)\.(?:(\pL)\.)?(?:(\pL)\.)?"
"""An abbreviation with periods: "p.o.", "b.i.d.", "E.M.G."."""

PREPOSITION: Final = (
    r"\b(?:for|with|w|to|if|unless|when|while|before|prior|pending|until|through|during"
    r"|due|because|secondary|under|via|by|on|at|from|in|into|as|per)\b"
)
AFTER: Final = (
    r"\b(?:after|following|status post|s/p|(?:upon )?completion of"
    r"|post(?: |-)?(?:(?:physical|occupational|massage|aquatic) therapy|pt|ot|acupuncture|chiropractic|injections?)\b)"
)
"""What follows it is done already: "re-evaluation post-PT"."""

CONJUNCTION: Final = r"[,;:()\[\]/&+\u2013\u2014]| - |\b(?:and|or|plus|then|including|includes?|versus|vs)\b"

BORDER: Final = "\u241e"
BORDERS: Final = {"D": f"{STRENGTH}|{QUANTITY}", "P": PREPOSITION, "A": AFTER, "C": CONJUNCTION}
"""Character after a border -> what begins a segment: a dose, a preposition, one of time past, a conjunction or mark.

S begins the text.
"""

OPENING: Final = (
    rf"^({BORDER}S(?:\W*(?:retro(?:spective(?:ly)?)?|prospective|additional|initial|the|request(?:s|ed)?|review))+ )"
    rf"{BORDER}P"
)
"""An opening whose preposition separates nothing: "Retrospective request for ..."."""


def categories(items: pl.DataFrame) -> pl.DataFrame:
    """Decide the state's category of each item.

    Args:
        items: one row per item: sha256, item_number, request, disputed, and drug_class (String: the class of the first
            drug that the disputed text names, null where it names none). All items of a letter must be in one frame:
            a blood count beside an operation is an adjunct of the operation.

    Returns:
        sha256, item_number, category, subcategory, treatment, several_treatments: one row per item, in the order given.
        Category is null where no treatment and no drug is known. Subcategory is null beside a category for a
        prescription of an unknown drug. Treatment is the name in treatments.csv, null for drugs. several_treatments:
        another treatment, of another subcategory, is asked for beside this one.
    """
    texts = items.select("request", "disputed", "drug_class").unique(maintain_order=True).with_row_index("item")
    of_disputed = _asked_for(texts, "disputed")
    without = texts.join(of_disputed, on="item", how="anti").filter(pl.col("drug_class").is_null())
    asked = pl.concat((of_disputed, _asked_for(without, "request")))
    read = texts.join(asked, on="item", how="left").pipe(_with_drugs)
    return (
        items.select(*KEYS, "request", "disputed", "drug_class")
        .join(read, on=("request", "disputed", "drug_class"), how="left", nulls_equal=True, maintain_order="left")
        .pipe(_beside_operations)
        .select(*KEYS, *FOUND, pl.col("several_treatments").fill_null(value=False))
    )


def unknown_treatments(items: pl.DataFrame) -> pl.DataFrame:
    """Find the items that name no known treatment, or a device by nothing but its noun ("Zomax unit").

    Args:
        items: sha256, item_number, disputed, category, treatment.

    Returns:
        sha256, item_number, excerpt (the disputed text), for `problems`.
    """
    is_unknown = pl.col("category").is_null() | (pl.col("treatment") == UNNAMED_DEVICE).fill_null(value=False)
    return items.filter(is_unknown).select(*KEYS, excerpt="disputed")


def _asked_for(items: pl.DataFrame, text: str) -> pl.DataFrame:
    """Find the treatment that each text asks for: one row per `item` whose text names any, with its role and place."""
    terms = _terms(
        items.with_columns(pl.col(text).str.replace_all(RELEASE, "er$1").str.replace_all(DOTTED, "$1$2$3$4 ")), text
    )
    return (
        terms.pipe(_without_purposes)
        .filter(pl.col("role").is_in(SILENT).not_())
        .sort("item", "yields", "segment", "rank", pl.col("subcategory").is_null(), "token")
        .unique("item", keep="first", maintain_order=True)
        .pipe(_beside_others, terms)
        .pipe(_in_clinic, items, text)
        .join(_contexts(terms), on="item", how="left", maintain_order="left")
        .pipe(_in_context)
    )


def _beside_others(asked: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Add several_treatments: another segment, after no preposition, names a treatment of another subcategory.

    "Acupuncture and massage" are two, "acupuncture with massage" and the steps of an operation one.
    """
    others = (
        terms.filter(pl.col("role").is_in(SEPARATE))
        .join(asked.filter(pl.col("role").is_in(SEPARATE)), on=["item", "prepositions"], suffix="_asked")
        .filter(
            (pl.col("segment") != pl.col("segment_asked"))
            & (pl.col("subcategory") != pl.col("subcategory_asked"))
            & ((pl.col("category") == "Surgery") & (pl.col("category_asked") == "Surgery")).not_()
        )
    )
    return asked.with_columns(several_treatments=pl.col("item").is_in(others["item"].unique().implode()))


def _in_clinic(asked: pl.DataFrame, items: pl.DataFrame, text: str) -> pl.DataFrame:
    """Replace a passive modality by its treatment in a clinic, where a number of sessions is asked for.

    "TENS 2x4" is treatment in a clinic, "TENS unit, 2 pairs of electrodes" a device.
    """
    nouns = alias_table("treatments").filter(pl.col("treatment") == UNNAMED_DEVICE)["alias"].to_list()
    candidates = asked.filter(pl.col("in_clinic").is_not_null()).select("item").join(items, on="item")
    if candidates.is_empty():
        return asked
    in_clinic = candidates.filter(states_sessions(pl.col(text)) & words(pl.col(text)).str.contains_any(nouns).not_())[
        "item"
    ]
    is_in_clinic = pl.col("item").is_in(in_clinic.implode())
    return asked.with_columns(
        pl.when(is_in_clinic).then(pl.lit(value)).otherwise(name).alias(name)
        for name, value in zip(("category", "subcategory"), IN_CLINIC, strict=True)
    ).with_columns(treatment=pl.when(is_in_clinic).then("in_clinic").otherwise("treatment"))


def _terms(items: pl.DataFrame, text: str) -> pl.DataFrame:
    """Find the terms of treatments.csv in the texts: with rank, segment, and the prepositions and doses before each."""
    role = pl.col("role")
    return (
        find_in_requests(items, text, "treatments", "item")
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
    """Drop the terms that are a part of a drug's name, or a release or dosage form of a drug that the text names.

    "Effexor XR" is no X-ray, "Suboxone film" no X-ray film.
    """
    drugs = find_in_requests(items, text, "drugs", "item").select(
        "item", begin="token", end=pl.col("token") + pl.col("tokens")
    )
    modifiers = find_in_requests(items, text, "drug_modifiers", "item").select("item", "token", "tokens")
    modified = modifiers.join(drugs, left_on=["item", "token"], right_on=["item", "end"]).select(
        "item", "begin", end=pl.col("token") + pl.col("tokens")
    )
    ends = pl.col("token") + pl.col("tokens")
    forms = alias_table("dosage_forms")["alias"]
    is_form = pl.col("alias").is_in(forms.implode()) & pl.col("item").is_in(drugs["item"].unique().implode())
    inside = (
        terms.join(pl.concat([drugs, modified]), on="item")
        .filter((pl.col("token") >= pl.col("begin")) & (ends <= pl.col("end")))
        .filter(pl.col("end") - pl.col("begin") > pl.col("tokens"))
    )
    dropped = pl.concat([inside.select(terms.columns), terms.filter(is_form)])
    return terms.join(dropped.filter(pl.col("role").is_in(INJECTIONS).not_()), on=["item", "token"], how="anti")


def _segments(items: pl.DataFrame, text: str) -> pl.DataFrame:
    """Cut the texts into segments.

    Returns item, start (how many tokens stand before), segment, is_past, prepositions and doses (so far).
    """
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
            is_past=pl.col("border") == "A",
            prepositions=pl.col("border").is_in(("P", "A")).cum_sum().over("item"),
            doses=(pl.col("border") == "D").cum_sum().over("item"),
        )
    )


def _without_purposes(terms: pl.DataFrame) -> pl.DataFrame:
    """Drop the terms that only say what an evaluation or a referral is for ("evaluation for a fusion")."""
    segment = pl.col("segment")
    leads = pl.when(pl.col("role").is_in(tuple(LEADS_TO)))
    opens = leads.then(segment).min().over("item")
    opener = leads.then(pl.col("role")).drop_nulls().first().over("item")
    is_ahead = (segment < opens) | ((segment == opens) & (pl.col("rank") <= ROLES["evaluation"]))
    is_led_to = pl.any_horizontal(
        (opener == leader) & pl.col("category").is_in(services) for leader, services in LEADS_TO.items()
    )
    return terms.filter(opens.is_null() | is_ahead | (is_led_to & ~pl.col("is_past")))


def _contexts(terms: pl.DataFrame) -> pl.DataFrame:
    """Return what the terms of each text show, whichever of them is asked for: one row per item."""
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


def _in_context(asked: pl.DataFrame) -> pl.DataFrame:
    """Decide category and subcategory of the treatments asked for by the rest of their texts."""
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
    """Make prescriptions of the items that ask for a drug, injections of those that give its route.

    A treatment after a preposition or a dose is not asked for beside the drug ("Valium before the MRI"), but an
    injection after a dose is ("Toradol 60 mg injection").
    """
    role = pl.col("role")
    in_form = items.filter(role.is_null()).pipe(reads_like_a_prescription, "disputed", "item")
    is_dosed = pl.col("disputed").str.to_lowercase().str.contains(STRENGTH) | pl.col("item").is_in(in_form.implode())
    is_prescribed = pl.col("drug_class").is_not_null() | is_dosed
    comes_first = (pl.col("prepositions") == 0) & ((pl.col("doses") == 0) | role.is_in(INJECTIONS))
    is_treatment = (role.is_in(WEAK).not_() & comes_first).fill_null(value=False)
    is_worded = (role == "prescription").fill_null(value=False)
    is_drug = (is_prescribed & is_treatment.not_()) | is_worded
    terms = find_in_requests(items, "disputed", "treatments", "item")
    by_needle, measured = (
        pl.col("item").is_in(terms.filter(pl.col("role") == name)["item"].implode()) for name in ("route", "level")
    )
    is_counted = pl.col("disputed").str.to_lowercase().str.contains(QUANTITY)
    # A drug with its dose and a treatment that is no injection of it are two requests.
    is_separate = role.is_in(SEPARATE) & role.is_in(INJECTIONS).not_() & (pl.col("prepositions") == 0)
    is_beside_drug = (is_separate & pl.col("drug_class").is_not_null() & (is_dosed | is_counted)).fill_null(value=False)
    drug_class = pl.coalesce("drug_class", pl.when(is_worded).then("subcategory"))
    drug = pl.struct(category=pl.lit("Pharmaceuticals"), subcategory=drug_class, treatment=pl.lit(None, pl.String))
    return items.with_columns(
        pl.when(is_drug & is_prescribed & by_needle)
        .then(_row(BY_NEEDLE))
        .when(is_drug & measured & ~is_dosed & ~is_counted)
        .then(_row(LEVEL))
        .when(is_drug)
        .then(drug)
        .otherwise(pl.struct(FOUND))
        .struct.unnest(),
        several_treatments=pl.when(is_drug)
        .then(is_beside_drug)
        .otherwise(pl.col("several_treatments") | is_beside_drug),
    )


def _beside_operations(items: pl.DataFrame) -> pl.DataFrame:
    """Make the tests that surgeons order before operations adjuncts, where they stand beside an operation.

    Only items that have a part in an operation may stand between the two, not a drug, an image or a consultation.
    """
    is_operation = (pl.col("category") == "Surgery") & _is(SURGICAL_CONSULT).not_()
    is_surgical = (is_operation | pl.col("is_perioperative")).fill_null(value=False)
    is_test = (pl.col("role") == "preoperative test") & pl.col("treatment").is_not_null()
    has_part = is_surgical | (is_test | pl.col("category").is_in(AFTER_OPERATIONS)).fill_null(value=False)
    stretch = has_part.not_().cast(pl.Int64).cum_sum().over("sha256", order_by="item_number")
    return (
        items.with_columns(stretch=stretch)
        .with_columns(
            pl.when(is_test & is_surgical.any().over("sha256", "stretch"))
            .then(_pair(ADJUNCT))
            .otherwise(pl.struct("category", "subcategory"))
            .struct.unnest()
        )
        .drop("stretch")
    )


def _is(pair: tuple[str, str]) -> pl.Expr:
    """Check whether a row has this category and subcategory."""
    return (pl.col("category") == pair[0]) & (pl.col("subcategory") == pair[1])


def _row(row: tuple[str, str, str]) -> pl.Expr:
    """Build a struct of a category, a subcategory and a treatment."""
    return pl.struct(pl.lit(value).alias(name) for name, value in zip(FOUND, row, strict=True))


def _pair(pair: tuple[str, str]) -> pl.Expr:
    """Return a category and its subcategory as a struct."""
    return pl.struct(category=pl.lit(pair[0]), subcategory=pl.lit(pair[1]))
