"""Layout: names to slots, quantities to columns, with every check that needs the laws.

Slots are ordered by the records' stable keys, so that the order of a file does not matter, and quantities are found
by the name of a field. What is wrong with a scenario in view of the laws (an unknown quantity, a wrong unit, a value
out of range, a missing quantity) is reported with its place in the file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

import tertius.mechanisms  # noqa: F401  (registers the laws and their fields)
from tertius.calendar import week_index
from tertius.engine.entries import DRIVING, entries_of, links_of, root_of
from tertius.engine.posterior import FitMismatch, Posterior, read_posterior
from tertius.errors import LayoutError, Problem, UnknownName, listed, nearest
from tertius.kernel import Field, name_key
from tertius.kernel.fields import ENTITIES, UNIT_OF_OUTPUT, fields, outputs, quantities
from tertius.kernel.state import Integers, Words
from tertius.world import Prior, Quantity, Scenario

Setting: TypeAlias = Quantity | Prior | float
Overrides: TypeAlias = Mapping[str, Setting]
MEASURING = ("driver", "rung", "red_line")
_OTHER_QUANTITIES = {"outcomes": ("material",)}


@dataclass(frozen=True)
class Column:
    """A quantity of the scenario and where it goes: kind ('state' or 'parameter'), entity, slot, field."""

    path: str
    draw_name: str
    quantity: Quantity
    field: Field
    slot: int


@dataclass(frozen=True)
class Layout:
    """A scenario as the kernel sees it.

    slots      entity -> paths of its records in slot order ('theatres.front'; forces 'theatres.front.forces.A')
    columns    every quantity with its place, including defaults
    names      entity -> hashes of the records' stable names, shape (entity,)
    links      entity -> integer links, shape (entity, link field)
    overrides  path -> quantity set by an intervention in place of the scenario's
    posterior  the fit that the scenario names; it stands in for the priors of what it learnt, overrides excepted
    """

    scenario: Scenario
    slots: Mapping[str, tuple[str, ...]]
    columns: tuple[Column, ...]
    names: Mapping[str, Words]
    links: Mapping[str, Integers]
    overrides: Mapping[str, Quantity] = field(default_factory=dict)
    posterior: Posterior | None = None

    @classmethod
    def of(cls, scenario: Scenario, overrides: Overrides | None = None) -> Layout:
        """Lay out a scenario, with quantities overridden by path.

        Raises LayoutError for quantities the laws do not know, lack, or that are out of range or in another unit;
        UnknownName for an override of a path that does not exist.
        """
        entries = entries_of(scenario)
        slots = {entity: tuple(path for path, _, _ in rows) for entity, rows in entries.items()}
        replaced = _resolve_overrides(entries, overrides or {})
        problems: list[Problem] = []
        columns: list[Column] = []
        for entity, rows in entries.items():
            for slot, (path, name, record) in enumerate(rows):
                if record is None and entity == "interest":
                    continue  # no interest: its weight stays 0
                given = {**_given(scenario, entity, record)}
                for known, known_field in quantities(entity).items():
                    if f"{path}.{known}" in replaced:
                        given[known] = replaced[f"{path}.{known}"]
                    elif known not in given and known_field.default is not None:
                        given[known] = _fixed(known_field, known_field.default)
                output = record.output if entity in MEASURING else None
                measured = _unit_of(slots, output) if output else None
                problems += _problems(scenario, entity, path, given, measured)
                columns += [
                    Column(f"{path}.{known}", f"{name}.{known}", given[known], known_field, slot)
                    for known, known_field in quantities(entity).items()
                    if known in given
                ]
        problems += _outcome_problems(scenario, slots) + _driver_problems(scenario, slots)
        problems += _level_problems(scenario, replaced) + _variant_problems(scenario, entries)
        if problems:
            raise LayoutError(problems)
        names = {
            entity: np.array([name_key(name) for _, name, _ in rows], dtype=np.uint64)
            for entity, rows in entries.items()
        }
        # Parts of an entry share its draw: they can only come when it does.
        roots = [f"event:{root_of(scenario, record)}" for _, _, record in entries["event"]]
        names["event"] = np.array([name_key(name) for name in roots], dtype=np.uint64)
        posterior = _posterior(scenario, columns, replaced)
        return cls(scenario, slots, tuple(columns), names, links_of(entries, slots), replaced, posterior)

    @cached_property
    def by_path(self) -> Mapping[str, Column]:
        """Every quantity by its path."""
        return {column.path: column for column in self.columns}

    @cached_property
    def central(self) -> Mapping[tuple[str, str], NDArray[np.float64]]:
        """Central values of all quantities: kind and entity -> shape (entity, field of that kind), 0 where none is."""
        held = {
            (kind, entity): np.zeros((len(paths), len(fields(kind, entity))))
            for entity, paths in self.slots.items()
            for kind in ("state", "parameter")
        }
        for column in self.columns:
            held[column.field.kind, column.field.entity][column.slot, column.field] = column.quantity.central
        return held

    def fitted(self, path: str) -> bool:
        """Whether a quantity is drawn from the fit: it was learnt there, and no override has taken its place."""
        return self.posterior is not None and path not in self.overrides and self.posterior.block_of(path) is not None

    def basis(self, column: Column) -> str:
        """What a quantity rests on: 'fitted', else the basis that the scenario gives."""
        return "fitted" if self.fitted(column.path) else column.quantity.basis

    def quantile(self, column: Column, levels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Quantiles of what an ensemble draws for a quantity, shape of `levels`, in its unit."""
        if self.posterior is not None and self.fitted(column.path):
            block = self.posterior.block_of(column.path)
            assert block is not None  # what `fitted` means
            return block.quantile(column.path, levels, column.quantity)
        return column.quantity.quantile(levels)

    def slot(self, path: str) -> tuple[str, int]:
        """Entity and slot of a record's path such as 'theatres.front'. Raises UnknownName."""
        for entity, paths in self.slots.items():
            if path in paths:
                return entity, paths.index(path)
        raise UnknownName("record", path, [p for paths in self.slots.values() for p in paths])

    def output(self, path: str) -> tuple[str, int, Field]:
        """Entity, slot and state field of an output path such as 'theatres.front.area'. Raises UnknownName."""
        record, _, name = path.rpartition(".")
        entity, slot = self.slot(record)
        for known in outputs(entity):
            if known.name == name:
                return entity, slot, known
        raise UnknownName("output", path, [f"{record}.{known.name}" for known in outputs(entity)])

    def outputs(self) -> list[tuple[str, Field]]:
        """Every state variable as (path, field), in the order in which the kernel records them."""
        return [
            (f"{path}.{known.name}", known)
            for entity in ENTITIES
            for path in self.slots[entity]
            for known in outputs(entity)
        ]


