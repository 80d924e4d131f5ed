"""Fetching from a stand-in of the state's search: what is kept, what is asked again, and what ends it in a sentence."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.utils import format_datetime
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from state_search import SEARCH, Decision, Reply, Site, decisions, page, pdf, rows_of, serving

from imr_etl.cli import cli
from imr_etl.errors import BusyError, RunError
from imr_etl.ingest.files import list_letters
from imr_etl.sources.state_search import client as client_module
from imr_etl.sources.state_search import fetch as fetching
from imr_etl.sources.state_search.client import Client, Robots
from imr_etl.sources.state_search.store import TABLE, read_windows
from imr_etl.storage import parquet
from imr_etl.storage.paths import DataPaths

FIRST, LAST = date(2024, 1, 1), date(2024, 1, 10)
NOW = datetime(2024, 9, 1, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site(decisions(FIRST, 10))) as served:
        yield served


class Fetcher:
    """A fetch into a folder, with a clock that only sleeping moves."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site, self.paths, self.out = site, DataPaths.at(folder / "data"), folder / "letters"
        self.now, self.slept, self.lines = 0.0, list[float](), list[str]()

    def client(self) -> Client:
        def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            self.now += seconds

        return Client(self.site.url, "a@example.org", log=self.lines.append, sleep=sleep, clock=lambda: self.now)

    def __call__(self, since: date = FIRST, until: date = LAST, now: datetime = NOW, **more: float) -> fetching.Fetched:
        return fetching.fetch(
            self.paths, self.out, self.client(), (since, until), log=self.lines.append, now=lambda: now, **more
        )

    def rows(self) -> pl.DataFrame:
        folder = self.paths.published(TABLE.name, "*").parent
        return pl.concat(
            [TABLE.empty(), *(parquet.read(file, TABLE.schema) for file in sorted(folder.glob("*.parquet")))]
        )

    def letters(self) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in self.out.rglob("*") if file.is_file()}

    @property
    def is_empty(self) -> bool:
        return self.rows().is_empty() and not self.letters() and not self.paths.fetched_windows.exists()


@pytest.fixture
def fetch(site: Site, tmp_path: Path) -> Fetcher:
    return Fetcher(site, tmp_path)


def test_rows_and_letters_are_those_of_the_site(site: Site, fetch: Fetcher) -> None:
    done = fetch()
    assert (done.cases, done.items, done.letters, done.failed) == (20, 40, 20, [])
    assert fetch.letters() == {each.file: pdf(each.case) for each in site.decisions}
    expected = [
        (each.case, number, *item) for each in site.decisions for number, item in enumerate(each.items, start=1)
    ]
    columns = ("case_number", "item_number", "category_as_printed", "subcategory_as_printed", "decision_as_printed")
    assert fetch.rows().select(columns).rows() == expected
    first = fetch.rows().row(0, named=True)
    assert first["specialty_as_printed"] == "Orthopedic Surgery"
    assert (first["decision_date"], first["injury_date"]) == (FIRST, date(2012, 1, 5))
    assert first["application_received_date"] is None
    (agent,) = site.agents
    assert agent.startswith("imr-etl/")
    assert "a@example.org" in agent
    assert list_letters(fetch.out).letters.height == 20


def test_requests_are_a_second_apart_and_as_far_apart_as_robots_asks(site: Site, fetch: Fetcher) -> None:
    fetch()
    assert fetch.slept == [1.0] * (len(site.asked) - 1)
    site.robots = "User-agent: *\nCrawl-delay: 7\n"
    fetch.slept.clear()
    fetch(FIRST, FIRST, datetime(2024, 1, 2, tzinfo=UTC))
    assert set(fetch.slept) <= {7.0}


def test_what_is_there_is_not_asked_again_but_late_postings_are(site: Site, fetch: Fetcher) -> None:
    early = datetime(2024, 2, 1, tzinfo=UTC)
    fetch(now=early)
    letters, searches = len(site.letters()), site.searches()
    late = Decision("CM24-0099999", date(2024, 1, 3), [("Surgery", "Spine", "Uphold")])
    site.decisions.append(late)
    fetch(now=NOW)
    assert site.letters()[letters:] == [late.path]
    assert site.searches() > searches
    searches = site.searches()
    site.decisions.append(Decision("CM24-0099998", date(2024, 1, 3), late.items))
    assert fetch(now=NOW).windows == 0
    assert (site.searches(), len(site.letters())) == (searches, letters + 1)


