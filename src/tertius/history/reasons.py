"""Why a state is likelier or less likely to join: each quantity at the average third state's value instead.

    factor = P(i joins s) / P(i joins s, with one quantity as the average third state has it)

by the pool, so that a reason is a part of the number that it explains. Quantities that hang together (a pact to defend,
one to consult) each have their own factor; factors do not multiply to the whole. What is not told is no reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tertius.history.columns import NAMES, OF_A_SIDE, changes
from tertius.history.features import ACTOR_RAW, SIDE_RAW, RawArrays
from tertius.history.panel import SIDES, Floats
from tertius.history.pool import Pool

_EVEN = 0.5  # neither side is the one that was attacked
_ATTACKED = next(raw for raw in SIDE_RAW if raw.name == "attacked")


@dataclass(frozen=True)
class Reason:
    """A quantity, in words for more and for less of it; by side joined and state, (2, rows): its factor, is it more."""

    more: tuple[str, str]
    less: tuple[str, str]
    factor: Floats
    above: NDArray[np.bool_]

    def words(self, side: int, row: int) -> str:
        """The words for a state and the side that it might join."""
        return (self.more if self.above[side, row] else self.less)[side]


@dataclass(frozen=True)
class _Change:
    """Raw quantities with one at its average; its name for either side joined; is it more, is it told; (2, rows)."""

    raw: RawArrays
    more: tuple[str, str]
    less: tuple[str, str]
    above: NDArray[np.bool_]
    told: NDArray[np.bool_]


def reasons(pool: Pool, raw: RawArrays) -> list[Reason]:
    """Every quantity as a reason."""
    changed = [*_of_states(pool, raw), *_of_sides(pool, raw), _of_attack(raw)]
    base = pool.probabilities(raw)
    every = pool.probabilities(_together([change.raw for change in changed]))
    moved = every.reshape(2, len(changed), -1).transpose(1, 0, 2)
    return [
        Reason(change.more, change.less, np.where(change.told, base / after, 1.0), change.above)
        for change, after in zip(changed, moved, strict=True)
    ]


def _average(pool: Pool, column: str) -> float:
    return float(pool.sided.mean[NAMES.index(column)])


def _of_states(pool: Pool, raw: RawArrays) -> list[_Change]:
    found = []
    for quantity in ACTOR_RAW:
        forth, back = changes("actor", quantity.name)
        values, average = raw.actor[quantity.name], _average(pool, quantity.name)
        usual = np.full_like(values, float(back(np.asarray(average))))
        changed = replace(raw, actor={**raw.actor, quantity.name: usual})
        above, told = (np.stack([part, part]) for part in (forth(values) > average, ~np.isnan(values)))
        found.append(_Change(changed, (quantity.more,) * 2, (quantity.less,) * 2, above, told))
    return found


def _of_sides(pool: Pool, raw: RawArrays) -> list[_Change]:
    found = []
    for group, quantity in OF_A_SIDE:
        held = raw.pair if group == "pair" else raw.side
        forth, back = changes(group, quantity.name)
        average = _average(pool, f"own {group} {quantity.name}")
        for of in range(len(SIDES)):
            values = held[quantity.name].copy()
            above, told = forth(values[of]) > average, ~np.isnan(values[of])
            values[of] = float(back(np.asarray(average)))
            moved = {**held, quantity.name: values}
            changed = replace(raw, pair=moved) if group == "pair" else replace(raw, side=moved)
            called = ["the side" if joined == of else "the other side" for joined in range(len(SIDES))]
            more, less = (
                (words.format(called[0]), words.format(called[1])) for words in (quantity.more, quantity.less)
            )
            found.append(_Change(changed, more, less, np.stack([above, above]), np.stack([told, told])))
    return found


def _of_attack(raw: RawArrays) -> _Change:
    values = raw.side[_ATTACKED.name]
    changed = replace(raw, side={**raw.side, _ATTACKED.name: np.full_like(values, _EVEN)})
    return _Change(changed, (_ATTACKED.more,) * 2, (_ATTACKED.less,) * 2, values > _EVEN, ~np.isnan(values))


def _together(every: list[RawArrays]) -> RawArrays:
    """Rows of several, one after the other."""
    first = every[0]
    return RawArrays(
        actor={name: np.concatenate([raw.actor[name] for raw in every]) for name in first.actor},
        side={name: np.concatenate([raw.side[name] for raw in every], axis=1) for name in first.side},
        pair={name: np.concatenate([raw.pair[name] for raw in every], axis=1) for name in first.pair},
        third_states=np.concatenate([raw.third_states for raw in every]),
    )
