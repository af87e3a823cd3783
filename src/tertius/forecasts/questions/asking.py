"""Ask: the chance of each threshold in the futures, with and without the entry, beside the past, and what moves it.

Both worlds are run once for all questions, on the same futures with the same luck. The interval of a chance is the 80%
one by the number of futures alone, with futures that share a row of parameters counted as what they tell together
(Jeffreys' prior on that effective number). What the parameters make of it is in the ensemble itself, and in `reasons`:
the chance where a quantity lies in its lowest third, and where it lies in its highest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

from tertius.calendar import week_ends
from tertius.engine import Ensemble, Layout, Options, run_arms
from tertius.errors import DataError, OptionError, UnknownName
from tertius.evidence import Holdings
from tertius.forecasts.questions.begun import Begun
from tertius.forecasts.questions.measuring import measured, window
from tertius.forecasts.questions.past import LEVELS, Course, Rates, course_of, rates
from tertius.forecasts.questions.rule import STEPS, Question, Rule
from tertius.impact.given import FEWEST
from tertius.impact.question import other_of, question_of
from tertius.impact.rows import groups_of
from tertius.impact.sensitivity import stands_out
from tertius.world import Scenario

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
EDGES = (0.1, 0.9)
MOST_REASONS = 3
FEWEST_ROWS = 20  # rows of parameters in a third
Progress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True)
class Chance:
    """The chance of one threshold in one branch.

    threshold    the threshold, in the unit of what is measured
    chance       share of the branch's futures in which the rule holds
    interval     80% interval of it, by the number of futures alone
    base         base rate; None where the past tells none
    persistence  chance by "as in the last window"; None where the past tells none
    without      the chance without the entry; None where nothing is compared
    adds         what the entry adds to the chance
    adds_interval  80% interval of that, by the number of futures alone
    """

    threshold: float
    chance: float
    interval: tuple[float, float]
    base: float | None
    persistence: float | None
    without: float | None
    adds: float | None
    adds_interval: tuple[float, float] | None


@dataclass(frozen=True)
class Branch:
    """The chances under one condition, or under none.

    name      its id; None for the question itself
    futures   futures in which the condition holds
    refused   why no chance is told; None where one is
    chances   one for each threshold; empty where refused
    """

    name: str | None
    futures: int
    refused: str | None
    chances: tuple[Chance, ...]


@dataclass(frozen=True)
class Reason:
    """A quantity that moves the chance.

    path, low, high   the quantity; the chance where it lies in its lowest third, and in its highest
    """

    path: str
    low: float
    high: float


@dataclass(frozen=True)
class Asked:
    """A question with its answer.

    starts, ends   the day after which weeks count, and the last that counts
    unit           unit of what is measured
    branches       the question itself, or each of its branches
    quantiles      of what is measured, at `past.LEVELS`
    rates          what the past says
    courses        digests of the series and records that it rests on, by name
    unsettled      why nothing in the data can settle it; None where something can
    reasons        what moves the chance of the threshold that `about_threshold` names, the largest first
    """

    question: Question
    starts: date
    ends: date
    unit: str
    branches: tuple[Branch, ...]
    quantiles: tuple[float, ...]
    rates: Rates
    courses: dict[str, str]
    unsettled: str | None
    reasons: tuple[Reason, ...]
    about_threshold: float


@dataclass(frozen=True)
class Answers:
    """Answers to some questions about one scenario, from the same futures.

    without  what the other world is without, in words; empty where nothing is compared
    base     the scenario whose priors the methodology counts, where the layout is one moved from it
    first    the scenario of the day on which the questions were first asked, where that was before the as-of date
    """

    layout: Layout
    seed: int
    futures: int
    weeks: int
    without: tuple[str, ...]
    asked: tuple[Asked, ...]
    base: Scenario | None = None
    first: Scenario | None = None


def ask(
    layout: Layout,
    questions: Sequence[Question],
    options: Options,
    holdings: Holdings | None = None,
    progress: Progress | None = None,
    begun: Begun | None = None,
    alone: bool = False,
    ran: Sequence[Ensemble] = (),
) -> Answers:
    """Answer questions about a scenario from one run of its two worlds.

    Args:
        layout: the scenario.
        questions: what is asked; checked against it.
        options: futures, seed and threads; the weeks are those that the questions need.
        holdings: series for base rates and to see whether a rule can be settled.
        progress: told how many futures are done.
        begun: where weeks count from a day before the as-of date on, what is known of them.
        alone: neither the world without the entry is run, nor is it told what moves a chance.
        ran: the worlds of `worlds_of`, where they were run already, over all that `needed` names.

    Raises:
        OptionError: too few futures for a chance.
    """
    if options.futures < FEWEST:
        raise OptionError("--futures", options.futures, f"{FEWEST} or more for a chance", "ask for more futures")
    dates = _dates(layout, begun)
    weeks, paths = needed(layout, questions, begun)
    worlds, labels = worlds_of(layout, alone)
    asking = Options(
        options.futures, weeks, options.seed, options.threads, replicates=options.replicates, outputs=paths
    )
    ensembles = ran or run_arms(worlds, asking, progress)
    thirds = _Thirds(ensembles[0], alone)
    asked = tuple(_answer(question, layout, ensembles, dates, holdings, thirds, begun) for question in questions)
    first = None if begun is None else begun.first
    return Answers(layout, options.seed, len(ensembles[0].everything), weeks, labels, asked, first, first)


def _dates(layout: Layout, begun: Begun | None) -> list[date]:
    as_of = layout.scenario.as_of
    return [*([] if begun is None else begun.days[:-1]), as_of, *week_ends(as_of, 520)]


def needed(layout: Layout, questions: Sequence[Question], begun: Begun | None = None) -> tuple[int, tuple[str, ...]]:
    """How many weeks, and which outputs, questions need."""
    rules = {rule.model_dump_json(): rule for question in questions for rule in question.rules()}
    dates = _dates(layout, begun)
    weeks = max(window(rule, dates)[1] for rule in rules.values()) - dates.index(layout.scenario.as_of)
    return weeks, tuple(dict.fromkeys(rule.path for rule in rules.values()))


def worlds_of(layout: Layout, alone: bool = False) -> tuple[list[Layout], tuple[str, ...]]:
    """The scenario and, unless asked alone, the world that it is compared with; in words what that is without."""
    if alone or layout.scenario.comparison is None:
        return [layout], ()
    compared = question_of(layout)
    other = replace(other_of(layout, compared), posterior=layout.posterior)  # which may stand in memory alone
    return [layout, other], compared.labels


def _answer(
    question: Question,
    layout: Layout,
    ensembles: Sequence[Ensemble],
    dates: Sequence[date],
    holdings: Holdings | None,
    thirds: _Thirds,
    begun: Begun | None,
) -> Asked:
    start, end = window(question, dates)
    values = [measured(question, _weeks(question, each, begun), start, end) for each in ensembles]
    told, courses, unsettled = _past(question, layout, holdings, ensembles[0], (start, end), begun)
    branches = []
    for name in question.given or (None,):
        if name is None:
            masks = [np.ones(len(each), dtype=bool) for each in values]
        else:
            rule = question.branch(name)
            slots = window(rule, dates)
            masks = [
                rule.holds(measured(rule, _weeks(rule, each, begun), *slots), rule.thresholds[0]) for each in ensembles
            ]
        branches.append(_branch(name, question, values, masks, thirds.group, told))
    share = [float(question.holds(values[0], threshold).mean()) for threshold in question.thresholds]
    middle = int(np.argmin(np.abs(np.array(share) - 0.5)))
    reasons = thirds.reasons(question.holds(values[0], question.thresholds[middle]))
    unit = dict(layout.outputs())[question.path].unit
    if question.take in ("sum",) and unit.endswith("/week"):
        unit = unit.removesuffix("/week")
    return Asked(
        question=question,
        starts=dates[start],
        ends=dates[end],
        unit="weeks" if question.take in ("crossings", "weeks-above") else "steps" if question.take in STEPS else unit,
        branches=tuple(branches),
        quantiles=tuple(float(each) for each in np.quantile(values[0], LEVELS)),
        rates=told,
        courses=courses,
        unsettled=unsettled,
        reasons=reasons,
        about_threshold=question.thresholds[middle],
    )


def _weeks(rule: Rule, ensemble: Ensemble, begun: Begun | None) -> Floats:
    """Weekly values of what a rule measures, shape (trajectory, week + 1), from the day on which it was first asked."""
    path = np.asarray(ensemble.path(rule.path), dtype=np.float64)
    if begun is None:
        return path
    return begun.joined(rule, path, dict(ensemble.layout.outputs())[rule.path].unit.endswith("/week"))


def _past(
    question: Question,
    layout: Layout,
    holdings: Holdings | None,
    ensemble: Ensemble,
    slots: tuple[int, int],
    begun: Begun | None,
) -> tuple[Rates, dict[str, str], str | None]:
    """What the past says of a question, what it rests on, and why nothing can settle it."""
    courses: dict[str, str] = {}
    found: list[Course] = []
    for rule in question.rules():
        try:
            found.append(course_of(rule, layout, holdings))
        except (DataError, UnknownName) as error:
            why = error.given if isinstance(error, DataError) else f"no series {error.given!r}"
            if rule is question:
                return Rates(None, None, None, None, 0.0, why), courses, str(error)
            return rates_of(question, found[0], layout, ensemble, slots, begun), courses, str(error)
        courses[found[-1].source] = found[-1].digest
    return rates_of(question, found[0], layout, ensemble, slots, begun), courses, None


def rates_of(
    rule: Rule,
    course: Course,
    layout: Layout,
    ensemble: Ensemble,
    slots: tuple[int, int],
    begun: Begun | None = None,
) -> Rates:
    """Base rate and persistence, with past levels moved to that of the as-of date."""
    present = float(np.mean(ensemble.path(rule.path)[:, 0]))
    told = layout.scenario.instruments.get(rule.instrument or "")
    known = None if begun is None else begun.known(rule)
    if rule.take in STEPS:
        present = 0.0 if known is None else float(known[-1])
    before = None if known is None else known[:-1]
    return rates(rule, course, *slots, present, len(told.levels) - 1 if told else None, before)


def _branch(
    name: str | None,
    question: Question,
    values: Sequence[Floats],
    masks: Sequence[Bools],
    group: NDArray[np.int64],
    told: Rates,
) -> Branch:
    count = int(masks[0].sum())
    if count < FEWEST:
        asked = len(masks[0])
        more = f"about {-(-asked * FEWEST // max(count, 1)):,}" if count else "many more"
        why = f"{count:,} of {asked:,} futures, fewer than {FEWEST}: ask for {more} futures, or of something likelier"
        return Branch(name, count, why, ())
    if masks[-1].sum() < FEWEST:  # nothing to compare with in the other world
        values, masks = values[:1], masks[:1]
    chances = []
    for place, threshold in enumerate(question.thresholds):
        held = [question.holds(each, threshold).astype(np.float64) for each in values]
        shares, spread = [], []
        for came, mask in zip(held, masks, strict=True):
            share = float(came[mask].mean())
            shares.append(share)
            spread.append(np.bincount(group, mask * (came - share)) / mask.sum())
        adds = shares[0] - shares[1] if len(shares) > 1 else None
        wide = _error(spread[0] - spread[1]) * float(ndtri(EDGES[1])) if len(spread) > 1 else 0.0
        chances.append(
            Chance(
                threshold=threshold,
                chance=shares[0],
                interval=_interval(shares[0], _error(spread[0]), count),
                base=told.base[place] if told.base else None,
                persistence=told.persistence[place] if told.persistence else None,
                without=shares[1] if len(shares) > 1 else None,
                adds=adds,
                adds_interval=None if adds is None else (adds - wide, adds + wide),
            )
        )
    return Branch(name, count, None, tuple(chances))


def _error(sums: Floats) -> float:
    """Standard error of a share from its residuals summed over rows."""
    return float(np.sqrt((sums**2).sum() * len(sums) / max(len(sums) - 1, 1)))


def _interval(share: float, error: float, futures: int) -> tuple[float, float]:
    """80% interval of a share whose standard error is known: Jeffreys' on as many futures as tell as much."""
    worth = min(share * (1.0 - share) / error**2, futures) if error > 0.0 else futures
    hits = share * worth
    low, high = (float(betaincinv(hits + 0.5, worth - hits + 0.5, edge)) for edge in EDGES)
    return min(low, share), max(high, share)


