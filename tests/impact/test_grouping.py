"""Groups of changes: grains, and groups put together until every set of them that is needed stands."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertius.engine import Change
from tertius.impact.attribution import MOST_EXACT, _shared_out, _wanted
from tertius.impact.grouping import FEW, MANY, Group, Members, grouped, settled


def changes(*paths: str) -> list[Change]:
    return [Change("value", path, "1", "2") for path in paths]


def groups(count: int) -> tuple[Group, ...]:
    return tuple(Group((f"g{index}",), tuple(changes(f"a.g{index}.x"))) for index in range(count))


def test_the_finest_grain_that_makes_few_groups_is_taken() -> None:
    few = changes("a.x.one", "a.x.two", "b.y.one")
    assert [group.name for group in grouped(few)] == ["a.x.one", "a.x.two", "b.y.one"]
    more = changes(*(f"a.x.q{n}" for n in range(FEW + 1)), "b.y.one")
    assert [group.name for group in grouped(more)] == ["a.x", "b.y"]
    many = changes(*(f"a.x{n}.q" for n in range(FEW + 1)), *(f"b.y{n}.q" for n in range(MANY)))
    assert [group.name for group in grouped(many)] == ["a", "b"]
    assert len(grouped(many, "value")) == FEW + 1 + MANY
    assert grouped([]) == ()


@given(
    count=st.integers(1, 9),
    needs=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=8),
)
def test_what_needs_another_is_put_together_with_it_and_nothing_is_lost(
    count: int, needs: list[tuple[int, int]]
) -> None:
    """Each pair (a, b) says that a change of group a cannot stand without that of group b."""

    def stands(rows: tuple[Group, ...], members: Members) -> bool:
        made = {int(name[1:]) for index in members for name in rows[index].names}
        return all(b in made for a, b in needs if a in made and b < count)

    start = groups(count)
    found = settled(start, stands, _wanted)
    assert sorted(change.path for group in found for change in group.changes) == sorted(
        change.path for group in start for change in group.changes
    )
    if len(found) > 1:
        assert all(stands(found, members) for members in _wanted(len(found)))
    if not [need for need in needs if need[0] < count and need[1] < count and need[0] != need[1]]:
        assert found == start


@pytest.mark.parametrize("count", range(1, 9))
def test_the_parts_of_any_game_add_up_to_the_whole(count: int) -> None:
    asked: set[Members] = set()

    def value(members: Members) -> float:
        return float(sum((index + 1) ** 2 for index in members) + 3 * len(members) ** 2 + (0 in members) * 7)

    def worth(members: Members) -> np.ndarray:
        asked.add(members)
        return np.array([value(members)])

    wanted = set(_wanted(count))
    parts = _shared_out(count, worth)[:, 0].tolist()
    assert asked <= wanted
    assert sum(parts) == pytest.approx(value(frozenset(range(count))) - value(frozenset()))
    if count <= MOST_EXACT:
        # Shapley: what is additive is one's own, and what depends on the number alone is shared alike.
        assert parts == pytest.approx([(i + 1) ** 2 + 3 * count + 7 * (i == 0) for i in range(count)])
        assert len(wanted) == sum(1 for size in range(count + 1) for _ in combinations(range(count), size))
