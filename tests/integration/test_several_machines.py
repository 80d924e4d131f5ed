"""A backlog shared out over machines: each loads the letters of its blocks, one gathers their files and builds."""

import shutil
from pathlib import Path

import pytest

from imr_etl import stages
from imr_etl.mending import mend
from imr_etl.paths import DataPaths
from warehouse.build import build


def load(letters: Path, data: Path) -> DataPaths:
    """What a machine does with the letters that it is given; how many it had to read is in `read`."""
    paths = DataPaths.at(data)
    mend(paths)
    stages.update_files(paths, letters)
    with stages.extraction_pool(1) as pool:
        for block in stages.pending_blocks(paths):
            stages.update_lines(paths, block, pool=pool)
            stages.update_tables(paths, block)
    return paths


def made(data: Path) -> dict[str, bytes]:
    """The files of lines and tables below a data folder."""
    found = [path for stage in ("lines", "tables") for path in (data / stage).rglob("*.parquet")]
    return {str(path.relative_to(data)): path.read_bytes() for path in found}


def gather(machines: list[Path], data: Path) -> None:
    """Copy what the machines made, as rsync would."""
    for machine in machines:
        for stage in ("lines", "tables"):
            shutil.copytree(machine / stage, data / stage, dirs_exist_ok=True)


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


def test_gathered_blocks_are_those_of_one_machine(letters: Path, machines: list[Path], data: Path) -> None:
    alone = load(letters, data.with_name("alone"))
    gather(machines, data)
    paths = DataPaths.at(data)
    assert mend(paths) == []
    stages.update_files(paths, letters)
    assert stages.pending(paths) == {}
    assert made(data) == made(alone.root)
    assert build(paths).rows == build(alone).rows


def test_a_block_that_arrived_cut_off_is_made_again(letters: Path, machines: list[Path], data: Path) -> None:
    alone = load(letters, data.with_name("alone"))
    gather(machines, data)
    cut = DataPaths.at(data).tables("disputed_items", "CM16-002")
    cut.write_bytes(cut.read_bytes()[:-100])
    paths = DataPaths.at(data)
    assert len(mend(paths)) == 1
    load(letters, data)
    assert made(data) == made(alone.root)


def test_two_machines_that_do_the_same_block_make_the_same_files(letters: Path, tmp_path: Path) -> None:
    first, second = (load(letters, tmp_path / name).root for name in ("first", "second"))
    assert made(first) == made(second)