def test_two_decisions_of_a_case_are_both_kept(site: Site, fetch: Fetcher) -> None:
    again = Decision(site.decisions[0].case, date(2024, 1, 9), [("Surgery", "Spine", "Overturn")])
    site.decisions.append(again)
    fetch()
    assert {site.decisions[0].file, again.file} <= set(fetch.letters())
    assert fetch.rows().filter(case_number=again.case)["decision_date"].to_list() == [FIRST, again.decided]


def test_a_fetch_ends_after_its_hours(fetch: Fetcher) -> None:
    done = fetch(hours=0)
    assert (done.is_cut_short, done.letters, done.windows) == (True, 0, 1)
    assert fetch(hours=1).letters == 20


def test_a_letter_that_is_gone_is_fetched_again(fetch: Fetcher) -> None:
    fetch()
    (file,) = fetch.out.rglob("CM24-0000001_*.pdf")
    file.unlink()
    assert fetch().letters == 1
    assert file.exists()


def failing(status: int, times: int, headers: dict[str, str] | None = None, path: str = SEARCH):
    left = [times]

    def answer(_method: str, asked: str, _fields: dict[str, str]) -> Reply | None:
        if asked == path and left[0]:
            left[0] -= 1
            return status, headers or {}, b"busy"
        return None

    return answer


def test_a_busy_server_is_waited_for_longer_each_time(site: Site, fetch: Fetcher) -> None:
    site.answer = failing(503, 3)
    assert fetch().letters == 20
    assert [pause for pause in fetch.slept if pause > 1] == [5.0, 10.0, 20.0]


def test_retry_after_is_kept_to_in_seconds_and_as_a_date(site: Site, fetch: Fetcher) -> None:
    site.answer = failing(503, 2, {"Retry-After": "120"})
    assert fetch().letters == 20
    assert [pause for pause in fetch.slept if pause > 1] == [120.0, 120.0]
    assert client_module._seconds(format_datetime(datetime.now(UTC), usegmt=True)) == 0
    assert client_module._seconds("soon") is None
    site.answer = failing(503, 1, {"Retry-After": "86400"})
    with pytest.raises(RunError, match=r"asks to come back in 24\.0 hours"):
        fetch(now=datetime(2024, 1, 11, tzinfo=UTC), since=date(2024, 1, 11), until=date(2024, 1, 11))


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (failing(503, 99), "failed 6 times in a row"),
        (failing(403, 99), "refuses to answer"),
        (failing(404, 99), "status 404"),
        (failing(400, 99), "status 400"),
        (failing(503, 99, path="/robots.txt"), "failed 6 times"),
        (failing(403, 99, path="/robots.txt"), "refuses to answer"),
        (failing(302, 99, {"Location": "https://login.example.org/"}), "another server"),
        (failing(302, 99, {"Location": SEARCH}), r"without end|no table"),
    ],
)
def test_a_refusal_ends_in_one_sentence_with_nothing_kept(site: Site, fetch: Fetcher, answer, sentence: str) -> None:
    site.answer = answer
    with pytest.raises(RunError, match=sentence):
        fetch()
    assert fetch.is_empty


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        (b"", "empty"),
        (b"<html><p>Welcome to our new search", "no table of results"),
        (b"<form><input type=PASSWORD></form>", "asks for a login"),
        (b"<html><div class='g-recaptcha'></div>", "asks for a captcha"),
        (b"<table class=tabborder><tr><td>Case</table><strong>1</strong>", "1 columns"),
        (page([], 0, 1, has_next=False).replace("Received", "Date of Injury").encode(), "column 4"),
        (page([], 0, 1, has_next=False).replace("strong", "b").encode(), "no total"),
        (page([], 0, 1, has_next=False).replace("<th>Specialty</th><th>Category</th>", "").encode(), "form for cases"),
        (page(["<tr><td colspan=8>Advertisement"], 1, 1, has_next=False).encode(), "1 cells"),
        (page(["<tr><td colspan=5><td>a<td>b<td>c"], 1, 1, has_next=False).encode(), "no page before"),
        (page(rows_of(Decision("CM24-1", FIRST, [("a", "b", "c")])), 1, 1, has_next=False).encode(), "opens with"),
        (page(rows_of(decisions(date(2023, 1, 1), 1)[0]), 1, 1, has_next=False).encode(), "outside of these dates"),
        (
            page(rows_of(decisions(FIRST, 1)[0]), 1, 1, has_next=False).replace("01/01/2024", "2024-01-01").encode(),
            "where a date is to stand",
        ),
    ],
)
def test_a_page_of_another_layout_is_an_error_never_an_empty_result(
    site: Site, fetch: Fetcher, html: bytes, sentence: str
) -> None:
    site.answer = lambda _, path, __: (200, {}, html) if path == SEARCH else None
    with pytest.raises(RunError, match=sentence):
        fetch()
    assert fetch.is_empty


