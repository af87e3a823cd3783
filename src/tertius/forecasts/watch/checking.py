"""Hold the rules that were found in a war's futures against what has been seen since.

Rules of one event are not independent, so their likelihood ratios are never multiplied. The chance given all that was
seen is the share of futures with the event among those that agree with it: the war goes on, the event has not come, and
every rule that could be read stands as it does. In a future a series is read as its source would give it, late and with
its scatter, so that a future agrees as often as an analyst in it would have seen the same. Accepted claims weigh the
futures beside. Rules that were found, and what was seen openly, are held against the half of the draws that had no say
in their choice; what is too rare for halves tells nothing, and that is said. Where fewer than FEWEST futures agree, the
least telling rules are left out one by one, and that is said too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

from tertius.calendar import week_ends
from tertius.engine import Ensemble
from tertius.forecasts.watch.own import OwnRule
from tertius.forecasts.watch.seen import NEVER, Seen, weeks_by
from tertius.forecasts.watch.watched import HELD, TRIPPED, UNREAD, WAITING, Ahead, Openly, Reading, Standing, Watched
from tertius.impact.indicators import BY_CHANCE, YES_OR_NO, Event, Indicator, Rule, Signal, chosen_on, grid, measured
from tertius.impact.observables import WAR_ENDS, WINDOWS, Target, comes, every_signal, news, others, series_signal
from tertius.impact.watching import Watchlist
from tertius.world import Scenario

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
FEWEST = 20
"""Futures that must agree with what was seen before a chance is told."""
EDGES = (0.1, 0.9)
LIKELY, UNLIKELY = 0.6, 0.2
AHEAD_WEEKS = 13
AMPLE = 30  # futures of a half in which a rare thing is seen often enough


@dataclass(frozen=True)
class Futures:
    """The futures that what was seen is held against.

    ensemble  the run
    weights   of the futures by accepted claims, mean 1, shape (future,)
    seen      what was seen
    """

    ensemble: Ensemble
    weights: Floats
    seen: Seen

    @property
    def draws(self) -> NDArray[np.int64]:
        """Number of the draw of quantities of each future whose paths were kept, shape (future,)."""
        return np.asarray(self.ensemble.trajectories[: len(self.ensemble.everything)] // self.ensemble.replicates)

    @property
    def on(self) -> Truths:
        """Whether the war goes on, shape (future, week + 1)."""
        return np.asarray(self.ensemble.path("world.ended") == 0)

    @cached_property
    def every(self) -> tuple[Signal, ...]:
        """All that can be seen of the futures."""
        return every_signal(self.ensemble)

    @property
    def now(self) -> int:
        """The week of the watch, at most the last of the run."""
        return min(self.seen.week, self.ensemble.weeks)


@dataclass(frozen=True)
class _Held:
    """A rule, how it stands, and the futures that agree with that; None where nothing tells.

    free  whether it may be held against all futures: it is the analyst's own, and chosen on none of them
    """

    standing: Standing
    agrees: Truths | None
    free: bool = False


def check(futures: Futures, lists: Sequence[Watchlist], own: Sequence[OwnRule]) -> tuple[Watched, ...]:
    """Every event with its rules, found and own, and its chance given what was seen."""
    return tuple(_event(futures, one, own) for one in lists)


def _event(futures: Futures, one: Watchlist, own: Sequence[OwnRule]) -> Watched:
    ensemble, now = futures.ensemble, futures.now
    event = Event(comes(ensemble, one.target), futures.on, news(ensemble, one.target))
    kinds = {(signal.id, signal.weeks): signal for signal in others(futures.every, one.target)}
    held = [_found(futures, one.target, seen_or_not(rule), kinds[rule.signal, rule.weeks]) for rule in one.rules]
    held = _earliest(held)
    mine = [rule for rule in own if not rule.events or one.target.id in rule.events]
    held += [told for rule in mine if (told := _own(futures, one.target, rule, event, kinds)) is not None]
    held += _seen_openly(futures, one.target, event, kinds.values(), _seen_by(held))
    came = _came(futures.seen, one.target)
    going = event.open(now)
    waited, _ = _chance(futures, going, event)
    used, left_out = [each for each in held if each.agrees is not None], []
    used.sort(key=lambda each: (-_strength(each.standing.ratio, each.standing.state), -each.standing.rule.bits))
    # Rules that were found must not be held against the futures on which they were chosen.
    among = going & ~chosen_on(futures.draws) if any(not each.free for each in used) else going
    agree = _agreeing(among, used)
    while agree.sum() < FEWEST and used:
        left_out.append(used.pop().standing.key)
        agree = _agreeing(among, used)
    chance, interval = _chance(futures, agree, event)
    if came is not None or (WAR_ENDS in futures.seen.openly and futures.seen.openly[WAR_ENDS].week <= now):
        chance, interval, waited = None, None, None
    order = {TRIPPED: 0, HELD: 1, WAITING: 2, UNREAD: 3}
    return Watched(
        one.target,
        came,
        one.chance,
        waited,
        chance,
        interval,
        int(agree.sum()),
        tuple(each.standing.key for each in used),
        tuple(left_out),
        tuple(sorted((each.standing for each in held), key=lambda told: (order[told.state], -told.rule.bits))),
    )


def _earliest(held: Sequence[_Held]) -> list[_Held]:
    """Of rules on one thing that was seen openly, the one whose day is next: later ones speak of later days."""
    first: dict[str, int] = {}
    for one in (each.standing for each in held):
        if one.state == TRIPPED and not one.rule.weeks:
            first[one.rule.signal] = min(first.get(one.rule.signal, one.rule.week), one.rule.week)
    return [
        each
        for each in held
        if each.standing.state != TRIPPED
        or each.standing.rule.weeks
        or each.standing.rule.week == first[each.standing.rule.signal]
    ]


def _agreeing(among: Truths, rules: Sequence[_Held]) -> Truths:
    agree = among.copy()
    for one in rules:
        assert one.agrees is not None
        agree &= one.agrees
    return agree


def _chance(futures: Futures, there: Truths, event: Event) -> tuple[float | None, tuple[float, float] | None]:
    """Share of some futures with the event, weighed, and its 80% interval; futures that share a draw count as one."""
    if there.sum() < FEWEST:
        return None, None
    weights, later = futures.weights[: len(there)][there], event.later(futures.now)[there]
    share = min(max(float((weights * later).sum() / weights.sum()), 0.0), 1.0)
    _, group = np.unique(futures.draws[there], return_inverse=True)
    error2 = float((np.bincount(group, weights * (later - share)) ** 2).sum() / weights.sum() ** 2)
    sums = np.bincount(group, weights)
    size = share * (1.0 - share) / error2 if error2 > 0.0 else float(sums.sum() ** 2 / (sums**2).sum())
    low, high = (float(betaincinv(share * size + 0.5, (1.0 - share) * size + 0.5, edge)) for edge in EDGES)
    return share, (min(low, share), max(high, share))


def _came(seen: Seen, target: Target) -> date | None:
    """The day by which an event has been seen to come."""
    told = seen.openly.get(_name(target))
    return None if told is None or told.week > seen.week else _end(seen, int(told.week))


def _name(target: Target) -> str:
    """What is seen openly where an event comes."""
    names = {"war": WAR_ENDS, "step": f"{target.name}:{target.detail}", "theatre": target.id}
    return names.get(target.kind, target.name)


def _end(seen: Seen, week: int) -> date:
    return week_ends(seen.as_of, week)[-1] if week else seen.as_of


def key_of(target: Target, name: str, weeks: int, above: bool, threshold: float, by: str) -> str:
    """Names a rule on an event. One that is read now, and not on a day of the list, moves with the weeks: no number."""
    side = "above" if above else "below"
    past = f"{threshold:.6g} by {by}" if by else "now"
    return f"{target.id} | {name}{f'/{weeks}' if weeks else ''} {side} {past}"


def _found(futures: Futures, target: Target, rule: Indicator, signal: Signal) -> _Held:
    """A rule that was found, as it stands. What happens openly may trip before the rule's day, and then has."""
    seen = futures.seen
    by = f"week {rule.week}" if rule.week in grid(futures.ensemble.weeks) else ""
    key = key_of(target, rule.signal, rule.weeks, rule.above, rule.threshold, by)
    values = seen.values(signal)
    at = min(rule.week, futures.now)
    value = float(values[at])
    due = seen.week >= rule.week
    past = bool(value >= rule.threshold if rule.above else value < rule.threshold)
    early = rule.weeks == 0 and rule.above and past
    state = UNREAD if np.isnan(value) and due else WAITING if not (due or early) else TRIPPED if past else HELD
    day = _end(seen, rule.week)
    if state == TRIPPED and rule.weeks == 0 and rule.above:
        day = _end(seen, int(seen.openly[rule.signal].week))
    agrees = None
    if not np.isnan(value) and (due or rule.weeks == 0):
        theirs = signal.values[:, at]
        with np.errstate(invalid="ignore"):
            agrees = (theirs >= rule.threshold) == (value >= rule.threshold)
    return _Held(_standing(key, "", rule, state, value, day), agrees)


