"""What the words of the state's search mean."""

import polars as pl
import pytest

from imr_etl.transform.published_decisions import PRINTED, normalize


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        (
            ("Orthopedic  Surgery", "Diagnostic Testing", '"Imaging *  Radiology"', "Uphold"),
            ("Orthopedic Surgery", "Diagnostic Testing", "Imaging Radiology", None, "upheld"),
        ),
        (
            ("Podiatrist", "Pharmaceuticals", "Opoid Antagonist", "Overturn"),
            ("Podiatrist", "Pharmaceuticals", "Opioid Antagonist", "Opioid Antagonist", "overturned"),
        ),
        (("Alchemy", "Surgery", "Of the aura", "Pending"), (None, "Surgery", None, None, None)),
        ((None, "Therapies", "Other Therapies", "upheld"), (None, "Rehabilitation", "Other Therapies", None, "upheld")),
        ((None, "Pharmaceuticals", None, None), (None, "Pharmaceuticals", None, None, None)),
        ((None, None, "Spine", None), (None, None, None, None, None)),
    ],
)
def test_words_as_printed_have_their_codes(printed: tuple[str | None, ...], meant: tuple[str | None, ...]) -> None:
    rows = pl.DataFrame([printed], dict.fromkeys(PRINTED, pl.String), orient="row")
    (found,) = normalize(rows).select("specialty", "category", "subcategory", "drug_class", "decision").rows()
    assert found == meant
