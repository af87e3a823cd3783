"""A case carried on: moved to a later date, or a past stretch replayed as if live."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tertius.api.calls import Watch, front, stage
from tertius.api.war import Named, Settings, opened, options_of
from tertius.defaults import FUTURES, SEED, THREADS

if TYPE_CHECKING:
    from datetime import date

    from tertius.engine import Layout
    from tertius.forecasts.questions.settling import Steps
    from tertius.forecasts.updating.replay import Replayed
    from tertius.forecasts.updating.updating import Updated

OFTEN = {"week": 1, "month": 4}


def weeks_of(every: str) -> int:
    """`week`, `month` (four weeks) or a whole number of weeks. Raises OptionError."""
    from tertius.errors import OptionError

    if every in OFTEN:
        return OFTEN[every]
    if every.isdecimal() and 1 <= int(every) <= 52:
        return int(every)
    raise OptionError("--every", every, "week, month, or weeks from 1 to 52", "write --every week")


@front
def replay(
    scenario: Named,
    data: str | Path,
    first: str,
    last: str,
    assume: Settings | None = None,
    *,
    every: str = "week",
    records: Sequence[str | Path] = (),
    ledger: str = "",
    futures: int = FUTURES,
    seed: int = SEED,
    threads: int = THREADS,
    progress: Watch | None = None,
) -> Replayed:
    """Replay a past stretch as if live: at each date move the case, carry its posterior on, ask, seal as a backtest.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        data: folder of data files or a store; of each date only what was out by then is used.
        first: first day, YYYY-MM-DD. last: the last one.
        assume: quantities set in every world, path -> value.
        every: week, month or a number of weeks.
        records: records of states' steps, as of `resolve`; the scenario's own counts too.
        ledger: address of the database; else the user's own. It is made where it is missing.
        futures: how many at each date. seed: same seed, same numbers. threads: how many work at it.
        progress: called with (stage, done, of how many).

    Returns:
        `weeks` with what was asked and the seconds of processors that each took, what was `resolved`, the `score` of
        these forecasts beside base rate and persistence, and the same `by_kind` of question.

    Raises:
        OptionError: no Sunday in the stretch, or before the war. DataError: no data, or a ledger that refuses.

    Example:
        tertius.replay("my-war.yaml", "my-data", "2023-10-01", "2024-10-06", every="month").score
    """
    from contextlib import closing

    from tertius.api.days import day_option
    from tertius.errors import OptionError
    from tertius.forecasts.ledger.database import Ledger
    from tertius.forecasts.questions.settling import read_steps
    from tertius.forecasts.updating.replay import Stretch
    from tertius.forecasts.updating.replay import replay as replayed

    begin, end = day_option("--from", first), day_option("--to", last)
    if begin is None or end is None:
        raise OptionError("--from, --to", "a day too few", "the first and the last day", "give both")
    stretch = Stretch(begin, end, weeks_of(every), futures, seed, threads)
    steps = [read_steps(each) for each in records]
    layout = opened(scenario, assume).layout
    with closing(Ledger(ledger, create=True)) as held:
        return replayed(layout, Path(data), steps, stretch, held, stage(progress, "dates"), stage(progress, "settled"))


@front
def update(
    scenario: Named,
    data: str | Path | None = None,
    as_of: str = "",
    assume: Settings | None = None,
    *,
    file: str | Path | None = None,
    records: Sequence[str | Path] = (),
    evidence: str = "",
    out: str | Path | None = None,
    baseline: str = "",
    ledger: str = "",
    unsealed: bool = False,
    futures: int = FUTURES,
    seed: int = SEED,
    threads: int = THREADS,
) -> Updated:
    """Move a case to a later date, ask its questions again, seal them, and tell what changed and why.

    Args:
        scenario: a shipped name, a file, or a loaded scenario: always the same one, which stays as it is.
        data: folder of data files or a store; else the store of `tertius data` where it holds anything.
        as_of: the new date, a Sunday, YYYY-MM-DD; else the last one of which something is known.
        assume: quantities set in every world, path -> value.
        file: a file of questions; else NAME.questions.yaml beside the scenario, where it lies there.
        records: records of states' steps, as of `resolve`; they may say which events happened.
        evidence: inbox whose accepted claims count as steps, as of `claims_of`.
        out: folder of the updates; else one for the scenario in the user's data folder.
        baseline: day of an earlier update, or the scenario's own, to compare with; else the first.
        ledger: address of the database in which the answers are sealed; else the user's own.
        unsealed: seal nothing.
        futures: how many. seed: same seed, same numbers. threads: how many work at it.

    Returns:
        `file`, the moved case; `changes`, each number beside what it was with noise and causes; `passed` events;
        `notes`; what was `sealed`.

    Raises:
        OptionError: a date that is not after the scenario's or is no Sunday, or nothing known after it.
        DataError: data or a folder that cannot be used. ScenarioError: a record that does not fit.

    Example:
        tertius.update("my-war.yaml", "my-data", records=["my-record.yaml"], out="weekly").changes
    """
    from contextlib import closing, nullcontext

    from tertius.api.days import day_option
    from tertius.api.places import check_folder, write_whole
    from tertius.api.questions import held_data
    from tertius.evidence import WITHIN, out_on, vintages
    from tertius.forecasts.ledger.database import Ledger
    from tertius.forecasts.questions.settling import read_steps
    from tertius.forecasts.updating.updating import Given, latest_day
    from tertius.forecasts.updating.updating import update as updated
    from tertius.report.updates import changes_text

    war = opened(scenario, assume)
    layout, record = war.layout, war.record
    holdings = held_data(data)
    steps = [read_steps(each) for each in records]
    day = day_option("--as-of", as_of or None) or latest_day(layout, holdings, steps)
    if holdings is not None:
        then = vintages(Path(data), holdings)(day) if data is not None else holdings
        holdings = out_on(then, day + WITHIN) if then is holdings else then
    folder = _folder(record.name) if out is None else Path(out)
    check_folder("--out", folder)
    given = Given(
        base=layout,
        questions=_questions(layout, file),
        holdings=holdings,
        records=tuple(steps),
        evidence=_claimed(layout, evidence, steps, day),
        day=day,
        options=options_of(war, futures, 1, seed, threads),
        folder=folder,
        baseline=day_option("--baseline", baseline or None),
    )
    with nullcontext() if unsealed else closing(Ledger(ledger, create=True)) as held:
        told = updated(given, held)
    write_whole(told.file.with_suffix(".changes.md"), changes_text(told))
    return told


def _folder(name: str) -> Path:
    from tertius.evidence.store import default_folder

    return default_folder() / "updates" / name


def _questions(layout: Layout, file: str | Path | None) -> tuple[Any, ...]:
    from tertius.forecasts.questions.reading import beside, read_questions

    if file is None and not beside(layout).is_file():
        return ()
    return read_questions(layout, None if file is None else Path(file)).questions


def _claimed(layout: Layout, inbox: str, records: Sequence[Steps], day: date) -> Steps | None:
    """Steps that the accepted claims of an inbox tell; None without one. Raises DataError."""
    if not inbox:
        return None
    from tertius.api.claims import claims_of, weighed
    from tertius.api.war import War
    from tertius.forecasts.updating.evidence import steps_of_claims

    claims = claims_of(War(layout.scenario), inbox=inbox)
    return steps_of_claims(layout.scenario, weighed(claims, layout), records, day)
