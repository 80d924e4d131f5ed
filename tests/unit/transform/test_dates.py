"""Dates of a letter: none is later than the day after its file was first seen, and they follow each other."""

from datetime import date, datetime

import polars as pl

from imr_etl.parse.header import DATES
from imr_etl.transform.dates import dates_out_of_order, without_future_dates


def dated(**dates: date) -> pl.DataFrame:
    empty = pl.DataFrame(
        {"sha256": ["a"], "case_number": ["CM16-0900001"], "unreadable": [None]},
        schema_overrides={"unreadable": pl.List(pl.Struct({"field": pl.String, "excerpt": pl.String}))},
    )
    return empty.with_columns(pl.lit(dates.get(name), dtype=pl.Date).alias(name) for name in DATES)


def test_dates_out_of_order() -> None:
    found = dates_out_of_order(dated(injury_date=date(2017, 1, 1), decision_date=date(2016, 1, 1)))
    assert found["excerpt"].to_list() == ["injury_date 2017-01-01 is later than decision_date 2016-01-01"]
    assert dates_out_of_order(
        dated(injury_date=date(2014, 10, 13), ur_denial_date=date(2016, 11, 3), decision_date=date(2016, 12, 9))
    ).is_empty()


def test_a_decision_years_behind_the_denial() -> None:
    for decision, fields in ((date(2017, 11, 9), []), (date(2019, 12, 9), ["decision_date"])):
        found = dates_out_of_order(dated(ur_denial_date=date(2016, 11, 5), decision_date=decision))
        assert found["field"].to_list() == fields


def test_a_decision_that_does_not_fit_the_year_of_the_case_number() -> None:
    for year, fields in ((2014, ["decision_date"]), (2015, []), (2019, []), (2020, ["decision_date"])):
        assert dates_out_of_order(dated(decision_date=date(year, 3, 1)))["field"].to_list() == fields


def test_a_date_of_tomorrow_is_the_last_that_can_be() -> None:
    seen = pl.lit(datetime(2026, 11, 23, 8), dtype=pl.Datetime("us"))
    for day, expected in ((24, date(2026, 11, 24)), (25, None)):
        frame = without_future_dates(dated(decision_date=date(2026, 11, day)).with_columns(first_seen=seen))
        assert frame["decision_date"].to_list() == [expected]
        assert bool(frame["unreadable"].to_list()[0]) == (expected is None)
