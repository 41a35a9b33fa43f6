"""The demo's people who sign in (interface.md section 3); every name is invented, all have the same password."""

from dataclasses import dataclass
from datetime import time

from portal.accounts.models import User, UserRole
from portal.accounts.passwords import hash_password
from portal.accounts.roles import Role
from portal.demo.days import Days, moment
from portal.demo.sheet import Row, Sheet


@dataclass(frozen=True)
class Account:
    """One demo account; `nip` looks like none that was ever given."""

    name: str
    role: Role
    full_name: str
    title: str
    nip: str | None = None
    partner_code: str | None = None
    village_code: str | None = None
    office: str | None = None


ACCOUNTS = (
    Account("rani", Role.SOCIAL_WORKER, "Rani Oktavia Koto", "Pekerja Sosial", "00000000 000000 0 001"),
    Account("budi", Role.SOCIAL_WORKER, "Budi Harmen Sikumbang", "Pekerja Sosial", "00000000 000000 0 002"),
    Account("kepala", Role.UNIT_HEAD, "Zulhendri Caniago", "Kepala UPT-KAN", "00000000 000000 0 003"),
    Account("walikota", Role.MAYOR_OFFICE, "Elvi Marni Piliang", "Wali Kota Payakumbuh"),
    Account("bendahara", Role.TREASURER, "Nelfitri Jambak", "Bendahara UPT-KAN", "00000000 000000 0 004"),
    Account("kenanga", Role.PARTNER, "Yenti Rosmala", "LKS Mitra Kenanga", partner_code="mitra-kenanga"),
    Account("baznas", Role.PARTNER, "Syafrudin Guci", "Amil Baznas", partner_code="baznas"),
    Account("bri", Role.PARTNER, "Dwi Handayani", "CSR BRI", partner_code="bri"),
    Account("lazismu", Role.PARTNER, "Ahmad Fauzan", "Amil Lazismu", partner_code="lazismu"),
    Account("kader", Role.CADRE, "Murniati Tanjung", "Kader Kelurahan Ibuah", village_code="13.76.01.1021"),
    Account("dinsos", Role.OFFICE, "Andri Melayu", "Dinas Sosial", office="Dinas Sosial"),
    Account("inspektorat", Role.AUDITOR, "Ratna Bodi", "Inspektorat", "00000000 000000 0 005"),
    Account("admin", Role.ADMIN, "Hafiz Domo", "Administrator"),
)


def add_accounts(sheet: Sheet, days: Days, password: str) -> dict[str, Row]:
    """The accounts by name. Argon2 is slow on purpose, so one hash serves them all."""
    hashed = hash_password(password)
    since = moment(days.day(-days.history), time(8))
    people = {}
    for account in ACCOUNTS:
        people[account.name] = sheet.add(
            User, name=account.name, full_name=account.full_name, title=account.title, nip=account.nip,
            password_hash=hashed, partner_code=account.partner_code, village_code=account.village_code,
            office=account.office, created_at=since,
        )  # fmt: skip
        sheet.add(UserRole, user_id=people[account.name]["id"], role=account.role)
    return people
