"""The errors that Tertius raises on purpose.

    TertiusError                    exit code 1
    |-- ScenarioError               2   a scenario file cannot be used; holds every problem found
    |   `-- LayoutError             2   the engine has no place for the scenario, or lacks something
    |-- Misfit                      2   one record was built with values that do not fit (also a ValueError)
    |-- UnknownName                 2   a name was looked up and does not exist
    |-- OptionError                 2   an option of the command line or of a function
    |-- ArchiveError                3   an archive is missing, cut off or of another version
    |-- DataError                   3   a data file or publisher's answer cannot be used
    |-- MissingExtra                3   packages of an extra are needed and not installed
    |-- KernelError                 1   a law of motion failed while it ran
    `-- Interrupted                 1   stopped from outside before the end

Every message says what was given, what is allowed, the nearest valid name and the fix; where there is a
file, also the file, the line and the key path. All of them survive pickling (they cross processes).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from time import monotonic, thread_time
from typing import ClassVar

SHOWN_PROBLEMS = 20
SHOWN_NAMES = 30
SHOWN_CALLED = 15


class TertiusError(Exception):
    """Root of the tree; `exit_code` is what the command line returns."""

    exit_code: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a scenario: where, what was given, what is allowed, how to put it right."""

    file: str
    line: int | None
    """Counted from 1; None where the problem is with the file as a whole."""
    path: str
    """Dotted key path such as `contingents.first.side`; empty for the file as a whole."""
    given: str
    allowed: str
    nearest: str | None
    fix: str

    def __str__(self) -> str:
        """Return a block of several lines for a reader at a terminal."""
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        rows = [
            f"{place}: {self.path}" if self.path else place,
            f"  given:   {self.given}",
            f"  allowed: {self.allowed}",
        ]
        if self.nearest is not None:
            rows.append(f"  nearest: {self.nearest}")
        rows.append(f"  fix:     {self.fix}")
        return "\n".join(rows)


class ScenarioError(TertiusError):
    """A scenario cannot be used. `problems` holds all that were found, by file and line."""

    exit_code: ClassVar[int] = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """List the problems, at most 20 of them."""
        count = len(self.problems)
        blocks = [f"{count} {'problem' if count == 1 else 'problems'} in the scenario"]
        blocks += [str(problem) for problem in self.problems[:SHOWN_PROBLEMS]]
        if count > SHOWN_PROBLEMS:
            blocks.append(f"and {count - SHOWN_PROBLEMS} more")
        return "\n\n".join(blocks)


class LayoutError(ScenarioError):
    """The engine's layout and the scenario do not fit."""


class Misfit(TertiusError, ValueError):
    """A record was given values that do not fit together.

    A loader turns it into a `Problem`: `below` is the key path from the record to the place at fault.
    """

    exit_code: ClassVar[int] = 2

    def __init__(
        self, given: str, allowed: str, fix: str, nearest: str | None = None, below: Sequence[str | int] = ()
    ) -> None:
        self.given = given
        self.allowed = allowed
        self.fix = fix
        self.nearest = nearest
        self.below = tuple(below)
        super().__init__(given, allowed, fix, nearest, self.below)

    def __str__(self) -> str:
        """Return one line; the place is known only to whoever catches it."""
        close = f" Nearest: {self.nearest}." if self.nearest else ""
        return f"given {self.given}; allowed: {self.allowed}.{close} Fix: {self.fix}"


class UnknownName(TertiusError):
    """A name was looked up and does not exist.

    Args:
        kind: what was looked up, such as "output" or "scenario".
        given: the name.
        allowed: the names that exist.
        fix: what to do; by default, to use one of the allowed names.
        called: what readers call some of them, by name; whoever writes those words is told the name.
    """

    exit_code: ClassVar[int] = 2

    def __init__(
        self, kind: str, given: str, allowed: Iterable[str], fix: str = "", called: Mapping[str, str] | None = None
    ) -> None:
        self.kind = kind
        self.given = given
        self.allowed = tuple(allowed)
        self.called = dict(called or {})
        self.nearest = nearest_called(given, self.called) or nearest(given, self.allowed)
        self.fix = fix or f"use {self.nearest!r}" if self.nearest else fix or "use one of the allowed names"
        super().__init__(kind, given, self.allowed, fix, self.called)

    def __str__(self) -> str:
        """Return a block: the name, the names that exist, the fix."""
        few = len(self.allowed) <= SHOWN_CALLED
        shown = [self._with_words(name) for name in self.allowed] if few else self.allowed
        rows = [f"no {self.kind} {self.given!r}", f"  allowed: {listed(shown)}"]
        if self.nearest is not None:
            rows.append(f"  nearest: {self._with_words(self.nearest)}")
        rows.append(f"  fix:     {self.fix}")
        return "\n".join(rows)

    def _with_words(self, name: str) -> str:
        """Return a name and, in brackets, what readers call it."""
        return f"{name} ({self.called[name]})" if name in self.called else name