def test_days_without_decisions_are_an_empty_result(site: Site, fetch: Fetcher) -> None:
    site.decisions.clear()
    assert fetch().windows == 2
    assert [window.total for window in read_windows(fetch.paths)] == [0, 0]
    assert fetch().windows == 0


def test_counts_that_differ_halve_the_window_and_end_at_a_day(site: Site, fetch: Fetcher) -> None:
    bad = date(2024, 1, 3)

    def answer(_: str, path: str, fields: dict[str, str]) -> Reply | None:
        found = site.found(fields) if path == SEARCH else []
        if not any(each.decided == bad for each in found):
            return None
        rows = [row for each in found for row in rows_of(each)]
        return 200, {}, page(rows[:2], len(rows), 1, has_next=False).encode()

    site.answer = answer
    with pytest.raises(RunError, match=r"states a total of 4 for 2024-01-03, but its pages have 2 items of 2 cases"):
        fetch()
    assert fetch.rows()["decision_date"].unique().sort().to_list() == [date(2024, 1, 1), date(2024, 1, 2)]
    assert [(w.first, w.last) for w in read_windows(fetch.paths)] == [(date(2024, 1, 1), date(2024, 1, 2))]


def test_an_item_count_that_changes_while_pages_are_turned_is_asked_again(site: Site, fetch: Fetcher) -> None:
    posted = Decision("CM24-0088888", FIRST, [("Surgery", "Spine", "Uphold")])

    def answer(_: str, path: str, fields: dict[str, str]) -> None:
        if path == SEARCH and fields.get("newpageno") == "3" and posted not in site.decisions:
            site.decisions.insert(0, posted)

    site.answer = answer
    assert fetch().cases == 21
    assert fetch.rows()["case_number"].n_unique() == 21
    assert len(read_windows(fetch.paths)) == 3


def test_a_server_that_always_sends_the_first_page_is_noticed(site: Site, fetch: Fetcher) -> None:
    whole = site.result
    site.result = lambda fields: whole({**fields, "newpageno": "1"})  # type: ignore[method-assign]
    with pytest.raises(RunError, match="states a total of"):
        fetch()
    assert site.searches() < 30


def of_letters(reply: Reply, times: int = 999):
    def answer(_: str, path: str, __: dict[str, str]) -> Reply | None:
        nonlocal times
        if path.endswith(".pdf") and times:
            times -= 1
            return reply
        return None

    return answer


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        ((200, {}, b"<html>We are sorry"), "a web page, not a PDF"),
        ((200, {}, pdf("CM24-1")[:-20]), "cut short"),
        ((200, {}, b""), "something else, not a PDF"),
        ((404, {}, b""), "not there"),
        ((200, {}, b"<html><input type='password'>"), "asks for a login"),
        ((200, {}, b"<html>captcha"), "asks for a captcha"),
        ((302, {"Location": "http://127.0.0.2/a.pdf"}, b""), "another server"),
    ],
)
def test_what_is_no_letter_is_not_kept_and_five_in_a_row_end_it(
    site: Site, fetch: Fetcher, reply: Reply, sentence: str
) -> None:
    site.answer = of_letters(reply)
    with pytest.raises(RunError, match=sentence):
        fetch()
    assert not fetch.letters()
    assert len(set(site.letters())) <= 5
    site.answer = lambda *_: None
    assert fetch().letters == 20


