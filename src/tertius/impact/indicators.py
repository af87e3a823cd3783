"""Indicators: which observable, past which threshold, by which week, best parts futures in which an event comes.

Thresholds are chosen on one half of the draws of the quantities, and every rate is measured on the other half, so that
what is told holds for futures that had no say in the choice. The measure of choice is the information (bits a future)
that the reading of one week gives about whether the event comes afterwards, among futures in which it has not come yet
and the war goes on: a war that has ended is seen without any rule, and with it nearly everything stops.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
CUTS = tuple(np.linspace(0.05, 0.95, 19))
FEWEST = 20  # futures of either kind, in each half, below which nothing is told
MOST = 5
CANDIDATES = 20  # rules, by what they tell alone, among which those that add to one another are sought
BY_CHANCE = 0.01  # chance that a list of rules holds one that chance alone made
LEAST = 0.002  # bits a future that a rule must add to those before it
YES_OR_NO = 0.5


@dataclass(frozen=True)
class Signal:
    """Something that an analyst can see, week by week.

    id      names it; readings of one thing over several windows are parted by `weeks`
    weeks   weeks over which a series is read; 0 for a step, which is seen or not
    values  what can have been seen by the end of each week, shape (future, week + 1); NaN before the first reading.
            Of what is seen or not, numbers 1 and 0, or truths where many are held at once
    flow    whether a series is a flow, read as its mean a week, and not a stock, read as its change
    """

    id: str
    weeks: int
    values: Floats | Truths
    flow: bool = False


@dataclass(frozen=True)
class Indicator:
    """A rule to watch by, and how far it could be trusted in futures that had no say in its choice.

    signal        what is watched
    weeks         weeks over which a series is read; 0 for a step
    flow          whether the series is read as a mean a week, not as a change
    above         whether it trips at and above the threshold, or below it
    threshold     in the unit of the signal
    week          by the end of which week it is read
    futures       futures behind the rates: the war went on, and the event had not come by then
    tripped       share of them in which it has tripped
    given         chance that the event comes afterwards once it has tripped
    otherwise     the same where it has not
    error         standard error of given less otherwise; futures that share a draw count as one
    hits          share of the futures with the event in which it tripped; one less this is the rate of misses
    false_alarms  share of the futures without the event in which it tripped
    ratio         likelihood ratio of a trip; null where it never tripped in vain
    lead          median weeks from that week to the event, where it tripped and the event came
    bits          information about the event, bits a future
    """

    signal: str
    weeks: int
    flow: bool
    above: bool
    threshold: float
    week: int
    futures: int
    tripped: float
    given: float
    otherwise: float
    error: float
    hits: float
    false_alarms: float
    ratio: float | None
    lead: float
    bits: float


@dataclass(frozen=True)
class Rule:
    """A reading of a signal at a week's end, past a threshold; `bits` is what it told where it was chosen."""

    signal: Signal
    week: int
    above: bool
    threshold: float
    bits: float = 0.0

    def trips(self) -> Truths:
        """Whether it trips, in each future; not where there is no reading."""
        values = self.signal.values[:, self.week]
        with np.errstate(invalid="ignore"):
            return np.asarray(values >= self.threshold if self.above else values < self.threshold)


