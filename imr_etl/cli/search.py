"""`imr-etl search`: disputed items by their words and by what the state's search form asks for, and more."""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import Field, asdict
from typing import TYPE_CHECKING, Any, TypeVar

import click

from imr_etl.cli.completion import complete_names
from imr_etl.cli.options import data_option, limit_option
from imr_etl.errors import RunError
from imr_etl.names import Search, filters, read_value
from imr_etl.spreadsheets import cell
from imr_etl.storage.paths import DataPaths
from imr_etl.terminal import counted, say, shown

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from rich.text import Text

    from warehouse.query.passages import Passage
    from warehouse.query.search import Found, Hit

HITS_SHOWN = 20
MINUS = "\u2212"
"""Takes the place of the `-` before a word, which click would read as an option."""

PERIODS = (("since", "until"), ("injury_since", "injury_until"), ("received_since", "received_until"))
KINDS = {"numbers": "NUMBERS", "first day": "DATE", "last day": "DATE", "case": "NUMBER", "text": "TEXT"}

Command = TypeVar("Command", bound="Callable[..., Any] | click.Command")


class _WordsCommand(click.Command):
    """A command whose arguments may begin with a minus: `-surgery` is a word that no hit has."""

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        words = [MINUS + word[1:] if re.match(r"-[^-]", word) else word for word in arguments]
        return super().parse_args(context, words)


def _option(each: Field[Any]) -> Callable[[Command], Command]:
    """Make the option of a filter."""
    name, kind, meaning = f"--{each.name.replace('_', '-')}", each.metadata["kind"], each.metadata["meaning"]
    if kind == "flag":
        return click.option(f"{name}/--not-{name[2:]}", default=None, help=f"{meaning}, or did not.")
    if kind == "choice":
        return click.option(name, type=click.Choice(each.metadata["choices"]), help=f"{meaning}.")
    several = f"{meaning}; given twice, either will do."
    if kind == "names":
        return click.option(name, multiple=True, shell_complete=complete_names(each.name), help=several)
    if kind == "text":
        return click.option(name, multiple=True, metavar=KINDS[kind], help=several)
    example = ", as 12, 40-50 or 65-" if kind == "numbers" else ""
    return click.option(name, metavar=KINDS[kind], help=f"{meaning}{example}.")


def _filter_options(command: Command) -> Command:
    for each in reversed(filters()):
        command = _option(each)(command)
    return command


@click.command(cls=_WordsCommand)
@click.argument("words", nargs=-1)
@data_option
@_filter_options
@click.option("--csv", "form", flag_value="csv", help="As CSV, with the whole texts.")
@click.option("--json", "form", flag_value="json", help="As JSON, one object an item, with the whole texts.")
@limit_option(f"Items at most.  [default: {HITS_SHOWN}; all with --csv and --json]")
def search(words: tuple[str, ...], data: str, form: str | None, limit: int | None, **given: Any) -> None:
    """Search disputed items by words and filters, the best hits first; without words the newest first.

    A word is searched for in requests, rationales, guidelines, clinical summaries and diagnoses, in all its
    grammatical forms, with or without accents. Hits in a request stand first. Names of drugs, treatments and body
    parts stand for their other spellings too: norco finds hydrocodone/acetaminophen, MRI finds magnetic resonance
    imaging, low back finds lumbar.

    \b
    WORDS are written so:
      mri knee             both words
      '"knee brace"'       these words, beside each other, and no other spellings
      mri OR ct            either; OR holds before the words around it
      -surgery             not where the request has this word; -rationale:surgery
                           not where the rationale has it
      acupunct*            words that begin so
      request:norco        in the request; also rationale:, guideline:, summary:, diagnosis:

    \b
    Examples:
      imr-etl search functional restoration --decision overturned --since 2017
      imr-etl search opioid weaning -surgery --age 40-50 --until 2016-06
      imr-etl search --treatment MRI --specialty Neurology --csv > mri.csv
    """  # noqa: D301  click knows a paragraph that keeps its lines by the character \b
    from warehouse.query.connect import reading  # noqa: PLC0415  duckdb loads in 0.1 s
    from warehouse.query.search import search as find  # noqa: PLC0415

    asked = _search(words, given)
    if asked == Search():
        raise click.UsageError("Say what to search for: words, or an option such as --category.")
    with reading(DataPaths.at(data).warehouse) as connection:
        found = find(connection, asked, limit or (None if form else HITS_SHOWN))
        if form == "csv":
            _write_csv(found.hits)
        elif form == "json":
            _write_json(found.hits)
        else:
            _show(connection, found)


