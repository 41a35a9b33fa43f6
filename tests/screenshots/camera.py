"""Takes one picture: the person signed in, the page as the shot wants it, and a small file."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, Response

from tests.journeys.conftest import FLAGS, PATIENCE
from tests.journeys.walker import Walker

SCREENS = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 800}}
WIDTHS = {"phone": 540, "desk": 1280}
"""Pixels of a whole screen's width in the file; a screen is photographed at twice its size and made smaller."""
MOST_BYTES = 60_000
COLOURS = (96, 64, 48, 32, 24, 16)


@dataclass(frozen=True)
class Shot:
    """One picture: who looks, on which screen, how they come there; `part` is what it shows of the page."""

    name: str
    who: str | None
    screen: str
    go: Callable[[Walker], object]
    part: str | None = None
    from_top: str | None = None


class Camera:
    """A browser for each person and screen."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.people: dict[tuple[str | None, str], Walker] = {}
        self.refused: list[str] = []

    def take(self, shot: Shot, folder: Path) -> str:
        """Write the picture; its size in bytes, in words."""
        person = self._person(shot)
        shot.go(person)
        assert not self.refused, f"{shot.name}: {self.refused}"
        body = smaller(_photograph(person.page, shot), shot)
        place = folder / f"{shot.name}.png"
        place.write_bytes(body)
        return f"{len(body):,} bytes"

    def _person(self, shot: Shot) -> Walker:
        key = (shot.who, shot.screen)
        if key not in self.people:
            context = self.browser.new_context(
                viewport=SCREENS[shot.screen], device_scale_factor=2, locale="id-ID",
                color_scheme="light", reduced_motion="reduce",
            )  # fmt: skip
            context.set_default_timeout(PATIENCE)
            context.on("response", self._look_at)
            person = Walker(context, self.address, scripts=True)
            self.people[key] = person.signs_in(shot.who) if shot.who else person
        return self.people[key]

    def _look_at(self, answer: Response) -> None:
        """A page that was refused makes no picture of the guide."""
        if answer.request.is_navigation_request() and answer.status >= 400:
            self.refused.append(f"{answer.status} {answer.url}")


def _photograph(page: Page, shot: Shot) -> bytes:
    page.evaluate("document.activeElement.blur()")
    page.evaluate("window.scrollTo(0, 0)")
    if shot.from_top:
        page.locator(shot.from_top).first.evaluate("e => window.scrollTo(0, e.getBoundingClientRect().top - 12)")
    if not shot.part:
        return page.screenshot()
    box = page.locator(shot.part).first.bounding_box()
    assert box, f"{shot.name}: {shot.part} is not on the page"
    screen = SCREENS[shot.screen]
    height = min(box["height"], screen["height"] - max(box["y"], 0))
    return page.screenshot(clip={"x": box["x"], "y": box["y"], "width": box["width"], "height": height})


def smaller(body: bytes, shot: Shot) -> bytes:
    """The picture at the size it is read at, with as many colours as its bytes allow."""
    with Image.open(io.BytesIO(body)) as image:
        scale = WIDTHS[shot.screen] / (2 * SCREENS[shot.screen]["width"])
        size = (round(image.width * scale), round(image.height * scale))
        small = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    for colours in COLOURS:
        out = io.BytesIO()
        small.quantize(colours, kmeans=2, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()


__all__ = ["FLAGS", "Camera", "Shot", "smaller"]
