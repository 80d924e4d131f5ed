"""Morphine milligram equivalents of made-up prescriptions, by the factors of CDC's guideline of 2022."""

import polars as pl

from imr_etl.parse.items import split_modifications
from imr_etl.transform.disputed_items import items_and_drugs

Equivalents = tuple[float | None, float | None, float | None]

MODIFIED = (
    "Percocet 10/325mg #120 was the original request. Percocet 10/325mg #60 was authorized by the Claims Administrator."
    " The remaining IMR eligible portion of the original request, Percocet 10/325mg #60 is"
)


def read(request: str) -> tuple[list[Equivalents], bool]:
    """Give the equivalents of a unit, of a fill and of a day of each drug, and whether the numbers disagree."""
    frame = pl.DataFrame([("a", 1, request)], schema=["sha256", "item_number", "request"], orient="row")
    items, drugs = items_and_drugs(split_modifications(frame.cast({"item_number": pl.Int32})))
    equivalents = drugs.select(pl.col("mme_per_unit", "mme_requested", "mme_per_day").round(6))
    return equivalents.rows(), items["numbers_disagree"].item()


def test_equivalents_of_one_prescription() -> None:
    cases = [
        ("Oxycodone 15mg #90", (22.5, 2025, None)),
        ("OxyContin 40 mg, quantity 60, refills 1", (60, 3600, None)),
        ("Norco 10/325mg #120, one tablet four times a day", (10, 1200, 40)),
        ("Hydrocodone/APAP 7.5-325 mg 1 tab po q6h #120", (7.5, 900, 30)),
        ("Percocet 5/325 mg two tablets every 8 hours #180", (7.5, 1350, 45)),
        ("Vicoprofen 7.5/200mg #30", (7.5, 225, None)),
        ("Tylenol #3 1 tab BID #60", (None, None, None)),
        ("Acetaminophen/Codeine 300/30mg #60, 1 BID", (4.5, 270, 9)),
        ("Ultracet 37.5/325mg #60 for 30 days", (7.5, 450, 15)),
        ("Tramadol 50mg #60, day supply: 20", (10, 600, 30)),
        ("Tramadol ER 150mg #30, 1 daily", (30, 900, 30)),
        ("Nucynta 50mg #90, 1 tablet by mouth TID", (20, 1800, 60)),
        ("Methadone 10mg #90, one po q8h", (47, 4230, 141)),
        ("Morphine sulfate ER 30mg #60, 30 day supply", (30, 1800, 60)),
        ("Opana ER 20mg #60 one tablet every twelve hours", (60, 3600, 120)),
        ("Dilaudid 4mg #30", (20, 600, None)),
        # Neither a range of doses nor "as needed" is a dose, whatever the days of supply.
        ("Norco 5/325mg, 1-2 tablets every 6 hours, #60", (5, 300, None)),
        ("Norco 5/325mg, 1 tablet every 4 to 6 hours, #60", (5, 300, None)),
        ("Norco 5/325mg, 1 tablet TID as needed for pain, #60", (5, 300, None)),
        ("Norco 5/325mg 1 po q8h prn #90, 30 day supply", (5, 450, None)),
        ("Norco 5/325mg, 1 tablet 3-4 times a day, #120", (5, 600, None)),
        ("Norco 5/325mg, 1 tab q6-8h, #120", (5, 600, None)),
        ("Norco 5/325mg, 1/2 tablet BID, #30", (5, 150, None)),
        ("Norco 5/325mg #90, max 3 per day", (5, 450, None)),
        ("Norco 5/325mg, 1 tab in the morning and 2 tabs in the evening, #90", (5, 450, None)),
        ("Norco 5/325mg, 1 tab TID for 10 days then BID for 10 days, #50", (5, 250, None)),
        ("Norco 5/325mg, 1 tab every other day, #15", (5, 75, None)),
        ("Norco 5/325mg #60, follow up in 30 days", (5, 300, None)),
        ("Norco 5/325mg, one (1) tablet 2 (two) times daily, #60", (5, 300, 10)),
        ("Norco 5/325mg #60/30 days", (5, 300, 10)),
        ("Oxycodone 5-10 mg #60", (None, None, None)),
        # A patch gives its dose by the hour: a day's dose is known where one patch is always worn.
        ("Fentanyl patch 25 mcg/hr #10, apply one patch every 72 hours", (None, None, 60)),
        ("Duragesic 50mcg/hr, #15, 1 patch q48h", (None, None, 120)),
        ("Fentanyl patch 25mcg/hr #10", (None, None, None)),
        ("Butrans 10 mcg/hr patch #4", (None, None, None)),
        ("Suboxone 8/2mg #60, 1 film twice daily", (None, None, None)),
        ("Naproxen 550mg #60, 1 tablet twice daily", (None, None, None)),
        ("Norco #60", (None, None, None)),
        (MODIFIED, (15, 1800, None)),
    ]
    rows = [("a", number, request) for number, (request, _) in enumerate(cases, start=1)]
    frame = pl.DataFrame(rows, schema=["sha256", "item_number", "request"], orient="row")
    items, drugs = items_and_drugs(split_modifications(frame.cast({"item_number": pl.Int32})))
    found = drugs.select("item_number", pl.col("mme_per_unit", "mme_requested", "mme_per_day").round(6)).rows()
    assert found == [(number, *expected) for number, (_, expected) in enumerate(cases, start=1)]
    assert not items["numbers_disagree"].any()


def test_directions_count_where_the_days_of_supply_ask_for_another_quantity() -> None:
    assert read("Norco 10/325mg #60, 1 tablet three times a day for 10 days") == ([(10, 600, 30)], True)
    assert read("Norco 10/325mg #30, 1 tablet three times a day for 10 days") == ([(10, 300, 30)], False)


def test_directions_are_no_drugs_where_a_request_names_several() -> None:
    both, _ = read("Tramadol 50mg #60 and Norco 10/325mg #30, one tablet twice daily")
    assert both == [(10, 600, None), (10, 300, None)]
