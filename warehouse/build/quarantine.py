"""Letters that break a rule of the warehouse's tables: found before they are loaded, and left out.

Belongs here: the constraints of the tables and the checks of severity `quarantine`, applied to the Parquet rows of each
letter. Does not belong here: the rules themselves (`imr_etl.schema`, `checks/`), and what is loaded of a quarantined
letter: its status and its problem rows (`load/letter_files`, `load/problems`).
"""

from collections.abc import Mapping, Sequence

import duckdb

from imr_etl.parse import parser_version
from imr_etl.schema.render import quoted, refused_rows
from imr_etl.schema.tables import CHILDREN, DETERMINATIONS
from imr_etl.vocabulary import code_table_names
from warehouse import sql
from warehouse.build.checks import QUARANTINE, check_names

TABLES = (DETERMINATIONS, *CHILDREN)


def prepare_quarantine(connection: duckdb.DuckDBPyConnection) -> None:
    """Attach the catalog `candidates`, in which `main.<table>` is to name the rows of letters before they are loaded.

    The rules are the same SQL for letters in Parquet files and in the warehouse: they name a table by its schema only.
    """
    connection.execute("ATTACH ':memory:' AS candidates")
    connection.execute("CREATE SCHEMA candidates.codes")
    connection.execute(f"CREATE VIEW candidates.main.build AS SELECT {quoted(parser_version())} AS parser_version")
    for name in code_table_names():
        connection.execute(f"CREATE VIEW candidates.codes.{name} AS FROM imr.codes.{name}")


def quarantine(connection: duckdb.DuckDBPyConnection, files: Mapping[str, Sequence[str]]) -> None:
    """Create the temporary table `quarantined` (sha256, reason) of the letters of a batch that break a rule.

    Takes the names of the Parquet files of the batch by table. Two letters of one case are checked apart: where one is
    quarantined the other one counts.
    """
    connection.execute("CREATE OR REPLACE TEMP TABLE quarantined (sha256 VARCHAR, reason VARCHAR)")
    # Each letter has a number that stands for its determination_id: rules then compare numbers, not 64 digits.
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE candidate_letters AS"
        " SELECT row_number() OVER () AS determination_id, sha256, block FROM batch_letters"
    )
    for table in TABLES:
        columns = ", ".join(f"{'letter' if name == 'determination_id' else 'source'}.{name}" for name in table.columns)
        connection.execute(
            f"CREATE OR REPLACE VIEW candidates.main.{table.name} AS SELECT {columns}"
            f" FROM parquet_rows([{', '.join(map(quoted, files[table.name]))}]) AS source"
            " JOIN temp.main.candidate_letters AS letter"
            " ON letter.sha256 = source.sha256 AND letter.block = source.file_block"
        )
    connection.execute("USE candidates")
    for rule in _rules():
        connection.execute(
            f"INSERT INTO temp.main.quarantined SELECT DISTINCT sha256, reason FROM ({rule})"
            " JOIN temp.main.candidate_letters USING (determination_id)"
        )
    connection.execute("USE imr")


def _rules() -> list[str]:
    """Write one SELECT for each rule: the determination_id of letters that break it, and a reason."""
    constraints = [refused_rows(table) for table in TABLES]
    checks = [
        f"SELECT determination_id, {quoted(name)} AS reason FROM ({sql(f'checks/{name}')})"
        for name in check_names(QUARANTINE)
    ]
    return constraints + checks
