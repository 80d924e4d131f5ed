"""Where everything lies below the data folder (`IMR_DATA`): every folder and file name is decided here and only here.

Does not belong here: reading and writing (`imr_etl.storage.parquet`).
"""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from imr_etl.errors import RunError

FORMAT = 2
"""Number of the data folder's format: raised where older versions would misread its files. Version 0.1 wrote none."""


def folder_of(path: str | Path) -> Path:
    """Return the absolute path of a folder with `..` resolved, so that one folder has one address.

    Links stay as they are, unless `..` follows one.
    """
    absolute = Path(path).expanduser().absolute()
    plain = os.path.normpath(absolute)
    return Path(plain if os.path.realpath(plain) == os.path.realpath(absolute) else os.path.realpath(absolute))


@dataclass(frozen=True)
class DataPaths:
    """The data folder. Every path is absolute."""

    root: Path

    @classmethod
    def at(cls, root: str | Path) -> "DataPaths":
        """Return the data folder at a path, relative to the working directory where it is not absolute."""
        return cls(folder_of(root))

    def files(self, name: str) -> Path:
        """Return the path of a table of the files stage that is one file: `file_sightings`, `problems`."""
        return self.root / "files" / f"{name}.parquet"

    def letter_files(self, block: str) -> Path:
        """Return the path of a block of `letter_files`."""
        return self.root / "files" / "letter_files" / f"{block}.parquet"

    def lines(self, name: str, block: str) -> Path:
        """Return the path of a block of a table of the lines stage: `letter_lines`, `letter_reads`."""
        return self.root / "lines" / name / f"{block}.parquet"

    def tables(self, name: str, block: str) -> Path:
        """Return the path of a block of a table of the tables stage: the normalized tables and `letter_parses`."""
        return self.root / "tables" / name / f"{block}.parquet"

    def published(self, name: str, month: str) -> Path:
        """Return the path of a month of decisions (`2024-01`) of the table `published_decisions`."""
        return self.root / "published" / name / f"{month}.parquet"

    @property
    def downloads(self) -> Path:
        """The folder of letters that a listing downloaded and that are not read yet."""
        return self.root / ".downloads"

    @property
    def fetched_windows(self) -> Path:
        """Which dates the state's search was asked for, and when."""
        return self.root / "published" / "windows.json"

    @property
    def fetch_lock(self) -> Path:
        """The file that a fetch holds a lock on: the state's search is asked one thing at a time."""
        return self.root / ".fetching.lock"

    def parquet(self) -> list[Path]:
        """List every Parquet file of the stages, by name."""
        return sorted(
            file
            for pattern in ("files/*", "files/*/*", "lines/*/*", "published/*/*", "tables/*/*")
            for file in self.root.glob(f"{pattern}.parquet")
        )

    @property
    def verified_files(self) -> Path:
        """Which Parquet files were verified, and their size and time of change then."""
        return self.root / "verified_files.parquet"

    @property
    def vocabulary(self) -> Path:
        """The folder with the rows that this data adds to code tables, one CSV a table."""
        return self.root / "vocabulary"

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
        """Return the path of a build's search index, or of all (`*`); table `build` of a warehouse names its own."""
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

    def program_of_charts(self, version: str) -> Path:
        """Return the path of the JavaScript that draws the report's charts, kept because it takes 2 s to make."""
        return self.root / ".cache" / f"charts-{version}.js"

    @property
    def format(self) -> Path:
        """The number of the folder's format, as text."""
        return self.root / ".format"

    def refuse_newer_format(self) -> None:
        """Raise RunError where a newer version of imr-etl wrote the folder in a format that this one does not know."""
        with contextlib.suppress(OSError, ValueError):
            if (number := int(self.format.read_text(encoding="utf-8"))) > FORMAT:
                raise RunError(
                    f"A newer imr-etl wrote the data folder {self.root} (format {number}, this one knows {FORMAT}):"
                    " update imr-etl, or name another folder."
                )

    @property
    def last_run(self) -> Path:
        """What the last run did, and when."""
        return self.root / "last_run.json"

    @property
    def lock(self) -> Path:
        """The file that whoever writes below this folder holds a lock on."""
        return self.root / ".writing.lock"

    @property
    def dagster_home(self) -> Path:
        """Dagster's own storage of this data's runs."""
        return self.root / ".dagster"
