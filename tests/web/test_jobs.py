"""Jobs: asked, done in other processes, cancelled, taken again after a death, kept; a full disk told."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from tertius.errors import ArchiveError, OptionError, ScenarioError, TertiusError, UnknownName
from tertius.memory import most_held
from tertius.web.desk import Desk
from tertius.web.jobs import Crew, Job, Queue, failure_of
from tertius.web.jobs.store import FILE
from tertius.world import load_scenario

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0  # a busy machine may take twenty times as long
STANDIN = ("tests.web.standin:KINDS", "tests.web.standin:Desk", "")


def until(told: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not told():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.02)


def over(queue: Queue, job: str) -> Job:
    until(lambda: queue.get(job).is_over, f"job over, it stands at {queue.get(job)}")
    return queue.get(job)


def notes(folder: Path) -> list[str]:
    file = folder / "notes.txt"
    return file.read_text().split() if file.is_file() else []


def lives(pid: int) -> bool:
    """Whether a process lives; one that has ended and that nobody has asked about does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.is_file() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z")


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(ROOT / "src")]))


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path)


@pytest.fixture
def crew(queue: Queue) -> Iterator[Crew]:
    with Crew(queue.folder, 1, *STANDIN) as standing:
        yield standing


def test_a_job_is_done_elsewhere_and_its_result_kept(queue: Queue, crew: Crew) -> None:
    name = queue.submit("echo", "river", {"n": 3})
    done = over(queue, name)
    assert (done.state, done.kind, done.case, done.tries, done.error) == ("done", "echo", "river", 1, None)
    assert (done.stage, done.done, done.of) == ("saying", 1, 1)
    assert done.submitted <= (done.started or "") <= (done.ended or "")
    assert queue.result(name) == {"case": "river", "said": {"n": 3}}
    assert Queue(queue.folder).result(name) == queue.result(name)
    assert queue.list() == queue.list("river") == (done,)
    assert queue.list("other") == ()


def test_errors_of_ours_are_kept_as_data_and_a_fault_is_told(queue: Queue, crew: Crew) -> None:
    ours = over(queue, queue.submit("wrong", "river", {}))
    assert ours.state == "failed"
    assert ours.error is not None
    told = {key: ours.error[key] for key in ("place", "value", "allowed", "fix")}
    assert told == {"place": "weeks", "value": "0", "allowed": "1 or more", "fix": "choose more"}
    fault = over(queue, queue.submit("broken", "river", {})).error
    assert fault is not None
    assert fault["value"] == "ZeroDivisionError: division by zero"
    assert over(queue, queue.submit("nan", "river", {})).state == "failed"
    assert queue.result(ours.id) is None
    after = over(queue, queue.submit("echo", "river", {}))  # the worker has lived through them all
    assert after.state == "done"


def test_the_same_question_of_the_same_edition_is_answered_at_once(queue: Queue, crew: Crew) -> None:
    first = queue.submit("echo", "river", {"n": 1, "m": 2}, "one")
    assert queue.submit("echo", "river", {"m": 2, "n": 1}, "one") == first
    over(queue, first)
    assert queue.submit("echo", "river", {"n": 1, "m": 2}, "one") == first
    others = [
        queue.submit("echo", "river", {"n": 1, "m": 2}, "two"),
        queue.submit("echo", "hills", {"n": 1, "m": 2}, "one"),
        queue.submit("echo", "river", {"n": 2, "m": 2}, "one"),
        queue.submit("echo", "river", {"n": 1, "m": 2}, "one", lasting=False),
    ]
    assert len({first, *others}) == 5
    failed = queue.submit("wrong", "river", {})
    over(queue, failed)
    assert queue.submit("wrong", "river", {}) != failed


def test_cancelling_lets_the_worker_stay_warm_where_it_hears(queue: Queue, crew: Crew) -> None:
    name = queue.submit("slow", "river", {"parts": 10_000})
    waits = queue.submit("slow", "river", {"parts": 9_999})
    until(lambda: queue.get(name).done > 2, "progress")
    assert queue.get(waits).ahead == 0
    assert queue.submit("slow", "river", {"parts": 9_998}) != waits
    assert queue.list()[0].ahead == 1
    before = crew.processes
    assert queue.cancel(waits).state == "cancelled"
    assert queue.cancel(name).state == "cancelled"
    until(lambda: queue.list()[0].state == "running", "the next is taken")
    assert crew.processes == before
    queue.cancel(queue.list()[0].id)
    assert queue.get(name).state == "cancelled"
    assert queue.cancel(name) == queue.get(name), "what is over stays as it is"


