"""Items whose words speak for another category than the one they have: a trained score, for the review list only.

Belongs here: the score and its order. Does not belong here: a column of the warehouse (no table or mart has the score),
the categories themselves (`imr_etl.transform.categories`), and the other kinds of the review list
(`warehouse.query.review`).

Two views of an item are trained on the categories that the warehouse has: the words of its request, and those of its
reviewer's guideline and rationale. Each item is judged by models that were trained without it. An item comes first on
the list where both views find its category the least probable.

scikit-learn is optional: `pip install 'imr-etl[review]'`.
"""

import warnings
from datetime import date
from pathlib import Path

import polars as pl

from imr_etl.errors import RunError
from warehouse import sql
from warehouse.query.connect import reading
from warehouse.query.review import Finding

KIND = "unlikely_category"
HOW_TO_GET_IT = "Scores of categories need scikit-learn: pip install 'imr-etl[review]'"

MOST_ITEMS = 50_000
"""The most items that are scored, drawn at random by their number: training on more takes minutes."""

FOLDS = 5
"""Parts that each view is trained without in turn. Categories with fewer items are not judged."""

ROWS = 20
"""Of the list where no limit is given: 9 of 11 wrong categories were among the first 20 of 231 items."""


def unlikely_categories(
    warehouse: Path, *, first: date | None = None, last: date | None = None, limit: int | None = None
) -> list[Finding]:
    """List the items whose category is the least probable by their words, the least probable first.

    Raises:
        RunError: scikit-learn is not installed, or there is no warehouse that can be read.
    """
    with reading(warehouse) as connection:
        found = connection.execute(sql("review/categories"), {"from": first, "to": last, "most": MOST_ITEMS})
        columns = [column[0] for column in found.description or ()]
        items = pl.DataFrame(found.fetchall(), schema=columns, orient="row", infer_schema_length=None)
    scored = with_scores(items).filter(pl.col("likely") != pl.col("category"))
    scored = scored.sort("score", "determination_id", "item_number").head(limit or ROWS)
    return [
        Finding(
            code=KIND,
            word=row["category"],
            items=1,
            letters=1,
            determination_id=row["determination_id"],
            case_number=row["case_number"],
            decision_date=row["decision_date"],
            excerpt=f"{row['likely']}? {row['request']}",
            page=row["first_page"],
            place=place,
            of_kind=scored.height,
        )
        for place, row in enumerate(scored.iter_rows(named=True), start=1)
    ]


def with_scores(items: pl.DataFrame) -> pl.DataFrame:
    """Add `score` (the mean probability of an item's category by its two views) and `likely` (the most probable one).

    Items of categories that are too rare to be learned are left out.

    Args:
        items: category, request and reasons (String, neither null), and any other columns.

    Raises:
        RunError: scikit-learn is not installed.
    """
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  optional, and loads in a second
        from sklearn.linear_model import SGDClassifier  # noqa: PLC0415
        from sklearn.model_selection import StratifiedKFold, cross_val_predict  # noqa: PLC0415
        from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    except ImportError as error:
        raise RunError(HOW_TO_GET_IT) from error
    judged = items.filter(pl.len().over("category") >= FOLDS)
    empty = {"score": pl.lit(None, pl.Float64), "likely": pl.lit(None, pl.String)}
    if judged["category"].n_unique() < 2:
        return judged.head(0).with_columns(**empty)
    known = judged["category"].unique().sort()
    with warnings.catch_warnings():
        # A model that has not converged still ranks.
        warnings.simplefilter("ignore")
        views = [
            cross_val_predict(
                make_pipeline(
                    TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
                    SGDClassifier(loss="log_loss", alpha=1e-5, class_weight="balanced", random_state=0),
                ),
                judged[view].to_list(),
                judged["category"].to_list(),
                cv=StratifiedKFold(FOLDS, shuffle=True, random_state=0),
                method="predict_proba",
            )
            for view in ("request", "reasons")
        ]
    probable = views[0] + views[1]
    own = known.search_sorted(judged["category"]).to_list()
    return judged.with_columns(
        score=pl.Series([float(row[place]) / 2 for row, place in zip(probable, own, strict=True)]),
        likely=pl.Series([known[int(row.argmax())] for row in probable]),
    )
