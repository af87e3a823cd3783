"""Posteriors of strikes as blocks of a scenario's fit: an observation of launches, or of what a layer stops.

The process of `inference.strikes` in the quantities of the laws. With level x, mean m and spread r of the counts,

    launches   launch_level = exp(m - b^2 / 2),  launch_deviation = x - m,  burst = b = sqrt(log(1 + 1 / r))        (1)
    stopped    chance = 1 / (1 + exp(m)),        deviation = m - x                                                  (2)

persistence, growth and shock stay as they are. In a form that wanders, m is x. b gives a week the mean and variance
that it has in the process; what makes a week's leak uneven about its chance has no counterpart in the law, and is left
out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit

from tertius.engine import Layout
from tertius.engine.posterior import law_stamp, observation_stamp, prior_stamp
from tertius.errors import DataError
from tertius.evidence import Holdings, read_data
from tertius.forecasts.strikes import LAUNCHES, LEAK, Progress, StrikePlan, run_strike_backtest
from tertius.inference.fit import key_of
from tertius.inference.measuring import striking_record
from tertius.inference.strikes import LAUNCHING, LEAKING, Draws, Structure, launch_evidence, leak_evidence, learn
from tertius.inference.strikes.launches import log_width
from tertius.inference.strikes.panel import SERIES, SOURCE, STRIKING
from tertius.inference.strikes.recursion import Array, Evidence
from tertius.nested import read_json
from tertius.world import Observation, Scenario

LEVELS = (0.1, 0.5, 0.9)
DIGITS = 6


@dataclass(frozen=True)
class _Observed:
    """An observation of strikes: its record's path, which process it tells of, its weeks."""

    name: str
    observation: Observation
    record: str
    what: str
    seen: list[Evidence | None]

    @property
    def arms(self) -> str:
        """The kind of arms that its series counts."""
        return self.observation.series.rpartition(".")[2]


def add_strikes(
    told: dict[str, Any], layout: Layout, data: Path, rows: int, seed: int, progress: Progress | None = None
) -> dict[str, Any]:
    """A fit's content with the blocks of strikes in place of those that it had.

    Its other blocks stay as they are, so it is refused where they were made under other laws. Raises DataError.
    """
    scenario = layout.scenario
    holdings = read_data(data, scenario.as_of)
    every = [_observed(scenario, holdings, name) for name in scenario.observations if striking_record(scenario, name)]
    if not every:
        allowed = "an observation of weapons.W.launched or defences.D.intercepts.W.downed"
        raise DataError(scenario.name, "no observation of strikes", allowed, "add one")
    fields = {column.path: column for column in layout.columns}
    named = {each.name for each in every}
    kept = [block for block in told["blocks"] if block["observation"] not in named]
    held = [path for block in told["blocks"] for path in block["columns"]]
    if any(path not in fields for path in held) or told["stamps"]["law"] != law_stamp(fields[p].field for p in held):
        raise DataError("the fit", "one under other laws", "one under the laws of this version", "run: tertius fit")
    plan = StrikePlan(seed=seed, automatic=False)
    weights = run_strike_backtest(data, plan, progress, scenario.as_of).weights
    blocks, diagnostics = [], []
    for each in every:
        block, said = _block(each, weights[each.what, each.arms], rows, seed, fields)
        blocks.append(block)
        diagnostics.append(said)
    return _together(told, layout, holdings, kept, blocks, diagnostics, every)


def _observed(scenario: Scenario, holdings: Holdings, name: str) -> _Observed:
    observation = scenario.observations[name]
    record = observation.output.rpartition(".")[0]
    process, kinds = ("launched", SERIES) if record.startswith("weapons.") else ("stopped", STRIKING)
    known = [f"{SOURCE}.{process}.{kind}" for kind in kinds]
    if observation.series not in known:
        place = f"{scenario.name}: observations.{name}.series"
        raise DataError(place, observation.series, f"one of {', '.join(known)}", "name the kind that it is nearest to")
    counted = holdings.series(observation.series).between(observation.start, scenario.as_of)
    if record.startswith("weapons."):
        return _Observed(name, observation, record, LAUNCHES, [launch_evidence(value) for value in counted.values])
    weapon = record.rpartition(".")[2]
    launches = next(
        (each for each in scenario.observations.values() if each.output == f"weapons.{weapon}.launched"), None
    )
    if launches is None:
        allowed = f"an observation of weapons.{weapon}.launched beside it"
        raise DataError(
            f"{scenario.name}: observations.{name}", "what is stopped, of unknown launches", allowed, "add it"
        )
    held = holdings.series(launches.series).between(observation.start, scenario.as_of)
    launched = dict(zip(held.weeks.tolist(), held.values.tolist(), strict=True))
    seen = []
    for week, stopped in zip(counted.weeks.tolist(), counted.values.tolist(), strict=True):
        count = launched.get(week, float("nan"))
        seen.append(leak_evidence(count, count - stopped))
    return _Observed(name, observation, record, LEAK, seen)


