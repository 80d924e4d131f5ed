"""Drawing pages in a process of its own: whatever a file does to it, the next page is drawn."""

from collections.abc import Iterator
from io import BytesIO

import odd_copies
import pytest
from PIL import Image

from imr_etl.ingest.drawing import DrawingRequest, NotDrawn
from imr_etl.ingest.workers import Pool


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1) as pool:
        yield pool


def is_drawn(pool: Pool) -> bool:
    png = pool.draw(DrawingRequest(odd_copies.plain_letter(), 1))
    assert isinstance(png, bytes)
    with Image.open(BytesIO(png)) as picture:
        return picture.width < picture.height


def test_pages_are_measured_and_drawn(pool: Pool) -> None:
    sizes = pool.draw(DrawingRequest(odd_copies.plain_letter()))
    assert isinstance(sizes, list)
    assert sizes[0] == (612.0, 792.0)
    assert is_drawn(pool)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 and no more", b"\x00" * 1000])
def test_what_is_no_pdf_is_not_drawn(pool: Pool, data: bytes) -> None:
    assert isinstance(pool.draw(DrawingRequest(data, 1)), NotDrawn)
    assert is_drawn(pool)


@pytest.mark.parametrize("page", [0, -1, 1000])
def test_a_page_that_is_not_there_is_not_drawn(pool: Pool, page: int) -> None:
    assert isinstance(pool.draw(DrawingRequest(odd_copies.plain_letter(), page)), NotDrawn)


def test_a_process_that_dies_is_replaced(pool: Pool) -> None:
    assert is_drawn(pool)
    pool._workers[0].process.kill()
    pool._workers[0].process.wait()
    assert is_drawn(pool)


def test_a_process_that_is_late_is_replaced() -> None:
    with Pool(1, seconds_a_letter=0.0) as pool:
        answer = pool.draw(DrawingRequest(odd_copies.plain_letter(), 1))
        assert isinstance(answer, NotDrawn)
        assert "seconds" in answer.reason
        assert pool._workers == []
