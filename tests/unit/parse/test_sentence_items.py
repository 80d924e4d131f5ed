"""Items whose decisions are sentences: what opens one, which of its words are the request, where its parts end."""

import polars as pl
import pytest

from imr_etl.ingest.lines import _lines
from imr_etl.ingest.text import read_text
from imr_etl.ingest.workers import LetterFile
from imr_etl.parse.letter import parse_letters

F2B = """HOW THE IMR FINAL DETERMINATION WAS MADE
DOCUMENTS REVIEWED
CLINICAL CASE SUMMARY
A 40-year-old male has neck pain.

IMR DECISION(S) AND RATIONALE(S)
The Final Determination was based on decisions for the disputed items/services set forth below:

{items}
"""

F1 = F2B.replace("IMR DECISION(S) AND RATIONALE(S)", "IMR ISSUES, DECISIONS AND RATIONALES")

F2A = """Notice of Independent Medical Review Determination
Dated: 9/30/2013

{decisions}

INDEPENDENT MEDICAL REVIEW DECISION AND RATIONALE
A decision has been made for each of the treatments that were in dispute:

{decisions}

Medical Qualifications of the Expert Reviewer:
The physician reviewer is Board Certified in Family Medicine and is licensed to practice in California.

Expert Reviewer Case Summary:
A 40-year-old male has neck pain.

Documents Reviewed for Determination:
Utilization Review Determination

{items}

Effect of the Decision:
This determination is binding on all parties.

Sincerely,
The Medical Director
"""


def items(text: str) -> pl.DataFrame:
    lines = _lines([(LetterFile("", "a", "text/plain"), read_text(text.encode()))])
    return parse_letters(lines.cast({"sha256": pl.Categorical()})).items


def test_a_second_decision_on_the_line_of_another_is_found() -> None:
    line = "1. The request for a cane is medically necessary. 2. The request for a sling is not medically necessary."
    text = F2B.format(items=f"{line}\n\nThe Claims Administrator based its decision on the MTUS.")
    lines = _lines([(LetterFile("", "a", "text/plain"), read_text(text.encode()))])
    found = parse_letters(lines.cast({"sha256": pl.Categorical()})).findings.filter(pl.col("code") == "item_not_read")
    assert found["excerpt"].str.contains("a sling is not medically necessary").to_list() == [True]


@pytest.mark.parametrize(
    ("sentence", "asked", "decision"),
    [
        ("1. The request for a walker is not medically necessary and appropriate.", "a walker", "upheld"),
        ("1) The retrospective request for a walker was medically necessary.", "retrospective a walker", "overturned"),
        ("1. A walker with 2.5 inch\nwheels is medically necessary.", "A walker with 2.5 inch wheels", "overturned"),
        ("1. Ibuprofen 800 mg #90 is notmedically necessary and\nappropriate.", "Ibuprofen 800 mg #90", "upheld"),
    ],
)
def test_what_a_decision_sentence_asks_for(sentence: str, asked: str, decision: str) -> None:
    result = (
        "\n\nThe Claims Administrator based its decision on the MTUS.\nThe Expert Reviewer's decision rationale: So."
    )
    rows = items(F2B.format(items=sentence + result)).select("item_number", "request", "decision", "rationale").rows()
    assert rows == [(1, asked, decision, "So.")]


def test_a_numbered_list_within_a_rationale_opens_no_item() -> None:
    item = (
        "1. The request for a walker is not medically necessary and appropriate.\n\n"
        "The Claims Administrator based its decision on the MTUS.\n\n"
        "The Physician Reviewer's decision rationale: Needed would be:\n"
        "1. A fall is documented.\n2. A home visit is medically necessary.\nNeither is so."
    )
    assert items(F2B.format(items=item)).select("item_number", "request").rows() == [(1, "a walker")]


def test_parts_of_a_notice() -> None:
    decisions = "1) MAXIMUS Federal Services, Inc. has determined the request for a walker is not medically necessary."
    item = (
        "1) Regarding the request for a walker:\n\n"
        "Section of the Medical Treatment Utilization Schedule Relied Upon by the Expert Reviewer\n"
        "The Claims Administrator based its decision on the Chronic Pain Medical Treatment Guidelines (2009). The\n"
        "Expert Reviewer found the guidelines used by the Claims Administrator relevant.\n\n"
        "Rationale for the Decision:\nThe gait is steady."
    )
    found = items(F2A.format(decisions=decisions, items=item)).row(0, named=True)
    assert found["claims_administrator_guideline"] == (
        "The Claims Administrator based its decision on the Chronic Pain Medical Treatment Guidelines (2009)."
    )
    assert found["reviewer_guideline"] == (
        "The Expert Reviewer found the guidelines used by the Claims Administrator relevant."
    )
    assert found["rationale"] == "The gait is steady."


@pytest.mark.parametrize(
    "decision",
    [
        "1. A walker: Upheld",
        "1. A walker - Upheld",
        "1. A walker is not medically necessary.",
        "1. The request for A walker is not\nmedically necessary and appropriate.",
    ],
)
def test_guidelines_in_sentences_under_the_headings_of_labels(decision: str) -> None:
    result = (
        "\n\nThe Claims Administrator based its decision on the\nMTUS.\n\n"
        "The Physician Reviewer based his/her decision on the\nODG.\n\n"
        "The Physician Reviewer's decision rationale: The gait is steady.\n"
        "The Claims Administrator based its denial on that. The Physician Reviewer\nagrees."
    )
    found = items(F1.format(items=decision + result))
    assert found.select("item_number", "request", "decision").rows() == [(1, "A walker", "upheld")]
    assert found.select("claims_administrator_guideline", "reviewer_guideline", "rationale").rows() == [
        (
            "The Claims Administrator based its decision on the MTUS.",
            "The Physician Reviewer based his/her decision on the ODG.",
            "The gait is steady. The Claims Administrator based its denial on that. The Physician Reviewer agrees.",
        )
    ]


def test_a_number_that_none_can_be_made_of_costs_no_other_item() -> None:
    first, second = (
        "The request for an MRI is not medically necessary.",
        "The request for a brace is medically necessary.",
    )
    for number in ("2", "\u0662", "\U00010d42"):
        text = F2B.format(items=f"1. {first}\n\n{number}. {second}")
        assert items(text)["item_number"].to_list() == [1, 2]
