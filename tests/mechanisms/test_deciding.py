"""The choice rule against published equilibria, and what a decision may and may not depend on."""

import numpy as np
import pytest
from hypothesis import given
from tests.mechanisms.oracles_deciding import effects
from tests.mechanisms.worlds import SEEDS, World, field_of, law, laws, random_world

from tertius.kernel.choice import quantal_response

BASE, VALUE, CHANCE = range(3)

# Goeree, Holt and Palfrey's asymmetric matching pennies; (p, q) of the logit equilibrium by lambda.
ROW, COLUMN = np.array([[9.0, 0.0], [0.0, 1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])
EQUILIBRIA = {
    0.5: (0.830671, 0.418077),
    1.0: (0.893576, 0.312780),
    2.0: (0.860754, 0.191078),
    5.0: (0.701984, 0.117135),
}


def response(payoff: np.ndarray, other: float, precision: float) -> float:
    """Chance of the first option against a mixture, by the kernel's own choice rule."""
    options = np.ones((2, 3))
    options[:, VALUE] = precision * payoff @ np.array([other, 1.0 - other])
    quantal_response(options, BASE, VALUE, CHANCE, 0, 2)
    return float(options[0, CHANCE])


def equilibrium(precision: float) -> tuple[float, float]:
    """The one fixed point of both players' responses, by halving."""
    low, high = 0.0, 1.0  # q answers p downwards, so p(q(p)) - p has one zero
    for _ in range(60):
        p = (low + high) / 2
        q = response(COLUMN.T, p, precision)
        low, high = (p, high) if response(ROW, q, precision) > p else (low, p)
    return p, q


@pytest.mark.parametrize("precision", EQUILIBRIA)
def test_its_fixed_points_are_quantal_response_equilibria(precision: float) -> None:
    assert equilibrium(precision) == pytest.approx(EQUILIBRIA[precision], abs=2e-6)


def test_a_sharp_equilibrium_solves_both_logits() -> None:
    """At 10 the odds of each player are exp(10 x the difference of its expected payoffs)."""
    p, q = equilibrium(10.0)
    assert np.log(p / (1 - p)) == pytest.approx(10 * (9 * q - (1 - q)), abs=1e-6)
    assert np.log(q / (1 - q)) == pytest.approx(10 * ((1 - p) - p), abs=1e-6)


def test_base_rates_are_what_is_left_at_no_worth_and_closed_options_get_nothing() -> None:
    options = np.full((5, 3), -1.0)
    options[:, BASE], options[:, VALUE] = [9.0, 1.0, 0.0, 3.0, 9.0], [0.0, 0.0, 5.0, 0.0, 0.0]
    total = quantal_response(options, BASE, VALUE, CHANCE, 1, 4)
    assert total == 4.0
    assert options[:, CHANCE].tolist() == [-1.0, 0.25, 0.0, 0.75, -1.0]


def one_actor(seed: int, instruments: int) -> World:
    """A world with one actor, whose instruments are copies of one another in every number."""
    while True:
        world = random_world(seed)
        if world.count("actor") == 1 and world.count("instrument") == 2:
            break
        seed += 1000
    for entity in ("instrument", "option"):
        for held in (world.state, world.params):
            table = getattr(held, entity)
            step = len(table) // 2
            table[step:] = table[:step]
    world.put("instrument.held", 0.0)
    world.params.instrument_links[1] = world.params.instrument_links[0]
    if instruments == 1:
        # Closed from the start: as if it were not on the menu.
        world.array(field_of("option.rate"))[2:] = 0.0
    return world


@pytest.mark.parametrize("seed", range(12))
def test_a_menu_listed_twice_doubles_the_rate_at_which_an_actor_acts(seed: int) -> None:
    law = next(law for law in laws() if law.name == "deliberation")
    hazards = []
    for instruments in (1, 2):
        world = one_actor(seed, instruments)
        world.put("actor.reference_rate", 0.0)
        start = world.copy()
        start.week = -1
        started = start.after(law)
        started.week = 3
        hazards.append(-np.log1p(-started.after(law).value("actor.act_chance")))
    assert hazards[1] == pytest.approx(2.0 * hazards[0], rel=1e-9)


@given(seed=SEEDS)
def test_who_gains_goes_home_where_enough_is_enough_and_presses_on_with_opportunism(seed: int) -> None:
    world = random_world(seed).put("world.decision_law", 52.0).put("world.foresight_weeks", 0.0)
    stakes, wants = world.count("stake"), world.array(field_of("interest.wants")).reshape(-1, world.count("stake"))
    for x in range(stakes):  # every stake goes the way of those who want more of it; none wants less
        world.state.stake[x, field_of("stake.unsettled")] = 1.0
    world.put("interest.wants", np.abs(wants).ravel())
    worth = {
        held: world.copy()
        .put("world.opportunism", held)
        .after(law("deliberation"))
        .array(field_of("instrument.direct"))
        for held in (0.0, 0.5, 1.0)
    }
    assert (worth[0.5] == 0.0).all()
    np.testing.assert_array_equal(worth[1.0], -worth[0.0])
    # A step that brings more of what is gained is worth taking with opportunism, and worth undoing without.
    for i in range(world.count("instrument")):
        brought = list(effects(world, i).values())
        if brought and min(brought) > 0.0:
            assert worth[1.0][i] >= 0.0 >= worth[0.0][i]
