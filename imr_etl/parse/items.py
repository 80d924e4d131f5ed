"""Disputed items: where each begins, and which of its lines are the request, the two guidelines, the rationale.

Belongs here: the decisions section of letters whose requests end in a decision word. Does not belong here: what a
request asks for (`imr_etl.transform`), what a guideline text cites (`imr_etl.parse.guidelines`).

A request can follow a rationale without a blank line. Then all its lines are bold; where there are no fonts, a blank
line stands before it; where there is none either, or the rationale's last line is bold, it begins after the last
sentence end.
"""

import polars as pl

from imr_etl.parse import patterns
from imr_etl.parse.templates import DECISIONS
from imr_etl.parse.text import DECISION_LENGTH, joined

REQUEST, CLAIMS_ADMINISTRATOR, REVIEWER, RATIONALE = (
    "request",
    "claims_administrator_guideline",
    "reviewer_guideline",
    "rationale",
)
PARTS = (REQUEST, CLAIMS_ADMINISTRATOR, REVIEWER, RATIONALE)
LABELS = {
    CLAIMS_ADMINISTRATOR: patterns.CLAIMS_ADMINISTRATOR_LABEL,
    REVIEWER: patterns.REVIEWER_LABEL,
    RATIONALE: patterns.RATIONALE_LABEL,
}
LABELS_WRAPPED = r"(?i)^(?:the )?(?:claims|claims administrator|MAXIMUS|(?:expert|physician) reviewer|decision)$"
"""The first line of a label that a narrow page breaks in two."""

UNLABELED = "claims administrator's sentence"
SENTENCE_BEGINS = "The "


INTRODUCTION_LENGTH = 8
"""Characters of the end of what introduces the items: "below:"."""

KEY = ("sha256", "item_number")


def with_parts(lines: pl.DataFrame) -> pl.DataFrame:
    """Give lines of decisions sections `item_number` (from 1; null before the first item) and `part` (one of PARTS).

    Takes lines with sha256, page, text, is_bold, section, is_heading, and the signs of `imr_etl.parse.text.with_signs`,
    in printed order.
    """
    lines = lines.filter((pl.col("section") == DECISIONS) & ~pl.col("is_heading")).with_columns(
        is_first=(pl.col("sha256") != pl.col("sha256").shift(1)).fill_null(value=True),
        is_last=(pl.col("sha256") != pl.col("sha256").shift(-1)).fill_null(value=True),
    )
    lines = lines.with_columns(label=_label()).with_columns(label=_sentence()).with_columns(decides=_decides())
    lines = lines.with_columns(ends_request=_ends_paragraph() | _ends_sentence()).with_columns(
        group=_numbered("ends_request")
    )
    deciding = lines.filter("decides").get_column("group")
    lines = lines.with_columns(in_request=pl.col("group").is_in(deciding.implode()))
    starts_item = pl.col("in_request") & (pl.col("group") != pl.col("group").shift(1)).fill_null(value=True)
    part = (
        pl.when("in_request")
        .then(pl.lit(REQUEST))
        .when(pl.col("label").is_not_null())
        .then("label")
        .when("is_first")
        .then(pl.lit(""))
        .forward_fill()
    )
    return lines.with_columns(item_number=starts_item.cast(pl.Int32).cum_sum().over("sha256"), part=part).with_columns(
        item_number=pl.when(pl.col("item_number") > 0).then("item_number"),
        part=pl.when((pl.col("part") != REQUEST) | pl.col("in_request")).then("part"),
    )


def items(lines: pl.DataFrame) -> pl.DataFrame:
    """Return one row per disputed item: sha256, item_number, decision, the four parts, first_page, last_page.

    Takes the lines of `with_parts`. Texts are as written, their labels left out.
    """
    begins_item = (pl.col("item_number") != pl.col("item_number").shift(1)) | (
        pl.col("sha256") != pl.col("sha256").shift(1)
    )
    of_items = lines.drop_nulls(["item_number", "part"]).with_columns(
        # Grouping by one number costs a third of grouping by letter, item and part.
        item=begins_item.fill_null(value=True).cum_sum()
    )
    return (
        of_items.group_by("item", maintain_order=True)
        .agg(
            pl.col("sha256", "item_number").first(),
            *(pl.col("piece").filter(pl.col("part") == part).alias(part) for part in PARTS),
            first_page=pl.col("page").min(),
            last_page=pl.col("page").max(),
        )
        .drop("item")
        .with_columns(joined(part) for part in PARTS)
        .with_columns(pl.col(part).str.replace(pattern, "") for part, pattern in LABELS.items())
        .with_columns(
            decision=pl.col(REQUEST)
            .str.tail(DECISION_LENGTH)
            .str.extract(patterns.DECISION_OF_REQUEST)
            .str.to_lowercase()
        )
        .with_columns(
            pl.col(REQUEST)
            .str.replace(patterns.DECISION_OF_REQUEST, "")
            .str.strip_chars(" ")
            .str.replace(patterns.ITEM_NUMBER, "")
        )
    )


