"""The query language: what is read, what is refused, and what words stand for."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imr_etl.errors import RunError
from imr_etl.storage.paths import DataPaths
from warehouse.query.connect import reading
from warehouse.query.words import MOST_WORDS, Names, Query, group_in, read_names, read_query

NOTHING = Names()


@pytest.fixture(scope="module")
def names(made_up: DataPaths) -> Iterator[Names]:
    with reading(made_up.warehouse) as connection:
        yield read_names(connection)


def terms(query: Query) -> list[list[str]]:
    """Write a query's terms: field:"phrase" or field:prefix*."""

    def written(group: object) -> list[str]:
        return [
            (f"{term.field}:" if term.field else "")
            + (f'"{term.text}"' if term.is_phrase else term.text + "*" * term.is_prefix)
            for unit in group  # type: ignore[attr-defined]
            for term in unit.terms
        ]

    return [*map(written, query.required), *(["-", *written(group)] for group in query.excluded)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mri knee", [["mri"], ["knee"]]),
        ('"knee brace" left', [['"knee brace"'], ["left"]]),
        ("\u201cknee brace\u201d", [['"knee brace"']]),
        ("mri OR ct knee", [["mri", "ct"], ["knee"]]),
        ("a OR b OR c", [["a", "b", "c"]]),
        ("either or both", [["either"], ["or"], ["both"]]),
        ("knee -surgery", [["knee"], ["-", "surgery"]]),
        ('knee \u2212"total knee"', [["knee"], ["-", '"total knee"']]),
        ("knee NOT surgery", [["knee"], ["-", "surgery"]]),
        ("knee AND mri", [["knee"], ["mri"]]),
        ("acupunct*", [["acupunct*"]]),
        ("x-ray post-op", [["x-ray"], ["post-op"]]),
        ("Request:norco diagnosis:strain", [["request:norco"], ["diagnosis:strain"]]),
        ('-rationale:"not necessary" mri', [["mri"], ["-", 'rationale:"not necessary"']]),
        ("evaluation & management - again", [["evaluation"], ["management"], ["again"]]),
        ("L4:L5 10:30", [["L4:L5"], ["10:30"]]),
        ("request: mri", [["request:"], ["mri"]]),
    ],
)
def test_a_query_is_read(text: str, expected: list[list[str]]) -> None:
    assert terms(read_query(text, NOTHING)) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("...", r"'\.\.\.' has no word to search for: words are made of letters and digits"),
        ("-knee", "has no word to search for besides those that it leaves out"),
        ('mri "knee', "A quotation mark has no partner"),
        ("OR knee", "OR stands between two words"),
        ("mri OR OR knee", "OR stands between two words"),
        ("knee OR", "A word is missing after the last OR"),
        ("knee NOT", "A word is missing after the last NOT"),
        ("knee OR -mri", "OR stands between two words that are searched for"),
        ("reason:knee", "There is no field reason: a search knows request, rationale, guideline, summary, diagnosis"),
        ("a " * (MOST_WORDS + 1), f"{MOST_WORDS} words at most"),
    ],
)
def test_a_slip_is_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(RunError, match=sentence):
        read_query(text, NOTHING)


PIECES = st.sampled_from(
    ['"', "-", "OR", "AND", "NOT", "*", ":", "(", ")", "{", "}", "^", "+", "NEAR", "request:", "\0"]
)


@given(st.lists(PIECES | st.text(max_size=4), max_size=8))
def test_no_text_breaks_a_search(names: Names, pieces: list[str]) -> None:
    """Whatever is typed is a query that SQLite reads, or a sentence."""
    try:
        query = read_query(" ".join(pieces), names)
    except RunError:
        return
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE item_texts USING fts5(request, names, rationale, guideline)")
        database.execute("CREATE VIRTUAL TABLE letter_texts USING fts5(summary, diagnosis)")
        matches = [
            ("item_texts", query.in_items(expanded=False, columns=("request",))),
            ("item_texts", query.in_items(expanded=True, columns=("request", "names"))),
            ("item_texts", query.in_items(expanded=True)),
            *((table, group_in(group, table)) for group in query.required for table in ("item_texts", "letter_texts")),
        ]
        for table, match in matches:
            if match:
                database.execute(f"SELECT count(*) FROM {table} WHERE {table} MATCH ?", (match,))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("norco", "hydrocodone-apap"),
        ("hydrocodone", "norco"),
        ("MRI", "magnetic resonance imaging"),
        ("magnetic resonance imaging", "mri"),
        ("emg", "electromyography"),
        ("PT", "physical therapy"),
        ("physical therapy", "pt"),
        ("esi", "epidural steroid injection"),
        ("tens", "transcutaneous electrical nerve stimulation"),
        ("uds", "urine drug analysis"),
        ("fce", "functional capacity evaluation"),
        ("low back", "lumbar"),
        ("x-ray", "xray"),
        ("xrays", "radiographs"),
        ("post-op", "postoperative"),
    ],
)
def test_a_name_stands_for_its_other_spellings(names: Names, words: str, text: str) -> None:
    (group,) = read_query(words, names).required
    assert text in {spelling.lower() for unit in group for spelling in unit.spellings}


def test_a_phrase_stands_for_itself(names: Names) -> None:
    ((unit,),) = read_query('"norco"', names).required
    assert (unit.spellings, unit.names) == ((), ())


def test_a_body_part_within_a_name_is_asked_for(names: Names) -> None:
    ((unit,),) = read_query("knee brace", names).required
    assert [term.text for other in unit.also for term in other.terms] == ["knee"]
