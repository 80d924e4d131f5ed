import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imr_etl.transform.visits import visits

NONE = (None, None, None)


def read(disputed: str | None, category: str | None = "Rehabilitation") -> tuple[int | None, int | None, int | None]:
    schema = {"sha256": pl.String, "item_number": pl.Int32, "disputed": pl.String, "category": pl.String}
    frame = pl.DataFrame([("a", 1, disputed, category)], schema=schema, orient="row")
    return visits(frame).select("visits", "visits_per_week", "weeks").row(0)


def doubts(disputed: str, category: str | None = "Rehabilitation") -> tuple[bool, bool]:
    schema = {"sha256": pl.String, "item_number": pl.Int32, "disputed": pl.String, "category": pl.String}
    frame = pl.DataFrame([("a", 1, disputed, category)], schema=schema, orient="row")
    return visits(frame).select("number_unread", "numbers_disagree").row(0)


@pytest.mark.parametrize(
    ("disputed", "expected"),
    [
        ("Physical therapy 2 times a week for 6 weeks", (12, 2, 6)),
        ("Physical therapy 3x/wk x 4wks, right ankle", (12, 3, 4)),
        ("Physical therapy 2xwk x 6wks", (12, 2, 6)),
        ("Physical therapy 2x week x 3 weeks", (6, 2, 3)),
        ("Physical therapy 2 times a week, next review in 6 weeks", (None, 2, None)),
        ("Aquatic therapy two (2) times per week for four (4) weeks", (8, 2, 4)),
        ("Acupuncture once a week for eight weeks", (8, 1, 8)),
        ("Physical therapy 3 x week x 2 weeks following surgery", (6, 3, 2)),
        ("Physical therapy 2 times a week for 6 weeks post-op", (12, 2, 6)),
        ("Physical therapy 12 sessions, starting 6 weeks after surgery", (12, None, None)),
        ("Acupuncture twice weekly x 5", (10, 2, 5)),
        ("Chiropractic care 1 time per week times 4 weeks", (4, 1, 4)),
        ("Chiropractic 3 visits per week over two weeks", (6, 3, 2)),
        ("Physical therapy 2 x 6 weeks", (12, 2, 6)),
        ("Physical therapy 3 times weekly for 4 weeks (12 sessions)", (12, 3, 4)),
        ("Ten visits of physical therapy, twice weekly", (10, 2, None)),
        ("12 sessions of physical therapy in 6 weeks", (12, None, 6)),
        ("Acupuncture, 8 visits in 4 weeks", (8, None, 4)),
        ("1 session of acupuncture in 6 weeks", (1, None, None)),
        ("10 weekly sessions of psychotherapy", (10, 1, None)),
        ("Weekly psychotherapy x 12", (12, 1, None)),
        ("Six-week pain education course", (None, None, 6)),
        ("Physical therapy 2x/6wks, left ankle", (12, 2, 6)),
        ("Chiropractic 3x/wk x4/thoracic", (12, 3, 4)),
        ("Physical therapy 3 d/wk x 2 wks", (6, 3, 2)),
        ("Acupuncture q week x 5", (5, 1, 5)),
        ("Physical therapy 3X4 LB", (12, None, None)),
        ("Physical therapy 3/4", (12, None, None)),
        ("Physical therapy no. 10", (10, None, None)),
        ("Acupuncture, additional 8 for the left elbow", (8, None, None)),
        ("Massage 6x for the neck", (6, None, None)),
    ],
)
def test_a_schedule(disputed: str, expected: tuple[int | None, int | None, int | None]) -> None:
    assert read(disputed) == expected


@pytest.mark.parametrize(
    ("disputed", "total"),
    [
        ("Eight (8) massage sessions", 8),
        ("6 additional sessions of aquatic therapy", 6),
        ("Twenty-four visits of physical therapy", 24),
        ("24 total chiropractic visits", 24),
        ("Work conditioning sessions, 10", 10),
        ("Massage therapy QTY: 9", 9),
        ("Acupuncture x 12", 12),
        ("Acupuncture (x8)", 8),
        ("Traction times 6", 6),
        ("Physical therapy 2x6", 12),
        ("Physical therapy, lumbar, 12", 12),
        ("Biofeedback x 6 sessions (45 minutes each)", 6),
        ("Physical therapy (97110, 97140) x 12", 12),
        ("12 visits of therapy to start 6 weeks after surgery", 12),
    ],
)
def test_a_total_alone(disputed: str, total: int) -> None:
    assert read(disputed) == (total, None, None)


