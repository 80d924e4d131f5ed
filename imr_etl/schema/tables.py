"""Each table once: its grain, its columns in order, its key.

Belongs here: which columns a table has, in the warehouse and as Parquet. Does not belong here: what a column means
(`imr_etl.schema.fields`).
"""

from dataclasses import dataclass
from hashlib import sha256

import polars as pl

from imr_etl.schema.fields import FIELDS, Field
from imr_etl.storage.parquet import Schema


@dataclass(frozen=True)
class Table:
    """A table.

    `columns` are those of the Parquet files; in the warehouse `determination_id` replaces `sha256` wherever the key
    has it and the table is not about files.
    """

    name: str
    stage: str
    description: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    required: tuple[str, ...] = ()

    @property
    def schema(self) -> Schema:
        """Column names and dtypes of the Parquet files, in order."""
        return {name: FIELDS[name].dtype for name in self.columns}

    @property
    def fields(self) -> list[Field]:
        """The Parquet files' columns, in order."""
        return [FIELDS[name] for name in self.columns]

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return a frame with exactly this table's columns and dtypes, rows in the order of the key.

        Raises polars.exceptions.ColumnNotFoundError for a missing column and InvalidOperationError where a value does
        not fit its dtype: both are faults of code, not of a letter.
        """
        return frame.select(pl.col(name).cast(dtype) for name, dtype in self.schema.items()).sort(*self.key)

    def empty(self) -> pl.DataFrame:
        """Return a frame without rows."""
        return pl.DataFrame(schema=self.schema)


_ITEM = ("sha256", "item_number")

_TABLES = (
    # files
    Table(
        "file_sightings",
        "files",
        "One row per file that any listing has found, with size and time, by which a change is seen",
        (
            "uri",
            "sha256",
            "case_number",
            "byte_count",
            "modified_ns",
            "version",
            "media_type",
            "is_present",
            "first_seen",
            "problem",
        ),
        ("uri",),
    ),
    Table(
        "containers",
        "files",
        "One row per archive and table of texts of the newest listing, with size and time, by which a change is seen",
        ("uri", "byte_count", "modified_ns", "passed_over"),
        ("uri",),
    ),
    Table(
        "letter_files",
        "files",
        "One row per distinct content of a letter's file",
        ("sha256", "case_number", "block", "uri", "byte_count", "media_type", "is_present", "first_seen"),
        ("sha256",),
        ("block", "uri"),
    ),
    # published
    Table(
        "published_decisions",
        "published",
        "One row per case and item that the state's search shows, in the order of its rows, as printed",
        (
            "case_number",
            "item_number",
            "url",
            "decision_date",
            "injury_date",
            "application_received_date",
            "decision_date_as_printed",
            "injury_date_as_printed",
            "application_received_date_as_printed",
            "specialty_as_printed",
            "category_as_printed",
            "subcategory_as_printed",
            "decision_as_printed",
            "asked_at",
        ),
        ("case_number", "decision_date", "item_number"),
        ("url", "decision_date_as_printed", "asked_at"),
    ),
    # lines
    Table(
        "letter_lines",
        "lines",
        "One row per printed line of a letter",
        ("sha256", "page", "line", "text", "is_bold", "x0", "top", "extractor"),
        ("sha256", "page", "line"),
        ("text", "extractor"),
    ),
    Table(
        "letter_reads",
        "lines",
        "One row per letter that was read, with what came of it",
        ("sha256", "extractor_version", "extractor", "page_count", "code", "excerpt", "findings"),
        ("sha256",),
        ("extractor_version",),
    ),
    # tables
    Table(
        "letter_parses",
        "tables",
        "One row per letter whose lines were read into tables, with the versions of the rules",
        ("sha256", "extractor_version", "parser_version", "rows_checksum"),
        ("sha256",),
        ("extractor_version", "parser_version", "rows_checksum"),
    ),
    Table(
        "determinations",
        "tables",
        "One row per final determination letter; in the warehouse one per case, the current letter",
        (
            "sha256",
            "determination_id",
            "case_number",
            "template",
            "priority",
            "injury_date",
            "ur_denial_date",
            "application_received_date",
            "assigned_date",
            "decision_date",
            "outcome",
            "item_count",
            "patient_age",
            "patient_sex",
            "clinical_summary",
            "page_count",
            "parser_version",
        ),
        ("sha256",),
        ("determination_id", "template", "item_count", "page_count", "parser_version"),
    ),
    Table(
        "reviewer_licenses",
        "tables",
        "One row per state that the letter's expert reviewer is licensed in",
        ("sha256", "position", "state"),
        ("sha256", "position"),
        ("state",),
    ),
    Table(
        "reviewer_specialties",
        "tables",
        "One row per certification or specialty of the letter's expert reviewer",
        ("sha256", "position", "specialty_as_written", "specialty"),
        ("sha256", "position"),
        ("specialty_as_written",),
    ),
    Table(
        "diagnoses",
        "tables",
        "One row per current or working diagnosis that the clinical case summary states",
        ("sha256", "position", "diagnosis", "nature", "is_uncertain"),
        ("sha256", "position"),
        ("diagnosis", "nature", "is_uncertain"),
    ),
    Table(
        "diagnosis_body_parts",
        "tables",
        "One row per body region and side that a diagnosis names",
        ("sha256", "diagnosis_position", "position", "region", "side"),
        ("sha256", "diagnosis_position", "position"),
        ("region",),
    ),
    Table(
        "disputed_items",
        "tables",
        "One row per disputed treatment and its decision",
        (
            *_ITEM,
            "request",
            "authorized",
            "disputed",
            "decision",
            "claims_administrator_guideline",
            "reviewer_guideline",
            "rationale",
            "category",
            "subcategory",
            "treatment",
            "visits",
            "visits_per_week",
            "weeks",
            "requested_quantity",
            "authorized_quantity",
            "disputed_quantity",
            "quantity_unit",
            "is_retrospective",
            "is_ancillary",
            "parent_item_number",
            "decision_follows_parent",
            "first_page",
            "last_page",
        ),
        _ITEM,
        ("request", "disputed", "decision", "is_retrospective", "is_ancillary", "first_page", "last_page"),
    ),
    Table(
        "rationale_reasons",
        "tables",
        "One row per reason that the rationale of an upheld item gives; an item of which none is found has no row",
        (*_ITEM, "position", "reason"),
        (*_ITEM, "position"),
        ("reason",),
    ),
    Table(
        "item_drugs",
        "tables",
        "One row per drug of a disputed item, of a compound one per ingredient",
        (
            *_ITEM,
            "position",
            "drug_as_written",
            "ingredient",
            "drug_class",
            "strength",
            "quantity",
            "refills",
            "is_compound",
            "mme_per_unit",
            "mme_requested",
            "mme_per_day",
        ),
        (*_ITEM, "position"),
        ("drug_as_written", "is_compound"),
    ),
    Table(
        "item_body_parts",
        "tables",
        "One row per body region and side that a disputed item names",
        (*_ITEM, "position", "region", "side"),
        (*_ITEM, "position"),
        ("region",),
    ),
    Table(
        "guideline_citations",
        "tables",
        "One row per guideline that the claims administrator or the reviewer cited for a disputed item",
        (
            *_ITEM,
            "cited_by",
            "position",
            "source",
            "guideline",
            "year",
            "sections",
            "pages",
            "guideline_family",
            "guideline_chapter",
        ),
        (*_ITEM, "cited_by", "position"),
        ("source", "guideline"),
    ),
    Table(
        "problems",
        "tables",
        "One row per thing that is wrong with a letter or could not be read in it",
        ("sha256", "position", "case_number", "stage", "code", "field", "excerpt", "page"),
        ("sha256", "position"),
        ("stage", "code"),
    ),
)

TABLES = {table.name: table for table in _TABLES}
"""Every table of every stage, in the data's order."""


