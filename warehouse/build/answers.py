"""The answers that every build stores: of questions that take over a second at 2 million letters.

Belongs here: which questions these are, and computing them into schema `answers`. Does not belong here: asking
questions, and when a stored answer is read (`warehouse.query.questions`).
"""

import re

import duckdb

from imr_etl.schema.render import comments
from warehouse import sql, sql_names, transaction

STORED = re.compile(r"^-- stored: (.+)$", re.MULTILINE)
"""A line of a question's head: its answer without dates and parameters is stored, and why."""


def stored_answer(name: str) -> str | None:
    """Name the table that holds the answer of a question without dates and parameters; None where there is none."""
    return f"answers.{name.replace('-', '_')}" if STORED.search(sql(f"questions/{name}")) else None


def store_answers(connection: duckdb.DuckDBPyConnection) -> None:
    """Compute the answers of all questions that are stored."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS answers")
    for name in sql_names("questions"):
        table = stored_answer(name)
        if table is None:
            continue
        select = sql(f"questions/{name}")
        nothing = dict.fromkeys(re.findall(r"\$([a-z]\w*)", select))
        with transaction(connection):
            connection.execute(f"CREATE OR REPLACE TABLE {table} AS {select}", nothing)
            columns = [column[0] for column in connection.execute(f"FROM {table} LIMIT 0").description]
            described = {column: column.replace("_", " ").capitalize() for column in columns}
            connection.execute(comments(table, f"Answer of the question {name}", described))
