"""The body regions that a request names, each with its side.

Belongs here: which side word governs which region, and which of several mentions stand. Does not belong here: the words
for regions, sides and the joints of a list (vocabulary/body_regions.csv), and spinal levels as such (they are aliases
of their spinal region).

Every word of the table has a role: `region`, `side`, `list` (joins regions under one side: "and"), `of` (lets a region
take the side of the one after it: "fingers of the right hand") or `none` (a region word that names no region: "head of
bed").
"""

from functools import reduce
from typing import Final

import polars as pl

from imr_etl.vocabulary.spelling import find_in_requests

ITEM: Final = ("sha256", "item_number")
MENTIONED: Final = ("sha256", "item_number", "source")
RUN: Final = (*MENTIONED, "run")
SEPARATOR: Final = "|"

EXTREMITIES: Final = (
    r"(?i)\b(upper|lower)((?:\s*[,/&]\s*|\s+and\s+)(?:left|right|bilateral|lt|rt|l|r)\s+(?:upper|lower)\s+extremit)",
    "$1 extremity$2",
)
"""Two extremities under one noun: "left upper and right lower extremities"."""

LOW_BACK: Final = (r"((?:^|[^\d\s.-]) ?-? ?)LB\b|((?i:x ?\d{1,2},? ))(?i:lb)\b", "${1}${2}low back")
"""LB is the low back, except after a number without an x, where it is pounds: "PT 2x6 LB", "5 LB dumbbells"."""

EYES: Final = (
    r"(?i)\b(?:eyes?|eyelids?|ocular|intraocular|ophthalm\w*|optic|visual|vision|cataracts?|cornea\w*|retina\w*"
    r"|macula\w*|vitre\w*|glaucoma|conjunctiv\w*|pterygium|lens|lenses|lasik|capsulotomy|fundus|tonometry|drops"
    r"|artificial tears)\b"
)
"""A word beside which OD, OS and OU are eyes; elsewhere OD is "once daily"."""

SIDES_OF_EYES: Final = (
    (r"\bO\.?D\b\.?", " right eye "),
    (r"\bO\.?S\b\.?", " left eye "),
    (r"\bO\.?U\b\.?", " both eyes "),
)

LABORATORY: Final = r"(?i)\b(?:panels?|profiles?|functions?|enzymes|labs?|laboratory|blood|cbc|cmp|bmp|tsh|thyroid)\b"
PICTURE: Final = (
    r"(?i)\b(?:ultraso\w+|us|sonogra\w+|doppler|ct|mri|mra|scans?|imaging|x-?rays?|biops\w+|surg\w+|stones?)\b"
)
LEVELS_OF_BLOOD: Final = r"(?i)\b(?:hepatic|liver|renal|kidney|T[34])\b"
"""What a laboratory test measures, no region: "renal and hepatic panel", "TSH, free T4". A picture shows a region."""

WHOLE: Final = {"finger": "hand", "thumb": "hand", "toe": "foot"}
"""Region -> the region that it is a part of, whose side it has where it has none of its own."""


def item_body_parts(items: pl.DataFrame) -> pl.DataFrame:
    """Find the regions and sides that an item names.

    The disputed part decides; the whole request is read where the disputed part names no region, and for the side
    where it names a region without one.

    Args:
        items: one row per item: sha256, item_number, disputed, request (String).

    Returns:
        sha256, item_number, position (Int32, from 1, in the order of the text), region, side (left, right, bilateral
        or null). Items without a region have no row.
    """
    texts = items.unpivot(["disputed", "request"], index=ITEM, variable_name="source", value_name="text").with_columns(
        pl.col("text").str.replace_all(*EXTREMITIES).str.replace_all(*LOW_BACK).pipe(_with_eyes).pipe(_without_levels)
    )
    mentions = _standing(_with_side(find_in_requests(texts, "text", "body_regions", *MENTIONED)))
    disputed = mentions.filter(pl.col("source") == "disputed")
    requested = mentions.filter(pl.col("source") == "request")
    sides = (
        requested.filter(pl.col("side").is_not_null())
        .unique([*ITEM, "region"], keep="first", maintain_order=True)
        .select(*ITEM, "region", requested_side="side")
    )
    stand = pl.concat(
        [
            disputed.join(sides, on=[*ITEM, "region"], how="left", maintain_order="left")
            .with_columns(side=pl.coalesce("side", "requested_side"))
            .drop("requested_side"),
            requested.join(disputed, on=ITEM, how="anti", maintain_order="left"),
        ]
    )
    order = items.select(ITEM).with_row_index("row")
    return (
        stand.join(order, on=ITEM, how="left", maintain_order="left")
        .sort("row", maintain_order=True)
        .select(
            *ITEM,
            pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over(ITEM).alias("position"),
            "region",
            "side",
        )
    )


def _with_eyes(text: pl.Expr) -> pl.Expr:
    """Write OD, OS and OU of texts about eyes as words: "cataract surgery OD" is one of the right eye."""
    worded = reduce(lambda written, rule: written.str.replace_all(*rule), SIDES_OF_EYES, text)
    return pl.when(text.str.contains(EYES)).then(worded).otherwise(text)


