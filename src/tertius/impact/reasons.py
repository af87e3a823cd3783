"""Reasons: what makes a step of an instrument worth its while, taken apart, and what the entry does to each part.

The worth V of a step up is a sum (law of deliberation): a term for each stake that the step moves and its actor cares
for, lam m_x g_ix with the restoring term m_x = - w k u; rivals' foreseen answers; others' recent like steps;
restraint; red lines; who else has joined, for a step that sends soldiers; and, in futures that go by the laws of
excitation and of occasions, what its actor, partners and rivals have lately done and what is on the calendar. A step
down is worth -V. The laws record each term.

Where V lies beyond the bound of the choice rule, its terms are drawn in alike, so that they add up to what counts.

The chance c of the step in a week is pi exp(V) times what all options share. Between two worlds, with the logarithmic
mean L(c, c') = (c - c') / log(c / c'),

    c - c' = sum over terms z of L (z - z')  +  the rest                                   (1)

the rest being what the actor's other options and the levels reached do. Summed over weeks and averaged
over futures, (1) splits the change of the expected number of steps, exactly (logarithmic mean Divisia index: Ang 2004,
Energy Policy 32, 1131-1139).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from tertius.engine import LARGEST_VALUE
from tertius.impact.comparison import Comparison
from tertius.impact.reactions import Reactions
from tertius.impact.recorded import Floats, Recorded
from tertius.world import Scenario

RIVALS, FOLLOWERS, RESTRAINT, RED_LINES = "rivals", "followers", "restraint", "red-lines"
OWN_STEPS, PARTNERS_STEPS, RIVALS_STEPS = "own-steps", "partners-steps", "rivals-steps"
OPTIONS = "options"  # what an actor's other options and the levels reached do to the chance of a step
WHOLE = {RIVALS: "indirect", FOLLOWERS: "followed", RESTRAINT: "restrained", RED_LINES: "signalled"}
CALENDAR, JOINERS = "calendar", "joiners"
EXCITING = {OWN_STEPS: "by_own", PARTNERS_STEPS: "by_partners", RIVALS_STEPS: "by_rivals"}


@dataclass(frozen=True)
class Reason:
    """One term of the worth of a step, on the scale of log odds.

    term      id of a stake, or rivals, followers, restraint, red-lines, own-steps, partners-steps, rivals-steps,
              calendar, joiners
    worth     its mean with the entry over the futures and weeks in which the step is taken (weighed by its chance)
    by_entry  mean of what the entry adds to it, weighed by the chances in both worlds, L of (1)
    steps     what that adds to the expected number of steps
    """

    term: str
    worth: float
    by_entry: float
    steps: float


@dataclass(frozen=True)
class Reasons:
    """Why a step of an instrument is taken within some weeks, and why more or less often with the entry.

    instrument  id of the instrument
    direction   up or down
    week        weeks after the as-of date
    expected    expected number of such steps with the entry and without it; their difference is the sum of all terms'
                `steps` and `rest`
    terms       the terms of its worth
    rest        what the actor's other options and the levels reached do to the expected number
    """

    instrument: str
    direction: str
    week: int
    expected: tuple[float, float]
    terms: tuple[Reason, ...]
    rest: float

    @property
    def pulling(self) -> tuple[Reason, ...]:
        """Terms that the entry makes larger, the largest first."""
        return tuple(sorted((r for r in self.terms if r.by_entry > 0), key=lambda r: (-r.by_entry, r.term)))

    @property
    def against(self) -> tuple[Reason, ...]:
        """Terms that the entry makes smaller, the largest first."""
        return tuple(sorted((r for r in self.terms if r.by_entry < 0), key=lambda r: (r.by_entry, r.term)))


def worth(recorded: Recorded, instrument: str, weeks: slice = slice(None)) -> dict[str, Floats]:
    """Terms of the worth of a step up: stake, RIVALS, FOLLOWERS or RESTRAINT -> shape (trajectory, week + 1).

    weeks: those wanted of the last axis.
    """
    told = recorded.scenario.instruments[instrument]
    interests = recorded.scenario.actors[told.actor].interests
    path = f"instruments.{instrument}"
    fields = {name: f"{path}.effects.{name}.worth" for name in told.effects if name in interests}
    fields |= {term: f"{path}.{field}" for term, field in whole_terms(recorded.scenario, instrument).items()}
    return {term: recorded.output(field, weeks) for term, field in fields.items()}


def whole_terms(scenario: Scenario, instrument: str) -> Mapping[str, str]:
    """Terms of an instrument's worth that are no stake's, where the file has them: term -> output that records it."""
    held, told = scenario.world.quantities, scenario.instruments[instrument]
    terms = dict(WHOLE)
    if "excitation_weight" in held:
        terms |= EXCITING
    on_it = (
        told.actor in one.who or any(move.instrument == instrument for move in one.moves.values())
        for one in scenario.calendar.values()
    )
    if "calendar_weight" in held and any(on_it):
        terms[CALENDAR] = "by_calendar"
    if "joined_own" in held and any(lever.kind == "contingent" for lever in told.levers.values()):
        terms[JOINERS] = "by_joiners"
    return terms


def all_reasons(comparison: Comparison, found: Reactions) -> tuple[Reasons, ...]:
    """Why each open step of the reactions' horizon is taken: third states' steps, then those of the sides' leads."""
    base, other = Recorded(comparison.base), Recorded(comparison.other)
    return tuple(
        one
        for third in (True, False)
        for name, steps in groupby(found.steps(third), key=lambda step: step[0].instrument)
        for one in reasons_of(base, other, name, [direction for _, direction, _ in steps], found.week)
    )


