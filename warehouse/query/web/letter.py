"""A letter: its values beside its pages, with the lines that each value came from.

Belongs here: which lines and problems belong to which values, where a line stands on a page, and the files of letters.
Does not belong here: finding the case and its values (`warehouse.query.case`), drawing (`warehouse.query.web.pages`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from imr_etl.parse.items import CLAIMS_ADMINISTRATOR, RATIONALE, REQUEST, REVIEWER
from imr_etl.problems import PROBLEM_CODES
from imr_etl.terminal import printable
from imr_etl.vocabulary.additions import use_vocabulary
from warehouse.query.case import Case, Group, Rows, UnknownCaseError, groups_of, labeled_lines, read_case, read_rows
from warehouse.query.web import view
from warehouse.query.web.pages import NotDrawnError, Pages, letter_content
from warehouse.query.web.published import Opened, Published

LINE_HEIGHT, BELOW, RIGHT_MARGIN = 10.5, 3.0, 54.0
"""Of the band behind a line, in points."""

PDF, TEXT = "application/pdf", "text/plain"
PARTS = {REQUEST: "request", CLAIMS_ADMINISTRATOR: "ur", REVIEWER: "guideline", RATIONALE: "rationale"}
"""Part of an item -> the name of its color."""

TEXTS = (
    ("claims_administrator_guideline", "Utilization review's guideline", "ur"),
    ("reviewer_guideline", "Reviewer's guideline", "guideline"),
    ("rationale", "Rationale", "rationale"),
)
"""Column of an item -> its heading, its color."""

FIELD_GROUPS = {
    "header": ("case_number", "priority", "injury_date", "ur_denial_date", "application_received_date"),
    "credentials": ("specialty", "state", "reviewer"),
    "summary": ("patient_age", "patient_sex", "diagnosis", "diagnoses", "clinical_summary"),
}
CODE_GROUPS = {"header_missing": "header", "dates_out_of_order": "header", "case_number_differs": "header"}


@dataclass(frozen=True)
class Line:
    """A line of a page: its text, the values it belongs to, its color, and where its band stands."""

    text: str
    group: str
    color: str
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0


@dataclass(frozen=True)
class LetterPage:
    """A page: its number, its size in points where it can be drawn, its lines."""

    number: int
    size: tuple[float, float] | None
    lines: list[Line]


@dataclass(frozen=True)
class Card:
    """Values that came from the same lines, with the texts as written and the problems with them."""

    group: Group
    pages: list[int]
    decision: str | None = None
    texts: list[tuple[str, str, str]] = field(default_factory=list)
    problems: Rows = field(default_factory=list)


def letter(request: Request, published: Published, pages: Pages) -> Response:
    """Answer `/letter/<case>`."""
    wanted = request.path_params["case"]
    form = request.query_params.get("format", "html")
    with published.open() as warehouse:
        use_vocabulary(warehouse.paths.vocabulary)
        try:
            case = read_case(warehouse.connection, warehouse.paths, wanted)
        except UnknownCaseError as error:
            raise HTTPException(404, str(error)) from error
        versions = _versions(warehouse, case)
    if form == "json":
        own = {"determination": case.determination, "file": _public(case.file)}
        return view.as_json({**own, **case.tables, "problems": case.problems, "versions": versions})
    cards, others = _cards(case)
    drawn, reason = _pages(case.file, case.lines, pages)
    return view.page(
        "letter.html",
        title=case.determination["determination_id"],
        case=case,
        file=case.file,
        cards=cards,
        others=others,
        meanings=PROBLEM_CODES,
        letter_pages=drawn,
        reason=reason,
        versions=versions,
        current=None,
    )


def version(request: Request, published: Published, pages: Pages) -> Response:
    """Answer `/file/<sha256>`: a letter that is not the current one of its case."""
    with published.open() as warehouse:
        file = _file(warehouse, request.path_params["sha256"])
        use_vocabulary(warehouse.paths.vocabulary)
        lines = labeled_lines(warehouse.paths, file)
        problems = read_rows(
            warehouse.connection,
            "SELECT code, field, excerpt, page FROM main.problems WHERE sha256 = ? ORDER BY position",
            file["sha256"],
        )
        current = read_rows(
            warehouse.connection,
            "SELECT determination_id FROM main.determinations WHERE sha256 = ? OR determination_id = ?",
            file["sha256"],
            file["superseded_by"] or file["case_number"],
        )
    drawn, reason = _pages(file, lines, pages)
    return view.page(
        "letter.html",
        title=f"{file['case_number'] or file['sha256']}, {file['status']}",
        case=None,
        file=file,
        cards=[],
        others=problems,
        meanings=PROBLEM_CODES,
        letter_pages=drawn,
        reason=reason,
        versions=[],
        current=current[0]["determination_id"] if current else None,
    )


def download(request: Request, published: Published) -> Response:
    """Answer `/file/<sha256>/letter`: the file as it was loaded."""
    with published.open() as warehouse:
        file = _file(warehouse, request.path_params["sha256"])
    try:
        data = letter_content(str(file["uri"]), str(file["sha256"]))
    except NotDrawnError as error:
        raise HTTPException(404, str(error)) from error
    name = re.sub(r"[^A-Za-z0-9-]", "-", str(file["case_number"] or file["sha256"]))
    ending = "txt" if file["media_type"] == TEXT else "pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    return Response(data, media_type=PDF if ending == "pdf" else "application/octet-stream", headers=headers)


def picture(request: Request, published: Published, pages: Pages) -> Response:
    """Answer `/file/<sha256>/page/<number>.png`."""
    with published.open() as warehouse:
        file = _file(warehouse, request.path_params["sha256"])
    if file["media_type"] == TEXT:
        raise HTTPException(404, "The letter is plain text: it has no page to draw.")
    try:
        png = pages.png(str(file["uri"]), str(file["sha256"]), request.path_params["number"])
    except NotDrawnError as error:
        raise HTTPException(404, str(error)) from error
    return Response(png, media_type="image/png", headers={"Cache-Control": "private, max-age=86400, immutable"})


def _file(warehouse: Opened, sha256: str) -> dict[str, object]:
    """Find a file that the warehouse knows: no path is ever taken from an address."""
    found = read_rows(warehouse.connection, "SELECT * FROM main.letter_files WHERE sha256 = ?", sha256)
    if not found:
        raise HTTPException(404, "The warehouse knows no such letter.")
    return found[0]


def _public(file: dict[str, object]) -> dict[str, object]:
    """Return a row of `letter_files` without the address of the file."""
    return {name: value for name, value in file.items() if name != "uri"}


def _versions(warehouse: Opened, case: Case) -> Rows:
    """List the other letters of a case, the newest first."""
    return read_rows(
        warehouse.connection,
        "SELECT sha256, status, page_count, first_seen FROM main.letter_files"
        " WHERE (case_number = ? OR superseded_by = ?) AND sha256 <> ? ORDER BY first_seen DESC",
        case.determination["case_number"],
        case.determination["determination_id"],
        case.file["sha256"],
    )


def _pages(file: dict[str, object], lines: pl.DataFrame, pages: Pages) -> tuple[list[LetterPage], str | None]:
    """Lay out the pages; where they cannot be drawn, their lines alone and a sentence that says why."""
    sizes: Sequence[tuple[float, float]] = []
    reason = None
    if file["media_type"] != TEXT:
        try:
            sizes = pages.sizes(str(file["uri"]), str(file["sha256"]))
        except NotDrawnError as error:
            reason = f"{error} These are the lines that were read from it."
    else:
        reason = "The letter is plain text: these are its lines."
    by_page: dict[int, list[Line]] = {number: [] for number in range(1, len(sizes) + 1)}
    columns = ("page", "text", "x0", "top", "section", "item_number", "part")
    for number, text, x0, top, section, item, part in lines.select(columns).iter_rows():
        group = f"item-{item}" if item is not None else section or ""
        color = PARTS.get(part, "") if item is not None else section or ""
        width, _ = sizes[number - 1] if 0 < number <= len(sizes) else (0.0, 0.0)
        x = (x0 or 0.0) - 2
        line = Line(printable(text), group, color, x, top - LINE_HEIGHT, max(0.0, width - RIGHT_MARGIN - x))
        by_page.setdefault(number, []).append(line)
    return [
        LetterPage(number, sizes[number - 1] if number <= len(sizes) else None, found)
        for number, found in sorted(by_page.items())
    ], reason


def _cards(case: Case) -> tuple[list[Card], Rows]:
    """Make the cards of a case; also return the problems that belong to no card."""
    items = {f"item-{item['item_number']}": item for item in case.tables["disputed_items"]}
    homes = [_home(problem, items) for problem in case.problems]
    cards = []
    for group in groups_of(case):
        item = items.get(group.name, {})
        texts = [(heading, str(item[column]), color) for column, heading, color in TEXTS if item.get(column)]
        if group.name == "summary" and case.determination["clinical_summary"]:
            texts = [("Clinical case summary", str(case.determination["clinical_summary"]), "summary")]
        problems = [problem for problem, home in zip(case.problems, homes, strict=True) if home == group.name]
        pages = group.lines["page"].unique().sort().to_list()
        decision = str(item["decision"]) if item else None
        cards.append(Card(group, pages, decision, texts, problems))
    named = {card.group.name for card in cards}
    return cards, [problem for problem, home in zip(case.problems, homes, strict=True) if home not in named]


def _home(problem: dict[str, Any], items: dict[str, dict[str, object]]) -> str | None:
    """Find the values that a problem is about: by its field, its excerpt in an item, or the one item of its page."""
    for group, fields in FIELD_GROUPS.items():
        if problem["field"] in fields or CODE_GROUPS.get(problem["code"]) == group:
            return group
    excerpt = " ".join(str(problem["excerpt"] or "").lower().split())
    if excerpt:
        for name, item in items.items():
            texts = [item["request"], item["disputed"], *(item[column] for column, _, _ in TEXTS)]
            if any(excerpt[:60] in " ".join(str(text or "").lower().split()) for text in texts):
                return name
    page = problem["page"]
    on_page = [name for name, item in items.items() if page and item["first_page"] <= page <= item["last_page"]]
    return on_page[0] if len(on_page) == 1 else None
