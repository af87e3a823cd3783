"""What a reader names as a run, opened: a folder that --out wrote, or a scenario that is run now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from tertius.defaults import FUTURES
from tertius.engine import Ensemble, Inputs, Layout, Options, Progress, law_hash, read_run, run
from tertius.engine.archive import read_manifest
from tertius.errors import OptionError, nearest
from tertius.impact.archive import read_comparison
from tertius.impact.editions import Edition, check_same_war
from tertius.impact.making import COMPARISON, make_answer
from tertius.impact.question import question_of
from tertius.world import load_scenario, shipped_scenarios


@dataclass(frozen=True)
class Wanted:
    """How a scenario is run that is named beside another edition; None: as the other was, else the usual way."""

    futures: int | None = None
    weeks: int | None = None
    seed: int | None = None
    threads: int = 0


def open_editions(
    one: str, two: str, wanted: Wanted | None = None, progress: Progress | None = None
) -> tuple[Edition, Edition]:
    """Open two runs by name. A scenario beside an archive is run as that archive was, with the same question.

    Raises ArchiveError for a damaged archive, ScenarioError for a scenario that cannot be used, OptionError for a name
    that is neither.
    """
    wanted = wanted or Wanted()
    opened = [_opened(name) if _is_archive(name) else None for name in (one, two)]
    archived = next((edition for edition in opened if edition is not None), None)
    made = [edition or _run(name, archived, wanted, progress) for name, edition in zip((one, two), opened, strict=True)]
    return made[0], made[1]


def _is_archive(name: str) -> bool:
    """Whether a name means an archive; a scenario's file or shipped name does not. Raises OptionError for neither."""
    if name in shipped_scenarios() or Path(name).is_file():
        return False
    if Path(name).is_dir():
        return True
    near = nearest(name, shipped_scenarios())
    fix = f"use {near!r}, or check the path" if near else "check the path"
    raise OptionError("RUN", name, "a folder that --out wrote, a scenario's file or a shipped name", fix)


def _opened(name: str) -> Edition:
    folder = Path(name)
    told = read_manifest(folder)
    made = str(told.get("version", "unknown")), str(told.get("laws_sha256", "unknown"))
    if told.get("kind") == "run":
        return Edition(name, read_run(folder), None, None, *made)
    held = read_comparison(folder)
    found = held.comparison
    if found.question.against is not None:
        allowed = "a run, or a comparison of one scenario with its other world"
        fix = "name the two scenarios themselves: tertius diff SCENARIO SCENARIO2"
        raise OptionError("RUN", f"{name}, a comparison of two scenarios", allowed, fix)
    return Edition(name, found.base, found.other, found.question, *made, held.answer)


def _run(name: str, beside: Edition | None, wanted: Wanted, progress: Progress | None) -> Edition:
    """Run a scenario: the question of the edition beside it, else its own comparison where it has one."""
    scenario = load_scenario(name)
    options = Options(futures=FUTURES, weeks=scenario.weeks)
    inputs = Inputs(scenario)
    asks = scenario.comparison is not None
    if beside is not None:
        base = beside.base
        options = Options(len(base.trajectories), base.weeks, base.seed, replicates=base.replicates)
        inputs, asks = beside.inputs, beside.other is not None
    given = {key: value for key, value in vars(wanted).items() if value is not None}
    if beside is not None:
        given.pop("futures", None)  # as many as the archive has: the two are paired
    options = replace(options, **given)
    layout = Layout.of(scenario)
    if beside is not None:
        check_same_war(beside.base.layout, layout)
    made = version("tertius"), law_hash()
    if not asks:
        return Edition(name, _rounded(run(layout, options, progress)), None, None, *made)
    question = question_of(layout, inputs.without, inputs.settings)
    watch = None if progress is None else lambda stage, done, total: progress(done, total)
    held = make_answer(layout, question, options, parts=COMPARISON, watch=watch)
    found = held.comparison
    return Edition(name, _rounded(found.base), _rounded(found.other), found.question, *made, held.answer)


def _rounded(ensemble: Ensemble) -> Ensemble:
    """An ensemble with outcomes in 32 bits, as an archive holds them, so that the two can be told to be the same."""
    return replace(ensemble, samples=ensemble.samples.astype(np.float32).astype(np.float64))
