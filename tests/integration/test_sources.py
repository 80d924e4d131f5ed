"""Letters of a folder, an archive, a table and a bucket in one warehouse; every row is traced back to its file."""

import hashlib
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import buckets
import polars as pl
import pytest
from bad_files import good_pdf
from click.testing import CliRunner
from make_letters import LETTERS as SAMPLES

from assets.wiring.resources import Folders
from imr_etl.cli import cli
from imr_etl.cli.status import status_of
from imr_etl.pipeline.update import find_pending, update_files
from imr_etl.sources import find_place, object_store, read
from imr_etl.storage.paths import DataPaths
from warehouse.build.current import find_pending_work

Ask = Callable[[str], list[tuple[object, ...]]]
CASES = {scheme: f"CM16-00200{number}" for number, scheme in enumerate(("file", "zip", "parquet", "s3"), start=11)}
TEXT = (SAMPLES / "CM16-0175590.txt").read_text(encoding="utf-8")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    folder, archive, table = tmp_path / "letters", tmp_path / "more letters.zip", tmp_path / "texts.parquet"
    folder.mkdir()
    (folder / f"{CASES['file']}.pdf").write_bytes(good_pdf(CASES["file"]))
    (folder / "notes.docx").touch()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr(f"2016/{CASES['zip']}.pdf", good_pdf(CASES["zip"]))
        writer.writestr("../CM16-0020099.pdf", good_pdf("CM16-0020099"))
        writer.writestr("list.xlsx", b"")
    pl.DataFrame({"case": [CASES["parquet"]], "body": [TEXT]}).write_parquet(table)
    object_store._store.cache_clear()
    with buckets.s3() as (client, environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        body = good_pdf(CASES["s3"])
        client.put_object(Bucket=buckets.BUCKET, Key=f"letters/{CASES['s3']}.pdf", Body=body)
        yield [str(folder), str(archive), f"{table}?text=body", f"s3://{buckets.BUCKET}/letters"]


def run(places: list[str], data: Path, *options: str) -> str:
    arguments = ["run", "--data", str(data), "--no-report", *options]
    result = CliRunner().invoke(cli, [*arguments, *(part for place in places for part in ("--letters", place))])
    assert result.exit_code == 0, result.output
    return result.output


def test_letters_of_every_source_are_loaded_traced_back_and_read_once(
    places: list[str], data: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run(places, data)
    assert "Passed over, because they are no letters: 1 .docx, 1 .xlsx." in said
    loaded = dict(ask("SELECT case_number, uri FROM main.letter_files WHERE status = 'loaded'"))
    assert {case: str(uri).partition(":")[0] for case, uri in loaded.items()} == {
        case: scheme for scheme, case in CASES.items()
    }
    for uri, sha256 in ask("SELECT uri, sha256 FROM main.letter_files WHERE status = 'loaded'"):
        assert hashlib.sha256(read(str(uri))).hexdigest() == sha256
    assert ask("SELECT code, excerpt.split('!/')[2] FROM main.problems WHERE stage = 'files'") == [
        ("unsafe_member", "../CM16-0020099.pdf")
    ]
    assert ask("SELECT source_folder FROM main.build") == [(None,)]

    # The second run reads nothing, and what a changed archive has not changed is not read either.

    paths = DataPaths.at(data)
    assert find_pending_work(paths, Folders(letters=";".join(places[::-1]), data=str(data)).places).is_built
    monkeypatch.setenv("IMR_LETTERS", ";".join(find_place(place).address for place in places))
    assert "Nothing new" in run([], data)
    archive = Path(places[1])
    with zipfile.ZipFile(archive, "a") as writer:
        writer.writestr("2016/CM16-0020077.pdf", good_pdf("CM16-0020077"))
    assert not find_pending_work(paths, places).is_listed
    assert update_files(paths, places).new == 1
    ((block),) = find_pending(paths)
    assert (len(block.to_read), len(block.to_parse)) == (1, 0)


def test_a_page_of_a_letter_in_an_archive_is_drawn(places: list[str], data: Path, tmp_path: Path) -> None:
    run(places[1:2], data)
    shown = CliRunner().invoke(cli, ["show", CASES["zip"], "--data", str(data)])
    assert f"!/2016/{CASES['zip']}.pdf" in shown.output.replace("\n", "")
    target = tmp_path / "page.png"
    arguments = ["show", CASES["zip"], "--data", str(data), "--pdf-page", "1", "--out", str(target)]
    assert CliRunner().invoke(cli, arguments).exit_code == 0
    assert target.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("lost", ["folder", "archive", "table", "bucket"])
def test_a_place_that_cannot_be_listed_loses_nothing_and_the_others_are_loaded(
    places: list[str], data: Path, ask: Ask, lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = DataPaths.at(data)
    update_files(paths, places)
    known = pl.read_parquet(paths.files("file_sightings"))
    folder, archive, table = (Path(place.partition("?")[0]) for place in places[:3])
    new = folder if lost != "folder" else folder.with_name("new letters")
    if lost == "folder":
        places.append(str(new))
        folder.rename(folder.with_name("not mounted"))
        new.mkdir()
    elif lost == "archive":
        archive.write_bytes(b"cut")
    elif lost == "table":
        table.unlink()
    else:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        object_store._store.cache_clear()
    (new / "CM16-0020015.pdf").write_bytes(good_pdf("CM16-0020015"))
    arguments = ["run", "--data", str(data), *(part for place in places for part in ("--letters", place))]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 1
    assert "\n" not in str(result.exception)
    assert "what is known of these stays" in str(result.exception)
    sightings = pl.read_parquet(paths.files("file_sightings"))
    assert sightings.join(known, on="uri", how="semi", maintain_order="right").equals(known)
    assert ask("SELECT count(*) FROM main.letter_files WHERE case_number = 'CM16-0020015' AND is_present") == [(1,)]
    found = status_of(paths, places)
    assert found.problems["unreadable_folder"] == 1
    assert (found.is_current, found.vanished) == (False, 0)
    assert found.last_run is not None
    assert found.last_run["error"] == str(result.exception)


def test_a_new_object_is_downloaded_once(data: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    requests: list[str] = []
    object_store._store.cache_clear()
    paths, place = DataPaths.at(data), f"s3://{buckets.BUCKET}/new"

    def downloads() -> list[str]:
        found = [request.rpartition("/")[2] for request in requests if request.endswith(".pdf")]
        requests.clear()
        return sorted(found)

    with buckets.s3(requests) as (client, environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)

        def put(name: str, case: str) -> None:
            client.put_object(Bucket=buckets.BUCKET, Key=f"new/{name}.pdf", Body=good_pdf(case))

        names = [f"CM16-002001{number}" for number in range(4)]
        for name in names:
            put(name, name)
        # A copy is downloaded for its hash, and never read.
        put(f"{names[0]} copy", names[0])
        requests.clear()
        run([place], data)
        assert downloads() == sorted(f"{name}.pdf" for name in [*names, f"{names[0]} copy"])
        assert not [*paths.downloads.iterdir()]
        run([place], data)
        assert downloads() == []

        # Without room for it a letter is downloaded once more when it is read.

        put(names[1], f"{names[1]} corrected")
        requests.clear()
        monkeypatch.setattr("imr_etl.ingest.downloads.MOST_BYTES", 0)
        run([place], data, "--rehash")
        known = [f"{name}.pdf" for name in [*names, f"{names[0]} copy"]]
        assert downloads() == sorted([*known, f"{names[1]}.pdf"])
    loaded = ask("SELECT status, count(*) FROM main.letter_files GROUP BY 1 ORDER BY 1")
    assert loaded == [("loaded", 4), ("superseded", 1)]


def test_damaged_memory_of_archives_is_made_again(places: list[str], data: Path, ask: Ask) -> None:
    run(places[:3], data)
    paths = DataPaths.at(data)
    paths.files("containers").write_bytes(b"damaged")
    said = run(places[:3], data)
    assert "every archive and table of texts is listed again" in said
    assert "Nothing new" in said
    shutil.copy(SAMPLES / "CM16-0051188.pdf", places[0])
    paths.files("file_sightings").write_bytes(b"damaged")
    assert "New letters: 1" in run(places[:3], data)
    assert ask("SELECT count(*) FROM main.letter_files WHERE status = 'loaded'") == [(4,)]
