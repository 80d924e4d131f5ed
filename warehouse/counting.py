"""Marts that add up: what one says of some letters and what it says of all others is, added, what it says of all.

Belongs here: what such a mart counts, and how the figures of some letters are taken out of it and put in again. Does
not belong here: which marts there are, and in which order they are brought in step (`warehouse.marts`).

The head of a model that adds up says so. Each row that it groups follows from one letter, and one of its counts or sums
counts it; what else it tells follows from these by their names: `overturned / items`, or `items / sum(items) OVER ()`.
A night's letters then change it without a look at the others. A mart of hundreds of thousands of rows says no ORDER BY:
its rows that count none of the night's letters then stay where they are.
"""

from dataclasses import dataclass

import duckdb
from sqlglot import exp

from warehouse.marts import DIALECT, Mart
from warehouse.narrowing import LETTER, narrowed


@dataclass(frozen=True)
class Figures:
    """What a mart that adds up tells: names of what it groups by and adds, all columns as SQL, the order of rows.

    `is_alone`: no row follows from another one, as a share of all does, or a place in an order.
    """

    keys: list[str]
    sums: list[str]
    columns: list[str]
    order: str
    is_alone: bool


def figures(select: exp.Expr) -> Figures:
    """What a model that adds up tells.

    Raises ValueError where it does not add up: figures that are neither counts or sums nor follow from them, rows that
    are left out by what was counted.
    """
    if not isinstance(select, exp.Select):
        raise ValueError("it does not add up: it is more than one SELECT")
    group, order = select.args.get("group"), select.args.get("order")
    keys = [expression.name for expression in group.expressions] if group else []
    sums = [column.alias for column in select.selects if _adds_up(column.unalias())]
    known = {*keys, *sums}
    told = {column.alias_or_name: column for column in select.selects}
    others = [column for name, column in told.items() if name not in known]
    follows = all(
        {part.name for part in column.find_all(exp.Column)} <= known
        and all(isinstance(aggregate.parent, exp.Window) for aggregate in column.find_all(exp.AggFunc))
        for column in others
    )
    leaves_out = any(select.args.get(part) for part in ("having", "limit", "qualify", "distinct"))
    if not (keys and sums and set(keys) <= set(told) and follows) or leaves_out:
        raise ValueError("it does not add up: it must group, count, and tell what follows from the counts")
    columns = [name if name in known else column.sql(DIALECT) for name, column in told.items()]
    is_alone = not order and select.find(exp.Window) is None
    return Figures(keys, sums, columns, order.sql(DIALECT) if order else "", is_alone)


def count_out(connection: duckdb.DuckDBPyConnection, mart: Mart, cases: str) -> None:
    """Keep what a mart says of the letters of some cases, before the tables that it reads change.

    `cases` is a temporary table with their determination_id.
    """
    _count_some(connection, _before(mart), mart, cases)


def count_in(connection: duckdb.DuckDBPyConnection, mart: Mart, cases: str) -> None:
    """Bring a mart in step: its figures without those that were kept, and with those of the same cases now."""
    told = figures(mart.parsed)
    after = f"{mart.name}_after"
    _count_some(connection, after, mart, cases)
    if told.is_alone:
        _change_rows(connection, f"marts.{mart.name}", told, _temporary(_before(mart)), _temporary(after))
    else:
        _write_again(connection, f"marts.{mart.name}", told, _temporary(_before(mart)), _temporary(after))
    for table in (_before(mart), after):
        connection.execute(f"DROP TABLE {_temporary(table)}")


def _change_rows(connection: duckdb.DuckDBPyConnection, mart: str, told: Figures, before: str, after: str) -> None:
    """Change the rows that count letters of the cases; those that now count none go."""
    of_cases = f"(FROM {mart} AS mart SEMI JOIN (FROM {before} UNION ALL FROM {after}) AS row ON {_same_row(told)})"
    connection.execute(
        f"MERGE INTO {mart} AS mart USING ({_added(told, of_cases, before, after)}) AS row ON {_same_row(told)}"
        f" WHEN MATCHED AND NOT {_counts_any(told, 'row.')} THEN DELETE"
        " WHEN MATCHED THEN UPDATE"
        f" WHEN NOT MATCHED AND {_counts_any(told, 'row.')} THEN INSERT"
    )


def _write_again(connection: duckdb.DuckDBPyConnection, mart: str, told: Figures, before: str, after: str) -> None:
    """Write all rows in their order, each with its place among all."""
    connection.execute(
        f"CREATE OR REPLACE TABLE {mart} AS {_added(told, mart, before, after)} WHERE {_counts_any(told)} {told.order}"
    )


def _added(told: Figures, rows: str, before: str, after: str) -> str:
    """Rows of a mart with their new figures: a SELECT, to which a condition can be added."""
    keys = ", ".join(told.keys)
    parts = (
        f"SELECT {keys}, {', '.join(f'{sign}{name} AS {name}' for name in told.sums)} FROM {table}"
        for table, sign in ((rows, ""), (after, ""), (before, "-"))
    )
    sums = ", ".join(f"sum({name})::BIGINT AS {name}" for name in told.sums)
    return (
        f"WITH parts AS ({' UNION ALL '.join(parts)}),"
        f" added AS (SELECT {keys}, {sums} FROM parts GROUP BY {keys})"
        f" SELECT {', '.join(told.columns)} FROM added"
    )


def _same_row(told: Figures) -> str:
    return " AND ".join(f"mart.{key} IS NOT DISTINCT FROM row.{key}" for key in told.keys)


def _counts_any(told: Figures, of: str = "") -> str:
    return f"(greatest({', '.join(f'{of}{name}' for name in told.sums)}) > 0)"


def _count_some(connection: duckdb.DuckDBPyConnection, table: str, mart: Mart, cases: str) -> None:
    with narrowed(connection, mart.reads, f"{LETTER} IN (FROM {_temporary(cases)})"):
        connection.execute(f"CREATE TEMP TABLE {table} AS {mart.statement}")


def _adds_up(column: exp.Expr) -> bool:
    """`count(...)`, of rows, of values or of distinct letters, some left aside or not, or `sum(...)`, as BIGINT."""
    if isinstance(column, exp.Cast):
        return isinstance(column.this, exp.Sum) and column.to.this is exp.DataType.Type.BIGINT
    counted = column.this if isinstance(column, exp.Filter) else column
    if not isinstance(counted, exp.Count):
        return False
    what = counted.this
    return not isinstance(what, exp.Distinct) or [column.name for column in what.expressions] == [LETTER]


def _before(mart: Mart) -> str:
    return f"{mart.name}_before"


def _temporary(table: str) -> str:
    return f"temp.main.{table}"
