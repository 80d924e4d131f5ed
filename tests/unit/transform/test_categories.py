"""Which treatment a request asks for, and what the state calls it: made-up requests in the words of the field."""

import json
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imr_etl.transform.categories import ROLES, SILENT, categories, unknown_treatments
from imr_etl.vocabulary import alias_table, code_table

ITEMS = {
    "sha256": pl.String,
    "item_number": pl.Int32,
    "request": pl.String,
    "disputed": pl.String,
    "drug_class": pl.String,
}

Row = tuple[str | None, str | None]


def letters(*texts: tuple[str | None, str | None]) -> pl.DataFrame:
    """One letter for each text and its drug class."""
    rows = [(str(number), 1, text, text, drug_class) for number, (text, drug_class) in enumerate(texts)]
    return pl.DataFrame(rows, schema=ITEMS, orient="row")


def letter(*disputed: str) -> pl.DataFrame:
    """One letter with several items."""
    rows = [("a", number, text, text, None) for number, text in enumerate(disputed, start=1)]
    return pl.DataFrame(rows, schema=ITEMS, orient="row")


def pairs(items: pl.DataFrame) -> list[Row]:
    return categories(items).select("category", "subcategory").rows()


def read(disputed: str | None, drug_class: str | None = None) -> Row:
    return pairs(letters((disputed, drug_class)))[0]


@cache
def read_requests() -> dict[str, Row]:
    """The requests of request_lines.jsonl that have one category and no drug, read in one frame."""
    source = Path(__file__).parents[2] / "fixtures" / "request_lines.jsonl"
    lines = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    texts = [line["request"] for line in lines if line["drug"] == "skip" and line["sessions"] == "skip"]
    return dict(zip(texts, pairs(letters(*((text, None) for text in texts))), strict=True))


