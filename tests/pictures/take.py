"""The pictures of the README: the Dagster UI on the sample letters, taken by a headless Chromium.

`make pictures` loads the sample letters into a temporary folder, starts the UI on them, takes the pictures and stops
what it started. Needs chromium on the path.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parent.parent.parent
PORT = 3987
PICTURES = {
    "lineage.png": ("asset-groups", (1900, 700), (590, 260, 1850, 400)),
    "asset.png": ("assets/marts/outcomes_by_category", (1400, 1150), None),
}
"""Name below `docs/images/` -> page of the UI, size of the window, the part of the picture to keep (all of it)."""

SECONDS_TO_START = 90
MILLISECONDS_TO_DRAW = 40_000


def main() -> None:
    """Take all pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("There is no chromium on the path: install one, then take the pictures.")
    with tempfile.TemporaryDirectory() as data:
        letters = ROOT / "tests" / "fixtures" / "letters"
        environment = os.environ | {
            "IMR_DATA": data,
            "IMR_LETTERS": str(letters),
            "DAGSTER_HOME": f"{data}/.dagster",
            "DAGSTER_DISABLE_TELEMETRY": "1",
            "PYTHONWARNINGS": "ignore",
        }
        run = [sys.executable, "-m", "imr_etl", "run", "--letters", str(letters), "--data", data]
        subprocess.run(run, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        webserver = str(Path(sys.executable).with_name("dagster-webserver"))
        serve = [webserver, "-w", "workspace.yaml", "-h", "127.0.0.1", "-p", str(PORT)]
        # In a session of its own, which can be ended with all that the server starts.
        server = subprocess.Popen(serve, cwd=ROOT, env=environment, start_new_session=True, stderr=subprocess.DEVNULL)
        try:
            _wait()
            for name, (page, size, part) in PICTURES.items():
                _take(chromium, page, size, part, ROOT / "docs" / "images" / name)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait()


def _wait() -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/server_info", timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(1)
        else:
            return
    sys.exit(f"The Dagster UI did not start within {SECONDS_TO_START} s.")


def _take(
    chromium: str, page: str, size: tuple[int, int], part: tuple[int, int, int, int] | None, picture: Path
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder) / "shot.png"
        command = [
            *(chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--window-size={size[0]},{size[1]}"),
            *(f"--virtual-time-budget={MILLISECONDS_TO_DRAW}", f"--screenshot={shot}"),
            f"http://127.0.0.1:{PORT}/{page}",
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with Image.open(shot) as whole:
            kept = whole.crop(part) if part else whole
            kept.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(picture, optimize=True)
    sys.stdout.write(f"{picture.relative_to(ROOT)} taken\n")


if __name__ == "__main__":
    main()
