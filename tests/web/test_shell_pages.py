"""Today, Map, Methods, the brief, home and places of an answered case."""

import os
import re
import shutil
import time
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.web.conftest import CASE
from tests.web.test_jobs_api import do_all

from tertius.report.state_map import MEASURES, shapes
from tertius.web.ahead import addresses
from tertius.web.desk import Desk
from tertius.web.jobs.kinds import checked
from tertius.web.own import got
from tertius.web.resources import figures
from tertius.web.resources.ready import make_ready

API = f"/api/v1/cases/{CASE}"
OWN = f"/case/{CASE}"


@pytest.fixture
def twice(folder: Path) -> Path:
    """A folder in which the case has two results of the same run, both made ready."""
    held = folder / "cases" / CASE / "results"
    shutil.copytree(held / "000001", held / "000002")
    desk = Desk(folder)
    make_ready(desk, CASE, "000001", lambda *told: None)
    make_ready(desk, CASE, "000002", lambda *told: None)
    return folder


def test_what_changed_since_the_result_before_is_shown_and_older_results_have_addresses(
    twice: Path, client: TestClient
) -> None:
    told = client.get(f"{API}/since").json()
    assert told["before"] == "000001"
    assert "Nothing has changed" in told["text"]
    assert client.get(f"{API}/since?result=000001").json() is None
    page = client.get(f"{OWN}/today").text
    assert "Since result 1" in page
    headlines = client.get(f"{API}/answer").json()["summary"]["chances"]
    assert len(told["chances"]) == len(headlines) > 0
    assert {row["change"] for row in told["chances"]} == {"unchanged"}, "the same answer was kept twice"
    assert 'aria-label="Headline chances then and now"' in page
    assert 'value="000002" selected' in page
    assert 'value="000001" selected' in client.get(f"{OWN}/today?result=000001").text
    assert client.get(f"{OWN}/today?result=000009").status_code == 404
    names = [one["name"] for one in client.get(f"{API}/places").json()]
    assert any(name.startswith("Result 1,") for name in names)


def test_a_headline_chance_that_the_result_before_did_not_tell_is_told_as_new(twice: Path) -> None:
    from tertius.impact import differences
    from tertius.impact.opening import open_editions
    from tertius.report.changes import changed_chances

    results = twice / "cases" / CASE / "results"
    found = differences(*open_editions(str(results / "000001"), str(results / "000002")))
    assert found.one.answer is not None
    assert found.one.answer.summary is not None
    held = found.one.answer.summary
    fewer = replace(found.one.answer, summary=replace(held, chances=held.chances[1:]))
    first, *others = changed_chances(replace(found, one=replace(found.one, answer=fewer)))
    assert (first.before, first.change, first.moved) == ("not told", "new", False)
    assert first.after == changed_chances(found)[0].after
    assert {row.change for row in others} == {"unchanged"}


def test_a_headline_chance_then_and_now_says_whether_chance_could_make_it() -> None:
    from tertius.impact.editions import ShiftedChance
    from tertius.report.changes import _change

    said = {
        _change(ShiftedChance("end:over", 8, 0.2, after, error, (0.0, 0.0), None)).partition(" ")[0]
        for after, error in ((0.2, 0.01), (0.23, 0.02), (0.4, 0.02), (0.05, 0.02))
    }
    assert said == {"unchanged", "no", "+20", "−15"}


def test_today_tells_what_tripped_and_where_to_begin(twice: Path, client: TestClient, app: FastAPI) -> None:
    page = client.get(f"{OWN}/today").text
    assert "Nothing has been watched yet" in page
    body = {"kind": "watch", "arguments": {"targets": ["war-ends"], "futures": 400, "weeks": 8, "as_of": "2031-03-31"}}
    job = client.post(f"{API}/jobs", json=body).json()["id"]
    do_all(app)
    told = client.get(f"/api/v1/jobs/{job}/result").json()
    held = client.get(f"{API}/tripped").json()
    assert held["headline"] == told["told"]["headline"]
    assert held["at"] == "2031-03-31"
    seen = [rule["text"] for one in told["told"]["events"] for rule in one["rules"] if rule["state"] == "tripped"]
    assert sorted(row["text"] for row in held["rows"]) == sorted(seen)
    assert escape(held["headline"]) in client.get(f"{OWN}/today").text


