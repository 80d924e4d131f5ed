"""Places of letters to `letter_files`: which contents there are, and what is new.

Belongs here: names, sizes, times and keys of files. Does not belong here: how a place is listed and a file opened
(`imr_etl.sources`), what stands in it (`imr_etl.ingest.pdf`).

`file_sightings` remembers every file by its address. A file whose size and time of change (or what its source has for
it, such as an ETag) are as they were is not read again, so that a listing of two million known letters costs no more
than the listing. `containers` remembers archives and tables of texts: one whose own size and time are as they were is
not even opened. A sighting is never dropped: a letter that left its folder stays in the warehouse.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import polars as pl

from imr_etl.blocks import block, case_number
from imr_etl.errors import PlaceError
from imr_etl.ingest.content import hashes
from imr_etl.ingest.downloads import Downloads
from imr_etl.schema.tables import TABLES
from imr_etl.sources import Letters, Place, find_places, shown
from imr_etl.sources.source import MEMBER, Found

SIGHTINGS, LETTER_FILES, PROBLEMS, CONTAINERS = (
    TABLES[name] for name in ("file_sightings", "letter_files", "problems", "containers")
)
LISTING = {name: SIGHTINGS.schema[name] for name in ("uri", "byte_count", "modified_ns", "version", "media_type")}
UNLISTED = "unreadable_folder"
"""Code of the problem of a folder or place that could not be listed."""

HASH = "sha256:"
"""Begins the `version` of a letter whose content was hashed by the listing."""


class Listing(NamedTuple):
    """What the places of letters hold.

    Attributes:
        letters: a row per letter's file: the columns of LISTING, case_number.
        unlisted: the addresses of folders and places that could not be listed.
        passed_over: how many files of each kind are no letters.
        containers: `containers`, the archives and tables that were listed.
        faults: a sentence for each place that could not be listed.
    """

    letters: pl.DataFrame
    unlisted: list[str]
    passed_over: Counter[str]
    containers: pl.DataFrame
    faults: list[str]


def list_letters(
    letters: Letters, known: pl.DataFrame | None = None, containers: pl.DataFrame | None = None
) -> Listing:
    """List every letter of a place, or of several.

    An archive or a table whose size and time are those in `containers`, of the listing before, has the letters that
    `known` (`file_sightings`) has of it. A place that is missing, cannot be listed, or holds no letter is `unlisted`:
    if it were taken for empty, all its letters would count as gone. Raises PlaceError if no place can be listed. Waits
    for the file system without a limit.
    """
    found = Found()
    frames, listed, faults = [], [], []
    of_before = {} if containers is None else {row["uri"]: row for row in containers.iter_rows(named=True)}
    for place in find_places(letters):
        try:
            frame, container = _list_place(place, found, known, of_before.get(place.address))
        except PlaceError as error:
            faults.append(str(error))
            found.unlisted.append(place.source.beginning(place.address))
            continue
        frames.append(frame)
        listed += container
    if not frames:
        raise PlaceError(" ".join(faults))
    listing = pl.concat(frames, rechunk=True)
    if len(frames) > 1:
        listing = listing.unique("uri", keep="first")
    return Listing(
        listing.with_columns(case_number=case_number(file_name(pl.col("uri")))).sort("uri"),
        sorted(found.unlisted),
        found.passed_over,
        CONTAINERS.conform(pl.DataFrame(listed, schema=CONTAINERS.schema, orient="row")),
        faults,
    )


def _list_place(
    place: Place, found: Found, known: pl.DataFrame | None, before: dict[str, Any] | None
) -> tuple[pl.DataFrame, list[tuple[object, ...]]]:
    """List a place, unless it is a container that is as it was `before`. Counts in `found` what is no letter.

    Returns the letters, and a row of `containers` if the place is one.
    """
    if place.fault:
        raise PlaceError(place.fault)
    stamp = place.source.stamp(place.address)
    if stamp is not None and known is not None and before and stamp == (before["byte_count"], before["modified_ns"]):
        is_member = pl.col("uri").str.starts_with(place.address + MEMBER)
        frame = known.filter("is_present", is_member).select(list(LISTING))
        passed_over = Counter(json.loads(before["passed_over"]))
    else:
        of_place = Found(unlisted=found.unlisted)
        frame = _listed(place, of_place)
        passed_over = of_place.passed_over
        if stamp is not None:
            frame = _numbered(frame)
    found.passed_over.update(passed_over)
    return frame, [] if stamp is None else [(place.address, *stamp, json.dumps(passed_over))]


def _listed(place: Place, found: Found) -> pl.DataFrame:
    """List a place. Raises PlaceError where it holds no letter."""
    frames = [
        pl.DataFrame(batch, schema=LISTING, orient="row") if isinstance(batch, list) else batch.select(list(LISTING))
        for batch in place.source.list(place.address, found)
    ]
    listing = pl.concat([pl.DataFrame(schema=LISTING), *frames])
    if listing.is_empty() and not found.unlisted:
        raise PlaceError(f"{shown(place.address)} holds no letters: put .pdf or .txt files into it.")
    return listing


def _numbered(listing: pl.DataFrame) -> pl.DataFrame:
    """Number letters of the same address: `#2`, `#3` ... in the order of their archive or table."""
    if not listing["uri"].is_duplicated().any():
        return listing
    number = pl.int_range(1, pl.len() + 1).over("uri")
    return listing.with_columns(uri=pl.when(number > 1).then(pl.format("{}#{}", "uri", number)).otherwise("uri"))


def file_name(uri: pl.Expr) -> pl.Expr:
    """Return the last part of a file's address."""
    return uri.str.extract(r"([^/]*)$")


