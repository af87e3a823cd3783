"""Watch: signs, what has tripped, the inverse question, steps that were seen; the whole state in the address."""

import hashlib
import html
import json
import os
import re
from html import escape

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.web.conftest import CASE
from tests.web.doing import do_all

import tertius
from tertius.evidence import read_data
from tertius.web import series

NAMED = "isw_area_daily.csv"
TABLE = b"date,isw_russia_controlled_km2\n2024-10-06,110005\n2024-10-13,110006\n"
API = f"/api/v1/cases/{CASE}"
PAGE = f"/case/{CASE}/watch"
STATE = "?event=war-ends&day=2031-04-07&wanted=war-ends&above=60&futures=400"


def test_the_address_holds_the_state_and_its_buttons_ask_for_it(app: FastAPI, client: TestClient) -> None:
    page = client.get(PAGE + STATE).text
    buttons = {
        kind: json.loads(html.unescape(arguments))
        for kind, arguments in re.findall(r'data-job="([\w-]+)" data-arguments="([^"]*)"', page)
    }
    assert buttons["indicators"]["targets"] == ["war-ends"]
    assert buttons["watch"]["as_of"] == "2031-04-07"
    assert buttons["inverse"]["above"] == 0.6
    for kind in ("indicators", "watch"):
        client.post(f"{API}/jobs", json={"kind": kind, "arguments": buttons[kind]})
        assert do_all(app)["state"] == "done"
    page = client.get(PAGE + STATE).text
    assert "The war ends: " in page
    assert "by 7 Apr 2031" in page
    assert 'data-job="indicators"' not in page, "it is answered"
    assert 'data-job="inverse"' in page
    assert " style=" not in page


def test_the_inverse_question_is_told_in_words(app: FastAPI, client: TestClient) -> None:
    asked = {"event": "war-ends", "above": 0.6, "actors": ["avria"]}
    client.post(f"{API}/jobs", json={"kind": "inverse", "arguments": asked})
    done = do_all(app)
    assert done["state"] == "done", done["error"]
    assert done["result"]["text"].startswith("# ")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("above=x", "option above"),
        ("above=%00", "option above"),
        ("day=zz", "option as_of"),
        ("wanted=war-ends&above=500", "option above"),
    ],
)
def test_what_an_address_cannot_mean_is_told(client: TestClient, query: str, said: str) -> None:
    page = client.get(f"{PAGE}?{query}")
    assert page.status_code == 200
    assert said in page.text


@pytest.mark.parametrize(
    "query", ["event=nope", "futures=1e9", "futures=-5", "other=%3Cscript%3E", "wanted=" + "x" * 900]
)
def test_a_hostile_address_is_a_page(client: TestClient, query: str) -> None:
    page = client.get(f"{PAGE}?{query}")
    assert page.status_code == 200
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    "text",
    [
        "extends: /etc/passwd\nas_of: 2031-01-01\n",
        "tertius: 1\nscenario: another\nuntil: 2031-04-01\nrecord:\n  a: {instrument: x, date: 2031-03-20, step: up}\n",
        "tertius: 1\nscenario: river-war\nuntil: 2031-04-01\nrecord: 7\n",
        "\x00",
        "- 1",
    ],
)
def test_steps_that_cannot_be_used_are_refused(client: TestClient, text: str) -> None:
    was = client.get(f"{API}/steps").json()["edition"]
    answer = client.put(f"{API}/steps", json={"text": text, "was": was})
    assert answer.status_code == 422
    assert "root:" not in answer.text
    assert not client.get(f"{API}/steps").json()["kept"]


def test_events_are_named(client: TestClient) -> None:
    told = {one["id"]: one["name"] for one in client.get(f"{API}/events").json()}
    assert told["war-ends"] == "The war ends"
    assert "durian-shells:up" in told


def test_data_are_sent_read_and_taken_out(app: FastAPI, client: TestClient) -> None:
    good = b"date,area_m2\n2031-03-01,100\n"
    sent = client.post(f"{API}/data", files={"file": ("notes.csv", good)}, headers={"X-Tertius": "1"})
    assert sent.status_code == 422
    assert "known source" in sent.json()["error"]["message"]
    bad = client.post(f"{API}/data", files={"file": (NAMED, b"\x00\x01 nothing")}, headers={"X-Tertius": "1"})
    assert bad.status_code == 202
    failed = do_all(app)
    assert failed["state"] == "failed"
    assert failed["error"]["place"].startswith(NAMED), "no place outside what was sent is told"
    assert client.get(f"{API}/data").json() == []
    assert series.data_of(app.state.desk, CASE) is None
    sent = client.post(f"{API}/data", files={"file": (f"../../{NAMED}", TABLE)}, headers={"X-Tertius": "1"})
    assert (sent.status_code, sent.json()["kind"]) == (202, "data")
    assert do_all(app)["state"] == "done"
    assert [one["name"] for one in client.get(f"{API}/data").json()] == [NAMED]
    folder = series.data_of(app.state.desk, CASE)
    assert folder is not None
    assert read_data(folder).names() == ("isw.controlled",)
    assert NAMED in client.get(PAGE).text
    assert client.delete(f"{API}/data/other.csv", headers={"Content-Type": "application/json"}).status_code == 404
    gone = client.delete(f"{API}/data/{NAMED}", headers={"Content-Type": "application/json"})
    assert (gone.status_code, gone.json()) == (200, [])
    assert series.data_of(app.state.desk, CASE) is None


