"""Excitation: how the rate of a step answers to what its actor, its partners and its rivals have lately done.

In week w instrument i steps up at the rate a_i exp(E) and down at the rate b_i exp(-E),

    E = sum over r of beta_rc (z_r - its mean over the record),    beta_rc = beta_r + delta_rc             (1)

z_r being the fading sums of steps of the panel: own, partners', rivals'. Signs are free; classes c are held near the
common beta_r.

    symbol  meaning                                   unit   prior
    beta    answer of a typical class to one step     1      Normal(0, 0.5)
    delta   how a class departs from it               1      Normal(0, 0.25)
    a, b    the instrument's own rates                1/week by its class's, as in `classes`

Fitted by the mode with its curvature. The steps of a week are Poisson given what came before it, so the likelihood is
that of a point process in weekly steps (Hawkes 1971, Biometrika 58, 83-90, with a log-linear answer so that it may
inhibit too).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tertius.inference.decisions.panel import Floats, Panel
from tertius.inference.decisions.poisson import poisson_mode, rows_of, usual
from tertius.reference import TERMS, ClassRates, Excitation
from tertius.reference.decisions import SPREAD_OF_CLASSES

SPREAD_OF_BETA: Final = 0.5


def fit_excitation(panel: Panel, rates: ClassRates) -> Excitation:
    """Fit (1) to a record whose class rates are known."""
    classes = sorted(set(panel.kinds))
    place = np.array([classes.index(kind) for kind in panel.kinds])
    means = usual(panel, panel.recent[:, :-1])
    lately = panel.recent[:, :-1] - means[:, None, :]
    of_class = [np.where(place == row, lately, 0.0) for row in range(len(classes))]
    design, taken, mean, sd = rows_of(panel, rates, np.concatenate([lately, *of_class]))
    size = len(TERMS)
    spread = np.r_[np.full(size, SPREAD_OF_BETA), np.full(size * len(classes), SPREAD_OF_CLASSES)]
    point, covariance = poisson_mode(design, taken, np.r_[np.zeros(len(spread)), mean], np.r_[spread, sd])
    return _told(panel, classes, point, covariance)


def _told(panel: Panel, classes: list[str], point: Floats, covariance: Floats) -> Excitation:
    size = len(TERMS)

    def answer(columns: list[int]) -> tuple[float, float]:
        error = np.sqrt(covariance[np.ix_(columns, columns)].sum())
        return round(float(point[columns].sum()), 4), round(float(error), 4)

    betas = {
        kind: tuple(answer([term, size * (1 + row) + term]) for term in range(size)) for row, kind in enumerate(classes)
    }
    before = usual(panel, panel.recent[:, :-1])
    means = {name: tuple(round(float(v), 4) for v in before[:, place]) for place, name in enumerate(panel.names)}
    return Excitation(betas, tuple(answer([term]) for term in range(size)), means)
