"""What is made from the schema: CREATE TABLE statements, comments, the data dictionary of `main` and `codes`.

`python -m warehouse.dictionary` writes them below `warehouse/`; a test checks that they match `fields`,
`tables` and the code tables. Does not belong here: what a column or table of schema `main` is, and the marts
(`warehouse.dictionary`). The columns of the code tables are described here, because they are headings of CSV
files, without a `Field`.
"""

import re
from importlib.resources import files

import polars as pl

from imr_etl.schema.fields import Field
from imr_etl.schema.tables import WAREHOUSE_TABLES, WarehouseTable
from imr_etl.vocabulary import code_table, code_table_names

SQL_TYPES: dict[pl.DataType, str] = {
    pl.String(): "VARCHAR",
    pl.Int32(): "INTEGER",
    pl.Int64(): "BIGINT",
    pl.Float64(): "DOUBLE",
    pl.Date(): "DATE",
    pl.Boolean(): "BOOLEAN",
    pl.Datetime("us"): "TIMESTAMP",
    pl.List(pl.String()): "VARCHAR[]",
}

CODE_COLUMNS = {
    "abbreviation": "Postal abbreviation",
    "aliases": "Other spellings, separated by `|`; the name in the first column counts as one",
    "categories": "Categories that fit, separated by `|`; ` > ` before a subcategory, without one all of the category",
    "category": "The state's category of the treatment",
    "comment": "Why a doubtful row is as it is",
    "condition": "The condition",
    "cwci_category": "Category as the California Workers' Compensation Institute divides treatments",
    "as_of": "Year of the publication",
    "description": "What it covers",
    "drug_class": "The state's class of the drug",
    "family": "Family of the guideline, `codes.guideline_families`",
    "figure": "What is counted, in which year, and of what",
    "measure": "What is counted",
    "published": "The figure: a count, or a share from 0 to 1",
    "year": "Year of the decisions",
    "service": "The state's category or drug class that it is of, null for all",
    "published_figures.source": "Who published it, and where it was read",
    "form": "Dosage form",
    "diagnosis_nature_words.form": "A word, an ending of words, or a word that counts last, where no other does",
    "frequency": "How often a dose is taken",
    "guideline": "Families of the guideline that has the section, separated by `|`",
    "in_clinic": "Treatment that a number of sessions makes of it, where it can be given in a clinic",
    "in_state_search": "The state's decision search offers the specialty",
    "ingredient": "Generic name; a fixed combination joined by `/`",
    "is_counted": "It comes in pieces, which a quantity counts",
    "is_midline": "It lies in the middle of the body and takes a side only from the word beside it",
    "is_topical": "It is put on the skin",
    "kind": "What kind of word it is",
    "misspellings": "Wrong spellings that letters have, separated by `|`",
    "mme_factor": "Morphine milligram equivalents of one unit of the column `unit`",
    "modifier": "Word that belongs to a drug's name",
    "nature": "The nature, `codes.diagnosis_natures`",
    "needs_date": "It means a past service only beside a date",
    "number": "The number in digits",
    "phrase": "The phrase",
    "place": "Place in the order in which they count",
    "reason": "Why a denial was upheld",
    "region": "Body region of the term",
    "diagnosis_sites.region": "Body region that has the condition, `codes.body_regions`",
    "role": "What the word does in its text",
    "section": "Heading of the section",
    "sex": "Sex that the word implies",
    "side": "Side that the term implies",
    "source": "Within the Medical Treatment Utilization Schedule or not",
    "guideline_sources.source": "Publisher or publication",
    "specialties": "Specialties that fit, separated by `|`, `codes.specialties`",
    "specialty": "Name of the specialty",
    "state": "State, district or territory",
    "subcategory": "The state's subcategory, for drugs the class",
    "term": "The term",
    "times_per_day": "Doses a day; empty where there is no fixed number",
    "title": "Title of the guideline",
    "topic": "Topic of a section",
    "transdermal_class": "The state's class of the drug where it is put on the skin",
    "treatment": "Treatment or test",
    "unit": "What the factor is for",
    "word": "The word",
}
"""Column of the code tables, with its table where it means something else there -> what it holds."""


def create_table(table: WarehouseTable) -> str:
    """Return the CREATE TABLE and COMMENT statements of a table.

    Keys are not declared; checks find rows that share one. With two million letters DuckDB's indexes made a file with
    the keys alone ten times as large (918 for 86 MB), took 27 s longer, and did not fit into 1.2 GB of memory.
    """
    columns = ",\n".join(f"    {_column(field, table)}" for field in table.fields)
    descriptions = {field.name: field.description for field in table.fields}
    head = "-- Made by warehouse.dictionary; change imr_etl/schema and run `make schema`.\n"
    said = comments(f"main.{table.name}", f"{table.description}. Key: {', '.join(table.key)}", descriptions)
    return head + f"CREATE TABLE main.{table.name} (\n{columns}\n);\n" + said


