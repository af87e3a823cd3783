"""A name of a scenario in words: everything that is known of it, row by row."""

from __future__ import annotations

from collections.abc import Iterator

from tertius.engine.explanation import Explanation
from tertius.report.words import number, with_unit
from tertius.units import unit_name

SHOWN = 40


def explained(found: Explanation) -> Iterator[tuple[str, str]]:
    """What is known of it, and in words."""
    if found.unit is not None:
        unit = found.unit
        yield "unit", "none: a pure number" if unit == "1" else unit_name(unit)
        low, high = ("no bound" if edge is None else f"{edge:,g}" for edge in (found.low, found.high))
        yield "range", with_unit(f"{low} to {high}", unit)
        if found.default is not None:
            yield "default", with_unit(f"{found.default:,g}", unit)
        if found.set_to is not None and found.basis != "default":
            yield "here", with_unit(found.set_to.removesuffix(f" {unit}"), unit)
        if found.quantiles is not None and found.value is None:
            low, middle, high = (number(value, 3) for value in found.quantiles)
            yield "drawn", with_unit(f"{middle}, 80% of draws {low} to {high}", unit)
    if found.basis is not None:
        yield "basis", found.basis
    titles = dict(found.titles)
    named = [f"{name}: {titles[name]}" if name in titles else name for name in found.source if name != found.basis]
    for name, text in (
        ("source", "; ".join(named)),
        ("note", found.note or ""),
        ("if wrong", found.if_wrong or ""),
        ("set in", f"{found.file}, line {found.line}" if found.file else ""),
        ("read by", ", ".join(found.read_by)),
        ("changed by", ", ".join(found.written_by)),
        ("outcomes", ", ".join(found.outcomes)),
    ):
        if text:
            yield name, text
    if found.holds:
        more = len(found.holds) - SHOWN
        yield "holds", ", ".join(found.holds[:SHOWN]) + (f" and {more} more (--json lists all)" if more > 0 else "")
