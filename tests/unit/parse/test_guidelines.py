import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imr_etl.parse.guidelines import citations

SCHEMA = {"sha256": pl.String, "item_number": pl.Int32, "cited_by": pl.String, "text": pl.String}
OUTSIDE = "recommendation(s) outside of the MTUS Guidelines"
Mtus = tuple[str, int | None, list[str], str | None]


def read(text: str | None) -> pl.DataFrame:
    return citations(pl.DataFrame([("a", 1, "reviewer", text)], schema=SCHEMA, orient="row"))


def mtus(text: str) -> list[Mtus]:
    found = read(text)
    assert set(found["source"]) == {"MTUS"}
    return found.select("guideline", "year", "sections", "pages").rows()


def other(text: str) -> list[str]:
    found = read(f"Decision based on Non-MTUS Citation {text}")
    assert set(found["source"]) <= {"Non-MTUS"}
    assert found["year"].null_count() == found.height
    return found["guideline"].to_list()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Eye Complaints 2004.", [("Eye Complaints", 2004, [], None)]),
        (
            "Eye Complaints 2004, Section(s): Red Flags, Summary.",
            [("Eye Complaints", 2004, ["Red Flags", "Summary"], None)],
        ),
        ("Elbow Complaints 2007, Section(s): 17.", [("Elbow Complaints", 2007, ["17"], None)]),
        (
            "Elbow Complaints 2007, and Acupuncture Treatment 2007.",
            [("Elbow Complaints", 2007, [], None), ("Acupuncture Treatment", 2007, [], None)],
        ),
        (
            "Forearm, Wrist, and Hand Complaints 2004, Section(s): Summary, Knee Complaints 2004, and Eye 2016.",
            [
                ("Forearm, Wrist, and Hand Complaints", 2004, ["Summary"], None),
                ("Knee Complaints", 2004, [], None),
                ("Eye", 2016, [], None),
            ],
        ),
        (
            "Space Sickness 2031, Section(s): Cures, and Moon Dust 2032.",
            [("Space Sickness", 2031, ["Cures"], None), ("Moon Dust", 2032, [], None)],
        ),
    ],
)
def test_titles_with_years(text: str, expected: list[Mtus]) -> None:
    assert mtus(f"Decision based on MTUS {text}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chronic Pain Guideline (May 15, 2017)", ("Chronic Pain Guideline", 2017, [])),
        ("Eye Disorders (ACOEM May 15, 2017)", ("Eye Disorders", 2017, [])),
        (
            "ACOEM Practice Guidelines, 2nd Edition (2004), Chapter 16",
            ("ACOEM Practice Guidelines", 2004, ["Chapter 16"]),
        ),
        ("ACOEM Guidelines, Second Edition, Chapter 16", ("ACOEM Guidelines", None, ["Chapter 16"])),
        ("2009: 9792.24.2. Chronic Pain Medical Treatment", ("Chronic Pain Medical Treatment", None, [])),
        ("Traumatic Brain Injury 2017, Section(s): Rest", ("Traumatic Brain Injury", 2017, ["Rest"])),
        (
            "Workplace Mental Health: Depressive Disorders Guideline (February 13, 2020), Section(s): Exercise",
            ("Workplace Mental Health: Depressive Disorders Guideline", 2020, ["Exercise"]),
        ),
        (
            "Hand, Wrist, and Forearm Disorders, Section(s): Splints",
            ("Hand, Wrist, and Forearm Disorders", None, ["Splints"]),
        ),
        ("Antiemetics Guideline", ("Antiemetics Guideline", None, [])),
        ("2021 ACOEM Eye Disorders, Section: Goggles", ("ACOEM Eye Disorders", 2021, ["Goggles"])),
        ("(2009) Chronic Pain Medical Treatment", ("Chronic Pain Medical Treatment", 2009, [])),
        (
            "Workplace Mental Health Guideline: Depressive Disorders (ACOEM February 13, 2020), Section(s): Exercise",
            ("Workplace Mental Health Guideline: Depressive Disorders", 2020, ["Exercise"]),
        ),
        ("Knee Disorders Guideline (December 3rd, 2019)", ("Knee Disorders Guideline", 2019, [])),
        ("Knee Disorders Guideline, version 2019, Goggles", ("Knee Disorders Guideline", 2019, ["Goggles"])),
        ("Chronic Pain Medical Treatment [July 18, 2009]", ("Chronic Pain Medical Treatment", 2009, [])),
        ("Chronic Pain Medical Treatment (07/18/2009)", ("Chronic Pain Medical Treatment", 2009, [])),
        (
            "Chronic Pain Medical Treatment, July 18, 2009 edition, Goggles",
            ("Chronic Pain Medical Treatment", 2009, ["Goggles"]),
        ),
        (
            "ACOEM Practice Guidelines, 2nd Edition, (2004) Chapter 16 Eye Complaints, Goggles",
            ("Eye Complaints", 2004, ["Chapter 16", "Goggles"]),
        ),
        (
            "ACOEM Guidelines, Chapter 16 (Eye Complaints) (2004), Goggles",
            ("ACOEM Guidelines, Chapter 16 (Eye Complaints)", 2004, ["Goggles"]),
        ),
        ("Elbow Complaints 2007, Section (s): Goggles", ("Elbow Complaints", 2007, ["Goggles"])),
        ("Elbow Complaints 2007, Section(s) - Goggles", ("Elbow Complaints", 2007, ["Goggles"])),
        ("Elbow Complaints 2007, (Section(s): Goggles)", ("Elbow Complaints", 2007, ["Goggles"])),
        ("Elbow Complaints 2007, Section(s): Guidelines", ("Elbow Complaints", 2007, [])),
        ("Elbow Complaints 2007, Guidelines, Goggles", ("Elbow Complaints", 2007, ["Goggles"])),
    ],
)
def test_titles_since_2017(text: str, expected: tuple[str, int | None, list[str]]) -> None:
    ((guideline, year, sections, _),) = mtus(f"Decision based on MTUS {text}.")
    assert (guideline, year, sections) == expected


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("Opioids, criteria for use", ["Opioids, criteria for use"]),
        ("NSAIDs, GI symptoms & cardiovascular risk, Yoga", ["NSAIDs, GI symptoms & cardiovascular risk", "Yoga"]),
        (
            "Weaning, opioids (specific guidelines), weaning of medications",
            ["Weaning, opioids (specific guidelines)", "weaning of medications"],
        ),
        (
            "Substance abuse (tolerance, dependence, addiction), Yoga",
            ["Substance abuse (tolerance, dependence, addiction)", "Yoga"],
        ),
        ("Yoga, Tai Chi, and Exercise", ["Yoga", "Tai Chi", "Exercise"]),
        ("Pain, Suffering, and the Restoration of Function", ["Pain, Suffering, and the Restoration of Function"]),
        ("A new thing, with a lower case end", ["A new thing, with a lower case end"]),
        ("Moon dust, benzodiazepines, yoga", ["Moon dust, benzodiazepines", "yoga"]),
        ("An open (parenthesis, Yoga", ["An open (parenthesis", "Yoga"]),
        ("Prevention, Initial Approaches to Treatment", ["Prevention", "Initial Approaches to Treatment"]),
        (
            "2. Opioids for Subacute Pain, 3.3.1 Opioids: Screening, Prior to Treatment: Tests, 3.4 Opioids: Weaning",
            [
                "2. Opioids for Subacute Pain",
                "3.3.1 Opioids: Screening, Prior to Treatment: Tests",
                "3.4 Opioids: Weaning",
            ],
        ),
        ("11, 12", ["11", "12"]),
    ],
)
def test_sections(listed: str, expected: list[str]) -> None:
    assert mtus(f"Decision based on MTUS General Approaches 2004, Section(s): {listed}.") == [
        ("General Approaches", 2004, expected, None)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Decision based on MTUS Chronic Pain Treatment Guidelines Yoga, pages 12-13.",
            [("Chronic Pain Treatment Guidelines", None, ["Yoga"], "12-13")],
        ),
        (
            "Decision based on MTUS Acupuncture Treatment Guidelines.",
            [("Acupuncture Treatment Guidelines", None, [], None)],
        ),
        (
            "Decision based on MTUS Knee Complaints, Chronic Pain Treatment Guidelines Exercise, Yoga Page(s): 4-5, 7.",
            [
                ("Knee Complaints", None, [], None),
                ("Chronic Pain Treatment Guidelines", None, ["Exercise", "Yoga"], "4-5, 7"),
            ],
        ),
        (
            "Decision based on MTUS ACOEM Practice Guidelines, Chapter 16 (Eye Complaints), page 4 of 9.",
            [("ACOEM Practice Guidelines, Chapter 16 (Eye Complaints)", None, [], "4")],
        ),
        ("Decision based on MTUS ACOEM, Red Flags, pg. 4.", [("ACOEM", None, ["Red Flags"], "4")]),
        (
            "Decision based on MTUS Acupuncture 8 C.C.R. 9792.20 - 9792.26 MTUS (Effective July 18, 2009) Page(s): 3.",
            [("Acupuncture", 2009, [], "3")],
        ),
        ("The Claims Administrator based its decision on the MTUS.", [("MTUS", None, [], None)]),
        (
            "The Physician Reviewer based his/her decision on the MTUS Eye Complaints, Red Flags, page 2.",
            [("Eye Complaints", None, ["Red Flags"], "2")],
        ),
        (
            "The Claims Administrator cited the Eye Complaints Chapter 16, pages 2 and 3, which is part of the MTUS.",
            [("Eye Complaints Chapter 16", None, [], "2, 3")],
        ),
        (
            "Decision based on MTUS Eye Complaints chapter: section on Red Flags.",
            [("Eye Complaints chapter", None, ["Red Flags"], None)],
        ),
        (
            "The reviewer relied on the Eye Complaints, as they speak of eyes, Ears.",
            [("Eye Complaints", None, [], None)],
        ),
        ("Decision based on MTUS Eye Complaints red flags, page 2.", [("Eye Complaints", None, ["red flags"], "2")]),
        (
            "The Claims Administrator based its decision on the California Chronic Pain Treatment (2009), Yoga.",
            [("California Chronic Pain Treatment", 2009, ["Yoga"], None)],
        ),
        (
            "The Claims Administrator based its decision on the Eye Complaints (ACOEM Practice Guidelines, 2nd Edition "
            "(2004), Chapter 16), page 4, which is part of the MTUS.",
            [("Eye Complaints", 2004, ["Chapter 16"], "4")],
        ),
        (
            "Decision based on MTUS ACOEM Chapter 13 Knee Complaints, Chapter 16 Eye Complaints Page(s): 4.",
            [("ACOEM Chapter 13 Knee Complaints", None, [], None), ("Chapter 16 Eye Complaints", None, [], "4")],
        ),
        (
            "Decision based on MTUS American College of Occupational and Environmental Medicine (ACOEM) 2004, Eyes.",
            [("American College of Occupational and Environmental Medicine (ACOEM)", 2004, ["Eyes"], None)],
        ),
        (
            "The reviewer cited the Yoga section, page 4-5 of the Eye Complaints Chapter, which is part of the MTUS.",
            [("Eye Complaints Chapter", None, ["Yoga"], "4-5")],
        ),
        ("Decision based on MTUS Eye Complaints 9792.24.2 Page(s): 4.", [("Eye Complaints", None, [], "4")]),
        ("Cited Guidelines: MTUS Knee Complaints, page 3", [("Knee Complaints", None, [], "3")]),
        ("The MTUS, Knee Complaints, page 3", [("Knee Complaints", None, [], "3")]),
        ("Decision based on MTUS Moon Dust, Craters, page 3.", [("Moon Dust", None, ["Craters"], "3")]),
    ],
)
def test_older_letters(text: str, expected: list[Mtus]) -> None:
    assert mtus(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ODG Eye Chapter, Goggles.", ["ODG Eye Chapter, Goggles"]),
        ("Official Disability Guidelines (ODG), Eye.", ["Official Disability Guidelines (ODG), Eye"]),
        ("Official Disability Guidelines (ODG) ODG Eye.", ["Official Disability Guidelines (ODG) ODG Eye"]),
        ("ODG Eye, Goggles and ODG Head, Helmets", ["ODG Eye, Goggles", "ODG Head, Helmets"]),
        ("ODG Eye Official Disability Guidelines (ODG) Head", ["ODG Eye", "Official Disability Guidelines (ODG) Head"]),
        (
            "ACOEM eye guidelines and the Official Disability Guidelines.",
            ["ACOEM eye guidelines", "Official Disability Guidelines"],
        ),
        ("ODG, ACOEM", ["ODG", "ACOEM"]),
        ("ACOEM/ODG eye", ["ACOEM/ODG eye"]),
        ("The Official Disability Guidelines", ["The Official Disability Guidelines"]),
        ("ODG Eye, Head and Burns chapters", ["ODG Eye, Head and Burns chapters"]),
        ("ODG Eye, Goggles; Head, Helmets; Other hats", ["ODG Eye, Goggles", "Head, Helmets; Other hats"]),
        (
            "Official Disability Guidelines (ODG); Head, Helmets",
            ["Official Disability Guidelines (ODG); Head, Helmets"],
        ),
        ("ODG Eye, Goggles. Head, Helmets", ["ODG Eye, Goggles", "Head, Helmets"]),
        ("ODG Eye; Doe JA, Roe B. Goggles", ["ODG Eye", "Doe JA, Roe B. Goggles"]),
        ("Doe JA; Roe BC, et al. Goggles", ["Doe JA; Roe BC, et al. Goggles"]),
        ("ODG Hand and Green's Operative Hand Surgery", ["ODG Hand", "Green's Operative Hand Surgery"]),
        ("Head, Helmets, ODG preface", ["Head, Helmets", "ODG preface"]),
        ("Helmets, ODG", ["Helmets, ODG"]),
        ("ODG Eye; http://www.goggles.example/a.html.", ["ODG Eye", "http://www.goggles.example/a.html"]),
        ("ODG Eye http://www.odg-twc.example/eye", ["ODG Eye http://www.odg-twc.example/eye"]),
        ("http://a.example http://b.example", ["http://a.example", "http://b.example"]),
        (
            "Other Medical Treatment Guidelines http://a.example",
            ["Other Medical Treatment Guidelines http://a.example"],
        ),
        ("Other Medical Treatment Guideline: ACOEM Eye", ["Other Medical Treatment Guideline: ACOEM Eye"]),
        ("Aetna Policy 1, Cigna Policy 2", ["Aetna Policy 1", "Cigna Policy 2"]),
        ("Doe J, et al. Goggles. Cochrane Database 1999", ["Doe J, et al. Goggles. Cochrane Database 1999"]),
        ("Doe J, et al. Goggles; Cochrane Database 1999", ["Doe J, et al. Goggles", "Cochrane Database 1999"]),
        ("Doe's Book of Eyes, 3rd ed.", ["Doe's Book of Eyes, 3rd ed"]),
        (".", []),
    ],
)
def test_other_sources(text: str, expected: list[str]) -> None:
    assert other(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Decision based on MTUS Eye Complaints 2004. Decision based on Non-MTUS Citation ODG Eye.",
            [("MTUS", "Eye Complaints"), ("Non-MTUS", "ODG Eye")],
        ),
        (
            f"The Expert Reviewer based their decision on {OUTSIDE}. Decision based on Non-MTUS ODG Eye.",
            [("Non-MTUS", "ODG Eye")],
        ),
        (
            "The Expert Reviewer found none. The Expert Reviewer cited the ODG, Eye, which is not part of the MTUS.",
            [("Non-MTUS", "ODG, Eye")],
        ),
        (
            "The Claims Administrator relied on the MTUS Eye Complaints, page 4, and on the Non-MTUS ODG, Eye.",
            [("MTUS", "Eye Complaints"), ("Non-MTUS", "ODG, Eye")],
        ),
        (
            "The Claims Administrator cited the Eye Complaints, which is part of the MTUS, and the ODG, Eye.",
            [("MTUS", "Eye Complaints"), ("Non-MTUS", "ODG, Eye")],
        ),
        ("The Claims Administrator did not cite any medical evidence for its decision.", []),
        ("Decision based on MTUS", [("MTUS", "MTUS")]),
        ("None cited.", []),
        ("", []),
        (None, []),
    ],
)
def test_clauses(text: str | None, expected: list[tuple[str, str]]) -> None:
    found = read(text)
    assert found.select("source", "guideline").rows() == expected
    assert found["position"].to_list() == list(range(1, len(expected) + 1))


