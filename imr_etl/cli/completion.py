"""What a shell offers for arguments and options.

Belongs here: candidates. Does not belong here: what a name means (`warehouse.query.search`,
`warehouse.query.questions`). Nothing here may import what a command needs: a shell asks at every press of the tab key.
"""

import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import click

from imr_etl.names import names

Completion = Callable[[click.Context, click.Parameter, str], list[str]]


def complete_names(what: str) -> Completion:
    """Return a completion: names of the code tables that begin with what is typed, in any case, each one word.

    `Evaluation & Management` is offered as `Evaluation-Management`, which a search knows as well.
    """

    def matching(_: click.Context, __: click.Parameter, typed: str) -> list[str]:
        begin = _one_word(typed).casefold()
        return sorted({word for word in map(_one_word, names(what)) if word.casefold().startswith(begin)})

    return matching


def complete_questions(_: click.Context, __: click.Parameter, typed: str) -> list[str]:
    """Return the questions of `imr-etl ask` that begin with what is typed."""
    # The package `warehouse` itself loads DuckDB; finding it does not.
    package = find_spec("warehouse")
    folders = package.submodule_search_locations if package else None
    found = [path.stem for folder in folders or () for path in Path(folder, "sql", "questions").glob("*.sql")]
    return sorted(name for name in found if name.startswith(typed))


def _one_word(name: str) -> str:
    return "-".join(re.findall(r"[^\W_]+", name))
