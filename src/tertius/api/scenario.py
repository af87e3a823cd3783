"""Scenarios: load, check, and set quantities of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from tertius.api import asking, choosing, explaining, questions, sweeping
from tertius.api.calls import front
from tertius.api.keeping import save
from tertius.api.war import Named, Settings, War, opened
from tertius.engine import Layout
from tertius.engine.explanation import Explanation
from tertius.world import load_scenario


class Scenario(War):
    """A scenario ready to be asked. Every function of `tertius` that takes a scenario is a method of it too.

    `record` holds what the file says, `settings` what was set by hand since, `layout` how the kernel sees it.

        war = tertius.load("river-war")
        war.assume({"contingents.legion.interpreter_pool": 120}).compare(futures=400)
    """

    run = asking.run
    compare = asking.compare
    brief = asking.brief
    given = asking.given
    ask = questions.ask
    reactions = asking.reactions
    causes = asking.causes
    chronicle = asking.chronicle
    sweep = sweeping.sweep
    inverse = choosing.inverse
    options = choosing.options
    storylines = choosing.storylines

    @classmethod
    def load(cls, name_or_path: str | Path) -> Scenario:
        """Load a shipped scenario by name or a file by path. Raises ScenarioError."""
        return cls(load_scenario(name_or_path))

    def assume(self, settings: Settings) -> Scenario:
        """The same scenario with some quantities set; see `tertius.assume`."""
        return assume(self, settings)

    def explain(self, name: str) -> Explanation:
        """What a name means here; see `tertius.explain`."""
        return explaining.explain(name, self)

    def save(self, place: str | Path) -> Path:
        """Write it as one YAML file, with what is set; see `tertius.save`."""
        return save(self, place)

    def check(self) -> Checked:
        """Check it; see `tertius.check`."""
        return check(self)

    def __repr__(self) -> str:
        record = self.record
        parts = [f"as of {record.as_of}", f"{record.weeks} weeks", f"{len(record.outcomes)} outcomes"]
        parts += [f"{len(self.settings)} set"] if self.settings else []
        return f"Scenario({record.name!r}, {', '.join(parts)})"

    def _repr_html_(self) -> str:
        record = self.record
        rows = [("as of", str(record.as_of)), ("weeks", str(record.weeks))]
        rows += [(side, told.name) for side, told in record.sides.items()]
        rows += [("outcomes", ", ".join(told.name for told in record.outcomes.values()))]
        rows += [("set", ", ".join(self.settings))] if self.settings else []
        cells = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows)
        return f"<table><caption>{escape(record.title)}</caption>{cells}</table>"


@dataclass(frozen=True)
class Checked:
    """What `check` found in a scenario that can be used.

    name, as_of, weeks   of the scenario
    quantities           basis (fact, assumption, judgement, choice) -> how many quantities rest on it
    records              entity -> how many records of it
    outcomes             ids of the outcomes
    warnings             what deserves a second look but does not stop a run
    """

    name: str
    as_of: date
    weeks: int
    quantities: dict[str, int]
    records: dict[str, int]
    outcomes: tuple[str, ...]
    warnings: tuple[str, ...]


@front
def load(scenario: str | Path) -> Scenario:
    """Load a scenario.

    Args:
        scenario: a shipped name (see `scenarios`) or the path of a YAML file.

    Raises:
        ScenarioError: the file cannot be used; every problem is in it, with its line, what is allowed and the fix.

    Example:
        >>> tertius.load("river-war")
        Scenario('river-war', as of 2031-03-03, 26 weeks, 2 outcomes)
    """
    return Scenario.load(scenario)


@front
def assume(scenario: Named, settings: Settings) -> Scenario:
    """The same scenario with some quantities set, in every world that is run of it.

    Args:
        scenario: a shipped name, a file, or a loaded scenario; it is not changed.
        settings: path -> number (in the quantity's unit), prior or quantity. `explain` says what a path means.

    Raises:
        UnknownName: a path that the scenario does not have; the nearest one is named.
        LayoutError: a value that is out of range.

    Example:
        >>> tertius.assume("river-war", {"contingents.legion.interpreter_pool": 120})
        Scenario('river-war', as of 2031-03-03, 26 weeks, 2 outcomes, 1 set)
    """
    war = opened(scenario, settings)
    Layout.of(war.record, war.settings)  # a wrong path or value is told here, not at the first run
    return Scenario(war.record, war.settings)


@front
def check(scenario: Named) -> Checked:
    """Check a scenario as a whole, the laws' demands and its relations included.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.

    Raises:
        ScenarioError: it cannot be used; every problem that was found is in it.
        DataError: its relations need data that cannot be read.

    Example:
        >>> tertius.check("river-war").warnings
        ()
    """
    war = opened(scenario)
    record, layout = war.record, war.layout
    if record.relations:
        from tertius.history.relations import read_relations

        read_relations(record)
    return Checked(
        name=record.name,
        as_of=record.as_of,
        weeks=record.weeks,
        quantities=dict(sorted(Counter(quantity.basis for quantity in record.quantities().values()).items())),
        records={entity: len(paths) for entity, paths in layout.slots.items() if entity != "world"},
        outcomes=tuple(record.outcomes),
        warnings=tuple(str(warning) for warning in record.warnings),
    )
