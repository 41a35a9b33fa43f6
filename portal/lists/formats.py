"""How proposals are laid out for the office that owns a list: seeds/list_formats/*.toml, data and not code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from portal.config import SEEDS
from portal.errors import NotFound
from portal.exchange.formats import fold
from portal.exchange.listed import Column
from portal.lists.models import LineAnswer, ProposalKind

FOLDER: Final = SEEDS / "list_formats"
KEYS: Final = {"name_id", "name_en", "lists", "office", "rows", "column", "codes", "kinds", "grounds", "answers"}
FIELDS: Final = (
    "number", "position", "kind", "kk_no", "nik", "name", "sex", "birth_date", "age", "relation", "people", "address",
    "rt", "rw", "rt_rw", "village", "village_code", "district", "list_day", "decile", "ground", "visited_on", "answer",
    "answer_reason", "answered_on",
)  # fmt: skip
"""What a column may hold; the last three are filled in by the office."""
NEEDED: Final = frozenset({"number", "position", "nik", "answer", "answer_reason"})
"""Without these an answered file could not be read back."""


@dataclass(frozen=True)
class ProposalFormat:
    """One layout. `heads` are the titles by field; `codes` what our values are called in it, as far as it has codes.

    `one_row_a_person`: the family's line is repeated for each of its people.
    """

    code: str
    name_id: str
    name_en: str
    lists: tuple[str, ...]
    office: str
    one_row_a_person: bool
    fields: tuple[str, ...]
    columns: tuple[Column, ...]
    codes: Mapping[str, Mapping[str, str]]
    kinds: Mapping[ProposalKind, str]
    grounds: Mapping[ProposalKind, str]
    answers: Mapping[LineAnswer, tuple[str, ...]]

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_id

    @property
    def heads(self) -> dict[str, str]:
        return {field: column.title for field, column in zip(self.fields, self.columns, strict=True)}

    def answer(self, text: str) -> LineAnswer | None:
        """What a word of the office means; None for one that nobody knows."""
        return next((answer for answer, words in self.answers.items() if fold(text) in map(fold, words)), None)


@cache
def formats() -> Mapping[str, ProposalFormat]:
    """All layouts by their code, in a fixed order."""
    return {
        path.stem: _format(path.stem, tomllib.loads(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*.toml"))
    }


def _format(code: str, body: dict[str, Any]) -> ProposalFormat:
    fields = tuple(column["field"] for column in body["column"])
    if body.keys() - KEYS or set(fields) - set(FIELDS) or NEEDED - set(fields) or len(set(fields)) < len(fields):
        raise ValueError(f"{code}: unknown keys or fields, a field twice, or one lacks that answers are read by")
    return ProposalFormat(
        code=code,
        name_id=body["name_id"],
        name_en=body["name_en"],
        lists=tuple(body["lists"]),
        office=body["office"],
        one_row_a_person={"family": False, "person": True}[body["rows"]],
        fields=fields,
        columns=tuple(Column(column["head"], column["width"]) for column in body["column"]),
        codes=body.get("codes", {}),
        kinds={ProposalKind(kind): word for kind, word in body["kinds"].items()},
        grounds={ProposalKind(kind): word for kind, word in body["grounds"].items()},
        answers={LineAnswer(answer): tuple(words) for answer, words in body["answers"].items()},
    )


def format_of(list_code: str) -> ProposalFormat:
    """The layout of a list's owner. Raises NotFound for a list that nobody can propose to."""
    found = next((one for one in formats().values() if list_code in one.lists), None)
    if found is None:
        raise NotFound
    return found
