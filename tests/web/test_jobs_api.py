"""Jobs over the API: asked, followed, cancelled, found again; what is wrong is refused before it waits."""

import json
import threading
import time
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.web.conftest import CASE

from tertius.web.jobs import Queue
from tertius.web.jobs.kinds import KINDS
from tertius.web.jobs.worker import work

API = "/api/v1"
JOBS = f"{API}/cases/{CASE}/jobs"
ASKED = {
    "kind": "what-if",
    "arguments": {"settings": {"contingents.legion.interpreter_pool": 120.0}, "futures": 40, "weeks": 4},
}


def do_all(app: FastAPI) -> None:
    """Do what waits, as a worker would."""
    queue: Queue = app.state.queue
    while (job := queue.take("test")) is not None:
        work(queue, job, "test", app.state.desk, KINDS)


def events(text: str) -> list[dict[str, Any]]:
    """Data of the events of a stream."""
    return [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")]


def test_a_job_is_asked_done_and_asked_again_for_nothing(client: TestClient, app: FastAPI) -> None:
    answer = client.post(JOBS, json=ASKED)
    assert answer.status_code == 202
    job = answer.json()
    assert (job["state"], job["case"], job["arguments"]["futures"]) == ("queued", CASE, 40)
    assert client.get(f"{API}/jobs/{job['id']}/result").json() is None
    do_all(app)
    assert client.get(f"{API}/jobs/{job['id']}").json()["state"] == "done"
    found = client.get(f"{API}/jobs/{job['id']}/result").json()
    assert found["answer"]["run"]["futures"] == 40
    assert {one["outcome"] for one in found["beside"]["weekly"]} == {one["id"] for one in found["answer"]["outcomes"]}
    assert client.post(JOBS, json=ASKED).json()["id"] == job["id"]
    assert [one["id"] for one in client.get(JOBS).json()] == [job["id"]]


def test_a_case_that_has_changed_is_asked_anew(client: TestClient, app: FastAPI) -> None:
    desk = app.state.desk
    desk.keep("mine", desk.text(CASE))
    jobs = f"{API}/cases/mine/jobs"
    first = client.post(jobs, json=ASKED).json()["id"]
    assert client.post(jobs, json=ASKED).json()["id"] == first
    desk.keep("mine", desk.text(CASE) + "\n# another edition\n")
    assert client.post(jobs, json=ASKED).json()["id"] != first


def test_events_tell_every_change_and_then_end(client: TestClient, app: FastAPI) -> None:
    queue: Queue = app.state.queue
    job = client.post(JOBS, json=ASKED).json()["id"]

    def go_on() -> None:
        queue.take("test")
        for part in range(3):
            time.sleep(0.4)
            queue.progress(job, "test", "paired futures", part, 3)
        time.sleep(0.4)
        queue.finish(job, "test", "{}")

    going = threading.Thread(target=go_on)
    going.start()
    answer = client.get(f"{API}/jobs/{job}/events")
    going.join()
    told = events(answer.text)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert told[0]["state"] in ("queued", "running")
    assert told[-1]["state"] == "done"
    assert [one["change"] for one in told] == sorted({one["change"] for one in told})
    assert any(one["done"] == 2 for one in told)


def test_who_comes_back_is_told_what_came_since(client: TestClient, app: FastAPI) -> None:
    job = client.post(JOBS, json=ASKED).json()
    client.delete(f"{API}/jobs/{job['id']}")
    address = f"{API}/jobs/{job['id']}/events"
    (told,) = events(client.get(address, headers={"Last-Event-ID": str(job["change"])}).text)
    assert told["state"] == "cancelled"
    assert client.get(address, headers={"Last-Event-ID": str(told["change"])}).status_code == 204
    assert len(events(client.get(address, headers={"Last-Event-ID": "nonsense"}).text)) == 1


def test_cancelling_tells_the_job_as_it_then_stands(client: TestClient) -> None:
    job = client.post(JOBS, json=ASKED).json()["id"]
    assert client.delete(f"{API}/jobs/{job}").json()["state"] == "cancelled"
    assert client.delete(f"{API}/jobs/{job}").json()["state"] == "cancelled"


def test_an_error_of_the_work_is_data(client: TestClient, app: FastAPI) -> None:
    wrong = {
        "kind": "what-if",
        "arguments": {"settings": {"contingents.legion.interpreter_pol": 120.0}, "futures": 40, "weeks": 4},
    }
    job = client.post(JOBS, json=wrong).json()["id"]
    do_all(app)
    told = client.get(f"{API}/jobs/{job}").json()
    assert told["state"] == "failed"
    assert "contingents.legion.interpreter_pool" in told["error"]["message"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ([], 422),
        ({"kind": "whatif"}, 404),
        ({"kind": "\ud800"}, 422),
        ({"kind": "what-if", "arguments": []}, 422),
        ({"kind": "what-if", "arguments": {"futures": -1}}, 422),
        ({"kind": "what-if", "arguments": {"without": ["\ud800" * 300]}}, 422),
        ({"kind": "what-if", "arguments": {"settings": {"world.pace": 1e999}}}, 422),
        ({"kind": "given", "arguments": {"instrument": "\x00", "direction": "up"}}, 202),
    ],
)
def test_what_is_wrong_is_refused_before_it_waits(client: TestClient, body: Any, status: int) -> None:
    answer = client.post(JOBS, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    if status != 202:
        assert answer.json()["error"]["message"]
        assert client.get(JOBS).json() == []


def test_unknown_jobs_and_cases_are_refused(client: TestClient) -> None:
    for path in ("/jobs/none", "/jobs/none/result", "/jobs/none/events", "/cases/none/jobs"):
        assert client.get(API + path).status_code == 404
    assert client.delete(f"{API}/jobs/none").status_code == 404
    assert client.post(f"{API}/cases/none/jobs", json=ASKED).status_code == 404


def test_every_kind_tells_its_arguments(client: TestClient) -> None:
    told = client.get(f"{API}/kinds").json()
    assert [one["kind"] for one in told] == [name for name, kind in KINDS.items() if not kind.hidden]
    for one in told:
        assert one["what"]
        assert one["arguments"]["additionalProperties"] is False


def test_asking_and_looking_writes_no_folder(client: TestClient, app: FastAPI) -> None:
    client.get(f"{API}/cases/korea-1950/jobs")
    assert not (app.state.desk.folder / "cases" / "korea-1950").exists()


def test_a_stream_ends_with_its_server(client: TestClient, app: FastAPI) -> None:
    job = client.post(f"{API}/cases/{CASE}/jobs", json={"kind": "what-if", "arguments": {"futures": 41}}).json()
    app.state.ends.set()
    told = client.get(f"{API}/jobs/{job['id']}/events").text
    assert events(told) == []  # and the reader comes back to the server that follows
    assert told.startswith("retry:")
