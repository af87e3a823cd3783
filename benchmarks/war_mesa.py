"""The war once more as agents of Mesa, simplified: the yardstick of what a modeller in Python would write.

Three kinds of agents (fronts, sides, contingents), and of the laws five: integration, combat power, ground, losses,
recruits. There are no supply lines, reserves, officers lent, calendar, spells of activity or moves between theatres;
each front's area and each side's losses are kept, by a data collector. So it does about a third of what the kernel does
in the same war, and its ratio flatters it. Random numbers are Mesa's own, so its futures are not the kernel's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tertius.engine import Layout
from tertius.engine.parameters import fill
from tertius.kernel.fields import fields

MOST_MOVED = 3.0  # log of how much more is lost where fronts move


class NoMesaError(Exception):
    """Mesa is not installed."""


def kept(layout: Layout, seed: int, row: int) -> dict[str, list[dict[str, float]]]:
    """One row's as-of state, parameters and links: entity -> for each record its numbers by name."""
    state, params = fill(layout, seed, np.array([row]))
    found: dict[str, list[dict[str, float]]] = {}
    for entity in ("world", "theatre", "side", "force", "contingent"):
        tables = [("parameter", getattr(params, entity)[0]), ("state", getattr(state, entity)[0])]
        links = getattr(params, f"{entity}_links", None)
        tables += [] if links is None else [("link", links)]
        found[entity] = [
            {field.name: float(table[slot, field]) for kind, table in tables for field in fields(kind, entity)}
            for slot in range(getattr(state, entity).shape[1])
        ]
    return found


def war_of_agents() -> Callable[[dict[str, list[dict[str, float]]], int, int], Any]:
    """A function of (numbers of a row, seed, weeks) that runs one future and returns its model. Raises NoMesaError."""
    try:
        from mesa import Agent, DataCollector, Model
    except ImportError:
        raise NoMesaError("Mesa is not installed, so there is no model of agents to compare the kernel with") from None

    class Record(Agent):  # type: ignore[misc]
        """An agent whose attributes are a record's numbers."""

        def __init__(self, model: Any, slot: int, numbers: dict[str, float]) -> None:
            super().__init__(model)
            self.slot = slot
            self.__dict__.update(numbers)

    class Contingent(Record):
        def integrate(self) -> None:
            groups = self.troops / self.soldiers_per_group
            needed = groups * self.interpreters_per_group
            fluency = min(1.0, self.interpreters / needed) if needed > 0.0 else 1.0
            alone = self.alone + (1.0 - self.alone) * fluency**self.fluency_exponent
            self.joint_weeks += 1.0
            self.integration = alone * (
                1.0 - self.discord * math.exp(-self.joint_weeks / max(self.learning_weeks, 1e-6))
            )

    class Side(Record):
        def gather(self) -> None:
            fronts, world = self.model.fronts, self.model.world
            self.own = [each for each in self.model.contingents if each.side == self.slot and each.location >= 0.0]
            for front in fronts:
                front.masses[self.slot] = front.troops[self.slot]
            for each in self.own:
                fronts[int(each.location)].masses[self.slot] += each.quality * each.troops * each.integration
            strength = sum(front.masses[self.slot] for front in fronts)
            fire, vehicles = max(self.fire_demand, 1e-3) / strength, max(self.equipment, 1.0) / strength
            self.per_soldier = fire ** world["fire_exponent"] * vehicles ** world["equipment_exponent"]

        def lose(self) -> None:
            fronts = self.model.fronts
            moved = self.loss_tempo * (sum(abs(front.gain) for front in fronts) - self.model.moved_before)
            self.loss_deviation *= self.loss_persistence
            self.loss_deviation += self.model.random.gauss(0.0, self.loss_shock)
            self.losses = self.loss_level * math.exp(self.loss_deviation + min(max(moved, -MOST_MOVED), MOST_MOVED))
            exposed = sum(front.intensity * front.troops[self.slot] for front in fronts)
            exposed += sum(each.exposure * each.troops for each in self.own)
            share = self.permanent_share * self.losses / exposed if exposed > 0.0 else 0.0
            for each in self.own:
                each.troops *= max(0.0, 1.0 - share * each.exposure)
            for front in fronts:
                front.troops[self.slot] *= max(0.0, 1.0 - share * front.intensity)
                front.troops[self.slot] += self.recruitment / len(fronts)

    class Front(Record):
        masses, troops = (0.0, 0.0), (0.0, 0.0)

        def fight(self) -> None:
            powers = [side.per_soldier * self.masses[side.slot] for side in self.model.sides]
            holder = int(self.holder)
            balance = math.log(max(powers[holder], 1e-12) / max(powers[1 - holder], 1e-12))
            if self.model.steps == 1:
                self.reference_balance = balance
            random = self.model.random
            self.level_deviation *= self.level_persistence
            self.level_deviation += random.gauss(0.0, self.level_shock)
            level = self.long_run_tempo + self.level_deviation
            self.tempo = level + self.persistence * (self.tempo - level) + random.gauss(0.0, self.tempo_shock)
            self.gain = self.tempo + self.power_response * (balance - self.reference_balance)
            self.area = min(max(self.area + self.gain + random.gauss(0.0, self.area_noise), 0.0), self.area_ceiling)

    class War(Model):  # type: ignore[misc]
        def __init__(self, numbers: dict[str, list[dict[str, float]]], seed: int) -> None:
            super().__init__(seed=seed)
            self.world = numbers["world"][0]
            self.fronts = [Front(self, slot, each) for slot, each in enumerate(numbers["theatre"])]
            self.sides = [Side(self, slot, each) for slot, each in enumerate(numbers["side"])]
            self.contingents = [Contingent(self, slot, each) for slot, each in enumerate(numbers["contingent"])]
            for front in self.fronts:
                front.troops = [numbers["force"][2 * front.slot + side]["troops"] for side in (0, 1)]
                front.masses = [0.0, 0.0]
            self.moved_before = sum(abs(front.tempo) for front in self.fronts)
            self.collector = DataCollector(agenttype_reporters={Front: {"area": "area"}, Side: {"losses": "losses"}})

        def step(self) -> None:
            self.agents_by_type[Contingent].do("integrate")
            self.agents_by_type[Side].do("gather")
            self.agents_by_type[Front].do("fight")
            self.agents_by_type[Side].do("lose")
            self.collector.collect(self)

    def one(numbers: dict[str, list[dict[str, float]]], seed: int, weeks: int) -> Any:
        model = War(numbers, seed)
        for _ in range(weeks):
            model.step()
        return model

    return one
