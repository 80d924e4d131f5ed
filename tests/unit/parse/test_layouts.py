"""However a letter is set, and whatever reads it, its items are the ones that it says."""

from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from letter_writer import Item, Layout, MadeUpLetter, PageBreak, to_pdf, to_text

from imr_etl.ingest.lines import LINES
from imr_etl.ingest.pages import LetterLines
from imr_etl.ingest.pdf import _pdfplumber_lines, read_pdf
from imr_etl.ingest.text import read_text
from imr_etl.parse.letter import ParsedLetters, parse_letters

KEY = "0" * 64

WORDS = st.sampled_from(
    [
        "Tramadol",
        "50mg",
        "#60",
        "MRI",
        "of",
        "the",
        "left",
        "knee:",
        "X-ray",
        "physical",
        "therapy",
        "2",
        "times",
        "a",
        "week",
        "for",
        "6",
        "weeks",
        "&",
        "(12",
        "sessions)",
        '"trial"',
        "follow-up",
        "10/325mg",
        "DOS:",
        "11/14/16",
        "café",
        "QTY:",
        "3",
        "non-steroidal",
        "w/o",
        "contrast,",
        "L4-5",
        "'home'",
        "evaluation;",
        "one",
        "(1)",
        "visit",
    ]
)
REQUESTS = st.lists(WORDS, min_size=1, max_size=40).map(" ".join).map(lambda text: f"R{text} knee")
SENTENCES = st.lists(
    st.lists(WORDS.filter(lambda w: w[-1] not in ":\"'"), min_size=3, max_size=25).map(
        lambda w: "The " + " ".join(w) + "."
    ),
    min_size=1,
    max_size=6,
)
RATIONALES = st.lists(SENTENCES.map(" ".join), min_size=1, max_size=2).map(tuple)
GUIDELINES = st.sampled_from(
    [
        "Decision based on MTUS Chronic Pain Medical Treatment 2016, Section(s): Opioids, criteria for use.",
        "The Expert Reviewer did not cite any medical evidence for its decision.",
        "Decision based on Non-MTUS Citation Official Disability Guidelines (ODG), Knee & Leg Chapter, MRI.",
    ]
)
ITEMS = st.builds(
    Item,
    disputed=REQUESTS,
    decision=st.sampled_from(["upheld", "overturned"]),
    original=REQUESTS,
    authorized=REQUESTS,
    modification=st.sampled_from(["none", "none", "remaining", "remaining without is", "original"]),
    claims_administrator_guideline=GUIDELINES,
    reviewer_guideline=GUIDELINES,
    rationale=RATIONALES,
    decision_on_own_line=st.booleans(),
)


@st.composite
def letters(draw: st.DrawFn) -> MadeUpLetter:
    return MadeUpLetter(
        case_number="CM16-0123456",
        date_assigned=date(2016, 11, 9),
        date_of_injury=date(2016, 10, 13),
        decision_date=date(2016, 12, 9),
        ur_denial_date=date(2016, 11, 3),
        application_received=date(2016, 11, 4),
        summary=("The injured worker is a 48 year old male with pain of the left knee.",),
        items=tuple(draw(st.lists(ITEMS, min_size=1, max_size=25))),
    )


@st.composite
def layouts(draw: st.DrawFn, item_count: int) -> Layout:
    margin = st.integers(40, 110)
    return Layout(
        body_size=draw(st.integers(9, 14)),
        left=draw(margin),
        right=draw(margin),
        top=draw(margin),
        bottom=draw(margin),
        text_columns=draw(st.integers(60, 130)),
        blank_lines=draw(st.booleans()),
        first_item_directly=draw(st.booleans()),
        items_directly=tuple(draw(st.sets(st.integers(2, 25), max_size=3))),
        breaks_in_items=tuple(
            draw(
                st.lists(
                    st.builds(
                        PageBreak,
                        item=st.integers(1, item_count),
                        part=st.sampled_from(["request", "reviewer_guideline", "rationale"]),
                        fraction=st.floats(0.1, 0.9),
                    ),
                    max_size=2,
                )
            )
        ),
        header=draw(st.sampled_from(["table", "table labels first", "lines"])),
        hyphenation=draw(st.sampled_from(["none", "compounds"])),
        bold_decision=draw(st.booleans()),
    )


def by_pdfplumber(data: bytes) -> LetterLines:
    letter = LetterLines(extractor="pdfplumber")
    for number in range(read_pdf(data).page_count):
        letter.add_page("pdfplumber", _pdfplumber_lines(data, number))
    return letter


def parsed(letter: LetterLines) -> ParsedLetters:
    columns = {name: getattr(letter, name) for name in ("page", "line", "text", "is_bold", "x0", "top")}
    lines = pl.DataFrame({**columns, "extractor": letter.read_by}).with_columns(sha256=pl.lit(KEY))
    return parse_letters(LINES.conform(lines))


def folded(text: str | None) -> str:
    """What a line break can do to a text left out."""
    return "".join((text or "").replace("-", "").split())


