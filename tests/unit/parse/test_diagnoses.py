import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imr_etl.parse.diagnoses import diagnoses


def read(summary: str | None) -> list[str]:
    frame = pl.DataFrame(
        {"sha256": ["a"], "clinical_summary": [summary]}, schema_overrides={"clinical_summary": pl.String}
    )
    result = diagnoses(frame)
    assert result.get_column("position").to_list() == list(range(1, result.height + 1))
    return result.get_column("diagnosis").to_list()


@pytest.mark.parametrize(
    "opening",
    [
        "The worker was diagnosed with",
        "The worker was diagnosed as having a",
        "She is being treated for the diagnoses of",
        "Records show that he is undergoing treatment for:",
        "Diagnoses include",
        "The current diagnosis is documented as",
        "Diagnoses, and/or impressions, were noted to include:",
        "Diagnoses (3-4-16) included",
        "Diagnosis:",
        "The diagnoses were thought to be",
        "The diagnoses of record are",
        "The diagnoses per the 3/4/16 progress report include",
        "The provider's assessment included",
        "The physician's impression was",
        "The provider diagnosed the worker with",
        "He was diagnosed on 3/4/16 with",
        "The listed diagnoses per Dr. Example are:",
        "Diagnoses per the most recent progress report included",
        "The diagnoses on the last visit were",
        "The clinical impression was noted to be",
        "The injured worker's impression included",
        "There is ongoing treatment for",
        "He was assessed with",
        "The accepted conditions include",
    ],
)
@pytest.mark.parametrize(
    "closing", [". He rests.", ".He rests.", ", who rests.", " and underwent surgery. He rests.", ""]
)
def test_how_a_statement_opens_and_closes(opening: str, closing: str) -> None:
    assert read(f"A fall. {opening} left ankle sprain and heel spur{closing}") == ["left ankle sprain", "heel spur"]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("insomnia, anxiety and vertigo", ["insomnia", "anxiety", "vertigo"]),
        ("neck strain; rib fracture; and vertigo", ["neck strain", "rib fracture", "vertigo"]),
        ("1. Neck strain. 2. Rib fracture.", ["Neck strain", "Rib fracture"]),
        ("1.Neck strain 2.Rib fracture", ["Neck strain", "Rib fracture"]),
        ("1- Neck strain 2- Rib fracture", ["Neck strain", "Rib fracture"]),
        ("#1 neck strain; #2 rib fracture", ["neck strain", "rib fracture"]),
        ("a) neck strain, b) rib fracture", ["neck strain", "rib fracture"]),
        ("neck and shoulder strain", ["neck and shoulder strain"]),
        ("neck, back, and shoulder strain", ["neck, back, and shoulder strain"]),
        (
            "vertigo, neck and elbow pain, and gout with joint swelling",
            ["vertigo", "neck and elbow pain", "gout with joint swelling"],
        ),
        (
            "strain of muscle, fascia and tendon of the hip, and ankle sprain",
            ["strain of muscle, fascia and tendon of the hip", "ankle sprain"],
        ),
        ("pain in the left hand and wrist, elbow bursitis", ["pain in the left hand and wrist", "elbow bursitis"]),
        (
            "contusion of scalp, jaw and neck and acute hip strain",
            ["contusion of scalp, jaw and neck", "acute hip strain"],
        ),
        ("elbow tendinitis and bursitis", ["elbow tendinitis and bursitis"]),
        ("sprain and strain of the neck", ["sprain and strain of the neck"]),
        ("trigger thumb, left, initial encounter", ["trigger thumb, left, initial encounter"]),
        ("right hip strain left ankle sprain", ["right hip strain", "left ankle sprain"]),
        ("heel pain and rule out fracture", ["heel pain", "rule out fracture"]),
        ("a hip strain and a rib fracture", ["hip strain", "rib fracture"]),
        ("rib fracture due to a fall", ["rib fracture due to a fall"]),
        ("mood disorder (panic, anxiety), and gout", ["mood disorder (panic, anxiety)", "gout"]),
        ("hernia, with residual neuralgia; gout", ["hernia, with residual neuralgia", "gout"]),
        ("status post laminectomy and fusion, gout", ["status post laminectomy and fusion", "gout"]),
        (
            "status post hip replacement and left knee arthroscopy",
            ["status post hip replacement", "left knee arthroscopy"],
        ),
        ("meniscus tear, current injury, left knee", ["meniscus tear, current injury, left knee"]),
        ("disc bulge at L4-5 and L5-S1 with tears", ["disc bulge at L4-5 and L5-S1 with tears"]),
        ("rule out hip and knee torn labrum", ["rule out hip and knee torn labrum"]),
        ("lateral tear, loose bodies, xerostomia", ["lateral tear", "loose bodies", "xerostomia"]),
        (
            "hip pain (left, worse) and gout (foot, hand), vertigo",
            ["hip pain (left, worse)", "gout (foot, hand)", "vertigo"],
        ),
        ("labral tear, status post repair, gout", ["labral tear, status post repair", "gout"]),
        (
            "laceration of index and middle fingers with scar, gout",
            ["laceration of index and middle fingers with scar", "gout"],
        ),
        ("abnormal posture, pneumothorax and psoriasis", ["abnormal posture", "pneumothorax", "psoriasis"]),
        (
            "gout, segmental and somatic dysfunction of the neck",
            ["gout", "segmental and somatic dysfunction of the neck"],
        ),
        ("gout, status post hip repair", ["gout", "status post hip repair"]),
        ("hip strain and muscle spasm", ["hip strain", "muscle spasm"]),
        ("cuff syndrome and allied disorders, gout", ["cuff syndrome and allied disorders", "gout"]),
        ("mood disorder, severe without psychotic features", ["mood disorder, severe without psychotic features"]),
        ("rib fracture, subsequent encounter for fracture", ["rib fracture, subsequent encounter for fracture"]),
        ("meniscal tear vs. Baker's cyst; gout", ["meniscal tear vs. Baker's cyst", "gout"]),
        ("crush injury left foot with fracture, gout", ["crush injury left foot with fracture", "gout"]),
        ("1. Neck strain, 2. rib fracture, and 3. gout", ["Neck strain", "rib fracture", "gout"]),
        ("golfer's elbow and Raynaud's phenomenon", ["golfer's elbow", "Raynaud's phenomenon"]),
    ],
)
def test_how_a_list_comes_apart(statement: str, expected: list[str]) -> None:
    assert read(f"A fall. Diagnoses include: {statement}. He rests.") == expected