def seen_or_not(rule: Indicator) -> Indicator:
    """A rule on what happens openly, turned so that it trips where the thing is seen, whichever way that points."""
    if rule.weeks or rule.above:
        return rule
    hits, alarms = 1.0 - rule.hits, 1.0 - rule.false_alarms
    return replace(
        rule, above=True, tripped=1.0 - rule.tripped, given=rule.otherwise, otherwise=rule.given, hits=hits,
        false_alarms=alarms, ratio=hits / alarms if alarms > 0.0 else None,
    )  # fmt: skip


def _strength(ratio: float | None, state: str) -> float:
    """How far a rule moves the odds, either way, as a log ratio; without end where it is never in vain."""
    if state not in (TRIPPED, HELD):
        return 0.0
    return abs(math.log(ratio)) if ratio is not None and ratio > 0.0 else math.inf


def tells(one: Standing, least: float) -> bool:
    """Whether a trip moves the odds by a factor of `least` or more, either way; an analyst's own rule always tells."""
    return one.state == TRIPPED and (bool(one.name) or _strength(one.ratio, one.state) >= math.log(least))


def _standing(key: str, name: str, rule: Indicator, state: str, value: float, day: date) -> Standing:
    ratio = chance = None
    if state == TRIPPED:
        ratio, chance = rule.ratio, rule.given
    elif state == HELD:
        chance = rule.otherwise
        ratio = (1.0 - rule.hits) / (1.0 - rule.false_alarms) if rule.false_alarms < 1.0 else None
    reading = None if np.isnan(value) else value
    return Standing(key, name, rule, state, reading, day, rule.tripped >= 0.5, ratio, chance)


