"""Pages that are pictures are read by tesseract, which is watched as the reading process itself is."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import odd_copies
import pytest
from PIL import Image, ImageDraw
from processes import is_alive, wait_until

from imr_etl.ingest import recognition
from imr_etl.ingest.pages import UnreadableLetterError
from imr_etl.ingest.pdf import read_pdf
from imr_etl.ingest.recognition import degrees_of_skew, without_rules, without_specks
from imr_etl.ingest.workers import LetterFile, Pool
from imr_etl.parse.garbled import layout_words

WORDS = "Nothing of what follows was ever printed in any letter of any kind whatever"
TSV = "".join(
    f"5\t1\t1\t1\t1\t{number}\t{100 * number}\t200\t90\t30\t96.0\t{word}\n"
    for number, word in enumerate(WORDS.split(), start=1)
)
needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="tesseract (Debian package tesseract-ocr) is not installed"
)


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that a program named tesseract is found in; a test says what it does."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    recognition.is_recognition_installed.cache_clear()
    yield folder
    recognition.is_recognition_installed.cache_clear()


def write_stub(folder: Path, *commands: str) -> None:
    program = folder / "tesseract"
    program.write_text("\n".join(["#!/bin/sh", "cat > /dev/null", *commands]))
    program.chmod(0o755)


def scan(tmp_path: Path) -> LetterFile:
    """A letter of two pages that are pictures."""
    data = odd_copies.scanned(odd_copies.plain_letter(), dpi=50)
    path = tmp_path / "CM16-0310001.pdf"
    path.write_bytes(data)
    return LetterFile(path.as_uri(), hashlib.sha256(data).hexdigest(), "application/pdf")


def test_lines_have_the_places_of_their_words(stub: Path) -> None:
    (stub / "words.tsv").write_text(TSV)
    write_stub(stub, f"cat {stub}/words.tsv")
    letter = read_pdf(odd_copies.second_page(odd_copies.PICTURE))
    assert letter.text[-1] == WORDS
    # Of a picture that is drawn with 200 pixels an inch.
    assert (letter.x0[-1], letter.top[-1], letter.is_bold[-1]) == (36.0, 82.8, None)
    assert (letter.extractor, set(letter.read_by)) == ("tesseract", {"pdfium", "tesseract"})
    assert [(finding.code, finding.page) for finding in letter.findings] == [("read_by_ocr", 2)]


@pytest.mark.parametrize("commands", [["exit 1"], ["echo nothing"], [f"printf '{TSV[:60]}'"]])
def test_a_picture_that_gives_no_words_is_reported(stub: Path, commands: list[str]) -> None:
    write_stub(stub, *commands)
    letter = read_pdf(odd_copies.second_page(odd_copies.PICTURE))
    assert [(finding.code, finding.page) for finding in letter.findings] == [("page_without_text", 2)]
    with pytest.raises(UnreadableLetterError) as error:
        read_pdf(odd_copies.raw_pdf([odd_copies.PICTURE]))
    assert (error.value.code, error.value.lacks_recognition) == ("no_text", False)


def test_a_picture_may_take_longer_than_other_letters(stub: Path, tmp_path: Path) -> None:
    (stub / "words.tsv").write_text(TSV)
    write_stub(stub, "sleep 4", f"cat {stub}/words.tsv")
    with Pool(1, seconds_a_letter=3) as pool:
        ((_, letter),) = pool.read([scan(tmp_path)])
    assert letter.text == [WORDS, WORDS]


def test_tesseract_ends_with_the_process_that_started_it(stub: Path, tmp_path: Path) -> None:
    write_stub(stub, f"echo $$ > {tmp_path}/started", f"mv {tmp_path}/started {tmp_path}/pid", "sleep 600")
    program = (
        "import sys\nfrom imr_etl.ingest.workers import LetterFile, Pool\n"
        "with Pool(1) as pool: list(pool.read([LetterFile(*sys.argv[1:])]))"
    )
    pid = tmp_path / "pid"
    with subprocess.Popen([sys.executable, "-c", program, *scan(tmp_path)[:3]]) as parent:
        wait_until(pid.exists)
        parent.kill()
        wait_until(lambda: not is_alive(int(pid.read_text())), seconds=10)


def test_tesseract_ends_with_a_letter_that_is_given_up(
    stub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_stub(stub, f"echo $$ > {tmp_path}/pid", "sleep 600")
    monkeypatch.setattr("imr_etl.ingest.workers._Worker.wait_for", lambda worker, _: setattr(worker, "deadline", 0.0))
    with Pool(1) as pool:
        ((_, letter),) = pool.read([scan(tmp_path)])
    assert letter.code == "reader_timed_out"
    if (tmp_path / "pid").exists():
        wait_until(lambda: not is_alive(int((tmp_path / "pid").read_text())), seconds=10)


def page() -> Image.Image:
    """A page with lines of text-like marks."""
    picture = Image.new("L", (850, 1100), 255)
    draw = ImageDraw.Draw(picture)
    for top in range(100, 1000, 30):
        for left in range(100, 740, 24):
            draw.rectangle((left, top, left + 14, top + 12), fill=0)
    return picture


@pytest.mark.parametrize("degrees", [-2.0, -1.0, 0.0, 0.6, 1.0])
def test_a_skewed_page_is_set_straight(degrees: float) -> None:
    skewed = page().rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
    assert degrees_of_skew(skewed) == pytest.approx(-degrees, abs=0.11)


def test_rules_are_left_out_and_characters_are_not() -> None:
    ruled = page()
    draw = ImageDraw.Draw(ruled)
    for top in (60, 1050):
        draw.rectangle((60, top, 800, top + 2), fill=0)
    for left in (60, 800):
        draw.rectangle((left, 60, left + 2, 1050), fill=0)
    assert list(without_rules(ruled, 100).getdata()) == list(page().getdata())


def test_specks_are_left_out_and_characters_are_not() -> None:
    specked = page()
    for place in range(0, 850 * 1100, 997):
        specked.putpixel((place % 850, place // 850), 0)
    clean = without_specks(specked)
    corner = (5, 5, 845, 90)
    assert clean.crop(corner).getextrema() == (255, 255)
    assert sum(clean.point(lambda shade: shade < 128).getdata()) >= 0.95 * sum(
        page().point(lambda shade: shade < 128).getdata()
    )
    assert without_specks(page()) == page()


@needs_tesseract
@pytest.mark.parametrize("copy", ["as drawn", "skewed", "on its head"])
def test_a_scanned_letter_is_read(copy: str) -> None:
    pictures = odd_copies.pictures(odd_copies.plain_letter())
    if copy == "skewed":
        pictures = [picture.rotate(1, Image.Resampling.BICUBIC, fillcolor=255) for picture in pictures]
    elif copy == "on its head":
        pictures = [picture.rotate(180) for picture in pictures]
    letter = read_pdf(odd_copies.bound(pictures))
    assert letter.text == read_pdf(odd_copies.plain_letter()).text
    assert set(letter.read_by) == {"tesseract"}


@needs_tesseract
def test_a_fax_is_read() -> None:
    """150 pixels an inch, black or white, skewed, with specks; a speck behind a line may be read as a mark."""
    pictures = []
    for picture in odd_copies.pictures(odd_copies.plain_letter(), 150):
        fax = picture.rotate(1, Image.Resampling.BICUBIC, fillcolor=255).point(lambda shade: 255 * (shade > 140))
        for place in range(0, fax.width * fax.height, 331):
            fax.putpixel((place % fax.width, place // fax.width), 255 * (place % 2))
        pictures.append(fax)
    letter = read_pdf(odd_copies.bound(pictures))
    assert [layout_words(text, is_top=False) for text in letter.text if "held" in text or "turned" in text] == [
        "guidance and monitored anesthesia care: Upheld",
        "home exercise program: Overturned",
    ]


def test_words_that_may_be_wrong_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [recognition.Word(("1",), 0, 10, 96, "knee"), recognition.Word(("1",), 40, 10, 41, "bracc")]
    monkeypatch.setattr(recognition, "_words", lambda *_: words)
    found = recognition.recognize(Image.new("L", (200, 200), 255), 200)
    assert [line[0] for line in found.lines] == ["knee bracc"]
    assert (found.uncertain, found.words) == (["bracc"], 2)
