"""The inbox: claims that were read, with grade, origin and state, in a database.

    article   one a text, by the sha256 of its words; the same text added again is not added
    claim     one an event, stance or quantity: its JSON record, state (new, accepted, rejected), and `repeats`, the
              claim that it tells again, which alone counts
    change    what was filed, decided and edited, by whom, when and why (`changes`); the last ones can be undone

Each command is one transaction: what a killed process or a full disk cuts off leaves all that was saved before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tertius.errors import DataError, OptionError, UnknownName
from tertius.evidence.address import without_secrets
from tertius.evidence.claims.changes import WITHDRAWN, Change, Changes
from tertius.evidence.claims.editing import BY_HAND, edited
from tertius.evidence.claims.grades import check_grade
from tertius.evidence.claims.repeats import Filed, conflict, same_claim
from tertius.evidence.reading.extra import needed
from tertius.evidence.reading.records import Reading
from tertius.evidence.store import default_folder
from tertius.nested import read_json

STATES = ("new", "accepted", "rejected")
FILE = "evidence.sqlite"
UNDONE = "undone"
"""With which the mark of an article begins whose filing was undone."""
FILING = "tertius evidence add FILE --scenario NAME --grade B2"


def default_address() -> str:
    """Return the address of the database in the user's data folder (TERTIUS_DATA moves it)."""
    return f"sqlite:///{default_folder() / FILE}"


