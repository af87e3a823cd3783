"""Two editions of a run side by side: what they were given, what they answer, and how far the answers lie apart.

An answer is an outcome's mean after some weeks as the scenario stands (LEVEL) or, where both editions compare two
worlds, the mean difference between them (EFFECT). Editions with the same seed and futures are paired future by future,
so that the error of the change is that of the paired differences; others are taken as independent.

Where both hold what states do and how the war could go on, chances of steps, rungs and ends are told beside each other
too: with the entry, and what the entry adds. Their errors are those of independent editions, which is too much for
paired ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Change, Ensemble, Inputs, Layout, changes
from tertius.errors import OptionError
from tertius.impact.answer import Answer
from tertius.impact.comparison import SURE, Difference, difference
from tertius.impact.question import Question

LEVEL, EFFECT = "level", "effect"
CHANCE_BAND = 0.02  # two percentage points


@dataclass(frozen=True)
class Edition:
    """A run or a comparison with where it came from.

    name            what the reader called it
    other           the other world of a comparison; None for a run
    question        what the other world is without; None for a run
    version, laws   of the program that ran it
    answer          the answer of a comparison, where it was made
    """

    name: str
    base: Ensemble
    other: Ensemble | None
    question: Question | None
    version: str
    laws: str
    answer: Answer | None = None

    @property
    def inputs(self) -> Inputs:
        """What it was given."""
        layout, asked = self.base.layout, self.question or Question()
        return Inputs(layout.scenario, layout.overrides, asked.without, asked.set_in_other)

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
class Shifted:
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
class ShiftedChance:
    """The chance of something by some week in both editions, shares in [0, 1].

    what      'step:INSTRUMENT:DIRECTION', 'rung:PATH', 'end:KIND', 'bargain:ID', or what a headline chance is of
    week      weeks after the as-of date
    before    with the entry, in the earlier edition; after: in the later one
    error     standard error of their difference
    adds      what the entry adds, in the earlier edition and in the later one
    adds_error  standard error of their difference; None with a single row of parameters
    """

    what: str
    week: int
    before: float
    after: float
    error: float
    adds: tuple[float, float]
    adds_error: float | None

    @property
    def change(self) -> float:
        """How far the chance with the entry changes."""
        return self.after - self.before

    @property
    def beyond_chance(self) -> bool:
        """Whether the chance with the entry changes by more than its band and twice its error."""
        return abs(self.change) > max(CHANCE_BAND, SURE * self.error)

    @property
    def adds_beyond_chance(self) -> bool:
        """Whether what the entry adds does."""
        gap = abs(self.adds[1] - self.adds[0])
        return self.adds_error is not None and gap > max(CHANCE_BAND, SURE * self.adds_error)


@dataclass(frozen=True)
class Setting:
    """Something else that differs: an option of the run, the program's version or its laws."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Differences:
    """Two editions, everything that differs in what they were given, and their answers after `week` weeks.

    chances    of steps, rungs and ends that both hold; empty where one of the two has no answer
    left_out   outcomes that only one of the two has, or that measure something else in the other
    """

    one: Edition
    two: Edition
    week: int
    changes: tuple[Change, ...]
    settings: tuple[Setting, ...]
    answers: tuple[Shifted, ...]
    chances: tuple[ShiftedChance, ...]
    left_out: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether neither inputs nor answers differ at all."""
        moved = any(answer.change for answer in self.answers) or any(one.change for one in self.chances)
        return not self.changes and not self.settings and not moved

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
    answers = tuple(answer(one, two, outcome, kind, at) for outcome in shared for kind in kinds)
    made = changes(one.inputs, two.inputs)
    return Differences(one, two, at, made, _settings(one, two), answers, _chances(one, two, at), left_out)


def _chances(one: Edition, two: Edition, last: int) -> tuple[ShiftedChance, ...]:
    """Each at the last week up to `last` that both tell of it."""
    if one.answer is None or two.answer is None:
        return ()
    held = dict(_chances_of(one.answer)), dict(_chances_of(two.answer))
    weeks: dict[str, int] = {}
    for what, week in held[1]:
        if week <= last and (what, week) in held[0]:
            weeks[what] = max(week, weeks.get(what, 0))
    counts = len(one.base.trajectories), len(two.base.trajectories)
    return tuple(_shifted(key, held[0][key], held[1][key], counts) for key in weeks.items())


def headline_chances(found: Differences) -> tuple[ShiftedChance, ...]:
    """The later edition's headline chances that the earlier one tells of by the same week; empty where one has none."""
    one, two = found.one.answer, found.two.answer
    if one is None or two is None or one.summary is None or two.summary is None:
        return ()
    held = {(each.what, each.week): (each.with_it, each.found) for each in one.summary.chances}
    counts = len(found.one.base.trajectories), len(found.two.base.trajectories)
    shared = [each for each in two.summary.chances if (each.what, each.week) in held]
    keys = [(each.what, each.week) for each in shared]
    return tuple(
        _shifted(key, held[key], (each.with_it, each.found), counts) for key, each in zip(keys, shared, strict=True)
    )


