"""What the shipped scenario must say, whatever its numbers: 2,000 futures of each arm, paired."""

from collections.abc import Mapping

import numpy as np
import pytest

from tertius.engine import Ensemble, Intervention, Layout, Options, overrides_of, run_arms
from tertius.world import Quantity

FULL = {"contingents.kpa.interpreter_pool": 1e5, "sides.A.officers_lendable": 1.0}
NONE = {"contingents.kpa.interpreter_pool": 0.0, "contingents.kpa.interpreter_training": 0.0}


@pytest.fixture(scope="module")
def arms(layout: Layout, compiled: None) -> dict[str, Ensemble]:
    never = overrides_of(layout, Intervention("prk-entry"))
    asked: dict[str, Mapping[str, Quantity | float]] = {"shipped": {}, "full": FULL, "none": NONE, "never": never}
    layouts = [Layout.of(layout.scenario, overrides) for overrides in asked.values()]
    done = run_arms(layouts, Options(futures=2000, weeks=52), names=list(asked))
    return dict(zip(asked, done, strict=True))


def share(arm: Ensemble, week: int) -> float:
    """Return the mean usable share of the contingent, over futures in which it is present in both arms."""
    integration = arm.path("contingents.kpa.integration")[:, week]
    return float(integration[integration > 0].mean())


def test_interpreters_and_officers_make_the_contingent_usable(arms: dict[str, Ensemble]) -> None:
    assert share(arms["full"], 26) > share(arms["shipped"], 26) + 0.1
    assert share(arms["shipped"], 26) > share(arms["none"], 26) + 0.1


def test_a_usable_contingent_takes_more_of_the_salient(arms: dict[str, Ensemble]) -> None:
    effect = {name: arms[name].of("kursk-salient")[:, 26] - arms["never"].of("kursk-salient")[:, 26] for name in arms}
    more = effect["full"] - effect["shipped"]
    assert effect["shipped"].mean() < 0
    assert more.mean() < -4 * more.std() / np.sqrt(len(more) / 4)  # four futures share a draw


def test_without_interpreters_each_fights_alone(arms: dict[str, Ensemble]) -> None:
    arm = arms["none"]
    at = {name: arm.path(f"contingents.kpa.{name}").astype(float) for name in ("usable", "joint_weeks", "integration")}
    lost = [arm.path(f"contingents.kpa.lost_to_{n}") for n in ("interpreters", "officers", "discord", "dilution")]
    troops = at["usable"] + np.sum(lost, axis=0)
    drawn = {
        name: arm.parameters[f"contingents.kpa.{name}"][:, None] for name in ("alone", "discord", "learning_weeks")
    }
    discord = 1 - drawn["discord"] * np.exp(-at["joint_weeks"] / drawn["learning_weeks"])
    assert (troops[:, 26] > 0).mean() > 0.7
    np.testing.assert_allclose(at["usable"], troops * drawn["alone"] * discord, rtol=1e-4, atol=0.05)


def test_eleven_thousand_soldiers_do_not_decide_the_war(arms: dict[str, Ensemble]) -> None:
    gain = arms["shipped"].of("front-gain")[:, 52]
    effect = float((gain - arms["never"].of("front-gain")[:, 52]).mean())
    low, high = np.quantile(gain, [0.1, 0.9])
    assert effect != 0.0
    assert abs(effect) < 0.05 * (high - low)


def test_the_first_quarter_holds_the_present_tempo(arms: dict[str, Ensemble]) -> None:
    tempo = np.median(arms["shipped"].of("front-tempo")[:, 1:14], axis=0).mean()
    low, high = np.quantile(arms["shipped"].of("front-gain")[:, 13], [0.1, 0.9])
    assert low < 13 * tempo < high


def test_the_contingent_never_has_more_than_was_sent(arms: dict[str, Ensemble]) -> None:
    sent, troops = (arms["shipped"].path(f"contingents.kpa.{name}") for name in ("sent", "troops"))
    assert (troops <= sent * (1 + 1e-6)).all()
    assert (np.diff(sent, axis=1) >= 0).all()
    assert (arms["never"].path("contingents.kpa.sent") == 0).all()


@pytest.mark.parametrize("name", ["shipped", "full", "none", "never"])
def test_every_output_stays_in_its_field_s_range(name: str, arms: dict[str, Ensemble]) -> None:
    for place, (path, field) in enumerate(arms[name].layout.outputs()):
        values = arms[name].everything[:, :, place]
        assert values.min() >= field.low - 1e-6, path
        assert values.max() <= field.high + 1e-6, path
