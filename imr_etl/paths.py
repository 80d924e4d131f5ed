"""Where everything lies below the data folder (`IMR_DATA`): every folder and file name is decided here and only here.

Does not belong here: reading and writing (`imr_etl.store`).
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DataPaths:
    """The data folder. Every path is absolute."""

    root: Path

    @classmethod
    def at(cls, root: str | Path) -> "DataPaths":
        """The data folder at a path, relative to the working directory where it is not absolute."""
        return cls(Path(root).expanduser().absolute())

    def files(self, name: str) -> Path:
        """A table of the files stage that is one file: `file_sightings`, `problems`."""
        return self.root / "files" / f"{name}.parquet"

    def letter_files(self, block: str) -> Path:
        """A block of `letter_files`."""
        return self.root / "files" / "letter_files" / f"{block}.parquet"

    def lines(self, name: str, block: str) -> Path:
        """A block of a table of the lines stage: `letter_lines`, `letter_reads`."""
        return self.root / "lines" / name / f"{block}.parquet"

    def tables(self, name: str, block: str) -> Path:
        """A block of a table of the tables stage: the normalized tables and `letter_parses`."""
        return self.root / "tables" / name / f"{block}.parquet"

    def parquet(self) -> list[Path]:
        """Every Parquet file of the stages that is there, by name."""
        return sorted(
            file
            for pattern in ("files/*", "files/*/*", "lines/*/*", "tables/*/*")
            for file in self.root.glob(f"{pattern}.parquet")
        )

    @property
    def seen_whole(self) -> Path:
        """Which Parquet files were found whole, and their size and time of change then."""
        return self.root / "seen_whole.parquet"

    @property
    def warehouse(self) -> Path:
        """The name that people open the warehouse by: a link to `warehouse_file`.

        DuckDB calls an opened database after its file, links resolved. A file `imr.duckdb` would be a database `imr`
        with a schema `imr`, and `main.determinations` ambiguous in it.
        """
        return self.root / "imr.duckdb"

    @property
    def warehouse_file(self) -> Path:
        """The DuckDB file with the warehouse in it."""
        return self.root / "warehouse.duckdb"

    @property
    def building(self) -> Path:
        """The warehouse that is being built, beside the one that people open."""
        return self.root / "imr.duckdb.building"

    @property
    def built_from(self) -> Path:
        """How the Parquet files looked that the warehouse was built from, and how it looked itself."""
        return self.root / "built_from.parquet"

    @property
    def spare_file(self) -> Path:
        """The warehouse before the present one, or a copy of it: the next build goes on from this without copying."""
        return self.root / "warehouse.spare.duckdb"

    @property
    def spare_built_from(self) -> Path:
        """As `built_from`, of the spare warehouse."""
        return self.root / "built_from.spare.parquet"

    @property
    def report(self) -> Path:
        """The report of the warehouse as one HTML file."""
        return self.root / "report.html"

    @property
    def lock(self) -> Path:
        """The file that whoever writes below this folder holds a lock on."""
        return self.root / ".writing.lock"

    @property
    def dagster_home(self) -> Path:
        """Dagster's own storage of this data's runs."""
        return self.root / ".dagster"
