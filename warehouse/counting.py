"""Marts that add up: what one says of some letters and what it says of all others is, added, what it says of all.

Belongs here: what such a mart counts, and how the figures of some letters are taken out of it and put in again. Does
not belong here: which marts there are, and in which order they are brought in step (`warehouse.marts`).

The head of a model that adds up says so. Each row that it groups follows from one letter; it counts these rows, all of
them first, and what else it tells follows from the counts by their names: `overturned / items`, or
`items / sum(items) OVER ()`. A night's letters then change it without a look at the others.
"""

from dataclasses import dataclass

import duckdb
from sqlglot import exp

from warehouse.marts import DIALECT
from warehouse.narrowing import LETTER, narrowed


@dataclass(frozen=True)
class Figures:
    """What a mart that adds up tells: names of what it groups by and counts, all columns as SQL, the order of rows."""

    keys: list[str]
    counts: list[str]
    columns: list[str]
    order: str


def figures(select: exp.Expr) -> Figures:
    """What a model that adds up tells.

    Raises ValueError where it does not add up: no `count(*)` first, figures that are neither counts nor follow from
    counts, rows that are left out by what was counted.
    """
    if not isinstance(select, exp.Select):
        raise ValueError("it does not add up: it is more than one SELECT")
    group, order = select.args.get("group"), select.args.get("order")
    keys = [expression.name for expression in group.expressions] if group else []
    counts = [column.alias for column in select.selects if _is_count(column.unalias())]
    known = {*keys, *counts}
    told = {column.alias_or_name: column for column in select.selects}
    others = [column for name, column in told.items() if name not in known]
    follows = all(
        {part.name for part in column.find_all(exp.Column)} <= known
        and all(isinstance(aggregate.parent, exp.Window) for aggregate in column.find_all(exp.AggFunc))
        for column in others
    )
    leaves_out = any(select.args.get(part) for part in ("having", "limit", "qualify", "distinct"))
    if not (keys and counts and set(keys) <= set(told) and follows) or leaves_out:
        raise ValueError("it does not add up: it must group, count, and tell what follows from the counts")
    if told[counts[0]].unalias().sql(DIALECT) != "COUNT(*)":
        raise ValueError("it does not add up: its first figure must be count(*), which says whether a row is left")
    columns = [name if name in known else column.sql(DIALECT) for name, column in told.items()]
    return Figures(keys, counts, columns, order.sql(DIALECT) if order else "")


def count_out(connection: duckdb.DuckDBPyConnection, name: str, select: str, reads: list[str], cases: str) -> None:
    """Keep what a mart says of the letters of some cases, before the tables that it reads change.

    `cases` is a temporary table with their determination_id.
    """
    _count_some(connection, _before(name), select, reads, cases)


def count_in(
    connection: duckdb.DuckDBPyConnection, name: str, select: str, reads: list[str], cases: str, told: Figures
) -> None:
    """Write a mart again: its figures without those that were kept, and with those of the same cases now."""
    after = f"{name}_after"
    _count_some(connection, after, select, reads, cases)
    keys = ", ".join(told.keys)
    signs = {f"marts.{name}": "", _temporary(after): "", _temporary(_before(name)): "-"}
    parts = (
        f"SELECT {keys}, {', '.join(f'{sign}{c} AS {c}' for c in told.counts)} FROM {t}" for t, sign in signs.items()
    )
    sums = ", ".join(f"sum({count})::BIGINT AS {count}" for count in told.counts)
    connection.execute(
        f"CREATE OR REPLACE TABLE marts.{name} AS WITH parts AS ({' UNION ALL '.join(parts)}),"
        f" added AS (SELECT {keys}, {sums} FROM parts GROUP BY {keys})"
        f" SELECT {', '.join(told.columns)} FROM added WHERE {told.counts[0]} > 0 {told.order}"
    )
    for table in (_before(name), after):
        connection.execute(f"DROP TABLE {_temporary(table)}")


def _count_some(connection: duckdb.DuckDBPyConnection, table: str, select: str, reads: list[str], cases: str) -> None:
    with narrowed(connection, reads, f"{LETTER} IN (FROM {_temporary(cases)})"):
        connection.execute(f"CREATE TEMP TABLE {table} AS {select}")


def _is_count(column: exp.Expr) -> bool:
    """`count(...)`, of rows, of values or of distinct letters, some left aside or not."""
    counted = column.this if isinstance(column, exp.Filter) else column
    if not isinstance(counted, exp.Count):
        return False
    what = counted.this
    return not isinstance(what, exp.Distinct) or [column.name for column in what.expressions] == [LETTER]


def _before(name: str) -> str:
    return f"{name}_before"


def _temporary(table: str) -> str:
    return f"temp.main.{table}"
