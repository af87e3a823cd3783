"""Errors as data: the place, the value, what is allowed, the fix, and all of it as one message."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from tertius.errors import ScenarioError, TertiusError, listed, nearest

MOST = 20
"""Problems of a scenario that are told."""


def failure_of(error: TertiusError) -> dict[str, Any]:
    """An error of ours as JSON data; what it does not say is an empty text."""
    told = vars(error)
    allowed = told.get("allowed", "")
    found: dict[str, Any] = {
        "place": next((told[key] for key in ("name", "kind", "place", "what") if key in told), ""),
        "value": told.get("given", ""),
        "allowed": allowed if isinstance(allowed, str) else listed(allowed),
        "fix": told.get("fix", ""),
        "message": str(error),
    }
    if isinstance(error, ScenarioError):
        names = ("line", "path", "given", "allowed", "nearest", "fix")
        rows = [{name: getattr(each, name) for name in names} for each in error.problems[:MOST]]
        found |= {"problems": rows, "problem_count": len(error.problems)}
    return found


def misuse(tool: str, error: ValidationError, known: dict[str, Any]) -> dict[str, Any]:
    """Arguments that a tool does not take: the first that is wrong, with what it takes.

    known  argument -> what the tool's schema says of it
    """
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    place = ".".join(map(str, first["loc"]))
    if name in known:
        missing = first["type"] == "missing"
        told = known[name].get("description", "")
        allowed = told if missing else f"{first['msg'].removeprefix('Input should be ')}; {told}"
        value, fix = ("nothing", f"give {name}") if missing else (repr(first.get("input"))[:200], f"change {place}")
    else:
        near = nearest(name, known)
        allowed, fix, value = listed(known), f"write {near}" if near else "leave it out", name
    message = f"{tool}: {place}\n  given:   {value}\n  allowed: {allowed}\n  fix:     {fix}"
    return {"place": place, "value": value, "allowed": allowed, "fix": fix, "message": message}
