"""Why the answers of two editions differ: the change, split over groups of what changed in the inputs.

The futures are run anew with some of the groups as in the later edition and the others as in the earlier one, all with
the earlier edition's seed, so that what differs is what the groups make. With v(S) the mean answer with the groups S
changed, a group's part is the mean of v(S and the group) - v(S) over orders in which the groups are changed:

    few groups (up to MOST_EXACT)   over all orders: the Shapley value                          (1)
    more                            over the order of the list and its reverse                  (2)

By either the parts add up to v(all) - v(none), exactly. What is left of the change is told by name:

    seed and futures   v(all) with the later edition's seed and number of futures, less v(all)
    laws               what both archives say less what the laws of this version say, where either is of other laws
    remainder          what the parts do not explain: 0 but for 32-bit rounding where all futures are run anew

Source: as in `shapley`; the mean of two opposite orders is its least sample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Inputs, Layout, Options, Progress, law_hash, mixed_inputs, run_arms
from tertius.errors import OptionError, ScenarioError, UnknownName
from tertius.impact.comparison import difference
from tertius.impact.editions import LEVEL, Differences, Edition
from tertius.impact.grouping import GRAINS, Group, Members, grouped, settled
from tertius.impact.question import alternative
from tertius.impact.shapley import exact, over_orders

MOST_EXACT = 5
SEED_AND_FUTURES, LAWS = "seed and number of futures", "laws of motion"
Answers = NDArray[np.float64]


@dataclass(frozen=True)
class Contribution:
    """What a group of changes does to each answer; mean and Monte Carlo standard error, shape (answer,)."""

    name: str
    paths: tuple[str, ...]
    mean: Answers
    error: Answers


@dataclass(frozen=True)
class Attribution:
    """The change of each answer, split.

    answers     (outcome, kind) of each answer
    parts       what the groups of changes, other luck and other laws make; empty where nothing moves numbers
    remainder   change less the sum of all parts, shape (answer,)
    error       its Monte Carlo standard error: 0 where the same futures were run anew, shape (answer,)
    exact       whether all orders were averaged, and not two
    futures     how many futures were run anew, in how many versions
    """

    answers: tuple[tuple[str, str], ...]
    parts: tuple[Contribution, ...]
    remainder: Answers
    error: Answers
    exact: bool
    futures: int
    versions: int


class _Runs:
    """The answers with some groups changed; each version is laid out once and run once."""

    def __init__(self, found: Differences, options: Options) -> None:
        self.one, self.two = found.one.inputs, found.two.inputs
        self.week, self.options = found.week, options
        self.keys = [(answer.outcome, answer.kind) for answer in found.answers if answer.headline]
        self.arms = 2 if any(kind != LEVEL for _, kind in self.keys) else 1
        self.groups: tuple[Group, ...] = ()
        self.laid: dict[frozenset[str], tuple[Layout, ...] | None] = {}
        self.ran: dict[Members, Answers] = {}

    def layouts(self, groups: Sequence[Group], members: Members) -> tuple[Layout, ...] | None:
        """Layouts of the worlds with the groups `members` changed; None where they cannot stand alone."""
        chosen = [change for index in sorted(members) for change in groups[index].changes]
        key = frozenset(f"{change.kind} {change.path}" for change in chosen)
        if key not in self.laid:
            try:
                self.laid[key] = worlds(mixed_inputs(self.one, self.two, chosen), self.arms)
            except (ScenarioError, UnknownName, OptionError):
                self.laid[key] = None
        return self.laid[key]

    def answers(self, members: Members) -> Answers:
        """The answers in each future with the groups `members` changed. Raises OptionError where they cannot stand."""
        if members not in self.ran:
            layouts = self.layouts(self.groups, members)
            if layouts is None:
                given = "inputs that no longer make a world that can be run"
                raise OptionError("RUN1 RUN2", given, "two runs that this version can run anew", "run them again")
            self.ran[members] = answers_of(layouts, self.options, self.keys)
        return self.ran[members]

    @property
    def everyone(self) -> Members:
        """All groups."""
        return frozenset(range(len(self.groups)))

    def own(self, members: Members) -> tuple[Answers, Answers]:
        """Means and errors of the answers with the groups `members` changed, each of shape (answer,)."""
        return _summary(self.answers(members), np.arange(self.options.futures) // self.options.replicates)


def worlds(inputs: Inputs, arms: int) -> tuple[Layout, ...]:
    """Layouts of the world as given and, where two arms are asked for, of the other. Raises as `Layout.of`."""
    base = inputs.layout
    if arms == 1:
        return (base,)
    overrides = alternative(base, inputs.without, inputs.settings)
    return base, Layout.of(inputs.scenario, {**base.overrides, **overrides})


def answers_of(layouts: Sequence[Layout], options: Options, keys: Sequence[tuple[str, str]]) -> Answers:
    """Answers at the last week of a run of one or two worlds, shape (trajectory, answer). Raises KernelError."""
    ran = run_arms(layouts, options)
    if not all(ensemble.complete for ensemble in ran):
        raise KeyboardInterrupt  # parts of some futures with others missing would not add up
    level = {outcome: ran[0].of(outcome)[:, -1] for outcome, _ in keys}
    columns = [level[name] if kind == LEVEL else level[name] - ran[1].of(name)[:, -1] for name, kind in keys]
    return np.stack(columns, axis=1)


def attribute(
    found: Differences, by: str = "", futures: int = 0, threads: int = 0, progress: Progress | None = None
) -> Attribution:
    """Split the change of each headline answer.

    by        grain of the groups: 'value', 'record' or 'section'; else the finest with few groups
    futures   to run anew; 0 for as many as the earlier edition has
    Raises OptionError for an unknown grain, KernelError where a law fails on a mixture of the two.
    """
    if by and by not in GRAINS:
        raise OptionError("--by", by, ", ".join(GRAINS), "name one of these")
    base = found.one.base
    options = Options(
        futures=futures or len(base.trajectories),
        weeks=found.week,
        seed=base.seed,
        threads=threads,
        replicates=base.replicates,
        outputs=(),
    )
    runs = _Runs(found, options)
    moving = [change for change in found.changes if not change.silent]
    runs.groups = settled(
        grouped(moving, by), lambda groups, members: runs.layouts(groups, members) is not None, _wanted
    )
    parts = [*_parts(runs, progress), *_rest(found, runs, threads)]
    whole = np.array([answer.change for answer in found.answers if answer.headline])
    return Attribution(
        answers=tuple(runs.keys),
        parts=tuple(parts),
        remainder=whole - sum((part.mean for part in parts), np.zeros(len(whole))),
        error=_unexplained(found, runs),
        exact=len(runs.groups) <= MOST_EXACT,
        futures=options.futures,
        versions=len(runs.ran),
    )


def _unexplained(found: Differences, runs: _Runs) -> Answers:
    """Error of the remainder, shape (answer,): 0 where all the futures of the earlier edition were run anew."""
    if runs.options.futures == len(found.one.base.trajectories) or not runs.groups:
        return np.zeros(len(runs.keys))
    if not found.paired:
        return runs.own(frozenset())[1]
    rows = np.arange(runs.options.futures) // runs.options.replicates
    return _summary(runs.answers(runs.everyone) - runs.answers(frozenset()), rows)[1]


def _wanted(count: int) -> Iterator[Members]:
    """The sets of groups that must be run: all of them, or those along the list and along its reverse."""
    if count <= MOST_EXACT:
        for size in range(count + 1):
            yield from (frozenset(chosen) for chosen in combinations(range(count), size))
    else:
        for size in range(count + 1):
            yield frozenset(range(size))
            yield frozenset(range(count - size, count))


def _parts(runs: _Runs, progress: Progress | None) -> list[Contribution]:
    count = len(runs.groups)
    rows = np.arange(runs.options.futures) // runs.options.replicates
    wanted = list(dict.fromkeys(_wanted(count))) if count else []
    for done, members in enumerate(wanted, 1):
        runs.answers(members)
        if progress is not None:
            progress(done, len(wanted))
    if not count:
        return []
    gains = _shared_out(count, runs.answers)
    found = []
    for group, gain in zip(runs.groups, gains, strict=True):
        found.append(Contribution(group.name, tuple(change.path for change in group.changes), *_summary(gain, rows)))
    return found


def _shared_out(count: int, worth: Callable[[Members], Answers]) -> Answers:
    """Each group's part by (1) or (2), shape (group, ...), from the worth of sets of groups that `_wanted` names."""

    def of(chosen: int) -> Answers:
        return worth(frozenset(index for index in range(count) if chosen >> index & 1))

    if count <= MOST_EXACT:
        return exact(count, {chosen: of(chosen) for chosen in range(2**count)})
    return over_orders([range(count), range(count)[::-1]], of)


