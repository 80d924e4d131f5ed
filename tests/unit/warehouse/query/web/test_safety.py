"""Whoever asks for what: methods, hosts, tokens, paths, SQL and HTML in addresses and in letters."""

import base64
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from imr_etl.storage.paths import DataPaths
from warehouse.build.build import build
from warehouse.query.web.app import create_app

HERE = "http://127.0.0.1:8017"
SCRIPT = "<script>alert(1)</script>"
ADDRESSES = [
    "/",
    "/?q=%22",
    "/counts/category",
    "/letter/none",
    "/figures",
    "/review",
    "/about",
    "/nowhere",
    "/static/x",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_response_allows_own_files_only(page: TestClient, address: str) -> None:
    headers = page.get(address).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(page: TestClient, method: str) -> None:
    answer = page.request(method, "/")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("parameter", ["category=Surgery", "nothing=1"])
def test_an_answer_does_not_grow_with_what_is_asked(page: TestClient, parameter: str) -> None:
    answer = page.get("/?" + "&".join([parameter] * 400))
    assert answer.status_code == 400
    assert len(answer.content) < 200_000


def test_head_has_no_body(page: TestClient) -> None:
    answer = page.head("/about")
    assert answer.status_code == 200
    assert answer.content == b""


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8017", 200),
        ("localhost", 200),
        ("[::1]:8017", 200),
        ("evil.example", 421),
        ("127.0.0.1:8017, evil.example", 421),
        ("127.0.0.1:evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("192.168.1.1", 421),
        ("", 421),
    ],
)
def test_a_foreign_host_is_refused(page: TestClient, host: str, status: int) -> None:
    assert page.get("/about", headers={"Host": host}).status_code == status


def test_a_token_is_asked_for(made_up: DataPaths) -> None:
    token = "0123456789abcdef"
    client = TestClient(create_app(made_up, ["imr.example"], token), base_url="http://imr.example")

    def status(given: str | None) -> int:
        return client.get("/about", headers={"Authorization": given} if given else {}).status_code

    def basic(password: str) -> str:
        return "Basic " + base64.b64encode(f"me:{password}".encode()).decode()

    assert status(None) == 401
    assert status(basic("wrong")) == 401
    assert status("Basic ???") == 401
    assert status(basic(token)) == 200
    assert status(f"Bearer {token}") == 200
    assert "www-authenticate" in client.get("/static/style.css").headers


@pytest.mark.parametrize(
    "address",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e%2f%2e%2e%2fapp.py",
        "/file/..%2f..%2fetc%2fpasswd/letter",
        "/file/%2fetc%2fpasswd/letter",
        "/file/%2fetc%2fpasswd/page/1.png",
        "/letter/..%2f..%2fetc%2fpasswd",
        "/figures/mart/..%2f..%2fquestions%2fcoverage",
        "/figures/mart/items;DROP",
        "/figures/question/..%2fmarts%2fitems",
        "/counts/sha256",
    ],
)
def test_only_what_is_known_is_found(page: TestClient, address: str) -> None:
    answer = page.get(address)
    assert answer.status_code == 404
    assert "root:" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        {"category": "' OR 1=1 --"},
        {"treatment": "x'); DROP TABLE main.build; --"},
        {"problem": "' OR '1'='1"},
        {"section": "x') OR TRUE --"},
        {"q": "'; DROP TABLE item_texts; --"},
        {"q": 'x" OR item_texts MATCH "y'},
        {"case": "CM16-0000001' OR '1'='1"},
        {"since": "2016-01-01' OR TRUE --"},
    ],
)
def test_sql_in_a_parameter_is_text(page: TestClient, query: dict[str, str]) -> None:
    answer = page.get("/", params={**query, "format": "json"})
    assert answer.status_code in (200, 400)
    assert answer.json().get("items", 0) == 0
    assert page.get("/").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        '?q="',
        "?q=OR",
        "?q=author:smith",
        "?q=-",
        "?q=NEAR(a b)",
        "?q=" + "x" * 501,
        "?q=" + "word " * 90,
        "?q=a%00b",
        "?age=old",
        "?since=2017-13",
        "?nothing=1",
        "?order=worst",
        "?page=0",
        "?page=99999999999",
        "?page=x",
        "?modified=perhaps",
        "?category=nonsense",
        "?format=xml",
        "?q=%ed%a0%80",
        "?q=*",
    ],
)
def test_a_slip_is_a_sentence(page: TestClient, query: str) -> None:
    answer = page.get("/" + query)
    assert answer.status_code in (200, 400)
    assert "fault" not in answer.text or "imr-etl has a fault" not in answer.text
    assert page.get("/counts/category" + query).status_code in (200, 400)


def test_what_is_asked_is_escaped(page: TestClient) -> None:
    for address in ("/", "/counts/category", "/figures/question/winning-rationales"):
        for name in ("q", "category", "treatment", SCRIPT):
            answer = page.get(address, params={name: SCRIPT})
            assert SCRIPT not in answer.text
            assert answer.status_code < 500
    assert SCRIPT not in page.get(f"/letter/{SCRIPT}").text


def test_what_letters_say_is_escaped(put: Callable[..., None], paths: DataPaths) -> None:
    case = "CM16-0020001"
    put(
        letter_files=[{"sha256": "a", "case_number": case}],
        letter_reads=[{"sha256": "a"}],
        letter_parses=[{"sha256": "a"}],
        determinations=[
            {
                "sha256": "a",
                "determination_id": case,
                "case_number": case,
                "outcome": "upheld",
                "item_count": 1,
                "clinical_summary": SCRIPT,
            }
        ],
        disputed_items=[
            {"sha256": "a", "item_number": 1, "request": SCRIPT, "disputed": SCRIPT, "rationale": f"alert {SCRIPT}"}
        ],
        diagnoses=[{"sha256": "a", "position": 1, "diagnosis": SCRIPT}],
        problems=[{"sha256": "a", "position": 1, "code": "unknown_drug", "excerpt": SCRIPT}],
    )
    build(paths)
    client = TestClient(create_app(paths), base_url=HERE)
    for address in ("/", "/?q=alert", f"/letter/{case}", "/review", "/figures/mart/frequent_requests", "/file/a"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert SCRIPT not in answer.text
        assert "alert" in answer.text
    for address in ("/?format=json", "/review?format=json"):
        assert client.get(address).headers["content-type"] == "application/json"
    assert "/a.pdf" not in client.get(f"/letter/{case}?format=json").text
