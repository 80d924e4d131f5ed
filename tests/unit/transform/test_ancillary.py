"""Services of an operation: made-up letters."""

import polars as pl
import pytest

from imr_etl.transform.ancillary import with_operations

ARTHROSCOPY = ("Surgery", "Arthroscopic Surgery", "Left knee arthroscopy")
CLEARANCE = ("Surgery", "Adjunct Surgical Services", "Medical clearance")
CONSULT = ("Surgery", "Surgical Consult", "Consultation with a hand surgeon")
THERAPY = ("Rehabilitation", "PT/OT", "Post-op physical therapy x 8")
HOME_EXERCISE = ("Rehabilitation", "PT/OT", "Physical therapy x 8")
GRAFT = ("Surgery", "Non-arthroscopic Surgery", "Associated surgical service: tendon graft")


def read(*items: tuple[str, str, str], rationale: str | None = None) -> list[tuple[bool, int | None, bool | None]]:
    frame = pl.DataFrame(
        [("a", number, *item, rationale) for number, item in enumerate(items, 1)],
        schema={
            "sha256": pl.String,
            "item_number": pl.Int32,
            "category": pl.String,
            "subcategory": pl.String,
            "request": pl.String,
            "rationale": pl.String,
        },
        orient="row",
    )
    return with_operations(frame).select("is_ancillary", "parent_item_number", "decision_follows_parent").rows()


@pytest.mark.parametrize(
    ("items", "parents"),
    [
        ([ARTHROSCOPY, CLEARANCE, THERAPY, HOME_EXERCISE], [None, 1, 1, None]),
        ([CLEARANCE, ARTHROSCOPY], [2, None]),
        ([CLEARANCE, THERAPY], [None, None]),
        ([CONSULT, THERAPY], [None, None]),
        ([ARTHROSCOPY, GRAFT, THERAPY], [None, 1, 1]),
        ([ARTHROSCOPY, THERAPY, ("Surgery", "Spine", "Lumbar fusion"), CLEARANCE], [None, 1, None, 3]),
        ([GRAFT, THERAPY], [None, None]),
    ],
)
def test_parents(items: list[tuple[str, str, str]], parents: list[int | None]) -> None:
    found = read(*items)
    assert [parent for _, parent, _ in found] == parents
    assert [is_ancillary for is_ancillary, _, _ in found] == [parent is not None for parent in parents]


def test_letters_do_not_lend_each_other_operations() -> None:
    frame = pl.DataFrame(
        [("a", 1, *ARTHROSCOPY, None), ("b", 2, *THERAPY, None)],
        schema=["sha256", "item_number", "category", "subcategory", "request", "rationale"],
        orient="row",
    ).cast({"rationale": pl.String})
    assert not with_operations(frame)["is_ancillary"].any()


@pytest.mark.parametrize(
    ("rationale", "follows"),
    [
        (
            "Since the primary procedure is not medically necessary, none of the associated services are certified.",
            True,
        ),
        ("The requested surgery is not supported. Therefore, the therapy is not medically necessary.", True),
        ("The concurrent surgery is supported. Eight visits are within the guideline and medically necessary.", True),
        (
            "The surgery is supported. However, twelve visits exceed the guideline and are not medically necessary.",
            False,
        ),
        ("If surgery is approved, therapy is an option. No functional deficit is documented.", False),
        ("Therapy is recommended after surgery. The request is medically necessary.", False),
        (None, None),
    ],
)
def test_decision_follows_parent(rationale: str | None, follows: bool | None) -> None:
    assert read(ARTHROSCOPY, THERAPY, rationale=rationale)[1][2] is follows


def test_a_rationale_about_surgery_is_not_enough_where_nothing_else_says_so() -> None:
    about = "The requested surgery is not supported. The request is not medically necessary."
    assert read(ARTHROSCOPY, HOME_EXERCISE, rationale=about) == [(False, None, False)] * 2
    because = "As the requested surgery is not certified, the requested injection is not certified."
    assert read(("Injection", "Injection", "Injection"), rationale=because) == [(False, None, True)]
