"""Text that no reader of a page sees is left out and reported; text that is seen is kept, however it is drawn."""

from io import BytesIO

import odd_copies
import pikepdf
import pytest
from hostile_files import stream
from odd_copies import content, shown

from imr_etl.ingest.pages import LetterLines
from imr_etl.ingest.pdf import read_pdf

REQUEST = "Custom orthotics for both feet: Overturned"
ITEM = shown(REQUEST, font="B", top=400)
ONLY_PRINTING = pikepdf.Permissions(
    extract=False, modify_annotation=False, modify_assembly=False, modify_form=False, modify_other=False
)
GROUP = {51: b"<</Type/OCG/Name(draft)>>"}
SWITCHED_OFF = b"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[51 0 R]/D<</OFF[51 0 R]/Order[]>>>>>>"


def drawing(content: bytes, entries: bytes = b"") -> bytes:
    kind = b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</Font<</B 4 0 R>>>>"
    return stream(content, kind + entries)


UNSEEN = {
    "white": odd_copies.with_more(b"1 g " + ITEM),
    "nearly white": odd_copies.with_more(b".97 .98 .97 rg " + ITEM),
    "white in four colors": odd_copies.with_more(b"0 0 0 0 k " + ITEM),
    "not drawn": odd_copies.with_more(b"3 Tr " + ITEM),
    "below the page": odd_copies.with_more(shown(REQUEST, top=-60)),
    "right of the page": odd_copies.with_more(shown(REQUEST, left=700)),
    "too small": odd_copies.with_more(shown(REQUEST, top=400, size=0.6)),
    "made small": odd_copies.with_more(b"q .05 0 0 .05 100 300 cm " + ITEM + b"Q"),
    "outside of what is drawn": odd_copies.with_more(b"q 0 0 20 20 re W n " + ITEM + b"Q"),
    "transparent": odd_copies.with_more(b"/G gs " + ITEM, b"/ExtGState<</G<</ca 0>>>>"),
    "under a white area": odd_copies.with_more(ITEM + b"1 g 60 390 400 25 re f"),
    "under a black area": odd_copies.with_more(ITEM + b"0 g 60 390 400 25 re f"),
    "black on black": odd_copies.with_more(b"0 g 60 390 400 25 re f " + ITEM),
    "in a layer that is switched off": odd_copies.with_more(
        b"/OC /M BDC " + ITEM + b"EMC", b"/Properties<</M 51 0 R>>", {1: SWITCHED_OFF} | GROUP
    ),
    "in a drawing that is switched off": odd_copies.with_more(
        b"/X Do", b"/XObject<</X 50 0 R>>", {1: SWITCHED_OFF, 50: drawing(ITEM, b"/OC 51 0 R")} | GROUP
    ),
    "white in a drawing": odd_copies.with_more(b"1 g /X Do", b"/XObject<</X 50 0 R>>", {50: drawing(ITEM)}),
    "under other text": odd_copies.with_more(
        ITEM + b"1 g 60 390 400 25 re f 0 g " + shown("Nothing else is in dispute.", top=400)
    ),
}

SEEN = {
    "light gray": odd_copies.with_more(b".6 g " + ITEM),
    "white on black": odd_copies.with_more(b"0 g 60 390 400 25 re f 1 g " + ITEM),
    "outlines": odd_copies.with_more(b"1 Tr " + ITEM),
    "in a drawing": odd_copies.with_more(b"/X Do", b"/XObject<</X 50 0 R>>", {50: drawing(ITEM)}),
    "printed three times": odd_copies.with_more(3 * ITEM),
}


def hidden(letter: LetterLines) -> list[str]:
    return [finding.excerpt for finding in letter.findings if finding.code == "hidden_text"]


@pytest.mark.parametrize("data", UNSEEN.values(), ids=UNSEEN)
def test_text_that_nobody_sees_is_left_out(data: bytes) -> None:
    letter = read_pdf(data)
    assert REQUEST not in letter.text
    assert [finding.page for finding in letter.findings] == [2]
    assert REQUEST in hidden(letter)[0]
    assert odd_copies.LETTER[1][0][1] in letter.text


@pytest.mark.parametrize("data", SEEN.values(), ids=SEEN)
def test_text_that_is_seen_is_read_once(data: bytes) -> None:
    letter = read_pdf(data)
    assert letter.text.count(REQUEST) == 1
    assert letter.findings == []


def test_a_word_that_nobody_sees_is_left_out_of_its_line() -> None:
    line = b"BT /R 11 Tf 72 400 Td (The request is ) Tj 1 g (not ) Tj 0 g (medically necessary.) Tj ET"
    letter = read_pdf(odd_copies.with_more(line))
    assert letter.text[-1] == "The request is medically necessary."
    assert hidden(letter) == ["Nobody sees this text of the page: not"]


DECIDED = "guidance and monitored anesthesia care:"
WHITE_AREA = b"1 g 265 471 55 16 re f 0 g "
PICTURE_ON_IT = b"q 55 0 0 16 265 471 cm BI /W 1 /H 1 /CS /G /BPC 8 /F /AHx ID FF> EI Q "


