"""The data folder of a server: a limit for all of it; gone under a running server; damaged; on a full disk."""

import os
import time
from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import CASE
from tests.web.doing import do_all
from tests.web.test_jobs import ROOT, STANDIN, over, until

import tertius
from tertius.web import room
from tertius.web.app import create_app
from tertius.web.desk import Desk
from tertius.web.jobs import Crew, Queue
from tertius.web.jobs.kinds import checked
from tertius.web.settings import Settings

API = "/api/v1"


def browser(settings: Settings) -> TestClient:
    return TestClient(create_app(settings), base_url="http://127.0.0.1:8712", raise_server_exceptions=False)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is counted at each request."""
    monkeypatch.setattr(room, "FRESH", 0.0)


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("counted")
def test_a_folder_that_is_full_takes_no_more_and_can_still_be_read(folder: Path) -> None:
    (folder / "filler").write_bytes(b"x" * 40_000_000)
    with browser(Settings(folder, workers=0, space=0.04)) as client:
        before = files(folder)
        asked: list[tuple[str, str, dict[str, Any]]] = [
            ("post", "/cases", {"json": {"name": "mine", "source": CASE}}),
            ("post", f"/cases/{CASE}/jobs", {"json": {"kind": "brief"}}),
            ("post", f"/cases/{CASE}/seminars", {"json": {"seats": [["duria"]]}}),
            ("post", f"/cases/{CASE}/uploads", {"files": {"file": b"text"}, "headers": {"X-Tertius": "1"}}),
            ("put", f"/cases/{CASE}/scenario", {"json": {"text": "x", "was": ""}}),
        ]
        for method, path, given in asked:
            answer = getattr(client, method)(API + path, **given)
            assert answer.status_code == 507, path
            error = answer.json()["error"]
            assert error["place"] == "data folder"
            assert error["allowed"] == "at most 0.04 GB"
            assert "--space" in error["fix"]
            assert str(folder) not in answer.text
        assert files(folder) == before
        assert client.get(f"/case/{CASE}/today").status_code == 200
        assert client.delete(f"{API}/jobs/none").status_code == 404, "what waits can be cancelled"
        (folder / "filler").unlink()
        assert client.post(f"{API}/cases", json={"name": "mine", "source": CASE}).status_code == 201


def test_what_was_let_in_counts_before_the_folder_is_counted_again(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "file").write_bytes(b"x" * 400)
    (tmp_path / "link").symlink_to("/usr")
    held = room.Room(tmp_path, 1000)
    assert [held.take(300), held.take(300), held.take(301), held.take(300)] == [0, 0, 1000, 1000]


def test_a_folder_that_is_gone_is_said_everywhere_and_not_made_anew(folder: Path) -> None:
    with browser(Settings(folder, workers=0)) as client:
        away = folder.rename(folder.with_name("away"))
        page = client.get(f"/case/{CASE}/today", headers={"Accept": "text/html"})
        assert page.status_code == 503
        assert "put it back" in page.text
        for method, path in (("GET", "/cases"), ("POST", f"/cases/{CASE}/jobs"), ("GET", f"/cases/{CASE}/evidence")):
            answer = client.request(method, API + path, json={} if method == "POST" else None)
            assert answer.status_code == 503
            assert answer.json()["error"]["place"] == "data folder"
        assert client.get("/static/workbench.css").status_code == 200
        assert not folder.exists()
        away.rename(folder)
        assert client.get(f"/case/{CASE}/today").status_code == 200


def test_a_folder_that_goes_while_a_request_is_answered_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        folder.rename(folder.with_name("away"))
        raise FileNotFoundError(2, "No such file")

    monkeypatch.setattr(Desk, "cases", gone)
    with browser(Settings(folder, workers=0)) as client:
        assert client.get(f"{API}/cases").status_code == 503


@pytest.fixture
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(ROOT / "src")]))


@pytest.mark.usefixtures("_importable")
def test_workers_wait_until_a_folder_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    queue = Queue(folder)
    with Crew(folder, 1, *STANDIN) as crew:
        over(queue, queue.submit("echo", "river", {}))
        away = folder.rename(tmp_path / "away")
        until(lambda: not crew.processes, "the worker has ended")
        assert not folder.exists()
        away.rename(folder)
        assert over(queue, queue.submit("echo", "river", {"n": 2})).state == "done"


def test_jobs_start_anew_where_their_file_was_taken_away(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    queue.submit("echo", "river", {})
    for file in tmp_path.glob("jobs.sqlite*"):
        file.unlink()
    assert queue.list() == ()
    assert queue.get(queue.submit("echo", "river", {})).state == "queued"


def test_what_is_damaged_is_told_with_its_place_and_the_fix(folder: Path) -> None:
    (file,) = folder.glob(f"cases/{CASE}/results/*/answer.json")
    file.write_text("{}")
    with browser(Settings(folder, workers=0)) as client:
        answer = client.get(f"{API}/cases/{CASE}/answer")
        assert answer.status_code == 409
        error = answer.json()["error"]
        assert error["place"] == "data folder"
        assert error["fix"]
        assert "answer" in error["value"]
        assert str(folder) not in answer.text


def test_a_disk_that_is_full_when_a_run_is_kept_fails_the_run_and_loses_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file of a new result in turn is the one for which no room is left."""
    app = create_app(Settings(folder, workers=0))
    desk, queue = app.state.desk, app.state.queue
    before = {path: path.read_bytes() for path in files(folder) if "jobs.sqlite" not in path.name}
    arguments = checked("brief", {"futures": 40, "weeks": 4})
    made = tertius.brief(CASE, futures=40, weeks=4, light=True)  # once: what is tried is how it is kept
    monkeypatch.setattr(tertius, "brief", lambda *asked, **told: made)
    written = Path.write_bytes

    for left in range(3):
        room_for = [left]

        def full(path: Path, data: bytes, room_for: list[int] = room_for) -> int:
            if not room_for[0]:
                raise OSError(ENOSPC, "No space left on device")
            room_for[0] -= 1
            return written(path, data)

        queue.submit("brief", CASE, arguments, lasting=False)
        with monkeypatch.context() as disk:
            disk.setattr(Path, "write_bytes", full)
            disk.setattr(Path, "write_text", lambda path, text, **_: full(path, text.encode()))
            told = do_all(app)
        assert told["state"] == "failed", told
        assert "No space left" in told["error"]["message"] or "disk is full" in told["error"]["message"]
        assert desk.results(CASE) == ("000001",)
        assert {path: path.read_bytes() for path in before} == before
        assert not list((folder / "cases" / CASE / "results").glob(".*")), "what was half written is gone"
    queue.submit("brief", CASE, arguments, lasting=False)
    assert do_all(app)["state"] == "done"
    assert desk.results(CASE) == ("000001", "000002")


