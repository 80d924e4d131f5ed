"""`imr-etl serve`: the page over the published warehouse."""

import os
import socket

import click

from imr_etl.cli.options import data_option
from imr_etl.errors import RunError
from imr_etl.storage.paths import DataPaths
from imr_etl.terminal import say

LOOPBACK = "127.0.0.1"
TOKEN = "IMR_SERVE_TOKEN"  # noqa: S105  the name of a variable
SHORTEST_TOKEN = 16


@click.command()
@data_option
@click.option("--host", default=LOOPBACK, show_default=True, help=f"The address to listen on; another needs {TOKEN}.")
@click.option("--port", type=click.IntRange(1, 65535), default=8017, show_default=True, help="The port to listen on.")
@click.option(
    "--name", "names", multiple=True, help="A name under which a proxy reaches the page; may be given several times."
)
def serve(data: str, host: str, port: int, names: tuple[str, ...]) -> None:
    """Serve the page, read-only, until Ctrl-C: search, letters beside their values, figures, the review list.

    It shows whichever warehouse is published. With the environment variable IMR_SERVE_TOKEN (16 characters or more)
    it asks for that token as the password, under any name; an address other than this machine's needs one.

    Example: imr-etl serve --data ~/imr
    """
    import uvicorn  # noqa: PLC0415  a help text needs none of it

    from imr_etl.vocabulary.additions import use_vocabulary  # noqa: PLC0415
    from warehouse.query.connect import reading  # noqa: PLC0415
    from warehouse.query.web.app import LOOPBACK as OWN  # noqa: PLC0415
    from warehouse.query.web.app import create_app  # noqa: PLC0415

    token = os.environ.get(TOKEN)
    if token is not None and len(token) < SHORTEST_TOKEN:
        raise RunError(f"{TOKEN} has fewer than {SHORTEST_TOKEN} characters: set a longer one.")
    if token is None and host not in OWN:
        raise RunError(f"Whoever reaches {host} could read the letters: set {TOKEN}, or serve on {LOOPBACK}.")
    paths = DataPaths.at(data)
    paths.refuse_newer_format()
    use_vocabulary(paths.vocabulary)
    with reading(paths.warehouse) as connection:
        connection.execute("SELECT search_index FROM main.build")
    app = create_app(paths, (*OWN, host, *names), token)
    with _listening(host, port) as listening:
        address = f"[{host}]" if ":" in host else host
        say(f"The page is at http://{address}:{port}/ until Ctrl-C.")
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, timeout_keep_alive=15)
        uvicorn.Server(config).run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    """Listen on an address. Raises RunError where that is not possible."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, port))
            listening.listen(128)
        except OSError:
            listening.close()
            raise
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise RunError(
            f"{host} port {port} cannot be listened on ({reason}): choose another by --host or --port."
        ) from error
    return listening
