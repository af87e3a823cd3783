"""The queue: jobs are asked, taken by workers, told how far they are, and kept with their results.

    submit -> queued -> running -> done        the result is kept, and given again to who asks the same
                 |         |----> failed       with an error
                 |         '----> queued       its worker was killed, once; or the server ended
                 '--------------> cancelled    also from running

A worker that comes too late finds that its job is no longer its own, and drops it: nothing is done twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from tertius.errors import OptionError, UnknownName
from tertius.web.jobs.alive import forget_dead, is_alive
from tertius.web.jobs.failures import told
from tertius.web.jobs.job import CANCELLED, DONE, FAILED, QUEUED, RUNNING, Job
from tertius.web.jobs.store import COLUMNS, Store, job_of, now

MOST_WAITING: Final = 50
MOST_KEPT: Final = 200
"""Jobs that are over and stay, with results of half a megabyte at most as a rule."""
MOST_BYTES: Final = 100_000
MOST_FALLS: Final = 2
"""Workers that may die of one job before it fails."""
MOST_TRIES: Final = 6
"""How often it is taken at all, servers that ended under it included."""


class Queue:
    """The jobs of one data folder; any number of processes may hold one.

    Raises ArchiveError, as every call does, where the file of jobs cannot be used or the disk is full.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._store = Store(folder)

    def submit(
        self, kind: str, case: str, arguments: Mapping[str, Any], edition: str = "", lasting: bool = True
    ) -> str:
        """Ask for work; the same that is waiting, running or, where it lasts, done is not asked twice.

        Args:
            kind, case, arguments: what is asked; arguments are JSON data.
            edition: which edition of the case it is asked of, such as a hash of its scenario and evidence.
            lasting: whether a stored result still answers the same question of the same edition.

        Returns:
            The job's id: a new one, or that of the job that answers already.

        Raises:
            OptionError: arguments that are no JSON data or too long, or too many jobs waiting.
        """
        text = _written(arguments)
        digest = _digest(kind, case, edition, text)
        same = (QUEUED, RUNNING, DONE) if lasting else (QUEUED, RUNNING)
        with self._store.together() as db:
            marks = ", ".join("?" * len(same))
            held = f"select id from jobs where digest = ? and state in ({marks}) order by place desc limit 1"
            found = db.execute(held, (digest, *same)).fetchone()
            if found is not None:
                return str(found[0])
            waiting = int(db.execute("select count(*) from jobs where state = ?", (QUEUED,)).fetchone()[0])
            if waiting >= MOST_WAITING:
                allowed, fix = f"at most {MOST_WAITING} jobs that wait", "wait until some are done, or cancel some"
                raise OptionError("jobs", f"{waiting} waiting", allowed, fix)
            name = uuid4().hex
            row = (name, kind, case, text, edition, digest, QUEUED, now())
            columns = "id, kind, case_id, arguments, edition, digest, state, submitted"
            db.execute(f"insert into jobs ({columns}) values (?, ?, ?, ?, ?, ?, ?, ?)", row)
            over = "select id from jobs where state in (?, ?, ?) order by place desc limit -1 offset ?"
            db.execute(f"delete from jobs where id in ({over})", (DONE, FAILED, CANCELLED, MOST_KEPT))
        return name

    def find(self, kind: str, case: str, arguments: Mapping[str, Any], edition: str = "") -> Job | None:
        """The job that `submit` would return, or the last of the same question that was none; nothing is asked."""
        digest = _digest(kind, case, edition, _written(arguments))
        order = "order by state not in (?, ?, ?), place desc limit 1"
        with self._store.reading() as db:
            query = f"select {COLUMNS} from jobs where digest = ? {order}"
            row = db.execute(query, (digest, DONE, RUNNING, QUEUED)).fetchone()
        return None if row is None else job_of(row)

    def get(self, id: str) -> Job:
        """A job as it stands. Raises UnknownName."""
        with self._store.reading() as db:
            row = db.execute(f"select {COLUMNS} from jobs where id = ?", (id,)).fetchone()
        if row is None:
            raise UnknownName("job", id[:80], (), "ask for a list of the jobs; old ones are forgotten")
        return job_of(row)

    def list(self, case: str = "", most: int = 100) -> tuple[Job, ...]:
        """The jobs of a case, or of all, the newest first."""
        where, names = ("where case_id = ?", (case,)) if case else ("", ())
        with self._store.reading() as db:
            rows = db.execute(f"select {COLUMNS} from jobs {where} order by place desc limit ?", (*names, most))
            return tuple(job_of(row) for row in rows.fetchall())

    def result(self, id: str) -> Any:
        """What a job that is done gave, as JSON data; None for any other. Raises UnknownName."""
        with self._store.reading() as db:
            row = db.execute("select data from results where id = ?", (id,)).fetchone()
        if row is None:
            self.get(id)
            return None
        return json.loads(row[0])

    def cancel(self, id: str) -> Job:
        """Cancel a job that is not over; one that is stays as it is. Raises UnknownName."""
        with self._store.writing() as db:
            states = (CANCELLED, now(), id, QUEUED, RUNNING)
            db.execute(
                "update jobs set state = ?, ended = ?, change = change + 1 where id = ? and state in (?, ?)", states
            )
        return self.get(id)

    # What workers and their crew call.

    def take(self, worker: str) -> Job | None:
        """The job that has waited longest, now the worker's own; None where none waits."""
        with self._store.writing() as db:
            waits = db.execute("select 1 from jobs where state = ? limit 1", (QUEUED,)).fetchone()
            if waits is None:  # reading alone does not hold up who writes
                return None
            row = db.execute(
                "update jobs set state = ?, worker = ?, started = ?, tries = tries + 1, stage = '', done = 0, of = 0, "
                "change = change + 1 where id = (select id from jobs where state = ? order by place limit 1) "
                f"and state = ? returning {COLUMNS}",
                (RUNNING, worker, now(), QUEUED, QUEUED),
            ).fetchone()
        return None if row is None else job_of(row)

    def progress(self, id: str, worker: str, stage: str, done: int, of: int) -> bool:
        """Tell how far a job is; the same again is no change. Returns whether it is still the worker's own."""
        now_at = (stage, done, of)
        with self._store.writing() as db:
            where = "where id = ? and worker = ? and state = ?"
            held = db.execute(f"select stage, done, of from jobs {where}", (id, worker, RUNNING)).fetchone()
            if held is None or held == now_at:
                return held is not None
            return _own(db, id, worker, "stage = ?, done = ?, of = ?", now_at)

    def finish(self, id: str, worker: str, result: str) -> bool:
        """Keep a job's result, JSON text. Returns whether the job was still the worker's own."""
        with self._store.together() as db:
            mine = _own(db, id, worker, "state = ?, ended = ?, worker = null", (DONE, now()))
            if mine:
                db.execute("insert or replace into results (id, data) values (?, ?)", (id, result))
        return mine

    def fail(self, id: str, worker: str, error: Mapping[str, Any]) -> bool:
        """Say that a job failed. Returns whether it was still the worker's own."""
        values = (FAILED, now(), json.dumps(error))
        return self._own(id, worker, "state = ?, ended = ?, error = ?, worker = null", values)

    def let_go(self, id: str, worker: str) -> None:
        """Say that a worker has dropped a job that is no longer its own."""
        with self._store.writing() as db:
            db.execute("update jobs set worker = null where id = ? and worker = ?", (id, worker))

    def dropped(self, worker: str) -> tuple[str, ...]:
        """Jobs that were cancelled while the worker had them, and that it has not let go."""
        with self._store.reading() as db:
            rows = db.execute("select id from jobs where worker = ? and state = ?", (worker, CANCELLED)).fetchall()
        return tuple(str(row[0]) for row in rows)

    def fell(self, worker: str, how: str) -> None:
        """A worker died by itself: its job waits again, once; then it fails. how: such as 'signal 9'."""
        value = f"its process ended {MOST_FALLS} times ({how})"
        fix = "ask for fewer futures or weeks; the server's log and memory say more"
        error = json.dumps(told("job", value, "work that its process lives through", fix))
        with self._store.together() as db:
            db.execute("update jobs set falls = falls + 1 where worker = ? and state = ?", (worker, RUNNING))
            _end(db, error, "falls >= ?", (MOST_FALLS,), worker)
            _requeue(db, worker)

    def sweep(self) -> None:
        """Let jobs wait again whose workers live no more, because their server ended."""
        with self._store.reading() as db:
            rows = db.execute("select distinct worker from jobs where worker is not null").fetchall()
        gone = [str(row[0]) for row in rows if not is_alive(self.folder, str(row[0]))]
        forget_dead(self.folder)
        value = f"it was begun {MOST_TRIES} times and the server ended each time"
        error = json.dumps(told("job", value, "a server that lives through it", "ask for fewer futures or weeks"))
        for worker in gone:
            with self._store.together() as db:
                _end(db, error, "tries >= ?", (MOST_TRIES,), worker)
                _requeue(db, worker)

    def _own(self, id: str, worker: str, change: str, values: Iterable[object]) -> bool:
        with self._store.writing() as db:
            return _own(db, id, worker, change, values)


