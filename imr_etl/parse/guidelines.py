"""Guideline texts: which guidelines a claims administrator or a reviewer says that a decision is based on.

Belongs here: splitting a guideline text into citations, and a citation into source, title, year, sections and pages,
words as written. Does not belong here: where the text stands in the letter (`imr_etl.parse.items`), the names of
guidelines, sources and sections (vocabulary/guideline_*.csv), and the family of a guideline
(`imr_etl.transform.guideline_citations`).

A text is split three times, each time by putting a mark before what begins a part. First into clauses, each saying
what a decision is based on. Then a clause on the MTUS at its titles, any other clause at the sources that it names.
Last the sections of a title, at commas.
"""

from functools import cache
from typing import Final

import polars as pl

from imr_etl.vocabulary import SEPARATOR, alias_table, code_table, words

KEYS: Final = ("sha256", "item_number", "cited_by")
MARK: Final = "\x1e"
FIELD: Final = "\x1f"

# "The Claims Administrator ...", "Decision based on ...", "... and on the Non-MTUS ..." begin a clause
WHO: Final = r"the (?:claims administrator|(?:expert|physician|medical|professional) reviewer|reviewer)"
CLAUSE: Final = rf"(?i)((?:\band )?(?:\bon )?(?:\bthe )?\bNon-?\s?MTUS\b|\bdecision based (?:up)?on\b|\b{WHO}\b)"
BASED: Final = (
    rf"(?i)^(?:{WHO}\s+)?(?:(?:decision )?(?:based|relied)(?: (?:its|their|his/her|his or her|his|her|the) (?:decision|"
    r"determination)s?)? (?:up)?on|cited|used)\b[\s:]*(?:(?-i:the)\b\s*)?"
)
NON_MTUS: Final = r"(?i)^(?:and )?(?:on )?(?:the )?Non-?\s?MTUS(?: Citations?\b)?[\s:]*"
MTUS: Final = r"(?i:(?:CA |California )?MTUS)\b"
MTUS_ALONE: Final = rf"^{MTUS}(?i: guidelines?)?\W*$"
MTUS_BEFORE_TITLE: Final = rf"^{MTUS}[\s:,;/-]+"
OUTSIDE: Final = r"(?i)^recommendations?(?:\(s\))? outside of the MTUS"
# ", which is part of the MTUS", ", which are not part of the MTUS"
PART_OF_MTUS: Final = r"(?i)[,;]?\s*(?:(?:and|which|that) )*(?:is|are|was|were) (not )?(?:a )?part of the MTUS"
# "8 C.C.R. 9792.20 - 9792.26 MTUS (Effective July 18, 2009)": the regulation that the MTUS stands in, of every title,
# and the year (1) from which it held
REGULATION: Final = (
    r"(?i)\s*\b(?:CA )?8 C\.?\s?C\.?\s?R\.?\s?§*\s*9792[\d.\s–-]*(?:MTUS\b)?((?:\s*\(Effective [^)]*\))?)"
)
# "CA MTUS 2009: 9792.24.2.": the schedule by its section of the regulation
SCHEDULE: Final = r"(?i)\b((?:CA |California )?MTUS)\s*(?:\(?2009\)?)?[:,;\s]*§*\s*9792\.\d+(?:\.\d+)*\b[.:,;]*"
# " 9792.24.2" after a title
RULE_NUMBER: Final = r"[,\s]*§*\s*\b9792\.\d+(?:\.\d+)*\b"
# ", 2nd Edition", " (Second Edition)"
EDITION: Final = r"(?i),?\s*\(?\b(?:2nd|second|3rd|third)\s+ed(?:ition|n)?\b\.?\)?,?"

CITED_LABEL: Final = r"(?i)^cited (?:guidelines?|citations?|references?)\s*:\s*"
CALIFORNIA: Final = r"(?i:CA|California)\s+"
UNCLOSED: Final = r"\([^()]*$"

