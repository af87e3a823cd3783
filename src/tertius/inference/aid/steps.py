"""The law of steps: each month a donor steps up, holds or cuts.

With y in {cut, hold, up}, donor i and month t:

    u_it = a_L + n R_up + p M_up + q M_cut + f F_up + theta_i + kappa_t                     towards up         (1)
    c_it = b_L + m R_cut + r M_up + s M_cut + f F_cut + phi_i + lambda_t                    towards a cut      (2)
    P(up) = e^u / Z,  P(cut) = e^c / Z,  P(hold) = 1 / Z,  Z = 1 + e^u [L < 3] + e^c [can fall]               (3)

    symbol        meaning                                                              unit       prior
    L             level now (`levels`)                                                 0 to 3     -
    a_L, b_L      what the level adds: how often a donor rises, falls from it          log odds   normal (0, 0.4)
    R_up          record: months of its last year that, repeated next month, would     log odds   -
                  reach the level above, against the others
    R_cut         the same for months that would not keep the level                    log odds   -
    n, m          how the record tells                                                 1          normal (1, 0.25)
    M_up, M_cut   momentum: 1 if the last step was up, was a cut                       1          -
    p, q, r, s    what that does                                                       log odds   normal (0, 0.4)
    F_up, F_cut   share of the other donors that stepped up, cut, in the last month    1          -
    f             following                                                            log odds   normal (0, 2)
    theta, phi    donors, partially pooled: normal (0, tau_up), (0, tau_cut)           log odds   tau: see below
    kappa, lambda what all donors share in a month: normal (0, sigma_up), (0, ...)     log odds   sigma: see below

The four scales tau and sigma are lognormal (median 0.35, 90% point 0.9). All priors are judgements: with a_L = b_L = 0
and n = m = 1 a donor does next month what it did in a month of its last year drawn at random, and the rest departs from
that by log odds of about a half (a factor 1.6). A level cannot rise above 3, and cannot fall where what stays in the
six months' window holds it: the choice is among what is possible. The record looks back on the level: the more stays in
the window, the more months would keep it (mean reversion).

Limits: n = m = 0, f = 0 and all scales 0 give one pooled table by level. Source: multinomial logit, McFadden (1974);
levels, record and window are our choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tertius.inference.aid.levels import CUT, EDGES, UP, WINDOW, Array, Whole, level_of, steps_of, usual_half_year
from tertius.inference.aid.levels import window_sums as sums_of
from tertius.inference.aid.panel import Panel

COEFFICIENTS = (
    *(f"up from level {level}" for level in (0, 1, 2)),
    "record of reaching",
    "up after up",
    "up after cut",
    *(f"cut from level {level}" for level in (1, 2, 3)),
    "record of falling short",
    "cut after up",
    "cut after cut",
    "following",
)
PRIOR_MEAN = np.array([0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0])
PRIOR_SD = np.array([0.4, 0.4, 0.4, 0.25, 0.4, 0.4, 0.4, 0.4, 0.4, 0.25, 0.4, 0.4, 2.0])
YEAR = 12  # months of the record
LENT = 0.25  # months added to either side of a record, so that no odds are infinite


@dataclass(frozen=True)
class Situation:
    """What a step depends on, one entry a donor-month; all arrays of one shape (...)."""

    level: Whole
    remaining: Array
    """What stays in the window, in usual half-years."""
    last: Whole
    """The last step: CUT, HOLD or UP."""
    share_up: Array
    share_cut: Array
    reached: Array
    """Log odds of the record: months of the last year that would reach the level above, against the rest."""
    fell_short: Array
    """The same for months that would not keep the level."""


def can_cut(level: Whole, remaining: Array) -> Any:
    """Whether what stays in the window is of a lower level, shape (...)."""
    return np.digitize(remaining, EDGES) < level


def record_of(level: Whole, remaining: Array, year: Array) -> tuple[Array, Array]:
    """`reached` and `fell_short` from a year's amounts in usual half-years, shape (row, month), for (..., row)."""
    edges = np.array([0.0, *EDGES, np.inf])
    months = year.shape[-1]
    reached = (year >= (edges[np.minimum(level + 1, 3)] - remaining)[..., None]).sum(axis=-1)
    short = (year < (edges[level] - remaining)[..., None]).sum(axis=-1)
    up, cut = (np.log((count + LENT) / (months - count + LENT)) for count in (reached, short))
    return up, cut


