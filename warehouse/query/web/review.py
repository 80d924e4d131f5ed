"""The review list as a page: what most needs a person.

Does not belong here: which problems are on it (`warehouse.query.review`).
"""

from dataclasses import asdict
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from imr_etl.problems import PROBLEM_CODES
from warehouse.query.review import NEXT_STEPS, findings
from warehouse.query.web import view
from warehouse.query.web.published import Published

ROWS_A_KIND = 25


def review(request: Request, published: Published) -> Response:
    """Answer `/review`."""
    kinds = [kind for kind in request.query_params.getlist("kind") if kind in NEXT_STEPS]
    with published.open() as warehouse:
        found = warehouse.keep(
            ("review", *kinds), lambda: findings(warehouse.connection, kinds, limit=None if kinds else ROWS_A_KIND)
        )
    form = request.query_params.get("format", "html")
    if form in ("csv", "json"):
        rows = [asdict(finding) | {"next_step": finding.next_step} for finding in found]
        columns = list(rows[0]) if rows else []
        return (
            view.as_json(rows) if form == "json" else view.as_csv("review", columns, ([*row.values()] for row in rows))
        )
    groups = [(code, list(of_code)) for code, of_code in groupby(found, key=lambda finding: finding.code)]
    return view.page(
        "review.html", title="Review", groups=groups, meanings=PROBLEM_CODES, next_steps=NEXT_STEPS, kinds=kinds
    )
