"""Who shares in an effect: channels of mechanisms, and actors that decide, each with what switches it off.

A channel is a group of laws that a reader would name as one cause. The laws' own off values switch it off, or those of
the quantities named in `by`, where the others' would undo the entry itself or what is measured. BACKGROUND holds the
laws whose switch-off leaves nothing to compare. A law belongs to one channel or to the background; one that is in
neither stays on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tertius.engine import Layout, laws


@dataclass(frozen=True)
class Channel:
    """Laws that carry an effect together.

    by: the quantities, as entity.name, that switch it off; all that the laws have off values for where none is named.
    """

    name: str
    title: str
    laws: tuple[str, ...]
    by: tuple[str, ...] = ()


CHANNELS: Final = (
    Channel("friction", "language, lent officers and discord", ("coalition_integration",)),
    Channel("waves", "further waves, losses made up, rotation", ("further_waves",)),
    Channel("movement", "soldiers that change theatre", ("deployment", "reserves")),
    Channel(
        "fire",
        "fire and vehicles per soldier",
        ("combat_power", "supply"),
        ("world.fire_exponent", "world.equipment_exponent"),
    ),
    Channel("losses", "losses and recruits", ("losses", "replacement"), ("side.loss_level", "side.recruitment")),
    Channel("endurance", "what a side can still bear", ("endurance",)),
    Channel("bargain", "the partners' bargain ends", ("exchange", "homecoming")),
    Channel(
        "decisions",
        "states' decisions",
        ("carrying_out", "decisions", "deliberation", "perceived_threat", "realignment", "red_lines", "stakes"),
        ("actor.act_rate",),
    ),
    Channel("escalation", "rungs of escalation, here and elsewhere", ("escalation", "spill_over")),
    Channel("ending", "the war ends", ("termination",)),
)
BACKGROUND: Final[Mapping[str, str]] = {
    "activity": "chance at the front, the same in both worlds",
    "event_calendar": "the entry itself",
    "ground": "turns power into land; without it no land differs",
}


@dataclass(frozen=True)
class Player:
    """One who shares in an effect. off: the quantities that take it out, path -> value."""

    name: str
    title: str
    off: Mapping[str, float] = field(repr=False)


def mechanisms(layout: Layout) -> tuple[Player, ...]:
    """The channels that do something in a scenario, in the table's order."""
    by_name = {law.name: law for law in laws()}
    found = []
    for channel in CHANNELS:
        values = {
            f"{known.entity}.{known.name}": value
            for name in channel.laws
            if name in by_name
            for known, value in by_name[name].off
        }
        by = channel.by or tuple(values)
        off = {
            column.path: values[kind]
            for column in layout.columns
            for kind in (f"{column.field.entity}.{column.field.name}",)
            if kind in by
        }
        if _on(layout, off):
            found.append(Player(channel.name, channel.title, off))
    return tuple(found)


def actors(layout: Layout) -> tuple[Player, ...]:
    """The actors that decide, in the order of the file; one is taken out as its instruments are held."""
    scenario = layout.scenario
    given = {column.path: column for column in layout.columns}
    found = []
    for name, actor in scenario.actors.items():
        mine = [instrument for instrument, told in scenario.instruments.items() if told.actor == name]
        held = {f"instruments.{instrument}.held": 1.0 for instrument in mine}
        rate = given.get(f"actors.{name}.act_rate")
        acts = rate is not None and (rate.quantity.prior is not None or rate.quantity.central > 0)
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
