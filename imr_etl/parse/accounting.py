"""Conservation: whatever in a letter reads like a decision is an item or a finding.

Belongs here: what items the lines of a letter promise, counted without regard to how items are read, items that say the
same, and decisions that their own rationale contradicts. Does not belong here: reading items (`imr_etl.parse.items`,
`imr_etl.parse.sentence_items`).
"""

import polars as pl

from imr_etl.parse import patterns
from imr_etl.parse.bounds import FINDING
from imr_etl.parse.items import RATIONALE, REQUEST
from imr_etl.parse.sentence_items import NOT_READ, REPEATED, opens_decision, request_key
from imr_etl.parse.templates import DECISIONS, UNKNOWN
from imr_etl.parse.text import DECISION_LENGTH

CONTRADICTED = "doubtful_decision"

END_OF_RATIONALE = 300
"""Characters of a rationale's end in which its last verdict stands."""


def unread_items(lines: pl.DataFrame, parts: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Find lines that end in a decision, numbered requests and bold lines that no item has.

    Takes lines with sections and `row`, the lines of `imr_etl.parse.items.with_parts`, and the items of all templates.
    """
    of_words = parts.filter(pl.col("part") == REQUEST).join(items, on=["sha256", "item_number"], how="semi")
    text = pl.col("text")
    end = text.str.tail(DECISION_LENGTH)
    is_decided = (pl.col("section") == DECISIONS) | (pl.col("template") == UNKNOWN)
    # Two filters: few lines hold such a word.
    undecided = (
        lines.filter(pl.col("may_decide") & ~pl.col("is_heading"))
        .filter(
            pl.when(is_decided)
            .then(end.str.contains(patterns.LIKE_DECISION))
            .otherwise(end.str.contains(patterns.DECISION_BEHIND_MARK))
        )
        .join(of_words, on="row", how="anti", maintain_order="left")
    )
    found = pl.concat([undecided, _numbered_requests(lines, of_words)]).unique("row", keep="first", maintain_order=True)
    return pl.concat(
        [
            _findings(found, NOT_READ, "decision", text),
            _findings(_cut_off(parts), NOT_READ, "request", pl.format("May belong to the request behind it: {}", text)),
            _findings(
                items.filter(pl.col(REQUEST) == "").with_columns(page="first_page"),
                NOT_READ,
                "request",
                pl.format("Item {} has a decision and no request", "item_number"),
            ),
        ]
    )


def repeated_items(items: pl.DataFrame) -> pl.DataFrame:
    """Find requests that their letter has more than once, with the same decision or with different ones."""
    groups = (
        items.with_columns(key=request_key(pl.col(REQUEST)))
        .filter(pl.col("key") != "")
        .group_by("sha256", "key", maintain_order=True)
        .agg(
            pl.col(REQUEST).first(),
            page=pl.col("first_page").last(),
            numbers=pl.col("item_number").cast(pl.String),
            ways=pl.col("decision").n_unique(),
        )
        .filter(pl.col("numbers").list.len() > 1)
    )
    how = pl.when(pl.col("ways") > 1).then(pl.lit("Decided both ways")).otherwise(pl.lit("The same request"))
    excerpt = pl.format("{} (items {}): {}", how, pl.col("numbers").list.join(", "), REQUEST)
    return _findings(groups, REPEATED, "request", excerpt)


def contradicted_decisions(items: pl.DataFrame) -> pl.DataFrame:
    """Find items whose rationale ends with the other verdict than the decision.

    Only a plain sentence counts ("Therefore, the request is not medically necessary.", "The denial is overturned."), no
    condition and no part.
    """
    end = pl.col(RATIONALE).str.tail(END_OF_RATIONALE).str.split(". ")
    says_verdict = pl.element().str.contains(f"{patterns.NECESSARY}|{patterns.DENIAL_VERDICT}")
    sentence = end.list.eval(pl.element().filter(says_verdict)).list.last()
    verdict = sentence.str.extract_groups(patterns.PLAIN_VERDICT).struct.field
    denial = sentence.str.extract_groups(patterns.DENIAL_VERDICT).struct.field
    read = items.select(
        "sha256",
        "decision",
        page="last_page",
        sentence=sentence,
        verdict=pl.when(sentence.str.contains(patterns.NO_PLAIN_VERDICT))
        .then(None)
        .when(verdict("negation").is_not_null() | denial("stands").is_not_null())
        .then(pl.lit("upheld"))
        .when(verdict("verb").is_not_null() | denial("falls").is_not_null())
        .then(pl.lit("overturned")),
    )
    wrong = read.filter(pl.col("verdict") != pl.col("decision"))
    return _findings(wrong, CONTRADICTED, "decision", pl.format("{}, and: {}", "decision", "sentence"))


def _numbered_requests(lines: pl.DataFrame, of_words: pl.DataFrame) -> pl.DataFrame:
    """Find lines that open a decision in a sentence, in letters whose requests end in a decision word.

    The other letters' numbered requests are accounted for where they are read.
    """
    # Two filters: few lines begin with a number.
    suspects = lines.filter(
        (pl.col("section") == DECISIONS) & pl.col("text").str.contains(patterns.MARKED_NUMBER)
    ).filter(pl.col("text").str.contains("request", literal=True))
    suspects = suspects.select("row", "sha256").join(of_words, on="sha256", how="semi")
    if suspects.is_empty():
        return lines.clear()
    return (
        lines.filter(pl.col("sha256").is_in(suspects["sha256"].implode()))
        .filter(opens_decision(pl.lit(value=False)))
        .join(suspects, on="row", how="semi", maintain_order="left")
        .join(of_words, on="row", how="anti", maintain_order="left")
    )


def _cut_off(parts: pl.DataFrame) -> pl.DataFrame:
    """Find bold lines before a request that a sentence end separates from it: a rationale's, or the request's own."""
    next_is_request = pl.col("in_request").shift(-1) & (pl.col("sha256") == pl.col("sha256").shift(-1))
    return parts.filter(
        pl.col("is_bold").fill_null(value=False)
        & ~pl.col("in_request")
        & pl.col("label").is_null()
        & ~pl.col("is_before_space")
        & next_is_request.fill_null(value=False)
        & pl.col("text").str.contains(patterns.SENTENCE_END)
    )


def _findings(rows: pl.DataFrame, code: str, field: str, excerpt: pl.Expr) -> pl.DataFrame:
    found = rows.select("sha256", code=pl.lit(code), field=pl.lit(field), excerpt=excerpt, page="page")
    return found.select(pl.col(name).cast(dtype) for name, dtype in FINDING.items())