class _Thirds:
    """Which rows of parameters hold a quantity in its lowest and highest third, for all that is drawn.

    group  number of each future's row, shape (trajectory,)
    """

    def __init__(self, ensemble: Ensemble, untold: bool = False) -> None:
        count = len(ensemble.everything)
        self.group, self._counts = groups_of(ensemble.trajectories[:count] // ensemble.replicates)
        first = np.flatnonzero(np.diff(self.group, prepend=-1))
        paths, low, high = [], [], []
        for path in () if untold else ensemble.parameters:
            drawn = ensemble.parameters[path][:count][first]
            edges = np.quantile(drawn, (1 / 3, 2 / 3))
            below, above = drawn <= edges[0], drawn >= edges[1]
            if edges[0] < edges[1] and min(below.sum(), above.sum()) >= FEWEST_ROWS:
                paths.append(path)
                low.append(below)
                high.append(above)
        self._paths = paths
        self._ends = [np.array(each, dtype=np.float64).reshape(len(paths), len(first)) for each in (low, high)]

    def reasons(self, held: Bools) -> tuple[Reason, ...]:
        """What moves the share in which something holds, beyond what chance makes among so many quantities."""
        if not self._paths:
            return ()
        share = np.bincount(self.group, held) / self._counts
        means, squares = [], np.zeros(len(self._paths))
        for end in self._ends:
            size = np.maximum(end.sum(axis=1), 2.0)
            mean = end @ share / size
            means.append(mean)
            squares += np.maximum(end @ share**2 / size - mean**2, 0.0) / (size - 1.0)
        change, error = means[1] - means[0], np.sqrt(squares)
        order = np.argsort(-np.abs(change), kind="stable")
        clear = [n for n in order if stands_out(float(change[n]), float(error[n]), len(self._paths))]
        return tuple(Reason(self._paths[n], float(means[0][n]), float(means[1][n])) for n in clear[:MOST_REASONS])
