"""Questions to the warehouse: one SELECT each in `questions/`, asked by the file's name.

Belongs here: what the head of a question says, its parameters, and asking a built warehouse. Does not belong here: the
SELECTs, and how an answer is shown (`imr_etl.cli.ask`).

A question opens with one comment line that is the question, then lines `-- reading: ...`, a text that says how to read
the answer, then `-- parameter <name>: <what it chooses>` for what may be asked for besides dates, and where every build
stores the answer without dates and parameters, `-- stored: <why>`. `$from` and `$to` are the first and last date of
decision, `$limit` how many rows are wanted; whatever is not given is null.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from imr_etl.errors import RunError
from imr_etl.names import TREATMENT_OR_CATEGORY
from warehouse import sql, sql_names
from warehouse.build.answers import stored_answer
from warehouse.query.connect import reading
from warehouse.query.search import known_names

READING = re.compile(r"^-- reading: (.+)$", re.MULTILINE)
PARAMETER = re.compile(r"^-- parameter (\w+): (.+)$", re.MULTILINE)
OWN_PARAMETERS = ("from", "to", "limit")

TREATMENT = "treatment"
"""The parameter that takes a name in any spelling, as a search does; a SELECT gets the names that it may mean."""

Value = str | int | date | list[str] | None


@dataclass(frozen=True)
class Question:
    """A question: its name, the question in words, how to read its answer, its parameters, its SELECT.

    `stored` is the table that holds the answer without dates and parameters, None where a build stores none.
    """

    name: str
    meaning: str
    reading: str
    parameters: dict[str, str]
    select: str
    stored: str | None = None


@dataclass(frozen=True)
class Answer:
    """What a warehouse answers: columns, rows, and whether there are more rows than were asked for.

    `letters_undated` letters have no decision date; where dates are asked for they are not in the answer.
    """

    columns: list[str]
    rows: list[tuple[object, ...]]
    is_cut: bool
    letters_undated: int


def question_names() -> list[str]:
    """List the questions, in alphabetical order."""
    return sql_names("questions")


def question(name: str) -> Question:
    """Read a question by its name. Raises RunError with near names where there is none."""
    if name not in question_names():
        near = difflib.get_close_matches(name, question_names(), n=3, cutoff=0.55)
        near = near or [known for known in question_names() if set(name.split("-")) & set(known.split("-"))]
        meant = f"did you mean {' or '.join(near)}? " if near else ""
        raise RunError(f"There is no question {name}: {meant}`imr-etl ask` lists them all.")
    text = sql(f"questions/{name}")
    meaning = text.partition("\n")[0].removeprefix("-- ")
    return Question(
        name, meaning, " ".join(READING.findall(text)), dict(PARAMETER.findall(text)), text, stored_answer(name)
    )


def ask(
    warehouse: Path,
    asked: Question,
    *,
    first: date | None = None,
    last: date | None = None,
    parameters: Mapping[str, str] | None = None,
    limit: int | None = None,
) -> Answer:
    """Ask a warehouse for decisions from `first` to `last`, both included.

    Raises RunError for a parameter that the question does not have, for a treatment that no code table knows, and where
    there is no warehouse with marts.
    """
    for name in parameters or {}:
        if name not in asked.parameters:
            known = f"it has {', '.join(asked.parameters)}" if asked.parameters else "it has none besides dates"
            raise RunError(f"The question {asked.name} has no parameter {name}: {known}.")
    with reading(warehouse) as connection:
        return answer(connection, asked, first=first, last=last, parameters=parameters, limit=limit)


def answer(
    connection: duckdb.DuckDBPyConnection,
    asked: Question,
    *,
    first: date | None = None,
    last: date | None = None,
    parameters: Mapping[str, str] | None = None,
    limit: int | None = None,
) -> Answer:
    """Ask a warehouse that is open, with parameters that the question has, as `ask` does."""
    given = dict(parameters or {})
    wanted = None if limit is None else limit + 1
    values: dict[str, Value] = {
        **dict.fromkeys(asked.parameters),
        **given,
        "from": first,
        "to": last,
        "limit": wanted,
    }
    if treatment := given.get(TREATMENT):
        values[TREATMENT] = known_names(connection, TREATMENT, (treatment,), TREATMENT_OR_CATEGORY)
    limited = f"FROM ({select_of(asked, values)}) LIMIT $limit"
    result = connection.execute(limited, bound(limited, values))
    columns = [column[0] for column in result.description]
    rows = result.fetchall()
    undated = connection.execute("SELECT count(*) FROM marts.letters WHERE decision_date IS NULL").fetchone()
    return Answer(columns, rows[:limit], wanted is not None and len(rows) == wanted, undated[0] if undated else 0)


def select_of(asked: Question, values: Mapping[str, Value]) -> str:
    """Return what answers a question: its stored answer where no dates or parameters are given, else its SELECT."""
    is_whole = all(values.get(name) is None for name in ("from", "to", *asked.parameters))
    return f"FROM {asked.stored}" if asked.stored and is_whole else asked.select


def bound(select: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the values of the parameters that a SELECT names; DuckDB refuses others."""
    named = set(re.findall(r"\$([a-z]\w*)", select))
    return {name: value for name, value in values.items() if name in named}
