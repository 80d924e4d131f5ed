"""Where a letter's text breaks off: sentences without an end, guidelines without a request, pages and items not there.

Belongs here: what the text itself shows of its own gaps, each sign strong enough to stand alone. Does not belong here:
parts of a letter that are missing as a whole (`imr_etl.transform.problems`), and damage to the file, which is looked
for in the file (`imr_etl.ingest.damage`).
"""

import polars as pl

from imr_etl.parse import patterns
from imr_etl.parse.bounds import FINDING
from imr_etl.parse.items import CLAIMS_ADMINISTRATOR, RATIONALE, REQUEST, REVIEWER
from imr_etl.parse.sentence_items import SENTENCE_TEMPLATES
from imr_etl.parse.templates import SUMMARY

FULL_LINE = 0.8
"""The least length, as a share of the longest line, of a line whose text goes on in the next one."""

TAIL = 60
"""Characters of the end of a text that are shown."""

CODE = "incomplete_letter"


def find_gaps(
    lines: pl.DataFrame, printed: pl.DataFrame, parts: pl.DataFrame, letters: pl.DataFrame, items: pl.DataFrame
) -> pl.DataFrame:
    """Find what is missing; each finding has a sentence and the page of the text before the gap.

    Takes `letter_lines`, those that the letter prints, the lines of `imr_etl.parse.items.with_parts`, and the parsed
    letters and items.
    """
    summaries = letters.select("sha256", text="clinical_summary", page=pl.lit(None), name=pl.lit("The summary"))
    rationales = items.select(
        "sha256", text=RATIONALE, page="last_page", name=pl.format("The rationale of item {}", "item_number")
    )
    found = [
        _unfinished(summaries, "clinical_summary"),
        _unfinished(rationales, RATIONALE),
        _cut_off(printed, parts, items),
        _begun_before(parts, items),
        *(_unended(parts, items, side) for side in (CLAIMS_ADMINISTRATOR, REVIEWER)),
        _without_request(parts, items),
        _skipped_numbers(letters, items),
        _misnumbered(parts, items),
        _announced_otherwise(parts, items),
        _missing_pages(lines),
    ]
    return pl.concat(
        frame.with_columns(code=pl.lit(CODE)).select(pl.col(name).cast(dtype) for name, dtype in FINDING.items())
        for frame in found
    )


def _unfinished(texts: pl.DataFrame, field: str) -> pl.DataFrame:
    """Find texts (sha256, text, page, name) that end in a word or a mark that another word must follow."""
    return texts.filter(pl.col("text").str.tail(TAIL).str.contains(patterns.UNFINISHED)).select(
        "sha256",
        "page",
        field=pl.lit(field),
        excerpt=pl.format('{} breaks off: "{}"', "name", pl.col("text").str.tail(TAIL)),
    )