class Inbox:
    """An inbox in a database; `option` names it in errors.

    Its tables are made where they are missing, but not in a database of another program, nor, without `make`, where
    the address names a file that is not there: that would hide a name mistyped.
    """

    def __init__(self, address: str | None = None, option: str = "--database", make: bool = True) -> None:
        sql = needed("sqlalchemy", "the inbox")
        self._sql = sql
        self._option = option
        self.address = address or default_address()
        try:
            url = sql.engine.make_url(self.address)
            if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
                if not make and not Path(url.database).is_file():
                    fix = f"correct the address, or file claims first: {FILING}"
                    raise DataError(self._place, "a database that does not exist", "an inbox that holds claims", fix)
                Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine = sql.create_engine(url)
        except (sql.exc.SQLAlchemyError, ModuleNotFoundError, OSError) as error:
            raise self._refused("an address that cannot be used", error) from error
        meta = sql.MetaData()
        self.articles = sql.Table(
            "article", meta,
            sql.Column("id", sql.Integer, primary_key=True),
            sql.Column("sha256", sql.String(64), nullable=False),
            sql.Column("scenario", sql.String(200), nullable=False),
            sql.Column("name", sql.Text, nullable=False),
            sql.Column("origin", sql.Text, nullable=False),
            sql.Column("grade", sql.String(2), nullable=False),
            sql.Column("published", sql.String(10)),
            sql.Column("added", sql.String(32), nullable=False),
            sql.Column("text", sql.Text, nullable=False),
            sql.UniqueConstraint("sha256", "scenario"),
        )  # fmt: skip
        self.claims = sql.Table(
            "claim", meta,
            sql.Column("id", sql.Integer, primary_key=True),
            sql.Column("article", sql.ForeignKey("article.id"), nullable=False),
            sql.Column("kind", sql.String(10), nullable=False),
            sql.Column("record", sql.Text, nullable=False),
            sql.Column("state", sql.String(10), nullable=False),
            sql.Column("repeats", sql.Integer),
        )  # fmt: skip
        self.history = Changes(sql, meta)
        with self._transaction() as connection:
            held = sql.inspect(connection).get_table_names()
            if held and "article" not in held:
                tables = ", ".join(sorted(held)[:3])
                fix = "name another database; nothing was written into this one"
                raise DataError(self._place, f"a database of another program (tables {tables})", "an inbox", fix)
            meta.create_all(self.engine)

    @property
    def _place(self) -> str:
        return f"{self._option} {without_secrets(self.address)}"

    def close(self) -> None:
        """Give the connection back."""
        self.engine.dispose()

    def add(
        self,
        reading: Reading,
        name: str,
        scenario: str,
        grade: str,
        origin: str = "",
        published: date | None = None,
        by: str = "",
        why: str = "",
    ) -> dict[str, Any]:
        """File a reading's claims. The same words for the same scenario are filed once.

        Args:
            reading: what was read.
            name: the file's name.
            scenario: the scenario that it bears on.
            grade: Admiralty grade such as B2.
            origin: who first told it; the file's name unless said. Claims of one origin count once.
            published: the day of publication; the reading's unless said.
            by, why: who files it and for what reason; kept with the change.

        Returns:
            article, is_new, claims (count), repeats (count).

        Raises:
            OptionError: no such grade.
            DataError: the database cannot be used.
        """
        grade = check_grade(grade)
        digest = _digest(reading)
        day = published or reading.published
        with self._transaction() as connection:
            at = self.articles.c
            where = (at.sha256 == digest) & (at.scenario == scenario)
            known = connection.execute(self._sql.select(at.id).where(where)).scalar()
            if known is not None:
                return {"article": known, "is_new": False, "claims": 0, "repeats": 0}
            row = {
                "sha256": digest, "scenario": scenario, "name": name, "origin": origin or name,
                "grade": grade, "text": reading.text,
                "published": day.isoformat() if day else None, "added": datetime.now(UTC).isoformat(timespec="seconds"),
            }  # fmt: skip
            article = connection.execute(self.articles.insert().values(**row)).inserted_primary_key[0]
            numbers = []
            for kind, record in _records(reading):
                written = json.dumps(record, ensure_ascii=False)
                values = {"article": article, "kind": kind, "record": written, "state": "new"}
                numbers.append(connection.execute(self.claims.insert().values(**values)).inserted_primary_key[0])
            told = self._recounted(connection, scenario)
            self.history.note(connection, "filed", numbers, (None, article), by, why)
        return {
            "article": article, "is_new": True, "claims": len(numbers),
            "repeats": sum(told.get(number) is not None for number in numbers),
        }  # fmt: skip

    def _recounted(self, connection: Any, scenario: str) -> dict[int, int | None]:
        """Which claim each event of a scenario repeats, found anew and written down."""
        both = self.claims.join(self.articles, self.claims.c.article == self.articles.c.id)
        columns = (self.claims.c.id, self.claims.c.record, self.claims.c.repeats, self.articles.c.origin)
        where = (
            (self.claims.c.kind == "event")
            & (self.claims.c.state != WITHDRAWN)
            & (self.articles.c.scenario == scenario)
        )
        rows = list(
            connection.execute(self._sql.select(*columns).select_from(both).where(where).order_by(self.claims.c.id))
        )
        firsts: list[Filed] = []
        told: dict[int, int | None] = {}
        for number, record, before, origin in rows:
            own = _file(number, read_json(record), origin)
            told[number] = next((one.id for one in firsts if same_claim(one, own)), None)
            if told[number] is None:
                firsts.append(own)
            if told[number] != before:
                at = self.claims.c.id == number
                connection.execute(self.claims.update().where(at).values(repeats=told[number]))
        return told

    def rows(self, scenario: str = "", state: str = "") -> list[dict[str, Any]]:
        """Return the claims, oldest first, each with its article, its state, what it repeats and what denies it."""
        with self._transaction() as connection:
            both = self.claims.join(self.articles, self.claims.c.article == self.articles.c.id)
            at = self.articles.c
            columns = (self.claims, at.scenario, at.name, at.origin, at.grade, at.published)
            wanted = self._sql.select(*columns).select_from(both).order_by(self.claims.c.id)
            found = [dict(row._mapping) for row in connection.execute(wanted)]
        found = [row for row in found if row["state"] != WITHDRAWN and scenario in ("", row["scenario"])]
        for row in found:
            row["record"] = read_json(row["record"])
        events = [(row, _file(row["id"], row["record"], row["origin"])) for row in found if row["kind"] == "event"]
        for row, own in events:
            row["conflicts"] = [
                other.id for its, other in events if its["scenario"] == row["scenario"] and conflict(own, other)
            ]
        return [row for row in found if not state or row["state"] == state]

    def articles_of(self, scenario: str) -> list[dict[str, Any]]:
        """Return the articles filed on a scenario, oldest first, without their words; those undone are left out."""
        at = self.articles.c
        columns = (at.id, at.name, at.origin, at.grade, at.published, at.added)
        wanted = self._sql.select(*columns).where((at.scenario == scenario) & ~at.sha256.startswith(UNDONE))
        with self._transaction() as connection:
            return [dict(row._mapping) for row in connection.execute(wanted.order_by(at.id))]

    def text_of(self, article: int) -> str:
        """Return the words of an article. Raises UnknownName."""
        with self._transaction() as connection:
            found = connection.execute(self._sql.select(self.articles.c.text).where(self.articles.c.id == article))
            text = found.scalar()
        if text is None:
            raise UnknownName("article", str(article), (), "tertius evidence list shows the claims of each")
        return str(text)

    def decide(self, numbers: Iterable[int], state: str, by: str = "", why: str = "") -> list[int]:
        """Set the state of claims, all or none. Raises UnknownName for a claim that does not exist."""
        asked = list(dict.fromkeys(numbers))
        with self._transaction() as connection:
            known = self._states(connection)
            _check(asked, known)
            connection.execute(self.claims.update().where(self.claims.c.id.in_(asked)).values(state=state))
            before = [[number, known[number]] for number in asked]
            self.history.note(connection, "state", asked, (before, state), by, why)
        return asked

    def edit(
        self, number: int, fields: Mapping[str, str], by: str = "", why: str = "", actors: Collection[str] = ()
    ) -> dict[str, Any]:
        """Change fields of an event and return its record; what stood there is kept.

        Args:
            number: the claim's number.
            fields: names of `editing.FIELDS` -> what to put there.
            by, why: who changes it and for what reason.
            actors: names that the scenario gives actors.

        Raises:
            UnknownName: no such claim. OptionError: a claim that is no event, or a value that does not fit.
        """
        with self._transaction() as connection:
            _check([number], self._states(connection))
            both = self.claims.join(self.articles, self.claims.c.article == self.articles.c.id)
            columns = (self.claims.c.kind, self.claims.c.record, self.articles.c.scenario)
            wanted = self._sql.select(*columns).select_from(both).where(self.claims.c.id == number)
            kind, written, scenario = connection.execute(wanted).one()
            if kind != "event":
                fix = "reject it, and file what is meant: tertius evidence add-claim"
                raise OptionError("NUMBER", f"claim {number}, a {kind}", "an event", fix)
            before = read_json(written)
            after = edited(before, fields, actors)
            self._write(connection, number, after)
            self._recounted(connection, scenario)
            self.history.note(connection, "record", [number], (before, after), by, why)
        return after

    def undo(self, count: int = 1) -> list[Change]:
        """Take back the last changes that stand, newest first, and return them.

        Raises OptionError where so many do not stand.
        """
        with self._transaction() as connection:
            standing = [one for one in self.history.all(connection) if not one.undone]
            if not 0 < count <= len(standing):
                allowed = f"1 to {len(standing)}" if standing else "none: nothing is left to undo"
                raise OptionError("--last", count, allowed, "see: tertius evidence changes")
            undone = standing[::-1][:count]
            for change in undone:
                self._take_back(connection, change)
                self.history.mark_undone(connection, change.id)
        return undone

    def changes(self) -> list[Change]:
        """Every change, oldest first."""
        with self._transaction() as connection:
            return self.history.all(connection)

    def _take_back(self, connection: Any, change: Change) -> None:
        at = self.claims.c.id.in_(change.claims)
        if change.what == "state":
            for number, state in change.before:
                connection.execute(self.claims.update().where(self.claims.c.id == number).values(state=state))
            return
        if change.what == "record":
            self._write(connection, change.claims[0], change.before)
        else:
            # The same text may be filed again: its mark is given free.
            connection.execute(self.claims.update().where(at).values(state=WITHDRAWN, repeats=None))
            mark = f"{UNDONE} {change.id}"
            where = self.articles.c.id == change.after
            connection.execute(self.articles.update().where(where).values(sha256=mark))
        both = self.claims.join(self.articles, self.claims.c.article == self.articles.c.id)
        named = self._sql.select(self.articles.c.scenario).select_from(both).where(at)
        for scenario in {row[0] for row in connection.execute(named)}:
            self._recounted(connection, scenario)

    def _write(self, connection: Any, number: int, record: Mapping[str, Any]) -> None:
        written = json.dumps(record, ensure_ascii=False)
        connection.execute(self.claims.update().where(self.claims.c.id == number).values(record=written))

    def _states(self, connection: Any) -> dict[int, str]:
        """States of the claims that are listed, by number."""
        rows = connection.execute(self._sql.select(self.claims.c.id, self.claims.c.state))
        return {number: state for number, state in rows if state != WITHDRAWN}

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        try:
            with self.engine.begin() as connection:
                yield connection
        except self._sql.exc.SQLAlchemyError as error:
            raise self._refused("a database that cannot be used", error) from error

    def _refused(self, what: str, error: Exception) -> DataError:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        fix = f"name another {self._option}, free some space, or install its driver; nothing saved before was changed"
        return DataError(self._place, f"{what} ({reason})", "an address such as sqlite:///FILE", fix)


def _check(asked: Iterable[int], known: Iterable[int]) -> None:
    """Raise UnknownName for a claim that does not exist."""
    held = set(known)
    for number in asked:
        if number not in held:
            allowed = [str(each) for each in sorted(held)]
            raise UnknownName("claim", str(number), allowed, "tertius evidence list shows the claims")


def _digest(reading: Reading) -> str:
    """What makes a filing the same: its words, and of what was told by hand what it says."""
    by_hand = [f"{e.source} {e.action} {e.target} {e.mode} {e.date}" for e in reading.events if e.trigger == BY_HAND]
    return hashlib.sha256(" ".join([*reading.text.split(), *by_hand]).encode()).hexdigest()


def _records(reading: Reading) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind, many in (("event", reading.events), ("stance", reading.stances), ("quantity", reading.quantities)):
        for one in many:
            yield kind, asdict(one)


def _file(number: int, record: dict[str, Any], origin: str) -> Filed:
    told = record["said_by"] or origin
    return Filed(
        number,
        record["source"],
        record["action"],
        record["target"],
        record["mode"],
        record["date"],
        told,
        record["quote"],
    )