LIST_LABEL: Final = r"Section\(s\)"
# "Section (s):", "(Section(s):", "SECTION(S) :"
SECTIONS_WRITTEN: Final = r"(?i)\(?\bsections?\s?\(s\)\s*[:–-]?"
# "[July 18, 2009]"
BRACKETED_DATE: Final = r"\[([^\[\]]{0,30}(?:19|20)\d\d)\]"
# Words that name no section
NO_SECTION: Final = (
    r"(?i)^(?:the\s+)?(?:(?:MTUS|ACOEM|medical treatment|treatment|clinical|practice)\s+)*"
    r"(?:guidelines?|chapters?|sections?|recommendations?|MTUS|ACOEM|title \d+)\W*$"
)
BEFORE_TITLE: Final = r"(?:^|,\s+and\s+|[,;]\s+|\s+and\s+)"
BEFORE_UNKNOWN_TITLE: Final = r"(?:^|,\s+and\s+|[,;]\s+)"
UNKNOWN_TITLE: Final = r"[A-Z][^,:;\x1e\x1f]*?"
# " Guidelines", " chapter", " Chapter 12"
GUIDELINE: Final = r"\s+(?i:guidelines?|chapter(?:\s+\d+)?)\b"
# " 2016", " (ACOEM May 15, 2017)", " (Effective July 18, 2009)", " (07/18/2009)", ", version 2019", " 2009 edition"
MONTH: Final = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{Ll}*\.?"
YEAR: Final = (
    rf"[,\s]\s*\(?(?:(?i:effective|revised|updated|dated|version|edition|acoem),?\s+)*"
    rf"(?:{MONTH}\s+(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s+)?|\d{{1,2}}/\d{{1,2}}/)?((?:19|20)\d\d)\b(?i:\s+edition)?\)?"
)
TITLE_ALONE: Final = r"^(.*?)(?:[,:;(]|\s+(?i:pages?|pgs?)\b|\.?$)"

# "98", "98-99", "98 through 99"
PAGE_RANGE: Final = r"\d+(?:\s*(?:[-–]|to|through|thru)\s*\d+)?"
# ", pages 98-99", "Page(s): 78-80, 124", "pg. 64", "pages 98-99 of 127"
PAGES: Final = (
    r"(?i)[,;:]?\s*\(?\b(?:pages?|pgs?|pp?)\b\.?(?:\(s\))?[\s.:#]*"
    rf"({PAGE_RANGE}(?:(?:\s*[,;&]\s*|\s*,?\s+and\s+){PAGE_RANGE})*)\b(?:\s+of\s+\d+)?\)?"
)
SECTION_LABEL: Final = r"(?i)^(?:the\s+)?(?:section\(s\)|sections?)(?:\s+(?:on|of|titled)\b)?\s*[:–-]?\s*"
PARENTHESIS: Final = r"\((?:[^()]|\([^()]*\))*\)"
# "3.3.1 Opioids for ...", "2. Opioids for ..."; not the bare number of a section
NUMBERED: Final = r"^\d+(?:\.\d+)*\.?\s+\p{L}"

ADDRESS: Final = r"(?i:https?://|www\.)"
# What stands before a citation when another one has ended: "...; ", "... and the "
JOINED: Final = r"(?i)(?:;|\band|&)\s*$"
CLOSED: Final = r"(?i)(?:[;.]|\band|&)\s*$"
JOINT: Final = r"(?i)(?:[\s,;:.&]|\b(?:and|or|also|plus|as well as)\b)*$"
# What can follow a name and says nothing of its own: ", ", " (ABC): "
NOTHING_NAMED: Final = rf"^(?:[\s.,:;-]|{PARENTHESIS})*$"
# "Doe JA, Roe B. ...", "Doe J, et al. ..."
AUTHOR: Final = r"\p{Lu}[\p{Ll}'-]+\s\p{Lu}{1,3}(?:,\s(?:\p{Lu}[\p{Ll}'-]+\s\p{Lu}{1,3}\b|et al)|\.\s\p{Lu})"
THE: Final = r"(?i)^the\s+"
WITH_OWN_SITE: Final = ("ODG", "ACOEM")
OWN_SITE: Final = r"(?i)odg|worklossdata|acoem|mdguidelines"


