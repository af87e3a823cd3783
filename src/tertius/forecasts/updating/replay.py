"""Replay: a past stretch as if live. At each date the case is moved, its posterior carried on, its questions asked.

Only what was out on a date is used: series by their source's usual lag (a store: the versions of that day), steps and
events of the record up to it. The scenario itself was written later; how many of its sources are later is told. What is
asked is sealed as a backtest, settled by the same rules as any forecast, scored beside base rate and persistence.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tertius.calendar import DAYS, week_end
from tertius.engine import Layout, Options
from tertius.errors import DataError, OptionError
from tertius.evidence import out_on, read_data, vintages
from tertius.forecasts.ledger.database import Ledger
from tertius.forecasts.ledger.resolving import Resolved, resolve
from tertius.forecasts.ledger.rows import Forecast, forecasts_of
from tertius.forecasts.ledger.scoring import Group, score
from tertius.forecasts.ledger.sealing import seal
from tertius.forecasts.questions.asking import ask
from tertius.forecasts.questions.settling import Steps, steps_of
from tertius.forecasts.updating.cases import case_of, check_records
from tertius.forecasts.updating.rolling import HORIZONS, rolling

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Week:
    """One date of a replay. asked: thresholds; sealed: forecasts added; seconds: of processors; notes: of that date."""

    day: date
    asked: int
    sealed: int
    known: int
    seconds: float
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Replayed:
    """A replay.

    weeks     its dates
    resolved  what came of all open forecasts of the ledger
    groups    scores of this replay's forecasts alone: all of them, then by kind of question
    """

    weeks: tuple[Week, ...]
    resolved: Resolved
    score: Group | None
    by_kind: dict[str, Group]


@dataclass(frozen=True)
class Stretch:
    """What is replayed: dates from `first` to `last`, every so many weeks; horizons are in weeks."""

    first: date
    last: date
    every: int = 1
    futures: int = 1000
    seed: int = 1
    threads: int = 0
    horizons: tuple[int, ...] = HORIZONS

    @property
    def days(self) -> list[date]:
        """Its Sundays. Raises OptionError where there is none."""
        days = []
        day = week_end(self.first)
        while day <= self.last:
            days.append(day)
            day += timedelta(days=DAYS * self.every)
        if not days:
            raise OptionError("--from, --to", f"{self.first} to {self.last}", "days with a Sunday", "widen it")
        return days


def replay(
    base: Layout,
    data: Path,
    records: Sequence[Steps],
    stretch: Stretch,
    ledger: Ledger,
    progress: Progress | None = None,
    settling: Progress | None = None,
) -> Replayed:
    """Replay a stretch and settle what came of it.

    progress: told how many dates are done, none at first; settling: how many of the ledger's forecasts were looked at.

    Raises:
        OptionError: no Sunday in it, or before the war. DataError: no data, or a ledger that refuses.
    """
    check_records(base.scenario, records)
    holdings = read_data(data)
    known = vintages(data, holdings)
    every = [*records, steps_of(base.scenario)]
    sequence = None
    weeks: list[Week] = []
    entries: set[str] = set()
    days = stretch.days
    if progress is not None:
        progress(0, len(days))
    for place, day in enumerate(days):
        began = time.process_time()
        then = known(day)
        then = out_on(then, day) if then is holdings else then
        case = case_of(base, then, every, day, sequence, stretch.seed)
        sequence = case.posteriors
        questions = rolling(case.layout, then, stretch.horizons)
        if not questions:
            given = f"{day}: no series with data and no instrument on record"
            raise DataError("update --every", given, "a scenario that can be asked something", "add observations")
        options = Options(stretch.futures, 1, stretch.seed, stretch.threads, replicates=1)
        answers = replace(ask(case.layout, questions, options, then, alone=True), base=base.scenario)
        made = seal(ledger, answers, kind="backtest")
        entries |= set(made.identities)
        asked = sum(len(branch.chances) for each in answers.asked for branch in each.branches)
        spent = time.process_time() - began
        weeks.append(Week(day, asked, len(made.added), len(made.known), spent, case.notes))
        if progress is not None:
            progress(place + 1, len(days))
    resolved = resolve(ledger, holdings, every, progress=settling)
    today = datetime.now(UTC).date()
    own = [each for each in forecasts_of(ledger.entries(), today) if each.entry.identity in entries]
    return Replayed(tuple(weeks), resolved, _one(own), _by_kind(own))


def _one(own: Sequence[Forecast]) -> Group | None:
    number = own[0].told["methodology"] if own else 0  # what was sealed before may be of an earlier version
    groups = score([replace(each, told={**each.told, "methodology": number}) for each in own])
    return groups[0] if groups else None


def _by_kind(own: Sequence[Forecast]) -> dict[str, Group]:
    """Scores by what was asked and over how many weeks."""
    found: dict[str, list[Forecast]] = {}
    for each in own:
        weeks = each.name.rpartition("-")[2]
        what = "series" if each.told["question"].get("output") else "steps"
        found.setdefault(f"{what}, {weeks.removesuffix('w')} weeks", []).append(each)
    return {name: group for name, some in found.items() if (group := _one(some)) is not None}
