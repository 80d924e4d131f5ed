"""The way of an analyst in a browser: search, a letter, its page; by keyboard; on a phone; without JavaScript.

Skips where there is no Chromium, and the check of accessibility where the variable AXE names no axe.min.js.
"""

import json
import os
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, Browser, browser
from loading import load_tables
from make_letters import LETTERS
from processes import started

from warehouse.build.build import build
from warehouse.query.report import write_report

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")

AXE = os.environ.get("AXE", "")
ADDRESSES = ("/", "/?q=therapy", "/?q=%22", "/counts/treatment", "/figures", "/review", "/about", "/nowhere")
ADDRESSES += ("/figures/question/overturn-by-category", "/figures/mart/outcomes_by_category")
TAB, ENTER = ("Tab", 9), ("Enter", 13)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a warehouse of the sample letters in `data` below a folder."""
    folder = tmp_path_factory.mktemp("served")
    build(load_tables(LETTERS, folder / "data"))
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Serve the sample letters by the real program; Ctrl-C ends it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with started("serve", "--data", folder / "data", "--port", str(port), cwd=folder) as server:
        assert server.stdout
        assert f":{port}/" in server.stdout.readline()
        yield f"http://127.0.0.1:{port}"
        server.send_signal(signal.SIGINT)
        _, faults = server.communicate(timeout=30)
        assert "Traceback" not in faults


@pytest.fixture(scope="module")
def page() -> Iterator[Browser]:
    with browser() as page:
        yield page


def rows(address: str) -> Any:
    with urllib.request.urlopen(address) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def letter(address: str) -> str:
    """Find the address of a letter that is a PDF."""
    for row in rows(f"{address}/?format=json")["rows"]:
        own = f"{address}/letter/{row['determination_id']}"
        if rows(f"{own}?format=json")["file"]["media_type"] == "application/pdf":
            return own
    pytest.fail("no PDF")


def test_from_a_search_to_a_page_by_keyboard(address: str, page: Browser) -> None:
    page.resize(1280)
    page.open(f"{address}/")
    page.evaluate("document.querySelector('#q').focus()")
    page.send("Input.insertText", text="therapy -surgery")
    page.press(*ENTER)
    page.wait("location.search.startsWith('?q=therapy') && document.querySelectorAll('.hit mark').length > 0")
    for _ in range(200):
        page.press(*TAB)
        if page.evaluate("document.activeElement.closest('.hit h3') !== null"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.press(*ENTER)
    page.wait("location.pathname.startsWith('/letter/') && document.readyState === 'complete'")
    assert page.evaluate("document.querySelector(location.hash).classList.contains('card')")


def test_pointing_at_a_value_lights_its_lines(letter: str, page: Browser) -> None:
    page.resize(1280)
    page.open(letter)
    page.wait("[...document.images].filter(each => each.complete && each.naturalWidth > 300).length > 0")
    assert page.evaluate("document.querySelectorAll('rect.line[data-group=\"item-1\"]').length") > 0
    place = page.evaluate(
        "(() => { const card = document.querySelector('#item-1'); card.scrollIntoView({block: 'center'});"
        " const box = card.getBoundingClientRect(); return [box.x + 30, box.y + 10]; })()"
    )
    page.send("Input.dispatchMouseEvent", type="mouseMoved", x=place[0], y=place[1])
    page.wait("document.querySelectorAll('rect.lit').length > 0")
    assert page.evaluate("[...document.querySelectorAll('rect.lit')].every(one => one.dataset.group === 'item-1')")


def test_a_line_stands_on_its_words(letter: str, page: Browser) -> None:
    """The page has ink behind most of the bands of its lines."""
    page.resize(1280)
    page.open(letter)
    page.wait("[...document.images].every(one => one.loading === 'lazy' || (one.complete && one.naturalWidth > 300))")
    share = page.evaluate(
        """(() => {
            const picture = document.images[0], canvas = document.createElement('canvas');
            canvas.width = picture.naturalWidth; canvas.height = picture.naturalHeight;
            const drawing = canvas.getContext('2d'); drawing.drawImage(picture, 0, 0);
            const scale = picture.naturalWidth / picture.width;
            const bands = [...document.querySelectorAll('figure.page')[0].querySelectorAll('rect')];
            const box = document.querySelector('.sheet svg').viewBox.baseVal, by = canvas.width / box.width;
            const inked = bands.filter(band => {
                const [x, y, width] = ['x', 'y', 'width'].map(name => band[name].baseVal.value * by);
                const pixels = drawing.getImageData(x, y + 3 * by, Math.min(width, 60 * by), 8 * by).data;
                return pixels.some((shade, place) => place % 4 === 0 && shade < 128);
            });
            return inked.length / bands.length;
        })()"""
    )
    assert share > 0.95


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_its_window(address: str, letter: str, page: Browser, width: int) -> None:
    page.resize(width)
    for each in (*ADDRESSES, letter.removeprefix(address)):
        page.open(address + each)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, each


RATES = (
    *("/figures/question/overturn-by-category", "/figures/question/claim-age"),
    *("/figures/mart/outcomes_by_category", "/counts/state"),
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_rate_stays_in_sight_on_a_phone(address: str, folder: Path, page: Browser, scheme: str) -> None:
    page.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.resize(390)
    report = folder / "report.html"
    write_report(folder / "data" / "imr.duckdb", report)
    for each in (*(address + path for path in RATES), report.as_uri()):
        page.open(each)
        # Of each table the cell of the first row: where it is, and whether what scrolls behind it shines through.
        boxes = page.evaluate(
            "[...document.querySelectorAll('table')].flatMap(table => [...table.rows[1].cells].filter(cell =>"
            " cell.matches('.in-sight, td.rate'))).map(cell => [cell.getBoundingClientRect().left,"
            " cell.getBoundingClientRect().right, getComputedStyle(cell).backgroundColor])"
        )
        assert boxes, each
        for left, right, background in boxes:
            assert 100 < left < right <= 390, each
            assert background.startswith("rgb("), each


def test_a_table_is_sorted_by_its_head(address: str, page: Browser) -> None:
    page.open(f"{address}/counts/treatment")
    page.evaluate("document.querySelectorAll('th button')[3].click()")
    shown = page.evaluate("[...document.querySelectorAll('tbody tr')].map(row => Number(row.cells[3].textContent))")
    assert shown == sorted(shown, reverse=True)


def test_it_works_without_javascript(address: str, letter: str, page: Browser) -> None:
    page.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.open(f"{address}/?q=therapy")
        page.open(letter)
        page.wait("document.images[0].complete && document.images[0].naturalWidth > 300")
        assert page.evaluate("document.querySelectorAll('rect.line').length") > 20
        assert page.evaluate("document.querySelectorAll('th button').length") == 0
    finally:
        page.send("Emulation.setScriptExecutionDisabled", value=False)


def test_nothing_is_refused_by_the_browser(address: str, letter: str, page: Browser) -> None:
    page.messages.clear()
    for each in ("/", "/?q=therapy", "/figures", letter.removeprefix(address)):
        page.open(address + each)
        time.sleep(0.1)
    assert page.messages == []


def test_another_version_of_a_letter_is_linked(address: str) -> None:
    case, (version, *_) = next(
        (row["determination_id"], own["versions"])
        for row in rows(f"{address}/?format=json")["rows"]
        if (own := rows(f"{address}/letter/{row['determination_id']}?format=json"))["versions"]
    )
    with urllib.request.urlopen(f"{address}/file/{version['sha256']}") as answer:
        text = answer.read().decode()
    assert f"/letter/{case}" in text
    with urllib.request.urlopen(f"{address}/file/{version['sha256']}/letter") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Type"] in ("application/pdf", "application/octet-stream")


@pytest.mark.skipif(not AXE, reason="AXE names no axe.min.js")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(address: str, letter: str, page: Browser, scheme: str) -> None:
    page.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    for width in (390, 1280):
        page.resize(width)
        for each in (*ADDRESSES, letter.removeprefix(address)):
            page.open(address + each)
            page.send("Runtime.evaluate", expression=Path(AXE).read_text())
            assert page.evaluate("axe.run().then(found => found.violations.map(one => one.id))") == [], each
