"""`published_decisions`: what the state's search means by its words for treatments, specialties, decisions.

Belongs here: from words as printed to the names of the code tables. Does not belong here: the names themselves
(vocabulary/categories.csv, drug_classes.csv, specialties.csv), and how rows are found
(`imr_etl.sources.state_search.page`).
"""

import polars as pl

from imr_etl.vocabulary import SEPARATOR, alias_table, code_table, words

PRINTED = ("specialty_as_printed", "category_as_printed", "subcategory_as_printed", "decision_as_printed")
DRUGS = "Pharmaceuticals"
DECISIONS = {"uphold": "upheld", "upheld": "upheld", "overturn": "overturned", "overturned": "overturned"}


def normalize(printed: pl.DataFrame) -> pl.DataFrame:
    """Add specialty, category, subcategory, drug_class and decision to the columns of PRINTED; unknown ones are null.

    A subcategory that is unknown leaves its category known.
    """
    category, subcategory = (pl.col(f"{name}_as_printed").fill_null("") for name in ("category", "subcategory"))
    treatments = _treatments().with_columns(words(pl.col("both")))
    categories = code_table("categories").select(only=words(pl.col("category")), alone="category").unique()
    specialties = alias_table("specialties").select(alias="alias", specialty="specialty")
    return (
        printed.select(PRINTED)
        .with_columns(
            both=words(pl.concat_str(category, pl.lit(" "), subcategory)),
            only=words(category),
            alias=words(pl.col("specialty_as_printed")),
        )
        .join(treatments.unique("both", keep="first", maintain_order=True), on="both", how="left")
        .join(categories, on="only", how="left")
        .join(specialties, on="alias", how="left")
        .select(
            *PRINTED,
            "specialty",
            pl.coalesce("category", "alone").alias("category"),
            "subcategory",
            pl.when(pl.col("category") == DRUGS).then("subcategory").alias("drug_class"),
            pl.col("decision_as_printed")
            .str.to_lowercase()
            .replace_strict(DECISIONS, default=None, return_dtype=pl.String)
            .alias("decision"),
        )
    )


def _treatments() -> pl.DataFrame:
    """List each category with each name of a subcategory or drug class of it: both, category, subcategory."""
    subcategories = code_table("categories").select(
        "category", "subcategory", name=_spellings("subcategory"), first=pl.int_range(pl.len())
    )
    classes = code_table("drug_classes").select(
        category=pl.lit(DRUGS),
        subcategory="drug_class",
        name=_spellings("drug_class"),
        first=pl.int_range(pl.len()) + subcategories.height,
    )
    named = pl.concat([subcategories, classes]).explode("name").filter(pl.col("name") != "")
    # `Therapies * Other Therapies`: the search's own category stands before its subcategory.
    printed = named.filter(pl.col("name").str.contains("*", literal=True), pl.col("first") < subcategories.height)
    both = pl.concat_str("category", pl.lit(" "), "name")
    return (
        pl.concat([named.with_columns(both=both), printed.with_columns(both="name")])
        .sort("first", maintain_order=True)
        .select("both", "category", "subcategory")
    )


def _spellings(column: str) -> pl.Expr:
    """List the spellings of each row of a code table."""
    spelled = pl.concat_str(column, "aliases", "misspellings", separator=SEPARATOR, ignore_nulls=True)
    return spelled.str.split(SEPARATOR)
