"""Evidence over the API and on its page: read, accepted, changed, rejected, taken back; and hostile texts."""

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.web.conftest import CASE
from tests.web.doing import do_all

from tertius.web.resources.evidence import says

API = f"/api/v1/cases/{CASE}"
PAGE = f"/case/{CASE}/evidence"
SHELLS = {
    "actor": "feldland", "action": "THREATEN", "target": "corvia", "object": "warning", "date": "2031-04-01",
    "words": "Feldland warns Corvia.", "origin": "A courier", "published": "2031-04-02",
}  # fmt: skip
STEP = {
    "actor": "duria", "action": "AID", "target": "borland", "object": "munitions", "date": "2031-04-01",
    "words": "Duria has sent Borland more shells.", "origin": "A courier", "published": "2031-04-02", "grade": "A1",
}  # fmt: skip


def accept(client: TestClient, *claims: int, state: str = "accepted") -> dict[str, Any]:
    answer = client.post(f"{API}/claims/decide", json={"claims": list(claims), "state": state})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_an_accepted_claim_moves_the_forecast_at_once_and_undo_takes_it_back(app: FastAPI, client: TestClient) -> None:
    assert client.get(f"{API}/evidence").json()["claims"] == []
    filed = client.post(f"{API}/claims", json=STEP)
    assert filed.status_code == 201, filed.text
    (claim,) = filed.json()["claims"]
    assert claim["record"]["instrument"] == "durian-shells"
    assert claim["stands"]["counts"]
    assert accept(client, 1)["moves"] is None, "no futures are kept yet"
    client.post(f"{API}/jobs", json={"kind": "weigh"})
    assert do_all(app)["state"] == "done"
    moved = client.get(f"{API}/evidence").json()["moves"]
    units = [row["outcome"].rpartition(", ")[2] for row in moved["told"]["outcomes"]]
    assert any("km²" in unit for unit in units), units
    assert not any("km2" in unit or unit == "1" for unit in units), units
    shells = next(one for one in moved["told"]["counting"])
    assert float(shells["ratio"]) == pytest.approx(claim["stands"]["ratio"], rel=0.01)
    truth = [int(part.strip(" %")) for part in shells["truth"].split("→")]
    assert truth[1] > truth[0]
    assert moved["effective"] < moved["futures"] == 40
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "What the accepted claims move" in page.text
    undone = client.post(f"{API}/evidence/undo", json={"change": 2}).json()
    assert undone["moves"] is None
    assert undone["claims"][0]["state"] == "new"
    again = client.post(f"{API}/evidence/undo", json={"change": 2})
    assert again.status_code == 422, "it stands no more"


def test_what_is_weighed_is_what_a_run_with_the_claims_weighs(app: FastAPI, client: TestClient) -> None:
    from tertius.api.claims import weighed
    from tertius.impact.kept import packed, unpacked
    from tertius.impact.question import question_of
    from tertius.impact.weighed import compare_by
    from tertius.web import inboxes

    client.post(f"{API}/claims", json=STEP)
    accept(client, 1)
    inboxes.keep_futures(app.state.desk, CASE, lambda *_: None)
    claims = inboxes.accepted(app.state.desk, CASE)
    kept = inboxes.kept(app.state.desk, CASE)
    assert kept is not None
    found = inboxes.weighing(app.state.desk, CASE, claims)
    assert found is not None
    layout = kept.worlds.base.layout
    from tertius.engine import Options
    from tertius.impact.needed import claim_outputs, first_page_outputs

    outputs = (*first_page_outputs(layout), *claim_outputs(layout))
    options = Options(40, weeks=8, outputs=tuple(dict.fromkeys(outputs)))
    *_, whole = compare_by(layout, question_of(layout), options, weighed(claims, layout))
    if len(whole.attempts) == 1:  # else it ran more
        mine, ran = found.evidence.claims[0].moves, whole.claims[0].moves
        assert mine is not None
        assert ran is not None
        assert mine.truth == ran.truth
    file = inboxes.kept_file(app.state.desk, CASE)
    again = unpacked(file, layout, question_of(layout))
    assert packed(again)[:2] == b"PK"


def test_an_edit_over_a_newer_one_is_refused(client: TestClient) -> None:
    claim = client.post(f"{API}/claims", json=SHELLS).json()["claims"][0]
    edited = client.put(f"{API}/claims/1", json={"mode": "denied", "was": claim["edition"], "why": "it is denied"})
    assert edited.status_code == 200, edited.text
    assert edited.json()["claims"][0]["record"]["mode"] == "denied"
    late = client.put(f"{API}/claims/1", json={"mode": "considered", "was": claim["edition"]})
    assert late.status_code == 422
    assert late.json()["error"]["place"] == "was"
    wrong = client.put(f"{API}/claims/1", json={"actor": "nobody-known"})
    assert wrong.json()["error"]["place"] == "actor"
    assert client.put(f"{API}/claims/99", json={"mode": "denied"}).status_code == 404


