"""Shapley values: the axioms on random games, agreement with a loop over all orders, orders drawn without bias."""

from itertools import combinations, permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertius.impact.shapley import exact, order_and_reverse, over_orders

WORTH = st.floats(-1e3, 1e3)


@st.composite
def games(draw: st.DrawFn) -> tuple[int, dict[int, np.ndarray]]:
    """Draw a game: players, and the worth of each set of them in two outcomes."""
    players = draw(st.integers(1, 4))
    drawn = draw(st.lists(st.tuples(WORTH, WORTH), min_size=2**players, max_size=2**players))
    return players, {chosen: np.array(worth) for chosen, worth in enumerate(drawn)}


def slow(players: int, worth: dict[int, np.ndarray]) -> np.ndarray:
    """What each adds, averaged over all orders one after the other, with sets of names."""
    values = np.zeros((players, len(worth[0])))
    for order in permutations(range(players)):
        present: set[int] = set()
        for player in order:
            before = sum(2**name for name in present)
            present.add(player)
            values[player] += worth[sum(2**name for name in present)] - worth[before]
    return values / factorial(players)


@given(games())
def test_it_is_what_a_loop_over_all_orders_gives(game: tuple[int, dict[int, np.ndarray]]) -> None:
    players, worth = game
    values = exact(players, worth)
    assert values == pytest.approx(slow(players, worth), abs=1e-9)
    every_order = over_orders(list(permutations(range(players))), worth.__getitem__)
    assert every_order == pytest.approx(values, abs=1e-9)


@given(games(), st.data())
def test_the_parts_add_up_whatever_the_orders(game: tuple[int, dict[int, np.ndarray]], data: st.DataObject) -> None:
    players, worth = game
    whole = worth[2**players - 1] - worth[0]
    assert exact(players, worth).sum(axis=0) == pytest.approx(whole, abs=1e-9)
    orders = data.draw(st.lists(st.permutations(range(players)), min_size=1, max_size=3))
    assert over_orders(orders, worth.__getitem__).sum(axis=0) == pytest.approx(whole, abs=1e-9)


@given(games(), st.data())
def test_who_adds_nothing_gets_nothing(game: tuple[int, dict[int, np.ndarray]], data: st.DataObject) -> None:
    players, worth = game
    idle = data.draw(st.integers(0, players - 1))
    dull = {chosen: worth[chosen & ~(1 << idle)] for chosen in worth}
    assert np.array_equal(exact(players, dull)[idle], np.zeros(2))
    order = data.draw(st.permutations(range(players)))
    assert np.array_equal(over_orders([order], dull.__getitem__)[idle], np.zeros(2))


@given(games())
def test_who_adds_the_same_gets_the_same_and_names_do_not_matter(game: tuple[int, dict[int, np.ndarray]]) -> None:
    players, worth = game
    by_size = {chosen: worth[2 ** chosen.bit_count() - 1] for chosen in worth}
    alike = exact(players, by_size)
    assert alike == pytest.approx(np.broadcast_to(alike[0], alike.shape), abs=1e-9)
    turned = {sum(1 << players - 1 - i for i in range(players) if chosen >> i & 1): w for chosen, w in worth.items()}
    assert exact(players, turned) == pytest.approx(exact(players, worth)[::-1], abs=1e-9)


def test_known_games_have_their_known_values() -> None:
    adds = np.array([5.0, -2.0, 1.0])
    additive = {chosen: np.array([adds[[i for i in range(3) if chosen >> i & 1]].sum()]) for chosen in range(8)}
    assert exact(3, additive)[:, 0] == pytest.approx(adds)
    # Only together do the first two do anything: half each.
    together = {chosen: np.array([12.0 if chosen & 3 == 3 else 0.0]) for chosen in range(8)}
    assert exact(3, together)[:, 0] == pytest.approx([6.0, 6.0, 0.0])
    # The glove game: one left glove, two right ones (Shapley 1953): 2/3, 1/6, 1/6.
    gloves = {chosen: np.array([1.0 if chosen & 1 and chosen & 6 else 0.0]) for chosen in range(8)}
    assert exact(3, gloves)[:, 0] == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_orders_drawn_are_even_and_come_with_their_reverses() -> None:
    names = ["a", "b", "c", "d"]
    count = 6000
    seen: dict[tuple[int, ...], int] = dict.fromkeys(permutations(range(4)), 0)
    for number in range(count):
        order, reverse = order_and_reverse(names, 1, number)
        assert reverse == order[::-1]
        seen[order] += 1
    expected = count / 24
    chi_square = sum((found - expected) ** 2 / expected for found in seen.values())
    assert chi_square < 49.7  # 23 degrees of freedom: passed by chance once in a thousand
    assert order_and_reverse(names, 1, 0) == order_and_reverse(names, 1, 0)


def test_another_player_leaves_the_others_in_their_order() -> None:
    for number in range(50):
        names = ["a", "b", "c"]
        few = [names[i] for i in order_and_reverse(names, 3, number)[0]]
        more = ["d", "c", "b", "a"]
        many = [more[i] for i in order_and_reverse(more, 3, number)[0]]
        assert [name for name in many if name != "d"] == few


def test_orders_drawn_are_without_bias() -> None:
    drawn = np.random.default_rng(5).normal(size=(32, 1))
    worth = dict(enumerate(drawn))
    names = [str(i) for i in range(5)]
    found = np.array([over_orders(order_and_reverse(names, 2, n), worth.__getitem__)[:, 0] for n in range(800)])
    error = found.std(axis=0, ddof=1) / np.sqrt(len(found))
    assert np.all(np.abs(found.mean(axis=0) - exact(5, worth)[:, 0]) < 4 * error)


@given(st.lists(WORTH, min_size=15, max_size=15), st.integers(0, 1000))
def test_one_order_and_its_reverse_are_exact_where_players_meet_in_pairs(drawn: list[float], number: int) -> None:
    """Each of a pair comes second once, so each gets half of what the two do together."""
    alone, paired = drawn[:5], {(i, j): drawn[5 + place] for place, (i, j) in enumerate(combinations(range(5), 2))}
    worth = {}
    for chosen in range(32):
        there = [i for i in range(5) if chosen >> i & 1]
        sums = sum(alone[i] for i in there) + sum(paired[pair] for pair in combinations(there, 2))
        worth[chosen] = np.array([sums])
    orders = order_and_reverse([str(i) for i in range(5)], 2, number)
    assert over_orders(orders, worth.__getitem__) == pytest.approx(exact(5, worth), abs=1e-9)
