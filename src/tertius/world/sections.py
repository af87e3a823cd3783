"""The sections of a scenario file, declared once: an attribute here, with its record's class, is a section.

Everything else is derived: `SECTIONS`, which keys a file may have, what is loaded, and what lies inside the records.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from tertius.world.deciding import Actor, Instrument, Stake
from tertius.world.entry import Entry
from tertius.world.measured import Observation, Outcome
from tertius.world.occasions import Occasion
from tertius.world.quantity import Quantity, Strict, WithQuantities
from tertius.world.recorded import RecordedStep
from tertius.world.records import (
    Comparison,
    Contingent,
    Event,
    Fact,
    Header,
    Relation,
    Side,
    Source,
    SupplyLine,
    Theatre,
    World,
)
from tertius.world.striking import Defence, Target, Weapon
from tertius.world.system import Bargain, Ladder, RedLine, Tie, Variant


@dataclass(frozen=True, slots=True)
class Section:
    """What a top-level key of the file holds."""

    record: type[Entry] = Entry
    single: bool = False
    """One record instead of a mapping from id to record."""
    required: bool = False


@dataclass(frozen=True, eq=False)
class Sections:
    """The records of a file by section and id, in the order in which a brief tells of them."""

    sources: Mapping[str, Source]
    actors: Annotated[Mapping[str, Actor], Section(required=True)]
    sides: Annotated[Mapping[str, Side], Section(required=True)]
    world: World
    theatres: Mapping[str, Theatre]
    contingents: Mapping[str, Contingent]
    supply_lines: Mapping[str, SupplyLine]
    weapons: Mapping[str, Weapon]
    defences: Mapping[str, Defence]
    targets: Mapping[str, Target]
    stakes: Mapping[str, Stake]
    instruments: Mapping[str, Instrument]
    record: Mapping[str, RecordedStep]
    calendar: Mapping[str, Occasion]
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

    def records(self) -> Iterator[tuple[str, Entry]]:
        """Yield the dotted path and the record of every entry, such as ("actors.north", ...)."""
        for name, section in SECTIONS.items():
            held = getattr(self, name)
            if not section.single:
                yield from ((f"{name}.{key}", record) for key, record in held.items())
            elif held is not None:
                yield name, held

    def quantities(self) -> dict[str, Quantity]:
        """Return every quantity by dotted path, such as `theatres.front.forces.A.troops`."""
        return dict(quantities_of(self.records()))


def _section(annotation: Any) -> Section:
    mark = Section()
    if get_origin(annotation) is Annotated:
        annotation, mark = get_args(annotation)
    arguments = get_args(annotation)
    if get_origin(annotation) is Mapping:
        return replace(mark, record=arguments[1])
    return replace(mark, record=arguments[0] if arguments else annotation, single=True)


SECTIONS: Mapping[str, Section] = {
    name: _section(annotation) for name, annotation in get_type_hints(Sections, include_extras=True).items()
}
TOP_KEYS = (*Header.NAMES, *SECTIONS)


@cache
def within(record: type[Strict]) -> Mapping[str, type[WithQuantities]]:
    """Records inside records: the attributes that map an id to a record with quantities of its own, by name."""
    found = {}
    for name, field in record.model_fields.items():
        arguments = get_args(field.annotation)
        if get_origin(field.annotation) is Mapping and issubclass(arguments[1], WithQuantities):
            found[name] = arguments[1]
    return found


def quantities_of(records: Iterable[tuple[str, Entry]]) -> Iterator[tuple[str, Quantity]]:
    """Yield the dotted path and the quantity of every quantity in `records`."""
    for path, record in records:
        if isinstance(record, WithQuantities):
            yield from ((f"{path}.{name}", quantity) for name, quantity in record.quantities.items())
        for name in within(type(record)):
            for key, inner in getattr(record, name).items():
                for known, quantity in inner.quantities.items():
                    yield f"{path}.{name}.{key}.{known}", quantity
