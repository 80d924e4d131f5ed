"""The trained score of the review list, on made-up items some of which have a wrong category."""

import random
import sys

import polars as pl
import pytest

from imr_etl.errors import RunError
from warehouse.query.unlikely_categories import HOW_TO_GET_IT, with_scores

WORDS = {
    "Rehabilitation > PT/OT": (
        "physical therapy for the knee visits",
        "therapy exercise function home program recovery",
    ),
    "Diagnostic Testing > Imaging Radiology": (
        "MRI of the lumbar spine contrast",
        "red flags imaging radiograph plain films",
    ),
    "Injection > Injection": ("epidural steroid injection left level", "radiculopathy relief injection percent weeks"),
    "Pharmaceuticals": ("tramadol mg tablets quantity refill", "opioid pain relief dose screening side effects"),
}
EACH = 40


def items() -> pl.DataFrame:
    """Forty items of each category, in its own words; the first of each has the next one's category."""
    chance, names = random.Random(7), list(WORDS)
    rows = []
    for place, (category, views) in enumerate(WORDS.items()):
        for number in range(EACH):
            request, reasons = (" ".join(chance.choices(view.split(), k=6)) for view in views)
            given = names[(place + 1) % len(names)] if number == 0 else category
            rows.append((f"{category} {number}", number == 0, category, given, request, reasons))
    columns = ["name", "is_wrong", "true", "category", "request", "reasons"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def test_wrong_categories_come_first() -> None:
    pytest.importorskip("sklearn")
    first = with_scores(items()).sort("score").head(len(WORDS))
    assert first["is_wrong"].all()
    assert first["likely"].to_list() == first["true"].to_list()
    assert first["score"].max() < 0.2


def test_one_category_alone_or_a_rare_one_is_not_judged() -> None:
    pytest.importorskip("sklearn")
    rare = items().with_columns(category=pl.when(pl.int_range(pl.len()) < 2).then(pl.lit("Rare")).otherwise("category"))
    assert "Rare" not in with_scores(rare)["category"]
    assert with_scores(rare.head(2)).is_empty()
    assert with_scores(items().head(0)).is_empty()


def test_without_scikit_learn_the_command_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.feature_extraction.text", None)
    with pytest.raises(RunError, match="imr-etl\\[review\\]"):
        with_scores(items())
    assert "pip install" in HOW_TO_GET_IT
