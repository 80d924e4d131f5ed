"""Key findings of the report: at most five sentences made from its own figures.

Belongs here: which figures make a sentence, and its words. Does not belong here: the figures (the sections' SELECTs).

Each sentence has its items, its letters and its interval. None is of under 20 letters or of a partial month, none ranks
rates: a group is named only where its interval leaves out the rate of the whole.
"""

from typing import Any

from warehouse.query.figures import Rate, percent

Row = dict[str, Any]

MOST = 5
ENOUGH_LETTERS = 20


def key_findings(about: Row, sections: dict[str, list[Row]]) -> list[str]:
    """Make the sentences from the figures of the head, and the rows of the sections by their names."""
    if about["letters"] < ENOUGH_LETTERS or about["overturn_rate"] is None:
        return []
    categories = [row for row in sections["categories"] if row["category"] and row["letters"] >= ENOUGH_LETTERS]
    found = [
        f"Reviewers overturned {_rate(about, 'overturn_rate')} of the disputed items"
        f" ({about['overturned']:,} of {about['items']:,} items in {about['letters']:,} letters).",
        _most_frequent(about, categories),
        _differing(about, categories),
        _reason(sections["reasons"]),
        _sizes(sections["items-in-letter"]),
        _modified(sections["modifications"]),
    ]
    return [sentence for sentence in found if sentence][:MOST]


def _most_frequent(about: Row, categories: list[Row]) -> str | None:
    if not categories:
        return None
    row = categories[0]
    return (
        f"Most often disputed is {row['category']}: {row['items']:,} of {about['items']:,} items, in"
        f" {row['letters']:,} letters; {_rate(row, 'overturn_rate')} of them were overturned."
    )


def _named(row: Row) -> str:
    return f"{row['category']} ({_rate(row, 'overturn_rate')} of {row['items']:,} items in {row['letters']:,} letters)"


def _differing(about: Row, categories: list[Row]) -> str | None:
    rate = about["overturn_rate"]
    found = {
        "more": [row for row in categories if row["overturn_rate_low"] > rate],
        "less": [row for row in categories if row["overturn_rate_high"] < rate],
    }
    parts = [
        f"{word} often than all items {_listed([_named(row) for row in rows[:3]])}"
        for word, rows in found.items()
        if rows
    ]
    return f"Overturned {'; '.join(parts)}." if parts else None


def _reason(rows: list[Row]) -> str | None:
    row = next((row for row in rows if row["reason"] != "none found"), None)
    if row is None or row["letters"] < ENOUGH_LETTERS:
        return None
    return (
        f"The reason given most often for upholding a denial, in {_rate(row, 'share_of_items')} of the upheld items"
        f" with a rationale ({row['items']:,} of {row['items_upheld']:,} items in {row['letters_upheld']:,} letters):"
        f" {row['meaning'][:1].lower()}{row['meaning'][1:]}."
    )


def _sizes(rows: list[Row]) -> str | None:
    """Compare letters of one item with those of five and more, where their intervals do not meet."""
    by_size = {row["items_in_letter"]: row for row in rows if row["letters"] >= ENOUGH_LETTERS}
    one, many = by_size.get("1"), by_size.get("5 to 9")
    if not one or not many or one["overturn_rate_low"] <= many["overturn_rate_high"]:
        return None
    return (
        f"The only item of a letter wins more often: {_rate(one, 'overturn_rate')} of {one['items']:,} such items were"
        f" overturned, of the {many['items']:,} items in {many['letters']:,} letters with 5 to 9 items"
        f" {_rate(many, 'overturn_rate')}."
    )


def _modified(rows: list[Row]) -> str | None:
    """Compare what utilization review had authorized a part of with what it denied outright."""
    row = next((row for row in rows if row["category"] == "all items"), None)
    if row is None or min(row["modified_letters"], row["denied_letters"]) < ENOUGH_LETTERS:
        return None
    return (
        f"Of items of which a part had been authorized {_rate(row, 'modified_overturn_rate')} were overturned"
        f" ({row['modified']:,} items in {row['modified_letters']:,} letters), of those denied outright"
        f" {_rate(row, 'denied_overturn_rate')} ({row['denied']:,} items in {row['denied_letters']:,} letters)."
    )


def _rate(row: Row, name: str) -> str:
    rate = Rate(row[name], row[f"{name}_low"], row[f"{name}_high"])
    return f"{percent(row[name])} (95 % interval {100 * (rate.low or 0):.1f} to {100 * (rate.high or 0):.1f} %)"


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
