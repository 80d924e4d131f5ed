"""The application: routes, what a request must satisfy, what every response carries, faults as plain pages.

Belongs here: who may ask and how. Does not belong here: what is answered (the modules of the pages).
"""

import base64
import binascii
import contextlib
import ipaddress
import re
import secrets
import sys
import threading
import traceback
from collections.abc import AsyncIterator, Callable, Collection

import anyio.to_thread
import duckdb
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from imr_etl.errors import RunError
from imr_etl.storage.paths import DataPaths
from warehouse.query.web import about, figures, front, letter, review, view
from warehouse.query.web.pages import Pages
from warehouse.query.web.published import Published

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
METHODS = ("GET", "HEAD")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
HOST = re.compile(r"(?:\[(?P<address>[^\[\]]+)\]|(?P<name>[^:\[\]]+))(?::[0-9]+)?")
LONGEST_ADDRESS = 8_000
SECONDS_TO_END = 10.0
SECONDS_BETWEEN_CHECKS = 20.0
"""Time within which the counts of a new publication are computed, before anybody asks."""


def create_app(paths: DataPaths, hosts: Collection[str] = LOOPBACK, token: str | None = None) -> ASGIApp:
    """Make the application over a data folder, for requests that name one of the hosts, and the token if any."""
    published, pages = Published(paths), Pages()

    def route(path: str, answer: Callable[..., Response], *more: object) -> Route:
        async def endpoint(request: Request) -> Response:
            return await anyio.to_thread.run_sync(lambda: answer(request, *more))

        return Route(path, endpoint)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        is_over = threading.Event()
        thread = threading.Thread(target=_warm, args=(published, is_over), daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            # A process that ends while DuckDB computes for a thread is aborted.
            thread.join(SECONDS_TO_END)
            pages.close()

    routes = [
        route("/", front.front, published),
        route("/counts/{dimension}", front.counts, published),
        route("/letter/{case}", letter.letter, published, pages),
        route("/file/{sha256}", letter.version, published, pages),
        route("/file/{sha256}/letter", letter.download, published),
        route("/file/{sha256}/page/{number:int}.png", letter.picture, published, pages),
        route("/figures", figures.overview, published),
        route("/figures/question/{name}", figures.of_question, published),
        route("/figures/mart/{name}", figures.of_mart, published),
        route("/review", review.review, published),
        route("/about", about.about, published),
        route("/static/{name}", _static),
    ]
    faults = {
        HTTPException: _http_fault,
        RunError: _run_fault,
        duckdb.InterruptException: _late,
        duckdb.OutOfMemoryException: _late,
        Exception: _fault,
    }
    return Guard(Starlette(routes=routes, exception_handlers=faults, lifespan=lifespan), hosts, token)  # type: ignore[arg-type]


class Guard:
    """Refuses requests that are not for this page, and adds the headers that every response carries."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], token: str | None) -> None:
        """Guard an application."""
        self._app = app
        self._hosts = {host.lower() for host in hosts}
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "private, no-cache")
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if scope["method"] not in METHODS:
            return PlainTextResponse("Only GET and HEAD.\n", 405, {"Allow": ", ".join(METHODS)})
        if not self._is_own(headers.getlist("host")):
            return PlainTextResponse("This page is not served under that name.\n", 421)
        if self._token is not None and not self._is_token(headers.get("authorization", "")):
            challenge = {"WWW-Authenticate": 'Basic realm="imr-etl: any name, the token as password", charset="UTF-8"'}
            return PlainTextResponse("The token is missing or wrong.\n", 401, challenge)
        if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
            return PlainTextResponse("The address is too long.\n", 414)
        return None

    def _is_own(self, hosts: list[str]) -> bool:
        """Check whether the one Host is ours: another site's name that leads here is not."""
        if len(hosts) != 1:
            return False
        found = HOST.fullmatch(hosts[0])
        if not found:
            return False
        name = found["address"] or found["name"]
        if name.lower() in self._hosts:
            return True
        return bool(self._hosts & {"0.0.0.0", "::"}) and _is_address(name)  # noqa: S104  compared, not bound

    def _is_token(self, given: str) -> bool:
        scheme, _, value = given.partition(" ")
        if scheme.lower() == "basic":
            try:
                value = base64.b64decode(value, validate=True).decode().partition(":")[2]
            except (binascii.Error, ValueError):
                return False
        elif scheme.lower() != "bearer":
            return False
        return secrets.compare_digest(value.encode(), (self._token or "").encode())


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _warm(published: Published, is_over: threading.Event) -> None:
    """Compute what the front page shows of all items, at the start and after each publication."""
    warmed = ""
    while not is_over.is_set():
        with contextlib.suppress(RunError, duckdb.Error), published.open() as warehouse:
            if warehouse.build != warmed:
                front.warm(warehouse)
                warmed = warehouse.build
        is_over.wait(SECONDS_BETWEEN_CHECKS)


def _static(request: Request) -> Response:
    name = request.path_params["name"]
    content = view.static_files().get(name)
    if content is None:
        raise HTTPException(404, "There is no such file.")
    media_type = next(kind for ending, kind in view.STATIC_TYPES.items() if name.endswith(ending))
    return Response(content, media_type=media_type, headers={"Cache-Control": "public, max-age=86400"})


def _said(status: int, sentence: str) -> Response:
    return view.page("fault.html", status, title="Not found" if status == 404 else "Not possible", sentence=sentence)


async def _http_fault(_: Request, error: HTTPException) -> Response:
    return _said(error.status_code, "There is no such page." if error.detail == "Not Found" else error.detail)


async def _run_fault(_: Request, error: RunError) -> Response:
    return _said(503, str(error))


async def _late(_: Request, __: Exception) -> Response:
    return _said(503, "This takes too long or too much memory: add a filter or a rarer word.")


async def _fault(request: Request, error: Exception) -> Response:
    sys.stderr.write(f"{request.url.path}\n{''.join(traceback.format_exception(error))}")
    return _said(500, "imr-etl has a fault; the program's log has its details.")