def test_cancelling_ends_a_worker_that_does_not_hear(queue: Queue, crew: Crew) -> None:
    name = queue.submit("stuck", "river", {})
    until(lambda: "stuck" in notes(queue.folder), "begun")
    (before,) = crew.processes
    queue.cancel(name)
    assert over(queue, queue.submit("echo", "river", {})).state == "done"
    assert crew.processes != (before,)
    assert not lives(before)
    assert queue.get(name).state == "cancelled"
    assert queue.get(name).tries == 1


def test_a_job_whose_worker_is_killed_is_taken_again_once(queue: Queue, crew: Crew) -> None:
    once, twice = queue.submit("dies", "river", {"times": 1}), queue.submit("echo", "river", {})
    assert over(queue, once).state == "done"
    assert queue.get(once).tries == 2
    assert over(queue, twice).state == "done"
    (queue.folder / "notes.txt").unlink()
    always = over(queue, queue.submit("dies", "river", {"times": 99}))
    assert (always.state, always.tries) == ("failed", 2)
    assert always.error is not None
    assert always.error["value"] == "its process ended 2 times (signal 9)"
    assert over(queue, queue.submit("echo", "river", {"n": 5})).state == "done"


def test_a_worker_that_has_held_much_memory_makes_room_for_another(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tertius.web.jobs import worker

    assert 10_000_000 < most_held() < 10**12, "bytes, not thousands of them"
    monkeypatch.setattr(worker, "MOST_HELD", 0)
    monkeypatch.setattr(worker, "_end_with_the_server", lambda: None)
    monkeypatch.setattr("os.nice", lambda by: 0)
    monkeypatch.setattr("signal.signal", lambda *given: None)
    for number in range(2):
        queue.submit("echo", "river", {"n": number})
    worker.main(str(queue.folder), "me", str(2**60), *STANDIN)  # it ends after its first job, however small its share
    assert sorted(job.state for job in queue.list()) == ["done", "queued"]


def test_what_a_server_has_held_does_not_count_for_its_workers() -> None:
    held = bytearray(b"x") * 400_000_000
    del held
    code = "from tertius.memory import most_held; print(most_held())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert 1_000_000 < int(told) < 300_000_000


def test_a_job_that_needs_more_than_its_share_is_refused_with_the_limit_and_the_fix(queue: Queue) -> None:
    """Two workers that may use 2 GiB together have one each; a job that asks for more fails, and the next one runs."""
    with Crew(queue.folder, 2, *STANDIN, memory=2 * 2**30):
        for what in ("array", "map"):
            wants = over(queue, queue.submit("wants", "river", {"bytes": 3 * 2**29, "what": what}))
            assert wants.state == "failed"
            assert wants.error is not None
            assert wants.error["value"] == "memory ran out"
            assert wants.error["allowed"] == "a run that fits into memory; this one may use 1.0 GiB"
            assert "--memory" in wants.error["fix"]
        assert over(queue, queue.submit("wants", "river", {"bytes": 2**28, "what": "array"})).state == "done"


def test_a_run_in_a_worker_is_refused_before_it_begins_where_its_share_is_too_small(queue: Queue) -> None:
    from tertius.web.jobs.kinds import checked

    Desk(queue.folder)
    asked = checked("brief", {"futures": 20_000, "weeks": 520})
    with Crew(queue.folder, 1, warm="", memory=2**30):
        refused = over(queue, queue.submit("brief", "river-war", asked))
    assert refused.error is not None
    assert (refused.state, refused.error["place"]) == ("failed", "futures")
    assert "of at most 0.7" in refused.error["allowed"]


SERVER = dedent(
    """
    import sys, time
    from pathlib import Path
    from tertius.web.jobs import Crew
    with Crew(Path(sys.argv[1]), 1, *{standin!r}) as crew:
        print(*crew.processes, flush=True)
        time.sleep(600)
    """
).format(standin=STANDIN)


def test_workers_end_with_a_killed_server_and_the_next_takes_their_jobs(queue: Queue) -> None:
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(queue.folder)], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    name = queue.submit("slow", "river", {"parts": 40})
    pid = int(server.stdout.readline())
    until(lambda: queue.get(name).done > 2, "progress")
    server.send_signal(signal.SIGKILL)
    server.wait()
    server.stdout.close()
    until(lambda: not lives(pid), "the worker has ended")
    assert queue.get(name).state == "running"
    with Crew(queue.folder, 1, *STANDIN):
        done = over(queue, name)
    assert (done.state, done.tries) == ("done", 2)
    assert notes(queue.folder).count("slow") == 2


