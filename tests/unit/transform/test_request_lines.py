"""Made-up request lines of every kind, with what a careful reader finds in each.

A line of request_lines.jsonl has a request and, per field, the accepted values; "skip" where the field is not judged.
Sessions are [visits, visits a week, weeks]. Of a compound the name joins the ingredients with `/`, and only the names
are judged. Every line is a letter of its own.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from imr_etl.parse.items import split_modifications
from imr_etl.transform.disputed_items import items_and_drugs
from imr_etl.transform.item_body_parts import item_body_parts

SOURCE = Path(__file__).parents[2] / "fixtures" / "request_lines.jsonl"
LINES: list[dict[str, Any]] = [json.loads(line) for line in SOURCE.read_text(encoding="utf-8").splitlines()]
SKIP = "skip"


@cache
def read() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The items, drugs and body parts of all lines, read in one frame; sha256 is the number of the line."""
    rows = [(str(number), 1, line["request"]) for number, line in enumerate(LINES)]
    schema = {"sha256": pl.String, "item_number": pl.Int32, "request": pl.String}
    items, drugs = items_and_drugs(split_modifications(pl.DataFrame(rows, schema=schema, orient="row")))
    return items, drugs, item_body_parts(items)


def found(line: int) -> dict[str, Any]:
    """What is read from a line, in the shape of its accepted values."""
    items, drugs, parts = (table.filter(pl.col("sha256") == str(line)) for table in read())
    return {
        "category": list(items.select("category", "subcategory").row(0)),
        "sessions": list(items.select("visits", "visits_per_week", "weeks").row(0)),
        "retrospective": items["is_retrospective"][0],
        "body_parts": sorted((list(part) for part in parts.select("region", "side").rows()), key=str),
        "drug": drugs.select(
            "strength", "quantity", "refills", name="drug_as_written", compound="is_compound"
        ).to_dicts(),
    }


def faults(line: dict[str, Any], read_values: dict[str, Any]) -> Iterator[str]:
    """The fields whose value is not among the accepted ones."""
    for field in ("category", "sessions"):
        if line[field] != SKIP and read_values[field] not in line[field]:
            yield f"{field}: {read_values[field]}"
    if line["body_parts"] != SKIP and read_values["body_parts"] not in [sorted(p, key=str) for p in line["body_parts"]]:
        yield f"body_parts: {read_values['body_parts']}"
    if line["retrospective"] not in (SKIP, read_values["retrospective"]):
        yield f"retrospective: {read_values['retrospective']}"
    if line["drug"] != SKIP and not any(is_drug(drug, read_values["drug"]) for drug in line["drug"] or [None]):
        yield f"drug: {read_values['drug']}"


def is_drug(want: dict[str, Any] | None, got: list[dict[str, Any]]) -> bool:
    """Whether the drugs that were read are the accepted one."""
    if want is None or not got:
        return want is None and not got
    names = "/".join(drug["name"] for drug in got)
    if want["name"] not in (SKIP, names):
        return False
    judged = () if want["compound"] else ("strength", "quantity", "refills")
    return all(want[field] in (SKIP, got[0][field]) for field in judged)


@pytest.mark.parametrize("number", range(len(LINES)), ids=[line["request"] for line in LINES])
def test_a_line_is_read_as_a_careful_reader_would(number: int) -> None:
    assert list(faults(LINES[number], found(number))) == []


def test_every_category_but_the_drugs_has_lines() -> None:
    table = pl.read_csv(Path(__file__).parents[3] / "imr_etl" / "vocabulary" / "categories.csv", infer_schema=False)
    known = table.filter(pl.col("category") != "Pharmaceuticals").select("category", "subcategory").rows()
    assert {tuple(pair) for line in LINES if line["category"] != SKIP for pair in line["category"]} >= set(known)
