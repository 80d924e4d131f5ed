"""Which lines of a file are its letter's: of one case, each page once, up to the letter's end.

Belongs here: repeated pages, pages and letters of another case, what is printed below or after the letter.
Does not belong here: page furniture (`imr_etl.parse.text`), headings and sections (`imr_etl.parse.templates`).

Whatever is left out is a finding, except a signature and the notices that belong to the letter. Findings have the
columns of FINDING.
"""

from functools import cache
from typing import Final

import polars as pl

from imr_etl.blocks import case_number
from imr_etl.parse import patterns
from imr_etl.parse.templates import CLOSING, CREDENTIALS, DECISIONS
from imr_etl.parse.text import DECISION_LENGTH, is_furniture, joined
from imr_etl.vocabulary import SEPARATOR, code_table

FINDING: Final = {
    "sha256": pl.Categorical(),
    "code": pl.String(),
    "field": pl.String(),
    "excerpt": pl.String(),
    "page": pl.Int32(),
}
"""Columns of what a step of the parse found: a problem code, the column concerned, what stands there, its page."""

TEXT_REPEATED, OTHER_CASE, SEVERAL, LEFT_OUT, OUT_OF_ORDER = (
    "text_repeated",
    "page_of_other_case",
    "several_letters",
    "text_left_out",
    "pages_out_of_order",
)

WHOLE_LINE: Final = 20
"""The fewest characters of a line that counts as repeated."""

WHOLE_PAGE: Final = 150
"""The fewest characters of a page that counts as repeated."""

HEADER_ROWS: Final = 14
"""Lines after the label of the case number within which its value stands."""

PAGE_TOP: Final = 8
"""Lines at the top of a page; if the name of another document is in them, the whole page is of that document."""

SHORT_LINE: Final = 60
"""The most characters of a line of a letterhead."""

FOOTNOTES: Final = 8
"""The most lines of the footnotes of a page."""


# " for Jane Roe of May 3, 2016"; not " were reviewed and do not help."
TITLE_REST: Final = r"(?:[\s.:]*$|(?:\s+(?-i:[\p{Lu}\d(&][^\s]*|of|and|by|for|the|on|in|to|at|&|[-\u2013\u2014]))+$)"
# ", Jane Roe", ": Department of Industrial Relations"
LABEL_REST: Final = rf"(?:\s*[:,]|{TITLE_REST})"
LABELS: Final = ("signature", "notice")
"""Kinds whose phrases are labels too; a sentence may begin with the name of a document and a comma."""


