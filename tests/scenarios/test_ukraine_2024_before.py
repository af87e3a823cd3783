"""The war in mid September 2024: the data of that day, and nothing that became known later."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from tertius.engine import Layout, overrides_of, parse_intervention
from tertius.world import Scenario, load_scenario

DATA = Path(__file__).parents[3] / "shared" / "data" / "ukraine"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the reference data beside the project are absent")


@pytest.fixture(scope="module")
def before() -> Scenario:
    return load_scenario("ukraine-2024-before")


@pytest.fixture(scope="module")
def after() -> Scenario:
    return load_scenario("ukraine-2024")


def test_nothing_in_it_is_of_a_later_day(before: Scenario, after: Scenario) -> None:
    assert before.as_of == date(2024, 9, 15)
    days = [source.date for source in before.sources.values()] + [fact.date for fact in before.facts.values()]
    days += [row.date for theatre in before.theatres.values() for row in theatre.history]
    assert max(days) <= before.as_of
    text = before.to_yaml()
    gone = [name for name in after.sources if name not in before.sources]
    assert len(gone) > 20
    assert [name for name in gone if name in text] == []
    # Days ahead that were known beforehand are no later knowledge; since when they were known is checked.
    assert all(one.known_since <= before.as_of for one in before.calendar.values())
    text = re.sub(r"\ncalendar:\n(?: .*\n)*", "\n", text)
    later = r"2024-(?:09-(?:1[6-9]|[23])|1[0-2])|October 2024|November 2024|autumn 2024|\bintercept(?:ed)?\b"
    assert re.findall(later, text) == []


def test_no_number_that_the_article_tells_is_in_it(before: Scenario) -> None:
    held = before.contingents["kpa"].quantities
    for name in ("interpreters_per_group", "officers_per_group"):
        low, high = held[name].quantile([0.1, 0.9])
        assert held[name].basis == "judgement"
        assert high > 5 * low
    assert held["troops"].central == 0
    assert before.instruments["PRK-troops"].level.central == 0
    assert before.instruments["USA-warning"].level.central == 0
    assert not before.events


def test_sending_soldiers_is_the_sender_s_decision(before: Scenario) -> None:
    layout = Layout.of(before)
    assert overrides_of(layout, parse_intervention("PRK-troops")) == {"instruments.PRK-troops.capped": 1.0}
    lever = before.instruments["PRK-troops"].levers["soldiers"]
    assert lever.quantities["opens"].central == 1


@needs_data
@pytest.mark.parametrize(
    ("theatre", "name"), [("front", "ru_occupied_ukraine_km2"), ("kursk", "ua_held_russian_territory_km2")]
)
def test_areas_and_history_are_the_source_s(before: Scenario, theatre: str, name: str) -> None:
    with (DATA / "deepstate_area_daily.csv").open(newline="") as rows:
        measured = {date.fromisoformat(row["date"]): float(row[name]) for row in csv.DictReader(rows) if row[name]}
    record = before.theatres[theatre]
    assert record.quantities["area"].central == pytest.approx(measured[before.as_of], abs=0.06)
    for row in record.history:
        assert row.area == pytest.approx(measured[row.date], abs=0.06), row.date


def test_its_fit_is_of_that_day(before: Scenario) -> None:
    layout = Layout.of(before)
    assert layout.posterior is not None
    assert layout.posterior.told["as_of"] == "2024-09-15"
    assert layout.fitted("theatres.front.tempo")
    assert not layout.fitted("theatres.kursk.tempo")
