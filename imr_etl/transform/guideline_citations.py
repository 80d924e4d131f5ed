"""`guideline_citations`: the family of each cited guideline, and the chapter where it has chapters of its own.

Belongs here: which of the names in a citation decides its family. Does not belong here: citations as written
(`imr_etl.parse.guidelines`), and the names (vocabulary/guideline_titles.csv, guideline_sources.csv,
guideline_sections.csv) of the families (guideline_families.csv).
"""

from typing import Final

import polars as pl

from imr_etl.vocabulary import find_terms

WITH_CHAPTERS: Final = "ODG"

UNNAMED: Final = "Other Guideline"
LITERATURE: Final = "Medical Literature"
ARTICLE: Final = (
    r"(?:19|20)\d\d(?:\s\p{Lu}\p{Ll}{2,8})?(?:\s\d{1,2})?\s?[;,]\s?\d{1,4}\s?(?:\([^)]{1,12}\))?\s?:\s?\w?\d"
)
"""Year, volume and page of a journal: "2010 Jan;35(2):E55", "1999;12:34-5"."""

NO_TITLE: Final = r"(?i)\d{5}|\b(?:19|20)\d\d\b|[\[\]]|\bsections?\b|\bpages?\b"
NO_SECTION: Final = (
    r"(?i)\bsections?\s?\(s\)|\bsections?\s?:|^\(?s\)|\bpages?\b|\bpp?\.\s*\d|\([^()]*\b(?:19|20)\d\d\)|"
    r"\beffective (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|\d)|\b9792\b|[\[\]]"
)

RANKS: Final = {"title": 0, "short": 0, "name": 0, "mention": 0, "hint": 1, "chapter": 1, "container": 2, "generic": 2}
"""Roles of names in the code tables, the most telling first: a publisher or title, then an index of articles or the
number of a chapter, then a name that says no more than "other guideline"."""


def guideline_citations(citations: pl.DataFrame) -> pl.DataFrame:
    """Return the citations with the family of their guideline.

    Args:
        citations: rows of `imr_etl.parse.guidelines.citations`.

    Returns:
        The same rows with `guideline_family` (guideline_families.csv, null where no name is known) and
        `guideline_chapter` (the first chapter that a citation of the Official Disability Guidelines names, else null).
        A citation that goes on with a chapter of the one before it has the family of that one.
    """
    rows = citations.with_row_index("row")
    is_mtus = pl.col("source") == "MTUS"
    mtus, other = rows.filter(is_mtus), rows.filter(~is_mtus)
    families = pl.concat([_mtus_families(mtus), _first(other, "guideline", "guideline_sources")])
    first_chapters = _chapters(rows.select("row", "guideline"))
    known = rows.join(families, on="row", how="left", maintain_order="left").join(
        first_chapters, on="row", how="left", maintain_order="left"
    )
    is_article = ~is_mtus & pl.col("guideline").str.contains(ARTICLE)
    says_little = pl.col("family").fill_null(UNNAMED) == UNNAMED
    family = pl.when(is_article & says_little).then(pl.lit(LITERATURE)).otherwise("family")
    goes_on = family.is_null() & ~is_mtus & (pl.col("token") == 0) & (pl.col("position") > 1)
    before = pl.when(~is_mtus).then(family).forward_fill().over("sha256", "item_number", "cited_by")
    return (
        known.with_columns(guideline_family=pl.when(goes_on & (before == WITH_CHAPTERS)).then(before).otherwise(family))
        .with_columns(guideline_chapter=pl.when(pl.col("guideline_family") == WITH_CHAPTERS).then("section"))
        .select(*citations.columns, "guideline_family", "guideline_chapter")
    )


def unknown_guidelines(citations: pl.DataFrame) -> pl.DataFrame:
    """Return the citations whose family is unknown: `sha256`, `item_number`, `excerpt`.

    Takes rows of `guideline_citations`.
    """
    unknown = citations.filter(pl.col("guideline_family").is_null())
    return unknown.select("sha256", "item_number", excerpt="guideline")


def unread_citations(citations: pl.DataFrame, letters: pl.DataFrame) -> pl.DataFrame:
    """Find citations of the MTUS in which one part was read as another: sha256, item_number, field, excerpt.

    What follows a title is a year, sections or pages: a title that holds one of them, a section that holds a label, a
    date or pages, and a year after the decision were not read.

    Takes rows of `guideline_citations`, and letters with decision_date.
    """
    sections = pl.col("sections").list.join("; ")
    is_mixed = (
        pl.col("guideline").str.contains(NO_TITLE)
        | pl.col("sections")
        .list.eval(
            pl.element().str.contains(NO_SECTION)
            | (pl.element().str.count_matches("(", literal=True) != pl.element().str.count_matches(")", literal=True))
        )
        .list.any()
    )
    dated = citations.filter(pl.col("source") == "MTUS").join(
        letters.select("sha256", "decision_date"), on="sha256", how="left", maintain_order="left"
    )
    is_later = (pl.col("year") > pl.col("decision_date").dt.year()).fill_null(value=False)
    return dated.filter(is_mixed | is_later).select(
        "sha256",
        "item_number",
        field=pl.lit("guideline"),
        excerpt=pl.concat_str("guideline", pl.col("year").cast(pl.String), sections, separator="; ", ignore_nulls=True),
    )


def _mtus_families(citations: pl.DataFrame) -> pl.DataFrame:
    """Return families of citations of the MTUS by their title: `row`, `family`.

    Where the title says only that it is the MTUS, a title or a chapter's number among the sections decides.
    """
    titles = _first(citations, "guideline", "guideline_titles", "role")
    unspecified = titles.filter(pl.col("role") == "container").select("row")
    sections = citations.join(unspecified, on="row", how="semi").with_columns(pl.col("sections").list.join(" "))
    chapters = _first(sections, "sections", "guideline_titles", "role").filter(
        pl.col("role").is_in(["title", "chapter"])
    )
    return (
        titles.join(chapters.select("row", of_sections="family"), on="row", how="left", maintain_order="left")
        .with_columns(family=pl.coalesce("of_sections", "family"))
        .select("row", "family")
    )


def _first(citations: pl.DataFrame, text: str, table: str, *columns: str) -> pl.DataFrame:
    """Return what the first and most telling name in a text says: `row`, `family`, and further columns of the table."""
    return (
        find_terms(citations, text, table, "row")
        .with_columns(rank=pl.col("role").replace_strict(RANKS, return_dtype=pl.Int8))
        .sort("row", "rank", "token", maintain_order=True)
        .unique("row", keep="first", maintain_order=True)
        .select("row", "family", *columns)
    )


def _chapters(citations: pl.DataFrame) -> pl.DataFrame:
    """Find the first chapter of the Official Disability Guidelines in each citation: `row`, `token`, `section`."""
    return (
        find_terms(citations, "guideline", "guideline_sections", "row")
        .filter(pl.col("guideline").str.contains(WITH_CHAPTERS, literal=True))
        .unique("row", keep="first", maintain_order=True)
        .select("row", "token", "section")
    )
