"""Options: what each step of one state, alone and in pairs, would change for it and for others. Nothing is
recommended.

Every option is run on the same futures with the same luck, in the world with the entry and in the one without. Its
worth to the actor is what its own stakes come to at the last week, each by the actor's weight on it:

W = sum_s w_s x_s, s its stakes, x_s their change since the as-of date, turned so that more is what it wants (1)

    effect        mean of W less that of taking no step
    worst         mean of W over the tenth of the futures in which it is least, less the same of taking no step
    regret        mean over futures of what the best option of that very future would have had more
    law's regret  largest over rival laws of what the option best under that law has more there, on average

What an option provokes is the change of the chance that another state moves an instrument by the last week. An option
is robust where its effect lies beyond chance and on the same side under every rival law; it hangs on a law where
without the futures of that law less than half of the effect is left, and that gap lies beyond chance. What the
actor's own restraint costs it is not counted, only its stakes.

Source:   regret: Savage (1951); regret over rival models, and options compared over all of them: Lempert, Popper and
          Bankes (2003); mean of the worst tenth: Rockafellar and Uryasev (2000).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from tertius.engine import Layout, Progress
from tertius.engine import Options as Run
from tertius.engine.rivals import Rivals, rivals_of
from tertius.errors import OptionError
from tertius.impact.moves import (
    Bench,
    Floats,
    Move,
    Plan,
    Reading,
    Truths,
    each,
    event_of,
)
from tertius.impact.observables import WAR_ENDS, WAYS, Target
from tertius.impact.question import Question, other_of
from tertius.impact.weighing import (
    Estimate,
    UnderLaw,
    beaten_by,
    estimate,
    hangs_on,
    is_robust,
    law_regrets,
    regrets,
    under_laws,
    worst_tenth,
)

FEWEST = 200
MOST = 4000
RUNS = 70_000  # futures that two processors run in about 20 s, over all options and both worlds
MOST_PROVOKED = 5


@dataclass(frozen=True)
class Count:
    """Something that options are compared on.

    kind    stake, outcome or chance
    name    id of the stake or outcome, or the event
    unit    its unit; 1 for a chance
    wants   what the actor wants of its stake, more or less; empty for what is none of its own
    weight  mean of its weight on it; 0 for what is none of its own
    """

    kind: str
    name: str
    unit: str
    wants: str
    weight: float


@dataclass(frozen=True)
class Changed:
    """What an option changes in one count, in its unit, against taking no step.

    with_it  in the world with the entry
    without  in the world without it; null where there is none
    """

    with_it: Estimate
    without: Estimate | None


@dataclass(frozen=True)
class Provoked:
    """A step of another state that an option makes more, or less, likely.

    instrument  id of the instrument
    direction   up or down
    actor       whose it is
    chance      chance of it by the last week, with the option
    otherwise   the same with no step taken
    change      the difference of the two
    """

    instrument: str
    direction: str
    actor: str
    chance: float
    otherwise: float
    change: Estimate


@dataclass(frozen=True)
class Option:
    """Steps taken together, against taking none.

    moves       the steps
    worth       effect on the actor's own stakes, (1), with the entry; null where it has none
    without     the same in the world without the entry; null where there is none
    worst       effect on the mean of the worst tenth of futures; null where the actor has no stakes
    regret      see the module's head; null where the actor has no stakes
    law_regret  see the module's head; null where there are no rival laws, or no stakes
    law         the rival law of that regret, BLOCK:LAW; empty where there is none
    changes     what it changes in each count, in their order
    provokes    steps of others that it changes beyond chance, the largest change first
    laws        its worth under each rival law
    robust      whether its effect is beyond chance and on one side under every rival law
    hangs_on    rival laws on which its effect hangs, BLOCK:LAW
    beaten_by   number, from 1, of an option that is no worse in any own stake and in the worst tenth, and better in all
                together beyond chance; 0 for taking no step; null where there is none
    """

    moves: tuple[Move, ...]
    worth: Estimate | None
    without: Estimate | None
    worst: float | None
    regret: float | None
    law_regret: float | None
    law: str
    changes: tuple[Changed, ...]
    provokes: tuple[Provoked, ...]
    laws: tuple[UnderLaw, ...]
    robust: bool
    hangs_on: tuple[str, ...]
    beaten_by: int | None


@dataclass(frozen=True)
class Choices:
    """Options of one state, in the order of its instruments, single steps first.

    scenario    its name
    actor       id of the state
    entry       what the other world is without, in words; empty where there is no other world
    week        the last week of the run
    futures     futures of each run; each has its own draw of the quantities
    seed        their seed
    asked       how many options were asked for; more than there are where the run was stopped early
    counts      what they are compared on: its own stakes first
    nothing     regret of taking no step; null where the actor has no stakes
    stands      mean of each count at the last week where no step is taken
    options     what they are
    """

    scenario: str
    actor: str
    entry: str
    week: int
    futures: int
    seed: int
    asked: int
    counts: tuple[Count, ...]
    nothing: float | None
    stands: tuple[float, ...]
    options: tuple[Option, ...]


def futures_of(plans: int, worlds: int) -> int:
    """Futures of each run, so that all options together take about 20 s on two processors."""
    return max(FEWEST, min(MOST, RUNS // (worlds * (plans + 1)) // 50 * 50))


def choices(
    layout: Layout,
    run: Run,
    actor: str,
    plans: Sequence[Plan],
    values: Sequence[str] = (),
    question: Question | None = None,
    progress: Progress | None = None,
) -> Choices:
    """Run every plan of the actor; after Ctrl-C the plans that are done are kept.

    run: futures, weeks, seed and threads. values: outcomes and events that options are compared on beside the actor's
    own stakes; else the headline outcomes and the end of the war. question: the world without the entry.
    Raises UnknownName, OptionError for values that are none, or too few futures; Interrupted where no plan was done.
    """
    if run.futures < FEWEST:
        raise OptionError("--futures", run.futures, f"{FEWEST} or more, or 0", "ask for more futures")
    wanted = _wanted(layout, values)
    benches = [Bench(layout, run)]
    if question is not None:
        benches.append(Bench(other_of(layout, question), run))
    held = _Held.of(benches[0], actor, wanted)
    bases = tuple(held.values(bench, bench.read()) for bench in benches)
    done = each(
        run.workers,
        plans,
        lambda plan: tuple(held.values(bench, bench.read(plan)) for bench in benches),
        progress,
    )
    return Choices(
        scenario=layout.scenario.name,
        actor=actor,
        entry="; ".join(question.labels) if question is not None else "",
        week=run.weeks,
        futures=run.futures,
        seed=run.seed,
        asked=len(plans),
        counts=held.counts,
        nothing=float(regrets(np.stack([bases[0].worth, *(one[0].worth for one in done)]))[0]) if held.stakes else None,
        stands=tuple(bases[0].counts.mean(axis=1).tolist()),
        options=_options(held, bases, plans, done),
    )


@dataclass(frozen=True)
class _Values:
    """Numbers of the futures under one plan: worth (future,), counts (count, future), moved (2, future, instrument)."""

    worth: Floats
    counts: Floats
    moved: Truths


@dataclass(frozen=True)
class _Held:
    """What every plan is measured by: an actor, its stakes with signs and weights (stake, future), counts, rivals."""

    layout: Layout
    actor: str
    stakes: tuple[int, ...]
    signs: Floats
    weights: Floats
    wanted: tuple[Target | str, ...]
    counts: tuple[Count, ...]
    rivals: tuple[Rivals, ...]

    @classmethod
    def of(cls, bench: Bench, actor: str, wanted: tuple[Target | str, ...]) -> _Held:
        scenario = bench.layout.scenario
        names = list(scenario.stakes)
        interests = scenario.actors[actor].interests
        drawn, futures = bench.drawn, bench.options.futures
        weights = []
        for name in interests:
            path = f"actors.{actor}.interests.{name}.weight"
            central = bench.layout.by_path[path].quantity.central
            weights.append(drawn.get(path, np.full(futures, central)))
        counts = [
            Count("stake", name, scenario.stakes[name].unit, one.wants, float(weight.mean()))
            for (name, one), weight in zip(interests.items(), weights, strict=True)
        ]
        counts += [
            Count("outcome", one, scenario.outcomes[one].unit, "", 0.0)
            if isinstance(one, str)
            else Count("chance", one.id, "1", "", 0.0)
            for one in wanted
        ]
        return cls(
            bench.layout,
            actor,
            tuple(names.index(name) for name in interests),
            np.array([1.0 if one.wants == "more" else -1.0 for one in interests.values()]),
            np.array(weights).reshape(len(weights), futures),
            wanted,
            tuple(counts),
            rivals_of(bench.layout, bench.options.seed, bench.rows, 1, drawn),
        )

    def values(self, bench: Bench, reading: Reading) -> _Values:
        """What a plan comes to in one world."""
        stakes = reading.stakes[:, self.stakes].T  # (stake, future)
        outcomes = list(self.layout.scenario.outcomes)
        others = [
            reading.outcomes[:, outcomes.index(one)]
            if isinstance(one, str)
            else bench.comes(reading, one).astype(float)
            for one in self.wanted
        ]
        worth = (self.weights * self.signs[:, None] * stakes).sum(axis=0)
        return _Values(
            np.asarray(worth), np.concatenate([stakes, np.array(others).reshape(len(others), -1)]), reading.moved
        )


def _wanted(layout: Layout, values: Sequence[str]) -> tuple[Target | str, ...]:
    """Outcomes by id, and events, that are compared beside the actor's stakes."""
    outcomes = layout.scenario.outcomes
    names = tuple(dict.fromkeys(values)) or (*layout.scenario.headlines, WAR_ENDS)
    return tuple(name if name in outcomes else event_of(name, layout.scenario) for name in names)


