"""What is wrong with a scenario in view of the laws: each fault with its place in the file.

A quantity that no law reads, one that is lacking, another unit, a value out of range or of a size that no war has, an
output that is not there. What a variant sets is checked as the scenario's own quantities are.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tertius.engine.entries import DRIVING, Entries, settable
from tertius.errors import Problem, listed, nearest
from tertius.kernel import Field
from tertius.kernel.fields import ENTITIES, UNIT_OF_OUTPUT, largest, outputs, quantities
from tertius.mechanisms.occasions import MOST_ACTORS
from tertius.world import Contingent, Quantity, Scenario
from tertius.world.measured import POINTS

LEVER_ONLY = {
    "log_factor": ("supply_line",),
    "soldiers": ("contingent",),
    "opens": ("contingent",),
    "recruits": ("side",),
    "strain": ("side",),
    "evaded": ("side",),
    "settlement": ("side",),
    "posture": ("weapon", "defence"),
    "edge": ("weapon", "defence"),
}  # what a lever does by the kind of its target
OF_FRONT = (
    *(("world", name) for name in ("fire_exponent", "equipment_exponent")),
    *(("side", name) for name in ("shells", "equipment", "fire_demand", "vehicles_per_loss", "recruitment")),
    *(("side", name) for name in ("officer_pool", "officers_lendable", "leadership_cost", "reserve_cap", "fungible")),
    *(("side", name) for name in ("loss_level", "loss_persistence", "loss_shock", "loss_mass", "permanent_share")),
)  # entity and name of what is demanded where there is a front, and moves nothing where there is none
TAILS = (0.001, 0.999)  # levels of a prior that the largest size is held to
BY_HAND = "set by hand (--assume, --set or a script)"
SMALLEST_SCALE = 1e-9  # what an output is divided by may not be nearer to 0


@dataclass(frozen=True)
class Checker:
    """Looks over a scenario laid out as `entries`: entity -> (path, stable name, record or None) in slot order.

    by_hand: paths of quantities that an option, a script or a variant sets in place of the file.
    """

    scenario: Scenario
    entries: Entries
    by_hand: Collection[str] = ()

    @cached_property
    def frontless(self) -> tuple[tuple[str, str], ...]:
        """Entity and name of quantities that move nothing in this scenario, and so need not be given."""
        return () if self.scenario.theatres else OF_FRONT

    def record(self, entity: str, path: str, record: Any, given: Mapping[str, Quantity]) -> list[Problem]:
        """What is wrong with a record's quantities, what it lacks included."""
        known = quantities(entity)
        problems = []
        for name, quantity in given.items():
            place = f"{path}.{name}"
            if (entity, name) in self.frontless and f"{path}.{name}" in self._written:
                allowed = "nothing of a front, as there are no theatres"
                problems.append(self.problem(place, name, allowed, "remove it, or add theatres"))
            elif name in known:
                problems += self.quantity(place, entity, record, known[name], quantity)
            else:
                close = nearest(name, known)
                fix = f"write {close}, or remove it" if close else "remove it"
                allowed = f"quantities of a {entity}: {', '.join(known)}"
                problems.append(self.problem(place, name, allowed, fix, close))
        if entity == "lever":
            problems += self._idle(path, record.kind, given)
        for name, wanted in known.items():
            if name not in given:
                allowed = f"{wanted.meaning}, {in_unit(f'{_bound(wanted.low)} to {_bound(wanted.high)}', wanted.unit)}"
                fix = f"add {name}: {{value or prior, unit: {_written(wanted.unit)}, source}}"
                problems.append(self.problem(f"{path}.{name}", "nothing", allowed, fix))
        return problems

    def moot(self, path: str, record: Any, names: Iterable[str]) -> list[Problem]:
        """Quantities set by hand that move nothing, as their record says; in a file they are refused as it is read."""
        if not isinstance(record, Contingent):
            return []
        told = {name: record.instead_of(name) for name in names}
        fix = "leave it out, or correct command in the file"
        return [self.problem(f"{path}.{name}", name, allowed, fix) for name, allowed in told.items() if allowed]

    def quantity(self, place: str, entity: str, record: Any, wanted: Field, quantity: Quantity) -> list[Problem]:
        """A unit that is not the field's, values out of its range, of no sensible size, or that mean nothing."""
        problems = []
        unit = self._unit(record, wanted)
        if unit is not None and quantity.unit != unit:
            fix = f"convert the number and write unit: {_written(unit)}"
            allowed = f"{_written(unit)} ({wanted.meaning})"
            problems.append(self.problem(place, f"unit {_written(quantity.unit)}", allowed, fix, _written(unit)))
        low, high = quantity.prior.support if quantity.prior else (quantity.central, quantity.central)
        if low < wanted.low or high > wanted.high:
            allowed = in_unit(f"{_bound(wanted.low)} to {_bound(wanted.high)}", unit or wanted.unit)
            fix = "truncate the prior with low and high, or choose another family" if quantity.prior else "correct it"
            given = quantity.describe() if quantity.prior is None else f"{low:g} to {high:g}"
            problems.append(self.problem(place, given, allowed, fix))
            return problems
        most = largest(unit or quantity.unit) if wanted.unit == UNIT_OF_OUTPUT else wanted.most
        problems += self.size(place, quantity, most, wanted.default)
        if entity == "instrument" and wanted.name == "level":
            problems += self._level(place, record, quantity)
        elif wanted.whole and (quantity.prior is not None or not quantity.central.is_integer()):
            allowed = f"a whole number from {_bound(wanted.low)} to {_bound(wanted.high)}: {wanted.meaning}"
            problems.append(self.problem(place, quantity.describe(), allowed, "write one of them as a value"))
        if entity == "event" and wanted.name == "week" and record.status != "happened" and low < 0:
            fix = "truncate the prior with low: 0" if quantity.prior else "correct it, or say happened with a date"
            problems.append(self.problem(place, quantity.describe(), f"0 or later: it is {record.status}", fix))
        if entity == "driver" and wanted.name == "scale":
            problems += self._scale(place, quantity)
        if entity in ("rung", "red_line") and wanted.name == "threshold" and record is not None and record.output:
            problems += self._threshold(place, entity, record.output, quantity)
        return problems

    def size(self, place: str, quantity: Quantity, most: float, default: float | None = None) -> list[Problem]:
        """A size beyond `most` in either direction; a default that means 'never' or 'without bound' may pass it."""
        if quantity.prior is None and quantity.central == default:
            return []
        if quantity.prior is not None and max(-quantity.prior.support[0], quantity.prior.support[1]) <= most:
            return []
        low, high = (float(value) for value in quantity.quantile(np.array(TAILS)))
        if -most <= low and high <= most:
            return []
        one = in_unit(f"{low:g}", quantity.unit)
        given = one if quantity.prior is None else f"{low:g} to {high:g} in 99.8% of draws"
        allowed = f"at most {in_unit(f'{most:g}', quantity.unit)} in size"
        fix = "correct the number, or its unit" if quantity.prior is None else "narrow the prior, or correct its unit"
        return [self.problem(place, given, allowed, fix)]

    def outputs(self) -> list[Problem]:
        """Outputs named that are not there, and ties of those who decide nothing."""
        found = [
            self._driving(path, record.output)
            for rows in self.entries.values()
            for path, _, record in rows
            if getattr(record, "output", None) is not None
        ]
        deciding = {path.rpartition(".")[2] for path, _, _ in self.entries["actor"]}
        for key, tie in self.scenario.ties.items():
            for row, name in enumerate(tie.between):
                if name not in deciding:
                    allowed = f"an actor with an instrument: {listed(sorted(deciding))}"
                    fix = f"give {name} an instrument, or remove the tie"
                    found.append(self.problem(f"ties.{key}.between.{row}", name, allowed, fix))
        return [problem for problem in found if problem is not None]

    def calendar(self) -> list[Problem]:
        """More deciding actors than the law of occasions can tell apart."""
        count = len(self.entries["actor"])
        if not self.scenario.calendar or count <= MOST_ACTORS:
            return []
        allowed = f"at most {MOST_ACTORS} actors with instruments beside a calendar"
        return [self.problem("calendar", f"{count} such actors", allowed, "remove instruments, or the calendar")]

    def outcomes(self) -> list[Problem]:
        """Outcomes of what nothing moves, in another unit, or with a band that cannot be one."""
        problems: list[Problem] = []
        for key, outcome in self.scenario.outcomes.items():
            place = f"outcomes.{key}"
            record, _, name = outcome.output.rpartition(".")
            known = self._outputs_of(record)
            if name not in known:
                close = nearest(outcome.output, self._every(ENTITIES))
                allowed = ", ".join(f"{record}.{n}" for n in known) or "a record's path and a state variable"
                fix = f"write {close}" if close else "name a state variable"
                problems.append(self.problem(f"{place}.output", outcome.output, allowed, fix, close))
            elif outcome.unit not in _units(known[name]):
                allowed = " or ".join(map(_written, _units(known[name])))
                unit = _written(known[name].unit)
                problems.append(self.problem(f"{place}.unit", outcome.unit, allowed, f"write unit: {unit}", unit))
            elif outcome.measure == "total" and known[name].unit.endswith("/week"):
                close = nearest(f"{record}.cumulative_{name}", self._every(ENTITIES))
                allowed = "an output that adds up, without a week in its unit"
                fix = f"write {close}" if close else "ask for its level"
                problems.append(self.problem(f"{place}.measure", f"total of {outcome.output}", allowed, fix, close))
            if outcome.material.unit != outcome.unit and name in known and outcome.unit in _units(known[name]):
                given, unit = outcome.material.unit, outcome.unit
                problems.append(self.problem(f"{place}.material.unit", given, unit, f"write unit: {unit}", unit))
            problems += self._band(f"{place}.material", outcome.material)
            for extra in outcome.quantities:
                if extra != "material":
                    problems.append(self.problem(f"{place}.{extra}", extra, "material", "remove it", "material"))
        return problems

    def variants(self) -> list[Problem]:
        """What a variant or the comparison sets that nobody has, or that does not fit; weights of no sensible size."""
        own = self.scenario.comparison
        problems = self._set("comparison.assume", own.assume if own is not None else {})
        for key, variant in self.scenario.variants.items():
            problems += self._set(f"variants.{key}.set", variant.set)
            problems += self.size(f"variants.{key}.weight", variant.weight, largest("1"))
            for extra in variant.quantities:
                if extra != "weight":
                    fix = "remove it, or move it below set with its whole path"
                    problems.append(self.problem(f"variants.{key}.{extra}", extra, "weight and set", fix))
        return problems

    def _set(self, place: str, settings: Mapping[str, Quantity]) -> list[Problem]:
        """Quantities of other records that are set by path."""
        known = settable(self.entries)
        problems = []
        for path, quantity in settings.items():
            if path in known:
                problems += self.quantity(f"{place}.{path}", *known[path], quantity)
            else:
                close = nearest(path, sorted(known))
                fix = f"write {close}" if close else "name a quantity by its path"
                allowed = "the path of a quantity that a law reads"
                problems.append(self.problem(f"{place}.{path}", path, allowed, fix, close))
        return problems

    def problem(self, path: str, given: str, allowed: str, fix: str, close: str | None = None) -> Problem:
        """A problem at the nearest place of the file that wrote `path`, or a part of it from the left."""
        file, line = self.scenario.nearest_place(path)
        if path in self.by_hand:
            file, line = BY_HAND, None
        return Problem(file, line, path, given, allowed, close, fix)

    def _idle(self, path: str, kind: str, given: Mapping[str, Quantity]) -> list[Problem]:
        """What a lever cannot do to a target of its kind."""
        does = ", ".join(name for name, kinds in LEVER_ONLY.items() if kind in kinds)
        allowed = f"what a lever on a {kind} does: {does}".replace("supply_line", "supply line")
        return [
            self.problem(f"{path}.{name}", name, allowed, "remove it, or name another target")
            for name, quantity in given.items()
            if kind not in LEVER_ONLY.get(name, (kind,)) and quantity.central != quantities("lever")[name].default
        ]

    @cached_property
    def _written(self) -> Mapping[str, Quantity]:
        """Quantities that the file gives, by path."""
        return self.scenario.quantities()

    @cached_property
    def _entity_of(self) -> Mapping[str, str]:
        """Entity of every record by its path."""
        return {path: entity for entity, rows in self.entries.items() for path, _, _ in rows}

    def _unit(self, record: Any, wanted: Field) -> str | None:
        """The unit due; None where it is that of an output which is not there."""
        if wanted.unit != UNIT_OF_OUTPUT:
            return wanted.unit
        output = getattr(record, "output", None)
        known = self._output(output) if output else None
        return None if known is None else known.unit

    def _outputs_of(self, path: str) -> dict[str, Field]:
        """State variables that a run records of the record at a path, by name; none where there is no such record."""
        entity = self._entity_of.get(path)
        return {} if entity is None else {field.name: field for field in outputs(entity)}

    def _output(self, output: str) -> Field | None:
        record, _, name = output.rpartition(".")
        return self._outputs_of(record).get(name)

    def _every(self, entities: Iterable[str]) -> list[str]:
        return [f"{path}.{f.name}" for e in entities for path, _, _ in self.entries[e] for f in outputs(e)]

    def _driving(self, place: str, output: str) -> Problem | None:
        """What is wrong with an output that a record at `place` names; None where it is there."""
        record = output.rpartition(".")[0]
        if self._entity_of.get(record) in DRIVING and self._output(output) is not None:
            return None
        close = nearest(output, self._every(DRIVING))
        fix = f"write {close}" if close else "name a state variable"
        allowed = f"a state variable of a {', '.join(DRIVING)}".replace("_", " ")
        if self._entity_of.get(record) in DRIVING:
            allowed = f"a state variable of {record}: {listed(self._outputs_of(record))}"
        return self.problem(f"{place}.output", output, allowed, fix, close)

    def _level(self, place: str, instrument: Any, level: Quantity) -> list[Problem]:
        highest = len(instrument.levels) - 1
        if level.prior is None and level.central in range(highest + 1):
            return []
        return [self.problem(place, level.describe(), f"a whole number from 0 to {highest}", "set one of its levels")]

    def _scale(self, place: str, scale: Quantity) -> list[Problem]:
        if scale.prior is None and abs(scale.central) >= SMALLEST_SCALE:
            return []
        fix = "give the change that counts as one as a value; what is uncertain of it goes into effect"
        return [self.problem(place, scale.describe(), "a fixed value other than 0", fix)]

    def _at_start(self, output: str, known: Field) -> float:
        """An output's value at the as-of date where the scenario gives it; below all where it does not."""
        path, _, name = output.rpartition(".")
        entity = self._entity_of[path]
        record = next(held for held_at, _, held in self.entries[entity] if held_at == path)
        given = record.quantities.get(name) if record is not None and known.given else None
        return -math.inf if given is None else float(given.central)

    def _threshold(self, place: str, entity: str, output: str, threshold: Quantity) -> list[Problem]:
        """A threshold at which the output always stands, that it never reaches, or that a line has crossed already."""
        known = self._output(output)
        if known is None:
            return []
        low, high = (float(value) for value in threshold.quantile(np.array(TAILS)))
        top = known.high
        if output.startswith("instruments.") and known.name == "level":
            top = len(self.scenario.instruments[output.split(".")[1]].levels) - 1
        start = self._at_start(output, known) if entity == "red_line" else -math.inf
        if known.low < low and high <= top and start < high:
            return []
        given = threshold.describe()
        if known.low < low and high <= top:
            allowed = f"above {output} of the as-of date, {start:g}: it is crossed already"
            return [self.problem(place, given, allowed, "give a value that is not reached yet")]
        allowed = f"above {_bound(known.low)}, up to {_bound(top)}: {output} always or never stands there otherwise"
        return [self.problem(place, given, allowed, "give a value that it reaches at some time, and not always")]

    def _band(self, place: str, material: Quantity) -> list[Problem]:
        if material.central <= 0 or (material.prior is not None and material.prior.support[0] < 0):
            fix = "give the difference from which on it matters"
            return [self.problem(place, material.describe(), f"above {in_unit('0', material.unit)}", fix)]
        return self.size(place, material, largest(material.unit))


def _units(field: Field) -> tuple[str, ...]:
    """Units in which an outcome may tell an output: its own, and of a share points of a hundred."""
    is_share = (field.unit, field.low, field.high) == ("1", 0, 1)
    return (field.unit, POINTS) if is_share else (field.unit,)


def in_unit(number: str, unit: str) -> str:
    """A number with its unit; a pure number (unit 1) has none."""
    return number if unit == "1" else f"{number} {unit}"


def _written(unit: str) -> str:
    """A unit as a scenario file has it."""
    return '"1"' if unit == "1" else unit


def _bound(value: float) -> str:
    return "any" if math.isinf(value) else f"{value:g}"
