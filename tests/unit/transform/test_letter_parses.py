"""The checksum of a letter's rows, by which a build finds the letters that changed."""

from datetime import date

import polars as pl

from imr_etl.schema.tables import TABLES
from imr_etl.transform.letter_parses import letter_parses, rows_checksums
from imr_etl.transform.tables import TABLE_NAMES

ROWS = {
    name: TABLES[name].conform(
        pl.DataFrame({"sha256": ["a", "b"]}).with_columns(
            pl.lit(None, dtype).alias(column) for column, dtype in TABLES[name].schema.items() if column != "sha256"
        )
    )
    for name in TABLE_NAMES
}
OTHER = {pl.String(): "x", pl.Boolean(): True, pl.Date(): date(2016, 1, 1), pl.List(pl.String()): ["x"]}


def checksums(tables: dict[str, pl.DataFrame]) -> dict[str, str]:
    return dict(rows_checksums(tables).iter_rows())


def test_any_other_value_of_a_letter_gives_another_checksum_to_this_letter_only() -> None:
    before = checksums(ROWS)
    seen = {before["a"]}
    for name, table in ROWS.items():
        for column, dtype in TABLES[name].schema.items():
            if column == "sha256":
                continue
            value = pl.Series([OTHER.get(dtype, 7), None]).cast(dtype)
            after = checksums(ROWS | {name: table.with_columns(value.alias(column))})
            assert after["b"] == before["b"]
            assert after["a"] not in seen, (name, column)
            seen.add(after["a"])


def test_a_row_that_goes_or_comes_twice_changes_the_checksum() -> None:
    before = checksums(ROWS)
    for name, table in ROWS.items():
        for rows in (table.filter(pl.col("sha256") == "b"), pl.concat([table.head(1), table])):
            after = checksums(ROWS | {name: rows})
            assert after["a"] != before["a"]
            assert after["b"] == before["b"]


def test_a_letter_without_rows_has_a_checksum_too() -> None:
    reads = pl.DataFrame({"sha256": ["a", "b", "unread"], "extractor_version": "1"})
    parses = letter_parses(reads, ROWS)
    assert parses["sha256"].to_list() == ["a", "b", "unread"]
    assert parses["rows_checksum"].null_count() == 0
    assert dict(parses.select("sha256", "rows_checksum").head(2).iter_rows()) == checksums(ROWS)
