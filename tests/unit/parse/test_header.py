"""The header, whichever way its cells come."""

from datetime import date

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

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


def unreadable(row: dict) -> list[str]:
    return [each["field"] for each in row["unreadable"] or []]


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
    assert row["unreadable"] is None or row["unreadable"] == []


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


def test_a_day_that_is_none_is_reported_apart_from_a_missing_one() -> None:
    row = read("Case Number: CM16-0123456 Date Assigned: 11/31/2016")
    assert row["assigned_date"] is None
    assert row["unreadable"] == [{"field": "assigned_date", "excerpt": "11/31/2016"}]


def test_dates_in_the_prose_of_letters_without_header() -> None:
    row = read(None, "Dated: 11/30/2016 An application for Independent Medical Review was filed on 11/4/2016")
    assert (row["decision_date"], row["application_received_date"]) == (DECISION, RECEIVED)
    assert row["case_number"] is None


@pytest.mark.parametrize("text", [None, "", "A letter to a friend of 11/30/2016."])
def test_no_header(text: str | None) -> None:
    assert all(read(text)[name] is None for name in FIELDS)


ROWS = (
    "Case Number: CM16-0123456\nDate Assigned: {assigned} Date of Injury: {injury}\n"
    "Decision Date: {decision} UR Denial Date: {denial}\nPriority: {priority} Application Received: {received}"
)
CELLS = (
    "Case Number:\nDate Assigned:\nDecision Date:\nPriority:\nDate of Injury:\nUR Denial Date:\nApplication Received:\n"
    "CM16-0123456\n{assigned}\n{decision}\n{priority}\n{injury}\n{denial}\n{received}"
)
COLUMNS = (
    "Case Number:\nDate Assigned:\nDecision Date:\nPriority:\nCM16-0123456\n{assigned}\n{decision}\n{priority}\n"
    "Date of Injury:\nUR Denial Date:\nApplication\nReceived:\n{injury}\n{denial}\n{received}"
)
CELL = {
    "assigned": "11/09/2016",
    "injury": "11/01/2016",
    "decision": "11/30/2016",
    "denial": "11/03/2016",
    "received": "11/04/2016",
    "priority": "Standard",
}
FIELD_OF = {
    "assigned": "assigned_date",
    "injury": "injury_date",
    "decision": "decision_date",
    "denial": "ur_denial_date",
    "received": "application_received_date",
    "priority": "priority",
}
PRINTED = st.fixed_dictionaries(
    {
        "layout": st.sampled_from([ROWS, CELLS, COLUMNS]),
        "joint": st.sampled_from(["\n", " "]),
        "cells": st.fixed_dictionaries(
            {
                name: st.sampled_from([text, "", f"{text} - 12/03/2016", f"{text}, 12/03/2016", f"{text} 12/03/2016"])
                if name != "priority"
                else st.sampled_from([text, ""])
                for name, text in CELL.items()
            }
        ),
    }
)


@given(printed=PRINTED)
def test_an_empty_cell_or_one_of_two_dates_shifts_no_other(printed: dict) -> None:
    """Whatever the cells hold, a field has the first date of its own cell, or none; in rows it always has its own."""
    cells, layout = printed["cells"], printed["layout"]
    # On one line nothing tells a second date from the next cell.
    is_unmarked = any(text.count(" ") == 1 and "," not in text for text in cells.values())
    assume(printed["joint"] == "\n" or not is_unmarked)
    row = read(layout.format(**cells).replace("\n", printed["joint"]))
    for name, field in FIELD_OF.items():
        own = WHOLE[field] if cells[name] else None
        assert row[field] in (own, None), field
    if all(cells[name] in (CELL[name], f"{CELL[name]} - 12/03/2016") for name in CELL):
        assert {name: row[name] for name in FIELDS} == WHOLE
    if layout == ROWS and printed["joint"] == "\n":
        assert all((row[field] is not None) == bool(cells[name]) for name, field in FIELD_OF.items())


