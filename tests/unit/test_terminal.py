import io
import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from imr_etl.ingest.lines import LINES
from imr_etl.schema.tables import CHILDREN, DETERMINATIONS
from imr_etl.terminal import printable, shown
from warehouse.query.case import Case, show

HOSTILE = "\x1b]0;owned\x07[bold]\u202eevil\x9b2J[/]"


@given(st.text(st.characters()))
def test_no_character_that_commands_a_terminal_comes_out(text: str) -> None:
    kinds = {unicodedata.category(mark) for mark in printable(text) if mark != "\n"}
    assert not kinds & {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs", "Co"])))
def test_what_a_letter_may_well_say_comes_out_as_it_is(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two\nlines", "two\nlines"),
        ("a\tb\r", "a\\tb\\r"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b", "\\x9b"),
        ("pay \u202e001", "pay \\u202e001"),
        ("\U000e0041", "\\U000e0041"),
        ("name\udcff", "name\\udcff"),
        ("caf\u00e9\u00a0\uf0b7 5\u20136 mg", "caf\u00e9\u00a0\uf0b7 5\u20136 mg"),
    ],
)
def test_commands_are_shown_as_their_numbers(text: str, expected: str) -> None:
    assert printable(text) == expected


def test_rich_takes_no_markup_from_a_value() -> None:
    said = io.StringIO()
    Console(file=said, width=80).print(shown("[red]not red[/red] :warning:"))
    assert said.getvalue() == "[red]not red[/red] :warning:\n"


def test_show_prints_nothing_of_a_hostile_letter_raw() -> None:
    lines = pl.DataFrame({name: [1 if dtype.is_numeric() else HOSTILE] for name, dtype in LINES.schema.items()})
    labels = {"section": "header", "part": None, "item_number": 1}
    tables = {table.name: [dict.fromkeys(table.columns, HOSTILE) | {"item_number": 1}] for table in CHILDREN}
    case = Case(
        dict.fromkeys(DETERMINATIONS.columns, HOSTILE),
        {"uri": "file:///%1B%5D0;x.pdf", "extractor": "plain"},
        tables,
        [{"code": HOSTILE, "field": HOSTILE, "excerpt": HOSTILE, "page": 1}],
        lines.with_columns(pl.lit(value).alias(name) for name, value in labels.items()),
    )
    said = io.StringIO()
    show(case, Console(file=said, width=200))
    assert set("\x1b\x07\u202e\x9b").isdisjoint(said.getvalue())
    assert said.getvalue().count("[bold]\\u202eevil\\x9b2J[/]") > 20