def test_what_a_killed_process_left_half_written_is_no_result_and_goes_after_a_day(folder: Path) -> None:
    desk = Desk(folder)
    own = folder / "cases" / CASE
    halves = [own / "results" / ".half", folder / "cases" / ".half"]
    for half in halves:
        half.mkdir()
        (half / "answer.json").write_text("{")
    (own / "uploads").mkdir()
    (own / "uploads" / ("0" * 64)).write_text("never read")
    assert desk.results(CASE) == ("000001",)
    assert {case.id for case in desk.cases()} == {case.id for case in Desk(folder).cases()}
    desk.tidy(CASE)
    assert all(half.exists() for half in halves), "another process may be at it"
    for path in (*halves, own / "uploads" / ("0" * 64)):
        os.utime(path, (time.time() - 40 * 86_400,) * 2)
    desk.tidy(CASE)
    assert not [path for path in (*halves, own / "uploads" / ("0" * 64)) if path.exists()]
    assert desk.answer(CASE) is not None


def test_a_full_disk_is_told_as_such(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    with browser(Settings(folder, workers=0)) as client:
        before = files(folder)
        monkeypatch.setattr(Path, "mkdir", full)
        answer = client.post(f"{API}/cases", json={"name": "mine", "source": CASE})
        assert answer.status_code == 507
        assert answer.json()["error"]["value"] == "the disk is full"
        assert files(folder) == before
