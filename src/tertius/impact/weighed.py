"""Claims weighed on a comparison's futures: which futures count for how much, and what that moves.

Only where claims are given: what reads them takes long to load, and most questions come without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from tertius.engine import Ensemble, Layout, Options, Progress
from tertius.evidence.claims.accepted import SAYS, numbers_of
from tertius.evidence.claims.bearings import Value, Weighable
from tertius.impact.claims import (
    ClaimMoves,
    ClaimTold,
    Evidence,
    OutcomeShift,
    Run,
    Shift,
    StepShift,
    Three,
    UsableShift,
    ValueShift,
)
from tertius.impact.comparison import Comparison, pair
from tertius.impact.question import Question
from tertius.impact.reactions import left_in
from tertius.inference.conditioning import Floats, Moved, Weighed, quantiles
from tertius.inference.enough import LEAST_SHARE, Attempt, Rows, drawn_by, resampled, run_until_enough

WITHIN = 26
"""Weeks within which a step of an instrument is reported."""
LEVELS = (0.1, 0.5, 0.9)
CHANCE_BAND = 0.02


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
