"""Keyset paging: a page deep in a long list costs what the first page costs."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import request

from portal.web.access import signed_in_user
from portal.web.addresses import MOST

PAGE_SIZE = 25
PRINT_SIZE = 1000
"""So many rows a list gives on one page when it is asked for whole, to be printed."""
COUNT_LIMIT = 1000
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the addresses of the rows before and after."""

    rows: Sequence[Row]
    next_url: str | None
    first_url: str | None
    total: int | None = None
    capped: bool = False
    # The address of the whole list on one page, to print; on that page the way back, and whether rows are left out.
    print_url: str | None = None
    back_url: str | None = None
    cut: bool = False

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def place() -> list[Any] | None:
    """The place in the list that `after` names, or None at its start (also when it was tampered with)."""
    try:
        values = json.loads(base64.urlsafe_b64decode(request.args.get("after", "")[:1000].encode()))
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, list) and all(map(_usable, values)) else None


def _usable(value: Any) -> bool:
    """A number or a text that a database can compare with."""
    return value.isprintable() if isinstance(value, str) else type(value) is int and abs(value) <= MOST


def page_size() -> int:
    """How many rows this request asks for: a page, or with print=all the whole list, within reason."""
    return PRINT_SIZE if request.args.get("print") == "all" else PAGE_SIZE


def after_id() -> int | None:
    """The same for lists in the order of one id."""
    found = (place() or [None])[0]
    return found if isinstance(found, int) and found >= 0 else None


def _url(given: Mapping[str, str], **changes: str) -> str:
    arguments = {key: value for key, value in given.items() if key not in {"after", "print"}} | changes
    return request.path + ("?" + urlencode(arguments) if arguments else "")


def _written(place_in_order: Sequence[Any]) -> str:
    """A row's place, with days and moments as text."""
    return json.dumps(list(place_in_order), default=str)


def paged(
    rows: Sequence[Row],
    key: Any,
    *,
    size: int = PAGE_SIZE,
    total: int | None = None,
    given: Mapping[str, str] | None = None,
) -> Page[Row]:
    """Make a page of at most `size` rows out of `size + 1` fetched ones; `key(row)` is the row's place in the order.

    `given` narrows the list, where the address of this request does not say it itself.
    """
    given = request.args if given is None else given
    shown, more = rows[:size], len(rows) > size
    mark = base64.urlsafe_b64encode(_written(key(shown[-1])).encode()).decode() if more else ""
    whole, part = size > PAGE_SIZE, more or bool(request.args.get("after"))
    capped = total is not None and total > COUNT_LIMIT
    return Page(
        rows=shown,
        next_url=_url(given, after=mark) if more and not whole else None,
        first_url=_url(given) if request.args.get("after") else None,
        total=min(total, COUNT_LIMIT) if total is not None else None,
        capped=capped,
        print_url=_url(given, print="all") if part and not whole else None,
        back_url=_url(given) if whole else None,
        cut=whole and more,
    )


def export_url(code: str, given: Mapping[str, str]) -> str | None:
    """Where this list, narrowed by `given`, is had as a file; None for who may not (the right `<code>.export`)."""
    if not signed_in_user().can(f"{code}.export"):
        return None
    kept = {name: value for name, value in given.items() if value and name not in {"after", "print"}}
    return f"/exports/{code}" + (f"?{urlencode(kept)}" if kept else "")


def every(
    ask: Callable[[Sequence[Any] | None], Sequence[Row]], key: Callable[[Row], Sequence[Any]], *, size: int
) -> Iterator[Sequence[Row]]:
    """The whole list that a page shows a part of: `size` rows at a time, by the question that the page asks.

    `ask(after)` gives one row more than `size` when there are more; `key(row)` is the row's place in the order.
    """
    after: Sequence[Any] | None = None
    while True:
        rows = ask(after)
        if rows:
            yield rows[:size]
        if len(rows) <= size:
            return
        after = json.loads(_written(key(rows[size - 1])))  # as an address would hold it
