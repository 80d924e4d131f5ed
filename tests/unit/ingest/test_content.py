"""Files are read within bounds of bytes and time, whatever stands under a letter's name."""

import hashlib
import os
import signal
import socket
import stat
import threading
import time
from pathlib import Path
from threading import Barrier, Event

import pytest

from imr_etl.ingest import content
from imr_etl.sources.folder import read_file
from imr_etl.sources.source import MAX_BYTES, path_of


def hashes(paths: list[str]) -> list[str | None]:
    return [hashed.sha256 for hashed in content.hashes([Path(path).as_uri() for path in paths])]


@pytest.mark.parametrize("data", [b"", b"a letter", bytes(100_000)])
def test_a_regular_file_is_read_to_its_end(tmp_path: Path, data: bytes) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(data)
    link.symlink_to(file)
    assert [read_file(str(path)) for path in (file, link)] == [data, data]
    assert hashes([str(file)]) == [hashlib.sha256(data).hexdigest()]


@pytest.mark.parametrize(
    "target",
    [
        "/proc/kmsg",
        "/proc/self/status",
        "/proc/self/pagemap",
        "/sys/kernel/mm/transparent_hugepage/enabled",
        "/dev/zero",
        "/dev/tty",
        "/nowhere",
        "/",
    ],
)
def test_a_link_to_no_regular_file_has_no_hash(tmp_path: Path, target: str) -> None:
    link = tmp_path / "CM16-0000001.pdf"
    link.symlink_to(target)
    assert hashes([str(link)]) == [None]


def test_pipes_devices_and_sockets_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe, link, open_socket = (str(tmp_path / name) for name in ("pipe", "link", "socket"))
    os.mkfifo(pipe)
    Path(link).symlink_to("/dev/null")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(open_socket)
        monkeypatch.setattr(os, "open", lambda path, _: pytest.fail(f"{path} was opened"))
        assert hashes([pipe, link, open_socket]) == [None, None, None]


@pytest.mark.parametrize("difference", [-1, 1])
def test_a_file_whose_size_is_not_as_stated_has_no_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, difference: int
) -> None:
    file = tmp_path / "CM16-0000001.pdf"
    file.write_bytes(b"it grows or shrinks")
    status = list(file.stat())
    status[stat.ST_SIZE] += difference
    monkeypatch.setattr(os, "fstat", lambda _: os.stat_result(status))
    assert hashes([str(file)]) == [None]


def test_no_more_is_read_than_the_stated_size(tmp_path: Path) -> None:
    with (tmp_path / "CM16-0000001.pdf").open("wb") as sparse:
        sparse.truncate(MAX_BYTES + 1)
        assert hashes([sparse.name]) == [None]
        sparse.truncate(MAX_BYTES)
        assert hashes([sparse.name]) == [hashlib.sha256(bytes(MAX_BYTES)).hexdigest()]


def test_as_many_letters_are_read_at_once_as_their_source_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    together = Barrier(4)
    monkeypatch.setattr(content, "_concurrent_reads", lambda _: 4)
    monkeypatch.setattr(content, "read", lambda uri: together.wait(10) is None or uri.encode())
    uris = [f"https://server/{number}" for number in range(8)]
    assert content.hashes(uris) == [(hashlib.sha256(uri.encode()).hexdigest(), None) for uri in uris]


def test_a_stop_waits_for_the_letters_at_hand_only(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def read_and_stop(uri: str) -> bytes:
        begun.append(uri)
        if len(begun) == 20:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        time.sleep(0.02)
        return b""

    monkeypatch.setattr(content, "_concurrent_reads", lambda _: 4)
    monkeypatch.setattr(content, "read", read_and_stop)
    with pytest.raises(KeyboardInterrupt):
        content.hashes([f"https://server/{number}" for number in range(10_000)])
    time.sleep(0.5)
    assert len(begun) < 200


def test_a_file_that_takes_too_long_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    never, whole, read = Event(), content.read, []
    paths = [str(tmp_path / name) for name in ("first", "dead drive", "second", "dead drive too", "last")]
    for path in paths:
        Path(path).write_text(path)

    def read_or_wait(uri: str) -> bytes:
        read.append(path_of(uri))
        if "dead" in uri:
            never.wait()
        return whole(uri)

    monkeypatch.setattr(content, "read", read_or_wait)
    monkeypatch.setattr(content, "SECONDS_A_FILE", 0.2)
    started = time.monotonic()
    found = hashes(paths)
    seconds = time.monotonic() - started
    assert found == [None if "dead" in path else hashlib.sha256(path.encode()).hexdigest() for path in paths]
    assert seconds < 10
    never.set()
    time.sleep(0.1)
    assert read == paths, "a thread that was left behind reads no other file"