def test_a_second_server_leaves_the_jobs_of_the_first_alone(queue: Queue, crew: Crew) -> None:
    name = queue.submit("slow", "river", {"parts": 61})
    until(lambda: queue.get(name).done > 2, "progress")
    with Crew(queue.folder, 1, *STANDIN):
        done = over(queue, name)
    assert (done.state, done.tries) == ("done", 1)


def test_files_of_dead_workers_are_removed_and_those_of_the_living_stay(queue: Queue, crew: Crew) -> None:
    over(queue, queue.submit("echo", "river", {}))
    (alive,) = (queue.folder / "workers").glob("*.lock")
    dead, fresh = (alive.with_name(f"{name}.lock") for name in ("dead", "fresh"))
    dead.touch()
    fresh.touch()
    for place in (alive, dead):
        os.utime(place, (1.0, 1.0))
    queue.sweep()
    assert alive.exists()
    assert not dead.exists()
    assert fresh.exists()


def test_leaving_a_crew_lets_its_work_wait(queue: Queue) -> None:
    with Crew(queue.folder, 2, *STANDIN) as crew:
        names = [queue.submit("slow", "river", {"parts": 10_000 + n}) for n in range(2)]
        until(lambda: all(queue.get(name).done > 1 for name in names), "both run at once")
        pids = crew.processes
    assert [queue.get(name).state for name in names] == ["queued", "queued"]
    assert not any(lives(pid) for pid in pids)
    assert queue.get(names[1]).ahead == 1


SUBMITTING = dedent(
    """
    import sys
    from pathlib import Path
    from tertius.web.jobs import Queue
    queue = Queue(Path(sys.argv[1]))
    for n in range(12):
        queue.submit("echo", "river", {"n": n, "who": sys.argv[2]})
        queue.submit("echo", "river", {"n": n, "who": "both"}, "one")
    """
)


def test_two_processes_submit_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SUBMITTING, str(tmp_path)]
    both = [subprocess.Popen([*command, who]) for who in ("one", "two")]
    with Crew(tmp_path, 2, *STANDIN):
        queue = Queue(tmp_path)
        assert [each.wait(PATIENCE) for each in both] == [0, 0]
        until(lambda: all(job.is_over for job in queue.list()), "all are done")
    jobs = queue.list()
    assert len(jobs) == 36
    assert {job.state for job in jobs} == {"done"}
    assert {job.tries for job in jobs} == {1}
    assert len(notes(tmp_path)) == 36


