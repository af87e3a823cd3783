"""What claims say and what they move: those that count, weighed on the comparison's futures, and those that do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from tertius.engine import Ensemble, Layout, Options, Progress
from tertius.evidence.claims.accepted import SAYS, numbers_of
from tertius.evidence.claims.bearings import Value, Weighable
from tertius.impact.comparison import Comparison, pair
from tertius.impact.question import Question
from tertius.impact.reactions import left_in
from tertius.inference.conditioning import Floats, Moved, Weighed, quantiles
from tertius.inference.enough import LEAST_SHARE, Attempt, Rows, drawn_by, resampled, run_until_enough

WITHIN = 26
"""Weeks within which a step of an instrument is reported."""
LEVELS = (0.1, 0.5, 0.9)
CHANCE_BAND = 0.02
Three = tuple[float, float, float]


@dataclass(frozen=True)
class Shift:
    """How a mean over weighed futures moves.

    without     without the claims, or without one of them
    with_it     with them
    by          the difference of the two
    error       its standard error
    detectable  whether it lies beyond three standard errors
    """

    without: float
    with_it: float
    by: float
    error: float
    detectable: bool


@dataclass(frozen=True)
class OutcomeShift:
    """How the mean of an outcome moves, in its unit.

    outcome  id of the outcome
    week     weeks after the as-of date
    shift    how its mean moves
    without  10%, 50% and 90% quantile without the claims; None where only the mean was looked at
    with_it  the same with them
    """

    outcome: str
    week: int
    shift: Shift
    without: Three | None = None
    with_it: Three | None = None


@dataclass(frozen=True)
class StepShift:
    """How the chance of a step moves.

    instrument  id of the instrument
    direction   up or down
    shift       how the chance moves that it stands beyond its as-of level at the end of some week in time
    """

    instrument: str
    direction: str
    shift: Shift


@dataclass(frozen=True)
class UsableShift:
    """How the share of a contingent's strength moves that can be used while it is there.

    contingent  id of the contingent
    shift       how the share moves, in [0, 1]
    """

    contingent: str
    shift: Shift


@dataclass(frozen=True)
class ValueShift:
    """A quantity that claims measure.

    path     dotted path of the quantity
    without  10%, 50% and 90% quantile without the claims, in its unit
    with_it  the same with them
    claims   numbers of the claims that measure it
    """

    path: str
    without: Three
    with_it: Three
    claims: tuple[int, ...]


@dataclass(frozen=True)
class ClaimMoves:
    """What one claim moves, the others kept.

    ratio     times that a future weighs more where the claim is true
    against   whether the claim is told to be false, so that futures weigh more where it is false
    truth     share of futures in which the claim is true
    outcomes  means of all outcomes at the last week
    steps     chances of steps that move detectably, the furthest first
    usable    shares of contingents' strength that can be used
    """

    ratio: float
    against: bool
    truth: Shift
    outcomes: tuple[OutcomeShift, ...]
    steps: tuple[StepShift, ...]
    usable: tuple[UsableShift, ...]


@dataclass(frozen=True)
class ClaimTold:
    """One claim and what became of it.

    number    its number in the inbox; of one that is in none, the next after these
    key       its key
    kind      event, quantity or stance
    inbox     the same where it is in the inbox; else None
    said      what it says: source, action, target, mode; or actor, stance, object; or what, value, per, per_what
    quote     the words that it was read from
    article   name of the article
    origin    who said it
    grade     grade of the source, by the Admiralty's scale
    standing  counts, or why it does not: used, repeats, in-force, outside
    reason    that in words
    moves     what it moves; None where it does not count
    """

    number: int
    key: str
    kind: str
    inbox: int | None
    said: dict[str, str | float | None]
    quote: str
    article: str
    origin: str
    grade: str
    standing: str
    reason: str
    moves: ClaimMoves | None


@dataclass(frozen=True)
class Run:
    """A run that was weighed.

    futures    futures that were run
    effective  futures that count in effect
    """

    futures: int
    effective: float


@dataclass(frozen=True)
class Evidence:
    """Claims weighed on a comparison.

    futures          futures that were weighed
    asked            futures that were asked for
    effective        futures that count in effect (Kish's effective sample size)
    least_effective  how many are wanted
    enough           whether as many count
    moves            whether the claims tell any two futures apart
    date             end of the last week
    within           weeks within which a step counts
    attempts         runs made until enough futures counted
    claims           every claim, also those that move nothing
    outcomes         outcomes at each horizon
    effects          mean difference that the entry makes, at the last week
    steps            chances of steps that move detectably, the furthest first
    usable           shares of contingents' strength that can be used
    values           quantities that claims measure
    """

    futures: int
    asked: int
    effective: float
    least_effective: float
    enough: bool
    moves: bool
    date: date
    within: int
    attempts: tuple[Run, ...]
    claims: tuple[ClaimTold, ...]
    outcomes: tuple[OutcomeShift, ...]
    effects: tuple[OutcomeShift, ...]
    steps: tuple[StepShift, ...]
    usable: tuple[UsableShift, ...]
    values: tuple[ValueShift, ...]


def compare_by(
    layout: Layout,
    question: Question,
    options: Options,
    claims: Sequence[Weighable],
    horizons: Sequence[int] = (),
    progress: Progress | None = None,
) -> tuple[Comparison, Comparison, Evidence]:
    """Both worlds of a question on futures drawn by the claims' weights, on all that were run, and the evidence.

    The other world keeps the same futures: what is learnt of a future's luck and parameters holds in both. Where the
    claims move nothing, the comparison is the one without them, bit for bit.
    """
    made: list[Comparison] = []

    def run(chosen: Options, rows: Rows | None) -> list[Ensemble]:
        made[:] = [pair(layout, question, chosen, horizons, progress, rows)]
        return [made[0].base, made[0].other]

    _, weighed, attempts = run_until_enough(run, layout, options, claims)
    whole = made[0]
    found = _Found(whole, weighed).evidence(attempts, options.futures)
    if not weighed.moves:
        return whole, whole, found
    places = drawn_by(weighed.weights, min(options.futures, len(weighed.weights)))
    drawn = replace(whole, base=resampled(whole.base, places), other=resampled(whole.other, places))
    return drawn, whole, found


def evidence_on(whole: Comparison, weighed: Weighed) -> Evidence:
    """What claims come to on futures that are there already; no more are run where few of them count."""
    count = len(weighed.weights)
    return _Found(whole, weighed).evidence((Attempt(count, weighed.size),), count)


class _Found:
    """What weighed futures hold; arrays that several claims are held against are kept."""

    def __init__(self, whole: Comparison, weighed: Weighed) -> None:
        self.whole, self.weighed, base = whole, weighed, whole.base
        self.last = {name: base.of(name)[:, -1] for name in base.outcomes}
        self.stepped = stepped(base, WITHIN)
        self.strengths: dict[str, tuple[Floats, Floats]] = {}
        for name in base.layout.scenario.contingents:
            paths = (f"contingents.{name}.usable", f"contingents.{name}.troops")
            usable, troops = (base.path(path).sum(axis=1, dtype=np.float64) for path in paths)
            self.strengths[name] = (usable, troops)

    def evidence(self, attempts: tuple[Attempt, ...], asked: int) -> Evidence:
        """All of it, after some attempts, of so many futures asked for."""
        weighed, least = self.weighed, LEAST_SHARE * asked
        before, after = weighed.base, weighed.weights
        return Evidence(
            futures=len(after),
            asked=asked,
            effective=weighed.size,
            least_effective=least,
            enough=weighed.size >= least,
            moves=weighed.moves,
            date=self.whole.base.dates[-1],
            within=WITHIN,
            attempts=tuple(Run(one.futures, one.size) for one in attempts),
            claims=tuple(self._claim(place, one) for place, one in enumerate(weighed.claims)),
            outcomes=tuple(self._outcomes(before, after)),
            effects=tuple(self._effects(before, after)),
            steps=self._steps(before, after),
            usable=self._usable(before, after),
            values=tuple(self._values(before, after)),
        )

    def _shift(self, values: Floats, before: Floats, after: Floats) -> Shift:
        return shift_of(self.weighed.moved(values, before, after))

    @cached_property
    def numbers(self) -> list[int]:
        """The number of each claim."""
        return numbers_of([one.claim for one in self.weighed.claims])

    def _claim(self, place: int, one: Weighable) -> ClaimTold:
        claim = one.claim
        return ClaimTold(
            number=self.numbers[place],
            key=claim.key,
            kind=claim.kind,
            inbox=claim.number,
            said={name: claim.record[name] for name in SAYS[claim.kind]},
            quote=claim.quote,
            article=claim.article,
            origin=claim.origin,
            grade=claim.grade,
            standing=one.standing,
            reason=one.reason,
            moves=self._moves(place, one) if one.counts else None,
        )

    def _moves(self, place: int, one: Weighable) -> ClaimMoves:
        before, after = self.weighed.without(place), self.weighed.weights
        week = self.whole.base.weeks
        return ClaimMoves(
            ratio=one.ratio,
            against=one.against,
            truth=self._shift(self.weighed.truths[self.weighed.counting.index(place)], before, after),
            outcomes=tuple(
                OutcomeShift(name, week, self._shift(values, before, after)) for name, values in self.last.items()
            ),
            steps=self._steps(before, after),
            usable=self._usable(before, after),
        )

    def _outcomes(self, before: Floats, after: Floats) -> list[OutcomeShift]:
        base, rows = self.whole.base, []
        for week in self.whole.horizons:
            for name in base.outcomes:
                values = base.of(name)[:, week]
                spans = _three(values, before), _three(values, after)
                rows.append(OutcomeShift(name, week, self._shift(values, before, after), *spans))
        return rows

    def _effects(self, before: Floats, after: Floats) -> list[OutcomeShift]:
        base, other = self.whole.base, self.whole.other
        return [
            OutcomeShift(name, base.weeks, self._shift((base.of(name) - other.of(name))[:, -1], before, after))
            for name in base.outcomes
        ]

    def _steps(self, before: Floats, after: Floats) -> tuple[StepShift, ...]:
        rows = []
        for (name, direction), took in self.stepped.items():
            found = self._shift(took, before, after)
            if found.detectable and abs(found.by) > CHANCE_BAND:
                rows.append(StepShift(name, direction, found))
        return tuple(sorted(rows, key=lambda row: -abs(row.shift.by)))

    def _usable(self, before: Floats, after: Floats) -> tuple[UsableShift, ...]:
        """Over all weeks in which the contingent is there."""
        rows = []
        for name, (usable, troops) in self.strengths.items():
            found = self.weighed.moved_share(usable, troops, before, after)
            if found is not None:
                rows.append(UsableShift(name, shift_of(found)))
        return tuple(rows)

    def _values(self, before: Floats, after: Floats) -> list[ValueShift]:
        drawn = self.whole.base.parameters
        numbers: dict[str, list[int]] = {}
        for place in self.weighed.counting:
            observed = self.weighed.claims[place].observed
            if isinstance(observed, Value) and observed.path in drawn:
                numbers.setdefault(observed.path, []).append(self.numbers[place])
        return [
            ValueShift(path, _three(drawn[path], before), _three(drawn[path], after), tuple(held))
            for path, held in numbers.items()
        ]


def shift_of(found: Moved) -> Shift:
    """The same as it is told."""
    return Shift(found.before, found.after, found.by, found.error, bool(found.detectable))


def _three(values: Floats, weights: Floats) -> Three:
    low, middle, high = quantiles(values, weights, LEVELS)
    return low, middle, high


def stepped(ensemble: Ensemble, within: int) -> dict[tuple[str, str], Floats]:
    """Whether each instrument stands above (up) or below its as-of level at the end of some week, 1 or 0."""
    week = min(within, ensemble.weeks)
    found: dict[tuple[str, str], Floats] = {}
    for name in ensemble.layout.scenario.instruments:
        level = ensemble.path(f"instruments.{name}.level")[:, : week + 1].astype(np.float64)
        for way in ("up", "down"):
            found[name, way] = np.asarray(left_in(level, way) <= week, dtype=np.float64)
    return found
