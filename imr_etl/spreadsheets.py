"""Texts of letters made safe for a spreadsheet, which would run some of them as formulas.

Belongs here: the one rule of which cells are defused. Does not belong here: writing CSV.
"""

from imr_etl.terminal import printable

FORMULA_BEGINS = "=+-@\t\r"
"""The first characters of cells that a spreadsheet may run as formulas."""

MARK = "'"
"""Stands before such a cell: spreadsheets take the rest of it for text."""


def cell(value: object) -> object:
    """Return a value as a cell of CSV that is printed: its text is no formula and commands no terminal."""
    if not isinstance(value, str):
        return value
    return printable(MARK + value if value.startswith(tuple(FORMULA_BEGINS)) else value)
