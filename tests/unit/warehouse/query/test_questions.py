"""Every question against figures worked out in plain Python from the same made-up letters."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from math import floor
from pathlib import Path
from statistics import mean, median
from typing import Any

import pytest
from made_up_rows import Item, Letter, cwci, made_up_letters

from imr_etl.errors import RunError
from imr_etl.problems import PROBLEM_CODES
from imr_etl.storage.paths import DataPaths
from warehouse import sql
from warehouse.query.questions import Answer, ask, question, question_names

Key = tuple[Any, ...]
Row = dict[str, Any]
Figures = dict[Key, Row]
Decided = list[tuple[Letter, Item]]

LETTERS = made_up_letters()
DAYS = sorted(letter.row["decision_date"] for letter in LETTERS if letter.year)
FROM, TO = DAYS[10], DAYS[-15]


def within(first: date | None, last: date | None) -> list[Letter]:
    def is_in(letter: Letter) -> bool:
        day = letter.row["decision_date"]
        return (first is None or (day and day >= first)) and (last is None or (day and day <= last))

    return [letter for letter in LETTERS if is_in(letter)]


def items_of(letters: list[Letter]) -> Decided:
    return [(letter, item) for letter in letters for item in letter.items]


def rate(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def average(values: Iterable[float]) -> float | None:
    found = list(values)
    return mean(found) if found else None


def over(items: Iterable[Item]) -> int:
    return sum(item.overturned for item in items)


def overturn(items: list[Item]) -> Row:
    return {"items": len(items), "overturned": over(items), "overturn_rate": rate(over(items), len(items))}


def grouped(keyed: Iterable[tuple[Key, Any]]) -> dict[Key, list[Any]]:
    groups: dict[Key, list[Any]] = defaultdict(list)
    for key, value in keyed:
        groups[key].append(value)
    return groups


def pair(item: Item) -> Key:
    return (item.row["category"], item.row["subcategory"])


def usual(decided: Decided) -> dict[Key, float]:
    """Overturn rate of each category and subcategory."""
    return {key: over(items) / len(items) for key, items in grouped((pair(item), item) for _, item in decided).items()}


def letters_per_month(letters: list[Letter]) -> Figures:
    months = grouped(((letter.year and letter.row["decision_date"].replace(day=1),), letter) for letter in letters)
    figures = {}
    for key, found in months.items():
        items = [item for letter in found for item in letter.items]
        outcomes = Counter(letter.row["outcome"] for letter in found)
        figures[key] = {
            "letters": len(found),
            "items_per_letter": len(items) / len(found),
            "share_of_letters_with_several": mean(len(letter.items) > 1 for letter in found),
            "letters_upheld": outcomes["upheld"],
            "letters_partially_overturned": outcomes["partially overturned"],
            "letters_overturned": outcomes["overturned"],
            **overturn(items),
        }
    return figures


def overturn_by_category(letters: list[Letter]) -> Figures:
    decided = items_of(letters)
    groups = grouped(((*pair(item), cwci(*pair(item))), item) for _, item in decided)
    return {key: overturn(items) | {"share_of_items": len(items) / len(decided)} for key, items in groups.items()}


def drug_classes(letters: list[Letter]) -> Figures:
    drugs = [(letter, item) for letter, item in items_of(letters) if item.row["category"] == "Pharmaceuticals"]
    figures: Figures = {}
    for key, found in grouped(((item.row["subcategory"],), (letter, item)) for letter, item in drugs).items():
        figures[key] = {"items_undated": sum(not letter.year for letter, _ in found)}
        for name, is_in in (("before", lambda year: year < 2018), ("since", lambda year: year >= 2018)):
            own = [item for letter, item in found if letter.year and is_in(letter.year)]
            whole = [item for letter, item in drugs if letter.year and is_in(letter.year)]
            figures[key] |= {
                f"items_{name}": len(own),
                f"share_{name}": rate(len(own), len(whole)),
                f"overturned_{name}": over(own),
                f"overturn_rate_{name}": rate(over(own), len(own)),
            }
    return figures


def reviewer_sections(item: Item) -> set[Key]:
    return {
        (citation["guideline"].lower(), section and section.lower())
        for citation in item.citations
        if citation["cited_by"] == "reviewer" and citation["source"] == "MTUS"
        for section in citation["sections"] or [None]
    }


def sections_by_treatment(letters: list[Letter]) -> Figures:
    decided = items_of(letters)
    treated = Counter((*pair(item), item.treatment) for _, item in decided)
    groups = grouped(
        ((*pair(item), item.treatment, *cited), item) for _, item in decided for cited in reviewer_sections(item)
    )
    return {
        key: overturn(items) | {"share_of_treatment_items": len(items) / treated[key[:3]]}
        for key, items in groups.items()
    }


def evidence_and_outcome(letters: list[Letter]) -> Figures:
    decided = items_of(letters)
    rates = usual(decided)
    return {
        key: overturn(items)
        | {
            "share_of_items": len(items) / len(decided),
            "expected_overturn_rate": mean(rates[pair(item)] for item in items),
        }
        for key, items in grouped(((item.agreement,), item) for _, item in decided).items()
    }


def winning_rationales(letters: list[Letter]) -> Figures:
    return {
        (letter.row["determination_id"], item.row["item_number"]): {
            name: item.row[name] for name in ("category", "disputed", "reviewer_guideline", "rationale")
        }
        | {"decision_date": letter.row["decision_date"], "treatment": item.treatment, "first_page": 2, "last_page": 3}
        for letter, item in items_of(letters)
        if item.overturned
    }


def reviewer_specialties(letters: list[Letter]) -> Figures:
    decided = items_of(letters)
    rates = usual(decided)
    deciding = {letter.row["sha256"] for letter, _ in decided}
    figures = {}
    for key, found in grouped(
        ((specialty,), (letter, item))
        for letter, item in decided
        for specialty in (set(letter.specialties) - {None}) or {None}
    ).items():
        own = {letter.row["sha256"] for letter, _ in found}
        judged = [fits for letter, item in found if (fits := letter.fits(item)) is not None]
        figures[key] = overturn([item for _, item in found]) | {
            "letters": len(own),
            "share_of_letters": len(own) / len(deciding),
            "expected_overturn_rate": mean(rates[pair(item)] for _, item in found),
            "items_judged": len(judged),
            "items_fitting": sum(judged),
            "share_fitting": rate(sum(judged), len(judged)),
        }
    return figures


def california_licensed(letters: list[Letter]) -> Figures:
    decided = items_of(letters)
    rates = usual(decided)
    figures = {}
    for key, found in grouped(((letter.is_californian,), (letter, item)) for letter, item in decided).items():
        own = {letter.row["sha256"] for letter, _ in found}
        figures[key] = overturn([item for _, item in found]) | {
            "letters": len(own),
            "share_of_letters": len(own) / len({letter.row["sha256"] for letter, _ in decided}),
            "expected_overturn_rate": mean(rates[pair(item)] for _, item in found),
        }
    return figures


def told_days(days: list[int], ending: str) -> Row:
    days = sorted(days)
    return {
        f"mean_days{ending}": average(days),
        f"median_days{ending}": median(days) if days else None,
        f"p90_days{ending}": days[floor(0.9 * len(days) - 1e-9)] if days else None,
        f"share_of_letters_over_30{ending}": average(day > 30 for day in days),
    }


def days_to_decision(letters: list[Letter]) -> Figures:
    figures = {}
    for key, found in grouped(
        ((letter.year and letter.row["decision_date"].replace(day=1), letter.row["priority"]), letter)
        for letter in letters
    ).items():
        days = {
            start: [letter.days(f"{start} to decision") for letter in found] for start in ("assignment", "application")
        }
        figures[key] = {
            "letters": len(found),
            "letters_without_dates": sum(None in both for both in zip(*days.values(), strict=True)),
        }
        for start, told in days.items():
            figures[key] |= told_days([day for day in told if day is not None], f"_from_{start}")
    return figures


def denial_to_application(letters: list[Letter]) -> Figures:
    figures = {}
    for key, found in grouped(((letter.year, letter.row["priority"]), letter) for letter in letters).items():
        days = [day for letter in found if (day := letter.days("denial to application")) is not None]
        figures[key] = told_days(days, "") | {
            "letters": len(days),
            "letters_over_30": sum(day > 30 for day in days),
            "letters_without": len(found) - len(days),
        }
    return figures


def ur_modifications(letters: list[Letter]) -> Figures:
    figures = {}
    for key, items in grouped(
        ((item.row["category"], cwci(*pair(item))), item) for _, item in items_of(letters)
    ).items():
        modified = [item for item in items if item.row["authorized"]]
        denied = [item for item in items if not item.row["authorized"]]
        figures[key] = {
            "items": len(items),
            "modified": len(modified),
            "share_modified": len(modified) / len(items),
            "modified_overturned": over(modified),
            "modified_overturn_rate": rate(over(modified), len(modified)),
            "denied": len(denied),
            "denied_overturned": over(denied),
            "denied_overturn_rate": rate(over(denied), len(denied)),
        }
    return figures


def age_band(age: int | None) -> str | None:
    bands = {"under 1 year": range(1), "1 to 2 years": range(1, 3), "3 to 5 years": range(3, 6)}
    bands |= {"6 to 10 years": range(6, 11), "11 years and more": range(11, 200)}
    return next((name for name, years in bands.items() if age in years), None)


def claim_age(letters: list[Letter]) -> Figures:
    decided = items_of(letters)

    def keys(letter: Letter) -> list[Key]:
        hurt = letter.row["injury_date"]
        return [("claim age", age_band(letter.claim_age)), ("accident year", str(hurt.year) if hurt else None)]

    figures: Figures = {}
    for key, items in grouped((key, item) for letter, item in decided for key in keys(letter)).items():
        figures[key] = {}
        for name, is_drug in (("drug", True), ("other", False)):
            own = [item for item in items if (item.row["category"] == "Pharmaceuticals") == is_drug]
            whole = sum((item.row["category"] == "Pharmaceuticals") == is_drug for _, item in decided)
            figures[key] |= {
                f"{name}_items": len(own),
                f"share_of_{name}_items": rate(len(own), whole),
                f"{name}_overturned": over(own),
                f"{name}_overturn_rate": rate(over(own), len(own)),
            }
    return figures


def partial_overturns(letters: list[Letter]) -> Figures:
    decided = items_of(letters)
    inside = {letter.row["sha256"] for letter in letters if letter.row["outcome"] == "partially overturned"}
    brought = over(item for letter, item in decided if letter.row["sha256"] in inside)
    figures = {}
    for key, found in grouped((pair(item), (letter, item)) for letter, item in decided).items():
        own = [(letter, item) for letter, item in found if letter.row["sha256"] in inside]
        elsewhere = [item for letter, item in found if letter.row["sha256"] not in inside]
        if own:
            figures[key] = overturn([item for _, item in own]) | {
                "letters": len({letter.row["sha256"] for letter, _ in own}),
                "share_of_overturned": over(item for _, item in own) / brought,
                "items_elsewhere": len(elsewhere),
                "overturn_rate_elsewhere": rate(over(elsewhere), len(elsewhere)),
            }
    return figures


def same_section(letters: list[Letter]) -> Figures:
    figures = {}
    for key, items in grouped(
        ((item.row["category"], item.treatment, *cited), item)
        for _, item in items_of(letters)
        for cited in reviewer_sections(item)
        if item.treatment and cited[1]
    ).items():
        upheld = len(items) - over(items)
        if upheld and over(items):
            figures[key] = overturn(items) | {
                "upheld": upheld,
                "disagreement": min(upheld, over(items)) / len(items),
            }
    return figures


def coverage(letters: list[Letter]) -> Figures:
    figures: Figures = {}
    for key, found in grouped(
        (("template", letter.year, letter.row["template"]), letter) for letter in letters
    ).items():
        items = [item for letter in found for item in letter.items]
        unknown = sum(item.row["category"] is None for item in items)
        strange = sum(
            item.basis("reviewer") not in (None, "none") and item.families("reviewer") == {None} for item in items
        )
        figures[key] = {
            "letters": len(found),
            "items": len(items),
            "items_without_category": unknown if items else None,
            "share_without_category": rate(unknown, len(items)),
            "items_other": sum(item.row["category"] == "Other" for item in items) if items else None,
            "items_without_family": strange if items else None,
            "share_without_family": rate(strange, len(items)),
            "meaning": None,
        }
    named = {letter.row["sha256"] for letter in LETTERS[::7]} & {letter.row["sha256"] for letter in letters}
    columns = (
        "items items_without_category share_without_category items_other items_without_family share_without_family"
    )
    figures[("problem", None, "no_items")] = dict.fromkeys(columns.split()) | {
        "letters": len(named),
        "meaning": PROBLEM_CODES["no_items"],
    }
    return figures


FIGURES: dict[str, tuple[str, Callable[[list[Letter]], Figures]]] = {
    "letters-per-month": ("decision_month", letters_per_month),
    "overturn-by-category": ("category subcategory cwci_category", overturn_by_category),
    "drug-classes-and-formulary": ("drug_class", drug_classes),
    "sections-by-treatment": ("category subcategory treatment guideline section", sections_by_treatment),
    "evidence-and-outcome": ("guideline_agreement", evidence_and_outcome),
    "winning-rationales": ("determination_id item_number", winning_rationales),
    "reviewer-specialties": ("specialty", reviewer_specialties),
    "california-licensed": ("is_california_licensed", california_licensed),
    "days-to-decision": ("decision_month priority", days_to_decision),
    "denial-to-application": ("decision_year priority", denial_to_application),
    "ur-modifications": ("category cwci_category", ur_modifications),
    "claim-age": ("told_by value", claim_age),
    "partial-overturns": ("category subcategory", partial_overturns),
    "same-section-different-outcome": ("category treatment guideline section", same_section),
    "coverage": ("kind decision_year value", coverage),
}
"""Question -> the columns that tell its rows apart, and its figures."""

SPELLED = ("guideline", "section")


def as_figures(answer: Answer, keys: str) -> Figures:
    figures: Figures = {}
    for row in (dict(zip(answer.columns, values, strict=True)) for values in answer.rows):
        key = tuple(row[name].lower() if name in SPELLED and row[name] else row[name] for name in keys.split())
        assert key not in figures
        figures[key] = {name: value for name, value in row.items() if name not in keys.split()}
    return figures


@pytest.mark.parametrize(
    "dates", [(None, None), (FROM, TO), (None, TO), (FROM, None)], ids=["all", "both", "to", "from"]
)
@pytest.mark.parametrize("name", FIGURES)
def test_a_question_has_the_figures_of_its_letters(
    made_up: DataPaths, name: str, dates: tuple[date | None, date | None]
) -> None:
    keys, expected = FIGURES[name]
    found = as_figures(ask(made_up.warehouse, question(name), first=dates[0], last=dates[1]), keys)
    wanted = expected(within(*dates))
    assert set(found) == set(wanted)
    for key, figures in wanted.items():
        approximate = {
            name: pytest.approx(value) if isinstance(value, float) else value for name, value in figures.items()
        }
        assert found[key] == approximate, key


def test_the_readme_lists_all_questions() -> None:
    text = (Path(__file__).parents[4] / "README.md").read_text(encoding="utf-8")
    listed = [line for line in text.splitlines() if line.startswith("| `") and line.count("|") == 3]
    asked = [f"| `{name}` | {question(name).meaning} |" for name in question_names()]
    assert [line for line in listed if line in asked] == asked


def test_every_question_is_tried() -> None:
    assert set(FIGURES) == set(question_names())
    assert len(FIGURES) == 15


@pytest.mark.parametrize("name", question_names())
def test_a_question_asks_something_and_says_how_to_read_the_answer(name: str) -> None:
    asked = question(name)
    assert re.fullmatch(r"[A-Z].*[?.]", asked.meaning)
    assert re.fullmatch(r"[A-Z].*\.", asked.reading)
    named = {*re.findall(r"\$(\w+)", sql(f"questions/{name}"))}
    assert {"from", "to", *asked.parameters} <= named <= {"from", "to", "limit", *asked.parameters}


def test_a_treatment_is_found_by_any_of_its_names(made_up: DataPaths) -> None:
    def treatments(word: str, name: str = "sections-by-treatment") -> set[object]:
        answer = ask(made_up.warehouse, question(name), parameters={"treatment": word})
        return {row[answer.columns.index("treatment")] for row in answer.rows}

    assert treatments("PT") == {"physical therapy"}
    assert treatments("physical therapy") == {"physical therapy"}
    assert treatments("pt/ot") == {"physical therapy"}
    assert treatments("rehabilitation") == {"physical therapy", "acupuncture"}
    assert treatments("Ultram") == {"tramadol"}
    assert treatments("CT") == set(), "inje-ct-ion is another word"
    assert treatments("lumbar fusion", "winning-rationales") == {"spinal fusion"}
    with pytest.raises(RunError, match="There is no treatment 100%': did you mean"):
        treatments("100%'")


def test_the_newest_rationales_come_first_and_a_limit_cuts(made_up: DataPaths) -> None:
    every = ask(made_up.warehouse, question("winning-rationales"))
    place = every.columns.index("decision_date")
    days = [row[place] for row in every.rows]
    assert days == sorted(days, key=lambda day: day or date.min, reverse=True)
    assert None in days
    assert not every.is_cut
    few = ask(made_up.warehouse, question("winning-rationales"), limit=3)
    assert (few.rows, few.is_cut) == (every.rows[:3], True)
    assert ask(made_up.warehouse, question("winning-rationales"), limit=len(days)) == every


def test_letters_without_a_date_are_told_of(made_up: DataPaths) -> None:
    undated = sum(letter.year is None for letter in LETTERS)
    assert ask(made_up.warehouse, question("coverage"), first=FROM).letters_undated == undated > 0


def test_an_unknown_question_gets_near_names() -> None:
    with pytest.raises(RunError, match=r"^There is no question overturn-by-categry: did you mean overturn-by-category"):
        question("overturn-by-categry")
    with pytest.raises(RunError, match=r"^There is no question licensed: did you mean california-licensed\?"):
        question("licensed")
    with pytest.raises(RunError, match=r"^There is no question \?\?\?: `imr-etl ask` lists them all\.$"):
        question("???")


def test_an_unknown_parameter_gets_the_known_ones(made_up: DataPaths) -> None:
    with pytest.raises(RunError, match=r"claim-age has no parameter color: it has none besides dates\.$"):
        ask(made_up.warehouse, question("claim-age"), parameters={"color": "red"})
    with pytest.raises(RunError, match=r"winning-rationales has no parameter color: it has treatment\.$"):
        ask(made_up.warehouse, question("winning-rationales"), parameters={"color": "red"})
