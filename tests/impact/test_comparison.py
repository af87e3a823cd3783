"""Paired comparison against numbers taken by hand, a no-op, and simulated effects of known spread."""

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.impact.levies import OPTIONS, layout

from tertius.engine import Intervention
from tertius.errors import OptionError, UnknownName
from tertius.impact import Comparison, compare, difference
from tertius.impact.comparison import _expected

Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def found(compiled: None) -> Comparison:
    return compare(layout(), OPTIONS)


def test_a_comparison_is_what_numpy_says(found: Comparison) -> None:
    for name in found.base.outcomes:
        for week in found.horizons:
            one, base, other = found.at(name, week), found.base.of(name)[:, week], found.other.of(name)[:, week]
            paired = base - other
            levels = (0.1, 0.5, 0.9)
            assert one.mean == pytest.approx(base.mean() - other.mean(), rel=1e-9, abs=1e-9)
            assert one.base == pytest.approx(np.quantile(base, levels), rel=1e-12)
            assert one.other == pytest.approx(np.quantile(other, levels), rel=1e-12)
            assert one.paired == pytest.approx(np.quantile(paired, levels), rel=1e-12)
            assert one.larger == np.count_nonzero(paired > one.band) / len(paired)
            assert one.smaller == np.count_nonzero(paired < -one.band) / len(paired)
            assert one.larger + one.smaller + one.immaterial == pytest.approx(1.0, abs=1e-12)
            rows = paired.reshape(-1, 4).mean(axis=1)  # four futures share a draw of the parameters
            assert one.error == pytest.approx(rows.std(ddof=1) / np.sqrt(len(rows)), rel=1e-9)


def test_the_table_has_every_outcome_at_every_horizon(found: Comparison) -> None:
    assert found.horizons == (4, 8)
    assert [(row.outcome, row.week) for row in found.table()] == [
        ("land", 4),
        ("land", 8),
        ("losses", 4),
        ("losses", 8),
    ]


def test_before_the_levy_the_two_worlds_are_the_same(found: Comparison) -> None:
    assert found.at("land", 1).same
    assert not found.at("land", 8).same


@pytest.mark.parametrize(
    "same", [{"sides.A.recruitment": 300.0}, {"theatres.ridge.forces.B.troops": 45000.0, "world.fire_exponent": 0.2}]
)
def test_setting_what_is_already_so_changes_exactly_nothing(compiled: None, same: dict[str, float]) -> None:
    nothing = compare(layout(), OPTIONS, settings=same)
    for row in nothing.table():
        assert (row.mean, row.error, row.interval, row.paired) == (0.0, 0.0, (0.0, 0.0), (0.0, 0.0, 0.0))
        assert (row.larger, row.smaller, row.immaterial, row.same) == (0.0, 0.0, 1.0, True)
    assert np.array_equal(nothing.base.samples, nothing.other.samples)


def test_who_has_the_levy_decides_whom_it_helps(compiled: None) -> None:
    means = {side: compare(layout(side), OPTIONS).at("land", 8) for side in "AB"}
    assert means["B"].interval[0] > 0
    assert means["A"].interval[1] < 0


def test_interventions_and_settings_act_at_once(compiled: None) -> None:
    both = compare(layout(), OPTIONS, [Intervention("levy")], {"theatres.ridge.tempo": 9.0})
    alone = compare(layout(), OPTIONS, settings={"events.levy.recruits": 0.0, "theatres.ridge.tempo": 9.0})
    assert both.interventions == ("without levy (never)", "set theatres.ridge.tempo = 9 km2/week")
    assert np.array_equal(both.other.samples, alone.other.samples)


def test_bad_questions_are_refused(found: Comparison) -> None:
    with pytest.raises(UnknownName, match="nearest: levy"):
        compare(layout(), OPTIONS, [Intervention("levi")])
    with pytest.raises(UnknownName, match="nearest: land"):
        found.at("lend", 8)
    with pytest.raises(OptionError, match="0 to 8"):
        found.at("land", 9)