def test_a_full_disk_is_told(queue: Queue, crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    over(queue, queue.submit("echo", "river", {}))
    monkeypatch.setattr("tertius.web.jobs.queue.MOST_BYTES", 10_000_000)
    connect = sqlite3.connect

    def small(*given: object, **options: object) -> sqlite3.Connection:
        made = connect(*given, **options)  # type: ignore[call-overload]
        pages = made.execute("pragma page_count").fetchone()[0]
        made.execute(f"pragma max_page_count = {pages}")
        return made  # type: ignore[no-any-return]

    with monkeypatch.context() as full:
        full.setattr("sqlite3.connect", small)
        with pytest.raises(ArchiveError, match=r"cannot write jobs\.sqlite .*full.*free some space"):
            queue.submit("echo", "river", {"text": "x" * 1_000_000})
    assert len(queue.list()) == 1


def test_a_result_that_does_not_fit_fails_its_job(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    from tertius.web.jobs.worker import work

    name = queue.submit("vast", "river", {"bytes": 2_000_000})
    job = queue.take("me")
    assert job is not None
    finish = queue.finish

    def full(id: str, worker: str, result: str) -> bool:
        assert len(result) > 2_000_000
        raise ArchiveError("cannot write jobs.sqlite (database or disk is full); free some space")

    monkeypatch.setattr(queue, "finish", full)
    from tests.web.standin import KINDS, Desk

    work(queue, job, "me", Desk(queue.folder), KINDS)
    found = queue.get(name)
    assert found.state == "failed"
    assert found.error is not None
    assert "full" in found.error["message"]
    assert not finish(name, "me", "{}"), "what is over is not done anew"


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database at all" * 100)
    with pytest.raises(ArchiveError, match="damaged"):
        Queue(tmp_path)
    (tmp_path / "other").mkdir()
    with sqlite3.connect(tmp_path / "other" / FILE) as db:
        db.execute("pragma user_version = 7")
    db.close()
    with pytest.raises(ArchiveError, match="form 7"):
        Queue(tmp_path / "other")
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match="choose another data folder"):
        Queue(tmp_path / "file")


def test_arguments_that_cannot_be_kept_are_refused(queue: Queue) -> None:
    loop: list[object] = []
    loop.append(loop)
    for arguments in ({"n": float("nan")}, {"n": object()}, {"n": loop}, {"n": "x" * 200_000}, {"n": "\ud800"}):
        with pytest.raises(OptionError):
            queue.submit("echo", "river", arguments)
    with pytest.raises(UnknownName):
        queue.get("x" * 5000)
    with pytest.raises(UnknownName):
        queue.result("'; drop table jobs; --")
    with pytest.raises(UnknownName):
        queue.cancel("")
    assert queue.list() == ()


def test_waiting_jobs_have_a_bound_and_old_ones_are_forgotten(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tertius.web.jobs.queue.MOST_WAITING", 3)
    monkeypatch.setattr("tertius.web.jobs.queue.MOST_KEPT", 4)
    names = [queue.submit("echo", "river", {"n": n}) for n in range(3)]
    with pytest.raises(OptionError, match="3 waiting"):
        queue.submit("echo", "river", {"n": 3})
    for n in range(10):
        queue.cancel(names[-1])
        names.append(queue.submit("echo", "river", {"n": 10 + n}))
    kept = {job.id for job in queue.list()}
    assert len([job for job in queue.list() if job.state == "cancelled"]) == 4
    assert names[0] in kept, "what waits is never forgotten"
    with pytest.raises(UnknownName):
        queue.get(names[2])


def test_a_job_that_ends_every_server_fails_at_last(queue: Queue) -> None:
    name = queue.submit("echo", "river", {})
    for _ in range(6):
        assert queue.take("gone") is not None
        queue.sweep()
    found = queue.get(name)
    assert (found.state, found.tries) == ("failed", 6)


def test_an_error_of_a_scenario_names_the_file_and_not_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "war.yaml"
    file.write_text("name: war\nweeks: many\n")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    told = failure_of(caught.value)
    assert told["place"].startswith("war.yaml")
    assert told["problem_count"] == len(told["problems"]) > 1
    assert str(tmp_path) not in str(told["problems"])


@pytest.mark.parametrize("kind", TertiusError.__subclasses__())
def test_every_error_of_ours_has_place_value_allowed_and_fix(kind: type[TertiusError]) -> None:
    made = {
        "Misfit": ("3", "1 or 2", "choose one", None, ("a", 1)),
        "UnknownName": ("event", "x", ("y",)),
        "OptionError": ("--weeks", 0, "1 or more", "choose more"),
        "DataError": ("file", "x", "y", "z"),
        "MissingExtra": ("web", "fastapi", "serve"),
        "ScenarioError": ((),),
    }.get(kind.__name__, ("stopped",))
    told = failure_of(kind(*made))
    assert {"place", "value", "allowed", "fix", "message"} <= told.keys()
    assert all(isinstance(told[key], str) for key in ("place", "value", "allowed", "fix", "message"))
    assert told["place"]
    assert told["fix"]
