"""The scenario: every record of a file and its parents, frozen."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from tertius.errors import Problem
from tertius.world.deciding import Actor, Instrument, Stake
from tertius.world.entry import Entry
from tertius.world.quantity import Quantity, WithQuantities
from tertius.world.records import (
    SECTIONS,
    Comparison,
    Contingent,
    Event,
    Fact,
    Observation,
    Outcome,
    Relation,
    Side,
    Source,
    SupplyLine,
    Theatre,
    World,
)
from tertius.world.system import Bargain, Ladder, RedLine, Tie, Variant
from tertius.world.yaml_source import Node, write_yaml

WITHIN: Mapping[type[Entry], tuple[str, ...]] = {
    Theatre: ("forces",),
    Actor: ("interests",),
    Stake: ("drivers",),
    Instrument: ("steps", "effects", "levers"),
    Ladder: ("rungs",),
}
"""Records inside records: the attributes that map an id to a record with quantities of its own."""


@dataclass(frozen=True, eq=False)
class Scenario:
    """A loaded scenario, from `load_scenario`. Its mappings are read-only, in the order of the file."""

    name: str
    title: str
    description: str
    as_of: date
    weeks: int
    sources: Mapping[str, Source]
    actors: Mapping[str, Actor]
    sides: Mapping[str, Side]
    world: World
    theatres: Mapping[str, Theatre]
    contingents: Mapping[str, Contingent]
    supply_lines: Mapping[str, SupplyLine]
    stakes: Mapping[str, Stake]
    instruments: Mapping[str, Instrument]
    ladders: Mapping[str, Ladder]
    red_lines: Mapping[str, RedLine]
    bargains: Mapping[str, Bargain]
    ties: Mapping[str, Tie]
    variants: Mapping[str, Variant]
    facts: Mapping[str, Fact]
    events: Mapping[str, Event]
    outcomes: Mapping[str, Outcome]
    observations: Mapping[str, Observation]
    comparison: Comparison | None
    relations: Mapping[str, Relation]
    warnings: tuple[Problem, ...]
    """What deserves a second look but does not stop a run."""
    fit: Path | None
    """File with the posterior sample of a fit, where the scenario names one."""
    tree: Node = field(repr=False)
    """The merged file; `where`, `digest` and `to_yaml` read it."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as the tree, since read-only mappings cannot be pickled."""
        from tertius.world.loader import build  # loader imports this module

        return build, (self.tree, self.name)

    def records(self) -> Iterator[tuple[str, Entry]]:
        """Yield the dotted path and the record of every entry, such as ("actors.north", ...)."""
        for name, section in SECTIONS.items():
            held = getattr(self, name)
            if section.single:
                if held is not None:
                    yield name, held
            else:
                for key, record in held.items():
                    yield f"{name}.{key}", record

    def quantities(self) -> dict[str, Quantity]:
        """Return every quantity by dotted path, such as `theatres.front.forces.A.troops`."""
        return dict(quantities_of(self.records()))

    def where(self, path: str) -> tuple[str, int] | None:
        """Return the file and the line (from 1) that set a dotted path; None where nothing did."""
        keys = tuple(path.split("."))
        node, used = self.tree.deepest(keys)
        return (node.file, node.line) if used == len(keys) else None

    def nearest_place(self, path: str) -> tuple[str, int | None]:
        """Return the file and the line that set a dotted path, or the part of it from the left that is written."""
        keys = tuple(path.split("."))
        node, used = self.tree.deepest(keys)
        return (node.file, node.line) if used else (self.name, None)

    def without_fit(self) -> "Scenario":
        """Return the scenario with its priors in place of the fit that it names."""
        kept = {key: child for key, child in self.tree.children().items() if key != "fit"}
        return replace(self, fit=None, tree=Node(kept, self.tree.file, self.tree.line))

    @property
    def headlines(self) -> tuple[str, ...]:
        """Ids of the headline outcomes; all outcomes where none is marked."""
        return tuple(name for name, told in self.outcomes.items() if told.headline) or tuple(self.outcomes)

    @property
    def digest(self) -> str:
        """Sha256 of the content, notes included, after `extends`; the order of keys does not count."""
        text = json.dumps(canonical(self.tree.plain()), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    def to_yaml(self) -> str:
        """Return the scenario as one file without parents; loading it gives the same digest."""
        return write_yaml(self.tree.plain())


def quantities_of(records: Iterator[tuple[str, Entry]]) -> Iterator[tuple[str, Quantity]]:
    """Yield the dotted path and the quantity of every quantity in `records`."""
    for path, record in records:
        if isinstance(record, WithQuantities):
            for name, quantity in record.quantities.items():
                yield f"{path}.{name}", quantity
        for name in WITHIN.get(type(record), ()):
            for key, inner in getattr(record, name).items():
                for known, quantity in inner.quantities.items():
                    yield f"{path}.{name}.{key}.{known}", quantity


def canonical(value: Any) -> Any:
    """Return `value` so that equal content gives equal text: 30 and 30.0 are one number."""
    if isinstance(value, dict):
        return {key: canonical(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [canonical(item) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) + 0.0  # -0.0 becomes 0.0
    return value
