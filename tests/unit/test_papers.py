"""The documents at the top of the repository and in docs/: what can be checked without running their commands."""

import re
import tokenize
from pathlib import Path

import pytest

import imr_etl

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("*/**/README.md")]
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


@pytest.mark.parametrize(
    "page", [page for page in PAGES if ".venv" not in page.parts], ids=lambda page: str(page.relative_to(ROOT))
)
def test_a_link_leads_to_a_file(page: Path) -> None:
    missing = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert not missing


def test_the_citation_names_the_version() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {imr_etl.__version__}\n" in citation


PRIVATE_WORDS = {"anew", "mend", "mended", "narrowed", "parted", "seal", "sealed", "spare", "told"}
"""Words of an older vocabulary; docs/glossary.md has the ones that are used."""


def test_names_are_of_the_glossary() -> None:
    found = set()
    for path in (
        path for package in ("imr_etl", "warehouse", "assets", "tests") for path in (ROOT / package).rglob("*.py")
    ):
        with path.open("rb") as file:
            names = {token.string for token in tokenize.tokenize(file.readline) if token.type == tokenize.NAME}
        found |= {(str(path.relative_to(ROOT)), name) for name in names if PRIVATE_WORDS & set(name.lower().split("_"))}
    assert not found