def features(now: Situation) -> tuple[Array, Array]:
    """Columns of (1) and (2) for COEFFICIENTS, each of shape (..., 13)."""
    up, cut = np.zeros((*now.level.shape, len(COEFFICIENTS))), np.zeros((*now.level.shape, len(COEFFICIENTS)))
    for level in range(3):
        up[..., level] = now.level == level
        cut[..., 6 + level] = now.level == level + 1
    up[..., 3], cut[..., 9] = now.reached, now.fell_short
    for columns, start in ((up, 4), (cut, 10)):
        columns[..., start] = now.last == UP
        columns[..., start + 1] = now.last == CUT
    up[..., 12], cut[..., 12] = now.share_up, now.share_cut
    return up, cut


def probabilities(up: Array, cut: Array, now: Situation) -> Array:
    """P(cut), P(hold), P(up) by (3) from log odds (...), shape (..., 3)."""
    odds_up = np.where(now.level < 3, np.exp(np.minimum(up, 30)), 0.0)
    odds_cut = np.where(can_cut(now.level, now.remaining), np.exp(np.minimum(cut, 30)), 0.0)
    total = 1 + odds_up + odds_cut
    return np.stack([odds_cut / total, 1 / total, odds_up / total], axis=-1)


@dataclass(frozen=True)
class Rows:
    """Donor-months with a step that was seen.

    The unknowns in a row: coefficients (13), donors' theta and phi, months' kappa and lambda.

    up, cut      design of u and of c on the unknowns that each has, shape (row, column)
    up_at, cut_at  places of these columns among the unknowns, shape (column,)
    taken        the step of each row, shape (row,)
    now          the situation of each row
    usual        usual half-year of each row of the panel, EUR; NaN for one without records, which has no rows here
    """

    up: Array
    cut: Array
    up_at: Whole
    cut_at: Whole
    taken: Whole
    now: Situation
    usual: Array
    donors: int
    months: int


def history(panel: Panel) -> tuple[Array, Whole, Whole]:
    """Usual half-year (row,), levels (row, month), steps (row, month) of a panel; HOLD in the first month of both."""
    usual = usual_half_year(panel.amounts)
    levels = level_of(sums_of(panel.amounts), usual[:, None])
    steps = np.ones(levels.shape, dtype=np.int64)
    steps[:, WINDOW:] = steps_of(levels[:, WINDOW - 1 :])
    return usual, levels, steps


def situation_at(panel: Panel, month: int) -> Situation:
    """The situation of every row at the end of a month, before the step into the next; shape (row,)."""
    usual, levels, steps = history(panel)
    return _situation(panel, usual, levels, steps, month)


def _situation(panel: Panel, usual: Array, levels: Whole, steps: Whole, month: int) -> Situation:
    relative = np.nan_to_num(panel.amounts[:, : month + 1] / usual[:, None])
    remaining = relative[:, month - WINDOW + 2 :].sum(axis=1)
    return Situation(
        levels[:, month],
        remaining,
        steps[:, month],
        panel.others @ (steps[:, month] == UP),
        panel.others @ (steps[:, month] == CUT),
        *record_of(levels[:, month], remaining, relative[:, -YEAR:]),
    )


def rows_of(panel: Panel) -> Rows:
    """Every donor-month of a panel with a step, and the design of its log odds."""
    usual, levels, steps = history(panel)
    known = np.flatnonzero(np.isfinite(usual))
    first, last = WINDOW - 1, len(panel.months) - 1
    parts = [_situation(panel, usual, levels, steps, month) for month in range(first, last)]
    now = Situation(
        *(np.stack([getattr(part, name) for part in parts])[:, known].ravel() for name in Situation.__annotations__)
    )
    month, donor = (part.ravel() for part in np.meshgrid(np.arange(last - first), known, indexing="ij"))
    taken = steps[:, first + 1 :].T[:, known].ravel()
    donors, months = len(panel.rows), last - first
    up, cut = features(now)
    up_own, cut_own = np.array([0, 1, 2, 3, 4, 5, 12]), np.array([6, 7, 8, 9, 10, 11, 12])
    start = len(COEFFICIENTS) + np.cumsum([0, donors, donors, months])
    shared = np.hstack([np.eye(donors)[donor], np.eye(months)[month]])
    return Rows(
        up=np.hstack([up[:, up_own], shared]),
        cut=np.hstack([cut[:, cut_own], shared]),
        up_at=np.concatenate([up_own, start[0] + np.arange(donors), start[2] + np.arange(months)]),
        cut_at=np.concatenate([cut_own, start[1] + np.arange(donors), start[3] + np.arange(months)]),
        taken=taken,
        now=now,
        usual=usual,
        donors=donors,
        months=months,
    )
