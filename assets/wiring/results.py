"""What each asset shows in the UI after it was made, whoever made it: an asset of a run, or the command line.

Belongs here: the metadata of materializations and the results of checks. Does not belong here: the metadata of
definitions (`assets.wiring.metadata`).
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import dagster as dg

from assets.wiring.metadata import mart_columns_lineage, mart_key
from imr_etl.pipeline.update import BlockReport, FilesReport
from imr_etl.sources import shown
from imr_etl.storage import parquet
from imr_etl.storage.paths import DataPaths
from imr_etl.transform.tables import TABLE_NAMES
from warehouse.build.marts import mart, mart_names

if TYPE_CHECKING:
    from warehouse.build.build import BuildReport
    from warehouse.build.checks import CheckResult

Result = dg.MaterializeResult[None]
Made = Result | dg.AssetCheckResult

SECONDS_BETWEEN_LINES = 30.0
"""How often a run's log says how far it came."""


def of_repair(sentences: list[str]) -> Iterator[Result]:
    """Yield the result of `intact_files`."""
    yield Result(
        asset_key="intact_files",
        metadata={
            "damaged files": len(sentences),
            "repairs": dg.MetadataValue.md("\n".join(f"- {sentence}" for sentence in sentences) or "none"),
        },
    )


def of_files(report: FilesReport, letters: list[str]) -> Iterator[Result]:
    """Yield the result of `letter_files`."""
    yield Result(
        asset_key="letter_files",
        metadata={
            "dagster/row_count": report.letters,
            "files of letters": report.files,
            "new letters": report.new,
            "problems": report.problems,
            "passed over": dg.MetadataValue.json(report.passed_over),
            "places that could not be listed": dg.MetadataValue.json(report.faults),
            "places": dg.MetadataValue.json([shown(place) for place in letters]),
        },
    )


def letters_done(reports: list[BlockReport]) -> dict[str, int]:
    """Count the letters that were read and parsed."""
    return {
        "letters_read": sum(report.read for report in reports),
        "letters_parsed": sum(report.parsed for report in reports),
    }


def of_letters(paths: DataPaths, reports: list[BlockReport]) -> Iterator[Result]:
    """Yield the results of `letter_lines` and the normalized tables."""
    by_year = dg.MetadataValue.md(_table_by_year(reports))
    counts: dict[str, int | dg.MarkdownMetadataValue] = {
        "letters read": sum(report.read for report in reports),
        "letters parsed": sum(report.parsed for report in reports),
        "letters not read in full": sum(report.problems for report in reports),
        "by year": by_year,
    }
    rows = {name: parquet.count_rows(paths.tables(name, "*")) for name in TABLE_NAMES}
    rows["letter_lines"] = parquet.count_rows(paths.lines("letter_lines", "*"))
    for name in ("letter_lines", *TABLE_NAMES):
        yield Result(asset_key=name, metadata={"dagster/row_count": rows[name], **counts})


def of_warehouse(paths: DataPaths, report: "BuildReport") -> Iterator[Result]:
    """Yield the results of `warehouse` and of each mart. Rows of views are not counted."""
    yield Result(
        asset_key="warehouse",
        metadata={
            "dagster/row_count": report.rows["determinations"],
            **{f"rows of {name}": rows for name, rows in report.rows.items() if not name.startswith("marts.")},
            "problems": dg.MetadataValue.json(report.problems),
            "seconds": round(report.seconds, 2),
            "file": dg.MetadataValue.path(str(paths.warehouse)),
        },
    )
    for name in mart_names():
        rows = report.rows.get(f"marts.{name}")
        count = {} if rows is None else {"dagster/row_count": rows}
        yield Result(
            asset_key=mart_key(name),
            metadata={"kind": mart(name).kind, "dagster/column_lineage": mart_columns_lineage(name), **count},
        )


def of_checks(checks: "Iterable[CheckResult]") -> Iterator[dg.AssetCheckResult]:
    """Yield the results of the checks of `warehouse`, each with its severity, its bound and its first bad rows."""
    for check in checks:
        yield dg.AssetCheckResult(
            asset_key="warehouse",
            check_name=check.name,
            passed=check.passed,
            severity=dg.AssetCheckSeverity.ERROR if check.severity == "block" else dg.AssetCheckSeverity.WARN,
            description=check.meaning,
            metadata={
                "bad rows": check.count,
                "bound": check.bound,
                "severity": check.severity,
                "first bad rows": dg.MetadataValue.json([[str(value) for value in row] for row in check.sample]),
            },
        )


def of_report(paths: DataPaths) -> Iterator[Result]:
    """Yield the result of `report`."""
    yield Result(
        asset_key="report",
        metadata={"file": dg.MetadataValue.path(str(paths.report)), "bytes": paths.report.stat().st_size},
    )


def record(instance: dg.DagsterInstance, made: Iterable[Made]) -> None:
    """Record what the command line made, without a run: materializations and results of checks."""
    for result in made:
        key = dg.AssetKey.from_coercible(result.asset_key or "")
        instance.report_runless_asset_event(
            dg.AssetCheckEvaluation(
                asset_key=key,
                check_name=result.check_name or "",
                passed=result.passed,
                metadata=result.metadata,
                severity=result.severity,
                description=result.description,
            )
            if isinstance(result, dg.AssetCheckResult)
            else dg.AssetMaterialization(asset_key=key, metadata=result.metadata, tags=result.tags)
        )


class ProgressLog:
    """Logs how many letters are done, at what rate, and the time left."""

    def __init__(self, log: Callable[[str], None], total: int) -> None:
        """Start the clock."""
        self._log, self._total, self._done = log, total, 0
        self._start = self._last = time.monotonic()

    def advance(self, letters: int) -> None:
        """Count letters that are done; log a line if the last one is old enough or all are done."""
        self._done += letters
        now = time.monotonic()
        if letters and (now - self._last >= SECONDS_BETWEEN_LINES or self._done == self._total):
            self._last = now
            rate = self._done / max(now - self._start, 0.001)
            left = (self._total - self._done) / rate
            self._log(f"{self._done:,} of {self._total:,} letters, {rate:,.0f} a second, {left:,.0f} s left")


def _table_by_year(reports: list[BlockReport]) -> str:
    """Sum reports by year of the case number as a Markdown table: letters, read, parsed, problems."""
    years: dict[str, Counter[str]] = {}
    for report in reports:
        year = f"20{report.block[2:4]}" if report.block.startswith("CM") else report.block
        years.setdefault(year, Counter()).update(
            letters=report.letters, read=report.read, parsed=report.parsed, problems=report.problems
        )
    lines = ["| year | letters | read | parsed | not read in full |", "|---|---|---|---|---|"]
    for year, n in sorted(years.items()):
        lines.append(f"| {year} | {n['letters']:,} | {n['read']:,} | {n['parsed']:,} | {n['problems']:,} |")
    return "\n".join(lines)
