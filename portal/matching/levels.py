"""What each answer of `seeds/matching.toml` means: once for Python, once in SQL for the engine; a test compares both.

The SQL is what DuckDB and Spark both understand; `{shared}` is the count of others that two families have in common.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from rapidfuzz.distance import Levenshtein

from portal.matching.people import Person, digits_of, doubtful, swapped

distance: Final = Levenshtein.distance

LONG, MEDIUM, SHORT = 9, 5, 3
"""Letters from which a name may differ in two places, or in one; where one says little: Rina and Rita are two names."""


class Answer(NamedTuple):
    """A question to two people; the SQL calls them l and r."""

    holds: Callable[[Person, Person], bool]
    sql: str


def _slip(one: str, other: str) -> bool:
    """One letter or digit is another or missing, or two have changed places."""
    cost = distance(one, other, score_cutoff=2)
    return cost == 1 or (cost == 2 and digits_of(one) == digits_of(other))


def _near(a: Person, b: Person) -> bool:
    return min(len(a.name), len(b.name)) >= MEDIUM and _slip(a.name, b.name)


def _near_two(a: Person, b: Person) -> bool:
    return min(len(a.name), len(b.name)) >= LONG and distance(a.name, b.name, score_cutoff=2) == 2


def _near_short(a: Person, b: Person) -> bool:
    return min(len(a.name), len(b.name)) >= SHORT and distance(a.name, b.name, score_cutoff=1) == 1


def _part(a: Person, b: Person) -> bool:
    return any(
        longer.startswith(f"{shorter} ") or longer.endswith(f" {shorter}")
        for longer, shorter in ((a.name, b.name), (b.name, a.name))
    )


def _region(a: Person, b: Person) -> bool:
    """The slip is in province or regency."""
    one, other = str(a.nik), str(b.nik)
    return one[4:] == other[4:] and _slip(one[:4], other[:4])


def _swap(a: Person, b: Person) -> bool:
    """Two digits have changed places, within region or serial; all the rest is the same."""
    one, other = str(a.nik), str(b.nik)
    return (
        one[6:12] == other[6:12]
        and distance(one, other, score_cutoff=2) == 2
        and (digits_of(one[:6]), digits_of(one[12:])) == (digits_of(other[:6]), digits_of(other[12:]))
    )


def _neighbour(a: Person, b: Person) -> bool:
    """One digit of kecamatan or serial, or of the whole region, is another."""
    one, other = str(a.nik), str(b.nik)
    return one[6:12] == other[6:12] and distance(one, other, score_cutoff=1) == 1


def _swap_sql(name: str) -> str:
    return f"(levenshtein({name}_l, {name}_r) = 2 AND {name}_digits_l = {name}_digits_r)"


def _slip_sql(name: str) -> str:
    return f"(levenshtein({name}_l, {name}_r) = 1 OR {_swap_sql(name)})"


def _only_year(a: Person, b: Person, unknown: frozenset[str]) -> bool:
    return str(a.born)[:4] == str(b.born)[:4] and not unknown.isdisjoint((str(a.born)[5:], str(b.born)[5:]))


def surely_another_name(one: str, other: str) -> bool:
    """Quickly, of most: neither nearly the same letters nor a word in common, so that no answer but the last fits."""
    return distance(one, other, score_cutoff=2) > 2 and set(one.split()).isdisjoint(other.split())


def surely_another_day(one: str, other: str, unknown: frozenset[str]) -> bool:
    """The same of two dates: neither a slip, nor one year with day and month swapped or not known."""
    if distance(one, other, score_cutoff=2) <= 2:
        return False
    return one[:4] != other[:4] or (one != swapped(other) and unknown.isdisjoint((one[5:], other[5:])))


def _always(_a: Person, _b: Person) -> bool:
    return True


_SHORTER, _COST = "least(length(name_l), length(name_r))", "levenshtein(name_l, name_r)"
NEAR_SQL: Final = f"{_SHORTER} >= {MEDIUM} AND ({_COST} = 1 OR {_COST} = 2 AND name_letters_l = name_letters_r)"
_IN_DOUBT_SQL: Final = "nik_doubtful_l <> nik_doubtful_r"
_ONE_DAY_SQL: Final = "substr(nik_l, 7, 6) = substr(nik_r, 7, 6)"
_REGION_OR_SERIAL_SQL: Final = (
    "(substr(nik_l, 1, 6) = substr(nik_r, 1, 6) OR substr(nik_l, 13, 4) = substr(nik_r, 13, 4))"
)
OTHER: Final = Answer(_always, "ELSE")
ONE_FAMILY_SQL: Final = "household_l = household_r"


def one_family(a: Person, b: Person) -> bool:
    """Both stand in one household of the register."""
    return a.household is not None and a.household == b.household


ATTRIBUTE: Final = {"birth_date": "born", "family": "others"}
OF_THE_FAMILY: Final = frozenset({"family", "kk", "phone", "village"})
"""What two people of one household have in common anyway."""


def nothing_said(field: str, a: Person, b: Person) -> bool:
    """Whether one of the entries says nothing of this; within one family the family says nothing either."""
    name = ATTRIBUTE.get(field, field)
    return not (getattr(a, name) and getattr(b, name)) or (field in OF_THE_FAMILY and one_family(a, b))


def nothing_said_sql(field: str) -> str:
    """The same in SQL; an empty list of others is no value."""
    name = ATTRIBUTE.get(field, field)
    within = f" OR {ONE_FAMILY_SQL}" if field in OF_THE_FAMILY else ""
    return f"{name}_l IS NULL OR {name}_r IS NULL{within}"


def may_be_one_number(one: str | None, other: str | None) -> bool:
    """Two NIK that differ in more than two digits are no slip."""
    return bool(one and other) and distance(str(one), str(other), score_cutoff=2) <= 2


def surely_other(field: str, unknown_days: frozenset[str]) -> Callable[[Person, Person], bool] | None:
    """What sorts out quickly, where most of what is compared differs, what only the last answer fits."""
    return {
        "name": lambda a, b: surely_another_name(a.name, b.name),
        "birth_date": lambda a, b: surely_another_day(str(a.born), str(b.born), unknown_days),
    }.get(field)


def answers(unknown_days: frozenset[str]) -> dict[tuple[str, str], Answer]:
    """By field and code. `unknown_days`: MM-DD on which people are written down whose birthday nobody knows."""

    def in_doubt(a: Person, b: Person) -> bool:
        """One of both numbers cannot be right: where neither can, the fault is not in what differs."""
        return doubtful(a, unknown_days) != doubtful(b, unknown_days)

    return {
        ("name", "same"): Answer(lambda a, b: a.name == b.name, "name_l = name_r"),
        ("name", "order"): Answer(lambda a, b: sorted(a.name.split()) == sorted(b.name.split()),
                                  "name_sorted_l = name_sorted_r"),
        ("name", "near"): Answer(lambda a, b: " " in a.name and " " in b.name and _near(a, b),
                                 f"name_l LIKE '% %' AND name_r LIKE '% %' AND {NEAR_SQL}"),
        ("name", "near_single"): Answer(_near, NEAR_SQL),
        ("name", "near_two"): Answer(_near_two, f"{_SHORTER} >= {LONG} AND {_COST} = 2"),
        ("name", "near_short"): Answer(_near_short, f"{_COST} = 1 AND {_SHORTER} >= {SHORT}"),
        ("name", "part"): Answer(_part, " OR ".join(
            f"{one} LIKE {way}" for one, other in (("name_l", "name_r"), ("name_r", "name_l"))
            for way in (f"{other} || ' %'", f"'% ' || {other}"))),
        ("birth_date", "same"): Answer(lambda a, b: a.born == b.born and str(a.born)[5:] not in unknown_days,
                                       "born_l = born_r AND NOT born_vague_l"),
        ("birth_date", "vague"): Answer(lambda a, b: a.born == b.born, "born_l = born_r"),
        ("birth_date", "swapped"): Answer(lambda a, b: a.born == swapped(b.born), "born_l = born_swapped_r"),
        ("birth_date", "slip"): Answer(lambda a, b: _slip(str(a.born), str(b.born)), _slip_sql("born")),
        ("birth_date", "year"): Answer(lambda a, b: _only_year(a, b, unknown_days),
            "substr(born_l, 1, 4) = substr(born_r, 1, 4) AND (born_vague_l OR born_vague_r)"),
        ("nik", "same"): Answer(lambda a, b: a.nik == b.nik, "nik_l = nik_r"),
        ("nik", "slip"): Answer(lambda a, b: _slip(str(a.nik), str(b.nik)) and in_doubt(a, b),
                                f"{_slip_sql('nik')} AND {_IN_DOUBT_SQL}"),
        ("nik", "two"): Answer(lambda a, b: distance(str(a.nik), str(b.nik), score_cutoff=2) == 2 and in_doubt(a, b),
                               f"levenshtein(nik_l, nik_r) = 2 AND {_IN_DOUBT_SQL}"),
        ("nik", "region"): Answer(_region, "substr(nik_l, 5, 12) = substr(nik_r, 5, 12) AND " + _slip_sql("nik")),
        ("nik", "swap"): Answer(_swap, f"{_ONE_DAY_SQL} AND {_swap_sql('nik')} AND {_REGION_OR_SERIAL_SQL}"),
        ("nik", "neighbour"): Answer(_neighbour, f"{_ONE_DAY_SQL} AND levenshtein(nik_l, nik_r) = 1"),
        ("sex", "same"): Answer(lambda a, b: a.sex == b.sex, "sex_l = sex_r"),
        ("family", "two"): Answer(lambda a, b: len(a.others & b.others) >= 3, "{shared} >= 3"),
        ("family", "one"): Answer(lambda a, b: len(a.others & b.others) == 2, "{shared} = 2"),
        ("family", "alike"): Answer(lambda a, b: len(a.others & b.others) == 1, "{shared} = 1"),
        ("kk", "same"): Answer(lambda a, b: a.kk == b.kk, "kk_l = kk_r"),
        # Cards that were issued one after the other have neighbouring serials.
        ("kk", "slip"): Answer(
            lambda a, b: str(a.kk)[12:] == str(b.kk)[12:] and _slip(str(a.kk), str(b.kk)),
            f"substr(kk_l, 13, 4) = substr(kk_r, 13, 4) AND {_slip_sql('kk')}"),
        ("phone", "same"): Answer(lambda a, b: a.phone == b.phone, "phone_l = phone_r"),
        ("village", "same"): Answer(lambda a, b: a.village == b.village, "village_l = village_r"),
    }  # fmt: skip
