"""Scenarios over the API and on their page: checked at their line, saved over what was seen, copied, drafted."""

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.web.conftest import CASE
from tests.web.doing import do_all

from tertius.world import yaml_source

API = f"/api/v1/cases/{CASE}"


def text_of(client: TestClient, case: str = CASE) -> str:
    return str(client.get(f"/api/v1/cases/{case}/scenario").json()["text"])


def copied(client: TestClient, name: str = "mine", source: str = CASE) -> None:
    answer = client.post("/api/v1/cases", json={"name": name, "source": source})
    assert answer.status_code == 201, answer.text


def test_an_error_is_told_at_its_line(client: TestClient) -> None:
    text = text_of(client)
    assert client.post(f"{API}/check", json={"text": text}).json()["weeks"] == 26
    wrong = client.post(f"{API}/check", json={"text": text.replace("weeks: 26", "weeks: many")})
    assert wrong.status_code == 200, "a text with problems is what it is for"
    (problem,) = wrong.json()["problems"]
    line = text.splitlines().index("weeks: 26") + 1
    assert (problem["line"], problem["path"]) == (line, "weeks")


@pytest.mark.parametrize(
    "text",
    ["", "\x00", "{}", "a: &a [*a]", "a: !!python/object:os.system x", "[" * 20_000, "\u202e: x", "extends: {a: b}\n",
     "extends: /etc/passwd\n", "extends: ../../secret.yaml\ntertius: 1\n", "extends: [river-war]\n"],
)  # fmt: skip
def test_hostile_texts_are_refused(client: TestClient, text: str) -> None:
    answer = client.post(f"{API}/check", json={"text": text})
    assert answer.status_code == 200
    assert "root:" not in answer.text
    assert not answer.json()["usable"]
    assert answer.json()["problems"]
    refused = client.post("/api/v1/cases", json={"name": "mine", "source": CASE, "text": text})
    assert refused.status_code == 422
    assert client.get("/case/mine/scenario").status_code == 404


def test_a_text_that_is_too_long_is_refused(client: TestClient) -> None:
    assert client.post(f"{API}/check", json={"text": "x" * 1_000_001}).status_code == 422


MANY = "tertius: 1\n" + "".join(f"k{n}: 1\n" for n in range(80_000))


@pytest.mark.parametrize("text", [MANY, f"a: [{'1,' * 80_000}]"])
def test_a_text_with_too_much_in_it_is_refused_without_being_read_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """What the fast reader gives up for its size is not read by the slow one."""
    monkeypatch.setattr(yaml_source, "_read_slowly", lambda *_: pytest.fail("read again"))
    told = client.post(f"{API}/check", json={"text": text})
    (problem,) = told.json()["problems"]
    assert (problem["allowed"], problem["fix"]) == ("at most 40,000", "make the file smaller")
    assert client.post("/api/v1/cases", json={"name": "mine", "source": CASE, "text": text}).status_code == 422
    steps = client.get(f"{API}/steps").json()
    assert client.put(f"{API}/steps", json={"text": text[:199_000], "was": steps["edition"]}).status_code == 422


def test_a_copy_is_changed_and_no_newer_edition_is_written_over(client: TestClient) -> None:
    copied(client)
    held = client.get("/api/v1/cases/mine/scenario").json()
    shorter = held["text"].replace("weeks: 26", "weeks: 20")
    put = {"text": shorter, "was": held["edition"]}
    assert client.put("/api/v1/cases/mine/scenario", json=put).status_code == 200
    late = client.put("/api/v1/cases/mine/scenario", json={"text": held["text"], "was": held["edition"]})
    assert late.status_code == 422
    assert late.json()["error"]["place"] == "was"
    assert text_of(client, "mine") == shorter
    wrong = {"text": "tertius: 1\n", "was": client.get("/api/v1/cases/mine/scenario").json()["edition"]}
    assert client.put("/api/v1/cases/mine/scenario", json=wrong).status_code == 422
    assert text_of(client, "mine") == shorter
    assert client.get("/api/v1/cases/mine/questions").json()["questions"][0]["id"] == "land"
    for page in ("today", "scenario", "questions", "watch", "evidence"):
        assert client.get(f"/case/mine/{page}").status_code == 200


def test_a_shipped_case_is_never_written_over(client: TestClient) -> None:
    held = client.get(f"{API}/scenario").json()
    assert held["shipped"]
    answer = client.put(f"{API}/scenario", json={"text": held["text"], "was": held["edition"]})
    assert answer.status_code == 422
    assert text_of(client) == held["text"]


def test_a_copy_keeps_its_fitted_posterior(app: FastAPI, client: TestClient) -> None:
    copied(client, "my-war", "ukraine-2024")
    own, shipped = (app.state.desk.layout(name) for name in ("my-war", "ukraine-2024"))
    fitted = [[column.path for column in layout.columns if layout.fitted(column.path)] for layout in (own, shipped)]
    assert fitted[0] == fitted[1] != []


@pytest.mark.parametrize("name", ["", "My War", "../x", CASE, "a" * 65, "-a", "a/b", "."])
def test_a_name_that_no_case_can_have_is_refused(client: TestClient, name: str) -> None:
    answer = client.post("/api/v1/cases", json={"name": name, "source": CASE})
    assert answer.status_code == 422
    assert answer.json()["error"]["place"] == "name"


def test_a_new_war_is_drafted_as_a_case(app: FastAPI, client: TestClient) -> None:
    asked: dict[str, Any] = {
        "name": "lakes", "between": ["RWA", "UGA"], "entrant": "TZA", "beside": "UGA", "as_of": "2020-06-01",
    }  # fmt: skip
    client.post(f"{API}/jobs", json={"kind": "new", "arguments": asked})
    done = do_all(app)
    assert done["result"] == {"case": "lakes"}, done["error"]
    assert client.get("/case/lakes/scenario").status_code == 200
    client.post(f"{API}/jobs", json={"kind": "new", "arguments": asked})
    assert do_all(app)["error"]["place"] == "name"
    client.post(f"{API}/jobs", json={"kind": "new", "arguments": {**asked, "name": "other", "between": ["RWA"]}})
    assert do_all(app)["error"]["place"] == "between"


def test_assumptions_and_names_are_told(client: TestClient) -> None:
    ranked = client.get(f"{API}/assumptions").json()
    spans = [row["span"] for row in ranked["rows"]]
    assert spans == sorted(spans, reverse=True)
    path = ranked["rows"][0]["path"]
    page = client.get(f"/case/{CASE}/scenario", params={"view": "explain", "path": path})
    assert page.status_code == 200
    assert "Basis" in page.text
    wrong = client.get(f"/case/{CASE}/scenario", params={"view": "explain", "path": "<script>x" * 50})
    assert wrong.status_code == 200
    assert "<script>x" not in wrong.text
    assert client.get(f"/case/{CASE}/scenario?view=assumptions").status_code == 200
    assert client.get(f"/case/{CASE}/scenario?view=new").status_code == 200
