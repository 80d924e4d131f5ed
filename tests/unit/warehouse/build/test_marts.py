"""Every mart against figures worked out in plain Python from the same made-up letters."""

import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import date
from math import floor
from pathlib import Path
from statistics import mean, median
from typing import Any

import plain_rates
import pytest
from made_up_rows import STEPS, Item, Letter, cwci, made_up_letters, published_rows
from parquet_rows import ORDINARY
from sqlglot import exp

from imr_etl.storage.paths import DataPaths
from imr_etl.vocabulary import code_table
from warehouse import attached, sql, sql_names
from warehouse.build.marts import BATCH_CASES, mart, mart_lineage, mart_names
from warehouse.dictionary import column_sources, parsed

Key = tuple[Any, ...]
Figures = dict[Key, tuple[Any, ...]]

LETTERS = made_up_letters()
ITEMS = [(letter, item) for letter in LETTERS for item in letter.items]
LETTER_OF = {id(item): letter.row["sha256"] for letter, item in ITEMS}
RHO = plain_rates.correlation(
    plain_rates.by_letter(
        (letter.row["sha256"], item.overturned) for letter, item in ITEMS if item.row["category"] == category
    )
    for category in {item.row["category"] for _, item in ITEMS}
)


@pytest.fixture(scope="module")
def answers(made_up: DataPaths) -> dict[str, list[Key]]:
    """The rows of every mart."""
    return marts_of(made_up)


def marts_of(paths: DataPaths) -> dict[str, list[Key]]:
    """Rows of all marts, in their order where they have one."""
    with closing(attached(paths.warehouse, read_only=True)) as connection:
        return {
            model.name: connection.execute(
                f"SELECT {', '.join(model.columns)} FROM marts.{model.name}"
                f"{'' if parsed(model.name).args.get('order') else ' ORDER BY ALL'}"
            ).fetchall()
            for model in map(mart, mart_names())
        }


def rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def outcomes(keyed: Iterable[tuple[Key, Item]]) -> dict[Key, tuple[int, int, float | None, Key]]:
    """Key -> items, overturned, overturn rate; and of the rate: letters, the ends of its interval, its note."""
    groups: dict[Key, list[Item]] = defaultdict(list)
    for key, item in keyed:
        groups[key].append(item)
    return {key: (len(found), sum(item.overturned for item in found), *of_rate(found)) for key, found in groups.items()}


def of_rate(items: list[Item], is_counted: Callable[[Item], bool] = lambda item: item.overturned) -> Any:
    """The share of items that count, and of it: letters, the ends of its interval, its note."""
    letters = plain_rates.by_letter((LETTER_OF[id(item)], is_counted(item)) for item in items)
    return plain_rates.share(letters), (
        len(letters),
        *plain_rates.interval(letters, RHO),
        plain_rates.note(len(letters)),
    )


def flat(result: dict[Key, tuple[int, int, float | None, Key]]) -> Figures:
    return {key: (*figures, *tail) for key, (*figures, tail) in result.items()}


def with_shares(result: dict[Key, tuple[int, int, float | None, Key]], whole: Callable[[Key], int]) -> Figures:
    return {key: (items, items / whole(key), over, share, *tail) for key, (items, over, share, tail) in result.items()}


def per_year() -> Counter[int | None]:
    return Counter(letter.year for letter, _ in ITEMS)


def as_figures(rows: list[Key], keys: int) -> Figures:
    """Rows by their first columns; every key stands once."""
    found = {row[:keys]: tuple(pytest.approx(v) if isinstance(v, float) else v for v in row[keys:]) for row in rows}
    assert len(found) == len(rows)
    return found


