"""Who may open an address: every view says so itself, and a view that says nothing stops the start."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_login import current_user
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from portal.errors import NotAllowed

View = TypeVar("View", bound=Callable[..., Any])


class NotSignedIn(Exception):
    """Sign in first, then come back to the same form."""


def requires(*permissions: str) -> Callable[[View], View]:
    """Open to signed-in people who hold any one of these permissions; with none given, to everyone signed in."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                raise NotSignedIn
            if permissions and not any(current_user.can(permission) for permission in permissions):
                raise NotAllowed
            return view(*args, **kwargs)

        guarded.access = frozenset(permissions)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return mark


def let_the_form_refuse_large_files() -> None:
    """Read more than may be kept from people signed in: their form refuses the file and keeps what they typed."""
    if request.method == "POST" and current_user.is_authenticated:
        request.max_content_length = current_app.config["MAX_REFUSED_BYTES"]


def signed_in_user() -> Any:
    """The person behind this request, as the record itself (current_user is only a stand-in for it)."""
    return current_user._get_current_object()


def known_user_id() -> int | None:
    """Who is behind this request; None for a stranger, and when the database cannot say.

    The id is the one the record was loaded by: after a commit, asking the record itself would begin a new transaction.
    """
    try:
        user = signed_in_user()
    except SQLAlchemyError:
        return None
    return None if user.is_anonymous else int(inspect(user).identity[0])


def public(view: View) -> View:
    """Open to everyone, signed in or not."""
    view.access = None  # type: ignore[attr-defined]
    return view


def same_for_all(view: View) -> View:
    """A public page that tells every stranger the same: a browser may keep it. Every other answer is kept nowhere."""
    view.same_for_all = True  # type: ignore[attr-defined]
    return view


def is_same_for_all(endpoint: str | None) -> bool:
    return bool(getattr(current_app.view_functions.get(endpoint or ""), "same_for_all", False))


def is_public(endpoint: str | None) -> bool:
    """Whether strangers may use this endpoint."""
    return getattr(current_app.view_functions.get(endpoint or ""), "access", frozenset()) is None


def refuse_unmarked_views(app: Flask) -> None:
    """Stop the start when a view forgot to say who may open it."""
    unmarked = [name for name, view in app.view_functions.items() if name != "static" and not hasattr(view, "access")]
    if unmarked:
        raise RuntimeError(f"views without @requires or @public: {', '.join(sorted(unmarked))}")
