"""The published templates: what each is recognized by, and which heading opens which section.

Belongs here: one entry a template, and the step that gives every letter its template and every line its section. Does
not belong here: how the text of a section is read (`header`, `reviewer`, `summary`, `items`).

A new template is one entry of TEMPLATES, the patterns that its sections need, and a golden letter.
"""

from dataclasses import dataclass

import polars as pl

from imr_etl.parse import patterns

UNKNOWN = "unknown"
DATED_IN_PROSE = "F2a"
"""The one template without a header."""

HEADER, CREDENTIALS, DOCUMENTS, SUMMARY, DECISIONS = "header", "credentials", "documents", "summary", "decisions"
ISSUE, GUIDELINES, NECESSARY, NOT_NECESSARY = "issue", "guidelines", "necessary", "not necessary"
CLOSING = "closing"
"""What follows the last item: the effect in law, signature, copies."""


@dataclass(frozen=True)
class Template:
    """A template: its headings with the sections they open, and `marks`, those that no other template has."""

    name: str
    marks: tuple[str, ...]
    headings: dict[str, str]


TEMPLATES = (
    Template(
        "F1",
        ("IMR ISSUES, DECISIONS AND RATIONALES",),
        {
            "HOW THE IMR FINAL DETERMINATION WAS MADE": CREDENTIALS,
            "DOCUMENTS REVIEWED": DOCUMENTS,
            "CLINICAL CASE SUMMARY": SUMMARY,
            "IMR ISSUES, DECISIONS AND RATIONALES": DECISIONS,
        },
    ),
    Template(
        "F2b",
        ("IMR DECISION(S) AND RATIONALE(S)",),
        {
            "HOW THE IMR FINAL DETERMINATION WAS MADE": CREDENTIALS,
            "DOCUMENTS REVIEWED": DOCUMENTS,
            "CLINICAL CASE SUMMARY": SUMMARY,
            "IMR DECISION(S) AND RATIONALE(S)": DECISIONS,
        },
    ),
    Template(
        "F2a",
        ("INDEPENDENT MEDICAL REVIEW DECISION AND RATIONALE",),
        {
            "INDEPENDENT MEDICAL REVIEW DECISION AND RATIONALE": DECISIONS,
            "Medical Qualifications of the Expert Reviewer": CREDENTIALS,
            "Documents Reviewed": DOCUMENTS,
            "Case Summary": SUMMARY,
            "Expert Reviewer Case Summary": SUMMARY,
            "Effect of the Decision": CLOSING,
        },
    ),
    Template(
        "F3",
        ("ISSUE AT DISPUTE",),
        {
            "ISSUE AT DISPUTE": ISSUE,
            "CASE SUMMARY": SUMMARY,
            "DOCUMENTS REVIEWED FOR DETERMINATION": DOCUMENTS,
            "MEDICAL TREATMENT GUIDELINE(S) RELIED UPON BY PROFESSIONAL REVIEWER AND WHY": GUIDELINES,
            "RATIONALE FOR WHY THE REQUESTED TREATMENT/SERVICE IS/WAS NOT MEDICALLY NECESSARY": NOT_NECESSARY,
            "RATIONALE FOR WHY THE REQUESTED TREATMENT/SERVICE IS NOT MEDICALLY NECESSARY": NOT_NECESSARY,
            "RATIONALE FOR WHY THE REQUESTED TREATMENT/SERVICE WAS NOT MEDICALLY NECESSARY": NOT_NECESSARY,
            "RATIONALE FOR WHY THE REQUESTED TREATMENT/SERVICE IS/WAS MEDICALLY NECESSARY": NECESSARY,
            "RATIONALE FOR WHY THE REQUESTED TREATMENT/SERVICE IS MEDICALLY NECESSARY": NECESSARY,
            "RATIONALE FOR WHY THE REQUESTED TREATMENT/SERVICE WAS MEDICALLY NECESSARY": NECESSARY,
            "MEDICAL REVIEWER QUALIFICATIONS": CREDENTIALS,
        },
    ),
    # A letter that breaks off before its decisions is recognized by what precedes them.
    Template("F1", ("HOW THE IMR FINAL DETERMINATION WAS MADE", "CLINICAL CASE SUMMARY"), {}),
)
"""In the order in which they are tried."""

LINES_OF_HEADING = 3
"""The most lines over which a heading may wrap."""

HEADER_LINES = 12
"""A header that is printed again stands within so many lines of a page's top."""

PREFIX = 9
"""Characters of a heading that a line must begin with to be compared with the whole heading."""


def with_sections(lines: pl.DataFrame) -> pl.DataFrame:
    """Give lines `template`, `section`, and `is_heading` where a line is (part of) a heading. Lines stay in order.

    What stands before the first heading is the header; a letter of unknown template is one section of decisions.
    """
    lines = lines.with_row_index("row")
    found = _headings(lines)
    templates = _templates_of(found)
    opened = (
        found.filter(pl.col("section") != "")
        .join(templates, on=["sha256", "template"])
        .unique("row", keep="first", maintain_order=True)
    )
    # A heading over several lines opens its section with the last of them, where text may follow it.
    opens = opened.select(
        "section", "remainder", row=(pl.col("row") + pl.col("printed_lines") - 1).cast(pl.get_index_type())
    )
    headings = pl.concat(
        opened.select(row=(pl.col("row") + n).cast(pl.get_index_type())).filter(opened["printed_lines"] > n)
        for n in range(LINES_OF_HEADING)
    ).get_column("row")
    is_first = (pl.col("sha256") != pl.col("sha256").shift(1)).fill_null(value=True)
    return (
        lines.join(templates, on="sha256", how="left", maintain_order="left")
        .join(opens.unique("row", keep="first"), on="row", how="left", maintain_order="left")
        .with_columns(
            pl.col("template").fill_null(UNKNOWN),
            text=pl.coalesce("remainder", "text"),
            is_heading=pl.col("row").is_in(headings.implode()) & pl.col("remainder").is_null(),
        )
        .with_columns(
            section=pl.when(pl.col("section").is_not_null())
            .then("section")
            .when(is_first & (pl.col("template") == UNKNOWN))
            .then(pl.lit(DECISIONS))
            .when(is_first)
            .then(pl.lit(HEADER))
            .forward_fill()
        )
        .drop("row", "remainder")
    )