def citations(texts: pl.DataFrame) -> pl.DataFrame:
    """Return the citations of each guideline text.

    Args:
        texts: one row per guideline text: `sha256`, `item_number`, `cited_by`, `text` (white space folded, or null).

    Returns:
        One row per citation, in the order of the texts: `sha256`, `item_number`, `cited_by`, `position` (from 1),
        `source` (MTUS or Non-MTUS), `guideline` (the title without its year; of Non-MTUS the whole citation), `year`,
        `sections` (empty where none is named), `pages` (such as `98-99, 124`, null where none is named). A text that
        cites nothing has no row.
    """
    clauses = _clauses(texts)
    return (
        pl.concat([_mtus_citations(clauses.filter("is_mtus")), _other_citations(clauses.filter(~pl.col("is_mtus")))])
        .sort("clause", "part")
        .select(
            *KEYS,
            pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over(KEYS).alias("position"),
            "source",
            "guideline",
            "year",
            "sections",
            "pages",
        )
    )


def _clauses(texts: pl.DataFrame) -> pl.DataFrame:
    """List the clauses that cite something: the keys, `clause` (its place in the frame), `is_mtus`, `body`."""
    body = pl.col("body")
    named = rf"^(?:{MTUS}|(?:{CALIFORNIA})?{_titles('title', 'container')}\b)"
    stated = (
        texts.select(
            *KEYS,
            body=pl.col("text")
            .str.replace(CITED_LABEL, "")
            .str.replace_all(REGULATION, "${1}")
            .str.replace_all(BRACKETED_DATE, "(${1})")
            .str.replace_all(SECTIONS_WRITTEN, "Section(s):")
            .str.replace_all(CLAUSE, f"{MARK}$1"),
        )
        .with_columns(is_bare=~body.str.contains(MARK, literal=True))
        .with_columns(body.str.split(MARK))
        .explode("body")
        .with_columns(body.str.strip_chars())
        .with_columns(pl.when("is_bare").then(body.str.replace(THE, "")).otherwise(body))
        .filter(
            body.str.contains(BASED)
            | body.str.contains(NON_MTUS)
            | (pl.col("is_bare") & (body.str.contains(named) | body.str.contains(rf"^{_sources('name', 'generic')}\b")))
        )
        .with_columns(
            is_mtus=~body.str.contains(NON_MTUS) & body.str.extract(PART_OF_MTUS, 1).is_null(),
            is_part=body.str.contains(PART_OF_MTUS),
            body=body.str.replace(NON_MTUS, "").str.replace(BASED, "").str.replace_all(PART_OF_MTUS, ""),
        )
        .filter(body.str.contains(r"\w") & ~body.str.contains(OUTSIDE))
        .with_columns(pl.col("is_mtus") & (pl.col("is_part") | body.str.contains(named)))
    )
    # Older letters name the MTUS and another source in one clause; those that label their lists never do.
    other_source = rf"(?:[,;]?\s+)(?:and\s+)?(?:on\s+)?(?:the\s+)?({_sources('name', families=('ODG',))}\b)"
    is_mixed = pl.col("is_mtus") & ~body.str.contains(LIST_LABEL)
    return (
        stated.with_columns(
            pl.when(is_mixed).then(body.str.replace(other_source, f"{MARK}$1")).otherwise(body).str.split(MARK)
        )
        .with_columns(is_mtus=pl.concat_list("is_mtus", pl.lit(value=False)).list.head(body.list.len()))
        .explode("body", "is_mtus")
        .select(*KEYS, "is_mtus", "body", clause=pl.int_range(pl.len()))
    )


# ---------------------------------------------------------------------------------------------------------------------
# MTUS: titles, years, sections
# ---------------------------------------------------------------------------------------------------------------------


