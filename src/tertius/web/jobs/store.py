"""The table of jobs: one SQLite file that several processes read and write at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tertius.errors import ArchiveError
from tertius.web.jobs.job import Job

FILE: Final = "jobs.sqlite"
FORM: Final = 1
WAITS: Final = 20.0  # seconds for another process that writes
_FULL: Final = ("database or disk is full", "disk I/O error")
_TABLES: Final = """
create table if not exists jobs (
    place integer primary key autoincrement,
    id text not null unique,
    kind text not null,
    case_id text not null,
    arguments text not null,
    edition text not null,
    digest text not null,
    state text not null,
    stage text not null default '',
    done integer not null default 0,
    of integer not null default 0,
    submitted text not null,
    started text,
    ended text,
    tries integer not null default 0,
    falls integer not null default 0,
    error text,
    change integer not null default 0,
    worker text
);
create index if not exists jobs_by_state on jobs (state, place);
create index if not exists jobs_by_case on jobs (case_id, place);
create index if not exists jobs_by_digest on jobs (digest, state);
create index if not exists jobs_by_worker on jobs (worker);
create table if not exists results (id text primary key references jobs (id) on delete cascade, data text not null);
"""
COLUMNS: Final = (
    "id, kind, case_id, arguments, edition, state, stage, done, of, submitted, started, ended, tries, error, change, "
    "case when state = 'queued' then (select count(*) from jobs as other where other.state = 'queued' and "
    "other.place < jobs.place) else 0 end"
)


class Store:
    """The jobs of one folder. Each call opens the file anew, so that threads and processes may share a Store.

    Raises ArchiveError where the file cannot be written or is none of ours.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or str(error)
            raise ArchiveError(f"cannot write {folder.name} ({reason}); choose another data folder") from error
        with self._opened() as db:
            _make(db)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection in which each statement is written at once. Raises ArchiveError, also for a full disk."""
        is_new = not self.file.is_file()  # somebody took it away: jobs start anew
        with self._opened() as db:
            if is_new:
                _make(db)
            yield db

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        if not self.folder.is_dir():
            raise ArchiveError(f"the data folder {self.folder.name} is not there any more; put it back")
        try:
            with closing(sqlite3.connect(self.file, timeout=WAITS, isolation_level=None)) as db:
                db.execute("pragma foreign_keys = on")
                db.execute("pragma synchronous = normal")
                yield db
        except sqlite3.Error as error:
            raise _refused(error) from error

    reading = writing

    @contextmanager
    def together(self) -> Iterator[sqlite3.Connection]:
        """A connection whose statements are all written, or none. Raises ArchiveError."""
        with self.writing() as db:
            db.execute("begin immediate")
            try:
                yield db
            except BaseException:
                if db.in_transaction:
                    db.execute("rollback")
                raise
            db.execute("commit")


def _make(db: sqlite3.Connection) -> None:
    """The tables, where they are not there. Raises ArchiveError for those of another version."""
    db.execute("pragma journal_mode = wal")
    found = int(db.execute("pragma user_version").fetchone()[0])
    if found not in (0, FORM):
        raise ArchiveError(f"{FILE} has form {found}; move it away, or use the version of the program that wrote it")
    if not found:
        db.executescript(f"{_TABLES} pragma user_version = {FORM};")


def now() -> str:
    """The present moment, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def job_of(row: tuple[Any, ...]) -> Job:
    """The job of a row of COLUMNS."""
    (id_, kind, case, arguments, edition, state, stage, done, of) = row[:9]
    (submitted, started, ended, tries, error, change, ahead) = row[9:]
    return Job(
        id_, kind, case, json.loads(arguments), edition, state, stage, done, of, ahead,
        submitted, started, ended, tries, None if error is None else json.loads(error), change,
    )  # fmt: skip


def _refused(error: sqlite3.Error) -> ArchiveError:
    reason = str(error)
    if any(told in reason for told in _FULL):
        return ArchiveError(f"cannot write {FILE} ({reason}); free some space on the disk of the data folder")
    if "not a database" in reason or "malformed" in reason:
        return ArchiveError(f"{FILE} is damaged ({reason}); move it away: jobs start anew, results of cases stay")
    if "locked" in reason:
        return ArchiveError(f"{FILE} is held by another process ({reason}); try again, or end that process")
    return ArchiveError(f"cannot use {FILE} ({reason}); check the data folder")
