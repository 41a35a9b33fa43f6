"""Names as search keys: Indonesian spellings that sound alike become one; titles and degrees drop out."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_BEFORE_A_NAME = """
h hj hjh haji hajah kh ust ustad ustadz ustadzah tgk dr drg drs dra ir prof apt ns
dt dtk datuak datuk st sutan bapak bpk pak ibu bu sdr sdri tn ny alm almh
"""
_LONG = """
spd spdi ssos sosi skom skep skm sked ssi spsi stp spt shum sstp sfarm sthi
msi mpd mpdi mkes mkom msc mhum msos mpsi meng phd amd amk amkep amkeb amdkep amdkeb
"""
_SHORT = "se sh st sp ma mm mh mt mp me ms ba lc ners skg sag sip sap sak shi sei sst mag map mip mak"

HONORIFICS: Final = frozenset(_BEFORE_A_NAME.split())
"""What stands before a name, Minang titles too: shown, but no part of the search key (domain.md section 14)."""

CHILD_OF: Final = frozenset({"bin", "binti", "binte"})
"""Between a name and the father's: said or left out as people like."""

DEGREES: Final = frozenset(_LONG.split())
"""Degrees that no name looks like, even without their dots."""

SHORT_DEGREES: Final = frozenset(_SHORT.split())
"""Degrees that may also be a name or initials: dropped only after a name with dots ("Rina S.E."), or after a comma."""

_SPLIT_DEGREE = re.compile(r"\b([sma])\.\s+(?=(?:pd|sos|si|kes|kom|ag|ap|hum|psi|kep|md|e|h|t|m)\b)")
_APOSTROPHES = re.compile(r"['’‘`ʼ´]")

_SPELLINGS: Final = (
    ("oe", "u"),
    ("oo", "u"),
    ("ae", "ai"),
    ("dj", "j"),
    ("nj", "ny"),
    ("tj", "c"),
    ("sj", "sy"),
    ("sy", "s"),
    ("sh", "s"),
    ("ts", "s"),
    ("dz", "z"),
    ("ie", "i"),
    ("chr", "kr"),
    ("kh", "h"),
    ("ch", "h"),
    ("ph", "f"),
    ("th", "t"),
    ("dh", "d"),
    ("gh", "g"),
    ("bh", "b"),
    ("ck", "k"),
    ("q", "k"),
    ("x", "ks"),
    ("v", "f"),
    ("z", "s"),
    ("y", "i"),
    ("moham", "muham"),
)
"""Old spelling to new: oe, dj, tj, nj, sj, ch went with the reforms of 1947 and 1972 (Soekarno, Djoko); and Arabic
sounds written in several ways (Chairul, Khairul, Hairul). The old j for y (Jusuf) is read in `alike.py`: it may be
today's j as well."""

MUHAMMAD: Final = "muhamad"
_SHORT_FOR_MUHAMMAD: Final = ("md", "muh", "moh", "mhd", "mohd", "muhd", "mhmd", "mohmd", "mhamad")
_FIRST_FOR_MUHAMMAD: Final = frozenset({"m"})
"""Short for Muhammad where a name begins with it and goes on: M. Ali."""

SAME_NAME: Final[dict[str, str]] = {
    **dict.fromkeys(("muhamed", "muhamat", "mahamad", *_SHORT_FOR_MUHAMMAD), MUHAMMAD),
    "ahmed": "ahmad",
    "abduloh": "abdula",
    "abd": "abdul",
    "nor": "nur",
    "omar": "umar",
    "osman": "usman",
    "dawud": "daud",
}
"""Folded words that are one name though their letters differ: how registries and people shorten and write it."""

_SERVANT_OF = re.compile(r"^abdu(?:l(?=\w{4})|(?=[rsntd]\w{3}))(?!lah)")
"""Abdurrahman, Abdulrahman and Abdul Rahman are one name; Abdullah is a name of its own."""

_DOUBLED = re.compile(r"(\w)\1+")
_SILENT_H = re.compile(r"(?<=\wa)h$")


@lru_cache(maxsize=16_384)  # a file and a city say the same names again and again
def fold_name(text: str) -> str:
    """The search key of a name: two spellings of one name have the same; folding a key again changes nothing."""
    return _folded(text, whole=True)


def fold_typed(text: str) -> str:
    """The same of what is typed into a search box: what is short for a longer name may be its beginning, too."""
    return _folded(text, whole=False)


def in_full(word: str) -> str:
    """The name that a folded word is short for, else the word."""
    return SAME_NAME.get(word, word)


def plain(text: str) -> str:
    """A text as it is compared letter by letter: small, without accents, apostrophes and signs."""
    return " ".join(_pieces(_plain(text)))


def _folded(text: str, *, whole: bool) -> str:
    key = _fold_once(text, whole)
    while (again := _fold_once(key, whole)) != key:
        key = again
    return key


def _fold_once(text: str, whole: bool) -> str:
    words = _words(_plain(text))
    named = [word for word in words if word not in HONORIFICS | CHILD_OF]
    folded = [spelled for word in named or words if (spelled := _spelling(word))]
    return " ".join(_given_in_full(folded) if whole else folded)


def _given_in_full(words: list[str]) -> list[str]:
    first = MUHAMMAD if len(words) > 1 and words[0] in _FIRST_FOR_MUHAMMAD else words[0] if words else ""
    return [in_full(word) for word in [first, *words[1:]] if word]


def _plain(text: str) -> str:
    """Small letters without accents and apostrophes: Syafi'i is one word."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _SPLIT_DEGREE.sub(r"\1.", _APOSTROPHES.sub("", bare))


def _words(text: str) -> list[str]:
    """The words of a name; degrees go here, because only dots or a comma tell S.E. from Se."""
    before, _, after = text.partition(",")
    first, *others = before.split() or [""]
    chunks = [first, *(chunk for chunk in others if not _dotted_degree(chunk))]
    chunks += [chunk for chunk in re.split(r"[\s,]+", after) if not _is_degree(chunk)]
    return [word for chunk in chunks if not _long_degree(chunk) for word in _pieces(chunk)] or _pieces(text)


def _long_degree(chunk: str) -> bool:
    return chunk.replace(".", "") in DEGREES


def _dotted_degree(chunk: str) -> bool:
    return "." in chunk.rstrip(".") and _is_degree(chunk)


def _is_degree(chunk: str) -> bool:
    return chunk.replace(".", "") in DEGREES | SHORT_DEGREES


def _pieces(chunk: str) -> list[str]:
    return re.findall(r"[^\W_]+", chunk)


def _spelling(word: str) -> str:
    if len(set(word)) == 1 < len(word):
        return word  # one letter again and again spells no name: "zzzz" is not "s"
    spelled = word
    for old, new in _SPELLINGS:
        spelled = spelled.replace(old, new)
    spelled = _SERVANT_OF.sub("abdul ", _SILENT_H.sub("", _DOUBLED.sub(r"\1", spelled)))
    return word if len(spelled) < 2 < len(word) else spelled
