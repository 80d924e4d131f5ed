"""What in a letter's narrative reads like personal data that its redaction missed.

Belongs here: the forms of such data, and that they are reported by kind and place, never by what they say. Does not
belong here: taking anything out of a letter, which stays as published. Names are recognized by a title before them
only: a program that knows names is heavy, and takes half of the words of medicine for names.
"""

import polars as pl

from imr_etl.parse.items import CLAIMS_ADMINISTRATOR, REVIEWER
from imr_etl.parse.templates import DECISIONS, SUMMARY

_DATE = r"(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\p{Lu}\p{Ll}{2,8}\.? \d{1,2},? \d{4})"

NUMBERS = {
    # "123-45-6789"; not "000-12-3456", which nobody has, and not part of a longer number
    "social security number": r"(?:^|[^\d-])(?:00[1-9]|0[1-9]\d|[1-578]\d\d|6[0-57-9]\d|66[0-57-9])"
    r"-(?:0[1-9]|[1-9]\d)-(?:\d{3}[1-9]|\d{2}[1-9]\d|\d[1-9]\d\d|[1-9]\d{3})(?:$|[^\d-])",
    # "(415) 555-0123", "415-555-0123", "415.555.0123"
    "phone number": r"(?:^|[^\d-])\(?[2-9]\d\d(?:\) ?|[-.])[2-9]\d\d[-.]\d{4}(?:$|[^\d-])",
}
WORDS = {
    "e-mail address": r"[\w.+-]+@[\w-]+\.\p{L}{2,}",
    # "17 West Oak Street", "2400 5th Ave"
    "street address": r"\b\d{1,5} (?:[NSEW]\.? )?(?:\p{Lu}\p{Ll}+ |\d{1,3}(?:st|nd|rd|th) ){1,3}"
    r"(?:Street|Avenue|Ave|Boulevard|Blvd|Road|Lane|Drive|Parkway|Highway)\b",
    # "Fresno, CA 93701"
    "postal code": r"\b(?:CA|California),? 9[0-6]\d{3}\b",
    # "DOB: 3/14/61", "was born on March 14, 1961"
    "date of birth": rf"(?:\bDOB\b|\bD\.O\.B\b|[Bb]irth|\bborn\b)\W*(?:\w{{1,4}}\W+){{0,2}}{_DATE}",
    # "Mr. Smith"; not "Mr. X" and not "Ms. ___"
    "name": r"\b(?:Mr|Mrs|Ms|Miss)\b\.? \p{Lu}\p{Ll}",
}
FORMS = NUMBERS | WORDS
"""Kind of personal data -> its form within a printed line."""

FIRMS_NUMBER = r"\(?\b8(?:00|88|77|66|55|44|33)(?:\) ?|[-.])\d{3}[-.]\d{4}"
"""A toll-free number is nobody's own."""

WORD = (
    r"Mr|Ms|Miss|DOB|D\.O\.B|irth|born|Street|Avenue|Ave\b|Boul|Blvd|Road|Lane|Drive|Parkway|Highway|"
    r"CA 9|CA, 9|California 9|California, 9"
)
NUMBER = r"[-.]\d\d\d\d(?:\D|$)"
AT = "@"
"""WORD, NUMBER or AT is found wherever a form is, in a fraction of the time."""

OFFICE = r"(?i)\bMAXIMUS Federal|\bP\.? ?O\.? Box\b|Department of Industrial Relations|Division of Workers"
OFFICE_LINES = 5
"""An address or a number in so many lines from the name of an office on is the office's."""


def suspect_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Select all lines of the letters in which any line has the form of personal data.

    Takes `letter_lines` in their order; returns them with `is_of_office`: the line belongs to the address of an office.
    """
    # Searching a letter's whole text takes a third of the time of searching its lines.
    whole = lines.group_by("sha256").agg("text").with_columns(pl.col("text").list.join("\n"))
    suspects = pl.concat(
        lines.join(whole.filter(hint), on="sha256", how="semi")
        .filter(hint)
        .filter(pl.any_horizontal(map(_contains, forms.values())))
        for hint, forms in (
            (pl.col("text").str.contains(AT, literal=True) | _contains(WORD), WORDS),
            (_contains(NUMBER), NUMBERS),
        )
    )
    return _with_offices(lines.join(suspects, on="sha256", how="semi", maintain_order="left"))


def possible_personal_data(labeled: pl.DataFrame) -> pl.DataFrame:
    """Find personal data in narratives, as `imr_etl.parse.bounds.FINDING`: kind, "phone number in line 12", page.

    Takes the lines of `suspect_lines` with section and part. Narratives are the summary, the requests and the
    rationales: citations name publishers with their addresses, letterheads name an office.
    """
    is_citation = pl.col("part").is_in([CLAIMS_ADMINISTRATOR, REVIEWER]).fill_null(value=False)
    return (
        _without_firms(labeled)
        .filter(pl.col("section").is_in([SUMMARY, DECISIONS]) & ~is_citation & ~pl.col("is_of_office"))
        .with_columns(field=pl.concat_list(pl.when(_contains(form)).then(pl.lit(kind)) for kind, form in FORMS.items()))
        .explode("field")
        .drop_nulls("field")
        .select(
            "sha256",
            code=pl.lit("possible_personal_data"),
            field="field",
            excerpt=pl.format("{} in line {}", "field", "line"),
            page="page",
        )
    )


def _with_offices(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with `is_of_office`: they belong to the address of an office."""
    offices = lines.filter(_contains(OFFICE)).select("sha256", "page", office_line="line")
    is_of_office = (
        lines.join(offices, on=["sha256", "page"])
        .filter((pl.col("line") - pl.col("office_line")).is_between(0, OFFICE_LINES - 1))
        .select("sha256", "page", "line", is_of_office=True)
        .unique()
    )
    return lines.join(is_of_office, on=["sha256", "page", "line"], how="left", maintain_order="left").with_columns(
        pl.col("is_of_office").fill_null(value=False)
    )


def _without_firms(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.with_columns(pl.col("text").str.replace_all(FIRMS_NUMBER, ""))


def _contains(form: str) -> pl.Expr:
    return pl.col("text").str.contains(form)
