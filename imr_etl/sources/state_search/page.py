"""The pages of the state's search: the form that asks for them, and the rows that they show.

Belongs here: the layout of a page, as of June 2017. Does not belong here: requests (`client`), and which dates are
asked for (`fetch`).

A page that is not laid out so is an error, never an empty result.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urljoin

from imr_etl.errors import RunError

SEARCH_URL = "https://www.dir.ca.gov/dwc/imr/IMRDecisionSearch.asp"
FIRST_DAY = date(2013, 1, 1)
"""The state posts decisions from here on."""

DATE_FORMAT = "%m/%d/%Y"

CASE = re.compile(r"CM\d{2}-\d{7}")
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
CELLS = 8
"""Case number, three dates, specialty, category, subcategory or drug class, decision."""

CELLS_OF_CASE = 5
"""Columns that are printed in the first row of a case only; rows of its other items have one cell in their place."""

CELLS_OF_CASE_FORM = 6
HEAD_WORDS = {"injury": (2,), "receiv": (3,), "special": (4,), "categor": (5, 6)}
"""Beginnings of words in a heading, with the columns (counted from 0) that may have it."""

NOTHING_FOUND = re.compile(r"\b(?:no|0)\s+(?:\w+\s+){0,3}?(?:records?|results?|cases?|decisions?|match(?:es)?)\b", re.I)


class Item(NamedTuple):
    """A decision on one item as printed, with the case that it is of. White space is folded."""

    case_number: str
    url: str
    decision_date: str
    injury_date: str
    application_received_date: str
    specialty: str
    category: str
    subcategory: str
    decision: str


@dataclass(frozen=True)
class Page:
    """One page of a result: its items, the total that it states, and whether another page follows."""

    items: list[Item]
    total: int
    has_next: bool


class UnknownPageError(RunError):
    """A page is not one of the search that this version knows."""

    def __init__(self, place: str, reason: str) -> None:
        """Name the page and say what is different."""
        super().__init__(
            f"The page at {place} is not the search that this version knows: {reason}. Nothing of it was kept;"
            " open it in a browser and look."
        )


class CountsDifferError(RunError):
    """The pages of a result do not have as many items or cases as they state."""


def form(first: date, last: date, number: int = 1) -> dict[str, str]:
    """Return the fields that ask for a page of the decisions from one day to another."""
    dates = {"DecStart": first.strftime(DATE_FORMAT), "DecEnd": last.strftime(DATE_FORMAT)}
    empty = dict.fromkeys(("Caseno", "DoIStart", "DoIEnd", "ReqStart", "ReqEnd", "SpecialtyV"), "")
    turned = {"Submit": "Submit"} if number == 1 else {"newpageno": str(number), "Submit": "Next"}
    return {"Fname": "Tx", **empty, **dates, "OutcomeV": "", "SubCategoryV": "", **turned}


def parse_page(content: bytes, place: str, url: str, before: Page | None = None, charset: str | None = None) -> Page:
    """Read a page of a result.

    Args:
        content: the HTML.
        place: the address or file to name in errors.
        url: the address that the links of the page start from.
        before: the page before it in the same result, whose last case the first rows may continue.
        charset: the encoding that the server states.

    Raises:
        UnknownPageError: it is laid out in another way, asks for a login or a captcha, or answers nothing.
    """
    from lxml import etree, html  # noqa: PLC0415  processes that read letters need none of it

    try:
        root = html.document_fromstring(content, parser=html.HTMLParser(encoding=charset))
    except (etree.ParserError, etree.XMLSyntaxError, LookupError) as error:
        raise UnknownPageError(place, "it is empty or no HTML") from error
    tables = root.xpath("//table[contains(concat(' ', normalize-space(@class), ' '), ' tabborder ')]")
    has_next = bool(root.xpath("//form[@name='Nextpage']"))
    if not tables:
        return _without_table(root, place, has_next=has_next)
    if len(tables) > 1:
        raise UnknownPageError(place, "it has several tables of results")
    head, *rows = tables[0].xpath("./tr | ./thead/tr | ./tbody/tr") or [None]
    if head is None:
        raise UnknownPageError(place, "the table of results has no rows")
    _check_head(_cells(head), place)
    items: list[Item] = []
    for row in rows:
        last = items[-1] if items else before.items[-1] if before and before.items else None
        items.append(_item(row, last, place, url))
    return Page(items, _total(tables[0], place), has_next)


def items_of(pages: list[Page], asked: str) -> list[Item]:
    """Return the items of all pages of a result. Raises CountsDifferError where they are not as many as stated."""
    items = [item for page in pages for item in page.items]
    totals = {page.total for page in pages}
    cases = len({item.case_number for item in items})
    if len(totals) != 1 or not totals & {len(items), cases}:
        stated = " or ".join(f"{total:,}" for total in sorted(totals))
        raise CountsDifferError(
            f"The search states a total of {stated} for {asked}, but its pages have {len(items):,} items of"
            f" {cases:,} cases: nothing of it was kept."
        )
    return items


def parse_date(text: str) -> date | None:
    """Read a date as the search prints it; None where it is none."""
    try:
        return datetime.strptime(text, DATE_FORMAT).date()
    except ValueError:
        return None


def _without_table(root: Any, place: str, *, has_next: bool) -> Page:
    text = _text(root)
    if root.xpath("//input[translate(@type, 'PASWORD', 'pasword')='password']"):
        raise UnknownPageError(place, "it asks for a login")
    source = " ".join(value for value in root.xpath("//@*"))
    if "captcha" in f"{text} {source}".casefold():
        raise UnknownPageError(place, "it asks for a captcha")
    if NOTHING_FOUND.search(text) and not has_next:
        return Page([], 0, has_next=False)
    raise UnknownPageError(place, "it has no table of results and does not say that nothing was found")


def _check_head(cells: list[Any], place: str) -> None:
    if len(cells) == CELLS_OF_CASE_FORM:
        raise UnknownPageError(place, "it is a result of the form for cases; the form for treatments has the items")
    if len(cells) != CELLS:
        raise UnknownPageError(place, f"the table of results has {len(cells)} columns instead of {CELLS}")
    for column, cell in enumerate(cells):
        for word, columns in HEAD_WORDS.items():
            if word in _text(cell).casefold() and column not in columns:
                raise UnknownPageError(place, f"column {column + 1} of the results is called {_text(cell)!r}")


def _item(row: Any, last: Item | None, place: str, url: str) -> Item:
    cells = _cells(row)
    texts = [_text(cell) for cell in cells]
    if cells and cells[0].get("colspan") == str(CELLS_OF_CASE) and len(cells) == 1 + CELLS - CELLS_OF_CASE:
        if last is None:
            raise UnknownPageError(place, "it begins with further items of a case that no page before it has")
        return Item(*last[:-3], *texts[1:])
    if len(cells) != CELLS:
        raise UnknownPageError(place, f"a row of the results has {len(cells)} cells: {' | '.join(texts)[:80]!r}")
    case = CASE.search(texts[0])
    links = [link for link in cells[0].xpath(".//a/@href") if link.strip()]
    if case is None or len(links) != 1:
        raise UnknownPageError(place, f"a row of the results opens with {texts[0][:40]!r} and {len(links)} links")
    for text, is_needed in ((texts[1], True), (texts[2], False), (texts[3], False)):
        if parse_date(text) is None and (text or is_needed):
            raise UnknownPageError(place, f"{case[0]} has {text!r} where a date is to stand")
    return Item(case[0], urljoin(url, links[0].strip()), *texts[1:])


def _total(table: Any, place: str) -> int:
    """Read the total in the first `<strong>` after the table that has a number."""
    for strong in table.xpath("following::strong"):
        if numbers := NUMBER.findall(_text(strong)):
            # `1 to 25 of 1,234`: a wrong choice would not match the items of the pages.
            return max(int(number.replace(",", "")) for number in numbers)
    raise UnknownPageError(place, "it states no total after its results")


def _cells(row: Any) -> list[Any]:
    return list(row.xpath("./td | ./th"))


def _text(element: Any) -> str:
    return " ".join(" ".join(_pieces(element)).split())


def _pieces(element: Any) -> Iterable[str]:
    pieces: Iterable[str] = element.xpath(".//text()[not(ancestor::script or ancestor::style)]")
    return pieces
