import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.query.passages import CUT, LONGEST, passage, says, words_of

TEXT = (
    "The worker fell from a ladder. Dr. Roe asked for a functional restoration program (FRP). "
    "Caf\u00e9 work is light; pain-free lifting is not. Functional, restoration of the knee is slow."
)
WORDS = st.lists(st.sampled_from(["knee", "pain", "Pain", "p\u00e4in", "a", "of the", "8-week"]), max_size=60)
MARKS = st.sampled_from([" ", ". ", ", ", "\n", " (", ") "])


@pytest.mark.parametrize(
    ("phrases", "said", "marked"),
    [
        (["ladder"], "The worker fell from a ladder.", ["ladder"]),
        (
            ["FUNCTIONAL restoration"],
            "Dr. Roe asked for a functional restoration program (FRP).",
            ["functional restoration"],
        ),
        (["frp", "ladder"], f"{TEXT[:30]} {TEXT[31:88]}", ["ladder", "FRP"]),
        (
            ["ladder", "cafe"],
            "The worker fell from a ladder. Caf\u00e9 work is light; pain-free lifting is not.",
            ["ladder", "Caf\u00e9"],
        ),
        (["pain free"], "Caf\u00e9 work is light; pain-free lifting is not.", ["pain-free"]),
        (
            ["restoration of", "slow"],
            "Functional, restoration of the knee is slow.",
            ["restoration of", "slow"],
        ),
    ],
)
def test_the_sentences_that_say_the_words(phrases: list[str], said: str, marked: list[str]) -> None:
    found = passage(TEXT, phrases)
    assert found is not None
    assert found.text == said
    assert [found.text[start:end] for start, end in found.marks] == marked


def test_words_that_are_parts_of_others_are_not_said() -> None:
    assert passage(TEXT, ["restor", "free lift", ""]) is None
    assert not says(TEXT, "functional program")


def test_words_over_the_end_of_a_sentence_are_shown_where_they_stand() -> None:
    found = passage(TEXT, ["ladder dr"])
    assert found is not None
    assert "ladder. Dr. Roe" in found.text
    assert [found.text[start:end] for start, end in found.marks] == ["ladder. Dr"]


def test_a_long_sentence_is_cut_around_its_words() -> None:
    found = passage(f"{'before ' * 200}needle {'after ' * 200}", ["needle"])
    assert found is not None
    assert found.text.startswith(f"{CUT} before")
    assert found.text.endswith(f"after {CUT}")
    assert len(found.text) < LONGEST + 10
    assert [found.text[start:end] for start, end in found.marks] == ["needle"]


@given(WORDS, MARKS, st.lists(st.sampled_from(["pain", "knee", "of the a", "8 week"]), min_size=1, max_size=3))
def test_a_passage_says_what_the_text_says(words: list[str], mark: str, phrases: list[str]) -> None:
    text = mark.join(words)
    said = [phrase for phrase in phrases if f" {phrase} " in f" {' '.join(words_of(text))} "]
    assert [phrase for phrase in phrases if says(text, phrase)] == said
    found = passage(text, phrases)
    assert (found is not None) == bool(said)
    if found:
        assert all(says(found.text, phrase) for phrase in said)
        assert {" ".join(words_of(found.text[start:end])) for start, end in found.marks} == set(said)


@given(st.text())
def test_any_text_has_words(text: str) -> None:
    assert all(re.fullmatch(r"[^\W_]+", word) for word in words_of(text))
    assert passage(text, [text]) is None or says(text, text)
