"""Layout: names to slots, quantities to columns, with every check that needs the laws.

Slots are ordered by the records' stable keys, so that the order of a file does not matter, and quantities are found
by the name of a field. What is wrong with a scenario in view of the laws (an unknown quantity, a wrong unit, a value
out of range, a missing quantity) is reported with its place in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

import tertius.mechanisms  # noqa: F401  (registers the laws and their fields)
from tertius.calendar import week_index
from tertius.engine.checking import Checker
from tertius.engine.entries import Entries, entries_of, root_of, settable
from tertius.engine.known import Known, drawn_as
from tertius.engine.links import links_of
from tertius.engine.posterior import FitMismatch, Posterior, read_posterior
from tertius.errors import LayoutError, Problem, UnknownName
from tertius.kernel import Field, name_key
from tertius.kernel.fields import ENTITIES, TABLE, fields, outputs, quantities
from tertius.kernel.state import Integers, Words
from tertius.reference import generic_prior
from tertius.world import Prior, Quantity, Scenario, favours

Setting: TypeAlias = Quantity | Prior | float
Overrides: TypeAlias = Mapping[str, Setting]
NEUTRAL = "default: the law's neutral value"
MOOT = "moves nothing: each fights under its own command"
NO_FRONT = "moves nothing: there is no front"


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
        plain = _plain(scenario, len(TABLE))
        replaced = _resolve_overrides(plain, overrides or {}, scenario.sources)
        check = Checker(scenario, plain.entries, replaced)
        touched = {path.rpartition(".")[0] for path in replaced}
        records = [one.laid(check, replaced) if one.path in touched else one for one in plain.records]
        problems = [problem for one in records for problem in one.problems]
        problems += _of_whole(check) if plain.problems else ()
        if problems:
            raise LayoutError(problems)
        columns = [column for one in records for column in one.columns]
        posterior = _posterior(scenario, columns, replaced)
        return cls(scenario, plain.slots, tuple(columns), plain.names, plain.links, replaced, posterior)

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
        return list(self.recorded)

    @cached_property
    def recorded(self) -> tuple[tuple[str, Field], ...]:
        """The same, made once."""
        return tuple(
            (f"{path}.{known.name}", known)
            for entity in ENTITIES
            for path in self.slots[entity]
            for known in outputs(entity)
        )

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Path of every state variable -> its place among them."""
        return {path: place for place, (path, _) in enumerate(self.recorded)}


@dataclass(frozen=True)
class _Record:
    """A record laid out: its quantities by name, their places, and what is wrong with them."""

    entity: str
    slot: int
    path: str
    name: str
    held: Any
    given: Mapping[str, Quantity]
    columns: tuple[Column, ...] = ()
    problems: tuple[Problem, ...] = ()

    def laid(self, check: Checker, replaced: Mapping[str, Quantity]) -> _Record:
        """The same with what is set by hand, checked."""
        given = dict(self.given)
        for known, known_field in quantities(self.entity).items():
            if f"{self.path}.{known}" in replaced:
                given[known] = replaced[f"{self.path}.{known}"]
            elif known in getattr(self.held, "moot", ()):
                given[known] = _moot(self.entity, known_field)
            elif (self.entity, known) in check.frontless and known not in given:
                given[known] = Quantity(value=0.0, unit=known_field.unit, source=("choice",), note=NO_FRONT)
            elif known not in given and (usual := _usual(self.entity, known_field)) is not None:
                given[known] = usual
        kind = getattr(self.held, "kind", "")
        set_here = [name for name in quantities(self.entity) if f"{self.path}.{name}" in replaced]
        columns = tuple(
            Column(
                f"{self.path}.{known}",
                drawn_as(self.entity, kind, known, self.name),
                given[known],
                known_field,
                self.slot,
            )
            for known, known_field in quantities(self.entity).items()
            if known in given
        )
        found = (*check.record(self.entity, self.path, self.held, given), *check.moot(self.path, self.held, set_here))
        return replace(self, columns=columns, problems=found)


