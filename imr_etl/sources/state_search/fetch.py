"""Fetching: window by window of decision dates, the search is asked for its rows, then the letters that they name.

Belongs here: which dates are asked for, which letters are there already, how far a fetch came. Does not belong here:
how a request is made (`client`), what a page says (`page`), how rows are kept (`store`).

A fetch may be killed at any moment. The rows of a window are stored once all of them are there and as many as the
search states; a letter takes its name once it is whole. The next fetch goes on from there.
"""

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from imr_etl.errors import RunError, disk_fault
from imr_etl.sources.state_search.client import Answer, Client, TooLargeError
from imr_etl.sources.state_search.page import (
    SEARCH_URL,
    CountsDifferError,
    Item,
    Page,
    UnknownPageError,
    form,
    items_of,
    parse_date,
    parse_page,
)
from imr_etl.sources.state_search.store import (
    Window,
    forget_lost_windows,
    letters_of,
    store_cases,
    store_window,
    waiting,
)
from imr_etl.storage.locks import holding
from imr_etl.storage.parquet import sync
from imr_etl.storage.paths import DataPaths

WINDOW_STARTS = (1, 8, 15, 22)
"""Days of a month at which windows begin."""

TRIES_OF_A_DAY = 3
"""How often a single day is asked for whose counts differ: decisions may be posted while its pages are turned."""

TRIES_OF_A_LETTER = 3
MOST_FAILED_LETTERS = 5
"""Answers in a row that are no letters, after which a fetch ends: the server sends something else instead."""

PARTIAL = ".fetching.part"
"""The name of a letter in its folder until it is whole."""

Log = Callable[[str], None]


@dataclass
class Fetched:
    """What a fetch did.

    Attributes:
        windows: windows that were asked for; `cases` and `items` are theirs.
        letters: new letters.
        failed: letters that could not be downloaded, with the reason.
        is_cut_short: its hours were over before it was done.
    """

    windows: int = 0
    cases: int = 0
    items: int = 0
    letters: int = 0
    failed: list[str] = field(default_factory=list)
    is_cut_short: bool = False


class _TimeIsUpError(Exception):
    """The hours that a fetch may take are over."""


def fetch(
    paths: DataPaths,
    out: Path,
    client: Client,
    days: tuple[date, date],
    *,
    log: Log,
    now: Callable[[], datetime],
    hours: float | None = None,
) -> Fetched:
    """Store the rows that the search has of some days, and put the letters that they name into a folder.

    Ends after `hours` where they are given. Raises BusyError where another fetch is at work, RunError where the site
    refuses, sends a page of an unknown layout, or keeps failing, and where a letter cannot be written. What was stored
    and fetched before stays.
    """
    done = Fetched()
    with holding(paths, paths.fetch_lock, "fetch"):
        (out / PARTIAL).unlink(missing_ok=True)
        wait = waiting(log)
        known = forget_lost_windows(paths, wait)
        planned = list(windows(*days))
        progress = _Progress(client, log, sum(_days(*window) for window in planned), hours)
        try:
            for first, last in planned:
                if not _is_final(known, first, last):
                    for window, items in _asked(client, first, last, now):
                        store_window(paths, window, items, now(), wait)
                        done.windows += 1
                        done.cases += window.cases
                        done.items += window.items
                        log(f"{_name(window.first, window.last)}: {window.cases:,} cases, {window.items:,} items")
                        progress.stop_in_time()
                _fetch_letters(out, client, list(letters_of(paths, first, last)), done, progress, _days(first, last))
        except _TimeIsUpError:
            done.is_cut_short = True
    return done


def count(client: Client, since: date, until: date) -> Iterator[tuple[date, date, int]]:
    """Yield each window and the total that the search states for it, by one request each; nothing is stored."""
    for first, last in windows(since, until):
        yield first, last, _page(client, first, last, 1, None).total


