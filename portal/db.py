"""Base, constraint names, column types, the session; SQLite and PostgreSQL behave alike from here up."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from flask import has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Executable,
    MetaData,
    Row,
    Select,
    TypeDecorator,
    event,
    func,
    inspect,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from portal.errors import NotFound

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]
"""Columns of any number and kind, where a list is put together from parts."""

CONSTRAINT_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table's parent. `__audited__ = False` marks bookkeeping that is no one's case."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    __audited__ = True


# Savepoints let a test wrap many commits into one transaction; bound to an engine the option changes nothing.
db = SQLAlchemy(model_class=Base, session_options={"join_transaction_mode": "create_savepoint"})


def rows(statement: Executable, **values: Any) -> Sequence[AnyRow]:
    """Columns by the shortest way, for what many pages ask: `statement` is built once, `values` fill its parameters.

    No record is loaded; what the session holds is stored first, as before any other query.
    """
    db.session.flush()
    return db.session.connection().execute(statement, values).all()


def upsert(table: Any) -> Any:
    """An INSERT that may say what happens when the row is there already, in the words of this database."""
    dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def hold(record: Any) -> None:
    """Keep a stored record as it is now, read anew, until this transaction ends; on SQLite writers take turns anyway.

    Raises NotFound for one that somebody deleted meanwhile. The lock is a statement of its own: PostgreSQL locks no
    record that is loaded by an outer join.
    """
    if _locked(record):
        db.session.refresh(record)


def take_turns(record: Any) -> None:
    """Let whoever does the same about this stored record at this moment wait until this transaction ends.

    Others may go on referring to it (FOR NO KEY UPDATE); what the session holds of it is not read anew.
    """
    _locked(record, key_share=True)


def take_turns_about(mark: str, *, with_others: bool = False) -> None:
    """The same where there is no stored record to hold yet: whoever names the same mark waits.

    On SQLite the write transaction is that turn. `with_others`: do not wait for each other, only for who does.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock_shared if with_others else func.pg_advisory_xact_lock
        db.session.execute(select(lock(func.hashtextextended(mark, 0))))


def _locked(record: Any, *, key_share: bool = False) -> bool:
    state = inspect(record, raiseerr=False)
    if state is None or not state.persistent or db.session.get_bind().dialect.name == "sqlite":
        return False
    key = [column == value for column, value in zip(state.mapper.primary_key, state.identity, strict=True)]
    lock = select(*state.mapper.primary_key).where(*key).with_for_update(key_share=key_share)
    if db.session.execute(lock).first() is None:
        raise NotFound
    return True


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, aware on both databases; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("moments carry their time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def how_many(statement: AnySelect, most: int) -> int:
    """How many rows a statement gives, counted no further than one more than `most`."""
    bare = statement.with_only_columns(literal(1), maintain_column_froms=True)
    counted = bare.order_by(None).limit(most + 1).subquery()
    return int(db.session.scalar(select(func.count()).select_from(counted)) or 0)


def words(members: type[StrEnum], *, name: str | None = None) -> Enum:
    """A column that holds one of an enum's words, and the database checks it."""
    return Enum(
        members,
        name=name or members.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=40,
        values_callable=lambda enum: [member.value for member in enum],
    )


class Versioned:
    """A record that several people edit: the second of two simultaneous saves is refused (409)."""

    version: Mapped[int] = mapped_column(default=1, server_default="1")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - a class is what SQLAlchemy passes
        return {"version_id_col": cls.version}


_writing: ContextVar[bool] = ContextVar("writing", default=False)
_reading: ContextVar[bool] = ContextVar("reading", default=False)

ASKING = {"households.look_up", "intake.families", "merging.chosen"}
"""Forms that only ask: what is typed into them may be an identity number and must not stand in an address."""


def means_to_write() -> bool:
    """Whether the transaction that begins now will write: forms, commands and `writing()` do, pages only read."""
    if _reading.get():
        return False
    if _writing.get() or not has_request_context():
        return True
    return request.method not in {"GET", "HEAD", "OPTIONS"} and request.endpoint not in ASKING


@contextmanager
def writing() -> Iterator[None]:
    """Begin the next transaction as a writer although the request only reads, to leave a trace of the reading."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def only_reading() -> Iterator[None]:
    """Begin the next transaction as a reader although a command runs: it sees one moment and stops no writer."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def read_one_moment() -> None:
    """End this transaction and begin one that only reads and sees one moment, however many questions it asks.

    On SQLite every transaction that reads does; PostgreSQL is asked for it, except inside a transaction of a test.
    """
    db.session.rollback()
    bind = db.session.get_bind()
    apart = isinstance(bind, Engine) and bind.dialect.name == "postgresql"
    with only_reading():
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"} if apart else None)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy begins, see below; the driver must not
    cursor = connection.cursor()
    # FULL: what was acknowledged is on disk. busy_timeout: a writer waits for its turn instead of failing.
    # recursive_triggers: a row that REPLACE takes away is deleted, and the triggers against that are asked.
    # cache_size: KiB of each thread's own; four times as much made no page quicker, and a server 16 MiB larger.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "busy_timeout=15000",
        "cache_size=-4000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later cannot wait for its turn in WAL mode, so writers say so at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if means_to_write() else "BEGIN")


def prepare(engine: Engine) -> None:
    """Make an engine keep the portal's promises; called once for each engine."""
    engine.hide_parameters = True  # an error's traceback would carry names and numbers into the log
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