def after_all(known: pl.DataFrame, now: datetime) -> datetime:
    """Return the time of a listing: later than all that `letter_files` knows, also where the clock was set back.

    Of two letters of a case the one seen last counts.
    """
    latest = known["first_seen"].max()
    return max(now, latest + timedelta(microseconds=1)) if isinstance(latest, datetime) else now


def update_sightings(
    listing: pl.DataFrame,
    known: pl.DataFrame,
    now: datetime,
    *,
    unlisted: Collection[str] = (),
    rehash: bool = False,
    downloads: Downloads | None = None,
) -> pl.DataFrame:
    """Return `file_sightings` after a listing: known ones kept, changed and new ones hashed.

    A file that cannot be read, or is larger than any letter, is sighted with a key made of its address instead of its
    content's hash. What is known of files in folders and places that could not be listed (`unlisted`) stays as it was.
    What is downloaded to be hashed is kept in `downloads`.
    """
    settled = known.clear() if rehash else _as_they_were(listing, known)
    others = known.join(settled, on="uri", how="anti")
    before = others.select("uri", "sha256", "first_seen", "byte_count", "modified_ns")
    if rehash:
        before = before.with_columns(modified_ns=pl.lit(None, pl.Int64()))
    compared = listing.join(settled, on="uri", how="anti").join(
        before, on=["uri", "byte_count", "modified_ns"], how="left", nulls_equal=False
    )
    compared = compared.with_columns(problem=pl.lit(None, pl.String()))
    is_settled = pl.col("sha256").is_not_null() & ~is_unread(pl.col("sha256"))
    fresh = compared.filter(is_settled.not_().fill_null(value=True)).drop("sha256", "first_seen")
    fresh = _hashed(fresh, downloads)
    first_seen = known.join(fresh, on="sha256", how="semi").group_by("sha256").agg(pl.col("first_seen").min())
    hashed = fresh.join(first_seen, on="sha256", how="left").with_columns(
        pl.col("first_seen").fill_null(pl.lit(now, dtype=SIGHTINGS.schema["first_seen"]))
    )
    present = pl.concat([compared.filter(is_settled).select(hashed.columns), hashed]).with_columns(is_present=True)
    gone = others.join(present, on="uri", how="anti")
    is_out_of_sight = pl.Series([is_below(uri, unlisted) for uri in gone["uri"]], dtype=pl.Boolean())
    gone = gone.with_columns(is_present=pl.col("is_present") & is_out_of_sight)
    if present.is_empty() and gone.is_empty():
        return known
    return pl.concat([settled, SIGHTINGS.conform(present), SIGHTINGS.conform(gone)]).sort("uri")


def _hashed(fresh: pl.DataFrame, downloads: Downloads | None) -> pl.DataFrame:
    """Add the columns sha256 and problem to listed letters."""
    is_hashed = pl.col("version").str.starts_with(HASH).fill_null(value=False)
    listed = fresh.filter(is_hashed).with_columns(sha256=pl.col("version").str.strip_prefix(HASH))
    others = fresh.filter(~is_hashed)
    found = hashes(others["uri"].to_list(), downloads)
    keys = [one.sha256 or _address_key(uri) for uri, one in zip(others["uri"], found, strict=True)]
    problems = [one.problem for one in found]
    others = others.with_columns(
        pl.Series("problem", problems, dtype=pl.String()), pl.Series("sha256", keys, dtype=pl.String())
    )
    return pl.concat([others, listed.select(others.columns)])


