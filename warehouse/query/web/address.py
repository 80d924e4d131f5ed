"""An address as a search, and a search as an address: filters have the names that the command line gives them.

Belongs here: reading and writing the part of an address after `?`. Does not belong here: what filters mean
(`imr_etl.names`, `warehouse.query.search`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from imr_etl.errors import RunError
from imr_etl.names import Search, filters, read_value

LONGEST = 500
"""Characters of a value."""

MOST_PAIRS = 50
"""Words and filters of an address: each is shown with an address of all others."""

ORDERS = ("best", "newest")
FORMATS = ("html", "csv", "json")
FLAGS = {"yes": True, "no": False}
OWN = {"q": "", "order": ORDERS[0], "page": "1", "format": FORMATS[0]}
"""What an address may say besides filters, and what it says where it does not."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Address:
    """What an address asks for: a search, the order and page of its hits, the format.

    `pairs` are the words and filters as they were written; `fault` is a sentence where they cannot be meant.
    """

    search: Search = field(default_factory=Search)
    order: str = ORDERS[0]
    page: int = 1
    format: str = FORMATS[0]
    pairs: Pairs = ()
    fault: str | None = None

    def given(self, name: str) -> list[str]:
        """List the values of a filter as they were written."""
        return [value for other, value in self.pairs if other == name]

    def query(self, **changed: str | int) -> str:
        """Write the words and filters as the part after `?`, with more parameters."""
        return _written([*self.pairs, *((name, str(value)) for name, value in changed.items())])

    def with_filter(self, name: str, value: object) -> str:
        """Write the address of the search with one more filter."""
        pair = (name, str(value))
        return _written([*self.pairs, *([] if pair in self.pairs else [pair])])

    def with_period(self, since: date, until: date) -> str:
        """Write the address of the same search in another period."""
        others = [pair for pair in self.pairs if pair[0] not in ("since", "until")]
        return _written([*others, ("since", str(since)), ("until", str(until))])

    def without(self, name: str, value: str) -> str:
        """Write the address of a search without one filter."""
        return _written([pair for pair in self.pairs if pair != (name, value)])


def read_address(parameters: Iterable[tuple[str, str]]) -> Address:
    """Read the parameters of an address. What cannot be meant is `fault`; nothing is raised."""
    pairs = [(name, value.strip()) for name, value in parameters if value.strip()]
    own = OWN | {name: value for name, value in pairs if name in OWN}
    kept = tuple((name, value) for name, value in pairs if name == "q" or name not in OWN)
    try:
        if len(pairs) > MOST_PAIRS:
            raise RunError(f"An address has at most {MOST_PAIRS} words and filters.")
        for name, value in pairs:
            _refuse_unreadable(name, value)
        if own["order"] not in ORDERS or own["format"] not in FORMATS or not own["page"].isdecimal():
            raise RunError("The order is best or newest, the format csv or json, the page a number.")
        return Address(_search(kept), own["order"], max(1, int(own["page"][:6])), own["format"], kept)
    except RunError as error:
        form = own["format"] if own["format"] in FORMATS else "html"
        return Address(format=form, pairs=kept[:MOST_PAIRS], fault=str(error))


def filters_address(values: Mapping[str, object]) -> str:
    """Write the address of the items that have some values."""
    return "/?" + _written([(name, str(value)) for name, value in values.items()])


def _search(pairs: Pairs) -> Search:
    known = {each.name: each for each in filters()}
    values: dict[str, Any] = {}
    words = []
    for name, text in pairs:
        if name == "q":
            words.append(text)
            continue
        if name not in known:
            raise RunError(f"There is no filter {name}: a search knows {', '.join(known)}.")
        kind = known[name].metadata["kind"]
        if kind == "flag":
            if text not in FLAGS:
                raise RunError(f"{name} is yes or no.")
            values[name] = FLAGS[text]
        elif kind in ("names", "text"):
            values[name] = (*values.get(name, ()), text)
        else:
            values[name] = read_value(known[name], text)
    return Search(" ".join(words), **values)


def _refuse_unreadable(name: str, value: str) -> None:
    if len(value) > LONGEST:
        raise RunError(f"{name} is longer than {LONGEST} characters.")
    if not all(character.isprintable() for character in name + value):
        raise RunError("The address has characters that nobody can read: write it again.")


def _written(pairs: Iterable[tuple[str, str]]) -> str:
    return urlencode(list(pairs))