def _without_levels(text: pl.Expr) -> pl.Expr:
    """Leave out the words of LEVELS_OF_BLOOD in texts about laboratory tests."""
    is_laboratory = text.str.contains(LABORATORY) & ~text.str.contains(PICTURE)
    return pl.when(is_laboratory).then(text.str.replace_all(LEVELS_OF_BLOOD, "level")).otherwise(text)


def _with_side(words: pl.DataFrame) -> pl.DataFrame:
    """Return the found words that are regions, each with the side that governs it.

    A run is a stretch of the table's words with no other word between them. A side opens a run that reaches to the next
    region, whatever stands between ("left transforaminal injection at L4-5"), unless it closes one ("shoulder, left").
    Regions of the body's midline take a side only from the next word: in "left hip and spine" the spine has none.
    """
    is_region, is_side, is_of = (pl.col("role") == role for role in ("region", "side", "of"))
    is_midline = pl.col("is_midline").is_not_null()
    named = pl.when(is_side).then(pl.col("side"))
    runs = (
        words.filter(pl.col("role") != "none")
        .with_columns(end=pl.col("token") + pl.col("tokens"))
        .with_columns(joined=(pl.col("token") == pl.col("end").shift(1).over(MENTIONED)).fill_null(value=False))
        .with_columns(
            is_last=pl.col("token") == pl.col("token").max().over(MENTIONED),
            goes_on=pl.col("joined").shift(-1, fill_value=False).over(MENTIONED),
            after_region=is_region.shift(1, fill_value=False).over(MENTIONED),
            after_midline=is_midline.shift(1, fill_value=False).over(MENTIONED),
        )
        .with_columns(
            opens=is_side
            & (
                pl.col("joined")
                & pl.col("after_region")
                & pl.col("goes_on").not_()
                & (pl.col("after_midline").not_() | pl.col("is_last"))
            ).not_()
        )
        .with_columns(
            run=(pl.col("joined") | pl.col("opens").shift(1, fill_value=False).over(MENTIONED))
            .not_()
            .cum_sum()
            .over(MENTIONED),
        )
    )
    neighbor = pl.coalesce(named.shift(1), pl.when(is_of.shift(1)).then(named.shift(2)))
    return (
        runs.with_columns(
            before=pl.when(is_midline).then(neighbor.over(RUN)).otherwise(named.forward_fill().over(RUN)),
            after=pl.when(is_midline).then(named.shift(-1).over(RUN)).otherwise(named.backward_fill().over(RUN)),
            through_of=pl.when(is_of.shift(-1).over(RUN)).then(named.shift(-2).over(RUN)),
            closed_by_side=(
                is_region.filter(is_region | is_side).first() & is_side.filter(is_region | is_side).last()
            ).over(RUN),
            only_side=pl.when(is_side.sum().over(MENTIONED) == 1).then(named.last().over(MENTIONED)),
            last_region_run=pl.when(is_region).then(pl.col("run")).max().over(MENTIONED),
        )
        .filter(is_region)
        .with_columns(
            side=pl.coalesce(
                "side",
                pl.when("closed_by_side").then("after").otherwise(pl.coalesce("before", "through_of")),
                pl.when(pl.col("run") == pl.col("last_region_run")).then("only_side"),
            )
        )
    )


def _standing(mentions: pl.DataFrame) -> pl.DataFrame:
    """List each region and side once: one without a side, or of the spine at large, yields to a more exact one."""
    names_part_of_spine = (pl.col("region").str.ends_with(" spine")).any().over(MENTIONED)
    return (
        mentions.filter((names_part_of_spine & (pl.col("term") == "spine")).not_())
        .with_columns(pl.col("region").str.split(SEPARATOR))
        .explode("region")
        .pipe(_with_side_of_whole)
        .filter(pl.col("side").is_not_null() | pl.col("side").is_null().all().over(*MENTIONED, "region"))
        .unique([*MENTIONED, "region", "side"], keep="first", maintain_order=True)
        .select(*MENTIONED, "region", "side")
    )


def _with_side_of_whole(mentions: pl.DataFrame) -> pl.DataFrame:
    """Give fingers and toes without a side that of the only hand or foot: "index finger, left hand"."""
    wholes = (
        mentions.filter(pl.col("region").is_in(list(WHOLE.values())))
        .group_by(*MENTIONED, whole="region")
        .agg(side_of_whole=pl.col("side").drop_nulls().unique())
        .filter((pl.col("side_of_whole").list.len() == 1) & (pl.col("side_of_whole").list.first() != "bilateral"))
        .with_columns(pl.col("side_of_whole").list.first())
    )
    return (
        mentions.with_columns(whole=pl.col("region").replace_strict(WHOLE, default=None))
        .join(wholes, on=[*MENTIONED, "whole"], how="left", maintain_order="left")
        .with_columns(side=pl.coalesce("side", "side_of_whole"))
        .drop("whole", "side_of_whole")
    )
