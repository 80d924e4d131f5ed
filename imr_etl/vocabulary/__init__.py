"""The code tables: what words mean, one CSV each, and how they are loaded and checked.

Belongs here: what an expert of the field knows: canonical names, their codes and classes, aliases and known
misspellings. Does not belong here: patterns of a letter's layout
(`imr_etl.parse.patterns`), and any rule that says how two words of a request act upon each other
(`imr_etl.transform`).

A data folder may add rows to these tables (`imr_etl.vocabulary.additions`).

Every CSV has the canonical name in its first column, then its codes, and last `aliases`, `misspellings` and `comment`.
Several aliases are separated by `|`. A canonical name is its own alias. README.md in this folder says which knowledge
each table comes from.
"""

import sys
from collections.abc import Callable
from functools import _lru_cache_wrapper, cache
from hashlib import sha256
from importlib.resources import files

import polars as pl

SEPARATOR = "|"
MARK = "\x1e"
"""Stands on both sides of the number of what was found; no token holds it."""

OWN = ("number", "spaces", "alias", "first_token")

FEW_TEXTS = 1000
"""Fewer texts are searched only for the aliases whose first token they have: preparing all of them takes longer."""


_replaced: dict[str, pl.DataFrame] = {}
"""The tables that a data folder adds rows to, with those rows."""

_added_fingerprint: str | None = None


def code_table(name: str) -> pl.DataFrame:
    """Return the rows of a code table as written, every column a string, empty cells null.

    Those of a data folder follow those of the package (`imr_etl.vocabulary.additions`).
    """
    return _replaced[name] if name in _replaced else package_table(name)


@cache
def package_table(name: str) -> pl.DataFrame:
    """Return the rows of the package's `<name>.csv`."""
    with files(__package__).joinpath(f"{name}.csv").open("rb") as source:
        return pl.read_csv(source, infer_schema=False)


def replace_tables(tables: dict[str, pl.DataFrame], fingerprint: str | None) -> None:
    """Use these code tables instead of the package's, which stay in use for all other names.

    Whatever this program derived from code tables and keeps (`functools.cache`) is forgotten. `fingerprint` changes
    with the tables and is None where there are none.
    """
    global _replaced, _added_fingerprint
    if fingerprint == _added_fingerprint:
        return
    _replaced, _added_fingerprint = tables, fingerprint
    program = __package__.partition(".")[0] + "."
    for module in [module for name, module in sys.modules.items() if name.startswith(program)]:
        for kept in [value for value in vars(module).values() if isinstance(value, _lru_cache_wrapper)]:
            kept.cache_clear()


def replaced_tables() -> tuple[dict[str, pl.DataFrame], str | None]:
    """Return what `replace_tables` was last called with, for another process."""
    return _replaced, _added_fingerprint


def added_fingerprint() -> str | None:
    """Return eight hex digits that change with the rows that a data folder adds, None where it adds none."""
    return _added_fingerprint


def code_table_names() -> list[str]:
    """List every code table of the package, in alphabetical order."""
    here = files(__package__).iterdir()
    return sorted(entry.name.removesuffix(".csv") for entry in here if entry.name.endswith(".csv"))


@cache
def fingerprint() -> str:
    """Return eight hex digits that change with any change to any code table of the package."""
    tables = sha256()
    for name in code_table_names():
        tables.update(files(__package__).joinpath(f"{name}.csv").read_bytes())
    return tables.hexdigest()[:8]


@cache
def alias_table(name: str) -> pl.DataFrame:
    """Return one row per alias of `<name>.csv`: `alias` as tokens (see `words`), then the table's other columns.

    Canonical names and misspellings count as aliases. Raises ValueError where two rows claim the same alias or where an
    alias has no alphanumeric characters: a word that could mean two things would make a silent guess.
    """
    table = code_table(name)
    canonical = table.columns[0]
    spelled = [pl.col(column).str.split(SEPARATOR) for column in ("aliases", "misspellings") if column in table.columns]
    empty = pl.lit([], dtype=pl.List(pl.String))
    aliases = (
        table.with_columns(
            alias=pl.concat_list(pl.concat_list(canonical), *(column.fill_null(empty) for column in spelled))
        )
        .drop("aliases", "misspellings", "comment", strict=False)
        .explode("alias")
        .with_columns(words(pl.col("alias")))
        .unique(maintain_order=True)
    )
    bare = aliases.filter(pl.col("alias").str.strip_chars(" ") == "")
    twice = aliases.filter(pl.col("alias").is_duplicated())
    for rows, fault in ((bare, "empty alias"), (twice, "alias of two rows")):
        if not rows.is_empty():
            raise ValueError(f"{name}.csv: {fault}: {rows.select('alias', canonical).rows()}")
    return aliases


