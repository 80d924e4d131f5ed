"""A folder of letters to `letter_files`: which contents there are, and what is new.

Belongs here: names, sizes, times and keys of files. Does not belong here: how a file is opened
(`imr_etl.ingest.content`), what stands in it (`imr_etl.ingest.pdf`).

`file_sightings` remembers every file by its address. A file whose size and time of change are as they were is not
read again, so that a listing of two million known letters costs no more than the listing. A sighting is never
dropped: a letter that left the folder stays in the warehouse.
"""

import hashlib
import os
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

import polars as pl

from imr_etl.blocks import block, case_number
from imr_etl.errors import RunError
from imr_etl.ingest import MAX_BYTES
from imr_etl.ingest.content import hashes
from imr_etl.schema.tables import TABLES

MEDIA_TYPES = {".pdf": "application/pdf", ".txt": "text/plain"}
SIGHTINGS, LETTER_FILES, PROBLEMS = (TABLES[name] for name in ("file_sightings", "letter_files", "problems"))
LISTED_AT_A_TIME = 50_000
LISTING = {name: SIGHTINGS.schema[name] for name in ("uri", "byte_count", "modified_ns", "media_type")}


class Listing(NamedTuple):
    """What a folder holds: a row per letter's file, and the addresses of the folders that could not be listed."""

    letters: pl.DataFrame
    unlisted: list[str]


def refuse_no_folder(folder: Path) -> None:
    """Raise RunError where there is no such folder, or a folder above it is forbidden."""
    try:
        exists, is_folder = folder.exists(), folder.is_dir()
    except OSError as error:
        raise _not_listed(folder, error) from error
    if not exists:
        raise RunError(f"There is no folder {folder}: name the folder that holds the letters.")
    if not is_folder:
        raise RunError(f"{folder} is not a folder: name the folder that holds the letters.")


def list_letters(folder: Path) -> Listing:
    """List every .pdf and .txt file in a folder and the folders in it.

    Letters have uri, byte_count, modified_ns, media_type, case_number. Links to folders are not followed: they may lead
    in circles. Raises RunError where there is no such folder, it cannot be listed, or nothing in it could be a letter.
    Waits for the file system without a limit.
    """
    refuse_no_folder(folder)
    unlisted: list[str] = []
    # Rows of Python take ten times the room of columns.
    entries = _letters_below(folder.absolute(), unlisted)
    parts = iter(lambda: list(islice(entries, LISTED_AT_A_TIME)), [])
    frames = [pl.DataFrame(part, schema=LISTING, orient="row") for part in parts]
    listing = pl.concat([pl.DataFrame(schema=LISTING), *frames], rechunk=True)
    if listing.is_empty() and not unlisted:
        raise RunError(f"{folder} holds no letters: put .pdf or .txt files into it.")
    letters = listing.with_columns(case_number=case_number(file_name(pl.col("uri")))).sort("uri")
    return Listing(letters, sorted(unlisted))


def file_name(uri: pl.Expr) -> pl.Expr:
    """The last part of a file's address."""
    return uri.str.extract(r"([^/]*)$")


def path_of(uri: str) -> str:
    """The path in the file system that an address stands for, whatever bytes its names are made of."""
    return os.fsdecode(unquote_to_bytes(urlsplit(uri).path))


