"""The export: every table, described so that a validator of data packages finds no fault, and swapped in whole."""

import csv
import json
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import duckdb
import frictionless
import pytest
from made_up_rows import made_up_letters, rows_of
from parquet_rows import write_rows

import warehouse.query.export
from imr_etl.errors import RunError
from imr_etl.storage.paths import DataPaths
from warehouse import attached
from warehouse.build.build import build
from warehouse.query.export import DESCRIPTION, export

FORMULAS = ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1"]


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> DataPaths:
    paths = DataPaths.at(tmp_path_factory.mktemp("export"))
    rows = rows_of(made_up_letters(seed=3, count=40))
    for item, formula in zip(rows["disputed_items"], FORMULAS, strict=False):
        item["request"] = formula
    write_rows(paths, **rows)
    build(paths)
    return paths


@pytest.fixture(scope="module", params=["parquet", "csv"])
def exported(request: pytest.FixtureRequest, paths: DataPaths, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables") / request.param
    export(paths.warehouse, folder, request.param)
    return folder


def described(folder: Path) -> dict[str, dict]:
    package = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    return {resource["title"]: resource for resource in package["resources"]}


def test_every_table_is_there_with_all_its_rows(exported: Path, paths: DataPaths) -> None:
    with closing(attached(paths.warehouse, read_only=True)) as connection:
        tables = connection.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_catalog = 'imr'"
        ).fetchall()
        found = described(exported)
        assert set(found) == {name for (name,) in tables}
        for name, resource in found.items():
            own, there = (
                connection.execute(f"SELECT count(*) FROM {source}").fetchall()
                for source in (name, f"'{exported / resource['path']}'")
            )
            assert own == there, name


def test_files_are_those_described(exported: Path) -> None:
    found = described(exported)
    on_disk = {str(path.relative_to(exported)) for path in exported.rglob("*.*")} - {DESCRIPTION}
    assert {resource["path"] for resource in found.values()} == on_disk
    for resource in found.values():
        content = (exported / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{sha256(content).hexdigest()}"
        assert all(field["description"] for field in resource["schema"]["fields"]), resource["title"]


@pytest.mark.filterwarnings("ignore")
def test_a_validator_finds_no_fault(exported: Path) -> None:
    descriptor = json.loads((exported / DESCRIPTION).read_text(encoding="utf-8"))
    assert not list(frictionless.Package.metadata_validate(descriptor))
    if exported.name == "csv":
        report = frictionless.validate(str(exported / DESCRIPTION))
        assert report.valid, report.flatten(["path", "rowNumber", "fieldName", "message"])[:5]


def test_the_package_names_license_sources_and_version(exported: Path) -> None:
    package = json.loads((exported / DESCRIPTION).read_text(encoding="utf-8"))
    assert [license_["name"] for license_ in package["licenses"]] == ["MIT"]
    assert package["sources"][0]["path"].startswith("https://www.dir.ca.gov/")
    assert package["version"] == package["created"][:10].replace("-", ".")


def test_lists_of_csv_files_are_read_without_brackets(exported: Path, paths: DataPaths) -> None:
    if exported.name != "csv":
        return
    with closing(attached(paths.warehouse, read_only=True)) as connection:
        query = "SELECT array_to_string(specialties, '; ') FROM marts.letters ORDER BY determination_id"
        wanted = [value for (value,) in connection.execute(query).fetchall()]
    with (exported / "marts" / "letters.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["determination_id"])
    assert [row["specialties"] for row in rows] == wanted
    assert any("; " in value for value in wanted)


def test_cells_of_csv_files_are_no_formulas(exported: Path) -> None:
    if exported.name == "csv":
        with (exported / "main" / "disputed_items.csv").open(encoding="utf-8", newline="") as file:
            requests = {row["request"] for row in csv.DictReader(file)}
        assert requests >= {f"'{formula}" for formula in FORMULAS}
    else:
        rows = duckdb.sql(f"SELECT request FROM '{exported / 'main' / 'disputed_items.parquet'}'").fetchall()
        assert {request for (request,) in rows} >= set(FORMULAS)


def test_an_export_replaces_an_older_one(exported: Path, paths: DataPaths) -> None:
    (exported / "main" / "left.over").touch()
    export(paths.warehouse, exported, exported.name)
    assert not (exported / "main" / "left.over").exists()
    assert [path.name for path in exported.parent.iterdir()] == [exported.name]


def test_a_failed_export_leaves_the_old_one(exported: Path, paths: DataPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path: path.stat().st_mtime_ns for path in exported.rglob("*")}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(warehouse.query.export, "_resource", full)
    with pytest.raises(RunError, match="No space left"):
        export(paths.warehouse, exported, exported.name)
    assert {path: path.stat().st_mtime_ns for path in exported.rglob("*")} == before
    assert [path.name for path in exported.parent.iterdir()] == [exported.name]


def test_a_swap_that_fails_puts_the_old_one_back(
    exported: Path, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.stat().st_mtime_ns for path in exported.rglob("*")}
    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if path.name.endswith(".writing"):
            raise OSError(5, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(RunError, match="Input/output error"):
        export(paths.warehouse, exported, exported.name)
    assert {path: path.stat().st_mtime_ns for path in exported.rglob("*")} == before
    assert [path.name for path in exported.parent.iterdir()] == [exported.name]


def test_an_export_that_was_killed_while_swapping_is_repaired(exported: Path, paths: DataPaths) -> None:
    exported.rename(exported.with_name(f".{exported.name}.old"))
    exported.with_name(f".{exported.name}.writing").mkdir()
    with pytest.raises(RunError, match="no warehouse"):
        export(paths.root / "nowhere.duckdb", exported, exported.name)
    export(paths.warehouse, exported, exported.name)
    assert (exported / DESCRIPTION).exists()
    assert [path.name for path in exported.parent.iterdir()] == [exported.name]


def test_a_link_leads_to_the_export(exported: Path, paths: DataPaths, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(exported)
    export(paths.warehouse, link, exported.name)
    assert link.is_symlink()
    assert [path.name for path in tmp_path.iterdir()] == ["link"]
    assert (link / DESCRIPTION).exists()


def test_a_damaged_warehouse_is_no_fault_of_the_folder(paths: DataPaths, tmp_path: Path) -> None:
    whole = paths.warehouse.read_bytes()
    damaged = tmp_path / "imr.duckdb"
    damaged.write_bytes(whole[:12288] + b"\x5a" * (len(whole) - 12288))
    with pytest.raises(RunError, match="is no warehouse, or is damaged"):
        export(damaged, tmp_path / "tables", "csv")
    assert [path.name for path in tmp_path.iterdir()] == ["imr.duckdb"]


def test_what_belongs_to_an_item_refers_to_it_by_letter_and_number(exported: Path) -> None:
    referring = {
        title
        for title, resource in described(exported).items()
        for key in resource["schema"].get("foreignKeys", [])
        if key["fields"] == key["reference"]["fields"] == ["determination_id", "item_number"]
    }
    assert referring == {
        "main.item_drugs",
        "main.item_body_parts",
        "main.guideline_citations",
        "main.rationale_reasons",
    }


def test_other_peoples_folders_are_left_alone(paths: DataPaths, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(RunError, match="holds other files"):
        export(paths.warehouse, tmp_path, "csv")
    with pytest.raises(RunError, match="is a file"):
        export(paths.warehouse, tmp_path / "letter.txt", "csv")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
