"""The deciding states of the reference case: what moves whom, from runs and from the laws on single trajectories."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from tests.engine.conftest import simulate  # noqa: F401

from tertius.engine import Ensemble, Layout, Options, overrides_of, parse_intervention, run_arms
from tertius.history import joining_rates
from tertius.world import Scenario, load_scenario

Simulate = Callable[..., Ensemble]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("ukraine-2024")


@pytest.fixture(scope="module")
def pair(scenario: Scenario, compiled: None) -> tuple[Ensemble, Ensemble]:
    """With the entry and without, same luck."""
    layout = Layout.of(scenario)
    without = Layout.of(scenario, overrides_of(layout, parse_intervention("prk-entry")))
    base, other = run_arms([layout, without], Options(futures=800, weeks=26))
    return base, other


def raised(ensemble: Ensemble, name: str) -> np.ndarray:
    """Whether an instrument rose above its level at the as-of date, shape (trajectory,)."""
    level = ensemble.path(f"instruments.{name}.level")
    return (level > level[:, :1]).any(axis=1)


def test_each_actor_mostly_holds_in_any_one_week(pair: tuple[Ensemble, Ensemble]) -> None:
    for path in pair[0].layout.slots["actor"]:
        chance = pair[0].path(f"{path}.act_chance")[:, 1:]
        assert chance.mean() < 0.15, path
        assert chance.max() < 1.0


ARMS_MOVE = ("north-technology", "north-bolder", "russian-advance", "wider-war", "foreign-soldiers")


def test_what_seoul_learns_of_technology_moves_its_arms(simulate: Simulate) -> None:  # noqa: F811
    """Forced transfers raise the chance of arms; unseen they do not."""
    options = {"futures": 400, "weeks": 26}
    flows = {"instruments.RUS-technology.forced_week": 0.0}
    seen = {"stakes.north-technology.visibility": 0.5}
    unseen = {
        "stakes.north-technology.visibility": 0.0,
        "instruments.RUS-technology.effects.north-bolder.per_level": 0.0,
    }
    for visibility, moves in ((seen, True), (unseen, False)):
        calm, flowing = (simulate(overrides={**visibility, **more}, **options) for more in ({}, flows))
        effects = [f"instruments.KOR-arms.effects.{stake}.worth" for stake in ARMS_MOVE]
        worth = [sum(ensemble.path(path)[:, 13].mean() for path in effects) for ensemble in (calm, flowing)]
        technology = [ensemble.path("stakes.north-technology.level")[:, 13].mean() for ensemble in (calm, flowing)]
        assert technology[1] > technology[0] + 0.5
        if moves:
            assert worth[1] > worth[0] + 0.03
        else:
            assert abs(worth[1] - worth[0]) < 0.02


def test_beijings_stakes_pull_its_pressure_apart(pair: tuple[Ensemble, Ensemble]) -> None:
    """The entry gives reasons for pressure on Pyongyang and reasons against it, in the same futures."""
    base, other = pair
    effects = base.layout.scenario.instruments["CHN-pressure"].effects
    weights = base.layout.scenario.actors["CHN"].interests
    terms = {}
    for stake in weights:
        if stake in effects:
            change = (base.path(f"stakes.{stake}.unsettled") - other.path(f"stakes.{stake}.unsettled"))[:, 13].mean()
            terms[stake] = -change * effects[stake].quantities["per_level"].central
    assert terms["beijing-hold"] > 0.005, "its hold slips: pressure to win it back"
    assert terms["china-neutral"] > 0.02, "its neutrality is in doubt: pressure to show distance"
    assert terms["buffer"] < -0.005, "the regime must stand: no pressure"


def test_the_entry_moves_the_stakes_that_it_is_said_to_move(pair: tuple[Ensemble, Ensemble]) -> None:
    base, other = pair
    signs = {"foreign-soldiers": 1, "wider-war": 1, "north-earnings": 1, "beijing-hold": -1, "china-neutral": -1}
    for stake, sign in signs.items():
        change = (base.path(f"stakes.{stake}.level") - other.path(f"stakes.{stake}.level"))[:, 13]
        assert sign * change.mean() > 3 * change.std() / np.sqrt(len(change)), stake


def test_without_the_entry_its_sender_sends_nobody(pair: tuple[Ensemble, Ensemble]) -> None:
    assert (pair[1].path("instruments.PRK-troops.level") == 0).all()
    assert raised(pair[0], "PRK-troops").mean() > 0.05


def test_rates_of_joining_are_those_of_past_disputes(scenario: Scenario) -> None:
    """Rates that cite past disputes are a year's chance of joining before any joiner: median and 90% value."""
    alone = {name: side.model_copy(update={"members": (side.lead,)}) for name, side in scenario.sides.items()}
    before = replace(scenario, sides=MappingProxyType(alone))  # those who join are for the law of joiners to count
    rates = {(row.actor, row.side): row for row in joining_rates(before, 52).rows}
    side = {scenario.sides[name].lead: name for name in ("A", "B")}
    cited = 0
    for name, instrument in scenario.instruments.items():
        share = instrument.steps["up"].quantities.get("rate")
        if share is not None and "history-joining" in share.source_ids:
            within = rates[instrument.actor, side[instrument.towards]].within
            assert within is not None
            wanted = [within.median, within.high]
            np.testing.assert_allclose(share.quantile([0.5, 0.9]), wanted, rtol=0.1, err_msg=name)
            cited += 1
    assert cited >= 4
