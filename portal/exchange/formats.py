"""What the offices' spreadsheets look like: seeds/import_formats/*.toml, data and not code."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Final

from portal.config import SEEDS

FOLDER: Final = SEEDS / "import_formats"
WORDS: Final = "words"


@dataclass(frozen=True)
class LeftOut:
    """Columns that the unit has no ground to hold, and why."""

    heads: frozenset[str]
    reason_id: str
    reason_en: str


class Kind(StrEnum):
    """What a row of a format is."""

    PEOPLE = "people"
    BOOK = "book"
    """People under a line that names their family, as in register books."""
    FAMILIES = "families"
    """One row a family, which completes the people of another sheet."""


@dataclass(frozen=True)
class OtherCodes:
    """A second list of codes that files of a format are seen with; which one it is, the rows tell (code_lists.py)."""

    name_id: str
    name_en: str
    meanings: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Format:
    """One way of laying out people in a spreadsheet; heads are folded (`fold`), `spellings` are as they are written.

    `recognised_by` are sets of heads, one of which must be there whole; empty where `required` fields suffice.
    """

    code: str
    name_id: str
    name_en: str
    required: frozenset[str]
    recognised_by: tuple[frozenset[str], ...]
    heads: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, Mapping[str, Any]]
    left_out: tuple[LeftOut, ...]
    ages_on: date | None
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kind: Kind = Kind.PEOPLE
    other_codes: OtherCodes | None = None

    def meaning(self, field: str, code: str) -> Any:
        """Our value for a code or its word; None for one that is not in the list."""
        return self.codes.get(field, {}).get(fold(code))


_NUMBER_BEHIND = re.compile(r"\s*\(\d+\)\s*$")


def fold(text: str) -> str:
    """A head as it is compared: small letters and digits only, without the column's number behind it."""
    plain = unicodedata.normalize("NFKC", _NUMBER_BEHIND.sub("", text)).casefold()
    return "".join(character for character in plain if character.isalnum())


@cache
def formats() -> Mapping[str, Format]:
    """All formats by their code, in a fixed order."""
    paths = sorted(path for path in FOLDER.glob("*.toml") if path.stem != WORDS)
    return {path.stem: _format(path.stem, tomllib.loads(path.read_text(encoding="utf-8"))) for path in paths}


KEYS: Final = {
    "name_id", "name_en", "source", "kind", "required", "recognised_by", "heads", "codes", "other_codes", "left_out",
    "ages_on",
}  # fmt: skip
"""`source` says where a format is described; the portal does not read it."""


def _format(code: str, body: dict[str, Any]) -> Format:
    if unknown := body.keys() - KEYS:
        raise ValueError(f"{code}: no format knows {', '.join(sorted(unknown))}")
    return Format(
        code=code,
        name_id=body["name_id"],
        name_en=body["name_en"],
        required=frozenset(body["required"]),
        recognised_by=tuple(frozenset(map(fold, heads)) for heads in body.get("recognised_by", [])),
        heads={field: tuple(map(fold, heads)) for field, heads in body["heads"].items()},
        codes={field: _meanings(entries) for field, entries in body["codes"].items()},
        left_out=tuple(
            LeftOut(frozenset(map(fold, part["heads"])), part["reason_id"], part["reason_en"])
            for part in body.get("left_out", [])
        ),
        ages_on=body.get("ages_on"),
        spellings={field: tuple(heads) for field, heads in body["heads"].items()},
        kind=Kind(body.get("kind", Kind.PEOPLE)),
        other_codes=_other_codes(body.get("other_codes")),
    )


def _other_codes(body: dict[str, Any] | None) -> OtherCodes | None:
    if body is None:
        return None
    meanings = {field: _meanings(entries) for field, entries in body.items() if isinstance(entries, list)}
    return OtherCodes(body["name_id"], body["name_en"], meanings)


def _meanings(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {fold(entry[key]): entry["value"] for entry in entries for key in ("word", "code")}


@dataclass(frozen=True)
class Words:
    """What people write besides a format's codes, folded."""

    missing: frozenset[str]
    meanings: Mapping[str, Mapping[str, Any]]


@cache
def words() -> Words:
    body = tomllib.loads((FOLDER / f"{WORDS}.toml").read_text(encoding="utf-8"))
    truth = {"true": True, "false": False}
    meanings = {
        field: {fold(word): truth.get(value, value) for value, told in body[field].items() for word in told}
        for field in ("sex", "relation", "in_school", "programme")
    }
    return Words(frozenset(text.casefold() for text in body["missing"]), meanings)
