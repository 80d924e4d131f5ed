"""`diagnoses.nature` and `diagnoses.is_uncertain`: of what kind a diagnosis is, and whether it is in doubt.

Belongs here: which of the natures that a diagnosis names counts. Does not belong here: the natures and their order
(vocabulary/diagnosis_natures.csv), and the words that name them (diagnosis_nature_words.csv).
"""

from functools import cache
from typing import Final

import polars as pl

from imr_etl.vocabulary import SEPARATOR, code_table

OTHER: Final = "other"
UNCERTAIN: Final = (
    r"(?i)\b(?:rule[ -]?out|r/o|possibl[ey]|probabl[ey]|suspect(?:s|ed)?|suspicion|suspicious|likely|versus|vs|"
    r"presumed|presumptive|questionable|differential|may be|might be|could be|cannot exclude)\b|\?"
)
LEFT_OUT: Final = r"(?i)\b(?:without|no|not specified as|negative for)\s[^,;]*"
"""What a diagnosis says that it is not: 'displacement without myelopathy'."""


def with_natures(diagnoses: pl.DataFrame) -> pl.DataFrame:
    """Give diagnoses `nature`, the first in the order of diagnosis_natures.csv that they name, and `is_uncertain`.

    Words that only say that something is a disease count where no other nature is named.
    """
    text = pl.col("diagnosis").str.replace_all(LEFT_OUT, "")
    of_word = [pl.when(text.str.contains(pattern)).then(pl.lit(nature)) for nature, pattern in _patterns()]
    distinct = diagnoses.select(pl.col("diagnosis").unique(maintain_order=True)).with_columns(
        nature=pl.coalesce(*of_word, pl.lit(OTHER)), is_uncertain=pl.col("diagnosis").str.contains(UNCERTAIN)
    )
    return diagnoses.join(distinct, on="diagnosis", how="left", maintain_order="left")


@cache
def _patterns() -> list[tuple[str, str]]:
    """Return each nature with a pattern of what names it, in their order; last those that count where no other does."""
    spelled = pl.concat_str("word", "aliases", "misspellings", separator=SEPARATOR, ignore_nulls=True)
    rows = (
        code_table("diagnosis_nature_words")
        .select("nature", "form", spelling=spelled.str.split(SEPARATOR))
        .explode("spelling")
        .with_columns(
            pl.col("spelling")
            .str.to_lowercase()
            .str.escape_regex()
            .str.replace_all("'", "['\u2019]?", literal=True)
            .str.replace_all(r"(?:\\)?[ -]+", r"[\s/-]+")
        )
    )
    natures = code_table("diagnosis_natures").get_column("nature").to_list()
    found = [(nature, _pattern(rows.filter(pl.col("nature") == nature), "word", "ending")) for nature in natures]
    last = [(nature, _pattern(rows.filter(pl.col("nature") == nature), "last")) for nature in natures]
    return [(nature, pattern) for nature, pattern in [*found, *last] if pattern]


def _pattern(rows: pl.DataFrame, *forms: str) -> str | None:
    """Build a pattern of words as they stand and of words with these endings; null where there are none."""
    of_form = {
        form: "|".join(sorted(rows.filter(pl.col("form") == form)["spelling"], key=len, reverse=True)) for form in forms
    }
    parts = [
        rf"(?:{spellings})" if form != "ending" else rf"\pL*(?:{spellings})"
        for form, spellings in of_form.items()
        if spellings
    ]
    return rf"(?i)\b(?:{'|'.join(parts)})\b" if parts else None
