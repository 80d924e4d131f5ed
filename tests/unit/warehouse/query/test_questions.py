"""Every question against figures worked out in plain Python from the same made-up letters."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from math import floor
from pathlib import Path
from statistics import mean, median
from typing import Any

import plain_rates
import pytest
from made_up_rows import Item, Letter, cwci, made_up_letters

from imr_etl.errors import RunError
from imr_etl.problems import PROBLEM_CODES
from imr_etl.storage.paths import DataPaths
from imr_etl.vocabulary import code_table
from warehouse import sql
from warehouse.query.questions import Answer, ask, question, question_names

Key = tuple[Any, ...]
Row = dict[str, Any]
Figures = dict[Key, Row]
Decided = list[tuple[Letter, Item]]

LETTERS = made_up_letters()
DAYS = sorted(letter.row["decision_date"] for letter in LETTERS if letter.year)
FROM, TO = DAYS[10], DAYS[-15]
LETTER_OF = {id(item): letter for letter in LETTERS for item in letter.items}
RHO = plain_rates.correlation(
    plain_rates.by_letter(
        (letter.row["sha256"], item.overturned)
        for letter in LETTERS
        for item in letter.items
        if item.row["category"] == category
    )
    for category in {item.row["category"] for letter in LETTERS for item in letter.items}
)


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


def overturn(items: list[Item], before: str = "", after: str = "", note: bool = True) -> Row:
    """Letters, items, overturned ones, their rate with its interval and note, under names with something about them."""
    return rated(items, lambda item: item.overturned, f"{before}overturn_rate{after}", RHO) | {
        f"{before}letters{after}": len(letters_of(items)),
        f"{before}items{after}": len(items),
        f"{before}overturned{after}": over(items),
        **({f"{before}note{after}": plain_rates.note(len(letters_of(items)))} if note else {}),
    }


def letters_of(items: Iterable[Item]) -> set[str]:
    return {LETTER_OF[id(item)].row["sha256"] for item in items}


def rated(items: list[Item], is_counted: Callable[[Item], bool], name: str, rho: float) -> Row:
    """A share of items with its interval."""
    letters = plain_rates.by_letter((LETTER_OF[id(item)].row["sha256"], is_counted(item)) for item in items)
    low, high = plain_rates.interval(letters, rho)
    return {name: plain_rates.share(letters), f"{name}_low": low, f"{name}_high": high}


def with_all(groups: dict[Key, list[Any]], found: list[Any], key: Key) -> dict[Key, list[Any]]:
    """Groups and a row of all; none where there is nothing."""
    return groups | ({key: found} if found else {})


def grouped(keyed: Iterable[tuple[Key, Any]]) -> dict[Key, list[Any]]:
    groups: dict[Key, list[Any]] = defaultdict(list)
    for key, value in keyed:
        groups[key].append(value)
    return groups


def pair(item: Item) -> Key:
    return (item.row["category"], item.row["subcategory"])


def is_service(item: Item) -> bool:
    """Not of an operation that the letter disputes."""
    return not item.row["is_ancillary"]


def judged(decided: Decided, values: Callable[[Letter, Item], Iterable[Any]]) -> Figures:
    """Figures of groups of items beside what is expected of them, services of operations left out."""
    decided = [(letter, item) for letter, item in decided if is_service(item)]
    whole = [item for _, item in decided]
    letters = len(letters_of(whole))
    figures = {}
    for value in {value for letter, item in decided for value in values(letter, item)}:
        own = [item for letter, item in decided if value in values(letter, item)]
        compared, rate_of, expected = plain_rates.expected(
            decided,
            lambda pair_, value=value: value in values(*pair_),
            lambda pair_: pair_[0].row["sha256"],
            lambda pair_: pair(pair_[1]),
            lambda pair_: pair_[1].overturned,
        )
        figures[(value,)] = overturn(own) | {
            "items_compared": compared,
            "compared_overturn_rate": rate_of,
            "expected_overturn_rate": expected,
        }
    if whole:
        none = dict.fromkeys(("items_compared", "compared_overturn_rate", "expected_overturn_rate"))
        figures[("all items",)] = overturn(whole) | none
    for row in figures.values():
        row |= {"share_of_letters": row["letters"] / letters, "share_of_items": row["items"] / len(whole)}
    return figures


PUBLISHED = {
    int(row["year"]): int(row["published"])
    for row in code_table("published_figures").filter(measure="letters decided").iter_rows(named=True)
}


def year_loaded(year: int | None) -> float | None:
    return sum(letter.year == year for letter in LETTERS) / PUBLISHED[year] if year in PUBLISHED else None


def letters_per_month(letters: list[Letter]) -> Figures:
    months = grouped(((letter.year and letter.row["decision_date"].replace(day=1),), letter) for letter in letters)
    ends = {day.replace(day=1) for day in (DAYS[0], DAYS[-1])}
    # The first and the last date asked for cut a month too.
    days = [letter.row["decision_date"] for letter in letters if letter.year]
    whole = len(letters) == len(LETTERS)
    figures = {}
    for key, found in months.items():
        items = [item for letter in found for item in letter.items]
        outcomes = Counter(letter.row["outcome"] for letter in found)
        (month,) = key
        partial: bool | None = None
        if month:
            is_cut = not whole and month in {day.replace(day=1) for day in (FROM, TO)} and days
            partial = month in ends or bool(is_cut)
            if not partial:
                partial = (
                    sum(bool(letter.year) and letter.row["decision_date"].replace(day=1) == month for letter in LETTERS)
                    < 0.9 / 12 * PUBLISHED[month.year]
                )
        figures[key] = overturn(items) | {
            "letters": len(found),
            "items_per_letter": len(items) / len(found),
            "share_of_letters_with_several": mean(len(letter.items) > 1 for letter in found)
            if len(found) >= 5
            else None,
            "letters_upheld": outcomes["upheld"],
            "letters_partially_overturned": outcomes["partially overturned"],
            "letters_overturned": outcomes["overturned"],
            "is_partial": partial,
            "share_of_published_letters": year_loaded(month.year if month else None),
        }
    return figures


def overturn_by_category(letters: list[Letter]) -> Figures:
    items = [item for _, item in items_of(letters)]
    groups = grouped(((*pair(item), cwci(*pair(item))), item) for item in items)
    return {
        key: overturn(found) | {"share_of_items": len(found) / len(items)}
        for key, found in with_all(groups, items, ("all items", None, None)).items()
    }


def is_drug(item: Item) -> bool:
    return bool(item.row["category"] == "Pharmaceuticals")


def drug_classes(letters: list[Letter]) -> Figures:
    drugs = [item for _, item in items_of(letters) if is_drug(item)]
    figures: Figures = {}
    groups = grouped(((item.row["subcategory"],), item) for item in drugs)
    for key, found in with_all(groups, drugs, ("all drugs",)).items():
        figures[key] = {"items_undated": sum(not LETTER_OF[id(item)].year for item in found)}
        for name, is_in in (("before", lambda year: year < 2018), ("since", lambda year: year >= 2018)):
            own, whole = (
                [item for item in some if (year := LETTER_OF[id(item)].year) and is_in(year)] for some in (found, drugs)
            )
            figures[key] |= overturn(own, after=f"_{name}") | {f"share_{name}": rate(len(own), len(whole))}
    return figures


def drug_classes_by_year(letters: list[Letter]) -> Figures:
    drugs = [item for _, item in items_of(letters) if is_drug(item)]
    years = grouped((LETTER_OF[id(item)].year, item) for item in drugs)
    figures = {}
    for year, found in years.items():
        groups = grouped(((year, item.row["subcategory"]), item) for item in found)
        for key, own in with_all(groups, found, (year, "all drugs")).items():
            figures[key] = overturn(own) | {
                "share_of_drug_items": len(own) / len(found),
                "share_of_published_letters": year_loaded(year),
            }
    return figures


def reviewer_sections(item: Item) -> set[Key]:
    return {
        (citation["guideline_family"], citation["guideline"].lower(), section and section.lower())
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
    return judged(items_of(letters), lambda _, item: [item.agreement])


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
    return judged(items_of(letters), lambda letter, _: (set(letter.specialties) - {None}) or {None})


def california_licensed(letters: list[Letter]) -> Figures:
    names = {True: "California", False: "elsewhere only", None: "not stated"}
    return judged(items_of(letters), lambda letter, _: [names[letter.is_californian]])


def days_in_words(days: list[int], ending: str) -> Row:
    days = sorted(days)
    return {
        f"mean_days{ending}": average(days),
        f"median_days{ending}": median(days) if days else None,
        f"p90_days{ending}": days[floor(0.9 * len(days) - 1e-9)] if days else None,
        f"share_of_letters_over_30{ending}": average(day > 30 for day in days) if len(days) >= 5 else None,
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
        for start, result in days.items():
            figures[key] |= days_in_words([day for day in result if day is not None], f"_from_{start}")
    return figures


def denial_to_application(letters: list[Letter]) -> Figures:
    figures = {}
    for key, found in grouped(((letter.year, letter.row["priority"]), letter) for letter in letters).items():
        days = [day for letter in found if (day := letter.days("denial to application")) is not None]
        figures[key] = days_in_words(days, "") | {
            "letters": len(days),
            "letters_over_30": sum(day > 30 for day in days),
            "letters_without": len(found) - len(days),
        }
    return figures


def ur_modifications(letters: list[Letter]) -> Figures:
    whole = [item for _, item in items_of(letters)]
    groups = grouped(((item.row["category"], cwci(*pair(item))), item) for item in whole)
    figures = {}
    for key, items in with_all(groups, whole, ("all items", None)).items():
        figures[key] = rated(items, lambda item: bool(item.row["authorized"]), "share_modified", RHO) | {
            "letters": len(letters_of(items)),
            "items": len(items),
        }
        for name, was in (("modified", True), ("denied", False)):
            own = [item for item in items if bool(item.row["authorized"]) == was]
            part = overturn(own, before=f"{name}_")
            part[name] = part.pop(f"{name}_items")
            figures[key] |= part
    return figures


def age_band(age: int | None) -> str | None:
    bands = {"under 1 year": range(1), "1 to 2 years": range(1, 3), "3 to 5 years": range(3, 6)}
    bands |= {"6 to 10 years": range(6, 11), "11 years and more": range(11, 200)}
    return next((name for name, years in bands.items() if age in years), None)


def claim_age(letters: list[Letter]) -> Figures:
    decided = items_of(letters)

    def keys(letter: Letter) -> list[Key]:
        hurt = letter.row["injury_date"]
        return [
            ("claim age", age_band(letter.claim_age)),
            ("accident year", str(hurt.year) if hurt else None),
            ("all items", "all items"),
        ]

    figures: Figures = {}
    for key, items in grouped((key, item) for letter, item in decided for key in keys(letter)).items():
        figures[key] = {}
        for name, wanted in (("drug", True), ("other", False)):
            own = [item for item in items if is_drug(item) == wanted]
            whole = sum(is_drug(item) == wanted for _, item in decided)
            figures[key] |= overturn(own, before=f"{name}_") | {f"share_of_{name}_items": rate(len(own), whole)}
    return figures


def partial_overturns(letters: list[Letter]) -> Figures:
    inside = [item for letter, item in items_of(letters) if letter.row["outcome"] == "partially overturned"]
    figures = {}
    for key, found in with_all(grouped((pair(item), item) for item in inside), inside, ("all items", None)).items():
        usual = [mean(other.overturned for other in LETTER_OF[id(item)].items) for item in found]
        figures[key] = overturn(found) | {
            "share_of_overturned": over(found) / over(inside),
            "expected_overturn_rate": mean(usual) if len(letters_of(found)) >= 5 else None,
        }
    return figures


def treatment_by_body_region(letters: list[Letter]) -> Figures:
    items = [item for _, item in items_of(letters)]
    treated = Counter((*pair(item), item.treatment) for item in items)
    groups = grouped(
        ((*pair(item), item.treatment, region), item)
        for item in items
        for region in {part["region"] for part in item.parts} or {"none named"}
    )
    return {
        key: overturn(found) | {"share_of_treatment_items": len(found) / treated[key[:3]]}
        for key, found in groups.items()
    }


def service_decisions(letters: list[Letter]) -> Figures:
    services: dict[Key, list[Item]] = defaultdict(list)
    for letter, item in items_of(letters):
        if is_service(item):
            alone = item.row["item_number"] if item.row["category"] is None else None
            services[(letter.row["sha256"], *pair(item), alone)].append(item)
    groups = grouped(((category, subcategory), key) for key in services for _, category, subcategory, _ in [key])
    figures = {}
    for key, found in with_all(groups, list(services), ("all services", None)).items():
        counts = plain_rates.by_letter((sha256[0], over(services[sha256]) > 0) for sha256 in found)
        low, high = plain_rates.interval(counts, RHO)
        figures[key] = {
            "letters": len(counts),
            "items": sum(len(services[own]) for own in found),
            "services": len(found),
            "share_of_services": len(found) / len(services),
            "overturned": sum(over(services[own]) > 0 for own in found),
            "mixed": sum(0 < over(services[own]) < len(services[own]) for own in found),
            "overturn_rate": plain_rates.share(counts),
            "overturn_rate_low": low,
            "overturn_rate_high": high,
            "note": plain_rates.note(len(counts)),
        }
    return figures


def requested_and_authorized(letters: list[Letter]) -> Figures:
    figures = {}
    for key, items in grouped(
        ((item.row["category"], item.row["quantity_unit"]), item) for _, item in items_of(letters)
    ).items():
        known = [item for item in items if item.row["requested_quantity"]]
        usable = [
            item
            for item in known
            if item.row["requested_quantity"] == item.row["authorized_quantity"] + item.row["disputed_quantity"]
        ]
        asked, granted = ([item.row[f"{kind}_quantity"] for item in usable] for kind in ("requested", "authorized"))
        is_enough = len(letters_of(usable)) >= 5
        figures[key] = {
            "letters": len(letters_of(usable)),
            "items": len(usable),
            "items_in_part": sum(value > 0 for value in granted),
            "requested": sum(asked) if asked else None,
            "authorized": sum(granted) if asked else None,
            "median_requested": median(asked) if asked else None,
            "share_authorized": sum(granted) / sum(asked) if is_enough else None,
            "mean_share_authorized": mean(g / a for g, a in zip(granted, asked, strict=True)) if is_enough else None,
            "note": plain_rates.note(len(letters_of(usable))),
            "items_without_quantity": len(items) - len(known),
            "items_not_adding_up": len(known) - len(usable),
        }
    return figures


def outcome_by_visits(letters: list[Letter]) -> Figures:
    def band(item: Item) -> str:
        visits = item.row["requested_quantity"]
        if item.row["quantity_unit"] != "visits" or visits is None:
            return "not stated"
        bands = {"1 to 6": 6, "7 to 12": 12, "13 to 24": 24, "more than 24": 10**9}
        return next(name for name, most in bands.items() if visits <= most)

    asked = [
        item
        for _, item in items_of(letters)
        if item.row["quantity_unit"] == "visits" or item.row["category"] == "Rehabilitation"
    ]
    return {
        key: overturn(found) | {"modified": sum(bool(item.row["authorized"]) for item in found)}
        for key, found in grouped(((*pair(item), band(item)), item) for item in asked).items()
    }


def reasons_upheld(letters: list[Letter]) -> Figures:
    upheld = [item for _, item in items_of(letters) if not item.overturned and item.row["rationale"]]

    def reasons(item: Item) -> set[str]:
        return {row["reason"] for row in item.reasons} or {"none found"}

    meanings = dict(code_table("rationale_reasons").select("reason", "description").iter_rows())
    figures = {}
    for reason in {reason for item in upheld for reason in reasons(item)}:
        own = [item for item in upheld if reason in reasons(item)]
        figures[(reason,)] = rated(
            upheld, lambda item, reason=reason: reason in reasons(item), "share_of_items", RHO
        ) | {
            "meaning": meanings.get(reason),
            "letters": len(letters_of(own)),
            "items": len(own),
            "items_upheld": len(upheld),
            "letters_upheld": len(letters_of(upheld)),
            "note": plain_rates.note(len(letters_of(upheld))),
        }
    return figures


def opioid_doses(letters: list[Letter]) -> Figures:
    def doses(item: Item) -> list[float | None]:
        return [drug["mme_requested"] for drug in item.drugs if drug["drug_class"] == "Opioids"]

    opioids = [item for _, item in items_of(letters) if doses(item)]
    figures = {}
    groups = grouped(((item.drugs[0]["ingredient"],), item) for item in opioids)
    for key, found in with_all(groups, opioids, ("all opioids",)).items():
        known = [sum(filter(None, doses(item))) for item in found if all(doses(item))]
        figures[key] = overturn(found) | {
            "items_with_mme": len(known),
            "items_without_mme": len(found) - len(known),
            "median_mme": median(known) if known else None,
            "largest_mme": max(known, default=None),
        }
    return figures


def diagnoses(letters: list[Letter]) -> Figures:
    decided = [letter for letter in letters if letter.items]
    named: list[tuple[Key, Letter]] = []
    for letter in decided:
        natures = {nature for nature, _ in letter.diagnoses}
        regions = {region for _, found in letter.diagnoses for region in found}
        for kind, values in (("nature", natures), ("body region", regions)):
            named += [((kind, value), letter) for value in values or {"none stated"}]
    figures = {}
    for key, found in grouped(named).items():
        counts: plain_rates.Counts = [(1, over(letter.items) > 0) for letter in found]
        low, high = plain_rates.interval(counts, 0.0)
        figures[key] = {
            "letters": len(found),
            "share_of_letters": len(found) / len(decided),
            "letters_with_overturn": sum(y for _, y in counts),
            "share_of_letters_with_overturn": plain_rates.share(counts),
            "share_of_letters_with_overturn_low": low,
            "share_of_letters_with_overturn_high": high,
            "note": plain_rates.note(len(found)),
        }
    return figures


def outcome_by_items_in_letter(letters: list[Letter]) -> Figures:
    decided = [letter for letter in letters if letter.items]

    def band(letter: Letter) -> str:
        return "5 to 9" if len(letter.items) >= 5 else str(len(letter.items))

    figures = {}
    groups = grouped(((band(letter),), letter) for letter in decided)
    for key, found in with_all(groups, decided, ("any number",)).items():
        rates = [mean(item.overturned for item in letter.items) for letter in found]
        figures[key] = overturn([item for letter in found for item in letter.items]) | {
            "share_of_letters": len(found) / len(decided),
            "mean_rate_of_letters": mean(rates) if len(found) >= 5 else None,
        }
    return figures


def avoidable_disputes(letters: list[Letter]) -> Figures:
    upheld = [item for _, item in items_of(letters) if not item.overturned and item.row["rationale"]]
    wanted = {
        "request incomplete": {"request_incomplete"},
        "already authorized": {"already_authorized"},
        "either": {"request_incomplete", "already_authorized"},
    }
    figures = {}
    groups = grouped(((item.row["category"],), item) for item in upheld)
    for (category,), found in with_all(groups, upheld, ("all items",)).items():
        for reason, codes in wanted.items():

            def has(item: Item, codes: set[str] = codes) -> bool:
                return bool(codes & {row["reason"] for row in item.reasons})

            own = [item for item in found if has(item)]
            figures[(category, reason)] = rated(found, has, "share_of_items", RHO) | {
                "letters": len(letters_of(own)),
                "items": len(own),
                "letters_upheld": len(letters_of(found)),
                "items_upheld": len(found),
                "note": plain_rates.note(len(letters_of(found))),
            }
    return figures


def surgery_bundles(letters: list[Letter]) -> Figures:
    operations = [
        item
        for _, item in items_of(letters)
        if item.row["category"] == "Surgery" and is_service(item) and item.row["subcategory"] == "Spine"
    ]

    def services(operation: Item) -> list[Item]:
        number = operation.row["item_number"]
        return [item for item in LETTER_OF[id(operation)].items if item.row["parent_item_number"] == number]

    figures = {}
    groups = grouped(((item.row["subcategory"],), item) for item in operations)
    for key, found in with_all(groups, operations, ("all operations",)).items():
        pairs = [(item, service) for item in found for service in services(item)]
        figures[key] = overturn(found) | {
            "operations_with_services": sum(bool(services(item)) for item in found),
            "items_per_operation": (len(found) + len(pairs)) / len(found),
            "services": len(pairs),
            "services_overturned": sum(service.overturned for _, service in pairs),
            "same_decision": sum(service.overturned == item.overturned for item, service in pairs),
            "rests_on_operation": sum(service.row["decision_follows_parent"] for _, service in pairs),
        }
    return figures


def same_section(letters: list[Letter]) -> Figures:
    figures = {}
    for key, items in grouped(
        ((item.row["category"], item.treatment, *cited[1:]), item)
        for _, item in items_of(letters)
        for cited in reviewer_sections(item)
        if item.treatment and cited[2]
    ).items():
        upheld = len(items) - over(items)
        if upheld and over(items):
            figures[key] = overturn(items) | {"upheld": upheld}
            own = figures[key]["overturn_rate"]
            figures[key]["disagreement"] = None if own is None else min(own, 1 - own)
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
    "sections-by-treatment": (
        "category subcategory treatment guideline_family guideline section",
        sections_by_treatment,
    ),
    "evidence-and-outcome": ("guideline_agreement", evidence_and_outcome),
    "winning-rationales": ("determination_id item_number", winning_rationales),
    "reviewer-specialties": ("specialty", reviewer_specialties),
    "california-licensed": ("licensed_in", california_licensed),
    "days-to-decision": ("decision_month priority", days_to_decision),
    "denial-to-application": ("decision_year priority", denial_to_application),
    "ur-modifications": ("category cwci_category", ur_modifications),
    "claim-age": ("grouped_by value", claim_age),
    "partial-overturns": ("category subcategory", partial_overturns),
    "same-section-different-outcome": ("category treatment guideline section", same_section),
    "coverage": ("kind decision_year value", coverage),
    "avoidable-disputes": ("category reason", avoidable_disputes),
    "diagnoses": ("kind value", diagnoses),
    "drug-classes-by-year": ("decision_year drug_class", drug_classes_by_year),
    "opioid-doses": ("ingredient", opioid_doses),
    "outcome-by-items-in-letter": ("items_in_letter", outcome_by_items_in_letter),
    "outcome-by-visits-requested": ("category subcategory visits_requested", outcome_by_visits),
    "reasons-upheld": ("reason", reasons_upheld),
    "requested-and-authorized": ("category quantity_unit", requested_and_authorized),
    "service-decisions": ("category subcategory", service_decisions),
    "surgery-bundles": ("subcategory", surgery_bundles),
    "treatment-by-body-region": ("category subcategory treatment region", treatment_by_body_region),
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


@pytest.mark.parametrize("name", [name for name in question_names() if question(name).stored])
def test_a_stored_answer_is_the_one_that_the_question_gives(made_up: DataPaths, name: str) -> None:
    """Dates that leave nothing out are computed; without dates the stored answer is read, in the same order."""
    stored = ask(made_up.warehouse, question(name))
    computed = ask(made_up.warehouse, replace(question(name), stored=None))
    assert stored.columns == computed.columns
    for row, other in zip(stored.rows, computed.rows, strict=True):
        assert row == tuple(pytest.approx(value) if isinstance(value, float) else value for value in other)


def test_the_documents_list_all_questions() -> None:
    text = (Path(__file__).parents[4] / "docs" / "questions.md").read_text(encoding="utf-8")
    listed = [line for line in text.splitlines() if line.startswith("| `") and line.count("|") == 3]
    asked = [f"| `{name}` | {question(name).meaning} |" for name in question_names()]
    assert [line for line in listed if line in asked] == asked


def test_every_question_is_tried() -> None:
    assert set(FIGURES) == set(question_names())
    assert len(FIGURES) == 26


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


def test_letters_without_a_date_are_reported_of(made_up: DataPaths) -> None:
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
