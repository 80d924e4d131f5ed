"""`problems`: what is wrong with letters, as rows that a person understands.

Belongs here: which findings are problems, and that one fault gives one row. Does not belong here: what each code means
(`imr_etl.problems`), problems of files (`imr_etl.ingest.files`).
"""

import polars as pl

from imr_etl.parse.header import FIELDS
from imr_etl.parse.items import CLAIMS_ADMINISTRATOR, RATIONALE, REVIEWER
from imr_etl.parse.letter import ParsedLetters
from imr_etl.parse.sentence_items import ISSUE_TEMPLATES
from imr_etl.parse.summary import unlikely_ages
from imr_etl.parse.templates import DATED_IN_PROSE, UNKNOWN
from imr_etl.transform.dates import dates_out_of_order

LONGEST_EXCERPT = 300
"""Characters of an excerpt: enough to see what it is about."""

COLUMNS = {
    "stage": pl.String,
    "code": pl.String,
    "field": pl.String,
    "excerpt": pl.String,
    "page": pl.Int32,
}


def problems(
    parsed: ParsedLetters, reads: pl.DataFrame, files: pl.DataFrame, unknown: dict[str, pl.DataFrame]
) -> pl.DataFrame:
    """Make the rows of `problems` for the stages lines and tables.

    `unknown` gives, by problem code, what a table could not be sure of: sha256, excerpt, perhaps item_number and field.
    """
    letters = parsed.letters.join(files.select("sha256", named="case_number"), on="sha256", how="left")
    # Files that were read and hold nothing but page numbers are among neither letters nor other documents.
    documents = pl.concat([letters, parsed.other_documents], how="diagonal")
    bare = reads.filter(pl.col("code").is_null()).join(documents, on="sha256", how="anti").select("sha256")
    other_documents = pl.concat([parsed.other_documents, bare], how="diagonal")
    rows = pl.concat(
        [
            _of_reads(reads),
            _rows(other_documents, code=pl.lit("not_a_letter"), excerpt=pl.col("headings_seen")),
            *_of_headers(letters),
            *_of_sections(letters, parsed.items),
            *_of_reviewers(letters, parsed.licenses, parsed.specialties),
            *_of_items(parsed.items, letters),
            *(_of_unknown(code, words, parsed.items) for code, words in unknown.items()),
            _of_findings(parsed.findings, letters, reads),
        ]
    )
    cases = pl.concat([letters, other_documents], how="diagonal").select("sha256", header_number="case_number")
    return _listed(rows, files, cases)


def parser_failures(reads: pl.DataFrame, files: pl.DataFrame, error: BaseException) -> pl.DataFrame:
    """Make the rows of `problems` of letters that could not be parsed: the error, and the findings of their reader."""
    sentence = f"{type(error).__name__}: {error}".partition("\n")[0]
    rows = pl.concat(
        [
            _of_reads(reads),
            _rows(reads, code=pl.lit("parser_failed"), excerpt=pl.lit(sentence)),
        ]
    )
    return _listed(rows, files, reads.select("sha256", header_number=pl.lit(None, pl.String)))


