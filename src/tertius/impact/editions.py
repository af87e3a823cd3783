"""Two editions of a run side by side: what they were given, what they answer, and how far the answers lie apart.

An answer is an outcome's mean after some weeks as the scenario stands (LEVEL) or, where both editions compare two
worlds, the mean difference between them (EFFECT). Editions with the same seed and futures are paired future by future,
so that the error of the change is that of the paired differences; others are taken as independent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Change, Ensemble, Inputs, Layout, changes, parse_intervention
from tertius.errors import OptionError
from tertius.impact.comparison import Difference, difference

LEVEL, EFFECT = "level", "effect"
SURE = 2.0  # standard errors
_WITHOUT = re.compile(r"without (\S+) \((\S+)\)")
_SET = re.compile(r"set (\S+) = .*", re.DOTALL)


@dataclass(frozen=True)
class Edition:
    """A run or a comparison with where it came from.

    name            what the reader called it
    other           the other world of a comparison; None for a run
    interventions   what the other world is without, as a comparison labels it
    version, laws   of the program that ran it
    """

    name: str
    base: Ensemble
    other: Ensemble | None
    interventions: tuple[str, ...]
    version: str
    laws: str

    @property
    def inputs(self) -> Inputs:
        """What it was given. Raises OptionError for a label of another version."""
        layout = self.base.layout
        without, settings = [], {}
        for label in self.interventions:
            if told := _WITHOUT.fullmatch(label):
                without.append(parse_intervention(f"{told[1]}:{told[2]}"))
            elif (told := _SET.fullmatch(label)) and self.other is not None and told[1] in self.other.layout.overrides:
                settings[told[1]] = self.other.layout.overrides[told[1]]
            else:
                raise OptionError(self.name, label, "'without EVENT (MODE)' or 'set PATH = VALUE'", "run it again")
        return Inputs(layout.scenario, layout.overrides, tuple(without), settings)

    @property
    def rows(self) -> NDArray[np.int64]:
        """Number of the parameter row of each future, shape (trajectory,)."""
        return np.asarray(self.base.trajectories // self.base.replicates)

    def values(self, outcome: str, kind: str, week: int) -> NDArray[np.float64]:
        """An answer in each future, shape (trajectory,), in the outcome's unit."""
        level = self.base.of(outcome)[:, week]
        if kind == LEVEL:
            return level
        assert self.other is not None  # an effect is asked of comparisons only
        return level - self.other.of(outcome)[:, week]


@dataclass(frozen=True)
class Figure:
    """An answer of one edition: its mean and 80% interval, of futures for a level, of the expected effect else."""

    mean: float
    low: float
    high: float
    error: float


@dataclass(frozen=True)
class Answer:
    """One answer in both editions; numbers in the outcome's unit. error: Monte Carlo standard error of the change."""

    outcome: str
    kind: str
    unit: str
    headline: bool
    band: float
    before: Figure
    after: Figure
    change: float
    error: float

    @property
    def beyond_chance(self) -> bool:
        """Whether the change is more than twice its Monte Carlo error."""
        return self.change != 0.0 and not abs(self.change) <= SURE * self.error

    @property
    def material(self) -> bool:
        """Whether the change lies beyond the later edition's materiality band."""
        return abs(self.change) > self.band


@dataclass(frozen=True)
class Setting:
    """Something else that differs: an option of the run, the program's version or its laws."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Differences:
    """Two editions, everything that differs in what they were given, and their answers after `week` weeks.

    left_out   outcomes that only one of the two has, or that measure something else in the other
    """

    one: Edition
    two: Edition
    week: int
    changes: tuple[Change, ...]
    settings: tuple[Setting, ...]
    answers: tuple[Answer, ...]
    left_out: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether neither inputs nor answers differ at all."""
        return not self.changes and not self.settings and not any(answer.change for answer in self.answers)

    @property
    def paired(self) -> bool:
        """Whether both editions have the same futures with the same luck."""
        return is_paired(self.one, self.two)


def is_paired(one: Edition, two: Edition) -> bool:
    """Whether two editions have the same futures with the same luck."""
    a, b = one.base, two.base
    same = (a.seed, a.replicates) == (b.seed, b.replicates)
    return same and np.array_equal(a.trajectories, b.trajectories)