def _mtus_citations(clauses: pl.DataFrame) -> pl.DataFrame:
    """Return the citations of clauses on the MTUS, one for each title."""
    body, chunk, rest = pl.col("body"), pl.col("chunk"), pl.col("rest")
    named = (
        body.str.replace(SCHEDULE, "$1")
        .str.replace_all(RULE_NUMBER, "")
        .str.replace(EDITION, ",")
        .str.replace(_section_before_title(), "${3}, ${1}${2}")
        .str.replace(_year_before_title(), "${1}${3} ${2}")
        .str.replace_all(_title_of_edition(), "${1} ${2}${3}")
        .str.replace_all(_edition_before_title(), "${3} ${1}, ${2}")
    )
    bare = pl.when(named.str.contains(MTUS_ALONE)).then(named).otherwise(named.str.replace(MTUS_BEFORE_TITLE, ""))
    with_years = bare.str.replace_all(_titles_with_year(), f"{MARK}${{1}}${{2}}{FIELD}${{3}}{FIELD}")
    # A title with its year is found; other titles follow it.
    found = chunk.str.extract(rf"^([^{FIELD}]*{FIELD}[^{FIELD}]*{FIELD})").fill_null("")
    behind = chunk.str.strip_prefix(found)
    marked = found + pl.when("is_labeled").then(
        behind.str.replace_all(_titles_with_list(), f"{MARK}${{1}}${{2}}{FIELD}{FIELD}${{3}}")
    ).otherwise(behind.str.replace_all(_titles_alone(), f"{MARK}$1{FIELD}{FIELD}"))
    fields = chunk.str.split(FIELD)
    title_alone = chunk.str.extract(TITLE_ALONE, 1)
    titles = (
        clauses.with_columns(body=with_years, is_labeled=body.str.contains(LIST_LABEL))
        .select(*KEYS, "clause", "is_labeled", chunk=body.str.split(MARK))
        .explode("chunk")
        .select(*KEYS, "clause", chunk=marked.str.split(MARK))
        .explode("chunk")
        .filter(chunk.str.contains(r"\w"))
        .with_columns(
            guideline=pl.coalesce(pl.when(fields.list.len() > 1).then(fields.list.get(0)), title_alone)
            .str.strip_chars()
            .str.replace(rf"({UNCLOSED})", "$1)"),
            year=fields.list.get(1, null_on_oob=True).cast(pl.Int32, strict=False),
            rest=pl.coalesce(fields.list.get(2, null_on_oob=True), chunk.str.strip_prefix(title_alone)),
        )
        .filter(pl.col("guideline") != "")
        .with_columns(
            pages=_pages(rest),
            is_labeled=rest.str.contains(LIST_LABEL),
            rest=rest.str.replace_all(PAGES, "")
            .str.strip_chars_start(" ,.:;)-")
            .str.strip_chars_end(" ,.:;-")
            .str.replace(SECTION_LABEL, "")
            .str.replace(r"(?i)[\s,;]+and$", ""),
            part=pl.int_range(pl.len()),
        )
    )
    sections = _sections(titles.select("part", "is_labeled", "rest"))
    return titles.join(sections, on="part", how="left", maintain_order="left").select(
        *KEYS,
        "clause",
        "part",
        pl.lit("MTUS").alias("source"),
        "guideline",
        "year",
        pl.col("sections").fill_null(pl.lit([], dtype=pl.List(pl.String))),
        "pages",
    )


