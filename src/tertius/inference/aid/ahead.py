"""Months ahead: all donors together, so that they follow each other; one draw of the posterior a path."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from tertius.inference.aid.amounts import draw_amounts
from tertius.inference.aid.levels import CUT, EDGES, HOLD, UP, WINDOW, Array, Whole
from tertius.inference.aid.posterior import AidFit
from tertius.inference.aid.steps import Situation, features, history, probabilities, record_of


@dataclass(frozen=True)
class Ahead:
    """What may come; all of shape (path, row, month).

    amounts  EUR
    levels   0 to 3 at the month's end
    steps    CUT, HOLD or UP
    chance   P(cut), P(hold), P(up) before the step was drawn, shape (path, row, month, 3)
    """

    amounts: Array
    levels: Whole
    steps: Whole
    chance: Array


@threadpool_limits.wrap(limits=1, user_api="blas")
def simulate(fit: AidFit, months: int, label: str = "ahead") -> Ahead:
    """The `months` after the panel's last, by the law of steps and then by the amounts that make the step."""
    panel, paths, count = fit.panel, fit.draws, len(fit.panel.rows)
    generator = np.random.Generator(np.random.Philox(key=[fit.key, zlib.crc32(label.encode())]))
    _, levels, steps = history(panel)
    usual_month = fit.amounts.month
    window = np.repeat((panel.amounts[:, -WINDOW:] / usual_month[:, None])[None], paths, axis=0)  # usual months
    year = fit.amounts.year / WINDOW  # usual half-years
    level = np.repeat(levels[None, :, -1], paths, axis=0)
    last = np.repeat(steps[None, :, -1], paths, axis=0)
    shape = (paths, count, months)
    found = Ahead(np.empty(shape), np.empty(shape, np.int64), np.empty(shape, np.int64), np.empty((*shape, 3)))
    edges = np.array([0.0, *EDGES, np.inf]) * WINDOW
    for month in range(months):
        remaining = window[:, :, 1:].sum(axis=2)
        now = Situation(
            level,
            remaining / WINDOW,
            last,
            (last == UP) @ panel.others.T,
            (last == CUT) @ panel.others.T,
            *record_of(level, remaining / WINDOW, year),
        )
        up, cut = features(now)
        shared = generator.standard_normal((paths, 2)) * fit.scales[:, 2:]
        odds_up = np.einsum("prk,pk->pr", up, fit.coefficients) + fit.up + shared[:, :1]
        odds_cut = np.einsum("prk,pk->pr", cut, fit.coefficients) + fit.cut + shared[:, 1:]
        chance = probabilities(odds_up, odds_cut, now)
        point = generator.random((paths, count))
        step = (point[..., None] > np.cumsum(chance, axis=-1)[..., :2]).sum(axis=-1)
        low = np.where(step == CUT, 0.0, np.where(step == HOLD, edges[level], edges[level + 1])) - remaining
        high = np.where(step == CUT, edges[level], np.where(step == HOLD, edges[level + 1], np.inf)) - remaining
        amount = draw_amounts(fit.amounts, low, high, generator)
        window = np.concatenate([window[:, :, 1:], amount[:, :, None]], axis=2)
        level, last = np.digitize(window.sum(axis=2), edges[1:-1]), step
        found.amounts[:, :, month] = amount * usual_month
        found.levels[:, :, month], found.steps[:, :, month], found.chance[:, :, month] = level, step, chance
    return found