@pytest.mark.parametrize(
    ("disputed", "expected"),
    [
        ("Physical therapy 2-3 times a week for 6 weeks", (None, None, 6)),
        ("Physical therapy 2 times a week for 4 to 6 weeks", (None, 2, None)),
        ("10-14 sessions of acupuncture", NONE),
        ("Physical therapy 2-3x6", NONE),
        ("Massage 1 session every other week for 12 weeks", (None, None, 12)),
    ],
)
def test_a_range_has_no_value_and_no_total(disputed: str, expected: tuple[int | None, int | None, int | None]) -> None:
    assert read(disputed) == expected


@pytest.mark.parametrize(
    ("disputed", "category"),
    [
        ("Physical therapy", "Rehabilitation"),
        ("60 minute sessions of massage", "Rehabilitation"),
        ("Traction, L4-5", "Rehabilitation"),
        ("Functional restoration program x 160 hours", "Programs"),
        ("Physical therapy, DOS 11/18/16", "Rehabilitation"),
        ("MRI of the ankle times 1", "Diagnostic Testing"),
        ("Oxaprozin 600mg #60, 2 times a day", "Pharmaceuticals"),
        ("Cold unit, 2 times a week for 3 weeks", "DMEPOS"),
        ("Widget x 12", None),
        (None, "Rehabilitation"),
    ],
)
def test_what_counts_no_sessions(disputed: str | None, category: str | None) -> None:
    assert read(disputed, category) == NONE


def test_an_unknown_category_needs_the_word_for_sessions() -> None:
    assert read("Hypnosis, 5 sessions", None) == (5, None, None)


RATES = {
    1: ["once a week", "1x/wk", "weekly", "every week", "one (1) visit per week"],
    2: [
        "twice weekly",
        "2x/week",
        "2xwk",
        "2 x per week",
        "BIW",
        "b.i.w.",
        "semiweekly",
        "2X/W",
        "two sessions a week",
    ],
    3: ["three times a week", "TIW", "thrice weekly", "3 days per week", "3/wk", "3 times each week"],
    7: ["daily", "every day", "7 days a week"],
}
WEEKS = [
    "for {} weeks",
    "x {} wks",
    "x{}wks",
    "times {} weeks",
    "over the next {} weeks",
    ", {} weeks",
    "({} weeks)",
    "for a period of {} weeks",
    "x {}w",
]
PLACES = ["{}", "{}, right knee", "({}) for the lumbar spine"]


@given(st.sampled_from(sorted(RATES)), st.integers(2, 26), st.sampled_from(WEEKS), st.sampled_from(PLACES), st.data())
def test_every_way_to_write_a_schedule_is_read(
    per_week: int, weeks: int, duration: str, place: str, data: st.DataObject
) -> None:
    rate = data.draw(st.sampled_from(RATES[per_week]))
    request = "Physical therapy " + place.format(f"{rate} {duration.format(weeks)}")
    assert read(request) == (per_week * weeks, per_week, weeks), request
    assert doubts(request) == (False, False), request


COUNTS = [
    "x {}",
    "#{}",
    "QTY: {}.00",
    "({})",
    "{} visits",
    "sessions x {}",
    "total of {} visits",
    "- {} sessions",
    "({0} tx)",
]


@given(st.integers(2, 60), st.sampled_from(COUNTS), st.sampled_from(["", " lumbar spine", " L4-5", ", left knee"]))
def test_every_way_to_write_a_count_is_read(total: int, count: str, place: str) -> None:
    request = f"Physical therapy{place} {count.format(total)}"
    assert (read(request), doubts(request)) == ((total, None, None), (False, False)), request


