"""Slips of the pen in requests."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imr_etl.vocabulary.spelling import corrections, find_in_requests

WORDS = ["acupuncture", "chiropractic", "shoulder", "radiofrequency", "hydrocodone", "arthroscopy", "psychotherapy"]


def read(token: str) -> str | None:
    found = corrections(pl.Series([token]))
    return None if found.is_empty() else found["correction"][0]


@given(st.sampled_from(WORDS), st.data())
def test_one_slip_within_a_long_word_is_undone(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(word) - 2))
    doubled = word[:place] + word[place] + word[place:]
    left_out = word[:place] + word[place + 1 :]
    exchanged = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    for slip in (doubled, left_out, exchanged):
        assert slip == word or read(slip) == word, slip


@pytest.mark.parametrize(
    "token", ["acupuncture", "kene", "wearing", "ability", "quantum", "b12", "addition", "", "naprosin"]
)
def test_what_is_no_slip_of_one_word_stays(token: str) -> None:
    assert read(token) is None


def test_a_correction_keeps_the_places_of_the_tokens() -> None:
    frame = pl.DataFrame({"item": [1], "text": ["MRI, left shouldre and lumbbar"]})
    found = find_in_requests(frame, "text", "body_regions", "item")
    assert found.select("token", "term").rows() == [(1, "left"), (2, "shoulder"), (3, "and"), (4, "lumbar spine")]


def test_no_texts() -> None:
    assert corrections(pl.Series([], dtype=pl.String)).columns == ["token", "correction"]
