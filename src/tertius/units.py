"""How units are written for readers. In scenarios, data and the API they stay as they are typed: km2."""

from __future__ import annotations


def unit_name(unit: str) -> str:
    """How a unit is written for readers: 'km²' for km2; nothing for a pure number (unit 1)."""
    return "" if unit == "1" else unit.replace("km2", "km²")


def unit_after(unit: str) -> str:
    """A unit behind the name of what it measures: ', km²'; nothing for a pure number."""
    return f", {unit_name(unit)}" if unit_name(unit) else ""