def _sections(lists: pl.DataFrame) -> pl.DataFrame:
    """List the sections of each list: from `part`, `is_labeled`, `rest` to `part`, `sections`; none where it has none.

    A comma separates two sections unless it stands in parentheses or in a known heading, or lower case follows. Between
    two known headings it always does. After a numbered section only a number or a known heading begins the next one.
    What has no label and begins in lower case, with no known heading, is prose.
    """
    piece_pattern = rf"(?:\b{_headings_with_comma()}|{PARENTHESIS}|[^,;])+"
    headings = alias_table("guideline_sections").filter(pl.col("guideline").str.starts_with("MTUS"))
    piece = pl.col("piece")
    is_first = pl.int_range(pl.len()).over("part") == 0
    is_numbered = piece.str.contains(NUMBERED)
    is_known = words(piece).is_in(headings.get_column("alias").implode())
    is_lower = piece.str.contains(r"^\p{Ll}")
    is_prose = (~pl.col("is_labeled") & is_lower & ~is_known).first().over("part")
    begins = is_first | (is_known & (~is_lower | is_known.shift(1).over("part")))
    follows_number = is_numbered.cast(pl.Int8).cum_max().over("part") == 1
    goes_on = pl.when(follows_number).then(~is_numbered).otherwise(is_lower)
    return (
        lists.with_columns(piece=pl.col("rest").str.extract_all(piece_pattern))
        .explode("piece")
        .with_columns(piece.str.strip_chars().str.replace(r"^and\s+(\p{Lu}|\d)", "$1"))
        .with_columns(pl.when(piece.str.count_matches("[()]") != 1).then(piece).otherwise(piece.str.strip_chars("() ")))
        .filter(piece.str.contains(r"\w") & ~piece.str.contains(NO_SECTION))
        .filter(~is_prose)
        .with_columns(section=(begins | ~goes_on).cast(pl.Int32).cum_sum().over("part"))
        .group_by("part", "section", maintain_order=True)
        .agg("piece")
        .with_columns(piece.list.join(", "))
        .group_by("part", maintain_order=True)
        .agg(sections="piece")
    )


@cache
def _titles_with_year() -> str:
    """Build the pattern of a title with its year: known (1) or not (2), and the year (3)."""
    known = _titles("title", "short", "container")
    return (
        rf"(?:{BEFORE_TITLE}({_container()}{known}(?:{GUIDELINE})?)\)?|{BEFORE_UNKNOWN_TITLE}({UNKNOWN_TITLE})){YEAR}"
    )


@cache
def _titles_with_list() -> str:
    """Build the pattern of a title without year before its sections: known (1) or not (2), and their label (3)."""
    known = _titles("title", "short", "container")
    return (
        rf"(?:{BEFORE_TITLE}({_container()}{known}(?:{GUIDELINE})?)\)?|{BEFORE_UNKNOWN_TITLE}({UNKNOWN_TITLE}))"
        rf"(,?\s+{LIST_LABEL})"
    )


@cache
def _titles_alone() -> str:
    """Build the pattern of a title (1) without year or label, by which only a known title is recognized."""
    title, short = _titles("title", "container"), _titles("short")
    return rf"{BEFORE_TITLE}({_container()}(?:{title}\b(?:{GUIDELINE})?|{short}{GUIDELINE})\)?)"


@cache
def _year_before_title() -> str:
    """Build the pattern of a year (2) between the name of the MTUS (1) and a known title (3)."""
    known = _titles("title", "short", "container")
    return rf"^({MTUS}\s+)\(?((?:19|20)\d\d)\b\)?[,:]?\s+({_container()}{known}(?:{GUIDELINE})?)"


@cache
def _section_before_title() -> str:
    """Build the pattern of a section (1), its pages (2), their title (3): `the Yoga section, page 4, of the ...`."""
    return (
        r"^(?i:the\s+)?([^,;.]{2,60}?)\s+(?i:section)(,?\s+(?i:pages?|pgs?)\.?\s*\d[\d\s,–-]*?)?"
        rf",?\s+(?i:of|in|from)\s+(?i:the\s+)?({_titles('title')}(?:{GUIDELINE})?)"
    )


@cache
def _title_of_edition() -> str:
    """Build the pattern of a title (1) with year (2), chapter (3): ` (ACOEM Guidelines, (2004), Chapter 8)`."""
    title, container = _titles("title"), _titles("container")
    return (
        rf"({title}(?:{GUIDELINE})?)\s+\({container}[,;]*\s*\(?((?:19|20)\d\d)?\)?"
        r"((?:[,;]*\s*(?i:chapter)\s+\d+)?)\)"
    )


@cache
def _edition_before_title() -> str:
    """Build the pattern of a book's year (1) and chapter (2), a title (3): `ACOEM Guidelines, (2004) Chapter 8 ...`."""
    title, container = _titles("title"), _titles("container")
    return (
        rf"{container}[,;]*\s+\(?((?:19|20)\d\d)\)?[,:;]?\s+((?i:chapter)\s+\d+)[,:]?\s+\(?"
        rf"({title}(?:{GUIDELINE})?)\b\)?"
    )


