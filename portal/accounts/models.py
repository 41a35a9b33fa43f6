"""Users, their roles, their sessions, and failed sign-ins."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import ForeignKey, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.roles import Role, permissions_of, rights
from portal.db import Base, Moment, Versioned, words
from portal.language import of_reader


class UserRole(Base):
    """One of the roles a person holds."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(words(Role), primary_key=True)


class User(Versioned, UserMixin, Base):
    """A person who signs in. `name` is what they type, `full_name` what stands on papers."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    full_name: Mapped[str]
    title: Mapped[str] = mapped_column(default="", server_default="")
    nip: Mapped[str | None]
    password_hash: Mapped[str] = mapped_column(info={"secret": True})
    language: Mapped[str] = mapped_column(default="id", server_default="id")
    active: Mapped[bool] = mapped_column(default=True)
    # A first password was made by the portal for somebody else: it ends by itself and is changed at the first sign-in.
    password_is_first: Mapped[bool] = mapped_column(default=False, server_default=false())
    password_ends_at: Mapped[datetime | None] = mapped_column(Moment)
    # Where the role needs it: a partner's own donations, a cadre's own kelurahan, an office's own referrals.
    partner_code: Mapped[str | None] = mapped_column(ForeignKey("partner.code"))
    village_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    office: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Moment)

    role_rows: Mapped[list[UserRole]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    # Flask-Login keeps `get_id()` in the cookie: the token of this sign-in, so that a session can end on the server.
    session_token: str = ""

    def get_id(self) -> str:
        return self.session_token

    @property
    def is_active(self) -> bool:
        return self.active

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(row.role for row in self.role_rows)

    @property
    def role_label(self) -> str:
        """This person's roles in the reader's language."""
        return ", ".join(rights()[role].label(of_reader()) for role in Role if role in self.roles)

    def can(self, permission: str) -> bool:
        """Whether any of this person's roles allows it."""
        return permission in permissions_of(self.roles)

    def has(self, role: Role) -> bool:
        return role in self.roles


class UserSession(Base):
    """One sign-in on one browser; ended by signing out, a new password, disabling, or time."""

    __tablename__ = "user_session"
    __audited__ = False

    # Only a hash: whoever reads the table cannot become these people.
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    browser: Mapped[str] = mapped_column(default="")
    # What the owner recognises it by, such as "Firefox, Android"; nothing finer.
    device: Mapped[str] = mapped_column(default="", server_default="")
    # False between the password and the last step of the sign-in: such a session opens nothing but those steps.
    complete: Mapped[bool] = mapped_column(default=True, server_default=true())
    code_given: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def handle(self) -> str:
        """Names the session on its owner's page; it opens nothing."""
        return self.token_hash[:16]


class SecondFactor(Base):
    """The shared secret of somebody's authenticator app, sealed (see sealing.py)."""

    __tablename__ = "second_factor"
    __audited__ = False

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    sealed: Mapped[str]
    # The half minute of the last code taken: the same code opens nothing twice.
    last_step: Mapped[int] = mapped_column(default=0)
    enrolled_at: Mapped[datetime] = mapped_column(Moment)


class RecoveryCode(Base):
    """Opens once in place of a code, when the phone is lost. Only a keyed fingerprint is kept."""

    __tablename__ = "recovery_code"
    __audited__ = False

    mark: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class FailedSignIn(Base):
    """A refused sign-in, counted per name and per address to slow guessing down."""

    __tablename__ = "failed_sign_in"
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(Moment)
