"""What stands against aid until somebody overrules it: one named rule each, with its source and who may overrule.

Sources and roles are data (seeds/aid_guards.toml). A rule says what it found as plain values, so that the sentence can
be read in the reader's language also later.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import or_, select

from portal import clock, money
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.config import SEEDS
from portal.db import db
from portal.funds import queries
from portal.funds.grounds import Ground
from portal.funds.models import Fund
from portal.households.names import fold_name
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.language import of_reader
from portal.units.catalogue import ServiceEntry, catalogue
from portal.units.formats import day
from portal.units.formats import month as written_month
from portal.visits.models import HomeVisit

FILE: Final = SEEDS / "aid_guards.toml"
SECOND_APPROVAL: Final = "aid_second_approval_above"
"""The setting: aid above so many rupiah needs a second approver. [default]"""
UNSET_LIMIT: Final = 10_000_000

Found = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """Aid as it is proposed, in rupiah; `related` is what the proposer says of kinship, `fund` None while it waits."""

    ground: Ground
    amount: int
    fund: Fund | None
    by: User
    related: str = ""
    aid_id: int | None = None


@dataclass(frozen=True)
class Rule:
    """What the seeds say of a guard."""

    code: str
    explain: bool
    apart: bool
    overruled_by: frozenset[Role]
    sources: Mapping[str, str]

    @property
    def source(self) -> str:
        return self.sources["en" if of_reader() == "en" else "id"]


@dataclass(frozen=True)
class Hit:
    """A guard that has something against this aid."""

    guard: str
    found: Found

    @property
    def sentence(self) -> str:
        return sentence(self.guard, self.found)


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))


@cache
def rules() -> Mapping[str, Rule]:
    """By code, in the order of the file."""
    return {
        body["code"]: Rule(
            body["code"], body["explain"], body.get("apart", False), frozenset(map(Role, body["overruled_by"])),
            {"id": body["source_id"], "en": body["source_en"]},
        )
        for body in _file()["guard"]
    }  # fmt: skip


def need_of(service_code: str) -> frozenset[str]:
    """The services that meet the same need as this one, itself among them."""
    together = next((codes for codes in _file()["needs"].values() if service_code in codes), [service_code])
    return frozenset(together)


def outside_band(service: ServiceEntry, amount: int) -> bool:
    """Whether this amount lies outside what the service's source states (both ends belong to the band)."""
    least, most = service.amount_band
    return (least is not None and amount < least) or (most is not None and amount > most)


def band(asked: Asked) -> Found | None:
    """The amount is outside the service's band."""
    if not outside_band(asked.ground.service, asked.amount):
        return None
    least, most = asked.ground.service.amount_band
    return {"least": least, "most": most}


def same_need(asked: Asked) -> Found | None:
    """The family had help for this need in the season or the last twelve months, whoever gave it."""
    service, today = asked.ground.service, clock.today()
    earlier = queries.earlier_aid(asked.ground.household.id, service, need=need_of(service.code))
    numbers = [one.number for one in earlier if one.id != asked.aid_id]
    return {"numbers": numbers, "since": str(queries.same_help_since(service, today))} if numbers else None


def related(asked: Asked) -> Found | None:
    """Who works on the case, or who gives, says to be kin of the family or bears the name of one of its people."""
    names = {member.name_key for member in asked.ground.household.members}
    alike = sorted({user.full_name for user in _people_of(asked) if fold_name(user.full_name) in names})
    said = asked.related.strip()
    return {"people": alike, "said": said} if alike or said else None


def _people_of(asked: Asked) -> list[User]:
    """Who proposes, who took, visited, proposed and decided the case, and the people of the partner that gives."""
    ids = {asked.by.id}
    if complaint := asked.ground.complaint:
        ids.add(complaint.taken_by_id)
        ids.update(db.session.scalars(select(HomeVisit.visitor_id).where(HomeVisit.complaint_id == complaint.id)))
    for ground in (asked.ground.decision, asked.ground.recommendation):
        if ground is not None:
            ids.update(each for each in (ground.proposed_by_id, ground.decided_by_id) if each is not None)
    giver = asked.fund.partner_code if asked.fund else ""
    wanted = or_(User.id.in_(ids), User.partner_code == giver)
    return list(db.session.scalars(select(User).where(wanted).order_by(User.id)))


def season(asked: Asked) -> Found | None:
    """The service is given in a season, and this is none of its months; a family that waits may come into it."""
    months = asked.ground.service.body.get("season_months")
    return {"months": sorted(months)} if months and asked.fund and clock.today().month not in months else None


def large(asked: Asked) -> Found | None:
    """So much money is agreed to by a second person too."""
    limit = limit_of_one_approval()
    return {"above": limit} if asked.amount > limit else None


def limit_of_one_approval() -> int:
    """Whole rupiah; the setting's default until the unit's seeds were loaded anew."""
    return int(catalogue().settings.get(SECOND_APPROVAL, UNSET_LIMIT))


GUARDS: Final[dict[str, Callable[[Asked], Found | None]]] = {
    "band": band, "same_need": same_need, "related": related, "season": season, "large": large,
}  # fmt: skip
TITLES: Final = {
    "band": _l("Outside the usual amount"),
    "same_need": _l("Already helped for this"),
    "related": _l("Related to the family"),
    "season": _l("Outside the season"),
    "large": _l("A large amount"),
}


def hits(asked: Asked) -> list[Hit]:
    """Everything that stands against this aid, in one order."""
    looked = ((code, GUARDS[code](asked)) for code in rules())
    return [Hit(code, found) for code, found in looked if found is not None]


def may_overrule(user: User, code: str) -> bool:
    """Whoever has one of the roles that the seeds name for this guard."""
    return not rules()[code].overruled_by.isdisjoint(user.roles)


def sentence(code: str, found: Found) -> str:
    """What was found, in the reader's language."""
    match code:
        case "band":
            least, most = (money.format_rupiah(found[end]) if found[end] else "–" for end in ("least", "most"))
            return _("The usual amount is %(least)s to %(most)s.", least=least, most=most)
        case "same_need":
            return _(
                "This family has been helped for this need since %(day)s: %(numbers)s.",
                day=day(date.fromisoformat(found["since"])), numbers=", ".join(found["numbers"]),
            )  # fmt: skip
        case "related":
            return _("Somebody who works on this case, or who gives, may be related to the family: %(who)s.",
                     who="; ".join([*found["people"], *([found["said"]] if found["said"] else [])]))  # fmt: skip
        case "season":
            months = ", ".join(written_month(clock.today().replace(month=each, day=1)).split()[0]
                               for each in found["months"])  # fmt: skip
            return _("This help is given in these months: %(months)s.", months=months)
        case _:
            above = money.format_rupiah(found["above"])
            return _("Above %(above)s a second person agrees too, before the aid is approved.", above=above)
