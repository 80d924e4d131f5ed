"""`imr-etl search`: disputed items by their words and by what the state's search form asks for."""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

import click

from imr_etl.cli.completion import complete_names
from imr_etl.cli.options import bounds_of, data_option, dates, limit_option
from imr_etl.errors import RunError
from imr_etl.names import NAME_TABLES
from imr_etl.spreadsheets import cell
from imr_etl.storage.paths import DataPaths
from imr_etl.terminal import say, shown

if TYPE_CHECKING:
    from rich.text import Text

    from warehouse.query.search import Found, Hit, Search

HITS_SHOWN = 20
CASE = re.compile(r"CM\d{2}-\d{7}|SHA256:[0-9A-F]{16}", re.IGNORECASE)
QUOTED = re.compile(r'"([^"]*)"?|([^"]+)')


Command = TypeVar("Command", bound="Callable[..., Any] | click.Command")


def _named(what: str, told: str) -> Callable[[Command], Command]:
    return click.option(
        f"--{what}", multiple=True, shell_complete=complete_names(what), help=f"{told}; given twice, either will do."
    )


@click.command()
@click.argument("words", nargs=-1)
@data_option
@click.option("--case", help="Case number, as CM16-0213037.")
@click.option("--decision", type=click.Choice(["upheld", "overturned"]), help="Decision on the item.")
@click.option(
    "--outcome",
    type=click.Choice(["upheld", "overturned", "partially overturned"]),
    help="Outcome of the whole case.",
)
@_named("category", "The state's category of the treatment")
@_named("subcategory", "The state's subcategory, for drugs the class")
@_named("treatment", "Treatment, test or drug")
@_named("specialty", "Specialty of the reviewer")
@click.option("--priority", type=click.Choice(["standard", "expedited"]), help="Priority of the review.")
@dates("--since", "--until", "Decided")
@dates("--injury-since", "--injury-until", "Injured")
@dates("--received-since", "--received-until", "Application received")
@click.option("--csv", "form", flag_value="csv", help="As CSV, with the whole texts.")
@click.option("--json", "form", flag_value="json", help="As JSON, one object an item, with the whole texts.")
@limit_option(f"Items at most.  [default: {HITS_SHOWN}; all with --csv and --json]")
def search(words: tuple[str, ...], data: str, form: str | None, limit: int | None, **filters: Any) -> None:
    """Search requests and rationales for words, newest decisions first.

    All WORDS must occur, whole, in any case, with or without accents; those within quotes beside each other.

    \b
    Examples:
      imr-etl search "functional restoration" --decision overturned --since 2017
      imr-etl search opioid weaning --category Pharmaceuticals --until 2016-06
      imr-etl search --treatment MRI --specialty Neurology --csv > mri.csv
    """  # noqa: D301  click knows a paragraph that keeps its lines by the character \b
    from warehouse.query.connect import reading  # noqa: PLC0415  duckdb loads in 0.1 s
    from warehouse.query.search import search as find  # noqa: PLC0415

    asked = _search(words, filters)
    if asked == type(asked)():
        raise click.UsageError("Say what to search for: words, or an option such as --category.")
    with reading(DataPaths.at(data).warehouse) as connection:
        found = find(connection, asked, limit or (None if form else HITS_SHOWN))
        if form == "csv":
            _write_csv(found.hits)
        elif form == "json":
            _write_json(found.hits)
        else:
            _show(found, asked.phrases)


def _search(words: tuple[str, ...], filters: dict[str, Any]) -> "Search":
    from warehouse.query.search import Search  # noqa: PLC0415

    case = filters["case"]
    if case and not CASE.fullmatch(case.strip()):
        raise RunError(f"{case} is no case number: they look like CM16-0213037.")
    sides = {
        "decision_date": ("since", "until"),
        "injury_date": ("injury_since", "injury_until"),
        "application_received_date": ("received_since", "received_until"),
    }
    bounds = {}
    for column, (since, until) in sides.items():
        first, last = bounds_of(filters[since], filters[until])
        if first or last:
            bounds[column] = (first, last)
    plain = {name: filters[name] for name in ("decision", "outcome", "priority") if filters[name]}
    if case:
        number = case.strip()
        plain["determination_id"] = number.lower() if ":" in number else number.upper()
    return Search(
        phrases=tuple(chain.from_iterable(map(_phrases, words))),
        dates=bounds,
        names={name: filters[name] for name in NAME_TABLES if filters[name]},
        plain=plain,
    )


def _phrases(argument: str) -> list[str]:
    """The phrases of an argument: what the shell was given in quotes, or what has quotes of its own inside."""
    if '"' not in argument:
        return [argument]
    found = [(quoted, words) for quoted, words in QUOTED.findall(argument)]
    return [phrase for quoted, words in found for phrase in ([quoted] if quoted else words.split()) if phrase.strip()]


def _show(found: "Found", phrases: tuple[str, ...]) -> None:
    from rich.console import Console  # noqa: PLC0415

    console = Console()
    count = 0
    for hit in found.hits:
        count += 1
        what = " / ".join(part for part in (hit.category, hit.subcategory, hit.treatment) if part)
        pages = (
            f"page {hit.first_page}" if hit.first_page == hit.last_page else f"pages {hit.first_page}-{hit.last_page}"
        )
        head = shown(f"{hit.case_number or hit.determination_id} item {hit.item_number}, {pages}", "bold")
        head.append_text(shown(f"  {hit.decision_date or 'no date'}  {hit.decision}  {what}"))
        console.print(head, soft_wrap=True)
        for said in _sayings(hit, phrases):
            console.print(shown("    ").append_text(said), soft_wrap=not console.is_terminal)
    if not count:
        say("Nothing found.")
        return
    say(f"{_counted(found.items, 'item')} in {_counted(found.letters, 'letter')}.")
    if count < found.items:
        say(f"The newest {count:,} are shown; --limit shows more, --csv all.")


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _sayings(hit: "Hit", phrases: tuple[str, ...]) -> Iterator["Text"]:
    """The sentences of the rationale that say the phrases, before them the request's for what is missing."""
    from warehouse.query.passages import passage, says  # noqa: PLC0415

    missing = [phrase for phrase in phrases if not says(hit.rationale or "", phrase)]
    if missing or not phrases:
        asked = passage(hit.request, missing)
        yield shown("request: ", "dim").append_text(_marked(asked.text, asked.marks) if asked else shown(hit.request))
    if told := passage(hit.rationale or "", phrases):
        yield _marked(told.text, told.marks)


def _marked(text: str, marks: Iterable[tuple[int, int]]) -> "Text":
    """A text with its marks highlighted."""
    marked, place = shown(""), 0
    for start, end in marks:
        marked.append_text(shown(text[place:start]))
        marked.append_text(shown(text[max(start, place) : end], "bold reverse"))
        place = max(place, end)
    return marked.append_text(shown(text[place:]))


def _write_csv(hits: Iterator["Hit"]) -> None:
    from warehouse.query.search import Hit  # noqa: PLC0415

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(Hit.__annotations__)
    for hit in hits:
        writer.writerow(map(cell, asdict(hit).values()))


def _write_json(hits: Iterator["Hit"]) -> None:
    """One array, written as it is read: an object a line."""
    mark = "["
    for hit in hits:
        # Every character but those of ASCII is escaped; of these, DEL commands a terminal.
        row = json.dumps(asdict(hit), default=str).replace("\x7f", "\\u007f")
        click.echo(f"{mark}\n{row}", nl=False)
        mark = ","
    click.echo("[]" if mark == "[" else "\n]")