def test_how_many_futures_is_chosen_beside_the_run(client: TestClient) -> None:
    for path in (f"{OWN}/today", "/case/korea-1950/map"):
        page = client.get(path).text
        counts = re.findall(r'<option value="(\d+)"', page.partition("data-futures")[2].partition("</select>")[0])
        assert counts == ["400", "4000", "20000"]
        assert checked("brief", {"futures": int(counts[-1])})["futures"] == 20_000


def test_pages_of_a_result_made_ready_open_no_answer(
    twice: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Desk, "_opened", lambda *given, **named: pytest.fail("an answer was opened"))
    for page in ("today", "map", "methods", "brief", "map?by=threat&week=3", "futures"):
        assert client.get(f"{OWN}/{page}").status_code == 200, page
    assert client.get("/").status_code == 200
    assert client.get(f"{API}/places").json()


def test_what_is_kept_beside_a_result_is_made_once_and_again_when_damaged(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, made = Desk(folder), []

    def make(held: object) -> dict[str, int]:
        made.append(held)
        return {"n": len(made)}

    assert desk.kept(CASE, "", "thing") is None
    assert desk.derived(CASE, "", "thing", make) == desk.derived(CASE, "", "thing", make) == {"n": 1}
    assert desk.kept(CASE, "", "thing") == {"n": 1}
    monkeypatch.setattr("tertius.web.desk._stamp", lambda: "later")
    assert desk.kept(CASE, "", "thing") == {"n": 1}, "what another version made is still there"
    monkeypatch.undo()
    (file,) = (folder / "cases" / CASE / "derived").glob("*/thing.json")
    file.write_bytes(b'[{"n": 1')
    assert desk.derived(CASE, "", "thing", make) == {"n": 2}
    odd = desk.derived(CASE, "", "../../Odd name", make)
    assert odd == {"n": 3}
    assert {path.parent for path in folder.rglob("*.json") if "derived" in path.parts} == {file.parent}


def test_what_other_versions_made_is_removed_where_nobody_reads_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(folder)
    held = folder / "cases" / CASE / "derived"

    def aged(stamp: str, days: float, *made: str) -> Path:
        with monkeypatch.context() as other:
            other.setattr("tertius.web.desk._stamp", lambda: stamp)
            for name in made:
                desk.derived(CASE, "", name, lambda _: 1)
        then = time.time() - days * 86_400
        os.utime(held / f"000001-{stamp}", (then, then))
        return held / f"000001-{stamp}"

    read, replaced, alone, old = (
        aged("read", 0.5, "one"), aged("replaced", 2, "one"), aged("alone", 2, "one", "two"), aged("old", 31, "two"),
    )  # fmt: skip
    gone = shutil.copytree(replaced, held / "000009-x")
    os.utime(gone, (0, 0))
    desk.derived(CASE, "", "one", lambda _: 1)
    desk.tidy(CASE)
    assert [path.exists() for path in (read, replaced, alone, old, gone)] == [True, False, True, False, False]
    with monkeypatch.context() as other:  # a server of that version reads it again
        other.setattr("tertius.web.desk._stamp", lambda: "alone")
        desk.derived(CASE, "", "one", lambda _: 1)
    desk.derived(CASE, "", "two", lambda _: 1)
    desk.tidy(CASE)
    assert alone.exists()
    os.utime(alone, (time.time() - 2 * 86_400,) * 2)
    desk.tidy(CASE)
    assert not alone.exists()


def test_a_server_opens_what_first_visitors_need_before_they_come(
    folder: Path, client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address in addresses(app):
        got(app, address)
    monkeypatch.setattr("tertius.api.scenario.load", lambda *_: pytest.fail("the scenario was loaded again"))
    monkeypatch.setattr("tertius.api.keeping.show", lambda *_, **__: pytest.fail("the answer was opened again"))
    for page in ("what-if", "states", "futures"):
        assert client.get(f"{OWN}/{page}").status_code == 200


@pytest.mark.parametrize("by", MEASURES)
def test_the_map_and_its_table_hold_the_numbers_of_the_answer(client: TestClient, by: str) -> None:
    told = client.get(f"{API}/map?by={by}").json()
    assert told["rows"], "river-war has states, though no country"
    assert all(-1 <= row["share"] <= 1 for row in told["rows"])
    page = client.get(f"{OWN}/map?by={by}&week=2").text
    for row in told["rows"]:
        assert f"{OWN}/states?state={row['actor']}" in page
        assert row["text"].replace("'", "&#39;") in page
    assert " style=" not in page
    assert re.search(rf'by={by}&week=2" aria-current="true"', page)


def test_the_map_refuses_what_it_cannot_show(client: TestClient) -> None:
    assert client.get(f"{OWN}/map?by=wealth").status_code == 404
    for week in ("-1", "9", "999999", "x", ""):
        assert client.get(f"{OWN}/map?week={week}").status_code == 422, week


def test_land_of_a_theatre_is_that_of_the_answer(client: TestClient, folder: Path) -> None:
    held = Desk(folder).answer(CASE)
    assert held is not None
    assert held.answer.series is not None
    (river,) = client.get(f"{API}/lands?week=8").json()["theatres"]
    fan = held.answer.series.outcomes["land"].with_it
    assert river["middle"] == held.answer.series.start["land"] + fan.q50[8]
    assert river["least"] <= river["low"] <= river["middle"] <= river["high"] <= river["most"]
    (begun,) = client.get(f"{API}/lands?week=0").json()["theatres"]
    assert begun["low"] == begun["high"] == begun["start"] == river["start"]


def test_outlines_lie_within_the_map() -> None:
    held = shapes()
    assert len(held) > 150
    for code in ("FRA", "NZL", "USA", "FJI"):
        points = [tuple(map(float, pair.split())) for pair in re.findall(r"[\d.-]+ [\d.-]+", held[code])]
        assert all(-1 <= x <= 1001 and -1 <= y <= 521 for x, y in points)
    middle = re.findall(r"M([\d.]+) ([\d.]+)", held["FRA"])
    assert any(490 < float(x) < 525 and 80 < float(y) < 160 for x, y in middle), "France lies north of the middle"


def test_methods_tell_every_law_with_its_source(client: TestClient) -> None:
    laws = client.get("/api/v1/laws").json()
    assert {"coalition_integration", "ground", "termination"} <= {law["name"] for law in laws}
    for law in laws:
        assert law["sentence"], law["name"]
        assert "Source" in law["text"] or "Evidence" in law["text"], law["name"]
    page = client.get(f"{OWN}/methods").text
    assert all(f">{law['title']}.</b>" in page for law in laws)
    assert "past wars" in page
    bare = client.get("/case/korea-1950/methods")
    assert bare.status_code == 200
    assert "The laws" in bare.text


def test_the_brief_is_shown_under_its_own_policy(client: TestClient) -> None:
    answer = client.get(f"{OWN}/brief")
    policy = answer.headers["content-security-policy"]
    assert "sha256-" in policy
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    chapters = client.get(f"{API}/chapters").json()
    assert chapters
    assert all(f'id="{one["id"]}"' in answer.text for one in chapters)
    assert client.get("/case/korea-1950/brief").status_code == 422


def test_places_lead_somewhere(client: TestClient) -> None:
    told = client.get(f"{API}/places").json()
    assert any("Estmark" in one["name"] for one in told)
    assert all(one["address"].startswith(f"{OWN}/") for one in told)
    assert client.get("/api/v1/cases/korea-1950/places").json() == []
    assert client.get("/api/v1/cases/none/places").status_code == 404


def test_home_survives_a_damaged_result(client: TestClient, folder: Path) -> None:
    shutil.rmtree(folder / "cases" / CASE / "derived", ignore_errors=True)
    (folder / "cases" / CASE / "results" / "000001" / "answer.json").write_text("{", encoding="utf-8")
    page = client.get("/")
    assert page.status_code == 200
    assert "cannot be opened" in page.text
    assert str(folder) not in page.text
    for place in (f"{OWN}/today", f"{API}/answer"):
        refused = client.get(place)
        assert refused.status_code == 409
        assert "damaged" in refused.text
        assert str(folder) not in refused.text


def test_a_figure_is_drawn_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    name = client.get(f"{API}/figures").json()[0]
    first = client.get(f"{API}/figures/{name}").json()
    monkeypatch.setattr(figures, "told", lambda *given: pytest.fail("drawn again"))
    assert client.get(f"{API}/figures/{name}").json() == first