def take_saved_pages(paths: DataPaths, folder: Path, *, log: Log, now: datetime) -> Fetched:
    """Store the rows of pages that somebody saved from a browser: all `.html` and `.htm` files of a folder.

    The pages of one result follow each other by name, numbers in them counting as numbers. Raises RunError, with
    nothing stored, where a page is another one or is missing.
    """
    files = sorted((file for file in _entries(folder) if file.suffix.casefold() in (".html", ".htm")), key=_by_number)
    if not files:
        raise RunError(f"{folder} has no .html or .htm file: name the folder with the saved pages of the search.")
    by_case: dict[str, list[Item]] = {}
    result: list[Page] = []
    for file in files:
        page = parse_page(file.read_bytes(), str(file), SEARCH_URL, result[-1] if result else None)
        result.append(page)
        if not page.has_next:
            found: dict[str, list[Item]] = {}
            for item in items_of(result, f"the pages that end with {file.name}"):
                found.setdefault(item.case_number, []).append(item)
            # A case that several searches found has the rows of the last one.
            by_case |= found
            result = []
    if result:
        raise RunError(
            f"{files[-1].name} says that another page follows it: save all pages of the search. Nothing was kept."
        )
    items = [item for of_case in by_case.values() for item in of_case]
    store_cases(paths, items, now, waiting(log))
    return Fetched(cases=len(by_case), items=len(items))


def windows(since: date, until: date) -> Iterator[tuple[date, date]]:
    """Cut dates into windows of about a week, none of which goes beyond its month."""
    first = since
    while first <= until:
        last = first
        while last < until and (last + timedelta(days=1)).day not in WINDOW_STARTS:
            last += timedelta(days=1)
        yield first, last
        first = last + timedelta(days=1)


