"""Records of the shipped cases: what a reader could have applied on the day, and what the earlier case may know."""

from datetime import date

import pytest

from tertius.world import Scenario, load_scenario

NAMES = ("gulf-2025", "korea-1950", "river-war", "ukraine-2024", "ukraine-2024-before")


@pytest.fixture(params=NAMES)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return load_scenario(request.param)


def test_an_instrument_counts_like_steps_or_crosses_levels_and_never_both(scenario: Scenario) -> None:
    told: dict[str, set[bool]] = {}
    for step in scenario.record.values():
        told.setdefault(step.instrument, set()).add(step.after is None)
    assert told
    assert {name for name, kinds in told.items() if len(kinds) > 1} == set()


def test_the_next_like_step_is_open(scenario: Scenario) -> None:
    for step in scenario.record.values():
        if step.after is None:
            instrument = scenario.instruments[step.instrument]
            level = instrument.level.central
            assert level < len(instrument.levels) - 1 if step.step == "up" else level > 0, step.instrument


def test_a_step_is_named_by_its_instrument_and_day(scenario: Scenario) -> None:
    for key, step in scenario.record.items():
        assert key == f"{step.instrument}-{step.date}"


def test_a_step_is_cited_from_what_was_known_on_its_day_or_told_later(scenario: Scenario) -> None:
    """A document from before the step can tell of it only where it announces the step for a day just ahead."""
    for key, step in scenario.record.items():
        for name in step.source:
            if name != "judgement":
                assert (step.date - scenario.sources[name].known).days <= 5, key


def test_the_earlier_case_knows_the_steps_up_to_its_day_and_no_other() -> None:
    before, present = load_scenario("ukraine-2024-before"), load_scenario("ukraine-2024")
    known = {key: step for key, step in present.record.items() if step.date <= before.as_of}
    assert len(known) < len(present.record)
    assert {key: (step.step, step.after) for key, step in before.record.items()} == {
        key: (step.step, step.after) for key, step in known.items()
    }


def test_most_steps_of_the_war_of_2022_rest_on_a_document() -> None:
    record = load_scenario("ukraine-2024").record.values()
    assert sum(step.source == ("judgement",) for step in record) < len(record) / 10


def test_packages_are_counted_as_their_numbers_say() -> None:
    """The first of the fourteen came on the day before the war."""
    steps = [step for step in load_scenario("ukraine-2024").record.values() if step.instrument == "EU-sanctions"]
    assert len(steps) == 13
    assert max(step.date for step in steps) == date(2024, 6, 24)
