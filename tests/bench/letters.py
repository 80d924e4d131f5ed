"""The made-up corpora as files: PDFs in the layouts of the published letters, one in a hundred of them bad.

Belongs here: what the rows of `corpus` look like on paper, and which bad file stands for a letter that is unreadable.
Does not belong here: what letters say (`corpus`), how a letter is set (`letter_writer`), measuring (`backlog`).

    python tests/bench/letters.py 20000 --folder /tmp/letters

Blocks are written side by side, by as many processes as there are cores. The same seed gives the same bytes.
"""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures"))

import polars as pl
from bad_files import damaged_letter, empty_file, html_page, invoice, locked_letter, scanned_pages, truncated_letter
from corpus import Block, Corpus, spread_blocks
from letter_writer import Item, Layout, MadeUpLetter, Template, to_pdf

LETTERS_A_TASK = 250
"""What one process writes before it takes the next task: half a minute at most is left where the others have ended."""

UNREADABLE: tuple[Callable[[str], bytes], ...] = (
    lambda _: empty_file(),
    lambda _: html_page(),
    lambda _: invoice(),
    lambda _: scanned_pages(),
    locked_letter,
    lambda case: truncated_letter(0.5, case),
    lambda case: damaged_letter(0.1, case),
)
"""Each gives the bytes of a file that holds no letter or none that opens in full."""

LAYOUTS = (
    Layout(),
    Layout(hyphenation="none"),
    Layout(bold_decision=True),
    Layout(first_item_directly=True, body_size=11, leading=12.65),
    Layout(header="table labels first"),
)

PUBLISHED = (("CM14-014", "F2b"), ("CM15", "F1_2014"))
"""Before which case numbers letters have which template; the later ones have F1."""


def write_letters(folder: Path, letters: int, seed: int = 0) -> int:
    """Write so many letters below a folder, in a folder for each block; return how many of them cannot be read.

    Raises ValueError for more letters than there are case numbers.
    """
    tasks = [
        (block, first, seed, folder)
        for block in spread_blocks(letters)
        for first in range(0, block.letters, LETTERS_A_TASK)
    ]
    with ProcessPoolExecutor() as processes:
        return sum(processes.map(_write_some, *zip(*tasks, strict=True)))


def _write_some(block: Block, first: int, seed: int, folder: Path) -> int:
    """Write the letters of a block, starting at one of them; return how many cannot be read."""
    home = folder / block.name
    home.mkdir(parents=True, exist_ok=True)
    good, bad = _letters_of(seed, block)
    for number, (case, letter) in islice(enumerate(good), first, first + LETTERS_A_TASK):
        (home / f"{case}.pdf").write_bytes(to_pdf(letter, LAYOUTS[number % len(LAYOUTS)]))
    unreadable = bad[first : first + LETTERS_A_TASK]
    for case in unreadable:
        # The same content in two files is loaded once.
        own = f"\n% {case}".encode()
        (home / f"{case}.pdf").write_bytes(UNREADABLE[int(case[-4:]) % len(UNREADABLE)](case) + own)
    return len(unreadable)


def written_items(letters: int, seed: int = 0) -> Iterator[pl.DataFrame]:
    """Yield the items that the letters state, by block: case_number, item_number, request, decision, rationale."""
    for block in spread_blocks(letters):
        tables = _corpus(seed).tables(block)
        cases = tables["determinations"].select("sha256", "case_number")
        items = tables["disputed_items"].join(cases, on="sha256")
        yield items.select("case_number", "item_number", "request", "decision", "rationale")


@cache
def _corpus(seed: int) -> Corpus:
    return Corpus(seed)


@cache
def _letters_of(seed: int, block: Block) -> tuple[list[tuple[str, MadeUpLetter]], list[str]]:
    """Return the letters of a block, and the cases whose letter cannot be read; both in the order of case numbers."""
    tables = _corpus(seed).tables(block)
    items, licences, specialties = (
        _by_letter(tables[name].iter_rows(named=True))
        for name in ("disputed_items", "reviewer_licenses", "reviewer_specialties")
    )
    good = [
        (
            row["case_number"],
            _letter(
                row,
                tuple(_item(item, _template(row["case_number"])) for item in items[row["sha256"]]),
                tuple(licence["state"] for licence in licences[row["sha256"]]),
                tuple(known["specialty_as_written"] for known in specialties[row["sha256"]]),
            ),
        )
        for row in tables["determinations"].sort("case_number").iter_rows(named=True)
    ]
    cases = tables["letter_files"]["case_number"].sort().to_list()
    readable = {case for case, _ in good}
    return good, [case for case in cases if case not in readable]


def _by_letter(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["sha256"]].append(row)
    return found


def _letter(
    row: dict[str, Any], items: tuple[Item, ...], licences: tuple[str, ...], specialties: tuple[str, ...]
) -> MadeUpLetter:
    who = f"The injured worker is a {row['patient_age']}-year-old {row['patient_sex']}, injured at work."
    return MadeUpLetter(
        template=_template(row["case_number"]),
        case_number=row["case_number"],
        date_assigned=row["assigned_date"],
        date_of_injury=row["injury_date"],
        decision_date=row["decision_date"],
        ur_denial_date=row["ur_denial_date"],
        application_received=row["application_received_date"],
        priority="Expedited" if row["priority"] == "expedited" else "Standard",
        licences=licences,
        specialties=specialties,
        summary=(f"{who} {row['clinical_summary']}",),
        items=items,
    )


def _item(row: dict[str, Any], template: Template) -> Item:
    return Item(
        disputed=row["request"],
        decision=row["decision"],
        claims_administrator_guideline=_guideline(row["claims_administrator_guideline"], template, "its"),
        reviewer_guideline=_guideline(row["reviewer_guideline"], template, "his/her"),
        rationale=(row["rationale"],),
    )


def _guideline(text: str, template: Template, whose: str) -> str:
    """Write what a side cited, in the words of the template; a side that cited nothing says so in every template."""
    who, based, cited = text.partition("Decision based on ")
    if not based:
        return text
    return f"{who}based {whose} decision on {cited}" if template == "F2b" else based + cited


def _template(case: str) -> Template:
    return next((template for before, template in PUBLISHED if case < before), "F1")


def main() -> None:
    """Write letters and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("letters", type=int)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    started = time.monotonic()
    bad = write_letters(arguments.folder, arguments.letters, arguments.seed)
    seconds = time.monotonic() - started
    print(f"{arguments.letters:,} letters in {seconds:.0f} s, {bad:,} of them bad, below {arguments.folder}")


if __name__ == "__main__":
    main()
