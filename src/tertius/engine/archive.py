"""The archive of a run: a folder that can be read again with public tools.

    run.json            what was run: version, scenario and its hash, laws' hash, seed, options, completeness
    scenario.yaml       the scenario as run, parents merged
    samples.parquet     trajectory, week_end, output, value (32-bit): the outcomes of every future
    quantiles.parquet   week_end, output, unit, q05 ... q95: every state variable, over the first futures,
                        as many as run.json says under quantiles_of: at most MOST_TOLD
    parameters.parquet  trajectory and one column per drawn quantity
    files.json          sha256 of every file of the folder, subfolders included

It appears whole or not at all (module folders); one that was cut off or edited is refused by its hashes.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from tertius.engine.compiled import law_hash
from tertius.engine.ensemble import LEVELS, Ensemble
from tertius.engine.folders import FORM, LIST, check_files, listed, plain_reason, sha256_of, write_folder
from tertius.engine.layout import Layout
from tertius.engine.run import run_again
from tertius.errors import ArchiveError, TertiusError
from tertius.world import Quantity, load_scenario

MOST_TOLD = 1000
FILES = ("scenario.yaml", "samples.parquet", "quantiles.parquet", "parameters.parquet")


def save_run(ensemble: Ensemble, folder: Path) -> Path:
    """Write the archive of a run and return its folder. Raises ArchiveError when it cannot be written."""
    return write_folder(place_for(ensemble, folder), lambda scratch: write_run(ensemble, scratch))


def place_for(ensemble: Ensemble, folder: Path) -> Path:
    """The folder itself; but NAME-partial where an interrupted run would take the place of a complete one."""
    if ensemble.complete:
        return folder
    name, number = folder.name, 1
    while _is_complete(folder):
        number += 1
        folder = folder.with_name(f"{name}-partial" if number == 2 else f"{name}-partial-{number - 1}")
    return folder


def _is_complete(folder: Path) -> bool:
    try:
        return bool(read_manifest(folder)["complete"])
    except (ArchiveError, KeyError):
        return False


def write_run(ensemble: Ensemble, folder: Path) -> None:
    """Write the files of a run's archive into an existing folder. Raises OSError."""
    import pyarrow as pa
    from pyarrow import parquet

    folder.mkdir(parents=True, exist_ok=True)
    scenario = ensemble.layout.scenario
    (folder / "scenario.yaml").write_text(scenario.to_yaml(), encoding="utf-8")
    names = list(FILES)
    if scenario.fit is not None:
        shutil.copyfile(scenario.fit, folder / scenario.fit.name)
        names.append(scenario.fit.name)
    count, steps, outputs = ensemble.samples.shape
    dates = np.array(ensemble.dates, dtype="datetime64[D]")
    samples = pa.table(
        {
            "trajectory": np.repeat(ensemble.trajectories.astype(np.int32), steps * outputs),
            "week_end": pa.array(np.tile(np.repeat(dates, outputs), count)),
            "output": pa.DictionaryArray.from_arrays(
                np.tile(np.arange(outputs, dtype=np.int16), count * steps),
                pa.array(list(ensemble.outcomes), pa.string()),
            ),
            "value": ensemble.samples.astype(np.float32).ravel(),
        }
    )
    parquet.write_table(samples, folder / "samples.parquet", compression="zstd", use_dictionary=["output", "week_end"])
    parameters: dict[str, Any] = {"trajectory": ensemble.trajectories.astype(np.int32)}
    parquet.write_table(
        pa.table({**parameters, **ensemble.parameters}), folder / "parameters.parquet", compression="zstd"
    )
    paths = ensemble.layout.outputs()
    table: dict[str, Any] = {
        "week_end": pa.array(np.repeat(dates, len(paths))),
        "output": [path for path, _ in paths] * steps,
        "unit": [known.unit for _, known in paths] * steps,
    }
    whole = _with_all_kept(ensemble)
    for level, values in zip(LEVELS, whole.quantiles, strict=True):
        table[f"q{round(100 * level):02d}"] = values.ravel()
    parquet.write_table(pa.table(table), folder / "quantiles.parquet", compression="zstd")
    hashes = {name: sha256_of(folder / name) for name in names}
    told = {**manifest(ensemble), "quantiles_of": len(whole.trajectories), "files_sha256": hashes}
    (folder / "run.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _with_all_kept(ensemble: Ensemble) -> Ensemble:
    """The first MOST_TOLD futures of an ensemble with every state variable kept.

    They are run anew where they were not kept: keeping all of all futures would take gigabytes.
    """
    count = len(ensemble.trajectories)
    if (
        count <= MOST_TOLD
        and len(ensemble.kept) == len(ensemble.layout.outputs())
        and len(ensemble.everything) == count
    ):
        return ensemble
    chosen = ensemble.trajectories[:MOST_TOLD]
    numbers, places = np.unique(chosen, return_inverse=True)
    again = run_again(ensemble, numbers)
    if len(numbers) == len(chosen):
        return again
    return replace(again, trajectories=chosen, samples=again.samples[places], everything=again.everything[places])


def manifest(ensemble: Ensemble) -> dict[str, Any]:
    """What was run, as JSON data."""
    scenario = ensemble.layout.scenario
    return {
        "tertius_archive": FORM,
        "kind": "run",
        "version": version("tertius"),
        "label": ensemble.label,
        "scenario": scenario.name,
        "scenario_sha256": scenario.digest,
        "laws_sha256": law_hash(),
        "as_of": scenario.as_of.isoformat(),
        "seed": ensemble.seed,
        "weeks": ensemble.weeks,
        "replicates": ensemble.replicates,
        "futures_asked": ensemble.asked,
        "futures_done": len(ensemble.trajectories),
        "complete": ensemble.complete,
        "overrides": {
            path: quantity.model_dump(mode="json", exclude_none=True, exclude={"prior"})
            | ({"prior": {quantity.prior.family: quantity.prior.parameters()}} if quantity.prior else {})
            for path, quantity in ensemble.layout.overrides.items()
        },
    }


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest (run.json or comparison.json) of an archive. Raises ArchiveError."""
    found = [folder / name for name in ("comparison.json", "run.json") if (folder / name).is_file()]
    if not found:
        what = "no such folder" if not folder.exists() else "no run.json or comparison.json in it"
        raise ArchiveError(
            f"{folder} is no archive of Tertius ({what}); name a folder that --out wrote. "
            "If the process was killed while saving, run it again: nothing had been put in place yet"
        )
    try:
        read = json.loads(found[0].read_text(encoding="utf-8"))
        form = read["tertius_archive"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArchiveError(
            f"{found[0]} is damaged ({plain_reason(error)}); run the command that wrote it again"
        ) from error
    if form != FORM:
        raise ArchiveError(f"{found[0]} has archive form {form!r}; this version reads form {FORM}: run it again")
    assert isinstance(read, dict)
    check_files(folder)
    return read


def read_run(folder: Path, part: bool = False) -> Ensemble:
    """Read an archived run. `everything` is empty: quantiles stay in quantiles.parquet.

    part: an arm of a comparison, whose list of files is the comparison's.

    Raises ArchiveError for a folder that is no archive, is cut off, or does not fit the laws of this version.
    """
    from pyarrow import ArrowException, parquet

    read = read_manifest(folder)
    if not part and listed(folder) is None:
        raise ArchiveError(f"{folder / LIST} is missing, so nothing says that the run is whole; run it again")
    try:
        _check_form(read)
        for name, written in read["files_sha256"].items():
            if sha256_of(folder / name) != written:
                raise ValueError(f"{name} is cut off or was changed after it was saved")
        scenario = replace(load_scenario(str(folder / "scenario.yaml")), name=str(read["scenario"]))
        overrides = _read_overrides(read)
        layout = Layout.of(scenario, overrides)
        table = parquet.read_table(folder / "samples.parquet")
        steps, outputs = read["weeks"] + 1, len(scenario.outcomes)
        values = table["value"].to_numpy().astype(np.float64).reshape(-1, steps, outputs)
        trajectories = table["trajectory"].to_numpy().reshape(-1, steps * outputs)[:, 0].astype(np.int64)
        if len(trajectories) != read["futures_done"]:
            raise ValueError(f"samples.parquet holds {len(trajectories)} futures, not {read['futures_done']}")
        return Ensemble(
            label=read["label"],
            layout=layout,
            seed=read["seed"],
            weeks=read["weeks"],
            replicates=read["replicates"],
            asked=read["futures_asked"],
            trajectories=trajectories,
            samples=values,
            kept=(),
            everything=np.zeros((0, steps, 0), dtype=np.float32),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ArrowException, TertiusError) as error:
        raise ArchiveError(
            f"{folder} is damaged or of another version: {plain_reason(error)}; run the command again"
        ) from error


def _check_form(read: dict[str, Any]) -> None:
    """Raise ValueError where a manifest's entries are not what a run writes."""
    for key, least in (("seed", 0), ("weeks", 1), ("replicates", 1), ("futures_asked", 1), ("futures_done", 0)):
        value = read[key]
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise ValueError(f"{key} is {value!r}, not a whole number of at least {least}")
    if not isinstance(read["label"], str) or not isinstance(read["complete"], bool):
        raise ValueError("label and complete are not a text and true or false")


def _read_overrides(read: dict[str, Any]) -> dict[str, Quantity]:
    held = read["overrides"].items()
    return {path: Quantity(**{**written, "source": tuple(written["source"])}) for path, written in held}
