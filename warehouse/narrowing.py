"""Some letters of a warehouse under the names of its tables, for SQL that need not know of it.

Belongs here: the views. Does not belong here: which letters, and what is asked of them (`warehouse.marts`,
`warehouse.checks`).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import duckdb

LETTER = "determination_id"


@contextmanager
def narrowed(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[str], chosen: str, key: str = LETTER
) -> Iterator[str]:
    """Names of tables lead to views of the chosen letters, told by a key; yields where the tables themselves are.

    What fails in between leaves the connection as it is: nobody can go on with it.
    """
    (home,) = connection.execute("SELECT current_database()").fetchall()[0]
    connection.execute("ATTACH ':memory:' AS some_letters")
    for schema in ("imr", "codes", "marts"):
        connection.execute(f"CREATE SCHEMA some_letters.{schema}")
    for table in tables:
        columns = [row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()]
        where = f" WHERE {chosen}" if key in columns else ""
        connection.execute(f"CREATE VIEW some_letters.{table} AS FROM {home}.{table}{where}")
    connection.execute("USE some_letters")
    yield home
    connection.execute(f"USE {home}")
    connection.execute("DETACH some_letters")
