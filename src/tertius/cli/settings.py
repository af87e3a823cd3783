"""Quantities set by options, PATH=VALUE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tertius.errors import OptionError

if TYPE_CHECKING:
    from tertius.world import Prior, Quantity


def settings_of(texts: list[str] | None, option: str = "--set") -> dict[str, Quantity | Prior | float]:
    """What an option sets: path -> value. Raises OptionError for a text of no such form, and for a path set twice."""
    from tertius.world import parse_override

    told: dict[str, Quantity | Prior | float] = {}
    for path, value in (parse_override(text, option) for text in texts or []):
        if path in told:
            raise OptionError(option, path, "each path once", "remove one of the two")
        told[path] = value
    return told
