"""Where everything lies below the data folder (`IMR_DATA`): every folder and file name is decided here and only here.

Does not belong here: reading and writing (`imr_etl.storage.parquet`).
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
    def verified_files(self) -> Path:
        """Which Parquet files were verified, and their size and time of change then."""
        return self.root / "verified_files.parquet"

    @property
    def warehouse(self) -> Path:
        """The warehouse that people open."""
        return self.root / "imr.duckdb"

    @property
    def building(self) -> Path:
        """The warehouse that is being built, until it takes the place of the one that people open."""
        return self.root / "imr.duckdb.building"

    @property
    def standby(self) -> Path:
        """The warehouse before the present one: the next build goes on from it without copying."""
        return self.root / "imr.duckdb.standby"

    def search_index(self, build: str) -> Path:
        """The search index that a build made, or of all builds (`*`); table `build` of a warehouse names its own."""
        return self.root / f"search-{build}.sqlite"

    @property
    def warehouse_of_0_1(self) -> list[Path]:
        """What version 0.1 kept beside `imr.duckdb`, then a link to the first of these."""
        names = ("warehouse.duckdb", "warehouse.duckdb.wal", "warehouse.spare.duckdb", "warehouse.spare.duckdb.writing")
        return [
            self.root / name
            for name in (*names, "built_from.parquet", "built_from.spare.parquet", "seen_whole.parquet")
        ]

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
