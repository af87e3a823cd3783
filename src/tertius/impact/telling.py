"""What tells rival hypotheses apart: which observable, past which threshold, by which week, speaks for one of them.

The scenario's variants are its hypotheses. Each is run on futures of its own, as many as its weight says, and what an
analyst can see of them is read as in `impact.observables`. A rule speaks for a hypothesis where it trips more often
under it than under the others; it is chosen and measured on different draws, as rules for events are.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Ensemble, Layout, Options, Progress
from tertius.engine.spread import run_by
from tertius.errors import KernelError, OptionError, UnknownName
from tertius.impact.hypotheses import weights_of
from tertius.impact.indicators import FEWEST, Floats, Indicator, Signal, find, grid
from tertius.impact.observables import every_signal, outputs_read

LEAST_FUTURES = 400


@dataclass(frozen=True)
class Against:
    """The best rule for one hypothesis against one rival, as if one of the two held.

    rival   id of the variant
    weight  the hypothesis's weight against this rival before anything is seen
    rule    the rule that tells most of the two; null where nothing that can be seen parts them
    """

    rival: str
    weight: float
    rule: Indicator | None


@dataclass(frozen=True)
class Telling:
    """What speaks for one hypothesis.

    hypothesis  id of the variant
    name        its name
    week        the last week of the run
    futures     futures under all hypotheses; under: those under this one
    weight      its weight before anything is seen, which is its share of the futures
    few         whether they are too few to tell rules
    against     each rival alone
    rules       the most telling rule of each week; `given` and `otherwise` are the hypothesis's weight
                once a rule has tripped and where it has not, `lead` the weeks left of the run
    """

    hypothesis: str
    name: str
    week: int
    futures: int
    under: int
    weight: float
    few: bool
    against: tuple[Against, ...]
    rules: tuple[Indicator, ...]


def telling(
    layout: Layout,
    options: Options,
    names: Sequence[str] = (),
    progress: Progress | None = None,
    pool: Executor | None = None,
) -> tuple[Telling, ...]:
    """What speaks for each hypothesis, or for those named.

    pool: workers (`worker_pool`); without them threads. They change no number.

    Raises:
        OptionError: a scenario with fewer than two hypotheses, or too few futures. UnknownName: no such hypothesis.
        KernelError, with the hypothesis's name: a law fails under it.
    """
    variants = layout.scenario.variants
    if len(variants) < 2:
        given = f"{layout.scenario.name}, which has {len(variants)}"
        raise OptionError("--hypotheses", given, "a scenario with two variants or more", "write some: docs/sections.md")
    for name in names:
        if name not in variants:
            raise UnknownName("hypothesis", name, variants)
    if options.futures < LEAST_FUTURES:
        raise OptionError("--futures", options.futures, f"{LEAST_FUTURES} or more", "ask for more futures")
    if not tuple(grid(options.weeks)):
        raise OptionError("--weeks", options.weeks, "8 or more, of which the first half is read", "ask for more weeks")
    weights = weights_of(layout, options.seed).mean(axis=1)
    ensembles: list[Ensemble] = []
    done = 0
    for (name, told), weight in zip(variants.items(), weights, strict=True):
        count = max(1, round(options.futures * float(weight) / options.replicates)) * options.replicates
        under = Layout.of(layout.scenario, {**layout.overrides, **told.set})
        try:
            asked = replace(options, futures=count, outputs=outputs_read(layout.scenario))
            ensembles.append(run_by(pool, under, asked))
        except KernelError as error:
            raise KernelError(f"variants.{name}: {error}") from error
        done += count
        if progress is not None:
            progress(done, max(done, options.futures))
    return _told(layout, ensembles, tuple(names or variants))


def _told(layout: Layout, ensembles: Sequence[Ensemble], names: Sequence[str]) -> tuple[Telling, ...]:
    """What speaks for hypotheses whose futures were run, each as many as it weighs, in the scenario's order."""
    variants = list(layout.scenario.variants)
    sizes = [len(each.everything) for each in ensembles]
    of = np.repeat(np.arange(len(sizes)), sizes)
    weeks = ensembles[0].weeks
    on = np.concatenate([each.path("world.ended") == 0 for each in ensembles])
    draws = np.concatenate([each.trajectories[: len(each.everything)] // each.replicates for each in ensembles])
    signals = _joined([every_signal(each) for each in ensembles])
    found = []
    for name in names:
        place = variants.index(name)
        mine = of == place
        held = _Held(signals, np.where(mine, float(weeks), np.inf), on, draws)
        few = bool(min(mine.sum(), (~mine).sum()) < 4 * FEWEST)
        rules = [rule for week in (() if few else grid(weeks)) for rule in held.best((week,))]
        against = []
        for other, rival in enumerate(variants):
            if other != place:
                two = np.flatnonzero(mine | (of == other))
                best = held.among(two).best(tuple(grid(weeks)))
                against.append(Against(rival, float(mine[two].mean()), next(iter(best), None)))
        title = layout.scenario.variants[name].name
        shares = len(of), int(mine.sum()), float(mine.mean()), few
        found.append(Telling(name, title, weeks, *shares, tuple(against), tuple(rules)))
    return tuple(found)


@dataclass(frozen=True)
class _Held:
    """What `find` takes of futures."""

    signals: tuple[Signal, ...]
    holds: Floats
    on: NDArray[np.bool_]
    draws: NDArray[np.int64]

    def among(self, some: NDArray[np.intp]) -> _Held:
        """Of some futures alone."""
        signals = tuple(replace(one, values=one.values[some]) for one in self.signals)
        return _Held(signals, self.holds[some], self.on[some], self.draws[some])

    def best(self, weeks: Sequence[int]) -> tuple[Indicator, ...]:
        """The rule that tells most, read in one of the weeks; none where nothing does."""
        return find(self.signals, self.holds, self.on, weeks, self.draws, 1)


def _joined(every: Sequence[Sequence[Signal]]) -> tuple[Signal, ...]:
    """The same signals of several ensembles as one; what cannot be seen of all of them is left out."""
    held = [{(one.id, one.weeks): one for one in each} for each in every]
    return tuple(
        replace(one, values=np.concatenate([each[key].values for each in held]))
        for key, one in held[0].items()
        if all(key in each for each in held)
    )
