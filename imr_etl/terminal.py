"""What a letter, a file name or a warehouse says, made safe for a terminal.

Belongs here: the one rule of which characters a terminal may be sent, and the small functions that print by it. Does
not belong here: what is printed (`imr_etl.cli`, `warehouse.query.case`).

A letter is somebody's file: its text may hold escape sequences that move the cursor, rename the window or answer for
the user, and marks that reverse the order of characters. All text but this program's own goes through
`printable`; rich gets it as `Text`, in which square brackets are no markup.
"""

import unicodedata
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.text import Text

HARMLESS = frozenset({"Zs", "Co"})
"""Spaces of any width, and the private characters that fonts of symbols have for their bullets."""


def printable(text: str) -> str:
    r"""Return a text in which no character commands a terminal: they are shown as `\x1b`, `\u202e` and so on.

    The same goes for characters that nobody sees (joiners, soft hyphens, tags), halves of surrogate pairs, and code
    points that Unicode gives no meaning. A text without any of them comes back as it is.
    """
    if text.isprintable():
        return text
    return "".join(
        mark if mark == "\n" or mark.isprintable() or unicodedata.category(mark) in HARMLESS else _escaped(mark)
        for mark in text
    )


def shown(value: object, style: str = "") -> "Text":
    """Return a value for rich, which may have a style but no commands and no markup of its own."""
    from rich.text import Text  # noqa: PLC0415  help and completion need none of it

    return Text(printable(str(value)), style=style)


def say(sentence: str, *, error: bool = False) -> None:
    """Print a line, with `error` to standard error."""
    click.echo(printable(sentence), err=error)


def _escaped(mark: str) -> str:
    return mark.encode("unicode_escape").decode("ascii")


def counted(number: int, what: str) -> str:
    """Write a number with what it counts, in the plural where it is not 1: `1 letter`, `2,000 letters`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
