"""The data folder of a workbench: cases with their scenario, results and records. Nothing is written outside it.

A case is named by an id that is looked up, never joined into a path unchecked. Every shipped scenario is a case; others
are made from a draft or a file's text and stand under cases/ID/.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tertius.api.places import write_whole
from tertius.errors import ArchiveError, OptionError, UnknownName
from tertius.nested import read_json
from tertius.shipped import Shipped, shipped_heads

if TYPE_CHECKING:
    from tertius.api.result import Comparison
    from tertius.api.scenario import Scenario
    from tertius.engine import Layout

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
RESULT = re.compile(r"[0-9]{6}")
PLAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
KEPT = 4  # answers that are held open
HOUR, DAY, MONTH = 3600.0, 86_400.0, 30 * 86_400.0  # seconds
RESULTS, DERIVED, SCENARIO = "results", "derived", "scenario.yaml"


@dataclass(frozen=True)
class Case:
    """A case.

    id        its id, a part of addresses
    title     the scenario's title
    as_of     its as-of date, YYYY-MM-DD
    shipped   whether it came with the package
    answered  whether a finished answer is kept
    """

    id: str
    title: str
    as_of: str
    shipped: bool
    answered: bool


def _named(war: Scenario, case: str) -> Scenario:
    """A scenario under the id of its case: every file of one's own has the same name."""
    return type(war)(replace(war.record, name=case), war.settings)


