"""What was requested, authorized and disputed, in one unit: made-up modifications."""

import polars as pl
import pytest

from imr_etl.parse.items import split_modifications
from imr_etl.transform.disputed_items import items_and_drugs

PARTLY = (
    "{} was the original request. {} was authorized by the Claims Administrator. The remaining IMR eligible portion of"
    " the original request, {} is"
)

Quantities = tuple[str | None, float | None, float | None, float | None, bool]


def read(request: str) -> Quantities:
    frame = pl.DataFrame([("a", 1, request)], schema=["sha256", "item_number", "request"], orient="row")
    items, _ = items_and_drugs(split_modifications(frame.cast({"item_number": pl.Int32})))
    parts = ("requested_quantity", "authorized_quantity", "disputed_quantity")
    return items.select("quantity_unit", *parts, "parts_do_not_add_up").row(0)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("Massage x 10", "Massage x 4", "massage x 6"), ("visits", 10, 4, 6, False)),
        (("Massage 2 times a week for 4 weeks", "Massage 5 visits", "massage 3 visits"), ("visits", 8, 5, 3, False)),
        (("Massage x 10", "Massage x 4", "massage x 5"), ("visits", 10, 4, 5, True)),
        (("Soma 350mg #90", "Soma 350mg #30", "Soma 350mg #60"), ("units", 90, 30, 60, False)),
        (
            ("Soma 350mg #30 with 3 refills", "Soma 350mg #30", "three refills of Soma 350mg #30"),
            ("units", 120, 30, 90, False),
        ),
        (
            (
                "Home aide 8 hours a day, 5 days a week for 2 weeks",
                "Home aide 4 hours a day, 5 days a week for 2 weeks",
                "home aide 4 hours a day, 5 days a week for 2 weeks",
            ),
            ("hours", 80, 40, 40, False),
        ),
        (
            (
                "Functional restoration x 160 hours",
                "Functional restoration x 80 hours",
                "functional restoration, 80 hours",
            ),
            ("hours", 160, 80, 80, False),
        ),
        (("Massage x 10", "Consultation with a neurologist", "massage x 10"), ("visits", None, None, 10, False)),
        (("Massage 2-3 times a week", "Massage x 4", "massage 1-2 times a week"), (None, None, None, None, False)),
    ],
)
def test_the_parts_of_a_modified_request(parts: tuple[str, str, str], expected: Quantities) -> None:
    assert read(PARTLY.format(*parts)) == expected


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("Massage x 10", ("visits", 10, 0, 10, False)),
        ("Soma 350mg #30 with 2 refills", ("units", 90, 0, 90, False)),
        ("Home health aide 20 hours per week for 6 weeks", ("hours", 120, 0, 120, False)),
        ("Twelve 60-minute sessions of massage", ("visits", 12, 0, 12, False)),
        ("Soma 350mg #30 and Ambien 5mg #20", (None, None, None, None, False)),
        ("MRI of the left wrist", (None, None, None, None, False)),
    ],
)
def test_a_request_that_was_denied_outright(request_: str, expected: Quantities) -> None:
    assert read(request_) == expected
