"""`rationale_reasons`: why the reviewer upheld the denial of an item, as far as the rationale says so.

Belongs here: which sentences of a rationale count, and which phrase gives a reason. Does not belong here: the phrases
(vocabulary/rationale_words.csv), the reasons (rationale_reasons.csv), and whether a decision rests on that about an
operation (`ancillary`).

A sentence counts where it is about this patient: it names the patient, the records or the request, and its subject is
no guideline. "May be extended with documentation of functional improvement" is said of a guideline, even if none is
named. Sentences are put into a small language, as requests are by `visits`: roles of rationale_words.csv are tokens in
capitals, and each rule is one short pattern.
"""

from functools import cache
from typing import Final

import polars as pl

from imr_etl.transform.rationale_sentences import sentences
from imr_etl.vocabulary import alias_table, code_table, words

KEY: Final = ["sha256", "item_number"]
DEPENDS: Final = "depends_on_denied_item"

ANY: Final = "(?:[^ C][^ ]*  )"
"""A token of the same clause: a role's token begins with its capital, and only CLAUSE begins with C."""

BE: Final = "(?:is|are|was|were|be|been|being)"
SUBJECT_GUIDELINE: Final = (
    r"^ (?:[^ A-Z]+  )?(?:(?:according  to|as  per|per|based  (?:up)?on|under|by|in  accordance  with|with  regards?"
    r"  to)  )?(?:(?:the|ca|california|state|current|cited|these|those|applicable|both|such)  ){0,3}GUIDELINE "
)
RULES: Final = {
    "lacking": rf" NEGATION  {ANY}{{0,16}}?TOKEN | TOKEN  {ANY}{{0,14}}?{BE}  NEGATION ",
    "of the request lacking": (
        rf" REQUEST  {ANY}{{0,16}}?NEGATION  {ANY}{{0,8}}?TOKEN | NEGATION  {ANY}{{0,8}}?TOKEN  {ANY}{{0,10}}?REQUEST "
        rf"| TOKEN  {ANY}{{0,10}}?REQUEST  {ANY}{{0,6}}?{BE}  NEGATION "
        rf"| REQUEST  {ANY}{{0,10}}?TOKEN  {ANY}{{0,6}}?{BE}  NEGATION "
    ),
    "stated": " TOKEN ",
    "of request": " REQUEST .*TOKEN | TOKEN .*REQUEST ",
    "of guideline": " GUIDELINE .*TOKEN .*REQUEST | REQUEST .*TOKEN .*GUIDELINE | REQUEST .*GUIDELINE .*TOKEN ",
}
"""Role of a phrase -> where a sentence says that the reason holds; TOKEN stands for the phrase."""


def rationale_reasons(items: pl.DataFrame) -> pl.DataFrame:
    """Read why items were upheld: sha256, item_number, position (Int32, from 1), reason; each reason once.

    Takes decision, rationale and decision_follows_parent. Reasons are in the order of rationale_reasons.csv; an item of
    which none is found has no row.
    """
    upheld = items.filter((pl.col("decision") == "upheld") & pl.col("rationale").is_not_null())
    depends = upheld.filter("decision_follows_parent").select(*KEY, reason=pl.lit(DEPENDS))
    order = code_table("rationale_reasons").select("reason").with_row_index("place")
    return (
        pl.concat([_in_sentences(upheld.select(*KEY, "rationale")), depends])
        .unique()
        .join(order, on="reason")
        .sort(*KEY, "place")
        .select(*KEY, position=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over(KEY), reason="reason")
    )


def _in_sentences(rationales: pl.DataFrame) -> pl.DataFrame:
    """Find the reasons that sentences about the patient give: KEY, reason; a reason once per sentence."""
    said = sentences(rationales).with_columns(text=_language(pl.col("sentence")))
    text = pl.col("text")
    names_case = text.str.contains(" PATIENT | REQUEST ") | (
        text.str.contains(" EXISTENCE ") & ~text.str.contains(" GUIDELINE ")
    )
    about = said.filter(names_case & ~text.str.contains(SUBJECT_GUIDELINE))
    return pl.concat(
        about.filter(text.str.contains(pattern)).select(*KEY, reason=pl.lit(reason)) for reason, pattern in _patterns()
    )


def _language(sentence: pl.Expr) -> pl.Expr:
    """Write a sentence as tokens, those of rationale_words.csv in capitals."""
    aliases, tokens = _tokens()
    plain = sentence.str.replace_all(r"['\u2019]s\b", "").str.replace_all("[;:]", " but ")
    return words(plain).str.replace_many(aliases, tokens, leftmost=True)


@cache
def _tokens() -> tuple[list[str], list[str]]:
    """List the phrases, longest first, and the token that stands for each: its role, after its reason if it has one."""
    table = alias_table("rationale_words").sort(pl.col("alias").str.len_bytes(), descending=True, maintain_order=True)
    role = pl.col("role").str.to_uppercase().str.replace_all(" ", "_")
    token = pl.when(pl.col("reason").is_null()).then(role).otherwise(pl.concat_str(pl.lit("R_"), "reason", role))
    return table.get_column("alias").to_list(), table.select(pl.format(" {} ", token)).to_series().to_list()


@cache
def _patterns() -> list[tuple[str, str]]:
    """List each reason with a pattern of the sentences that give it."""
    rows = code_table("rationale_words").drop_nulls("reason").select("reason", "role").unique(maintain_order=True)
    return [
        (reason, RULES[role].replace("TOKEN", f"R_{reason}{role.upper().replace(' ', '_')}"))
        for reason, role in zip(rows["reason"], rows["role"], strict=True)
    ]
