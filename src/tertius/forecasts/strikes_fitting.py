"""Fit strikes: posteriors of launches and leaks by kind of arms as of a day, pooled over forms by their past scores."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from tertius.errors import DataError, OptionError
from tertius.evidence import read_data
from tertius.forecasts.strikes import LAUNCHES, LEAK, StrikePlan, run_strike_backtest
from tertius.inference.fit import key_of
from tertius.inference.strikes import (
    FEWEST_WEEKS,
    LAUNCHING,
    LEAKING,
    Draws,
    Panel,
    Structure,
    launch_evidence,
    leak_evidence,
    learn,
    read_strikes,
)
from tertius.inference.strikes.recursion import Evidence

Array = NDArray[np.float64]
FORM = 1
DIGITS = 6
COLUMNS = {
    LAUNCHES: ("level", "mean", "persistence", "growth", "shock", "burst"),
    LEAK: ("level", "mean", "persistence", "shock", "evenness"),
}
UNITS = {"persistence": "1/week", "growth": "1/week", "shock": "sd a week", "burst": "1", "evenness": "1"}
Progress = Callable[[int, int], None]


def fit_strikes(
    data: Path, as_of: date | None, rows: int = 400, seed: int = 1, progress: Progress | None = None
) -> dict[str, Any]:
    """The content of a fit file. Nothing later than `as_of` is read; without it, all that is there.

    Raises DataError for data that cannot be used, OptionError for rows out of range.
    """
    if not 50 <= rows <= 20_000:
        raise OptionError("--rows", rows, "50 to 20,000", "choose one of them")
    panel = read_strikes(read_data(data, as_of))
    if len(panel.weeks) < FEWEST_WEEKS + 2:
        given = f"{len(panel.weeks)} weeks up to {as_of}"
        raise DataError(str(data), given, f"{FEWEST_WEEKS + 2} or more", "choose a later --as-of, or get a longer file")
    plan = StrikePlan(seed=seed, automatic=False)
    past = run_strike_backtest(data, plan, progress, as_of)
    arms: dict[str, Any] = {}
    for kind, launched in panel.launched.items():
        seen = [launch_evidence(count) for count in launched]
        arms[kind] = {LAUNCHES: _pool(LAUNCHING, seen, past.weights[LAUNCHES, kind], LAUNCHES, kind, rows, seed)}
        if (LEAK, kind) in past.weights:
            leaks = [leak_evidence(n, k) for n, k in zip(launched, panel.leaked[kind], strict=True)]
            arms[kind][LEAK] = _pool(LEAKING, leaks, past.weights[LEAK, kind], LEAK, kind, rows, seed)
        arms[kind]["summary"] = _summary(arms[kind])
    return _file(panel, arms, as_of, seed)


def _pool(
    forms: Sequence[Structure],
    seen: Sequence[Evidence | None],
    weights: dict[str, float],
    what: str,
    kind: str,
    rows: int,
    seed: int,
) -> dict[str, Any]:
    """Rows of every form, as many as its weight asks for, under one list of columns."""
    wanted = np.floor(np.array([weights[form.name] for form in forms]) * rows).astype(int)
    wanted[int(wanted.argmax())] += rows - int(wanted.sum())
    parts = []
    for form, count in zip(forms, wanted, strict=True):
        generator = np.random.Generator(np.random.Philox(key=key_of(seed, "strikes", kind, what, form.name, "fit")))
        for last in learn(form, seen):
            belief = last
        parts.append(_columns(belief.draw(int(count), generator), COLUMNS[what]))
    return {"weights": weights, "columns": list(COLUMNS[what]), "rows": np.concatenate(parts).tolist()}


def _columns(draws: Draws, columns: Sequence[str]) -> Array:
    """Rows under the columns; a level that wanders keeps all of itself, and its mean is where it stands."""
    held = {"level": draws.level, "mean": draws.level, "persistence": np.ones(1), "growth": np.zeros(1)} | draws.named
    return np.column_stack([np.broadcast_to(held[name], draws.level.shape) for name in columns])


def _summary(held: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = {}
    for what, title, turn, unit in (
        (LAUNCHES, "launched_a_week", np.exp, "items/week"),
        (LEAK, "leaks", expit, "share"),
    ):
        if what not in held:
            continue
        table = dict(zip(held[what]["columns"], np.array(held[what]["rows"]).T, strict=True))
        found[title] = _spread(turn(table["level"]), unit)
        for name in held[what]["columns"][2:]:
            label = name if what == LAUNCHES else f"{name} of the leak"
            found[label] = _spread(table[name], UNITS[name])
    return found


def _spread(values: Array, unit: str) -> dict[str, Any]:
    low, middle, high = (float(f"{value:.4g}") for value in np.quantile(values, [0.1, 0.5, 0.9]))
    return {"median": middle, "p10": low, "p90": high, "unit": unit}


def _file(panel: Panel, arms: dict[str, Any], as_of: date | None, seed: int) -> dict[str, Any]:
    priors = {
        what: {form.name: [repr(unknown) for unknown in form.unknowns] for form in forms}
        for what, forms in ((LAUNCHES, LAUNCHING), (LEAK, LEAKING))
    }
    return {
        "tertius_strikes_fit": FORM,
        "version": version("tertius"),
        "as_of": (as_of or panel.weeks[-1]).isoformat(),
        "weeks": [panel.weeks[0].isoformat(), panel.weeks[-1].isoformat()],
        "seed": seed,
        "stamps": {
            "data": panel.digest,
            "priors": hashlib.sha256(json.dumps(priors, sort_keys=True).encode()).hexdigest(),
        },
        "arms": arms,
        "notes": list(panel.notes),
    }


def strike_fit_text(told: dict[str, Any]) -> str:
    """The file's text: one line a posterior row."""
    text = json.dumps(
        {**told, "arms": {kind: _marked(held, kind) for kind, held in told["arms"].items()}}, indent=1, allow_nan=False
    )
    for kind, held in told["arms"].items():
        for what in (LAUNCHES, LEAK):
            if what in held:
                rows = [[float(f"{value:.{DIGITS}g}") for value in row] for row in held[what]["rows"]]
                text = text.replace(f'"ROWS {kind} {what}"', "[\n" + ",\n".join(map(json.dumps, rows)) + "]")
    return text + "\n"


def _marked(held: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        what: {**each, "rows": f"ROWS {kind} {what}"} if what in (LAUNCHES, LEAK) else each
        for what, each in held.items()
    }
