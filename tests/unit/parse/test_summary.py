import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imr_etl.parse.summary import patient, unlikely_ages


def read(*summaries: str | None) -> list[tuple[int | None, str | None]]:
    frame = pl.DataFrame({"sha256": [str(n) for n in range(len(summaries))], "clinical_summary": summaries})
    result = patient(frame.cast(pl.String))
    assert result.dtypes[1:] == [pl.Int32, pl.String]
    return result.select("patient_age", "patient_sex").rows()


@pytest.mark.parametrize(
    ("summary", "age", "sex"),
    [
        ("The worker is a 47 year old male who fell.", 47, "male"),
        ("This is a now 47-year-old female with a claim.", 47, "female"),
        ("The patient is a(n) 56 y/o F who fell.", 56, "female"),
        ("A 65yo right hand dominant Hispanic gentleman fell.", 65, "male"),
        ("The 34 year old female injured worker fell. His supervisor saw it.", 34, "female"),
        ("A 38-year-old right hand dominant Spanish speaking male fell.", 38, "male"),
        ("The worker is a 48 ear old female.", 48, "female"),
        ("The worker is a forty-seven year old woman.", 47, "female"),
        ("The worker is a woman of 45.", 45, "female"),
        ("He is a male, age 45.", 45, "male"),
        ("The worker, aged 34, reports that her arm hurts.", 34, "female"),
        ("The worker is a 45-year-old (DOB 3/14/61) male who fell.", 45, "male"),
        ("The worker's age is 45. She fell.", 45, "female"),
        ("A 45 year and 3 month old male fell.", 45, "male"),
        ("The worker is 61 years of age. Mr. Doe fell.", 61, "male"),
        ("The worker is a 44-year-old. She fell.", 44, "female"),
        ("The worker is a 44-year-old. He/she fell.", 44, None),
        ("The 50 year old male has a 20 year old daughter.", 50, "male"),
        ("The worker is a 40 year old male/female. She fell.", 40, "female"),
        ("A 7 year old injury. The date of birth is 1/2/1960.", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_patient(summary: str | None, age: int | None, sex: str | None) -> None:
    assert read(summary) == [(age, sex)]


@given(
    st.integers(18, 90),
    st.sampled_from(["male", "female"]),
    st.sampled_from(["{} year old {}", "{}-year-old {}", "{} y.o. {}"]),
)
def test_every_age_and_form(age: int, sex: str, form: str) -> None:
    assert read(f"The worker is a {form.format(age, sex)}, who fell.") == [(age, sex)]


def test_an_age_that_no_worker_has_is_found() -> None:
    summaries = ["The worker is a 152 year old female.", "A 7 year old injury.", "A 40 year old male has a 5 year old."]
    frame = pl.DataFrame({"sha256": ["a", "b", "c"], "clinical_summary": summaries})
    found = unlikely_ages(frame.join(patient(frame), on="sha256"))
    assert found.rows() == [("a", "152 year old female")]


def test_letters_keep_their_order() -> None:
    assert read("a 30 year old male", None, "a 40 year old female") == [(30, "male"), (None, None), (40, "female")]
