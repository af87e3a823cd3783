"""The archive of a run: a folder that can be read again with public tools.

    run.json            what was run: version, scenario and its hash, laws' hash, seed, options, completeness
    scenario.yaml       the scenario as run, parents merged
    samples.parquet     trajectory, week_end, output, value (32-bit): the outcomes of every future
    quantiles.parquet   week_end, output, unit, q05 ... q95: every state variable, over the first futures,
                        as many as run.json says under quantiles_of: at most MOST_TOLD
    parameters.parquet  trajectory and one column per drawn quantity
    files.json          sha256 of every file of the folder, subfolders included; what each is, and how it was made

It appears whole or not at all (module folders); one that was cut off or edited is refused by its hashes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tertius.engine.arm import FIRST
from tertius.engine.columns import column, read_numbers, texts
from tertius.engine.compiled import law_hash
from tertius.engine.ensemble import LEVELS, Ensemble
from tertius.engine.folders import (
    FORM,
    LIST,
    About,
    check_files,
    listed,
    plain_reason,
    sha256_of,
    write_folder,
)
from tertius.engine.layout import Layout
from tertius.engine.run import run_again
from tertius.errors import ArchiveError, TertiusError
from tertius.world import Quantity, load_scenario

MOST_TOLD = FIRST
WORLDS = ("with", "without")  # folders of a comparison's archive
FILES = ("scenario.yaml", "samples.parquet", "quantiles.parquet", "parameters.parquet")
WHAT = {
    "run.json": "What was run: version, scenario, hashes, seed, options",
    "scenario.yaml": "The scenario as run, parents merged",
    "samples.parquet": "Outcomes of every future in every week",
    "quantiles.parquet": "Quantiles over futures of every state variable in every week",
    "parameters.parquet": "The quantities that each future drew",
}


def save_run(ensemble: Ensemble, folder: Path, at_once: int | None = None) -> Path:
    """Write the archive of a run and return its folder. Raises ArchiveError when it cannot be written.

    at_once: how many state variables that were not kept are held together, where memory counts more than time.
    """
    return write_folder(place_for(ensemble, folder), lambda scratch: write_run(ensemble, scratch, at_once))


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


def write_run(ensemble: Ensemble, folder: Path, at_once: int | None = None) -> dict[str, About]:
    """Write the files of a run's archive into an existing folder; what each is, by name. Raises OSError."""
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
    week = np.arange(steps, dtype=np.int16)
    samples = {
        "trajectory": column(np.repeat(ensemble.trajectories.astype(np.int32), steps * outputs)),
        "week_end": _dates(ensemble, np.tile(np.repeat(week, outputs), count)),
        "output": _texts(ensemble.outcomes, np.tile(np.arange(outputs, dtype=np.int16), count * steps)),
        "value": column(ensemble.samples.astype(np.float32).ravel()),
    }
    apart = ["output", "week_end"]
    parquet.write_table(pa.table(samples), folder / "samples.parquet", compression="zstd", use_dictionary=apart)
    drawn = {path: column(values) for path, values in ensemble.parameters.items()}
    parameters = {"trajectory": column(ensemble.trajectories.astype(np.int32)), **drawn}
    parquet.write_table(pa.table(parameters), folder / "parameters.parquet", compression="zstd")
    paths = ensemble.layout.outputs()
    place = np.tile(np.arange(len(paths), dtype=np.int16), steps)
    table = {
        "week_end": _dates(ensemble, np.repeat(week, len(paths))),
        "output": _texts([path for path, _ in paths], place).dictionary_decode(),
        "unit": _texts([known.unit for _, known in paths], place).dictionary_decode(),
    }
    for level, values in zip(LEVELS, _quantiles(ensemble, at_once), strict=True):
        table[f"q{round(100 * level):02d}"] = column(values.ravel())
    parquet.write_table(pa.table(table), folder / "quantiles.parquet", compression="zstd")
    hashes = {name: sha256_of(folder / name) for name in names}
    told = {**manifest(ensemble), "quantiles_of": min(count, MOST_TOLD), "files_sha256": hashes}
    (folder / "run.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    made = f"run by tertius {told['version']} with seed {told['seed']}"
    found = {name: About(what, made) for name, what in WHAT.items()}
    if scenario.fit is not None:
        found[scenario.fit.name] = About("The fit that quantities were drawn from", "copied from beside the scenario")
    return found


def _dates(ensemble: Ensemble, week: NDArray[np.int16]) -> Any:
    """The ends of weeks, by their places on the week axis, as a column of Arrow's."""
    import pyarrow as pa

    days = np.array(ensemble.dates, dtype="datetime64[D]").astype(np.int32)[week]
    return pa.Array.from_buffers(pa.date32(), len(days), [None, pa.py_buffer(days)])


def _texts(told: Sequence[str], place: NDArray[np.int16]) -> Any:
    """Texts, by their places in a list, as a column of Arrow's that holds each once."""
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(column(place), texts(told))


def _quantiles(ensemble: Ensemble, at_once: int | None) -> NDArray[np.float32]:
    """Quantiles of every state variable over the first MOST_TOLD futures, shape (level, week + 1, output).

    Those that were not kept are run anew: keeping all of all futures would take gigabytes.
    """
    if ensemble.told is not None:
        return ensemble.told
    paths = [path for path, _ in ensemble.layout.outputs()]
    chosen = ensemble.trajectories[:MOST_TOLD]
    kept = ensemble.kept if len(ensemble.everything) >= len(chosen) else ()
    found = np.empty((len(LEVELS), ensemble.weeks + 1, len(paths)), dtype=np.float32)
    if kept:
        first = replace(ensemble, everything=ensemble.everything[: len(chosen)])
        found[:, :, [paths.index(path) for path in kept]] = first.quantiles
    held = set(kept)
    lacking = tuple(path for path in paths if path not in held)
    numbers, places = np.unique(chosen, return_inverse=True)
    step = at_once or max(1, len(lacking))
    for some in (lacking[first : first + step] for first in range(0, len(lacking), step)):
        again = run_again(ensemble, numbers, some)
        if len(numbers) < len(chosen):
            again = replace(again, everything=again.everything[places])
        found[:, :, [paths.index(path) for path in some]] = again.quantiles
    return found


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
        "overrides": overrides_told(ensemble.layout),
    }


