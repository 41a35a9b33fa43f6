"""The standard of each public service in words (UU 25/2009 art. 21), from the unit's catalogue."""

from dataclasses import dataclass
from typing import Any, Final

from babel.dates import get_month_names

from portal import clock
from portal.complaints import promise
from portal.errors import NotFound
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.language import ngettext, of_reader
from portal.money import format_rupiah
from portal.units.catalogue import ServiceEntry, catalogue
from portal.units.documents import document_name
from portal.units.fields import field_name

PATHS: Final[dict[str, Any]] = {
    "a": _l("Families in the national list with a social protection card (KPS) or prosperous family card (KKS)"),
    "b": _l("Poor families outside the list: the unit visits them and gives a card for one year"),
    "c": _l("Any resident struck by misfortune or a pressing need: with a letter of recommendation for one month"),
}
"""The three paths of domain.md section 5, as a family would say them."""

COVERS: Final[dict[str, Any]] = {
    "buku": _l("books"),
    "sepatu": _l("shoes"),
    "tas": _l("school bag"),
    "pakaian": _l("clothes"),
    "transportasi": _l("transport"),
}


PRODUCTS: Final[dict[str, Any]] = {
    "card": _l("A card"),
    "care": _l("Care"),
    "cash": _l("Aid in money"),
    "cash_or_goods": _l("Aid in money or goods"),
    "goods": _l("Aid in goods"),
    "goods_or_cash": _l("Aid in goods or money"),
    "goods_or_works": _l("Goods or works on the house"),
    "letter": _l("A letter of recommendation"),
    "recommendation": _l("A recommendation to the office that helps"),
    "referral": _l("A referral to the office or programme that helps"),
    "training": _l("Training"),
}
"""What a kind of service gives in the end; other kinds give what their name says."""

BEHIND: Final[dict[str, Any]] = {
    "facilities": _l("Rooms and equipment"),
    "competence": _l("Skills of the staff"),
    "supervision": _l("Internal supervision"),
    "staff": _l("Number of staff"),
    "guarantee": _l("Guarantee of the service"),
    "security": _l("Guarantee of safety and security"),
    "evaluation": _l("Evaluation of the work"),
}
"""The components of a standard that lie behind the desk, after the legal basis (Permenpan-RB 15/2014)."""


@dataclass(frozen=True)
class Standard:
    """What a resident may expect of one service. `office` is Indonesian: names of offices are not translated."""

    code: str
    name: str
    field: str
    documents: list[str]
    who: list[str]
    time: str
    amount: str
    covers: str
    season: str
    office: str
    product: str


def public_services() -> dict[str, list[Standard]]:
    """Every service residents may ask for, under the name of its field, in the catalogue's order."""
    unit = catalogue()
    services = [service for service in unit.services.values() if service.is_public]
    grouped = {code: [standard_of(s) for s in services if s.field == code] for code in unit.fields()}
    return {field_name(code): found for code, found in grouped.items() if found}


def get_standard(code: str) -> Standard:
    """Raises NotFound, also for a service that is not public."""
    service = catalogue().service(code)
    if not service.is_public:
        raise NotFound
    return standard_of(service)


def standard_of(service: ServiceEntry) -> Standard:
    return Standard(
        code=service.code,
        name=service.name(of_reader()),
        field=field_name(service.field),
        documents=[document_name(code) for code in service.documents],
        who=who_may(service),
        time=time_in_words(service),
        amount=amount_in_words(service),
        covers=", ".join(str(COVERS.get(word, word)) for word in service.body.get("covers", [])),
        season=season_in_words(service),
        office=str(service.body.get("executing", "")),
        product=str(PRODUCTS.get(service.kind, service.name(of_reader()))),
    )


def behind() -> list[tuple[Any, str]]:
    """What the unit says of each component that is the same for all its services; nothing where nothing is set."""
    said = catalogue().profile.get("service_standard", {})
    return [(label, said.get(code, {}).get(of_reader(), "")) for code, label in BEHIND.items()]


def who_may(service: ServiceEntry) -> list[str]:
    if service.body.get("open_to_all"):
        return [_("Every resident who needs it")]
    return [str(PATHS[path]) for path in service.paths if path in PATHS]


def time_in_words(service: ServiceEntry) -> str:
    """The promise as it will be counted (002 Tabel 3; domain.md section 7)."""
    if service.days is not None:
        days = _working_days(service.days)
        urgent = promise.days_promised(service, urgent=True)
        if urgent is None or urgent == service.days:
            return days
        return _("%(days)s; when it is urgent %(urgent)s", days=days, urgent=_working_days(urgent))
    if service.time_rule == "budget_year_end":
        return _("By 31 December of the budget year in which the request is accepted")
    if service.body.get("time_standard_text") == "sesuai mitra":
        return _("As the partner's programme allows; no date is promised")
    return _("No date is promised")


def _working_days(number: int) -> str:
    return ngettext("%(num)d working day", "%(num)d working days", number)


def amount_in_words(service: ServiceEntry) -> str:
    """What one grant may come to; nothing for services that give no money or goods."""
    least, most = service.amount_band
    if least and most:
        return _("%(least)s to %(most)s a grant", least=format_rupiah(least), most=format_rupiah(most))
    return _("By need, as far as the funds reach") if service.gives_money else ""


def season_in_words(service: ServiceEntry) -> str:
    months = service.body.get("season_months", [])
    if not months:
        return ""
    names = get_month_names("wide", locale=of_reader())
    return _("Best from %(first)s to %(last)s, before school begins", first=names[months[0]], last=names[months[-1]])


@dataclass(frozen=True)
class Office:
    """Where and when one comes; address and telephone are empty until the unit has filled them in (settings)."""

    address: str
    phone: str
    opens: str
    closes: str
    closes_on_friday: str
    closed_today: str


def office() -> Office:
    unit, today = catalogue(), clock.today()
    hours = unit.profile["working_time"]
    closed = unit.calendar.why_closed(today) or ""
    return Office(
        address=str(unit.setting("office_address")),
        phone=str(unit.setting("office_phone")),
        opens=hours["opens"],
        closes=hours["closes_mon_thu"],
        closes_on_friday=hours["closes_fri"],
        closed_today=_("weekend") if closed == "weekend" else closed,
    )
