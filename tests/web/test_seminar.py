"""A seminar over the API: two states for ten weeks, and no answer ever holds the seed or anything of a later week."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient
from tests.web.conftest import CASE
from tests.web.doing import do_all

from tertius.impact.seminar.playing import past_of
from tertius.impact.seminar.records import MAIN
from tertius.impact.seminar.table import Table
from tertius.web.app import create_app
from tertius.web.settings import Settings
from tertius.web.tables import folder_of, layout_of

API = f"/api/v1/cases/{CASE}/seminars"
PAGE = f"/case/{CASE}/seminar"
WEEKS = 10
LUCK = 4_611_686_018_427_387_000
STATES = ("duria", "corvia")


@pytest.fixture(autouse=True)
def luck(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hidden future in every run of these tests; in it the war lasts through the weeks that are played."""
    monkeypatch.setattr("tertius.impact.seminar.table.secrets.randbelow", lambda below: LUCK)


@pytest.fixture
def begun(client: TestClient) -> dict[str, Any]:
    """A seminar of two seats, week by week."""
    asked = {"seats": [[STATES[0]], [STATES[1]]], "names": ["Ann", "<b>Bo</b>"], "pace": "week", "weeks": WEEKS}
    answer = client.post(API, json=asked)
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json()
    return made


def table_of(client: TestClient, name: str) -> Table:
    desk = client.app.state.desk  # type: ignore[attr-defined]
    return Table(folder_of(desk, CASE, "seminars", name), layout_of(desk, CASE))


def worked(client: TestClient, path: str, asked: dict[str, str]) -> dict[str, Any]:
    """What a job asked at an address of the seminar gives there, once it is done."""
    assert client.post(f"{API}/{path}", json=asked).status_code == 202
    do_all(client.app)  # type: ignore[arg-type]
    told: dict[str, Any] = client.get(f"{API}/{path}", params=asked).json()
    assert told["job"]["state"] == "done"
    return told


def later(table: Table, turns: list[dict[str, Any]], week: int) -> set[str]:
    """Numbers of the future, played on with no more steps, that lie after a week and were not there before."""
    game = table.game
    past = past_of(table.layout, game, [*turns, *[dict.fromkeys(STATES, ())] * (WEEKS - len(turns))])
    areas = [path for path in past.kept if path.endswith((".area", ".losses", ".perceived", ".troops", ".shells"))]
    found = set()
    for path in areas:
        values = past.path(path)[0].astype(np.float64)
        found |= {repr(float(each)) for each in values[week + 1 :]} - {repr(float(each)) for each in values[: week + 1]}
    return {each for each in found if len(each) > 8}


def test_two_states_for_ten_weeks_see_nothing_that_is_to_come(client: TestClient, begun: dict[str, Any]) -> None:
    name, seats, lead = begun["id"], begun["seats"], begun["lead"]
    table = table_of(client, name)
    seed = str(table.game.seed)
    for week in range(WEEKS):
        told = []
        for number, state in zip(("1", "2"), STATES, strict=True):
            seen = client.get(f"{API}/{name}/{seats[number]}").json()
            assert (seen["known"]["week"], list(seen["own"])) == (week, [state])
            choice = seen["own"][state]["levers"][0]["choices"]
            moves = [choice[0]["move"]] if week % 3 == 0 and choice else []
            page = client.get(f"{PAGE}/{name}/{seats[number]}")
            assert page.status_code == 200
            answer = client.post(f"{API}/{name}/{seats[number]}/moves", json={"state": state, "moves": moves})
            assert answer.status_code == 200
            told += [json.dumps(seen), page.text]
            if number == "1":
                waits = answer.json()
                assert waits["waited_for"] == ["corvia"]
                other = client.get(f"{API}/{name}/{seats['2']}").json()
                assert other["handed_in"] == ["duria"]
                assert other["given"] == {}
                told += [answer.text, json.dumps(other), client.get(f"{API}/{name}/{seats['2']}/pulse").text]
                told.append(json.dumps(worked(client, f"{name}/{seats['1']}/prospects", {"state": state})))
                told += [client.get(f"{API}/{name}/{lead}").text, client.get(f"{PAGE}/{name}/{lead}").text]
        turns = [dict(turn.moves) for turn in table.game.branches[MAIN].turns]
        assert len(turns) == week + 1, "the turn was played when the last had handed in"
        secrets = later(table, turns, week)
        assert week == WEEKS - 1 or len(secrets) > 20
        for text in told:
            assert seed not in text
            assert not [each for each in secrets if each in text]
    end = client.get(f"{API}/{name}/{seats['1']}").json()
    assert end["is_over"]
    assert [one["turn"] for one in end["past"]] == list(range(WEEKS))
    assert {step["state"] for step in end["known"]["steps"]} >= set(STATES)


