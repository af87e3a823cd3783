"""What to watch: which observables tell early whether an event comes, and what has been seen of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tertius.api.calls import Watch, front, stage
from tertius.api.claims import weighed
from tertius.api.war import Named, Settings, opened, options_of
from tertius.calendar import week_ends
from tertius.defaults import FUTURES, LEAST_RATIO, QUIET_WEEKS, SEED, THREADS
from tertius.errors import OptionError

if TYPE_CHECKING:
    from tertius.evidence import Holdings
    from tertius.evidence.claims.accepted import Claim
    from tertius.forecasts.questions.settling import Steps
    from tertius.forecasts.watch.replay import Replay
    from tertius.forecasts.watch.watched import Watch as Watched
    from tertius.impact.collecting import Priorities
    from tertius.impact.telling import Telling
    from tertius.impact.watching import Watchlist


@front
def indicators(
    scenario: Named,
    targets: Sequence[str] = (),
    assume: Settings | None = None,
    *,
    futures: int = FUTURES,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
    executor: str = "threads",
    progress: Watch | None = None,
) -> tuple[Watchlist, ...]:
    """What to watch for an event: observables, thresholds, how early they warn and how often in vain.

    One world is run, as it stands. Rules are chosen on half of its draws and measured on the other half.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        targets: events, each 'war-ends', 'INSTRUMENT', 'INSTRUMENT:up', 'INSTRUMENT:down', 'LADDER.RUNG',
            'THEATRE:closes', 'OUTCOME>NUMBER' or 'OUTCOME<NUMBER'; none: those neither sure nor nearly ruled out.
        assume: quantities set, path -> value.
        futures: how many; at least 400.
        weeks: horizon in weeks; else as the scenario says.
        seed: same seed, same numbers, bit for bit.
        threads: how many work at it; 0 is one for each processor. Changes no number.
        executor: who works: 'threads', 'processes', 'dask' or 'dask:ADDRESS'. Changes no number.
        progress: called with (stage, done, of how many).

    Returns:
        For each event its chance and the rules to watch by, the most telling first, with the rates of hits and false
        alarms and the lead in weeks.

    Raises:
        ScenarioError, LayoutError: the scenario cannot be used. UnknownName: no such event.
        OptionError: a target of no known form, too few futures, or a value out of range. Interrupted: stopped early.

    Example:
        >>> found = tertius.indicators("river-war", ["war-ends"], futures=400, weeks=8)
        >>> found[0].target.kind
        'war'
    """
    from tertius.engine.executors import How, pool_or_threads
    from tertius.impact.watching import watchlists

    how, war = How.of(executor), opened(scenario, assume)
    options = options_of(war, futures, weeks, seed, threads)
    with pool_or_threads(how, options.workers) as pool:
        return watchlists(war.layout, options, tuple(targets), stage(progress, "futures"), pool)


@front
def hypotheses(
    scenario: Named,
    names: Sequence[str] = (),
    assume: Settings | None = None,
    *,
    futures: int = FUTURES,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
    executor: str = "threads",
    progress: Watch | None = None,
) -> tuple[Telling, ...]:
    """What tells a scenario's rival hypotheses apart: what speaks for each, from which week on, how often in vain.

    Each variant is run on as many futures as it weighs. Rules are chosen on half of the draws, measured on the other.

    Args:
        scenario: a shipped name, a file, or a loaded scenario, with two `variants` or more.
        names: hypotheses, by the ids of variants; none: every one.
        assume: quantities set, path -> value.
        futures: how many, all hypotheses together; at least 400.
        weeks: horizon in weeks; else as the scenario says.
        seed: same seed, same numbers, bit for bit.
        threads: how many work at it; 0 is one for each processor. Changes no number.
        executor: who works: 'threads', 'processes', 'dask' or 'dask:ADDRESS'. Changes no number.
        progress: called with (stage, done, of how many).

    Returns:
        For each hypothesis its weight before anything is seen, and rules by week with what its weight is once a rule
        has tripped, and with the rates of hits and false alarms.

    Raises:
        ScenarioError, LayoutError: the scenario cannot be used. UnknownName: no such hypothesis.
        OptionError: fewer than two hypotheses, too few futures, or a value out of range. Interrupted: stopped early.

    Example:
        >>> found = tertius.hypotheses("river-war", futures=400)
        >>> [each.hypothesis for each in found]
        ['one-legion', 'two-legions']
    """
    from tertius.engine.executors import How, pool_or_threads
    from tertius.impact.telling import telling

    how, war = How.of(executor), opened(scenario, assume)
    options = options_of(war, futures, weeks, seed, threads)
    with pool_or_threads(how, options.workers) as pool:
        return telling(war.layout, options, tuple(names), stage(progress, "futures"), pool)


@front
def watch(
    scenario: Named,
    data: str | Path | None = None,
    targets: Sequence[str] = (),
    assume: Settings | None = None,
    *,
    as_of: date | None = None,
    records: Sequence[str | Path] = (),
    rules: str | Path | None = None,
    claims: Sequence[Claim] = (),
    told: Mapping[str, date] | None = None,
    quiet: int = QUIET_WEEKS,
    least: float = LEAST_RATIO,
    futures: int = FUTURES,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
    progress: Watch | None = None,
) -> Watched:
    """Hold the rules of `indicators` against what was seen since the scenario's date, and say what that does.

    Nothing that came after the day of the watch is used. Several rules are not multiplied: the chance of an event is
    taken among the futures that agree with all that was seen.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        data: folder of data files, or a store; without it series are not read.
        targets: events, as of `indicators`; none: those neither sure nor nearly ruled out, with two rules each.
        assume: quantities set, path -> value.
        as_of: day of the watch; else today.
        records: records of states' steps: files with scenario, until and record, or later scenarios.
        rules: a file of own rules and of sightings (docs/watch.md).
        claims: accepted claims, as `claims_of` gives them; those published after the day are left out.
        told: keys of what was told before -> the day of that; such a trip is not `fresh` within the quiet weeks.
        quiet: weeks within which a trip is not told again.
        least: likelihood ratio, or its inverse, from which on a trip is new; own rules always are.
        futures: how many; at least 400.
        weeks: horizon in weeks; else as the scenario says.
        seed: same seed, same numbers, bit for bit.
        threads: how many work at it; 0 is one for each processor. Changes no number.
        progress: called with (stage, done, of how many).

    Returns:
        Every event with its chance before and after, its rules and how they stand; readings beside those of the
        futures; what should have been seen and was not; the calendar ahead.

    Raises:
        ScenarioError, LayoutError: the scenario, a record or the rules cannot be used. DataError: data that cannot.
        UnknownName: no such event. OptionError: a day before the scenario's, or a value out of range.

    Example:
        >>> from datetime import date
        >>> found = tertius.watch("river-war", targets=["war-ends"], as_of=date(2031, 3, 31), futures=400, weeks=8)
        >>> found.week
        4
    """
    from tertius.forecasts.watch.own import read_own
    from tertius.forecasts.watch.seen import see
    from tertius.forecasts.watch.watching import watch as watch_war

    war = opened(scenario, assume)
    record, layout, day = war.record, war.layout, as_of or date.today()
    options = options_of(war, futures, weeks, seed, threads)
    if day < record.as_of:
        fix = "name a later day, or watch a scenario of an earlier date"
        raise OptionError("--as-of", str(day), f"a day from the scenario's date, {record.as_of}, on", fix)
    end = week_ends(record.as_of, options.weeks)[-1]
    if day >= end:
        fix = "name an earlier day, ask for more --weeks, or watch a newer scenario"
        raise OptionError("--as-of", str(day), f"a day before the run's last, {end}", fix)
    if not 0 <= quiet <= 520:
        raise OptionError("--quiet", quiet, "0 to 520 weeks", "choose one of them")
    if not 1.0 <= least < float("inf"):
        raise OptionError("--least", least, "1 or more", "choose 1 to be told of every trip")
    own = None if rules is None else read_own(rules, record)
    known = [claim for claim in claims if claim.published is None or claim.published <= day]
    seen = see(layout, day, _holdings(data, day), _records(records), None if own is None else own.seen)
    held = weighed(known, layout) if known else []
    return watch_war(layout, options, seen, tuple(targets), own, held, told, quiet, least, stage(progress, "futures"))


@front
def collect(
    scenario: Named,
    targets: Sequence[str] = (),
    assume: Settings | None = None,
    *,
    futures: int = FUTURES,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
    progress: Watch | None = None,
) -> tuple[Priorities, ...]:
    """What to collect: which reading, or which quantity if it were known, would narrow the answer most.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        targets: events, as of `indicators`, whose chances are asked about; none: the headline outcomes.
        assume: quantities set, path -> value.
        futures: how many; at least 400.
        weeks: horizon in weeks; else as the scenario says.
        seed: same seed, same numbers, bit for bit.
        threads: how many work at it; 0 is one for each processor. Changes no number.
        progress: called with (stage, done, of how many).

    Returns:
        For each headline, as an effect of the entry and as it stands, how much narrower its 80% interval would be, in
        the outcome's unit; for each target how far its chance would move on average.

    Raises:
        ScenarioError, LayoutError: the scenario cannot be used. UnknownName: no such event.
        OptionError: a target of no known form, too few futures, or a value out of range. Interrupted: stopped early.

    Example:
        >>> found = tertius.collect("river-war", ["war-ends"], futures=400, weeks=8)
        >>> found[0].about
        'chance'
    """
    from tertius.impact.collecting import priorities

    war = opened(scenario, assume)
    options = options_of(war, futures, weeks, seed, threads)
    return priorities(war.layout, options, tuple(targets), stage(progress, "futures"))


@front
def replay_watch(
    scenario: Named,
    data: str | Path,
    first: date | None = None,
    last: date | None = None,
    *,
    every: int = 4,
    seed: int = SEED,
    progress: Watch | None = None,
) -> Replay:
    """Score a watch of the past: rules learnt on what was known then, read in the weeks after, held to what came.

    The laws of each observed series are fitted at every origin; the scenario's own fit and later data play no part.

    Args:
        scenario: a shipped name, a file, or a loaded scenario, with observations.
        data: folder of data files, or a store.
        first: first origin; else the earliest that has weeks enough before it.
        last: last origin; else the latest with 26 weeks after it.
        every: weeks between origins.
        seed: same seed, same numbers, bit for bit.
        progress: called with (stage, done, of how many).

    Returns:
        Every rule that was read, as a forecast; Brier and log scores beside those of the chance without a reading.

    Raises:
        DataError: no origin can be scored. OptionError: a value out of range, or a scenario without observations.

    Example:
        tertius.replay_watch("my-war.yaml", "my-data", date(2023, 10, 1)).scores
    """
    from tertius.engine import Layout
    from tertius.forecasts.watch.replay import replay as replayed

    war = opened(scenario)
    layout = Layout.of(war.record.without_fit(), war.settings)
    return replayed(layout, Path(data), first, last, every, seed, stage(progress, "origins"))


def _holdings(data: str | Path | None, day: date) -> Holdings | None:
    from tertius.evidence import read_data

    return None if data is None else read_data(Path(data), day)


def _records(files: Sequence[str | Path]) -> list[Steps]:
    from tertius.forecasts.questions.settling import read_steps

    return [read_steps(file) for file in files]


def told_before(state: Path | None, scenario: str) -> dict[str, date]:
    """What a watch has told before, by key; nothing without a state file. Raises DataError."""
    from tertius.forecasts.watch.memory import read_memory

    return {} if state is None else read_memory(state, scenario)


def keep_told(state: Path | None, found: Watched, told: Mapping[str, date]) -> None:
    """Keep what a watch has now told; last of all, so that one that is stopped tells it again. Raises ArchiveError."""
    from tertius.api.places import write_whole
    from tertius.forecasts.watch.memory import written_memory

    if state is not None:
        now = {**told, **dict.fromkeys(found.fresh, found.day)}
        write_whole(state, written_memory(found.scenario, now), option="--state")