def months_of(day: date) -> dict[str, date]:
    return {
        "month": day.replace(day=1),
        "quarter": date(day.year, 3 * ((day.month - 1) // 3) + 1, 1),
        "year": date(day.year, 1, 1),
    }


PUBLISHED = {
    int(row["year"]): (int(row["published"]), row["source"], int(row["as_of"]))
    for row in code_table("published_figures").filter(measure="letters decided").iter_rows(named=True)
}


def is_partial(period: Key, letters: int) -> bool | None:
    """Whether letters of a period are missing."""
    if period[1] is None:
        return None
    days = [letter.row["decision_date"] for letter in LETTERS if letter.year]
    length = {"month": 1, "quarter": 3, "year": 12}[period[0]]
    if {months_of(min(days))[period[0]], months_of(max(days))[period[0]]} & {period[1]}:
        return True
    published = PUBLISHED.get(period[1].year)
    return letters < 0.9 * length / 12 * published[0] if published else None


def year_loaded(day: date | None) -> float | None:
    if day is None or day.year not in PUBLISHED:
        return None
    return sum(letter.year == day.year for letter in LETTERS) / PUBLISHED[day.year][0]


def letters_by_period() -> Figures:
    periods: dict[Key, list[int]] = defaultdict(list)
    for letter in LETTERS:
        for key in months_of(letter.row["decision_date"]).items() if letter.year else [(None, None)]:
            periods[key].append(len(letter.items))
    return {
        key: (
            len(counts),
            sum(counts),
            mean(counts),
            sum(count > 1 for count in counts),
            mean(count > 1 for count in counts) if len(counts) >= 5 else None,
            counts.count(0),
            is_partial(key, len(counts)),
            year_loaded(key[1]),
        )
        for key, counts in periods.items()
    }


def item_outcomes_by_year() -> Figures:
    result = outcomes(((letter.year,), item) for letter, item in ITEMS)
    return {key: (items, items - over, over, share, *tail) for key, (items, over, share, tail) in result.items()}


def letter_outcomes_by_year() -> Figures:
    years: dict[Key, list[str | None]] = defaultdict(list)
    for letter in LETTERS:
        years[(letter.year,)].append(letter.row["outcome"])
    figures = {}
    for key, outcomes_ in years.items():
        found = [outcome for outcome in outcomes_ if outcome]
        shares: list[Any] = []
        for kind in OUTCOMES:
            counts: plain_rates.Counts = [(1, outcome == kind) for outcome in found]
            shares += [plain_rates.share(counts), *plain_rates.interval(counts, 0.0)]
        counted = [found.count(kind) for kind in OUTCOMES]
        figures[key] = (
            *(len(found), *counted, *shares, plain_rates.note(len(found))),
            len(outcomes_) - len(found),
        )
    return figures


OUTCOMES = ("upheld", "partially overturned", "overturned")


def outcomes_by_category() -> Figures:
    def key(letter: Letter, item: Item) -> Key:
        pair = (item.row["category"], item.row["subcategory"])
        return (letter.year, *pair, cwci(*pair))

    result = outcomes((key(letter, item), item) for letter, item in ITEMS)
    return {
        key: (items, items / per_year()[key[0]], over, share, *tail)
        for key, (items, over, share, tail) in result.items()
    }


NO_DRUG: dict[str, Any] = {"ingredient": None, "drug_class": None, "is_compound": False, "quantity": None}


def of_drugs(value: Callable[[dict[str, Any]], Key], wanted: Callable[[dict[str, Any]], bool] = bool) -> Any:
    """Year and value of each drug, once an item: with the item and its drugs of that value."""
    for letter, item in ITEMS:
        if item.row["category"] == "Pharmaceuticals":
            drugs = [drug for drug in item.drugs or [NO_DRUG] if wanted(drug)]
            for own in dict.fromkeys(map(value, drugs)):
                yield (letter.year, *own), item, [drug for drug in drugs if value(drug) == own]


def drug_items() -> Counter[int | None]:
    return Counter(letter.year for letter, item in ITEMS if item.row["category"] == "Pharmaceuticals")


def drugs_by_class() -> Figures:
    def key(letter: Letter, item: Item) -> Key:
        return (letter.year, item.row["subcategory"])

    asked = [(key(letter, item), item) for letter, item in ITEMS if item.row["category"] == "Pharmaceuticals"]
    compounds = Counter(own for own, item in asked if any(drug["is_compound"] for drug in item.drugs))
    return {
        own: (items, items / drug_items()[own[0]], over, share, compounds[own], *tail)
        for own, (items, over, share, tail) in outcomes(asked).items()
    }


def drugs_by_ingredient() -> Figures:
    asked = list(of_drugs(lambda drug: (drug["ingredient"], drug["drug_class"])))
    result = outcomes((key, item) for key, item, _ in asked)
    compounds = Counter(key for key, _, drugs in asked if any(drug["is_compound"] for drug in drugs))
    quantities: dict[Key, list[float]] = defaultdict(list)
    for key, _, drugs in asked:
        if stated := [drug["quantity"] for drug in drugs if drug["quantity"]]:
            quantities[key].append(max(stated))
    return {
        key: (
            items,
            items / drug_items()[key[0]],
            over,
            share,
            compounds[key],
            len(quantities[key]),
            median(quantities[key]) if quantities[key] else None,
            *tail,
        )
        for key, (items, over, share, tail) in result.items()
    }


def drugs_by_quantity() -> Figures:
    groups: dict[Key, list[tuple[bool, bool]]] = defaultdict(list)
    for key, item, drugs in of_drugs(lambda drug: (drug["ingredient"], drug["drug_class"])):
        quantity = max((drug["quantity"] for drug in drugs if drug["quantity"]), default=None)
        groups[(*key, quantity)].append((item.overturned, any(drug["is_compound"] for drug in drugs)))
    return {key: (len(found), sum(o for o, _ in found), sum(c for _, c in found)) for key, found in groups.items()}


def compounds_by_ingredient() -> Figures:
    asked = of_drugs(lambda drug: (drug["ingredient"],), lambda drug: drug["is_compound"])
    result = outcomes((key, item) for key, item, _ in asked)
    whole = Counter(letter.year for letter, item in ITEMS if any(drug["is_compound"] for drug in item.drugs))
    return {
        key: (items, items / whole[key[0]], over, share, *tail) for key, (items, over, share, tail) in result.items()
    }


def guideline_basis() -> Figures:
    result = outcomes(
        ((letter.year, item.basis("claims_administrator"), item.basis("reviewer")), item) for letter, item in ITEMS
    )
    return {
        key: (items, items / per_year()[key[0]], over, share, *tail)
        for key, (items, over, share, tail) in result.items()
    }


def guidelines_by_family() -> Figures:
    return flat(
        outcomes(
            ((letter.year, *cited), item)
            for letter, item in ITEMS
            for cited in {(row["cited_by"], row["source"], row["guideline_family"]) for row in item.citations}
        )
    )


def guideline_agreement() -> Figures:
    result = outcomes(((letter.year, item.agreement), item) for letter, item in ITEMS)
    return {
        key: (items, items / per_year()[key[0]], over, share, *tail)
        for key, (items, over, share, tail) in result.items()
    }


def specialty_fit() -> Figures:
    result = outcomes(((letter.year, item.row["category"], letter.fits(item)), item) for letter, item in ITEMS)
    whole = Counter((letter.year, item.row["category"]) for letter, item in ITEMS)
    return {
        key: (items, items / whole[key[:2]], over, share, *tail) for key, (items, over, share, tail) in result.items()
    }


def outcomes_by_cwci_category() -> Figures:
    result = outcomes(
        ((letter.year, cwci(item.row["category"], item.row["subcategory"])), item) for letter, item in ITEMS
    )
    return {
        key: (items, items / per_year()[key[0]], over, share, *tail)
        for key, (items, over, share, tail) in result.items()
    }


def cited_sections() -> Iterable[tuple[Key, Item]]:
    """Who cites which family, title and section (in lower case) for which treatment: once an item."""
    for _, item in ITEMS:
        row = item.row
        cited = {
            (
                citation["cited_by"],
                citation["guideline_family"],
                citation["guideline"].lower(),
                section.lower() if section else None,
            )
            for citation in item.citations
            if citation["source"] == "MTUS"
            for section in (citation["sections"] or [None])
        }
        for key in cited:
            yield (*key, row["category"], row["subcategory"], item.treatment), item


def guideline_sections() -> Figures:
    return flat(outcomes(cited_sections()))


def same_section_outcomes() -> Figures:
    result = outcomes(
        ((category, treatment, family, title, section), item)
        for (side, family, title, section, category, _, treatment), item in cited_sections()
        if side == "reviewer" and section and treatment
    )
    return {
        key: (items, items - over, over, share, None if share is None else min(share, 1 - share), *tail)
        for key, (items, over, share, tail) in result.items()
    }


def reviewers_by_specialty() -> Figures:
    def key(letter: Letter, item: Item, specialty: str | None) -> Key:
        return (letter.year, specialty, item.row["category"])

    reviewed = [(letter, item, s) for letter, item in ITEMS for s in (set(letter.specialties) - {None}) or {None}]
    return flat(outcomes((key(letter, item, s), item) for letter, item, s in reviewed))


def reviewers_by_license() -> Figures:
    result = outcomes(((letter.year, letter.is_californian), item) for letter, item in ITEMS)
    return {
        key: (items, items / per_year()[key[0]], over, share, *tail)
        for key, (items, over, share, tail) in result.items()
    }


def letters_by_days() -> Figures:
    counted: Counter[Key] = Counter()
    for letter in LETTERS:
        day = letter.row["decision_date"]
        month = day.replace(day=1) if day else None
        counted.update((month, letter.row["priority"], step, letter.days(step)) for step in STEPS)
    return {key: (count,) for key, count in counted.items()}


def days_elapsed() -> Figures:
    groups: dict[Key, list[int | None]] = defaultdict(list)
    for letter in LETTERS:
        row, day = letter.row, letter.row["decision_date"]
        periods = {"month": day.replace(day=1), "year": date(day.year, 1, 1)} if day else {None: None}
        for step in STEPS:
            for period, starts in periods.items():
                groups[(period, starts, row["priority"], step)].append(letter.days(step))
    figures = {}
    for key, found in groups.items():
        days = sorted(value for value in found if value is not None)
        late = sum(value > 30 for value in days)
        figures[key] = (
            len(days),
            len(found) - len(days),
            mean(days) if days else None,
            median(days) if days else None,
            days[floor(0.9 * len(days) - 1e-9)] if days else None,
            late,
            late / len(days) if len(days) >= 5 else None,
        )
    return figures


def claims_by_age() -> Figures:
    def key(letter: Letter, item: Item) -> Key:
        hurt = letter.row["injury_date"]
        return (hurt.year if hurt else None, letter.claim_age, item.row["category"] == "Pharmaceuticals")

    return flat(outcomes((key(letter, item), item) for letter, item in ITEMS))


def ur_modifications() -> Figures:
    groups: dict[Key, list[Item]] = defaultdict(list)
    for letter, item in ITEMS:
        groups[(letter.year, item.row["category"])].append(item)
    figures = {}
    for key, items in groups.items():
        modified, denied = ([item for item in items if bool(item.row["authorized"]) == was] for was in (True, False))
        share, (letters, low, high, _) = of_rate(items, lambda item: bool(item.row["authorized"]))
        rates = [of_rate(part) for part in (modified, denied)]
        counts = [(len(part), sum(item.overturned for item in part)) for part in (modified, denied)]
        figures[key] = (
            *(len(items), len(modified), share, counts[0][1], rates[0][0], *counts[1], rates[1][0]),
            *(letters, low, high, *rates[0][1][:3], *rates[1][1][:3]),
            plain_rates.note(min(rates[0][1][0], rates[1][1][0])),
        )
    return figures


def body_regions() -> Figures:
    groups: dict[Key, list[tuple[Item, set[str | None]]]] = defaultdict(list)
    for letter, item in ITEMS:
        for region in {part["region"] for part in item.parts} or {None}:
            sides = {part["side"] for part in item.parts if part["region"] == region}
            groups[(letter.year, region)].append((item, sides))
    result = outcomes((key, item) for key, found in groups.items() for item, _ in found)
    return {
        key: (
            *figures,
            *(sum(side in sides for _, sides in groups[key]) for side in ("left", "right", "bilateral")),
            *tail,
        )
        for key, (*figures, tail) in result.items()
    }


def partial_overturns() -> Figures:
    inside = [(letter, item) for letter, item in ITEMS if letter.row["outcome"] == "partially overturned"]
    usual = {id(item): mean(other.overturned for other in letter.items) for letter, item in inside}
    groups: dict[Key, list[Item]] = defaultdict(list)
    for _, item in inside:
        groups[(item.row["category"], item.row["subcategory"])].append(item)
    figures = {}
    for key, items in groups.items():
        over = sum(item.overturned for item in items)
        share, (letters, low, high, note) = of_rate(items)
        expected = None if share is None else mean(usual[id(item)] for item in items)
        whole = sum(item.overturned for _, item in inside)
        figures[key] = (letters, len(items), over, over / whole, share, low, high, expected, note)
    return figures


def service_decisions() -> Figures:
    groups: dict[Key, list[Item]] = defaultdict(list)
    for letter, item in ITEMS:
        if not item.row["is_ancillary"]:
            row = item.row
            alone = row["item_number"] if row["category"] is None else None
            groups[(letter.row["determination_id"], row["category"], row["subcategory"], alone)].append(item)
    by_id = {letter.row["determination_id"]: letter for letter in LETTERS}
    return {
        (case, items[0].row["item_number"]): (
            category,
            subcategory,
            len(items),
            (over := sum(item.overturned for item in items)),
            over > 0,
            0 < over < len(items),
            by_id[case].row["decision_date"],
            by_id[case].year,
            by_id[case].is_californian,
            sorted(set(by_id[case].specialties) - {None}),
        )
        for (case, category, subcategory, _), items in groups.items()
    }


def service_evidence() -> Figures:
    groups: dict[Key, list[Item]] = defaultdict(list)
    for letter, item in ITEMS:
        if not item.row["is_ancillary"]:
            row = item.row
            case = letter.row["determination_id"]
            groups[(case, row["category"], row["subcategory"], item.agreement)].append(item)
    days = {letter.row["determination_id"]: letter.row["decision_date"] for letter in LETTERS}
    return {
        key: (
            len(items),
            sum(item.overturned for item in items),
            sum(other[:3] == key[:3] for other in groups) == 1,
            days[key[0]],
        )
        for key, items in groups.items()
    }


def item_correlation() -> Figures:
    return {(): (pytest.approx(RHO),)}


def coverage() -> Figures:
    figures = {}
    for key in {(letter.year, letter.row["template"]) for letter in LETTERS}:
        letters = [letter for letter in LETTERS if (letter.year, letter.row["template"]) == key]
        items = [item for letter in letters for item in letter.items]
        unknown = sum(item.row["category"] is None for item in items)
        strange = sum(
            bool(own := [row for row in item.citations if row["cited_by"] == "reviewer"])
            and not any(row["guideline_family"] for row in own)
            for item in items
        )
        figures[key] = (
            len(letters),
            sum(not letter.items for letter in letters),
            len(items),
            unknown,
            sum(item.row["category"] == "Other" for item in items),
            rate(unknown, len(items)),
            strange,
            rate(strange, len(items)),
            sum(letter.row["patient_age"] is None for letter in letters),
        )
    return figures


def published_totals() -> Figures:
    loaded = Counter(letter.year for letter in LETTERS if letter.year)
    figures = {}
    for year in {*PUBLISHED, *loaded}:
        count, source, as_of = PUBLISHED.get(year, (None, None, None))
        figures[(year,)] = (loaded[year], count, loaded[year] / count if count else None, source, as_of)
    return figures


DECISIONS = {"uphold": "upheld", "upheld": "upheld", "overturn": "overturned", "overturned": "overturned"}


def agreement(rows: list[dict[str, Any]], letter: Letter) -> Iterator[tuple[str, int, float]]:
    """Compare what the state's search shows of a letter with the letter: measure, how much is compared, what agrees."""
    for name in ("decision_date", "injury_date", "application_received_date"):
        if rows[0].get(name):
            yield name.replace("_", " "), 1, letter.row[name] == rows[0][name]
    decisions = [DECISIONS.get(row["decision_as_printed"].lower()) for row in rows]
    if None not in decisions:
        outcome = decisions[0] if len(set(decisions)) == 1 else "partially overturned"
        yield "outcome", 1, letter.row["outcome"] == outcome
    own = [item.row for item in letter.items]
    yield "number of items", 1, len(own) == len(rows)
    shown = [(row["category_as_printed"], row["subcategory_as_printed"]) for row in rows]
    loaded = [(row["category"], row["subcategory"]) for row in own]
    for name, here, there in (
        ("decision", [(decision,) for decision in decisions], [(row["decision"],) for row in own]),
        ("category", [pair[:1] for pair in shown], [pair[:1] for pair in loaded]),
        ("subcategory", shown, loaded),
    ):
        known = Counter(value for value in here if None not in value)
        yield f"{name} of items, in any order", known.total(), (known & Counter(there)).total()
        if name != "decision" and decisions == [row["decision"] for row in own]:
            pairs = [(a, b) for a, b in zip(here, there, strict=True) if a[-1] is not None]
            label = f"{name}, item by item where the decisions agree in their order"
            yield label, len(pairs), sum(a == b for a, b in pairs)


def reconciliation() -> Figures:
    shown = defaultdict[str, list[Any]](list)
    for row in published_rows(LETTERS):
        shown[row["case_number"]].append(ORDINARY["published_decisions"] | row)
    loaded = {letter.row["case_number"]: letter for letter in LETTERS}
    days = {row["decision_date"] for rows in shown.values() for row in rows}
    counts = defaultdict[str, list[tuple[int, float]]](list)
    for case, letter in loaded.items():
        if letter.row["decision_date"] in days:
            counts["loaded letters that are published, of days that were asked for"].append((1, case in shown))
    for case, rows in shown.items():
        counts["published cases that are loaded"].append((1, case in loaded))
        for name, n, y in agreement(rows, loaded[case]) if case in loaded else ():
            counts[name].append((n, float(y)))
    figures = {}
    for name, of_letters in counts.items():
        some = [(n, y) for n, y in of_letters if n]
        n, y = sum(n for n, _ in some), sum(y for _, y in some)
        rates = (plain_rates.share(some), *plain_rates.interval(some, RHO))
        figures[(name,)] = (len(some), n, y, n - y, *map(pytest.approx, rates), plain_rates.note(len(some)))
    return figures


FIGURES: dict[str, tuple[int, Callable[[], Figures]]] = {
    "letters_by_period": (2, letters_by_period),
    "item_outcomes_by_year": (1, item_outcomes_by_year),
    "letter_outcomes_by_year": (1, letter_outcomes_by_year),
    "outcomes_by_category": (4, outcomes_by_category),
    "drugs_by_class": (2, drugs_by_class),
    "drugs_by_quantity": (4, drugs_by_quantity),
    "drugs_by_ingredient": (3, drugs_by_ingredient),
    "compounds_by_ingredient": (2, compounds_by_ingredient),
    "guideline_basis": (3, guideline_basis),
    "guidelines_by_family": (4, guidelines_by_family),
    "reviewers_by_specialty": (3, reviewers_by_specialty),
    "reviewers_by_license": (2, reviewers_by_license),
    "letters_by_days": (4, letters_by_days),
    "days_elapsed": (4, days_elapsed),
    "guideline_agreement": (2, guideline_agreement),
    "specialty_fit": (3, specialty_fit),
    "outcomes_by_cwci_category": (2, outcomes_by_cwci_category),
    "claims_by_age": (3, claims_by_age),
    "ur_modifications": (2, ur_modifications),
    "body_regions": (2, body_regions),
    "partial_overturns": (2, partial_overturns),
    "coverage": (2, coverage),
    "published_totals": (1, published_totals),
    "service_decisions": (2, service_decisions),
    "service_evidence": (4, service_evidence),
    "item_correlation": (0, item_correlation),
    "reconciliation": (1, reconciliation),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_mart_has_the_figures_of_its_letters(answers: dict[str, list[Key]], name: str) -> None:
    keys, expected = FIGURES[name]
    assert as_figures(answers[name], keys) == expected()


def test_sections_count_once_an_item_whatever_their_letter_case(answers: dict[str, list[Key]]) -> None:
    found = [
        (*row[:2], row[2].lower(), row[3].lower() if row[3] else None, *row[4:])
        for row in answers["guideline_sections"]
    ]
    assert as_figures(found, 7) == guideline_sections()
    found = [(*row[:3], row[3].lower(), row[4].lower(), *row[5:]) for row in answers["same_section_outcomes"]]
    assert as_figures(found, 5) == same_section_outcomes()


def test_a_letter_without_a_case_number_is_not_compared_with_published_cases(
    made_up: DataPaths, tmp_path: Path
) -> None:
    copy = tmp_path / "imr.duckdb"
    shutil.copy(made_up.warehouse, copy)
    days = {row["decision_date"] for row in published_rows(LETTERS)}
    case = next(letter.row["case_number"] for letter in LETTERS if letter.row["decision_date"] in days)

    def letters_of_days() -> int:
        rows = connection.execute(mart("reconciliation").select).fetchall()
        return next(n for measure, _, n, *_ in rows if measure.startswith("loaded letters that are published"))

    with closing(attached(copy)) as connection:
        before = letters_of_days()
        connection.execute("UPDATE main.determinations SET case_number = NULL WHERE case_number = ?", [case])
        assert letters_of_days() == before - 1


def test_a_published_figure_stands_beside_ours_where_the_year_is_loaded(made_up: DataPaths, tmp_path: Path) -> None:
    copy = tmp_path / "imr.duckdb"
    shutil.copy(made_up.warehouse, copy)
    of_2017 = [(letter, item) for letter, item in ITEMS if letter.year == 2017]
    loaded = sum(letter.year == 2017 for letter in LETTERS)

    def compared(published: int) -> dict[Key, dict[str, Any]]:
        query = "UPDATE codes.published_figures SET published = ? WHERE figure = 'letters decided 2017'"
        connection.execute(query, [str(published)])
        for name in ("published_totals", "published_comparison"):
            connection.execute(f"DELETE FROM marts.{name}")
            connection.execute(f"INSERT INTO marts.{name} {mart(name).select}")
        rows = connection.execute("FROM marts.published_comparison WHERE decision_year = 2017").fetchall()
        named = [dict(zip(mart("published_comparison").columns, row, strict=True)) for row in rows]
        return {(row["measure"], row["category"]): row for row in named}

    with closing(attached(copy)) as connection:
        few = compared(loaded * 2)
        whole = compared(loaded)
    key = ("overturn rate of treatment requests", None)
    assert (few[key]["ours"], few[key]["note"]) == (
        None,
        "50.0 % of the letters of the year are loaded, not 90 to 110 %",
    )
    share, (letters, low, high, _) = of_rate([item for _, item in of_2017])
    assert [whole[key][name] for name in ("letters", "items", "ours", "ours_low", "ours_high", "note")] == [
        letters,
        len(of_2017),
        pytest.approx(share),
        pytest.approx(low),
        pytest.approx(high),
        None,
    ]
    drugs, (letters, low, high, _) = of_rate(
        [item for _, item in of_2017], lambda item: item.row["category"] == "Pharmaceuticals"
    )
    row = whole["share of treatment requests", "Pharmaceuticals"]
    assert (row["ours"], row["ours_low"], row["letters"]) == (pytest.approx(drugs), pytest.approx(low), letters)
    assert "rule that is not public" in whole["upheld rate of service decisions", None]["note"]


def words(request: str) -> str:
    return re.sub(r"[^a-z0-9%]+", " ", request.lower()).strip()


def test_frequent_requests_leave_letter_case_and_marks_aside(answers: dict[str, list[Key]]) -> None:
    groups: dict[str, list[tuple[Letter, Item]]] = defaultdict(list)
    for letter, item in ITEMS:
        groups[words(item.row["disputed"])].append((letter, item))
    for request, _, items, over, share, first, last, *tail in answers["frequent_requests"]:
        found = groups.pop(words(request))
        assert request == min(
            spelled := [item.row["disputed"] for _, item in found], key=lambda r: (-spelled.count(r), r)
        )
        days = [letter.row["decision_date"] for letter, _ in found if letter.year]
        assert (items, over) == (len(found), sum(item.overturned for _, item in found))
        own, wanted = of_rate([item for _, item in found])
        assert share == (own and pytest.approx(own))
        assert tail == [pytest.approx(value) if isinstance(value, float) else value for value in wanted]
        assert (first, last) == (min(days, default=None), max(days, default=None))
    assert not groups


def test_problems_by_code(answers: dict[str, list[Key]]) -> None:
    ((code, meaning, problems, letters, share),) = answers["problems_by_code"]
    assert (code, problems, letters) == ("no_items", number := len(LETTERS[::7]), number)
    assert meaning
    assert share == pytest.approx(number / len(LETTERS))


def test_items_stand_once_each_with_what_their_letter_says(answers: dict[str, list[Key]]) -> None:
    rows = [dict(zip(mart("items").columns, row, strict=True)) for row in answers["items"]]
    found = {(row["determination_id"], row["item_number"]): row for row in rows}
    assert len(found) == len(rows) == len(ITEMS)
    for letter, item in ITEMS:
        row = found[letter.row["determination_id"], item.row["item_number"]]
        first_drug = item.drugs[0] if item.drugs else {"ingredient": None, "drug_class": None}
        families = {
            side: sorted({c["guideline_family"] for c in item.citations if c["cited_by"] == side} - {None})
            for side in ("claims_administrator", "reviewer")
        }
        assert row["is_overturned"] == item.overturned
        assert row["is_modified"] == bool(item.row["authorized"])
        assert (row["ingredient"], row["drug_class"]) == (first_drug["ingredient"], first_drug["drug_class"])
        named = [drug["ingredient"] for drug in item.drugs if drug["ingredient"]]
        assert row["ingredients"] == sorted({*named, *(part for name in named for part in name.split("/"))})
        assert row["drug_classes"] == sorted({drug["drug_class"] for drug in item.drugs if drug["drug_class"]})
        assert row["is_compound"] == any(drug["is_compound"] for drug in item.drugs)
        assert (row["ur_basis"], row["reviewer_basis"]) == (item.basis("claims_administrator"), item.basis("reviewer"))
        assert (row["ur_families"], row["reviewer_families"]) == tuple(families.values())
        assert row["guideline_agreement"] == item.agreement
        assert row["is_fitting_specialty"] == letter.fits(item)
        assert row["treatment"] == item.treatment
        for column in ("authorized", "rationale", "is_ancillary", "parent_item_number", "requested_quantity"):
            assert row[column] == item.row[column]
        assert row["regions"] == sorted({part["region"] for part in item.parts})
        assert row["reasons"] == [reason["reason"] for reason in item.reasons]
        doses = [drug["mme_requested"] for drug in item.drugs if drug["drug_class"] == "Opioids"]
        assert (row["is_opioid"], row["mme_requested"]) == (bool(doses), sum(doses) if doses and all(doses) else None)
        assert row["diagnosis_natures"] == sorted({nature for nature, _ in letter.diagnoses})
        assert row["diagnosis_regions"] == sorted({region for _, found in letter.diagnoses for region in found})
        assert row["states"] == sorted(letter.states)
        assert row["injury_date"] == letter.row["injury_date"]
        for step in STEPS:
            assert row[f"days_{step.replace(' ', '_')}"] == letter.days(step)
        assert row["specialties"] == sorted(set(letter.specialties) - {None})
        assert row["is_california_licensed"] == letter.is_californian
        assert row["claim_age"] == letter.claim_age
        assert row["cwci_category"] == cwci(item.row["category"], item.row["subcategory"])
        assert row["decision_month"] == (letter.row["decision_date"].replace(day=1) if letter.year else None)


def test_letters_stand_once_each_with_what_they_decide(answers: dict[str, list[Key]]) -> None:
    rows = [dict(zip(mart("letters").columns, row, strict=True)) for row in answers["letters"]]
    found = {row["determination_id"]: row for row in rows}
    assert len(found) == len(rows) == len(LETTERS)
    for letter in LETTERS:
        row = found[letter.row["determination_id"]]
        assert (row["items"], row["overturned"]) == (len(letter.items), sum(item.overturned for item in letter.items))
        assert row["specialties"] == sorted(set(letter.specialties) - {None})
        assert row["is_california_licensed"] == letter.is_californian
        services = [item.overturned for item in letter.items if item.row["is_ancillary"]]
        assert (row["ancillary_items"], row["ancillary_overturned"]) == (len(services), sum(services))
        assert row["decision_year"] == letter.year
        assert row["claim_age"] == letter.claim_age
        for column in ("case_number", "outcome", "decision_date", "priority", "template", "patient_age", "patient_sex"):
            assert row[column] == letter.row[column]
        for step in STEPS:
            assert row[f"days_{step.replace(' ', '_')}"] == letter.days(step)


def test_a_section_of_an_item_stands_once_in_its_most_frequent_spelling(answers: dict[str, list[Key]]) -> None:
    rows = [dict(zip(mart("item_sections").columns, row, strict=True)) for row in answers["item_sections"]]
    assert Counter(
        (row["cited_by"], row["guideline_family"], row["guideline"].lower(), row["section"] and row["section"].lower())
        for row in rows
    ) == Counter(key[:4] for key, _ in cited_sections())
    written = Counter(s for _, i in ITEMS for c in i.citations if c["source"] == "MTUS" for s in c["sections"])
    most = {
        min((w for w in written if w.lower() == s), key=lambda w: (-written[w], w)) for s in ("acupuncture", "nsaids")
    }
    assert {row["section"] for row in rows} == most | {None}
    assert len({row["guideline"] for row in rows}) == 2


def test_spellings_of_titles_and_sections(answers: dict[str, list[Key]]) -> None:
    cited = [c for _, item in ITEMS for c in item.citations if c["source"] == "MTUS"]
    written = Counter(("title", c["guideline"]) for c in cited)
    written.update(("section", section) for c in cited for section in c["sections"])
    assert {row[:2]: row[3] for row in answers["mtus_spellings"]} == written
    assert len(answers["mtus_spellings"]) == len(written)
    for part, name, in_words, _, spelling in answers["mtus_spellings"]:
        same = [known for kind, known in written if kind == part and known.lower() == name.lower()]
        assert spelling == min(same, key=lambda known: (-written[part, known], known))
        assert in_words == words(name)


def test_sections_are_compared_by_their_words(answers: dict[str, list[Key]]) -> None:
    assert Counter(row[2:6] for row in answers["mtus_citations"]) == Counter(
        (side, family, words(title), section and words(section))
        for (side, family, title, section, *_), _ in cited_sections()
    )


WORDS_OF_LETTERS = {
    "main.determinations.clinical_summary",
    "main.diagnoses.diagnosis",
    "main.problems.excerpt",
}
"""What letters say of a person at length: read in schema `main`, not copied into every answer, but for rationales."""


@pytest.mark.parametrize("name", sql_names("marts"))
def test_a_mart_holds_no_long_words_of_letters(name: str) -> None:
    sources = {source for found in column_sources(name).values() for source in found}
    assert not WORDS_OF_LETTERS & sources
    assert name == "items" or "main.disputed_items.rationale" not in sources


def test_schema_marts_holds_the_models_and_nothing_else(made_up: DataPaths) -> None:
    with closing(attached(made_up.warehouse, read_only=True)) as connection:
        found = connection.execute(
            "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'marts'"
        ).fetchall()
    assert sorted(found) == [(name, "VIEW" if mart(name).is_view else "BASE TABLE") for name in sql_names("marts")]


def test_every_mart_is_tried() -> None:
    others = (
        "guideline_sections same_section_outcomes frequent_requests problems_by_code items letters item_sections"
        " mtus_spellings mtus_citations published_comparison"
    )
    assert {*FIGURES, *others.split()} >= set(mart_names())
    assert set(mart_names()) == set(sql_names("marts"))


@pytest.mark.parametrize("name", sql_names("marts"))
def test_a_mart_describes_its_rows_and_columns(name: str) -> None:
    result = mart(name)
    assert re.fullmatch(r"[A-Z].*\.", result.description)
    assert re.fullmatch(r"[a-z].*[^.]", result.why)
    assert not any(text.endswith(".") for text in result.columns.values())
    head = sql(f"marts/{name}").splitlines()[2 : len(result.columns) + 2]
    assert all(line.startswith("-- column ") for line in head)


@pytest.mark.parametrize("name", sql_names("marts"))
def test_a_mart_names_tables_with_their_schema(name: str) -> None:
    """A name without its schema is another table, or none, where the warehouse is attached beside other databases."""
    tables = [table for table in parsed(name).find_all(exp.Table) if not table.db]
    known = {common.alias for common in parsed(name).find_all(exp.CTE)}
    assert {table.name for table in tables} - known == ({BATCH_CASES} if mart(name).is_filled_by_case else set())


def test_rows_that_are_filled_case_by_case_follow_from_their_case_alone() -> None:
    by_case = {f"marts.{name}" for name in mart_names() if mart(name).is_filled_by_case}
    assert by_case == {
        "marts.letters",
        "marts.items",
        "marts.mtus_citations",
        "marts.service_decisions",
        "marts.service_evidence",
    }
    for name in by_case:
        reads = mart_lineage()[name.removeprefix("marts.")]["reads"]
        assert {read for read in reads if read.startswith("marts.")} <= by_case


@pytest.mark.parametrize("name", sql_names("marts"))
def test_a_rate_stands_beside_its_number(name: str) -> None:
    columns = mart(name).columns
    for column in columns:
        if column.startswith(("share_", "overturn_rate")):
            assert "letters" in columns, column


@pytest.mark.parametrize("name", sql_names("marts"))
def test_columns_come_from_tables_or_count_rows(name: str) -> None:
    sources = column_sources(name)
    assert set(sources) == set(mart(name).columns)
    assert all(re.fullmatch(r"(main|codes)\.\w+\.\w+", source) for found in sources.values() for source in found)
