"""Roles and permissions, from seeds/roles.toml."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from portal.config import SEEDS


class Role(StrEnum):
    """What a person is here for; a person may hold several."""

    SOCIAL_WORKER = "social_worker"
    UNIT_HEAD = "unit_head"
    MAYOR_OFFICE = "mayor_office"
    TREASURER = "treasurer"
    PARTNER = "partner"
    CADRE = "cadre"
    OFFICE = "office"
    AUDITOR = "auditor"
    ADMIN = "admin"


@dataclass(frozen=True)
class RoleRights:
    """A role's names and what it may do."""

    code: Role
    label_id: str
    label_en: str
    permissions: frozenset[str]

    def label(self, language: str) -> str:
        return self.label_en if language == "en" else self.label_id


@cache
def rights() -> dict[Role, RoleRights]:
    """Every role's rights."""
    body = tomllib.loads((SEEDS / "roles.toml").read_text())
    found = [
        RoleRights(Role(row["code"]), row["label_id"], row["label_en"], frozenset(row["permissions"]))
        for row in body["role"]
    ]
    return {role.code: role for role in found}


@cache
def permissions_of(roles: frozenset[Role]) -> frozenset[str]:
    return frozenset().union(*(rights()[role].permissions for role in roles))