def split_modifications(items: pl.DataFrame) -> pl.DataFrame:
    """Add `authorized` and `disputed`: what utilization review granted of each request, and what is in dispute."""
    partly = pl.col(REQUEST).str.extract_groups(patterns.PARTLY_AUTHORIZED)
    left = pl.col(REQUEST).str.extract_groups(patterns.LEFT_ELIGIBLE)
    authorized, disputed = (
        pl.coalesce(partly.struct.field(part), left.struct.field(part)) for part in ("authorized", "disputed")
    )
    return items.with_columns(
        authorized=authorized,
        disputed=disputed.fill_null(pl.col(REQUEST)).str.replace(patterns.TRAILING_IS, "").str.strip_chars(" ,"),
    )


def _label() -> pl.Expr:
    """Return the part whose label a line begins with, also where the label goes on in the next line."""
    text = pl.when("has_label_word").then("text")
    wrapped = pl.when(text.str.contains(LABELS_WRAPPED)).then(text + " " + pl.col("text").shift(-1))
    return pl.coalesce(
        pl.when(text.str.contains(pattern) | wrapped.str.contains(pattern)).then(pl.lit(part))
        for part, pattern in LABELS.items()
    )


def _sentence() -> pl.Expr:
    """Return the guideline of a line that begins a sentence on it where older letters have no label.

    The Claims Administrator's sentence directly follows the decision; the reviewer's follows that one.
    """
    text, behind_decision = pl.col("text"), pl.col("text").shift(1).str.tail(DECISION_LENGTH)
    begins = text.str.starts_with(SENTENCE_BEGINS)
    first = begins & text.str.contains(patterns.CLAIMS_ADMINISTRATOR_SENTENCE)
    first &= behind_decision.str.contains(patterns.DECISION_AT_END)
    label = pl.coalesce("label", pl.when(first.fill_null(value=False)).then(pl.lit(UNLABELED)))
    second = begins & text.str.contains(patterns.REVIEWER_SENTENCE) & (label.forward_fill() == UNLABELED)
    return pl.when(second).then(pl.lit(REVIEWER)).otherwise(label.replace(UNLABELED, CLAIMS_ADMINISTRATOR))


def _decides() -> pl.Expr:
    """Check whether a line ends a request: it ends in the decision, and is bold or before a label or a blank line.

    A blank line counts only in plain text. A decision word alone on its line need not be bold if the line before is.
    """
    # Only a line's end is searched: a pattern that may begin anywhere costs more than all others together.
    text = pl.col("text")
    end = pl.when("may_decide").then(text.str.tail(DECISION_LENGTH))
    is_alone = end.str.contains(patterns.DECISION_ALONE) & (text.str.len_chars() <= DECISION_LENGTH)
    is_bold = pl.col("is_bold") | (is_alone & pl.col("is_bold").shift(1))
    before_label = pl.col("label").shift(-1).is_in(PARTS) & ~pl.col("is_last")
    # "Norco: Upheld" with space below it; a sentence of a rationale can end in "the decision is: Upheld".
    stands_alone = (
        pl.col("is_bold").is_null()
        & (pl.col("is_before_space") | pl.col("is_last"))
        & end.str.contains(patterns.DECISION_BEHIND_MARK)
        & end.str.contains(patterns.DECISION_OF_SENTENCE).not_()
    )
    return (
        end.str.contains(patterns.DECISION_AT_END)
        & pl.any_horizontal(is_request.fill_null(value=False) for is_request in (before_label, is_bold, stands_alone))
    ).fill_null(value=False)


def _ends_paragraph() -> pl.Expr:
    """Check whether the next line cannot belong to the same request."""
    next_decides_alone = pl.col("text").shift(-1).str.contains(patterns.DECISION_ALONE).fill_null(value=False)
    is_regular = pl.col("is_bold").not_().fill_null(value=False)
    return (
        pl.col("is_last")
        | pl.col("decides")
        | pl.col("label").is_not_null()
        | pl.col("text").str.tail(INTRODUCTION_LENGTH).str.contains(patterns.ITEMS_INTRODUCTION_END)
        | pl.col("text").str.contains(patterns.ITEMS_INTRODUCTION)
        | is_regular
        | (pl.col("is_before_space") & ~next_decides_alone)
    )


def _ends_sentence() -> pl.Expr:
    """Check whether a line ends a sentence of a rationale that no space separates from the request after it."""
    text = pl.when(pl.col("is_bold").fill_null(value=True)).then("text")
    return (
        text.str.contains(patterns.SENTENCE_END) & ~text.str.contains(patterns.MODIFICATION_SENTENCE_END)
    ).fill_null(value=False)


def _numbered(ends: str) -> pl.Expr:
    """Return a number for each run of lines of which only the last one has the flag."""
    return pl.col(ends).shift(1).fill_null(value=True).cum_sum()
