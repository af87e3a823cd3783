"""What a first page tells: headline chances, the effect to be expected week by week, who reacts, wars that go on.

Of a chance and of an effect, the interval is over what we do not know, with the draws' own chance taken out of it
(`impact.comparison`, `impact.chances`). Shares of futures in which something happens in one world alone depend on how
the two worlds are coupled (here: every random number is the same); nothing else here does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.impact.battlefield import lands_held
from tertius.impact.chances import cleared, of_step, probability
from tertius.impact.comparison import Comparison, Difference, difference, effect, expected_by_row, widened
from tertius.impact.ends import can_end
from tertius.impact.needed import reason_outputs
from tertius.impact.reactions import PROBABILITY_BAND, Reaction, Reactions, Step, left_in
from tertius.impact.reasons import reasons_of, worth
from tertius.impact.recorded import Floats, Recorded, leads
from tertius.impact.system import CHANCE_BAND, happened, surprise_of_rung

MOST_STEPS, MOST_LANDS, MOST_CHANCES = 2, 2, 6
LEAST = 0.01  # chance in either world from which on a step is told of
LEAST_LAND = 0.05  # the same of all land held, or lost
INNER, OUTER = 0.6745, 1.2816  # normal quantiles of a 50% and an 80% interval
MOVED, UNSEEN, UNSETTLED, NONE, UNLINKED = "moved", "unseen", "unsettled", "none", "unlinked"
Again = Callable[[tuple[str, ...], int], Comparison]
"""Runs some of the futures of both worlds again and keeps the outputs named."""


@dataclass(frozen=True)
class Chance:
    """The chance that something happens by a week, in both worlds; in [0, 1].

    what          end:over, step:INSTRUMENT:DIRECTION, rung:PATH, none:THEATRE or all:THEATRE (what its holder then has)
    week          weeks after the as-of date
    with_it       chance with the entry
    without       chance without it
    interval      80% interval of the chance with the entry, over what we do not know
    found         the difference of the two
    with_alone    share of futures in which it happens with the entry and not without it
    without_alone  share in which it happens without the entry and not with it
    """

    what: str
    week: int
    with_it: float
    without: float
    interval: tuple[float, float]
    found: Difference
    with_alone: float
    without_alone: float


@dataclass(frozen=True)
class Expected:
    """The effect to be expected on an outcome, a number a week from the as-of date on, in its unit.

    outcome  id of the outcome
    mean     mean with the entry less mean without
    q10      lower end of its 80% interval over what we do not know
    q25      lower end of its 50% interval
    q75      upper end of its 50% interval
    q90      upper end of its 80% interval
    """

    outcome: str
    mean: tuple[float, ...]
    q10: tuple[float, ...]
    q25: tuple[float, ...]
    q75: tuple[float, ...]
    q90: tuple[float, ...]


@dataclass(frozen=True)
class GoesOn:
    """How many futures have seen the war end by a week, and what the entry changes where it goes on in both worlds.

    week           weeks after the as-of date
    ended_with     share of futures in which it has ended, with the entry
    ended_without  the same without it
    going_on       share of futures in which it goes on in both worlds
    differences    every outcome in these; empty where it goes on in too few for it
    """

    week: int
    ended_with: float
    ended_without: float
    going_on: float
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Standing:
    """What the entry does to the steps of a state that leads neither side.

    actor       id of the state
    kind        moved (a step's chance changes detectably), unseen (less than can be seen), unsettled (its direction is
                not known), none (exactly nothing), unlinked (no link to the war is modelled)
    instrument  instrument of the step that is told: the one that changes most; null where none is open
    direction   up or down; null likewise
    reason      stake or other term that moves it most; null where nothing is seen to move
    any_step    the chance that it steps up anything
    enters      whether it is whose entry is asked about, so that what it does is no reaction of another
    """

    actor: str
    kind: str
    instrument: str | None
    direction: str | None
    reason: str | None
    any_step: Chance
    enters: bool = False


@dataclass(frozen=True)
class Summary:
    """All of it.

    chances   four to six chances: the war's end, the reactions that change most, land all held or lost, high rungs
    expected  headline outcomes week by week
    goes_on   at each horizon; empty where the scenario's wars cannot end
    states    third states, those that the entry moves most first, and who enters last
    lacking   parts that the scenario has nothing of: ends, ladders, states
    """

    chances: tuple[Chance, ...]
    expected: tuple[Expected, ...]
    goes_on: tuple[GoesOn, ...]
    states: tuple[Standing, ...]
    lacking: tuple[str, ...]

    def chance(self, what: str) -> Chance | None:
        """One of the chances; None where it is not among them."""
        return next((one for one in self.chances if one.what == what), None)


def summary(comparison: Comparison, found: Reactions | None, heads: tuple[Chance, ...], again: Again) -> Summary | None:
    """What the two worlds come to; None where an archive kept no states.

    heads: the headline chances, as `chances` gives them.
    again: what moves a step is read from some of the futures, up to a week, as few steps need it and it is large.
    """
    if not len(comparison.base.everything):
        return None
    base, other = Recorded(comparison.base), Recorded(comparison.other)
    kept = comparison.kept
    ends = can_end(base)
    lacking = {"ends": not ends, "ladders": not base.scenario.ladders, "states": found is None or not found.steps()}
    return Summary(
        chances=heads,
        expected=tuple(_expected(comparison, name) for name in base.scenario.headlines),
        goes_on=tuple(_goes_on(kept, week) for week in comparison.horizons) if ends else (),
        states=tuple(_states(base, other, found, _entrants(comparison), again)) if found is not None else (),
        lacking=tuple(name for name, lacks in lacking.items() if lacks),
    )


def chances(comparison: Comparison, found: Reactions | None) -> tuple[Chance, ...]:
    """The headline chances alone; none where an archive kept no states."""
    if not len(comparison.base.everything):
        return ()
    kept = comparison.kept
    return tuple(_chances(kept, Recorded(kept.base), Recorded(kept.other), found))[:MOST_CHANCES]


def _chance(
    what: str,
    week: int,
    happens: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    rows: NDArray[np.int64],
    news: tuple[Floats | None, Floats | None] = (None, None),
    band: float = CHANCE_BAND,
) -> Chance:
    """From whether it happens in each future of the two worlds, shape (trajectory,), and what of that is chance."""
    one, two = (each.astype(np.float64) for each in happens)
    clear = cleared(one, two, news, rows)
    low, high = effect(clear[0], rows)[2]
    return Chance(
        what=what,
        week=week,
        with_it=probability(clear[0]),
        without=probability(clear[1]),
        interval=(max(0.0, low), min(1.0, high)),
        found=difference(what, week, band, one, two, rows, clear),
        with_alone=float((happens[0] & ~happens[1]).mean()),
        without_alone=float((happens[1] & ~happens[0]).mean()),
    )


def _chances(comparison: Comparison, base: Recorded, other: Recorded, found: Reactions | None) -> Iterator[Chance]:
    last = comparison.base.weeks
    if can_end(base):
        ended = tuple(happened(arm.output("world.ended"))[:, last] > 0 for arm in (base, other))
        yield _chance("end:over", last, (ended[0], ended[1]), base.rows)
    if found is not None:
        yield from _steps(base, other, found, _entrants(comparison))
    yield from _lands(comparison, base.rows, last)
    yield from _rungs(base, other, last)


def _entrants(comparison: Comparison) -> set[str]:
    """Actors whose entry is asked about."""
    scenario = comparison.base.layout.scenario
    asked = [one.event for one in comparison.question.without]
    events = [scenario.events[name] for name in asked if name in scenario.events]
    found = {scenario.instruments[name].actor for name in asked if name in scenario.instruments}
    found |= {scenario.contingents[each.contingent].actor for each in events if each.contingent is not None}
    found |= {scenario.weapons[each.weapon].actor for each in events if each.weapon is not None}
    return found | {scenario.defences[each.defence].actor for each in events if each.defence is not None}


def _steps(base: Recorded, other: Recorded, found: Reactions, entrants: set[str]) -> Iterator[Chance]:
    """The steps of third states that the entry changes most."""
    open_to_all = [row for row in found.steps() if not row[0].imposed and row[0].actor not in entrants]
    rows = [row for row in open_to_all if max(row[2].with_it, row[2].without) >= LEAST]
    rows.sort(key=lambda row: (not row[2].found.detectable, -abs(row[2].found.mean), row[0].instrument, row[1]))
    for one, direction, _ in rows[:MOST_STEPS]:
        levels = (arm.output(f"instruments.{one.instrument}.level") for arm in (base, other))
        took = tuple(left_in(level, direction) <= found.week for level in levels)
        news: tuple[Floats | None, ...] = (None, None)
        if base.by_luck:
            held = (of_step(arm, one.instrument, direction) for arm in (base, other))
            news = tuple(None if each is None else each[:, found.week] for each in held)
        what = f"step:{one.instrument}:{direction}"
        yield _chance(what, found.week, (took[0], took[1]), base.rows, (news[0], news[1]), PROBABILITY_BAND)


def _lands(comparison: Comparison, rows: NDArray[np.int64], week: int) -> Iterator[Chance]:
    """Theatres whose land is all held or all lost in some futures: of each the one of the two that is likelier."""
    worlds = [dict(lands_held(arm)) for arm in (comparison.base, comparison.other)]
    made = []
    for theatre, held in worlds[0].items():
        both = [_chance(f"{kind}:{theatre}", week, (held[kind], worlds[1][theatre][kind]), rows) for kind in held]
        likeliest = max(both, key=lambda one: max(one.with_it, one.without))
        if max(likeliest.with_it, likeliest.without) >= LEAST_LAND:
            made.append(likeliest)
    yield from sorted(made, key=lambda one: (-abs(one.found.mean), one.what))[:MOST_LANDS]


def _rungs(base: Recorded, other: Recorded, week: int) -> Iterator[Chance]:
    """The top of the first ladder; and of all other rungs, the entry's own left out, the one that it changes most."""
    made = []
    for ladder, held in base.scenario.ladders.items():
        for key, rung in held.rungs.items():
            if rung.output is not None and rung.output.startswith(("contingents.", "weapons.")):
                continue
            path = f"ladders.{ladder}.rungs.{key}"
            both = tuple(happened(arm.output(f"{path}.reached")) for arm in (base, other))
            news: tuple[Floats | None, ...] = (None, None)
            if base.by_luck:
                told = zip((base, other), both, strict=True)
                surprises = [surprise_of_rung(arm, path, rung, came) for arm, came in told]
                news = tuple(None if each is None else each[:, week] for each in surprises)
            came = (both[0][:, week] > 0, both[1][:, week] > 0)
            made.append((ladder, rung.height, _chance(f"rung:{path}", week, came, base.rows, (news[0], news[1]))))
    if not made:
        return
    first = next(iter(base.scenario.ladders))
    top = max((row for row in made if row[0] == first), key=lambda row: row[1], default=None)
    rest = [row[2] for row in made if row is not top]
    if rest:
        yield min(rest, key=lambda one: (not one.found.detectable, -abs(one.found.mean), one.what))
    if top is not None:
        yield top[2]


