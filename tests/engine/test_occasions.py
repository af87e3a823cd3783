"""What is on the calendar turns out in one way a future, and moves what it should and nothing else."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tertius.engine import Ensemble, Layout, Options, run_arms
from tertius.world import load_scenario

ALONE = {"world.rates_weight": 0.0, "world.excitation_weight": 0.0, "world.interests_weight": 0.0}
ELECTION = "calendar.USA-election-2024"
MOVE = f"{ELECTION}.moves.arms"
INAUGURATION = 12  # weeks after the as-of date from which on the move is felt


@pytest.fixture(scope="module")
def arms() -> list[Ensemble]:
    """The shipped scenario by the law of occasions alone: without the election's move on arms, and with one of 1."""
    scenario = load_scenario("ukraine-2024")
    still = {**ALONE, f"{MOVE}.log_factor": 0.0, f"{MOVE}.delay": float(INAUGURATION - 1), f"{MOVE}.lasting": 9.0}
    layouts = [Layout.of(scenario, {**still, f"{MOVE}.log_factor": size}) for size in (0.0, 1.0)]
    return run_arms(layouts, Options(futures=200, weeks=26))


def of(arm: Ensemble, name: str) -> NDArray[np.float64]:
    return np.asarray(arm.path(f"instruments.{name}.by_calendar"))


def test_an_occasion_turns_out_in_one_way_and_once(arms: list[Ensemble]) -> None:
    won, lost = (arms[0].path(f"{ELECTION}.turns.{turn}.turned") for turn in ("republican", "democratic"))
    assert (won[:, 0] == 0).all()
    assert (won[:, -1] + lost[:, -1] == 1).all()
    assert (np.diff(won, axis=1) >= 0).all()
    assert 0.4 < won[:, -1].mean() < 0.6


def test_a_scheduled_election_moves_what_it_should_when_it_should(arms: list[Ensemble]) -> None:
    won = arms[0].path(f"{ELECTION}.turns.republican.turned")[:, -1] > 0
    # Once a war has ended, in a week of its own in each world, nothing is worked out any more.
    fought = (arms[0].path("world.ended")[:, -1] == 0) & (arms[1].path("world.ended")[:, -1] == 0)
    apart = of(arms[1], "USA-arms") - of(arms[0], "USA-arms")
    assert (won & fought).any()
    inside = np.zeros(27, dtype=bool)
    inside[INAUGURATION : INAUGURATION + 9] = True
    assert apart[won & fought][:, inside] == pytest.approx(1.0)
    assert (apart[~won & fought] == 0).all()
    assert (apart[fought][:, ~inside] == 0).all()
    for name in arms[0].layout.scenario.instruments:
        if name != "USA-arms":
            assert (of(arms[0], name)[fought] == of(arms[1], name)[fought]).all(), name


def test_who_is_not_on_the_calendar_keeps_to_base_rates(arms: list[Ensemble]) -> None:
    scenario = arms[0].layout.scenario
    invited = {actor for one in scenario.calendar.values() for actor in one.who}
    moved = {move.instrument for one in scenario.calendar.values() for move in one.moves.values()}
    assert (of(arms[0], "EU-sanctions") != 0).any()
    away = [name for name, one in scenario.instruments.items() if one.actor not in invited and name not in moved]
    assert all((of(arms[0], name) == 0).all() for name in away)
