"""A scenario as the functions of the front take it, and the two worlds that they ask it about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self, TypeAlias

from tertius.engine import Intervention, Layout, Options, parse_intervention
from tertius.engine.interventions import MODES
from tertius.engine.layout import Setting
from tertius.errors import OptionError
from tertius.impact.question import alternative
from tertius.world import Scenario as Record
from tertius.world import load_scenario

Settings: TypeAlias = Mapping[str, Setting]
"""Quantities set by hand: path -> number, prior or quantity."""
Names: TypeAlias = str | Sequence[str]
"""One name, or several."""


@dataclass(frozen=True, repr=False)
class War:
    """A scenario with the quantities that are set by hand in all its worlds.

    record    what the file says
    settings  path -> number, prior or quantity
    """

    record: Record
    settings: Settings = field(default_factory=dict)

    @cached_property
    def layout(self) -> Layout:
        """How the kernel sees it, laid out once. Raises LayoutError, UnknownName."""
        return Layout.of(self.record, self.settings)

    def with_assumed(self, settings: Settings | None) -> Self:
        """The same with more quantities set, or the same itself where there are none."""
        return type(self)(self.record, {**self.settings, **settings}) if settings else self


Named: TypeAlias = str | Path | War
"""A scenario: a shipped name, a file, or one that is loaded."""


def opened(scenario: Named, assume: Settings | None = None) -> War:
    """The scenario that is meant, with what is assumed. Raises ScenarioError."""
    war = scenario if isinstance(scenario, War) else War(load_scenario(scenario))
    return war.with_assumed(assume)


def compared(scenario: Named, assume: Settings | None = None) -> War:
    """The scenario as a comparison takes it: with what its own comparison assumes, unless it is set. ScenarioError."""
    from tertius.impact.question import assumed_in

    war = opened(scenario)
    return war.with_assumed({**assumed_in(war.record, war.settings), **(assume or {})})


def options_of(war: War, futures: int, weeks: int | None, seed: int, threads: int, replicates: int = 4) -> Options:
    """The engine's options; as many weeks as the scenario says where none are given. Raises OptionError."""
    return Options(futures, war.record.weeks if weeks is None else weeks, seed, threads, replicates=replicates)


def chosen_of(war: War, without: Names, mode: str, settings: Settings | None) -> list[Intervention]:
    """Events undone in the other world. The mode is that of every event named without one.

    A mode alone is that of the scenario's own comparison. Raises OptionError.
    """
    named = [without] if isinstance(without, str) else list(without)
    own = war.record.comparison
    if mode and not named and not settings and own is not None:
        named = [own.without]
    if mode and mode not in MODES:
        raise OptionError("--mode", mode, ", ".join(MODES), "choose one of them")
    if mode and not named:
        raise OptionError("--mode", mode, "a mode of an event undone", "name the event with --without")
    return [parse_intervention(name if ":" in name or not mode else f"{name}:{mode}") for name in named]


def other_world(war: War, without: Names, mode: str, settings: Settings | None) -> War:
    """The other world as a scenario of its own; the scenario itself where nothing is undone or set."""
    chosen = chosen_of(war, without, mode, settings)
    return war.with_assumed(alternative(war.layout, chosen, settings or {}))