@pytest.mark.parametrize(
    ("disputed", "drug_class", "expected"),
    [
        ("Norco 10/325 mg #120", "Opioids", ("Pharmaceuticals", "Opioids")),
        ("Refill of Tramadol 50mg #90", "Opioids", ("Pharmaceuticals", "Opioids")),
        ("Epworth scale", None, ("Diagnostic Testing", "Other Diagnostic Tests")),
        ("Bathroom scale", None, ("DMEPOS", "DME")),
        ("Phys ther 2x4", None, ("Rehabilitation", "PT/OT")),
        ("Left L3-4 epidural injection if physical therapy fails", None, ("Injection", "Injection")),
        ("Associated surgical service: Norco 10/325mg #60", "Opioids", ("Pharmaceuticals", "Opioids")),
        ("Associated surgical service: Keflex", "Anti-infectives", ("Pharmaceuticals", "Anti-infectives")),
        ("Hydrocodone/APAP 10/325mg #120", "Opioids", ("Pharmaceuticals", "Opioids")),
        ("Effexor XR 75mg #60", "Antidepressant", ("Pharmaceuticals", "Antidepressant")),
        ("Oxycodone immediate release 15mg", "Opioids", ("Pharmaceuticals", "Opioids")),
        ("XR of the left wrist", None, ("Diagnostic Testing", "Imaging Radiology")),
        ("Valium 5mg prior to MRI", "Benzodiazepines", ("Pharmaceuticals", "Benzodiazepines")),
        ("Halcion before the office visit", "Sedative-hypnotics", ("Pharmaceuticals", "Sedative-hypnotics")),
        ("Ambien 10mg #30 for sleep study", "Sedative-hypnotics", ("Pharmaceuticals", "Sedative-hypnotics")),
        (
            "Omeprazole 20mg #60, per RFA 1/12/17",
            "Proton Pump Inhibitors",
            ("Pharmaceuticals", "Proton Pump Inhibitors"),
        ),
        ("Gabapentin 300mg #90, RF 2", "Anti-epilepsy drugs", ("Pharmaceuticals", "Anti-epilepsy drugs")),
        ("Medrol dose pack", "Adrenal Cortical Steroids", ("Pharmaceuticals", "Adrenal Cortical Steroids")),
        ("Lidoderm 5% pad #30", "Topical Analgesics", ("Pharmaceuticals", "Topical Analgesics")),
        ("Capsaicin cream with acupuncture", "Topical Analgesics", ("Pharmaceuticals", "Topical Analgesics")),
        ("Synvisc One, left knee", "Viscosupplementation", ("Pharmaceuticals", "Viscosupplementation")),
        ("Synvisc One injection, left knee", "Viscosupplementation", ("Injection", "Injection")),
        ("Toradol 60mg IM injection", "NSAID", ("Injection", "Injection")),
        ("Left L5 epidural injection of Kenalog", "Adrenal Cortical Steroids", ("Injection", "Injection")),
        ("Acupuncture with capsaicin patch, 6 visits", "Topical Analgesics", ("Rehabilitation", "Acupuncture")),
        (
            "Retrospective request for acupuncture with lidocaine",
            "Topical Analgesics",
            ("Rehabilitation", "Acupuncture"),
        ),
        (
            "Retrospective request for lidocaine with acupuncture",
            "Topical Analgesics",
            ("Pharmaceuticals", "Topical Analgesics"),
        ),
        ("Total testosterone level", "Androgens & Anabolic Steroids", ("Diagnostic Testing", "Lab & Pathology")),
        ("Suboxone detox program", "Opioids", ("Programs", "Programs")),
        ("Xyzolam 5mg #30", None, ("Pharmaceuticals", None)),
        ("Xyzolam 5mg prior to MRI", None, ("Pharmaceuticals", None)),
        ("One month of pain medication", None, ("Pharmaceuticals", None)),
        ("Newdrug cream 120gm", None, ("Pharmaceuticals", "Topical Analgesics")),
        ("Refill of compounded cream", None, ("Pharmaceuticals", "Topical Compounds")),
        ("Viscosupplementation, right knee", None, ("Pharmaceuticals", "Viscosupplementation")),
    ],
)
def test_drugs(disputed: str, drug_class: str | None, expected: Row) -> None:
    assert read(disputed, drug_class) == expected


def test_a_drug_has_no_treatment() -> None:
    named = categories(letters(("Valium 5mg prior to MRI", "Benzodiazepines"), ("MRI, open", None)))
    assert named.get_column("treatment").to_list() == [None, "MRI"]


@pytest.mark.parametrize(
    "disputed", ["Quantum harmonizing", "Left knee", "12 sessions", "Post-operative", "...", "", None]
)
def test_an_unknown_treatment_has_no_category(disputed: str | None) -> None:
    assert categories(letters((disputed, None))).row(0)[2:] == (None, None, None, False)


def test_unknown_treatments_are_reported() -> None:
    items = letters(("Quantum harmonizing", None), ("Lumbar MRI", None))
    read_items = items.join(categories(items), on=["sha256", "item_number"])
    assert unknown_treatments(read_items).rows() == [("0", 1, "Quantum harmonizing")]


@pytest.mark.parametrize(
    "operation", ["Left knee arthroscopy", "L4-5 laminectomy", "Medical clearance", "Hernia repair"]
)
@pytest.mark.parametrize("test", ["EKG", "Chest x-ray", "CBC", "Labs to include: PT/PTT", "UA"])
def test_the_tests_before_an_operation_are_adjunct_to_it(operation: str, test: str) -> None:
    assert pairs(letter(operation, test))[1] == ("Surgery", "Adjunct Surgical Services")