@pytest.mark.parametrize("dash", ["-", "\u2010", "\u2011", "\u2013", "\u2014", "\u2212", " - ", " ", ""])
def test_a_case_number_with_any_dash(dash: str) -> None:
    row = read(f"Case Number: CM16{dash}0123456\nDate Assigned: 11/09/2016")
    assert (row["case_number"], row["assigned_date"]) == ("CM16-0123456", ASSIGNED)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("11/9/2016", date(2016, 11, 9)),
        ("11-09-16", date(2016, 11, 9)),
        ("2016-11-09", date(2016, 11, 9)),
        ("November 9, 2016", date(2016, 11, 9)),
        ("Nov. 9 2016", date(2016, 11, 9)),
        ("11/09/98", date(1998, 11, 9)),
        ("11/09/17", date(1917, 11, 9)),
        ("11/09/0001", None),
        ("11/09/1899", None),
        ("02/30/2016", None),
    ],
)
def test_how_a_date_is_written(written: str, expected: date | None) -> None:
    row = read(f"Date of Injury: {written}\nDecision Date: 11/30/16")
    assert (row["injury_date"], row["decision_date"]) == (expected, DECISION)
    assert bool(row["unreadable"]) == (expected is None)


def test_a_year_of_two_digits_without_a_decision_is_not_later_than_the_case() -> None:
    row = read("Case Number: CM16-0123456\nDate of Injury: 5/6/98")
    assert row["injury_date"] == date(1998, 5, 6)


def test_two_headers_that_differ_leave_the_date_open() -> None:
    row = read(ROWS.format(**CELL) + "\n" + ROWS.format(**CELL | {"decision": "12/01/2016"}))
    assert row["unreadable"] == [{"field": "decision_date", "excerpt": "11/30/2016; 12/01/2016"}]
    assert (row["decision_date"], row["assigned_date"]) == (None, ASSIGNED)


def test_a_dated_cover_page_does_not_count_beside_the_decision_date() -> None:
    assert read("Dated: 12/05/2016\n" + ROWS.format(**CELL))["decision_date"] == DECISION


ONE_LINE = (
    "Case Number: Date Assigned: Date of Injury: Decision Date: UR Denial Date: Priority: Application Received:"
    " CM16-0123456 11/09/2016 11/01/2016 11/30/2016 11/03/2016 "
)
ALL_DATES = ["injury_date", "ur_denial_date", "application_received_date", "assigned_date", "decision_date"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(ONE_LINE + "11/04/2016 Standard", id="two cells changed places"),
        pytest.param(
            ONE_LINE.replace(" 11/01/2016", "") + "Standard 11/04/2016 FAX 11/05/2016", id="one lost, one added"
        ),
    ],
)
def test_places_are_in_doubt_where_one_value_stands_for_another(text: str) -> None:
    row = read(text)
    assert {name: row[name] for name in FIELDS} == dict.fromkeys(ALL_DATES) | {
        "case_number": "CM16-0123456",
        "priority": "standard",
    }
    assert sorted(unreadable(row)) == sorted(ALL_DATES)


@pytest.mark.parametrize("priority", ["\u017ftandard", "11/04/2016", "CM16-0123457"])
def test_a_priority_that_is_none_is_unreadable(priority: str) -> None:
    row = read(f"Case Number: CM16-0123456 Date Assigned: 11/09/2016 Priority: {priority}")
    assert (row["priority"], unreadable(row)) == (None, ["priority"])
    assert (row["case_number"], row["assigned_date"]) == ("CM16-0123456", ASSIGNED)


NEW_DIGIT = "\U00010d41"
"""A digit one that Unicode has and Python 3.11 does not know: it comes in as it is."""


@pytest.mark.parametrize("digit", [NEW_DIGIT, "\u0661"])
def test_digits_that_no_number_can_be_made_of_are_unreadable(digit: str) -> None:
    row = read(f"Case Number: CM16-012345{digit} Date Assigned: {digit}/09/2016 Decision Date: 11/30/2016")
    assert (row["case_number"], row["assigned_date"], row["decision_date"]) == (None, None, DECISION)
    assert unreadable(row) == ["case_number", "assigned_date"]


def test_an_unreadable_date_of_the_prose_is_reported_apart_from_a_missing_one() -> None:
    row = read(None, "Dated: 13/30/2016 An application for Independent Medical Review was filed on 11/4/2016")
    assert unreadable(row) == ["decision_date"]


CELLS = st.lists(
    st.sampled_from(
        ["Date Assigned:", "Decision Date:", "UR Denial Date:", "Priority:", "\n", "11/09/2016", "Standard"]
    ),
    max_size=8,
).map(" ".join)


@given(st.lists(CELLS, min_size=2, max_size=4))
def test_a_header_is_read_as_it_would_be_alone(texts: list[str]) -> None:
    """Values before the first label of a letter were once read after the last label of the letter before."""
    letters = pl.DataFrame({"sha256": [str(number) for number in range(len(texts))], "header_text": texts})
    letters = letters.with_columns(prose_text=pl.lit(None, pl.String))
    assert header(letters).drop("sha256").rows() == [tuple(read(text).values())[1:] for text in texts]