def _own(
    futures: Futures, target: Target, own: OwnRule, event: Event, kinds: Mapping[tuple[str, int], Signal]
) -> _Held | None:
    """An analyst's own rule: it trips in the first week in which a reading is past its threshold, up to its day.

    None where it is the event itself, or too few futures trip or do not for a rate.
    """
    ensemble, seen = futures.ensemble, futures.seen
    weeks = own.weeks if own.watch in ensemble.layout.scenario.observations else 0
    base = series_signal(ensemble, own.watch, weeks) if weeks else kinds.get((own.watch, 0))
    if base is None:
        return None
    above = own.below is None
    threshold = (own.above if above else own.below) if weeks else 0.5
    assert threshold is not None
    last = ensemble.weeks if own.by is None else min(ensemble.weeks, weeks_by(seen.as_of, own.by))
    at = max(1, min(last, futures.now))
    tripped = _ever(base.values, above, threshold)
    signal = Signal(own.watch, 0, tripped.astype(np.float64))
    draws = futures.draws
    rates = measured(Rule(signal, at, True, 0.5), event, np.ones(len(draws), dtype=bool), draws)
    if rates is None:
        return None
    rates = replace(rates, weeks=weeks, flow=base.flow, above=above, threshold=threshold)
    values = seen.values(base)[: last + 1]
    known = values[np.isfinite(values)]
    place = np.nonzero(_ever(values[None], above, threshold)[0])[0]
    state = TRIPPED if place.size else UNREAD if not known.size else HELD if seen.week >= last else WAITING
    value = float(values[place[0]]) if place.size else float(known[-1]) if known.size else float("nan")
    day = _end(seen, int(place[0]) if place.size else last)
    by = str(own.by) if own.by is not None else "the end"
    key = key_of(target, f"{own.id}: {own.watch}", weeks, above, threshold, by)
    agrees = None if state == UNREAD else tripped[:, at] == bool(place.size)
    return _Held(_standing(key, own.name or own.id, rates, state, value, day), agrees, free=True)


def _seen_by(held: Iterable[_Held]) -> set[str]:
    """What happens openly and has tripped a rule already."""
    told = (each.standing for each in held)
    return {one.rule.signal for one in told if one.state == TRIPPED and not one.rule.weeks}


