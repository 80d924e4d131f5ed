"""One case: what the warehouse knows of it beside the lines that it was read from.

Belongs here: fetching a case and its lines, laying them out for a terminal, tinting a page. Does not belong here: how a
line is understood (`imr_etl.parse`), options and messages (`imr_etl.cli`).
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pypdfium2
from PIL import Image, ImageDraw
from rich.console import Console
from rich.table import Table

from imr_etl.errors import RunError, not_written
from imr_etl.ingest.lines import LINES
from imr_etl.ingest.visibility import bounded_scale
from imr_etl.parse.items import CLAIMS_ADMINISTRATOR, RATIONALE, REQUEST, REVIEWER
from imr_etl.parse.letter import label_lines
from imr_etl.problems import PROBLEM_CODES
from imr_etl.schema.tables import CHILDREN, DETERMINATIONS
from imr_etl.sources import read
from imr_etl.sources import shown as place
from imr_etl.storage import parquet
from imr_etl.storage.paths import DataPaths
from imr_etl.terminal import shown
from imr_etl.vocabulary.additions import use_vocabulary
from warehouse.query.connect import reading

TINTS = {
    "header": (255, 213, 128),
    "credentials": (200, 200, 255),
    "summary": (200, 255, 255),
    "decisions": (230, 230, 230),
    REQUEST: (255, 180, 180),
    CLAIMS_ADMINISTRATOR: (255, 240, 150),
    REVIEWER: (190, 255, 190),
    RATIONALE: (220, 200, 255),
}
"""Color of each part on a tinted page."""

PIXELS_A_POINT = 2
LINE_HEIGHT = 12
RIGHT_MARGIN = 60
SEEN_OF_A_TEXT = 400
"""Characters of a long text that are shown."""

Rows = list[dict[str, object]]


@dataclass(frozen=True)
class Case:
    """A case of the warehouse: its determination, the rows of the other tables, its problems, its lines with labels."""

    determination: dict[str, object]
    file: dict[str, object]
    tables: dict[str, Rows]
    problems: Rows
    lines: pl.DataFrame


def find_case(paths: DataPaths, case: str) -> Case:
    """Find the current letter of a case, by its case number or determination_id.

    Raises RunError where there is no warehouse that can be read, or no such case in it.
    """
    use_vocabulary(paths.vocabulary)
    with reading(paths.warehouse) as connection:
        return read_case(connection, paths, case)


def read_case(connection: duckdb.DuckDBPyConnection, paths: DataPaths, case: str) -> Case:
    """Find the current letter of a case in a warehouse that is open, as `find_case` does."""
    wanted = case.upper() if case.upper().startswith("CM") else case
    found = read_rows(
        connection,
        f"SELECT {', '.join(DETERMINATIONS.columns)} FROM main.determinations WHERE determination_id = ?",
        wanted,
    )
    if not found:
        raise UnknownCaseError(f"The warehouse has no case {case}: case numbers look like CM16-0123456.")
    (determination,) = found
    sha256 = determination["sha256"]
    (file,) = read_rows(connection, "SELECT * FROM main.letter_files WHERE sha256 = ?", sha256)
    tables = {
        table.name: read_rows(
            connection,
            f"SELECT * EXCLUDE (determination_id) FROM main.{table.name} WHERE determination_id = ?"
            f" ORDER BY {', '.join(table.key)}",
            determination["determination_id"],
        )
        for table in CHILDREN
    }
    problems = read_rows(
        connection, "SELECT code, field, excerpt, page FROM main.problems WHERE sha256 = ? ORDER BY position", sha256
    )
    return Case(determination, file, tables, problems, labeled_lines(paths, file))


def labeled_lines(paths: DataPaths, file: dict[str, object]) -> pl.DataFrame:
    """Read the lines of a row of `letter_files`, with labels; no rows where none are stored."""
    lines = parquet.scan(paths.lines("letter_lines", str(file["block"])), LINES.schema)
    return label_lines(lines.filter(pl.col("sha256") == file["sha256"]).sort("page", "line").collect())


def read_rows(connection: duckdb.DuckDBPyConnection, query: str, *values: object) -> Rows:
    """Read the rows of a query, a mapping each."""
    result = connection.execute(query, list(values))
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


class UnknownCaseError(RunError):
    """The warehouse has no such case."""


@dataclass(frozen=True)
class Group:
    """Values of a case that come from the same lines: `name` is the section, or `item-` and the item's number."""

    name: str
    title: str
    values: dict[str, object]
    lines: pl.DataFrame


