"""Cross-check: does the category of a disputed item fit the sections that are cited for it?

Belongs here: which categories a section speaks of. Does not belong here: how a category is found
(`imr_etl.transform.categories`), the topics of sections and their categories (vocabulary/section_fits.csv).
"""

from typing import Final

import polars as pl

from imr_etl.vocabulary import SEPARATOR, code_table, find_terms

ITEM: Final = ["sha256", "item_number"]
WITH_TOPICS: Final = "ODG"
"""Family of the guidelines outside of the MTUS whose citations name a topic."""
PART: Final = " > "
"""Separates category and subcategory in section_fits.csv; a category alone means all of its subcategories."""


def doubtful_categories(items: pl.DataFrame, citations: pl.DataFrame) -> pl.DataFrame:
    """Find items whose category fits none of the sections cited for them: sha256, item_number, field, excerpt.

    An item is not judged where no cited section has a topic of section_fits.csv, or where its category is unknown. A
    topic that fits may stand in the request too ("acupuncture with a capsaicin patch", beside a section on capsaicin).

    Takes items with category, subcategory, request, and rows of `guideline_citations`.
    """
    is_mtus = pl.col("source") == "MTUS"
    texts = citations.filter(is_mtus | (pl.col("guideline_family") == WITH_TOPICS)).select(
        *ITEM, text=pl.when(is_mtus).then(pl.col("sections").list.join("; ")).otherwise("guideline")
    )
    of_text = texts.select(pl.col("text").unique(maintain_order=True)).with_row_index("of_text")
    topics = (
        find_terms(of_text, "text", "section_fits", "of_text").select("of_text", "topic").unique(maintain_order=True)
    )
    cited = texts.join(of_text, on="text", maintain_order="left").join(topics, on="of_text", maintain_order="left")
    of_requests = items.join(cited, on=ITEM, how="semi").select(*ITEM, "request")
    requested = find_terms(of_requests, "request", "section_fits", *ITEM).select(*ITEM, "topic")
    judged = (
        pl.concat([cited.select(*ITEM, "topic"), requested])
        .unique(maintain_order=True)
        .join(items.drop_nulls("category").select(*ITEM, "category", "subcategory", "request"), on=ITEM)
        .join(_fits(), on="topic", maintain_order="left")
        .with_columns(
            fits=(pl.col("category") == pl.col("fitting"))
            & (pl.col("part").is_null() | (pl.col("part") == pl.col("subcategory"))).fill_null(value=False)
        )
    )
    return (
        judged.group_by(ITEM, maintain_order=True)
        .agg(
            pl.col("fits").any(),
            pl.col("category", "subcategory", "request").first(),
            topics=pl.col("topic").unique(maintain_order=True),
        )
        .filter(~pl.col("fits"))
        .select(
            *ITEM,
            field=pl.lit("category"),
            excerpt=pl.format(
                "{}, beside {}: {}",
                pl.concat_str("category", "subcategory", separator=PART, ignore_nulls=True),
                pl.col("topics").list.join(", "),
                "request",
            ),
        )
    )


def _fits() -> pl.DataFrame:
    """Return one row per topic and category that it speaks of: topic, fitting, part (a subcategory, null for all)."""
    listed = code_table("section_fits").select("topic", fitting=pl.col("categories").str.split(SEPARATOR))
    parts = pl.col("fitting").str.split(PART)
    return listed.explode("fitting").with_columns(fitting=parts.list.first(), part=parts.list.get(1, null_on_oob=True))
