"""Futures and states: pages, resources, and files taken from their place."""

import csv
import io
import json
import re
import struct

import numpy as np
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.web.conftest import CASE

from tertius.impact.paths import at_week, read_paths, singles

API = f"/api/v1/cases/{CASE}"
PAGE = f"/case/{CASE}"


def test_paths_are_the_futures_that_were_saved(app: FastAPI) -> None:
    held = app.state.desk.worlds(CASE)
    paths = read_paths(app.state.desk.result_folder(CASE), held.base.outcomes)
    for place, name in enumerate(held.base.outcomes):
        assert np.array_equal(paths.of(name)[0], held.base.samples[:, :, place].astype(np.float32))
        assert np.array_equal(paths.of(name)[1], held.other.samples[:, :, place].astype(np.float32))
    name = held.base.outcomes[0]
    found, told = held.answer.at(name, held.last), at_week(paths, name, held.last, held.answer.at(name, held.last).band)
    assert (told.larger, told.smaller) == pytest.approx((found.larger, found.smaller))
    assert (*told.with_it.outer, told.with_it.middle) == pytest.approx((found.base[0], found.base[2], found.base[1]))
    assert sum(told.with_it.shares) == pytest.approx(1)
    assert sum(told.without.shares) == pytest.approx(1)
    (one,) = [each for each in singles(paths, name, count=3, future=7) if each.future == 7]
    assert one.with_it == pytest.approx(held.base.of(name)[7])


def test_a_week_of_futures_that_agree_has_bins(app: FastAPI) -> None:
    paths = read_paths(app.state.desk.result_folder(CASE), tuple(app.state.desk.answer(CASE).scenario.outcomes))
    told = at_week(paths, paths.outcomes[0], 0, 1.0)  # at the as-of date nothing has moved
    assert told.edges[0] < told.edges[-1]
    assert max(told.with_it.shares) == 1
    assert (told.larger, told.smaller, told.immaterial) == (0, 0, 1)


def test_futures_page_holds_its_state_in_the_address(client: TestClient) -> None:
    outcomes = client.get(f"{API}/outcomes").json()
    last = outcomes[-1]
    page = client.get(f"{PAGE}/futures?outcome={last['id']}&week=3&future=7")
    assert page.status_code == 200
    assert " style=" not in page.text
    assert f"spread-{last['id']}-3" in page.text
    assert f"alone-{last['id']}-7" in page.text
    assert re.search(r'name="week" min="0" max="8" value="3"', page.text)
    assert 'data-job="chronicle"' in page.text
    told = client.get(f"{API}/futures?outcome={last['id']}&week=3&future=7").json()
    assert 7 in [one["future"] for one in told["singles"]]
    assert told["week"]["rows"][0]["median"] in page.text
    assert 'data-job="storylines"' in client.get(f"{PAGE}/futures?view=storylines").text


def test_a_distribution_is_that_of_the_saved_futures(app: FastAPI, client: TestClient) -> None:
    held = app.state.desk.worlds(CASE)
    name = held.answer.headlines[0]
    with_it, without = (np.asarray(world.of(name))[:, 8] for world in (held.base, held.other))
    value = float(np.quantile(with_it, 0.4))
    told = client.get(f"{API}/distribution?outcome={name}&week=8&above={value}").json()
    assert told["with_it"] == pytest.approx(np.quantile(with_it, told["levels"]).tolist(), rel=1e-5)
    assert told["without"] == pytest.approx(np.quantile(without, told["levels"]).tolist(), rel=1e-5)
    assert all(list(curve) == sorted(curve) for curve in told["curves"])
    above = told["above"]
    assert above["with_it"] == pytest.approx((with_it > value).mean(), abs=0.026)  # one future at the edge
    assert above["change"] == pytest.approx(above["with_it"] - above["without"])
    page = client.get(f"{PAGE}/futures?view=distribution&outcome={name}&week=8&above={value}")
    assert page.status_code == 200
    assert f"distribution-{name}-8" in page.text
    assert "The entry adds" in page.text
    assert client.get(f"{PAGE}/futures?view=distribution&above=many").status_code == 422
    assert client.get(f"{API}/distribution?above=nan").status_code == 422
    figure = client.get(f"{API}/figures/distribution-{name}-8").json()
    assert "half of the futures lie below" in figure["alt"]