def _expected(comparison: Comparison, outcome: str) -> Expected:
    return expected_of(outcome, comparison.base.of(outcome) - comparison.other.of(outcome), comparison.rows)


def expected_of(outcome: str, apart: NDArray[np.float64], rows: NDArray[np.int64]) -> Expected:
    """The effect to be expected, from paired differences of shape (trajectory, week)."""
    weeks = [_spread(apart[:, week], rows) for week in range(apart.shape[1])]
    return Expected(outcome, *(tuple(level) for level in zip(*weeks, strict=True)))


def _spread(paired: NDArray[np.float64], rows: NDArray[np.int64]) -> tuple[float, ...]:
    """Mean, then the ends of the 80% and 50% intervals of the effect to be expected, in order of size."""
    mean, error, (low, high) = effect(paired, rows)
    inner = np.quantile(expected_by_row(paired, rows), (0.25, 0.75)).tolist()
    near, far = widened(inner[0], inner[1], mean, error * INNER / OUTER)
    return mean, low, max(low, near), min(high, far), high


def _goes_on(comparison: Comparison, week: int) -> GoesOn:
    base, other = comparison.base, comparison.other
    ended = [happened(arm.path("world.ended"))[:, week] > 0 for arm in (base, other)]
    on = ~ended[0] & ~ended[1]
    told = []
    rows = comparison.rows[on]
    for name in base.layout.scenario.outcomes if len(np.unique(rows)) > 1 else ():
        band = base.layout.scenario.outcomes[name].material.central
        told.append(difference(name, week, band, base.of(name)[on, week], other.of(name)[on, week], rows))
    shares = [float(each.mean()) for each in ended]
    return GoesOn(week, shares[0], shares[1], float(on.mean()), tuple(told))


