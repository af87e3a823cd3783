"""Every quantity as the sided logit and the trees see it, and what stands in for one that a scenario does not tell.

Each column is a raw quantity of `features.py`, by its logarithm where it is a count, a distance or a power. A quantity
that is not told (nan) is filled in with what is usual among past third states that are alike in the rest: a
least-squares prediction from the quantities that are always told, kept within the range that was seen. So a defence
pact also says that consultation is likely.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tertius.history.features import ACTOR_RAW, PAIR_RAW, SIDE_RAW, Raw, RawArrays
from tertius.history.panel import Floats

Change = Callable[[Floats], Floats]


def _at_least(low: float) -> tuple[Change, Change]:
    return lambda values: np.log(np.maximum(values, low)), np.exp


_PLAIN: tuple[Change, Change] = (lambda values: values, lambda values: values)
# raw name -> how it is transformed, and back
_CHANGES: dict[str, tuple[Change, Change]] = {
    "opposed_10y": (np.log1p, np.expm1),
    "together_10y": (np.log1p, np.expm1),
    "states": (np.log1p, np.expm1),
    "disputes_10y": (np.log1p, np.expm1),
    "capital_distance": _at_least(50.0),
    "trade_share": (lambda values: np.log1p(20 * np.minimum(values, 1.0)), lambda values: np.expm1(values) / 20),
}
_STATE_POWER, _SIDE_POWER = _at_least(1e-5), _at_least(1e-4)

# quantities of a side, each told of the side and of its enemy: group and quantity
OF_A_SIDE: tuple[tuple[str, Raw], ...] = (
    *(("pair", raw) for raw in PAIR_RAW),
    *(("side", raw) for raw in SIDE_RAW if raw.name != "attacked"),
)
OF_A_STATE: tuple[Raw, ...] = ACTOR_RAW
NAMES: tuple[str, ...] = (
    *(f"{which} {group} {raw.name}" for group, raw in OF_A_SIDE for which in ("own", "other")),
    *(raw.name for raw in OF_A_STATE),
)
_SIDE_TOLD = np.array([not raw.optional for _, raw in OF_A_SIDE])
_STATE_TOLD = np.array([not raw.optional for raw in OF_A_STATE])


def changes(group: str, name: str) -> tuple[Change, Change]:
    """How a quantity becomes a column, and a column's value the quantity."""
    if name == "capability_share":
        return _SIDE_POWER if group == "side" else _STATE_POWER
    return _CHANGES.get(name, _PLAIN)


@dataclass(frozen=True)
class Usual:
    """What is usual: side, coefficients (1 + told, optional) of a side's quantities; state, of a state's own.

    side_range and state_range hold the least and the most that was seen, (2, optional).
    """

    side: Floats
    state: Floats
    side_range: Floats
    state_range: Floats

    def filled(self, of_side: Floats, of_state: Floats) -> tuple[Floats, Floats]:
        """The same with every nan filled in; of_side is (2, rows, quantities), of_state (rows, quantities)."""
        if not (np.isnan(of_side).any() or np.isnan(of_state).any()):
            return of_side, of_state
        told = _told(of_side, of_state)
        of_side, of_state = of_side.copy(), of_state.copy()
        usual = np.clip(told @ self.side, *self.side_range)
        part = of_side[:, :, ~_SIDE_TOLD]
        of_side[:, :, ~_SIDE_TOLD] = np.where(np.isnan(part), usual, part)
        own = np.clip(told.mean(axis=0) @ self.state, *self.state_range)
        part = of_state[:, ~_STATE_TOLD]
        of_state[:, ~_STATE_TOLD] = np.where(np.isnan(part), own, part)
        return of_side, of_state


def fit_usual(raw: RawArrays) -> Usual:
    """Least squares over rows in which everything is told."""
    of_side, of_state = quantities(raw)
    told = _told(of_side, of_state)
    sought = of_side[:, :, ~_SIDE_TOLD]
    side = np.linalg.lstsq(told.reshape(-1, told.shape[2]), sought.reshape(-1, sought.shape[2]), rcond=1e-10)[0]
    own = of_state[:, ~_STATE_TOLD]
    state = np.linalg.lstsq(told.mean(axis=0), own, rcond=1e-10)[0]
    return Usual(
        np.asarray(side),
        np.asarray(state),
        np.stack([sought.min(axis=(0, 1)), sought.max(axis=(0, 1))]),
        np.stack([own.min(axis=0), own.max(axis=0)]),
    )


def _told(of_side: Floats, of_state: Floats) -> Floats:
    """One, and what is always told of the side, of its enemy and of the state; (2, rows, 1 + told)."""
    told = of_side[:, :, _SIDE_TOLD]
    own = np.broadcast_to(of_state[:, _STATE_TOLD], (2, len(of_state), int(_STATE_TOLD.sum())))
    return np.concatenate([np.ones((*told.shape[:2], 1)), told, told[::-1], own], axis=2)


def quantities(raw: RawArrays) -> tuple[Floats, Floats]:
    """Transformed quantities: of each side (2, rows, quantities) and of each state (rows, quantities)."""
    of_side = [changes(group, q.name)[0]((raw.pair if group == "pair" else raw.side)[q.name]) for group, q in OF_A_SIDE]
    of_state = [changes("actor", q.name)[0](raw.actor[q.name]) for q in OF_A_STATE]
    return np.stack(of_side, axis=-1), np.stack(of_state, axis=-1)


def by_side(of_side: Floats, of_state: Floats) -> Floats:
    """What the sided logit sees: each side's quantity, its enemy's, and the state's own; (2, rows, columns)."""
    both = np.stack([of_side, of_side[::-1]], axis=-1).reshape(*of_side.shape[:2], -1)
    return np.concatenate([both, np.broadcast_to(of_state, (2, *of_state.shape))], axis=2)


def by_state(of_side: Floats, of_state: Floats, third_states: Floats) -> Floats:
    """What the trees see: the larger and smaller of the sides' quantities, the state's own, log n; (rows, columns)."""
    parts = [of_side.max(axis=0), of_side.min(axis=0), of_state, np.log(third_states)[:, None]]
    return np.concatenate(parts, axis=1)