def without_repeated_headers(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with sections, without the header lines that some letters print again on top of each page."""
    # Filtered by place first: searching all lines of a letter costs more than the rest of this step.
    is_header_line = pl.col("text").str.contains(patterns.HEADER_LINE)
    header = lines.filter((pl.col("section") == HEADER) & (pl.col("page") == 1)).filter(is_header_line)
    numbered = lines.with_row_index("row")
    is_page_top = (pl.col("page") > 1) & (pl.col("line") <= HEADER_LINES)
    # Text without pages has them between other lines.
    has_label = (pl.col("section") != HEADER) & pl.col("text").str.contains(":", literal=True)
    repeated = (
        numbered.filter(is_page_top | has_label).join(header, on=["sha256", "text"], how="semi").filter(is_header_line)
    )
    return numbered.filter(~pl.col("row").is_in(repeated.get_column("row").implode())).drop("row")


def _heading_table() -> pl.DataFrame:
    rows = [
        (rank, template.name, heading, section, heading in template.marks)
        for rank, template in enumerate(TEMPLATES)
        for heading, section in (template.headings or dict.fromkeys(template.marks, "")).items()
    ]
    table = pl.DataFrame(
        rows,
        schema={
            "rank": pl.Int32,
            "template": pl.String,
            "heading": pl.String,
            "section": pl.String,
            "marks": pl.Boolean,
        },
        orient="row",
    )
    return table.with_columns(key=heading_key(pl.col("heading"))).with_columns(prefix=pl.col("key").str.head(PREFIX))


def _beginning() -> str:
    """Build a pattern of how any heading begins; other lines need no closer look."""
    begin = sorted({heading[:2].upper() for template in TEMPLATES for heading in template.headings})
    return "^(?:" + "|".join(f"{head[0]}(?i:{head[1]})" for head in begin) + ")"


def heading_key(text: pl.Expr) -> pl.Expr:
    """Return the characters A to Z of a text, in upper case: spaces, marks and numbers do not distinguish headings."""
    return text.str.to_uppercase().str.replace_all(r"[^A-Z]+", "")


def _headings(lines: pl.DataFrame) -> pl.DataFrame:
    """Find the headings of all templates in the lines: row, sha256, template, section, printed_lines, remainder.

    A heading may wrap over up to three lines, and text may follow it after a colon.
    """
    same = [pl.col("sha256").shift(-n) == pl.col("sha256") for n in (1, 2)]
    nearby = lines.with_columns(
        second=pl.when(same[0]).then(pl.col("text").shift(-1)),
        third=pl.when(same[1]).then(pl.col("text").shift(-2)),
    )
    candidates = (
        # Two filters: a line that is not bold is not searched.
        nearby.filter(pl.col("is_bold").fill_null(value=True))
        .filter(pl.col("text").str.contains(_beginning()))
        .select("row", "sha256", "text", "second", "third", first=heading_key(pl.col("text")))
        .with_columns(prefix=pl.col("first").str.head(PREFIX))
    )
    printed = [
        pl.col("first"),
        pl.concat_str("first", heading_key(pl.col("second").fill_null(""))),
        pl.concat_str("first", heading_key(pl.col("second").fill_null("")), heading_key(pl.col("third").fill_null(""))),
    ]
    is_titled = pl.col("text").str.contains(r"^[^a-z]+$")
    has_colon = pl.col("text").str.contains(":", literal=True)
    return (
        candidates.join(_heading_table(), on="prefix")
        .with_columns(
            printed_lines=pl.when(pl.col("first").str.starts_with(pl.col("key")))
            .then(1)
            .when(is_titled & printed[1].str.starts_with(pl.col("key")))
            .then(2)
            .when(is_titled & printed[2].str.starts_with(pl.col("key")))
            .then(3)
        )
        .filter(
            pl.col("printed_lines").is_not_null()
            & ((pl.col("first") == pl.col("key")) | has_colon | (pl.col("printed_lines") > 1))
        )
        .with_columns(
            remainder=pl.when(pl.col("printed_lines") == 1)
            .then("text")
            .when(pl.col("printed_lines") == 2)
            .then("second")
            .otherwise("third")
            .str.extract(r"^[^:]*:\s*(.+)$"),
        )
        .sort("row", pl.col("key").str.len_bytes(), descending=[False, True])
    )


def _templates_of(found: pl.DataFrame) -> pl.DataFrame:
    """Return the template of each letter that has one: of those whose marking headings all stand in it, the first."""
    needed = pl.DataFrame({"rank": range(len(TEMPLATES)), "needed": [len(t.marks) for t in TEMPLATES]})
    return (
        found.filter("marks")
        .group_by("sha256", "rank", "template")
        .agg(pl.col("heading").n_unique())
        .join(needed.cast({"rank": pl.Int32}), on="rank")
        .filter(pl.col("heading") >= pl.col("needed"))
        .sort("sha256", "rank")
        .unique("sha256", keep="first", maintain_order=True)
        .select("sha256", "template")
    )
