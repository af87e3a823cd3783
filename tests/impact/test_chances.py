"""An event less its weekly chances: 0 on average whatever the parameters, and differences seen in fewer futures."""

import dataclasses
from functools import cache

import numpy as np
import pytest

from tertius.engine import Ensemble, Layout, Options, run
from tertius.impact import Comparison, compare
from tertius.impact.chances import cleared, of_event, of_level, of_step, surprise
from tertius.impact.comparison import difference
from tertius.impact.reactions import left_in, reactions
from tertius.impact.recorded import Recorded, instruments
from tertius.impact.system import happened
from tertius.inference.enough import resampled
from tertius.world import load_scenario

pytestmark = pytest.mark.usefixtures("compiled")
OPTIONS = Options(futures=2000, weeks=40, seed=3)


@cache
def compared() -> Comparison:
    return compare(Layout.of(load_scenario("river-war")), OPTIONS)


def is_no_bias(news: np.ndarray, came: float) -> bool:
    """Whether a sample's mean is 0 within five standard errors, and three events where hardly any is expected."""
    expected = max(came - news.mean(), 0.0)  # share by the weekly chances; the variance of what comes is no more
    return abs(news.mean()) <= 5 * np.sqrt(expected / len(news)) + 3 / len(news)


def test_steps_less_their_chances_are_nothing_on_average() -> None:
    seen = 0
    for ensemble in (compared().base, compared().other):
        held = Recorded(ensemble)
        for name in instruments(ensemble):
            for way in ("up", "down"):
                news = of_step(held, name, way)
                assert news is not None
                left = left_in(held.output(f"instruments.{name}.level"), way)
                for week in (1, 13, 40):
                    assert is_no_bias(news[:, week], float((left <= week).mean())), (name, way, week)
                seen += bool(news.any())
    assert seen > 10


@pytest.mark.parametrize(
    ("output", "chance", "holds"),
    [
        ("ladders.strait.rungs.shots.reached", "ladders.strait.rungs.shots.chance", False),
        ("ladders.strait.rungs.war.reached", "ladders.strait.rungs.war.chance", False),
        ("bargains.legion-for-ore.alive", "bargains.legion-for-ore.end_chance", True),
    ],
)
def test_events_less_their_chances_are_nothing_on_average(output: str, chance: str, holds: bool) -> None:
    held = Recorded(compared().base)
    values = held.output(output)
    came = happened(1.0 - values if holds else values)
    news = of_event(held, came, chance)
    assert news.any()
    assert all(is_no_bias(news[:, week], came[:, week].mean()) for week in (1, 13, 40))


def test_what_a_level_reaches_less_its_chances_is_nothing_on_average() -> None:
    held = Recorded(compare(Layout.of(load_scenario("ukraine-2024")), OPTIONS).base)
    reached = happened(held.output("ladders.war.rungs.deep-strikes.reached"))
    news = of_level(held, "USA-strikes", 2.0, reached)
    assert news is not None
    assert news.any()
    assert all(is_no_bias(news[:, week], reached[:, week].mean()) for week in (1, 13, 40))


def test_chance_taken_out_leaves_the_mean_and_little_error() -> None:
    base, other = Recorded(compared().base), Recorded(compared().other)
    gains = []
    for name in instruments(compared().base):
        one, two = (
            (left_in(held.output(f"instruments.{name}.level"), "up") <= 40).astype(float) for held in (base, other)
        )
        plain = difference(name, 40, 0.02, one, two, base.rows)
        if plain.error == 0.0:
            continue
        news = [of_step(held, name, "up") for held in (base, other)]
        assert news[0] is not None
        assert news[1] is not None
        clear = cleared(one, two, (news[0][:, 40], news[1][:, 40]), base.rows)
        told = difference(name, 40, 0.02, one, two, base.rows, clear)
        assert abs(told.mean - plain.mean) < 5 * plain.error
        assert told.error < 1.02 * plain.error
        gains.append(plain.error / told.error)
    assert np.median(gains) > 1.3


def test_the_effect_is_the_one_that_more_futures_find() -> None:
    """Errors are honest: 2,000 futures lie within theirs of 16,000 counted plainly."""
    many = compare(Layout.of(load_scenario("river-war")), dataclasses.replace(OPTIONS, futures=16_000, seed=77))
    name, week = "durian-shells", 40
    rose = [
        (left_in(Recorded(e).output(f"instruments.{name}.level"), "up") <= week).astype(float)
        for e in (many.base, many.other)
    ]
    count = len(rose[0])
    truth = difference(name, week, 0.02, *rose, many.base.trajectories[:count] // many.base.replicates)
    (found,) = [one.up for one in reactions(compared()).rows if (one.instrument, one.week) == (name, week)]
    assert abs(found.found.mean - truth.mean) < 4 * np.hypot(found.found.error, truth.error)
    assert found.with_it - found.without == pytest.approx(found.found.mean)
    assert found.taken == pytest.approx(found.with_it, abs=0.05)


def test_a_forced_step_and_futures_chosen_have_no_chance_taken_out() -> None:
    forced = Layout.of(load_scenario("river-war"), {"instruments.durian-shells.forced_week": 5.0})
    ensemble = run(forced, Options(futures=80, weeks=10))
    assert of_step(Recorded(ensemble), "durian-shells", "up") is None
    assert of_step(Recorded(ensemble), "durian-sanctions", "up") is not None
    one = np.array([1.0, 0.0])
    assert cleared(one, one, (None, one), np.array([0, 1])) == (one, one)

    def chosen(whole: Ensemble) -> Ensemble:
        # Every other one, none of them twice: that they were chosen cannot be seen in their numbers.
        return resampled(whole, np.arange(0, 400, 2))

    assert Recorded(compared().base).by_luck
    picked = Comparison(chosen(compared().base), chosen(compared().other), ("x",), (40,))
    assert not Recorded(picked.base).by_luck
    for one_of in reactions(picked).rows:
        assert one_of.up.with_it == one_of.up.taken


def test_a_chance_counts_only_while_it_can_happen() -> None:
    came = np.array([[0, 0, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0]], dtype=bool)
    chance = np.full((3, 4), 0.25)
    np.testing.assert_allclose(surprise(came, chance), [[0, -0.25, 0.5, 0.5], [0, 0, 0, 0], [0, -0.25, -0.5, -0.75]])
