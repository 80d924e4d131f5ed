"""Services of an operation: `is_ancillary`, `parent_item_number` and `decision_follows_parent` of disputed items.

Belongs here: which items of a letter are services of an operation that it disputes too, and whether a rationale rests
on the decision about that operation. Does not belong here: the words that say so (vocabulary/ancillary_words.csv), and
which treatments are operations or services of one (`categories`).

What belongs to an operation is decided by the requests alone, so that the decisions of the two can be compared.
"""

from functools import cache
from typing import Final

import polars as pl

from imr_etl.transform.rationale_sentences import sentences
from imr_etl.vocabulary import alias_table, words

KEY: Final = ["sha256", "item_number"]
SURGERY: Final = "Surgery"
ADJUNCT: Final = "Adjunct Surgical Services"
NOT_OPERATIONS: Final = (ADJUNCT, "Surgical Consult")

STATUS: Final = (
    r"(?:medically  necessary|certified|noncertified|supported|authorized|approved|denied|warranted|"
    r"established)"
)
NEGATED: Final = r"(?:not|non|noncertified|denied|cannot|isnt|unsupported|nor|neither)"
CONDITION: Final = r" (?:if|when|whether|unless|until|should|once) "
REASON: Final = (
    r"^ (?:(?:therefore|thus|and|however|in  this  case|consequently)  )?"
    rf"(?:as|since|because|given|due  to|inasmuch  as|in  light  of)  (?:[^ ]+  ){{1,30}}?{STATUS}  "
    rf"(?:[^ ]+  ){{1,40}}?{STATUS} "
)
"""A sentence that draws its conclusion from another: 'As the one is not supported, the other is not supported.'"""


def with_operations(items: pl.DataFrame) -> pl.DataFrame:
    """Add is_ancillary, parent_item_number and decision_follows_parent to items; all items of a letter at once.

    Takes request, rationale, category and subcategory. An item is ancillary where it says that it belongs to an
    operation, or is an adjunct of one, and its letter disputes an operation as another item: its parent, the nearest
    one before it, else the first of the letter. `decision_follows_parent` is null without a rationale.
    """
    is_surgery = (pl.col("category") == SURGERY).fill_null(value=False)
    is_adjunct = (is_surgery & (pl.col("subcategory") == ADJUNCT)).fill_null(value=False)
    is_operation = is_surgery & pl.col("subcategory").is_in(NOT_OPERATIONS).fill_null(value=False).not_()
    marked = items.select(
        *KEY,
        "rationale",
        belongs=words(pl.col("request")).str.contains_any(_phrases("request")).fill_null(value=False) | is_adjunct,
        is_operation=is_operation,
    )
    parents = marked.filter(pl.col("is_operation") & ~pl.col("belongs")).select(*KEY, parent="item_number")
    first = parents.group_by("sha256").agg(first_parent=pl.col("parent").min())
    related = (
        marked.sort(KEY)
        .join_asof(parents.sort(KEY), on="item_number", by="sha256", check_sortedness=False)
        .join(first, on="sha256", how="left", maintain_order="left")
        .with_columns(parent_item_number=pl.when("belongs").then(pl.coalesce("parent", "first_parent")))
        .with_columns(is_ancillary=pl.col("parent_item_number").is_not_null())
    )
    related = related.join(_dependent(related), on=KEY, how="left", maintain_order="left").with_columns(
        decision_follows_parent=pl.when(pl.col("rationale").is_not_null()).then(
            pl.col("rests_on_operation").fill_null(value=False)
        )
    )
    return items.join(
        related.select(*KEY, "is_ancillary", "parent_item_number", "decision_follows_parent"),
        on=KEY,
        how="left",
        maintain_order="left",
    )


def _dependent(items: pl.DataFrame) -> pl.DataFrame:
    """Find the items whose rationale draws its conclusion from the decision about an operation: KEY, true.

    An ancillary item's rationale does so where it says that the operation is, or is not, supported and ends the same
    way; any other's only where one sentence does both. "The surgery is supported; however, ..." rests on something
    else.
    """
    tokens = words(pl.col("sentence"))
    operation = "(?:" + "|".join(phrase.strip(" ") for phrase in _phrases("operation")) + ")"
    decided = rf" (?:{operation})  (?:[^ ]+  ){{0,14}}?{STATUS} "
    said = (
        sentences(items.filter(pl.col("rationale").is_not_null()).select(*KEY, "is_ancillary", "rationale"))
        .with_columns(tokens=tokens)
        .with_columns(
            conclusion=pl.col("tokens").str.extract(rf"((?:[^ ]+  ){{0,8}}{STATUS}) (?: [^ ]+ )*$"),
            about_operation=pl.col("tokens").str.extract(f"({decided})"),
            is_reason=pl.col("tokens").str.contains(REASON),
            is_conditional=pl.col("tokens").str.contains(CONDITION),
        )
    )
    last = said.drop_nulls("conclusion").group_by(KEY, maintain_order=True).agg(pl.col("conclusion").last())
    counts = pl.col("about_operation").is_not_null() & (pl.col("is_ancillary") | pl.col("is_reason"))
    negated = pl.col("about_operation").str.contains(rf" {NEGATED} ")
    return (
        said.filter(counts & ~pl.col("is_conditional"))
        .drop("conclusion")
        .join(last, on=KEY)
        .filter(negated == pl.col("conclusion").str.contains(rf"\b{NEGATED}\b"))
        .select(*KEY, rests_on_operation=pl.lit(value=True))
        .unique(KEY)
    )


@cache
def _phrases(kind: str) -> list[str]:
    return alias_table("ancillary_words").filter(pl.col("kind") == kind).get_column("alias").to_list()
