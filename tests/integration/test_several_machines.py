"""A backlog shared out over machines: each loads the letters of its blocks, one gathers their files and builds."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from loading import load_tables
from moto.server import ThreadedMotoServer

from imr_etl import sharing, stages
from imr_etl.errors import RunError
from imr_etl.mending import mend
from imr_etl.paths import DataPaths
from imr_etl.sharing import share
from warehouse.build import build


def load(letters: Path, data: Path) -> DataPaths:
    """What a machine does with the letters that it is given; how many it had to read is in `read`."""
    mend(DataPaths.at(data))
    return load_tables(letters, data)


def made(data: Path) -> dict[str, bytes]:
    """The files of lines and tables below a data folder."""
    found = [path for stage in ("lines", "tables") for path in (data / stage).rglob("*.parquet")]
    return {str(path.relative_to(data)): path.read_bytes() for path in found}


def gather(machines: list[Path], address: str, data: Path) -> None:
    """Have the machines share what they made, and take it over."""
    for machine in machines:
        assert share(DataPaths.at(machine), address) > 0
    gathered = sharing.gather(address, DataPaths.at(data))
    assert gathered.left == []
    assert gathered.files == len(made(data)) > 0


@pytest.fixture(params=["folder", "s3"])
def address(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where machines share: a folder that all of them see, or a bucket of an S3 server on this machine."""
    if request.param == "folder":
        yield str(tmp_path / "shared")
        return
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT": f"http://{host}:{port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "us-west-1",
        "AWS_ACCESS_KEY_ID": "made up",
        "AWS_SECRET_ACCESS_KEY": "made up",
    }.items():
        monkeypatch.setenv(name, value)
    # The server's memory is that of the whole process, of the test before too.
    for method, path in (("POST", "moto-api/reset"), ("PUT", "letters")):
        urlopen(Request(f"http://{host}:{port}/{path}", method=method), timeout=20).close()
    yield "s3://letters/imr"
    server.stop()


@pytest.fixture
def machines(letters: Path, tmp_path: Path) -> list[Path]:
    """The data folders of two machines: one was given the numbered letters, the other one the rest."""
    folders = []
    for name, pattern in (("one", "*.pdf"), ("two", "*.txt")):
        share = tmp_path / name / "letters"
        share.mkdir(parents=True)
        for letter in letters.glob(pattern):
            shutil.copy2(letter, share)
        folders.append(load(share, tmp_path / name / "data").root)
    return folders


def test_gathered_blocks_are_those_of_one_machine(
    letters: Path, machines: list[Path], address: str, data: Path
) -> None:
    alone = load(letters, data.with_name("alone"))
    gather(machines, address, data)
    paths = DataPaths.at(data)
    assert mend(paths) == []
    stages.update_files(paths, letters)
    assert stages.pending(paths) == {}
    assert made(data) == made(alone.root)
    assert build(paths).rows == build(alone).rows


def test_what_is_there_already_is_not_copied_again(machines: list[Path], address: str, data: Path) -> None:
    gather(machines, address, data)
    assert [share(DataPaths.at(machine), address) for machine in machines] == [0, 0]
    again = sharing.gather(address, DataPaths.at(data))
    assert (again.files, again.blocks, again.left) == (0, set(), [])


def test_letters_that_were_read_here_only_are_kept(letters: Path, machines: list[Path], data: Path) -> None:
    alone = load(letters, data)
    few = data.with_name("few")
    (few / "letters").mkdir(parents=True)
    shutil.copy2(next(iter(sorted((machines[0].parent / "letters").iterdir()))), few / "letters")
    share(load(few / "letters", few / "data"), str(few / "shared"))
    before = made(data)
    found = sharing.gather(str(few / "shared"), alone)
    assert made(data) == before
    assert (found.files, len(found.left)) == (0, 1)
    assert found.left[0].endswith("are not among the shared ones: 1).")


def test_a_file_that_was_cut_off_is_not_taken(machines: list[Path], tmp_path: Path, data: Path) -> None:
    shared = tmp_path / "shared"
    share(DataPaths.at(machines[0]), str(shared))
    cut = next((shared / "tables" / "disputed_items").iterdir())
    cut.write_bytes(cut.read_bytes()[:-100])
    with pytest.raises(RunError, match=r"tables/disputed_items/.* is damaged: have the machine that made it share"):
        sharing.gather(str(shared), DataPaths.at(data))


def test_a_block_that_arrived_cut_off_is_made_again(letters: Path, machines: list[Path], data: Path) -> None:
    alone = load(letters, data.with_name("alone"))
    gather(machines, str(data.with_name("shared")), data)
    cut = DataPaths.at(data).tables("disputed_items", "CM16-002")
    cut.write_bytes(cut.read_bytes()[:-100])
    paths = DataPaths.at(data)
    assert len(mend(paths)) == 1
    load(letters, data)
    assert made(data) == made(alone.root)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        pytest.param("nowhere/at/all", "There is no folder", id="missing folder"),
        pytest.param("ftp://host/imr", "cannot be used", id="unknown scheme"),
        pytest.param("s3://", "cannot be used", id="no bucket"),
    ],
)
def test_an_address_that_is_none(address: str, told: str, data: Path) -> None:
    with pytest.raises(RunError, match=told):
        sharing.gather(address, DataPaths.at(data))


def test_an_empty_folder_and_an_empty_address(tmp_path: Path, data: Path) -> None:
    with pytest.raises(RunError, match="nothing to share"):
        share(DataPaths.at(data), str(tmp_path / "shared"))
    (tmp_path / "shared").mkdir()
    with pytest.raises(RunError, match="nothing to gather"):
        sharing.gather(str(tmp_path / "shared"), DataPaths.at(data))


def test_two_machines_that_do_the_same_block_make_the_same_files(letters: Path, tmp_path: Path) -> None:
    first, second = (load(letters, tmp_path / name).root for name in ("first", "second"))
    assert made(first) == made(second)
