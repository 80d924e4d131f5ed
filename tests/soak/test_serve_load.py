"""Twenty people at the page at once while a warehouse is published under them: no error, bounded memory.

`IMR_SERVE_DATA` names a data folder to serve instead of the sample letters; then nothing is published.
"""

import os
import random
import re
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from loading import load_tables
from make_letters import LETTERS
from processes import started

from imr_etl.storage.paths import DataPaths
from warehouse.build.build import build

PEOPLE = 20
SECONDS = 20.0
MOST_MEGABYTES = 600
ADDRESSES = (
    *("/", "/?q=therapy", "/?q=pain&order=newest", "/?decision=overturned", "/?q=mri+knee", "/?page=2"),
    *("/counts/category", "/counts/treatment?decision=upheld", "/figures", "/figures/mart/outcomes_by_category"),
    *("/figures/question/overturn-by-category", "/review", "/about", "/?q=therapy&format=json"),
)


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    if given := os.environ.get("IMR_SERVE_DATA"):
        return DataPaths.at(given)
    paths = load_tables(LETTERS, tmp_path / "data")
    build(paths)
    return paths


@pytest.fixture
def served(paths: DataPaths, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """Serve; give the address and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with started("serve", "--data", paths.root, "--port", str(port), cwd=tmp_path) as server:
        assert server.stdout
        assert server.stdout.readline()
        yield f"http://127.0.0.1:{port}", server.pid


def test_twenty_people_at_once(paths: DataPaths, served: tuple[str, int]) -> None:
    address, pid = served
    until = time.monotonic() + SECONDS
    times: list[float] = []
    faults: list[str] = []

    def person(number: int) -> None:
        chosen = random.Random(number)
        follow: list[str] = []
        while time.monotonic() < until:
            asked = follow.pop() if follow else chosen.choice(ADDRESSES)
            start = time.monotonic()
            try:
                with urllib.request.urlopen(address + asked, timeout=60) as answer:
                    text = answer.read().decode(errors="replace")
                times.append(time.monotonic() - start)
            except (urllib.error.URLError, OSError) as error:
                faults.append(f"{asked}: {error}")
                continue
            # A made-up corpus has no files to download.
            links = [
                link for link in re.findall(r'(?:href|src)="(/(?:letter|file)/[^"#]+)', text) if link[-7:] != "/letter"
            ]
            follow = chosen.sample(links, min(2, len(links))) if links else []

    people = [threading.Thread(target=person, args=(number,)) for number in range(PEOPLE)]
    for each in people:
        each.start()
    published = 0
    while "IMR_SERVE_DATA" not in os.environ and time.monotonic() < until - 5:
        build(paths, full=True)
        published += 1
        time.sleep(1)
    for each in people:
        each.join()
    times.sort()
    status = Path(f"/proc/{pid}/status").read_text()
    megabytes = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) // 1024
    median, most = times[len(times) // 2], times[len(times) * 95 // 100]
    print(f"{len(times)} answers, median {median:.2f} s, 95 % within {most:.2f} s")  # noqa: T201  the result
    print(f"{published} publications, {megabytes} MB")  # noqa: T201
    assert faults == []
    assert megabytes < MOST_MEGABYTES