def _block(
    each: _Observed, weights: dict[str, float], rows: int, seed: int, columns: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    forms: Sequence[Structure] = LAUNCHING if each.what == LAUNCHES else LEAKING
    turned = _launching if each.what == LAUNCHES else _stopping
    structures: list[dict[str, Any]] = []
    parameters: list[dict[str, Any] | None] = []
    names: list[str] = []
    for form in forms:
        for last in learn(form, each.seen):
            belief = last
        generator = np.random.Generator(np.random.Philox(key=key_of(seed, "strikes", each.name, form.name, "fit")))
        held = turned(belief.draw(rows, generator))
        names = sorted(held)
        table = np.column_stack([np.broadcast_to(held[name], (rows,)) for name in names])
        kept = [[float(f"{value:.{DIGITS}g}") for value in row] for row in table]
        structures.append({"name": form.name, "weight": float(f"{weights[form.name]:.9g}"), "rows": kept})
        parameters += [
            _described(form.name, name, held[name], columns[f"{each.record}.{name}"].quantity) for name in names
        ]
    structures[-1]["weight"] += 1.0 - sum(structure["weight"] for structure in structures)
    known = len([1 for seen in each.seen if seen is not None])
    block = {"observation": each.name, "columns": [f"{each.record}.{name}" for name in names], "structures": structures}
    said = {
        "observation": each.name,
        "weeks": known,
        "parameters": [row for row in parameters if row],
        "predictive_checks": [],
    }
    return block, said


def _launching(draws: Draws) -> dict[str, Array]:
    """Quantities of a weapon by (1)."""
    width = log_width(draws.named["burst"])
    mean = draws.named.get("mean", draws.level)
    return {
        "launch_level": np.exp(mean - width**2 / 2),
        "launch_deviation": draws.level - mean,
        "launch_growth": draws.named.get("growth", np.zeros(1)),
        "launch_persistence": draws.named.get("persistence", np.ones(1)),
        "launch_shock": draws.named["shock"],
        "burst": width,
    }


def _stopping(draws: Draws) -> dict[str, Array]:
    """Quantities of an interception by (2)."""
    mean = draws.named.get("mean", draws.level)
    return {
        "chance": expit(-mean),
        "deviation": mean - draws.level,
        "persistence": draws.named.get("persistence", np.ones(1)),
        "shock": draws.named["shock"],
    }


def _described(structure: str, name: str, values: Array, quantity: Any) -> dict[str, Any] | None:
    """Prior and posterior of one quantity; None where it is a number."""
    if quantity.prior is None or np.ptp(values) == 0:
        return None
    prior = [float(f"{float(value):.4g}") for value in quantity.quantile(np.array(LEVELS))]
    posterior = [float(f"{value:.4g}") for value in np.quantile(values, LEVELS)]
    width = (posterior[2] - posterior[0]) / max(prior[2] - prior[0], 1e-300)
    return {
        "structure": structure,
        "parameter": name,
        "unit": quantity.unit,
        "prior": prior,
        "posterior": posterior,
        "width_left": round(width, 3),
        "rhat": None,
        "updated": bool(width < 0.8 or not prior[0] < posterior[1] < prior[2]),
    }


def _together(
    told: dict[str, Any],
    layout: Layout,
    holdings: Holdings,
    kept: list[dict[str, Any]],
    blocks: list[dict[str, Any]],
    diagnostics: list[dict[str, Any]],
    every: list[_Observed],
) -> dict[str, Any]:
    """The fit's content, stamped anew for all its blocks."""
    fields = {column.path: column for column in layout.columns}
    whole = [*kept, *blocks]
    paths = [path for block in whole for path in block["columns"]]
    names = [block["observation"] for block in whole]
    own = {each.name for each in every}
    stamps = told["stamps"]
    priors = {path: stamp for path, stamp in stamps["priors"].items() if path in paths}
    priors |= {path: prior_stamp(fields[path].quantity) for block in blocks for path in block["columns"]}
    observations = {name: stamp for name, stamp in stamps["observations"].items() if name in names}
    observations |= {each.name: observation_stamp(layout.scenario, each.name) for each in every}
    digests = stamps["data"] | {each.observation.series: holdings.digest([each.observation.series]) for each in every}
    learnt = set(paths)
    return {
        **told,
        "stamps": {
            "priors": priors,
            "observations": observations,
            "law": law_stamp(fields[path].field for path in paths),
            "data": digests,
        },
        "blocks": whole,
        "diagnostics": [*(row for row in told["diagnostics"] if row["observation"] not in own), *diagnostics],
        "not_updated_by_data": [
            column.path for column in layout.columns if column.quantity.prior is not None and column.path not in learnt
        ],
    }


def read_fit(file: Path) -> dict[str, Any]:
    """The content of a fit file. Raises DataError."""
    try:
        told: dict[str, Any] = read_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(
            str(file), f"no fit that can be read ({error})", "a file of tertius fit", "run: tertius fit"
        ) from error
    return told