@dataclass(frozen=True)
class Event:
    """An event in futures.

    comes  first week in which it is there, inf where it never is; shape (future,)
    on     whether the war goes on, shape (future, week + 1)
    news   its surprise by each week, shape (future, week + 1); None where its weekly chances are not known
    """

    comes: Floats
    on: Truths
    news: Floats | None = None
    read: dict[int, tuple[Truths, Floats]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was read of it by week, as every rule asks for the same."""

    def open(self, week: int) -> Truths:
        """Whether it can still come after a week, shape (future,)."""
        return self._after(week)[0]

    def later(self, week: int) -> Floats:
        """Whether it comes after a week in which it is open, less what chance alone then adds, shape (future,)."""
        return self._after(week)[1]

    def _after(self, week: int) -> tuple[Truths, Floats]:
        if week not in self.read:
            came = np.isfinite(self.comes).astype(np.float64)
            later = came if self.news is None else came - (self.news[:, -1] - self.news[:, week])
            self.read[week] = np.asarray(self.on[:, week] & (self.comes > week)), later
        return self.read[week]


def find(
    signals: Sequence[Signal],
    comes: Floats,
    on: Truths,
    weeks: Sequence[int],
    draws: NDArray[np.int64],
    most: int = MOST,
    news: Floats | None = None,
) -> tuple[Indicator, ...]:
    """The best rules for an event, the most telling first; none where nothing that can be seen parts the futures.

    signals  what can be seen, of the same futures
    comes    first week in which the event is there, inf where it never is; shape (future,)
    on       whether the war goes on, shape (future, week + 1)
    weeks    weeks at whose end a reading may be taken
    draws    number of the draw of quantities that each future has, shape (future,); halves are made of whole draws
    most     rules at most, each adding to those before it
    news     the event's surprise by each week where the run gives its weekly chances (`impact.chances`), shape
             (future, week + 1): what it adds after a reading is chance alone, and is taken out
    """
    event = Event(comes, on, news)
    learning = chosen_on(draws)
    best = [rule for signal in signals if (rule := _best(signal, event, weeks, learning)) is not None]
    best.sort(key=lambda rule: (-rule.bits, rule.signal.id, rule.signal.weeks))
    chosen = _apart(best[:CANDIDATES], event, learning, most)
    rows = [row for rule in chosen if (row := measured(rule, event, ~learning, draws)) is not None]
    bound = float(ndtri(1 - BY_CHANCE / (2 * max(1, len(chosen)))))
    # Every rule was turned so that a trip makes the event likelier; one that says the opposite elsewhere is none.
    sure = [row for row in rows if row.given - row.otherwise > bound * row.error]
    return tuple(sorted(sure, key=lambda row: -row.bits))


def chosen_on(draws: NDArray[np.int64]) -> Truths:
    """The futures on which rules are chosen, every second draw of quantities; the others measure. Shape (future,)."""
    _, place = np.unique(draws, return_inverse=True)
    return np.asarray(place % 2 == 0)


def _best(signal: Signal, event: Event, weeks: Sequence[int], among: Truths) -> Rule | None:
    """The rule on one signal with most information a future, over weeks, thresholds and directions."""
    found: Rule | None = None
    for week in weeks:
        values = signal.values[:, week]
        there = among & event.open(week) & ~np.isnan(values)
        later = event.later(week)[there]
        if min(later.sum(), (1.0 - later).sum()) < FEWEST:
            continue
        seen = values[there]
        cuts = np.unique(np.quantile(seen, CUTS)) if signal.weeks else np.array([YES_OR_NO])
        past = seen[None, :] >= cuts[:, None]
        gains = information(past, later) * (there.sum() / among.sum())
        place = int(gains.argmax())
        if found is None or gains[place] > found.bits:
            of_event = later @ past[place] / later.sum()
            found = Rule(signal, week, bool(of_event >= past[place].mean()), float(cuts[place]), float(gains[place]))
    return found


def information(past: Truths, event: Truths | Floats) -> Floats:
    """Mutual information of rules and an event, bits a future; past of shape (rule, future), event (future,)."""
    count = event.size
    both = past.astype(np.float64) @ event.astype(np.float64) / count
    tripped, comes = past.mean(axis=1), min(max(float(event.mean()), 0.0), 1.0)
    both = np.clip(
        both, np.maximum(0.0, tripped + comes - 1.0), np.minimum(tripped, comes)
    )  # chance taken out may stray
    total = np.zeros(len(past))
    for joint, one, other in (
        (both, tripped, comes),
        (tripped - both, tripped, 1 - comes),
        (comes - both, 1 - tripped, comes),
        (1 - tripped - comes + both, 1 - tripped, 1 - comes),
    ):
        held = joint > 1e-12
        total[held] += joint[held] * np.log2(joint[held] / (one * other)[held])
    return np.maximum(total, 0.0)


def _apart(rules: Sequence[Rule], event: Event, among: Truths, most: int) -> list[Rule]:
    """Rules that add to one another: each the one that tells most once the chosen ones are known."""
    chosen: list[Rule] = []
    left = list(rules)
    while left and len(chosen) < most:
        gains = [_added(rule, chosen, event, among) for rule in left]
        place = int(np.argmax(gains))
        if gains[place] <= (LEAST if chosen else 0.0):
            break
        chosen.append(left.pop(place))
    return chosen


def _added(rule: Rule, chosen: Sequence[Rule], event: Event, among: Truths) -> float:
    """Information of a rule about the event, given what the chosen ones say; a whole future's where none is."""
    if not chosen:
        return rule.bits
    week = max(one.week for one in (rule, *chosen))
    there = among & event.open(week)
    if not there.any():
        return 0.0
    cell = np.zeros(there.sum(), dtype=np.int64)
    for one in chosen:
        cell = 2 * cell + one.trips()[there]
    later, past = event.later(week)[there], rule.trips()[there]
    total = 0.0
    for value in np.unique(cell):
        mine = cell == value
        total += float(information(past[None, mine], later[mine])[0]) * mine.mean()
    # A table of many cells finds information in chance alone: what that would be on average is taken off.
    spurious = len(np.unique(cell)) / (2 * np.log(2) * there.sum())
    return float((total - spurious) * there.sum() / among.sum())


def measured(rule: Rule, event: Event, among: Truths, draws: NDArray[np.int64]) -> Indicator | None:
    """How a rule does on futures that had no say in its choice; None where there are too few of either kind."""
    there = among & event.open(rule.week) & ~np.isnan(rule.signal.values[:, rule.week])
    later, past = event.later(rule.week)[there], rule.trips()[there]
    if min(later.sum(), (1.0 - later).sum(), past.sum(), (~past).sum()) < FEWEST:
        return None
    given, otherwise = float(later[past].mean()), float(later[~past].mean())
    hits = float(later[past].sum() / later.sum())
    alarms = float((1.0 - later[past]).sum() / (1.0 - later).sum())
    pull = np.where(past, (later - given) / past.sum(), -(later - otherwise) / (~past).sum())
    _, group = np.unique(draws[there], return_inverse=True)
    error = float(np.sqrt((np.bincount(group, pull) ** 2).sum()))
    caught = (event.comes[there] - rule.week)[np.isfinite(event.comes[there]) & past]
    return Indicator(
        rule.signal.id, rule.signal.weeks, rule.signal.flow, rule.above, rule.threshold, rule.week, int(there.sum()),
        float(past.mean()), given, otherwise, error, hits, alarms, hits / alarms if alarms > 0 else None,
        float(np.median(caught)) if caught.size else 0.0,
        float(information(past[None, :], later)[0]) * float(there.sum() / among.sum()),
    )  # fmt: skip


def first_week(there: Truths) -> Floats:
    """First week after the as-of date in which something is there, inf where it never is; shape (future, week + 1)."""
    later = there[:, 1:] & ~there[:, :1]
    return np.where(later.any(axis=1), later.argmax(axis=1) + 1.0, np.inf)


def grid(weeks: int) -> Iterator[int]:
    """Weeks at whose end a reading may be taken: a month, two, quarters, up to half of all; later is no warning."""
    yield from (week for week in (4, 8, 13, 26, 39, 52) if 2 * week <= weeks)
