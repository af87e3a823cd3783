"""Reactions: a planted effect is found and given its reason; who minds nothing does nothing else than before."""

import re
from pathlib import Path

import numpy as np
import pytest
from tests.impact.levies import made
from tests.impact.neighbours import BASE_RATES, DECIDING, OPTIONS, at, found, layout, moves, of, watched

from tertius.engine import LARGEST_VALUE, WEEKS_A_YEAR, Layout, Options
from tertius.impact import Comparison, Recorded, all_reasons, compare, first_moves, reactions, reasons, worth
from tertius.impact.reasons import logarithmic_mean
from tertius.world import load_scenario

pytestmark = pytest.mark.usefixtures("compiled")


def test_a_planted_effect_is_found_and_given_its_reason() -> None:
    arms = at(watched(), "cordia-arms")
    assert arms.third
    assert not arms.imposed
    assert arms.up.found.detectable
    assert arms.up.found.interval[0] > 0.05
    assert arms.up.with_it - arms.up.without == pytest.approx(arms.up.found.mean, abs=1e-12)
    assert arms.level_found.mean > 0.1
    assert not arms.down.found.mean > 0
    why = reasons(watched(), "cordia-arms", "up", 26)
    assert why.pulling[0].term == "strength"
    assert why.pulling[0].steps > 0.8 * (why.expected[0] - why.expected[1]) > 0
    assert {reason.term for reason in why.terms} == {
        "strength",
        "quiet",
        "rivals",
        "followers",
        "restraint",
        "red-lines",
    }
    assert "quiet" in {reason.term for reason in why.against}


def test_who_minds_nothing_and_follows_nobody_does_exactly_the_same() -> None:
    for week in (4, 13, 26):
        still = at(watched(), "dorland-arms", week)
        assert still.up.found.same
        assert still.down.found.same
        assert still.level_found.same
        assert not still.up.found.detectable
        assert still.up.with_it > 0.02
    why = reasons(watched(), "dorland-arms", "up", 26)
    assert why.expected[0] == why.expected[1] > 0
    assert {reason.worth for reason in why.terms} | {reason.by_entry for reason in why.terms} == {0.0}


@pytest.mark.parametrize("path", ["world.choice_precision", "pace"])
def test_nothing_moves_the_deciders_without_precision_or_acts(path: str) -> None:
    if path == "pace":
        off = of({f"actors.{actor}.pace": 0.0 for actor in ("cordia", "dorland", "elvia")})
    else:
        off = of({path: 0.0})
    still = compare(off, Options(futures=200, weeks=13, seed=3))
    for one in found(still).rows:
        assert one.up.found.same
        assert one.down.found.same
        assert one.up.base_rate == (0.0 if path == "pace" else pytest.approx(one.up.base_rate))
        assert (one.up.when is None) is (path == "pace")


def test_two_worlds_without_a_difference_differ_by_exactly_0() -> None:
    same = compare(layout(), Options(futures=200, weeks=13, seed=3), settings={"sides.A.recruitment": 300.0})
    for one in found(same).rows:
        for none in (one.up.found, one.down.found, one.level_found):
            assert (none.mean, none.error, none.interval, none.same) == (0.0, 0.0, (0.0, 0.0), True)
    why = reasons(same, "cordia-arms", "up", 13)
    assert (why.rest, *(reason.steps for reason in why.terms)) == (0.0,) * 7


def test_base_rates_are_what_states_do_when_nothing_moves_choice() -> None:
    # About 0.01 a week: what other options' opening and closing adds is of second order, under 0.003.
    rates = {"actors.cordia.pace": 0.01 * WEEKS_A_YEAR / 2.5, "actors.dorland.pace": 0.25, "actors.elvia.pace": 0.25}
    calm = compare(of({**BASE_RATES, **rates}), Options(futures=20_000, weeks=26, seed=5))
    for one in found(calm).rows:
        for step in (one.up, one.down):
            error = np.sqrt(step.with_it * (1 - step.with_it) / 20_000)
            assert abs(step.with_it - step.base_rate) <= 4 * error + 0.003, (one.instrument, one.week)
    # Cordia's first week by hand: 0.01 a week over shares 1 and 0.5 of its arms and 1 of its talks, which cannot fall.
    recorded = Recorded(calm.base)
    from tertius.impact.reactions import base_chances, base_rate

    up, down = base_chances(recorded, "cordia-arms")
    assert up[0] == pytest.approx((1 - np.exp(-0.01)) / 2.5)
    assert down[0] == pytest.approx(up[0] / 2)
    assert base_rate(recorded, "cordia-talks", "down", 26) == 0.0
    assert base_rate(recorded, "cordia-talks", "up", 26) == pytest.approx(1 - (1 - up[0]) ** 26)
    # From level 1: up, or down to 0 and then twice up; within two weeks only the first can be.
    assert base_rate(recorded, "cordia-arms", "up", 2) == pytest.approx(up[0] + (1 - up[0] - down[0]) * up[0])


