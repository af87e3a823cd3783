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
def quantal_response(options: Floats, base: int, value: int, chance: int, first: int, end: int) -> float:
    """Fill options[first:end, chance] with P(o) and return sum pi exp(V), which is sum pi where every value is 0.

    options  shape (option, column)
    base     column of the weights pi >= 0; 0 for an option that is not open
    value    column of the worth V of each option
    chance   column that receives the probabilities; all 0 where no option is open
    """
    total = 0.0
    for o in range(first, end):
        share = options[o, base]
        options[o, chance] = share * math.exp(options[o, value]) if share != 0.0 else 0.0
        total += options[o, chance]
    if total > 0.0:
        for o in range(first, end):
            options[o, chance] /= total
    return total