class OptionError(TertiusError):
    """An option of the command line or of a function has a value that it cannot have."""

    exit_code: ClassVar[int] = 2

    def __init__(self, name: str, given: object, allowed: str, fix: str) -> None:
        self.name = name
        self.given = given if isinstance(given, str) else repr(given)
        self.allowed = allowed
        self.fix = fix
        super().__init__(name, self.given, allowed, fix)

    def __str__(self) -> str:
        """Return a block: the option, the value, what is allowed, the fix."""
        return f"option {self.name}\n  given:   {self.given}\n  allowed: {self.allowed}\n  fix:     {self.fix}"


class ArchiveError(TertiusError):
    """An archive is missing, cut off or of another version."""

    exit_code: ClassVar[int] = 3


class DataError(TertiusError):
    """A data file or a publisher's answer cannot be used.

    Args:
        place: file, and line and column where they are known.
        given: what was found there.
        allowed: what could be used.
        fix: how to put it right.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, place: str, given: str, allowed: str, fix: str) -> None:
        self.place = place
        self.given = given
        self.allowed = allowed
        self.fix = fix
        super().__init__(place, given, allowed, fix)

    def __str__(self) -> str:
        """Return a block: the place, what was found, what is allowed, the fix."""
        return f"{self.place}\n  given:   {self.given}\n  allowed: {self.allowed}\n  fix:     {self.fix}"


class MissingExtra(TertiusError):
    """Packages of an extra are needed and not installed.

    Args:
        extra: name of the extra in pyproject.toml.
        package: the package that could not be imported.
        what: what needs it.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, extra: str, package: str, what: str) -> None:
        self.extra = extra
        self.package = package
        self.what = what
        super().__init__(extra, package, what)

    def __str__(self) -> str:
        """Return a block: what was asked, what is missing, the fix."""
        return (
            f"{self.what} needs the extra {self.extra!r}\n  given:   an environment without {self.package}\n"
            f"  allowed: one with the extra\n  fix:     pip install '.[{self.extra}]' in the folder of Tertius"
        )


class KernelError(TertiusError):
    """A law of motion failed while it ran."""


class Interrupted(TertiusError):
    """The run was stopped from outside before its end."""


class _Budget:
    """Processor time that one kind of work may take at a stretch; a pause of a second gives all of it back.

    A file with thousands of misspelt names among thousands would otherwise take minutes to be refused. Only the
    time inside `spending` counts, on its own thread: what else the process does takes nothing away.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds, self.spent, self.last = seconds, 0.0, float("-inf")

    def left(self) -> bool:
        """Whether any is left."""
        if monotonic() - self.last > 1.0:
            self.spent = 0.0
        return self.spent < self.seconds

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Count what is done within."""
        begun = thread_time()
        try:
            yield
        finally:
            self.spent += thread_time() - begun
            self.last = monotonic()


_SEEKING = _Budget(3.0)


def nearest(name: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed name most like `name` (case does not count), or None where none is like it or time is up."""
    if not _SEEKING.left():
        _SEEKING.last = monotonic()
        return None
    with _SEEKING.spending():
        by_folded = {candidate.casefold(): candidate for candidate in allowed}
        found = get_close_matches(name.casefold()[:200], list(by_folded), n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def nearest_called(words: str, called: Mapping[str, str]) -> str | None:
    """Return the name whose words hold all that were written, the shortest of them; None where none holds them.

    Case, order and short words such as "for" do not count.
    """
    asked = _words(words)
    held = [(len(_words(text)), name) for name, text in called.items() if asked and asked <= _words(text)]
    return min(held)[1] if held else None


def _words(text: str) -> frozenset[str]:
    """Return the words of a text, folded, without those of one to three small letters."""
    found = re.findall(r"\w+", text[:200].replace("'s", ""))
    return frozenset(word.casefold() for word in found if len(word) > 3 or word != word.lower())


def listed(names: Iterable[str]) -> str:
    """Return names as "a, b, c", cut after 30 with the count of the rest; "(none)" for none."""
    every = list(names)
    shown = ", ".join(every[:SHOWN_NAMES]) or "(none)"
    return f"{shown} and {len(every) - SHOWN_NAMES} more" if len(every) > SHOWN_NAMES else shown
