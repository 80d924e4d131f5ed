import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imr_etl.parse.reviewer import reviewer, state_aliases
from imr_etl.vocabulary import alias_table, code_table
from imr_etl.vocabulary.misspelled_names import known_names

SCHEMA = {
    "sha256": pl.String,
    "licensure_text": pl.String,
    "certification_text": pl.String,
    "credentials_text": pl.String,
}


def read(
    licensure: str | None = None, certification: str | None = None, credentials: str | None = None
) -> tuple[list[str], list[str]]:
    letter = pl.DataFrame([("a", licensure, certification, credentials)], schema=SCHEMA, orient="row")
    licenses, specialties = reviewer(letter)
    assert licenses["position"].to_list() == list(range(1, licenses.height + 1))
    assert specialties["position"].to_list() == list(range(1, specialties.height + 1))
    return licenses["state"].to_list(), specialties["specialty_as_written"].to_list()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nevada", ["Nevada"]),
        ("Nevada,New Mexico, Ohio", ["Nevada", "New Mexico", "Ohio"]),
        ("NV, N.M. and OH.", ["Nevada", "New Mexico", "Ohio"]),
        ("Virginia, West Virginia", ["Virginia", "West Virginia"]),
        ("Washington, D.C., Washington", ["District of Columbia", "Washington"]),
        ("Ohio, Washington, D.C.", ["Ohio", "District of Columbia"]),
        ("Nevda, Hawai'i", ["Nevada", "Hawaii"]),
        ("Nowhere, Ohio", ["Nowhere", "Ohio"]),
        (", ", []),
        (None, []),
    ],
)
def test_states(text: str | None, expected: list[str]) -> None:
    assert read(licensure=text)[0] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Urology", ["Urology"]),
        ("Urology, Hospice & Palliative Medicine", ["Urology", "Hospice & Palliative Medicine"]),
        ("Urologyy,Allergy and Immunology", ["Urologyy", "Allergy and Immunology"]),
        ("Ear, Nose and Throat, Urology", ["Ear, Nose and Throat", "Urology"]),
        ("Hand Surgery (Plastic, Orthopedic), Urology", ["Hand Surgery (Plastic, Orthopedic)", "Urology"]),
        ("Urology, ", ["Urology"]),
        (None, []),
    ],
)
def test_specialties(text: str | None, expected: list[str]) -> None:
    assert read(certification=text)[1] == expected


@pytest.mark.parametrize(
    ("text", "states", "specialties"),
    [
        (
            "He is Board Certified in Urology, has a subspecialty in Surgery and is licensed to practice in Ohio.",
            ["Ohio"],
            ["Urology", "Surgery"],
        ),
        (
            "She is board-certified in Allergy and Immunology and is licensed to practice in Ohio, Iowa and Utah.",
            ["Ohio", "Iowa", "Utah"],
            ["Allergy and Immunology"],
        ),
        (
            "Board Certified in Allergy and Immunology and Pain Medicine, and licensed to practice in Iowa",
            ["Iowa"],
            ["Allergy and Immunology", "Pain Medicine"],
        ),
        (
            "Board Certified in Pain Medicine and Physical Medicine and Rehabilitation.",
            [],
            ["Pain Medicine", "Physical Medicine and Rehabilitation"],
        ),
        ("Certified by the American Board of Urology, license to practice in Ohio.", ["Ohio"], ["Urology"]),
        ("She is a Board Certified Podiatrist, licensed to practice in Ohio.", ["Ohio"], ["Podiatrist"]),
        ("Board Certified in Urology, has a Certificate in Acupuncture.", [], ["Urology", "Acupuncture"]),
        (
            "Board Certified in Physical Medicine and Rehabilitation/Pain Medicine.",
            [],
            ["Physical Medicine and Rehabilitation/Pain Medicine"],
        ),
        ("Board Certified in Urology and Moon Medicine.", [], ["Urology", "Moon Medicine"]),
        ("Board Certified in Moon and Mars Medicine.", [], ["Moon and Mars Medicine"]),
        (
            "He/she is Licensed in Psychology and is licensed to practice in the State of Utah.",
            ["Utah"],
            ["Psychology"],
        ),
        ("She is a Doctor of Chiropractic, licensed in Washington, D.C.", ["District of Columbia"], ["Chiropractic"]),
        ("He/she has no affiliation with the employer.", [], []),
        (None, [], []),
    ],
)
def test_credentials_in_a_sentence(text: str | None, states: list[str], specialties: list[str]) -> None:
    assert read(credentials=text) == (states, specialties)


def test_a_label_goes_before_the_sentence() -> None:
    sentence = "The reviewer is Board Certified in Urology and is licensed to practice in Ohio."
    assert read("Iowa", None, sentence) == (["Iowa"], ["Urology"])
    assert read(None, "Radiology", sentence) == (["Ohio"], ["Radiology"])


def test_letters_keep_their_order() -> None:
    letters = pl.DataFrame(
        [
            ("b", "Ohio, Iowa", "Urology", None),
            ("c", None, None, None),
            ("a", None, None, "Board Certified in Surgery."),
        ],
        schema=SCHEMA,
        orient="row",
    )
    licenses, specialties = reviewer(letters)
    assert licenses.rows() == [("b", 1, "Ohio"), ("b", 2, "Iowa")]
    assert specialties.rows() == [("b", 1, "Urology"), ("a", 1, "Surgery")]


def test_no_letters() -> None:
    licenses, specialties = reviewer(pl.DataFrame(schema=SCHEMA))
    assert licenses.columns == ["sha256", "position", "state"]
    assert specialties.columns == ["sha256", "position", "specialty_as_written"]
    assert licenses.is_empty()
    assert specialties.is_empty()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dermatolgoy", "Dermatology"),
        ("dermatology", "Dermatology"),
        ("Orthopedc Surgery", "Orthopedic Surgery"),
        ("Pediatric Oncology", None),
        ("Surgical Neurology", None),
        ("Astrology", None),
        ("", None),
    ],
)
def test_a_misspelled_name_is_taken_for_its_nearest(name: str, expected: str | None) -> None:
    assert known_names(pl.Series([name]), alias_table("specialties"), "specialty").rows() == [(name, expected)]


STATES = st.lists(st.sampled_from(code_table("states")["state"].to_list()), min_size=1, max_size=8)


@given(states=STATES, separator=st.sampled_from([",", ", ", " , "]))
def test_any_list_of_states_is_split_again(states: list[str], separator: str) -> None:
    assert read(licensure=separator.join(states))[0] == states


@given(state=st.sampled_from(code_table("states").rows()))
def test_an_abbreviation_is_its_state(state: tuple[str, ...]) -> None:
    assert read(licensure=state[1])[0] == [state[0]]


def test_no_state_has_the_abbreviation_of_another() -> None:
    assert not state_aliases()["alias"].is_duplicated().any()
