"""What claims say and what they move: those that count, weighed on the comparison's futures, and those that do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
