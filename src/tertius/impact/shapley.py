"""Shapley values: a whole shared out over those who make it together, each by what it adds, over all orders.

With v(S) the worth of a set S of n players, alone or with others,

    phi_i = sum over S without i of |S|! (n - |S| - 1)! / n! [v(S + i) - v(S)]                      (1)
          = mean over all orders of v(those before i, and i) - v(those before i)                    (2)

so that the parts add up to v(all) - v(none), players who add the same everywhere get the same, and one who adds
nothing anywhere gets nothing. (2) over some orders drawn at random is without bias; an order is drawn with its reverse,
in which a player who stood early stands late: where players meet in pairs alone, the two give the exact values.

A set of players is an integer whose bit i says whether player i is in it.

Source: Shapley 1953, A value for n-person games; Castro, Gomez and Tejada 2009, Computers and Operations Research 36,
1726-1730 (sampling); Mitchell et al. 2022, Journal of Machine Learning Research 23 (orders and their reverses).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import comb

import numpy as np
from numpy.typing import NDArray

from tertius.engine import uniforms

Floats = NDArray[np.float64]


def exact(players: int, worth: Mapping[int, Floats]) -> Floats:
    """Values by (1), shape (player, ...), from the worth of all 2**players sets, each of shape (...)."""
    values = np.zeros((players, *worth[0].shape))
    for chosen in range(2**players):
        size = chosen.bit_count()
        for player in range(players):
            if not chosen >> player & 1:
                added = worth[chosen | 1 << player] - worth[chosen]
                values[player] += added / (players * comb(players - 1, size))
    return values


def over_orders(orders: Sequence[Sequence[int]], worth: Callable[[int], Floats]) -> Floats:
    """Values by (2) over the orders given, shape (player, ...); the worth of each set met is asked for once."""
    known: dict[int, Floats] = {}

    def once(chosen: int) -> Floats:
        if chosen not in known:
            known[chosen] = worth(chosen)
        return known[chosen]

    values = np.zeros((len(orders[0]), *once(0).shape))
    for order in orders:
        chosen = 0
        for player in order:
            values[player] += once(chosen | 1 << player) - once(chosen)
            chosen |= 1 << player
    return values / len(orders)


def order_and_reverse(names: Sequence[str], seed: int, number: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The pair of orders of that number; one more player leaves the others in the order they had."""
    word = np.array([number], dtype=np.uint64)
    drawn = [float(uniforms(seed, word, f"order:{name}")[0]) for name in names]
    order = tuple(sorted(range(len(names)), key=lambda player: (drawn[player], names[player])))
    return order, order[::-1]
