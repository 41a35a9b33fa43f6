"""Arranges records for tests through plain models; every person here is invented."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

from argon2 import PasswordHasher

from portal import audit, clock
from portal.accounts import passwords
from portal.accounts.models import User, UserRole
from portal.accounts.roles import Role
from portal.db import db
from portal.households.identity import fold_name
from portal.households.models import Household, Listing, Member, MembershipCard, Relation, Sex

PASSWORD = "anak-nagari"
AS_THE_PORTAL_DOES = passwords._hasher
"""How passwords are hashed; nobody guesses those of tests, so theirs are hashed at the least cost."""
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_hashed = passwords.hash_password(PASSWORD)
VILLAGE = "13.76.01.1021"


class Make:
    """`make.household()`, `make.social_worker()`: each call stores a new record and commits it."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def _store(self, record: Any) -> Any:
        with audit.unrecorded():
            db.session.add(record)
            db.session.commit()
        return record

    def user(self, role: Role, *more: Role, **details: Any) -> User:
        n = next(self._numbers)
        values = {
            "name": f"{role.value.replace('_', '-')}-{n}",
            "full_name": f"Contoh {role.value.replace('_', ' ').title()} {n}",
            "password_hash": _hashed,
            "created_at": clock.now(),
        }
        user = User(**(values | details))
        user.role_rows = [UserRole(role=each) for each in (role, *more)]
        return self._store(user)

    def social_worker(self, **details: Any) -> User:
        return self.user(Role.SOCIAL_WORKER, **details)

    def unit_head(self, **details: Any) -> User:
        return self.user(Role.UNIT_HEAD, **details)

    def mayor(self, **details: Any) -> User:
        return self.user(Role.MAYOR_OFFICE, **details)

    def treasurer(self, **details: Any) -> User:
        return self.user(Role.TREASURER, **details)

    def partner_user(self, partner_code: str = "mitra-kenanga", **details: Any) -> User:
        return self.user(Role.PARTNER, partner_code=partner_code, **details)

    def cadre(self, village_code: str = VILLAGE, **details: Any) -> User:
        return self.user(Role.CADRE, village_code=village_code, **details)

    def office_user(self, office: str = "Dinas Sosial", **details: Any) -> User:
        return self.user(Role.OFFICE, office=office, **details)

    def auditor(self, **details: Any) -> User:
        return self.user(Role.AUDITOR, **details)

    def admin(self, **details: Any) -> User:
        return self.user(Role.ADMIN, **details)

    def everyone(self) -> dict[Role, User]:
        """One person for each role."""
        makers: dict[Role, Callable[[], User]] = {
            Role.SOCIAL_WORKER: self.social_worker,
            Role.UNIT_HEAD: self.unit_head,
            Role.MAYOR_OFFICE: self.mayor,
            Role.TREASURER: self.treasurer,
            Role.PARTNER: self.partner_user,
            Role.CADRE: self.cadre,
            Role.OFFICE: self.office_user,
            Role.AUDITOR: self.auditor,
            Role.ADMIN: self.admin,
        }
        return {role: maker() for role, maker in makers.items()}

    def household(
        self,
        head: str = "Yurnalis Piliang",
        *,
        listed: bool = False,
        card: bool = False,
        members: int = 1,
        birth_date: date | None = date(1968, 11, 5),
        **details: Any,
    ) -> Household:
        """A family with its head (a woman) and, if asked, more members, a DTSEN decile and a KKS."""
        n = next(self._numbers)
        values = {
            "head_name": head, "village_code": VILLAGE, "rw": "002", "rt": "003", "address": f"Jalan Contoh No. {n}",
            "kk_no": f"137601{8 + n // 1000:02d}0613{9000 + n % 1000:04d}", "phone": "0812-0000-0000",
            "created_at": clock.now(),
        }  # fmt: skip
        household = Household(**(values | details))
        household.members = [self.member(head, n=n, birth_date=birth_date)]
        for place in range(2, members + 1):
            household.members.append(
                self.member(
                    f"Anak Contoh {n}-{place}",
                    n=n + 500 * place,
                    relation=Relation.CHILD,
                    position=place,
                    birth_date=None,
                )
            )
        if listed:
            household.listings = [
                Listing(list_code="dtsen", as_of=clock.today(), present=True, decile=2, checked_on=clock.today())
            ]
        if card:
            household.membership_cards = [MembershipCard(kind="kks", number="6032980000000000", seen_on=clock.today())]
        return self._store(household)

    def member(self, name: str, *, n: int = 1, relation: Relation = Relation.HEAD, **details: Any) -> Member:
        values = {
            "name": name, "name_key": fold_name(name), "sex": Sex.FEMALE, "relation": relation, "position": 1,
            "nik": f"137602451168{9000 - n:04d}",
        }  # fmt: skip
        return Member(**(values | details))

    def ago(self, days: int) -> date:
        return clock.today() - timedelta(days=days)
