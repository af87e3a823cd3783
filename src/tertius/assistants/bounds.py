"""What a client may ask of the server: files of one folder, and so many futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tertius.defaults import FUTURES
from tertius.errors import OptionError, nearest
from tertius.shipped import shipped_scenarios
from tertius.world.yaml_source import read_text, read_yaml

YAML = (".yaml", ".yml")
LONGEST = 200
"""Signs of a name that an error tells back."""
QUESTIONS = ".questions"
FEW = 1000
"""Futures of a call that names no number: some seconds."""


@dataclass(frozen=True)
class Bounds:
    """The limits of a server.

    folder   the one folder: its files may be read, answers are kept in `answers` below it, nothing else is written
    futures  most futures of a call
    threads  processors that a run may use; 0 is all
    """

    folder: Path
    futures: int = FUTURES
    threads: int = 0

    @property
    def answers(self) -> Path:
        """Where answers are kept."""
        return self.folder / "answers"

    def files(self, endings: Sequence[str] = ()) -> list[str]:
        """Names of the files in the folder itself, those with an ending where any is given."""
        if not self.folder.is_dir():
            return []
        held = (path for path in self.folder.iterdir() if path.is_file() and not path.name.startswith("."))
        return sorted(path.name for path in held if not endings or path.suffix in endings)

    def scenarios(self) -> list[str]:
        """Names of the scenario files in the folder."""
        return [name for name in self.files(YAML) if not Path(name).stem.endswith(QUESTIONS)]

    def file(self, option: str, name: str, folder_too: bool = False) -> Path:
        """A file of the folder by its name there, links followed. folder_too: a folder below it will do.

        Raises OptionError: it is not there, or lies outside.
        """
        allowed = "a file in the server's folder"
        given = shown(name)
        try:
            found = (self.folder / name).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):  # not there; a name with a null sign; links in a circle
            near = nearest(name, self.files())
            fix = f"write {near}" if near else "put it there, or name one that is there"
            raise OptionError(option, given, allowed, fix) from None
        inside = found.is_relative_to(self.folder.resolve()) and found != self.folder.resolve()
        if not inside or not (found.is_file() or (folder_too and found.is_dir())):
            raise OptionError(option, given, allowed, "put it there, and name it by its name there")
        return found

    def scenario(self, name: str, option: str = "scenario") -> str | Path:
        """A shipped scenario's name, or a scenario file of the folder. Raises OptionError."""
        if name in shipped_scenarios():
            return name
        if Path(name).suffix in YAML:
            found = self.file(option, name)
            self._check_parents(found)
            return found
        known = [*shipped_scenarios(), *self.scenarios()]
        near = nearest(name, known)
        fix = f"write {near}" if near else "choose one of them"
        raise OptionError(option, shown(name), ", ".join(known), fix)

    def _check_parents(self, file: Path) -> None:
        """Refuse a scenario that is laid over a file outside the folder. Raises OptionError, ScenarioError."""
        seen = {file}
        while True:
            root, _ = read_yaml(read_text(file), str(file))
            asked = root.children().get("extends")
            if asked is None or not isinstance(asked.value, str) or asked.value in shipped_scenarios():
                return  # what else is wrong with it is told where it is loaded
            try:
                file = self.file("extends", str(file.parent / asked.value))
            except OptionError:
                allowed, fix = "a shipped scenario, or a file in the server's folder", "put it there"
                raise OptionError("extends", shown(asked.value), allowed, fix) from None
            if file in seen:
                return
            seen.add(file)

    def counted(self, futures: int | None) -> int:
        """The number of futures, if it is within the limit; a few where none is given. Raises OptionError."""
        if futures is None:
            return min(FEW, self.futures)
        if not 1 <= futures <= self.futures:
            allowed = f"1 to {self.futures:,}, the server's limit"
            raise OptionError("futures", futures, allowed, f"ask for {self.futures:,} or fewer")
        return futures


def shown(name: str) -> str:
    """A name as an error tells it back: what cannot be seen is spelt, what is long is cut."""
    told = name if name.isprintable() and name else repr(name)
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}…"
