"""What an answer rests on: key assumptions, quantities that move nothing, and how firm the ground is."""

from __future__ import annotations

from dataclasses import dataclass

from tertius.engine import Layout
from tertius.impact.comparison import SURE, Difference
from tertius.impact.sensitivity import Movement, Sensitivity

KEY_ASSUMPTIONS = 12
BASES = ("fact", "assumption", "judgement", "choice", "fitted")
MOST_JUDGED = 0.5  # share of the movement that judgement alone may carry before confidence is low


@dataclass(frozen=True)
class Assumption:
    """A quantity that moves the headline differences most.

    path      dotted path of the quantity
    unit      its unit
    basis     what it rests on: fact, assumption, judgement, choice or fitted
    sources   ids of its sources
    if_wrong  what would change if it were wrong
    note      a note on it
    """

    path: str
    unit: str
    basis: str
    sources: tuple[str, ...]
    if_wrong: str | None
    note: str | None


@dataclass(frozen=True)
class Confidence:
    """How firm the ground is, which is not how likely the outcome is.

    level   low or moderate; high only once forecasts of entries have been scored
    judged  share of the movement that assumptions can give the first headline, chance apart, that rests on judgement
            alone; null where no assumption moves it beyond chance
    turns   quantities that turn the sign of the first headline's difference
    tried   quantities that were moved
    shown   of these, those of which a turn to as much the other way would have shown beyond chance
    chance  Monte Carlo error of that difference over its mean; null with a single row of parameters
    """

    level: str
    judged: float | None
    turns: int
    tried: int
    shown: int
    chance: float | None


@dataclass(frozen=True)
class Grounds:
    """What the answer rests on.

    assumptions  the quantities that move the headline differences most, the furthest first
    inert        paths of other quantities that move nothing beyond its materiality band
    without_trace  uncertain quantities that leave no trace in the outcomes of the run, or move none when moved alone
    uncertain    uncertain quantities in all
    confidence   how firm the ground is
    counts       basis -> quantities that the scenario writes down with it
    """

    assumptions: tuple[Assumption, ...]
    inert: tuple[str, ...]
    without_trace: int
    uncertain: int
    confidence: Confidence
    counts: dict[str, int]


def grounds(layout: Layout, found: Sensitivity, first: Difference) -> Grounds:
    """All of it. first: the difference of the first headline outcome at the last week."""
    unmoved = len(found.unmoved)
    key = [movement.path for movement in _ranked(layout, found)[:KEY_ASSUMPTIONS]]
    inert = tuple(path for path in found.inert if path not in key)
    return Grounds(
        assumptions=tuple(_assumption(layout, path) for path in key),
        inert=inert,
        without_trace=len(inert) + unmoved,
        uncertain=len(found.movements) + unmoved,
        confidence=_confidence(layout, found, first),
        counts=basis_counts(layout),
    )


def _ranked(layout: Layout, found: Sensitivity) -> list[Movement]:
    """Movements by how far they move any headline difference, less chance, in materiality bands, the furthest first."""
    outcomes = layout.scenario.outcomes
    bands = {name: max(outcomes[name].material.central, 1e-12) for name in layout.scenario.headlines}

    def weight(movement: Movement) -> float:
        return max(movement.outcomes[name].net / band for name, band in bands.items())

    return sorted(found.movements, key=lambda movement: (-weight(movement), movement.path))


def _assumption(layout: Layout, path: str) -> Assumption:
    column = layout.by_path[path]
    told = column.quantity
    return Assumption(path, told.unit, layout.basis(column), told.source_ids, told.if_wrong, told.note)


def _confidence(layout: Layout, found: Sensitivity, first: Difference) -> Confidence:
    moved = {movement.path: movement.outcomes[first.outcome] for movement in found.movements}
    clear = {path: one.net for path, one in moved.items() if one.clear}
    total = sum(clear.values())
    judged = sum(net for path, net in clear.items() if layout.basis(layout.by_path[path]) == "judgement")
    share = judged / total if total > 0 else 0.0
    turns = sum(one.turns for one in moved.values())
    chance = None if first.error is None else abs(first.error / first.mean) if first.mean else 0.0
    errors = [one.error for one in moved.values()]
    shown = sum(error is not None and SURE * error < abs(first.mean) for error in errors)
    is_low = share > MOST_JUDGED or turns > 0 or chance is None or 2 * shown < len(moved)
    return Confidence("low" if is_low else "moderate", share if clear else None, turns, len(moved), shown, chance)


def basis_counts(layout: Layout) -> dict[str, int]:
    """How many of the scenario's quantities rest on each basis (the laws' defaults left out)."""
    held = layout.scenario.quantities().items()
    found = ["fitted" if layout.fitted(path) else told.basis for path, told in held]
    return {basis: found.count(basis) for basis in BASES}
