"""The file of a backup: a gzip'd tar, by itself or inside an age file. Its manifest, with each part's hash, comes last.

Other programs open it too: `age --decrypt -i KEY FILE | tar tz`.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyrage

from portal.errors import Refused

AGE = b"age-encryption.org"
MANIFEST = "manifest.json"
LEVEL, STORED = 5, 0
"""Of gzip: rows nearly as small as its best, in a third of the time; photos and PDFs do not shrink a second time."""


class _Members:
    """One gzip member after another, each of its own level; whoever unzips them sees one stream."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self._level, self._member = out, LEVEL, self._begun(out, LEVEL)
        self.given_up = False

    @staticmethod
    def _begun(out: IO[bytes], level: int) -> gzip.GzipFile:
        return gzip.GzipFile(fileobj=out, mode="wb", compresslevel=level, mtime=0)

    def go_on(self, level: int) -> None:
        if level != self._level:
            self._member.close()
            self._level, self._member = level, self._begun(self._out, level)

    def write(self, data: bytes) -> int:
        return len(data) if self.given_up else self._member.write(data)

    def close(self) -> None:
        self._member.close()


class Writer:
    """Adds parts, and writes down the hash of each."""

    def __init__(self, out: IO[bytes]) -> None:
        self._members = _Members(out)
        self._tar = tarfile.open(fileobj=self._members, mode="w|")  # type: ignore[call-overload] # noqa: SIM115
        self.hashes: dict[str, str] = {}

    def add(self, name: str, body: IO[bytes], size: int, *, level: int = LEVEL) -> str:
        """A part of `size` bytes, read from where `body` stands; gives the hash of what was read."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        counted = Counted(body)
        self._members.go_on(level)
        self._tar.addfile(info, counted)
        self.hashes[name] = counted.hexdigest
        return counted.hexdigest

    def finish(self, manifest: dict[str, Any]) -> None:
        """The manifest is the last part: a file without it is cut off."""
        body = json.dumps({**manifest, "parts": self.hashes}, indent=1, ensure_ascii=False).encode()
        self.add(MANIFEST, io.BytesIO(body), len(body))
        self.close()

    def give_up(self) -> None:
        """What the tar still holds back goes nowhere: the file is thrown away."""
        self._members.given_up = True

    def close(self) -> None:
        self._tar.close()
        self._members.close()


class Counted:
    """Reads on, and keeps the hash of what went by."""

    def __init__(self, body: IO[bytes]) -> None:
        self._body, self._hash = body, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._body.read(size)
        self._hash.update(data)
        return data

    @property
    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def write(place: Path, fill: Callable[[Writer], dict[str, Any]], *, recipient: str = "") -> dict[str, Any]:
    """Make the file at `place` whole or not at all: `fill` adds the parts and gives the manifest, which is given back.

    `recipient` is an age public key; only its private key opens the file. Readable by its owner alone.
    """
    partial = place.with_name(f".{place.name}.partial")
    try:
        with partial.open("wb") as out:
            partial.chmod(0o600)
            manifest = _encrypted(out, fill, recipient) if recipient else _filled(out, fill)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(place)
        _sync_folder(place.parent)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _filled(out: IO[bytes], fill: Callable[[Writer], dict[str, Any]]) -> dict[str, Any]:
    writer = Writer(out)
    try:
        manifest = fill(writer)
        writer.finish(manifest)
    except BaseException:
        writer.give_up()
        raise
    return manifest


def _encrypted(out: IO[bytes], fill: Callable[[Writer], dict[str, Any]], recipient: str) -> dict[str, Any]:
    """Nothing touches the disk unencrypted: the tar goes through a pipe into the age file."""
    key = recipient_of(recipient)
    source, sink = os.pipe()
    trouble: list[BaseException] = []

    def encrypt() -> None:
        try:
            with os.fdopen(source, "rb") as plain:
                pyrage.encrypt_io(plain, out, [key])
        except BaseException as error:
            trouble.append(error)

    worker = threading.Thread(target=encrypt)
    worker.start()
    try:
        with os.fdopen(sink, "wb") as plain:
            manifest = _filled(plain, fill)
    finally:
        worker.join()
    if trouble:
        raise trouble[0]
    return manifest


def recipient_of(text: str) -> Any:
    """Raises Refused for what is no age public key."""
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise Refused("This is no public key of a backup (age1…).") from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def opened(place: Path, *, identity: str = "") -> Iterator[IO[bytes]]:
    """The tar inside the file, to be read once. Raises Refused for what is no backup, or a key that does not fit."""
    with place.open("rb") as file:
        start = file.read(len(AGE))
        file.seek(0)
        if start == AGE:
            with _decrypted(file, identity) as plain, gzip.GzipFile(fileobj=plain) as unzipped:
                yield unzipped  # type: ignore[misc]
        elif start[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=file) as unzipped:
                yield unzipped  # type: ignore[misc]
        else:
            raise Refused("This file is no backup of the portal.")


@contextmanager
def _decrypted(file: IO[bytes], identity: str) -> Iterator[IO[bytes]]:
    """A pipe out of the age file; what was altered or cut off is refused by age itself, at the end of the reading."""
    if not identity:
        raise Refused("This backup is encrypted. Name the file with its private key: --key.")
    try:
        key = pyrage.x25519.Identity.from_str(identity.strip())
    except pyrage.IdentityError as error:
        raise Refused("This is no private key of a backup (AGE-SECRET-KEY-…).") from error
    source, sink = os.pipe()
    trouble: list[BaseException] = []

    def decrypt() -> None:
        try:
            with os.fdopen(sink, "wb") as plain:
                pyrage.decrypt_io(file, plain, [key])
        except BaseException as error:
            trouble.append(error)

    worker = threading.Thread(target=decrypt)
    worker.start()
    try:
        with os.fdopen(source, "rb") as plain:
            yield plain
    except (EOFError, OSError, tarfile.TarError) as error:
        worker.join()
        raise (refused(trouble[0]) if trouble else refused(error)) from error
    finally:
        worker.join()
    if trouble:
        raise refused(trouble[0])


def refused(error: BaseException) -> Refused:
    """What went wrong with the file, in a sentence."""
    if isinstance(error, pyrage.DecryptError) and "No matching" in str(error):
        return Refused("This key does not open this backup.")
    return damaged(str(error) or type(error).__name__)


def damaged(why: str) -> Refused:
    return Refused(f"This backup is damaged or cut off: {why}.")
