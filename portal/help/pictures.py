"""The guide's pictures: screens of the invented city, made by `make screenshots`."""

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image

from portal.config import ROOT
from portal.errors import NotFound

PICTURES = ROOT / "docs/panduan/gambar"
NAME = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True)
class Picture:
    """One picture; its mark changes with its content, so that browsers may keep it for long."""

    name: str
    width: int
    height: int
    mark: str

    @property
    def url(self) -> str:
        return f"/help/gambar/{self.name}.png?v={self.mark}"

    @property
    def shape(self) -> str:
        """A phone's screen stands upright."""
        return "phone" if self.height > self.width else "desk"


def place_of(name: str) -> Path:
    """The file of this picture; names that could lead elsewhere are nobody's."""
    place = PICTURES / f"{name}.png"
    if not NAME.fullmatch(name) or not place.is_file():
        raise NotFound
    return place


def get_picture(name: str) -> Picture:
    place = place_of(name)
    return _measured(place, place.stat().st_mtime_ns)


@lru_cache(maxsize=200)
def _measured(place: Path, _changed_at: int) -> Picture:
    with Image.open(place) as image:
        width, height = image.size
    return Picture(place.stem, width, height, hashlib.sha256(place.read_bytes()).hexdigest()[:12])
