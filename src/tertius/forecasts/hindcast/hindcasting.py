"""`tertius hindcast`: every past war made, run and scored, beside what simple forecasters say."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from tertius.defaults import FUTURES, SEED
from tertius.engine.arm import Options
from tertius.engine.compiled import run_block
from tertius.errors import OptionError
from tertius.forecasts.hindcast.baselines import Past, baselines
from tertius.forecasts.hindcast.cases import Case, War, Wars, chosen, described, find, read_wars
from tertius.forecasts.hindcast.keeping import Kept
from tertius.forecasts.hindcast.learning import DISPUTES, PANEL_OF_DISPUTES, learn, panel_chances
from tertius.forecasts.hindcast.running import Forecast, Job, answer, forecast_of, job_of
from tertius.forecasts.hindcast.stamps import hindcast_digest, laws_digest
from tertius.forecasts.workers import answers, worker_threads
from tertius.history.panel import Floats

OURS: Final = ("tertius", "tertius-plain")
"""The program as it learns, and with the classes of all wars alone; named before either was scored on 1950-1989."""
TRAIN_BEFORE, TO = 1950, 1989
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Settings:
    """What is scored, and how.

    named         numbers or names of wars, parted by commas; None for all that began in the years
    train_before  learn from what was over before this year, and score wars that began in it or later
    to            last year in which a scored war began
    train_data    folder of the files to learn from; None for that of the scored wars
    """

    data: Path
    named: str | None = None
    train_before: int = TRAIN_BEFORE
    to: int = TO
    train_data: Path | None = None
    futures: int = FUTURES
    seed: int = SEED

    def __post_init__(self) -> None:
        """Raise OptionError for a value out of range."""
        if self.to < self.train_before:
            allowed = f"a year from --train-before, {self.train_before}, on"
            raise OptionError("--to", self.to, allowed, "score wars that began after what is learnt from")
        if not 50 <= self.futures <= 100_000:
            raise OptionError("--futures", self.futures, "50 to 100,000", "2000 make chance small beside the rest")
        if not 0 <= self.seed < 2**63:
            raise OptionError("--seed", self.seed, "a whole number from 0 to 2**63 - 1", "choose one in that range")


@dataclass(frozen=True)
class Hindcast:
    """Forecasts of every case by every forecaster, with what came."""

    settings: Settings
    wars: tuple[War, ...]
    cases: tuple[Case, ...]
    came: tuple[dict[str, Any], ...]
    forecasts: dict[str, tuple[Forecast, ...]]
    digests: dict[str, str]
    learnt_from: int


def hindcast(
    settings: Settings, keep: Path | None = None, threads: int = 0, progress: Progress | None = None
) -> Hindcast:
    """Forecast every case of the chosen wars, the program's own by two structures, `OURS`.

    Args:
        settings: what, and how.
        keep: file to keep finished cases in, and to go on from.
        threads: that work at it; 0 for one for each processor. Changes no number.
        progress: told (cases done, cases).

    Raises:
        DataError: a file is missing, cut off or lacks a column.
        OptionError, UnknownName: a setting that cannot be; too few past wars.
        ArchiveError: the kept file belongs to something else.
    """
    wars = read_wars(settings.data)
    picked = chosen(wars, settings.named, settings.train_before, settings.to)
    folder = settings.train_data or settings.data
    past_wars = wars if settings.train_data is None else read_wars(folder)
    cases = tuple(case for war in picked for case in wars.cases(war))
    learnt_on = {name: _sha256(find(folder, name)) for name in (PANEL_OF_DISPUTES, DISPUTES)}
    learnt_on |= {} if past_wars is wars else past_wars.digests
    digests = {**{f"learnt from {name}": value for name, value in learnt_on.items()}, **wars.digests}
    kept = Kept(keep, _stamp(settings, digests))
    rivals, jobs, ever, learnt_from = _prepared(settings, wars, past_wars, folder, cases)
    todo = [job for job in jobs if job.id not in kept.answers]
    for done, (name, told) in enumerate(_run(todo, threads), len(jobs) - len(todo) + 1):
        kept.put(name, told)
        if progress is not None:
            progress(done, len(jobs))
    forecasts = {name: tuple(forecaster(case) for case in cases) for name, forecaster in rivals.items()}
    for name in OURS:
        forecasts[name] = tuple(forecast_of(kept.answers[f"{name}:{case.id}"], case, wars, ever) for case in cases)
    came = tuple(described(case, wars) for case in cases)
    return Hindcast(settings, picked, cases, came, forecasts, digests, learnt_from)


def _prepared(
    settings: Settings, wars: Wars, past_wars: Wars, folder: Path, cases: tuple[Case, ...]
) -> tuple[dict[str, Callable[[Case], Forecast]], list[Job], Floats, int]:
    """Baselines, jobs of every case by both of ours, chances of joining by the panel, wars learnt from."""
    before, seed = settings.train_before, settings.seed
    full = learn(past_wars, folder, before, seed=seed)
    plain = full.plain(past_wars)
    ever = panel_chances(full, wars.panel)
    past = Past.of(past_wars, before)
    rivals = baselines(wars, full, past, ever)
    jobs = [
        job_of(case, wars, learnt, ever, settings.futures, seed, name)
        for case in cases
        for name, learnt in zip(OURS, (full, plain), strict=True)
    ]
    return rivals, jobs, ever, full.wars


def _run(jobs: list[Job], threads: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Id and answer of each job, in order."""
    if not jobs:
        return
    count = Options(threads=threads).workers
    run_block()  # compiled once, before the threads start
    # Most of a job is the compiled block, which lets go of the interpreter: threads share one copy of it.
    with worker_threads(min(count, len(jobs))) as pool:
        for job, told in zip(jobs, answers(pool, answer, jobs), strict=True):
            yield job.id, told


def _stamp(settings: Settings, digests: dict[str, str]) -> dict[str, Any]:
    """What a kept file belongs to: program, version, laws, settings that move a number, data."""
    return {
        "program": "tertius hindcast",
        "version": version("tertius"),
        "laws": laws_digest(),
        "code": hindcast_digest(),
        "train_before": settings.train_before,
        "futures": settings.futures,
        "seed": settings.seed,
        "data": digests,
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
