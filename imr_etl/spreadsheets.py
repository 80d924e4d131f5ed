"""Texts of letters made fit for a spreadsheet, which takes some for formulas.

Belongs here: the one rule of which cells are defused. Does not belong here: writing CSV.
"""

from imr_etl.terminal import printable

FORMULA_BEGINS = "=+-@\t\r"
"""What a cell begins with that a spreadsheet may carry out."""

MARK = "'"
"""Stands before such a cell: spreadsheets take the rest of it for text."""


def cell(value: object) -> object:
    """Return a value as a cell of CSV that is printed: no text of it is a formula or commands a terminal."""
    if not isinstance(value, str):
        return value
    return printable(MARK + value if value.startswith(tuple(FORMULA_BEGINS)) else value)