def duration(seconds: float) -> str:
    """Write a time as people say it: `2 weeks 3 days`, `5 hours 10 minutes`, `under a minute`."""
    parts = []
    for name, length in (("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60)):
        number, seconds = divmod(seconds, length)
        if number:
            parts.append(f"{number:.0f} {name}{'s' if number > 1 else ''}")
    return " ".join(parts[:2]) or "under a minute"


def is_whole_letter(content: bytes) -> bool:
    """Check whether an answer is a PDF from its beginning to its end."""
    return content.startswith(b"%PDF-") and content.rstrip(b"\0\t\n\r ").endswith(b"%%EOF")


def _asked(client: Client, first: date, last: date, now: Callable[[], datetime]) -> Iterator[tuple[Window, list[Item]]]:
    """Ask for a window and yield it with its items. If its counts differ, ask for its halves, or for its day again."""
    for attempt in range(1, TRIES_OF_A_DAY + 1):
        try:
            asked = now().date()
            pages = _pages(client, first, last)
            items = items_of(pages, _name(first, last))
            cases = len({item.case_number for item in items})
            yield Window(first, last, pages[0].total, cases, len(items), asked), items
        except CountsDifferError as error:
            if first < last:
                middle = first + (last - first) // 2
                yield from _asked(client, first, middle, now)
                yield from _asked(client, middle + timedelta(days=1), last, now)
            elif attempt < TRIES_OF_A_DAY:
                continue
            else:
                raise RunError(f"{error} It was asked {TRIES_OF_A_DAY} times; run again later.") from error
        return


def _pages(client: Client, first: date, last: date) -> list[Page]:
    """Ask for all pages of a window. Stops as soon as a page contradicts the total of the first one."""
    pages = [_page(client, first, last, 1, None)]
    while pages[-1].has_next and pages[-1].items:
        page = _page(client, first, last, len(pages) + 1, pages[-1])
        is_repeated = page.items == pages[-1].items
        pages.append(page)
        if (
            is_repeated
            or page.total != pages[0].total
            or len({i.case_number for p in pages for i in p.items}) > page.total
        ):
            break
    return pages


def _page(client: Client, first: date, last: date, number: int, before: Page | None) -> Page:
    answer = client.post(form(first, last, number))
    place = f"{client.url} (page {number} of {_name(first, last)})"
    if answer.status != 200:
        raise UnknownPageError(place, f"there is none (status {answer.status})")
    page = parse_page(answer.content, place, client.url, before, answer.charset)
    for item in page.items:
        decided = parse_date(item.decision_date)
        if decided is None or not first <= decided <= last:
            raise UnknownPageError(
                place, f"{item.case_number} was decided on {item.decision_date}, outside of these dates"
            )
    return page


def _fetch_letters(
    out: Path, client: Client, letters: list[tuple[str, date, str]], done: Fetched, progress: "_Progress", days: int
) -> None:
    """Fetch the letters of a window that are not there yet."""
    missing = [(case, url, file) for case, url, file in _named(out, letters) if not file.exists()]
    failed = 0
    progress.begin(len(letters), len(missing), days)
    for case, url, file in missing:
        reason = _fetch_letter(client, url, file, out)
        if reason is None:
            done.letters += 1
            failed = 0
        else:
            failed += 1
            done.failed.append(f"{case}: {reason}")
            progress.log(f"The letter of {case} was not kept: {reason}; the next fetch asks again.")
            if failed == MOST_FAILED_LETTERS:
                raise RunError(
                    f"The last {failed} letters could not be downloaded ({reason}): the server seems to send something"
                    f" else; open {url} in a browser and look."
                )
        progress.advance()


def _named(out: Path, letters: list[tuple[str, date, str]]) -> Iterator[tuple[str, str, Path]]:
    """Name the file of each letter by case and day; a second letter of both also has a hash of its address."""
    seen: set[str] = set()
    for case, decided, url in letters:
        name = f"{case}_{decided}"
        if name in seen:
            name += f"_{sha256(url.encode()).hexdigest()[:8]}"
        seen.add(name)
        yield case, url, out / case[:8] / f"{name}.pdf"


def _fetch_letter(client: Client, url: str, file: Path, out: Path) -> str | None:
    """Fetch one letter; return why it could not be downloaded, None where it was."""
    reason = ""
    for _ in range(TRIES_OF_A_LETTER):
        try:
            answer = client.get(url)
        except TooLargeError as error:
            return str(error)
        if answer.status != 200:
            return f"{url} is not there (status {answer.status})"
        if is_whole_letter(answer.content):
            _write(answer.content, file, out)
            return None
        reason = _other_content(answer, url)
    return reason


def _other_content(answer: Answer, url: str) -> str:
    """Say what came instead of a letter. Raises RunError for a login or a captcha."""
    if answer.content.startswith(b"%PDF-"):
        return f"{url} is a PDF that is cut short"
    text = answer.content[:100_000].decode("latin-1").casefold()
    if "captcha" in text or re.search(r"type\s*=\s*[\"']?password", text):
        asks = "captcha" if "captcha" in text else "login"
        raise RunError(f"{url} asks for a {asks} instead of sending a letter: open it in a browser and look.")
    return f"{url} is {'a web page' if '<html' in text else 'something else'}, not a PDF"


def _write(content: bytes, file: Path, out: Path) -> None:
    partial = out / PARTIAL
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        sync(partial)
        partial.replace(file)
    except OSError as error:
        raise disk_fault(error, out) or RunError(f"{file} cannot be written ({error.strerror}).") from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise RunError(
            f"{folder} cannot be listed ({error.strerror}): name the folder with the saved pages."
        ) from error


def _by_number(file: Path) -> list[tuple[int, str]]:
    """Order `page 2` before `page 10`."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", file.name)]


def _is_final(known: list[Window], first: date, last: date) -> bool:
    """Check whether each day of a window was asked for when no late postings were to be expected any more."""
    final = [window for window in known if window.is_final]
    days = (first + timedelta(days=number) for number in range(_days(first, last)))
    return all(any(window.first <= day <= window.last for window in final) for day in days)


def _days(first: date, last: date) -> int:
    return (last - first).days + 1


def _name(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


class _Progress:
    """How far a fetch came, as lines now and then.

    The estimate of the time left assumes that all letters of the remaining days are missing, as many a day as so far.
    """

    SECONDS_BETWEEN_LINES = 30.0

    def __init__(self, client: Client, log: Log, days: int, hours: float | None) -> None:
        self.log = log
        self._seconds = None if hours is None else hours * 3600
        self._client, self._days_left = client, days
        self._days_seen = self._letters_seen = self._letters_left = 0
        self._begun = self._last = time.monotonic()

    def begin(self, letters: int, missing: int, days: int) -> None:
        """Count the letters and days of a window, of which so many letters are missing, and log a line."""
        self._days_left -= days
        self._days_seen += days
        self._letters_seen += letters
        self._letters_left = missing
        self._line()

    def advance(self) -> None:
        """Count a letter as done. Raises _TimeIsUpError where the hours of the fetch are over."""
        self._letters_left -= 1
        self._line()
        self.stop_in_time()

    def stop_in_time(self) -> None:
        """Raise _TimeIsUpError where the hours of the fetch are over."""
        if self._seconds is not None and time.monotonic() - self._begun >= self._seconds:
            raise _TimeIsUpError

    def _line(self) -> None:
        now = time.monotonic()
        if now < self._last + self.SECONDS_BETWEEN_LINES or not self._client.requests:
            return
        self._last = now
        to_come = self._letters_left + self._days_left * self._letters_seen / self._days_seen
        left = to_come * (now - self._begun) / self._client.requests
        self.log(f"{self._letters_left:,} letters left of these dates, about {duration(left)} left in all")


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)