def _states(base: Recorded, other: Recorded, found: Reactions, entrants: set[str], again: Again) -> list[Standing]:
    """Every third state that decides anything, those whose steps change detectably first, then by size."""
    belligerents = leads(base.ensemble)
    held = {told.actor: None for told in base.scenario.instruments.values() if told.actor not in belligerents}
    steps = [row for row in found.steps() if not row[0].imposed]
    groups = {actor: mine for actor in held if (mine := [row for row in steps if row[0].actor == actor])}
    for mine in groups.values():
        mine.sort(key=lambda row: (not row[2].found.detectable, -abs(row[2].found.mean), row[0].instrument, row[1]))
    asked = [row for mine in groups.values() for row in _told_why(mine)]
    # What a step is linked to may come late; why one has moved is told of the weeks in which it is counted.
    week = found.week if all(row[2].found.detectable for row in asked) else base.ensemble.weeks
    outputs = reason_outputs(base.ensemble.layout, ((row[0].instrument, row[1]) for row in asked))
    few = again(outputs, week) if asked else None
    why = (base, other) if few is None else (Recorded(few.base), Recorded(few.other))
    rows = []
    for actor, mine in groups.items():
        one, direction, step = mine[0]
        kind = _kind(why[0], mine)
        reason = _reason(*why, one.instrument, direction, found.week, step.found.mean) if kind == MOVED else None
        chance = _any_step(base, other, actor, mine, found.week)
        rows.append((step.found, Standing(actor, kind, one.instrument, direction, reason, chance, actor in entrants)))
    rows.sort(key=lambda row: (row[1].enters, row[1].kind != MOVED, -abs(row[0].mean), row[1].actor))
    return [standing for _, standing in rows]