@pytest.mark.parametrize(
    ("other", "disputed", "expected"),
    [
        ("Left knee arthroscopy", "Urine drug screen", ("Diagnostic Testing", "Lab & Pathology")),
        ("Left knee arthroscopy", "MRI of the left knee", ("Diagnostic Testing", "Imaging Radiology")),
        ("Left knee arthroscopy", "Cold therapy unit", ("DMEPOS", "DME")),
        ("Left knee arthroscopy", "Physical therapy x 12", ("Rehabilitation", "PT/OT")),
        ("Left knee arthroscopy", "Internal medicine consult", ("Evaluation & Management", "Medical Specialties")),
        ("Left knee arthroscopy", "Xyzolam 5 mg, CBC", ("Pharmaceuticals", None)),
        ("Surgical consultation", "EKG", ("Diagnostic Testing", "Other Diagnostic Tests")),
        ("Physical therapy", "Chest x-ray", ("Diagnostic Testing", "Imaging Radiology")),
    ],
)
def test_an_operation_in_the_letter_changes_nothing_else(other: str, disputed: str, expected: Row) -> None:
    assert pairs(letter(other, disputed))[1] == expected


def test_a_test_that_another_matter_separates_from_the_operation_is_none_of_its_adjuncts() -> None:
    read = pairs(letter("Left knee arthroscopy", "Crutches", "Complete blood count", "Office visit", "Urinalysis"))
    assert read[2:5:2] == [("Surgery", "Adjunct Surgical Services"), ("Diagnostic Testing", "Lab & Pathology")]


def test_an_operation_in_another_letter_changes_nothing() -> None:
    assert pairs(letters(("Left knee arthroscopy", None), ("EKG", None)))[1] == (
        "Diagnostic Testing",
        "Other Diagnostic Tests",
    )


def test_the_whole_request_is_asked_where_the_disputed_part_names_nothing() -> None:
    whole = "Acupuncture x 12 was the original request. 6 visits were authorized. The remaining 6 visits"
    items = pl.DataFrame([("a", 1, whole, "remaining 6 visits", None)], schema=ITEMS, orient="row")
    assert pairs(items) == [("Rehabilitation", "Acupuncture")]


def test_the_disputed_part_goes_before_the_whole_request() -> None:
    whole = "Acupuncture and massage was the original request. Acupuncture was authorized. Massage"
    items = pl.DataFrame([("a", 1, whole, "Massage", None)], schema=ITEMS, orient="row")
    assert pairs(items) == [("Rehabilitation", "Other Therapies")]


def test_rows_keep_their_order_and_keys() -> None:
    items = letter("Left knee", "Lumbar MRI", "Left knee", "TENS unit").reverse()
    assert categories(items).select("sha256", "item_number").equals(items.select("sha256", "item_number"))


@pytest.mark.parametrize(
    ("disputed", "drug_class", "is_several"),
    [
        ("Acupuncture and massage", None, True),
        ("CBC, EKG", None, True),
        ("Knee brace; TENS unit", None, True),
        ("Lortab 5/325mg #30 and physical therapy", "Opioids", True),
        ("Acupuncture with massage", None, False),
        ("MRI/CT of the spine", None, False),
        ("Arthroscopy, open biceps tenodesis", None, False),
        ("Toradol 60mg injection", "NSAID", False),
        ("TENS unit and supplies", None, False),
    ],
)
def test_a_request_for_several_treatments_is_flagged(disputed: str, drug_class: str | None, is_several: bool) -> None:
    assert categories(letters((disputed, drug_class)))["several_treatments"].to_list() == [is_several]


@pytest.mark.parametrize(
    ("disputed", "expected"),
    [
        ("TENS 2x4", ("Rehabilitation", "Other Therapies", "electrical stimulation in the clinic")),
        ("Ultrasound, 6 sessions", ("Rehabilitation", "Other Therapies", "therapeutic ultrasound")),
        ("TENS unit, 2 pairs of electrodes", ("DMEPOS", "Electrical Stimulation", "TENS unit")),
        ("Ultrasound of the left wrist", ("Diagnostic Testing", "Imaging Radiology", "ultrasound imaging")),
    ],
)
def test_a_number_of_sessions_makes_a_modality_treatment_in_a_clinic(disputed: str, expected: tuple[str, ...]) -> None:
    assert categories(letters((disputed, None))).select("category", "subcategory", "treatment").row(0) == expected


