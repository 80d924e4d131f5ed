"""The code tables: what words mean, one CSV each, and how they are loaded and checked.

Belongs here: canonical names, their codes and classes, aliases and known misspellings, and nothing else that an
expert of the field would call knowledge. Does not belong here: patterns of a letter's layout
(`imr_etl.parse.patterns`), and any rule that says how two words of a request act upon each other
(`imr_etl.transform`).

Every CSV has the canonical name in its first column, then its codes, and last `aliases`, `misspellings` and `comment`.
Several aliases are separated by `|`. A canonical name is its own alias. README.md in this folder says which knowledge
each table comes from.
"""

from functools import cache
from hashlib import sha256
from importlib.resources import files

import polars as pl

SEPARATOR = "|"


@cache
def code_table(name: str) -> pl.DataFrame:
    """The rows of `<name>.csv` as written, every column a string, empty cells null."""
    with files(__package__).joinpath(f"{name}.csv").open("rb") as source:
        return pl.read_csv(source, infer_schema=False)


def code_table_names() -> list[str]:
    """Every code table of the package, in alphabetical order."""
    here = files(__package__).iterdir()
    return sorted(entry.name.removesuffix(".csv") for entry in here if entry.name.endswith(".csv"))


@cache
def fingerprint() -> str:
    """Eight hex digits that change with any change to any code table."""
    tables = sha256()
    for name in code_table_names():
        tables.update(files(__package__).joinpath(f"{name}.csv").read_bytes())
    return tables.hexdigest()[:8]


@cache
def alias_table(name: str) -> pl.DataFrame:
    """One row per alias of `<name>.csv`: `alias` as tokens (see `words`), then the table's other columns.

    Canonical names and misspellings count as aliases. Raises ValueError where two rows claim the same alias or where an
    alias has no letters or digits: a word that could mean two things would make a silent guess.
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
    """Text as lower-case tokens of letters and digits, each within spaces of its own.

    `C-spine MRI` is ` c  spine  mri `. An apostrophe joins (`Baker's` is `bakers`), every other mark parts. Tokens do
    not share a space, so that an alias made by this function is found in a text made by it only at token borders.
    """
    tokens = text.str.to_lowercase().str.replace_all("['\u2019]", "").str.replace_all(r"[^\p{L}\p{N}]+", "  ")
    return pl.concat_str(pl.lit(" "), tokens.str.strip_chars(" "), pl.lit(" ")).alias(text.meta.output_name())


def find_terms(frame: pl.DataFrame, text: str, table: str, *keys: str) -> pl.DataFrame:
    """Where the aliases of a code table occur in a column of texts, longest alias first, without overlaps.

    Returns one row per occurrence, in the order of the frame and of the text: `keys`, `token` (how many tokens stand
    before it), `tokens` (how many it has), `alias`, and the table's own columns.
    """
    aliases = alias_table(table)
    patterns = aliases.sort(pl.col("alias").str.len_bytes(), descending=True, maintain_order=True).get_column("alias")
    return (
        frame.select(*keys, text=words(pl.col(text)))
        .with_columns(
            alias=pl.col("text").str.extract_many(patterns.to_list(), leftmost=True),
            start=pl.col("text").str.find_many(patterns.to_list(), leftmost=True),
        )
        .explode("alias", "start")
        .filter(pl.col("alias").is_not_null())
        .with_columns(
            token=pl.col("text")
            .cast(pl.Binary)
            .bin.slice(0, pl.col("start"))
            .cast(pl.String)
            .str.count_matches("  ", literal=True)
            .cast(pl.Int64)
            + (pl.col("start") > 0),
            tokens=pl.col("alias").str.count_matches("  ", literal=True).cast(pl.Int64) + 1,
        )
        .drop("text", "start")
        .join(aliases, on="alias", how="left", maintain_order="left")
        .select(*keys, "token", "tokens", pl.all().exclude(*keys, "token", "tokens"))
    )
