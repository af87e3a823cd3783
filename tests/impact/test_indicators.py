"""Indicators on toys with known answers, and on a war: stated rates hold on fresh seeds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import tertius
from tertius.engine import Options, run
from tertius.errors import OptionError, UnknownName
from tertius.impact.indicators import Signal, find, first_week, grid, information
from tertius.impact.observables import comes, outputs_read, signals, target_of
from tertius.report.indicators import event, rule
from tertius.world import load_scenario

WEEKS = 26
COUNT = 8000
ON = np.ones((COUNT, WEEKS + 1), dtype=bool)


def toy(seed: int = 1) -> tuple[list[Signal], np.ndarray, np.ndarray]:
    """An event ten weeks after a hidden cause, which a series shows through noise from week 5 on, as others do worse.

    Where the cause is there (40%), the event comes in week 18 in 90%; without it in 10%. The series is standard normal,
    raised by 2 in week 8 and later where the cause is there. A copy has more noise; a third series has none of it.
    """
    rng = np.random.default_rng(seed)
    draws = np.arange(COUNT)
    cause = rng.random(COUNT) < 0.4
    comes_about = rng.random(COUNT) < np.where(cause, 0.9, 0.1)
    first = np.where(comes_about, 18.0, np.inf)
    shown = rng.normal(size=(COUNT, WEEKS + 1))
    shown[:, 8:] += 2.0 * cause[:, None]
    copy = shown + rng.normal(0, 2, shown.shape)
    idle = rng.normal(size=shown.shape)
    step = np.zeros_like(shown)
    step[:, 10:] = (comes_about & (rng.random(COUNT) < 0.5))[:, None]  # never in vain, and misses half
    named = {"shown": (4, shown), "copy": (4, copy), "idle": (4, idle), "step": (0, step)}
    return [Signal(name, window, values) for name, (window, values) in named.items()], first, draws


def test_the_best_rule_is_found_with_its_lead_and_its_rates() -> None:
    held, first, draws = toy()
    rules = find([one for one in held if one.id != "step"], first, ON, tuple(grid(WEEKS)), draws)
    best = rules[0]
    assert (best.signal, best.above, best.week) == ("shown", True, 8)
    assert best.lead == 10
    assert best.threshold == pytest.approx(1.0, abs=0.35)  # halfway between the two, where either is as likely
    from scipy.special import ndtr

    for cut, rate, of_event in ((best.threshold, best.hits, True), (best.threshold, best.false_alarms, False)):
        share = 0.36 / 0.42 if of_event else 0.04 / 0.58  # of the cause among those with the event, and without
        expected = share * ndtr(2 - cut) + (1 - share) * ndtr(-cut)
        assert rate == pytest.approx(expected, abs=0.03)
    assert "idle" not in [one.signal for one in rules]


def test_a_step_that_is_never_in_vain_has_no_ratio_and_adds_to_the_series() -> None:
    held, first, draws = toy()
    rules = {one.signal: one for one in find(held, first, ON, tuple(grid(WEEKS)), draws)}
    assert rules["step"].false_alarms == 0.0
    assert rules["step"].ratio is None
    assert rules["step"].given == 1.0
    assert rules["step"].hits == pytest.approx(0.5, abs=0.03)
    assert rules["step"].week == 13  # seen from week 10 on
    assert "shown" in rules


def test_what_is_seen_or_not_may_be_truths_in_place_of_numbers() -> None:
    held, first, draws = toy()
    truths = [replace(one, values=one.values > 0) if one.id == "step" else one for one in held]
    weeks = tuple(grid(WEEKS))
    assert find(truths, first, ON, weeks, draws) == find(held, first, ON, weeks, draws)


def test_a_copy_adds_nothing() -> None:
    held, first, draws = toy()
    told = [one.signal for one in find(held, first, ON, tuple(grid(WEEKS)), draws)]
    assert "copy" not in told


def test_noise_alone_gives_no_rule() -> None:
    """Forty series of noise about an event of chance: one list in a hundred may hold a rule."""
    found = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        first = np.where(rng.random(2000) < 0.3, 20.0, np.inf)
        held = [Signal(f"noise-{n}", 4, rng.normal(size=(2000, WEEKS + 1))) for n in range(40)]
        found += bool(find(held, first, ON[:2000], tuple(grid(WEEKS)), np.arange(2000)))
    assert found <= 2


def test_a_war_that_has_ended_is_no_sign() -> None:
    """A series that falls to nothing as the war ends says nothing where the war goes on."""
    rng = np.random.default_rng(3)
    on = np.ones((COUNT, WEEKS + 1), dtype=bool)
    on[: COUNT // 2, 6:] = False
    first = np.where(on[:, -1] & (rng.random(COUNT) < 0.5), 20.0, np.inf)
    losses = np.where(on, 100.0 + rng.normal(size=on.shape), 0.0)
    mixed = rng.permutation(COUNT)
    told = find([Signal("losses", 4, losses)], first, on, tuple(grid(WEEKS)), mixed)
    assert told == ()
    assert find([Signal("losses", 4, losses)], first, np.ones_like(on), tuple(grid(WEEKS)), mixed)


def test_a_rule_that_says_the_opposite_on_the_other_half_is_none() -> None:
    """Readings foretell the event in one half of the draws, and its absence in the other: no rule to watch by."""
    rng = np.random.default_rng(4)
    there = rng.random(COUNT) < 0.5
    draws = np.arange(COUNT)
    first = np.where(there == (draws % 2 == 0), 20.0, np.inf)
    shown = rng.normal(size=(COUNT, WEEKS + 1)) + 2.0 * there[:, None]
    assert find([Signal("shown", 4, shown)], first, ON, tuple(grid(WEEKS)), draws) == ()
    alike = np.where(there, 20.0, np.inf)
    assert find([Signal("shown", 4, shown)], alike, ON, tuple(grid(WEEKS)), draws)


def test_too_few_of_either_kind_give_no_rule() -> None:
    held, _, draws = toy()
    rare = np.where(np.arange(COUNT) < 30, 18.0, np.inf)
    assert find(held, rare, ON, tuple(grid(WEEKS)), draws) == ()
    assert find(held, np.full(COUNT, 18.0), ON, tuple(grid(WEEKS)), draws) == ()


def test_information_is_that_of_the_table() -> None:
    event = np.array([True] * 4 + [False] * 4)
    same, half, none = event, np.array([True, True, False, False] * 2), np.zeros(8, dtype=bool)
    np.testing.assert_allclose(information(np.array([same, half, none]), event), [1.0, 0.0, 0.0], atol=1e-12)


def test_the_first_week_is_that_of_what_was_not_there_before() -> None:
    there = np.array([[0, 0, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0], [0, 1, 0, 1]], dtype=bool)
    np.testing.assert_array_equal(first_week(there), [2, np.inf, np.inf, 1])


TARGETS = {
    "war-ends": ("war", ""),
    "durian-shells": ("step", "up"),
    "durian-shells:down": ("step", "down"),
    "land>100": ("outcome", "above"),
}


@pytest.mark.parametrize("text", TARGETS)
def test_targets_are_read(text: str) -> None:
    scenario = load_scenario("river-war")
    found = target_of(text, scenario)
    assert (found.kind, found.detail) == TARGETS[text]
    assert event(found, scenario)


REFUSED = {
    "durian-shels": (UnknownName, "durian-shells"),
    "durian-shells:sideways": (OptionError, "durian-shells:up"),
    "land>much": (OptionError, "number"),
    "land>nan": (OptionError, "finite"),
    "sea>3": (UnknownName, "land"),
    "Shells for Borland": (UnknownName, "nearest: durian-shells (Durian shells for Borland)"),
    "": (UnknownName, "war-ends"),
}


@pytest.mark.parametrize("text", REFUSED)
def test_targets_that_are_none_are_refused(text: str) -> None:
    kind, hint = REFUSED[text]
    with pytest.raises(kind) as refused:
        target_of(text, load_scenario("river-war"))
    assert hint in str(refused.value)


def test_too_few_futures_are_refused() -> None:
    with pytest.raises(OptionError, match="400 or more"):
        tertius.indicators("river-war", ["war-ends"], futures=100)


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("name", ["ukraine-2024", "korea-1950", "gulf-2025"])
def test_stated_rates_hold_on_fresh_seeds(name: str) -> None:
    """Rules of one seed, applied to futures of another: hits and false alarms lie within four standard errors."""
    found = tertius.indicators(name, futures=1600, weeks=26, seed=5)
    assert found
    layout = tertius.load(name).layout
    fresh = run(layout, Options(futures=1600, weeks=26, seed=6, outputs=outputs_read(layout.scenario)))
    checked = 0
    for one in found:
        first = comes(fresh, one.target)
        assert abs(np.isfinite(first).mean() - one.chance) < 0.08
        held = {(signal.id, signal.weeks): signal for signal in signals(fresh, one.target)}
        for row in one.rules:
            values = held[row.signal, row.weeks].values[:, row.week]
            going = fresh.path("world.ended")[:, row.week] == 0
            there = going & (first > row.week) & ~np.isnan(values)
            past = values[there] >= row.threshold if row.above else values[there] < row.threshold
            comes_about = np.isfinite(first[there])
            for rate, of in ((row.hits, comes_about), (row.false_alarms, ~comes_about)):
                again = past[of].mean()
                # 800 futures measured it, 1,600 are fresh; four futures share a draw, which may make them alike
                error = np.sqrt(max(rate * (1 - rate), 0.01) * 4 * (1 / (of.sum() / 2) + 1 / of.sum()))
                assert abs(again - rate) < 4 * error
                checked += 1
            assert rule(row, layout.scenario)
    assert checked >= 4


@pytest.mark.usefixtures("compiled")
def test_a_run_that_keeps_only_a_part_is_read_by_that_part(monkeypatch: pytest.MonkeyPatch) -> None:
    layout = tertius.load("river-war").layout
    few = len(outputs_read(layout.scenario)) * 17 * 4 * 600
    monkeypatch.setattr("tertius.engine.arm.EVERYTHING_BYTES", few)
    (found,) = tertius.indicators("river-war", ["land>0"], futures=1000, weeks=16)
    assert found.futures == 600