def _posterior(scenario: Scenario, columns: list[Column], replaced: Mapping[str, Quantity]) -> Posterior | None:
    """The fit that the scenario names, checked against the quantities of the file (not those of an override)."""
    if scenario.fit is None:
        return None
    given = {column.path: column.quantity for column in columns}
    written = scenario.quantities()
    by_path = {column.path: column.field for column in columns}
    for path in replaced:
        default = by_path[path].default
        if path in written:
            given[path] = written[path]
        elif default is not None:
            given[path] = _fixed(by_path[path], default)
    try:
        return read_posterior(scenario, {column.path: column.field for column in columns}, given)
    except FitMismatch as mismatch:
        raise LayoutError(mismatch.problems) from None


def _given(scenario: Scenario, entity: str, record: Any) -> dict[str, Quantity]:
    given = dict(record.quantities) if record is not None else {}
    if entity == "event" and record.date is not None:
        week = week_index(scenario.as_of, record.date)
        given["week"] = Quantity(value=float(week), unit="week", source=("choice",), note=f"date {record.date}")
    return given


def _fixed(known: Field, value: float) -> Quantity:
    return Quantity(value=value, unit=known.unit, source=("choice",), note="default: the law's neutral value")


def _variant_problems(scenario: Scenario, entries: Mapping[str, list[tuple[str, str, Any]]]) -> list[Problem]:
    """What a variant sets that nobody has, or that does not fit."""
    allowed = {
        f"{path}.{name}": known
        for entity, rows in entries.items()
        for path, _, _ in rows
        for name, known in quantities(entity).items()
    }
    problems = []
    for key, variant in scenario.variants.items():
        for path, quantity in variant.set.items():
            if path in allowed:
                problems += _misfits(scenario, f"variants.{key}.set.{path}", allowed[path], quantity)
            else:
                close = nearest(path, sorted(allowed))
                fix = f"write {close}" if close else "name a quantity by its path"
                place = f"variants.{key}.set"
                problems.append(_problem(scenario, place, path, "the path of a quantity that a law reads", close, fix))
    return problems


