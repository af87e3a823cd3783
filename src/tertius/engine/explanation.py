"""What a path, a law or a section of a scenario means: everything that is known of it, in one record."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from tertius.engine.entries import entries_of, settable
from tertius.engine.layout import NEUTRAL, Layout
from tertius.errors import UnknownName
from tertius.kernel import Field, laws
from tertius.kernel.fields import UNIT_OF_OUTPUT, outputs, quantities
from tertius.reference import generic_prior
from tertius.world import SECTIONS, Quantity

LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Explanation:
    """What a name means in a scenario; what does not apply is None or empty.

    name       the path or name asked for
    kind       quantity, output, quantity and output, record, section or law
    meaning    in words
    unit       its unit; '1' for a pure number
    low, high  the least and the most that it may be; None for no bound
    default    taken where a scenario leaves it out
    set_to     what the scenario sets it to, in words with the unit
    value      that, where it is a number; None for a prior
    quantiles  10%, 50% and 90% of what a run draws for it, in its unit
    basis      what it rests on: fact, assumption, judgement, choice, fitted, reference prior or default
    source     ids of its sources, or judgement, or choice
    titles     id -> title of each of those sources
    note       a note on it
    if_wrong   what would change if it were wrong
    file, line where it is set
    read_by    laws that read it
    written_by laws that change it week by week
    outcomes   outcomes of the scenario that measure it
    holds      names below it: of a record its quantities and outputs, of a section its records, of a law its fields
    """

    name: str
    kind: str
    meaning: str
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    default: float | None = None
    set_to: str | None = None
    value: float | None = None
    quantiles: tuple[float, ...] | None = None
    basis: str | None = None
    source: tuple[str, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()
    note: str | None = None
    if_wrong: str | None = None
    file: str | None = None
    line: int | None = None
    read_by: tuple[str, ...] = ()
    written_by: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()


def explain(layout: Layout, name: str) -> Explanation:
    """Explain a path (a quantity or an output), a record, a section or a law. Raises UnknownName with the nearest."""
    known = _fields(layout)
    if name in known:
        return _quantity_or_output(layout, name, known[name])
    for law in laws():
        if law.name == name:
            text = (sys.modules[law.module].__doc__ or "").strip()
            held = tuple(dict.fromkeys(field.path for field in (*law.reads, *law.writes)))
            return Explanation(name, "law", text, holds=held)
    if name in SECTIONS and not SECTIONS[name].single:
        held = tuple(f"{name}.{key}" for key in getattr(layout.scenario, name))
        return Explanation(name, "section", _meaning_of(SECTIONS[name].record), holds=held)
    records = dict(layout.scenario.records())
    slots = {path: entity for entity, paths in layout.slots.items() for path in paths}
    if name in records or name in slots:
        return _record(layout, name, records.get(name), tuple(path for path in known if path.startswith(f"{name}.")))
    called = {path: str(words) for path, record in records.items() if (words := getattr(record, "name", None))}
    raise UnknownName("quantity, output, record, section or law", name, names(layout), called=called)


def names(layout: Layout) -> list[str]:
    """Everything that can be explained."""
    records = [path for path, _ in layout.scenario.records()]
    slots = [path for paths in layout.slots.values() for path in paths]
    own = [name for name, section in SECTIONS.items() if not section.single]
    return list(dict.fromkeys([*_fields(layout), *records, *slots, *own, *(law.name for law in laws())]))


def settable_paths(layout: Layout) -> list[str]:
    """Every quantity that can be set, by path."""
    return list(settable(entries_of(layout.scenario)))


def _fields(layout: Layout) -> dict[str, tuple[str, Field]]:
    """Every quantity and output by path, with its entity."""
    found = {path: (entity, known) for path, (entity, _, known) in settable(entries_of(layout.scenario)).items()}
    for entity, paths in layout.slots.items():
        found.update({f"{path}.{known.name}": (entity, known) for path in paths for known in outputs(entity)})
    return found


def _quantity_or_output(layout: Layout, name: str, told: tuple[str, Field]) -> Explanation:
    entity, known = told
    scenario = layout.scenario
    is_quantity = known.name in quantities(entity)
    is_output = known in outputs(entity)
    kinds = [word for word, is_so in (("quantity", is_quantity), ("output", is_output)) if is_so]
    column = layout.by_path.get(name) if is_quantity else None
    quantity = column.quantity if column is not None else None
    place = scenario.where(name) if name not in layout.overrides else None
    basis = None
    if column is not None:
        basis = "default" if column.quantity.note == NEUTRAL else layout.basis(column)
        if place is None and column.quantity == generic_prior(entity, known.name):
            basis = "reference prior"
    return Explanation(
        name=name,
        kind=" and ".join(kinds),
        meaning=known.meaning,
        unit=quantity.unit if quantity is not None and known.unit == UNIT_OF_OUTPUT else known.unit,
        low=_bound(known.low),
        high=_bound(known.high),
        default=_bound(known.default) if is_quantity and known.default is not None else None,
        set_to=quantity.describe() if quantity is not None else None,
        value=quantity.value if quantity is not None else None,
        quantiles=tuple(layout.quantile(column, np.array(LEVELS)).tolist()) if column is not None else None,
        basis=basis,
        **_grounds(layout, quantity if basis != "default" else None),
        file=place[0] if place else None,
        line=place[1] if place else None,
        read_by=tuple(law.name for law in laws() if known.path in {field.path for field in law.reads}),
        written_by=tuple(law.name for law in laws() if known.path in {field.path for field in law.writes}),
        outcomes=tuple(key for key, outcome in scenario.outcomes.items() if outcome.output == name),
    )


def _grounds(layout: Layout, quantity: Quantity | None) -> dict[str, Any]:
    if quantity is None:
        return {}
    sources = layout.scenario.sources
    titles = tuple((name, sources[name].title) for name in quantity.source_ids if name in sources)
    return {"source": quantity.source, "titles": titles, "note": quantity.note, "if_wrong": quantity.if_wrong}


def _record(layout: Layout, name: str, record: object, holds: tuple[str, ...]) -> Explanation:
    title = next((getattr(record, key) for key in ("name", "title", "text", "label") if getattr(record, key, None)), "")
    lead = _meaning_of(type(record)) if record is not None else "a part of a record, with quantities of its own"
    place = layout.scenario.where(name)
    told = f"{title}: {lead}" if title else lead
    return Explanation(
        name,
        "record",
        told,
        note=getattr(record, "note", None),
        file=place[0] if place else None,
        line=place[1] if place else None,
        holds=holds,
    )


def _meaning_of(kind: type) -> str:
    """The first sentence of what a kind of record is."""
    return " ".join((kind.__doc__ or kind.__name__).strip().split("\n\n")[0].split())


def _bound(value: float) -> float | None:
    return value if np.isfinite(value) else None
