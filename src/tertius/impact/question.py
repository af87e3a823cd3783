"""What is asked: the scenario as it stands, beside the same without some events or with other settings.

A question is a record that can be saved, asked again and told in words; its words are derived from it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from tertius.engine import Intervention, Layout, overrides_of
from tertius.engine.layout import Overrides, Setting
from tertius.errors import OptionError
from tertius.world import Quantity, Scenario


@dataclass(frozen=True)
class Given:
    """A quantity set by hand: a value, or a prior.

    path      dotted path of the quantity
    told      what it is set to, in words with its unit
    unit      its unit
    value     the number; None for a prior
    prior     family -> its parameters; None for a number
    source    ids of sources, or judgement, or choice
    note      a note on it
    if_wrong  what would change if it were wrong
    """

    path: str
    told: str
    unit: str
    value: float | None
    prior: dict[str, dict[str, float]] | None
    source: tuple[str, ...]
    note: str | None = None
    if_wrong: str | None = None

    @classmethod
    def of(cls, path: str, quantity: Quantity) -> Given:
        """The record of a quantity."""
        prior = None if quantity.prior is None else {quantity.prior.family: quantity.prior.parameters()}
        told, held = quantity.describe(), (quantity.source, quantity.note, quantity.if_wrong)
        return cls(path, told, quantity.unit, quantity.value, prior, *held)

    @property
    def quantity(self) -> Quantity:
        """The quantity that it records."""
        return Quantity(
            value=self.value,
            prior=self.prior,  # type: ignore[arg-type]  # read as in a scenario's file
            unit=self.unit,
            source=self.source,
            note=self.note,
            if_wrong=self.if_wrong,
        )


@dataclass(frozen=True)
class Question:
    """Two worlds: the scenario as it stands, and another.

    without   events that the other world is without, or instruments that it holds still, and how
    settings  quantities set in the other world alone
    assume    quantities set in both worlds
    against   name of another scenario that the other world is; null where it is this one
    """

    without: tuple[Intervention, ...] = ()
    settings: tuple[Given, ...] = ()
    assume: tuple[Given, ...] = ()
    against: str | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """What the other world changes, in words."""
        if self.against is not None:
            return (f"scenario {self.against}",)
        undone = tuple(f"without {item}" for item in self.without)
        return undone + tuple(f"set {given.path} = {given.told}" for given in self.settings)

    @property
    def set_in_other(self) -> dict[str, Quantity]:
        """Quantities set in the other world alone: path -> quantity."""
        return {given.path: given.quantity for given in self.settings}

    def is_own(self, scenario: Scenario) -> bool:
        """Whether it is the comparison that the scenario itself asks for."""
        own = scenario.comparison
        if own is None or self.settings or self.against is not None:
            return False
        return self.without == (Intervention(own.without, own.mode),)


def question_of(layout: Layout, without: Sequence[Intervention] = (), settings: Overrides | None = None) -> Question:
    """The question of the interventions and settings; the scenario's own where neither is given.

    What is set in both worlds is the layout's. Raises OptionError where there is nothing to compare, UnknownName for
    unknown events or paths.
    """
    chosen = tuple(without)
    if not without and not settings:
        scenario = layout.scenario
        if scenario.comparison is None:
            raise OptionError(
                "--without",
                "nothing",
                f"an event ({', '.join(scenario.events) or 'the scenario has none'})",
                "name one, use --set, or give the scenario a comparison",
            )
        chosen = (Intervention(scenario.comparison.without, scenario.comparison.mode),)
    set_there = Layout.of(layout.scenario, {**layout.overrides, **settings}).overrides if settings else {}
    return Question(chosen, _given({path: set_there[path] for path in settings or {}}), _given(layout.overrides))


def assumed_in(scenario: Scenario, settings: Collection[str]) -> dict[str, Quantity]:
    """What a scenario's own comparison assumes in both worlds, but for what is set."""
    own = scenario.comparison
    return {} if own is None else {path: held for path, held in own.assume.items() if path not in settings}


def as_compared(layout: Layout) -> Layout:
    """The layout with what the scenario's own comparison assumes, unless it is set; the layout itself where nothing is.

    Its posterior stays: it may stand in memory alone.
    """
    held = assumed_in(layout.scenario, layout.overrides)
    if not held:
        return layout
    return replace(Layout.of(layout.scenario, {**held, **layout.overrides}), posterior=layout.posterior)


def question_against(layout: Layout, name: str) -> Question:
    """The question in which the other world is another scenario, by its name."""
    return Question(assume=_given(layout.overrides), against=name)


def _given(quantities: Mapping[str, Quantity]) -> tuple[Given, ...]:
    return tuple(Given.of(path, quantity) for path, quantity in quantities.items())


def other_of(layout: Layout, question: Question) -> Layout:
    """The layout of the other world. Raises OptionError, UnknownName."""
    changed = alternative(layout, question.without, question.set_in_other)
    return Layout.of(layout.scenario, {**layout.overrides, **changed})


def alternative(layout: Layout, without: Sequence[Intervention], settings: Overrides) -> dict[str, Setting]:
    """The quantities that the other world sets: the interventions' in order, then the settings."""
    overrides: dict[str, Setting] = {}
    for item in without:
        overrides.update(overrides_of(layout, item))
    overrides.update(settings)
    return overrides