def of_stake(recorded: Recorded, instrument: str, stake: str) -> np.ndarray:
    """What a step up is worth by what it does to a stake, lam m g of the law, from states and quantities."""
    actor = recorded.scenario.instruments[instrument].actor
    interests = recorded.scenario.actors[actor].interests
    weights = {name: recorded.quantity(f"actors.{actor}.interests.{name}.weight") for name in interests}
    share = weights[stake] / np.maximum(sum(weights.values()), 1e-300)
    change = recorded.output(f"stakes.{stake}.unsettled")
    lost = change < 0 if interests[stake].wants == "more" else change > 0
    size = recorded.quantity("world.choice_precision") * share
    size = size * recorded.quantity(f"instruments.{instrument}.effects.{stake}.per_level")
    aversion = recorded.quantity("world.loss_aversion", 1.0)
    pressed = 1.0 - 2.0 * recorded.quantity("world.opportunism", 0.0)
    return -size[:, None] * np.where(lost, aversion[:, None], pressed[:, None]) * change


@pytest.mark.parametrize("case", [str(DECIDING), "ukraine-2024"])
@pytest.mark.parametrize("all_by_interests", [True, False])
def test_the_law_records_the_terms_of_its_reasons(case: str, all_by_interests: bool) -> None:
    others = ("rates_weight", "calendar_weight", "excitation_weight")
    alone = {f"world.{name}": 0.0 for name in others} if all_by_interests else {}
    found = compare(Layout.of(load_scenario(case), alone), Options(futures=200, weeks=26, seed=3))
    for ensemble in (found.base, found.other):
        recorded = Recorded(ensemble)
        moved = 0.0
        for name in recorded.scenario.instruments:
            terms = worth(recorded, name)
            for stake in recorded.scenario.stakes.keys() & terms.keys() if all_by_interests else ():
                term = of_stake(recorded, name, stake)
                np.testing.assert_allclose(terms[stake], term, rtol=1e-5, atol=1e-6, err_msg=f"{name} {stake}")
                moved = max(moved, float(np.abs(term).max()))
            # Both steps open: their odds are those of the base rates, times exp(2 V).
            up, down = (recorded.output(f"instruments.{name}.steps.{way}.chance") for way in ("up", "down"))
            shares = [recorded.quantity(f"instruments.{name}.steps.{way}.rate")[:, None] for way in ("up", "down")]
            value = np.clip(sum(terms.values(), np.zeros(1)), -LARGEST_VALUE, LARGEST_VALUE)
            both = (up > 1e-30) & (down > 1e-30)
            odds = np.log(np.where(both, up, 1.0)) - np.log(np.where(both, down, 1.0))
            told = np.where(both, np.log(shares[0]) - np.log(shares[1]) + 2 * value, 0.0)
            np.testing.assert_allclose(odds, told, atol=1e-4, err_msg=name)
        assert moved > 0.1 or not all_by_interests


def test_the_terms_and_the_rest_add_up_to_the_change_of_expected_steps() -> None:
    for name in ("cordia-arms", "cordia-talks", "elvia-talks"):
        for direction in ("up", "down"):
            why = reasons(watched(), name, direction, 26)
            added = sum(reason.steps for reason in why.terms) + why.rest
            assert added == pytest.approx(why.expected[0] - why.expected[1], abs=1e-12)
            base = watched().base.path(f"instruments.{name}.level").astype(float)
            way = 1 if direction == "up" else -1
            taken = (np.sign(np.diff(base, axis=1)) == way).sum(axis=1)
            # Steps taken less their chances are a martingale: 0 on average, within 4 Monte Carlo errors.
            chances = watched().base.path(f"instruments.{name}.steps.{direction}.chance")[:, 1:].sum(axis=1)
            assert why.expected[0] == pytest.approx(chances.mean(), rel=1e-4)
            assert abs((taken - chances).mean()) <= 4 * (taken - chances).std() / np.sqrt(len(taken))


def test_the_logarithmic_mean_is_that_of_the_definition() -> None:
    one, two = np.array([0.2, 0.3, 0.0, 0.1, 0.2]), np.array([0.1, 0.3, 0.2, 0.0, 0.2 * (1 + 1e-9)])
    expected = [0.1 / np.log(2), 0.3, 0.0, 0.0, 0.2]
    assert logarithmic_mean(one, two) == pytest.approx(expected)