def fingerprint(stage: str) -> str:
    """Compute eight hex digits that change with the name, order or type of any column of a stage's tables."""
    columns = [
        (table.name, name, str(dtype))
        for table in _TABLES
        if table.stage == stage
        for name, dtype in table.schema.items()
    ]
    return sha256(repr(columns).encode()).hexdigest()[:8]


@dataclass(frozen=True)
class WarehouseTable:
    """A table of schema `main`: what people query."""

    name: str
    description: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    required: tuple[str, ...]

    @property
    def fields(self) -> list[Field]:
        """The columns, in order."""
        return [FIELDS[name] for name in self.columns]


def _of_current_letters(table: Table) -> WarehouseTable:
    def keyed(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple("determination_id" if name == "sha256" else name for name in names)

    return WarehouseTable(table.name, table.description, keyed(table.columns), keyed(table.key), table.required)


DETERMINATIONS = WarehouseTable(
    "determinations",
    "One row per case: its current final determination letter",
    ("determination_id", *(name for name in TABLES["determinations"].columns if name != "determination_id")),
    ("determination_id",),
    ("sha256", *(name for name in TABLES["determinations"].required if name != "determination_id")),
)

CHILDREN = [
    _of_current_letters(TABLES[name])
    for name in (
        "reviewer_licenses",
        "reviewer_specialties",
        "diagnoses",
        "diagnosis_body_parts",
        "disputed_items",
        "rationale_reasons",
        "item_drugs",
        "item_body_parts",
        "guideline_citations",
    )
]
"""Tables that reach their letter by determination_id."""

LETTER_FILES = WarehouseTable(
    "letter_files",
    TABLES["letter_files"].description + ", with what became of it",
    (
        "sha256",
        "case_number",
        "block",
        "uri",
        "byte_count",
        "media_type",
        "is_present",
        "page_count",
        "first_seen",
        "extractor",
        "extractor_version",
        "parser_version",
        "rows_checksum",
        "status",
        "superseded_by",
    ),
    ("sha256",),
    ("block", "uri", "is_present", "first_seen", "status"),
)

PROBLEMS = WarehouseTable(
    "problems",
    TABLES["problems"].description + ", with what became of the letter",
    (*TABLES["problems"].columns, "letter_status"),
    TABLES["problems"].key,
    TABLES["problems"].required,
)

_CODES_OF_PUBLISHED = ("outcome", "specialty", "category", "subcategory", "drug_class", "decision")

PUBLISHED_DECISIONS = WarehouseTable(
    "published_decisions",
    TABLES["published_decisions"].description + " and by the code tables; empty where nothing was fetched",
    (*TABLES["published_decisions"].columns, *_CODES_OF_PUBLISHED),
    ("case_number", "item_number"),
    ("decision_date", *TABLES["published_decisions"].required),
)

WAREHOUSE_TABLES = {
    table.name: table for table in (DETERMINATIONS, *CHILDREN, LETTER_FILES, PROBLEMS, PUBLISHED_DECISIONS)
}
"""Every table of schema `main`."""
