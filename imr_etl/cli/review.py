"""`imr-etl review`: what most needs a person."""

import csv
import json
import sys
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

import click

from imr_etl.cli.options import Period, bounds_of, data_option, dates, limit_option
from imr_etl.problems import PROBLEM_CODES
from imr_etl.spreadsheets import cell
from imr_etl.storage.paths import DataPaths
from imr_etl.terminal import say, shown

if TYPE_CHECKING:
    from warehouse.query.review import Finding

ROWS_SHOWN = 10
KINDS = (
    "unknown_drug",
    "unknown_treatment",
    "unknown_guideline",
    "unknown_specialty",
    "unknown_state",
    "number_unread",
    "doubtful_category",
    "doubtful_decision",
)
"""The codes of `warehouse.query.review.NEXT_STEPS`, which a help text need not load."""

TRAINED = "unlikely_category"
"""`warehouse.query.unlikely_categories.KIND`: only on request, for it takes as long as training does."""
TITLE_OF_TRAINED = "By the words of its request and of its rationale the item has another category"

COLUMNS = (
    "code",
    "word",
    "items",
    "letters",
    "case_number",
    "determination_id",
    "decision_date",
    "excerpt",
    "page",
    "next_step",
)
"""What CSV and JSON have of each row."""


@click.command()
@data_option
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice((*KINDS, TRAINED)),
    help="Only problems of this code; may be given twice.",
)
@dates("--since", "--until", "Decided")
@click.option("--csv", "form", flag_value="csv", help="As CSV.")
@click.option("--json", "form", flag_value="json", help="As JSON, one object a row.")
@limit_option(f"Rows of each kind at most.  [default: {ROWS_SHOWN}; all with --csv and --json]")
def review(
    data: str, kinds: tuple[str, ...], since: Period | None, until: Period | None, form: str | None, limit: int | None
) -> None:
    """List what most needs a person: unknown words, unread numbers, doubtful categories and decisions.

    The most frequent come first, each with an example and its page; `imr-etl show` prints the whole letter. The kind
    unlikely_category, which is listed only if asked for, trains a model on the warehouse's own items: it lists those
    whose words speak for another category.

    Example: imr-etl review --kind unknown_drug --since 2017
    """
    from warehouse.query.review import review as find  # noqa: PLC0415  duckdb loads in 0.1 s

    first, last = bounds_of(since, until)
    path, most = DataPaths.at(data).warehouse, limit or (None if form else ROWS_SHOWN)
    codes = [kind for kind in kinds if kind != TRAINED]
    found = find(path, codes, first=first, last=last, limit=most) if codes or not kinds else []
    if TRAINED in kinds:
        from warehouse.query.unlikely_categories import unlikely_categories  # noqa: PLC0415

        found += unlikely_categories(path, first=first, last=last, limit=limit)
    rows = [asdict(finding) | {"next_step": finding.next_step} for finding in found]
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([cell(row[column]) for column in COLUMNS] for row in rows)
    elif form == "json":
        click.echo(json.dumps([{column: row[column] for column in COLUMNS} for row in rows], indent=1, default=str))
    elif found:
        _show(found)
    else:
        say("Nothing to review.")


def _show(found: "list[Finding]") -> None:
    from rich.console import Console  # noqa: PLC0415

    console = Console()
    for code, of_code in groupby(found, key=lambda finding: finding.code):
        rows = list(of_code)
        title = TITLE_OF_TRAINED if code == TRAINED else PROBLEM_CODES[code]
        console.print(shown(f"{code}: {title}", "bold"), soft_wrap=not console.is_terminal)
        for row in rows:
            where = f"{row.case_number or row.determination_id}" + (f" page {row.page}" if row.page else "")
            line = shown(f"{row.items:>6,} in {_letters(row.letters):<12} ").append_text(shown(row.word, "bold"))
            line.append_text(shown(f"  {where}: {row.excerpt or ''}", "dim"))
            console.print(line, soft_wrap=not console.is_terminal)
        if rows[0].of_kind > len(rows):
            say(f"The first {len(rows):,} of {rows[0].of_kind:,}; --limit shows more, --csv all.")
        console.print(shown(rows[0].next_step), soft_wrap=not console.is_terminal)
        console.print()


def _letters(count: int) -> str:
    return f"{count:,} letter{'' if count == 1 else 's'}"
