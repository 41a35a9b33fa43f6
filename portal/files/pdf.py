"""What a PDF would do by itself once it is opened: proof has nothing to do, so a file that acts or carries is refused.

What is looked for: scripts, programs, forms that send, attachments, and actions of a document, a page or a field.

A name is looked for in the whole file and in its object streams, however its letters are escaped (ISO 32000-1, 7.3.5
names, 7.5.7 object streams, 12.6 actions). A reader's own grammar is not repeated: what cannot be read is refused.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from portal.errors import Refused
from portal.language import gettext

MOST_INFLATED = 64 * 1024 * 1024
"""Bytes of all object streams together; those of a scan are a few thousand."""
CHUNK = 4096
MOST_OPENINGS = 100
"""A file that was changed again and again repeats its one opening action; so many objects of one number, too."""
MOST_NAMED = 3
"""Objects that an opening action may be: looking for one goes through the whole file."""
DICTIONARY = 1000
"""Bytes before a stream in which its dictionary is looked for, and of an opening action that are read."""

GAP = rb"(?:[\0\t\n\f\r ]|%[^\r\n]{0,200}[\r\n]){0,100}+"
LONGER = rb"[\0\t\n\f\r %]"
"""A gap that goes on: nobody writes so but to hide what follows, and to look further would take for ever."""
WHOLE = rb"(?![^\0\t\n\f\r ()<>\[\]{}/%])"
SCRIPT = rb"\((?:[\s\x20-\x7e]{2}|\xfe\xff|\xef\xbb)|<[0-9A-Fa-f\s]{4}"
REFERENCE = rb"(\d+)[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R"


def _name(word: str) -> bytes:
    letters = "".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in word)
    return b"/" + letters.encode() + WHOLE


ACTING = (
    "JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "SubmitForm", "ImportData", "RichMedia", "XFA",
)  # fmt: skip
ACTS = re.compile(
    b"|".join(
        (
            *(_name(word) for word in ACTING),
            _name("AA") + GAP + b"(?:<<|" + REFERENCE + b"|" + LONGER + b")",
            _name("EF") + GAP + b"(?:<<|" + REFERENCE + b"|" + LONGER + b")",
            # Three letters may stand in a picture's bytes by chance; with the beginning of a script they do not.
            _name("JS") + GAP + b"(?:" + SCRIPT + b"|" + REFERENCE + b"|" + LONGER + b")",
        )
    )
)
OPENING = re.compile(_name("OpenAction") + GAP)
OBJECT_STREAM = re.compile(_name("ObjStm"))
STREAM = re.compile(rb"(?<!end)stream[\t ]*(?:\r\n|\r|\n)")
PAIRS = re.compile(rb"[\0\t\n\f\r ]*\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]")
FIRST = re.compile(_name("First") + GAP + rb"(\d{1,9})")
KIND = re.compile(_name("S") + GAP + rb"/([^\0\t\n\f\r ()<>\[\]{}/%]*)")
NEXT = re.compile(_name("Next"))


@dataclass(frozen=True)
class ObjectStream:
    """Objects without their numbers; numbers and places stand in the first `first` bytes."""

    body: bytes
    first: int

    def object(self, number: bytes) -> Iterator[bytes]:
        pairs = self.body[: self.first].split()
        for each, place in zip(pairs[::2], pairs[1::2], strict=False):
            if each == number and place.isdigit():
                start = self.first + int(place)
                yield self.body[start : start + DICTIONARY]


def check(data: bytes) -> None:
    """Raises Refused for a PDF with a script, an attachment, or an action that starts by itself."""
    streams = list(_object_streams(data))
    parts = [data, *(stream.body for stream in streams)]
    openings = [part[found.end() : found.end() + DICTIONARY] for part in parts for found in OPENING.finditer(part)]
    acts = any(ACTS.search(part) for part in parts) or len(openings) > MOST_OPENINGS
    if acts or not _only_show_a_page(openings, data, streams):
        raise Refused(
            gettext("This PDF holds a script, an attachment or an action that starts by itself. "
                    "Please print or scan it to a new PDF, or send a photo of it.")
        )  # fmt: skip


def _object_streams(data: bytes) -> Iterator[ObjectStream]:
    """Whatever inflates to numbers as an object stream does. Raises Refused for one that says it is and does not."""
    left, before = MOST_INFLATED, 0
    for found in STREAM.finditer(data):
        begins = max(before, data.rfind(b"obj", before, found.start()))
        says_so = OBJECT_STREAM.search(data, before, found.start()) or FIRST.search(data, begins, found.start())
        before = found.end()
        body = _inflated(memoryview(data)[before:], left)
        left -= len(body)
        if left <= 0 or (says_so and not PAIRS.match(body)):
            raise _unreadable()
        if body:
            first = FIRST.search(data, max(0, found.start() - DICTIONARY), found.start())
            yield ObjectStream(body, int(first[1]) if first else 0)


def _unreadable() -> Refused:
    return Refused(
        gettext("This PDF is locked or written in a way that cannot be checked. "
                "Please print or scan it to a new PDF, or send a photo of it.")
    )  # fmt: skip


def _inflated(data: memoryview, most: int) -> bytes:
    """What is deflated here, if it begins with numbers; nothing otherwise. A picture is not inflated to its end."""
    try:
        begins = zlib.decompressobj().decompress(data[:DICTIONARY], 64)
    except zlib.error:
        return b""
    if not PAIRS.match(begins):
        return b""
    body, inflating, place = bytearray(), zlib.decompressobj(), 0
    try:
        while not inflating.eof and place < len(data) and len(body) < most:
            body += inflating.decompress(data[place : place + CHUNK], most - len(body))
            place += CHUNK
    except zlib.error as damaged:
        raise _unreadable() from damaged
    return bytes(body)


def _only_show_a_page(openings: list[bytes], data: bytes, streams: list[ObjectStream]) -> bool:
    """Whether opening actions are only destinations, as scanners write them; each object is looked at once."""
    named = {found[1] for value in openings if (found := re.match(REFERENCE, value))}
    direct = [value for value in openings if not re.match(REFERENCE, value)]
    if not all(map(_is_destination, direct)) or len(named) > MOST_NAMED:
        return False
    return all(_are_destinations(_objects(number, data, streams)) for number in named)


def _are_destinations(values: Iterator[bytes]) -> bool:
    """There is one, none acts, and there are not so many that nobody but somebody hostile wrote them."""
    looked_at = 0
    for value in values:
        looked_at += 1
        if looked_at > MOST_OPENINGS or not _is_destination(value):
            return False
    return looked_at > 0


def _is_destination(value: bytes) -> bool:
    """An array, a name, or /GoTo."""
    if value.startswith(b"<<"):
        action = value.partition(b">>")[0]
        kinds = [found[1] for found in KIND.finditer(action)]
        return kinds == [b"GoTo"] and not NEXT.search(action) and action.count(b"(") == action.count(b")")
    return value.startswith((b"[", b"(", b"/", b"<", b"null"))


def _objects(number: bytes, data: bytes, streams: list[ObjectStream]) -> Iterator[bytes]:
    """Each object of this number: a file that was changed may hold several."""
    for found in re.finditer(rb"(?<!\d)" + number + rb"[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+obj" + GAP, data):
        yield data[found.end() : found.end() + DICTIONARY]
    for stream in streams:
        yield from stream.object(number)
