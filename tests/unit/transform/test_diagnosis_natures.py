import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imr_etl.transform.diagnosis_natures import with_natures
from imr_etl.vocabulary import code_table

NATURES = code_table("diagnosis_natures")["nature"].to_list()

EXPECTED = {
    "rib fracture with contusion of the chest": "fracture",
    "nonunion of the scaphoid": "fracture",
    "AC joint separation": "dislocation",
    "torn medial meniscus": "tear",
    "SLAP lesion": "tear",
    "disc bulge at L4-5 with radiculopathy": "disc",
    "degenerative disc disease": "disc",
    "cervical herniated nucleus pulposus": "disc",
    "lumbago with sciatica": "nerve",
    "carpal tunnel syndrome and wrist tendinitis": "nerve",
    "ulnar neuropathy": "nerve",
    "spinal stenosis": "degenerative",
    "primary osteoarthritis of the knee with strain": "degenerative",
    "coxarthrosis": "degenerative",
    "shoulder impingement and strain": "tendon/bursa",
    "iliotibial band tendinitis": "tendon/bursa",
    "adhesive capsulitis": "tendon/bursa",
    "strain of muscle, fascia and tendon of the neck": "sprain/strain",
    "musculoligamentous injury": "sprain/strain",
    "low back pain with back strain": "sprain/strain",
    "hand contusion/laceration": "contusion",
    "open wound of the thumb": "wound",
    "second degree burn": "wound",
    "post-concussional syndrome": "head injury",
    "specified injuries of the head": "head injury",
    "major depressive disorder, single episode": "mental",
    "sleep disorder secondary to pain": "mental",
    "inguinal hernia": "other disease",
    "internal derangement of the knee": "other disease",
    "scapulothoracic syndrome": "other disease",
    "chronic pain syndrome": "symptom",
    "cervicalgia": "symptom",
    "numbness of the hand": "symptom",
    "strain with radicular complaints": "sprain/strain",
    "knee injury": "injury",
    "work related fall": "injury",
    "shoulder": "other",
    "lumbar spondylosis without myelopathy or radiculopathy": "degenerative",
}


def read(*diagnoses: str) -> list[dict[str, object]]:
    return with_natures(pl.DataFrame({"diagnosis": diagnoses})).to_dicts()


def test_the_first_nature_in_their_order_counts() -> None:
    found = {row["diagnosis"]: row["nature"] for row in read(*EXPECTED)}
    assert found == EXPECTED


@pytest.mark.parametrize(
    ("diagnosis", "is_uncertain"),
    [
        ("rule out meniscal tear", True),
        ("r/o fracture", True),
        ("possible rotator cuff tear", True),
        ("probable gout", True),
        ("suspect neural impingement", True),
        ("paresthesia most likely related to the neck", True),
        ("gout versus sprain", True),
        ("tear vs. cyst", True),
        ("unlikely words", False),
        ("hip strain", False),
    ],
)
def test_what_is_uncertain(diagnosis: str, is_uncertain: bool) -> None:
    assert read(diagnosis)[0]["is_uncertain"] is is_uncertain


@given(st.lists(st.sampled_from(list(EXPECTED)), min_size=2, max_size=4))
def test_more_words_never_make_a_later_nature(diagnoses: list[str]) -> None:
    alone = [NATURES.index(EXPECTED[diagnosis]) for diagnosis in diagnoses if " without " not in diagnosis]
    together = read("; ".join(diagnoses))[0]["nature"]
    assert NATURES.index(str(together)) <= min(alone, default=len(NATURES))