def test_claims_of_one_origin_count_once(client: TestClient) -> None:
    client.post(f"{API}/claims", json=STEP)
    told = client.post(f"{API}/claims", json={**STEP, "words": "Duria has sent more shells to Borland again."}).json()
    accept(client, 1, 2)
    standing = [one["stands"]["standing"] for one in told["claims"]]
    assert standing.count("counts") == 1
    assert "repeats" in standing


def test_a_text_is_read_in_a_job_and_its_words_are_marked(app: FastAPI, client: TestClient) -> None:
    text = "<b>Brazil</b> has sent rifles to Peru.\u202e Chile condemned Peru."
    asked = client.post(f"{API}/articles", json={"text": text, "published": "2031-03-09", "name": "<script>x</script>"})
    assert asked.status_code == 202, asked.text
    done = do_all(app)
    assert done["state"] == "done", done["error"]
    assert done["result"]["is_new"]
    held = client.get(f"{API}/articles/{done['result']['article']}").json()
    assert held["claims"]
    assert "<script>" not in held["marked"]
    assert 'href="#e1"' in held["marked"]
    page = client.get(f"{PAGE}?article={done['result']['article']}")
    assert page.status_code == 200
    assert 'class="claim new said-happened" id="e1"' in page.text, "a card has the mark of its words"
    assert "<script>x" not in page.text
    assert " style=" not in page.text
    assert "\u202e" not in page.text
    client.post(f"{API}/articles", json={"text": text, "published": "2031-03-09"})
    assert not do_all(app)["result"]["is_new"], "the same text is filed once"


def test_a_file_is_read_too(app: FastAPI, client: TestClient) -> None:
    sent = {
        "file": (
            "../../etc/news.html",
            b"<html><body><p>Brazil has sent rifles to Peru.</p></body></html>",
            "text/html",
        )
    }
    asked = client.post(f"{API}/articles/file", files=sent, data={"grade": "c3"}, headers={"X-Tertius": "1"})
    assert asked.status_code == 202, asked.text
    assert do_all(app)["state"] == "done"
    (article,) = client.get(f"{API}/evidence").json()["articles"]
    assert (article["name"], article["grade"]) == ("news.html", "C3")


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 200_001}, "text"),
        ({"text": "x", "grade": "Z9"}, "grade"),
        ({"text": "x", "published": "yesterday"}, "published"),
        ({"text": "x", "name": "n" * 300}, "name"),
        ({"text": "x", "file": "/etc/passwd"}, "file"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_field(client: TestClient, sent: dict[str, str], place: str) -> None:
    answer = client.post(f"{API}/articles", json=sent)
    assert answer.status_code == 422
    assert answer.json()["error"]["place"].split(".")[-1] == place


@pytest.mark.parametrize("data", [b"\x00\x01\x02" * 500, b"%PDF-1.7 nothing of one", b"   \n "])
def test_hostile_files_fail_with_words(app: FastAPI, client: TestClient, data: bytes) -> None:
    asked = client.post(f"{API}/articles/file", files={"file": ("x.txt", data)}, headers={"X-Tertius": "1"})
    assert asked.status_code == 202
    done = do_all(app)
    assert done["state"] == "failed"
    assert done["error"]["allowed"]
    assert client.get(PAGE).text.count("could not be read")


def test_unknown_names_and_states_are_refused(client: TestClient) -> None:
    client.post(f"{API}/claims", json=SHELLS)
    assert client.get(f"{PAGE}?article=99").status_code == 404
    assert client.get(f"{PAGE}?article=../x").status_code == 200
    assert client.get("/case/no-such/evidence").status_code == 404
    assert client.post(f"{API}/claims/decide", json={"claims": [99], "state": "accepted"}).status_code == 404
    assert client.post(f"{API}/claims/decide", json={"claims": [1], "state": "withdrawn"}).status_code == 422
    wrong = client.post(f"{API}/jobs", json={"kind": "read", "arguments": {"upload": "../../../etc/passwd"}})
    assert wrong.status_code == 422


def test_a_job_for_a_text_that_was_not_sent_fails(app: FastAPI, client: TestClient) -> None:
    client.post(f"{API}/jobs", json={"kind": "read", "arguments": {"upload": "0" * 64}})
    assert do_all(app)["error"]["place"] == "upload"


def test_damaged_futures_are_run_anew(app: FastAPI, client: TestClient) -> None:
    from tertius.web import inboxes

    client.post(f"{API}/claims", json=STEP)
    accept(client, 1)
    file = inboxes.kept_file(app.state.desk, CASE)
    file.parent.mkdir()
    file.write_bytes(b"PK nothing")
    assert client.get(f"{API}/evidence").json()["moves"] is None
    client.post(f"{API}/jobs", json={"kind": "weigh"})
    assert do_all(app)["result"] == {"futures": 40}
    assert client.get(f"{API}/evidence").json()["moves"] is not None


def test_a_number_is_told_in_the_plural_and_with_what_it_is_of() -> None:
    whole = {"value": 8000.0, "what": "soldier", "per": None, "per_what": None}
    assert says({"kind": "quantity", "record": whole}) == "8,000 soldiers"
    rate = {"value": 1.0, "what": "interpreter", "per": 30.0, "per_what": "soldier"}
    assert says({"kind": "quantity", "record": rate}) == "1 interpreter for 30 soldiers"