def overrides_told(layout: Layout) -> dict[str, Any]:
    """What is set by hand in a layout, as JSON data that `read_overrides` reads."""
    return {
        path: quantity.model_dump(mode="json", exclude_none=True, exclude={"prior"})
        | ({"prior": {quantity.prior.family: quantity.prior.parameters()}} if quantity.prior else {})
        for path, quantity in layout.overrides.items()
    }


def read_manifest(folder: Path, check: bool = True) -> dict[str, Any]:
    """The manifest (run.json or comparison.json) of an archive. Raises ArchiveError.

    check: whether every file is held against its hash.
    """
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
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ArchiveError(
            f"{found[0]} is damaged ({plain_reason(error)}); run the command that wrote it again"
        ) from error
    if form != FORM:
        raise ArchiveError(f"{found[0]} has archive form {form!r}; this version reads form {FORM}: run it again")
    assert isinstance(read, dict)
    if check:
        check_files(folder)
    return read


def read_run(folder: Path, part: bool = False) -> Ensemble:
    """Read an archived run. `everything` is empty: quantiles stay in quantiles.parquet.

    part: an arm of a comparison, whose list of files is the comparison's.

    Raises ArchiveError for a folder that is no archive, is cut off, or does not fit the laws of this version.
    """
    from pyarrow import ArrowException

    read = read_manifest(folder)
    if not part and listed(folder) is None:
        whole = folder.resolve().parent
        if folder.name in WORLDS and (whole / "comparison.json").is_file():
            what = f"{folder} is one world of a comparison, not a result of its own"
            raise ArchiveError(f"{what}; show {folder.parent}, which holds both")
        raise ArchiveError(f"{folder / LIST} is missing, so nothing says that the run is whole; run it again")
    try:
        _check_form(read)
        for name, written in read["files_sha256"].items():
            if sha256_of(folder / name) != written:
                raise ValueError(f"{name} is cut off or was changed after it was saved")
        scenario = replace(load_scenario(str(folder / "scenario.yaml")), name=str(read["scenario"]))
        overrides = read_overrides(read["overrides"])
        layout = Layout.of(scenario, overrides)
        future, value = read_numbers(folder / "samples.parquet", ["trajectory", "value"])
        steps, outputs = read["weeks"] + 1, len(scenario.outcomes)
        values = value.astype(np.float64).reshape(-1, steps, outputs)
        trajectories = future.reshape(-1, steps * outputs)[:, 0].astype(np.int64)
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


def read_overrides(told: dict[str, Any]) -> dict[str, Quantity]:
    """The quantities that `overrides_told` told. Raises KeyError, TypeError, ValueError for anything else."""
    return {path: Quantity(**{**held, "source": tuple(held["source"])}) for path, held in told.items()}
