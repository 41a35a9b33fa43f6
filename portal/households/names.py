"""Names as search keys: Indonesian spellings that sound alike become one; titles and degrees drop out."""

import re
import unicodedata
from typing import Final

_BEFORE_A_NAME = """
h hj hjh haji hajah kh ust ustad ustadz ustadzah tgk dr drg drs dra ir prof apt ns
dt datuak datuk st sutan bapak bpk pak ibu bu sdr sdri tn ny alm almh
"""
_LONG = """
spd spdi ssos sosi skom skep skm sked ssi spsi stp spt shum sstp sfarm sthi
msi mpd mpdi mkes mkom msc mhum msos mpsi meng phd amd amdkep amdkeb
"""
_SHORT = "se sh st sp ma mm mh mt mp me ms ba lc ners skg sag sip sap sak shi sei sst mag map mip mak"

HONORIFICS: Final = frozenset(_BEFORE_A_NAME.split())
"""What stands before a name, Minang titles too: shown, but no part of the search key (domain.md section 14)."""

DEGREES: Final = frozenset(_LONG.split())
"""Degrees that no name looks like, even without their dots."""

SHORT_DEGREES: Final = frozenset(_SHORT.split())
"""Degrees that may also be a name or initials: dropped only after a name with dots ("Rina S.E."), or after a comma."""

_SPLIT_DEGREE = re.compile(r"\b([sma])\.\s+(?=(?:pd|sos|si|kes|kom|ag|ap|hum|psi|kep|md|e|h|t|m)\b)")
_APOSTROPHES = re.compile(r"['’‘`ʼ´]")

_SPELLINGS: Final = (
    ("oe", "u"),
    ("dj", "j"),
    ("nj", "ny"),
    ("tj", "c"),
    ("sj", "sy"),
    ("sy", "s"),
    ("sh", "s"),
    ("ts", "s"),
    ("dz", "z"),
    ("ie", "i"),
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
)
"""Old spelling to new (Soekarno, Djoko), and Arabic sounds written in several ways (Chairul, Khairul, Hairul)."""

_DOUBLED = re.compile(r"(\w)\1+")
_SILENT_H = re.compile(r"(?<=\wa)h$")


def fold_name(text: str) -> str:
    """The search key of a name: two spellings of one name have the same; folding a key again changes nothing."""
    key = _fold_once(text)
    while (again := _fold_once(key)) != key:
        key = again
    return key


def _fold_once(text: str) -> str:
    words = _words(_plain(text))
    named = [word for word in words if word not in HONORIFICS]
    return " ".join(folded for word in named or words if (folded := _spelling(word)))


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
    for old, new in _SPELLINGS:
        word = word.replace(old, new)
    return _SILENT_H.sub("", _DOUBLED.sub(r"\1", word))