def _told_why(steps: Sequence[tuple[Reaction, str, Step]]) -> Sequence[tuple[Reaction, str, Step]]:
    """Of a state's steps, the largest first, those whose worth is read: one that has moved, or all where none has."""
    if steps[0][2].found.detectable:
        return steps[:1]
    return () if _moves(steps) else steps


def _moves(steps: Sequence[tuple[Reaction, str, Step]]) -> bool:
    """Whether any of a state's steps is another at all with the entry; the largest comes first."""
    return not all(step.found.same for _, _, step in steps)


def _kind(why: Recorded, steps: Sequence[tuple[Reaction, str, Step]]) -> str:
    first = steps[0][2].found
    if first.detectable:
        return MOVED
    if not _moves(steps):
        names = dict.fromkeys(row[0].instrument for row in steps)
        linked = any(values.any() for name in names for values in worth(why, name).values())
        return NONE if linked else UNLINKED
    low, high = first.interval
    wide = max(-low, high) > first.band
    return UNSETTLED if first.clear and wide and not first.directed else UNSEEN


def _reason(base: Recorded, other: Recorded, instrument: str, direction: str, week: int, change: float) -> str | None:
    """The term by which the entry moves the step most, in the direction in which it changes."""
    (told,) = reasons_of(base, other, instrument, [direction], week)
    terms = told.pulling if change > 0 else told.against
    return terms[0].term if terms else None


def _any_step(
    base: Recorded, other: Recorded, actor: str, steps: Sequence[tuple[Reaction, str, Step]], week: int
) -> Chance:
    names = dict.fromkeys(row[0].instrument for row in steps)
    rose = []
    for arm in (base, other):
        each = [left_in(arm.output(f"instruments.{name}.level"), "up") <= week for name in names]
        rose.append(np.any(each, axis=0))
    return _chance(f"any:{actor}:up", week, (rose[0], rose[1]), base.rows, band=PROBABILITY_BAND)