@pytest.mark.parametrize(
    ("drawing", "line"),
    [
        (b"0 g 265 471 55 16 re f ", DECIDED),
        (PICTURE_ON_IT, DECIDED),
        (WHITE_AREA + shown("Overturned", font="B", left=267, top=474), DECIDED + " Overturned"),
    ],
    ids=["black area", "picture", "other text on a white area"],
)
def test_a_word_that_is_covered_is_left_out_of_its_line(drawing: bytes, line: str) -> None:
    letter = read_pdf(odd_copies.raw_pdf([content(odd_copies.LETTER[0]) + drawing, content(odd_copies.LETTER[1])]))
    assert line in letter.text
    assert hidden(letter) == ["Nobody sees this text of the page: Upheld"]


def test_words_that_are_cut_off_are_left_out_of_their_lines() -> None:
    def crop(document: pikepdf.Pdf) -> None:
        document.pages[0].CropBox = [0, 0, 250, 792]

    letter = read_pdf(odd_copies.changed(crop))
    assert "Date Assigned: 08/02/2016 Date of Injury:" in letter.text
    assert [finding.page for finding in letter.findings] == [1]
    assert "03/14/2012" in hidden(letter)[0]


@pytest.mark.parametrize(("permissions", "findings"), [({}, 1), ({"modify_other": False}, 1), (None, 0)])
def test_a_file_that_may_be_changed_is_not_trusted(permissions: dict[str, bool] | None, findings: int) -> None:
    """A file in which nothing is permitted but printing is encrypted by the state."""
    allowed = ONLY_PRINTING if permissions is None else pikepdf.Permissions(**permissions)
    with pikepdf.open(BytesIO(odd_copies.with_more(b"1 g " + ITEM))) as document:
        file = BytesIO()
        document.save(file, encryption=pikepdf.Encryption(owner="made up", user="", allow=allowed))
    assert len(hidden(read_pdf(file.getvalue()))) == findings


def test_a_long_stamp_on_a_picture_does_not_stand_for_the_page() -> None:
    stamp = "Received by the filing unit of the claims office, copy for the file of the case, "
    data = odd_copies.second_page(odd_copies.PICTURE + shown(stamp, top=30, size=6) + shown(stamp, top=40, size=6))
    for allowed in (pikepdf.Permissions(), ONLY_PRINTING):
        with pikepdf.open(BytesIO(data)) as document:
            file = BytesIO()
            document.save(file, encryption=pikepdf.Encryption(owner="made up", user="", allow=allowed))
        (found,) = read_pdf(file.getvalue()).findings
        assert (found.page, found.code in {"page_without_text", "read_by_ocr"}) == (2, True)


def test_pages_of_any_size_and_turn_are_looked_at() -> None:
    for entries in ({"/MediaBox": [0, 0, 20_000, 20_000]}, {"/Rotate": 90}, {"/UserUnit": 10}):
        with pikepdf.open(BytesIO(odd_copies.with_more(b"3 Tr " + ITEM))) as document:
            for name, value in entries.items():
                document.pages[1][name] = pikepdf.Array(value) if isinstance(value, list) else value
            file = BytesIO()
            document.save(file)
        assert [finding.code for finding in read_pdf(file.getvalue()).findings] == ["hidden_text"]


@pytest.mark.parametrize("name", ["in the page", "among its resources"])
def test_what_is_printed_counts_where_the_file_says_something_else(name: str) -> None:
    entry = b"<</ActualText(Custom orthotics for both feet: Upheld)>>"
    marks = {
        "in the page": (b"/Span " + entry + b"BDC " + ITEM + b"EMC", b"", {}),
        "among its resources": (b"/Span /M BDC " + ITEM + b"EMC", b"/Properties<</M 50 0 R>>", {50: entry}),
    }
    letter = read_pdf(odd_copies.with_more(*marks[name]))
    assert REQUEST in letter.text
    assert hidden(letter) == ["A program is to read this in place of what is printed: Upheld"]


def test_what_the_file_says_of_a_hyphen_is_no_other_text() -> None:
    hyphen = b"/Span<</ActualText(Follow up)>>BDC " + shown("Follow-up", top=400) + b"EMC"
    letter = read_pdf(odd_copies.with_more(hyphen))
    assert letter.findings == []


def test_text_behind_a_scan_is_read() -> None:
    picture = b"q 612 0 0 792 0 0 cm BI /W 2 /H 2 /CS /G /BPC 8 /F /AHx ID C0FFFFC0> EI Q "
    pages = [picture + b"3 Tr " + content(page) for page in odd_copies.LETTER]
    letter = read_pdf(odd_copies.raw_pdf(pages))
    assert letter.text == read_pdf(odd_copies.plain_letter()).text
    assert set(letter.is_bold) == {None}
    assert [(finding.code, finding.page) for finding in letter.findings] == [("read_by_ocr", 1), ("read_by_ocr", 2)]


def test_a_font_that_names_other_characters_than_it_shows() -> None:
    for data in (odd_copies.lying_font(), odd_copies.rewritten(odd_copies.lying_font())):
        letter = read_pdf(data)
        assert any(text.endswith("care: Upheld") for text in letter.text)
        assert hidden(letter) == [
            "A font's table names other characters than it shows:"
            ' "D" for "U", "e" for "p", "n" for "h", "i" for "e", "e" for "l"'
        ]


def test_a_font_that_names_what_it_shows_is_no_finding() -> None:
    assert read_pdf(odd_copies.lying_font(said="Upheld")).findings == []
