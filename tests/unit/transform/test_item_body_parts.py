import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imr_etl.transform.item_body_parts import item_body_parts
from imr_etl.vocabulary import code_table

REGIONS = {
    *(
        "head",
        "face",
        "jaw",
        "eye",
        "ear",
        "cervical spine",
        "thoracic spine",
        "lumbar spine",
        "spine",
        "chest",
        "abdomen",
    ),
    *("shoulder", "upper arm", "elbow", "forearm", "wrist", "hand", "finger", "thumb", "upper extremity"),
    *("hip", "pelvis", "thigh", "knee", "lower leg", "ankle", "foot", "toe", "lower extremity"),
    *("chest", "abdomen", "other"),
}


def read(disputed: str | None, request: str | None = None) -> list[str]:
    frame = pl.DataFrame(
        {"sha256": ["a"], "item_number": [1], "disputed": [disputed], "request": [request or disputed]},
        schema_overrides={"disputed": pl.String, "request": pl.String},
    )
    result = item_body_parts(frame)
    assert result.get_column("position").to_list() == list(range(1, result.height + 1))
    return result.select(pl.concat_str("side", "region", separator=" ", ignore_nulls=True)).to_series().to_list()


@pytest.mark.parametrize(
    ("disputed", "expected"),
    [
        ("CT of the elbow", ["elbow"]),
        ("MRI C-spine", ["cervical spine"]),
        ("Massage for neck and low back", ["cervical spine", "lumbar spine"]),
        ("Back brace", ["spine"]),
        ("Spine surgery consultation for the lumbar", ["lumbar spine"]),
        ("X-ray, thoracolumbar", ["thoracic spine", "lumbar spine"]),
        ("Rotator cuff repair", ["shoulder"]),
        ("Carpal tunnel release", ["wrist"]),
        ("Vestibular therapy", []),
        ("CT abd/pelvis", ["abdomen", "pelvis"]),
        ("X-ray C/T/L spine", ["cervical spine", "thoracic spine", "lumbar spine"]),
        ("Massage 2x3 LB", ["lumbar spine"]),
        ("Acupuncture for neck and LBP", ["cervical spine", "lumbar spine"]),
        ("5 LB dumbbells, two lb weights", []),
        ("massage 2x4 lb", ["lumbar spine"]),
        ("Ultrasound Tspine", ["thoracic spine"]),
        (None, []),
    ],
)
def test_regions(disputed: str | None, expected: list[str]) -> None:
    assert read(disputed) == expected


@pytest.mark.parametrize(
    ("disputed", "expected"),
    [
        ("Left wrist/hand brace", ["left wrist", "left hand"]),
        ("Therapy for the left hip, lower leg, and ankle", ["left hip", "left lower leg", "left ankle"]),
        ("Therapy for bilateral hips and ankles", ["bilateral hip", "bilateral ankle"]),
        (
            "EMG of the bilateral upper and lower extremities",
            ["bilateral upper extremity", "bilateral lower extremity"],
        ),
        ("EMG, bilateral, of the lower extremities", ["bilateral lower extremity"]),
        ("EMG of the lower extremities", ["lower extremity"]),
        ("EMG RUE and BLE", ["right upper extremity", "bilateral lower extremity"]),
        ("Therapy, cervical and left elbow", ["cervical spine", "left elbow"]),
        ("Therapy, left elbow and cervical", ["left elbow", "cervical spine"]),
        ("Left elbow brace and lumbar support", ["left elbow", "lumbar spine"]),
        ("Ultrasound elbow, left", ["left elbow"]),
        ("Ultrasound of elbow left and ankle right", ["left elbow", "right ankle"]),
        ("Bilateral L3-4 facet block", ["bilateral lumbar spine"]),
        ("Right transforaminal injection at L3-4 and L4-5", ["right lumbar spine"]),
        ("L3-4 transforaminal injection, left side", ["left lumbar spine"]),
        ("X-ray of the thumb of the left hand", ["left thumb", "left hand"]),
        ("Right and left ankle braces", ["bilateral ankle"]),
        ("Left ankle brace; ankle taping", ["left ankle"]),
        ("Massage to the left side of the neck", ["left cervical spine"]),
        ("B ankle braces", ["bilateral ankle"]),
        ("MRI L shldr", ["left shoulder"]),
    ],
)
def test_sides(disputed: str, expected: list[str]) -> None:
    assert read(disputed) == expected


@pytest.mark.parametrize(
    "disputed",
    [
        "Head of bed wedge",
        "Wheelchair with arm rests",
        "Hepatic and renal function panel",
        "Gym membership",
        "Bio feedback",
        "Vitamin B injection",
        "Hepatitis B test",
        "Botulinum toxin B",
    ],
)
def test_words_that_name_no_region(disputed: str) -> None:
    assert read(disputed) == []


def test_the_whole_request_tells_what_the_disputed_part_leaves_out() -> None:
    whole = "Massage of the neck, 8 visits was the original request. The remaining portion, massage, 4 visits is"
    assert read("massage, 4 visits", whole) == ["cervical spine"]
    assert read("with elbow release", "Repair of the left elbow and hand with elbow release") == ["left elbow"]


@given(st.sampled_from(["left", "right", "bilateral"]), st.sampled_from(["shoulder", "knee", "ankle", "hip", "elbow"]))
def test_a_side_before_or_behind_a_region_governs_it(side: str, region: str) -> None:
    assert read(f"MRI of the {side} {region}") == read(f"MRI of the {region}, {side}") == [f"{side} {region}"]


def test_the_table_names_known_regions_and_sides_only() -> None:
    table = code_table("body_regions")
    named = table.select(pl.col("region").drop_nulls().str.split("|").explode()).to_series()
    assert set(named) <= REGIONS
    assert set(table.get_column("side").drop_nulls()) == {"left", "right", "bilateral"}
    assert set(table.get_column("role")) == {"region", "side", "list", "of", "none"}