@cache
def _container() -> str:
    """Build the pattern of what can stand before a title: `ACOEM Practice Guidelines, Chapter 12 (`."""
    chapter = r"(?i:chapter)\s+\d+"
    return rf"(?:{CALIFORNIA})?(?:(?:{_titles('container')}(?:[,:]?\s+\(?{chapter}\)?)?|{chapter})[,:]?\s+\(?)?"


@cache
def _titles(*roles: str) -> str:
    """Build the pattern of the titles of the MTUS that have these roles, in any case."""
    table = code_table("guideline_titles")
    return f"(?i:{_alternatives(_spellings(table.filter(pl.col('role').is_in(roles))))})"


# ---------------------------------------------------------------------------------------------------------------------
# Other sources: one citation for each source named
# ---------------------------------------------------------------------------------------------------------------------


def _other_citations(clauses: pl.DataFrame) -> pl.DataFrame:
    """Return the citations of clauses on other sources, a new one wherever a source is named again."""
    guideline = pl.col("guideline")
    is_last = pl.col("part") == pl.col("part").max().over("clause")
    return (
        _source_chunks(clauses)
        .with_columns(part=pl.col("begins").cast(pl.Int64).cum_sum().over("clause"))
        .group_by(*KEYS, "clause", "part", maintain_order=True)
        .agg(guideline="chunk")
        .with_columns(guideline.list.join(""))
        .with_columns(
            pl.when(is_last).then(guideline.str.replace(r"[\s.,;]+$", "")).otherwise(guideline.str.replace(JOINT, ""))
        )
        .with_columns(pl.when(pl.col("part") > 1).then(guideline.str.replace(THE, "")).otherwise(guideline))
        .filter(guideline.str.contains(r"\w"))
        .select(
            *KEYS,
            "clause",
            "part",
            pl.lit("Non-MTUS").alias("source"),
            "guideline",
            pl.lit(None, dtype=pl.Int32).alias("year"),
            pl.lit([], dtype=pl.List(pl.String)).alias("sections"),
            _pages(guideline).alias("pages"),
        )
    )


def _source_chunks(clauses: pl.DataFrame) -> pl.DataFrame:
    """Return clauses in chunks, one from each name of a source, web address or chapter to the next: `chunk`, `begins`.

    `begins` says that the chunk begins a citation. A web address belongs to the source before it, unless that
    has a site of its own. A society or a library can stand within the citation of an article: it begins a citation only
    where another one has ended. A chapter and an author begin one after a semicolon or period.
    """
    source = _sources("name", "generic", "mention")
    chunk = pl.col("chunk")
    names = alias_table("guideline_sources").select("alias", "source", "family", "role")
    before = pl.all().shift(1).over("clause").name.prefix("before_")
    chunks = (
        clauses.with_columns(
            chunk=pl.col("body")
            .str.replace_all(rf"(^|\s)((?i:the\s+)?{source}\b)", f"$1{MARK}$2")
            .str.replace_all(rf"(^|\s)({ADDRESS})", f"$1{MARK}$2")
            .str.replace_all(rf"([;.]\s+)({_chapter_head()}|{AUTHOR})", f"$1{MARK}$2")
            .str.split(MARK)
        )
        .explode("chunk")
        .filter(chunk != "")
        .with_columns(head=chunk.str.extract(rf"^((?i:the\s+)?{source})\b", 1))
        .with_columns(alias=words(pl.col("head").str.replace(THE, "")))
        .join(names, on="alias", how="left", maintain_order="left")
        .with_columns(
            last_family=pl.col("family").forward_fill().over("clause"),
            is_address=chunk.str.contains(rf"^{ADDRESS}"),
            is_bare=chunk.str.slice(pl.col("head").str.len_chars()).str.contains(NOTHING_NAMED),
            names_source=chunk.str.contains(rf"\b{_sources('name', 'generic', 'mention', 'hint')}\b")
            | chunk.str.contains(ADDRESS)
            | chunk.str.contains(rf"^{_chapter_head()}.*\w"),
        )
        .with_columns(before)
    )
    is_joined = pl.col("before_chunk").str.contains(JOINED)
    is_after_own_site = pl.col("before_last_family").is_in(list(WITH_OWN_SITE))
    is_split = is_joined | (is_after_own_site & pl.col("before_chunk").str.contains(r"[,.]\s*$"))
    is_same_source = pl.col("before_is_bare") & (
        (pl.col("before_source") == pl.col("source")) | (pl.col("before_role") == "generic")
    )
    begins = (
        pl.when(pl.col("before_chunk").is_null())
        .then(pl.lit(value=True))
        .when(pl.col("before_chunk").str.contains(r"/\s*$"))
        .then(pl.lit(value=False))
        .when(chunk.str.contains(rf"^{AUTHOR}"))
        .then(is_after_own_site & ~pl.col("before_is_bare"))
        .when("is_address")
        .then(pl.col("before_is_address") | is_joined | (is_after_own_site & ~chunk.str.contains(OWN_SITE)))
        .when(pl.col("before_last_family").is_null() & ~pl.col("before_names_source"))
        .then(pl.col("before_chunk").str.contains(CLOSED))
        .when(pl.col("role") == "mention")
        .then(is_split)
        .when(pl.col("head").is_not_null())
        .then(~is_same_source.fill_null(value=False))
        .otherwise((pl.col("before_last_family") == "ODG") & ~pl.col("before_is_bare"))
    )
    return chunks.with_columns(begins=begins.fill_null(value=False))


