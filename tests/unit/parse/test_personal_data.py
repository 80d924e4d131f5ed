"""What reads like personal data is reported by kind and place; dates, codes and an office's own numbers are none."""

import re

import polars as pl

from imr_etl.parse.letter import parse_letters
from imr_etl.parse.personal_data import FORMS
from imr_etl.schema.tables import TABLES

LINES = TABLES["letter_lines"]
BEFORE = ["Case Number: CM16-0000001", "HOW THE IMR FINAL DETERMINATION WAS MADE"]
AFTER = ["IMR ISSUES, DECISIONS AND RATIONALES"]


def letter(*texts: str, sha256: str = "a") -> pl.DataFrame:
    rows = [
        {
            "sha256": sha256,
            "page": 1,
            "line": n,
            "text": text,
            "is_bold": None,
            "x0": None,
            "top": 12.0 * n,
            "extractor": "",
        }
        for n, text in enumerate(texts, start=1)
    ]
    return LINES.conform(pl.DataFrame(rows, schema=LINES.schema))


def personal_data(lines: pl.DataFrame) -> pl.DataFrame:
    findings = parse_letters(lines.cast({"sha256": pl.Categorical()})).findings
    return findings.filter(pl.col("code") == "possible_personal_data")


def kinds(*texts: str) -> list[list[str]]:
    """Return the kinds that each text has as the summary of a letter."""
    keys = [f"{number:04}" for number in range(len(texts))]
    letters = [
        letter(*BEFORE, "CLINICAL CASE SUMMARY", text, *AFTER, sha256=key)
        for key, text in zip(keys, texts, strict=True)
    ]
    found = personal_data(pl.concat(letters))
    assert found["excerpt"].to_list() == [f"{kind} in line 4" for kind in found["field"]]
    assert set(found["page"]) <= {1}
    return [found.filter(pl.col("sha256") == key)["field"].to_list() for key in keys]


def test_what_reads_like_personal_data() -> None:
    expected = {
        "The worker (SSN 123-45-6789) fell.": ["social security number"],
        "The worker can be reached at (415) 555-0123.": ["phone number"],
        "Tel. 415-555-0123, fax 415.555.0124": ["phone number"],
        "A report was sent to jane_doe@mail.example.com by hand.": ["e-mail address"],
        "He lives at 1734 West Oak Street in a house with stairs.": ["street address"],
        "He lives at 2400 5th Ave, up three stairs, Fresno, CA 93701.": ["street address", "postal code"],
        "DOB: 3/14/1961": ["date of birth"],
        "The worker was born on March 14, 1961.": ["date of birth"],
        "date of birth (03-14-61)": ["date of birth"],
        "Mr. Doe reports pain.": ["name"],
        "Ms Doe, SSN 123-45-6789": ["social security number", "name"],
    }
    assert dict(zip(expected, kinds(*expected), strict=True)) == expected


def test_what_does_not() -> None:
    texts = [
        "The date of injury is 10-13-2016, the claim 2016-10-1234567.",
        "Norco 10-325 mg, CPT 97110-97140, NDC 00591-5307-01, NPI 1234567893, ICD-9 724.2",
        "Blood pressure 120-80, C5-C6, L4-5, 2-3 visits, $1,200.4000",
        "Numbers 000-12-3456, 123-00-4567, 900-12-3456 and 12123-45-67890 belong to nobody.",
        "Call 800-555-0123 or (888) 555-0123, the carrier's hotline.",
        "See www.example.org/guide-2016, sections 415-555 to 0123.",
        "The worker was born with one kidney. Births: 2.",
        "On 10/13/2016 Road traffic was light. A 30 day Lane rental was asked for.",
        "Mr. X and Ms. ___ were told. MRI, MSK, CA.",
        "The physician found 5 Positive Signs. The injury was in 2016 CA.",
    ]
    assert kinds(*texts) == [[] for _ in texts]


def test_an_office_may_have_an_address() -> None:
    assert kinds("MAXIMUS Federal Services, 17 Oak Street, Sacramento, CA 95813, (916) 555-0123") == [[]]
    found = personal_data(
        letter(*BEFORE, "CLINICAL CASE SUMMARY", "P.O. Box 1", "Sacramento, CA 95813", *["-"] * 4, "Fresno, CA 93701")
    )
    assert found["excerpt"].to_list() == ["postal code in line 10"]


def test_citations_and_headers_may_hold_addresses() -> None:
    found = personal_data(
        letter(
            "Mr. Doe, 17 Oak Street",
            *BEFORE,
            "CLINICAL CASE SUMMARY",
            "None.",
            *AFTER,
            "MRI of the knee: Upheld",
            "Claims Administrator guideline: Decision based on a handbook, 25 North Point Blvd.",
            "MAXIMUS guideline: Decision based on a handbook, info@example.org.",
            "Decision rationale: Mr. Doe has no instability.",
        )
    )
    assert found.select("field", "excerpt", "page").rows() == [("name", "name in line 10", 1)]


def test_nothing_of_the_match_is_reported() -> None:
    found = personal_data(letter(*BEFORE, "CLINICAL CASE SUMMARY", "SSN 123-45-6789, Mr. Doe", *AFTER))
    assert found.height == 2
    assert not re.search(r"\d{3}|Doe", str(found["excerpt"].to_list()))


def test_no_lines() -> None:
    assert personal_data(letter()).is_empty()
    assert set(FORMS)
