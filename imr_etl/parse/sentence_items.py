"""Disputed items of the templates of 2013 and 2014, whose decisions are sentences and not a word after a request.

Belongs here: items of F2b, F2a and early F1 ("The request for X is not medically necessary and appropriate") and of F3
(an issue, and a rationale whose heading gives the decision). Does not belong here: items that end in "Upheld"
(`imr_etl.parse.items`).
"""

import polars as pl

from imr_etl.parse import patterns
from imr_etl.parse.bounds import FINDING
from imr_etl.parse.items import CLAIMS_ADMINISTRATOR, KEY, PARTS, RATIONALE, REQUEST, REVIEWER
from imr_etl.parse.templates import (
    DATED_IN_PROSE,
    DECISIONS,
    GUIDELINES,
    HEADER,
    ISSUE,
    NECESSARY,
    NOT_NECESSARY,
)
from imr_etl.parse.text import joined
from imr_etl.vocabulary import find_terms, words

SENTENCE_TEMPLATES = ("F2b", "F2a", "F1")
ISSUE_TEMPLATES = ("F3",)
REGARDING = "regarding"
LINES_OF_DECISION = 8
"""The most lines of a decision, with the beginning of what follows it."""

PARTS_OPENED = {
    CLAIMS_ADMINISTRATOR: patterns.CLAIMS_ADMINISTRATOR_STATED,
    REVIEWER: patterns.REVIEWER_STATED,
    RATIONALE: patterns.RATIONALE_LABEL,
}
"""What opens each part after a decision, in the order in which an item has them: a part once opened is not left for an
earlier one."""
ORDER = (REQUEST, REGARDING, *PARTS_OPENED)

ITEM = {
    "sha256": pl.Categorical(),
    "item_number": pl.Int32(),
    **dict.fromkeys(PARTS, pl.String()),
    "first_page": pl.Int32(),
    "last_page": pl.Int32(),
    "decision": pl.String(),
}

NOT_READ, REPEATED = "item_not_read", "item_repeated"
VERBS = ("is", "are", "was", "were", "has", "have")
NEGATED_VERBS = ("isn't", "aren't", "wasn't", "weren't", "cannot", "can not")