class Desk:
    """The data folder. Safe for several threads; several processes may use one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._answers: OrderedDict[Path, Comparison] = OrderedDict()
        self._scenarios: dict[str, tuple[float, Scenario]] = {}
        self._layouts: dict[str, tuple[Scenario, Layout]] = {}
        self._making = threading.RLock()
        try:
            (folder / "cases").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            fix = f"name another with --folder ({error.strerror})"
            raise OptionError("--folder", str(folder), "a folder that can be written", fix) from error

    # Cases

    def cases(self) -> tuple[Case, ...]:
        """Every case: one's own first, then those shipped."""
        shipped = {each.name: each for each in _shipped()}
        own = sorted(path.parent.name for path in (self.folder / "cases").glob(f"*/{SCENARIO}"))
        made = [self._own(name) for name in own if ID.fullmatch(name) and name not in shipped]
        return (*made, *(Case(name, one.title, str(one.as_of), True, self._has(name)) for name, one in shipped.items()))

    def case(self, name: str) -> Case:
        """A case by its id. Raises UnknownName."""
        found = {one.id: one for one in self.cases()}
        if name not in found:
            raise UnknownName("case", name, found)
        return found[name]

    def _own(self, name: str) -> Case:
        title, as_of = name, ""
        for line in self._file(name).read_text(encoding="utf-8", errors="replace").splitlines()[:200]:
            key, _, told = line.partition(":")
            if key == "title":
                title = told.strip().strip("\"'")
            elif key == "as_of":
                as_of = told.strip().strip("\"'")
        return Case(name, title, as_of, False, self._has(name))

    def _has(self, name: str) -> bool:
        return bool(self._folders(name))

    def place(self, case: str) -> Path:
        """The folder of a case, made where it is not there. Raises UnknownName."""
        folder = self.folder / "cases" / self.case(case).id
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def source(self, case: str) -> str:
        """What the front takes as this case's scenario: a shipped name, or a file. Raises UnknownName."""
        found = self.case(case)
        return found.id if found.shipped else str(self._file(found.id))

    def _file(self, name: str) -> Path:
        return self.folder / "cases" / name / SCENARIO

    def text(self, case: str) -> str:
        """The scenario file of a case, as it stands. Raises UnknownName."""
        found = self.case(case)
        if found.shipped:
            return next(each.file for each in _shipped() if each.name == found.id).read_text(encoding="utf-8")
        return self._file(found.id).read_text(encoding="utf-8")

    def keep(self, case: str, text: str) -> Case:
        """Write the scenario of a case of one's own, whole or not at all. Raises OptionError, ArchiveError."""
        if not ID.fullmatch(case):
            fix = "choose a plain name such as my-war"
            raise OptionError("case", case, "lower-case letters, digits and -, at most 64", fix)
        if case in {each.name for each in _shipped()}:
            raise OptionError("case", case, "a name that no shipped scenario has", "choose another name")
        write_whole(self._file(case), text, option="--folder")
        return self.case(case)

    def scenario(self, case: str) -> Scenario:
        """The scenario of a case, loaded once for each state of its file. Raises UnknownName, ScenarioError."""
        from tertius.api.scenario import load

        source = self.source(case)
        changed = os.stat(source).st_mtime_ns if source.endswith(SCENARIO) else 0
        held = self._scenarios.get(case)
        if held is None or held[0] != changed:
            held = (changed, _named(load(source), case))
            self._scenarios[case] = held
        return held[1]

    def layout(self, case: str) -> Layout:
        """How the kernel sees the scenario of a case, once for each state of its file. Raises as `scenario` does."""
        war = self.scenario(case)
        held = self._layouts.get(case)
        if held is None or held[0] is not war:
            held = (war, war.layout)
            self._layouts[case] = held
        return held[1]

    # Results

    def _folders(self, name: str) -> list[Path]:
        held = self.folder / "cases" / name / RESULTS
        try:
            found = [path for path in held.iterdir() if RESULT.fullmatch(path.name)]
        except OSError:
            return []
        return sorted(path for path in found if (path / "answer.json").is_file())

    def results(self, case: str) -> tuple[str, ...]:
        """Ids of the kept results of a case, the oldest first. Raises UnknownName."""
        return tuple(path.name for path in self._folders(self.case(case).id))

    def result_folder(self, case: str, result: str = "") -> Path | None:
        """Folder of one result, else of the latest; None where there is none. Raises UnknownName."""
        folders = {path.name: path for path in self._folders(self.case(case).id)}
        if not result:
            return list(folders.values())[-1] if folders else None
        if result not in folders:
            raise UnknownName("result", result, folders)
        return folders[result]

    def save(self, case: str, made: Comparison) -> str:
        """Keep a result of a case, whole or not at all, and return its id. Raises ArchiveError."""
        from tertius.impact.archive import save_answer
        from tertius.impact.making import Made

        held = self.place(case) / RESULTS
        scratch = held / f".{uuid.uuid4().hex}"
        held.mkdir(exist_ok=True)
        try:
            save_answer(Made(made.answer, made.held), scratch)
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        while True:
            names = [int(path.name) for path in held.iterdir() if RESULT.fullmatch(path.name)]
            name = f"{max(names, default=0) + 1:06}"
            try:
                os.rename(scratch, held / name)  # fails where another process was first
            except OSError as error:
                if not (held / name).exists():
                    raise ArchiveError(f"cannot write {held / name}: {error.strerror}") from error
                continue
            return name

    def answer(self, case: str, result: str = "") -> Comparison | None:
        """A kept answer without its futures, the latest unless one is named; None where there is none.

        Raises UnknownName, ArchiveError.
        """
        folder = self.result_folder(case, result)
        return None if folder is None else self._opened(folder, worlds=False)

    def worlds(self, case: str, result: str = "") -> Comparison | None:
        """The same with its futures, which takes seconds the first time. Raises UnknownName, ArchiveError."""
        folder = self.result_folder(case, result)
        return None if folder is None else self._opened(folder, worlds=True)

    def _opened(self, folder: Path, worlds: bool) -> Comparison:
        from tertius.api.keeping import show
        from tertius.api.result import Comparison

        key = folder / ("with" if worlds else "answer.json")
        with self._lock:
            held = self._answers.get(key)
            if held is None:
                opened = show(folder, worlds=worlds)
                if not isinstance(opened, Comparison):
                    raise ArchiveError(f"{folder} holds a run and no answer; run the case again")
                held = opened
            self._answers[key] = held
            self._answers.move_to_end(key)
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
        return held

    def derived(self, case: str, result: str, name: str, make: Callable[[Comparison], Any]) -> Any:
        """JSON data made of a kept answer once, and kept beside it; pages read that and need no answer opened.

        Args:
            case, result: which answer; the latest where no result is named.
            name: a plain name of what is made.
            make: makes it of the answer, without its futures.

        Raises UnknownName; OptionError for a case without an answer; ArchiveError; and what `make` raises.
        """
        folder, file = self._derived_file(case, result, name)
        held = _read(file)
        if held is not None:
            _note_use(file.parent)
            return held[0]
        with self._making:
            held = _read(file)
            if held is not None:
                return held[0]
            made = make(self._opened(folder, worlds=False))
            with suppress(ArchiveError):  # it is made again then
                write_whole(file, json.dumps([made], ensure_ascii=False), option="--folder")
        return made

    def kept(self, case: str, result: str, name: str) -> Any:
        """The same where it is kept, by this version of the program or another; None where it was not made yet.

        Raises UnknownName, OptionError.
        """
        folder, file = self._derived_file(case, result, name)
        others = sorted(file.parent.parent.glob(f"{folder.name}-*/{file.name}"), key=lambda path: path.stat().st_mtime)
        for each in (file, *reversed(others)):
            held = _read(each)
            if held is not None:
                return held[0]
        return None

    def tidy(self, case: str) -> None:
        """Remove what nobody needs any more. Raises UnknownName.

        What other versions of the program made of results: not read for a day, and made by this version too; or not
        read for a month. What a process that was killed had half written; and texts that were sent and never read.
        """
        own = self.folder / "cases" / self.case(case).id
        for half in (*own.glob(f"{RESULTS}/.*"), *own.parent.glob(".*")):
            _remove_idle(half, DAY)
        for text in own.glob("uploads/*"):
            _remove_idle(text, MONTH)
        held = own / DERIVED
        kept = {path.name for path in self._folders(case)}
        for old in held.glob("*-*"):
            result, _, stamp = old.name.partition("-")
            with suppress(OSError):
                idle = time.time() - old.stat().st_mtime
                made = {path.name for path in old.iterdir()}
                fresh = held / f"{result}-{_stamp()}"
                replaced = result not in kept or made <= {path.name for path in fresh.glob("*")}
                if stamp != _stamp() and (idle > MONTH or (idle > DAY and replaced)):
                    shutil.rmtree(old)

    def _derived_file(self, case: str, result: str, name: str) -> tuple[Path, Path]:
        folder = self.result_folder(case, result)
        if folder is None:
            raise OptionError("case", case, "a case with a finished answer", "run it first")
        safe = name if PLAIN.fullmatch(name) else hashlib.sha256(name.encode()).hexdigest()
        return folder, folder.parent.parent / DERIVED / f"{folder.name}-{_stamp()}" / f"{safe}.json"


@cache
def _shipped() -> tuple[Shipped, ...]:
    """The shipped scenarios: they stay as they are while a server runs."""
    return shipped_heads()


def _read(file: Path) -> list[Any] | None:
    try:
        held = read_json(file.read_bytes())
    except (OSError, ValueError):
        return None
    return held if isinstance(held, list) and len(held) == 1 else None


def _remove_idle(path: Path, seconds: float) -> None:
    """Remove a file or folder that has not changed for so long."""
    with suppress(OSError):
        if time.time() - path.stat().st_mtime <= seconds:
            return
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _note_use(folder: Path) -> None:
    """Let a folder tell that it is in use, now and then: another version of the program may look (`Desk.tidy`)."""
    with suppress(OSError):  # a folder that may only be read
        if time.time() - folder.stat().st_mtime > HOUR:
            os.utime(folder)


@cache
def _stamp() -> str:
    """Tells what this program makes of an answer from what another version of it made."""
    from tertius import __version__

    report = Path(__file__).parent.parent / "report"
    changed = max(path.stat().st_mtime_ns for path in report.rglob("*.*"))
    return hashlib.sha256(f"{__version__} {changed}".encode()).hexdigest()[:12]
