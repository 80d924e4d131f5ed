import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from imr_etl.distinct_texts import map_distinct_texts

TEXTS = st.lists(st.tuples(st.sampled_from(["a b", "b", "", None]), st.sampled_from(["x", None])), max_size=12)


def words_of(texts: pl.DataFrame) -> pl.DataFrame:
    """A reader: one row for each word of both texts, none where there are none."""
    both = pl.concat_str("first", "second", separator=" ", ignore_nulls=True).str.extract_all(r"\w")
    found = texts.select("sha256", "item_number", word=both).explode("word").drop_nulls("word")
    return found.with_columns(position=pl.int_range(pl.len()).over("sha256", "item_number"))


@given(TEXTS)
def test_each_row_has_what_the_reader_finds_in_it_alone(texts: list[tuple[str | None, str | None]]) -> None:
    rows = [(f"letter {number}", number, *pair) for number, pair in enumerate(texts)]
    schema = {"sha256": pl.String, "item_number": pl.Int32, "first": pl.String, "second": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    seen = []

    def reader(distinct: pl.DataFrame) -> pl.DataFrame:
        seen.append(distinct.height)
        return words_of(distinct)

    assert map_distinct_texts(frame, ["sha256", "item_number"], ["first", "second"], reader).equals(words_of(frame))
    assert seen == [len(set(texts))]
