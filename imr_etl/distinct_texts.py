"""Reading each distinct text once, however many letters repeat it.

Belongs here: calling a reader with distinct texts only, and giving each row its answer. Does not belong here: any
reader.
"""

from collections.abc import Callable, Sequence

import polars as pl

Reader = Callable[[pl.DataFrame], pl.DataFrame]
"""Takes sha256, item_number and texts; returns sha256, item_number and what it found, any number of rows each."""


def map_distinct_texts(frame: pl.DataFrame, keys: Sequence[str], texts: Sequence[str], read: Reader) -> pl.DataFrame:
    """Call a reader once per distinct row of texts and join its answers to the rows of a frame.

    Args:
        frame: `keys`, which identify its rows, and `texts`.
        keys: columns of the answer that take the place of the reader's sha256 and item_number.
        texts: columns that the reader's answer depends on, and nothing else.
        read: the reader.

    Returns:
        `keys` and what the reader found, in the order of the frame, a row's findings in the reader's order.

    Example:
        >>> items = pl.DataFrame({"item": [1, 2], "disputed": ["MRI of the knee"] * 2})
        >>> map_distinct_texts(items, ["item"], ["disputed"], item_body_parts)  # reads "MRI of the knee" once
    """
    distinct = frame.select(texts).unique(maintain_order=True).with_row_index("of_text")
    found = read(distinct.with_columns(sha256=pl.lit(""), item_number="of_text"))
    return (
        frame.select(*keys, *texts)
        .join(distinct, on=texts, nulls_equal=True, maintain_order="left")
        .drop(set(texts) - set(keys))
        .join(
            found.drop("sha256").rename({"item_number": "of_text"}),
            on="of_text",
            maintain_order="left_right",
        )
        .drop("of_text")
    )
