"""Groups of changes that can be switched one at a time.

A group is one changed value, all changes of one record, or all of one section. Changes that cannot stand without others
(a new instrument of a new actor; a prior that a fit was made under) are put into one group with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tertius.engine import Change

GRAINS = ("value", "record", "section")
FEW, MANY = 5, 12
Members: TypeAlias = frozenset[int]


@dataclass(frozen=True)
class Group:
    """Changes that are made together, by a name that says what they are."""

    names: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def name(self) -> str:
        """The names as text."""
        return " + ".join(self.names)

    def __add__(self, other: Group) -> Group:
        """Both groups as one."""
        return Group(self.names + other.names, self.changes + other.changes)


def grouped(changes: Sequence[Change], by: str = "") -> tuple[Group, ...]:
    """Changes in groups of the grain asked for; else of the finest that makes few groups, or not too many."""
    grains = [by] if by else GRAINS
    choices = [_at(changes, grain) for grain in grains]
    few = [groups for groups in choices if len(groups) <= FEW]
    return next(iter([*few[:1], *(groups for groups in choices if len(groups) <= MANY), choices[-1]]))


def _at(changes: Sequence[Change], grain: str) -> tuple[Group, ...]:
    held: dict[str, list[Change]] = {}
    for change in changes:
        keys = change.path.split(".")
        whole = {"value": len(keys), "record": 2, "section": 1}[grain]
        held.setdefault(".".join(keys[:whole]), []).append(change)
    return tuple(Group((name,), tuple(rows)) for name, rows in held.items())


def settled(
    groups: tuple[Group, ...],
    stands: Callable[[tuple[Group, ...], Members], bool],
    wanted: Callable[[int], Iterable[Members]],
) -> tuple[Group, ...]:
    """The groups, put together until every set of them that `wanted` asks for stands.

    stands   whether a set of groups, changed without the others, makes a world that can be run
    wanted   number of groups -> the sets that must stand
    """
    while len(groups) > 1:
        everyone = frozenset(range(len(groups)))
        singles = [frozenset((index,)) for index in everyone]
        tried = dict.fromkeys([*singles, *(everyone - one for one in singles), *wanted(len(groups))])
        # Nobody and everybody are the two editions themselves; if one of them does not stand, no group mends it.
        failed = next((some for some in tried if 0 < len(some) < len(groups) and not stands(groups, some)), None)
        if failed is None:
            return groups
        groups = _together(groups, _partners(groups, failed, stands))
    return groups


def _partners(
    groups: tuple[Group, ...], failed: Members, stands: Callable[[tuple[Group, ...], Members], bool]
) -> Members:
    """Groups to put together so that the set `failed` need not stand: two that mend it, else all of it and one more."""
    others = sorted(frozenset(range(len(groups))) - failed)
    other = next((index for index in others if stands(groups, failed | {index})), others[0])
    if len(failed) == 1:
        return failed | {other}
    if len(others) == 1:
        return frozenset((other, next((i for i in sorted(failed) if stands(groups, failed - {i})), min(failed))))
    return failed | {other}


def _together(groups: tuple[Group, ...], members: Members) -> tuple[Group, ...]:
    first = min(members)
    merged = groups[first]
    for index in sorted(members - {first}):
        merged += groups[index]
    kept = [index for index in range(len(groups)) if index == first or index not in members]
    return tuple(merged if index == first else groups[index] for index in kept)