def groups_of(case: Case) -> list[Group]:
    """Gather the values of a case in groups, as people read them, with the lines that they came from."""
    letter, lines = case.determination, case.lines
    licenses = ", ".join(str(row["state"]) for row in case.tables["reviewer_licenses"])
    specialties = ", ".join(f"{row['specialty_as_written']}" for row in case.tables["reviewer_specialties"])
    diagnoses = "; ".join(str(row["diagnosis"]) for row in case.tables["diagnoses"])
    patient = {"age": letter["patient_age"], "sex": letter["patient_sex"], "diagnoses": diagnoses}
    return [
        Group("header", "Letter", _header_values(letter), _of_section(lines, "header")),
        Group(
            "credentials",
            "Reviewer",
            {"licenses": licenses, "specialties": specialties},
            _credential_lines(lines),
        ),
        Group("summary", "Patient", patient, _of_section(lines, "summary")),
        *(
            Group(
                f"item-{item['item_number']}",
                f"Item {item['item_number']}: {item['decision']}",
                _item_values(item, case.tables),
                _of_item(lines, item),
            )
            for item in case.tables["disputed_items"]
        ),
    ]


def show(case: Case, console: Console) -> None:
    """Print a case: each group of values, and below it the lines that it came from, as page:line."""
    letter = case.determination
    console.print(shown(f"{letter['determination_id']}  {letter['outcome'] or 'no decision found'}", "bold"))
    reader = f", read by {case.file['extractor']}" if case.file["extractor"] else ""
    console.print(shown(f"{place(str(case.file['uri']))}{reader}"))
    for group in groups_of(case):
        _group(console, group.title, group.values, group.lines)
    for problem in case.problems:
        meaning = PROBLEM_CODES.get(str(problem["code"]), "")
        where = " ".join(str(problem[name]) for name in ("field", "excerpt") if problem[name])
        console.print(shown(f"{problem['code']}: {meaning}. {where}", "red"))
    if not case.problems:
        console.print("No problems.")


def tinted_page(case: Case, number: int, target: Path) -> None:
    """Write a page of the letter's PDF as PNG, the lines of each part in its color, at a size that is bounded.

    Raises RunError where the letter is no PDF, its file is gone, it has no such page, or the PNG cannot be written.
    """
    uri = str(case.file["uri"])
    path = place(uri)
    if case.file["media_type"] != "application/pdf":
        raise RunError(f"{path} is plain text: it has no page to draw.")
    try:
        document = pypdfium2.PdfDocument(read(uri))
    except (OSError, pypdfium2.PdfiumError) as error:
        raise RunError(
            f"{path} cannot be read any more: put the letter back, or load it from where it is now."
        ) from error
    if not 0 < number <= len(document):
        raise RunError(f"{path} has {len(document)} pages: name one of them.")
    page = document[number - 1]
    width, height = page.get_size()
    scale = bounded_scale(width, height, PIXELS_A_POINT)
    image = page.render(scale=scale).to_pil().convert("RGB")
    tint = Image.new("RGB", image.size, "white")
    draw = ImageDraw.Draw(tint)
    here = case.lines.filter(pl.col("page") == number).with_columns(color=pl.coalesce("part", "section"))
    for x0, top, color in here.select("x0", "top", "color").iter_rows():
        box = (x0 - 2, top - LINE_HEIGHT, page.get_width() - RIGHT_MARGIN, top + 2)
        draw.rectangle([scale * edge for edge in box], fill=TINTS.get(color, (255, 255, 255)))
    tinted = Image.composite(tint, image, image.convert("L").point(lambda shade: 255 if shade > 200 else 0))
    try:
        tinted.save(target, format="PNG")
    except OSError as error:
        raise not_written(error, target) from error


def _header_values(letter: dict[str, object]) -> dict[str, object]:
    names = ("template", "priority", "injury_date", "ur_denial_date", "application_received_date", "assigned_date")
    return {name: letter[name] for name in (*names, "decision_date", "page_count", "parser_version")}


