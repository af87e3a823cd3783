"""Interventions: an entry undone in one of three ways, said as values of quantities.

    never       the entry and all that is part of it do not happen; branches before its first effect
    withdraw    the contingent leaves at the as-of date, and nothing of the entry follows
    no-further  what has been announced as the entry itself stands; later parts, waves, replacements do not come

An instrument that sends the contingent's soldiers is held at none where there is no entry. Where no further ones come
it may not be moved up, but its actor stays as free to take soldiers home as in the other world. Where an entry is an
actor's decision and no event, its instrument is named instead, which `never` keeps from being moved up.

An intervention is nothing but a set of overridden quantities, so it can be combined with any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tertius.engine.layout import Layout
from tertius.errors import OptionError, UnknownName
from tertius.world import Scenario

MODES = ("never", "withdraw", "no-further")
_NEUTRAL = {
    "arrival": {"troops": 0.0, "interpreters": 0.0},
    "withdrawal": {"share": 0.0},
    "mobilisation": {"recruits": 0.0},
    "supply": {"factor": 1.0, "items": 0.0},
    "strikes": {"posture": 0.0, "edge": 0.0},
    "air-defence": {"posture": 0.0, "edge": 0.0},
}
_SENDER_OFF = {"wave_probability": 0.0, "loss_replacement": 0.0}


@dataclass(frozen=True)
class Intervention:
    """An event undone, or an instrument held still, and how.

    event  id of the event or instrument
    mode   never, withdraw or no-further
    """

    event: str
    mode: str = "never"

    def __str__(self) -> str:
        return f"{self.event} ({self.mode})"


def parse_intervention(text: str) -> Intervention:
    """Read 'EVENT' or 'EVENT:MODE'. Raises OptionError for an unknown mode."""
    event, _, mode = text.partition(":")
    mode = mode or "never"
    if mode not in MODES:
        raise OptionError("--without", text, f"EVENT or EVENT:MODE with MODE one of {', '.join(MODES)}", "name a mode")
    return Intervention(event, mode)


def overrides_of(layout: Layout, intervention: Intervention) -> dict[str, float]:
    """The quantities that the intervention sets, path -> value.

    Raises UnknownName for an event that does not exist; OptionError when `never` is asked of an entry whose troops
    are already there at the as-of date, or a mode does not fit the event's kind.
    """
    scenario = layout.scenario
    if intervention.event in scenario.instruments and intervention.event not in scenario.events:
        if intervention.mode != "never":
            given = f"{intervention.event}:{intervention.mode}"
            raise OptionError("--without", given, "never, as it is an instrument", "leave the mode out")
        return {f"instruments.{intervention.event}.capped": 1.0}
    if intervention.event not in scenario.events:
        raise UnknownName("event", intervention.event, [*scenario.events, *scenario.instruments])
    event = scenario.events[intervention.event]
    if intervention.mode != "never" and event.kind != "arrival":
        raise OptionError(
            "--without",
            f"{intervention.event}:{intervention.mode}",
            f"never, as {intervention.event} is of kind {event.kind}",
            "leave the mode out",
        )
    parts = [
        name
        for name in parts_of(scenario, intervention.event)
        if intervention.mode != "no-further" or name != intervention.event
    ]
    overrides: dict[str, float] = {}
    for name in parts:
        for quantity, value in _NEUTRAL[scenario.events[name].kind].items():
            overrides[f"events.{name}.{quantity}"] = value
    for kind, target in {(scenario.events[name].kind, scenario.events[name].target) for name in parts}:
        for instrument in movers_of(scenario, kind, target):
            overrides[f"instruments.{instrument}.capped"] = 1.0
    touched = {
        scenario.events[name].target for name in (intervention.event, *parts) if scenario.events[name].kind == "arrival"
    }
    for contingent in sorted(touched):
        for quantity, value in _SENDER_OFF.items():
            overrides[f"contingents.{contingent}.{quantity}"] = value
        for instrument in senders_of(scenario, contingent):
            if intervention.mode == "no-further":
                overrides[f"instruments.{instrument}.capped"] = 1.0
            else:
                overrides[f"instruments.{instrument}.held"] = 1.0
                overrides[f"instruments.{instrument}.level"] = 0.0
        present = next(c for c in layout.columns if c.path == f"contingents.{contingent}.troops").quantity
        if intervention.mode == "never" and (present.prior is not None or present.central > 0):
            raise OptionError(
                "--without",
                f"{intervention.event}:{intervention.mode}",
                "withdraw or no-further",
                f"soldiers of {contingent!r} are in the theatre at the as-of date, so 'never' has nowhere to branch: "
                f"write {intervention.event}:withdraw, or set the scenario's as_of before the entry",
            )
        if intervention.mode == "withdraw":
            overrides[f"contingents.{contingent}.withdrawn_from_week"] = 0.0
    return overrides


def senders_of(scenario: Scenario, contingent: str) -> Iterator[str]:
    """Instruments with a lever that sends or takes away a contingent's soldiers."""
    for name, instrument in scenario.instruments.items():
        if any(lever.contingent == contingent for lever in instrument.levers.values()):
            yield name


def movers_of(scenario: Scenario, kind: str, target: str) -> list[str]:
    """Instruments with a lever on the weapon or the defence that an event of some kind acts on, by id."""
    if kind not in ("strikes", "air-defence"):
        return []
    levers = {name: told.levers.values() for name, told in sorted(scenario.instruments.items())}
    return [name for name, held in levers.items() if any(target in (lever.weapon, lever.defence) for lever in held)]


def parts_of(scenario: Scenario, event: str) -> Iterator[str]:
    """The event and every event that is part of it, however deep."""
    yield event
    for name, other in scenario.events.items():
        if other.part_of == event:
            yield from parts_of(scenario, name)
