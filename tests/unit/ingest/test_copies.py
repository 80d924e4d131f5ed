"""Lines of letters that others than the state made: which are bold, which come once, and pages that are pictures."""

import bad_files
import odd_copies
import pytest
from odd_copies import BOLD, LETTER, PICTURE, content, shown
from PIL import Image

from imr_etl.ingest import recognition
from imr_etl.ingest.pages import UnreadableLetterError
from imr_etl.ingest.pdf import read_pdf
from imr_etl.ingest.visibility import LARGEST_SIDE, bounded_scale

LINES = [text for page in LETTER for _, text in page if text]
BOLD_LINES = [text for page in LETTER for font, text in page if font == BOLD]
OUTLINES = b"".join(b"%d %d 4 6 re f " % (x, y) for x in range(72, 500, 8) for y in range(400, 700, 20))


@pytest.fixture
def no_recognition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "is_recognition_installed", lambda: False)


def test_bold_lines_of_a_letter() -> None:
    letter = read_pdf(odd_copies.plain_letter())
    assert letter.text == LINES
    assert [text for text, is_bold in zip(letter.text, letter.is_bold, strict=True) if is_bold] == BOLD_LINES


@pytest.mark.parametrize(
    "data",
    [odd_copies.without_bold_font(), odd_copies.bold_by_stroke(), odd_copies.bold_by_printing_twice()],
    ids=["one font", "by stroke", "by printing twice"],
)
def test_where_no_line_is_bold_nobody_knows_which_are(data: bytes) -> None:
    letter = read_pdf(data)
    assert letter.text == LINES
    assert set(letter.is_bold) == {None}


@pytest.mark.parametrize(
    ("runs", "is_bold"),
    [
        ([("R", "1. "), ("B", "Norco 10/325mg #60: "), ("R", "Upheld")], True),
        ([("B", "Norco: "), ("R", "Overturned")], True),
        ([("R", "Norco 10/325mg, which is of "), ("B", "no"), ("R", " use to the worker")], False),
        ([("B", "Pain "), ("R", "is told to be seven of ten with the drug")], False),
        ([("R", "Upheld")], False),
    ],
)
def test_a_line_is_bold_where_most_of_it_before_its_colon_is(runs: list[tuple[str, str]], is_bold: bool) -> None:
    line = b"BT 72 300 Td " + b"".join(b"/%b 11 Tf (%b) Tj " % (f.encode(), text.encode()) for f, text in runs) + b"ET"
    letter = read_pdf(odd_copies.with_more(line))
    assert (letter.text[-1], letter.is_bold[-1]) == ("".join(text for _, text in runs), is_bold)


def test_characters_of_two_units_shift_nothing() -> None:
    names = b"/Differences[128/Euro/bullet]"
    table = b"begincmap 1 beginbfchar <80> <D83DDE00> endbfchar 1 beginbfchar <81> <D835DD38> endbfchar endcmap"
    font = (
        b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/ToUnicode 50 0 R"
        b"/Encoding<</Type/Encoding/BaseEncoding/WinAnsiEncoding%b>>>>" % names
    )
    smile = shown("She is glad \x80\x80\x81 of it.", top=780)
    data = odd_copies.raw_pdf(
        [smile + content(LETTER[0]), content(LETTER[1])], objects={3: font, 50: odd_copies.stream(table)}
    )
    letter = read_pdf(data)
    assert letter.text == ["She is glad \U0001f600\U0001f600A of it.", *LINES]
    assert [text for text, is_bold in zip(letter.text, letter.is_bold, strict=True) if is_bold] == BOLD_LINES


@pytest.mark.parametrize(
    ("drawing", "excerpt"),
    [
        (b"", "The page is empty"),
        (PICTURE, "The page shows a picture or drawings, and no text"),
        (PICTURE + shown("2", top=30), 'The page shows a picture or drawings, and no text but "2"'),
        (
            PICTURE + shown("FILED 10/03/2016"),
            'The page shows a picture or drawings, and no text but "FILED 10/03/2016"',
        ),
        (b"72 72 400 1 re f", "The page shows a picture or drawings, and no text"),
        (OUTLINES + shown("2", top=30), 'The page shows a picture or drawings, and no text but "2"'),
    ],
)
def test_a_page_without_text_is_reported(drawing: bytes, excerpt: str) -> None:
    letter = read_pdf(odd_copies.second_page(drawing))
    assert letter.findings == [("page_without_text", 2, excerpt)]
    assert letter.text == [text for _, text in LETTER[0] if text]


