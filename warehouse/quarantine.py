"""Letters that break a rule of the warehouse's tables: found before they are loaded, and left out.

Belongs here: the constraints of the tables and the checks of scope `letter`, applied to the Parquet rows of each
letter. Does not belong here: the rules themselves (`imr_etl.schema`, `checks/`), and what is loaded of a quarantined
letter: its status and its problem rows (`load/letter_files`, `load/problems`).
"""

from pathlib import Path

import duckdb

from imr_etl.parse import PARSER_VERSION
from imr_etl.schema.render import quoted, refused_rows
from imr_etl.schema.tables import CHILDREN, DETERMINATIONS, WarehouseTable
from imr_etl.vocabulary import code_table_names
from warehouse import sql
from warehouse.checks import check_names
from warehouse.parquet import file_names

TABLES = (DETERMINATIONS, *CHILDREN)

Files = dict[str, list[Path]]


def quarantine(connection: duckdb.DuckDBPyConnection, found: Files, subset: str, blocks_at_a_time: int) -> None:
    """Create the temporary table `quarantined` (sha256, reason) of the letters that break a rule.

    Takes the Parquet files by table, in the order of blocks, and a join that restricts `letter_files` to the letters
    that are loaded. Two letters of one case are checked apart: where one is quarantined the other one counts.
    """
    connection.execute("CREATE OR REPLACE TEMP TABLE quarantined (sha256 VARCHAR, reason VARCHAR)")
    (home,) = connection.execute("SELECT current_database()").fetchall()[0]
    connection.execute("ATTACH ':memory:' AS candidates")
    connection.execute("CREATE SCHEMA candidates.imr; CREATE SCHEMA candidates.codes")
    connection.execute(f"CREATE VIEW candidates.imr.build AS SELECT {quoted(PARSER_VERSION)} AS parser_version")
    for name in code_table_names():
        connection.execute(f"CREATE VIEW candidates.codes.{name} AS FROM {home}.codes.{name}")
    blocks = sorted({path.stem for path in found["letter_files"]})
    for first in range(0, len(blocks), blocks_at_a_time):
        some = blocks[first : first + blocks_at_a_time]
        of_blocks = {name: [path for path in paths if path.stem in some] for name, paths in found.items()}
        _number_letters(connection, of_blocks["letter_files"], subset)
        for table in TABLES:
            _show_candidates(connection, table, of_blocks[table.name], home)
        connection.execute("USE candidates")
        for rule in _rules():
            connection.execute(
                f"INSERT INTO temp.main.quarantined SELECT DISTINCT sha256, reason FROM ({rule})"
                " JOIN temp.main.candidate_letters USING (determination_id)"
            )
        connection.execute(f"USE {home}")
    connection.execute("DETACH candidates")


def _number_letters(connection: duckdb.DuckDBPyConnection, letter_files: list[Path], subset: str) -> None:
    """Give each letter a number that stands for its determination_id: rules then compare numbers, not 64 digits."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE candidate_letters AS"
        " SELECT row_number() OVER () AS determination_id, sha256, block"
        f" FROM {_parquet(letter_files)} {subset}"
    )


def _show_candidates(
    connection: duckdb.DuckDBPyConnection, table: WarehouseTable, paths: list[Path], home: str
) -> None:
    """Let `imr.<table>` lead to the rows of the numbered letters in Parquet files."""
    columns = ", ".join(
        "letter.determination_id" if name == "determination_id" else f"source.{name}" for name in table.columns
    )
    rows = (
        f"SELECT {columns} FROM {_parquet(paths)} AS source JOIN temp.main.candidate_letters AS letter"
        " ON letter.sha256 = source.sha256 AND letter.block = source.file_block"
    )
    without_files = f"FROM {home}.imr.{table.name} LIMIT 0"
    connection.execute(f"CREATE OR REPLACE VIEW candidates.imr.{table.name} AS {rows if paths else without_files}")


def _rules() -> list[str]:
    """One SELECT for each rule: the determination_id of letters that break it, and a reason."""
    constraints = [refused_rows(table) for table in TABLES]
    checks = [
        f"SELECT determination_id, {quoted(name)} AS reason FROM ({sql(f'checks/{name}')})"
        for name in check_names("letter")
    ]
    return constraints + checks


def _parquet(paths: list[Path]) -> str:
    return f"parquet_rows([{', '.join(map(quoted, file_names(paths)))}])"