@cache
def _sources(*roles: str, families: tuple[str, ...] = ()) -> str:
    """Build the pattern of the names of the sources that have these roles (and families), in any case."""
    table = code_table("guideline_sources").filter(pl.col("role").is_in(roles))
    chosen = table.filter(pl.col("family").is_in(families)) if families else table
    return f"(?i:{_alternatives(_spellings(chosen))})"


@cache
def _chapter_head() -> str:
    """Build the pattern of a chapter of the Official Disability Guidelines with the mark after it, in any case."""
    table = code_table("guideline_sections")
    chapters = _spellings(table.filter(pl.col("guideline").str.contains("ODG", literal=True)))
    return rf"(?i:(?:{_alternatives(chapters)})(?:\s+(?:chapter|section))?)\s*[,:(/-]"


# ---------------------------------------------------------------------------------------------------------------------
# Parts of a pattern
# ---------------------------------------------------------------------------------------------------------------------


def _pages(text: pl.Expr) -> pl.Expr:
    """Return the pages that a text names, joined; null where it names none."""
    pages = text.str.extract_all(PAGES).list.eval(pl.element().str.extract(PAGES, 1)).list.join(", ")
    return pl.when(pages != "").then(
        pages.str.replace_all(r"\s*(?:[-–]|to|through|thru)\s*", "-").str.replace_all(r"\s*,?\s*\band\s+", ", ")
    )


@cache
def _headings_with_comma() -> str:
    """Build the pattern of the headings of sections that hold a comma outside of parentheses, in any case."""
    spelled = _spellings(code_table("guideline_sections"))
    return f"(?i:{_alternatives(spelled.filter(spelled.str.replace_all(PARENTHESIS, '').str.contains(',')))})"


def _spellings(table: pl.DataFrame) -> pl.Series:
    """List every spelling of the rows of a code table as written, canonical names first."""
    columns = (table.columns[0], "aliases", "misspellings")
    spelled = pl.concat_str(columns, separator=SEPARATOR, ignore_nulls=True).str.split(SEPARATOR)
    return table.select(spelled.alias("spelling")).get_column("spelling").explode().unique(maintain_order=True)


def _alternatives(spellings: pl.Series) -> str:
    """Build the pattern of any of the spellings, the longest first, whatever white space separates their words."""
    longest_first = spellings.gather((-spellings.str.len_chars().cast(pl.Int64)).arg_sort())
    return "|".join(longest_first.str.escape_regex().str.replace_all(" ", r"\s+", literal=True).to_list())
