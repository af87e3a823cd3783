"""Outlines of states on a map, by the actors of a scenario.

Source: Natural Earth, 1:110m cultural vectors (public domain), cut down to tenths of a degree: data/outlines.json.
Borders are those of today, as they are in fact.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from tertius.world import Scenario

TENTHS = 10.0


@cache
def _held() -> Mapping[str, Any]:
    text = (resources.files("tertius.report") / "data" / "outlines.json").read_text(encoding="utf-8")
    states: Mapping[str, Any] = json.loads(text)["states"]
    return states


@cache
def outlines() -> Mapping[str, Any]:
    """ISO 3166-1 alpha-3 code -> GeoJSON feature, without properties."""
    return {
        code: {
            "type": "Feature",
            "geometry": {"type": "MultiPolygon", "coordinates": [[_pairs(ring)] for ring in state["rings"]]},
        }
        for code, state in _held().items()
    }


def states_of(scenario: Scenario, actor: str) -> tuple[str, ...]:
    """Codes of the states that an actor is: by its id, by its name, or by its members' names; empty for none."""
    if actor in _held():
        return (actor,)
    told = scenario.actors[actor]
    wanted = {told.name, *told.donors}
    return tuple(code for code, state in _held().items() if state["name"] in wanted)


def _pairs(ring: list[int]) -> list[list[float]]:
    return [[ring[place] / TENTHS, ring[place + 1] / TENTHS] for place in range(0, len(ring), 2)]
