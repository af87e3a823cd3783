"""What holds for every shipped scenario: honest about time, every number told, base rates that add up."""

from functools import cache

import numpy as np
import pytest

from tertius.engine import Layout, Options, run
from tertius.world import Scenario, load_scenario, shipped_scenarios

# Air cover, and a field hospital: of the kind that joins, but nobody who stands at the front.
MOVES_NOTHING = {"korea-1950": {"instruments.SUN-air", "instruments.IND-support", "sides.A.officers_lendable"}}


@cache
def loaded(name: str) -> Scenario:
    return load_scenario(name)


@pytest.fixture(params=sorted(shipped_scenarios()))
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return loaded(request.param)


def test_nothing_that_became_known_later_enters(scenario: Scenario) -> None:
    """A source is of the time, or says which day up to the as-of date it describes; so are facts and readings."""
    days = [source.known for source in scenario.sources.values()]
    days += [fact.date for fact in scenario.facts.values()]
    days += [row.date for theatre in scenario.theatres.values() for row in theatre.history]
    days += [event.date for event in scenario.events.values() if event.date and event.status == "happened"]
    assert len(days) > 3
    assert max(days) <= scenario.as_of
    later = [source for source in scenario.sources.values() if source.date > scenario.as_of]
    assert all(source.describes is not None for source in later)


def test_every_judgement_is_wide_and_every_quantity_says_why(scenario: Scenario) -> None:
    assert {warning.path for warning in scenario.warnings} == MOVES_NOTHING.get(scenario.name, set())
    silent = [path for path, held in scenario.quantities().items() if held.basis != "choice" and not held.note]
    assert silent == []


def test_every_source_is_cited(scenario: Scenario) -> None:
    cited = {name for held in scenario.quantities().values() for name in held.source_ids}
    sections = (scenario.facts, scenario.events, scenario.observations, scenario.record, scenario.calendar)
    for record in (record for section in sections for record in section.values()):
        cited |= set(record.source or ())
    for theatre in scenario.theatres.values():
        cited |= set(theatre.history_source or ())
    # a note may lean on a source for part of what it says
    notes = " ".join(str(held.note) for held in scenario.quantities().values())
    assert {name for name in scenario.sources if name not in cited and name not in notes} == set()


@pytest.mark.usefixtures("compiled")
def test_it_runs_and_its_entry_comes(scenario: Scenario) -> None:
    assert scenario.comparison is not None
    without = scenario.comparison.without
    if without in scenario.events and scenario.events[without].kind == "strikes":
        path, least = f"weapons.{scenario.events[without].target}.cumulative_launched", 0.1
    elif without in scenario.events:
        path, least = f"contingents.{scenario.events[without].target}.sent", 0.7
    else:  # an entry that is its actor's decision: it need not come
        levers = scenario.instruments[without].levers.values()
        target, least = next(lever.contingent for lever in levers if lever.contingent), 0.0
        path = f"contingents.{target}.sent"
    ensemble = run(Layout.of(scenario), Options(futures=40, weeks=8, seed=3))
    for output, _ in ensemble.layout.outputs():
        assert np.isfinite(ensemble.path(output)).all(), output
    sent = ensemble.path(path)
    assert (sent[:, 0] == 0).all()
    assert (sent[:, -1] > 0).mean() > least


@pytest.mark.usefixtures("compiled")
def test_no_future_holds_land_that_is_not_there(scenario: Scenario) -> None:
    """Ceilings are sourced, not settings, and no week of any future passes them; nor is less held than nothing."""
    ensemble = run(Layout.of(scenario), Options(futures=200, weeks=scenario.weeks, seed=5))
    for name, theatre in scenario.theatres.items():
        ceiling = theatre.quantities["area_ceiling"]
        assert ceiling.basis not in ("choice", "judgement"), name
        area = ensemble.path(f"theatres.{name}.area")
        assert area.min() >= 0
        assert area[:, 1:].max() <= ceiling.central * (1 + 1e-6), name  # kept in single precision
