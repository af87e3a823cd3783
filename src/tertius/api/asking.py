"""Ask a scenario: one world run, two worlds compared, what others do, why, and one future told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tertius.api.calls import Watch, front, stage
from tertius.api.result import Comparison, Shares
from tertius.api.war import Named, Names, Settings, chosen_of, compared, opened, options_of, other_world
from tertius.defaults import FUTURES, SEED, THREADS
from tertius.errors import OptionError
from tertius.impact.question import question_of

if TYPE_CHECKING:
    from tertius.engine import Ensemble
    from tertius.evidence.claims.accepted import Claim
    from tertius.impact.chronicle import Chronicle
    from tertius.impact.given import Given

FEWEST = 20  # futures of a split


@front
def run(
    scenario: Named,
    without: Names = (),
    mode: str = "",
    settings: Settings | None = None,
    assume: Settings | None = None,
    *,
    futures: int = FUTURES,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
    replicates: int = 4,
    progress: Watch | None = None,
) -> Ensemble:
    """Run one world of a scenario: as it stands or, where something is undone or set, the other world.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        without: events undone, each 'EVENT' or 'EVENT:MODE' with MODE never, withdraw or no-further.
        mode: the mode of every event named without one.
        settings: quantities set in the other world alone, path -> value.
        assume: quantities set in every world, path -> value.
        futures: how many; each is one simulated course of the war.
        weeks: horizon in weeks; else as the scenario says.
        seed: same seed, same numbers, bit for bit.
        threads: how many work at it; 0 is one for each processor. Changes no number.
        replicates: futures that share one draw of the quantities.
        progress: called with (stage, done, of how many).

    Returns:
        The futures: `of(outcome)` in the outcome's unit, `path(output)`, `to_pandas()`, `to_xarray()`.

    Raises:
        ScenarioError, LayoutError: the scenario cannot be used. UnknownName: no such event or path.
        OptionError: a value out of range. Interrupted: stopped before the first futures were done.

    Example:
        >>> ensemble = tertius.run("river-war", futures=40, weeks=4)
        >>> ensemble.of("land").shape
        (40, 5)
    """
    from tertius.engine import run as run_layout

    war = other_world(opened(scenario, assume), without, mode, settings)
    return run_layout(
        war.layout, options_of(war, futures, weeks, seed, threads, replicates), stage(progress, "futures")
    )


@front
def compare(
    scenario: Named,
    without: Names = (),
    settings: Settings | None = None,
    mode: str = "",
    assume: Settings | None = None,
    *,
    against: Named | None = None,
    horizons: Sequence[int] = (),
    futures: int = FUTURES,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
    replicates: int = 4,
    progress: Watch | None = None,
) -> Comparison:
    """Compare a scenario as it stands with another world, future by future with the same luck.

    Every difference is the scenario as it stands less the other world. With nothing undone or set, the scenario's own
    comparison is made.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        without: events undone in the other world, each 'EVENT' or 'EVENT:MODE' (never, withdraw, no-further).
        settings: quantities set in the other world alone, path -> value.
        mode: the mode of every event named without one.
        assume: quantities set in both worlds, path -> value.
        against: another scenario of the same war, as the other world.
        horizons: weeks after which outcomes are compared; else the scenario's, and the last.
        futures: how many pairs.
        weeks: horizon in weeks; else as the scenario says.
        seed: same seed, same numbers, bit for bit.
        threads: how many work at it; 0 is one for each processor. Changes no number.
        replicates: futures that share one draw of the quantities.
        progress: called with (stage, done, of how many).

    Returns:
        The answer with the two worlds: `at(outcome, week)`, `table()`, `to_pandas()`, `plot(outcome)`, `base`, `other`.

    Raises:
        ScenarioError, LayoutError: the scenario cannot be used. UnknownName: no such event or path.
        OptionError: nothing to compare, another war, or a value out of range.

    Example:
        >>> found = tertius.compare("river-war", futures=40, weeks=4)
        >>> found.at("land", 4).week
        4
    """
    from tertius.impact.making import COMPARISON, Made, answer_of, make_answer
    from tertius.impact.pairing import compare_scenarios

    war = compared(scenario, assume)
    options = options_of(war, futures, weeks, seed, threads, replicates)
    if against is None:
        question = question_of(war.layout, chosen_of(war, without, mode, settings), settings)
        made = make_answer(war.layout, question, options, parts=COMPARISON, horizons=horizons, watch=progress)
        return Comparison.of(made)
    if without or settings or mode:
        fix = "leave --without, --mode and --set out, or leave the second scenario out"
        raise OptionError("SCENARIO2", "a second scenario and events or settings", "one of the two", fix)
    other = compared(against, assume)
    found = compare_scenarios(war.layout, other.layout, options, horizons, stage(progress, "paired futures"))
    return Comparison.of(Made(answer_of(found, options, (), progress), found))


@front
def reactions(
    scenario: Named,
    without: Names = (),
    settings: Settings | None = None,
    mode: str = "",
    assume: Settings | None = None,
    *,
    futures: int = FUTURES,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
    progress: Watch | None = None,
) -> Comparison:
    """What other states do, with the entry and without it, for what reasons, and what first moves change.

    Takes what `compare` takes.

    Returns:
        The answer with the two worlds; its `reactions` hold a row for each instrument and week.

    Raises:
        As `compare` does.

    Example:
        >>> found = tertius.reactions("river-war", futures=40, weeks=4)
        >>> bool(found.reactions)
        True
    """
    from tertius.impact.making import REACTIONS, make_answer

    war = compared(scenario, assume)
    question = question_of(war.layout, chosen_of(war, without, mode, settings), settings)
    options = options_of(war, futures, weeks, seed, threads)
    return Comparison.of(make_answer(war.layout, question, options, parts=REACTIONS, watch=progress))


@front
def given(
    scenario: Named,
    instrument: str,
    direction: str = "up",
    assume: Settings | None = None,
    *,
    futures: int = FUTURES,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
) -> Given:
    """What the others do within some weeks given that one state takes a step in the first of them.

    The same futures are run as they are and with the step taken, with the same luck.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        instrument: id of the instrument that steps first.
        direction: up or down.
        assume: quantities set in every world, path -> value.
        futures: how many; at least 200.
        weeks: within which other steps count; else 26.
        seed: same seed, same numbers, bit for bit.
        threads: how many work at it; 0 is one for each processor. Changes no number.

    Returns:
        A row for each open step of another instrument: its chance given the step, with the 80% interval that the
        number of futures gives, its chance otherwise, and the change with its error, the largest first.

    Raises:
        ScenarioError, LayoutError: the scenario cannot be used. UnknownName: no such instrument.
        OptionError: a step that cannot be taken, too few futures, or a value out of range.

    Example:
        >>> found = tertius.given("river-war", "durian-shells", futures=200, weeks=4)
        >>> found.week
        4
    """
    from tertius.impact.given import WEEK, given_that

    war = compared(scenario, assume)
    within = WEEK if weeks is None else weeks
    return given_that(war.layout, options_of(war, futures, within, seed, threads), instrument, direction, within)


@front
def brief(
    scenario: Named,
    without: Names = (),
    settings: Settings | None = None,
    mode: str = "",
    assume: Settings | None = None,
    *,
    whole: bool = True,
    causes: bool = False,
    claims: Sequence[Claim] | None = None,
    grades: str | Path | None = None,
    strengths: str | Path | None = None,
    futures: int = FUTURES,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
    executor: str = "threads",
    light: bool = False,
    to_save: bool = False,
    progress: Watch | None = None,
) -> Comparison:
    """Say what the entry changes: the comparison, and all that it rests on.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        without, settings, mode, assume: the two worlds, as of `compare`.
        whole: all parts; else only those of the first page, which take less time.
        causes: share the difference out over mechanisms and over the states that decide too; some 40 s more.
        claims: claims of `claims_of`; futures are then weighed by them.
        grades, strengths: files with other tables than the shipped ones of grades, and of modes and errors.
        futures, weeks, seed, threads, progress: as of `compare`.
        executor: who moves quantities and shares out causes: 'threads', 'processes', 'dask' or 'dask:ADDRESS'. Changes
            no number.
        light: keep the outcomes of the two worlds and no states, as an archive does, to take less memory.
        to_save: what `save` tells of every state is read from these futures; else some of them are run again for it.

    Returns:
        The answer with the two worlds; `text()` gives the brief in words, `save` writes it with its figures.

    Raises:
        As `compare` does.

    Example:
        >>> made = tertius.brief("river-war", futures=40, weeks=4)
        >>> made.last
        4
    """
    from tertius.api.claims import weighed
    from tertius.engine.executors import How, pool_or_threads
    from tertius.impact.causes import SPLITS
    from tertius.impact.making import FIRST_PAGE, WHOLE, lighter, make_answer
    from tertius.memory import give_back

    how, war = How.of(executor), compared(scenario, assume)
    asked = question_of(war.layout, chosen_of(war, without, mode, settings), settings)
    options = options_of(war, futures, weeks, seed, threads)
    with pool_or_threads(how, options.workers) as pool:
        made = make_answer(
            war.layout,
            asked,
            options,
            parts=WHOLE if whole else FIRST_PAGE,
            splits=tuple(SPLITS) if causes else (),
            claims=None if claims is None else weighed(claims, war.layout, grades, strengths),
            to_save=to_save,
            watch=progress,
            pool=pool,
        )
    if light:
        made = lighter(made)
        give_back()  # the states, in many small pieces, before files are written
    return Comparison.of(made)


@front
def causes(
    scenario: Named,
    by: str = "mechanisms",
    without: Names = (),
    settings: Settings | None = None,
    mode: str = "",
    assume: Settings | None = None,
    *,
    futures: int = 0,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
    executor: str = "threads",
    progress: Watch | None = None,
) -> Shares:
    """Share the difference out, so that the parts add up to it in every future (Shapley values).

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        by: 'mechanisms', or 'actors': the states that decide.
        without, settings, mode, assume: the two worlds, as of `compare`.
        futures: paired futures; 0 is what two processors do in about 20 s. Fewer than 20 tell nothing from chance.
        weeks, seed, threads, progress: as of `compare`.
        executor: who works: 'threads', 'processes', 'dask' or 'dask:ADDRESS'. Changes no number.

    Returns:
        A split for each outcome: the direct effect, a part for each channel or state, and the whole, in the outcome's
        unit. `answer` holds it beside the comparison of as many pairs of futures.

    Raises:
        As `compare` does; OptionError: another `by`, or too few futures.

    Example:
        >>> found = tertius.causes("river-war", futures=20, weeks=4)
        >>> found.by
        'mechanisms'
    """
    from tertius.engine.executors import How, pool_or_threads
    from tertius.impact import causes as share_out
    from tertius.impact.making import COMPARISON, make_answer

    if 0 < futures < FEWEST:
        allowed = f"0, or {FEWEST} and more: fewer tell nothing from chance"
        raise OptionError("--futures", futures, allowed, "leave it out, or choose more")
    how, war = How.of(executor), compared(scenario, assume)
    chosen = chosen_of(war, without, mode, settings)
    options = options_of(war, FUTURES, weeks, seed, threads)
    with pool_or_threads(how, options.workers) as pool:
        found = share_out(war.layout, options, by, chosen, settings, futures, stage(progress, "parts"), pool=pool)
    as_many = options_of(war, found.futures, weeks, seed, threads)
    made = make_answer(war.layout, found.question, as_many, parts=COMPARISON, watch=progress)
    return Shares(replace(made.answer, causes=(found,), asked=(*made.answer.asked, "causes")), war.record)


@front
def chronicle(
    scenario: Named,
    future: int | None = None,
    without: Names = (),
    settings: Settings | None = None,
    mode: str = "",
    assume: Settings | None = None,
    *,
    futures: int = FUTURES,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
    progress: Watch | None = None,
) -> Chronicle:
    """Tell one future in dated lines: who does what and why, who comes and goes, land and losses.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        future: number of the future, from 0; else a typical one is chosen among `futures`.
        without, settings, mode: the other world, as of `compare`; where any is given, its future is told.
        assume: quantities set in every world, path -> value.
        futures: among which a typical one is chosen.
        weeks, seed, threads, progress: as of `compare`.

    Returns:
        The future, why this one, and its lines by week.

    Raises:
        As `run` does; OptionError: a future that is not there.

    Example:
        >>> told = tertius.chronicle("river-war", future=7, weeks=4)
        >>> len(told.future.trajectories)
        1
    """
    from tertius.impact.chronicle import chronicle as tell

    war = other_world(opened(scenario, assume), without, mode, settings)
    options = options_of(war, futures, weeks, seed, threads)
    return tell(war.layout, options, future, stage(progress, "futures") if future is None else None)
