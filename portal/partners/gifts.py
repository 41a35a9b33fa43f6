"""What a partner may give, and to what it may bind a gift: from its entry in seeds/partners_*.toml."""

from collections.abc import Iterable

from portal.partners.models import DonationKind, Partner, Purpose
from portal.units.catalogue import Catalogue, ServiceEntry


def kinds_of(partner: Partner, kinds: Iterable[DonationKind]) -> list[DonationKind]:
    """The kinds of gift that this partner collects or gives.

    Zakat only from Baznas or a licensed LAZ (UU 23/2011 art. 38: `only_from_types` of the kind).
    """
    named = {*partner.body.get("collects", []), *partner.body.get("gives", [])}
    return [
        kind
        for kind in kinds
        if kind.code in named
        and kind.body.get("enabled_by_default", True)
        and partner.kind in kind.body.get("only_from_types", [partner.kind])
    ]


def is_zakat(kind: DonationKind) -> bool:
    """Alms that go to one of the eight groups only (Q.S. 9:60; seeds: restricted_to = asnaf)."""
    return bool(kind.body.get("restricted_to") == "asnaf")


def fields_of(partner: Partner) -> list[str]:
    """The fields of work for which this partner gives (003 Hasil 2 and 3)."""
    return list(partner.body.get("funds_fields", []))


def funds_service(partner: Partner, service: ServiceEntry) -> bool:
    """Whether this partner's money may pay the service at all: aid that costs money, the service names the partner,
    and a partner that named services of its own named this one."""
    own = partner.body.get("funds_services")
    return service.gives_money and partner.code in service.partners and (own is None or service.code in own)


def services_of(partner: Partner, catalogue: Catalogue) -> list[str]:
    return [service.code for service in catalogue.services.values() if funds_service(partner, service)]


def may_bind(partner: Partner, purpose: Purpose, code: str | None, catalogue: Catalogue) -> bool:
    """A gift is general, or bound to a field or a service that this partner funds."""
    match purpose:
        case Purpose.GENERAL:
            return code is None
        case Purpose.FIELD:
            return code in fields_of(partner)
        case Purpose.SERVICE:
            return code in services_of(partner, catalogue)
