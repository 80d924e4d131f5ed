"""`problems`: what is wrong with letters, as rows that a person understands.

Belongs here: which findings are problems, and that one fault gives one row. Does not belong here: what each code means
(`imr_etl.problems`), problems of files (`imr_etl.ingest.files`).
"""

import polars as pl

from imr_etl.parse.header import FIELDS
from imr_etl.parse.items import CLAIMS_ADMINISTRATOR, RATIONALE, REVIEWER
from imr_etl.parse.letter import ParsedLetters
from imr_etl.parse.templates import DATED_IN_PROSE, UNKNOWN

LONGEST_EXCERPT = 300
"""Letters of an excerpt: enough to see what it is about."""

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

    `unknown` gives, by problem code, the words that no code table knows: sha256, excerpt, perhaps item_number.
    """
    letters = parsed.letters.join(files.select("sha256", named="case_number"), on="sha256", how="left")
    # Files that were read and hold nothing but page numbers are among neither letters nor other documents.
    documents = pl.concat([letters, parsed.other_documents], how="diagonal")
    bare = reads.filter(pl.col("code").is_null()).join(documents, on="sha256", how="anti").select("sha256")
    other_documents = pl.concat([parsed.other_documents, bare], how="diagonal")
    noticed = {"incomplete_letter": parsed.gaps, "possible_personal_data": parsed.personal_data}
    rows = pl.concat(
        [
            _of_reads(reads),
            _rows(other_documents, code=pl.lit("not_a_letter"), excerpt=pl.col("headings_seen")),
            *_of_headers(letters),
            *_of_sections(letters, parsed.items),
            *_of_reviewers(letters, parsed.licenses, parsed.specialties),
            *_of_items(parsed.items),
            *(_of_unknown(code, words, parsed.items) for code, words in unknown.items()),
            *(_of_lines(code, found, letters, reads) for code, found in noticed.items()),
        ]
    )
    cases = pl.concat([letters, other_documents], how="diagonal").select("sha256", header_number="case_number")
    return _listed(rows, files, cases)


def parser_failures(reads: pl.DataFrame, files: pl.DataFrame, error: BaseException) -> pl.DataFrame:
    """Rows of `problems` of letters that an error keeps from being parsed: the error, and what their reader found."""
    sentence = f"{type(error).__name__}: {error}".partition("\n")[0]
    rows = pl.concat(
        [
            _of_reads(reads),
            _rows(reads, code=pl.lit("parser_failed"), excerpt=pl.lit(sentence)),
        ]
    )
    return _listed(rows, files, reads.select("sha256", header_number=pl.lit(None, pl.String)))


def _listed(rows: pl.DataFrame, files: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """Rows with position and case number: that of the file's name, else of the header (`header_number` of cases)."""
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
    return _rows(reads.drop_nulls("code"), stage=pl.lit("lines"), code=pl.col("code"), excerpt=pl.col("excerpt"))


def _of_headers(letters: pl.DataFrame) -> list[pl.DataFrame]:
    with_header = letters.filter(pl.col("header_tables") > 0)
    dated_in_prose = letters.filter(pl.col("template") == DATED_IN_PROSE)
    differs = with_header.filter(pl.col("named") != pl.col("case_number"))
    return [
        _rows(
            letters.filter((pl.col("header_tables") == 0) & (pl.col("template") != DATED_IN_PROSE)),
            code=pl.lit("header_missing"),
        ),
        _rows(
            dated_in_prose.filter(
                pl.col("decision_date").is_null() & ~pl.col("unreadable_fields").list.contains("decision_date")
            ),
            code=pl.lit("field_missing"),
            field=pl.lit("decision_date"),
        ),
        _rows(
            with_header.filter(pl.col("header_tables") > 1),
            code=pl.lit("header_twice"),
            excerpt=pl.format("{} header tables", "header_tables"),
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
                with_header.filter(pl.col(field).is_null() & ~pl.col("unreadable_fields").list.contains(field)),
                code=pl.lit("field_missing"),
                field=pl.lit(field),
                page=pl.lit(1),
            )
            for field in FIELDS
        ),
        _rows(
            letters.filter((pl.col("header_tables") > 0) | (pl.col("template") == DATED_IN_PROSE))
            .explode("unreadable_fields")
            .drop_nulls("unreadable_fields"),
            code=pl.lit("field_unreadable"),
            field=pl.col("unreadable_fields"),
            page=pl.lit(1),
        ),
    ]


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
    ]


def _of_reviewers(letters: pl.DataFrame, licenses: pl.DataFrame, specialties: pl.DataFrame) -> list[pl.DataFrame]:
    known = letters.filter(pl.col("template") != UNKNOWN)
    return [
        _rows(known.join(found, on="sha256", how="anti"), code=pl.lit("field_missing"), field=pl.lit(field))
        for found, field in ((licenses, "state"), (specialties, "specialty"))
    ]


def _of_items(items: pl.DataFrame) -> list[pl.DataFrame]:
    return [
        _rows(
            items.filter(pl.col(part).is_null()),
            code=pl.lit("item_incomplete"),
            field=pl.lit(part),
            excerpt=pl.col("request"),
            page=pl.col("first_page"),
        )
        for part in (CLAIMS_ADMINISTRATOR, REVIEWER, RATIONALE)
    ]


def _of_lines(code: str, found: pl.DataFrame, letters: pl.DataFrame, reads: pl.DataFrame) -> pl.DataFrame:
    """What was noticed in lines, but in files that are no letters, and but what the reader of the file told already."""
    told = reads.filter(pl.col("code") == code)
    rows = found.join(letters, on="sha256", how="semi").join(told, on="sha256", how="anti")
    return _rows(rows, code=pl.lit(code), field=pl.col("field"), excerpt=pl.col("excerpt"), page=pl.col("page"))


def _of_unknown(code: str, words: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    rows = words if "field" in words.columns else words.with_columns(field=pl.lit(code.removeprefix("unknown_")))
    if "item_number" in words.columns:
        pages = items.select("sha256", "item_number", page="first_page")
        rows = rows.join(pages, on=["sha256", "item_number"], how="left", maintain_order="left")
    else:
        rows = rows.with_columns(page=pl.lit(None))
    return _rows(rows, code=pl.lit(code), field=pl.col("field"), excerpt=pl.col("excerpt"), page=pl.col("page"))
