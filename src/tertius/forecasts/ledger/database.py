"""The ledger's table in a database: SQLite by default, PostgreSQL by address. Entries are only ever added.

Writers take turns: a write holds SQLite's own lock (`BEGIN IMMEDIATE`), or an advisory lock of PostgreSQL, from reading
the last entry to the commit. A batch is one transaction, so that a process killed while it seals leaves all or nothing.
Triggers refuse changes and deletions; who goes around them is found out by `verify`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import sqlalchemy as sql

from tertius.errors import DataError
from tertius.evidence.address import without_secrets
from tertius.evidence.store import default_folder
from tertius.forecasts.ledger.entries import FORM, START, Entry, hash_of, written
from tertius.forecasts.ledger.seen import last_seen, note

Rows: TypeAlias = Sequence[tuple[str, str, Any]]
FILE = "ledger.sqlite"
TABLE = "tertius_ledger"
WAIT_S = 120  # for other writers
LOCK = 7_305_812_447_201
META = sql.MetaData()
ENTRIES = sql.Table(
    TABLE,
    META,
    sql.Column("seq", sql.Integer, primary_key=True, autoincrement=False),
    sql.Column("kind", sql.String(20), nullable=False),
    sql.Column("recorded", sql.String(40), nullable=False),
    sql.Column("identity", sql.String(400), nullable=False, unique=True),
    sql.Column("body", sql.Text, nullable=False),
    sql.Column("previous", sql.String(64), nullable=False),
    sql.Column("hash", sql.String(64), nullable=False),
)
_REFUSE_SQLITE = (
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_no_update BEFORE UPDATE ON {TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END",
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_no_delete BEFORE DELETE ON {TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END",
)
_REFUSE_POSTGRESQL = (
    f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger AS "
    "$$BEGIN RAISE EXCEPTION 'the ledger is only added to'; END$$ LANGUAGE plpgsql",
    f"CREATE OR REPLACE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
    f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()",
)


def default_address() -> str:
    """Address of the ledger in the user's data folder (TERTIUS_DATA moves it)."""
    return f"sqlite:///{default_folder() / FILE}"


