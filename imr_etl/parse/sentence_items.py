"""Disputed items of the templates of 2013 and 2014, whose decisions are sentences and not a word behind a request.

Belongs here: items of F2b, F2a and early F1 ("The request for X is not medically necessary and appropriate") and of F3
(an issue, and a rationale whose heading tells the decision). Does not belong here: items that end in "Upheld"
(`imr_etl.parse.items`).
"""

import polars as pl

from imr_etl.parse import patterns
from imr_etl.parse.items import CLAIMS_ADMINISTRATOR, KEY, PARTS, RATIONALE, REQUEST, REVIEWER
from imr_etl.parse.templates import GUIDELINES, HEADER, ISSUE, NECESSARY, NOT_NECESSARY
from imr_etl.parse.text import joined

SENTENCE_TEMPLATES = ("F2b", "F2a", "F1")
ISSUE_TEMPLATES = ("F3",)
REGARDING = "regarding"
LINES_OF_DECISION = 6
"""So many lines at the most a decision takes, with the beginning of what follows it."""

RANKS = {
    REQUEST: patterns.DECISION_SENTENCE_START,
    REGARDING: patterns.REGARDING_START,
    CLAIMS_ADMINISTRATOR: patterns.CLAIMS_ADMINISTRATOR_SENTENCE,
    REVIEWER: patterns.REVIEWER_SENTENCE,
    RATIONALE: patterns.RATIONALE_LABEL,
}
"""What opens each part, in the order in which an item has them: a part once opened is not left for an earlier one."""

ITEM = {
    "sha256": pl.Categorical(),
    "item_number": pl.Int32(),
    **dict.fromkeys(PARTS, pl.String()),
    "first_page": pl.Int32(),
    "last_page": pl.Int32(),
    "decision": pl.String(),
}


def sentence_items(lines: pl.DataFrame, letters: pl.Series) -> pl.DataFrame:
    """Items of the letters (by sha256) whose decisions are sentences, columns as `imr_etl.parse.items.items`.

    The items keep their printed numbers. A list of decisions that stands twice gives each item once, and blocks that
    treat the items one by one ("1) Regarding the request for X:") add their guidelines and rationale.
    """
    lines = lines.filter(pl.col("sha256").is_in(letters.implode()) & (pl.col("section") != HEADER))
    rank = pl.coalesce(
        pl.when(_says_bare_decision()).then(pl.lit(1)),
        *(
            pl.when(pl.col("text").str.contains(pattern)).then(pl.lit(number))
            for number, pattern in enumerate(RANKS.values(), start=1)
        ),
    )
    lines = lines.with_columns(rank=rank).with_columns(
        opens=(pl.col("rank") <= 2).fill_null(value=False),
        closes=pl.col("is_heading") | (pl.col("section") != pl.col("section").shift(1)).fill_null(value=True),
    )
    lines = lines.with_columns(block=(pl.col("opens") | pl.col("closes")).cum_sum())
    told = (
        lines.with_columns(
            item_number=pl.col("text")
            .filter("opens")
            .first()
            .over("block")
            .str.extract(patterns.PRINTED_NUMBER)
            .cast(pl.Int32, strict=False),
            rank=pl.col("rank").cum_max().forward_fill().over("block"),
        )
        .drop_nulls(["item_number", "rank"])
        .with_columns(part=pl.col("rank").replace_strict(dict(enumerate(RANKS, start=1)), return_dtype=pl.String))
    )
    # Of a list that stands twice the first one counts; every other part stands once.
    first_block = pl.col("block") == pl.col("block").min().over(*KEY, "part")
    texts = (
        told.filter(first_block)
        .group_by(*KEY, "part", maintain_order=True)
        .agg(text="piece", first_page=pl.col("page").min(), last_page=pl.col("page").max())
        .with_columns(joined("text"))
    )
    sentence = pl.col("sentence").str.extract_groups(patterns.DECISION_SENTENCE)
    found = (
        texts.group_by(*KEY, maintain_order=True)
        .agg(
            *(pl.col("text").filter(pl.col("part") == part).first().alias(part) for part in PARTS[1:]),
            sentence=pl.col("text").filter(pl.col("part") == REQUEST).first(),
            first_page=pl.col("first_page").min(),
            last_page=pl.col("last_page").max(),
        )
        .with_columns(
            request=sentence.struct.field("prefix").fill_null("") + sentence.struct.field("request"),
            decision=_decision(sentence.struct.field("negation").is_not_null()),
            rationale=pl.col(RATIONALE).str.replace(patterns.RATIONALE_LABEL, ""),
            within=pl.when(pl.col(REVIEWER).is_null()).then(
                pl.col(CLAIMS_ADMINISTRATOR).str.extract(patterns.REVIEWER_SENTENCE_WITHIN)
            ),
        )
        .with_columns(
            pl.coalesce(
                pl.col(CLAIMS_ADMINISTRATOR).str.strip_suffix(pl.col("within")).str.strip_chars_end(" "),
                CLAIMS_ADMINISTRATOR,
            ),
            pl.coalesce(REVIEWER, "within").alias(REVIEWER),
        )
        .filter(pl.col("request").is_not_null())
    )
    return found.select(pl.col(name).cast(dtype) for name, dtype in ITEM.items())