def after_all(known: pl.DataFrame, now: datetime) -> datetime:
    """The time of a listing: later than all that `letter_files` knows, also where the clock was set back since.

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
) -> pl.DataFrame:
    """Return `file_sightings` after a listing: known ones kept, changed and new ones hashed.

    A file that cannot be read, or is larger than any letter, is sighted with a key made of its address instead of its
    content's hash. What is known of files below folders that could not be listed (`unlisted`) stays as it was.
    """
    settled = known.clear() if rehash else _as_they_were(listing, known)
    others = known.join(settled, on="uri", how="anti")
    before = others.select("uri", "sha256", "first_seen", "byte_count", "modified_ns")
    if rehash:
        before = before.with_columns(modified_ns=pl.lit(None, pl.Int64()))
    compared = listing.join(settled, on="uri", how="anti").join(
        before, on=["uri", "byte_count", "modified_ns"], how="left", nulls_equal=False
    )
    is_settled = pl.col("sha256").is_not_null() & ~is_unread(pl.col("sha256"))
    fresh = compared.filter(is_settled.not_().fill_null(value=True)).drop("sha256", "first_seen")
    keys = [
        sha256 or _address_key(uri)
        for uri, sha256 in zip(fresh["uri"], hashes([path_of(uri) for uri in fresh["uri"]]), strict=True)
    ]
    fresh = fresh.with_columns(pl.Series("sha256", keys, dtype=pl.String()))
    first_seen = known.join(fresh, on="sha256", how="semi").group_by("sha256").agg(pl.col("first_seen").min())
    hashed = fresh.join(first_seen, on="sha256", how="left").with_columns(
        pl.col("first_seen").fill_null(pl.lit(now, dtype=SIGHTINGS.schema["first_seen"]))
    )
    present = pl.concat([compared.filter(is_settled).select(hashed.columns), hashed]).with_columns(is_present=True)
    gone = others.join(present, on="uri", how="anti")
    is_out_of_sight = pl.Series([_is_below(uri, unlisted) for uri in gone["uri"]], dtype=pl.Boolean())
    gone = gone.with_columns(is_present=pl.col("is_present") & is_out_of_sight)
    if present.is_empty() and gone.is_empty():
        return known
    return pl.concat([settled, SIGHTINGS.conform(present), SIGHTINGS.conform(gone)]).sort("uri")


def _as_they_were(listing: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Sightings that a listing shows just as they were; of two million all but a night's."""
    same = [*LISTING, "case_number"]
    return known.filter(pl.col("is_present"), ~is_unread(pl.col("sha256"))).join(
        listing.select(same), on=same, how="semi", nulls_equal=True, maintain_order="left"
    )


def is_unchanged(listing: pl.DataFrame, known: pl.DataFrame, unlisted: Collection[str] = ()) -> bool:
    """Whether a listing shows exactly the files that `file_sightings` knows as present, by size and time.

    Files below folders that could not be listed (`unlisted`) count as unchanged.
    """
    same = [*LISTING, "case_number"]
    present = known.filter("is_present").select(same)
    new = listing.join(present, on=same, how="anti", nulls_equal=True)
    gone = present.join(listing, on="uri", how="anti")
    return new.is_empty() and all(_is_below(uri, unlisted) for uri in gone["uri"])


def letter_files(sightings: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """One row per content: of several files of one content, one that is there and has a case number in its name.

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

    They are contents that stand in several files, files that are too large or not readable, and folders that could not
    be listed. A folder's key is made of its address.
    """
    unread = sightings.filter(is_unread(pl.col("sha256"))).select(
        "sha256",
        "case_number",
        code=pl.when(pl.col("byte_count") > MAX_BYTES).then(pl.lit("too_large")).otherwise(pl.lit("unreadable_file")),
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
        [(_address_key(uri), None, "unreadable_folder", uri) for uri in unlisted], schema=unread.schema, orient="row"
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


def is_unread(sha256: pl.Expr) -> pl.Expr:
    """The key stands for a file whose content is not known."""
    return sha256.str.starts_with("uri:")


def _letters_below(folder: Path, unlisted: list[str]) -> Iterator[tuple[str, int, int, str]]:
    """Yield uri, byte_count, modified_ns, media_type; the addresses of folders that cannot be listed are appended."""
    # Paths made of each of two million names would take longer than the disk.
    top = str(folder)
    folders = [top]
    while folders:
        path = folders.pop()
        address = Path(path).as_uri().rstrip("/")
        try:
            inner, files = _entries(path)
        except OSError as error:
            if path == top:
                raise _not_listed(folder, error) from error
            unlisted.append(address)
            continue
        folders += inner
        for entry in files:
            if media_type := MEDIA_TYPES.get(os.path.splitext(entry.name)[1].casefold()):  # noqa: PTH122
                uri = f"{address}/{quote_from_bytes(os.fsencode(entry.name))}"
                try:
                    status = entry.stat()
                except OSError:
                    yield uri, 0, 0, media_type
                else:
                    yield uri, status.st_size, status.st_mtime_ns, media_type


def _not_listed(folder: Path, error: OSError) -> RunError:
    return RunError(f"The folder {folder} cannot be listed ({error.strerror}): give this user the right to read it.")


def _entries(folder: str) -> tuple[list[str], list[os.DirEntry[str]]]:
    """Return the paths of the folders in a folder, and its other entries. Raises OSError where not all can be had."""
    folders, files = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            else:
                files.append(entry)
    return folders, files


def _is_below(uri: str, folders: Collection[str]) -> bool:
    """One of the folders (addresses) is among those that a file lies in."""
    while folders and "/" in uri:
        uri = uri.rpartition("/")[0]
        if uri in folders:
            return True
    return False


def _address_key(uri: str) -> str:
    return f"uri:{hashlib.sha256(uri.encode()).hexdigest()[:16]}"
