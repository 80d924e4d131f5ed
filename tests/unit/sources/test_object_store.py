"""Buckets: listed a thousand at a time, known by their ETag, and never asked who this machine is."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import buckets
import pytest
from buckets import BUCKET

from imr_etl.errors import RunError
from imr_etl.ingest.content import Hashed, hashes
from imr_etl.ingest.files import SIGHTINGS, list_letters, update_sightings
from imr_etl.sources import object_store, read
from imr_etl.sources.source import MAX_BYTES

NOON, LATER = datetime(2026, 11, 23, 12), datetime(2026, 11, 24, 12)


@pytest.fixture(scope="module")
def s3_server() -> Iterator[tuple[Any, dict[str, str]]]:
    with buckets.s3() as found:
        yield found


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the user's own environment is used."""
    for name in (
        *object_store.ENDPOINTS,
        *(name for keys in object_store.KEYS.values() for names in keys for name in names),
    ):
        monkeypatch.delenv(name, raising=False)
    object_store._store.cache_clear()


@pytest.fixture
def s3(s3_server: tuple[Any, dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> Any:
    client, environment = s3_server
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return client


def put(client: Any, folder: str, objects: dict[str, bytes]) -> str:
    for key, body in objects.items():
        client.put_object(Bucket=BUCKET, Key=f"{folder}/{key}", Body=body)
    return f"s3://{BUCKET}/{folder}"


def test_objects_below_a_prefix_are_letters_and_their_address_leads_back(s3: Any) -> None:
    keys = ["CM16-0000001.pdf", "2016/a b/ü#?%20!/CM16-0000002.txt"]
    place = put(s3, "odd", {key: key.encode() for key in [*keys, "notes.docx"]})
    put(s3, "odd-not", {"CM16-0000009.pdf": b"of another prefix"})
    found = list_letters(place)
    assert sorted(read(uri).decode() for uri in found.letters["uri"]) == sorted(keys)
    assert found.letters["case_number"].sort().to_list() == ["CM16-0000001", "CM16-0000002"]
    assert found.passed_over == {".docx": 1}
    assert list_letters(f"{place}/CM16-0000001.pdf").letters["uri"].to_list() == [f"{place}/CM16-0000001.pdf"]


def test_more_objects_than_one_request_lists(s3: Any) -> None:
    place = put(s3, "many", {f"CM16-{number:07}.txt": b"x" for number in range(1, 1102)})
    assert list_letters(place).letters.height == 1101


def test_only_an_object_that_changed_is_downloaded(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    place = put(s3, "changes", {"1.txt": b"one", "2.txt": b"two"})
    known = update_sightings(list_letters(place).letters, SIGHTINGS.empty(), NOON)
    put(s3, "changes", {"1.txt": b"one", "2.txt": b"TWO"})
    downloaded = []
    whole = object_store.SOURCE.read

    def noted(uri: str) -> bytes:
        downloaded.append(uri)
        return whole(uri)

    monkeypatch.setattr(object_store.SOURCE, "read", noted)
    after = update_sightings(list_letters(place).letters, known, LATER)
    assert downloaded == [f"{place}/2.txt"]
    assert after.filter("is_present").height == 2


def test_a_name_that_the_library_refuses_ends_in_a_sentence(s3: Any) -> None:
    place = put(s3, "odd-names", {"a//CM16-0000001.txt": b"one"})
    with pytest.raises(RunError, match=r'an object of the name "odd-names/a//CM16-0000001\.txt": rename it'):
        list_letters(place)


def test_an_object_that_is_gone_is_a_problem(s3: Any) -> None:
    place = put(s3, "gone", {"1.txt": b"one"})
    assert hashes([f"{place}/1.txt", f"{place}/2.txt"])[1] == Hashed(None, "unreadable_file")


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("s3://no-such-bucket/letters", "there is no such bucket or object"),
        (f"s3://{BUCKET}/nothing-here", "holds no letters"),
        (f"s3://{BUCKET}/none.pdf", "there is no such bucket or object"),
        ("https://user:password@127.0.0.1/letters", "has a password in it"),
    ],
)
@pytest.mark.usefixtures("s3")
def test_a_place_that_is_not_there_ends_in_a_sentence(place: str, words: str) -> None:
    with pytest.raises(RunError, match=words):
        list_letters(place)


def test_a_store_that_does_not_answer_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(RunError, match=r"s3://letters/2016 cannot be listed \(the server does not answer\)"):
        list_letters("s3://letters/2016")


@pytest.mark.parametrize(("status", "words"), [(401, "refused: set AWS_"), (403, "refused: set AWS_"), (400, "400")])
def test_a_store_that_refuses_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch, status: int, words: str) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "wrong")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with buckets.server(monkeypatch) as requests:
        requests.status = status
        with pytest.raises(RunError, match=words):
            list_letters("s3://letters/2016")


@pytest.mark.parametrize(
    ("place", "store", "keys"),
    [
        ("s3://letters/2016", "/letters", "/latest/api/token"),
        ("gs://letters/2016", "storage.googleapis.com:443", "metadata"),
        ("az://letters/2016", "account.blob.core.windows.net:443", "169.254.169.254/metadata"),
    ],
)
def test_without_keys_nobody_is_asked_for_them(
    monkeypatch: pytest.MonkeyPatch, place: str, store: str, keys: str
) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    with buckets.server(monkeypatch) as requests:
        # What is not on this machine goes through the stand-in, which passes nothing on.
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
            monkeypatch.setenv(name, requests.url)
        requests.status = 403
        for option, asked in (("", store), ("machine", keys)):
            monkeypatch.setenv(object_store.CREDENTIALS, option)
            object_store._store.cache_clear()
            del requests[:]
            with pytest.raises(RunError, match="cannot be listed"):
                list_letters(place)
            assert any(asked in request for request in requests), requests
            assert option or not any(keys in request for request in requests)


WEBDAV = """<?xml version="1.0"?><D:multistatus xmlns:D="DAV:"><D:response><D:href>/dav/CM16-0000001%20x.txt</D:href>
<D:propstat><D:prop><D:getlastmodified>Mon, 12 Jan 2026 10:00:00 GMT</D:getlastmodified><D:getcontentlength>5
</D:getcontentlength><D:resourcetype/></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>
</D:multistatus>""".replace("\n", "")


def test_a_webdav_server_lists_letters_by_size_and_time() -> None:
    with buckets.server() as requests:
        requests.status, requests.body = 207, WEBDAV.encode()
        (row,) = list_letters(f"{requests.url}/dav").letters.rows()
        assert row[:4] == (f"{requests.url}/dav/CM16-0000001%20x.txt", 5, 1768212000 * 10**9, None)
        requests.status, requests.body = 200, b"hello"
        assert read(row[0]) == b"hello"
        assert requests[-1] == "GET /dav/CM16-0000001%20x.txt"
        requests.status = 405
        with pytest.raises(RunError, match="no WebDAV server"):
            list_letters(f"{requests.url}/dav")


def test_no_more_is_downloaded_than_a_letter_may_have() -> None:
    with buckets.server() as requests:
        requests.length = MAX_BYTES + 1
        assert hashes([f"{requests.url}/CM16-0000001.pdf"]) == [Hashed(None, "too_large")]


def test_without_the_library_the_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(object_store, "find_spec", lambda _: None)
    with pytest.raises(RunError, match=r"needs the library obstore: install it with pip install 'imr-etl\[cloud\]'"):
        list_letters("s3://letters/2016")
