"""Lines as running text: page furniture, line-end hyphens and slashes."""

import polars as pl
import pytest

from imr_etl.parse.text import joined, with_pieces, without_furniture, without_stamps


def lines(*texts: str, sha256: str = "a", page: int = 1, x0: float | None = None) -> pl.DataFrame:
    numbers = list(range(1, len(texts) + 1))
    return pl.DataFrame(
        {
            "sha256": sha256,
            "page": page,
            "line": numbers,
            "text": list(texts),
            "x0": x0,
            "top": [12.0 * number for number in numbers],
        },
        schema_overrides={"page": pl.Int32, "line": pl.Int32, "x0": pl.Float64},
    )


def pages(*texts: list[str], x0: float | None = 72.0) -> pl.DataFrame:
    """A letter of pages, each as high as it has lines."""
    return pl.concat(lines(*page, page=number, x0=x0) for number, page in enumerate(texts, start=1))


def at_foot(page: list[str], stamp: str, number: int) -> pl.DataFrame:
    """A page with a stamp far below its lines."""
    stamped = lines(*page, stamp, page=number, x0=72.0)
    return stamped.with_columns(top=pl.when(pl.col("text") == stamp).then(760.0).otherwise("top"))


def running(frame: pl.DataFrame) -> str:
    return with_pieces(frame).select(pl.col("piece").implode()).select(joined("piece")).item()


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["two", "lines"], "two lines"),
        (["a follow-", "up visit"], "a follow-up visit"),
        (["the Official Guide-", "lines, and other guidelines"], "the Official Guidelines, and other guidelines"),
        (["the guide-", "lines, no word more"], "the guide-lines, no word more"),
        (["the xylo-", "phone, no word more"], "the xylo-phone, no word more"),
        (["Physical Medicine & Rehabili-", "tation"], "Physical Medicine & Rehabilitation"),
        (["a non-", "steroidal drug"], "a non-steroidal drug"),
        (["on 11-22-", "16 she"], "on 11-22-16 she"),
        (["a dash -", "and more"], "a dash - and more"),
        (["two dashes --", "and more"], "two dashes -- and more"),
        (["ends in a hyphen-"], "ends in a hyphen-"),
        (["seen on 10/14/", "2016 again"], "seen on 10/14/2016 again"),
        (["pain and/", "or 2 visits"], "pain and/ or 2 visits"),
        (["10/", "of them"], "10/ of them"),
        (["physio\u00ad", "therapy, no word more"], "physiotherapy, no word more"),
    ],
)
def test_hyphens_and_slashes_at_line_ends(texts: list[str], expected: str) -> None:
    assert running(lines(*texts)) == expected


def test_a_hyphen_does_not_reach_into_the_next_letter() -> None:
    both = pl.concat([lines("ends so-", sha256="a"), lines("begins", sha256="b")])
    assert with_pieces(both)["piece"].to_list() == ["ends so- ", "begins "]


@pytest.mark.parametrize(
    "furniture", ["2", "Page 2 of 5", "- 3 -", "Final Determination Letter for IMR Case Number CM16-0012345 2"]
)
def test_page_numbers_are_left_out_at_the_edge_of_a_page_only(furniture: str) -> None:
    page = lines("The patient is", furniture, "years old.", furniture)
    assert without_furniture(page)["text"].to_list() == ["The patient is", furniture, "years old."]


def test_the_last_line_of_a_letter_is_an_edge_too() -> None:
    both = pl.concat([lines("text", "3", sha256="a"), lines("text", sha256="b")])
    assert without_furniture(both)["text"].to_list() == ["text", "text"]


def printed(letter: pl.DataFrame) -> pl.DataFrame:
    return without_furniture(without_stamps(letter))


@pytest.mark.parametrize(
    "stamps",
    [
        ("DEF-EXH-000041", "DEF-EXH-000042"),
        ("12/09/2016 10:12 FAX 5105550100 PAGE: 001 OF 002", "12/09/2016 10:13 FAX 5105550100 PAGE: 002 OF 002"),
        ("COPY", "COPY"),
    ],
)
@pytest.mark.parametrize("is_at_foot", [True, False])
def test_what_stands_at_the_same_edge_of_all_pages_is_left_out(stamps: tuple[str, str], is_at_foot: bool) -> None:
    texts = (["The patient is", "a man of 40", "years who"], ["has pain."])
    if is_at_foot:
        stamped = pl.concat(
            at_foot(page, stamp, n + 1) for n, (page, stamp) in enumerate(zip(texts, stamps, strict=True))
        )
    else:
        stamped = pages(*([stamp, *page] for page, stamp in zip(texts, stamps, strict=True)))
    assert printed(stamped)["text"].to_list() == ["The patient is", "a man of 40", "years who", "has pain."]


def test_stamps_of_several_lines_and_page_numbers_are_left_out_together() -> None:
    texts = pages(["FILED", "No. 71", "The patient", "2"], ["FILED", "No. 72", "has pain.", "3"])
    assert printed(texts)["text"].to_list() == ["The patient", "has pain."]


@pytest.mark.parametrize(
    "letter",
    [
        pages(["Received 1", "The patient has pain."]),
        pages(["Received 1", "The patient"], ["has pain.", "Received 2"]),
        pages(["The patient", "was seen on 3/1"], ["and left", "the city", "was seen on 3/4"]),
        pages(["The patient", "is told"], ["the cause", "and why", "is told"], x0=None),
        pages(["Case Number: CM16-0000001", "The patient"], ["Case Number: CM16-0000001", "has pain."]),
        pages(["Norco #60: Upheld", "The patient"], ["Norco #90: Upheld", "has pain."]),
        pl.concat([lines("Received 1", "text", sha256="a"), lines("Received 2", "text", sha256="b")]),
    ],
    ids=["one page", "two edges", "two heights", "the same words", "a header", "requests", "two letters"],
)
def test_what_may_be_text_is_left_in(letter: pl.DataFrame) -> None:
    assert printed(letter).equals(letter)
