"""What followed entries: stretches of a war, planted effects, and a fit that is calibrated on made-up wars."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from tertius.history.entering import (
    EDGES,
    PRIORS,
    War,
    ends_within,
    fit_duration,
    fit_outcome,
    read_wars_entered,
    stretches_of,
)

AGES = len(EDGES) - 1
FOR_EVER = 1e5


def made(seed: int, count: int = 60) -> list[War]:
    """Wars of which nothing is known yet but who would enter, and when."""
    rng = np.random.default_rng(seed)
    wars = []
    for _ in range(count):
        joins = [
            (float(rng.uniform(1, 900)), int(rng.integers(0, 2)), float(rng.lognormal(-4, 1)))
            for _ in range(int(rng.integers(0, 3)))
        ]
        capability = tuple(float(x) for x in rng.lognormal(-4, 1, 2))
        wars.append(War(1900, FOR_EVER, (capability[0], capability[1]), tuple(sorted(joins))))
    return wars


def ended(wars: Sequence[War], point: np.ndarray, seed: int) -> list[War]:
    """The wars with days drawn by the law at a point; who would have entered later never did."""
    rng = np.random.default_rng(seed)
    found = []
    for war in wars:
        left, drawn = rng.exponential(), FOR_EVER
        cuts = sorted({*EDGES[:-1], *(day for day, _, _ in war.joins), FOR_EVER})
        for start, end in pairwise(cuts):
            age = int(np.searchsorted(EDGES, start, side="right")) - 1
            terms = np.array([*war.hardness, *war.entry(start + 1e-9)])
            rate = float(np.exp(point[age] + terms @ point[AGES:]))
            if left < rate * (end - start):
                drawn = start + left / rate
                break
            left -= rate * (end - start)
        days = max(drawn, 1.0)
        found.append(replace(war, days=days, joins=tuple(join for join in war.joins if join[0] < days)))
    return found


def test_a_war_is_cut_where_something_changes() -> None:
    war = War(1900, 400.0, (0.02, 0.01), ((50.0, 1, 0.03), (200.0, 0, 0.0)))
    cut = stretches_of([war])
    assert cut.risk.tolist() == [30.0, 20.0, 41.0, 91.0, 18.0, 165.25, 34.75]
    assert cut.ended.tolist() == [0, 0, 0, 0, 0, 0, 1]
    assert cut.age.tolist() == [0, 1, 1, 2, 3, 3, 4]
    entered, added = cut.terms[:, 2], cut.terms[:, 3]
    assert entered.tolist() == [0, 0, 1, 1, 1, 1, 1]
    np.testing.assert_allclose(added, np.log1p(entered))
    assert war.by_side()[0] == 0.0


def test_the_chance_of_an_end_is_that_of_the_rates() -> None:
    war, rate = War(1900, 5000.0, (0.01, 0.01), ()), 1 / 700
    point = np.concatenate([np.full(AGES, np.log(rate)), np.zeros(4)])
    for age, days in ((0.0, 10.0), (20.0, 400.0), (3000.0, 365.0)):
        assert ends_within(point, war, age, days) == pytest.approx(-np.expm1(-rate * days))
    joined = replace(war, joins=((100.0, 0, 0.02),))
    point[AGES + 2], point[AGES + 3] = -0.5, 0.3
    assert ends_within(point, joined, 50.0, 30.0) == pytest.approx(-np.expm1(-rate * 30.0))
    slower = rate * np.exp(-0.5 + 0.3 * np.log(2))
    assert ends_within(point, joined, 101.0, 30.0) == pytest.approx(-np.expm1(-slower * 30.0))


def test_the_fit_is_calibrated_by_simulation() -> None:
    """Parameters from the prior, wars from these: 80% intervals hold them in about 80% (99% binomial bounds)."""
    runs, rng = 40, np.random.default_rng(12)
    centre = np.repeat([PRIORS["level"][0], 0.0], [AGES, 4])
    spread = np.repeat([0.7, PRIORS["hardness"][1], PRIORS["entry"][1]], [AGES, 2, 2])
    held = np.zeros(4)
    for run in range(runs):
        point = centre + spread * rng.standard_normal(len(centre))
        mode, covariance = fit_duration(ended(made(run), point, run))
        held += (np.abs(mode - point) < 1.2816 * np.sqrt(np.diag(covariance)))[AGES:]
    low, high = binom.ppf([0.005, 0.995], runs, 0.8)
    assert ((low <= held) & (held <= high)).all(), held
    low, high = binom.ppf([0.005, 0.995], 4 * runs, 0.8)
    assert low - 4 <= held.sum() <= high + 4


def test_without_the_entry_terms_none_is_fitted() -> None:
    wars = ended(made(1), np.concatenate([np.full(AGES, -6.0), np.zeros(4)]), 1)
    mode, covariance = fit_duration(wars, with_entry=False)
    assert (mode[-2:] == 0).all()
    assert (covariance[-2:] == 0).all()
    assert (np.abs(mode[:-4] + 6.0) < 4 * np.sqrt(np.diag(covariance))[:-4]).all()


def test_planted_outcomes_are_recovered_and_the_sides_are_mirrors() -> None:
    rng = np.random.default_rng(5)
    true = np.array([0.4, 0.2, 0.5, 0.8])
    wars = made(3, 2500)
    terms = [np.array([1.0, np.log(w.capability[0] / w.capability[1]), *w.by_side()]) for w in wars]
    decided = [
        replace(w, won=bool(rng.random() < 1 / (1 + np.exp(-t @ true)))) for w, t in zip(wars, terms, strict=True)
    ]
    mode, covariance = fit_outcome(decided)
    assert (np.abs(mode - true) < 4 * np.sqrt(np.diag(covariance))).all()
    assert (fit_outcome(decided, with_entry=False)[0][2:] == 0).all()
    swapped = [
        replace(w, capability=w.capability[::-1], joins=tuple((d, 1 - s, c) for d, s, c in w.joins), won=not w.won)
        for w in decided
    ]
    mirrored, _ = fit_outcome(swapped)
    np.testing.assert_allclose(mirrored, mode * [-1, 1, 1, 1], atol=1e-3)


def test_no_war_is_entered_after_its_end(real: Path) -> None:
    wars, _ = read_wars_entered(real, real.parent / "entries")
    assert len(wars) > 80
    assert all(0 < day <= war.days for war in wars for day, _, _ in war.joins)
    assert sum(bool(war.joins) for war in wars) > 20
