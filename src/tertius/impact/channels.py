"""Who shares in an effect: channels of mechanisms, and actors that decide, each with what switches it off.

A channel is a group of laws that a reader would name as one cause; each law says its own and what switches it off. Laws
of the background stay on: switched off they would leave nothing to compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tertius.engine import CHANNELS, Layout, laws

BACKGROUND = frozenset(law.name for law in laws() if law.background)


@dataclass(frozen=True)
class Player:
    """One who shares in an effect. off: the quantities that take it out, path -> value."""

    name: str
    title: str
    off: Mapping[str, float] = field(repr=False)


def mechanisms(layout: Layout) -> tuple[Player, ...]:
    """The channels that do something in a scenario, in the kernel's order."""
    found = []
    for name, title in CHANNELS.items():
        values = {
            known.path: value
            for law in laws()
            if law.channel == name
            for known, value in law.off
            if known.path in {switch.path for switch in law.by}
        }
        off = {column.path: values[path] for column in layout.columns if (path := column.field.path) in values}
        if _on(layout, off):
            found.append(Player(name, title, off))
    return tuple(found)


def actors(layout: Layout) -> tuple[Player, ...]:
    """The actors that decide, in the order of the file; one is taken out as its instruments are held."""
    scenario = layout.scenario
    given = {column.path: column for column in layout.columns}
    found = []
    for name, actor in scenario.actors.items():
        mine = [instrument for instrument, told in scenario.instruments.items() if told.actor == name]
        held = {f"instruments.{instrument}.held": 1.0 for instrument in mine}
        pace = given.get(f"actors.{name}.pace")
        acts = pace is not None and (pace.quantity.prior is not None or pace.quantity.central > 0)
        if acts and _on(layout, held):
            found.append(Player(name, actor.name, held))
    return tuple(found)


def _on(layout: Layout, off: Mapping[str, float]) -> bool:
    """Whether any of the quantities is uncertain or stands at another value than its off value."""
    return any(
        column.quantity.prior is not None or layout.fitted(column.path) or column.quantity.central != off[column.path]
        for column in layout.columns
        if column.path in off
    )
