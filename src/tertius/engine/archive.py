"""The archive of a run: a folder that can be read again with public tools.

    run.json            what was run: version, scenario and its hash, laws' hash, seed, options, completeness
    scenario.yaml       the scenario as run, parents merged
    samples.parquet     trajectory, week_end, output, value (32-bit): the outcomes of every future
    quantiles.parquet   week_end, output, unit, q05 ... q95: every state variable
    parameters.parquet  trajectory and one column per drawn quantity
    files.json          sha256 of every file of the folder, subfolders included

Files are written beside the old ones and moved into place when whole, manifests last: a process killed before that, an
interruption, or a full disk leaves an archive that was there before as it was. An archive cut off while being moved, or
edited, is refused by its hashes and never shown as good. Files that are not listed are never touched.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from tertius.engine.compiled import law_hash
from tertius.engine.ensemble import LEVELS, Ensemble
from tertius.engine.layout import Layout
from tertius.errors import ArchiveError, TertiusError
from tertius.world import Quantity, load_scenario

FORM = 1
FILES = ("scenario.yaml", "samples.parquet", "quantiles.parquet", "parameters.parquet")
LIST = "files.json"
LONGEST_REASON = 120  # characters of a library's message that is shown


def write_folder(folder: Path, write: Callable[[Path], None]) -> Path:
    """Let `write` fill a fresh folder beside `folder`, then move its files into place, manifests (.json) last.

    files.json lists what was written. Only files that the last files.json lists are replaced or taken away. Raises
    ArchiveError when the place cannot be written or holds a file of the same name that is not ours; what stood there
    before is then untouched, as it is when the moving is interrupted.
    """
    folder = folder.resolve()
    scratch: Path | None = None
    try:
        if folder.exists() and not folder.is_dir():
            raise ArchiveError(f"{folder} is a file; --out takes a folder: name another, or move the file away")
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = folder if os.path.ismount(folder) else folder.parent
        scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=beside))
        write(scratch)
        files = sorted((f for f in scratch.rglob("*") if f.is_file()), key=lambda f: (f.suffix == ".json", str(f)))
        written = {file.relative_to(scratch).as_posix(): _sha256(file) for file in files}
        before = listed(folder) or {}
        for name in (*written, LIST):
            if (folder / name).exists() and name not in before and not (name == LIST and before):
                fix = "name another folder for --out, or move the file away"
                raise ArchiveError(f"{folder / name} was not written by Tertius and would be overwritten; {fix}")
        (scratch / LIST).write_text(json.dumps({"tertius_files": FORM, "sha256": written}, indent=1) + "\n")
        folder.mkdir(exist_ok=True)
        gone = [folder / name for name in before if name not in written and (folder / name).is_file()]
        _move([(scratch / name, folder / name) for name in (*written, LIST)], gone, scratch)
        _remove_empty({parent for file in gone for parent in file.parents if folder in parent.parents})
    except OSError as error:
        told = why_not(error, "; nothing saved there before was changed. ")
        raise ArchiveError(f"cannot write {error.filename or folder}: {told}") from error
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
    return folder


def why_not(error: OSError, told: str = "; ", option: str = "--out") -> str:
    """Why something could not be written, what is told of what stood there, and what to do."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    fix = f"Free some space there, or choose another {option}" if full else f"Choose another {option}"
    return f"{error.strerror or error}{told}{fix}"


def plain_reason(error: Exception) -> str:
    """An error in one short line; a library's own words only where they are short."""
    if isinstance(error, TertiusError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if isinstance(error, KeyError):
        return f"it lacks {error}"
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0] if len(lines) == 1 and len(lines[0]) < LONGEST_REASON else "what it holds is not what was written"


def _remove_empty(places: set[Path]) -> None:
    """Remove those of some folders that hold nothing, inner ones first."""
    for place in sorted(places, reverse=True):
        if not any(place.iterdir()):
            place.rmdir()