def test_a_letter_that_comes_cut_short_is_asked_for_again(site: Site, fetch: Fetcher) -> None:
    site.answer = of_letters((200, {"Content-Length": "9999"}, pdf("CM24-1")[:-20]), times=2)
    assert fetch().letters == 20
    site.answer = of_letters((200, {}, b"<html>We are sorry"), times=4)
    for each in site.decisions[:2]:
        (fetch.out / "CM24-000" / each.file).unlink()
    assert [line.partition(":")[0] for line in fetch().failed] == ["CM24-0000000"]


def test_an_answer_that_takes_too_long_is_given_up(site: Site, fetch: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "READ_SECONDS", 0.2)
    site.answer = lambda _, path, __: time.sleep(0.5) if path == SEARCH and len(site.asked) < 4 else None
    assert fetch(until=FIRST).letters == 2
    site.answer = of_letters((200, {"Slowly": "yes"}, pdf("CM24-1")))
    monkeypatch.setattr(client_module, "ANSWER_SECONDS", 0.1)
    client = Client(site.url, "a@example.org", seconds_between=0, sleep=lambda _: None)
    with pytest.raises(RunError, match=r"failed 6 times in a row \(no whole answer within"):
        client.get(site.url.replace(SEARCH, "/a.pdf"))


def test_a_second_fetch_waits_for_nobody(site: Site, fetch: Fetcher) -> None:
    def answer(*_: object) -> None:
        with pytest.raises(BusyError, match=r"Another fetch \(process [0-9]+\) is at work"):
            fetch()

    site.answer = answer
    assert fetch().letters == 20


def test_rows_that_were_lost_are_asked_for_again(fetch: Fetcher) -> None:
    fetch()
    fetch.paths.published(TABLE.name, "2024-01").unlink()
    assert fetch().cases == 20
    assert len(fetch.rows()) == 40
    fetch.paths.fetched_windows.write_text("[1]")
    with pytest.raises(RunError, match="is damaged: remove it"):
        fetch()


@pytest.mark.parametrize(
    ("text", "allowed", "forbidden"),
    [
        ("", "/a", None),
        ("User-agent: *\nDisallow:\n", "/a", None),
        ("User-agent: *\nDisallow: /\n", None, "/a"),
        ("User-agent: *\n\nAllow: /\nDisallow: /dwc/imr\n", "/dwc", "/dwc/imr/x"),
        ("User-agent: *\nDisallow: /dwc\nAllow: /dwc/imr\n", "/dwc/imr/x", "/dwc/x"),
        ("User-agent: *\nDisallow: /*.pdf$\n", "/a.pdf?x=1", "/dwc/a.pdf"),
        ("User-agent: imr-etl\nDisallow: /dwc\n\nUser-agent: *\nDisallow:\n", "/a", "/dwc"),
        ("User-agent: other\nDisallow: /\n", "/a", None),
    ],
)
def test_robots_as_they_are_read_today(text: str, allowed: str | None, forbidden: str | None) -> None:
    robots = Robots(text)
    assert allowed is None or robots.can_fetch("imr-etl", f"https://x.org{allowed}")
    assert forbidden is None or not robots.can_fetch("imr-etl", f"https://x.org{forbidden}")


def test_robots_that_disallow_end_it(site: Site, fetch: Fetcher) -> None:
    site.robots = "User-agent: *\nDisallow: /dwc/imr\n"
    with pytest.raises(RunError, match=r"robots\.txt of 127.* does not allow /dwc/imr/IMRDecisionSearch\.asp"):
        fetch()
    assert [path for _, path in site.asked] == ["/robots.txt"]
    site.robots = "User-agent: *\nDisallow: /*.pdf\n"
    with pytest.raises(RunError, match="does not allow"):
        fetch()
    assert not site.letters()


@pytest.mark.parametrize("contact", ["", "me", "a b@c.d", "a@b.c\nX: y"])
def test_a_contact_must_be_one(contact: str) -> None:
    with pytest.raises(RunError, match="is no contact"):
        Client("http://127.0.0.1/", contact)


