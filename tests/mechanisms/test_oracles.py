"""Laws against slow loops written from their equations."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from tests.mechanisms import oracles, oracles_calendar, oracles_deciding, oracles_strikes, oracles_system
from tests.mechanisms.worlds import SEEDS, World, field_of, law, random_world

SLOW: dict[str, Callable[[World], oracles.Values]] = {
    "activity": oracles.activity,
    "coalition_integration": oracles.integration,
    "further_waves": oracles.waves,
    "reopening": oracles.reopening,
    "combat_power": oracles.power,
    "ground": oracles.ground,
    "losses": oracles.losses,
    "reserves": oracles.reserves,
    "supply": oracles.supply,
    "stakes": oracles_deciding.stakes,
    "excitation": oracles_deciding.excitation,
    "occasions": oracles_calendar.occasions,
    "joiners": oracles_calendar.joiners,
    "deliberation": oracles_deciding.deliberation,
    "decisions": oracles_deciding.decisions,
    "carrying_out": oracles_deciding.carrying_out,
    "exchange": oracles_system.exchange,
    "homecoming": oracles_system.homecoming,
    "endurance": oracles_system.endurance,
    "escalation": oracles_system.escalation,
    "spill_over": oracles_system.spill_over,
    "red_lines": oracles_system.red_lines,
    "perceived_threat": oracles_system.perceived_threat,
    "realignment": oracles_system.realignment,
    "termination": oracles_system.termination,
    "replacement": oracles_system.replacement,
    "salvos": oracles_strikes.salvos,
    "air_defence": oracles_strikes.air_defence,
    "strike_damage": oracles_strikes.strike_damage,
    "strike_wear": oracles_strikes.strike_wear,
}


@pytest.mark.parametrize("name", SLOW)
@given(seed=SEEDS)
def test_the_law_does_what_its_equations_say(name: str, seed: int) -> None:
    world = random_world(seed)
    slow = SLOW[name](world)
    after = world.after(law(name))
    for path, values in slow.items():
        field = field_of(path)
        size = 1.0 + np.abs(values).max(initial=0.0)
        np.testing.assert_allclose(after.array(field), values, rtol=1e-9, atol=1e-9 * size, err_msg=path)