def sentence_items(lines: pl.DataFrame, letters: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Find the items of letters (by sha256) whose decisions are sentences, and what of these could not be read.

    Items have the columns of `imr_etl.parse.items.items`, findings those of FINDING. The items keep their printed
    numbers where no number comes twice. A list of decisions that comes twice gives each item once, and blocks that
    treat the items one by one ("1) Regarding the request for X:") add their guidelines and rationale.
    """
    if letters.is_empty():
        return pl.DataFrame(schema=ITEM), pl.DataFrame(schema=FINDING)
    in_decisions = pl.col("section") == DECISIONS
    lines = lines.filter(
        pl.col("sha256").is_in(letters.implode())
        & ((pl.col("section") != HEADER) | (pl.col("template") == DATED_IN_PROSE))
    )
    text = pl.col("text")
    rank = pl.coalesce(
        pl.when(text.str.contains(patterns.REGARDING_START)).then(pl.lit(ORDER.index(REGARDING))),
        pl.when(opens_decision(in_decisions)).then(pl.lit(ORDER.index(REQUEST))),
        *(
            pl.when(text.str.contains(pattern)).then(pl.lit(ORDER.index(part)))
            for part, pattern in PARTS_OPENED.items()
        ),
    )
    lines = lines.with_columns(rank=rank).with_columns(
        opens=(pl.col("rank") <= ORDER.index(REGARDING)).fill_null(value=False),
        closes=pl.col("is_heading") | (pl.col("section") != pl.col("section").shift(1)).fill_null(value=True),
    )
    lines = lines.with_columns(block=(pl.col("opens") | pl.col("closes")).cum_sum())
    blocks = _blocks(lines)
    decisions = _with_verdicts(blocks.filter(pl.col(REQUEST).is_not_null()))
    unread = decisions.filter(pl.col("decision").is_null() | (pl.col("request") == "").fill_null(value=True))
    items, repeated = _merged(decisions.join(unread, on="block", how="anti", maintain_order="left"))
    regarding = blocks.filter(pl.col(REGARDING).is_not_null()).with_columns(
        key=request_key(pl.col(REGARDING).str.extract(patterns.REGARDING))
    )
    items, unmatched = _with_regarding(items, regarding)
    findings = pl.concat(
        [
            _finding(unread, NOT_READ, pl.lit("decision"), pl.col("sentence")),
            _finding(unmatched, NOT_READ, pl.lit("request"), pl.col(REGARDING)),
            _finding(decisions.filter(pl.col("second").is_not_null()), NOT_READ, pl.lit("decision"), pl.col("second")),
            repeated,
        ]
    )
    return items.select(pl.col(name).cast(dtype) for name, dtype in ITEM.items()), findings


def opens_decision(in_decisions: pl.Expr) -> pl.Expr:
    """Check whether a line begins a decision.

    It is numbered and says "request for"; or it is numbered and, with the lines after it, says what is necessary in
    the words or at the place of a decision; or it says "request for" and the Claims Administrator's guideline is next.
    A list within a rationale is numbered too, and so are documents, among them requests for authorization.
    """
    text = pl.col("text")
    rest = _without_number(text)
    ahead = (text.shift(-n).over("sha256").fill_null("") for n in range(1, LINES_OF_DECISION))
    window = pl.concat_str(rest, *ahead, separator=" ")
    is_numbered = text.str.contains(patterns.PRINTED_NUMBER)
    is_marked = text.str.contains(patterns.MARKED_NUMBER)
    asks = rest.str.contains(patterns.REQUEST_FOR)
    is_bold = pl.col("is_bold").fill_null(value=False)
    stands = window.str.contains(patterns.BEFORE_GUIDELINE) | window.str.contains(patterns.WHOLE_DECISION)
    decides = stands | (is_bold & window.str.contains(patterns.ANY_VERDICT))
    return (
        (is_numbered & asks & (in_decisions | window.str.contains(patterns.ANY_VERDICT)))
        | (is_marked & decides)
        | (asks & window.str.contains(patterns.BEFORE_GUIDELINE))
    )


def _blocks(lines: pl.DataFrame) -> pl.DataFrame:
    """List the blocks that a decision or "Regarding" opens: sha256, block, number, the text of each part, pages."""
    of_blocks = (
        lines.filter(pl.col("opens").any().over("block"))
        .with_columns(rank=pl.col("rank").cum_max().forward_fill().over("block"))
        .with_columns(part=pl.col("rank").replace_strict(dict(enumerate(ORDER)), return_dtype=pl.String))
    )
    return (
        of_blocks.group_by("sha256", "block", maintain_order=True)
        .agg(
            number=pl.col("text").first().str.extract(patterns.PRINTED_NUMBER).cast(pl.Int32, strict=False),
            first_page=pl.col("page").min(),
            last_page=pl.col("page").max(),
            **{part: pl.col("piece").filter(pl.col("part") == part) for part in ORDER},
        )
        .with_columns(joined(part) for part in ORDER)
        .with_columns(
            pl.col(part).str.replace(label, "")
            for part, label in (
                (CLAIMS_ADMINISTRATOR, patterns.CLAIMS_ADMINISTRATOR_LABEL),
                (REVIEWER, patterns.REVIEWER_LABEL),
                (RATIONALE, patterns.RATIONALE_LABEL),
            )
        )
        .with_columns(
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
        .drop("within")
    )


def _with_verdicts(blocks: pl.DataFrame) -> pl.DataFrame:
    """Return blocks with `sentence`, and its `request` and `decision`; a decision that is not clear is null.

    A decision is clear where every word between the verb and "medically necessary" is known, at most one of them
    denies, and nothing after it takes part of it back.

    `second` is a decision that follows the first one on its line, and that no item has.
    """
    sentence = pl.col("sentence")
    before = sentence.str.replace(rf"(?is)(?:{patterns.VERDICT}).*$", "")
    behind = sentence.str.extract(rf"(?is)(?:{patterns.NECESSARY})(.*)$", 2).str.replace(
        patterns.FIRST_SENTENCE_END, ""
    )
    stated = pl.col("stated").struct.field
    read = (
        blocks.with_columns(sentence=_without_number(pl.col(REQUEST)))
        .with_columns(
            stated=before.str.strip_chars_end().str.extract_groups(patterns.DECISION_SENTENCE),
            necessary=sentence.str.extract_groups(patterns.NECESSARY),
            end=behind.str.extract_groups(patterns.VERDICT_END),
            is_ended=behind.str.contains(patterns.VERDICT_END),
        )
        .with_columns(
            verb=stated("verb").str.to_lowercase().str.replace("\u2019", "'"),
            mid=stated("mid"),
            request=stated("prefix").fill_null("") + stated("request"),
            second=sentence.str.extract(patterns.SECOND_DECISION),
        )
    )
    known = (
        find_terms(read.with_columns(pl.col("mid").fill_null("")), "mid", "verdict_words", "block")
        .group_by("block")
        .agg(known=pl.col("tokens").sum(), negations=(pl.col("role") == "negation").sum())
    )
    words_between = words(pl.col("mid")).str.count_matches(r"\S+")
    negations = (
        pl.col("negations").fill_null(0)
        + pl.col("verb").is_in(NEGATED_VERBS)
        + pl.col("necessary").struct.field("1").is_not_null()
    )
    is_clear = (
        pl.col("verb").is_in([*VERBS, *NEGATED_VERBS])
        & (words_between == pl.col("known").fill_null(0))
        & (negations <= 1)
        & pl.col("is_ended")
        & (pl.col("end").struct.field("negation").is_null() | (negations == 1))
        & ~sentence.str.contains(patterns.ASKS)
    )
    return (
        read.join(known, on="block", how="left", maintain_order="left")
        .with_columns(decision=pl.when(is_clear).then(_decision(negations == 1)))
        .drop("stated", "necessary", "end", "is_ended", "verb", "mid", "known", "negations")
    )


def _merged(decisions: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """List the items of the blocks that decide, with `printed` (its number, null where two have it) and `key`.

    Also findings: an item that is decided both ways or has two rationales, and a number that two items have.
    """
    keyed = decisions.with_columns(key=request_key(pl.col("request")))
    rows = (
        keyed.group_by("sha256", "number", "key", maintain_order=True)
        .agg(
            pl.col("block", "request", "decision", "sentence").first(),
            *(pl.col(part).drop_nulls().first() for part in PARTS[1:]),
            pl.col("first_page").min(),
            pl.col("last_page").max(),
            rationales=pl.col(RATIONALE).count(),
            decisions=pl.col("decision").n_unique(),
        )
        .with_columns(
            is_doubled=(pl.col("number").is_not_null() & (pl.len().over("sha256", "number") > 1)),
            in_order=pl.int_range(1, pl.len() + 1).over("sha256"),
        )
        .with_columns(printed=pl.when(pl.col("is_doubled").not_()).then("number"))
        .with_columns(
            item_number=pl.when(pl.col("printed").is_not_null().all().over("sha256"))
            .then("printed")
            .otherwise("in_order")
        )
    )
    request = pl.col("request")
    findings = pl.concat(
        [
            _finding(
                rows.filter(pl.col("decisions") > 1),
                REPEATED,
                pl.lit("decision"),
                pl.format("Decided both ways: {}", request),
            ),
            _finding(
                rows.filter(pl.col("rationales") > 1),
                REPEATED,
                pl.lit("request"),
                pl.format("Stands twice: {}", request),
            ),
            _finding(
                rows.filter("is_doubled"),
                REPEATED,
                pl.lit("item_number"),
                pl.format("Another item has the number {} too: {}", "number", request),
            ),
        ]
    )
    return rows.drop("rationales", "decisions", "is_doubled", "in_order"), findings


def _with_regarding(items: pl.DataFrame, blocks: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give items the guidelines and rationale of the blocks that treat them one by one; also the blocks of no item."""
    of_number = blocks.join(
        items.select("sha256", "item_number", number="printed").drop_nulls("number"),
        on=["sha256", "number"],
        maintain_order="left",
    )
    of_request = blocks.join(of_number, on="block", how="anti").join(
        items.select("sha256", "item_number", "key"), on=["sha256", "key"], maintain_order="left"
    )
    matched = pl.concat([of_number, of_request], how="diagonal")
    unmatched = blocks.join(matched, on="block", how="anti", maintain_order="left")
    parts = matched.group_by(KEY, maintain_order=True).agg(
        *(pl.col(part).drop_nulls().first().alias(f"of_block_{part}") for part in PARTS[1:]),
        begins=pl.col("first_page").min(),
        ends=pl.col("last_page").max(),
    )
    joined_items = items.join(parts, on=KEY, how="left", maintain_order="left").with_columns(
        *(pl.coalesce(part, f"of_block_{part}").alias(part) for part in PARTS[1:]),
        first_page=pl.min_horizontal("first_page", "begins"),
        last_page=pl.max_horizontal("last_page", "ends"),
    )
    return joined_items, unmatched


def _without_number(text: pl.Expr) -> pl.Expr:
    return text.str.replace(patterns.PRINTED_NUMBER, "").str.replace(patterns.LIST_MARK, "")


def request_key(request: pl.Expr) -> pl.Expr:
    """Return the alphanumeric characters of a request, in lower case."""
    return request.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")


def _finding(rows: pl.DataFrame, code: str, field: pl.Expr, excerpt: pl.Expr) -> pl.DataFrame:
    """Return findings of rows that have sha256 and first_page."""
    found = rows.select("sha256", code=pl.lit(code), field=field, excerpt=excerpt, page="first_page")
    return found.select(pl.col(name).cast(dtype) for name, dtype in FINDING.items())


def issue_items(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Find items of letters of F3, columns as `imr_etl.parse.items.items`, and findings, columns as FINDING.

    The n-th issue has the n-th guideline and rationale. Where a letter has one rationale for several issues, it is the
    rationale of each. Where rationales that decide differently are not as many as issues, which one decides which is
    unknown: then the letter has no item and each issue is a finding.
    """
    lines = lines.filter(pl.col("template").is_in(ISSUE_TEMPLATES))
    if lines.is_empty():
        return pl.DataFrame(schema=ITEM), pl.DataFrame(schema=FINDING)
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
    of_letter = rationales.group_by("sha256").agg(rationales=pl.len(), ways=pl.col("decision").n_unique())
    counted = issues.join(of_letter, on="sha256", how="left", maintain_order="left")
    is_unclear = (pl.col("ways") > 1) & (pl.col("rationales") != pl.len().over("sha256"))
    unclear = counted.filter(is_unclear.fill_null(value=False) | pl.col("rationales").is_null())
    issues = issues.join(unclear, on="sha256", how="anti", maintain_order="left")
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
    items = (
        issues.drop_nulls("decision")
        .with_columns(
            last_page=pl.max_horizontal("last_page", "rationale_page"),
            claims_administrator_guideline=pl.lit(None, pl.String),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in ITEM.items())
    )
    return items, _finding(unclear, NOT_READ, pl.lit("decision"), pl.col("request"))


def _place() -> pl.Expr:
    return pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("sha256")


def _decision(is_denied: pl.Expr) -> pl.Expr:
    return pl.when(is_denied).then(pl.lit("upheld")).otherwise(pl.lit("overturned"))