def saved(site: Site, folder: Path, names: list[str]) -> Path:
    fields = {"DecStart": "01/01/2024", "DecEnd": "01/02/2024"}
    for number, name in enumerate(names, start=1):
        (folder / name).write_text(site.result({**fields, "newpageno": str(number)}), encoding="utf-8")
    return folder


def test_rows_from_saved_pages(site: Site, fetch: Fetcher, tmp_path: Path) -> None:
    folder = saved(site, tmp_path, ["page 9.html", "page 10.HTM", "page 11.html"])
    arguments = ["fetch", "--data", str(fetch.paths.root), "--search-pages", str(folder)]
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert "4 cases with 8 items" in done.output
    assert not site.asked
    of_pages = fetch.rows().drop("asked_at", "url")
    fetch(until=date(2024, 1, 2))
    assert of_pages.equals(fetch.rows().drop("asked_at", "url"))


@pytest.mark.parametrize(
    ("names", "removed", "sentence"),
    [
        (["1.html", "2.html", "3.html"], "2.html", "states a total of 8"),
        (["1.html", "2.html", "3.html"], "3.html", "another page follows"),
        (["1.html", "2.html", "3.html"], "1.html", "no page before|states a total"),
        (["1.html"], "1.html", r"no \.html or \.htm file"),
    ],
)
def test_saved_pages_of_which_one_is_missing(
    site: Site, fetch: Fetcher, tmp_path: Path, names: list[str], removed: str, sentence: str
) -> None:
    folder = saved(site, tmp_path, names)
    (folder / removed).unlink()
    with pytest.raises(RunError, match=sentence):
        fetching.take_saved_pages(fetch.paths, folder, log=print, now=NOW)
    assert fetch.is_empty


def test_windows_cover_all_days_once_and_no_two_months() -> None:
    found = list(fetching.windows(date(2023, 12, 30), date(2024, 3, 1)))
    days = [day for first, last in found for day in pl.date_range(first, last, eager=True)]
    assert days == pl.date_range(date(2023, 12, 30), date(2024, 3, 1), eager=True).to_list()
    assert all(first.month == last.month for first, last in found)
    assert found[1] == (date(2024, 1, 1), date(2024, 1, 7))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(5, "under a minute"), (125, "2 minutes"), (90_000, "1 day 1 hour"), (1_500_000, "2 weeks 3 days")],
)
def test_how_long_it_takes_is_said_in_words(seconds: float, text: str) -> None:
    assert fetching.duration(seconds) == text


def command(site: Site, folder: Path, *more: str) -> list[str]:
    own = ["--since", "2024-01-01", "--until", "2024-01-10", "--contact", "a@example.org", "--url", site.url]
    return ["fetch", *own, "--seconds", "0", "--data", str(folder / "data"), *more]


def test_a_dry_run_shows_windows_and_totals_and_keeps_nothing(site: Site, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, command(site, tmp_path, "--dry-run"), catch_exceptions=False)
    assert [line.split() for line in done.output.splitlines()[:2]] == [
        ["2024-01-01", "to", "2024-01-07", "28"],
        ["2024-01-08", "to", "2024-01-10", "12"],
    ]
    assert "40" in done.output.splitlines()[2]
    assert site.searches() == 2
    assert not (tmp_path / "data").exists()


def test_the_command_needs_a_date_a_contact_and_patience() -> None:
    run = CliRunner().invoke
    assert "--contact" in run(cli, ["fetch", "--since", "2024"]).output
    assert run(cli, ["fetch", "--since", "2024"]).exit_code == 2
    fast = run(cli, ["fetch", "--since", "2024", "--contact", "a@b.cd", "--seconds", "0.1"])
    assert "once a second at most" in fast.output
    assert "There are decisions from" in run(cli, ["fetch", "--since", "2999", "--contact", "a@b.cd"]).output


def test_a_fetch_that_is_killed_goes_on_from_there(site: Site, tmp_path: Path) -> None:
    program = [sys.executable, "-m", "imr_etl", *command(site, tmp_path)]
    folder = tmp_path / "data" / "letters"
    for number in (3, 11):
        process = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while len(site.letters()) < number and time.monotonic() < deadline:
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert found == {each.file: pdf(each.case) for each in site.decisions}
    assert len(site.letters()) <= len(site.decisions) + 2
