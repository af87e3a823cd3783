"""What a shell may complete: scenarios, their events, and the names that can be set or explained.

A shell that completes has no place for an error: where a scenario cannot be read nothing is offered.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import typer

from tertius.errors import TertiusError


def complete_scenario(incomplete: str) -> list[str]:
    """Shipped scenarios; the shell itself knows files."""
    from tertius.shipped import shipped_scenarios

    return [name for name in shipped_scenarios() if name.startswith(incomplete)]


def complete_format(incomplete: str) -> list[str]:
    """Formats of output, behind those that stand there already."""
    from tertius.report.formats import formats

    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in (*formats(), "all") if name.startswith(last)]


def complete_event(ctx: typer.Context, incomplete: str) -> list[str]:
    """Events of the scenario that is named already."""
    with suppress(TertiusError, OSError):
        if scenario := ctx.params.get("scenario"):
            from tertius.world import load_scenario

            return [name for name in load_scenario(scenario).events if name.startswith(incomplete)]
    return []


def complete_instrument(ctx: typer.Context, incomplete: str) -> list[str]:
    """Instruments of the scenario that is named already."""
    with suppress(TertiusError, OSError):
        if scenario := ctx.params.get("scenario"):
            from tertius.world import load_scenario

            return [name for name in load_scenario(scenario).instruments if name.startswith(incomplete)]
    return []


def complete_path(ctx: typer.Context, incomplete: str) -> list[str]:
    """Quantities of the scenario that is named already, with the sign = behind a whole path."""
    with suppress(TertiusError, OSError):
        if (scenario := ctx.params.get("scenario")) and "=" not in incomplete:
            from tertius.api.war import opened
            from tertius.engine.explanation import settable_paths

            return _next_parts(settable_paths(opened(scenario).layout), incomplete, "=")
    return []


def complete_any(incomplete: str) -> list[str]:
    """Everything that can be explained of the smallest shipped scenario: the names of most others are alike."""
    with suppress(TertiusError, OSError):
        from tertius.api.war import opened
        from tertius.engine.explanation import names
        from tertius.shipped import shipped_scenarios

        smallest = min(shipped_scenarios().values(), key=lambda file: file.stat().st_size)
        return _next_parts(names(opened(smallest).layout), incomplete, "")
    return []


def _next_parts(paths: Iterable[str], incomplete: str, end: str) -> list[str]:
    """Paths that begin so, one part further than what stands there, so that a list stays short."""
    depth = incomplete.count(".") + 1
    fitting = [path.split(".") for path in paths if path.startswith(incomplete)]
    return list(dict.fromkeys(".".join(p[:depth]) + (end if len(p) <= depth else ".") for p in fitting))
