"""Letters in: a folder of files to a table of printed lines.

Belongs here: everything that touches a letter's file. Does not belong here: what a line means (`imr_etl.parse`).
"""

EXTRACTOR_VERSION = "8"
"""Stands in every letter read. Raise it when the same file would give other lines: all letters are then read again.

A column that is added to `letter_lines` or `letter_reads` is null in what was read before: reading two million PDFs
again takes hours, and the files of some are gone. Raise the version only where the parse needs the column in all
letters; a letter whose file is gone keeps what was read of it.
"""

MAX_PAGES = 200
"""The longest of 194 real letters has 10 pages."""

MAX_RECOGNIZED_PAGES = 40
"""Pages of a letter whose pictures are read; each takes seconds."""

MAX_CHARACTERS = 200_000
"""The longest of 96 real letters has 15,000."""
