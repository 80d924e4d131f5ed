import polars as pl
import pytest

from imr_etl.transform.doubtful_categories import doubtful_categories
from imr_etl.vocabulary import code_table

CITATION = {
    "sha256": pl.String,
    "item_number": pl.Int32,
    "cited_by": pl.String,
    "source": pl.String,
    "guideline": pl.String,
    "guideline_family": pl.String,
    "sections": pl.List(pl.String),
}


def is_doubtful(category: str | None, subcategory: str | None, request: str, *cited: tuple[str, str]) -> bool:
    items = pl.DataFrame(
        {"sha256": "a", "item_number": 1, "request": request, "category": category, "subcategory": subcategory},
        schema_overrides={"item_number": pl.Int32, "category": pl.String, "subcategory": pl.String},
    )
    rows = [
        (
            "a",
            1,
            "reviewer",
            "MTUS" if family != "ODG" else "Non-MTUS",
            text if family == "ODG" else "Chronic Pain Medical Treatment",
            family,
            [text] if family != "ODG" else [],
        )
        for family, text in cited
    ]
    found = doubtful_categories(items, pl.DataFrame(rows, schema=CITATION, orient="row"))
    return found.height == 1


OPIOIDS = ("MTUS Chronic Pain", "Opioids, criteria for use")
ULTRASOUND = ("ODG", "ODG, Knee chapter, Ultrasound, therapeutic")


@pytest.mark.parametrize(
    ("category", "subcategory", "request_text", "cited", "expected"),
    [
        ("DMEPOS", "Supplies", "30 day supply of Norco", [OPIOIDS], True),
        ("Pharmaceuticals", "Opioids", "Norco", [OPIOIDS], False),
        ("Diagnostic Testing", "Lab & Pathology", "Drug screen", [OPIOIDS], False),
        ("Diagnostic Testing", "Imaging Radiology", "Scan of the head", [OPIOIDS], True),
        ("Diagnostic Testing", "Imaging Radiology", "Ultrasound 2x4", [ULTRASOUND], True),
        ("Rehabilitation", "Other Therapies", "Ultrasound 2x4", [ULTRASOUND], False),
        ("Rehabilitation", "Other Therapies", "Ultrasound 2x4", [OPIOIDS, ULTRASOUND], False),
        ("DMEPOS", "Supplies", "Gloves", [("MTUS Chronic Pain", "Introduction")], False),
        ("DMEPOS", "Supplies", "Gloves", [], False),
        (None, None, "Gloves", [OPIOIDS], False),
        ("Rehabilitation", "Acupuncture", "Acupuncture with opioids", [OPIOIDS], False),
        ("DMEPOS", "Supplies", "Gloves with opioids", [OPIOIDS], True),
    ],
)
def test_a_category_beside_the_sections_cited_for_it(
    category: str | None, subcategory: str | None, request_text: str, cited: list[tuple[str, str]], expected: bool
) -> None:
    assert is_doubtful(category, subcategory, request_text, *cited) is expected


def test_every_category_of_a_topic_is_one_of_the_state() -> None:
    listed = code_table("section_fits").select(pl.col("categories").str.split("|")).explode("categories")
    known = code_table("categories").select("category", part=pl.format("{} > {}", "category", "subcategory"))
    assert set(listed["categories"]) <= {*known["category"], *known["part"]}
