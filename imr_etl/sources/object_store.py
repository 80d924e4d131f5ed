"""Buckets of object stores and WebDAV servers: `s3://bucket/letters/CM16-0123456.pdf`, `gs://`, `az://`, `https://`.

The library obstore is an extra, `imr-etl[cloud]`. It takes endpoint, region and keys from the variables that each store
documents (`AWS_...`, `GOOGLE_...`, `AZURE_...`). Without keys requests are not signed; keys are looked for on the
network, as at the address where a cloud machine finds its own, only where IMR_CLOUD_CREDENTIALS is `machine`.

Does not belong here: archives and tables in a bucket, which are passed over.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from imr_etl.errors import PlaceError, RunError
from imr_etl.sources.source import MAX_BYTES, MEDIA_TYPES, Found, Row, Source, batches, ending, too_large, unpacked

if TYPE_CHECKING:
    from obstore.store import ObjectStore

KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "s3": (("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),),
    "gs": (("GOOGLE_SERVICE_ACCOUNT",), ("GOOGLE_SERVICE_ACCOUNT_KEY",), ("GOOGLE_APPLICATION_CREDENTIALS",)),
    "az": (
        ("AZURE_STORAGE_ACCOUNT_KEY",),
        ("AZURE_STORAGE_SAS_KEY",),
        ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID"),
    ),
    "https": (),
    "http": (),
}
"""Scheme -> sets of variables, any one of which holds the keys."""

ENDPOINTS = ("AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AZURE_ENDPOINT", "AZURE_STORAGE_ENDPOINT")
CREDENTIALS = "IMR_CLOUD_CREDENTIALS"

LISTED_AT_A_TIME = 1_000
"""Objects that a store lists in one request."""

TIMEOUTS = {"connect_timeout": "5s", "timeout": "12s"}
RETRIES = {"max_retries": 2, "retry_timeout": timedelta(seconds=20)}
"""Together these take less than the time that a reading process has for one letter."""

LONGEST_REASON = 200
ANSWERS = {
    404: "there is no such bucket or object",
    405: "the server does not list what it has: it is no WebDAV server",
}
INVALID = re.compile(r"invalid path: [^\"]*(\"[^\"]*\")")
STATUS = re.compile(r"status code: (\d{3})")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ObjectStoreSource(Source):
    """The objects below a prefix, or one object."""

    schemes = tuple(KEYS)
    is_remote = True
    concurrent_reads = 32

    def list(self, address: str, found: Found) -> Iterator[list[Row]]:
        """Yield the letters below a prefix, 1,000 objects a request."""
        yield from batches(_objects(address, found))

    def beginning(self, address: str) -> str:
        """Return how the addresses of the objects below a prefix begin: a listing quotes their keys."""
        bucket, key = _key(address)
        return f"{bucket}/{quote(key)}".rstrip("/")

    def read(self, uri: str) -> bytes:
        """Download an object, no more than MAX_BYTES of it."""
        obstore = _library(uri)
        bucket, key = _split(uri)
        try:
            answer = obstore.get(_store(bucket), unquote(key))
            if answer.meta["size"] > MAX_BYTES:
                raise too_large()
            data = bytearray()
            for part in answer.stream():
                data += part
                if len(data) > MAX_BYTES:
                    raise too_large()
        except _faults() as error:
            raise OSError(0, _reason(uri, error)) from error
        return unpacked(key, bytes(data))


SOURCE = ObjectStoreSource()


def _objects(address: str, found: Found) -> Iterator[Row]:
    obstore = _library(address)
    if "@" in urlsplit(address).netloc:
        raise RunError(f"{_scheme(address)}://...@... has a password in it, which would stand beside every letter.")
    bucket, key = _key(address)
    try:
        store = _store(bucket)
        is_object = ending(key) in MEDIA_TYPES and not key.endswith("/")
        pages = [[obstore.head(store, key)]] if is_object else obstore.list(store, key, chunk_size=LISTED_AT_A_TIME)
        for page in pages:
            for entry in page:
                if media_type := found.media_type(entry["path"]):
                    yield _row(bucket, entry, media_type)
    except _faults() as error:
        raise PlaceError(
            f"{address} cannot be listed ({_reason(address, error)}). Nothing that was loaded is lost."
        ) from error


def _row(bucket: str, entry: Any, media_type: str) -> Row:
    uri = f"{bucket}/{quote(entry['path'])}"
    if tag := entry["e_tag"]:
        return uri, entry["size"], None, f"etag:{tag}", media_type
    # Whole microseconds: a float has no room for nanoseconds since 1970.
    microseconds = (entry["last_modified"] - EPOCH) // timedelta(microseconds=1)
    return uri, entry["size"], 1000 * microseconds, None, media_type


def _library(address: str) -> Any:
    if find_spec("obstore") is None:
        raise RunError(
            f"{address} needs the library obstore: install it with pip install 'imr-etl[cloud]', then run again."
        )
    import obstore  # noqa: PLC0415  an extra, and not every process needs it

    return obstore


@cache
def _store(bucket: str) -> "ObjectStore":
    """Return the connection to a bucket, one a process. Raises ValueError where it cannot be set up."""
    from obstore.store import from_url  # noqa: PLC0415

    scheme = _scheme(bucket)
    is_plain = scheme == "http" or any(os.environ.get(name, "").startswith("http://") for name in ENDPOINTS)
    options: dict[str, Any] = {
        "client_options": {**TIMEOUTS, "allow_http": is_plain},
        "retry_config": RETRIES,
    }
    if KEYS[scheme]:
        has_keys = any(all(map(os.environ.get, names)) for names in KEYS[scheme])
        is_signed = has_keys or os.environ.get(CREDENTIALS) == "machine"
        options["config"] = {"skip_signature": not is_signed}
    return from_url(bucket, **options)


def _split(address: str) -> tuple[str, str]:
    """Return the address of the bucket or server, and the key or prefix in it."""
    scheme, _, rest = address.partition("://")
    bucket, _, key = rest.partition("/")
    return f"{scheme}://{bucket}", key


def _key(address: str) -> tuple[str, str]:
    """Return the bucket or server of a place, and its key or prefix as it is: web addresses are quoted."""
    bucket, prefix = _split(address)
    return bucket, unquote(prefix) if bucket.startswith("http") else prefix


def _scheme(address: str) -> str:
    return address.partition("://")[0]


def _faults() -> tuple[type[Exception], ...]:
    """Return what obstore raises: its own errors, one that is Python's, ValueError for an address it cannot take."""
    from obstore.exceptions import BaseError  # noqa: PLC0415

    return BaseError, FileNotFoundError, ValueError


def _reason(address: str, error: Exception) -> str:
    """Say in a few words why a store refused a request. Its own message is a page long."""
    message = str(error)
    found = STATUS.search(message)
    status = int(found[1]) if found else 404 if isinstance(error, FileNotFoundError) else 0
    if status in (401, 403):
        keys = " or ".join(" and ".join(names) for names in KEYS[_scheme(address)])
        remedy = f": set {keys}, or {CREDENTIALS}=machine for those of this machine" if keys else ""
        return f"access is refused{remedy}"
    if status:
        return ANSWERS.get(status, f"the server answers with status {status}")
    if found := INVALID.search(message):
        return f"obstore cannot read an object of the name {found[1]}: rename it, or name a prefix without it"
    if "error sending request" in message:
        return "the server does not answer"
    return " ".join(message.partition("Debug source")[0].split())[:LONGEST_REASON]
