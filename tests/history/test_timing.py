"""When third states join, and how wars end: planted laws are recovered, simulations agree with what happened."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad

from tertius.errors import DataError, OptionError
from tertius.history.ageing import gathered, relative, ungathered
from tertius.history.ending import OLD, VERY_OLD, YEAR, Ending, fit_ending
from tertius.history.ends import stretches
from tertius.history.features import raw_of
from tertius.history.fitting import read_disputes, read_wars
from tertius.history.joining import Joining, Likelihood, covariance, posterior_rows
from tertius.history.panel import Panel, read_panel
from tertius.history.reference import shipped_reference
from tertius.history.simulate import Joins, simulate_joins
from tertius.history.timing import NAMES, Durations, Timing, durations, fit_timing, joins_by_age, spells_of

from .conftest import Columns, joined_by, made_columns

LAW = np.array([-3.0, 0.7, 1.5, 0.8, 2.0, 0.5])


@pytest.mark.parametrize("power", [0.0, 0.6, 1.0, 1.7])
def test_the_fall_with_age_is_integrated_and_inverted(power: float) -> None:
    for age in (0.5, 30.0, 900.0):
        slow = quad(lambda t: float(relative(t, 20.0, power)), 0, age)[0]
        assert float(gathered(age, 20.0, power)) == pytest.approx(slow, rel=1e-8)
        assert ungathered(slow, 20.0, power) == pytest.approx(age, rel=1e-6)
    if power > 1:
        assert ungathered(1e9, 20.0, power) == np.inf


def made(store: Callable[[Columns], Path], disputes: int) -> tuple[Panel, Durations, Joining]:
    """A panel, durations and weights of a law to simulate from."""
    columns = made_columns(disputes, 20, 2)
    panel = read_panel(store(joined_by(columns, np.full((2, disputes * 20), -4.0), np.zeros(disputes * 20), 3)))
    rng = np.random.default_rng(4)
    lasting = Durations(rng.exponential(200, disputes) + 1, (rng.random(disputes) < 0.3).astype(float))
    model = Likelihood(panel, 1.0)
    point = np.r_[-1.0, np.random.default_rng(5).normal(0, 0.3, len(model.mean))]
    return panel, lasting, model.joining(point)


def as_joined(panel: Panel, joins: Joins) -> Panel:
    """The panel as if the simulated joins had happened."""
    outcome, days = np.zeros_like(panel.outcome), np.full(len(panel.days), np.nan)
    outcome[joins.row], days[joins.row] = joins.side, np.floor(joins.age)
    return Panel(**{**panel.__dict__, "outcome": outcome, "days": days})


def test_a_planted_law_is_recovered_within_its_errors(store: Callable[[Columns], Path]) -> None:
    panel, lasting, model = made(store, 2500)
    happened = as_joined(panel, simulate_joins(panel, lasting, model, Timing(LAW), 1, 0))
    assert happened.joined.sum() > 500
    mode, spread = fit_timing(*spells_of(happened, model.probabilities(raw_of(panel)), lasting), len(panel.ids))
    away = (mode - LAW) / np.sqrt(np.diag(spread))
    assert np.abs(away).max() < 4, dict(zip(NAMES, away, strict=True))
    assert np.sqrt(spread[4, 4]) < 0.5


def test_joins_by_age_add_up(store: Callable[[Columns], Path]) -> None:
    panel, lasting, model = made(store, 2500)
    happened = as_joined(panel, simulate_joins(panel, lasting, model, Timing(LAW), 1, 0))
    rows = joins_by_age(*spells_of(happened, model.probabilities(raw_of(panel)), lasting), Timing(LAW))
    assert sum(row[2] for row in rows) == happened.joined.sum()
    for start, _, observed, expected in rows:  # of the law that it was drawn from; clusters scatter more than Poisson
        assert abs(observed - expected) < 6 * np.sqrt(expected) + 3, (start, observed, expected)


def test_joins_hang_on_seed_future_and_dispute_alone(store: Callable[[Columns], Path]) -> None:
    panel, lasting, model = made(store, 60)
    whole = simulate_joins(panel, lasting, model, Timing(LAW), 1, 3, level=5.0)
    last = panel.rows(np.flatnonzero(panel.dispute >= 30))
    part = simulate_joins(last, Durations(lasting.days[30:], lasting.war[30:]), model, Timing(LAW), 1, 3, level=5.0)
    late = whole.row >= panel.starts[30]
    np.testing.assert_array_equal(whole.row[late] - panel.starts[30], part.row)
    np.testing.assert_array_equal(whole.age[late], part.age)
    other = simulate_joins(panel, lasting, model, Timing(LAW), 1, 4, level=5.0)
    assert not np.array_equal(whole.row, other.row)
    with pytest.raises(OptionError, match="one point"):
        simulate_joins(panel, lasting, model, Timing(np.stack([LAW, LAW])), 1, 0)


def test_simulated_joins_come_while_a_dispute_lasts_and_once_a_state(store: Callable[[Columns], Path]) -> None:
    panel, lasting, model = made(store, 200)
    joins = simulate_joins(panel, lasting, model, Timing(LAW), 2, 0, level=20.0)
    assert len(joins.row) > 100
    assert len(set(joins.row)) == len(joins.row)
    assert (joins.age <= lasting.days[panel.dispute[joins.row]] + 1e-6).all()
    none = simulate_joins(panel, lasting, model, Timing(LAW), 2, 0, level=0.0)
    assert len(none.row) == 0


def test_a_dispute_file_that_does_not_belong_is_refused(store: Callable[[Columns], Path]) -> None:
    panel, _, _ = made(store, 10)
    table = {"disp": np.arange(1.0, 8), "t0": np.zeros(7), "tend": np.ones(7), "hostlev": np.full(7, 4.0)}
    with pytest.raises(DataError, match="the first 8"):
        durations(panel, table, "disputes")


def test_simulated_joining_of_held_out_disputes_agrees_with_what_happened(real: Path, real_panel: Panel) -> None:
    """Fitted before 1950, simulated for 1950-1989: counts, clusters, sides and days."""
    trained, after = real_panel.years(1, 1949), real_panel.years(1950, 1989)
    table, _ = read_disputes(real)
    lasting = durations(after, table, "disputes")
    likelihood = Likelihood(trained)
    mode = likelihood.mode()
    weights = posterior_rows(mode, covariance(likelihood, mode), 60, 1)
    chances = likelihood.joining(mode).probabilities(raw_of(trained))
    spells = spells_of(trained, chances, durations(trained, table, "disputes"))
    timings = posterior_rows(*fit_timing(*spells, len(trained.ids)), 60, 2)

    def told(rows: np.ndarray, sides: np.ndarray, days: np.ndarray) -> list[float]:
        counts = np.bincount(after.dispute[rows], minlength=len(after.ids))
        in_wars = lasting.war[after.dispute[rows]].mean()
        return [len(rows), (counts > 0).sum(), (counts > 1).sum(), counts.max(), (sides == 1).mean(), in_wars,
                np.median(days), (days > 182).mean(), (days > 365).mean()]  # fmt: skip

    rows = np.flatnonzero(after.joined)
    observed = told(rows, after.outcome[rows], after.days[rows])
    simulated = []
    for future in range(60):
        model = likelihood.joining(mode).with_row(weights[future])
        joins = simulate_joins(after, lasting, model, Timing(timings[future]), 5, future)
        simulated.append(told(joins.row, joins.side, joins.age))
    low, high = np.quantile(simulated, [0.01, 0.99], axis=0)
    assert ((low <= observed) & (observed <= high)).all(), (low, observed, high)
    # not so wide that nothing could fail: ten times or a tenth of the joins would
    assert low[0] > observed[0] / 3
    assert high[0] < observed[0] * 4


def planted(law: Ending, wars: int, seed: int) -> np.ndarray:
    """Days that wars of a law last: where what they gather reaches a drawn amount."""
    drawn = np.random.default_rng(seed).exponential(size=wars)
    days = np.geomspace(1e-2, 1e6, 200_000)
    return np.maximum(np.interp(drawn, law.gathered(days), days), 1.0)


def test_a_planted_hazard_of_ending_is_recovered() -> None:
    true = np.array([-7.0, -5.0, 0.7, -7.9, -6.6])
    law = Ending(true)
    at = np.array([0.0, 30.0, 300.0, 800.0, 3000.0])
    np.testing.assert_allclose(law.lasting(at + 50) / law.lasting(at), 1 - law.within(at, 50.0), rtol=1e-9)
    slope = (np.log(law.lasting(at)) - np.log(law.lasting(at + 1e-3))) / 1e-3
    np.testing.assert_allclose(slope, law.hazard(at), rtol=1e-4)
    assert float(law.within(OLD, VERY_OLD - OLD)) == pytest.approx(-np.expm1(-float(law.old) * (VERY_OLD - OLD)))
    # two kinds alone first: what comes after two years does not move them where it is as they have it
    kinds = np.r_[true[:3], true[0], true[0]]
    mode, spread = fit_ending(planted(Ending(kinds), 4000, 6))
    assert (np.abs(mode - kinds) < 4 * np.sqrt(np.diag(spread))).all()
    assert float(Ending(mode).per_month(0.0)) == pytest.approx(float(law.per_month(0.0)), rel=0.1)
    mode, spread = fit_ending(planted(law, 4000, 7))
    assert (np.abs(mode - true)[3:] < 4 * np.sqrt(np.diag(spread))[3:]).all()


def test_wars_end_as_the_fitted_hazard_says(real: Path) -> None:
    """Ended wars of every stretch of age lie within 80% of what is simulated for them."""
    wars, _ = read_wars(real)
    days = wars["days"][wars["year"] < 1990]
    rows = stretches(days)
    assert [(row["from_year"], row["to_year"]) for row in rows] == [(0, 1), (1, 2), (2, 3), (3, 5), (5, 50)]
    assert sum(row["ended"] for row in rows) == len(days)
    for row in rows:
        assert row["low"] <= row["ended"] <= row["high"], row
    # without their own rate, old wars end too often for the class of this age
    mode, _ = fit_ending(days)
    old = shipped_reference().classes["ends_within_a_year_old"]
    low, high = old.interval()
    assert low < float(Ending(mode).within(983, YEAR)) < high < float(-np.expm1(-Ending(mode).slow * YEAR))


@pytest.mark.parametrize("days", [np.ones(3), np.r_[np.full(20, 50.0), 0.0], np.full(20, np.nan)])
def test_durations_that_cannot_be_are_refused(days: np.ndarray) -> None:
    with pytest.raises(OptionError):
        fit_ending(days)
