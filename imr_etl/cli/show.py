"""`imr-etl show`: one case beside its lines, or a page of it."""

from pathlib import Path

import click

from imr_etl.cli.options import data_option
from imr_etl.storage.paths import DataPaths
from imr_etl.terminal import say


@click.command()
@click.argument("case")
@data_option
@click.option(
    "--pdf-page", type=click.IntRange(1), help="Write this page as PNG instead, the lines of each part tinted."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The PNG's name.  [default: CASE-pN.png]")
def show(case: str, data: str, pdf_page: int | None, out: Path | None) -> None:
    """Show what the warehouse knows of a case beside the lines that it came from.

    Example: imr-etl show CM16-0123456
    """
    from rich.console import Console  # noqa: PLC0415  a help text needs none of it

    from warehouse.query import case as cases  # noqa: PLC0415  duckdb loads in 0.1 s

    found = cases.find_case(DataPaths.at(data), case)
    if pdf_page is None:
        cases.show(found, Console())
        return
    target = out or Path(f"{case}-p{pdf_page}.png")
    cases.tinted_page(found, pdf_page, target)
    say(f"{target} written")