def _options(
    held: _Held, bases: Sequence[_Values], plans: Sequence[Plan], done: Sequence[Sequence[_Values]]
) -> tuple[Option, ...]:
    """All options that were run, told against taking no step."""
    worths = np.stack([bases[0].worth, *(one[0].worth for one in done)])  # (option, future), taking no step first
    signed = np.stack([each.counts[: len(held.stakes)].mean(axis=1) for each in (bases[0], *(one[0] for one in done))])
    regret, by_law = regrets(worths), law_regrets(worths, held.rivals)
    beaten = beaten_by(worths, signed * held.signs)
    options = []
    for place, (plan, worlds) in enumerate(zip(plans, done, strict=False), 1):
        told = Option(
            moves=tuple(plan), worth=None, without=None, worst=None, regret=None, law_regret=None, law="",
            changes=_changes(worlds, bases), provokes=_provoked(held, worlds[0].moved, bases[0].moved), laws=(),
            robust=False, hangs_on=(), beaten_by=None,
        )  # fmt: skip
        if held.stakes:
            effect = worlds[0].worth - bases[0].worth
            worth, laws = estimate(effect), under_laws(effect, held.rivals)
            amount, law = by_law[place]
            told = replace(
                told,
                worth=worth,
                without=estimate(worlds[1].worth - bases[1].worth) if len(worlds) > 1 else None,
                worst=worst_tenth(worlds[0].worth) - worst_tenth(bases[0].worth),
                regret=float(regret[place]),
                law_regret=amount if law else None,
                law=law,
                laws=laws,
                robust=is_robust(worth, laws),
                hangs_on=hangs_on(effect, held.rivals),
                beaten_by=beaten[place],
            )
        options.append(told)
    return tuple(options)


