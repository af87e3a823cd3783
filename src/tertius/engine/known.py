"""Quantities that the scenario leaves to its record: rates of steps, answers to steps, what had lately been done.

A value that the file gives stands. Else, for an instrument, its rates are those of its class with its own record
counted (`reference.decisions`); its answers those of its class, where the file lets steps answer to steps
(`world.excitation_weight`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np

from tertius.reference import TERMS, Decisions, Pool, decisions_known, within
from tertius.reference.decisions import GENERIC
from tertius.world import Gamma, Instrument, Normal, Quantity, Scenario, Track, tracks, weeks_before

RECORD: Final = "record"
MEMORY_WEEKS: Final = 8.0
"""E-folding time of what is remembered of a step when the record is read; `world.memory_weeks` holds from then on."""


@dataclass(frozen=True)
class Known:
    """What the record and the classes say of a scenario's instruments.

    Call it with an entity and the path of its record: the quantities by name.
    """

    scenario: Scenario
    held: Mapping[str, Track] = field(default_factory=dict)
    fit: Decisions | None = None

    @classmethod
    def of(cls, scenario: Scenario, until: date | None = None) -> Known:
        """That of a scenario as of its date; `until`: its own record up to a day, its classes' as of its date."""
        held = tracks(scenario.instruments, scenario.record, until or scenario.as_of)
        return cls(scenario, held, decisions_known(scenario.as_of))

    def __call__(self, entity: str, path: str) -> dict[str, Quantity]:
        """Quantities of a record that the file need not give."""
        name = path.split(".")[1] if "." in path else ""
        if entity == "option" and name in self.held:
            return {"rate": self.rate(name, path.rpartition(".")[2])}
        if entity == "instrument":
            return self._instrument(name, self.scenario.instruments[name])
        if entity == "occasion" and self._keeps_to_calendar:
            assert self.fit is not None  # what it means
            kind = self.scenario.calendar[name].kind
            mean, error = self.fit.occasions.of_kind(kind)
            note = f"Of its kind, {kind}, fitted to the record of steps up to {self.fit.until}."
            return {"pull": Quantity(prior=Normal(mean=mean, sd=error), unit="1", source=("judgement",), note=note)}
        return {}

    @property
    def _keeps_to_calendar(self) -> bool:
        return self.fit is not None and "calendar_weight" in self.scenario.world.quantities

    def chance_up(self, name: str, years: float) -> float | None:
        """Chance of a step up within a time, by that rate; None off the record and where the level leaves no room."""
        track = self.held.get(name)
        if track is None or track.levels[-1] == track.top:
            return None
        kind = self.scenario.instruments[name].kind
        return within(self._pool("up").gamma(kind, track.count("up"), track.years("up")), years)

    def _pool(self, direction: str) -> Pool:
        return (GENERIC if self.fit is None else self.fit.rates).pool(direction)

    def rate(self, name: str, direction: str) -> Quantity:
        """Steps a year of an instrument: its class's rate, with its own steps and time counted."""
        kind, track = self.scenario.instruments[name].kind, self.held[name]
        pool = self._pool(direction)
        steps, years = track.count(direction), track.years(direction)
        shape, rate = pool.gamma(kind, steps, years)
        told = f"{steps} step{'s' if steps != 1 else ''} {direction} in {years:.1f} years on record"
        if kind in pool.classes:
            told += f"; its class, {kind}, took {pool.steps[kind]:g} in {pool.years[kind]:.1f} instrument-years"
        prior = Gamma(shape=round(shape, 4), rate=round(rate, 4))
        return Quantity(prior=prior, unit="1/year", source=_sources(track), note=f"{told}.")

    def _instrument(self, name: str, told: Instrument) -> dict[str, Quantity]:
        found = {}
        if name in self.held:
            recent = round(lately(self.held[name], self.scenario.as_of), 4)
            found["recent"] = Quantity(value=recent, unit="1", source=("choice",), note="Its steps on record, fading.")
        if self.fit is not None and self._keeps_to_calendar:
            note = f"Mean over the record up to {self.fit.until}."
            value = round(self.fit.occasions.usual_of(name), 4)
            found["usual_occasions"] = Quantity(value=value, unit="1", source=("choice",), note=note)
        if self.fit is not None and "excitation_weight" in self.scenario.world.quantities:
            usual = self.fit.excitation.usual.get(name, (0.0,) * len(TERMS))
            for term, (mean, error), mean_before in zip(
                TERMS, self.fit.excitation.of_class(told.kind), usual, strict=True
            ):
                note = f"Of its class, {told.kind}, fitted to the record of steps up to {self.fit.until}."
                prior = Normal(mean=mean, sd=error)
                found[f"excited_{term}"] = Quantity(prior=prior, unit="1", source=("judgement",), note=note)
                found[f"usual_{term}"] = Quantity(value=mean_before, unit="1", source=("choice",), note=note)
        return found


def drawn_as(entity: str, kind: str, quantity: str, name: str) -> str:
    """The name under which a quantity of a record is drawn: those of a class share the draw of what its fit tells."""
    shared = entity == "instrument" and quantity in {f"excited_{term}" for term in TERMS}
    shared |= entity == "occasion" and quantity == "pull"
    return f"class:{kind}.{quantity}" if shared else f"{name}.{quantity}"


def _sources(track: Track) -> tuple[str, ...]:
    """What the steps of a track rest on; judgement, where there is none, of how often its class takes them."""
    cited = dict.fromkeys(name for step in track.steps for name in step.source if name not in ("judgement", "choice"))
    return tuple(cited) or ("judgement",)


def lately(track: Track, day: date) -> float:
    """Steps up less down on record, fading by the week up to a day."""
    return float(
        sum(
            (1.0 if step.step == "up" else -1.0) * np.exp(-weeks_before(day, step.date) / MEMORY_WEEKS)
            for step in track.steps
        )
    )
