"""The posterior of a moved case as a fit file, in the form that `tertius fit` writes."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from tertius.engine import Layout
from tertius.engine.posterior import Block, law_stamp, observation_stamp, prior_stamp
from tertius.engine.posterior_form import FORM
from tertius.evidence import Holdings
from tertius.forecasts.updating.cases import Case
from tertius.inference.checks import describe_parameters


def fit_of(case: Case, base: Layout, held: Holdings | None, seed: int) -> dict[str, Any] | None:
    """The posterior as a fit file; its record and notes are those of the fit that the scenario came with."""
    carried, posterior = case.carried, case.layout.posterior
    if posterior is None or not posterior.blocks:
        return None
    columns = {column.path: column for column in case.layout.columns}
    paths = [path for block in posterior.blocks for path in block.columns]
    own = base.posterior.told if base.posterior is not None else {}
    day = case.day.isoformat()
    observations = case.moved.scenario.observations
    names = {block.observation: observations[block.observation] for block in posterior.blocks}
    series = {s for told in names.values() for s in (told.series, told.beside, told.balance) if s is not None}
    return {
        "tertius_fit": FORM,
        "version": version("tertius"),
        "scenario": base.scenario.name,
        "as_of": day,
        "seed": seed,
        "stamps": {
            "priors": {path: prior_stamp(columns[path].quantity) for path in paths},
            "observations": {name: observation_stamp(case.moved.scenario, name) for name in names},
            "law": law_stamp(columns[path].field for path in paths),
            "data": {
                **{s: sha for s, sha in own.get("stamps", {}).get("data", {}).items() if s in series},
                **{s: held.digest([s]) for s in sorted(series) if held is not None and s in held.names()},
            },
        },
        "blocks": [_plain(block) for block in posterior.blocks],
        "weights": [
            {"series": name, "weights": dict(track.weights), "disagreement": []}
            for name, track in (carried.sequence.tracks.items() if carried is not None else ())
        ],
        "diagnostics": [
            {
                "observation": name,
                "weeks": each[0].measured.known,
                "parameters": [_no_rhat(row) for one in each for row in describe_parameters(one)],
                "predictive_checks": [],
            }
            for name, each in (carried.fitted.items() if carried is not None else ())
        ],
        "not_updated_by_data": sorted(set(columns) - set(paths)),
        "record": own.get("record") or {"first": day, "last": day, "rows": []},
        "notes": [
            *case.notes,
            "carried on from week to week; the record of past forecasts is of the scenario's own fit",
        ],
    }


def _no_rhat(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "rhat": None}


def _plain(block: Block) -> dict[str, Any]:
    def row(values: Any) -> list[float | None]:
        return [None if value != value else float(f"{value:.6g}") for value in values.tolist()]

    return {
        "observation": block.observation,
        "columns": list(block.columns),
        "structures": [
            {"name": part.name, "weight": part.weight, "rows": [row(each) for each in part.rows]}
            for part in block.structures
        ],
    }
