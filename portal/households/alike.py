"""Which words may be the same name though their keys differ: letters that sound alike, and one slip of the finger.

Works on folded words (`names.fold_name`). Every difference has a cost; two words are alike when the sum is within what
their length allows, so that short names, of which a letter makes another (Rina, Rita), stay apart.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final, NamedTuple

SOUND_ALIKE: Final[Mapping[frozenset[str], int]] = {
    frozenset(pair): cost
    for pair, cost in {
        "ji": 2,  # the spelling before 1972 wrote today's y as j: Jusuf, Jahja
        "js": 2,  # z is folded to s, and many say j: Zaenal, Jaenal
        "fp": 2,  # Yusuf, Yusup
        "ch": 2,  # Candra, Chandra
        "ou": 3,  # Mochtar, Muchtar
        "ao": 3,  # Arabic a as Javanese and Sundanese say it: Rahmat, Rohmat
        "hk": 3,  # Ikhsan, Iksan
        "ck": 3,  # Marco, Marko
        "uw": 3,  # Ridwan, Riduan
        "fw": 3,  # Novi, Nowi
        "dt": 3,  # Ahmad, Ahmat
        "bp": 3,  # Yakub, Yakup
        "ei": 4,  # Ismael, Ismail
        "st": 4,  # Utsman, Utman
    }.items()
}
"""Letters heard or written for one another in Indonesian names, and what taking one for the other costs."""

_KEYS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SLIP: Final = 5
SILENT: Final[Mapping[str, int]] = {"h": 2, "w": 3}
"""Letters that are left out or put in without being heard: Dahlia, Dalia; Buwono, Buono."""

SHORT_WORD: Final = 5
ALLOWED, ALLOWED_IN_SHORT = 6, 2
"""One slip, or two letters that sound alike; in words of fewer than five letters one letter that sounds the same."""

MOST_LETTERS: Final = 2
NEVER: Final = 99
VOWELS: Final = frozenset("aeiou")
OLD_J: Final = frozenset("ji")


def _neighbours() -> frozenset[frozenset[str]]:
    """Letters whose keys touch: beside one another, or in the row below, which is shifted by half a key."""
    beside = [frozenset(pair) for row in _KEYS for pair in pairwise(row)]
    below = [
        frozenset((letter, lower[at]))
        for upper, lower in pairwise(_KEYS)
        for place, letter in enumerate(upper)
        for at in (place - 1, place)
        if 0 <= at < len(lower)
    ]
    return frozenset(beside + below)


NEIGHBOURS: Final = _neighbours()


def first_letters(word: str) -> frozenset[str]:
    """The letters a word that is alike may begin with: nobody slips on the first letter."""
    return frozenset({word[0]}.union(*(pair for pair in SOUND_ALIKE if word[0] in pair)))


def difference(typed: str, known: str) -> int:
    """What the differences between two folded words cost; NEVER when they are no spellings of one name."""
    if typed == known:
        return 0
    if not _worth_a_look(typed, known):
        return NEVER
    shorter = min(len(typed), len(known))
    if shorter < SHORT_WORD:
        return _distance(typed, known, _Costs(ALLOWED_IN_SHORT, slip=NEVER, slip_to_neighbour=NEVER))
    return _distance(typed, known, _Costs(ALLOWED, SLIP, SLIP if shorter > SHORT_WORD else NEVER))


def _worth_a_look(typed: str, known: str) -> bool:
    """Quickly sorts out what differs in too many letters: most of what is compared."""
    return (
        abs(len(typed) - len(known)) <= MOST_LETTERS
        and len(set(typed) ^ set(known)) <= 2 * MOST_LETTERS
        and known[0] in first_letters(typed)
    )


class _Costs(NamedTuple):
    """What two words of this length may cost, and what a slip costs in them."""

    allowed: int
    slip: int
    slip_to_neighbour: int

    def left_out(self, letter: str, at_an_end: bool) -> int:
        """Rahma and Rahmat are two names: nothing is left out at an end."""
        return NEVER if at_an_end else SILENT.get(letter, self.slip)

    def taken_for(self, one: str, other: str, at_an_end: bool) -> int:
        """Fitra and Fitri are two names: at an end only letters that sound alike are taken for one another."""
        if one == other:
            return 0
        pair = frozenset((one, other))
        if at_an_end and (one in VOWELS or other in VOWELS) and pair != OLD_J:
            return NEVER
        by_sound = SOUND_ALIKE.get(pair, NEVER)
        return min(by_sound, self.slip_to_neighbour) if pair in NEIGHBOURS and not at_an_end else by_sound

    def swapped(self, at_an_end: bool) -> int:
        """Hasan and Hasna are two names; Syahrul and Syahrlu are one."""
        return self.slip_to_neighbour if at_an_end else self.slip


def _distance(a: str, b: str, costs: _Costs) -> int:
    """The cheapest way from a to b by letters left out, put in, taken for another or swapped; NEVER if too dear."""
    before: list[int] = []
    row = [0]
    for j, other in enumerate(b, start=1):
        row.append(row[-1] + costs.left_out(other, j in (1, len(b))))
    for i, one in enumerate(a, start=1):
        last_of_a = i == len(a)
        new = [row[0] + costs.left_out(one, i == 1 or last_of_a)]
        for j, other in enumerate(b, start=1):
            ends = last_of_a or j == len(b)
            cheapest = min(
                row[j - 1] + costs.taken_for(one, other, ends),
                row[j] + costs.left_out(one, i == 1 or last_of_a),
                new[j - 1] + costs.left_out(other, j in (1, len(b))),
            )
            if i > 2 and j > 2 and one == b[j - 2] and a[i - 2] == other:
                cheapest = min(cheapest, before[j - 2] + costs.swapped(ends))
            new.append(cheapest)
        if min(new) > costs.allowed and min(row) > costs.allowed:
            return NEVER
        before, row = row, new
    return row[-1] if row[-1] <= costs.allowed else NEVER
