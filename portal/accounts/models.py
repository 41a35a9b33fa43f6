"""Users, their roles, their sessions, and failed sign-ins."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import ForeignKey
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


class FailedSignIn(Base):
    """A refused sign-in, counted per name and per address to slow guessing down."""

    __tablename__ = "failed_sign_in"
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(Moment)
