"""What the warehouse is: its build, coverage, definitions, how to cite it.

Does not belong here: figures of decisions (`warehouse.query.web.figures`).
"""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from imr_etl.names import filters
from imr_etl.problems import PROBLEM_CODES
from imr_etl.schema.tables import WAREHOUSE_TABLES
from warehouse import sql
from warehouse.query.case import read_rows
from warehouse.query.web import view
from warehouse.query.web.published import Opened, Published


def about(request: Request, published: Published) -> Response:
    """Answer `/about`."""
    with published.open() as warehouse:
        known = warehouse.keep("about", lambda: _known(warehouse))
    if request.query_params.get("format") == "json":
        return view.as_json(known)
    return view.page(
        "about.html",
        title="About",
        **known,
        accuracy=_accuracy(),
        tables=WAREHOUSE_TABLES.values(),
        filters=filters(),
        meanings=PROBLEM_CODES,
    )


ACCURACY = "accuracy.md"


@cache
def _accuracy() -> list[tuple[str, Any]]:
    """Read how right the fields are, as headings, paragraphs and tables; nothing where the document was not packed."""
    packed = files(__package__).joinpath(ACCURACY)
    beside = Path(__file__).parents[3] / "docs" / ACCURACY
    document = packed if packed.is_file() else beside
    if not document.is_file():
        return []
    blocks: list[tuple[str, Any]] = []
    for block in document.read_text(encoding="utf-8").split("\n\n")[1:]:
        lines = block.strip().split("\n")
        if lines[0].startswith("|"):
            rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
            blocks.append(("table", [rows[0], *rows[2:]]))
        elif lines[0].startswith("#"):
            blocks.append(("heading", lines[0].lstrip("# ")))
        else:
            blocks.append(("text", " ".join(lines).replace("**", "").replace("`", "").replace("*", "")))
    return blocks


def _known(warehouse: Opened) -> dict[str, Any]:
    run = warehouse.connection
    result = run.execute(sql("report/about"), {"year": None})
    (row,) = view.table_rows([column[0] for column in result.description], result.fetchall())
    return {
        "about": row,
        "coverage": read_rows(run, "FROM marts.coverage ORDER BY decision_year, template"),
        "published": read_rows(run, "FROM marts.published_totals ORDER BY decision_year"),
        "problems": read_rows(run, "FROM marts.problems_by_code ORDER BY letters DESC"),
    }