def said(letter: MadeUpLetter) -> list[tuple[str, ...]]:
    return [
        (
            folded(item.request),
            item.decision,
            folded(item.authorized if item.modification != "none" else ""),
            folded(item.disputed),
            folded(item.claims_administrator_guideline),
            folded(item.reviewer_guideline),
            folded(" ".join(item.rationale)),
        )
        for item in letter.items
    ]


def read(letter: LetterLines) -> list[tuple[str, ...]]:
    columns = parsed(letter).items.select(
        "request",
        "decision",
        "authorized",
        "disputed",
        "claims_administrator_guideline",
        "reviewer_guideline",
        "rationale",
    )
    return [tuple(value if n == 1 else folded(value) for n, value in enumerate(row)) for row in columns.iter_rows()]


THOROUGH = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@THOROUGH
@given(data=st.data(), letter=letters())
def test_pdf_in_any_layout(data: st.DataObject, letter: MadeUpLetter) -> None:
    layout = data.draw(layouts(len(letter.items)))
    pdf = to_pdf(letter, layout)
    assert read(read_pdf(pdf)) == said(letter)


@settings(THOROUGH, max_examples=3)
@given(data=st.data(), letter=letters())
def test_pdf_by_the_second_reader(data: st.DataObject, letter: MadeUpLetter) -> None:
    layout = data.draw(layouts(len(letter.items)))
    assert read(by_pdfplumber(to_pdf(letter, layout))) == said(letter)


@THOROUGH
@given(data=st.data(), letter=letters())
def test_plain_text_with_or_without_blank_lines(data: st.DataObject, letter: MadeUpLetter) -> None:
    layout = data.draw(layouts(len(letter.items)))
    assert read(read_text(to_text(letter, layout).encode())) == said(letter)


@pytest.mark.parametrize("header", ["table", "table labels first", "lines"])
@pytest.mark.parametrize("reader", [read_pdf, by_pdfplumber])
def test_header_in_any_order(header: str, reader) -> None:
    letter = MadeUpLetter(
        case_number="CM16-0123456",
        date_assigned=date(2016, 11, 9),
        date_of_injury=date(2016, 10, 13),
        decision_date=date(2016, 12, 9),
        ur_denial_date=date(2016, 11, 3),
        application_received=date(2016, 11, 4),
        priority="Expedited",
        items=(Item(disputed="MRI of the left knee", decision="upheld"),),
    )
    row = parsed(reader(to_pdf(letter, Layout(header=header)))).letters.row(0, named=True)
    assert row["case_number"] == "CM16-0123456"
    assert row["priority"] == "expedited"
    dates = ("assigned_date", "injury_date", "decision_date", "ur_denial_date", "application_received_date")
    assert [row[name] for name in dates] == [
        date(2016, 11, 9),
        date(2016, 10, 13),
        date(2016, 12, 9),
        date(2016, 11, 3),
        date(2016, 11, 4),
    ]


def shuffled(draw: st.DrawFn, letter: LetterLines) -> LetterLines:
    """The letter with lines dropped, doubled or swapped."""
    order = list(range(len(letter.text)))
    for _ in range(draw(st.integers(1, 6))):
        at, other = draw(st.integers(0, len(order) - 1)), draw(st.integers(0, len(order) - 1))
        match draw(st.sampled_from(["drop", "double", "swap"])):
            case "drop" if len(order) > 1:
                del order[at]
            case "double":
                order.insert(at, order[at])
            case _:
                order[at], order[other] = order[other], order[at]
    changed = LetterLines(page_count=letter.page_count)
    for name in ("text", "is_bold", "x0", "top", "read_by"):
        setattr(changed, name, [getattr(letter, name)[place] for place in order])
    changed.page = [1] * len(order)
    changed.line = list(range(1, len(order) + 1))
    return changed


@THOROUGH
@given(data=st.data(), letter=letters(), as_text=st.booleans())
def test_disturbed_lines_never_make_an_item_out_of_nothing(
    data: st.DataObject, letter: MadeUpLetter, as_text: bool
) -> None:
    layout = data.draw(layouts(len(letter.items)))
    original = read_text(to_text(letter, layout).encode()) if as_text else read_pdf(to_pdf(letter, layout))
    disturbed = data.draw(st.composite(shuffled)(original))
    # A line right behind itself is read once.
    once = [text for text, before in zip(disturbed.text, ["", *disturbed.text], strict=False) if text != before]
    everything = folded("".join(disturbed.text)) + folded("".join(once))
    found = parsed(disturbed).items
    assert all(folded(request) in everything for request in found["request"])
    assert found["decision"].is_in(["upheld", "overturned"]).all()


def test_a_decision_alone_on_its_line_counts_whatever_stands_before_it() -> None:
    letter = MadeUpLetter(items=(Item(disputed="MRI of the knee", decision="overturned"),))
    text = to_text(letter, Layout()).replace(": Overturned", ":\n~\nOverturned")
    (item,) = parsed(read_text(text.encode())).items.to_dicts()
    assert (item["decision"], item["request"]) == ("overturned", "MRI of the knee: ~")
