"""Rival laws: which structure of each block of a fit, and which law of decision, each future goes by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.engine.layout import Layout
from tertius.kernel import laws
from tertius.kernel.draws import uniforms_once
from tertius.kernel.fields import DECISION_LAW, Field

DECISIONS = "decisions"


@dataclass(frozen=True)
class Rivals:
    """Laws of which each future goes by one.

    block  id of the observation that they were fitted to, or `decisions`
    laws   their names; only those that some future goes by
    which  place among `laws`, shape (future,)
    """

    block: str
    laws: tuple[str, ...]
    which: NDArray[np.int64]


def rivals_of(
    layout: Layout,
    seed: int,
    trajectories: NDArray[np.int64],
    replicates: int,
    drawn: Mapping[str, NDArray[np.float64]],
) -> tuple[Rivals, ...]:
    """The rival laws of these futures, by block; none where a single one speaks.

    drawn: values of quantities by path, shape (future,).
    """
    rows = trajectories // replicates
    found = []
    for block in layout.posterior.blocks if layout.posterior is not None else ():
        if any(layout.fitted(path) for path in block.columns):
            names = tuple(each.name for each in block.structures)
            found.append(_heard(block.observation, names, block.which(seed, rows)))
    found.append(_heard(DECISIONS, *_decisions(layout, seed, trajectories, drawn)))
    return tuple(one for one in found if len(one.laws) > 1)


def _decisions(
    layout: Layout, seed: int, trajectories: NDArray[np.int64], drawn: Mapping[str, NDArray[np.float64]]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Names of the laws of decision, and the place of the one that claims each future, as the kernel draws it."""
    total = np.zeros(len(trajectories))
    which = np.full(len(trajectories), -1)
    names: list[str] = []
    for law in laws():
        claims = any((one.entity, one.name) == (DECISION_LAW.entity, DECISION_LAW.name) for one in law.writes)
        weight = next((one for one in law.reads if _is_weight(one)), None)
        if not claims or weight is None or law.stream is None:
            continue
        path = f"world.{weight.name}"
        column = layout.by_path.get(path)
        central = weight.default if column is None else column.quantity.central
        values = drawn.get(path, np.full(len(trajectories), central))
        total = total + values
        luck = uniforms_once(seed, trajectories.astype(np.uint64), law.stream, np.uint64(0))
        which = np.where((values > 0) & (luck * total < values), len(names), which)
        names.append(weight.name.removesuffix("_weight"))
    return tuple(names), which


def _is_weight(field: Field) -> bool:
    return (field.kind, field.entity) == ("parameter", "world") and field.name.endswith("_weight")


def _heard(block: str, names: tuple[str, ...], which: NDArray[np.int64]) -> Rivals:
    """Without the laws by which no future goes."""
    heard = [place for place in range(len(names)) if (which == place).any()]
    order = np.full(len(names) + 1, -1)
    order[heard] = np.arange(len(heard))
    return Rivals(block, tuple(names[place] for place in heard), order[which])