@pytest.mark.parametrize(
    "drawing", [shown("   "), shown("necessary.") + b"72 72 400 1 re f", shown("2", top=30) + b"72 40 400 1 re f"]
)
def test_a_page_with_little_or_blank_text_is_none_without(drawing: bytes) -> None:
    assert read_pdf(odd_copies.second_page(drawing)).findings == []


def test_a_stamp_makes_no_letter_of_a_scan() -> None:
    stamp = PICTURE + shown("Received 10/03/2016 09:12 AM")
    with pytest.raises(UnreadableLetterError) as error:
        read_pdf(odd_copies.raw_pdf([stamp, stamp]))
    assert error.value.code == "no_text"


@pytest.mark.usefixtures("no_recognition")
def test_without_tesseract_the_report_says_how_to_get_it() -> None:
    letter = read_pdf(odd_copies.second_page(PICTURE))
    assert letter.lacks_recognition
    assert letter.findings[0].excerpt.endswith("install tesseract (Debian package tesseract-ocr) and run again")
    with pytest.raises(UnreadableLetterError, match="tesseract-ocr") as error:
        read_pdf(bad_files.scanned_pages())
    assert error.value.lacks_recognition
    assert not read_pdf(odd_copies.second_page(b"")).lacks_recognition


@pytest.mark.usefixtures("no_recognition")
def test_a_large_picture_beside_text_is_reported() -> None:
    picture = b"q 400 0 0 300 72 100 cm BI /W 2 /H 2 /CS /G /BPC 8 /F /AHx ID C0FFFFC0> EI Q "
    ((code, page, excerpt),) = read_pdf(odd_copies.with_more(picture)).findings
    assert (code, page) == ("page_without_text", 2)
    assert excerpt.startswith("A picture covers 25% of the page beside its text")


def test_a_small_picture_beside_nothing_but_a_stamp_is_reported() -> None:
    small = b"q 0.4 0 0 0.4 0 0 cm " + PICTURE + b"Q " + shown("COPY RECEIVED BY MAIL", top=30)
    excerpt = 'The page shows a picture or drawings, and no text but "COPY RECEIVED BY MAIL"'
    assert read_pdf(odd_copies.second_page(small)).findings == [("page_without_text", 2, excerpt)]


def test_a_large_picture_that_nothing_is_recognized_in_is_reported() -> None:
    stamps = b"".join(
        shown(f"Received by the office of the medical director, copy number {n}", top=60 * n) for n in (1, 2)
    )
    for text in (content(LETTER[1]), stamps):
        ((code, page, excerpt),) = read_pdf(odd_copies.second_page(PICTURE + text)).findings
        assert (code, page) == ("page_without_text", 2)
        assert excerpt.startswith("A picture covers")


def test_pictures_have_a_bounded_size() -> None:
    assert bounded_scale(612, 792, 2) == 2
    assert bounded_scale(1e9, 3, 2) * 1e9 == pytest.approx(LARGEST_SIDE)
    assert Image.MAX_IMAGE_PIXELS is not None
    assert LARGEST_SIDE**2 < Image.MAX_IMAGE_PIXELS


PLACED = {
    "turned": odd_copies.turned(1),
    "turned twice": odd_copies.turned(2),
    "drawn sideways": odd_copies.turned(0, drawn_sideways=True),
    "drawn sideways and turned upright": odd_copies.turned(1, drawn_sideways=True),
    "moved": odd_copies.moved(),
}


@pytest.mark.parametrize("data", PLACED.values(), ids=PLACED)
def test_lines_stand_where_a_reader_sees_them(data: bytes) -> None:
    letter, plain = read_pdf(data), read_pdf(odd_copies.plain_letter())
    assert (letter.text, letter.x0, letter.top) == (plain.text, plain.x0, plain.top)
    assert letter.findings == []


def test_lines_are_read_from_the_top() -> None:
    letter = read_pdf(odd_copies.drawn_from_the_foot())
    assert letter.text == LINES
    assert letter.findings == []
