"""Who writes and where, as it stands on the unit's papers: from its profile and its settings."""

from portal.paper import Letterhead
from portal.units.catalogue import Catalogue


def _regency(catalogue: Catalogue) -> str:
    """The city or regency; a kelurahan's place ends with it ("Kelurahan …, Kecamatan …, Kota Malang")."""
    return str(catalogue.profile["place"]).split(", ")[-1]


def town(catalogue: Catalogue) -> str:
    """Where a paper is signed: "Payakumbuh"."""
    return _regency(catalogue).partition(" ")[2]


def regional_head(catalogue: Catalogue) -> str:
    """The office of the elected head: "Wali Kota Payakumbuh"."""
    return f"{catalogue.profile['regional_head']} {town(catalogue)}"


def letterhead(catalogue: Catalogue) -> Letterhead:
    """The head of every paper; an address or telephone that the unit has not filled in yet is left out."""
    address = str(catalogue.setting("office_address")).splitlines()
    phone = str(catalogue.setting("office_phone")).strip()
    return Letterhead(
        government=f"Pemerintah {_regency(catalogue)}",
        name=str(catalogue.profile["name_id"]),
        short_name=catalogue.short_name,
        address_lines=tuple(line.strip() for line in address if line.strip())
        + ((f"Telepon {phone}",) if phone else ()),
        legal_basis="; ".join(catalogue.profile["legal_basis"]),
    )
