"""Names of the register folded anew: short forms of Muhammad, Abdul Rahman as Abdurrahman, no "zzzz" for "s".

The function stands here as it was on that day; the portal's own is `portal/households/names.py`, and whoever changes
that one writes another migration like this.

Follows: 0014
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BATCH = 5000
MEMBER = sa.table("member", sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("name_key", sa.String))


def upgrade() -> None:
    connection, last = op.get_bind(), 0
    some = sa.select(MEMBER).order_by(MEMBER.c.id).limit(BATCH)
    change = sa.update(MEMBER).where(MEMBER.c.id == sa.bindparam("number")).values(name_key=sa.bindparam("key"))
    while people := connection.execute(some.where(MEMBER.c.id > last)).all():
        last = people[-1].id
        folded = [{"number": row.id, "key": fold_name(row.name), "was": row.name_key} for row in people]
        if changed := [{"number": row["number"], "key": row["key"]} for row in folded if row["key"] != row["was"]]:
            connection.execute(change, changed)


def downgrade() -> None:
    """Keys stay as they are: the earlier portal finds most names by them, and folds a name anew when it is saved."""


_BEFORE_A_NAME = """
h hj hjh haji hajah kh ust ustad ustadz ustadzah tgk dr drg drs dra ir prof apt ns
dt dtk datuak datuk st sutan bapak bpk pak ibu bu sdr sdri tn ny alm almh
"""
_LONG = """
spd spdi ssos sosi skom skep skm sked ssi spsi stp spt shum sstp sfarm sthi
msi mpd mpdi mkes mkom msc mhum msos mpsi meng phd amd amk amkep amkeb amdkep amdkeb
"""
_SHORT = "se sh st sp ma mm mh mt mp me ms ba lc ners skg sag sip sap sak shi sei sst mag map mip mak"

HONORIFICS = frozenset(_BEFORE_A_NAME.split())

CHILD_OF = frozenset({"bin", "binti", "binte"})

DEGREES = frozenset(_LONG.split())

SHORT_DEGREES = frozenset(_SHORT.split())

_SPLIT_DEGREE = re.compile(r"\b([sma])\.\s+(?=(?:pd|sos|si|kes|kom|ag|ap|hum|psi|kep|md|e|h|t|m)\b)")
_APOSTROPHES = re.compile(r"['’‘`ʼ´]")

_SPELLINGS = (
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

MUHAMMAD = "muhamad"
_SHORT_FOR_MUHAMMAD = ("md", "muh", "moh", "mhd", "mohd", "muhd", "mhmd", "mohmd", "mhamad")
_FIRST_FOR_MUHAMMAD = frozenset({"m"})

SAME_NAME = {
    **dict.fromkeys(("muhamed", "muhamat", "mahamad", *_SHORT_FOR_MUHAMMAD), MUHAMMAD),
    "ahmed": "ahmad",
    "abduloh": "abdula",
    "abd": "abdul",
    "nor": "nur",
    "omar": "umar",
    "osman": "usman",
    "dawud": "daud",
}

_SERVANT_OF = re.compile(r"^abdu(?:l(?=\w{4})|(?=[rsntd]\w{3}))(?!lah)")

_DOUBLED = re.compile(r"(\w)\1+")
_SILENT_H = re.compile(r"(?<=\wa)h$")


def in_full(word: str) -> str:
    return SAME_NAME.get(word, word)


def fold_name(text: str) -> str:
    key = _fold_once(text)
    while (again := _fold_once(key)) != key:
        key = again
    return key


def _fold_once(text: str) -> str:
    words = _words(_plain(text))
    named = [word for word in words if word not in HONORIFICS | CHILD_OF]
    folded = [spelled for word in named or words if (spelled := _spelling(word))]
    return " ".join(_given_in_full(folded))


def _given_in_full(words: list[str]) -> list[str]:
    first = MUHAMMAD if len(words) > 1 and words[0] in _FIRST_FOR_MUHAMMAD else words[0] if words else ""
    return [in_full(word) for word in [first, *words[1:]] if word]


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _SPLIT_DEGREE.sub(r"\1.", _APOSTROPHES.sub("", bare))


def _words(text: str) -> list[str]:
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