def _listed(rows: pl.DataFrame, files: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """Add position and case number to rows: that of the file's name, else of the header (`header_number` of cases)."""
    return (
        rows.join(files.select("sha256", named="case_number"), on="sha256", how="left")
        .join(cases, on="sha256", how="left")
        .with_columns(
            case_number=pl.coalesce("named", "header_number"), excerpt=pl.col("excerpt").str.head(LONGEST_EXCERPT)
        )
        .sort("sha256", "stage", "code", "field", "page", "excerpt", nulls_last=True)
        .with_columns(position=pl.int_range(1, pl.len() + 1).over("sha256"))
    )


def _rows(frame: pl.DataFrame, **columns: pl.Expr) -> pl.DataFrame:
    defaults = {"stage": pl.lit("tables"), "field": pl.lit(None), "excerpt": pl.lit(None), "page": pl.lit(None)}
    return frame.select("sha256", **{**defaults, **columns}).select(
        "sha256", *(pl.col(name).cast(dtype) for name, dtype in COLUMNS.items())
    )


def _of_reads(reads: pl.DataFrame) -> pl.DataFrame:
    """Return why a letter has no lines, and what is wrong with those of a letter that has some."""
    unread = reads.drop_nulls("code").select("sha256", "code", "excerpt", page=pl.lit(None, pl.Int32))
    found = _findings_of_readers(reads).select(unread.columns)
    return _rows(
        pl.concat([unread, found], how="vertical_relaxed"),
        stage=pl.lit("lines"),
        **{name: pl.col(name) for name in ("code", "excerpt", "page")},
    )


def _findings_of_readers(reads: pl.DataFrame) -> pl.DataFrame:
    return reads.select("sha256", "findings").explode("findings").drop_nulls("findings").unnest("findings")


def _of_headers(letters: pl.DataFrame) -> list[pl.DataFrame]:
    with_header = letters.filter("has_header")
    dated_in_prose = letters.filter(pl.col("template") == DATED_IN_PROSE)
    differs = with_header.filter(pl.col("named") != pl.col("case_number"))
    return [
        _rows(
            letters.filter(~pl.col("has_header") & (pl.col("template") != DATED_IN_PROSE)),
            code=pl.lit("header_missing"),
        ),
        _rows(
            dated_in_prose.filter(
                pl.col("decision_date").is_null()
                & ~_names("unreadable").list.contains("decision_date").fill_null(value=False)
            ),
            code=pl.lit("field_missing"),
            field=pl.lit("decision_date"),
        ),
        _rows(
            differs,
            code=pl.lit("case_number_differs"),
            field=pl.lit("case_number"),
            excerpt=pl.format("the name says {}, the header {}", "named", "case_number"),
            page=pl.lit(1),
        ),
        *(
            _rows(
                with_header.filter(
                    pl.col(field).is_null() & ~_names("unreadable").list.contains(field).fill_null(value=False)
                ),
                code=pl.lit("field_missing"),
                field=pl.lit(field),
                page=pl.lit(1),
            )
            for field in FIELDS
        ),
        _rows(
            letters.select("sha256", "unreadable").explode("unreadable").drop_nulls("unreadable").unnest("unreadable"),
            code=pl.lit("field_unreadable"),
            field=pl.col("field"),
            excerpt=pl.col("excerpt"),
            page=pl.lit(1),
        ),
        _rows(
            dates_out_of_order(letters),
            code=pl.lit("dates_out_of_order"),
            field=pl.col("field"),
            excerpt=pl.col("excerpt"),
            page=pl.lit(1),
        ),
    ]


def _names(list_of_structs: str) -> pl.Expr:
    """Return the fields that a list of unreadable values names."""
    return pl.col(list_of_structs).list.eval(pl.element().struct.field("field"))


def _of_sections(letters: pl.DataFrame, items: pl.DataFrame) -> list[pl.DataFrame]:
    known = letters.filter(pl.col("template") != UNKNOWN)
    without_items = letters.join(items, on="sha256", how="anti")
    return [
        _rows(
            letters.filter(pl.col("template") == UNKNOWN),
            code=pl.lit("template_unknown"),
            excerpt=pl.lit("headings seen: ") + pl.col("headings_seen"),
        ),
        _rows(
            without_items.filter(pl.col("template") != UNKNOWN),
            code=pl.when("has_decisions").then(pl.lit("no_items")).otherwise(pl.lit("section_missing")),
            field=pl.lit("decisions"),
        ),
        _rows(
            known.filter(pl.col("clinical_summary").is_null()),
            code=pl.lit("section_missing"),
            field=pl.lit("clinical_summary"),
        ),
        _rows(
            unlikely_ages(letters),
            code=pl.lit("field_unreadable"),
            field=pl.lit("patient_age"),
            excerpt=pl.col("excerpt"),
        ),
    ]


def _of_reviewers(letters: pl.DataFrame, licenses: pl.DataFrame, specialties: pl.DataFrame) -> list[pl.DataFrame]:
    known = letters.filter(pl.col("template") != UNKNOWN)
    return [
        _rows(known.join(found, on="sha256", how="anti"), code=pl.lit("field_missing"), field=pl.lit(field))
        for found, field in ((licenses, "state"), (specialties, "specialty"))
    ]


def _of_items(items: pl.DataFrame, letters: pl.DataFrame) -> list[pl.DataFrame]:
    # Letters of F3 state no guideline of the claims administrator.
    without_issues = items.join(letters.filter(pl.col("template").is_in(ISSUE_TEMPLATES)), on="sha256", how="anti")
    return [
        _rows(
            of_part.filter(pl.col(part).is_null()),
            code=pl.lit("item_incomplete"),
            field=pl.lit(part),
            excerpt=pl.col("request"),
            page=pl.col("first_page"),
        )
        for part, of_part in ((CLAIMS_ADMINISTRATOR, without_issues), (REVIEWER, items), (RATIONALE, items))
    ]


def _of_findings(found: pl.DataFrame, letters: pl.DataFrame, reads: pl.DataFrame) -> pl.DataFrame:
    """Return findings, except those of files that are no letters and what the file's reader said already."""
    said = pl.concat([reads.select("sha256", "code"), _findings_of_readers(reads).select("sha256", "code")])
    rows = found.join(letters, on="sha256", how="semi").join(said, on=["sha256", "code"], how="anti")
    return _rows(rows, **{name: pl.col(name) for name in ("code", "field", "excerpt", "page")})


def _of_unknown(code: str, words: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    rows = words if "field" in words.columns else words.with_columns(field=pl.lit(code.removeprefix("unknown_")))
    if "item_number" in words.columns:
        pages = items.select("sha256", "item_number", page="first_page")
        rows = rows.join(pages, on=["sha256", "item_number"], how="left", maintain_order="left")
    else:
        rows = rows.with_columns(page=pl.lit(None))
    return _rows(rows, code=pl.lit(code), field=pl.col("field"), excerpt=pl.col("excerpt"), page=pl.col("page"))
