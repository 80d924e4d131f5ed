import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from imr_etl.parse.diagnoses import diagnoses


def read(*summaries: str | None) -> list[list[str]]:
    """Return the diagnoses of each summary."""
    keys = [f"{number:04}" for number in range(len(summaries))]
    letters = pl.DataFrame({"sha256": keys, "clinical_summary": summaries}, schema_overrides=TEXT)
    found = diagnoses(letters)
    lists = []
    for key in keys:
        own = found.filter(pl.col("sha256") == key)
        assert own["position"].to_list() == list(range(1, own.height + 1))
        lists.append(own["diagnosis"].to_list())
    return lists


def assert_read(expected: dict[str, list[str]]) -> None:
    """Each summary states these diagnoses."""
    assert dict(zip(expected, read(*expected), strict=True)) == expected


TEXT = {"clinical_summary": pl.String}

OPENINGS = [
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
    "The clinical impression was",
    "The diagnosis is consistent with",
    "Diagnosed conditions include",
    "The injured worker's impression included",
    "There is ongoing treatment for",
    "He was assessed with",
    "The accepted conditions include",
    "The treating physician has diagnosed",
    "Dr. Example diagnosed",
    "The provider diagnoses",
    "She carries the diagnoses of",
    "The worker was dx'd with",
]
CLOSINGS = [
    ". He rests.",
    ".He rests.",
    ", who rests.",
    " and underwent surgery. He rests.",
    "",
    " Treatment has consisted of rest for the pain",
    " MRI of the foot showed edema and a cyst",
    " Grip testing was weak with pain",
    ", etc. He rests.",
]


def test_how_a_statement_opens_and_closes() -> None:
    texts = [f"A fall. {opening} left ankle sprain and heel spur{end}" for opening in OPENINGS for end in CLOSINGS]
    assert_read({text: ["left ankle sprain", "heel spur"] for text in texts})


LISTS = [
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
        ["status post hip replacement and left knee arthroscopy"],
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
    ("neck pain with radiation to the arm and gout", ["neck pain with radiation to the arm", "gout"]),
    ("disc disease with myelopathy and obesity", ["disc disease with myelopathy", "obesity"]),
    ("disc disease with numbness and tingling", ["disc disease with numbness and tingling"]),
    ("insomnia due to pain and stress", ["insomnia due to pain and stress"]),
    ("hip strain following a slip and fall", ["hip strain"]),
    ("hip strain; secondary diagnosis is gout", ["hip strain", "gout"]),
    ("golfer's elbow and Raynaud's phenomenon", ["golfer's elbow", "Raynaud's phenomenon"]),
]


def test_how_a_list_comes_apart() -> None:
    assert_read({f"A fall. Diagnoses include: {statement}. He rests.": expected for statement, expected in LISTS})


def test_the_number_of_a_list_behind_the_last_diagnosis_is_no_part_of_it() -> None:
    assert_read({"A fall. Diagnoses include hip strain and gout. 1)": ["hip strain", "gout"]})


def test_what_is_no_statement() -> None:
    summaries = [
        "The worker has filed a claim for hip pain.",
        "MRI of the hip. Impression: bursitis of the hip.",
        "The diagnosis was not provided. There is hip pain.",
        "On assessment, the worker complained of hip pain.",
        "Treatment to date: rest.",
        "He has not been diagnosed with a hip fracture.",
        "Family history includes diagnoses of gout.",
        "She was treated with rest, ice and ibuprofen.",
        "",
        None,
    ]
    assert read(*summaries) == [[] for _ in summaries]


def test_statements_are_united_but_for_those_of_earlier_visits() -> None:
    assert_read(
        {
            "He was diagnosed with hip pain. He fell. He was diagnosed with hip fracture.": ["hip fracture"],
            "He was diagnosed with hip strain. He also has a diagnosis of anxiety.": ["hip strain", "anxiety"],
            "She is treated for hip pain. Diagnoses include hip bursitis.": ["hip pain", "hip bursitis"],
            "Diagnoses include hip pain. Diagnoses also included Hip pain and gout.": ["hip pain", "gout"],
            "She has been diagnosed with gout. He was diagnosed with hip pain.": ["gout", "hip pain"],
            "She was seen for a follow up visit for a rib fracture. Diagnosis: gout.": ["rib fracture", "gout"],
        }
    )


def test_a_statement_of_the_past_counts_where_there_is_no_other() -> None:
    past = "She was previously diagnosed with gout."
    assert_read({f"Diagnoses include hip pain. {past}": ["hip pain"], past: ["gout"]})


def test_a_list_in_parentheses() -> None:
    summary = "There are findings (tenderness), current diagnoses (hip strain and rib fracture), and treatment (rest)."
    assert_read({summary: ["hip strain", "rib fracture"]})


def test_a_statement_that_adds_counts_with_the_one_before() -> None:
    adding = ["Secondary diagnosis: gout.", "Additional diagnoses include gout."]
    assert_read({f"He was diagnosed with vertigo. {sentence}": ["vertigo", "gout"] for sentence in adding})