def refused_rows(table: WarehouseTable) -> str:
    """Return a SELECT of the rows that the constraints of a table refuse: determination_id, reason (the columns)."""
    refusals = [
        f"CASE WHEN {condition} THEN {quoted(field.name)} END"
        for field in table.fields
        for condition in _refused(field, table)
    ]
    columns = f"concat_ws(', ', {', '.join(refusals)})"
    reason = f"{quoted(table.name + ': ')} || {columns}"
    return f"SELECT determination_id, {reason} AS reason FROM main.{table.name} WHERE {columns} <> ''"  # noqa: S608  nothing of it is input


def code_table_comments(name: str) -> str:
    """Return the COMMENT statements of a code table: what it holds, where that comes from, and its columns."""
    holds, origin = code_table_descriptions()[name]
    columns = {column: code_column_description(name, column) for column in code_table(name).columns}
    return comments(f"codes.{name}", f"{_sentence(holds)}. From: {origin}", columns)


def code_table_descriptions() -> dict[str, tuple[str, str]]:
    """Return what each code table holds and where it comes from, as the README beside them says."""
    readme = files("imr_etl.vocabulary").joinpath("README.md").read_text(encoding="utf-8")
    found: list[tuple[str, str, str]] = re.findall(r"(?m)^\| `(\w+)` \| (.+?) \| (.+?) \|$", readme)
    return {name: (holds, origin) for name, holds, origin in found}


def code_column_description(table: str, column: str) -> str:
    """Return what a column of a code table holds. Raises KeyError for one that `CODE_COLUMNS` does not describe."""
    own = f"{table}.{column}"
    return CODE_COLUMNS[own if own in CODE_COLUMNS else column]


def dictionary() -> str:
    """Return the data dictionary of schemas `main` and `codes` as Markdown."""
    parts = [
        "# Data dictionary\n",
        "Made by `warehouse.dictionary`; change `imr_etl/schema`, `imr_etl/vocabulary` or `warehouse/sql/marts`"
        " and run `make schema`.\n",
        "# Schema `main`: the letters\n",
    ]
    for table in WAREHOUSE_TABLES.values():
        parts.append(
            f"## {table.name}\n\n{table.description}.\n\nKey: {', '.join(f'`{name}`' for name in table.key)}\n"
        )
        parts.append("| column | type | null | what it holds |\n|---|---|---|---|")
        for field in table.fields:
            null = "no" if _is_required(field, table) else "yes"
            codes = f" One of: {', '.join(field.codes)}." if field.codes else ""
            parts.append(f"| `{field.name}` | {SQL_TYPES[field.dtype]} | {null} | {field.description}.{codes} |")
        parts.append("")
    parts.append("# Schema `codes`: what words mean\n")
    parts.append("Every column is VARCHAR. `codes.problem_codes` has the codes of `main.problems` and their meaning.\n")
    for name in code_table_names():
        holds, origin = code_table_descriptions()[name]
        parts.append(f"## codes.{name}\n\n{_sentence(holds)}. From: {origin}.\n")
        parts.append("| column | what it holds |\n|---|---|")
        parts += [f"| `{column}` | {_code_column(name, column)} |" for column in code_table(name).columns]
        parts.append("")
    return "\n".join(parts)


def quoted(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def comments(table: str, description: str, columns: dict[str, str], kind: str = "TABLE") -> str:
    """Write the COMMENT statements of a table or view (`kind`) and its columns."""
    statements = [f"COMMENT ON {kind} {table} IS {quoted(description)};"] + [
        f"COMMENT ON COLUMN {table}.{name} IS {quoted(descriptions)};" for name, descriptions in columns.items()
    ]
    return "\n".join(statements) + "\n"


def _column(field: Field, table: WarehouseTable) -> str:
    null = " NOT NULL" if _is_required(field, table) else ""
    check = f" CHECK ({_has_code(field)})" if field.codes else ""
    return f"{field.name} {SQL_TYPES[field.dtype]}{null}{check}"


def _refused(field: Field, table: WarehouseTable) -> list[str]:
    """Return the conditions under which the constraints of a column refuse a row."""
    null = [f"{field.name} IS NULL"] if _is_required(field, table) else []
    return null + ([f"NOT ({_has_code(field)})"] if field.codes else [])


def _is_required(field: Field, table: WarehouseTable) -> bool:
    return field.name in (*table.key, *table.required)


def _has_code(field: Field) -> str:
    return f"{field.name} IN ({', '.join(map(quoted, field.codes))})"


def _code_column(table: str, column: str) -> str:
    """Describe a column of a code table, with its values where they are classes."""
    description = code_column_description(table, column)
    is_name = column == code_table(table).columns[0]
    if is_name or not (column in ("role", "kind", "source") or column.startswith(("is_", "in_", "needs_"))):
        return f"{description}."
    values = code_table(table)[column].drop_nulls().unique().sort()
    return f"{description}. One of: {', '.join(values)}."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