@pytest.mark.parametrize(
    "disputed",
    [
        "Physical therapy 6 sessions for the neck and 6 sessions for the low back",
        "Physical therapy 2x4 for the neck and 2x6 for the low back",
        "Therapy 2 times a week for 4 weeks, then 1 time a week for 4 weeks",
        "Physical therapy x 6 and acupuncture x 6",
        "6 visits for the left knee and 6 for the right knee",
        "Physical therapy 8 then 4",
        "Acupuncture 6 visits, followed by an additional 4 visits",
        "Chiropractic 6 and 6",
        "Massage, 6 visits each for neck and low back",
    ],
)
def test_parts_with_their_own_counts_have_no_value_and_are_flagged(disputed: str) -> None:
    assert (read(disputed), doubts(disputed)) == (NONE, (True, False))


@pytest.mark.parametrize(
    "disputed",
    [
        "Physical therapy 5/5",
        "Acupuncture 8/12",
        "Physical therapy 9/12 visits",
        "Chiropractic 2 x 3 x 4",
        "Physical therapy 8-12 for the left hip",
        "Massage 7 9",
    ],
)
def test_numbers_that_could_mean_several_things_are_flagged(disputed: str) -> None:
    assert (read(disputed), doubts(disputed)[0]) == (NONE, True)


@pytest.mark.parametrize(
    ("disputed", "category", "expected"),
    [
        ("Physical therapy 2-3 times a week for 6 weeks", "Rehabilitation", (True, False)),
        ("Physical therapy twice a week for 1 month", "Rehabilitation", (True, False)),
        ("Acupuncture QOD for 3 weeks", "Rehabilitation", (True, False)),
        ("Physical therapy after the injection on 3/4", "Rehabilitation", (False, False)),
        ("Massage every other week for 12 weeks", "Rehabilitation", (True, False)),
        ("Physical therapy for 3 months", "Rehabilitation", (True, False)),
        ("12 sessions of physical therapy, 2 times a week for 4 weeks", "Rehabilitation", (False, True)),
        ("Physical therapy x 12, 12 visits", "Rehabilitation", (False, False)),
        ("Physical therapy twelve (10) sessions", "Rehabilitation", (True, False)),
        ("Physical therapy twelve (12) sessions", "Rehabilitation", (False, False)),
        ("Physical therapy 2x6 (10)", "Rehabilitation", (True, False)),
        ("Massage, 60 minutes, CPT 97124, RFA of 10/4/2016, L4-5", "Rehabilitation", (False, False)),
        ("One MRI", "Diagnostic Testing", (False, False)),
        ("Trigger point injections x 4", "Injection", (True, False)),
        ("Cold unit, 14 day rental", "DMEPOS", (False, False)),
        ("Electrodes, 8 pairs", "DMEPOS", (True, False)),
    ],
)
def test_a_number_that_no_field_holds_is_flagged(disputed: str, category: str, expected: tuple[bool, bool]) -> None:
    assert doubts(disputed, category) == expected


def test_rows_keep_their_order_and_types() -> None:
    frame = pl.DataFrame(
        {"sha256": ["b", "a"], "item_number": [2, 1], "disputed": ["PT x 6", "PT"], "category": ["Rehabilitation"] * 2}
    )
    result = visits(frame)
    assert result.get_column("sha256").to_list() == ["b", "a"]
    numbers, flags = ["visits", "visits_per_week", "weeks"], ["number_unread", "numbers_disagree"]
    assert result.columns == ["sha256", "item_number", *numbers, *flags]
    assert result.dtypes[2:] == [pl.Int32] * 3 + [pl.Boolean] * 2
    assert visits(frame.clear()).is_empty()


@pytest.mark.parametrize("disputed", ["Orthopedic re-evaluation within 6 weeks", "Return visit in 6 weeks"])
def test_when_to_come_back_is_no_duration(disputed: str) -> None:
    assert read(disputed, "Evaluation & Management") == NONE


@pytest.mark.parametrize("digit", ["\u0662", "\U00010d42"])
def test_digits_that_no_number_can_be_made_of_are_no_sessions(digit: str) -> None:
    assert read(f"Physical therapy {digit} x {digit}") == NONE
    assert read(f"Physical therapy {digit} times a week for {digit} weeks, 9{digit} sessions") == NONE