@pytest.mark.parametrize(
    "summary",
    [
        "The worker has filed a claim for hip pain.",
        "MRI of the hip. Impression: bursitis of the hip.",
        "The diagnosis was not provided. There is hip pain.",
        "On assessment, the worker complained of hip pain.",
        "Treatment to date: rest.",
        "",
        None,
    ],
)
def test_what_is_no_statement(summary: str | None) -> None:
    assert read(summary) == []


def test_the_last_statement_counts() -> None:
    assert read("He was diagnosed with hip pain. He fell. He was diagnosed with hip fracture.") == ["hip fracture"]


def test_a_statement_of_the_past_counts_where_there_is_no_other() -> None:
    past = "She was previously diagnosed with gout."
    assert read(f"Diagnoses include hip pain. {past}") == ["hip pain"]
    assert read(past) == ["gout"]


def test_a_list_in_parentheses() -> None:
    summary = "There are findings (tenderness), current diagnoses (hip strain and rib fracture), and treatment (rest)."
    assert read(summary) == ["hip strain", "rib fracture"]


@pytest.mark.parametrize("adding", ["Secondary diagnosis: gout.", "Additional diagnoses include gout."])
def test_a_statement_that_adds_counts_with_the_one_before(adding: str) -> None:
    assert read(f"He was diagnosed with vertigo. Diagnosis: hip pain. {adding}") == ["hip pain", "gout"]


@given(st.lists(st.sampled_from(["hip strain", "vertigo", "rib fracture", "left knee pain"]), min_size=1, unique=True))
def test_a_list_of_whole_diagnoses_comes_apart_at_every_comma(names: list[str]) -> None:
    assert read("Diagnoses include " + ", ".join(names) + ".") == names