def _changes(worlds: Sequence[_Values], bases: Sequence[_Values]) -> tuple[Changed, ...]:
    """What an option changes in each count, in each world."""
    apart = [one.counts - base.counts for one, base in zip(worlds, bases, strict=True)]
    return tuple(
        Changed(estimate(apart[0][place]), estimate(apart[1][place]) if len(apart) > 1 else None)
        for place in range(len(apart[0]))
    )


def _provoked(held: _Held, moved: Truths, base: Truths) -> tuple[Provoked, ...]:
    """Steps of others that are more or less likely beyond chance; moved and base of shape (2, future, instrument)."""
    told = held.layout.scenario.instruments
    places = [place for place, one in enumerate(told.values()) if one.actor != held.actor]
    bound = float(ndtri(1 - 0.025 / max(1, 2 * len(places))))
    found = []
    names = list(told)
    for way, direction in enumerate(WAYS):
        for place in places:
            change = estimate(moved[way, :, place].astype(float) - base[way, :, place])
            if abs(change.mean) > bound * change.error > 0:
                shares = float(moved[way, :, place].mean()), float(base[way, :, place].mean())
                found.append(Provoked(names[place], direction, told[names[place]].actor, *shares, change))
    found.sort(key=lambda one: (-abs(one.change.mean), one.instrument, one.direction))
    return tuple(found[:MOST_PROVOKED])