STATEMENTS = {
    # Openers
    "The diagnoses have included hip sprain and neck pain.": ["hip sprain", "neck pain"],
    "The worker carries a diagnosis of gout.": ["gout"],
    "The treating provider diagnosed him with knee sprain, and ordered an MRI.": ["knee sprain"],
    "The physician diagnosed neck strain, hip strain, and headaches.": ["neck strain", "hip strain", "headaches"],
    "The records show treatment for carpal tunnel syndrome.": ["carpal tunnel syndrome"],
    "He continues with treatment for a wrist fracture.": ["wrist fracture"],
    "The surgeon's working impression was right-sided sacroiliitis.": ["right-sided sacroiliitis"],
    "A note of 12/1/16 lists a diagnosis of hip strain.": ["hip strain"],
    "Diagnoses are noted to be hip sprain and numbness of the left hand.": ["hip sprain", "numbness of the left hand"],
    # Quotation marks
    'Diagnoses include "hip strain," "neck pain" and "gout."': ["hip strain", "neck pain", "gout"],
    "The diagnosis was documented as 'hip strain'.": ["hip strain"],
    "He was diagnosed with \u201cneck pain\u201d and \u201chip strain.\u201d": ["neck pain", "hip strain"],
    "Diagnoses include hip pain left' leg numbness; gout.": ["hip pain left", "leg numbness", "gout"],
    "Diagnoses include de Quervain's tenosynovitis and Baker's cyst.": ["de Quervain's tenosynovitis", "Baker's cyst"],
    # Tails
    "He was diagnosed with a hip strain, now improving.": ["hip strain"],
    "He was diagnosed with rib contusions following the fall.": ["rib contusions"],
    "She was diagnosed with concussion after being struck by a box.": ["concussion"],
    "Diagnoses include hip strain, which has resolved, and gout.": ["hip strain", "gout"],
    "Diagnoses include knee strain per the report of 10/12/2016.": ["knee strain"],
    "She was diagnosed with ankle sprain on 10/14/2016.": ["ankle sprain"],
    "She was given diagnoses of gout and knee pain on November 3, 2016.": ["gout", "knee pain"],
    "She was diagnosed with ankle sprain in October 2016 and was placed on modified duty.": ["ankle sprain"],
    "She was diagnosed with a knee contusion at the emergency room.": ["knee contusion"],
    "She was diagnosed with elbow bursitis by her primary treating physician.": ["elbow bursitis"],
    "He was diagnosed with foot fracture sustained when a pallet fell on it.": ["foot fracture"],
    "He was diagnosed with radiculopathy confirmed by EMG and MRI.": ["radiculopathy"],
    "He was diagnosed with hip strain. He was seen on 10-31-16 and 11-7-16 for gout.": ["hip strain"],
    "Diagnoses include wrist pain (ongoing) and finger laceration (healed).": [
        "wrist pain (ongoing)",
        "finger laceration (healed)",
    ],
    "Diagnoses include a rib fracture secondary to a fall.": ["rib fracture secondary to a fall"],
    # Operations, treatments and codes
    "Diagnoses include spinal stenosis, L4-5 fusion, and depression.": ["spinal stenosis", "depression"],
    "Diagnoses include gout, status post carpal tunnel release, and hip pain.": [
        "gout",
        "status post carpal tunnel release",
        "hip pain",
    ],
    "Diagnoses include meniscal tear, left knee arthroscopy on 5/6/2015, and gout.": ["meniscal tear", "gout"],
    "Diagnoses include knee osteoarthritis and physical therapy.": ["knee osteoarthritis"],
    "Diagnoses include post laminectomy syndrome and pain after fusion.": [
        "post laminectomy syndrome",
        "pain after fusion",
    ],
    "Diagnoses include ICD-10 code S83.241A, tear of meniscus, right knee, and M17.11, osteoarthritis.": [
        "tear of meniscus, right knee",
        "osteoarthritis",
    ],
    # What depends stays
    "Diagnoses include gout, and sleep disorder secondary to chronic pain and stress.": [
        "gout",
        "sleep disorder secondary to chronic pain and stress",
    ],
    "Diagnoses include insomnia due to pain and anxiety, and gout.": ["insomnia due to pain and anxiety", "gout"],
    "Diagnoses include radiculopathy with numbness and tingling of the left leg.": [
        "radiculopathy with numbness and tingling of the left leg"
    ],
    "Diagnoses include gastritis secondary to medication and hip pain.": [
        "gastritis secondary to medication",
        "hip pain",
    ],
    "Diagnoses include finger laceration with tendon and nerve injury.": [
        "finger laceration with tendon and nerve injury"
    ],
    "Diagnoses include multiple contusions, abrasions and lacerations.": [
        "multiple contusions, abrasions and lacerations"
    ],
    "Diagnoses include sprain of the cervical, thoracic and lumbar spine with radiculitis.": [
        "sprain of the cervical, thoracic and lumbar spine with radiculitis"
    ],
    "Diagnoses include facet arthropathy L4-5, L5-S1, and gout.": ["facet arthropathy L4-5, L5-S1", "gout"],
    # Titles of classifications
    "Diagnoses include radiculopathy, lumbar region, radiculopathy, cervical region and myalgia.": [
        "radiculopathy, lumbar region",
        "radiculopathy, cervical region",
        "myalgia",
    ],
    "Diagnoses include lesion of ulnar nerve, right upper limb, carpal tunnel syndrome, bilateral upper limbs.": [
        "lesion of ulnar nerve, right upper limb",
        "carpal tunnel syndrome, bilateral upper limbs",
    ],
    "Diagnoses include spinal stenosis, site unspecified, and depressive disorder, single episode, moderate.": [
        "spinal stenosis, site unspecified",
        "depressive disorder, single episode, moderate",
    ],
}


def test_statements_of_all_kinds() -> None:
    assert_read({f"A fall. {statement} He rests.": expected for statement, expected in STATEMENTS.items()})


@given(st.lists(st.sampled_from(["hip strain", "vertigo", "rib fracture", "left knee pain"]), min_size=1, unique=True))
def test_a_list_of_whole_diagnoses_comes_apart_at_every_comma(names: list[str]) -> None:
    assert_read({f"Diagnoses include {', '.join(names)}.": names})
