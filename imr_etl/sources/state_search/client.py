"""Polite requests to a web site: with a name and a contact, slow, one at a time.

Belongs here: who is asking, how often, what robots.txt allows, when to wait and when to stop. Does not belong here:
what is asked for (`fetch`) and what an answer says (`page`).
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from imr_etl import __version__
from imr_etl.errors import RunError
from imr_etl.sources.source import MAX_BYTES

if TYPE_CHECKING:
    import requests

AGENT = "imr-etl"
SECONDS_BETWEEN = 1.0
TRIES = 6
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0
"""Seconds before the second try, doubled before each further one."""

LONGEST_RETRY_AFTER = 3600.0
"""A server that asks for a longer pause ends the run."""

CONNECT_SECONDS, READ_SECONDS, ANSWER_SECONDS = 10.0, 60.0, 180.0
"""How long a connection, the next bytes of an answer, and a whole answer may take."""

REFUSED = {401, 403, 407, 451}
PASSING = {408, 425, 429, 500, 502, 503, 504}
MOVED = {301, 302, 303, 307, 308}
MOST_MOVES = 3


class TooLargeError(RunError):
    """An answer is larger than any letter or page."""


@dataclass(frozen=True)
class Answer:
    """An answer: its status, its content, the encoding that it states."""

    status: int
    content: bytes
    charset: str | None


class Robots(RobotFileParser):
    """robots.txt by RFC 9309: the longest rule that fits counts, `*` and `$` have their meaning, empty lines none."""

    entries: list[Any]
    default_entry: Any

    def __init__(self, text: str) -> None:
        """Read the text of a robots.txt."""
        super().__init__()
        self.parse([line for line in text.splitlines() if line.strip()])

    def can_fetch(self, useragent: str, url: str) -> bool:
        """Check whether an agent may ask for an address."""
        entry = next((e for e in (*self.entries, self.default_entry) if e and e.applies_to(useragent)), None)
        parts = urlsplit(url)
        path = unquote(parts.path or "/") + (f"?{unquote(parts.query)}" if parts.query else "")
        rules = [
            (len(rule.path), rule.allowance)
            for rule in (entry.rulelines if entry else ())
            if re.match(_pattern(unquote(rule.path)), path, re.DOTALL)
        ]
        return bool(max(rules, default=(0, True))[1])


class Client:
    """Asks one server, one request after another."""

    def __init__(
        self,
        url: str,
        contact: str,
        *,
        seconds_between: float = SECONDS_BETWEEN,
        log: Callable[[str], None] = lambda _: None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the address of the search and how to reach whoever is asking.

        Asks nothing yet. Raises RunError for a contact by which nobody can be reached.
        """
        import requests  # noqa: PLC0415  processes that read letters need none of it

        if not re.fullmatch(r"[!-~]+@[!-~]+\.[!-~]+|https?://[!-~]+", contact):
            raise RunError(f"{contact!r} is no contact: name an e-mail address or a web page of your own.")
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise RunError(f"{url!r} is no address of a search: it begins with https://")
        self.url = url
        self.requests = 0
        self._log, self._sleep, self._clock = log, sleep, clock
        self._seconds_between = seconds_between
        self._last: float | None = None
        self._robots: Robots | None = None
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": f"{AGENT}/{__version__} (contact: {contact})"})

    def get(self, url: str) -> Answer:
        """Ask for an address of the server. Raises RunError where that is not allowed, is refused, or keeps failing."""
        return self._allowed("GET", url, None)

    def post(self, form: dict[str, str]) -> Answer:
        """Send a form to the search. Raises RunError as `get` does."""
        return self._allowed("POST", self.url, form)

    def _allowed(self, method: str, url: str, form: dict[str, str] | None) -> Answer:
        """Ask where robots.txt allows it, and follow an answer that says that the page moved within the server."""
        robots = self._read_robots()
        for _ in range(MOST_MOVES + 1):
            if _server(url) != _server(self.url):
                raise RunError(
                    f"{url} is on another server than {self.url}: nothing is fetched from there; open it in a browser."
                )
            if not robots.can_fetch(AGENT, url):
                raise RunError(f"robots.txt of {_server(url)} does not allow {urlsplit(url).path}: nothing is fetched.")
            answer, location = self._ask(method, url, form)
            if location is None:
                return answer
            url = urljoin(url, location)
            if answer.status in (301, 302, 303):
                method, form = "GET", None
        raise RunError(f"{url} leads from one address to the next without end: open it in a browser and look.")

    def _read_robots(self) -> Robots:
        if self._robots is None:
            url = urljoin(self.url, "/robots.txt")
            answer, location = self._ask("GET", url, None)
            text = answer.content.decode("utf-8-sig", errors="replace")
            if location is not None or (answer.status == 200 and "<html" in text.casefold()):
                raise RunError(f"{url} is no robots.txt: nothing is fetched; open it in a browser and look.")
            robots = Robots(text if answer.status == 200 else "")
            rate = robots.request_rate(AGENT)
            delay = float(robots.crawl_delay(AGENT) or 0)
            self._seconds_between = max(self._seconds_between, delay, rate.seconds / rate.requests if rate else 0)
            self._robots = robots
        return self._robots

    def _ask(self, method: str, url: str, form: dict[str, str] | None) -> tuple[Answer, str | None]:
        """Ask until there is an answer; return it, and where it leads if the page moved."""
        for attempt in range(TRIES):
            pause, reason = None, ""
            try:
                response = self._send(method, url, form)
            except OSError as error:
                reason = _reason(error)
            else:
                status = response.status
                if status in REFUSED:
                    raise RunError(
                        f"{url} refuses to answer (status {status}): nothing more is asked; read the site's terms, or"
                        " save pages in a browser and give them by --search-pages."
                    )
                if status not in PASSING:
                    if status not in (200, 404, 410) and status not in MOVED:
                        raise RunError(f"{url} answers with status {status}: open it in a browser and look.")
                    answer = Answer(status, response.content, response.charset)
                    return answer, response.location if status in MOVED else None
                reason, pause = f"status {status}", response.retry_after
            if attempt + 1 < TRIES:
                self._pause(url, reason, pause, attempt)
        raise RunError(f"{url} failed {TRIES} times in a row ({reason}): run again later, it goes on from here.")

    def _pause(self, url: str, reason: str, asked: float | None, attempt: int) -> None:
        """Wait before another try: as long as the server asks for, else twice as long each time."""
        if asked is not None and asked > LONGEST_RETRY_AFTER:
            raise RunError(f"{url} asks to come back in {asked / 3600:,.1f} hours ({reason}): run again then.")
        seconds = min(FIRST_PAUSE * 2**attempt, LONGEST_PAUSE) if asked is None else asked
        self._log(f"{url} did not answer ({reason}): waiting for {seconds:,.0f} s.")
        self._sleep(seconds)

    def _send(self, method: str, url: str, form: dict[str, str] | None) -> "_Response":
        """Send one request, a while after the one before. Raises OSError where no whole answer comes in time."""
        import urllib3  # noqa: PLC0415

        if self._last is not None:
            wait = self._last + self._seconds_between - self._clock()
            if wait > 0:
                self._sleep(wait)
        self.requests += 1
        begun = self._clock()
        try:
            with self._session.request(
                method, url, data=form, stream=True, timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False
            ) as response:
                content = bytearray()
                # `read1` returns what has arrived; `iter_content` would wait for all the bytes that it is asked for.
                while piece := response.raw.read1(1 << 14, decode_content=True):
                    content += piece
                    if self._clock() - begun > ANSWER_SECONDS:
                        raise TimeoutError(f"no whole answer within {ANSWER_SECONDS:.0f} s")
                    if len(content) > MAX_BYTES:
                        raise TooLargeError(f"{url} is larger than any letter or page ({MAX_BYTES:,} bytes).")
                return _Response(response, bytes(content))
        except urllib3.exceptions.HTTPError as error:
            raise ConnectionResetError("the answer broke off or stopped") from error
        finally:
            self._last = self._clock()


