"""How prescriptions are written, and what is read in them."""

import polars as pl
import pytest

from imr_etl.transform.item_drugs import item_drugs, unknown_drugs
from imr_etl.vocabulary import code_table


def drugs(request: str) -> list[tuple[object, ...]]:
    found = item_drugs(pl.DataFrame({"sha256": ["x"], "item_number": [1], "disputed": [request]}))
    return found.select("drug_as_written", "strength", "quantity", "refills", "drug_class", "is_compound").rows()


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("Percocet 7.5/325mg #45", ("percocet", "7.5/325mg", 45, None, "Opioids", False)),
        ("Retrospective Morphine Sulfate ER 30mg, #60", ("morphine sulfate er", "30mg", 60, None, "Opioids", False)),
        (
            "Pantoprazole Sod DR 40 mg capsules #30",
            ("pantoprazole sod dr", "40 mg", 30, None, "Proton Pump Inhibitors", False),
        ),
        ("Eszopiclone (Lunesta) 2mg #30", ("eszopiclone", "2mg", 30, None, "Sedative-hypnotics", False)),
        ("Two refills of Naproxen 550mg #60", ("naproxen", "550mg", 60, 2, "NSAID", False)),
        ("Topamax 50mg #60 with 3 refills", ("topamax", "50mg", 60, 3, "Anti-epilepsy drugs", False)),
        ("Cymbalta 60mg, QTY: 30, refills: 1", ("cymbalta", "60mg", 30, 1, "Antidepressant", False)),
        ("Nucynta 75mg, 120 tablets", ("nucynta", "75mg", 120, None, "Opioids", False)),
        ("Ativan 1mg take 1 tab before the procedure", ("ativan", "1mg", None, None, "Benzodiazepines", False)),
        ("Tylenol #3 #90", ("tylenol #3", None, 90, None, "Opioids", False)),
        ("Hydrocodone/APAP 10/325mg #60", ("hydrocodone/apap", "10/325mg", 60, None, "Opioids", False)),
        ("25mg Elavil #30", ("elavil", "25mg", 30, None, "Antidepressant", False)),
        ("Duragesic patch 25 mcg/hr #10", ("duragesic", "25 mcg/hr", 10, None, "Opioids", False)),
        ("Lidoderm patches 5% #30", ("lidoderm", "5%", 30, None, "Topical Analgesics", False)),
        ("Voltaren gel 1% 100gm", ("voltaren", "1%", 100, None, "Topical Analgesics", False)),
        ("Ketoprofen cream 20% 120 grams #1", ("ketoprofen", "20%", 1, None, "Topical Analgesics", False)),
        ("Silvadene cream 1% 50 grams", ("silvadene", "1%", 50, None, "Anti-infectives", False)),
        ("Wegovy 0.25mg/0.5ml, 4 pens", ("wegovy", "0.25mg/0.5ml", None, None, "Antidiabetics", False)),
        ("Ambain 10mg", None),
        ("MRI of the left knee", None),
    ],
)
def test_one_drug(request_: str, expected: tuple[object, ...] | None) -> None:
    assert drugs(request_) == ([expected] if expected else [])


def test_a_compound_is_a_row_an_ingredient() -> None:
    found = drugs("Flurbiprofen 20%/Gabapentin 10%/Lidocaine 5% cream 180 grams")
    assert [row[0] for row in found] == ["flurbiprofen", "gabapentin", "lidocaine"]
    assert [row[1] for row in found] == ["20%", "10%", "5%"]
    assert {row[2:] for row in found} == {(180, None, "Topical Compounds", True)}


def test_a_compound_of_unknown_ingredients_is_a_compound() -> None:
    assert drugs("Compound cream 240 grams") == [("compound cream", None, 240, None, "Topical Compounds", True)]


def test_two_drugs_of_one_request_keep_their_doses() -> None:
    assert drugs("Norco 5/325mg #30 and Soma 350mg #60") == [
        ("norco", "5/325mg", 30, None, "Opioids", False),
        ("soma", "350mg", 60, None, "Muscle Relaxant", False),
    ]


def test_a_prescription_of_an_unknown_drug_is_reported() -> None:
    requests = ["Xyzolam 5mg #30", "Norco 5/325mg", "MRI of the left knee", None]
    items = pl.DataFrame({"sha256": ["x"] * 4, "item_number": [1, 2, 3, 4], "disputed": requests})
    assert unknown_drugs(items).rows() == [("x", 1, "Xyzolam 5mg #30")]


def test_every_class_is_one_of_the_state() -> None:
    classes = set(code_table("drug_classes")["drug_class"])
    drugs_table = code_table("drugs")
    assert set(drugs_table["drug_class"]) | set(drugs_table["transdermal_class"].drop_nulls()) <= classes
    assert drugs_table["drug_class"].is_null().sum() == 0