def _item_values(item: dict[str, object], tables: dict[str, Rows]) -> dict[str, object]:
    """Write what the warehouse knows of an item, in words; nothing of what it does not know."""

    def of_item(name: str) -> Rows:
        return [row for row in tables[name] if row["item_number"] == item["item_number"]]

    parent = item["parent_item_number"]
    return {
        **{name: item[name] for name in ("disputed", "authorized", "category", "subcategory", "treatment")},
        "sessions": sessions(item["visits"], item["visits_per_week"], item["weeks"]),
        "quantities": quantities(item),
        "retrospective": "yes" if item["is_retrospective"] else None,
        "service of": f"the operation of item {parent}" if parent else None,
        "body parts": ", ".join(_joined(row["side"], row["region"]) for row in of_item("item_body_parts")),
        "drugs": "; ".join(map(drug, of_item("item_drugs"))),
        "why upheld": ", ".join(str(row["reason"]).replace("_", " ") for row in of_item("rationale_reasons")),
        "citations": "\n".join(map(citation, of_item("guideline_citations"))),
    }


def sessions(visits: object, visits_per_week: object, weeks: object) -> str:
    """Write sessions, as `8 sessions, 2 a week for 4 weeks`."""
    a_week = f"{visits_per_week} a week" if visits_per_week else None
    rate = _joined(a_week, f"for {_counted(weeks, 'week')}" if weeks else None)
    total = _counted(visits, "session") if visits else ""
    return ", ".join(filter(None, (total, rate)))


def quantities(item: dict[str, object]) -> str:
    """Write the three quantities of an item, as `12 visits requested, 4 authorized, 8 in dispute`."""
    parts: list[str] = []
    for kind, word in (("requested", "requested"), ("authorized", "authorized"), ("disputed", "in dispute")):
        number = item[f"{kind}_quantity"]
        if number is not None and (number or parts):
            unit = "" if parts else f" {item['quantity_unit'] or 'units'}"
            parts.append(f"{_number(number) if number else 'none'}{unit} {word}")
    return ", ".join(parts)


def drug(row: dict[str, object]) -> str:
    """Write a drug, as `norco 10/325mg, 60 units, 2 refills (hydrocodone/acetaminophen, Opioids)`."""
    parts = [_joined(row["drug_as_written"], row["strength"])]
    if row["quantity"] is not None:
        parts.append(_counted(row["quantity"], "unit"))
    if row["refills"]:
        parts.append(_counted(row["refills"], "refill"))
    if row["mme_requested"] is not None:
        parts.append(f"{_number(row['mme_requested'])} MME a fill")
    known = ", ".join(str(row[name]) for name in ("ingredient", "drug_class") if row[name])
    return ", ".join(parts) + (f" ({known})" if known else "") + (", part of a compound" if row["is_compound"] else "")


def citation(row: dict[str, object]) -> str:
    """Write a citation, as `the reviewer: MTUS, Chronic Pain, 2009; NSAIDs, page 67`."""
    side = "utilization review" if row["cited_by"] == "claims_administrator" else "the reviewer"
    title = ", ".join(str(row[name]) for name in ("source", "guideline", "year") if row[name])
    sections = row["sections"] if isinstance(row["sections"], list) else []
    pages = f"page {row['pages']}" if row["pages"] else ""
    return f"{side}: " + "; ".join(part for part in (title, *map(str, sections), pages) if part)


def _joined(*values: object) -> str:
    return " ".join(str(value) for value in values if value)


def _counted(number: object, noun: str) -> str:
    """Write a number with its noun, as `1 session`, `8 sessions`."""
    return f"{_number(number)} {noun}{'' if number == 1 else 's'}"


def _number(number: object) -> str:
    return f"{number:,.10g}" if isinstance(number, int | float) else str(number)


def _of_section(lines: pl.DataFrame, section: str) -> pl.DataFrame:
    return lines.filter(pl.col("section") == section)


def _credential_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the lines from the first that names credentials: the sentences before say nothing of the reviewer."""
    section = _of_section(lines, "credentials")
    begins = section["text"].str.contains(r"(?i)State\(s\) of Licensure|Board Certified|credentials:").arg_true()
    return section.slice(begins[0]) if len(begins) else section


def _of_item(lines: pl.DataFrame, item: dict[str, object]) -> pl.DataFrame:
    return lines.filter(pl.col("item_number") == item["item_number"])


def _group(console: Console, title: str, values: dict[str, object], lines: pl.DataFrame) -> None:
    console.rule(shown(title, "bold"), align="left")
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column()
    for name, value in values.items():
        if value not in (None, ""):
            table.add_row(name.replace("_", " "), shown(str(value)[:SEEN_OF_A_TEXT]))
    for page, line, text, part in lines.select("page", "line", "text", pl.coalesce("part", "section")).iter_rows():
        table.add_row(shown(f"{page}:{line}", "dim"), shown(text, "bold dim" if part == REQUEST else "dim"))
    console.print(table)
