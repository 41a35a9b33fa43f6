"""A real browser in front of a real portal: phone and desk screen, with JavaScript and without."""

import shutil
from collections.abc import Callable, Iterator
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.journeys.walker import Walker
from tests.live import environment_of, flask, served

SCREENS = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 900}}
# Each journey is walked on both screens, and on each with JavaScript and without.
WAYS = [(screen, scripts) for screen in SCREENS for scripts in (True, False)]
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)


# The shell without a window takes a quarter less time for the same pages.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")

PATIENCE = 15_000
"""Milliseconds that a journey waits for what it looks for: a busy machine is slow, not wrong."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's chromium."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if not found:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a portal that serves a small invented city."""
    folder: Path = tmp_path_factory.mktemp("city")
    shutil.copytree(_invented(tmp_path_factory.getbasetemp().parent), folder, dirs_exist_ok=True)
    environment = environment_of(folder)
    with served(environment, workers=1, threads=8) as port:
        yield f"http://127.0.0.1:{port}"


def _invented(place: Path) -> Path:
    """A folder with the city, made by the first of all test processes that asks; the others wait for it."""
    with (place / "city.lock").open("w") as turn:
        flock(turn, LOCK_EX)
        made = place / "city-made"
        if not made.exists():
            rough = place / "city-rough"
            rough.mkdir()
            for command in (["db", "upgrade"], ["seed", "--unit", "upt-kan"], ["demo", "--households", "200"]):
                flask(environment_of(rough), *command)
            rough.rename(made)
        return made


@pytest.fixture(params=WAYS, ids=[f"{screen}-{'scripts' if scripts else 'plain'}" for screen, scripts in WAYS])
def walker(request: pytest.FixtureRequest, chromium: Browser, city: str) -> Iterator[Callable[[str], Walker]]:
    """`walker("rani")` is Rani, signed in on this screen; several people may walk in one journey."""
    screen, scripts = request.param
    opened: list[BrowserContext] = []

    def of(name: str | None = None) -> Walker:
        context = chromium.new_context(viewport=SCREENS[screen], java_script_enabled=scripts, locale="id-ID")
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        person = Walker(context, city, scripts=scripts)
        return person.signs_in(name) if name else person

    yield of
    for context in opened:
        context.close()
