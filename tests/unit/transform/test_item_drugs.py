"""How prescriptions are written, and what is read in them."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imr_etl.parse.items import split_modifications
from imr_etl.transform.disputed_items import items_and_drugs
from imr_etl.transform.item_drugs import item_drugs, unknown_drugs, unknown_products
from imr_etl.vocabulary import alias_table, code_table

COLUMNS = {
    "sha256": pl.String,
    "item_number": pl.Int32,
    "position": pl.Int32,
    "drug_as_written": pl.String,
    "ingredient": pl.String,
    "drug_class": pl.String,
    "strength": pl.String,
    "quantity": pl.Float64,
    "refills": pl.Int32,
    "is_compound": pl.Boolean,
    "number_unread": pl.Boolean,
}


def items(*requests: str | None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "sha256": "x",
            "item_number": range(1, len(requests) + 1),
            "disputed": requests,
            "request": "other",
            "category": None,
        },
        schema_overrides={
            "sha256": pl.String,
            "item_number": pl.Int32,
            "disputed": pl.String,
            "category": pl.String,
        },
    )


def assert_one_drug_each(cases: list[tuple[object, ...]], *columns: str) -> None:
    """Each request has one drug, with these values of the columns behind the request."""
    found = item_drugs(items(*(request for request, *_ in cases)))
    rows = found.select("item_number", *columns).rows()
    assert rows == [(number, *values) for number, (_, *values) in enumerate(cases, start=1)]


def drugs(request: str | None, *columns: str) -> list[tuple[object, ...]]:
    return item_drugs(items(request)).select(columns).rows()


def test_name_and_strength() -> None:
    cases = [
        ("Percocet 7.5/325mg #45", "percocet", "7.5/325mg"),
        ("Percocet7.5/325mg #45", "percocet", "7.5/325mg"),
        ("Oxycodone 5mg/acetaminophen 325mg #45", "oxycodone/acetaminophen", "5mg/325mg"),
        ("Tizanidine HCI 2mg #30", "tizanidine hci", "2mg"),
        ("Robaxin 750mg #60", "robaxin", "750mg"),
        ("PERCOCET 7.5/325MG", "percocet", "7.5/325MG"),
        ("Retrospective Morphine Sulfate ER 30mg, #60", "morphine sulfate er", "30mg"),
        ("Pantoprazole Sod DR 40 mg capsules #30", "pantoprazole sod dr", "40 mg"),
        ("Wellbutrin XL tablets 150 mg", "wellbutrin xl", "150 mg"),
        ("Hydrocodone/APAP 10/325mg #60", "hydrocodone/apap", "10/325mg"),
        ("Hydrocodone bitartrate-acetaminophen 5-325 mg", "hydrocodone bitartrate-acetaminophen", "5-325 mg"),
        ("Acetaminophen with codeine 300/30mg", "acetaminophen with codeine", "300/30mg"),
        ("Tylenol #3 #90", "tylenol #3", None),
        ("Tylenol with Codeine No. 3", "tylenol with codeine no. 3", None),
        ("Eszopiclone (Lunesta) 2mg #30", "eszopiclone", "2mg"),
        ("Skelaxin (generic: metaxalone 800mg) #60", "skelaxin", "800mg"),
        ("Gabapentin/Neurontin 300mg", "gabapentin", "300mg"),
        ("25mg Elavil #30", "elavil", "25mg"),
        ("Duragesic patch 25 mcg/hr #10", "duragesic", "25 mcg/hr"),
        ("Duragesic 25 mcg per hour #10", "duragesic", "25 mcg per hour"),
        ("Wegovy 0.25mg/0.5ml, 4 pens", "wegovy", "0.25mg/0.5ml"),
        ("Lortab 7.5/500 #40", "lortab", "7.5/500"),
        ("Skelaxin 800 #60", "skelaxin", "800"),
        ("Skelaxin 60 tablets", "skelaxin", None),
        ("Metformin 1,000 mg", "metformin", "1,000 mg"),
        ("Ergocalciferol 50,000 units #8", "ergocalciferol", "50,000 units"),
        ("Sucralfate 1 gm #120", "sucralfate", "1 gm"),
        ("Ketoprofen cream 30 gm", "ketoprofen", None),
        ("Dendracin 30%-10%-0.025% lotion", "dendracin", "30%-10%-0.025%"),
        ("Voltaren gel 1% 10mg/g, one tube", "voltaren", "1% 10mg/g"),
        ("Duexis 800mg/26.6mg #90", "duexis", "800mg/26.6mg"),
        ("Zanaflex 1-2 tablets at bedtime", "zanaflex", None),
        ("Menthol rub", "menthol", None),
    ]
    assert_one_drug_each(cases, "drug_as_written", "strength")


def test_quantity_and_refills() -> None:
    cases = [
        ("Skelaxin 800mg", None, None),
        ("Skelaxin 800mg #60", 60, None),
        ("Skelaxin 800mg # 1,000", 1000, None),
        ("Skelaxin 800mg (#60) (2 refills)", 60, 2),
        ("Skelaxin 800mg, QTY: 30, refills: 1", 30, 1),
        ("Skelaxin 800mg qty 30 refills 00", 30, 0),
        ("Skelaxin 800mg Quantity of sixty (60)", 60, None),
        ("Skelaxin 800mg, dispense forty-five", 45, None),
        ("Skelaxin 800mg, 90 tablets", 90, None),
        ("Skelaxin 800mg, ninety (90) tablets and one refill", 90, 1),
        ("Skelaxin 800mg tablets 90", 90, None),
        ("Skelaxin 800mg x 90", 90, None),
        ("Skelaxin 800mg x 30 days", None, None),
        ("Skelaxin 800mg, 30 day supply", None, None),
        ("Skelaxin 800mg day supply: 30 quantity: 90", 90, None),
        ("Three months of Skelaxin 800mg", None, None),
        ("60 Skelaxin 800mg", 60, None),
        ("60 tablets of Skelaxin 800mg", 60, None),
        ("DOS 03/04/16 Skelaxin 800mg", None, None),
        ("1 prescription of Skelaxin 800mg #60", 60, None),
        ("Two refills of Skelaxin 800mg #60", 60, 2),
        ("Skelaxin 800mg #60 with three (3) additional refills", 60, 3),
        ("Skelaxin 800mg #60 x 3 refills", 60, 3),
        ("Skelaxin 800mg #60, plus 2 refills", 60, 2),
        ("Skelaxin 800mg #60 refills x 2", 60, 2),
        ("Skelaxin 800mg #60 refill x2", 60, 2),
        ("Skelaxin 800mg #60 x2 refills", 60, 2),
        ("Skelaxin 800mg #60 refills #2", 60, 2),
        ("Skelaxin 800mg #60 refill 1", 60, 1),
        ("Skelaxin 800mg #60 2RF", 60, 2),
        ("Skelaxin 800mg #60, no refills", 60, 0),
        ("Skelaxin 800mg #60 with refills", 60, None),
        ("Refill Skelaxin 800mg", None, None),
        ("Skelaxin 800mg refill #60", 60, None),
        ("Skelaxin 800mg take 1 tab before the procedure", None, None),
        ("Skelaxin 800mg, one tablet three times daily", None, None),
        ("Skelaxin 800mg, 1-2 tabs by mouth every 6 hours, 60 tabs", 60, None),
        ("Skelaxin 800mg 1 po tid #90, taper by 10 a week", 90, None),
        ("Skelaxin 800mg #90 then Skelaxin 400mg #60 then stop", 90, None),
        ("Sumatriptan 100mg, 9 tablets", 9, None),
        ("Butrans 20mcg/hr #4, one patch every 7 days", 4, None),
        ("Ketoprofen cream 20% 120 grams #1", 1, None),
        ("Ketoprofen cream 20% 120 grams", 120, None),
        ("Ketoprofen cream 20% 120gm x 2", 2, None),
        ("Voltaren gel 1%, two tubes of 100gm", 2, None),
        ("Tabradol oral suspension 1mg/ml 250ml", 250, None),
        ("Dendracin lotion 120 ml with 1 refill", 120, 1),
        ("Miralax powder 17g", None, None),
        ("Skelaxin 800mg #60 NR", 60, 0),
        ("Skelaxin 800mg, quantity one hundred twenty", 120, None),
        ("Skelaxin 800mg #60 ref x1", 60, 1),
        ("Skelaxin 800mg #30-60", None, None),
        ("Skelaxin 800mg 30 or 60 tablets", None, None),
        ("Skelaxin 800mg 4/day", None, None),
        ("Skelaxin 800mg max #4 a day #120", 120, None),
        ("Skelaxin 800mg [90]", 90, None),
    ]
    assert_one_drug_each(cases, "quantity", "refills")


def test_ingredient_and_class() -> None:
    cases = [
        ("Vicodin", "hydrocodone/acetaminophen", "Opioids"),
        ("Hydrocodone (Vicodin)", "hydrocodone/acetaminophen", "Opioids"),
        ("Hydrocodone ER", "hydrocodone", "Opioids"),
        ("Acetaminophen 500mg", "acetaminophen", "Misc Analgesics"),
        ("Codeine and acetaminophen", "codeine/acetaminophen", "Opioids"),
        ("HCTZ/lisinopril 12.5/20mg", "lisinopril/hydrochlorothiazide", "Antihypertensive"),
        ("Butalbital/APAP/caffeine", "butalbital/acetaminophen/caffeine", "Barbiturates"),
        ("Docusate sodium/senna 50/8.6mg", "docusate/senna", "GI Agents"),
        ("Cyclobenzeprine 10mg", "cyclobenzaprine", "Muscle Relaxant"),
        ("Voltaren 75mg", "diclofenac", "NSAID"),
        ("Voltaren 1%", "diclofenac", "Topical Analgesics"),
        ("Voltaren gel", "diclofenac", "Topical Analgesics"),
        ("Flector #30", "diclofenac", "Topical Analgesics"),
        ("Lidocaine 5% ointment", "lidocaine", "Topical Analgesics"),
        ("Baclofen 10mg", "baclofen", "Muscle Relaxant"),
        ("Baclofen 2% cream", "baclofen", "Topical Analgesics"),
        ("Prilosec 20mg gel caps", "omeprazole", "Proton Pump Inhibitors"),
        ("Fentanyl patch 25mcg/hr", "fentanyl", "Opioids"),
        ("Butrans #4", "buprenorphine", "Opioids"),
        ("Testosterone gel 1%", "testosterone", "Androgens & Anabolic Steroids"),
        ("Estradiol patch", "estradiol", "Hormones"),
        ("Clonidine patch 0.1mg", "clonidine", "Antihypertensive"),
        ("Scopolamine patch", "scopolamine", "Antiemetic"),
        ("Mupirocin ointment 2%", "mupirocin", "Anti-infectives"),
        ("Silvadene cream 1% 50 grams", "silver sulfadiazine", "Anti-infectives"),
        ("Nitroglycerin ointment 2%", "nitroglycerin", "Other"),
        ("Timolol 0.5% eye drops", "timolol", "Other"),
        ("Tabradol", "cyclobenzaprine/methylsulfonylmethane", "Muscle Relaxant"),
        ("Deprizine oral suspension", "ranitidine", "H2 Blocker"),
        ("Theramine #60", "theramine", "Nutritional Products"),
        ("Gel-One 30mg", "hyaluronic acid", "Viscosupplementation"),
        (
            "Terocin patches (lidocaine 4%, menthol 4%)",
            "methyl salicylate/capsaicin/menthol/lidocaine",
            "Topical Analgesics",
        ),
    ]
    assert_one_drug_each(cases, "ingredient", "drug_class")
    requests = [request for request, *_ in cases]
    assert item_drugs(items(*requests))["is_compound"].to_list() == [False] * len(cases)


@pytest.mark.parametrize(
    ("request_", "names", "quantity"),
    [
        ("Flurbiprofen 15%/Tramadol 5%/Menthol 1% cream 180 grams", ["flurbiprofen", "tramadol", "menthol"], 180),
        ("Compound cream: ketoprofen 10%, baclofen 2% and camphor 1%", ["ketoprofen", "baclofen", "camphor"], None),
        ("Topical gel: ketoprofen/lidocaine/capsaicin #1", ["ketoprofen", "lidocaine", "capsaicin"], 1),
        ("15% Ketoprofen, 5% Lidocaine ointment", ["ketoprofen", "lidocaine"], None),
        ("Lidocaine/menthol patch 4%/5% #15", ["lidocaine", "menthol"], 15),
        ("Menthol and methyl salicylate (Menthoderm) 120 gm", ["menthol", "methyl salicylate"], 120),
        ("Gabapentin 6%, hyaluronic acid 0.2% in cream base, 60gm", ["gabapentin", "hyaluronic acid"], 60),
        ("Compounded ketoprofen 10%", ["ketoprofen"], None),
        ("Tramadol 8% in a gel base", ["tramadol"], None),
        ("Baclofen 2%, menthol 1% in Mediderm base 30gm", ["baclofen", "menthol"], 30),
        ("Compound cream 240 grams", ["compound cream"], 240),
        ("Naproxen and capsaicin cream 60 grams", ["naproxen/capsaicin"], 60),
    ],
)
def test_a_compound_is_a_row_an_ingredient(request_: str, names: list[str], quantity: float | None) -> None:
    columns = ("drug_as_written", "drug_class", "is_compound", "quantity")
    assert drugs(request_, *columns) == [(name, "Topical Compounds", True, quantity) for name in names]


def test_the_ingredients_of_a_compound_keep_their_strengths() -> None:
    found = drugs("Ketoprofen 10%/Lidocaine 5% cream", "strength")
    assert found == drugs("10% Ketoprofen, 5% Lidocaine cream", "strength") == [("10%",), ("5%",)]


def test_a_slash_tells_whose_the_strengths_are() -> None:
    assert drugs("Cyclobenzaprine/tramadol 10/100mg", "strength", "is_compound") == [("10mg", False), ("100mg", False)]
    assert drugs("Soma, Norco 10/325mg", "strength") == [(None,), ("10/325mg",)]


def test_each_of_two_compounds_has_strengths_of_its_own() -> None:
    request = "Ketoprofen/lidocaine/menthol 10/5/1% 60gm, baclofen/camphor 2/3% 30gm"
    assert drugs(request, "ingredient", "strength", "quantity") == [
        ("ketoprofen", "10%", 60),
        ("lidocaine", "5%", 60),
        ("menthol", "1%", 60),
        ("baclofen", "2%", 30),
        ("camphor", "3%", 30),
    ]


@pytest.mark.parametrize(
    "request_",
    [
        "Terocin 120ml: capsaicin 0.025%-menthol 10%-lidocaine 2.5%",
        "Terocin lotion containing 10% menthol and 2.5% lidocaine",
        "Terocin lotion (capsaicin, menthol)",
    ],
)
def test_the_ingredients_of_a_brand_are_no_drugs_of_their_own(request_: str) -> None:
    assert drugs(request_, "drug_as_written", "is_compound") == [("terocin", False)]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (
            "Lortab 5/325mg #30 and Skelaxin 800mg #60",
            [("lortab", "5/325mg", 30, None, "Opioids"), ("skelaxin", "800mg", 60, None, "Muscle Relaxant")],
        ),
        (
            "Three refills of Ambien 5mg #20 and one refill of Skelaxin 800mg #60",
            [("ambien", "5mg", 20, 3, "Sedative-hypnotics"), ("skelaxin", "800mg", 60, 1, "Muscle Relaxant")],
        ),
        (
            "Lortab 5/325mg #30 and topical ketoprofen 10% cream 60gm",
            [("lortab", "5/325mg", 30, None, "Opioids"), ("ketoprofen", "10%", 60, None, "Topical Analgesics")],
        ),
        (
            "Lidoderm patches and Voltaren gel",
            [
                ("lidoderm", None, None, None, "Topical Analgesics"),
                ("voltaren", None, None, None, "Topical Analgesics"),
            ],
        ),
        (
            "Lortab, Skelaxin",
            [("lortab", None, None, None, "Opioids"), ("skelaxin", None, None, None, "Muscle Relaxant")],
        ),
        (
            "Menthoderm, Lortab",
            [("menthoderm", None, None, None, "Topical Analgesics"), ("lortab", None, None, None, "Opioids")],
        ),
        (
            "LidoPro, lidocaine patch 5%",
            [
                ("lidopro", None, None, None, "Topical Analgesics"),
                ("lidocaine", "5%", None, None, "Topical Analgesics"),
            ],
        ),
        ("Docusate 100mg #60 for use while on Lortab", [("docusate", "100mg", 60, None, "GI Agents")]),
    ],
)
def test_several_prescriptions_of_one_request(request_: str, expected: list[tuple[object, ...]]) -> None:
    columns = ("drug_as_written", "strength", "quantity", "refills", "drug_class")
    assert drugs(request_, *columns) == expected
    assert not any(compound for (compound,) in drugs(request_, "is_compound"))


@pytest.mark.parametrize("request_", [None, "", "MRI of the left knee", "Xyzolam 10mg #30", "(10) #3 '"])
def test_no_known_drug_no_row(request_: str | None) -> None:
    assert drugs(request_, "drug_as_written") == []


def test_columns_and_positions() -> None:
    found = item_drugs(items("Skelaxin and Ambien", None, "Skelaxin"))
    assert dict(found.schema) == COLUMNS
    assert found.select("item_number", "position", "drug_as_written").rows() == [
        (1, 1, "skelaxin"),
        (1, 2, "ambien"),
        (3, 1, "skelaxin"),
    ]
    assert dict(item_drugs(items()).schema) == COLUMNS


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("Xyzolam 5mg #30", ("xyzolam", "Other", "5mg", 30, None)),
        ("Xyzolam XR 5 mg, 2 refills", ("xyzolam xr", "Other", "5 mg", None, 2)),
        ("Refill of Xyzolam tablets #30", ("xyzolam", "Other", None, 30, None)),
        ("60 tablets of Xyzolam-D", ("xyzolam-d", "Other", None, 60, None)),
        ("Topical Xyzolam cream 2% 60gm", ("xyzolam", "Topical Analgesics", "2%", 60, None)),
        ("Xyzolam Plus kit #1", ("xyzolam plus", "Other", None, 1, None)),
    ],
)
def test_a_product_that_nobody_knows_is_read(request_: str, expected: tuple[object, ...]) -> None:
    columns = ("drug_as_written", "drug_class", "strength", "quantity", "refills")
    assert unknown_products(items(request_)).select(columns).rows() == [expected]
    assert unknown_products(items(request_))["ingredient"].to_list() == [None]


@pytest.mark.parametrize(
    "request_", ["Muscle relaxants", "One month of pain medication", "Topical creams", "Medication"]
)
def test_a_group_of_drugs_is_no_product(request_: str) -> None:
    assert unknown_products(items(request_)).is_empty()


@pytest.mark.parametrize(
    ("request_", "is_reported"),
    [
        ("Xyzolam 5mg #30", True),
        ("Xyzolam cream 2%", True),
        ("One month of pain medication", True),
        ("Lortab 5/325mg", False),
        ("Muscle relaxants", False),
        ("Physical therapy #12", False),
        ("MRI of the left knee", False),
        ("Xyzolam", False),
    ],
)
def test_a_prescription_of_an_unknown_drug_is_reported(request_: str, is_reported: bool) -> None:
    asked = items(request_).select("sha256", "item_number", request="disputed")
    read, found = items_and_drugs(split_modifications(asked))
    assert unknown_drugs(read, found).rows() == ([("x", 1, request_)] if is_reported else [])


@pytest.mark.parametrize(
    ("request_", "is_flagged"),
    [
        ("Skelaxin 800mg #60 with 2 refills", False),
        ("Skelaxin 800mg, one tablet three times daily, 30 day supply, DOS 3/4/2016", False),
        ("Voltaren gel 1% 100gm #3", False),
        ("Skelaxin 800mg #60 (sixty)", False),
        ("Skelaxin 800mg sixty (60) tablets with two (2) refills", False),
        ("Skelaxin 800mg 60 (sixty) with two refills", False),
        ("Skelaxin 800mg #60 (2)", True),
        ("Skelaxin 800mg sixty (90) tablets", True),
        ("Skelaxin 800mg #60, two (3) refills", True),
        ("Skelaxin 350", True),
        ("Skelaxin 800mg #60 or Lortab 5/325mg #30", False),
        ("Skelaxin 800mg or 400mg #60", True),
        ("Skelaxin 800mg #60 and #30", True),
        ("Two prescriptions of Skelaxin 800mg #60", True),
        ("Skelaxin 800mg #90 then Skelaxin 400mg #60", True),
        ("Skelaxin 800mg #30-60", True),
        ("Skelaxin 800mg #60 per month x 3 months", True),
        ("Skelaxin 800mg #6O", True),
        ("Skelaxin 8OOmg #60", True),
        ("Skelaxin 800mg #1.000", True),
        ("Skelaxin 800mg #60.00", False),
        ("Capsaicin 0.025% cream #1", False),
        ("Vitamin B12 1000mcg #30", False),
    ],
)
def test_a_number_that_no_field_holds_is_flagged(request_: str, is_flagged: bool) -> None:
    assert any(flag for (flag,) in drugs(request_, "number_unread")) == is_flagged


def test_every_class_is_one_of_the_state() -> None:
    classes = set(code_table("drug_classes")["drug_class"])
    table = code_table("drugs")
    assert set(table["drug_class"]) | set(table["transdermal_class"].drop_nulls()) <= classes
    assert table["drug_class"].is_null().sum() == 0


def test_the_parts_of_a_mixture_for_the_skin_are_known() -> None:
    table = code_table("drugs")
    mixtures = table.filter(pl.col("drug_class") == "Topical Analgesics")["ingredient"].str.split("/")
    assert set(mixtures.explode()) <= set(table["ingredient"])


def test_every_name_in_the_table_is_read() -> None:
    spelled = alias_table("drugs").select(pl.col("alias").str.strip_chars(" ").str.replace_all("  ", " "), "ingredient")
    found = item_drugs(items(*(spelled["alias"] + " 10mg #30 with 2 refills")))
    # A mixture for the skin is read as its ingredients where it is named by them.
    first = found.filter(pl.col("position") == 1)
    assert first["item_number"].to_list() == list(range(1, spelled.height + 1))
    read = first.with_columns(known=spelled["ingredient"])
    other = read.filter(pl.col("ingredient") != pl.col("known"))
    assert other.filter(~pl.col("known").str.starts_with(pl.col("ingredient") + "/")).is_empty()
    alone = found.filter(pl.len().over("item_number") == 1)
    assert alone.select("strength", "quantity", "refills").unique().rows() == [("10mg", 30, 2)]


NAMES = ["Norco", "Soma", "lidocaine", "menthol", "compound cream", "Tylenol #3", "codeine", "APAP"]
REST = [
    "10mg",
    "5%",
    "#60",
    "(",
    ")",
    "/",
    ",",
    "and",
    "for",
    "2 refills",
    "cream",
    "tablets",
    "take 1",
    "'",
    "é",
    "x 30",
]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from(NAMES + REST), max_size=12), max_size=20))
def test_any_text_is_read(texts: list[list[str]]) -> None:
    requests = [" ".join(parts) for parts in texts]
    found = item_drugs(items(*requests))
    assert dict(found.schema) == COLUMNS
    assert found["item_number"].is_sorted()
    assert not found.select("item_number", "ingredient").is_duplicated().any()
    assert found["position"].to_list() == [
        n for group in found.group_by("item_number", maintain_order=True).len()["len"] for n in range(1, group + 1)
    ]
    assert all(
        name in requests[item - 1].lower() for item, name in found.select("item_number", "drug_as_written").rows()
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from(NAMES + REST), max_size=8), min_size=1, max_size=8), st.data())
def test_an_item_is_read_as_it_would_be_alone(texts: list[list[str]], data: st.DataObject) -> None:
    requests = [" ".join(parts) for parts in texts]
    chosen = data.draw(st.integers(0, len(requests) - 1))
    among = item_drugs(items(*requests)).filter(pl.col("item_number") == chosen + 1).drop("item_number")
    assert among.equals(item_drugs(items(requests[chosen])).drop("item_number"))


@pytest.mark.parametrize(
    ("request_", "strengths"),
    [
        ("Ketoprofen/lidocaine/menthol cream 10%/5%/2% 60 gm", ["10%", "5%", "2%"]),
        ("Ketoprofen/lidocaine 10-5% gel", ["10%", "5%"]),
        ("Ketoprofen 10%/lidocaine 5% gel", ["10%", "5%"]),
        ("Ketoprofen/lidocaine/menthol cream 10%", [None, None, "10%"]),
    ],
)
def test_strengths_listed_behind_a_compound_are_of_its_ingredients_in_turn(
    request_: str, strengths: list[str | None]
) -> None:
    assert drugs(request_, "strength") == [(strength,) for strength in strengths]


def test_a_tablet_called_compound_is_none() -> None:
    assert drugs("Soma Compound #60", "drug_class", "is_compound") == [("Muscle Relaxant", False)]
