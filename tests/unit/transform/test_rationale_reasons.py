"""Reasons of upheld items: made-up rationales."""

import polars as pl
import pytest

from imr_etl.transform.rationale_reasons import rationale_reasons
from imr_etl.vocabulary import code_table


def read(rationale: str, decision: str = "upheld", *, follows: bool = False) -> list[str]:
    frame = pl.DataFrame(
        [("a", 1, decision, rationale, follows)],
        schema=["sha256", "item_number", "decision", "rationale", "decision_follows_parent"],
        orient="row",
    )
    return rationale_reasons(frame)["reason"].to_list()


@pytest.mark.parametrize(
    ("rationale", "reasons"),
    [
        ("There is no documentation of functional improvement with the earlier visits.", ["no_benefit_shown"]),
        ("The patient's pain reduction with the drug was not documented.", ["no_benefit_shown"]),
        ("The records do not show red flags, nor has the patient failed conservative care.",
         ["no_finding", "no_conservative_care"]),
        ("The request for 16 visits exceeds the guideline.", ["exceeds_guideline"]),
        ("Given that the guidelines do not recommend the device, the request is not supported.", ["not_recommended"]),
        ("The request does not specify a body part.", ["request_incomplete"]),
        ("The quantity of the requested cream was not specified.", ["request_incomplete"]),
        ("The requested scan was previously authorized, so that this request is redundant.", ["already_authorized"]),
    ],
)  # fmt: skip
def test_a_sentence_about_the_patient_gives_its_reason(rationale: str, reasons: list[str]) -> None:
    assert read(rationale) == reasons


@pytest.mark.parametrize(
    "rationale",
    [
        "ODG states that care without functional improvement should stop.",
        'The guideline says, "There is no benefit without red flags." The request is not medically necessary.',
        "Long term use is not recommended.",
        "Visits may be extended with documentation of functional improvement.",
        "There is no evidence in the literature of efficacy.",
        "The patient has not improved with conservative care.",
        "The patient has pain relief, but the request is not medically necessary.",
        "The patient has reached maximum medical improvement. The request is not certified.",
        "Given the quantity of this request, it is not medically necessary.",
    ],
)
def test_other_sentences_give_none(rationale: str) -> None:
    assert read(rationale) == []


def test_only_upheld_items_have_reasons_each_once_in_the_table_s_order() -> None:
    rationale = "The request exceeds the guideline. There is no functional improvement. There are no functional gains."
    assert read(rationale) == ["no_benefit_shown", "exceeds_guideline"]
    assert read(rationale, "overturned") == []
    assert read("The surgery is not supported.", follows=True) == ["depends_on_denied_item"]


def test_every_phrase_has_a_known_reason() -> None:
    assert set(code_table("rationale_words")["reason"].drop_nulls()) <= set(code_table("rationale_reasons")["reason"])