def test_names_and_their_order_do_not_matter(tmp_path: Path) -> None:
    text = DECIDING.read_text(encoding="utf-8").replace("levy-b.yaml", str(DECIDING.parent / "levy-b.yaml"))
    head, middle, rest = re.split(r"\n(?=actors:|world:)", text)
    first, *actors = re.split(r"\n(?=  [a-z]+:\n)", middle.rstrip())
    assert len(actors) == 3
    turned = "\n".join([first, *reversed(actors)])
    file = tmp_path / "turned.yaml"
    file.write_text("\n".join([head, turned, rest]), encoding="utf-8")
    few = Options(futures=200, weeks=13, seed=3)
    one, two = compare(layout(), few), compare(Layout.of(load_scenario(str(file))), few)
    for before in found(one).rows:
        assert at(two, before.instrument, before.week) == before


def test_a_first_move_is_answered_by_who_minds_it_and_by_nobody_else() -> None:
    told = moves()
    places = {name: place for place, name in enumerate(told.instruments)}
    row = {name: place for place, name in enumerate(told.movers)}
    actor = {name: place for place, name in enumerate(told.actors)}
    assert set(row) == {"cordia-arms", "cordia-talks", "dorland-arms", "elvia-talks"}
    # Elvia answers Cordia's arms, and that is the largest answer.
    assert told.movers[0] == "cordia-arms"
    first = told.largest[0]
    assert (first.mover, first.instrument) == ("cordia-arms", "elvia-talks")
    assert first.mean > 0.1
    # Dorland minds nothing: it answers nothing. What it does moves nothing: nobody answers it.
    by_actor, by_instrument = (np.array(table, dtype=float) for table in (told.by_actor, told.by_instrument))
    others = [place for name, place in row.items() if name != "dorland-arms"]
    assert np.array_equal(by_actor[others, actor["dorland"]], np.zeros(3))
    assert np.nanmax(np.abs(by_actor[row["dorland-arms"]])) == 0.0
    assert np.nanmax(np.abs(by_instrument[row["dorland-arms"]])) == 0.0
    # Nobody answers itself.
    own = by_instrument[row["cordia-arms"]]
    assert np.isnan([own[places["cordia-arms"]], own[places["cordia-talks"]]]).all()
    assert np.isnan(by_actor[row["cordia-talks"], actor["cordia"]])
    assert told.entries == 2 * 2 + 3 + 3


def test_first_moves_are_the_same_for_any_number_of_threads() -> None:
    one, two = (first_moves(layout(), Options(futures=100, weeks=8, seed=3, threads=n)) for n in (1, 2))
    assert one is not None
    assert two is not None
    assert one.movers == two.movers
    assert one == two


def test_an_instrument_that_the_comparison_sets_is_marked() -> None:
    held = compare(layout(), Options(futures=40, weeks=8), settings={"instruments.cordia-arms.held": 1.0})
    assert {one.instrument for one in found(held).rows if one.imposed} == {"cordia-arms"}
    assert at(held, "cordia-arms", 8).up.without == 0.0


def test_a_war_in_which_nobody_decides_has_no_reactions() -> None:
    nobody: Comparison = made().comparison
    assert reactions(nobody) is None
    assert first_moves(nobody.base.layout, OPTIONS) is None
    assert OPTIONS.weeks == 26


def test_the_reactions_tell_which_steps_change_and_how_far_base_rates_lie() -> None:
    told = found(watched())
    assert (told.week, told.date, told.futures) == (26, watched().base.dates[26], OPTIONS.futures)
    assert [one.instrument for one in told.at_horizon()] == [
        "cordia-arms",
        "cordia-talks",
        "dorland-arms",
        "elvia-talks",
    ]
    changed = [at(watched(), one.instrument).step(one.direction).found for one in told.changed]
    assert changed[0] is at(watched(), "cordia-arms").up.found
    assert all(one.detectable for one in changed)
    assert [abs(one.mean) for one in changed] == sorted((abs(one.mean) for one in changed), reverse=True)
    steps = [(one, way) for one, way, _ in told.steps()]
    assert len(steps) == 7  # Cordian mediation stands at its lowest level
    assert not at(watched(), "cordia-talks").down.open
    gaps = [abs(step.with_it - step.base_rate) for one in told.at_horizon() for step in (one.up, one.down)]
    assert told.departure is not None
    assert (told.departure.steps, told.departure.largest) == (8, max(gaps))
    assert told.departure.mean == pytest.approx(np.mean(gaps))


def test_reasons_of_all_open_steps_are_those_of_each() -> None:
    whys = all_reasons(watched(), found(watched()))
    assert [(one.instrument, one.direction) for one in whys] == [
        (one.instrument, way) for one, way, _ in found(watched()).steps()
    ]
    assert whys[0] == reasons(watched(), whys[0].instrument, whys[0].direction, 26)
