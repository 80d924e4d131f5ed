"""A page of any size that the file claims is drawn at a size that is bounded."""

from io import BytesIO
from pathlib import Path

import odd_copies
import pikepdf
import polars as pl
import pytest
from PIL import Image

from imr_etl.ingest.visibility import LARGEST_SIDE
from warehouse.query.case import Case, tinted_page


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
