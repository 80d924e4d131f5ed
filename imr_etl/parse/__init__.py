"""Lines to words as written: which template a letter has, where its sections are, what stands in them.

Belongs here: everything that depends on how letters look. Does not belong here: what the words mean
(`imr_etl.transform`), and which words there are (`imr_etl.vocabulary`).

All letters of a block are read at once: every step labels the lines of a frame, or groups labeled lines. There is no
loop over letters or lines.
"""

from imr_etl import vocabulary
from imr_etl.schema import tables

PARSER_RULES = "21"
"""Raise it when the same lines would give other tables: all letters are then parsed again."""

PARSER_VERSION = f"{PARSER_RULES}.{vocabulary.fingerprint()}.{tables.fingerprint('tables')}"
"""The version of the package: of the rules, of the code tables by their content, and of the tables by their columns."""


def parser_version() -> str:
    """Return the version that stands in every determination: the package's, and that of the data folder's own words.

    The tables of letters that were parsed by another version are made again from the letters' lines.
    """
    added = vocabulary.added_fingerprint()
    return f"{PARSER_VERSION}.{added}" if added else PARSER_VERSION