def _cut_off(printed: pl.DataFrame, parts: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Find summaries and rationales that end no sentence, in a line of full length or at the letter's end.

    A paragraph that only lacks its period ends anywhere between the margins. All 97 real letters end with a period.
    """
    longest = printed.group_by("sha256").agg(longest=pl.col("text").str.len_chars().max())
    of_summaries = printed.filter((pl.col("section") == SUMMARY) & ~pl.col("is_heading")).select(
        "sha256", "page", "text", item_number=pl.lit(None, pl.Int32)
    )
    of_rationales = (
        parts.filter(pl.col("part") == RATIONALE)
        .join(items, on=["sha256", "item_number"], how="semi", maintain_order="left")
        .select("sha256", "page", "text", "item_number")
    )
    return (
        pl.concat([of_summaries, of_rationales])
        .unique(["sha256", "item_number"], keep="last", maintain_order=True)
        .with_columns(is_end=pl.col("item_number") == pl.col("item_number").max().over("sha256"))
        .filter(~pl.col("text").str.contains(patterns.ENDED) & ~pl.col("text").str.contains(patterns.UNFINISHED))
        .join(longest, on="sha256", maintain_order="left")
        .filter(
            (pl.col("text").str.len_chars() >= FULL_LINE * pl.col("longest")) | pl.col("is_end").fill_null(value=False)
        )
        .select(
            "sha256",
            "page",
            field=pl.when(pl.col("item_number").is_null())
            .then(pl.lit("clinical_summary"))
            .otherwise(pl.lit(RATIONALE)),
            excerpt=pl.format('A text breaks off: "{}"', pl.col("text").str.tail(TAIL)),
        )
    )


def _begun_before(parts: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Find requests ending in a decision word that begin in the middle of a sentence or of parentheses."""
    request = pl.col(REQUEST)
    opened, closed = (request.str.count_matches(mark, literal=True) for mark in "()")
    of_words = items.join(parts.filter("decides"), on="sha256", how="semi", maintain_order="left")
    return of_words.filter(request.str.contains(r"^\p{Ll}") | (opened != closed)).select(
        "sha256",
        page="first_page",
        field=pl.lit(REQUEST),
        excerpt=pl.format('Part of a request is missing: "{}"', request.str.head(TAIL)),
    )


def _unended(parts: pl.DataFrame, items: pl.DataFrame, side: str) -> pl.DataFrame:
    """Find guidelines of items ending in a decision word that end no sentence, as their standard wording does."""
    of_words = items.join(parts.filter("decides"), on="sha256", how="semi", maintain_order="left")
    return of_words.filter(~pl.col(side).str.contains(patterns.ENDED)).select(
        "sha256",
        page="last_page",
        field=pl.lit(side),
        excerpt=pl.format('The guideline of item {} breaks off: "{}"', "item_number", pl.col(side).str.tail(TAIL)),
    )


def _without_request(parts: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Find guidelines that stand before the first request, or after a rationale with no request between."""
    labels = parts.drop_nulls("label").join(items, on="sha256", how="semi", maintain_order="left")
    item = pl.col("item_number")
    follows_rationale = (pl.col("label").shift(1) == RATIONALE) & pl.all_horizontal(
        (pl.col(key) == pl.col(key).shift(1)) for key in ("sha256", "item_number")
    )
    is_first = pl.col("sha256") != pl.col("sha256").shift(1)
    return labels.filter(
        (pl.col("label") != RATIONALE) & ((item.is_null() & is_first.fill_null(value=True)) | follows_rationale)
    ).select(
        "sha256",
        "page",
        field=pl.lit("request"),
        excerpt=pl.when(item.is_null())
        .then(pl.lit("A guideline stands before the first request"))
        .otherwise(pl.format("The request behind item {} is missing, its guidelines are there", "item_number")),
    )


def _skipped_numbers(letters: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Find items that letters number themselves, with one left out."""
    numbered = items.join(
        letters.filter(pl.col("template").is_in(SENTENCE_TEMPLATES)), on="sha256", how="semi", maintain_order="left"
    )
    before = pl.col("item_number").shift(1).over("sha256").fill_null(0)
    return (
        numbered.with_columns(before=before)
        .filter(pl.col("item_number") > before + 1)
        .select(
            "sha256",
            page="first_page",
            field=pl.lit("item_number"),
            excerpt=pl.format("Item {} follows item {}", "item_number", "before"),
        )
    )


def _misnumbered(parts: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Find items ending in a decision word whose printed number does not follow that of the item before.

    Takes letters in which each of several requests has a number: "1. Norco", "3. Lumbar MRI".
    """
    number = pl.col("text").str.extract(patterns.NUMBER_OF_REQUEST).cast(pl.Int32, strict=False)
    before = pl.col("number").shift(1).over("sha256").fill_null(0)
    return (
        parts.filter(pl.col("part") == REQUEST)
        .unique(["sha256", "item_number"], keep="first", maintain_order=True)
        .join(items, on=["sha256", "item_number"], how="semi", maintain_order="left")
        .with_columns(number=number)
        .filter((pl.col("number").is_not_null().all() & (pl.len() > 1)).over("sha256"))
        .with_columns(before=before)
        .filter(pl.col("number") != pl.col("before") + 1)
        .select(
            "sha256",
            "page",
            field=pl.lit("item_number"),
            excerpt=pl.format("An item with the number {} follows number {}", "number", "before"),
        )
    )


def _announced_otherwise(parts: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Find letters that announce another number of items than they have: "the following 4 disputed items"."""
    announced = pl.col("text").str.extract(patterns.ANNOUNCED_ITEMS).cast(pl.Int32, strict=False)
    return (
        parts.filter(pl.col("item_number").is_null())
        .select("sha256", "page", announced=announced)
        .drop_nulls("announced")
        .join(items.group_by("sha256").agg(pl.len().alias("given")), on="sha256", maintain_order="left")
        .filter(pl.col("announced") != pl.col("given"))
        .select(
            "sha256",
            "page",
            field=pl.lit("item_number"),
            excerpt=pl.format("The letter announces {} items and has {}", "announced", "given"),
        )
    )


def _missing_pages(lines: pl.DataFrame) -> pl.DataFrame:
    """Find letters whose pages say that there are more of them."""
    numbered = lines.filter(pl.col("text").str.contains(" of ", literal=True)).filter(
        pl.col("text").str.contains(patterns.FURNITURE)
    )
    last = lines.join(numbered, on="sha256", how="semi").group_by("sha256").agg(page=pl.col("page").max())
    return (
        numbered.group_by("sha256", maintain_order=True)
        .agg(printed=pl.col("text").str.extract(patterns.PAGES_IN_ALL).cast(pl.Int32, strict=False).max())
        .join(last, on="sha256", maintain_order="left")
        .filter(pl.col("printed") > pl.col("page"))
        .select(
            "sha256",
            "page",
            field=pl.lit("page_count"),
            excerpt=pl.format("A page says that there are {}, and {} have text", "printed", "page"),
        )
    )
