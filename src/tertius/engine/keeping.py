"""The runs of a folder: what each is and how far it is, and the removal of one."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tertius.engine.folders import LIST, listed
from tertius.engine.holding import LOCK, busy
from tertius.engine.runs import ARMS, OURS, PIECES, PLAN, OtherForm, planned
from tertius.errors import ArchiveError, OptionError

RUNS = {"run.json": "run", "comparison.json": "comparison"}
WHOLE, STOPPED, RUNNING, DAMAGED, FOREIGN = "whole", "stopped", "running", "damaged", "of another version"


@dataclass(frozen=True)
class State:
    """A run in a folder.

    kind    run or comparison, `in pieces` or not
    done    futures that are done
    state   WHOLE, STOPPED, RUNNING, DAMAGED, or FOREIGN: stopped, and only the version that began it can go on
    size    bytes on disk
    """

    folder: Path
    kind: str
    scenario: str
    futures: int | None
    done: int | None
    weeks: int | None
    seed: int | None
    begun: str
    state: str
    size: int

    def data(self) -> dict[str, Any]:
        """As JSON data."""
        return {**asdict(self), "folder": str(self.folder)}


def states(folder: Path) -> list[State]:
    """The runs that lie in a folder, by name. Raises OptionError for what is no folder."""
    if not folder.is_dir():
        raise OptionError("FOLDER", str(folder), "a folder", "name one that holds runs")
    try:
        places = sorted(place for place in folder.iterdir() if place.is_dir())
    except OSError as error:
        raise OptionError("FOLDER", str(folder), "a folder that can be read", str(error.strerror)) from error
    return [state_of(place) for place in places if any((place / name).is_file() for name in (PLAN, *RUNS))]


def state_of(folder: Path) -> State:
    """What a run is and how far. Raises ArchiveError for a folder that holds none."""
    if (folder / PLAN).is_file():
        return _in_pieces(folder)
    found = next((name for name in RUNS if (folder / name).is_file()), None)
    if found is None:
        raise ArchiveError(f"{folder} holds no run; tertius runs list FOLDER shows those of a folder")
    kind = RUNS[found]
    try:
        told = json.loads((folder / found).read_text(encoding="utf-8"))
        scenario, asked, done = str(told["scenario"]), int(told["futures_asked"]), int(told["futures_done"])
        weeks, seed, state = int(told["weeks"]), int(told["seed"]), WHOLE if told["complete"] else STOPPED
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):  # 1e999; a thousand brackets
        return State(folder, kind, "", None, None, None, None, "", DAMAGED, _size(folder))
    return State(folder, kind, scenario, asked, done, weeks, seed, "", state, _size(folder))


def _in_pieces(folder: Path) -> State:
    try:
        run = planned(folder)
    except OtherForm:
        return State(folder, "in pieces", "", None, None, None, None, "", FOREIGN, _size(folder))
    except ArchiveError:
        return State(folder, "in pieces", "", None, None, None, None, "", DAMAGED, _size(folder))
    told = run.told
    upto, there = 0, set()
    for file in (folder / PIECES).glob("*.piece"):
        name, _, number = file.stem.rpartition("-")
        if number.isdecimal():
            upto = max(upto, int(number)) if name else upto
            there |= set() if name else {int(number)}
    size, futures = int(told["piece"]), int(told["futures"])
    pieces = min(int(told["pieces"]), upto + sum(number >= upto for number in there))
    state = WHOLE if run.whole else RUNNING if busy(folder) else FOREIGN if run.foreign else STOPPED
    kind, scenario, begun = f"{told['kind']} in pieces", str(told["worlds"][0]["scenario"]), str(told["begun"])[:16]
    weeks, seed, done = int(told["weeks"]), int(told["seed"]), min(futures, pieces * size)
    return State(folder, kind, scenario, futures, done, weeks, seed, begun, state, _size(folder))


def _size(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        with suppress(OSError):
            total += file.lstat().st_size if file.is_file() else 0
    return total


def remove(folder: Path) -> list[str]:
    """Remove the files that a run wrote, and its folder where nothing else is in it; what else is there, by path.

    Raises ArchiveError for a folder that holds no run, or one that a process works on.
    """
    if folder.is_symlink():
        raise ArchiveError(f"{folder} is a link; name the folder that it leads to")
    state_of(folder)
    if (folder / PLAN).is_file():
        if busy(folder):
            raise ArchiveError(f"{folder} is being worked on; end that process first")
        files = _pieces_of(folder)
    else:
        written = listed(folder)
        if written is None:
            what = f"{folder} has no {LIST}, which says what a run wrote, so nothing was removed"
            raise ArchiveError(f"{what}; look at what lies there, and remove it by hand")
        files = [*(folder / name for name in written), folder / LIST]
    try:
        for file in files:
            file.unlink(missing_ok=True)
        for place in sorted((place for place in folder.rglob("*") if place.is_dir()), reverse=True):
            with suppress(OSError):
                place.rmdir()
        left = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*"))
        if not left:
            folder.rmdir()
    except OSError as error:
        raise ArchiveError(f"cannot remove {error.filename or folder}: {error.strerror or error}") from error
    return left


def _pieces_of(folder: Path) -> list[Path]:
    """The files of a run in pieces; plan.json last, so that a removal that is cut off can be made again."""
    files = [*(folder / PIECES).glob("*.piece"), *(folder / PIECES).glob("*.part"), *folder.glob("*.part")]
    for arm in ARMS:
        world, sample = folder / "worlds" / arm, folder / "sample" / arm
        files += [*world.glob("*.yaml"), *world.glob("*.fit.json")]
        files += [sample / name for name in listed(sample) or {}] + [sample / LIST]
    return [*files, *(folder / name for name in OURS if name not in (PLAN, LOCK)), folder / LOCK, folder / PLAN]
