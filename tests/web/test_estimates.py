"""Rounds of estimates over the API: blind until they open, whatever the page does."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import CASE
from tests.web.doing import do_all

from tertius.secret import hashed, opens

API = f"/api/v1/cases/{CASE}/estimates"
PAGE = f"/case/{CASE}/estimates"
DISCORD = "contingents.legion.discord"


@pytest.fixture
def begun(client: TestClient) -> dict[str, Any]:
    """A round of two questions and three analysts."""
    asked = {"events": ["war-ends"], "quantities": [DISCORD], "analysts": 3, "names": ["Ann"]}
    return began(client, client.post(API, json=asked).json())


def began(client: TestClient, made: dict[str, Any]) -> dict[str, Any]:
    """A round that was asked for, once its job is done: id, lead, and the secrets of the analysts."""
    assert do_all(client.app)["state"] == "done"  # type: ignore[arg-type]
    told = client.get(f"{API}/{made['id']}/{made['lead']}").json()
    return {"id": made["id"], "lead": made["lead"], "analysts": told["addresses"]}


def test_a_round_begins_as_a_job_that_only_its_leader_sees(client: TestClient, folder: Path) -> None:
    made = client.post(API, json={"events": ["war-ends"], "analysts": 2}).json()
    place = f"{made['id']}/{made['lead']}"
    told = client.get(f"{API}/{place}").json()
    assert (told["stage"], told["job"]["state"]) == ("begins", "queued")
    assert "being worked out" in client.get(f"{PAGE}/{place}").text
    for path in (f"{API}/{made['id']}/wrong", f"{PAGE}/{made['id']}/wrong"):
        assert client.get(path).status_code == 404
    listed = client.get(f"/api/v1/cases/{CASE}/jobs").text + client.get("/api/v1/jobs").text
    assert made["lead"] not in listed
    kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert made["id"].encode() in kept
    assert made["lead"].encode() not in kept, "a copy of the workbench's folder leads no round"
    assert client.delete(f"/api/v1/jobs/{made['job']['id']}").json()["state"] == "cancelled"
    assert "It was cancelled" in client.get(f"{PAGE}/{place}").text
    assert client.get(API).json() == []


def test_a_round_whose_worker_was_killed_at_its_end_is_not_begun_twice(client: TestClient) -> None:
    """The worker is killed after the round was written and before the job was told done: it is taken again."""
    made = client.post(API, json={"events": ["war-ends"], "analysts": 2}).json()
    app: Any = client.app
    job = app.state.queue.take("dead")
    desk = app.state.desk
    from tertius.web.jobs.together import estimates

    estimates(desk, CASE, job.arguments, lambda *_: None)
    before = client.get(f"{API}/{made['id']}/{made['lead']}").json()["addresses"]
    app.state.queue.fell("dead", "signal 9")
    assert began(client, made)["analysts"] == before


def given(chance: float, *quantiles: float, reason: str = "") -> dict[str, Any]:
    told: dict[str, Any] = {"war-ends": {"values": [chance], "reason": reason}}
    if quantiles:
        told[DISCORD] = {"values": list(quantiles)}
    return {"estimates": told}


def test_a_round_is_blind_then_open_then_closed(client: TestClient, begun: dict[str, Any]) -> None:
    name, tokens, lead = begun["id"], begun["analysts"], begun["lead"]
    mine = given(0.123456, 0.1, 0.2, 0.345678, reason="A <i>whispered</i> reason.")
    assert client.post(f"{API}/{name}/{tokens['1']}/hand-in", json=mine).status_code == 200
    assert client.post(f"{API}/{name}/{tokens['2']}/hand-in", json=given(0.5)).status_code == 200
    for secret in (tokens["2"], tokens["3"], lead):
        for path in (f"{API}/{name}/{secret}", f"{PAGE}/{name}/{secret}", f"{API}/{name}/{secret}/report"):
            text = client.get(path).text
            assert "0.123456" not in text
            assert "12.35" not in text
            assert "0.345678" not in text
            assert "whispered" not in text
    told = client.get(f"{API}/{name}/{lead}").json()
    assert [hand["handed"] for hand in told["hands"]] == [True, True, False]
    assert all(question["own"] == [] for question in told["questions"])
    assert "12.35" in client.get(f"{PAGE}/{name}/{tokens['1']}").text
    assert client.post(f"{API}/{name}/{tokens['1']}/open", json={"without_missing": True}).status_code == 404
    assert client.post(f"{API}/{name}/{lead}/open", json={}).status_code == 422
    assert client.post(f"{API}/{name}/{lead}/open", json={"without_missing": True}).status_code == 200
    page = client.get(f"{PAGE}/{name}/{tokens['2']}").text
    assert "A &lt;i&gt;whispered&lt;/i&gt; reason." in page
    assert "Together: " in page
    late = client.post(f"{API}/{name}/{tokens['3']}/hand-in", json=given(0.5))
    assert late.status_code == 422
    assert "you take no part" in client.get(f"{PAGE}/{name}/{tokens['3']}").text
    assert client.post(f"{API}/{name}/{tokens['2']}/hand-in", json=given(0.2)).status_code == 200
    assert client.post(f"{API}/{name}/{tokens['2']}/hand-in", json=given(0.3)).status_code == 422
    told = client.get(f"{API}/{name}/{tokens['1']}").json()
    assert told["hands"][1]["first"]["war-ends"]["values"] == [0.5]
    assert told["hands"][1]["last"]["war-ends"]["values"] == [0.2]
    assert set(told["assumed"]) == {DISCORD}
    assert client.post(f"{API}/{name}/{lead}/close", json={}).status_code == 200
    assert client.post(f"{API}/{name}/{tokens['1']}/hand-in", json=given(0.3)).status_code == 422
    report = client.get(f"{API}/{name}/{tokens['3']}/report")
    assert "## What the analysts say" in report.text
    page = client.get(f"{PAGE}/{name}/{tokens['3']}/report").text
    assert "<h2>What the analysts say</h2>" in page
    assert "<i>whispered</i>" not in page
    assert tokens["3"] not in page  # a page that is handed on gives no seat away
    assert client.get(f"{PAGE}/{name}/wrong/report").status_code == 404
    assert client.get(f"{PAGE}/{name}/{lead}").status_code == 200


def test_secrets_stay_with_whose_they_are(client: TestClient, begun: dict[str, Any]) -> None:
    name, tokens, lead = begun["id"], begun["analysts"], begun["lead"]
    every = {lead, *tokens.values()}
    public = client.get(API).text + client.get(PAGE).text
    assert not [each for each in every if each in public]
    for secret in every:
        text = client.get(f"{API}/{name}/{secret}").text + client.get(f"{PAGE}/{name}/{secret}").text
        assert {each for each in every if each in text} <= (every if secret == lead else {secret})
    for path in (
        f"{API}/{name}/wrong",
        f"{PAGE}/{name}/wrong",
        f"{API}/{name}/wrong/pulse",
        f"{API}/{name}/wrong/report",
    ):
        answer = client.get(path)
        assert answer.status_code == 404
        assert not [each for each in every if each in answer.text]
    assert client.post(f"{API}/{name}/{lead}/hand-in", json=given(0.5)).status_code == 422


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"events": ["nothing"]},
        {"events": ["war-ends"], "analysts": 1},
        {"quantities": ["sides.A.nothing"]},
        {"questions": ["nothing"]},
        {"events": ["war-ends"], "names": ["x"] * 9},
        {"events": "war-ends"},
    ],
)
def test_what_cannot_be_begun_is_refused_and_leaves_nothing(client: TestClient, asked: dict[str, Any]) -> None:
    assert client.post(API, json=asked).status_code in (404, 422)
    assert client.get(API).json() == []


@pytest.mark.parametrize("values", [[0], [1], [0.2, 0.3], [], ["a"], [1e400], None, [-0.1]])
def test_what_is_no_chance_is_refused(client: TestClient, begun: dict[str, Any], values: Any) -> None:
    address = f"{API}/{begun['id']}/{begun['analysts']['1']}/hand-in"
    answer = client.post(
        address,
        content='{"estimates": {"war-ends": {"values": [1e400]}}}' if values == [float("inf")] else None,
        json=None if values == [float("inf")] else {"estimates": {"war-ends": {"values": values}}},
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 422
    assert not any(hand["handed"] for hand in client.get(f"{API}/{begun['id']}/{begun['lead']}").json()["hands"])


def test_the_list_offers_what_can_be_estimated(client: TestClient) -> None:
    page = client.get(PAGE).text
    for each in ("war-ends", "second-legion", DISCORD):
        assert f'value="{each}"' in page
    assert " style=" not in page


def test_what_the_analysts_say_is_in_the_brief_once_the_round_was_open(
    client: TestClient, begun: dict[str, Any]
) -> None:
    assert "What the analysts say" not in client.get(f"/case/{CASE}/brief").text
    name = begun["id"]
    for token in begun["analysts"].values():
        told = given(0.9, reason="A whispered reason.")
        assert client.post(f"{API}/{name}/{token}/hand-in", json=told).status_code == 200
    assert "What the analysts say" not in client.get(f"/case/{CASE}/brief").text, "nothing of a blind round is told"
    assert client.post(f"{API}/{name}/{begun['lead']}/open", json={}).status_code == 200
    page = client.get(f"/case/{CASE}/brief").text
    assert "What the analysts say" in page
    assert "lies outside what the analysts span." in page
    assert "whispered" not in page, "reasons stay in the round"
    assert begun["lead"] not in page


def test_what_is_kept_of_the_leaders_secret_leads_nothing(client: TestClient, begun: dict[str, Any]) -> None:
    assert client.get(f"{API}/{begun['id']}/{hashed(begun['lead'])}").status_code == 404
    assert client.get(f"{API}/{begun['id']}/{begun['lead']}").json()["leads"] is True
    assert opens(hashed("one"), "one")
    assert opens("one", "one"), "as a round that was begun in Python holds it"
    assert not opens(hashed("one"), hashed("one"))
    assert not opens(hashed("one"), "two")
