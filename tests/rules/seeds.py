"""The seeds as the rules read them, for the tests in this folder."""

import csv
import tomllib
from pathlib import Path
from typing import Any

from portal.decisions.paths import PathScheme
from portal.visits.instruments import Instrument

SEEDS = Path(__file__).parents[2] / "seeds"


def toml(name: str) -> dict[str, Any]:
    return tomllib.loads((SEEDS / name).read_text(encoding="utf-8"))


def csv_rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


FIELDS = toml("assessment_fields.toml")
INSTRUMENTS = {
    code: Instrument.from_dict(toml(f"instruments_{code}.toml"), FIELDS)
    for code in ("payakumbuh_12", "bps_14", "sragen_20")
}
UNITS = {unit["code"]: unit for unit in toml("units.toml")["unit"]}
SCHEMES = {code: PathScheme.from_dicts(unit, toml(unit["cards_file"])["card"]) for code, unit in UNITS.items()}
HOUSEHOLDS = csv_rows("demo_households.csv")


def raw_answers(row: dict[str, str]) -> dict[str, str]:
    """The raw answers of a demo household, as typed; empty ones are unanswered."""
    return {name: row[name] for name in (field["name"] for field in FIELDS["field"]) if name in row}


def scored_answers(row: dict[str, str]) -> dict[str, str]:
    """The option codes of the 20 criteria of a demo household."""
    return {criterion.code: row[f"s{criterion.no:02d}"] for criterion in INSTRUMENTS["sragen_20"].criteria}
