"""Evidence on an ensemble: weights against a slow loop, what moves and which way, counting once, more runs."""

from dataclasses import replace
from datetime import date
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.inference.told import DAY, event, quantity, stand

from tertius.calendar import week_index
from tertius.engine import Ensemble, Layout, Options, run_arms
from tertius.errors import OptionError
from tertius.evidence.claims.accepted import Claim
from tertius.evidence.claims.bearings import Value
from tertius.inference.conditioning import Weighed, effective, quantiles, weigh
from tertius.inference.enough import LEAST_SHARE, PLAIN, drawn_by, likely_rows, resampled, run_until_enough
from tertius.world import Scenario, load_scenario

OPTIONS = Options(futures=600, weeks=40, seed=3)
OFFICERS = "contingents.kpa.officers_per_group"
GROUP = "contingents.kpa.soldiers_per_group"
WEEK = week_index(load_scenario("ukraine-2024-before").as_of, DAY) + 1


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("ukraine-2024-before")


@pytest.fixture(scope="module")
def layout(scenario: Scenario) -> Layout:
    # Soldiers come in a part of the futures that few futures can show.
    return Layout.of(scenario, {"instruments.PRK-troops.steps.up.rate": 3.0})


@pytest.fixture(scope="module")
def ensemble(layout: Layout) -> Ensemble:
    return run_arms([layout], OPTIONS)[0]


def weighed(ensemble: Ensemble, *claims: Claim) -> Weighed:
    return weigh(ensemble, stand(ensemble.layout.scenario, *claims))


def chance(found: Weighed, ensemble: Ensemble, instrument: str, week: int) -> float:
    """Chance that the instrument has stood above its as-of level, by the weights."""
    level = ensemble.path(f"instruments.{instrument}.level")[:, : week + 1]
    return float((found.weights * (level > level[:, :1]).any(axis=1)).mean())


def test_weights_are_those_of_a_slow_loop(ensemble: Ensemble) -> None:
    claims = [
        event(),
        event("USA", "PRK", "warning", "threatened", action="THREATEN"),
        event("KOR", "UKR", "arms", "considered"),
        event("CHN", "PRK", "pressure", "denied", action="REQUEST"),
        event(soldiers=8000.0, origin="paper", quote="8,000 soldiers of the North have arrived"),
        quantity("officer", 3.0, 30.0, "soldier", ("RUS",)),
    ]
    found = weighed(ensemble, *claims)
    assert len(found.counting) == len(claims)
    names = [path for path, _ in ensemble.layout.outputs()]
    slow = []
    for future in range(len(ensemble.trajectories)):
        course = {name: ensemble.everything[future, :, place] for place, name in enumerate(names)}

        def up(name: str, last: int, course: dict[str, np.ndarray] = course) -> bool:
            levels = course[f"instruments.{name}.level"]
            return any(levels[week] > levels[0] for week in range(last + 1))

        sent = float(course["contingents.kpa.sent"][WEEK])
        came = up("PRK-troops", WEEK) or sent > 0
        close = exp(-0.5 * (log(sent / 8000.0) / 0.35) ** 2) if sent > 0 else 0.0
        ratio = ensemble.parameters[OFFICERS][future] / 100.0
        # B2 is 100; plain words 0.9, warnings and pressure 0.6, arms 0.8, a second origin 0.6, a value 0.35.
        weight = 100.0**0.9 if came else 1.0
        weight *= 100.0 ** (0.9 * 0.6) if up("USA-warning", WEEK) else 1.0
        weight *= 100.0 ** (0.1 * 0.9 * 0.8) if up("KOR-arms", min(OPTIONS.weeks, WEEK + 26)) else 1.0
        weight *= 1.0 if up("CHN-pressure", WEEK) else 100.0 ** (0.2 * 0.9 * 0.6)
        weight *= 1.0 + (100.0**0.6 - 1.0) * ((0.7 + 0.3 * close) if came else 0.0)
        weight *= 1.0 + (100.0**0.35 - 1.0) * exp(-0.5 * (log(ratio / 0.1) / 0.25) ** 2)
        slow.append(weight)
    expected = np.array(slow) / np.mean(slow)
    np.testing.assert_allclose(found.weights, expected, rtol=1e-5)
    for place in found.counting:
        if place in (0, 4):
            continue  # without one of two origins the other is the first
        left = weighed(ensemble, *[claim for at, claim in enumerate(claims) if at != place])
        np.testing.assert_allclose(found.without(place), left.weights, rtol=1e-12)


