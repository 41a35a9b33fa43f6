"""Who may open a file: whoever may open the record it proves. The room that owns the record says so."""

from collections.abc import Callable

from portal.accounts.models import User
from portal.files.models import StoredFile

Check = Callable[[User, int], bool]

_checks: dict[str, Check] = {}


def allow(subject_type: str, check: Check) -> None:
    """Ask `check(user, subject_id)` for files of this kind of record; one rule a kind."""
    _checks[subject_type] = check


def may_open(user: User, file: StoredFile) -> bool:
    """Closed unless the room of its record says otherwise."""
    check = _checks.get(file.subject_type)
    return check is not None and check(user, file.subject_id)