def _rest(found: Differences, runs: _Runs, threads: int) -> list[Contribution]:
    """What other luck and other laws make."""
    editions = (found.one, found.two)
    by_other_laws = any(edition.laws != law_hash() for edition in editions)
    parts = []
    if not found.paired:
        (lucky, error), (own, own_error) = _again(found.two, runs, threads), runs.own(runs.everyone)
        parts.append(Contribution(SEED_AND_FUTURES, (), lucky - own, np.hypot(error, own_error)))
    if by_other_laws:
        ends = [_again(edition, runs, threads) for edition in editions]
        gaps = [
            np.array([edition.values(*key, found.week).mean() for key in runs.keys]) - again
            for edition, (again, _) in zip(editions, ends, strict=True)
        ]
        parts.append(Contribution(LAWS, (), gaps[1] - gaps[0], np.hypot(ends[0][1], ends[1][1])))
    return parts


def _again(edition: Edition, runs: _Runs, threads: int) -> tuple[Answers, Answers]:
    """Means and errors of an edition's answers run anew with its own seed and futures by the laws of this version."""
    base = edition.base
    options = Options(
        futures=len(base.trajectories),
        weeks=runs.week,
        seed=base.seed,
        threads=threads,
        replicates=base.replicates,
        outputs=(),
    )
    answers = answers_of(worlds(edition.inputs, runs.arms), options, runs.keys)
    return _summary(answers, np.arange(options.futures) // options.replicates)


def _summary(values: Answers, rows: NDArray[np.int64]) -> tuple[Answers, Answers]:
    """Mean of each column and its standard error by parameter rows; values of shape (trajectory, answer)."""
    found = [difference("", 0, 0.0, column, np.zeros(len(column)), rows) for column in values.T]
    errors = [np.nan if one.error is None else one.error for one in found]
    return np.array([one.mean for one in found]), np.array(errors)