@given(st.integers(1, 40), st.integers(0, 40), st.floats(0.05, 50.0))
def test_effective_size_has_its_closed_form(true: int, false: int, ratio: float) -> None:
    weights = np.array([ratio] * true + [1.0] * false)
    expected = (ratio * true + false) ** 2 / (ratio**2 * true + false)
    assert effective(weights) == pytest.approx(expected)
    assert effective(np.ones(true + false)) == true + false


MODES = {
    ("PRK", "RUS", "troops", "AID"): "PRK-troops",
    ("KOR", "UKR", "arms", "AID"): "KOR-arms",
    ("USA", "RUS", "sanctions", "SANCTION"): "USA-sanctions",
    ("CHN", "PRK", "pressure", "REQUEST"): "CHN-pressure",
}


@pytest.mark.parametrize(("told", "instrument"), MODES.items())
def test_an_act_moves_its_instrument_the_way_and_as_far_as_it_is_told(
    ensemble: Ensemble, told: tuple[str, str, str, str], instrument: str
) -> None:
    source, target, kind, action = told
    last = min(OPTIONS.weeks, WEEK + 26)
    plain = weighed(ensemble)
    moved = {}
    for mode in ("happened", "announced", "threatened", "predicted", "considered", "denied"):
        week = WEEK if mode in ("happened", "denied") else last
        found = weighed(ensemble, event(source, target, kind, mode, action=action))
        moved[mode] = chance(found, ensemble, instrument, week) - chance(plain, ensemble, instrument, week)
    assert moved["denied"] < 0 < moved["considered"] < moved["predicted"] < moved["threatened"] < moved["announced"]
    assert moved["happened"] > 0
    grades = [
        weighed(ensemble, event(source, target, kind, action=action, grade=grade)) for grade in ("F6", "C3", "A1")
    ]
    chances = [chance(found, ensemble, instrument, WEEK) for found in grades]
    assert chances[0] == chance(plain, ensemble, instrument, WEEK) < chances[1] < chances[2]


def test_what_hangs_on_an_if_counts_for_less(ensemble: Ensemble) -> None:
    sure = weighed(ensemble, event("KOR", "UKR", "arms", "announced"))
    hung = weighed(ensemble, event("KOR", "UKR", "arms", "announced", condition="if they fight"))
    week = min(OPTIONS.weeks, WEEK + 26)
    assert chance(hung, ensemble, "KOR-arms", week) < chance(sure, ensemble, "KOR-arms", week)


def test_a_number_of_soldiers_draws_their_number_to_it(ensemble: Ensemble) -> None:
    sent = ensemble.path("contingents.kpa.sent")[:, WEEK].astype(float)

    def middle(found: Weighed) -> float:
        return quantiles(sent[sent > 0], found.weights[sent > 0], [0.5])[0]

    few, plain, many = (
        middle(weighed(ensemble, *claims))
        for claims in ([event(soldiers=1500.0, grade="A1")], [event(grade="A1")], [event(soldiers=15000.0, grade="A1")])
    )
    assert few < plain < many
    counted = quantity("soldier", 12000.0, None, None, ("PRK",), quote="12,000 North Korean soldiers are in Russia")
    assert middle(weighed(ensemble, counted)) > plain


@pytest.mark.parametrize("value", [1.0, 15.0])
def test_a_value_draws_its_quantity_to_it(ensemble: Ensemble, value: float) -> None:
    found = weighed(ensemble, quantity("officer", value, 100.0, "soldier", ("RUS",)))
    drawn = ensemble.parameters[OFFICERS]
    before, after = (float((one * np.abs(np.log(drawn / value))).mean()) for one in (found.base, found.weights))
    assert after < before