def _search(words: tuple[str, ...], given: dict[str, Any]) -> Search:
    values = {}
    for each in filters():
        value = given[each.name]
        if isinstance(value, str):
            try:
                value = read_value(each, value)
            except RunError as error:
                if each.metadata["kind"] == "case":
                    raise
                raise click.UsageError(f"--{each.name.replace('_', '-')}: {error}") from error
        values[each.name] = value
    for since, until in PERIODS:
        if values[since] and values[until] and values[since] > values[until]:
            raise click.UsageError(f"No day is in or after {values[since]} and not after {values[until]}.")
    return Search(" ".join(words), **values)


def _show(connection: "DuckDBPyConnection", found: "Found") -> None:
    from rich.console import Console  # noqa: PLC0415

    console = Console()
    hits = list(found.hits)
    for hit in hits:
        what = " / ".join(part for part in (hit.category, hit.subcategory, hit.treatment) if part)
        pages = (
            f"page {hit.first_page}" if hit.first_page == hit.last_page else f"pages {hit.first_page}-{hit.last_page}"
        )
        head = shown(f"{hit.case_number or hit.determination_id} item {hit.item_number}, {pages}", "bold")
        head.append_text(shown(f"  {hit.decision_date or 'no date'}  {hit.decision}  {what}"))
        console.print(head, soft_wrap=True)
        for line in _lines(connection, hit, found.match):
            console.print(shown("    ").append_text(line), soft_wrap=not console.is_terminal)
    if not hits:
        say("Nothing found.")
        return
    places = [f"{count:,} in the {place}" for place, count in found.by_place.items() if count]
    where = f" ({', '.join(places)})" if places else ""
    say(f"{counted(found.items, 'item')} in {counted(found.letters, 'letter')}{where}.")
    if len(hits) < found.items:
        first = "best" if found.match else "newest"
        say(f"The {first} {len(hits):,} are shown; --limit shows more, --csv all.")


def _lines(connection: "DuckDBPyConnection", hit: "Hit", match: str | None) -> "Iterator[Text]":
    """Write the request, and the passage of another text where the words stand: the first that has one."""
    from warehouse.query.search import hit_passages  # noqa: PLC0415

    found = hit_passages(connection, hit, match) if match else {}
    request = found.pop("request", None)
    yield _labeled("request", _marked(request) if request else shown(hit.request))
    for name, passage in found.items():
        yield _labeled(name, _marked(passage))
        break


def _labeled(name: str, text: "Text") -> "Text":
    return shown("").append_text(shown(f"{name}: ", "dim")).append_text(text)


def _marked(passage: "Passage") -> "Text":
    """Return a passage with its marks highlighted."""
    marked, place = shown(""), 0
    for start, end in passage.marks:
        marked.append_text(shown(passage.text[place:start]))
        marked.append_text(shown(passage.text[start:end], "bold reverse"))
        place = end
    return marked.append_text(shown(passage.text[place:]))


def _write_csv(hits: Iterator["Hit"]) -> None:
    from warehouse.query.search import Hit  # noqa: PLC0415

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(Hit.__annotations__)
    for hit in hits:
        writer.writerow(map(cell, asdict(hit).values()))


def _write_json(hits: Iterator["Hit"]) -> None:
    """Write one array as it is read, an object a line."""
    mark = "["
    for hit in hits:
        # json.dumps escapes every character outside ASCII; within it, DEL still commands a terminal.
        row = json.dumps(asdict(hit), default=str).replace("\x7f", "\\u007f")
        click.echo(f"{mark}\n{row}", nl=False)
        mark = ","
    click.echo("[]" if mark == "[" else "\n]")
