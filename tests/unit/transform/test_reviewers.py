import polars as pl
import pytest

from imr_etl.transform.reviewers import reviewer_specialties, unknown_specialties, unknown_states

SCHEMA = {"sha256": pl.String, "position": pl.Int32, "specialty_as_written": pl.String}


def coded(*names: str) -> pl.DataFrame:
    rows = [("a", position, name) for position, name in enumerate(names, 1)]
    return reviewer_specialties(pl.DataFrame(rows, schema=SCHEMA, orient="row"))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Urology", "Urology"),
        ("Chiropractor", "Chiropractic"),
        ("Orthopaedic Surgery", "Orthopedic Surgery"),
        ("PM&R", "Physical Medicine & Rehabilitation"),
        ("Physical Medicine and Rehabilitation", "Physical Medicine & Rehabilitation"),
        ("FAMILY MEDICINE", "Family Practice"),
        ("Neurosurgery", "Neurological Surgery"),
        ("Podiatry", "Podiatrist"),
        ("Psychologist", "Psychologist"),
        ("Clinical Psychology", "Psychology"),
        ("Sleep Medecine", "Sleep Medicine"),
        ("Pediatric Rehabilitation Medicine", "Pediatric Rehabilitation Medicine"),
        ("Moon Medicine", None),
    ],
)
def test_a_specialty(written: str, expected: str | None) -> None:
    assert coded(written)["specialty"].to_list() == [expected]


def test_rows_stay_as_they_are() -> None:
    found = coded("Urology", "Moon Medicine", "Urology")
    assert found.rows() == [
        ("a", 1, "Urology", "Urology"),
        ("a", 2, "Moon Medicine", None),
        ("a", 3, "Urology", "Urology"),
    ]


def test_unknown_specialties() -> None:
    assert unknown_specialties(coded("Urology", "Moon Medicine")).rows() == [("a", "Moon Medicine")]


def test_no_specialties() -> None:
    assert coded().columns == [*SCHEMA, "specialty"]
    assert unknown_specialties(coded()).is_empty()


def test_unknown_states() -> None:
    licenses = pl.DataFrame({"sha256": ["a", "a"], "position": [1, 2], "state": ["Ohio", "Nowhere"]})
    assert unknown_states(licenses).rows() == [("a", "Nowhere")]
