"""The folder of a run in pieces: every finished piece is on disk at once, and what is there is never done again.

    plan.json            what is run: versions, futures, weeks, seed, what is set in each world
    worlds/base, other   the scenario of each world as run, parents merged, with its fit
    pieces/NUMBER.piece  the summary of a piece, behind its hash
    pieces/merged-NUMBER.piece   of all pieces before that number; they are taken away then
    lock                 held while a process works on the run
    summary.json, summary.parquet, sample/   once it is whole (tertius.impact.pieced)

A piece is written beside its place, flushed to the disk, and renamed: a process killed at any moment, a full disk or a
power cut leaves whole pieces. One that is damaged is computed again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

from tertius.engine.archive import overrides_told, read_overrides
from tertius.engine.arm import Options
from tertius.engine.compiled import law_hash
from tertius.engine.executors import How, computed
from tertius.engine.folders import HOST, plain_reason, why_not
from tertius.engine.holding import LOCK
from tertius.engine.layout import Layout
from tertius.engine.pieces import MOST, Plan, Summary, code_version
from tertius.errors import ArchiveError, OptionError, TertiusError
from tertius.memory import give_back
from tertius.world import load_scenario

FORM = 1
PLAN, PIECES, SUMMARY = "plan.json", "pieces", "summary.json"
ARMS = ("base", "other")
FOLD = 16  # pieces in a row that are merged at once
OURS = (PLAN, LOCK, SUMMARY, "summary.parquet")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Planned:
    """A run in pieces as its folder says it is.

    told    what plan.json holds
    """

    folder: Path
    told: dict[str, Any]

    @property
    def whole(self) -> bool:
        """Whether it has been brought to its end."""
        return (self.folder / SUMMARY).is_file()

    @property
    def foreign(self) -> bool:
        """Whether other code began it: only that can go on, though what is whole can be read by any."""
        return bool(self.told["code"] != code_version())

    @cached_property
    def plan(self) -> Plan:
        """What is run, read once. Raises ArchiveError: the folder is damaged, or this code would make other numbers."""
        told = self.told
        if self.foreign:
            made = f"{self.folder} was begun by Tertius {told['version']} with code {told['code']}"
            here = f"this is {version('tertius')} with code {code_version()}, which may make other numbers"
            fix = "Go on with that version, or begin a new run in another folder; what is done there stays as it is"
            raise ArchiveError(f"{made}; {here}. {fix}")
        try:
            layouts = []
            for arm, world in zip(ARMS, told["worlds"]):
                scenario = load_scenario(str(self.folder / "worlds" / arm / "scenario.yaml"))
                layouts.append(
                    Layout.of(replace(scenario, name=str(world["scenario"])), read_overrides(world["overrides"]))
                )
            futures, weeks, seed, replicates = (int(told[key]) for key in ("futures", "weeks", "seed", "replicates"))
            horizons = tuple(int(week) for week in told["horizons"])
            Options(1, weeks, seed, replicates=replicates)  # refuses what is out of range
            if not 1 <= futures <= MOST or not all(0 <= week <= weeks for week in horizons):
                raise ValueError("its futures or weeks are out of range")
            plan = Plan(tuple(layouts), futures, weeks, seed, replicates, horizons)
            if [layout.scenario.digest for layout in layouts] != [world["sha256"] for world in told["worlds"]]:
                raise ValueError("a scenario was changed after the run began")
            if plan.piece != told["piece"]:
                raise ValueError("its pieces have another size")
        except (TertiusError, OSError, ValueError, KeyError, TypeError) as error:
            raise ArchiveError(f"{self.folder} is damaged: {plain_reason(error)}; begin a new run") from error
        return plan


def begin(folder: Path, plan: Plan, told: dict[str, Any]) -> Planned:
    """Make the folder of a new run; `told` is kept beside the plan. Raises ArchiveError, OptionError."""
    if folder.is_dir() and any(folder.iterdir()):
        if (folder / PLAN).is_file():
            fix = f"go on with it: tertius resume {folder}; remove it: tertius runs rm {folder}; or name another folder"
            raise OptionError("--out", str(folder), "a new folder: this one holds a run in pieces", fix)
        raise OptionError("--out", str(folder), "a new or an empty folder", "name another")
    written = {
        "tertius_run": FORM,
        **told,
        "version": version("tertius"),
        "code": code_version(),
        "laws_sha256": law_hash(),
        "begun": datetime.now(UTC).isoformat(timespec="seconds"),
        "futures": plan.futures,
        "weeks": plan.weeks,
        "seed": plan.seed,
        "replicates": plan.replicates,
        "horizons": list(plan.horizons),
        "piece": plan.piece,
        "pieces": plan.pieces,
        "worlds": [
            {
                "scenario": layout.scenario.name,
                "sha256": layout.scenario.digest,
                "overrides": overrides_told(layout),
            }
            for layout in plan.layouts
        ],
    }
    scratch = None
    try:
        folder.resolve().parent.mkdir(parents=True, exist_ok=True)
        name = f".{folder.name}-{HOST}-{os.getpid()}-"
        scratch = Path(tempfile.mkdtemp(prefix=name, dir=folder.resolve().parent))
        scratch.chmod(0o755)
        for arm, layout in zip(ARMS, plan.layouts):
            place = scratch / "worlds" / arm
            place.mkdir(parents=True)
            (place / "scenario.yaml").write_text(layout.scenario.to_yaml(), encoding="utf-8")
            if layout.scenario.fit is not None:
                shutil.copyfile(layout.scenario.fit, place / layout.scenario.fit.name)
        (scratch / PIECES).mkdir()
        (scratch / PLAN).write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        for file in scratch.rglob("*"):
            _flush(file)
        scratch.rename(folder.resolve())
        scratch = None
        _flush(folder.resolve().parent)
    except OSError as error:
        raise ArchiveError(f"cannot write {folder}: {why_not(error, '; ')}") from error
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
    return Planned(folder, written)


def planned(folder: Path) -> Planned:
    """The run in pieces in a folder. Raises ArchiveError."""
    file = folder / PLAN
    if not file.is_file():
        what = "no such folder" if not folder.exists() else f"no {PLAN} in it"
        raise ArchiveError(f"{folder} is no run in pieces ({what}); tertius runs list shows those of a folder")
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        form, numbers = told["tertius_run"], ("futures", "weeks", "seed", "replicates", "piece", "pieces")
        if isinstance(form, int) and form != FORM:
            raise _of_another_form(folder, told)
        if form != FORM or any(not isinstance(told[key], int) for key in numbers):
            raise ValueError("it is of another form")
        worlds = told["worlds"]
        if not all(isinstance(told[key], str) for key in ("version", "code", "begun", "kind")) or not worlds:
            raise ValueError("it is of another form")
        for world in worlds:
            world["scenario"], world["sha256"], world["overrides"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ArchiveError(f"{file} is damaged ({plain_reason(error)}); begin a new run") from error
    return Planned(folder, told)


class OtherForm(ArchiveError):
    """A run in pieces in a form that this version does not read; its files are whole as far as can be told."""


def _of_another_form(folder: Path, told: dict[str, Any]) -> OtherForm:
    made = f"{folder} was begun by Tertius {told.get('version', 'of another version')} in form {told['tertius_run']}"
    fix = "Go on with that version, or begin a new run in another folder; what is done there stays as it is"
    return OtherForm(f"{made}; this is {version('tertius')}, which reads form {FORM}. {fix}")


@dataclass
class Store:
    """The pieces of a run on disk.

    upto    number of the first piece that is not merged
    merged  the summary of those before; None where there are none
    there   numbers of the pieces from `upto` on that are there
    """

    folder: Path
    pieces: int
    upto: int = 0
    merged: Summary | None = None
    there: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, run: Planned, plan: Plan) -> Store:
        """What is there already; what was cut off or damaged is taken away. Raises ArchiveError."""
        store = cls(run.folder / PIECES, plan.pieces)
        try:
            store.folder.mkdir(exist_ok=True)
            for file in sorted(store.folder.glob("merged-*.piece"), reverse=True):
                if store.merged is None:
                    with suppress(ArchiveError, ValueError):
                        store.merged, store.upto = _read(file), int(file.stem.partition("-")[2])
                        continue
                file.unlink()
            for file in store.folder.iterdir():
                number = int(file.stem) if file.suffix == ".piece" and file.stem.isdecimal() else -1
                if file.suffix == ".part" or -1 < number < store.upto or (number >= 0 and not _sound(file)):
                    file.unlink()
                elif number >= 0:
                    store.there.add(number)
        except OSError as error:
            raise ArchiveError(f"cannot use {store.folder}: {why_not(error, '; ')}") from error
        return store

    @property
    def lacking(self) -> Iterator[int]:
        """Numbers of the pieces that are not there, rising."""
        there = frozenset(self.there)
        return (number for number in range(self.upto, self.pieces) if number not in there)

    def put(self, number: int, packed: bytes) -> None:
        """Keep a piece; once this returns it outlives a power cut. Raises OSError."""
        _write_piece(self.folder / f"{number:012d}.piece", packed)
        self.there.add(number)
        if all(self.upto + place in self.there for place in range(FOLD)):
            self.fold()

    def fold(self) -> None:
        """Merge the pieces that follow without a gap, in order. Raises OSError, ArchiveError for a damaged one."""
        numbers: list[int] = []
        while self.upto + len(numbers) in self.there:
            numbers.append(self.upto + len(numbers))
        if not numbers:
            return
        read = (_read(self.folder / f"{number:012d}.piece") for number in numbers)
        merged = Summary.merged(chain(() if self.merged is None else (self.merged,), read))
        upto = self.upto + len(numbers)
        _write_piece(self.folder / f"merged-{upto:012d}.piece", merged.packed())
        before = self.folder / f"merged-{self.upto:012d}.piece"
        self.merged, self.upto, self.there = merged, upto, self.there - set(numbers)
        for file in (before, *(self.folder / f"{number:012d}.piece" for number in numbers)):
            file.unlink(missing_ok=True)
        give_back()


def work(run: Planned, how: How, count: int, say: Callable[[str], None], progress: Progress | None) -> Summary:
    """Compute what a run lacks and return the summary of all of it. Call it within `holding.held`.

    count: workers of this machine. Raises ArchiveError where the folder is damaged or full; what is done stays.
    """
    plan = run.plan
    store = Store.of(run, plan)
    done = min(store.upto * plan.piece, plan.futures) + sum(plan.size(number) for number in store.there)
    if progress is not None:
        progress(done, plan.futures)
    for number, packed in computed(plan, store.lacking, how, count, say) if done < plan.futures else ():
        with _kept(run, done):
            store.put(number, packed)
        done += plan.size(number)
        if progress is not None:
            progress(done, plan.futures)
    with _kept(run, done):
        store.fold()
    assert store.merged is not None
    return store.merged


@contextmanager
def _kept(run: Planned, done: int) -> Iterator[None]:
    """Say of a disk that takes no more what is kept, and how to go on. Raises ArchiveError."""
    try:
        yield
    except OSError as error:
        told = f"cannot write {error.filename or run.folder}: {why_not(error, '; ', 'folder')}"
        kept = f"{done:,} of {run.told['futures']:,} futures are kept; go on: tertius resume {run.folder}"
        raise ArchiveError(f"{told}. {kept}") from error


def write_last(file: Path, content: bytes) -> None:
    """Write a file of the end of a run. Raises ArchiveError."""
    try:
        _write(file, content)
    except OSError as error:
        kept = f"every future is kept; go on: tertius resume {file.parent}"
        raise ArchiveError(f"cannot write {file}: {why_not(error, '; ', 'folder')}. {kept}") from error


def _write_piece(file: Path, packed: bytes) -> None:
    """Write a piece behind its hash. Raises OSError."""
    _write(file, hashlib.sha256(packed).digest() + packed)


def _write(file: Path, content: bytes) -> None:
    """Write a file whole, and flush it to the disk before it takes its name. Raises OSError."""
    part = file.with_suffix(".part")
    try:
        with part.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        part.replace(file)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    _flush(file.parent)


def _flush(place: Path) -> None:
    """Bring a file, or the names in a folder, to the disk, where the system can."""
    with suppress(OSError):
        opened = os.open(place, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _sound(file: Path) -> bool:
    held = file.read_bytes()
    return hashlib.sha256(held[32:]).digest() == held[:32]


def _read(file: Path) -> Summary:
    """A piece. Raises ArchiveError for one that is damaged, OSError."""
    from pyarrow import ArrowException

    held = file.read_bytes()
    try:
        if hashlib.sha256(held[32:]).digest() != held[:32]:
            raise ValueError("its hash is another")
        return Summary.unpacked(held[32:])
    except (ValueError, KeyError, ArrowException) as error:
        raise ArchiveError(f"{file} is damaged ({plain_reason(error)}); resume the run again") from error
