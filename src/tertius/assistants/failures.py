"""Arguments that a tool does not take, told as data like every error."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from tertius.errors import listed, nearest
from tertius.web.jobs.failures import told as failure


def misuse(tool: str, error: ValidationError, known: dict[str, Any]) -> dict[str, Any]:
    """Arguments that a tool does not take: the first that is wrong, with what it takes.

    known  argument -> what the tool's schema says of it
    """
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    place = ".".join(map(str, first["loc"]))
    if name in known:
        missing = first["type"] == "missing"
        meant = known[name].get("description", "")
        allowed = meant if missing else f"{first['msg'].removeprefix('Input should be ')}; {meant}"
        value, fix = ("nothing", f"give {name}") if missing else (repr(first.get("input"))[:200], f"change {place}")
    else:
        near = nearest(name, known)
        allowed, fix, value = listed(known), f"write {near}" if near else "leave it out", name
    return failure(f"{tool}: {place}", value, allowed, fix)