def test_what_is_not_read_names_the_files_and_no_folder(app: FastAPI, client: TestClient) -> None:
    client.post(f"{API}/data", files={"file": (NAMED, TABLE)}, headers={"X-Tertius": "1"})
    body = {"kind": "watch", "arguments": {"targets": ["war-ends"], "futures": 400, "weeks": 8, "as_of": "2031-03-31"}}
    job = client.post(f"{API}/jobs", json=body).json()["id"]
    do_all(app)
    told = json.dumps(client.get(f"/api/v1/jobs/{job}/result").json()["told"])
    assert str(app.state.desk.folder) not in told


def test_a_file_too_large_and_one_too_many_are_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(series, "LARGEST", 10)
    sent = client.post(f"{API}/data", files={"file": (NAMED, TABLE)}, headers={"X-Tertius": "1"})
    assert sent.status_code == 422
    monkeypatch.undo()
    monkeypatch.setattr(series, "MOST", 0)
    assert client.post(f"{API}/data", files={"file": (NAMED, TABLE)}, headers={"X-Tertius": "1"}).status_code == 422


def test_what_speaks_for_each_hypothesis_is_shown(app: FastAPI, client: TestClient) -> None:
    assert 'data-job="hypotheses"' in client.get(PAGE).text
    body = {"kind": "hypotheses", "arguments": {}}
    job = client.post(f"{API}/jobs", json=body).json()["id"]
    do_all(app)
    told = client.get(f"/api/v1/jobs/{job}/result").json()
    own = tertius.hypotheses(CASE)
    assert [one["hypothesis"] for one in told["tellings"]] == [one.hypothesis for one in own]
    page = client.get(PAGE).text
    for one, row in zip(own, told["told"]["hypotheses"], strict=True):
        assert row["title"].startswith(one.name)
        assert escape(row["title"]) in page
        assert len(row["rules"]) == len(one.rules)


def _sent(client: TestClient, data: bytes) -> dict[str, str]:
    sent = client.post(f"{API}/data", files={"file": (NAMED, data)}, headers={"X-Tertius": "1"})
    return dict(sent.json())


def test_what_stands_oddly_among_the_data_of_a_case_stops_nothing(app: FastAPI, client: TestClient) -> None:
    desk = app.state.desk
    own = desk.folder / "cases" / CASE / series.FOLDER
    own.mkdir(parents=True)
    (own / NAMED).symlink_to(own / "nowhere")
    os.mkfifo(own / "deepstate_area_weekly.csv")
    (own / "russia_losses.csv").mkdir()
    (own / f".{NAMED}.1-2.part").write_bytes(b"half")
    assert client.get(f"{API}/data").json() == []
    assert client.get(PAGE).status_code == 200
    assert client.delete(f"{API}/data/russia_losses.csv").status_code == 404
    assert series.data_of(desk, CASE) is None
    shared = desk.folder / series.FOLDER
    shared.mkdir()
    (shared / NAMED).write_bytes(TABLE)
    assert series.data_of(desk, CASE) == shared, "half a file does not hide what the server keeps for all"
    (own / NAMED).unlink()
    (own / NAMED).mkdir()
    _sent(client, TABLE)
    failed = do_all(app)
    assert failed["state"] == "failed"
    assert "no folder stands" in failed["error"]["allowed"]


def test_a_file_that_was_kept_when_its_worker_was_killed_is_no_failure(app: FastAPI, client: TestClient) -> None:
    _sent(client, TABLE)
    assert do_all(app)["state"] == "done"
    desk, upload = app.state.desk, hashlib.sha256(TABLE).hexdigest()
    assert list((desk.place(CASE) / "uploads").iterdir()) == []
    app.state.queue.submit("data", CASE, {"name": NAMED, "upload": upload}, "again", lasting=False)
    assert do_all(app)["state"] == "done"
    other = hashlib.sha256(b"another").hexdigest()
    app.state.queue.submit("data", CASE, {"name": NAMED, "upload": other}, "again", lasting=False)
    assert do_all(app)["state"] == "failed"
