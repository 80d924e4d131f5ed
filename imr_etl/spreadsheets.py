"""Texts of letters made fit for a spreadsheet, which takes some for formulas.

Belongs here: the one rule of which cells are defused, in Python and in SQL. Does not belong here: writing CSV.
"""

FORMULA_BEGINS = "=+-@\t\r"
"""What a cell begins with that a spreadsheet may carry out."""

MARK = "'"
"""Stands before such a cell: spreadsheets show the rest of it as text."""


def harmless(text: str) -> str:
    """A text as a cell that no spreadsheet carries out."""
    return MARK + text if text.startswith(tuple(FORMULA_BEGINS)) else text