def test_a_seat_sees_its_own_and_the_leader_nobody_s(client: TestClient, begun: dict[str, Any]) -> None:
    name, seats, lead = begun["id"], begun["seats"], begun["lead"]
    table = table_of(client, name)
    path = table.game.branches[MAIN].now.path
    for secret, states in ((seats["1"], ["duria"]), (seats["2"], ["corvia"]), (lead, [])):
        text = client.get(f"{API}/{name}/{secret}").text
        assert list(json.loads(text)["own"]) == states
        assert path not in text
        held = {lead, *seats.values()}
        seen = {each for each in held if each in text + client.get(f"{PAGE}/{name}/{secret}").text}
        assert seen <= ({lead, *seats.values()} if secret == lead else {secret})
    public = client.get(API).text + client.get(PAGE).text
    assert not [each for each in (lead, *seats.values(), str(table.game.seed)) if each in public]
    assert "&lt;b&gt;Bo&lt;/b&gt;" in client.get(PAGE).text


def test_strangers_and_other_seats_are_refused(client: TestClient, begun: dict[str, Any]) -> None:
    name, seats, lead = begun["id"], begun["seats"], begun["lead"]
    for secret in ("x", "0" * 32, seats["1"][:-1], "%2e%2e"):
        for path in (f"{API}/{name}/{secret}", f"{PAGE}/{name}/{secret}", f"{API}/{name}/{secret}/pulse"):
            answer = client.get(path)
            assert answer.status_code == 404
            assert not [each for each in (lead, *seats.values()) if each in answer.text]
    worked(client, f"{name}/{lead}/courses", {"branch": MAIN})
    for path in ("courses", "report"):
        assert client.get(f"{API}/{name}/{seats['1']}/{path}").status_code == 404
        assert client.get(f"{API}/{name}/{lead}/{path}").status_code == 200
    assert client.post(f"{API}/{name}/{seats['1']}/courses", json={}).status_code == 404
    for state in ("corvia", "nobody"):
        answer = client.post(f"{API}/{name}/{seats['1']}/prospects", json={"state": state})
        assert answer.status_code == 422
    assert client.post(f"{API}/{name}/{seats['1']}/play", json={"absent": "program"}).status_code == 404
    assert client.post(f"{API}/{name}/{seats['1']}/branches", json={"name": "x", "turn": 0}).status_code == 404
    for secret, state in ((seats["1"], "corvia"), (lead, "duria"), (seats["1"], "nobody")):
        answer = client.post(f"{API}/{name}/{secret}/moves", json={"state": state, "moves": []})
        assert answer.status_code == 422
    assert client.get(f"{API}/{name}/{seats['1']}/prospects?state=corvia").status_code == 422
    for moves in (["durian-warning:down"], ["corvian-legion:up"], "hold", [["x"]], None, ["x" * 300]):
        asked = {"state": "duria", "moves": moves}
        assert client.post(f"{API}/{name}/{seats['1']}/moves", json=asked).status_code in (404, 422)
    assert client.get(f"{API}/{name}/{seats['1']}?branch=none").status_code == 404
    assert client.get(f"{API}/nothing/{seats['1']}").status_code == 404
    assert table_of(client, name).game.branches[MAIN].given == {}


@pytest.mark.parametrize(
    "asked",
    [
        {"seats": []},
        {"seats": [[]]},
        {"seats": [["borland"]]},
        {"seats": [["duria"], ["duria"]]},
        {"seats": [["duria"]], "weeks": 0},
        {"seats": [["duria"]], "pace": "year"},
        {"seats": [["duria"]], "names": ["a", "b"]},
        {"seats": [["duria"]], "names": ["a" * 100]},
        {"seats": "duria"},
        {},
    ],
)
def test_what_cannot_be_begun_is_refused_and_leaves_nothing(client: TestClient, asked: dict[str, Any]) -> None:
    assert client.post(API, json=asked).status_code in (404, 422)
    assert client.get(API).json() == []