def _as_they_were(listing: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return the sightings that a listing shows unchanged: usually all but those of the last day."""
    same = [*LISTING, "case_number"]
    return known.filter(pl.col("is_present"), ~is_unread(pl.col("sha256"))).join(
        listing.select(same), on=same, how="semi", nulls_equal=True, maintain_order="left"
    )


def is_unchanged(listing: pl.DataFrame, known: pl.DataFrame, unlisted: Collection[str] = ()) -> bool:
    """Check whether a listing shows exactly the files that `file_sightings` knows as present, by size and time.

    Files in folders and places that could not be listed (`unlisted`) count as unchanged.
    """
    same = [*LISTING, "case_number"]
    present = known.filter("is_present").select(same)
    new = listing.join(present, on=same, how="anti", nulls_equal=True)
    gone = present.join(listing, on="uri", how="anti")
    return new.is_empty() and all(is_below(uri, unlisted) for uri in gone["uri"])


def letter_files(sightings: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return a row per content: of several files with one content, one that is present and has a case number.

    A content that was known and that no file has any more is kept: a corrected letter may have taken its file's place.
    """
    # Sorting two million texts to find a handful of copies takes most of a listing's time.
    is_copied = pl.col("sha256").is_duplicated()
    copied = sightings.filter(is_copied).sort(pl.col("is_present").not_(), pl.col("case_number").is_null(), "uri")
    chosen = copied.with_columns(pl.col("first_seen").min().over("sha256")).unique(
        "sha256", keep="first", maintain_order=True
    )
    letters = pl.concat([sightings.filter(~is_copied), chosen]).with_columns(block=block(pl.col("case_number")))
    letters = letters.select(LETTER_FILES.columns)
    replaced = known.filter(~is_unread(pl.col("sha256"))).join(letters, on="sha256", how="anti")
    return LETTER_FILES.conform(pl.concat([letters, replaced.with_columns(is_present=False)]))


def file_problems(sightings: pl.DataFrame, letters: pl.DataFrame, unlisted: Collection[str] = ()) -> pl.DataFrame:
    """Return the problem rows of files and folders.

    There is a row for each further file of one content, each file that is too large or not readable, and each folder or
    place that could not be listed. The key of such a folder is made of its address.
    """
    unread = sightings.filter(is_unread(pl.col("sha256"))).select(
        "sha256",
        "case_number",
        code=pl.col("problem").fill_null("unreadable_file"),
        excerpt=pl.col("uri"),
    )
    copies = (
        sightings.filter(pl.col("sha256").is_duplicated())
        .filter(pl.col("is_present"))
        .join(letters.select("sha256", loaded="uri"), on="sha256")
        .filter(pl.col("uri") != pl.col("loaded"))
        .select("sha256", "case_number", code=pl.lit("duplicate_content"), excerpt=pl.col("uri"))
    )
    folders = pl.DataFrame(
        [(_address_key(uri), None, UNLISTED, uri) for uri in unlisted], schema=unread.schema, orient="row"
    )
    problems = pl.concat([unread, copies, folders]).sort("sha256", "code", "excerpt")
    return PROBLEMS.conform(
        problems.with_columns(
            position=pl.int_range(1, pl.len() + 1).over("sha256"),
            stage=pl.lit("files"),
            field=pl.lit(None),
            page=pl.lit(None),
        )
    )


def unlisted_of(problems: pl.DataFrame) -> set[str]:
    """Return the addresses of folders and places that could not be listed, of the problem rows of files."""
    return set(problems.filter(code=UNLISTED)["excerpt"])


def is_below(uri: str, folders: Collection[str]) -> bool:
    """Check whether an address is one of these folders, archives, tables and prefixes, or lies in one of them."""
    while folders and uri:
        if uri in folders:
            return True
        uri = uri.rpartition("/")[0].removesuffix(MEMBER[0])
    return False


def is_unread(sha256: pl.Expr) -> pl.Expr:
    """Check whether a key stands for a file whose content is not known."""
    return sha256.str.starts_with("uri:")


def _address_key(uri: str) -> str:
    return f"uri:{hashlib.sha256(uri.encode()).hexdigest()[:16]}"
