"""What a search finds, against the same worked out in plain Python."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from unittest import mock

import pytest
from duckdb import DuckDBPyConnection as Connection
from hypothesis import given
from hypothesis import strategies as st
from parquet_rows import write_rows

from imr_etl.errors import RunError
from imr_etl.names import Search, filters
from imr_etl.storage.paths import DataPaths
from warehouse.build.build import build
from warehouse.build.inputs import search_index
from warehouse.query.connect import reading
from warehouse.query.search import CONDITIONS, Bounds, Hit, hit_passages, known_names, search
from warehouse.query.words import words_of

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
        "patient_age": 30 + number,
        "patient_sex": "female" if number < 2 else "male",
        "clinical_summary": "Diabetes and an elbow fracture." if number == 4 else None,
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
        "visits": 6 * number or None,
        "is_retrospective": number == 4,
        "is_ancillary": number == 3,
        "authorized": "one knee" if number == 5 else None,
        "claims_administrator_guideline": "Chapter on Wrists" if number == 1 else None,
    }
    for number, row, (request, rationale), (category, subcategory, treatment) in zip(
        range(len(ROWS)),
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
    {
        "sha256": "2",
        "item_number": 1,
        "position": place,
        "drug_as_written": drug,
        "ingredient": drug,
        "drug_class": drug_class,
    }
    for place, (drug, drug_class) in enumerate((("naproxen", "NSAID"), ("hydrocodone/acetaminophen", "Opioids")), 1)
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
        reviewer_licenses=[{"sha256": "2", "position": 1, "state": "Texas"}],
        item_body_parts=[{"sha256": "0", "item_number": 1, "position": 1, "region": "knee"}],
        diagnoses=[{"sha256": "4", "position": 1, "diagnosis": "elbow fracture", "nature": "fracture"}],
        diagnosis_body_parts=[{"sha256": "4", "diagnosis_position": 1, "position": 1, "region": "elbow"}],
        guideline_citations=[
            {
                "sha256": "1",
                "item_number": 1,
                "cited_by": "reviewer",
                "position": 1,
                "guideline_family": "MTUS Chronic Pain",
                "sections": ["Chronic pain programs (FRPs)"],
            }
        ],
        problems=[{"sha256": "5", "position": 1, "stage": "tables", "code": "unknown_state"}],
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
    result = search(connection, Search(**asked))
    numbers = [int(hit.determination_id[-1]) for hit in result.hits]
    assert (result.items, result.letters) == (len(numbers), len(numbers))
    return numbers


@given(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=2))
def test_words_between_quotes_find_the_texts_that_say_them(opened: Connection, words: list[str]) -> None:
    """In words that have one grammatical form."""
    words = [word for word in words if words_of(word) and not word.endswith(("s", "ed", "al", "ion"))] or ["knee"]
    expected = {
        number
        for number, texts in enumerate(TEXTS)
        if all(any(says(text or "", word) for text in texts) for word in words)
    }
    assert set(found(opened, words=" ".join(f'"{word}"' for word in words if '"' not in word))) >= expected


def says(text: str, phrase: str) -> bool:
    return f" {' '.join(words_of(phrase))} " in f" {' '.join(words_of(text))} "


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("functional restoration", [1, 3], id="request before rationale"),
        pytest.param("FUNCTIONAL programs", [1], id="any form and case"),
        pytest.param("cafe", [3], id="accents"),
        pytest.param('"mri of the knee"', [0], id="a phrase"),
        pytest.param("norco", [2], id="a brand, which no text has"),
        pytest.param("hydrocodone", [2], id="an ingredient, which no text has"),
        pytest.param("magnetic resonance", [0, 4, 3], id="a long form"),
        pytest.param("mri -knee", [4, 3], id="left out of the request"),
        pytest.param("mri -rationale:knee", [], id="left out of the rationale"),
        pytest.param("mri -rationale:sore", [4, 3], id="left out of one rationale"),
        pytest.param("naproxen OR cafe", [2, 3], id="either"),
        pytest.param("napr*", [2], id="a beginning"),
        pytest.param("request:knee", [0], id="in the request"),
        pytest.param("rationale:knee", [4, 0, 3], id="in the rationale"),
        pytest.param("guideline:wrist", [1], id="in a guideline"),
        pytest.param("summary:diabetes", [4], id="in the summary"),
        pytest.param("diagnosis:fracture mri", [4], id="in a diagnosis, and the item"),
        pytest.param("diabetes mri", [4], id="in the letter and the item"),
        pytest.param("zyzzyva", [], id="nowhere"),
        pytest.param("o'brien's", [5], id="an apostrophe"),
        pytest.param("'); DROP TABLE main.build; --", [5], id="no SQL"),
    ],
)
def test_words(opened: Connection, query: str, expected: list[int]) -> None:
    assert set(found(opened, words=query)) == set(expected)
    assert len(found(opened, words=query)) == len(expected)


def test_a_request_stands_before_a_rationale(opened: Connection) -> None:
    assert found(opened, words="functional restoration") == [1, 3]
    assert found(opened, words="magnetic resonance")[-1] == 3


def test_hits_say_where_the_words_stand(opened: Connection) -> None:
    result = search(opened, Search(words="mri"))
    assert [(hit.determination_id[-1], hit.found_in) for hit in result.hits][-1] == ("3", "rationale")
    assert result.by_place == {"request": 2, "rationale": 1, "letter": 0}
    ((hit,), match) = (result := search(opened, Search(words="diabetic OR diabetes"))).hits, result.match
    assert hit.found_in == "letter"
    assert match is not None
    assert hit_passages(opened, hit, match)["summary"].marks == ((0, 8),)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [1, 2, 3, 4, 5, 0]),
        ({"decision": "upheld"}, [1, 3, 5]),
        ({"decision": "upheld", "words": "knee"}, [3]),
        ({"outcome": "overturned"}, [2, 4, 0]),
        ({"priority": "expedited"}, [3]),
        ({"case": f"{BLOCK}0004"}, [4]),
        ({"since": date(2016, 3, 26), "until": date(2016, 3, 27)}, [3, 4]),
        ({"until": date(2016, 3, 26)}, [4, 5]),
        ({"injury_since": date(2014, 1, 31)}, [4, 5]),
        ({"injury_until": date(2010, 1, 31)}, [0]),
        ({"received_since": date(2016, 1, 1)}, []),
        ({"received_until": date(2015, 1, 1)}, []),
        ({"category": ("programs", "diagnostic-testing")}, [1, 4, 0]),
        ({"category": ("Behavioral and Mental Health Services",)}, [3]),
        ({"subcategory": ("nsaid",)}, [2]),
        ({"treatment": ("magnetic resonance imaging",)}, [4, 0]),
        ({"treatment": ("CT",)}, []),
        ({"treatment": ("hydrocodone",)}, [2]),
        ({"drug_class": ("opioids",)}, [2]),
        ({"ingredient": ("Norco",)}, [2]),
        ({"body_part": ("patella",)}, [0]),
        ({"visits": (7, 18)}, [2, 3]),
        ({"modified": True}, [5]),
        ({"retrospective": True}, [4]),
        ({"ancillary": True}, [3]),
        ({"guideline_family": ("mtus chronic pain",)}, [1]),
        ({"section": ("chronic PAIN programs",)}, [1]),
        ({"section": ("pro",)}, []),
        ({"specialty": ("Psychiatrist",)}, [3]),
        ({"specialty": ("Psychiatry",), "category": ("Programs",)}, []),
        ({"state": ("TX",)}, [2]),
        ({"age": (33, None)}, [3, 4, 5]),
        ({"age": (33, None), "words": "mri"}, [4, 3]),
        ({"sex": "female"}, [1, 0]),
        ({"diagnosis_nature": ("broken",)}, [4]),
        ({"diagnosis_region": ("elbow",)}, [4]),
        ({"claim_age": (None, 1)}, [5]),
        ({"problem": ("unknown_state",)}, [5]),
    ],
)
def test_filters(opened: Connection, asked: dict[str, Any], expected: list[int]) -> None:
    assert found(opened, **asked) == expected


def test_a_problem_code_that_is_none_is_refused(opened: Connection) -> None:
    with pytest.raises(RunError, match=r"no problem code unknown_states: did you mean unknown_state\b"):
        found(opened, problem=("unknown_states",))


def test_every_filter_has_a_condition() -> None:
    assert {each.name for each in filters()} == set(CONDITIONS)


def test_a_hit_says_what_the_warehouse_says(opened: Connection) -> None:
    (hit,) = search(opened, Search(words="cafe")).hits
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
        "request",
    )


def test_a_limit_cuts_the_hits_and_not_the_count(opened: Connection) -> None:
    result = search(opened, Search(), limit=2)
    assert [hit.determination_id[-1] for hit in result.hits] == ["1", "2"]
    assert result.items == 6


@pytest.mark.parametrize(
    ("asked", "result"),
    [
        ({"words": "..."}, r"'\.\.\.' has no word to search for"),
        ({"category": ("Program",)}, r"There is no category Program: did you mean Programs\?$"),
        ({"subcategory": ("topicals",)}, "did you mean .*Topical Analgesics"),
        ({"treatment": ("acupunture thing",)}, "did you mean .*acupuncture"),
        ({"drug_class": ("opiods",)}, "There is no drug class opiods: did you mean Opioids"),
        ({"specialty": ("\u2026",)}, "There is no specialty \u2026: did you mean "),
    ],
)
def test_what_cannot_be_searched_for_is_reported(opened: Connection, asked: dict[str, Any], result: str) -> None:
    with pytest.raises(RunError, match=result):
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


def test_a_warehouse_without_its_index_answers_filters(words: DataPaths, tmp_path: Any) -> None:
    other = tmp_path / "imr.duckdb"
    other.write_bytes(words.warehouse.read_bytes())
    with reading(other) as connection:
        assert search(connection, Search(decision="upheld")).items == 3
        with pytest.raises(RunError, match=r"search-.*\.sqlite is missing, which a search for words needs"):
            search(connection, Search(words="knee"))


def test_an_index_that_is_damaged_is_a_sentence(words: DataPaths, tmp_path: Any) -> None:
    paths = DataPaths.at(shutil.copytree(words.root, tmp_path / "copy"))
    index = search_index(paths.warehouse)
    assert index is not None
    for data in (b"no index", index.read_bytes()[:8192] + b"?" * 50_000):
        index.write_bytes(data)
        with reading(paths.warehouse) as connection, pytest.raises(RunError, match="search index cannot be read"):
            search(connection, Search(words="knee"))


@pytest.mark.parametrize("asked", ["knee", "mri", "restoration OR naproxen", "knee -mri", ""])
def test_a_bounded_search_finds_the_same_where_nothing_is_left_out(opened: Connection, asked: str) -> None:
    whole = search(opened, Search(asked))
    hits = [(hit.determination_id, hit.item_number) for hit in whole.hits]
    found = search(opened, Search(asked), bounds=Bounds(items=100, seconds=10, gathered=100))
    assert [(hit.determination_id, hit.item_number) for hit in found.hits] == hits
    assert (found.items, found.letters, found.is_more, found.is_gathered) == (whole.items, whole.letters, False, True)


def test_a_bounded_search_says_that_there_is_more(opened: Connection) -> None:
    whole = {(hit.determination_id, hit.item_number) for hit in search(opened, Search("knee")).hits}
    for bounds in (Bounds(items=1, seconds=10, gathered=100), Bounds(items=100, seconds=0, gathered=100)):
        with mock.patch("warehouse.query.search.STEPS_BETWEEN_CHECKS", 1):
            found = search(opened, Search("knee"), bounds=bounds)
        assert found.is_more
        assert {(hit.determination_id, hit.item_number) for hit in found.hits} <= whole


def test_hits_are_skipped(opened: Connection) -> None:
    whole = list(search(opened, Search("knee")).hits)
    assert list(search(opened, Search("knee"), 1, skip=1).hits) == whole[1:2]
    newest = list(search(opened, Search("knee"), is_newest_first=True).hits)
    assert sorted(map(str, newest)) == sorted(str(replace(hit, found_in=None)) for hit in whole)