def test_a_report_of_a_rare_act_counts_a_rumour_hardly(scenario: Scenario) -> None:
    ensemble = run_arms([Layout.of(scenario)], Options(futures=1600, weeks=WEEK + 1, seed=3))[0]

    def told(*claims: Claim) -> float:
        return chance(weighed(ensemble, *claims), ensemble, "PRK-troops", WEEK)

    said = "North Korea has sent 10,000 soldiers to Russia"
    first = event(soldiers=10_000.0, quote=said)
    second = event(soldiers=10_000.0, quote="Some 10,000 men of the North have arrived", origin="another")
    denial = event(mode="denied", quote="Pyongyang denied it", origin="KCNA")
    plain, one, two, denied = told(), told(first), told(first, second), told(first, denial)
    assert plain < 0.06
    assert one > 0.3
    assert two > 0.6
    assert plain < denied < one
    assert told(event(quote="reportedly some soldiers", grade="D4")) <= plain
    assert told(event(quote="some soldiers may have gone", grade="C3")) < 2 * plain
    assert told(event(soldiers=10_000.0, quote=said, published=date(2023, 9, 1))) == plain


def test_without_claims_all_futures_weigh_exactly_the_same(ensemble: Ensemble) -> None:
    for found in (weighed(ensemble), weighed(ensemble, event(grade="F6")), weighed(ensemble, event("BRA", "UKR"))):
        assert not found.moves
        assert (found.weights == 1.0).all()
        assert found.size == len(ensemble.trajectories)
    values = ensemble.of("front-gain")[:, -1]
    assert weighed(ensemble).moved(values, found.base, found.weights).by == 0.0


def test_the_same_told_twice_counts_once(ensemble: Ensemble) -> None:
    once = weighed(ensemble, event())
    copied = event(origin="another paper")
    announced = event(mode="announced", quote="it has decided to send soldiers")
    for again in (event(), copied, announced):
        for claims in ([event(), again], [again, event()]):
            found = weighed(ensemble, *claims)
            assert (found.weights == once.weights).all()
            assert [one.standing for one in found.claims].count("repeats") == 1
    own = event(origin="another paper", quote="soldiers from the North were seen at the border, our reporter says")
    assert weighed(ensemble, event(), own).weights.max() > once.weights.max()


def test_a_claim_and_its_denial_by_the_same_weight_stand_side_by_side(ensemble: Ensemble) -> None:
    found = weighed(ensemble, event(), event(mode="denied", origin="PRK"))
    assert len(found.counting) == 2
    alone = weighed(ensemble, event())
    plain = weighed(ensemble)
    assert chance(plain, ensemble, "PRK-troops", WEEK) < chance(found, ensemble, "PRK-troops", WEEK)
    assert chance(found, ensemble, "PRK-troops", WEEK) < chance(alone, ensemble, "PRK-troops", WEEK)


def test_equal_weights_draw_every_future_once(ensemble: Ensemble) -> None:
    count = len(ensemble.trajectories)
    places = drawn_by(np.ones(count), count)
    assert (places == np.arange(count)).all()
    found = weighed(ensemble, event(grade="A1"))
    drawn = resampled(ensemble, drawn_by(found.weights, 4 * count))
    level = drawn.path("instruments.PRK-troops.level")[:, : WEEK + 1]
    share = float((level > 0).any(axis=1).mean())
    assert share == pytest.approx(chance(found, ensemble, "PRK-troops", WEEK), abs=0.01)


def test_chosen_rows_give_the_futures_that_a_whole_run_gives(layout: Layout, ensemble: Ensemble) -> None:
    rows = np.array([2, 3, 60, 149])
    part = run_arms([layout], replace(OPTIONS, threads=2, block=3), rows=rows)[0]
    wanted = np.concatenate([np.arange(4 * row, 4 * row + 4) for row in rows])
    assert (part.trajectories == wanted).all()
    assert (part.samples == ensemble.samples[wanted]).all()
    assert np.array_equal(part.everything, ensemble.everything[wanted])
    assert (part.parameters[OFFICERS] == ensemble.parameters[OFFICERS][wanted]).all()


def test_rows_drawn_by_the_claims_weigh_what_they_would_without(layout: Layout, scenario: Scenario) -> None:
    claims = stand(scenario, quantity("officer", 3.0, 30.0, "soldier", ("RUS",), grade="A1"))
    rows, weights = likely_rows(layout, OPTIONS, claims, 3000)
    assert (np.diff(rows) > 0).all()
    assert weights.max() <= 1 / PLAIN
    from tertius.engine.parameters import draw_columns

    drawn = np.log(draw_columns(layout, OPTIONS.seed, rows, [OFFICERS])[OFFICERS])
    plain = np.log(draw_columns(layout, 11, np.arange(20000), [OFFICERS])[OFFICERS])
    mean = (weights * drawn).sum() / weights.sum()
    error = np.sqrt((weights**2 * (drawn - mean) ** 2).sum()) / weights.sum()
    assert abs(mean - plain.mean()) < 4 * np.hypot(error, plain.std() / np.sqrt(len(plain)))
    near = np.exp(-0.5 * ((drawn - np.log(10.0)) / 0.25) ** 2).mean()
    assert near > 2 * np.exp(-0.5 * ((plain - np.log(10.0)) / 0.25) ** 2).mean()