def simulated(seed: int, rows: int, replicates: int, between: float, within: float) -> tuple[Floats, NDArray[np.int64]]:
    generator = np.random.default_rng(seed)
    group = np.repeat(np.arange(rows), replicates)
    return 3.0 + between * generator.normal(size=rows)[group] + within * generator.normal(size=len(group)), group


@pytest.mark.parametrize(("between", "within"), [(2.0, 1.0), (2.0, 8.0), (1.0, 0.0)])
def test_the_interval_is_that_of_the_parameters_without_the_chance(between: float, within: float) -> None:
    rows, replicates = 4000, 4
    paired, group = simulated(11, rows, replicates, between, within)
    one = difference("x", 0, 1.0, paired, np.zeros_like(paired), group)
    seen = between**2 + within**2 / replicates  # variance of a row's mean
    # Standard error of the between-row spread by the chi-square law of the two variances; 4 of them are allowed.
    noise = within**2 / replicates
    error = np.sqrt(2 * seen**2 / rows + 2 * noise**2 / (rows * (replicates - 1))) / (2 * between)
    # A quantile of a normal sample at 10% has the error sqrt(p q / n) / density, 1.71 spreads / sqrt(n).
    tolerance = 4 * (1.2816 * error + 1.71 * between / np.sqrt(rows) + np.sqrt(seen / rows))
    assert one.interval == pytest.approx((3.0 - 1.2816 * between, 3.0 + 1.2816 * between), abs=tolerance)
    assert abs(one.mean - 3.0) < 4 * one.error
    assert one.error == pytest.approx(np.sqrt(seen / rows), rel=4 / np.sqrt(2 * rows))


def test_chance_alone_gives_no_interval_to_speak_of() -> None:
    paired, group = simulated(5, 4000, 4, 0.0, 6.0)
    means, _ = _expected(paired, group)
    # The variance between rows is 0; its estimate has the error below, of which 4 are allowed.
    error = 36.0 / 4 * np.sqrt(2 / 4000 * (1 + 1 / 3))
    assert means.var(ddof=1) < 4 * error


def test_rows_of_unequal_size_and_a_single_row_are_taken() -> None:
    paired = np.array([1.0, 1.0, 1.0, 4.0])
    means, error = _expected(paired, np.array([0, 0, 0, 9]))
    assert means == pytest.approx([1.0, 4.0])
    assert error == pytest.approx(np.std([1.0, 4.0], ddof=1) / np.sqrt(2))
    assert np.isnan(_expected(paired, np.zeros(4, dtype=np.int64))[1])


def test_ignorance_is_told_from_chance_only_where_it_can_be() -> None:
    """Rows that differ as chance makes them differ have an interval mostly of chance, and it is said to be that."""
    generator = np.random.default_rng(5)
    rows = np.repeat(np.arange(200), 4)
    chance = generator.normal(0.0, 10.0, 800)
    known = generator.normal(0.0, 10.0, 200)[rows]
    nothing = np.zeros(800)
    alone = difference("x", 1, 0.0, chance, nothing, rows)
    both = difference("x", 1, 0.0, chance + known, nothing, rows)
    exact = difference("x", 1, 0.0, known, nothing, rows)
    assert not alone.resolved
    assert both.resolved
    assert exact.resolved
    assert alone.interval[1] - alone.interval[0] < 0.4 * (both.interval[1] - both.interval[0])


def test_a_mean_that_a_few_futures_carry_is_said_to_rest_on_them() -> None:
    rows = np.repeat(np.arange(100), 4)
    even = np.full(400, 5.0)
    carried = np.zeros(400)
    carried[[3, 77]] = 1000.0
    assert not difference("x", 1, 0.0, even, np.zeros(400), rows).rests_on_few
    told = difference("x", 1, 0.0, carried, np.zeros(400), rows)
    assert told.rests_on_few
    assert (told.mean, told.trimmed) == (5.0, 0.0)
    assert not difference("x", 1, 0.0, carried[:40], np.zeros(40), rows[:40]).rests_on_few