def reasons(comparison: Comparison, instrument: str, direction: str, week: int) -> Reasons:
    """Why an instrument takes its step `direction` ('up' or 'down') within `week` weeks, in both worlds."""
    return reasons_of(Recorded(comparison.base), Recorded(comparison.other), instrument, [direction], week)[0]


def reasons_of(
    base: Recorded, other: Recorded, instrument: str, directions: Sequence[str], week: int
) -> tuple[Reasons, ...]:
    """The same from the records of both worlds for steps of one instrument, so that these share what is read."""
    weeks = slice(1, week + 1)
    with_it, without = (_bounded(worth(recorded, instrument, weeks)) for recorded in (base, other))
    apart = {term: values - without[term] for term, values in with_it.items()}
    return tuple(_of_step(base, other, instrument, way, week, with_it, apart) for way in directions)


def _of_step(
    base: Recorded,
    other: Recorded,
    instrument: str,
    direction: str,
    week: int,
    worths: dict[str, Floats],
    apart: dict[str, Floats],
) -> Reasons:
    """Of one step: terms of the worth of a step up with the entry, and what each has more than without it."""
    way = 1.0 if direction == "up" else -1.0
    path = f"instruments.{instrument}.steps.{direction}.chance"
    one, two = (recorded.output(path)[:, 1 : week + 1] for recorded in (base, other))
    mean = logarithmic_mean(one, two)
    expected = float(one.sum() / len(one)), float(two.sum() / len(two))
    terms = []
    for term, values in worths.items():
        moved = way * float((mean * apart[term]).sum()) + 0.0
        terms.append(
            Reason(
                term=term,
                worth=way * float((one * values).sum() / one.sum()) if one.any() else 0.0,
                by_entry=moved / float(mean.sum()) if mean.any() else 0.0,
                steps=moved / len(one),
            )
        )
    rest = expected[0] - expected[1] - sum(reason.steps for reason in terms)
    return Reasons(instrument, direction, week, expected, tuple(terms), rest)


def reasons_taken(recorded: Recorded, instrument: str, direction: str, week: int) -> tuple[Reason, ...]:
    """Terms of the worth of a step in the first future and the week in which it is decided; they add up to what counts.

    week   place on the week axis of what is recorded; a step decided there has moved the level there
    """
    way = 1.0 if direction == "up" else -1.0
    terms = _bounded(worth(recorded, instrument))
    return tuple(Reason(term, float(way * values[0, week]), 0.0, 0.0) for term, values in terms.items())


def _bounded(terms: dict[str, Floats]) -> dict[str, Floats]:
    """The terms drawn in where their sum lies beyond LARGEST_VALUE."""
    total = np.abs(sum(terms.values(), np.zeros(1)))
    if not (total > LARGEST_VALUE).any():
        return terms
    kept = np.divide(LARGEST_VALUE, total, out=np.ones_like(total), where=total > LARGEST_VALUE)
    return {term: values * kept for term, values in terms.items()}


def logarithmic_mean(one: Floats, two: Floats) -> Floats:
    """(a - b) / log(a / b) of two arrays of numbers >= 0: a where they are equal, 0 where one is 0."""
    both = (one > 0) & (two > 0)
    a, b = np.where(both, one, 1.0), np.where(both, two, 1.0)
    gap = np.log(a) - np.log(b)
    near = np.abs(gap) < 1e-6
    apart = np.where(near, 1.0, gap)
    return np.asarray(np.where(both, np.where(near, np.sqrt(a * b), (a - b) / apart), 0.0))
