"""The expert reviewer's credentials: the states that licensed the reviewer and the specialties.

Belongs here: splitting the two lists of newer letters and the sentence of older ones into names, and correcting the
names of states. Does not belong here: where the credentials stand in the letter (`imr_etl.parse.letter`), the names
of states and specialties (vocabulary/states.csv, specialties.csv), and which specialty is meant by one as written
(`imr_etl.transform.reviewers`).
"""

from functools import cache
from typing import Final

import polars as pl

from imr_etl.parse import patterns
from imr_etl.vocabulary import SEPARATOR, alias_table, code_table, words
from imr_etl.vocabulary.misspelled_names import known_names

MARK: Final = "\x1e"

PARENTHESIS: Final = r"\([^()]*\)"
JOINTS_OF_STATES: Final = r"(?i)\s+and\s+|[&/]"

# "is Board Certified in ...", ", has a subspecialty in ...", "and is licensed to practice in ..."
LICENSED: Final = r"(?i)^licensed? to practice(?: medicine)? in\b|^licensed in\b"
CREDENTIAL: Final = (
    r"(?i)\b(licensed? to practice(?: medicine)? in|licensed in|"
    r"(?:board[ -])?certified (?:in|by the American Board of)|board[ -]certified|"
    r"certificate (?:of added qualifications? )?in|certification in|"
    r"(?:sub-?)?special(?:ty|ties) (?:in|of)|speciali[sz]es in|fellowship[ -]trained in|fellowship in|doctor of)\b"
)
CREDENTIAL_END: Final = (
    r"(?i)(?:,?\s+(?:and\s+)?(?:has|is|holds|was|with|who)\b|\.\s+(?-i:\p{Lu}\p{Ll}|\p{Lu}/)|"
    r"[\s.,;]+$|[,\s]+and\s*$).*$"
)
STATE_OF: Final = r"(?i)^(?:the\s+)?(?:states?|commonwealth)\s+of\s+"
ALL_BUT_LAST_AND: Final = r"(?i)^(.+)\s+and\s+(.+?)$"
SLASHED: Final = r"^(.+?)\s*/\s*(.+)$"
FIRST_AND: Final = r"(?i)^(.+?)\s+and\s+(.+)$"


