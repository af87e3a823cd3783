"""What a record of steps says: planted rates and answers are found again, and none where there are none."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tertius.engine import WEEKS_A_YEAR
from tertius.errors import DataError
from tertius.inference.decisions import Panel, fit_classes, fit_excitation, fit_occasions, near, panel_of
from tertius.inference.decisions.panel import fading
from tertius.reference import TERMS
from tertius.reference.decisions import GENERIC, decisions_known, read_decisions, written
from tertius.world import Occasion, load_scenario

WEEKS, EACH = 150, 4
KINDS = ("sanctions", "arms", "warning")


def made(answers: tuple[float, float, float], seed: int, rates: tuple[float, float, float] = (4.0, 1.5, 0.7)) -> Panel:
    """A record of twelve instruments of three classes on two sides, drawn week by week from the law itself."""
    generator = np.random.default_rng(seed)
    count = EACH * len(KINDS)
    kinds = tuple(kind for kind in KINDS for _ in range(EACH))
    side, actor = np.arange(count) % 2, np.arange(count) // 2
    same = actor[:, None] == actor[None, :]
    alike = side[:, None] == side[None, :]
    links = np.stack([same, ~same & alike, ~same & ~alike]).astype(float)
    base = np.repeat(rates, EACH) / WEEKS_A_YEAR
    up, held, recent = np.zeros((WEEKS, count)), np.zeros(count), np.zeros((WEEKS + 1, len(TERMS), count))
    for week in range(WEEKS):
        recent[week] = links @ held
        urge = np.clip(np.array(answers) @ recent[week], -2.0, 2.0)
        up[week] = generator.poisson(base * np.exp(urge))
        held = np.exp(-1 / 8) * held + up[week]
    recent[WEEKS] = links @ held
    there = np.ones((WEEKS, count))
    return Panel(
        date(2024, 1, 1), tuple(f"i{n}" for n in range(count)), kinds, tuple(map(str, actor)), there,
        np.zeros((WEEKS, count)), up, np.zeros((WEEKS, count)), recent.transpose(1, 0, 2),
    )  # fmt: skip


def test_rates_of_classes_are_found_and_shrunk_towards_each_other() -> None:
    panels = [made((0.0, 0.0, 0.0), seed) for seed in range(12)]
    found = [fit_classes(panel) for panel in panels]
    for kind, rate in zip(sorted(KINDS), (1.5, 4.0, 0.7), strict=True):
        held = [fit.up.of_class(kind) for fit in found]
        error = np.mean([sd for _, sd in held])
        assert np.mean([mean for mean, _ in held]) == pytest.approx(np.log(rate), abs=0.35)
        inside = np.mean([abs(mean - np.log(rate)) < 1.645 * sd for mean, sd in held])
        assert inside >= 0.75, (kind, error)
    unknown, known = found[0].up.of_class("finance"), found[0].up.of_class("sanctions")
    assert unknown[1] > known[1]


def test_own_steps_count_the_more_the_longer_the_record() -> None:
    pool = fit_classes(made((0.0, 0.0, 0.0), 3)).up
    shape, years = pool.gamma("arms")
    much, long = pool.gamma("arms", 60.0, 20.0)
    assert (much - shape, long - years) == (60.0, 20.0)
    assert much / long == pytest.approx(3.0, rel=0.15)  # its own three a year, not its class's


@pytest.mark.parametrize("answers", [(0.0, 0.0, 0.0), (0.15, 0.0, 0.0), (0.0, -0.15, 0.1)])
def test_planted_answers_are_found_with_the_errors_that_are_told(answers: tuple[float, float, float]) -> None:
    told, covered = [], []
    for seed in range(20):
        panel = made(answers, 100 + seed)
        typical = fit_excitation(panel, fit_classes(panel)).typical
        told.append([mean for mean, _ in typical])
        covered.append([abs(mean - truth) < 1.645 * sd for (mean, sd), truth in zip(typical, answers, strict=True)])
    own, *others = np.mean(told, axis=0) - answers
    assert np.abs(others).max() < 0.08
    assert (
        -0.3 < own < 0.05
    )  # an actor's own steps are in its rate too, so that in a short record they answer too little
    assert np.mean(covered) >= 0.8  # 90% intervals; a class may depart from the typical answer, which widens them


def calendar(panel: Panel) -> Any:
    """A scenario with nothing but a calendar: a summit of half of the actors every 12 weeks, elections of others."""
    days = [panel.until - timedelta(weeks=12 * n + 3) for n in range(panel.weeks // 12)]
    who = {"summit": panel.actors[: len(panel.actors) // 2], "election": panel.actors[-2:]}
    held = {
        f"o{n}": Occasion.model_construct(
            id=f"o{n}", date=day, known_since=day, kind=kind, who=who[kind], turns={}, moves={}
        )
        for n, day in enumerate(days)
        for kind in [("summit", "summit", "election")[n % 3]]
    }
    return SimpleNamespace(calendar=held)


@pytest.mark.parametrize("pull", [0.0, 1.0, -0.6])
def test_planted_pulls_of_occasions_are_found_with_the_errors_that_are_told(pull: float) -> None:
    told, covered = [], []
    for seed in range(20):
        panel = made((0.0, 0.0, 0.0), 200 + seed)
        scenario = calendar(panel)
        there = near(scenario.calendar.values(), ("summit",), panel.actors, panel.until, np.arange(-panel.weeks, 0))[0]
        rates = np.repeat((4.0, 1.5, 0.7), EACH) / WEEKS_A_YEAR
        panel = replace(panel, up=np.random.default_rng(seed).poisson(rates * np.exp(pull * there)).astype(float))
        pulls = fit_occasions(panel, fit_classes(panel), scenario)
        mean, error = pulls.of_kind("summit")
        told.append(mean)
        covered.append(abs(mean - pull) < 1.645 * error)
    assert np.mean(told) == pytest.approx(0.75 * pull, abs=0.25)  # drawn in by its prior, of spread 0.56
    assert np.mean(covered) >= 0.8


def test_a_week_counts_as_near_an_occasion_from_the_week_before_to_the_week_after() -> None:
    until = date(2024, 1, 7)
    one = Occasion.model_construct(id="o", date=date(2024, 1, 18), known_since=until, kind="summit", who=("a",))
    found = near([one], ("summit",), ("a", "b"), until, np.arange(-1, 5))
    assert found[0].T.tolist() == [[0, 1, 1, 1, 0, 0], [0] * 6]


def test_fading_halves_where_the_memory_says() -> None:
    held = fading(np.array([[1.0], [0.0], [0.0]]))
    assert held[:, 0] == pytest.approx([0.0, 1.0, np.exp(-1 / 8), np.exp(-2 / 8)])


def test_a_scenario_without_a_record_is_refused() -> None:
    with pytest.raises(DataError, match="record"):
        panel_of(load_scenario("ukraine-2024"), date(2022, 1, 1))


def test_the_shipped_fits_are_of_the_shipped_record_and_enter_no_earlier_war() -> None:
    scenario = load_scenario("ukraine-2024")
    shipped = decisions_known(scenario.as_of)
    assert shipped is not None
    again = fit_classes(panel_of(scenario, scenario.as_of))
    fix = "run tertius fit ukraine-2024 --decisions --until 2024-09-15,2024-11-03 --out .../reference/decisions.json"
    for way in ("up", "down"):
        for kind, (mean, error) in again.pool(way).classes.items():
            assert shipped.rates.pool(way).classes[kind] == pytest.approx((mean, error), abs=0.01), fix
        assert shipped.rates.pool(way).steps == again.pool(way).steps, fix
    earlier = decisions_known(date(2024, 10, 1))
    assert earlier is not None
    assert earlier.until == date(2024, 9, 15)
    assert decisions_known(date(1950, 10, 25)) is None
    assert read_decisions(written((shipped,))) == (shipped,)


def test_where_no_record_is_known_rates_are_wide() -> None:
    shape, years = GENERIC.up.gamma("sanctions")
    assert shape < 0.6
    assert 0.2 < shape / years < 0.8