@dataclass(frozen=True)
class _Plain:
    """What all layouts of a scenario share: its records as the file has them. problems: of the scenario as a whole."""

    scenario: Scenario
    entries: Entries
    slots: Mapping[str, tuple[str, ...]]
    names: Mapping[str, Words]
    settable: Mapping[str, Field]
    records: tuple[_Record, ...]
    problems: tuple[Problem, ...]

    @cached_property
    def links(self) -> Mapping[str, Integers]:
        """Links between records; asked for once nothing is wrong with these."""
        return links_of(self.entries, self.slots, favours(self.scenario))


@lru_cache(maxsize=4)
def _plain(scenario: Scenario, known_fields: int) -> _Plain:
    """The scenario laid out with nothing set by hand; known_fields: how many fields the laws have, as they are now."""
    entries = entries_of(scenario)
    slots = {entity: tuple(path for path, _, _ in rows) for entity, rows in entries.items()}
    check, on_record = Checker(scenario, entries), Known.of(scenario)
    records = tuple(
        _Record(entity, slot, path, name, held, {**on_record(entity, path), **_given(scenario, entity, held)}).laid(
            check, {}
        )
        for entity, rows in entries.items()
        for slot, (path, name, held) in enumerate(rows)
        if held is not None or entity != "interest"  # no interest: its weight stays 0
    )
    names = {
        entity: np.array([name_key(name) for _, name, _ in rows], dtype=np.uint64) for entity, rows in entries.items()
    }
    # Parts of an entry share its draw: they can only come when it does.
    roots = [f"event:{root_of(scenario, record)}" for _, _, record in entries["event"]]
    names["event"] = np.array([name_key(name) for name in roots], dtype=np.uint64)
    allowed = {path: known for path, (_, _, known) in settable(entries).items()}
    return _Plain(scenario, entries, slots, names, allowed, records, tuple(_of_whole(check)))


def _of_whole(check: Checker) -> list[Problem]:
    """What is wrong beyond single records."""
    return [*check.calendar(), *check.outcomes(), *check.outputs(), *check.variants()]


def _posterior(scenario: Scenario, columns: list[Column], replaced: Mapping[str, Quantity]) -> Posterior | None:
    """The fit that the scenario names, checked against the quantities of the file (not those of an override)."""
    if scenario.fit is None:
        return None
    given = {column.path: column.quantity for column in columns}
    written = scenario.quantities()
    by_path = {column.path: column.field for column in columns}
    for path in replaced:
        usual = _usual(by_path[path].entity, by_path[path])
        if path in written:
            given[path] = written[path]
        elif usual is not None:
            given[path] = usual
    try:
        return read_posterior(scenario, {column.path: column.field for column in columns}, given)
    except FitMismatch as mismatch:
        raise LayoutError(mismatch.problems) from None


def _given(scenario: Scenario, entity: str, record: Any) -> dict[str, Quantity]:
    given = dict(record.quantities) if record is not None else {}
    if entity in ("event", "occasion") and record.date is not None:
        week = week_index(scenario.as_of, record.date)
        given["week"] = Quantity(value=float(week), unit="week", source=("choice",), note=f"date {record.date}")
    return given


def _usual(entity: str, known: Field) -> Quantity | None:
    """What stands in for a quantity that a scenario leaves out: the law's neutral value, or else a reference prior."""
    if known.default is None:
        return generic_prior(entity, known.name)
    return Quantity(value=known.default, unit=known.unit, source=("choice",), note=NEUTRAL)


def _moot(entity: str, known: Field) -> Quantity:
    """What stands for a quantity that moves nothing, as its record says."""
    usual = _usual(entity, known)
    assert usual is not None  # a test holds that each has a reference prior or a neutral value
    return Quantity(value=usual.central, unit=known.unit, source=("choice",), note=MOOT)


def _resolve_overrides(plain: _Plain, overrides: Overrides, sources: Mapping[str, Any]) -> dict[str, Quantity]:
    if not overrides:
        return {}
    allowed, entries = plain.settable, plain.entries
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
            for name in value.source_ids:
                if name not in sources:
                    raise UnknownName("source", name, sources)
            resolved[path] = value
        elif isinstance(value, Prior):
            resolved[path] = Quantity(prior=value, unit=unit, source=("judgement",))
        else:
            resolved[path] = Quantity(value=float(value), unit=unit, source=("choice",))
    return resolved