def test_the_leader_plays_on_branches_and_reports(client: TestClient, begun: dict[str, Any]) -> None:
    name, seats, lead = begun["id"], begun["seats"], begun["lead"]
    assert client.post(f"{API}/{name}/{lead}/play", json={}).status_code == 422
    for turn in (0, 0, 1):
        answer = client.post(f"{API}/{name}/{lead}/play", json={"absent": "program", "turn": turn})
        assert answer.status_code == 200
    assert answer.json()["turn"] == 2
    made = client.post(f"{API}/{name}/{lead}/branches", json={"name": " again  & again ", "turn": 1}).json()
    assert (made["branch"], made["turn"]) == ("again & again", 1)
    assert client.get(f"{API}/{name}/{seats['1']}").json()["branch"] == "again & again"
    assert client.get(f"{PAGE}/{name}/{seats['1']}", params={"branch": MAIN}).status_code == 200
    assert client.get(f"{API}/{name}/{lead}/courses").json() == {"job": None, "result": None}
    early = client.get(f"{API}/{name}/{lead}/report")
    assert (early.status_code, early.json()["error"]["place"]) == (422, "report")
    assert "Work it out" in client.get(f"{PAGE}/{name}/{lead}/report").text
    client.post(f"{API}/{name}/{lead}/courses", json={"branch": ""})
    assert "being worked out" in client.get(f"{PAGE}/{name}/{lead}/report").text
    courses = worked(client, f"{name}/{lead}/courses", {"branch": MAIN})["result"][MAIN]
    assert [one["outcome"] for one in courses] == ["land", "usable"]
    assert len(courses[0]["played"]) == 3
    assert [len(one["cells"]) for one in courses] == [4, 4]
    assert courses[0]["cells"][0].endswith(" km²"), "words are the report's"
    assert courses[0]["figure"]["svg"].startswith("<svg")
    assert " style=" not in courses[0]["figure"]["svg"]
    assert "lie below" in courses[0]["figure"]["alt"]
    assert courses[1]["figure"] is None, "it is no headline"
    report = client.get(f"{API}/{name}/{lead}/report")
    assert report.headers["content-type"].startswith("text/markdown")
    assert "## Branch again & again" in report.text
    assert str(table_of(client, name).game.seed) not in report.text
    page = client.get(f"{PAGE}/{name}/{lead}/report")
    assert "<h2>Branch again &amp; again</h2>" in page.text
    assert lead not in page.text  # a page that is handed on gives no seat away
    assert "<b>Bo</b>" not in page.text
    assert " style=" not in page.text
    assert client.get(f"{PAGE}/{name}/{seats['1']}/report").status_code == 404


def test_what_a_seat_asks_is_told_at_its_own_address_alone(client: TestClient, begun: dict[str, Any]) -> None:
    """The list of runs is everybody's; what a seat asked and learnt is not in it."""
    seat = f"{begun['id']}/{begun['seats']['1']}"
    told = worked(client, f"{seat}/prospects", {"state": "duria"})
    job = told["job"]["id"]
    assert told["result"]["steps"][0]["changes"]
    listed = client.get(f"/api/v1/cases/{CASE}/jobs").json()
    assert [(each["id"], each["arguments"], each["hidden"]) for each in listed] == [(job, {}, True)]
    assert client.get(f"/api/v1/jobs/{job}").json()["arguments"] == {}
    assert client.get(f"/api/v1/jobs/{job}/result").json() is None
    assert "duria" not in client.get(f"/api/v1/jobs/{job}/events").text
    for kind in ("prospects", "courses", "estimates"):
        answer = client.post(f"/api/v1/cases/{CASE}/jobs", json={"kind": kind, "arguments": {}})
        assert answer.status_code == 404
    assert "prospects" not in {each["kind"] for each in client.get("/api/v1/kinds").json()}


def test_a_turn_that_was_played_meanwhile_is_said(client: TestClient, begun: dict[str, Any]) -> None:
    name, seats, lead = begun["id"], begun["seats"], begun["lead"]
    client.post(f"{API}/{name}/{seats['1']}/prospects", json={"state": "duria"})
    client.post(f"{API}/{name}/{lead}/play", json={"absent": "nothing"})
    told = do_all(client.app)  # type: ignore[arg-type]
    assert told["state"] == "failed"
    assert "look at where it stands" in told["error"]["fix"]
    assert client.get(f"{API}/{name}/{seats['1']}/prospects?state=duria").json() == {"job": None, "result": None}


def test_a_damaged_seminar_spoils_no_list(client: TestClient, begun: dict[str, Any], folder: Path) -> None:
    file = folder / "cases" / CASE / "seminars" / begun["id"] / "seminar.json"
    file.write_text(file.read_text()[:-20])
    (told,) = client.get(API).json()
    assert "damaged" in told["problem"]
    assert str(folder) not in told["problem"]
    assert client.get(PAGE).status_code == 200
    assert client.get(f"{PAGE}/{begun['id']}/{begun['lead']}").status_code == 409


@pytest.fixture
def watching(folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(folder, workers=0, read_only=True)), base_url="http://127.0.0.1:8712") as held:
        yield held


def test_who_may_only_read_begins_and_plays_nothing(watching: TestClient) -> None:
    assert watching.get(PAGE).status_code == 200
    assert watching.post(API, json={"seats": [["duria"]]}).status_code == 403