def _seen_openly(
    futures: Futures, target: Target, event: Event, kinds: Iterable[Signal], known: set[str]
) -> Iterator[_Held]:
    """Everything that was seen openly and tells of the event beyond chance, by the draws on which rules are chosen.

    Its rates are those of the other draws, against which it is then held, as a found rule's.
    """
    seen, now, draws = futures.seen, futures.now, futures.draws
    there = [each for each in kinds if not each.weeks and each.id in seen.openly and seen.openly[each.id].week <= now]
    there = [each for each in there if each.id not in known]
    bound = float(ndtri(1.0 - BY_CHANCE / (2.0 * max(1, len(there)))))
    learning = chosen_on(draws)
    for signal in there:
        rule = Rule(signal, now, True, 0.5)
        chosen, rates = (measured(rule, event, half, draws) for half in (learning, ~learning))
        key = key_of(target, signal.id, 0, True, 0.5, "")
        if chosen is None or rates is None or abs(chosen.given - chosen.otherwise) <= bound * chosen.error:
            continue
        day = _end(seen, int(seen.openly[signal.id].week))
        yield _Held(_standing(key, "", rates, TRIPPED, 1.0, day), signal.values[:, now] >= rates.threshold)


def too_rare(futures: Futures, lists: Sequence[Watchlist]) -> dict[str, int]:
    """What was seen openly and lies in too few futures to say what it tells -> how many futures would do."""
    seen, now, count = futures.seen, futures.now, len(futures.draws)
    learning = chosen_on(futures.draws)
    found: dict[str, int] = {}
    for one in lists:
        going = Event(comes(futures.ensemble, one.target), futures.on).open(now)
        for signal in others(futures.every, one.target):
            if signal.weeks or signal.id not in seen.openly or seen.openly[signal.id].week > now:
                continue
            have = going & (signal.values[:, now] >= YES_OR_NO)
            fewest = min(int((have & learning).sum()), int((have & ~learning).sum()))
            if fewest < FEWEST:
                found[signal.id] = max(found.get(signal.id, 0), -(-AMPLE // max(fewest, 1)) * count)
    return found


def _ever(values: Floats | Truths, above: bool, threshold: float) -> Truths:
    """Whether any reading so far was past a threshold, shape (future, week + 1)."""
    with np.errstate(invalid="ignore"):
        past = values >= threshold if above else values < threshold
    return np.logical_or.accumulate(past & ~np.isnan(values), axis=1)


def readings(futures: Futures) -> Iterator[Reading]:
    """Each series over the windows of the rules, as last read, beside the futures in which the war goes on."""
    going = futures.on[:, futures.now]
    for name in futures.ensemble.layout.scenario.observations:
        for window in WINDOWS:
            signal = series_signal(futures.ensemble, name, window)
            if signal is None or going.sum() < FEWEST:
                continue
            values = futures.seen.values(signal)[: futures.now + 1]
            known = np.nonzero(np.isfinite(values))[0]
            if known.size:
                week = int(known[-1])
                theirs = signal.values[going, week]
                low, middle, high = (float(each) for each in np.quantile(theirs, (0.1, 0.5, 0.9)))
                value = float(values[week])
                below = float((theirs < value).mean())
                yield Reading(name, window, signal.flow, _end(futures.seen, week), value, low, middle, high, below)


def openly(futures: Futures) -> tuple[Openly, ...]:
    """What was likely by now and was not seen, the likeliest first; then what was seen and was unlikely."""
    seen, now = futures.seen, futures.now
    going = futures.on[:, now]
    if going.sum() < FEWEST:
        return ()
    found = []
    for signal in futures.every:
        told = seen.openly.get(signal.id)
        if signal.weeks or told is None:
            continue
        there = told.week <= now
        share = float(signal.values[going, now if there else min(now, told.known)].mean())
        if share >= LIKELY and not there:
            found.append(Openly(signal.id, share, None))
        elif share <= UNLIKELY and there:
            found.append(Openly(signal.id, share, _end(seen, int(told.week))))
    return tuple(sorted(found, key=lambda one: (one.day is not None, -one.share if one.day is None else one.share)))


def ahead(scenario: Scenario, seen: Seen, weeks: int = AHEAD_WEEKS) -> tuple[Ahead, ...]:
    """Occasions of the next weeks that the scenario knows of, by day."""
    ends = week_ends(seen.as_of, seen.week + weeks)
    found = []
    for name, told in scenario.calendar.items():
        day = told.date
        if day is None:
            place = math.floor(told.quantities["week"].central)
            day = ends[place] if 0 <= place < len(ends) else None
        if day is not None and seen.day < day <= ends[-1]:
            moves = tuple(dict.fromkeys(move.instrument for move in told.moves.values()))
            found.append(Ahead(name, day, told.date is None, moves))
    return tuple(sorted(found, key=lambda one: (one.day, one.occasion)))


def ended(seen: Seen) -> date | None:
    """The day by which the war was seen to end; None where it goes on."""
    told = seen.openly.get(WAR_ENDS)
    return None if told is None or told.week == NEVER or told.week > seen.week else _end(seen, int(told.week))