def _resolve_overrides(entries: Mapping[str, list[tuple[str, str, Any]]], overrides: Overrides) -> dict[str, Quantity]:
    allowed = {
        f"{path}.{known.name}": known
        for entity, rows in entries.items()
        for path, _, _ in rows
        for known in quantities(entity).values()
    }
    scales = {f"{path}.scale": record.scale.unit for path, _, record in entries["driver"]}
    for path, _, record in (*entries["red_line"], *entries["rung"]):
        if "threshold" in record.quantities:
            scales[f"{path}.threshold"] = record.quantities["threshold"].unit
    resolved: dict[str, Quantity] = {}
    for path, value in overrides.items():
        if path not in allowed:
            raise UnknownName("quantity", path, allowed)
        unit = scales.get(path, allowed[path].unit)
        if isinstance(value, Quantity):
            resolved[path] = value
        elif isinstance(value, Prior):
            resolved[path] = Quantity(prior=value, unit=unit, source=("judgement",))
        else:
            resolved[path] = Quantity(value=float(value), unit=unit, source=("choice",))
    return resolved


def _problems(
    scenario: Scenario, entity: str, path: str, given: Mapping[str, Quantity], measured: str | None
) -> list[Problem]:
    """What is wrong with a record's quantities; measured: unit of the output that it names, where it does."""
    known = quantities(entity)
    problems = []
    for name, quantity in given.items():
        place = f"{path}.{name}"
        if name not in known:
            close = nearest(name, known)
            fix = f"write {close}, or remove it" if close else "remove it"
            problems.append(
                _problem(scenario, place, name, f"quantities of a {entity}: {', '.join(known)}", close, fix)
            )
            continue
        wanted = known[name]
        problems += _misfits(scenario, place, wanted, quantity, measured)
    for name, wanted in known.items():
        if name not in given:
            allowed = f"{wanted.meaning}, {wanted.unit}, {_bound(wanted.low)} to {_bound(wanted.high)}"
            fix = f"add {name}: {{value or prior, unit: {wanted.unit}, source}}"
            problems.append(_problem(scenario, f"{path}.{name}", "nothing", allowed, None, fix))
    return problems


def _misfits(
    scenario: Scenario, place: str, wanted: Field, quantity: Quantity, measured: str | None = None
) -> list[Problem]:
    """A unit that is not the field's, and values out of its range."""
    problems = []
    unit = wanted.unit if wanted.unit != UNIT_OF_OUTPUT else (measured or quantity.unit)
    if quantity.unit != unit:
        allowed = f"{unit} ({wanted.meaning})"
        fix = f"convert the number and write unit: {unit}"
        problems.append(_problem(scenario, place, f"unit {quantity.unit}", allowed, unit, fix))
    low, high = quantity.prior.support if quantity.prior else (quantity.central, quantity.central)
    if low < wanted.low or high > wanted.high:
        allowed = f"{_bound(wanted.low)} to {_bound(wanted.high)} {wanted.unit}"
        fix = "truncate the prior with low and high, or choose another family" if quantity.prior else "correct it"
        problems.append(_problem(scenario, place, f"{low:g} to {high:g}", allowed, None, fix))
    return problems


def _unit_of(slots: Mapping[str, tuple[str, ...]], output: str) -> str | None:
    """Unit of an output by path; None where there is no such output."""
    record, _, name = output.rpartition(".")
    entity = next((e for e in ENTITIES if record in slots[e]), None)
    held = {} if entity is None else {f.name: f for f in outputs(entity)}
    return held[name].unit if name in held else None


