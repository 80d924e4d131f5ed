"""Letters in: a folder of files to a table of printed lines.

Belongs here: everything that touches a letter's file. Does not belong here: what a line means (`imr_etl.parse`).
"""

EXTRACTOR_VERSION = "2"
"""Stands in every letter read. Raise it when the same file would give other lines: all letters are then read again."""
