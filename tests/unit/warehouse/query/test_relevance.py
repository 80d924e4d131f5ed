"""How good the first hits of a search are: 40 queries over made-up requests, with the requests that each asks for."""

from pathlib import Path

import pytest
from parquet_rows import write_rows

from imr_etl.names import Search
from imr_etl.storage.paths import DataPaths
from warehouse.build.build import build
from warehouse.query.connect import reading
from warehouse.query.search import search

BLOCK = "CM16-002"
REQUESTS = {
    "mri-back": "MRI of the lumbar spine without contrast",
    "mri-low": "Magnetic resonance imaging, low back",
    "mri-neck": "MRI cervical spine",
    "mri-knee": "Left knee MRI",
    "ct": "Computed tomography of the neck",
    "xray": "Three radiographs of the right wrist",
    "pt-knee": "PT 2 x 6 right knee",
    "pt-back": "Physical therapy, eight visits, lower back",
    "pt-post": "Postoperative physiotherapy, 12 sessions, left shoulder",
    "acu": "Acupuncture once a week for six weeks",
    "chiro": "Chiropractic manipulation, 6 visits",
    "norco": "Norco 10/325 mg #90",
    "vicodin": "Hydrocodone/APAP 5/325 #30",
    "ultram": "Ultram ER 100 mg #30",
    "flexeril": "Flexeril 7.5 mg #60",
    "naproxen": "Anaprox DS 550 mg #60",
    "motrin": "Ibuprofen 800 mg",
    "neurontin": "Neurontin 300 mg #90",
    "prilosec": "Omeprazole 20 mg",
    "lidoderm": "Lidocaine 5% patches, one box",
    "emg": "Electromyography of both arms",
    "ncv": "Nerve conduction study, bilateral lower extremities",
    "esi": "L5-S1 transforaminal ESI",
    "tens": "Transcutaneous electrical nerve stimulation unit, purchase",
    "uds": "Urine toxicology test",
    "fce": "Functional capacity evaluation",
    "scope": "Right knee arthroscopic meniscectomy",
    "fusion": "L4-L5 TLIF",
    "brace": "Lumbar brace",
    "kneebrace": "Hinged knee brace",
    "psych": "Psychological evaluation",
    "cbt": "Cognitive behavioral therapy, six visits",
    "sleep": "Polysomnogram",
    "ekg": "EKG",
    "viscosupplement": "Synvisc injection, left knee",
}
RATIONALE = (
    "MRI, CT, physical therapy, acupuncture, Norco, tramadol and surgery of the knee and low back were discussed."
)
QUERIES = {
    "lumbar mri": "mri-back mri-low",
    "mri low back": "mri-back mri-low",
    "MRI": "mri-back mri-low mri-neck mri-knee",
    "magnetic resonance imaging knee": "mri-knee",
    "cervical mri": "mri-neck",
    "neck MRI": "mri-neck",
    "ct scan": "ct",
    "CT neck": "ct",
    "x-ray": "xray",
    "xrays wrist": "xray",
    "physical therapy": "pt-knee pt-back pt-post",
    "PT": "pt-knee pt-back pt-post",
    "physical therapy knee": "pt-knee",
    "physical therapy lumbar": "pt-back",
    "post-op physical therapy": "pt-post",
    "acupuncture": "acu",
    "acupunct*": "acu",
    "chiropractic": "chiro",
    "norco": "norco vicodin",
    "hydrocodone": "norco vicodin",
    "vicodin": "norco vicodin",
    "tramadol": "ultram",
    "cyclobenzaprine": "flexeril",
    "naproxen": "naproxen",
    "naproxen OR ibuprofen": "naproxen motrin",
    "gabapentin": "neurontin",
    "prilosec": "prilosec",
    "lidocaine patch": "lidoderm",
    "emg": "emg ncv",
    "nerve conduction lower extremity": "ncv",
    "epidural steroid injection": "esi",
    "tens unit": "tens",
    "drug screen": "uds",
    "UDS": "uds",
    "FCE": "fce",
    "knee arthroscopy": "scope",
    "lumbar fusion": "fusion",
    "knee brace": "kneebrace",
    "request:mri -knee": "mri-back mri-low mri-neck",
    "psych evaluation": "psych",
    "sleep study": "sleep",
    "electrocardiogram": "ekg",
    "synvisc knee": "viscosupplement",
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The requests, none of which the code tables have named: only the words of the texts find them."""
    paths = DataPaths.at(tmp_path_factory.mktemp("relevance"))
    keys = [{"sha256": f"{number:x}", "case_number": f"{BLOCK}{number:04}"} for number in range(len(REQUESTS))]
    write_rows(
        paths,
        BLOCK,
        letter_files=keys,
        letter_reads=[{"sha256": key["sha256"]} for key in keys],
        determinations=[
            key | {"determination_id": key["case_number"], "item_count": 1, "outcome": "upheld"} for key in keys
        ],
        disputed_items=[
            {
                "sha256": key["sha256"],
                "item_number": 1,
                "request": request,
                "disputed": request,
                "rationale": None if name.startswith("mri") else RATIONALE,
            }
            for key, (name, request) in zip(keys, REQUESTS.items(), strict=True)
        ],
    )
    build(paths)
    return paths.warehouse


def test_the_first_hits_are_what_was_asked_for(warehouse: Path) -> None:
    names = list(REQUESTS)
    precisions, recalls = [], []
    with reading(warehouse) as connection:
        for query, wanted in QUERIES.items():
            hits = search(connection, Search(words=query), 100).hits
            found = [names[int(hit.determination_id[-4:])] for hit in hits]
            relevant = set(wanted.split())
            first = found[: min(10, len(relevant))]
            precisions.append(len(relevant.intersection(first)) / len(first) if first else 0)
            recalls.append(len(relevant.intersection(found)) / len(relevant))
    assert len(QUERIES) >= 40
    assert sum(precisions) / len(precisions) >= 0.92
    assert sum(recalls) / len(recalls) >= 0.95
