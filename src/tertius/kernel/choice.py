"""Logit response: the choice rule of quantal response, in one compiled function.

P(o) = pi(o) exp(V(o)) / sum pi exp(V) over the options of one actor. With equal pi and V = lambda times the expected
payoff against the others' mixture, a fixed point over all players is a logit quantal response equilibrium (McKelvey
and Palfrey 1995, Games and Economic Behavior 10); with pi from base rates and V centred at the as-of date it is the
second stage of a decision here.
"""

from __future__ import annotations

import math

from numba import njit

from tertius.kernel.state import Floats


@njit
def quantal_response(base: Floats, value: Floats, chance: Floats, first: int, end: int) -> float:
    """Fill chance[first:end] with P(o) and return sum pi exp(V), which is sum pi where every value is 0.

    base    weights pi >= 0, shape (option,); 0 for an option that is not open
    value   worth V of each option, shape (option,)
    chance  receives the probabilities, shape (option,); all 0 where no option is open
    """
    total = 0.0
    for o in range(first, end):
        chance[o] = base[o] * math.exp(value[o]) if base[o] != 0.0 else 0.0
        total += chance[o]
    if total > 0.0:
        for o in range(first, end):
            chance[o] /= total
    return total
