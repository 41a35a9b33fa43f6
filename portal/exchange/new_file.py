"""A file of personal data on the disk of whoever runs a command."""

import os
from pathlib import Path
from typing import IO

from portal.errors import Refused
from portal.language import gettext


def new_file(path: Path) -> IO[bytes]:
    """Only its owner can read it, and nothing is overwritten: raises Refused."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        raise Refused(gettext("%(file)s is there already.", file=path)) from None
    return os.fdopen(handle, "wb")