def words(text: pl.Expr) -> pl.Expr:
    """Return text as lower-case tokens of alphanumeric characters, each within spaces of its own.

    `C-spine MRI` is ` c  spine  mri `. An apostrophe joins (`Baker's` is `bakers`), every other mark separates. Tokens
    do not share a space, so that an alias made by this function is found in a text made by it only at token borders.
    """
    tokens = text.str.to_lowercase().str.replace_all("['\u2019]", "").str.replace_all(r"[^\p{L}\p{N}]+", "  ")
    return pl.concat_str(pl.lit(" "), tokens.str.strip_chars(" "), pl.lit(" ")).alias(text.meta.output_name())


Reader = Callable[[pl.Series], pl.Series]
"""Takes texts made by `words` and returns them as they are read, every token in its place."""


def find_terms(frame: pl.DataFrame, text: str, table: str, *keys: str, reader: Reader | None = None) -> pl.DataFrame:
    """Find where the aliases of a code table occur in a column of texts, longest alias first, without overlaps.

    Returns one row per occurrence, in the order of the frame and of the text: `keys`, `token` (how many tokens stand
    before it), `tokens` (how many it has), `alias`, and the table's own columns.
    """
    # One pass marks what is found, and the marks divide the text; to find aliases and places separately takes two.
    aliases, found, marks = _matcher(table)
    texts = frame.select(*keys, piece=words(pl.col(text)))
    if reader:
        texts = texts.with_columns(reader(texts["piece"]))
    if frame.height < FEW_TEXTS:
        tokens = texts.select(pl.col("piece").str.split(" ").explode()).to_series().unique()
        is_possible = aliases.get_column("first_token").is_in(tokens.implode())
        found, marks = found.filter(is_possible), marks.filter(is_possible)
    marked = pl.col("piece").str.replace_many(found.implode(), marks.implode(), leftmost=True)
    pieces = pl.col("piece").list.len()
    spaces = pl.col("piece").str.count_matches(" ", literal=True)
    before = pl.col("spaces").cum_sum() - pl.col("spaces")
    before_text = pl.when(pl.col("place") == 0).then(before).forward_fill()
    return (
        texts.with_columns(piece=marked)
        .filter(pl.col("piece").str.contains(MARK, literal=True))
        .with_columns(pl.col("piece").str.split(MARK))
        .with_columns(first=pieces.cum_sum() - pieces)
        .explode("piece")
        .with_columns(place=pl.int_range(pl.len()) - pl.col("first"))
        .with_columns(number=pl.when(pl.col("place") % 2 == 1).then("piece").cast(pl.UInt32))
        .join(aliases.select("number", "spaces"), on="number", how="left", maintain_order="left")
        .with_columns(spaces=pl.coalesce("spaces", spaces).cast(pl.Int64))
        .select(*keys, "number", token=(before - before_text) // 2, tokens=pl.col("spaces") // 2)
        .drop_nulls("number")
        .join(aliases.drop("spaces", "first_token"), on="number", how="left", maintain_order="left")
        .select(*keys, "token", "tokens", "alias", *(name for name in aliases.columns if name not in OWN))
    )


@cache
def _matcher(table: str) -> tuple[pl.DataFrame, pl.Series, pl.Series]:
    """List aliases with `number` and `spaces` (two a token), the longest first; the aliases alone; the mark of each."""
    aliases = (
        alias_table(table)
        .sort(pl.col("alias").str.len_bytes(), descending=True, maintain_order=True)
        .with_row_index("number")
        .with_columns(
            spaces=pl.col("alias").str.count_matches(" ", literal=True),
            first_token=pl.col("alias").str.extract(r"^ ([^ ]+) "),
        )
    )
    marks = aliases.select(pl.format(f"{MARK}{{}}{MARK}", "number")).to_series()
    return aliases, aliases.get_column("alias"), marks
