"""Errors as data: the place, the value, what is allowed, the fix; and all of it as one message."""

from __future__ import annotations

from errno import ENOMEM, ENOSPC
from typing import Any

from tertius.errors import (
    ArchiveError,
    DataError,
    Interrupted,
    Misfit,
    MissingExtra,
    OptionError,
    Problem,
    ScenarioError,
    TertiusError,
    UnknownName,
    listed,
)
from tertius.memory import own_memory
from tertius.visible import visible

MOST_PROBLEMS = 200


def failure_of(error: TertiusError) -> dict[str, Any]:
    """An error of ours as JSON data.

    Returns:
        place, value, allowed, fix and message, each text; of a scenario also `problems`, each with the file's name, its
        line and its key path. What an error does not say is an empty text.
    """
    parts = dict(zip(("place", "value", "allowed", "fix"), _parts(error), strict=True))
    shown = {key: visible(text) for key, text in parts.items()}
    if isinstance(error, OptionError):  # its own words name an option of the command line
        return told(*shown.values())
    return {**shown, "message": visible(str(error)), **_more(error)}


def unexpected(place: str, error: BaseException) -> dict[str, Any]:
    """A failure that no error of ours tells: a fault of the program, or memory that ran out."""
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == ENOMEM):
        most = own_memory() / 2**30
        allowed = f"a run that fits into memory; this one may use {most:,.1f} GiB"
        return told(
            place, "memory ran out", allowed, "ask for fewer futures or weeks; or give the server more --memory"
        )
    if isinstance(error, OSError) and error.errno == ENOSPC:
        return told(place, "the disk is full", "a disk with room for what is kept", "free some space, and ask again")
    value = visible(f"{type(error).__name__}: {error}")
    return told(place, value, "work that ends without a fault", "report it; the server's log says where it happened")


def told(place: str, value: str, allowed: str, fix: str) -> dict[str, Any]:
    """A failure as JSON data, from its parts."""
    message = f"{place}\n  given:   {value}\n  allowed: {allowed}\n  fix:     {fix}"
    return {"place": place, "value": value, "allowed": allowed, "fix": fix, "message": message}


def _parts(error: TertiusError) -> tuple[str, str, str, str]:
    match error:
        case ScenarioError() if error.problems:
            first = error.problems[0]
            return _place(first), first.given, first.allowed, first.fix
        case UnknownName():
            return error.kind, error.given, listed(error.allowed), error.fix
        case OptionError():
            return error.name.removeprefix("--"), error.given, error.allowed, error.fix
        case DataError():
            return error.place, error.given, error.allowed, error.fix
        case Misfit():
            return ".".join(map(str, error.below)), error.given, error.allowed, error.fix
        case MissingExtra():
            fix = f"pip install 'tertius[{error.extra}]'"
            return error.what, f"an environment without {error.package}", "one with the extra", fix
        case ArchiveError():
            value, _, fix = str(error).rpartition("; ")
            return "data folder", value or fix, "what can be read and written", fix if value else "look at the folder"
        case Interrupted():
            return "run", str(error), "a run that is not stopped", "start it again"
    return "run", str(error), "a run without a fault", "see the message"


def _more(error: TertiusError) -> dict[str, Any]:
    if isinstance(error, UnknownName):
        return {"nearest": error.nearest}
    if not isinstance(error, ScenarioError):
        return {}
    rows = [
        {
            "file": _file(problem),
            "line": problem.line,
            "path": visible(problem.path),
            "given": visible(problem.given),
            "allowed": visible(problem.allowed),
            "nearest": problem.nearest,
            "fix": visible(problem.fix),
        }
        for problem in error.problems[:MOST_PROBLEMS]
    ]
    return {"problems": rows, "problem_count": len(error.problems)}


def _place(problem: Problem) -> str:
    line = f", line {problem.line}" if problem.line is not None else ""
    return f"{_file(problem)}{line}" + (f": {problem.path}" if problem.path else "")


def _file(problem: Problem) -> str:
    """The name alone: where a server keeps its files is nobody's business."""
    return problem.file.replace("\\", "/").rsplit("/", 1)[-1]
