"""Traits: the few numbers of a future by which storylines are told apart.

Five groups of equal weight: the headline outcomes at the last week; each side's losses a week, while the war goes on;
how high each ladder is climbed; how long the war goes on; and third states' steps for either side, the levels of
their instruments at the end less those at the start. Each trait is standardised (less its mean, over its standard
deviation, at most three of these from zero) and divided by the root of how many its group has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Ensemble
from tertius.impact.recorded import leads
from tertius.world import Scenario, favours

Floats = NDArray[np.float64]
CLIP = 3.0
LAND, LOSSES, LADDER, LENGTH, STEPS = "outcome", "losses", "ladder", "length", "steps"


@dataclass(frozen=True)
class Trait:
    """What a number of a future is.

    kind  outcome, losses, ladder, length or steps
    name  id of the outcome, side or ladder; of steps the side that they favour
    unit  its unit
    """

    kind: str
    name: str
    unit: str


def outputs_of(scenario: Scenario) -> tuple[str, ...]:
    """Paths that the traits read beside the outcomes."""
    paths = ["world.ended", *(f"sides.{side}.cumulative_losses" for side in scenario.sides)]
    paths += [f"ladders.{name}.rungs.{key}.reached" for name, told in scenario.ladders.items() for key in told.rungs]
    paths += [f"instruments.{name}.level" for name in scenario.instruments]
    return tuple(paths)


def traits_of(ensemble: Ensemble) -> tuple[tuple[Trait, ...], Floats]:
    """The traits, and their values, shape (future, trait), of the futures whose paths were kept."""
    found = list(_traits(ensemble))
    return tuple(trait for trait, _ in found), np.stack([values for _, values in found], axis=1)


def _traits(ensemble: Ensemble) -> Iterator[tuple[Trait, Floats]]:
    scenario = ensemble.layout.scenario
    count = len(ensemble.everything)
    for name in scenario.headlines:
        yield Trait(LAND, name, scenario.outcomes[name].unit), ensemble.of(name)[:count, -1]
    lasted = (ensemble.path("world.ended")[:, 1:] == 0).sum(axis=1).astype(np.float64)
    for side in scenario.sides:
        total = ensemble.path(f"sides.{side}.cumulative_losses").astype(np.float64)
        yield Trait(LOSSES, side, "persons/week"), (total[:, -1] - total[:, 0]) / np.maximum(lasted, 1.0)
    for name, told in scenario.ladders.items():
        heights = [
            rung.height * (ensemble.path(f"ladders.{name}.rungs.{key}.reached") > 0).any(axis=1)
            for key, rung in told.rungs.items()
        ]
        yield Trait(LADDER, name, "rung"), np.max(heights, axis=0).astype(np.float64)
    yield Trait(LENGTH, "", "weeks"), lasted
    yield from _steps(ensemble)


def _steps(ensemble: Ensemble) -> Iterator[tuple[Trait, Floats]]:
    scenario = ensemble.layout.scenario
    signs, own = favours(scenario), leads(ensemble)
    for side, sign in (("A", 1), ("B", -1)):
        third = [name for name, told in scenario.instruments.items() if told.actor not in own and signs[name] == sign]
        if third:
            levels = np.stack([ensemble.path(f"instruments.{name}.level") for name in third], axis=2)
            yield Trait(STEPS, side, "steps"), (levels[:, -1] - levels[:, 0]).sum(axis=1).astype(np.float64)


@dataclass(frozen=True)
class Scale:
    """What makes points of values: centre, spread and weight of each trait, shape (trait,)."""

    centre: Floats
    spread: Floats
    weight: Floats

    @classmethod
    def of(cls, traits: Sequence[Trait], values: Floats) -> Scale:
        """The scale of these futures; a trait that does not vary weighs nothing."""
        spread = values.std(axis=0)
        varies = spread > 0
        kinds = [trait.kind for trait, there in zip(traits, varies, strict=True) if there]
        weight = np.array([1 / np.sqrt(max(1, kinds.count(trait.kind))) for trait in traits]) * varies
        return cls(values.mean(axis=0), np.where(varies, spread, 1.0), weight)

    def standard(self, values: Floats) -> Floats:
        """Values in standard deviations from the mean, shape (future, trait)."""
        return np.asarray((values - self.centre) / self.spread)

    def points(self, values: Floats) -> Floats:
        """Values as points whose distances are taken, shape (future, trait)."""
        return np.asarray(np.clip(self.standard(values), -CLIP, CLIP) * self.weight)
