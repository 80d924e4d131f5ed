"""A case in plain words, and a page of it drawn at a bounded size."""

from io import BytesIO, StringIO
from pathlib import Path

import odd_copies
import pikepdf
import polars as pl
import pytest
from PIL import Image
from rich.console import Console

from imr_etl.ingest.visibility import LARGEST_SIDE
from imr_etl.storage.paths import DataPaths
from warehouse.query.case import Case, citation, drug, find_case, quantities, sessions, show, tinted_page

FIRST, SECOND = "CM16-0020001", "CM16-0020002"


@pytest.mark.parametrize(
    ("entries", "size"),
    [
        ({}, (1224, 1584)),
        ({"/MediaBox": [0, 0, 200_000, 100]}, (LARGEST_SIDE, 2)),
        ({"/MediaBox": [0, 0, 14_400, 14_400], "/UserUnit": 1_000}, (LARGEST_SIDE, LARGEST_SIDE)),
    ],
)
def test_a_page_is_drawn_at_a_bounded_size(tmp_path: Path, entries: dict[str, object], size: tuple[int, int]) -> None:
    file = BytesIO()
    with pikepdf.open(BytesIO(odd_copies.plain_letter())) as document:
        for name, value in entries.items():
            document.pages[0][name] = pikepdf.Array(value) if isinstance(value, list) else value
        document.save(file)
    path = tmp_path / "letter.pdf"
    path.write_bytes(file.getvalue())
    lines = pl.DataFrame({"page": [1], "x0": [72.0], "top": [90.0], "part": ["request"], "section": ["decisions"]})
    case = Case({}, {"uri": path.as_uri(), "media_type": "application/pdf"}, {}, [], lines)
    tinted_page(case, 1, tmp_path / "page.png")
    assert Image.open(tmp_path / "page.png").size == size


@pytest.mark.parametrize(
    ("numbers", "result"),
    [
        ((8, 2, 4), "8 sessions, 2 a week for 4 weeks"),
        ((1, None, None), "1 session"),
        ((None, 3, None), "3 a week"),
        ((None, None, 1), "for 1 week"),
        ((None, 1, 6), "1 a week for 6 weeks"),
        ((None, None, None), ""),
    ],
)
def test_sessions_in_words(numbers: tuple[object, ...], result: str) -> None:
    assert sessions(*numbers) == result


NO_DRUG = dict.fromkeys(["strength", "quantity", "refills", "mme_requested", "ingredient", "drug_class", "is_compound"])


@pytest.mark.parametrize(
    ("row", "result"),
    [
        ({"drug_as_written": "voltaren", "quantity": 60.0}, "voltaren, 60 units"),
        (
            {
                "drug_as_written": "norco",
                "strength": "10/325mg",
                "quantity": 90.0,
                "refills": 1,
                "mme_requested": 900.0,
                "ingredient": "hydrocodone/acetaminophen",
                "drug_class": "Opioids",
            },
            "norco 10/325mg, 90 units, 1 refill, 900 MME a fill (hydrocodone/acetaminophen, Opioids)",
        ),
        ({"drug_as_written": "menthol", "quantity": 0.5, "refills": 0}, "menthol, 0.5 units"),
        ({"drug_as_written": "menthol", "is_compound": True}, "menthol, part of a compound"),
    ],
)
def test_a_drug_in_words(row: dict[str, object], result: str) -> None:
    assert drug(NO_DRUG | row) == result


@pytest.mark.parametrize(
    ("numbers", "unit", "result"),
    [
        ((12.0, 4.0, 8.0), "visits", "12 visits requested, 4 authorized, 8 in dispute"),
        ((60.0, 0.0, 60.0), "units", "60 units requested, none authorized, 60 in dispute"),
        ((None, None, 6.0), "visits", "6 visits in dispute"),
        ((None, 0.0, None), None, ""),
    ],
)
def test_quantities_in_words(numbers: tuple[object, ...], unit: str | None, result: str) -> None:
    names = ("requested_quantity", "authorized_quantity", "disputed_quantity")
    assert quantities(dict(zip(names, numbers, strict=True)) | {"quantity_unit": unit}) == result


def test_a_citation_in_words() -> None:
    row = {"cited_by": "reviewer", "source": "MTUS", "guideline": "Chronic Pain", "year": 2009, "pages": "67"}
    assert (
        citation(row | {"sections": ["NSAIDs", "Opioids"]})
        == "the reviewer: MTUS, Chronic Pain, 2009; NSAIDs; Opioids; page 67"
    )
    bare = {"cited_by": "claims_administrator", "source": None, "guideline": "ODG", "year": None, "pages": None}
    assert citation(bare | {"sections": None}) == "utilization review: ODG"


def test_a_case_is_shown_without_none_and_brackets(built_once: DataPaths) -> None:
    for case in (FIRST, SECOND):
        found = find_case(built_once, case)
        console = Console(file=StringIO(), width=160)
        show(found, console)
        text = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
        assert case in text
        assert "None" not in text
        assert not set("[]") & set(text)