def issue_items(lines: pl.DataFrame) -> pl.DataFrame:
    """Items of letters of F3, columns as `imr_etl.parse.items.items`.

    The n-th issue has the n-th guideline and rationale.
    Where a letter has one rationale for several issues, it is the rationale of each.
    """
    lines = lines.filter(pl.col("template").is_in(ISSUE_TEMPLATES))
    run = (pl.col("is_heading") | (pl.col("section") != pl.col("section").shift(1)).fill_null(value=True)).cum_sum()
    texts = (
        lines.with_columns(run=run)
        .filter(pl.col("section").is_in([ISSUE, GUIDELINES, NECESSARY, NOT_NECESSARY]) & ~pl.col("is_heading"))
        .group_by("sha256", "section", "run", maintain_order=True)
        .agg(text="piece", first_page=pl.col("page").min(), last_page=pl.col("page").max())
        .with_columns(joined("text"))
        .drop_nulls("text")
    )
    issues = (
        texts.filter(pl.col("section") == ISSUE)
        .with_columns(request=pl.col("text").str.replace_all(patterns.ISSUE_BREAK, "\n").str.split("\n"))
        .explode("request")
        .with_columns(pl.col("request").str.strip_chars(" ;.").str.replace(patterns.ITEM_NUMBER, ""))
        .filter(pl.col("request") != "")
        .with_columns(item_number=_place())
    )
    rationales = texts.filter(pl.col("section").is_in([NECESSARY, NOT_NECESSARY])).select(
        "sha256",
        rationale="text",
        decision=_decision(pl.col("section") == NOT_NECESSARY),
        rationale_page="last_page",
        place=_place(),
    )
    guidelines = texts.filter(pl.col("section") == GUIDELINES).select(
        "sha256", reviewer_guideline="text", place=_place()
    )
    for parts in (rationales, guidelines):
        issues = (
            issues.with_columns(place=pl.col("item_number"))
            .join(parts.group_by("sha256").agg(parts=pl.len()), on="sha256", how="left", maintain_order="left")
            .with_columns(place=pl.min_horizontal("place", "parts").cast(pl.Int32))
            .join(parts, on=["sha256", "place"], how="left", maintain_order="left")
            .drop("place", "parts")
        )
    return (
        issues.drop_nulls("decision")
        .with_columns(
            last_page=pl.max_horizontal("last_page", "rationale_page"),
            claims_administrator_guideline=pl.lit(None, pl.String),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in ITEM.items())
    )


def _says_bare_decision() -> pl.Expr:
    """A numbered line that, with those behind it, is a decision that does not say "request for"."""
    text = pl.col("text")
    ahead = (text.shift(-n).over("sha256").fill_null("") for n in range(1, LINES_OF_DECISION))
    return pl.concat_str(text, *ahead, separator=" ").str.contains(patterns.BARE_DECISION_SENTENCE_START)


def _place() -> pl.Expr:
    return pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("sha256")


def _decision(is_denied: pl.Expr) -> pl.Expr:
    return pl.when(is_denied).then(pl.lit("upheld")).otherwise(pl.lit("overturned"))
