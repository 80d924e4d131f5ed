"""Words of the layout that a program garbled in a picture are read as printed; no other word is touched."""

import polars as pl
import pytest

from imr_etl.parse.garbled import layout_words, with_layout_words


@pytest.mark.parametrize(
    ("recognized", "printed"),
    [
        ("'Gase/Number: | CM16-0310O01, ee te", "Case Number: CM16-0310001"),
        (
            "|Date Aeslgned: -. O8/02/2O16 | Dat\u00e9 of Injury: 03/l4/2012",
            "Date Assigned: 08/02/2016 Date of Injury: 03/14/2012",
        ),
        (
            "Declsion Date:-. 09/01/2016 = .URDenialDate: 07/20/2016",
            "Decision Date: 09/01/2016 UR Denial Date: 07/20/2016",
        ),
        ("Priorlty:; - | .- Standard Appileation ==- 07/25/2016", "Priority: Standard Application 07/25/2016"),
        ("me | ___ Recelved: .*.'", "Received:"),
        ("Federal Services", "Federal Services"),
        (
            "The clinician saw the application of 08/02/2016 first",
            "The clinician saw the application of 08/02/2016 first",
        ),
        ("The Expert Reviewer has the following credentials:", "The Expert Reviewer has the following credentials:"),
    ],
)
def test_lines_of_the_header(recognized: str, printed: str) -> None:
    assert layout_words(recognized, is_top=True) == printed


@pytest.mark.parametrize(
    ("recognized", "printed"),
    [
        ("HOW THE lMR F1NAL DETERMINATI0N WAS MADE", "HOW THE IMR FINAL DETERMINATION WAS MADE"),
        ("IMR ISSUES. DECIS1ONS AND RATIONAIES", "IMR ISSUES, DECISIONS AND RATIONALES"),
        ("Cla1ms Administrator guideline Decision based on", "Claims Administrator guideline: Decision based on"),
        ("MAXlMUS guideline; The Expert Reviewer", "MAXIMUS guideline: The Expert Reviewer"),
        ("Declsion ratlonale: See item 1.", "Decision rationale: See item 1."),
        ("State(s} of Licensure. Ohio, Nevada", "State(s) of Licensure: Ohio, Nevada"),
        ("State(s) of Licensure: lowa, lndiana,Califomia", "State(s) of Licensure: Iowa, Indiana, California"),
        ("State(s) of Licensure: see below", "State(s) of Licensure: see below"),
        ("EMGINCV of the left arm, MRIMRA and MRI/MRA", "EMG/NCV of the left arm, MRIMRA and MRI/MRA"),
        ("EMGI/NCV and MRII/MRA of the left arm", "EMG/NCV and MRI/MRA of the left arm"),
        ("Certificanon(s)/Specialty Psychiatry", "Certification(s)/Specialty: Psychiatry"),
        ("Lidocaine patch 5% #30; Upheid", "Lidocaine patch 5% #30: Upheld"),
        ("Lidocaine patch 5% #30: 0vertumed ._", "Lidocaine patch 5% #30: Overturned"),
        ("Uphe1d", "Upheld"),
        ("The request for the patch is: Overtumed.", "The request for the patch is: Overturned"),
    ],
)
def test_headings_labels_and_decisions(recognized: str, printed: str) -> None:
    assert layout_words(recognized, is_top=False) == printed


@pytest.mark.parametrize(
    "text",
    [
        "was authorized by the",
        "Claims Administrator. The remaining part of the request",
        "claims administrator guidelines were not followed.",
        "The decision of the administrator is upheld.",
        "His arm was held",
        "Decision rationales differ from letter to letter, and so",
        "State law was weighed.",
        "MRI",
        "",
    ],
)
def test_other_words_are_left_as_they_are(text: str) -> None:
    assert layout_words(text, is_top=False) == text


def test_only_recognized_lines_are_changed() -> None:
    lines = pl.DataFrame(
        {
            "sha256": "a",
            "page": [1, 1, 2],
            "line": [1, 2, 1],
            "text": ["Priorlty: Standard", "Norco; Upheid", "Norco; Upheid"],
            "extractor": ["tesseract", "tesseract", "pdfium"],
        }
    )
    assert with_layout_words(lines)["text"].to_list() == ["Priority: Standard", "Norco: Upheld", "Norco; Upheid"]
