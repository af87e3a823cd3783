"""Fit a scenario: posteriors of every structure as of its date, weights by past score, one file that carries both.

The backtest up to the as-of date gives the weights and the record that a brief shows; then each structure is fitted
once more, longer, on all that was known on that date. Nothing later than the as-of date is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from tertius.engine import Layout
from tertius.engine.posterior import law_stamp, observation_stamp, prior_stamp
from tertius.engine.posterior_form import FORM
from tertius.errors import DataError, OptionError
from tertius.evidence import Holdings, read_data
from tertius.forecasts.backtest import Backtest, Track, run_backtest
from tertius.forecasts.origins import left_out
from tertius.forecasts.plan import Plan
from tertius.forecasts.table import record_of, weight_rows
from tertius.forecasts.workers import answers, worker_threads
from tertius.inference.checks import describe_parameters, predictive_checks
from tertius.inference.fit import FEWEST_WEEKS, SHIPPED, Effort, Fitted, Model, fit_structure
from tertius.inference.measuring import Target, contradiction, measure, targets
from tertius.inference.structures import Measured, structures_of

DIGITS = 6
Progress = Callable[[int, int], None]


def fit_scenario(
    layout: Layout,
    data: Path,
    seed: int = 1,
    rows: int = 400,
    effort: Effort = SHIPPED,
    plan: Plan | None = None,
    threads: int = 1,
    work: Path | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> dict[str, Any]:
    """The content of a fit file; threads, work, executor as in `run_backtest`.

    Raises DataError for bad data, OptionError for options out of range.
    """
    scenario = layout.scenario
    if not 50 <= rows <= 20_000:
        raise OptionError("--rows", rows, "50 to 20,000", "choose one of them")
    every = targets(layout)
    if not every:
        raise OptionError("SCENARIO", scenario.name, "one with observations", "add an observations section")
    holdings = read_data(data, scenario.as_of)
    plan = replace(plan or Plan(), seed=seed, last=scenario.as_of, automatic=False)
    backtest = run_backtest(layout, data, plan, threads, work, progress, scenario.as_of, executor)
    tracks = {track.target.name: track for track in backtest.tracks}
    blocks, diagnostics, notes = [], [], list(backtest.notes)
    for target in every:
        try:
            measured = measure(holdings, target, scenario.as_of)
        except DataError as error:
            if not any(note.startswith(f"{target.name} left out") for note in notes):
                notes.append(left_out(target.name, error))
            continue
        if measured.known < FEWEST_WEEKS:
            notes.append(f"{target.name} not fitted: {measured.known} known weeks, fewer than {FEWEST_WEEKS}")
            continue
        try:
            fitted = _fits(target, measured, seed, rows, effort, threads, executor)
        except FloatingPointError as error:
            raise contradiction(holdings, target, scenario.as_of) from error
        blocks.append(_block(target, fitted, tracks.get(target.name)))
        diagnostics.append(
            {
                "observation": target.name,
                "weeks": measured.known,
                "parameters": [row for each in fitted for row in describe_parameters(each)],
                "predictive_checks": [row for each in fitted for row in predictive_checks(each, seed)],
            }
        )
    if not blocks:
        raise DataError(
            str(data), "; ".join(notes) or "nothing to fit", "data of an observation", "see tertius data check"
        )
    return _file(layout, holdings, seed, blocks, diagnostics, backtest, notes)


def _fits(
    target: Target, measured: Measured, seed: int, rows: int, effort: Effort, threads: int, executor: Executor | None
) -> list[Fitted]:
    """Every structure on what was measured, side by side."""
    models = [Model(target, structure) for structure in structures_of(target.output)]
    fit = partial(fit_structure, measured=measured, seed=seed, label="as-of", rows=rows, effort=effort)
    with worker_threads(threads) if executor is None else nullcontext(executor) as pool:
        return list(answers(pool, fit, models))


def _block(target: Target, fitted: list[Fitted], track: Track | None) -> dict[str, Any]:
    """Rows of every structure under one list of columns; a structure is silent (null) on what it does not hold."""
    columns = sorted({name for each in fitted for name in each.model.structure.columns if name in target.quantities})
    equal = np.full(len(fitted), 1 / len(fitted))
    weights = equal if track is None else track.final
    names = [each.model.structure.name for each in fitted]
    if track is not None and tuple(names) != track.structures:
        raise AssertionError("structures of fit and backtest differ")
    structures: list[dict[str, Any]] = [
        {"name": name, "weight": float(f"{weight:.9g}"), "rows": _rows(each, columns)}
        for name, weight, each in zip(names, weights, fitted, strict=True)
    ]
    total = sum(structure["weight"] for structure in structures)
    structures[-1]["weight"] += 1.0 - total
    return {
        "observation": target.name,
        "columns": [f"{target.record}.{name}" for name in columns],
        "structures": structures,
    }


def _rows(fitted: Fitted, columns: list[str]) -> list[list[float | None]]:
    held = fitted.named | fitted.end
    count = len(fitted.height)
    table = [held.get(name) if name in fitted.model.structure.columns else None for name in columns]
    return [
        [None if values is None else float(f"{values[row]:.{DIGITS}g}") for values in table] for row in range(count)
    ]


def _file(
    layout: Layout,
    holdings: Holdings,
    seed: int,
    blocks: list[dict[str, Any]],
    diagnostics: list[dict[str, Any]],
    backtest: Backtest,
    notes: list[str],
) -> dict[str, Any]:
    scenario = layout.scenario
    columns = {column.path: column for column in layout.columns}
    paths = [path for block in blocks for path in block["columns"]]
    named = [block["observation"] for block in blocks]
    series = [name for each in named for name in _series(layout, each)]
    digests = {}
    for name in series:
        try:
            digests[name] = holdings.digest([name])
        except DataError:
            notes.append(f"series {name} is missing; the fit goes without it")
    learnt = {path for block in blocks for path in block["columns"]}
    silent = [
        column.path for column in layout.columns if column.quantity.prior is not None and column.path not in learnt
    ]
    return {
        "tertius_fit": FORM,
        "version": version("tertius"),
        "scenario": scenario.name,
        "as_of": scenario.as_of.isoformat(),
        "seed": seed,
        "stamps": {
            "priors": {path: prior_stamp(columns[path].quantity) for path in paths},
            "observations": {name: observation_stamp(scenario, name) for name in named},
            "law": law_stamp(columns[path].field for path in paths),
            "data": digests,
        },
        "blocks": blocks,
        "weights": weight_rows(backtest),
        "diagnostics": _finite(diagnostics),
        "not_updated_by_data": silent,
        "record": record_of(backtest),
        "notes": sorted({note.replace(holdings.place, "DIR") for note in notes}),
    }


def _finite(value: Any) -> Any:
    """The same with None for what is not a finite number (few weeks leave a statistic undefined): JSON has no NaN."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _series(layout: Layout, name: str) -> list[str]:
    observation = layout.scenario.observations[name]
    return [text for text in (observation.series, observation.beside, observation.balance) if text is not None]


def fit_text(told: dict[str, Any]) -> str:
    """The file's text: one line a posterior row, so that two fits can be compared line by line."""
    text = json.dumps({**told, "blocks": "BLOCKS"}, indent=1, ensure_ascii=False, allow_nan=False)
    parts = []
    for block in told["blocks"]:
        structures = ",\n".join(
            json.dumps({"name": s["name"], "weight": s["weight"]})[:-1]
            + ', "rows": [\n'
            + ",\n".join(json.dumps(row) for row in s["rows"])
            + "]}"
            for s in block["structures"]
        )
        head = json.dumps({"observation": block["observation"], "columns": block["columns"]})[:-1]
        parts.append(f'{head}, "structures": [\n{structures}]}}')
    return text.replace('"BLOCKS"', "[\n" + ",\n".join(parts) + "]") + "\n"