def reviewer(texts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the licenses and the specialties of each letter's reviewer, in the letter's order.

    Args:
        texts: one row per letter: `sha256`, `licensure_text` and `certification_text` (what follows the two
            labels of newer letters), `credentials_text` (the whole paragraph; read for what no label gives). Each with
            white space folded, or null.

    Returns:
        Licenses: `sha256`, `position` (from 1), `state` (its canonical name, an unknown one as written). Specialties:
        `sha256`, `position` (from 1), `specialty_as_written`. A letter that states none has no row.
    """
    in_prose = _stated_in_prose(texts)
    licenses = pl.concat([_listed(texts, "licensure_text", "states", JOINTS_OF_STATES), _states_in_prose(in_prose)])
    specialties = pl.concat([_listed(texts, "certification_text", "specialties"), _specialties_in_prose(in_prose)])
    return (
        _in_order(texts, _with_canonical_states(licenses), "state"),
        _in_order(texts, specialties.rename({"name": "specialty_as_written"}), "specialty_as_written"),
    )


def listed_credentials(text: pl.Expr, label: str) -> pl.Expr:
    """Return what follows a label of the credentials, up to the next label or reviewer; joined for several."""
    labels = (patterns.LICENSURE_LABEL, patterns.CERTIFICATION_LABEL)
    parts = text
    for each in labels:
        parts = parts.str.replace_all(each, f"{MARK}{'=' if each == label else ''}")
    of_label = parts.str.split(MARK).list.filter(pl.element().str.starts_with("="))
    lists = of_label.list.eval(
        pl.element().str.strip_prefix("=").str.replace(patterns.CREDENTIALS_END, "").str.strip_chars(" ,;.")
    )
    joined = lists.list.join(", ")
    return pl.when(joined != "").then(joined)


@cache
def state_aliases() -> pl.DataFrame:
    """Return the aliases of states with their postal abbreviations: `alias`, `state`."""
    abbreviations = code_table("states").select(words(pl.col("abbreviation")).alias("alias"), "state")
    return pl.concat([alias_table("states").select("alias", "state"), abbreviations]).unique(maintain_order=True)


def _listed(texts: pl.DataFrame, column: str, table: str, joints: str | None = None) -> pl.DataFrame:
    """Split a list at the commas that stand in no known name and no parenthesis: `sha256`, `name`."""
    text = pl.col(column)
    separated = text.str.replace_all(joints, ",") if joints else text
    return _named(texts.select("sha256", name=separated.str.extract_all(_piece(table))))


def _stated_in_prose(texts: pl.DataFrame) -> pl.DataFrame:
    """Read the credentials of a sentence: `sha256`, `name`, `is_license`, `has_states`, `has_specialties` (by a label).

    "licensed in" is said of states and of specialties.
    """
    part = pl.col("name")
    return (
        texts.select(
            "sha256",
            name=pl.col("credentials_text").str.replace_all(CREDENTIAL, f"{MARK}$1").str.split(MARK).list.slice(1),
            has_states=pl.col("licensure_text").is_not_null(),
            has_specialties=pl.col("certification_text").is_not_null(),
        )
        .explode("name")
        .drop_nulls("name")
        .with_columns(
            part.str.replace(CREDENTIAL, "")
            .str.replace(CREDENTIAL_END, "")
            .str.strip_chars()
            .str.replace(STATE_OF, ""),
            is_license=part.str.contains(LICENSED),
        )
        .with_columns(pl.col("is_license") & ~_is_known_specialty(part))
    )


def _states_in_prose(stated: pl.DataFrame) -> pl.DataFrame:
    """Return the states of credentials stated in a sentence: `sha256`, `name`."""
    licensed = stated.filter(pl.col("is_license") & ~pl.col("has_states"))
    return _listed(licensed, "name", "states", JOINTS_OF_STATES)


def _specialties_in_prose(stated: pl.DataFrame) -> pl.DataFrame:
    """Return the specialties of credentials stated in a sentence: `sha256`, `name`.

    "and" separates two of them where that leaves a known specialty, and none where both together are one.
    """
    certified = stated.filter(~pl.col("is_license") & ~pl.col("has_specialties"))
    pieces = _listed(certified, "name", "specialties")
    name = pl.col("name")
    last = [name.str.extract(ALL_BUT_LAST_AND, group) for group in (1, 2)]
    first = [name.str.extract(FIRST_AND, group) for group in (1, 2)]
    slashed = [name.str.extract(SLASHED, group) for group in (1, 2)]
    split = (
        pl.when(_is_known_specialty(name) | pl.all_horizontal(map(_is_known_specialty, slashed)))
        .then(pl.concat_list(name))
        .when(pl.all_horizontal(map(_is_known_specialty, last)))
        .then(pl.concat_list(last))
        .when(pl.all_horizontal(map(_is_known_specialty, first)))
        .then(pl.concat_list(first))
        .when(pl.any_horizontal(map(_is_known_specialty, last)))
        .then(pl.concat_list(last))
        .otherwise(pl.concat_list(name))
    )
    return _named(pieces.with_columns(name=split))


def _with_canonical_states(licenses: pl.DataFrame) -> pl.DataFrame:
    """Return licenses with `state`: the canonical name, an unknown one as written."""
    known = known_names(licenses.get_column("name"), state_aliases(), "state")
    return licenses.join(known, on="name", how="left", maintain_order="left").select(
        "sha256", state=pl.coalesce("canonical", "name")
    )


def _in_order(texts: pl.DataFrame, names: pl.DataFrame, column: str) -> pl.DataFrame:
    """Number the names of each letter: `position`."""
    order = texts.select("sha256").with_row_index("row")
    return (
        names.join(order, on="sha256", how="left", maintain_order="left")
        .sort("row", maintain_order=True)
        .select("sha256", pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("sha256").alias("position"), column)
    )


def _named(lists: pl.DataFrame) -> pl.DataFrame:
    """Return the names in lists, a row each, without those that have no alphabetic character: `sha256`, `name`."""
    name = pl.col("name")
    return (
        lists.explode("name")
        .with_columns(name.str.strip_chars().str.replace(r"(?i)^and\s+", "").str.strip_chars_end(" ;"))
        .with_columns(pl.when(name.str.contains(r"\.[^.]*\.$")).then(name).otherwise(name.str.strip_suffix(".")))
        .filter(name.str.contains(r"\p{L}"))
    )


def _is_known_specialty(name: pl.Expr) -> pl.Expr:
    return words(name).is_in(alias_table("specialties").get_column("alias").implode()).fill_null(value=False)


@cache
def _piece(table: str) -> str:
    """Build the pattern of one name of a list: anything up to a comma or semicolon that stands in no known name."""
    spellings = pl.concat_str(*code_table(table).columns[:1], "aliases", separator=SEPARATOR, ignore_nulls=True)
    with_comma = (
        code_table(table)
        .select(spelling=spellings.str.split(SEPARATOR))
        .explode("spelling")
        .filter(pl.col("spelling").str.contains(","))
        .select(pl.col("spelling").str.escape_regex().str.replace_all(r"\.", r"\.?", literal=True))
        .select(pl.col("spelling").str.replace_all(" ", r"\s*", literal=True))
        .get_column("spelling")
    )
    return rf"(?i)(?:\b(?:{'|'.join(with_comma)})|{PARENTHESIS}|[^,;])+"