@pytest.mark.parametrize(
    ("disputed", "drug_class", "expected"),
    [
        ("Lamictal level", "Anti-epilepsy drugs", ("Diagnostic Testing", "Lab & Pathology")),
        ("Lamictal 25mg #30", "Anti-epilepsy drugs", ("Pharmaceuticals", "Anti-epilepsy drugs")),
        ("Rocephin 1gm IM", "Anti-infectives", ("Injection", "Injection")),
        ("IM consult", None, ("Evaluation & Management", "Medical Specialties")),
        ("Xyzolam XR 5mg #30", None, ("Pharmaceuticals", None)),
        ("Butrans film", "Opioids", ("Pharmaceuticals", "Opioids")),
        ("Xyzolam kit #1", None, ("Pharmaceuticals", None)),
    ],
)
def test_what_stands_beside_a_drug(disputed: str, drug_class: str | None, expected: Row) -> None:
    assert read(disputed, drug_class) == expected


def test_a_device_known_by_its_noun_alone_is_reported() -> None:
    items = letters(("Zorbex unit", None), ("TENS unit", None))
    read_items = items.join(categories(items), on=["sha256", "item_number"])
    assert unknown_treatments(read_items).rows() == [("0", 1, "Zorbex unit")]


def test_no_items() -> None:
    assert categories(pl.DataFrame(schema=ITEMS)).columns == [
        "sha256",
        "item_number",
        "category",
        "subcategory",
        "treatment",
        "several_treatments",
    ]


@pytest.mark.parametrize("front", ["", "1 ", "One (1) ", "Retrospective ", "Unknown ", "(DOS 3/4/2016) "])
def test_case_and_a_count_in_front_do_not_matter(front: str) -> None:
    expected = read_requests()
    assert pairs(letters(*((front + text.upper(), None) for text in expected))) == list(expected.values())


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=40))
def test_any_text_has_a_category_of_the_table_or_none(texts: list[str]) -> None:
    known = {
        *code_table("categories").select("category", "subcategory").rows(),
        ("Pharmaceuticals", None),
        (None, None),
    }
    assert set(pairs(letters(*((text, None) for text in texts)))) <= known


@pytest.mark.parametrize(
    ("request_", "treatment"),
    [
        ("Manual therapy, 6 sessions", "manual therapy"),
        ("Mechanical traction x 6", "traction therapy"),
        ("Low level laser therapy", "laser and light therapy"),
        ("Kinesio taping", "taping"),
        ("Cognitive rehabilitation", "cognitive rehabilitation"),
        ("Psych consultation", "psychological evaluation"),
        ("MMPI", "psychological test"),
        ("Music therapy", "other therapy"),
        ("Inpatient psych", "psychiatric hospital program"),
        ("V/Q scan", "diagnostic imaging"),
    ],
)
def test_treatments_are_reported_apart(request_: str, treatment: str) -> None:
    assert categories(letters((request_, None)))["treatment"].to_list() == [treatment]


def test_every_treatment_has_a_category_of_the_state() -> None:
    treatments = code_table("treatments").filter(pl.col("role").is_in(["context", "prescription"]).not_())
    strays = treatments.join(code_table("categories"), on=["category", "subcategory"], how="anti")
    assert strays.get_column("treatment").to_list() == []


def test_every_role_is_known() -> None:
    assert set(code_table("treatments").get_column("role")) == set(ROLES)


def test_categories_are_listed_once() -> None:
    assert not code_table("categories").select("category", "subcategory").is_duplicated().any()


def test_every_alias_alone_has_the_category_of_its_row() -> None:
    aliases = alias_table("treatments").filter(pl.col("role").is_in(SILENT).not_())
    found = pl.DataFrame(pairs(letters(*((alias, None) for alias in aliases.get_column("alias")))), orient="row")
    assert found.rows() == aliases.select("category", "subcategory").rows()
