"""What-ifs: terms of an address, what can be changed, several side by side, options of a state; and the page."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.web.conftest import CASE
from tests.web.test_jobs_api import do_all

import tertius
from tertius.errors import OptionError
from tertius.impact.summary import Expected
from tertius.report.what_if import named, table
from tertius.web.app import create_app
from tertius.web.resources.what_if import defined, written
from tertius.web.settings import Settings

API = f"/api/v1/cases/{CASE}"
PAGE = f"/case/{CASE}/what-if"
STEP = "durian-warning:up@2"
SET = "contingents.legion.interpreter_pool=120"
BOTH = f"-entry:never;{STEP};{SET}"


def ask(client: TestClient, app: FastAPI, text: str, futures: int = 40) -> str:
    body = {"kind": "what-if", "arguments": {**defined(text), "futures": futures}}
    answer = client.post(f"{API}/jobs", json=body)
    assert answer.status_code == 202
    do_all(app)
    return str(answer.json()["id"])


def test_terms_of_an_address_are_read_and_written_again() -> None:
    asked = defined(BOTH)
    assert asked == {
        "without": ["entry:never"],
        "steps": [STEP],
        "settings": {"contingents.legion.interpreter_pool": 120.0},
        "assume": {},
        "both_steps": [],
    }
    assert written(asked) == BOTH
    assert {name: told for name, told in defined(f" {STEP} ;; ").items() if told} == {"steps": [STEP]}
    assumed = f"-entry:never;*{STEP};*{SET}"
    told = defined(assumed)
    assert (told["steps"], told["settings"]) == ([], {})
    assert (told["both_steps"], told["assume"]) == ([STEP], {"contingents.legion.interpreter_pool": 120.0})
    assert written(told) == assumed


@pytest.mark.parametrize("text", ["", ";;", "world.pace=fast", "=;=", "x=1e", "x" * 0 + "  "])
def test_what_changes_nothing_or_sets_no_number_is_refused(text: str) -> None:
    with pytest.raises(OptionError):
        defined(text)


def test_what_can_be_changed_is_told(client: TestClient) -> None:
    found = client.get(f"{API}/changes").json()
    (event,) = found["events"]
    assert event["id"] == "entry"
    assert "never" in event["modes"]
    instruments = {one["id"]: one for state in found["steps"] for one in state["instruments"]}
    war = tertius.load(CASE).record
    assert instruments.keys() == war.instruments.keys()
    shells = instruments["durian-shells"]
    assert (shells["down"], shells["level"], shells["up"]) == war.instruments["durian-shells"].levels


def test_quantities_lie_within_their_priors_and_are_found_by_words(client: TestClient) -> None:
    every = client.get(f"{API}/quantities", params={"most": 200}).json()
    assert every
    assert all(one["low"] < one["high"] and one["low"] <= one["middle"] <= one["high"] for one in every)
    assert all(one["source"] for one in every)
    found = client.get(f"{API}/quantities", params={"find": "LEGION discord"}).json()
    assert "contingents.legion.discord" in [one["path"] for one in found]
    assert client.get(f"{API}/quantities", params={"find": "no such thing"}).json() == []
    answer = client.get(f"{API}/answer").json()
    moved = [one["path"] for one in answer["sensitivity"]["movements"]]
    assert every[0]["path"] in moved


def test_what_is_changed_in_both_worlds_moves_the_ground_of_the_comparison(client: TestClient, app: FastAPI) -> None:
    path = "contingents.legion.interpreter_pool"
    for text in (f"*{path}=0", f"*{STEP};*{path}=0"):
        job = ask(client, app, text, 80)
        told = client.get(f"/api/v1/jobs/{job}/result").json()["answer"]
        war = tertius.load(CASE)
        forced = {"instruments.durian-warning.forced_week": 2.0, "instruments.durian-warning.forced_step": 1.0}
        assume = {path: 0.0, **(forced if STEP in text else {})}
        own = tertius.compare(war, assume=assume, futures=80)
        assert [one["mean"] for one in told["differences"]] == [one.mean for one in own.answer.differences]
    words = client.get(f"{API}/what-if/words", params={"d": f"*{STEP};*{path}=0"}).json()
    assert len(words) == 3
    assert "does not happen" in words[0], "the case's own comparison tells the worlds apart"
    assert all(line.startswith("In both worlds: ") for line in words[1:])
    words = client.get(f"{API}/what-if/words", params={"d": f"{STEP};*{path}=0"}).json()
    assert [line.startswith("In both worlds") for line in words] == [False, True]


def test_the_table_says_where_a_change_of_both_worlds_begins(client: TestClient) -> None:
    path = "contingents.legion.interpreter_pool"
    one = tertius.compare(CASE, settings={path: 0.0}, futures=40, weeks=8)
    both = tertius.compare(CASE, assume={path: 0.0}, futures=40, weeks=8)
    told = table([one.answer, both.answer], one.scenario, 8)
    assert told.outcomes[0].stands == table([one.answer], one.scenario, 8).outcomes[0].stands
    first, second = told.outcomes[0].cells
    assert first is not None
    assert second is not None
    assert not first.level.startswith("from ")
    assert second.level.startswith("from ")
    assert any("both worlds" in note for note in told.notes)
    alone = table([both.answer], both.scenario, 8)
    assert {row.stands for row in (*alone.outcomes, *alone.chances)} == {"–"}
    assert not any("both worlds" in note for note in table([one.answer], one.scenario, 8).notes)


def test_a_step_is_of_one_world_or_of_both(client: TestClient, app: FastAPI) -> None:
    job = ask(client, app, f"{STEP};*durian-warning:up@3")
    told = client.get(f"/api/v1/jobs/{job}").json()
    assert told["state"] == "failed"
    assert "one of the two" in told["error"]["message"]


def test_what_ifs_stand_side_by_side_with_the_scenario(client: TestClient, app: FastAPI) -> None:
    job = ask(client, app, SET)
    told = client.get(f"{API}/what-if", params={"w": [SET, STEP], "futures": 40}).json()
    one, two = told["items"]
    assert (one["letter"], one["job"]["id"], one["job"]["state"]) == ("A", job, "done")
    assert (two["letter"], two["job"], two["error"]) == ("B", None, None)
    assert told["letters"] == ["0", "A"]
    result = client.get(f"/api/v1/jobs/{job}/result").json()
    last = result["answer"]["run"]["weeks"]
    assert told["week"] in told["weeks"]
    assert told["week"] <= last
    (land,) = [row for row in told["table"]["outcomes"] if row["headline"]]
    assert len(land["cells"]) == 2
    assert told["figure"]["svg"].startswith("<svg")
    figure = client.get(f"{API}/what-if/figure", params={"w": [SET, STEP], "futures": 40}).json()
    assert figure == told["figure"]
    assert client.get(f"{API}/what-if/figure", params={"w": STEP}).status_code == 422


def test_a_change_is_the_other_world_less_the_one_that_stands(client: TestClient, app: FastAPI) -> None:
    path = "contingents.legion.interpreter_pool"
    found = tertius.compare(CASE, settings={path: 0.0}, futures=400, weeks=26)
    told = table([found.answer], found.scenario, 26)
    (cell,) = told.outcomes[0].cells
    assert cell is not None
    at = found.at("land", 26)
    assert (at.turned.mean, at.turned.turned) == (-at.mean, at)
    assert at.turned.interval == (-at.interval[1], -at.interval[0])
    sign = "+" if at.mean < 0 else "−"
    assert cell.change.startswith(sign)
    assert told.outcomes[0].stands.startswith(f"{at.base[1]:,.3g}"[:2].replace("-", "−"))


def test_weeks_of_a_what_if_are_those_of_its_answer(client: TestClient, app: FastAPI) -> None:
    job = ask(client, app, SET)
    result = client.get(f"/api/v1/jobs/{job}/result").json()
    (weekly,) = [one for one in result["beside"]["weekly"] if one["outcome"] == "land"]
    change = weekly["change"]
    assert change.keys() == Expected.__annotations__.keys()
    for row in result["answer"]["differences"]:
        if row["outcome"] == "land":
            assert change["mean"][row["week"]] == pytest.approx(-row["mean"])
            assert change["q10"][row["week"]] == pytest.approx(-row["interval"][1])
            assert weekly["other"]["q50"][row["week"]] == pytest.approx(row["other"][1])


def test_what_is_wrong_in_an_address_is_told_at_its_place(client: TestClient) -> None:
    wrong = ["-entri:never", "durian-warning:sideways", "world.pac=2", "-entry:perhaps"]
    told = client.get(f"{API}/what-if", params={"w": wrong}).json()
    assert [bool(one["error"]) for one in told["items"]] == [True] * 4
    assert told["letters"] == ["0"]
    assert told["figure"] is None
    page = client.get(PAGE, params={"w": wrong, "d": "nonsense"})
    assert page.status_code == 200
    assert page.text.count('class="problem"') == 5
    assert client.get(f"{API}/what-if", params={"w": [SET] * 5}).status_code == 422
    assert client.get(f"{API}/what-if", params={"w": SET, "week": 3}).status_code == 422
    assert client.get(f"{API}/what-if", params={"w": SET, "outcome": "lamd"}).status_code == 404
    assert client.get(f"{API}/what-if/words", params={"d": ""}).status_code == 422


def test_words_of_a_what_if_name_what_it_changes() -> None:
    war = tertius.load(CASE)
    asked = defined(BOTH)
    lines = named(war.layout, asked["without"], asked["steps"], asked["settings"], 26)
    assert len(lines) == 3
    assert "after 2 weeks" in lines[1]
    assert "120" in lines[2]
    assert all(line[0].isupper() or line[0] == "“" for line in lines)


def test_hostile_words_stay_text(client: TestClient) -> None:
    page = client.get(PAGE, params={"w": "<script>alert(1)</script>\"' onload=x", "d": "</script><b>"})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<b>" not in re.sub(r'<b class="letter[^>]*>', "", page.text)


def test_the_page_holds_the_whole_state(client: TestClient, app: FastAPI) -> None:
    ask(client, app, SET)
    address = {"w": [SET, STEP], "futures": 40, "d": BOTH, "outcome": "land"}
    page = client.get(PAGE, params=address)
    assert page.status_code == 200
    assert " style=" not in page.text
    assert 'data-job="what-if"' in page.text, "the one that was not run can be"
    given = re.search(r'data-arguments="([^"]*)"', page.text)
    assert given
    arguments = json.loads(given[1].replace("&#34;", '"'))
    assert (arguments["steps"], arguments["futures"]) == ([STEP], 40)
    assert f'data-text="{BOTH}"' in page.text
    assert 'aria-label="What-ifs side by side"' in page.text
    assert "what-if/figure?" in page.text


def test_a_job_under_way_is_followed_after_a_reload(client: TestClient, app: FastAPI) -> None:
    body = {"kind": "what-if", "arguments": {**defined(SET), "futures": 40}}
    job = client.post(f"{API}/jobs", json=body).json()["id"]
    page = client.get(PAGE, params={"w": SET, "futures": 40}).text
    given = re.search(r'data-job="what-if" data-arguments="([^"]*)"', page)
    assert given, "static/jobs.js finds the job that it asked for by kind and arguments"
    assert json.loads(given[1].replace("&#34;", '"')) == client.get(f"/api/v1/jobs/{job}").json()["arguments"]
    client.delete(f"/api/v1/jobs/{job}")
    assert "Run again" in client.get(PAGE, params={"w": SET, "futures": 40}).text


def test_options_of_a_state_are_run_and_then_shown(client: TestClient, app: FastAPI) -> None:
    actor = tertius.load(CASE).record.instruments["durian-shells"].actor
    page = client.get(PAGE, params={"actor": actor})
    assert 'data-job="options"' in page.text
    assert client.get(f"{API}/options/{actor}/figure").status_code == 422
    assert client.get(f"{API}/options/nobody").status_code == 404
    assert client.get(PAGE, params={"actor": "nobody"}).status_code == 404


def test_what_options_come_to_is_shown(client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = tertius.load(CASE).record.instruments["durian-shells"].actor
    small: dict[str, Any] = {"levers": ("durian-shells:up",), "futures": 200, "weeks": 8}
    real = tertius.options
    monkeypatch.setattr("tertius.options", lambda war, **given: real(war, **{**given, **small}), raising=False)
    client.post(f"{API}/jobs", json={"kind": "options", "arguments": {"actor": actor}})
    do_all(app)
    found = client.get(f"{API}/options/{actor}").json()
    assert found["job"]["state"] == "done"
    assert "durian-shells:up" in found["text"]
    page = client.get(PAGE, params={"actor": actor}).text
    assert "<h3>What each changes</h3>" in page
    assert 'data-figure="/api/v1/cases/river-war/options' in page
    assert client.get(f"{API}/options/{actor}/figure").json() == found["figure"]


def test_each_change_is_told_from_the_futures_that_it_stands_on() -> None:
    path = "contingents.legion.interpreter_pool"
    few = tertius.compare(CASE, settings={path: 0.0}, futures=40, weeks=8)
    more = tertius.compare(CASE, settings={path: 0.0}, futures=80, weeks=8)
    told = table([more.answer, few.answer], few.scenario, 8)
    other, own = told.outcomes[0].cells
    assert other is not None
    assert own is not None
    assert other.level.startswith("from ")
    assert not own.level.startswith("from ")
    assert told.outcomes[0].stands == table([few.answer], few.scenario, 8).outcomes[0].stands
    assert all(cell.level.startswith("from ") for row in told.chances for cell in row.cells[:1] if cell is not None)


def test_numbers_and_figure_are_given_as_files(client: TestClient, app: FastAPI) -> None:
    ask(client, app, SET)
    asked = {"w": SET, "futures": 40}
    rows = client.get(f"{API}/what-if/table/json", params=asked).json()
    assert {row["what_if"] for row in rows} == {SET}
    told = client.get(f"{API}/what-if/table/csv", params=asked)
    assert told.headers["content-disposition"].startswith("attachment")
    lines = told.text.lstrip("\ufeff").splitlines()
    assert lines[0].split(",") == list(rows[0])
    assert len(lines) == len(rows) + 1
    assert client.get(f"{API}/what-if/table/csv", params={"w": STEP}).text.strip("\ufeff") == ""
    for form, start in (("svg", b"<svg"), ("png", b"\x89PNG"), ("json", b"{")):
        assert client.get(f"{API}/what-if/figure/{form}", params=asked).content.startswith(start)
    assert client.get(f"{API}/what-if/figure/exe", params=asked).status_code == 422


def test_an_instrument_can_be_held_still(client: TestClient) -> None:
    (line,) = client.get(f"{API}/what-if/words", params={"d": "-durian-shells"}).json()
    assert "may not go up" in line


def test_what_is_said_of_a_change_follows_its_band_and_its_error() -> None:
    from dataclasses import replace

    found = tertius.compare(CASE, settings={"contingents.legion.interpreter_pool": 0.0}, futures=40, weeks=8)
    at = replace(found.at("land", 8), band=10.0, error=1.0, same=False)
    said = {
        "moved": replace(at, mean=20.0, interval=(12.0, 28.0)),
        "less than matters": replace(at, mean=5.0, interval=(2.0, 8.0)),
        "too weak to see": replace(at, mean=1.0, interval=(-3.0, 4.0)),
        "0 exactly": replace(at, mean=0.0, interval=(0.0, 0.0), same=True),
    }
    for words, difference in said.items():
        kept = [one for one in found.answer.differences if (one.outcome, one.week) != ("land", 8)]
        answer = replace(found.answer, differences=(*kept, difference))
        (row,) = [row for row in table([answer], found.scenario, 8).outcomes if row.headline]
        (cell,) = row.cells
        assert cell is not None
        assert (cell.told, cell.moved) == (words, words == "moved")


def test_a_server_that_is_read_only_shows_and_offers_no_run(folder: Path) -> None:
    with TestClient(create_app(Settings(folder, read_only=True)), base_url="http://127.0.0.1:8712") as client:
        page = client.get(PAGE, params={"w": STEP})
        assert page.status_code == 200
        assert 'id="draft"' not in page.text
        assert "data-job" not in page.text
        body = {"kind": "what-if", "arguments": defined(STEP)}
        assert client.post(f"{API}/jobs", json=body).status_code == 403
        assert client.get(f"{API}/jobs").json() == []