def _move(pairs: list[tuple[Path, Path]], gone: list[Path], scratch: Path) -> None:
    """Move files into place and take others away; whatever stops it, put back what stood there. Raises OSError."""
    old = Path(tempfile.mkdtemp(prefix="old-", dir=scratch))
    undo: list[tuple[Path | None, Path]] = []
    try:
        for number, (file, target) in enumerate((*pairs, *((None, target) for target in gone))):
            target.parent.mkdir(parents=True, exist_ok=True)
            kept = old / str(number) if target.exists() else None
            if kept is not None:
                shutil.copy2(target, kept)
            undo.append((kept, target))
            if file is None:
                target.unlink()
            else:
                os.replace(file, target)
    except BaseException:
        for kept, target in reversed(undo):
            target.unlink(missing_ok=True)
            if kept is not None:
                kept.rename(target)
        raise


def listed(folder: Path) -> dict[str, str] | None:
    """What files.json says was written into a folder: path -> sha256; None without one. Raises ArchiveError."""
    file = folder / LIST
    if not file.is_file():
        return None
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        form, held = told["tertius_files"], told["sha256"]
        if form != FORM or not all(isinstance(name, str) and isinstance(held[name], str) for name in held):
            raise ValueError(f"form {form!r}")
        if any(Path(name).is_absolute() or ".." in Path(name).parts for name in held):
            raise ValueError("it names files outside the folder")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArchiveError(
            f"{file} is damaged ({plain_reason(error)}); name another folder, or remove this one"
        ) from error
    return dict(held)


def _check_files(folder: Path) -> None:
    """Raise ArchiveError where a file of the list is missing or was changed after it was saved."""
    for name, written in (listed(folder) or {}).items():
        try:
            same = _sha256(folder / name) == written
        except OSError as error:
            raise ArchiveError(f"{folder / name}: {error.strerror or error}; run the command again") from error
        if not same:
            what = f"{name} is cut off or was changed after it was saved"
            raise ArchiveError(f"{folder} is damaged: {what}; run the command again")


def save_run(ensemble: Ensemble, folder: Path) -> Path:
    """Write the archive of a run and return its folder. Raises ArchiveError when it cannot be written."""
    return write_folder(place_for(ensemble, folder), lambda scratch: write_run(ensemble, scratch))


def place_for(ensemble: Ensemble, folder: Path) -> Path:
    """The folder itself; but NAME-partial where an interrupted run would take the place of a complete one."""
    if not ensemble.complete:
        try:
            if read_manifest(folder)["complete"]:
                return folder.with_name(f"{folder.name}-partial")
        except (ArchiveError, KeyError):
            pass
    return folder


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
    for level, values in zip(LEVELS, ensemble.quantiles, strict=True):
        table[f"q{round(100 * level):02d}"] = values.ravel()
    parquet.write_table(pa.table(table), folder / "quantiles.parquet", compression="zstd")
    told = {**manifest(ensemble), "files_sha256": {name: _sha256(folder / name) for name in names}}
    (folder / "run.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _sha256(file: Path) -> str:
    if not file.is_file():
        raise FileNotFoundError(2, "no such file", str(file))
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


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
    _check_files(folder)
    return read


def read_run(folder: Path) -> Ensemble:
    """Read an archived run. `everything` is empty: quantiles stay in quantiles.parquet.

    Raises ArchiveError for a folder that is no archive, is cut off, or does not fit the laws of this version.
    """
    from pyarrow import ArrowException, parquet

    read = read_manifest(folder)
    try:
        for name, written in read["files_sha256"].items():
            if _sha256(folder / name) != written:
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
            everything=np.zeros((0, steps, len(layout.outputs())), dtype=np.float32),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ArrowException, TertiusError) as error:
        raise ArchiveError(
            f"{folder} is damaged or of another version: {plain_reason(error)}; run the command again"
        ) from error


def _read_overrides(read: dict[str, Any]) -> dict[str, Quantity]:
    held = read["overrides"].items()
    return {path: Quantity(**{**written, "source": tuple(written["source"])}) for path, written in held}
