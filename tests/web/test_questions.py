"""Questions over the API and on their page: asked, added, taken out, sealed, settled, scored, checked."""

import re
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.web.conftest import CASE
from tests.web.doing import do_all

API = f"/api/v1/cases/{CASE}"
PAGE = f"/case/{CASE}/questions?futures=400"
NEW = {
    "id": "more-shells", "text": 'Does Duria send more "shells"?', "instrument": "durian-shells", "take": "steps-up",
    "relation": "at_least", "thresholds": [1], "until": "2031-04-27",
}  # fmt: skip


def edition(client: TestClient) -> str:
    return str(client.get(f"{API}/questions").json()["edition"])


def add(client: TestClient, **changed: Any) -> Any:
    return client.post(f"{API}/questions", json={**NEW, "was": edition(client), **changed})


def test_a_question_is_added_answered_sealed_and_settled(app: FastAPI, client: TestClient) -> None:
    added = add(client)
    assert added.status_code == 201, added.text
    assert added.json()["questions"][-1]["text"] == NEW["text"]
    assert "Answer them" in client.get(PAGE).text
    client.post(f"{API}/jobs", json={"kind": "ask", "arguments": {"futures": 400}})
    assert do_all(app)["state"] == "done"
    page = client.get(PAGE)
    assert "Entry adds" in page.text
    assert " style=" not in page.text
    client.post(f"{API}/jobs", json={"kind": "seal", "arguments": {"futures": 400, "only": ["more-shells"]}})
    assert do_all(app)["result"]["kinds"] == {"more-shells": "live"}
    (sealed,) = client.get(f"{API}/questions").json()["sealed"]
    assert sealed["state"] == "pending"
    without = client.post(f"{API}/ledger/settle", json={"entry": sealed["entry"], "value": 1})
    assert without.json()["error"]["place"] == "source"
    assert client.post(f"{API}/ledger/settle", json={"entry": 99, "value": 1, "source": "x"}).status_code == 422
    steps = (
        f"tertius: 1\nscenario: {CASE}\nuntil: 2031-06-01\nrecord:\n"
        "  first: {instrument: durian-shells, date: 2031-04-01, step: up, text: More shells, source: A paper}\n"
    )
    was = client.get(f"{API}/steps").json()["edition"]
    kept = client.put(f"{API}/steps", json={"text": steps, "was": was})
    assert kept.status_code == 200, kept.text
    done = client.post(f"{API}/ledger/settle", json={"today": "2031-06-01"}).json()
    assert [one["question"] for one in done["settled"]] == ["more-shells"]
    client.post(f"{API}/jobs", json={"kind": "verify"})
    assert do_all(app)["result"]["is_sound"]
    page = client.get(PAGE).text
    assert "No fault was found." in page
    assert "<b>came</b>" in page
    assert "Brier" in page


def test_questions_stand_by_topic_and_are_narrowed_by_words_and_state(client: TestClient) -> None:
    assert add(client, about="arms").status_code == 201
    told = client.get(f"{API}/questions").json()["questions"]
    page = client.get(PAGE).text
    assert page.count('<details class="question"') == len(told)
    topics = {(one.get("about") or "others").capitalize() for one in told}
    assert set(re.findall(r"<h2>(\w+) <small>\d+ question", page)) == topics
    shown = re.compile(r'<details class="question" id="q-([^"]+)" data-find="[^"]*" data-state="[^"]*">')
    assert shown.findall(client.get(f"{PAGE}&q=MORE+duria").text) == ["more-shells"]
    assert len(shown.findall(client.get(f"{PAGE}&state=unsealed").text)) == len(told)
    assert shown.findall(client.get(f"{PAGE}&state=settled").text) == []
    assert "No question has these words" in client.get(f"{PAGE}&q=nothing+of+this").text


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"until": "2031-02-30"}, "until"),
        ({"instrument": "durian-shell"}, "instrument"),
        ({"take": "sideways"}, "take"),
        ({"id": "two words"}, "id"),
        ({"id": "land"}, "id"),
        ({"id": "x:\n  evil"}, "id"),
        ({"thresholds": []}, "thresholds"),
        ({"thresholds": [3, 1]}, "at_least"),
        ({"relation": "near"}, "relation"),
        ({"was": "older"}, "was"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_at_its_field(
    client: TestClient, changed: dict[str, Any], place: str
) -> None:
    before = client.get(f"{API}/questions").json()["text"]
    answer = add(client, **changed)
    assert answer.status_code == 422
    assert answer.json()["error"]["place"].split(".")[-1] == place
    assert client.get(f"{API}/questions").json()["text"] == before


def test_words_of_a_question_are_shown_as_they_are(client: TestClient) -> None:
    text = "<script>alert(1)</script> {{ 7*7 }} `x`: - [a]\nabove: 3"
    assert add(client, text=text).status_code == 201
    assert client.get(f"{API}/questions").json()["questions"][-1]["text"] == " ".join(text.split())
    page = client.get(PAGE).text
    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in page


def test_a_question_is_taken_out_and_the_others_stay(client: TestClient) -> None:
    before = [one["id"] for one in client.get(f"{API}/questions").json()["questions"]]
    for name in before[:-1]:
        answer = client.delete(f"{API}/questions/{name}", params={"was": edition(client)})
        assert answer.status_code == 200, answer.text
    held = client.get(f"{API}/questions").json()
    assert [one["id"] for one in held["questions"]] == before[-1:]
    assert client.delete(f"{API}/questions/none-such", params={"was": edition(client)}).status_code == 404
    assert client.delete(f"{API}/questions/{before[-1]}", params={"was": edition(client)}).status_code == 422


@pytest.mark.parametrize("text", ["", "\x00", "- a", "tertius: 1\nquestions: 3\n", "a: &a [*a]\n", "[" * 5000])
def test_a_file_of_questions_that_cannot_be_read_is_refused(client: TestClient, text: str) -> None:
    answer = client.put(f"{API}/questions", json={"text": text, "was": edition(client)})
    assert answer.status_code == 422
    assert answer.json()["error"]["problems"][0]["file"] == "questions.yaml"


def test_cases_without_questions_have_the_page(client: TestClient) -> None:
    assert "asks no question yet" in client.get("/case/ukraine-2024-before/questions").text
