"""`imr-etl share` and `imr-etl gather`: a backlog that several machines read."""

from collections.abc import Callable

import click

from imr_etl.cli.options import data_option
from imr_etl.cli.progress import NowAndThen
from imr_etl.paths import DataPaths
from imr_etl.terminal import say


@click.command()
@click.argument("address")
@data_option
def share(address: str, data: str) -> None:
    """Send what this machine read and parsed to a folder or an object store, for the machine that builds.

    ADDRESS is a folder or a URL such as s3://bucket/imr, whose keys stand in the environment (AWS_ACCESS_KEY_ID, ...).

    Example: imr-etl share s3://bucket/imr --data ~/imr
    """
    from imr_etl import sharing  # noqa: PLC0415
    from imr_etl.locks import writing  # noqa: PLC0415

    paths = DataPaths.at(data)
    _refuse_missing(paths)
    with writing(paths):
        sent = sharing.share(paths, address, _now_and_then("sent"))
    say(f"{sent:,} files sent to {address}" if sent else f"Nothing new: all files are at {address} already.")


@click.command()
@click.argument("address")
@data_option
def gather(address: str, data: str) -> None:
    """Take over what other machines read and parsed; `imr-etl run` then builds the warehouse from all of it.

    ADDRESS is the one that they shared to. A block of which letters were read here that they have not is left as it is.

    Example: imr-etl gather s3://bucket/imr --data /srv/imr
    """
    from imr_etl import sharing  # noqa: PLC0415
    from imr_etl.locks import writing  # noqa: PLC0415

    paths = DataPaths.at(data)
    with writing(paths):
        found = sharing.gather(address, paths, _now_and_then("taken"))
    for sentence in found.left:
        say(sentence, error=True)
    if found.files:
        say(f"{found.files:,} files of {len(found.blocks):,} blocks taken from {address}")
    else:
        say(f"Nothing new at {address}.")


def _refuse_missing(paths: DataPaths) -> None:
    from imr_etl.errors import RunError  # noqa: PLC0415

    if not paths.root.is_dir():
        raise RunError(f"There is no folder {paths.root}: name the data folder of a run by --data.")


def _now_and_then(done: str) -> Callable[[int, int], None]:
    """What says how far it is, to whoever waits."""
    clock = NowAndThen()

    def told(files: int, of: int) -> None:
        if clock.is_due():
            say(f"{files:,} of {of:,} files {done}", error=True)

    return told
