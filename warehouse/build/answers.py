"""The answers that every build stores: questions that take over a second to answer at 2 million letters.

Belongs here: computing them into schema `answers`. Does not belong here: the questions, and when a stored answer is
read (`warehouse.query.questions`).
"""

import duckdb

from imr_etl.schema.render import comments
from warehouse import transaction
from warehouse.query.figures import heading
from warehouse.query.questions import bound, question, question_names


def store_answers(connection: duckdb.DuckDBPyConnection) -> None:
    """Compute the answers of all questions that are stored, without dates and parameters."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS answers")
    for asked in map(question, question_names()):
        if asked.stored is None:
            continue
        values = bound(asked.select, dict.fromkeys(("from", "to", "limit", *asked.parameters)))
        with transaction(connection):
            connection.execute(f"CREATE OR REPLACE TABLE {asked.stored} AS {asked.select}", values)
            columns = [column[0] for column in connection.execute(f"FROM {asked.stored} LIMIT 0").description]
            described = {column: heading(column) for column in columns}
            connection.execute(comments(asked.stored, f"{asked.meaning} {asked.reading}", described, "TABLE"))