def _chances_of(answer: Answer) -> Iterator[tuple[tuple[str, int], tuple[float, Difference]]]:
    """What and when, the chance with the entry, and what the entry adds."""
    for row in answer.reactions.rows if answer.reactions is not None else ():
        for way, step in (("up", row.up), ("down", row.down)):
            if step.open:
                yield (f"step:{row.instrument}:{way}", row.week), (step.with_it, step.found)
    if answer.system is not None:
        for one in (*answer.system.rungs, *answer.system.ends, *answer.system.bargains):
            yield (one.what, one.week), (one.with_it, one.found)


def _shifted(
    key: tuple[str, int], before: tuple[float, Difference], after: tuple[float, Difference], futures: tuple[int, int]
) -> ShiftedChance:
    (p, first), (q, second) = before, after
    error = float(np.sqrt(p * (1 - p) / futures[0] + q * (1 - q) / futures[1]))
    known = first.error is not None and second.error is not None
    adds_error = float(np.hypot(first.error or 0.0, second.error or 0.0)) if known else None
    return ShiftedChance(*key, p, q, error, (first.mean, second.mean), adds_error)


def check_same_war(one: Layout, two: Layout) -> None:
    """Raise OptionError where two scenarios have no belligerent's lead, or no outcome, in common."""
    leads = [{side: told.lead for side, told in layout.scenario.sides.items()} for layout in (one, two)]
    shared, _ = shared_outcomes(one, two)
    if not shared or not any(leads[0][side] == leads[1][side] for side in leads[0]):
        first, second = one.scenario, two.scenario
        given = f"{first.title} ({', '.join(first.outcomes)}) and {second.title} ({', '.join(second.outcomes)})"
        allowed = "two editions of one war: a common belligerent and a common outcome"
        raise OptionError(
            "the pair of runs or scenarios", given, allowed, "name two of the same scenario, or of its later versions"
        )


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


def answer(one: Edition, two: Edition, outcome: str, kind: str, week: int) -> Shifted:
    """One answer in both editions."""
    told = two.base.layout.scenario.outcomes[outcome]
    band = told.material.central
    values = one.values(outcome, kind, week), two.values(outcome, kind, week)
    figures = [_figure(edition, held, kind) for edition, held in zip((one, two), values, strict=True)]
    if is_paired(one, two):
        found = difference(outcome, week, band, values[1], values[0], one.rows)
        change, error = found.mean, np.nan if found.error is None else found.error
    else:
        change = float(values[1].mean() - values[0].mean())
        error = float(np.hypot(figures[0].error, figures[1].error))
    is_headline = outcome in two.base.layout.scenario.headlines
    return Shifted(outcome, kind, told.unit, is_headline, band, figures[0], figures[1], change, error)


def _figure(edition: Edition, values: NDArray[np.float64], kind: str) -> Figure:
    found: Difference = difference("", 0, 0.0, values, np.zeros_like(values), edition.rows)
    low, high = (found.base[0], found.base[2]) if kind == LEVEL else found.interval
    return Figure(found.mean, low, high, np.nan if found.error is None else found.error)


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
