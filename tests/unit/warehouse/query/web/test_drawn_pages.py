"""Pages of letters: drawn from the file that was loaded, kept within bounds."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from unittest import mock

import odd_copies
import pytest

from warehouse.query.web import pages as drawn
from warehouse.query.web.pages import NotDrawnError, Pages


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    pages = Pages()
    yield pages
    pages.close()


def test_a_page_is_drawn_once_from_the_file_that_was_loaded(pages: Pages, tmp_path: Path) -> None:
    file, data = tmp_path / "letter.pdf", odd_copies.plain_letter()
    file.write_bytes(data)
    name = sha256(data).hexdigest()
    assert pages.sizes(file.as_uri(), name) == [(612.0, 792.0)] * len(pages.sizes(file.as_uri(), name))
    png = pages.png(file.as_uri(), name, 1)
    assert png.startswith(b"\x89PNG")
    with pytest.raises(NotDrawnError, match="pages"):
        pages.png(file.as_uri(), name, 99)
    file.write_bytes(data + b" ")
    assert pages.png(file.as_uri(), name, 1) == png
    with pytest.raises(NotDrawnError, match="another one"):
        pages.png(file.as_uri(), name, 2)
    file.unlink()
    with pytest.raises(NotDrawnError, match="not where it was"):
        pages.png(file.as_uri(), name, 2)


def test_what_is_kept_is_bounded(pages: Pages, tmp_path: Path) -> None:
    file, data = tmp_path / "letter.pdf", odd_copies.plain_letter() + b"\n"
    file.write_bytes(data)
    with mock.patch.object(drawn, "BYTES_KEPT", 1000):
        pages.png(file.as_uri(), sha256(data).hexdigest(), 1)
        pages._drawn(file.as_uri(), sha256(data).hexdigest(), None)
        assert pages._bytes <= 1000
