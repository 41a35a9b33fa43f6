"""`python -m tests.screenshots [name …]`: fill a city, serve it, walk the tour, write the pictures, end it all."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from portal.config import ROOT
from tests.live import environment_of, flask, served
from tests.screenshots.camera import FLAGS, Camera
from tests.screenshots.tour import README, TOUR

GUIDE_PICTURES = ROOT / "docs/panduan/gambar"
README_PICTURES = ROOT / "docs/screenshots"
HOUSEHOLDS = "1700"


def main(names: list[str]) -> int:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        sys.stderr.write("No chromium here, so no pictures were made. On Debian: apt-get install chromium\n")
        return 1
    with (
        tempfile.TemporaryDirectory() as folder,
        served(_city(Path(folder)), workers=1, threads=8) as port,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        camera = Camera(browser, f"http://127.0.0.1:{port}")
        for shot in (*TOUR, README):
            if not names or shot.name in names:
                place = README_PICTURES if shot is README else GUIDE_PICTURES
                sys.stdout.write(f"{shot.name}: {camera.take(shot, place)}\n")
        browser.close()
    return 0


def _city(folder: Path) -> dict[str, str]:
    """An invented city in a throwaway instance."""
    environment = environment_of(folder)
    for command in (["db", "upgrade"], ["seed", "--unit", "upt-kan"], ["demo", "--households", HOUSEHOLDS]):
        flask(environment, *command)
    return environment


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
