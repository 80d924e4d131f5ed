"""The header, whichever way its cells come."""

from datetime import date

import polars as pl
import pytest

from imr_etl.parse.header import FIELDS, header

ASSIGNED, INJURY, DECISION, DENIAL, RECEIVED = (date(2016, 11, day) for day in (9, 1, 30, 3, 4))
WHOLE = {
    "case_number": "CM16-0123456",
    "assigned_date": ASSIGNED,
    "injury_date": INJURY,
    "decision_date": DECISION,
    "ur_denial_date": DENIAL,
    "application_received_date": RECEIVED,
    "priority": "standard",
}


def read(header_text: str | None, prose_text: str | None = None) -> dict[str, object]:
    letters = pl.DataFrame(
        {"sha256": ["a"], "header_text": [header_text], "prose_text": [prose_text]},
        schema_overrides={"header_text": pl.String, "prose_text": pl.String},
    )
    return header(letters).row(0, named=True)


@pytest.mark.parametrize(
    "text",
    [
        "Case Number: CM16-0123456 Date Assigned: 11/09/2016 Date of Injury: 11/01/2016 Decision Date: 11/30/2016"
        " UR Denial Date: 11/03/2016 Priority: Standard Application Received: 11/04/2016",
        "Case Number: CM16-0123456 Date Assigned: 11/09/2016 Date of Injury: 11/01/2016 Decision Date: 11/30/2016"
        " UR Denial Date: 11/03/2016 Priority: Standard Application 11/04/2016 Received:",
        "Case Number: Date Assigned: Decision Date: Priority: CM16-0123456 11/09/2016 11/30/2016 Standard"
        " Date of Injury: UR Denial Date: Application Received: 11/01/2016 11/03/2016 11/04/2016",
        "Dated: 11/30/2016 Employee: Claim Number: Date of UR Decision: 11/3/2016 Date of Injury: 11/1/2016"
        " IMR Application Received: 11/4/2016 Case Number: CM16-0123456 Date Assigned: 11/9/16 Priority: Regular",
        "IMR Case Number: CM16-0123456 Dates of Injury: 11/01/2016, 11/02/2016 UR Decision Date: 11/03/2016"
        " Date Assigned: 11/09/2016 Priority: Standard Application Received: 11/04/2016 Decision Date: 11/30/2016",
        "MAXIMUS FEDERAL SERVICES, INC. Case  Number : CM16-0123456 Date Assigned: 11/9/16 Date of Injury: 11/1/16"
        " Decision Date: 11/30/16 UR Denial Date: 11/3/16 Priority: STANDARD Application Received: 11/4/16",
    ],
)
def test_any_order_of_cells(text: str) -> None:
    row = read(text)
    assert {name: row[name] for name in FIELDS} == WHOLE
    assert row["unreadable_fields"] == []


def test_a_missing_date_shifts_no_other() -> None:
    row = read(
        "Case Number: CM16-0123456 Date Assigned: 11/09/2016 Date of Injury: Decision Date: 11/30/2016"
        " UR Denial Date: 11/03/2016 Priority: Expedited Application Received: 11/04/2016"
    )
    assert row["injury_date"] is None
    assert row["priority"] == "expedited"
    assert (row["assigned_date"], row["ur_denial_date"], row["application_received_date"]) == (
        ASSIGNED,
        DENIAL,
        RECEIVED,
    )


def test_a_day_that_is_none_is_told_apart_from_a_missing_one() -> None:
    row = read("Case Number: CM16-0123456 Date Assigned: 11/31/2016")
    assert row["assigned_date"] is None
    assert row["unreadable_fields"] == ["assigned_date"]


def test_dates_in_the_prose_of_letters_without_header() -> None:
    row = read(None, "Dated: 11/30/2016 An application for Independent Medical Review was filed on 11/4/2016")
    assert (row["decision_date"], row["application_received_date"]) == (DECISION, RECEIVED)
    assert row["case_number"] is None


@pytest.mark.parametrize("text", [None, "", "A letter to a friend of 11/30/2016."])
def test_no_header(text: str | None) -> None:
    assert all(read(text)[name] is None for name in FIELDS)


CELLS = (
    "Case Number: Date Assigned: Date of Injury: Decision Date: UR Denial Date: Priority: Application Received:"
    " CM16-0123456 11/09/2016 11/01/2016 11/30/2016 11/03/2016 "
)
DATES = ["injury_date", "ur_denial_date", "application_received_date", "assigned_date", "decision_date"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(CELLS + "11/04/2016 Standard", id="two cells changed places"),
        pytest.param(CELLS.replace(" 11/01/2016", "") + "Standard 11/04/2016 FAX 11/05/2016", id="one lost, one added"),
    ],
)
def test_places_are_in_doubt_where_one_value_stands_for_another(text: str) -> None:
    row = read(text)
    assert {name: row[name] for name in FIELDS} == dict.fromkeys(DATES) | {
        "case_number": "CM16-0123456",
        "priority": "standard",
    }
    assert row["unreadable_fields"] == DATES


@pytest.mark.parametrize("priority", ["\u017ftandard", "11/04/2016", "CM16-0123457"])
def test_a_priority_that_is_none_is_unreadable(priority: str) -> None:
    row = read(f"Case Number: CM16-0123456 Date Assigned: 11/09/2016 Priority: {priority}")
    assert (row["priority"], row["unreadable_fields"]) == (None, ["priority"])
    assert (row["case_number"], row["assigned_date"]) == ("CM16-0123456", ASSIGNED)


NEW_DIGIT = "\U00010d41"
"""A digit one that Unicode has and Python 3.11 does not know: it comes in as it is."""


@pytest.mark.parametrize("digit", [NEW_DIGIT, "\u0661"])
def test_digits_that_no_number_can_be_made_of_are_unreadable(digit: str) -> None:
    row = read(f"Case Number: CM16-012345{digit} Date Assigned: {digit}/09/2016 Decision Date: 11/30/2016")
    assert (row["case_number"], row["assigned_date"], row["decision_date"]) == (None, None, DECISION)
    assert row["unreadable_fields"] == ["case_number", "assigned_date"]


def test_an_unreadable_date_of_the_prose_is_told_apart_from_a_missing_one() -> None:
    row = read(None, "Dated: 13/30/2016 An application for Independent Medical Review was filed on 11/4/2016")
    assert row["unreadable_fields"] == ["decision_date"]