def test_texts_keep_apart_and_in_order() -> None:
    rows = [
        ("b", 2, "reviewer", "Decision based on MTUS Eye Complaints 2004, and Knee Complaints 2004."),
        ("b", 2, "claims_administrator", None),
        ("a", 1, "reviewer", "Decision based on Non-MTUS Citation ODG."),
    ]
    found = citations(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    assert found.select("sha256", "item_number", "position", "guideline").rows() == [
        ("b", 2, 1, "Eye Complaints"),
        ("b", 2, 2, "Knee Complaints"),
        ("a", 1, 1, "ODG"),
    ]


def test_no_texts_give_the_same_columns() -> None:
    assert citations(pl.DataFrame(schema=SCHEMA)).schema == read("Decision based on MTUS Eye Complaints 2004.").schema


TITLES = st.sampled_from(["Knee Complaints", "Forearm, Wrist, and Hand Complaints", "Opioid Treatment", "Moon Dust"])
SECTIONS = st.sampled_from(["Yoga", "Opioids, criteria for use", "Tests (one, two)", "NSAIDs, GI symptoms", "17"])
ENTRIES = st.lists(st.tuples(TITLES, st.integers(1990, 2049), st.lists(SECTIONS, max_size=4)), min_size=1, max_size=5)


@given(entries=ENTRIES, joint=st.sampled_from([", and ", ", "]))
def test_what_is_joined_is_split_again(entries: list[tuple[str, int, list[str]]], joint: str) -> None:
    written = joint.join(
        f"{title} {year}" + (f", Section(s): {', '.join(sections)}" if sections else "")
        for title, year, sections in entries
    )
    assert [entry[:3] for entry in mtus(f"Decision based on MTUS {written}.")] == entries


@given(text=st.text(alphabet="MTUSODG acoem,;().:/123 and the Section(s) http://", max_size=80))
def test_any_text_is_read(text: str) -> None:
    found = read(f"Decision based on {text}")
    assert found["guideline"].null_count() == 0
    assert found["sections"].null_count() == 0


@pytest.mark.parametrize(
    ("written", "pages"),
    [("pages 3-5", "3-5"), ("page(s): 3 to 5, 9", "3-5, 9"), ("pages 3 through 5 and 9", "3-5, 9"), ("p. 3 of 9", "3")],
)
def test_pages(written: str, pages: str) -> None:
    assert mtus(f"Decision based on MTUS Eye Complaints 2004, Goggles, {written}.") == [
        ("Eye Complaints", 2004, ["Goggles"], pages)
    ]
