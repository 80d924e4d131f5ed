"""`diagnosis_body_parts`: the body regions of each diagnosis, and each region's side.

Belongs here: which of the regions that a diagnosis names is its site. Does not belong here: how regions and sides are
found in a text (`imr_etl.transform.item_body_parts`, vocabulary/body_regions.csv), and the conditions that have a site
of their own (vocabulary/diagnosis_sites.csv).
"""

from functools import cache
from typing import Final

import polars as pl

from imr_etl.distinct_texts import map_distinct_texts
from imr_etl.transform.item_body_parts import item_body_parts
from imr_etl.vocabulary import alias_table, words

KEY: Final = ("sha256", "diagnosis_position")
LEVEL: Final = r"(?i)\b[ctls]\d{1,2}(?:\s*[-/]\s*[ctls]?\d{1,2})?\b"
"""A level of the spine; in "rib fracture T9-10" it is that of the ribs."""

DIGIT: Final = r"(?i)\b(?:digits?|phalanx|phalanges|phalangeal)\b"
THUMB: Final = r"(?i)\bthumb"
FOOT: Final = r"(?i)\b(?:foot|feet|toes?|hallux)\b"
"""A digit of a thumb or a foot is no finger."""

SITES_OF_LIMB: Final = {
    "upper extremity": ("shoulder", "upper arm", "elbow", "forearm", "wrist", "hand", "finger", "thumb"),
    "lower extremity": ("hip", "thigh", "knee", "lower leg", "ankle", "foot", "toe"),
}


def diagnosis_body_parts(diagnoses: pl.DataFrame) -> pl.DataFrame:
    """Find the regions of each diagnosis, one row per region and side.

    Args:
        diagnoses: sha256, position, diagnosis.

    Returns:
        sha256, diagnosis_position, position (Int32, from 1, in the order of the text), region, side (left, right,
        bilateral or null). Diagnoses without a region have no row.
    """
    named = diagnoses.select("sha256", "diagnosis", diagnosis_position="position")
    return map_distinct_texts(named, KEY, ["diagnosis"], _of_texts)


def _of_texts(texts: pl.DataFrame) -> pl.DataFrame:
    """Return the regions of texts: sha256, item_number, position, region, side."""
    spelled, sites = _sites()
    text = pl.col("diagnosis")
    of_digit = (
        pl.when(text.str.contains(THUMB))
        .then(text.str.replace_all(DIGIT, " "))
        .when(text.str.contains(FOOT))
        .then(text.str.replace_all(DIGIT, "toe"))
        .otherwise(text)
    )
    rows = (
        texts.select("sha256", "item_number", whole=of_digit)
        .with_columns(bare=pl.col("whole").str.replace_all(LEVEL, " "))
        .with_columns(
            words(pl.col(column)).str.replace_many(spelled, sites, leftmost=True) for column in ("whole", "bare")
        )
    )
    without_levels = _regions(rows, "bare")
    of_levels = _regions(rows.join(without_levels, on="item_number", how="anti", maintain_order="left"), "whole")
    return _at_site(pl.concat([without_levels, of_levels]))


def _regions(rows: pl.DataFrame, text: str) -> pl.DataFrame:
    return item_body_parts(rows.select("sha256", "item_number", disputed=text, request=text))


def _at_site(regions: pl.DataFrame) -> pl.DataFrame:
    """Drop the back beside a part of it, and a limb beside a site on it, which takes the side of the limb.

    "low back pain with back strain", "carpal tunnel syndrome, left upper limb".
    """
    of_back = pl.col("region").is_in(["thoracic spine", "lumbar spine"]).any().over("item_number")
    regions = regions.filter((of_back & (pl.col("region") == "spine")).not_())
    limb = pl.col("region").replace_strict(
        {site: limb for limb, sites in SITES_OF_LIMB.items() for site in sites}, default=None, return_dtype=pl.String
    )
    marked = regions.with_columns(limb=limb, is_limb=pl.col("region").is_in(list(SITES_OF_LIMB)))
    limbs = marked.filter("is_limb").select("item_number", limb="region", limb_side="side")
    sites = marked.filter(pl.col("limb").is_not_null()).select("item_number", "limb").unique()
    return (
        marked.join(
            limbs.unique(["item_number", "limb"], keep="first", maintain_order=True),
            on=["item_number", "limb"],
            how="left",
            maintain_order="left",
        )
        .join(
            sites.rename({"limb": "region"}).with_columns(has_site=True),
            on=["item_number", "region"],
            how="left",
            maintain_order="left",
        )
        .filter(pl.col("has_site").is_null())
        .with_columns(side=pl.coalesce("side", "limb_side"))
        .select(
            "sha256",
            "item_number",
            pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("item_number").alias("position"),
            "region",
            "side",
        )
    )


@cache
def _sites() -> tuple[list[str], list[str]]:
    """Return the names of conditions as tokens, the longest first, and the site of each."""
    table = alias_table("diagnosis_sites").sort(pl.col("alias").str.len_bytes(), descending=True)
    sites = table.select(words(pl.col("region"))).to_series()
    return table.get_column("alias").to_list(), sites.to_list()