class _Response:
    """The parts of a response that are used."""

    def __init__(self, response: "requests.Response", content: bytes) -> None:
        self.status = int(response.status_code)
        self.content = content
        self.location: str = response.headers.get("Location") or ""
        found = re.search(r"charset=[\"']?([\w.:-]+)", response.headers.get("Content-Type") or "", re.IGNORECASE)
        self.charset = found[1] if found else None
        self.retry_after = _seconds(response.headers.get("Retry-After"))


def _seconds(retry_after: str | None) -> float | None:
    """Read `Retry-After`: seconds or a date; None where there is none."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        then = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - datetime.now(UTC)).total_seconds())


def _reason(error: OSError) -> str:
    """Say in few words why there was no answer; what the library says names objects of its own."""
    if isinstance(error, TimeoutError | ConnectionResetError):
        return str(error)
    name = type(error).__name__
    return "no answer in time" if name == "ReadTimeout" else "no connection"


def _server(url: str) -> str:
    """Name the server of an address: `www.dir.ca.gov`, with its port where it has one."""
    parts = urlsplit(url)
    return f"{parts.hostname or ''}{f':{parts.port}' if parts.port not in (None, 80, 443) else ''}"


def _pattern(rule: str) -> str:
    """Write a rule of robots.txt as a regular expression."""
    end = "$" if rule.endswith("$") else ""
    return ".*".join(map(re.escape, rule.removesuffix("$").split("*"))) + end
