"""The code tables: no word means two things, every code is known."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imr_etl import vocabulary
from imr_etl.vocabulary import alias_table, code_table, code_table_names, find_terms, words

# The state's categories are distinguished by two columns; the first alone repeats.
PAIRED = "categories"
# It links codes of other tables and names nothing itself.
LINKS = "specialty_fits"
# Its words are read by their role in a sentence; one word may have several.
BY_ROLE = "diagnosis_phrases"


@pytest.mark.parametrize("name", code_table_names())
def test_columns_and_cells(name: str) -> None:
    table = code_table(name)
    assert (
        table.columns[-1 if name == LINKS else -3 :]
        == ["aliases", "misspellings", "comment"][-1 if name == LINKS else 0 :]
    )
    assert not table[table.columns[0]].is_null().any()
    cells = table.unpivot(pl.all()).drop_nulls("value")["value"]
    assert cells.filter(cells != cells.str.strip_chars()).to_list() == []


@pytest.mark.parametrize("name", [name for name in code_table_names() if name not in (PAIRED, LINKS, BY_ROLE)])
def test_no_alias_is_claimed_twice(name: str) -> None:
    aliases = alias_table(name)
    assert aliases["alias"].is_unique().all()
    canonical = code_table(name).columns[0]
    assert set(code_table(name)[canonical]) == set(aliases[canonical])


def test_fits_link_codes_that_there_are() -> None:
    fits, known = code_table(LINKS), code_table("categories")
    whole = fits.filter(pl.col("subcategory").is_null())
    assert set(whole["category"]) <= set(known["category"])
    assert fits.drop_nulls("subcategory").join(known, on=["category", "subcategory"], how="anti").rows() == []
    listed = fits.select("category", "subcategory", pl.col("specialties").str.split("|")).explode("specialties")
    assert set(listed["specialties"]) <= set(code_table("specialties")["specialty"])
    assert listed.is_unique().all()
    added = listed.drop_nulls("subcategory").join(
        listed.filter(pl.col("subcategory").is_null()), on=["category", "specialties"], how="semi"
    )
    assert added.rows() == [], "what fits the whole category need not be said again"


def test_a_word_with_two_meanings_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pl.DataFrame(
        {"region": ["hand", "foot"], "aliases": ["paw", "paw"], "misspellings": [None, None], "comment": [None, None]},
        schema_overrides={"misspellings": pl.String},
    )
    monkeypatch.setattr(vocabulary, "code_table", lambda _: table)
    with pytest.raises(ValueError, match="alias of two rows"):
        alias_table.__wrapped__("regions")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("C-spine MRI", " c  spine  mri "),
        ("Baker's cyst", " bakers  cyst "),
        ("L5/S1 (left)", " l5  s1  left "),
        ("--", " "),
    ],
)
def test_words(text: str, tokens: str) -> None:
    assert pl.select(words(pl.lit(text))).item().strip(" ") == tokens.strip(" ")


def test_find_terms_takes_the_longest_alias_at_each_place() -> None:
    frame = pl.DataFrame({"item": [1, 2, 3], "text": ["West Virginia, Virginia", "no state", None]})
    found = find_terms(frame, "text", "states", "item")
    assert found.select("item", "token", "state").rows() == [(1, 0, "West Virginia"), (1, 2, "Virginia")]


@given(st.lists(st.sampled_from(["Texas", "New York", "west", "Virginia", "x", "é", "Ohio"]), max_size=8))
def test_find_terms_counts_tokens(parts: list[str]) -> None:
    text = ", ".join(parts)
    tokens = pl.select(words(pl.lit(text))).item().split()
    for _, token, length, alias in (
        find_terms(pl.DataFrame({"n": [1], "text": [text]}), "text", "states", "n")
        .select("n", "token", "tokens", "alias")
        .rows()
    ):
        assert tokens[token : token + length] == alias.split()
