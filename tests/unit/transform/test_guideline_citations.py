from datetime import date

import polars as pl
import pytest

from imr_etl.transform.guideline_citations import RANKS, guideline_citations, unknown_guidelines, unread_citations
from imr_etl.vocabulary import code_table

SCHEMA = {
    "sha256": pl.String,
    "item_number": pl.Int32,
    "cited_by": pl.String,
    "position": pl.Int32,
    "source": pl.String,
    "guideline": pl.String,
    "year": pl.Int32,
    "sections": pl.List(pl.String),
    "pages": pl.String,
}


def coded(source: str, *guidelines: str, sections: list[str] | None = None) -> pl.DataFrame:
    rows = [
        ("a", 1, "reviewer", position, source, guideline, None, sections or [], None)
        for position, guideline in enumerate(guidelines, 1)
    ]
    return guideline_citations(pl.DataFrame(rows, schema=SCHEMA, orient="row"))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Chronic Pain Medical Treatment", "MTUS Chronic Pain"),
        ("Chronic Pain Treatment Guidelines", "MTUS Chronic Pain"),
        ("Opioids Guideline", "MTUS Opioids"),
        ("Forearm, Wrist & Hand Complaints", "MTUS Forearm, Wrist and Hand"),
        ("Hip and Groin", "MTUS Hip and Groin"),
        ("Workplace Mental Health: Depressive Disorders Guideline", "MTUS Stress and Mental Health"),
        ("Cervical and Thoracic Spine Disorders Guideline", "MTUS Neck and Upper Back"),
        ("ACOEM Practice Guidelines, Chapter 16 (Eye Complaints)", "MTUS Eye"),
        ("MTUS", "MTUS Unspecified"),
        ("Moon Dust", None),
    ],
)
def test_family_of_an_mtus_title(title: str, expected: str | None) -> None:
    found = coded("MTUS", title)
    assert found["guideline_family"].to_list() == [expected]
    assert found["guideline_chapter"].to_list() == [None]


def test_a_title_among_the_sections_tells_the_family_of_the_schedule() -> None:
    assert coded("MTUS", "ACOEM", sections=["Chapter 16 Eye Complaints"])["guideline_family"].to_list() == ["MTUS Eye"]
    assert coded("MTUS", "ACOEM", sections=["Chapter 16"])["guideline_family"].to_list() == ["MTUS Eye"]
    assert coded("MTUS", "ACOEM Chapter 16")["guideline_family"].to_list() == ["MTUS Eye"]
    assert coded("MTUS", "Moon Dust", sections=["Eye Complaints"])["guideline_family"].to_list() == [None]


@pytest.mark.parametrize(
    ("text", "family", "chapter"),
    [
        ("Official Disability Guidelines (ODG), Eye, Goggles", "ODG", "Eye"),
        ("ODG Goggles, eye chapter", "ODG", "Eye"),
        ("ODG Low Back - Lumbar & Thoracic (Acute & Chronic), Belts", "ODG", "Low Back"),
        ("ODG Muscle relaxants (for pain)", "ODG", None),
        ("ODG Belts", "ODG", None),
        ("ACOEM Eye Disorders", "ACOEM", None),
        ("Other Medical Treatment Guidelines http://www.aetna.example/1", "Insurer Policy", None),
        ("Other Medical Treatment Guideline or Medical Evidence", "Other Guideline", None),
        ("http://www.drugs.com/goggles.html", "Drug Reference", None),
        ("http://www.ncbi.nlm.nih.gov/pubmed/1", "Medical Literature", None),
        ("Doe J, et al. Goggles. Am J Eyes 1999", "Medical Literature", None),
        ("Doe J, et al. Goggles. Cochrane Database 1999", "Cochrane", None),
        ("Doe's Textbook of Eyes", "Textbook", None),
        ("California Labor Code 1", "Law", None),
        ("American Academy of Orthopaedic Surgeons", "Professional Society", None),
        ("http://moon.example", None, None),
    ],
)
def test_family_of_another_source(text: str, family: str | None, chapter: str | None) -> None:
    found = coded("Non-MTUS", text)
    assert found.select("guideline_family", "guideline_chapter").rows() == [(family, chapter)]


def test_a_chapter_that_goes_on_has_the_family_before_it() -> None:
    found = coded("Non-MTUS", "ODG Eye, Goggles", "Head, Helmets", "Moon, Dust")
    assert found["guideline_family"].to_list() == ["ODG", "ODG", None]
    assert found["guideline_chapter"].to_list() == ["Eye", "Head", None]
    assert coded("Non-MTUS", "Head, Helmets")["guideline_family"].to_list() == [None]
    assert coded("Non-MTUS", "ACOEM Eye", "Head, Helmets")["guideline_family"].to_list() == ["ACOEM", None]


def test_unknown_guidelines() -> None:
    assert unknown_guidelines(coded("Non-MTUS", "ODG Eye", "Moon, Dust")).rows() == [("a", 1, "Moon, Dust")]


def test_no_citations() -> None:
    assert coded("MTUS").columns == [*SCHEMA, "guideline_family", "guideline_chapter"]


@pytest.mark.parametrize(("table", "source"), [("guideline_titles", "MTUS"), ("guideline_sources", "Non-MTUS")])
def test_every_name_has_a_family_and_a_role(table: str, source: str) -> None:
    families = code_table("guideline_families").filter(pl.col("source") == source)["family"].to_list()
    assert set(code_table(table)["family"]) == set(families)
    assert set(code_table(table)["role"]) <= set(RANKS)


@pytest.mark.parametrize(
    ("citation", "expected"),
    [
        ("Doe JA. Goggles. Moon 2010 Jan;35(2):E55-60", "Medical Literature"),
        ("Other Medical Treatment Guideline or Medical Evidence: Goggles. Moon 1999;12:34-5", "Medical Literature"),
        ("Other Medical Treatment Guideline or Medical Evidence: Goggles", "Other Guideline"),
    ],
)
def test_an_article_is_reported_by_its_volume_and_page(citation: str, expected: str) -> None:
    assert coded("Non-MTUS", citation).get_column("guideline_family").to_list() == [expected]


@pytest.mark.parametrize(
    ("title", "year", "sections", "is_unread"),
    [
        ("Eye Complaints", 2004, ["Goggles (for work)", "17"], False),
        ("Eye Complaints 20044", None, [], True),
        ("Eye Complaints [2004", None, [], True),
        ("Eye Complaints", 2004, ["Section(s): Goggles"], True),
        ("Eye Complaints", None, ["Goggles (July 18, 2009)"], True),
        ("Eye Complaints", 2004, ["Goggles page 4"], True),
        ("Eye Complaints", 2004, ["Goggles (for work"], True),
        ("Eye Complaints", 2017, [], True),
    ],
)
def test_what_was_not_taken_apart(title: str, year: int | None, sections: list[str], is_unread: bool) -> None:
    cited = coded("MTUS", title, sections=sections).with_columns(year=pl.lit(year, pl.Int32))
    letters = pl.DataFrame({"sha256": ["a"], "decision_date": [date(2016, 5, 1)]})
    assert unread_citations(cited, letters).height == int(is_unread)
