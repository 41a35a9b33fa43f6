"""Recognising a disk that is full, whoever noticed it: SQLite, PostgreSQL, or the folder of uploads."""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError

DISK_FULL = "53100"
"""PostgreSQL, Appendix A: disk_full."""
STATUS = 507
"""Insufficient Storage (RFC 4918): the request was right, and there is no place to keep it."""


def disk_is_full(error: BaseException) -> bool:
    """Whether this is what a full (or read-only) disk says."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        return code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}
    if isinstance(cause, OSError):
        return cause.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
    return getattr(cause, "sqlstate", None) == DISK_FULL
