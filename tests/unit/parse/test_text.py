"""Lines as running text: page furniture, line-end hyphens and slashes."""

import polars as pl
import pytest

from imr_etl.parse.text import joined, with_pieces, without_furniture


def lines(*texts: str, sha256: str = "a", page: int = 1) -> pl.DataFrame:
    return pl.DataFrame(
        {"sha256": sha256, "page": page, "line": list(range(1, len(texts) + 1)), "text": list(texts)},
        schema_overrides={"page": pl.Int32, "line": pl.Int32},
    )


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