def _own(db: Any, id: str, worker: str, change: str, values: Iterable[object]) -> bool:
    where = "where id = ? and worker = ? and state = ?"
    done = db.execute(f"update jobs set {change}, change = change + 1 {where}", (*values, id, worker, RUNNING))
    return bool(done.rowcount)


def _end(db: Any, error: str, where: str, values: Iterable[object], worker: str) -> None:
    db.execute(
        "update jobs set state = ?, ended = ?, error = ?, worker = null, change = change + 1 "
        f"where worker = ? and state = ? and {where}",
        (FAILED, now(), error, worker, RUNNING, *values),
    )


def _requeue(db: Any, worker: str) -> None:
    db.execute(
        "update jobs set state = ?, stage = '', done = 0, of = 0, change = change + 1 where worker = ? and state = ?",
        (QUEUED, worker, RUNNING),
    )
    db.execute("update jobs set worker = null where worker = ?", (worker,))


def _digest(kind: str, case: str, edition: str, arguments: str) -> str:
    return hashlib.sha256("\0".join((kind, case, edition, arguments)).encode()).hexdigest()


def _written(arguments: Mapping[str, Any]) -> str:
    try:
        text = json.dumps(dict(arguments), sort_keys=True, allow_nan=False, ensure_ascii=False)
        size = len(text.encode("utf-8"))
    except (TypeError, ValueError, RecursionError) as error:
        fix = "send a JSON object of finite numbers"
        raise OptionError("arguments", f"a value that is none ({error})", "JSON data", fix) from error
    if size > MOST_BYTES:
        allowed = f"at most {MOST_BYTES:,} bytes of JSON"
        raise OptionError("arguments", f"{size:,} bytes", allowed, "ask for less at once")
    return text
