import polars as pl
import pytest

from imr_etl.transform.diagnosis_body_parts import diagnosis_body_parts

Rows = list[tuple[str, str | None]]


def read(*diagnoses: str) -> list[Rows]:
    frame = pl.DataFrame(
        {"sha256": "a", "position": range(1, len(diagnoses) + 1), "diagnosis": diagnoses},
        schema_overrides={"position": pl.Int32},
    )
    found = diagnosis_body_parts(frame)
    of_each = [found.filter(pl.col("diagnosis_position") == n) for n in range(1, len(diagnoses) + 1)]
    assert all(rows["position"].to_list() == list(range(1, rows.height + 1)) for rows in of_each)
    return [rows.select("region", "side").rows() for rows in of_each]


@pytest.mark.parametrize(
    ("diagnosis", "expected"),
    [
        ("left hip strain", [("hip", "left")]),
        ("contusion of face, scalp and neck", [("face", None), ("head", None), ("cervical spine", None)]),
        ("right and left elbow sprain", [("elbow", "bilateral")]),
        ("carpal tunnel syndrome, left upper limb", [("wrist", "left")]),
        ("numbness of the right arm", [("upper extremity", "right")]),
        ("pain of the left upper arm", [("upper arm", "left")]),
        ("rib fracture T9-10", [("chest", None)]),
        ("disc bulge L4-5", [("lumbar spine", None)]),
        ("lumbago", [("lumbar spine", None)]),
        ("migraine", [("head", None)]),
        ("low back pain with back strain", [("lumbar spine", None)]),
        ("neck and back pain", [("cervical spine", None), ("spine", None)]),
        ("fracture of the distal phalanx of the left thumb", [("thumb", "left")]),
        ("anxiety", []),
    ],
)
def test_the_site_of_a_diagnosis(diagnosis: str, expected: Rows) -> None:
    assert read(diagnosis) == [expected]


def test_a_side_is_never_taken_from_a_neighbor() -> None:
    assert read("left hip strain", "knee strain") == [[("hip", "left")], [("knee", None)]]