def without_repeated_text(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Remove repeated text: a line directly after itself, a page that says the same as an earlier one.

    Returns the other lines, and a finding for each line and page that was removed.
    """
    is_again = (
        (pl.col("text") == pl.col("text").shift(1))
        & (pl.col("sha256") == pl.col("sha256").shift(1))
        & (pl.col("text").str.len_chars() >= WHOLE_LINE)
    ).fill_null(value=False)
    again = lines.filter(is_again)
    if again.height:
        lines = lines.filter(~is_again)
    # Few letters have two pages whose first or second lines are the same.
    tops = lines.filter(pl.col("line") <= 2)
    alike = tops.filter(pl.struct("sha256", "text").is_duplicated()).select("sha256").unique()
    pages = (
        lines.join(alike, on="sha256", how="semi", maintain_order="left")
        .filter(~is_furniture())
        .group_by("sha256", "page", maintain_order=True)
        .agg(pl.col("text"), first=pl.col("text").first())
        .with_columns(joined("text"))
        .filter(pl.col("text").str.len_chars() >= WHOLE_PAGE)
        .filter(pl.struct("sha256", "text").is_first_distinct().not_())
    )
    rest = lines.join(pages, on=["sha256", "page"], how="anti", maintain_order="left") if pages.height else lines
    findings = [
        _findings(again, TEXT_REPEATED, pl.format("The line: {}", "text")),
        _findings(pages, TEXT_REPEATED, pl.format("The page that begins with: {}", "first")),
    ]
    return rest, pl.concat(findings)


def without_other_cases(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return lines of the file's first case number, and findings where another one's begin.

    A running head or foot names the case of its page, a header that of all lines after it.
    """
    marks = _case_marks(lines)
    own = marks.filter(~pl.col("of_page")).unique("sha256", keep="first", maintain_order=True)
    marked = marks.join(own.select("sha256", own="number"), on="sha256", maintain_order="left")
    foreign = marked.filter(pl.col("number") != pl.col("own"))
    if foreign.is_empty():
        return lines, pl.DataFrame(schema=FINDING)
    # Where the first page's own running head differs from its header nobody knows which of the two is right.
    unsure = foreign.filter(pl.col("of_page") & (pl.col("page") == 1)).select("sha256")
    pages = foreign.filter("of_page").join(unsure, on="sha256", how="anti").select("sha256", "page").unique()
    headers = marked.filter(~pl.col("of_page")).select("row", is_foreign=pl.col("number") != pl.col("own"))
    rest = (
        lines.with_row_index("row")
        .join(headers, on="row", how="left", maintain_order="left")
        .with_columns(pl.col("is_foreign").forward_fill().over("sha256").fill_null(value=False))
        .filter(pl.col("is_foreign").not_())
        .drop("row", "is_foreign")
        .join(pages, on=["sha256", "page"], how="anti", maintain_order="left")
    )
    code = pl.when("of_page").then(pl.lit(OTHER_CASE)).otherwise(pl.lit(SEVERAL))
    excerpt = pl.format("{} of {}", pl.when("of_page").then(pl.lit("A page")).otherwise(pl.lit("A header")), "number")
    return rest, _findings(foreign.unique(["sha256", "number"], keep="first", maintain_order=True), code, excerpt)


def pages_out_of_order(lines: pl.DataFrame) -> pl.DataFrame:
    """Find pages whose printed number is not higher than that of the page before."""
    number = pl.col("text").str.extract(patterns.PRINTED_PAGE).cast(pl.Int32, strict=False)
    numbered = (
        lines.filter(is_furniture())
        .with_columns(number=number)
        .drop_nulls("number")
        .unique(["sha256", "page"], keep="first", maintain_order=True)
    )
    before = pl.col("number").shift(1).over("sha256")
    wrong = numbered.with_columns(before=before).filter(pl.col("number") <= pl.col("before"))
    excerpt = pl.format("A page with the number {} stands behind one with the number {}", "number", "before")
    return _findings(wrong.unique("sha256", keep="first", maintain_order=True), OUT_OF_ORDER, excerpt)


def without_second_letter(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cut off a second letter, which begins where the letter's first heading comes again after its decisions.

    Returns the lines before it, and findings. The header above that heading belongs to the second letter too.
    """
    numbered = lines.with_row_index("row")
    headings = numbered.filter("is_heading")
    decisions = headings.filter(pl.col("section") == DECISIONS).group_by("sha256").agg(decisions=pl.col("row").min())
    begins = (
        headings.filter(pl.col("section") == CREDENTIALS)
        .join(decisions, on="sha256")
        .filter((pl.col("row") > pl.col("decisions")) & pl.col("template").is_in(["F1", "F2b"]))
        .unique("sha256", keep="first", maintain_order=True)
    )
    if begins.is_empty():
        return lines, pl.DataFrame(schema=FINDING)
    above = numbered.join(begins.select("sha256", begin="row"), on="sha256", maintain_order="left").filter(
        (pl.col("row") < pl.col("begin")) & (pl.col("row") >= pl.col("begin").cast(pl.Int64) - HEADER_ROWS)
    )
    header = above.filter(pl.col("text").str.contains(patterns.HEADER_LINE)).group_by("sha256").agg(pl.col("row").min())
    first = begins.select("sha256", "page", begin="row").join(header, on="sha256", how="left", maintain_order="left")
    cut = first.with_columns(cut=pl.min_horizontal("row", "begin"))
    rest = (
        numbered.join(cut.select("sha256", "cut"), on="sha256", how="left", maintain_order="left")
        .filter(pl.col("cut").is_null() | (pl.col("row") < pl.col("cut")))
        .drop("row", "cut")
    )
    return rest, _findings(cut, SEVERAL, pl.lit("The letter's first heading stands again behind its decisions"))


def without_notes(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return lines without drawn rules and without the footnotes of a page, and a finding for each page that has some.

    Footnotes are the last lines of a page, below a rule or with a number in brackets, the first one marked.
    """
    text = pl.col("text")
    marked = lines.with_row_index("row").filter(text.str.contains(patterns.LIKE_NOTE))
    rules = marked.filter(text.str.contains(patterns.RULE))
    candidates = marked.filter(
        text.str.contains(patterns.BRACKETED_NOTE)
        | (text.str.contains(patterns.NOTE) & (pl.col("row") - 1).is_in(rules["row"].implode()))
    )
    if rules.is_empty() and candidates.is_empty():
        return lines, pl.DataFrame(schema=FINDING)
    last = lines.group_by("sha256", "page", maintain_order=True).agg(last=pl.col("line").max())
    notes = (
        candidates.join(last, on=["sha256", "page"], maintain_order="left")
        .filter(pl.col("last") - pl.col("line") < FOOTNOTES)
        .unique(["sha256", "page"], keep="first", maintain_order=True)
    )
    rest = (
        lines.with_row_index("row")
        .join(rules, on="row", how="anti", maintain_order="left")
        .join(notes.select("sha256", "page", note="line"), on=["sha256", "page"], how="left", maintain_order="left")
        .filter(pl.col("note").is_null() | (pl.col("line") < pl.col("note")))
        .drop("row", "note")
    )
    return rest, _findings(notes, LEFT_OUT, pl.format("Footnotes: {}", "text"))


def with_closing(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return lines with sections and signs, those after the letter's end in the section CLOSING, and findings.

    The letter ends before the first line after its last item that opens a signature, a notice or another document, or
    is an unknown heading in capitals.
    """
    numbered = lines.with_row_index("row")
    text = pl.col("text")
    # Two filters: few lines hold a word of a label.
    labels = numbered.filter(pl.any_horizontal("is_heading", "has_label_word", "may_decide"))
    last = (
        labels.filter(
            pl.col("is_heading")
            | text.str.contains(_opens_part())
            | text.str.tail(DECISION_LENGTH).str.contains(patterns.DECISION_AT_END)
        )
        .group_by("sha256")
        .agg(last=pl.col("row").max())
    )
    from_last = numbered.join(last, on="sha256", maintain_order="left").filter(pl.col("row") >= pl.col("last"))
    behind = from_last.with_columns(
        before=text.shift(1),
        is_spaced=pl.col("is_before_space").shift(1),
        turns_page=pl.col("page") != pl.col("page").shift(1),
    ).filter(pl.col("row") > pl.col("last"))
    before = pl.col("before")
    is_letterhead = (pl.col("page") > 1) & (pl.col("line") <= PAGE_TOP) & (before.str.len_chars() < SHORT_LINE)
    stands_apart = (
        before.str.contains(patterns.SENTENCE_END) | pl.col("is_spaced") | pl.col("turns_page") | is_letterhead
    )
    is_capital = text.str.contains(patterns.CAPITALS) & before.str.contains(r"\p{Ll}")
    kinds = pl.coalesce(
        pl.when(text.str.contains(patterns.SIGNATORY)).then(pl.lit("signature")),
        *(pl.when(text.str.contains(pattern)).then(pl.lit(kind)) for kind, pattern in _openers().items()),
        pl.when(is_capital).then(pl.lit("document")),
    )
    opened = (
        behind.filter(stands_apart.fill_null(value=False) & text.str.contains(r"^(?:\p{Lu}|cc\b)"))
        .with_columns(kind=kinds)
        .drop_nulls("kind")
        .unique("sha256", keep="first", maintain_order=True)
    )
    if opened.is_empty():
        return lines, pl.DataFrame(schema=FINDING)
    tops = behind.join(opened.select("sha256", "page", opened="line"), on=["sha256", "page"], maintain_order="left")
    tops = tops.filter((pl.col("line") <= pl.col("opened")) & (pl.col("opened") <= PAGE_TOP) & (pl.col("page") > 1))
    first_row = tops.group_by("sha256").agg(first_row=pl.col("row").min())
    ends = opened.join(first_row, on="sha256", how="left", maintain_order="left").select(
        "sha256", end=pl.min_horizontal("row", "first_row")
    )
    rest = (
        numbered.join(ends, on="sha256", how="left", maintain_order="left")
        .with_columns(section=pl.when(pl.col("row") >= pl.col("end")).then(pl.lit(CLOSING)).otherwise("section"))
        .drop("row", "end")
    )
    documents = opened.filter(~pl.col("kind").is_in(LABELS))
    return rest, _findings(documents, LEFT_OUT, pl.format("Behind the letter's end: {}", "text"))


def _case_marks(lines: pl.DataFrame) -> pl.DataFrame:
    """Find where a file names a case: sha256, row, page, number, of_page (a running head or foot; else a header)."""
    numbered = lines.with_row_index("row")
    furniture = numbered.filter(is_furniture())
    named = numbered.filter(pl.col("text").str.contains_any(["CM", "cm"])).with_columns(
        number=case_number(pl.col("text"))
    )
    named = named.drop_nulls("number")
    of_pages = named.join(furniture.select("row"), on="row", how="semi").with_columns(of_page=True)
    labels = numbered.filter(pl.col("text").str.contains(patterns.HEADER_START)).join(
        furniture, on="row", how="anti", maintain_order="left"
    )
    headers = (
        labels.select("sha256", "row", "page")
        .join_asof(
            named.select("sha256", "number", found="row", row="row"),
            on="row",
            by="sha256",
            strategy="forward",
            check_sortedness=False,
        )
        .filter(pl.col("found") - pl.col("row") <= HEADER_ROWS)
        .with_columns(of_page=False)
    )
    columns = ["sha256", "row", "page", "number", "of_page"]
    return pl.concat([of_pages.select(columns), headers.select(columns)]).sort("row")


def _findings(rows: pl.DataFrame, code: str | pl.Expr, excerpt: pl.Expr) -> pl.DataFrame:
    """Return findings of rows that have sha256 and page."""
    code = pl.lit(code) if isinstance(code, str) else code
    found = rows.select("sha256", code=code, field=pl.lit(None), excerpt=excerpt, page="page")
    return found.select(pl.col(name).cast(dtype) for name, dtype in FINDING.items())


@cache
def _opens_part() -> str:
    """Build the pattern of a line that opens a part of an item."""
    parts = (patterns.CLAIMS_ADMINISTRATOR_STATED, patterns.REVIEWER_STATED, patterns.RATIONALE_LABEL)
    return "|".join(f"(?:{part})" for part in (*parts, patterns.REGARDING_START))


@cache
def _openers() -> dict[str, str]:
    """Map each kind of text after a letter to the pattern of a line that opens it: a phrase, at most with a title."""
    spelled = pl.concat_str("phrase", "aliases", "misspellings", separator=SEPARATOR, ignore_nulls=True)
    phrases = code_table("closings").select("kind", phrase=spelled.str.split(SEPARATOR)).explode("phrase")
    phrases = phrases.with_columns(
        pl.col("phrase").str.escape_regex().str.replace_all(" ", r"['\u2019]?[\s./-]+", literal=True)
    )
    return {
        kind: rf"(?i)^(?:{'|'.join(sorted(rows['phrase'], key=len, reverse=True))})"
        + (LABEL_REST if kind in LABELS else TITLE_REST)
        for (kind,), rows in phrases.group_by("kind", maintain_order=True)
    }
