"""The table `letter_parses`: by which rules a letter's rows were made, and a checksum of these rows.

Does not belong here: the rows themselves (`imr_etl.transform.tables`). A build compares the checksums of a block with
those that the warehouse holds and loads the letters whose checksum differs.
"""

from collections.abc import Mapping
from hashlib import blake2b

import polars as pl

from imr_etl.parse import parser_version
from imr_etl.schema.tables import TABLES

DIGEST_BYTES = 8


def letter_parses(reads: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Make `letter_parses` of letters that were read, from their `letter_reads` and their rows in all tables."""
    parses = reads.select("sha256", "extractor_version", parser_version=pl.lit(parser_version()))
    checksums = rows_checksums(tables)
    # A letter without rows has the checksum of nothing.
    of_all = parses.join(checksums, on="sha256", how="left").with_columns(pl.col("rows_checksum").fill_null(_hash("")))
    return TABLES["letter_parses"].conform(of_all)


def rows_checksums(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Hash the rows of each letter in all tables, which are in the order of their keys; return sha256, rows_checksum.

    The same rows have the same checksum on every machine and under every version of polars that writes JSON alike.
    """
    rows = [
        table.select("sha256", row=pl.lit(name) + pl.struct(pl.exclude("sha256")).struct.json_encode())
        for name, table in sorted(tables.items())
    ]
    texts = pl.concat(rows).group_by("sha256", maintain_order=True).agg(text=pl.col("row").str.join("\n"))
    hashes = [_hash(text) for text in texts["text"]]
    return texts.select("sha256", rows_checksum=pl.Series(hashes, dtype=pl.String))


def _hash(text: str) -> str:
    return blake2b(text.encode(), digest_size=DIGEST_BYTES).hexdigest()