def test_more_futures_are_run_until_enough_count(layout: Layout, scenario: Scenario) -> None:
    options = replace(OPTIONS, futures=200)
    claims = stand(
        scenario,
        event(grade="A1"),
        event("USA", "PRK", "warning", "threatened", action="THREATEN", grade="A1"),
        quantity("officer", 3.0, 30.0, "soldier", ("RUS",), grade="A1"),
        quantity("interpreter", 1.0, 30.0, "soldier", ("PRK",), grade="A1"),
    )

    def run_all() -> tuple[Weighed, list[int]]:
        asked: list[int] = []

        def run(chosen: Options, rows: np.ndarray | None) -> list[Ensemble]:
            asked.append(chosen.futures)
            return run_arms([layout], chosen, rows=rows)

        _, found, attempts = run_until_enough(run, layout, options, claims)
        assert attempts[0].futures == options.futures == asked[0]
        assert attempts[-1].size == found.size
        return found, asked

    found, asked = run_all()
    assert len(asked) > 1
    assert found.size >= LEAST_SHARE * options.futures
    again, _ = run_all()
    assert (again.weights == found.weights).all()
    enough = stand(scenario, event())
    _, plain, attempts = run_until_enough(lambda o, rows: run_arms([layout], o, rows=rows), layout, options, enough)
    assert len(attempts) == 1
    assert (plain.base == 1.0).all()


def test_futures_that_were_not_kept_whole_are_refused(ensemble: Ensemble) -> None:
    part = replace(ensemble, everything=ensemble.everything[:10])
    with pytest.raises(OptionError, match="at most 10"):
        weigh(part, stand(ensemble.layout.scenario, event()))


@given(st.lists(st.floats(0.1, 9.0), min_size=1, max_size=30), st.floats(0.01, 0.99))
def test_weighted_quantiles_are_values_with_that_share_at_or_below(values: list[float], level: float) -> None:
    held = np.array(values)
    weights = np.arange(1.0, len(values) + 1)
    (found,) = quantiles(held, weights, [level])
    total = weights.sum()
    assert weights[held <= found].sum() / total >= level - 1e-9
    assert weights[held < found].sum() / total <= level + 1e-9


def test_a_share_moves_as_the_means_that_it_is_made_of(ensemble: Ensemble) -> None:
    found = weighed(ensemble, event(grade="A1"))
    part, whole = (ensemble.path(f"contingents.kpa.{name}")[:, -1].astype(float) for name in ("usable", "troops"))
    share = found.moved_share(part, whole, found.base, found.weights)
    assert share is not None
    assert share.before == pytest.approx(part.sum() / whole.sum())
    assert share.after == pytest.approx((found.weights * part).sum() / (found.weights * whole).sum())
    still = found.moved_share(part, whole, found.weights, found.weights)
    assert still is not None
    assert (still.by, still.error) == (0.0, 0.0)
    assert found.moved_share(part, np.zeros_like(whole), found.base, found.weights) is None


def test_the_error_of_a_movement_is_that_of_repeated_runs(layout: Layout) -> None:
    claims = stand(layout.scenario, event(grade="A1"))
    found = []
    for seed in range(20, 32):
        run = run_arms([layout], replace(OPTIONS, futures=400, seed=seed))[0]
        weights = weigh(run, claims)
        found.append(weights.moved(run.of("contingent-troops")[:, -1], weights.base, weights.weights))
    spread = np.std([one.by for one in found], ddof=1)
    assert 0.5 < np.mean([one.error for one in found]) / spread < 2.0


def test_a_value_is_of_a_quantity_over_another(scenario: Scenario) -> None:
    (one,) = stand(scenario, quantity("officer", 3.0, 30.0, "soldier", ("RUS",)))
    assert one.observed == Value(OFFICERS, GROUP, 0.1, 0.25)
