"""The counts beside a search: decisions with their rate, months, and what the items have in common.

Belongs here: what is counted of a set of items. Does not belong here: which items are found
(`warehouse.query.search`), intervals (`imr_etl.intervals`), and how many letters a rate takes
(`warehouse.query.figures`).

A rate is a share of items; items of one letter are alike, so letters are counted beside items, and intervals count
letters. Of fewer than 5 letters no rate is printed; fewer than 20 are marked as few.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from imr_etl.intervals import Sums, interval_of_sums
from warehouse.query.figures import FEWEST_LETTERS, letters_note
from warehouse.query.search import Found
from warehouse.query.web.published import Opened

SAMPLED_LETTERS = 100_000
"""Letters from which the number of letters and intervals are estimated, where a set is too large to count them."""

SUMS = (
    "count(*) AS letters, sum(n)::BIGINT AS items, sum(y)::BIGINT AS counting, sum(n * n)::DOUBLE AS squares,"
    " sum(n * y)::DOUBLE AS products, sum(y * y)::DOUBLE AS counting_squares"
)
COUNTS = "count(*) AS n, count(*) FILTER (is_overturned) AS y"


@dataclass(frozen=True)
class Dimension:
    """What items are counted by: its heading, and its value for an item, or its values, each once."""

    heading: str
    value: str


DIMENSIONS: Mapping[str, Dimension] = {
    "category": Dimension("Category", "item.category"),
    "subcategory": Dimension("Subcategory", "item.subcategory"),
    "treatment": Dimension(
        "Treatment or drug",
        "unnest(CASE WHEN list_contains(item.ingredients, item.treatment) THEN item.ingredients"
        " ELSE list_append(item.ingredients, item.treatment) END)",
    ),
    "body_part": Dimension("Body part", "unnest(item.regions)"),
    "drug_class": Dimension("Drug class", "unnest(item.drug_classes)"),
    "ingredient": Dimension("Ingredient", "unnest(item.ingredients)"),
    "specialty": Dimension("Reviewer's specialty", "unnest(item.specialties)"),
    "state": Dimension("Reviewer's license", "unnest(item.states)"),
    "guideline_family": Dimension(
        "Guideline that either side cites",
        "unnest(list_distinct(list_concat(item.ur_families, item.reviewer_families)))",
    ),
    "outcome": Dimension("Outcome of the case", "item.letter_outcome"),
    "priority": Dimension("Priority", "item.priority"),
    "sex": Dimension("Sex of the patient", "item.patient_sex"),
    "diagnosis_nature": Dimension("Nature of a diagnosis", "unnest(item.diagnosis_natures)"),
    "diagnosis_region": Dimension("Body region of a diagnosis", "unnest(item.diagnosis_regions)"),
}
"""Filter -> how items are counted by it: for each value, the items that the filter finds with it."""

SHOWN_FIRST = ("category", "treatment", "body_part")
"""Counted beside each search; the others where they are asked for."""


@dataclass(frozen=True)
class Rate:
    """How many items of how many letters, how many of them are overturned, and the interval of that share."""

    items: int
    letters: int
    overturned: int
    interval: tuple[float, float] | None

    @property
    def upheld(self) -> int:
        """Count the items whose denial stands."""
        return self.items - self.overturned

    @property
    def share(self) -> float | None:
        """Compute the share of items that are overturned; None where the letters are too few for one."""
        return self.overturned / self.items if self.letters >= FEWEST_LETTERS else None

    @property
    def note(self) -> str | None:
        """Return the note beside the rate; None where there are enough letters."""
        return letters_note(self.letters)


@dataclass(frozen=True)
class Summary:
    """The counts of a set of items: all, by month, by the values of each dimension with the most frequent first.

    Letters and intervals are estimated from one in `part` letters.
    """

    rate: Rate
    months: list[tuple[date | None, int, int]]
    counts: dict[str, list[tuple[str, Rate]]]
    part: int = 1


def summarize(warehouse: Opened, found: Found, shown: int, *, is_exact: bool = False) -> Summary:
    """Count what was found, and the `shown` most frequent values of each dimension that can be counted at once."""
    if not found.is_gathered and not is_exact:
        return _summarize_many(warehouse, found, shown)
    source, values = ("FROM gathered AS item", {}) if found.is_gathered else (found.source, found.values)
    run = warehouse.connection.execute
    months = run(f"SELECT item.decision_month, {COUNTS} {source} GROUP BY ALL ORDER BY 1", dict(values)).fetchall()
    (row,) = run(
        f"SELECT {SUMS} FROM (SELECT {COUNTS} {source} GROUP BY item.determination_id)", dict(values)
    ).fetchall()
    rate = _of_sums(Sums(*(value or 0 for value in row)), _rho(warehouse))
    names = SHOWN_FIRST if rate.items else ()
    return Summary(rate, months, {name: count_by(warehouse, name, source, values, limit=shown) for name in names})


def _summarize_many(warehouse: Opened, found: Found, shown: int) -> Summary:
    """Add up the counts of many items, and estimate letters and intervals from some letters."""
    run, part, values = warehouse.connection.execute, sample_part(found.items), dict(found.values)
    cells = run("SELECT category, decision_month, n, y FROM counted").fetchall()
    run(
        f"CREATE OR REPLACE TEMP TABLE sampled AS SELECT determination_id, category, {COUNTS} FROM"
        f" (SELECT item.determination_id, item.category, item.is_overturned {found.source}"
        f" AND {_sampled('item.determination_id', part)}) GROUP BY ALL",
        values,
    )
    of_letters = "SELECT determination_id, sum(n) AS n, sum(y) AS y FROM sampled GROUP BY determination_id"
    (row,) = run(f"SELECT {SUMS} FROM ({of_letters})").fetchall()
    by_category = run(f"SELECT category, {SUMS} FROM sampled GROUP BY category").fetchall()
    sums = {category: Sums(*of) for category, *of in by_category}
    categories, months = Counter[str](), Counter[date | None]()
    overturned_by_category, overturned_by_month = Counter[str](), Counter[date | None]()
    for category, day, n, y in cells:
        months[day] += n
        overturned_by_month[day] += y
        if category is not None:
            categories[category] += n
            overturned_by_category[category] += y
    rho, overturned = _rho(warehouse), overturned_by_month.total()
    whole = _enlarged(Sums(*(value or 0 for value in row)), months.total(), overturned, part)
    counted = [
        (category, _of_sums(_enlarged(sums.get(category, NOTHING), n, overturned_by_category[category], part), rho))
        for category, n in categories.most_common(shown)
    ]
    days = sorted(months, key=lambda day: (day is None, day))
    return Summary(
        _of_sums(whole, rho),
        [(day, months[day], overturned_by_month[day]) for day in days],
        {"category": counted},
        part,
    )


def sample_part(items: int) -> int:
    """Return for how many letters one sampled letter stands, given the number of items; 1 where all are counted."""
    return max(1, items // SAMPLED_LETTERS)


def count_by(
    warehouse: Opened,
    name: str,
    source: str,
    values: Mapping[str, object],
    *,
    limit: int | None = None,
    part: int = 1,
) -> list[tuple[str, Rate]]:
    """Count items by the values of a dimension, the most frequent first.

    Where `part` is not 1, letters and intervals are estimated from one in so many letters; items are counted.
    """
    dimension = DIMENSIONS[name]
    valued = (
        f"SELECT item.determination_id, item.is_overturned, {dimension.value} AS value"
        f" FROM (SELECT item.* {source}) AS item"
    )
    by_letter = (
        f"SELECT value, {SUMS} FROM (SELECT value, determination_id, {COUNTS}"
        f" FROM ({valued} WHERE {_sampled('item.determination_id', part)})"
        " WHERE value IS NOT NULL GROUP BY value, determination_id)"
        " GROUP BY value ORDER BY items DESC, value LIMIT $limit"
    )
    given = {**values, "limit": limit}
    rho = _rho(warehouse)
    run = warehouse.connection.execute
    if part == 1:
        return [(value, _of_sums(Sums(*sums), rho)) for value, *sums in run(by_letter, given).fetchall()]
    sums = {value: Sums(*row) for value, *row in run(by_letter, {**given, "limit": None}).fetchall()}
    counted = run(
        f"SELECT value, {COUNTS} FROM ({valued}) WHERE value IS NOT NULL GROUP BY value ORDER BY n DESC, value"
        " LIMIT $limit",
        given,
    ).fetchall()
    return [(value, _of_sums(_enlarged(sums.get(value, NOTHING), n, y, part), rho)) for value, n, y in counted]


NOTHING = Sums(0, 0, 0, 0.0, 0.0, 0.0)


def _enlarged(sums: Sums, items: int, overturned: int, part: int) -> Sums:
    """Estimate the sums over all letters from those over one of `part` letters, and the counted items."""
    more = items / sums.items if sums.items else 1.0
    letters = min(items, round(sums.letters * more)) if sums.items else min(items, FEWEST_LETTERS - 1)
    return (
        Sums(letters, items, overturned, sums.squares * more, sums.products * more, sums.counting_squares * more)
        if part > 1
        else sums
    )


def _sampled(key: str, part: int) -> str:
    return f"hash({key}) % {part} = 0" if part > 1 else "TRUE"


def _of_sums(sums: Sums, rho: float) -> Rate:
    return Rate(sums.items, sums.letters, sums.counting, interval_of_sums(sums, rho))


def _rho(warehouse: Opened) -> float:
    """Read how alike items of one letter are."""
    ((rho,),) = warehouse.connection.execute("FROM marts.item_correlation").fetchall()
    return float(rho)