def _driver_problems(scenario: Scenario, slots: Mapping[str, tuple[str, ...]]) -> list[Problem]:
    problems = [_no_output(scenario, slots, f"red_lines.{k}", line.output) for k, line in scenario.red_lines.items()]
    for ladder, held in scenario.ladders.items():
        for key, rung in held.rungs.items():
            if rung.output is not None:
                problems.append(_no_output(scenario, slots, f"ladders.{ladder}.rungs.{key}", rung.output))
    for stake, record in scenario.stakes.items():
        for key, driver in record.drivers.items():
            place = f"stakes.{stake}.drivers.{key}"
            problems.append(_no_output(scenario, slots, place, driver.output))
            if driver.scale.prior is not None or driver.scale.central == 0:
                fix = "give the change that counts as one as a value; what is uncertain of it goes into effect"
                given = driver.scale.describe()
                problems.append(_problem(scenario, f"{place}.scale", given, "a fixed value other than 0", None, fix))
    deciding = {path.rpartition(".")[2] for path in slots["actor"]}
    for key, tie in scenario.ties.items():
        for row, name in enumerate(tie.between):
            if name not in deciding:
                allowed = f"an actor with an instrument: {listed(sorted(deciding))}"
                fix = f"give {name} an instrument, or remove the tie"
                problems.append(_problem(scenario, f"ties.{key}.between.{row}", name, allowed, None, fix))
    return [problem for problem in problems if problem is not None]


def _no_output(scenario: Scenario, slots: Mapping[str, tuple[str, ...]], place: str, output: str) -> Problem | None:
    """What is wrong with an output that a record at `place` names; None where it is there."""
    if _unit_of(slots, output) is not None and any(output.rpartition(".")[0] in slots[e] for e in DRIVING):
        return None
    every = [f"{p}.{f.name}" for e in DRIVING for p in slots[e] for f in outputs(e)]
    close = nearest(output, every)
    fix = f"write {close}" if close else "name a state variable"
    allowed = f"a state variable of a {', '.join(DRIVING)}".replace("_", " ")
    return _problem(scenario, f"{place}.output", output, allowed, close, fix)


def _level_problems(scenario: Scenario, replaced: Mapping[str, Quantity]) -> list[Problem]:
    """Levels set by an intervention or by hand that an instrument does not have."""
    problems = []
    for name, instrument in scenario.instruments.items():
        place = f"instruments.{name}.level"
        level = replaced.get(place)
        highest = len(instrument.levels) - 1
        if level is not None and (level.prior is not None or level.central not in range(highest + 1)):
            allowed = f"a whole number from 0 to {highest}"
            problems.append(_problem(scenario, place, level.describe(), allowed, None, "set one of its levels"))
    return problems


def _outcome_problems(scenario: Scenario, slots: Mapping[str, tuple[str, ...]]) -> list[Problem]:
    problems = []
    for key, outcome in scenario.outcomes.items():
        place = f"outcomes.{key}"
        record, _, name = outcome.output.rpartition(".")
        entity = next((e for e, paths in slots.items() if record in paths), None)
        known = {} if entity is None else {f.name: f for f in outputs(entity)}
        if name not in known:
            every = [f"{p}.{f.name}" for e, paths in slots.items() for p in paths for f in outputs(e)]
            close = nearest(outcome.output, every)
            allowed = ", ".join(f"{record}.{n}" for n in known) or "a record's path and a state variable"
            fix = f"write {close}" if close else "name a state variable"
            problems.append(_problem(scenario, f"{place}.output", outcome.output, allowed, close, fix))
        elif outcome.unit != known[name].unit:
            fix = f"write unit: {known[name].unit}"
            problems.append(_problem(scenario, f"{place}.unit", outcome.unit, known[name].unit, known[name].unit, fix))
        if outcome.material.unit != outcome.unit:
            fix = f"write unit: {outcome.unit}"
            given = outcome.material.unit
            problems.append(_problem(scenario, f"{place}.material.unit", given, outcome.unit, outcome.unit, fix))
        for extra in outcome.quantities:
            if extra not in _OTHER_QUANTITIES["outcomes"]:
                problems.append(_problem(scenario, f"{place}.{extra}", extra, "material", "material", "remove it"))
    return problems


def _problem(scenario: Scenario, path: str, given: str, allowed: str, close: str | None, fix: str) -> Problem:
    parts = path.split(".")
    place = None
    while place is None and parts:
        place = scenario.where(".".join(parts))
        parts.pop()
    file, line = place if place else (scenario.name, None)
    return Problem(file, line, path, given, allowed, close, fix)


def _bound(value: float) -> str:
    return "any" if math.isinf(value) else f"{value:g}"