class Ledger:
    """A ledger at an address.

    Args:
        address: of SQLAlchemy's form; else the user's own.
        create: make it where there is none; else one that is not there is refused.

    Raises:
        DataError: no ledger there, a database of another program, or one that cannot be used.
    """

    def __init__(self, address: str = "", create: bool = False) -> None:
        self.address = address or default_address()
        try:
            url = sql.engine.make_url(self.address)
        except sql.exc.ArgumentError as error:
            raise self._refused("no address", error, "write an address such as sqlite:///my-ledger.sqlite") from error
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.key = str(Path(url.database).resolve()) if self.is_sqlite and url.database else str(url)
        if self.is_sqlite:
            self._check_file(url.database, create)
        try:
            self.engine = sql.create_engine(url, connect_args={"timeout": WAIT_S} if self.is_sqlite else {})
        except (sql.exc.SQLAlchemyError, ModuleNotFoundError) as error:
            fix = "for PostgreSQL pip install '.[postgresql]' in the folder of Tertius, or use sqlite:///FILE"
            raise self._refused("an address that cannot be used", error, fix) from error
        if self.is_sqlite:
            sql.event.listen(self.engine, "connect", _no_hidden_transactions)
        try:
            self._open(create)
        except DataError:
            self.close()
            raise

    def _check_file(self, name: str | None, create: bool) -> None:
        if not name or name == ":memory:":
            raise self._refused("a database in memory", "it would be gone at once", "name a file: sqlite:///FILE")
        file = Path(name)
        if not file.exists() and not create:
            fix = "correct the address, or seal a forecast: tertius ledger seal SCENARIO makes one"
            raise self._refused("no ledger", f"{file} does not exist", fix)
        if not file.exists() and last_seen(self.key) is not None:
            fix = "put it back from a copy, or give the new one another address"
            raise self._refused("a ledger that is gone", f"{file} held one when it was last used here", fix)
        if file.is_dir():
            raise self._refused("a folder", f"{file} is one", "name a file in it")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._refused("a place that cannot be written", error, "name another --ledger") from error

    def _open(self, create: bool) -> None:
        with self._transaction(writes=create) as connection:
            tables = set(sql.inspect(connection).get_table_names())
            if TABLE not in tables:
                if tables:
                    named = ", ".join(sorted(tables)[:3])
                    fix = "name a file of its own for the ledger; nothing was changed"
                    raise self._refused("a database of another program", f"its tables are {named}", fix)
                if not create:
                    fix = "correct the address, or seal a forecast: tertius ledger seal SCENARIO makes one"
                    raise self._refused("no ledger", f"no table {TABLE}", fix)
                META.create_all(connection)
                for line in _REFUSE_SQLITE if self.is_sqlite else _REFUSE_POSTGRESQL:
                    connection.exec_driver_sql(line)
                opened = {"program": "tertius", "form": FORM, "ledger": str(uuid.uuid4())}
                self._insert(connection, None, "opened", "opened", opened)
            columns = {column["name"] for column in sql.inspect(connection).get_columns(TABLE)}
            if not columns >= set(ENTRIES.columns.keys()):
                fix = "name another --ledger; nothing was changed"
                raise self._refused("a table of another form", f"{TABLE} has {', '.join(sorted(columns))}", fix)
            first = self._select(connection, ENTRIES.c.seq == 1)
            told = first[0].told if first and first[0].is_whole else {}
            if (told.get("program"), told.get("form")) != ("tertius", FORM) and create:
                given = "its first entry is missing or of another form"
                raise self._refused("no ledger of this form", given, "tertius ledger verify says more; name another")

    def close(self) -> None:
        """Give the connection back."""
        self.engine.dispose()

    def entries(self) -> list[Entry]:
        """Every entry, by its number. Raises DataError."""
        with self._transaction() as connection:
            return self._select(connection)

    def append(self, rows: Rows | Callable[[list[Entry]], Rows]) -> list[Entry]:
        """Add entries, all or none: (kind, identity, body) of each, or a function that makes them of those that stand.

        A function is called while no other process can write: what it decides by still stands. An identity that stands
        already is left out, so that the same forecast sealed again adds nothing.

        Raises:
            DataError: the database cannot be written, or is another one than this machine saw here.
        """
        added: list[Entry] = []
        with self._transaction(writes=True) as connection:
            self._check_seen(connection)
            last = self._last(connection)
            if callable(rows):
                rows = rows(self._select(connection))
            names = [identity for _, identity, _ in rows]
            known: set[str] = set()
            for start in range(0, len(names), 500):
                some = ENTRIES.c.identity.in_(names[start : start + 500])
                known |= set(connection.execute(sql.select(ENTRIES.c.identity).where(some)).scalars())
            for kind, identity, body in rows:
                if identity in known:
                    continue
                known.add(identity)
                last = self._insert(connection, last, kind, identity, body)
                added.append(last)
        if last is not None:
            note(self.key, last.seq, last.hash)
        return added

    def _check_seen(self, connection: Any) -> None:
        seen = last_seen(self.key)
        if seen is None:
            return
        found = self._select(connection, ENTRIES.c.seq == seen[0])
        if not found or found[0].hash != seen[1]:
            given = f"entry {seen[0]}, seen here before, is not in it or differs"
            fix = "put the ledger back, or give the new one another address; tertius ledger verify says more"
            raise self._refused("another ledger than was here", given, fix)

    def _last(self, connection: Any) -> Entry | None:
        found = connection.execute(sql.select(ENTRIES).order_by(ENTRIES.c.seq.desc()).limit(1)).first()
        return None if found is None else self._entry(found)

    def _select(self, connection: Any, *where: Any) -> list[Entry]:
        rows = connection.execute(sql.select(ENTRIES).where(*where).order_by(ENTRIES.c.seq))
        return [self._entry(row) for row in rows]

    def _entry(self, row: Any) -> Entry:
        """A row as an entry. Raises DataError where a cell is of another kind than was written."""
        told = dict(row._mapping)
        for name, value in told.items():
            if not isinstance(value, int if name == "seq" else str):
                fix = "put the ledger back from a copy"
                raise self._refused("a damaged ledger", f"entry {told['seq']!r}: {name} is {value!r:.40}", fix)
        return Entry(**told)

    def _insert(self, connection: Any, last: Entry | None, kind: str, identity: str, body: Any) -> Entry:
        seq, previous = (1, START) if last is None else (last.seq + 1, last.hash)
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        recorded = max(now, last.recorded) if last is not None else now  # a clock put back does not turn the order
        text = written(body)
        entry = Entry(
            seq, kind, recorded, identity, text, previous, hash_of(previous, seq, kind, recorded, identity, text)
        )
        connection.execute(ENTRIES.insert().values(**entry.__dict__))
        return entry

    @contextmanager
    def _transaction(self, writes: bool = False) -> Iterator[Any]:
        try:
            with self.engine.connect() as connection:
                if self.is_sqlite:
                    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
                elif writes:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
                yield connection
                connection.commit()
        except (sql.exc.SQLAlchemyError, UnicodeDecodeError) as error:
            raise self._refused("a database that cannot be used", getattr(error, "orig", None) or error) from error

    def _refused(self, what: str, why: object, fix: str = "") -> DataError:
        reason = next(iter(str(why).splitlines()), "")
        usual = "free some space, check its rights, or name another --ledger; nothing sealed before was changed"
        place = f"--ledger {without_secrets(self.address)}"
        allowed = "a ledger of tertius, such as sqlite:///FILE or postgresql://HOST/NAME"
        return DataError(place, f"{what} ({reason})", allowed, fix or usual)


def _no_hidden_transactions(connection: Any, record: object) -> None:
    """Transactions begin where we say: Python's own driver would begin them later, without the lock."""
    connection.isolation_level = None