@pytest.mark.parametrize(
    ("query", "status"),
    [("outcome=none", 404), ("week=9", 422), ("week=-1", 422), ("future=40", 422), ("week=x", 422), ("view=x", 200)],
)
def test_what_is_not_there_is_refused(client: TestClient, query: str, status: int) -> None:
    assert client.get(f"{PAGE}/futures?{query}").status_code == status
    assert client.get(f"{API}/futures?{query}").status_code == status


@pytest.mark.parametrize("name", ["spread-land-99", "alone-land-40", "spread-land-x", "alone-none", "fan-", "paired-x"])
def test_figures_of_nothing_are_refused(client: TestClient, name: str) -> None:
    assert client.get(f"{API}/figures/{name}").status_code in (404, 422)


def test_states_page_tells_each_open_step_and_sorts(client: TestClient) -> None:
    told = client.get(f"{API}/states").json()
    assert told["steps"]
    page = client.get(f"{PAGE}/states").text
    assert page.count("data-find=") == len(told["steps"])
    assert " style=" not in page
    for sort, key in (("with", "with"), ("without", "without"), ("base", "base_rate")):
        shares = [row[key] for row in client.get(f"{API}/states?sort={sort}").json()["steps"]]
        assert shares == sorted(shares, reverse=True)
    word = told["steps"][0]["words"]["actor"].lower()
    some = client.get(f"{API}/states?q={word}").json()["steps"]
    assert some
    assert all(word in row["find"] for row in some)
    assert client.get(f"{API}/states?sort=none").status_code == 422
    assert client.get(f"{API}/states?week=5").status_code == 422


def test_one_state_has_its_stakes_levels_and_reasons(client: TestClient) -> None:
    for one in client.get(f"{API}/states").json()["states"]:
        told = client.get(f"{API}/states/{one['id']}").json()
        page = client.get(f"{PAGE}/states?state={one['id']}")
        assert page.status_code == 200
        assert all(each["levels"][each["level"]] in page.text for each in told["instruments"])
        assert told["instruments"]
    assert client.get(f"{API}/states/none").status_code == 404


def test_first_step_of_one_state(client: TestClient) -> None:
    step = client.get(f"{API}/states").json()["steps"][0]
    page = client.get(f"{PAGE}/states?given={step['instrument']}:{step['direction']}")
    assert page.status_code == 200
    assert 'data-job="given"' in page.text
    assert client.get(f"{PAGE}/states?given=none:up").status_code == 404
    assert client.get(f"{PAGE}/states?given={step['instrument']}:sideways").status_code == 422


def test_a_figure_is_taken_in_each_form(client: TestClient) -> None:
    address = f"{API}/figures/fan-land"
    svg = client.get(f"{address}/svg")
    assert svg.headers["content-disposition"] == f'attachment; filename="{CASE}-fan-land.svg"'
    assert svg.text.startswith("<svg")
    assert "var(--" not in svg.text
    assert "<title>" in svg.text
    png = client.get(f"{address}/png").content
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", png[16:20])[0] > 900
    assert json.loads(client.get(f"{address}/json").content)["$schema"].startswith("https://vega")
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}/csv").content.decode("utf-8-sig"))))
    assert {"with", "without"} <= {row["label"] for row in rows}
    assert client.get(f"{address}/exe").status_code == 422


def test_a_table_is_taken_as_csv_and_json(client: TestClient) -> None:
    tables = client.get(f"{API}/tables").json()
    for one in tables:
        rows = client.get(f"{API}/tables/{one['name']}/json").json()
        told = list(
            csv.DictReader(io.StringIO(client.get(f"{API}/tables/{one['name']}/csv").content.decode("utf-8-sig")))
        )
        assert len(rows) == len(told) == one["rows"]
        assert list(rows[0]) == list(told[0])
    assert client.get(f"{API}/tables/none/csv").status_code == 404


def test_a_figure_alone_may_be_framed_and_nothing_else(client: TestClient) -> None:
    page = client.get(f"/embed/{CASE}/fan-land")
    assert page.status_code == 200
    assert "frame-ancestors *" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert client.get(f"/embed/{CASE}/none").status_code == 404
    assert "frame-ancestors 'none'" in client.get(f"{PAGE}/futures").headers["content-security-policy"]
