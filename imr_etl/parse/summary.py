"""What the clinical case summary says of the patient: age and sex.

Belongs here: reading them from the summary's prose. Does not belong here: where the summary begins and ends, its
diagnoses (`imr_etl.parse.diagnoses`), and any age worked out from a birth date: it would be a guess at the day that
the reviewer had in mind.
"""

from functools import cache
from typing import Final

import polars as pl

from imr_etl.vocabulary import alias_table, words

FIRST_AGE: Final = 14
LAST_AGE: Final = 99
"""The ages at which people are injured at work; other numbers of years are those of an injury or of a child."""

OPENING: Final = 500
"""Characters of a summary's opening, in which most state age and sex."""

YEARS_OLD: Final = r" ?(?:(?:y?ears?|yrs?|yeras?|yaers?|yeard) ?(?:old|of age|o|and \d+ months? old)|y ?o)"
OTHER_WORDS: Final = r"(?:[a-z\d]+ ){0,4}?"
MORE_WORDS: Final = r"(?:[a-z\d]+ ){5,8}?"
"""What can stand between age and sex: "right hand dominant", "Hispanic", "DOB 3/14/61". A single character for
the sex ("M") is nearer than a noun."""

EITHER_SEX: Final = r" (?:he she|she he|s he|his her|her his|him her|male female|female male) "

AGE_OF_NOBODY: Final = (
    r"(?i)\b\d{1,4}[\s-]*(?:years?|yrs?|y)[\s/-]*(?:old|o)\b[\s,-]+(?:[\w/-]+\s+){0,4}?"
    r"(?:fe)?(?:male|man|woman|gentleman|lady|worker|patient|applicant|claimant|employee)\b"
)
"""An age beside a word for the patient, whatever it is: "a 152 year old female"."""


def patient(letters: pl.DataFrame) -> pl.DataFrame:
    """Return age and sex of each letter's patient, by the first statement of the summary about either.

    Sex is taken from a noun beside the age ("48 year old male"), else from the first noun with an article, else from
    the first title or pronoun that implies it.

    Args:
        letters: one row per letter: sha256, clinical_summary (String, white space folded, null where there is none).

    Returns:
        sha256, patient_age (Int32, years), patient_sex (male, female), null where not stated; one row per letter, in
        the order given.
    """
    opening = _stated(letters.with_columns(pl.col("clinical_summary").str.head(OPENING)))
    # Most summaries open with age and sex side by side; only the others are read to their end.
    settled = opening.filter(pl.col("patient_age").is_not_null() & pl.col("is_beside_age"))
    others = _stated(letters.join(settled, on="sha256", how="anti", maintain_order="left"))
    return (
        letters.select("sha256")
        .join(pl.concat([settled, others]), on="sha256", how="left", maintain_order="left")
        .drop("is_beside_age")
    )


def unlikely_ages(letters: pl.DataFrame) -> pl.DataFrame:
    """Find the letters whose summary states only an age that no worker has.

    Takes sha256, clinical_summary, patient_age; returns sha256, excerpt (what the summary says).
    """
    stated = pl.col("clinical_summary").str.head(OPENING).str.extract(AGE_OF_NOBODY, 0)
    return letters.filter(pl.col("patient_age").is_null()).select("sha256", excerpt=stated).drop_nulls("excerpt")


def _stated(letters: pl.DataFrame) -> pl.DataFrame:
    """Return age and sex of each letter by its whole text, and whether the sex stands beside the age."""
    years, noun = _any_of(tuple(_years())), _any_of(_sex_words("noun"))
    noun_or_letter = _any_of(_sex_words("noun", "letter"))
    title_or_pronoun = _any_of(_sex_words("title", "pronoun"))
    stated = rf"(?:age|aged)(?: of| is| was)? ({years})"
    age = rf" (?:({years}){YEARS_OLD}|{stated}|(?:is|was) ({years}) years|{noun} of ({years})) "
    text = pl.col("text")
    return (
        letters.select(
            "sha256",
            text=words(pl.col("clinical_summary"))
            .str.replace_all("  ", " ", literal=True)
            .str.replace_all(EITHER_SEX, " "),
        )
        .with_columns(beside_age=text.str.extract(rf" {years}{YEARS_OLD} {OTHER_WORDS}({noun_or_letter}) "))
        .with_columns(
            # The last resort, which few need.
            after_age=pl.when(pl.col("beside_age").is_null())
            .then(text)
            .str.extract(rf" {years}{YEARS_OLD} {MORE_WORDS}({noun}) ")
        )
        .select(
            "sha256",
            patient_age=pl.coalesce(text.str.extract(age, group) for group in range(1, 5)).replace_strict(
                _years(), default=None, return_dtype=pl.Int32
            ),
            patient_sex=pl.coalesce(
                "beside_age",
                text.str.extract(rf" (?:an?|the|this|adult) ({noun}) "),
                text.str.extract(rf" ({title_or_pronoun}) "),
                "after_age",
            ).replace_strict(_sexes(), default=None, return_dtype=pl.String),
            is_beside_age=pl.col("beside_age").is_not_null(),
        )
    )


@cache
def _years() -> dict[str, int]:
    """Return years of age by the words or figures that a summary may write for them."""
    numbers = (
        alias_table("number_words")
        .select(_bare(pl.col("alias")), pl.col("number").cast(pl.Int32))
        .filter(pl.col("number").is_between(FIRST_AGE, LAST_AGE))
    )
    return dict(zip(numbers.get_column("alias"), numbers.get_column("number"), strict=True))


@cache
def _sexes() -> dict[str, str]:
    """Return sex by the word that implies it."""
    table = alias_table("sex_words").select(_bare(pl.col("alias")), "sex")
    return dict(zip(table.get_column("alias"), table.get_column("sex"), strict=True))


def _sex_words(*kinds: str) -> tuple[str, ...]:
    return tuple(
        alias_table("sex_words").filter(pl.col("kind").is_in(kinds)).select(_bare(pl.col("alias"))).to_series()
    )


def _bare(alias: pl.Expr) -> pl.Expr:
    return alias.str.strip_chars(" ").str.replace_all("  ", " ", literal=True)


def _any_of(terms: tuple[str, ...]) -> str:
    """Build a pattern of alternatives, the longest first."""
    return "(?:" + "|".join(sorted(terms, key=len, reverse=True)) + ")"
