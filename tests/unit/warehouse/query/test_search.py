"""What a search finds, against the same worked out in plain Python."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from duckdb import DuckDBPyConnection as Connection
from hypothesis import given
from hypothesis import strategies as st
from parquet_rows import write_rows

from imr_etl.errors import RunError
from imr_etl.storage.paths import DataPaths
from warehouse import attached
from warehouse.build.build import build
from warehouse.query.connect import reading
from warehouse.query.passages import says
from warehouse.query.search import MOST_WORDS, Hit, Search, known_names, search

BLOCK = "CM16-002"
TEXTS = [
    ("MRI of the knee", "The knee is sore. An MRI shows little."),
    ("Functional restoration program (FRP), 80 hours", "Restoration of function is the aim; a program is needed."),
    ("Naproxen 550 mg #60", None),
    ("Caf\u00e9 work; 10% off", "Pain-free. The knee, the knee of the MRI, is a functional restoration."),
    ("MRI", "of the knee"),
    ("O'Brien's '); DROP TABLE main.build; --", "[a-z]+ % _ \\ $text ?"),
]
VOCABULARY = sorted({word for pair in TEXTS for text in pair for word in (text or "").lower().split()})
ROWS = [
    {
        "sha256": f"{number:x}",
        "determination_id": f"{BLOCK}000{number}",
        "case_number": f"{BLOCK}000{number}",
        "decision_date": date(2016, 3, 30 - number) if number else None,
        "injury_date": date(2010 + number, 1, 31),
        "application_received_date": date(2015, 12, 31),
        "outcome": "upheld" if number % 2 else "overturned",
        "priority": "expedited" if number == 3 else "standard",
        "item_count": 1,
    }
    for number in range(len(TEXTS))
]
ITEMS = [
    {
        "sha256": row["sha256"],
        "item_number": 1,
        "request": request,
        "disputed": request,
        "rationale": rationale,
        "decision": row["outcome"],
        "category": category,
        "subcategory": subcategory,
        "treatment": treatment,
    }
    for row, (request, rationale), (category, subcategory, treatment) in zip(
        ROWS,
        TEXTS,
        [
            ("Diagnostic Testing", "Imaging Radiology", "MRI"),
            ("Programs", "Programs", "functional restoration program"),
            ("Pharmaceuticals", "NSAID", None),
            ("Psych Services", "Evaluation & Management", None),
            ("Diagnostic Testing", "Imaging Radiology", "MRI"),
            (None, None, None),
        ],
        strict=True,
    )
]
DRUGS = [
    {"sha256": "2", "item_number": 1, "position": place, "drug_as_written": drug, "ingredient": drug}
    for place, drug in enumerate(("naproxen", "omeprazole"), 1)
]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> DataPaths:
    """A warehouse of the texts."""
    paths = DataPaths.at(tmp_path_factory.mktemp("words"))
    write_rows(
        paths,
        BLOCK,
        letter_files=[{"sha256": row["sha256"], "case_number": row["case_number"]} for row in ROWS],
        letter_reads=[{"sha256": row["sha256"]} for row in ROWS],
        determinations=ROWS,
        disputed_items=ITEMS,
        item_drugs=DRUGS,
        reviewer_specialties=[
            {"sha256": "3", "position": 1, "specialty_as_written": "PM&R", "specialty": "Neurology"},
            {"sha256": "3", "position": 2, "specialty_as_written": "x", "specialty": "Psychiatry"},
        ],
    )
    build(paths)
    return paths


@pytest.fixture(scope="module")
def opened(words: DataPaths) -> Iterator[Connection]:
    """The same, open."""
    with reading(words.warehouse) as connection:
        yield connection


def found(connection: Connection, **asked: Any) -> list[int]:
    """The numbers of the items that are found, newest first."""
    told = search(connection, Search(**asked))
    numbers = [int(hit.determination_id[-1]) for hit in told.hits]
    assert (told.items, told.letters) == (len(numbers), len(numbers))
    return numbers


@given(st.lists(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3).map(" ".join), min_size=1, max_size=2))
def test_words_find_the_texts_that_say_them(opened: Connection, phrases: list[str]) -> None:
    phrases = [phrase for phrase in phrases if any(mark.isalnum() for mark in phrase)] or ["knee"]
    expected = [
        number
        for number in (1, 2, 3, 4, 5, 0)
        if all(any(says(text or "", phrase) for text in TEXTS[number]) for phrase in phrases)
    ]
    assert found(opened, phrases=tuple(phrases)) == expected


@pytest.mark.parametrize(
    ("phrases", "expected"),
    [
        (("functional restoration",), [1, 3]),
        (("functional", "RESTORATION", "program"), [1]),
        (("cafe",), [3]),
        (("the knee",), [3, 4, 0]),
        (("mri of the knee",), [0]),
        (("knee of the mri is",), [3]),
        (("the knee the knee",), [3]),
        (("the the",), []),
        (("restor",), []),
        (("o'brien's",), [5]),
        (("'); DROP TABLE main.build; --",), [5]),
        (("550 MG",), [2]),
    ],
)
def test_phrases(opened: Connection, phrases: tuple[str, ...], expected: list[int]) -> None:
    assert found(opened, phrases=phrases) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [1, 2, 3, 4, 5, 0]),
        ({"plain": {"decision": "upheld"}}, [1, 3, 5]),
        ({"plain": {"decision": "upheld"}, "phrases": ("knee",)}, [3]),
        ({"plain": {"outcome": "overturned"}}, [2, 4, 0]),
        ({"plain": {"priority": "expedited"}}, [3]),
        ({"plain": {"determination_id": f"{BLOCK}0004"}}, [4]),
        ({"dates": {"decision_date": (date(2016, 3, 26), date(2016, 3, 27))}}, [3, 4]),
        ({"dates": {"decision_date": (None, date(2016, 3, 26))}}, [4, 5]),
        ({"dates": {"injury_date": (date(2014, 1, 31), None)}}, [4, 5]),
        ({"dates": {"application_received_date": (date(2016, 1, 1), None)}}, []),
        ({"names": {"category": ("programs", "diagnostic-testing")}}, [1, 4, 0]),
        ({"names": {"category": ("Behavioral and Mental Health Services",)}}, [3]),
        ({"names": {"subcategory": ("nsaid",)}}, [2]),
        ({"names": {"treatment": ("magnetic resonance imaging",)}}, [4, 0]),
        ({"names": {"treatment": ("Prilosec",)}}, [2]),
        ({"names": {"specialty": ("Psychiatrist",)}}, [3]),
        ({"names": {"specialty": ("Psychiatry",), "category": ("Programs",)}}, []),
    ],
)
def test_filters(opened: Connection, asked: dict[str, Any], expected: list[int]) -> None:
    assert found(opened, **asked) == expected


def test_a_hit_says_what_the_warehouse_says(opened: Connection) -> None:
    (hit,) = search(opened, Search(phrases=("cafe",))).hits
    assert hit == Hit(
        f"{BLOCK}0003",
        f"{BLOCK}0003",
        1,
        date(2016, 3, 27),
        "upheld",
        "upheld",
        "Psych Services",
        "Evaluation & Management",
        None,
        2,
        3,
        *TEXTS[3],
    )


def test_a_limit_cuts_the_hits_and_not_the_count(opened: Connection) -> None:
    told = search(opened, Search(), limit=2)
    assert [hit.determination_id[-1] for hit in told.hits] == ["1", "2"]
    assert told.items == 6


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"phrases": ("knee", "...")}, r"'\.\.\.' has no word to search for"),
        ({"phrases": ("a " * (MOST_WORDS + 1),)}, f"{MOST_WORDS} words at most"),
        ({"names": {"category": ("Program",)}}, r"There is no category Program: did you mean Programs\?$"),
        ({"names": {"subcategory": ("topicals",)}}, "did you mean .*Topical Analgesics"),
        ({"names": {"treatment": ("acupunture thing",)}}, "did you mean .*acupuncture"),
        ({"names": {"specialty": ("\u2026",)}}, "There is no specialty \u2026: did you mean "),
    ],
)
def test_what_cannot_be_searched_for_is_told(opened: Connection, asked: dict[str, Any], told: str) -> None:
    with pytest.raises(RunError, match=told):
        search(opened, Search(**asked))


def test_a_name_of_its_own_goes_before_an_alias_of_another(opened: Connection) -> None:
    assert known_names(opened, "subcategory", ("injection",)) == ["Injection"]
    assert known_names(opened, "category", ("INJECTION",)) == ["Injection"]


def test_what_is_a_treatment_and_a_drug_is_either(opened: Connection) -> None:
    assert known_names(opened, "treatment", ("BOTOX",)) == ["botulinum toxin", "onabotulinumtoxina"]


def test_a_terminal_that_lacks_letters_is_shown_their_numbers(words: DataPaths) -> None:
    command = [sys.executable, "-m", "imr_etl", "search", "cafe", "--data", str(words.root)]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert b"request: Caf\\xe9 work" in done.stdout


def test_an_empty_warehouse_is_searched(words: DataPaths, tmp_path: Any) -> None:
    other = tmp_path / "imr.duckdb"
    other.write_bytes(words.warehouse.read_bytes())
    with closing(attached(other)) as connection:
        connection.execute("DELETE FROM marts.items")
    with reading(other) as connection:
        assert search(connection, Search(phrases=("knee",))).items == 0