def differences(one: Edition, two: Edition, week: int = 0) -> Differences:
    """What differs between two editions; week 0 is the last that both have.

    Raises OptionError for editions of different wars, without a common outcome, or a week that one has not.
    """
    check_same_war(one.base.layout, two.base.layout)
    last = min(one.base.weeks, two.base.weeks)
    if not 0 <= week <= last:
        raise OptionError("--week", week, f"1 to {last}, the last week that both have", "choose a week in that range")
    shared, left_out = shared_outcomes(one.base.layout, two.base.layout)
    kinds = (LEVEL,) if one.other is None or two.other is None else (LEVEL, EFFECT)
    at = week or last
    answers = [answer(one, two, outcome, kind, at) for outcome in shared for kind in kinds]
    return Differences(one, two, at, changes(one.inputs, two.inputs), _settings(one, two), tuple(answers), left_out)


def check_same_war(one: Layout, two: Layout) -> None:
    """Raise OptionError where two scenarios have no belligerent's lead, or no outcome, in common."""
    leads = [{side: told.lead for side, told in layout.scenario.sides.items()} for layout in (one, two)]
    shared, _ = shared_outcomes(one, two)
    if not shared or not any(leads[0][side] == leads[1][side] for side in leads[0]):
        first, second = one.scenario, two.scenario
        given = f"{first.title} ({', '.join(first.outcomes)}) and {second.title} ({', '.join(second.outcomes)})"
        allowed = "two editions of one war: a common belligerent and a common outcome"
        raise OptionError("RUN1 RUN2", given, allowed, "name two runs of the same scenario, or of its later versions")


def shared_outcomes(one: Layout, two: Layout) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Outcomes that both scenarios measure alike, in the later one's order, and those that they do not."""
    first, second = one.scenario.outcomes, two.scenario.outcomes
    shared = tuple(
        name
        for name, told in second.items()
        if name in first
        and (first[name].output, first[name].measure, first[name].unit) == (told.output, told.measure, told.unit)
    )
    return shared, tuple(name for name in dict.fromkeys([*first, *second]) if name not in shared)


def answer(one: Edition, two: Edition, outcome: str, kind: str, week: int) -> Answer:
    """One answer in both editions."""
    told = two.base.layout.scenario.outcomes[outcome]
    marked = [name for name, each in two.base.layout.scenario.outcomes.items() if each.headline]
    band = told.material.central
    values = one.values(outcome, kind, week), two.values(outcome, kind, week)
    figures = [_figure(edition, held, kind) for edition, held in zip((one, two), values, strict=True)]
    if is_paired(one, two):
        found = difference(outcome, week, band, values[1], values[0], one.rows)
        change, error = found.mean, float("nan") if found.error is None else found.error
    else:
        change = float(values[1].mean() - values[0].mean())
        error = float(np.hypot(figures[0].error, figures[1].error))
    is_headline = outcome in marked or not marked
    return Answer(outcome, kind, told.unit, is_headline, band, figures[0], figures[1], change, error)


def _figure(edition: Edition, values: NDArray[np.float64], kind: str) -> Figure:
    found: Difference = difference("", 0, 0.0, values, np.zeros_like(values), edition.rows)
    low, high = (found.base[0], found.base[2]) if kind == LEVEL else found.interval
    return Figure(found.mean, low, high, float("nan") if found.error is None else found.error)


def _settings(one: Edition, two: Edition) -> tuple[Setting, ...]:
    def of(edition: Edition) -> dict[str, str]:
        base = edition.base
        done = f"{len(base.trajectories):,}" + ("" if base.complete else f" of {base.asked:,}, interrupted")
        return {
            "seed": str(base.seed),
            "futures": done,
            "weeks": str(base.weeks),
            "replicates": str(base.replicates),
            "version": edition.version,
            "laws": edition.laws,
        }

    pairs: Sequence[tuple[str, str, str]] = [(name, told, of(two)[name]) for name, told in of(one).items()]
    return tuple(Setting(*row) for row in pairs if row[1] != row[2])
