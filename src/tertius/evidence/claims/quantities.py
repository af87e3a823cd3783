"""Numbers in a text to quantities of a scenario, by the names that its records give them.

so many X for so many Y    a contingent's `X_per_group` over its `Y_per_group` ("three officers for 30 soldiers")
so many shells a week      `per_week` of the only supply line of that actor and good
so many soldiers sent      a contingent's size; never a number of dead, wounded or captured
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final, TypeAlias

from ruamel.yaml import YAML

from tertius.evidence.claims.instruments import SOLDIERS
from tertius.evidence.claims.strengths import Strengths
from tertius.world import Scenario

GOODS: Final = {
    "shells": ("shell", "round", "ammunition", "munition"),
    "equipment": ("tank", "vehicle", "carrier", "howitzer"),
}
DAYS: Final = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
PERSONS: Final = (*SOLDIERS, "man", "men", "person", "people", "personnel", "serviceman")
Found: TypeAlias = tuple[str, str | None, float, float]
"""Path, path it is counted per, value, standard deviation of the log."""
FEWEST: Final = 100
"""Soldiers; fewer are no contingent."""


@cache
def step_words(name: str) -> frozenset[str]:
    """Words of one row of `steps.yaml`: more, less or lost."""
    text = (resources.files(__package__) / "data" / "steps.yaml").read_text(encoding="utf-8")
    return frozenset(YAML(typ="safe").load(text)[name].split())


def size_of(said: Mapping[str, Any]) -> float | None:
    """The number of soldiers that an event or a quantity tells of as sent, or None."""
    if set(re.findall(r"[a-z]+", str(said["quote"]).lower())) & step_words("lost"):
        return None
    if "numbers" in said:
        amounts = [(one["unit"], one["value"]) for one in said["numbers"]]
    else:
        amounts = [(said["what"], said["value"])]
    sizes = [float(value) for unit, value in amounts if unit in PERSONS and value >= FEWEST]
    return sizes[0] if len(set(sizes)) == 1 else None


def value_of(said: Mapping[str, Any], scenario: Scenario, strengths: Strengths) -> Found | None:
    """What a quantity measures; None for nothing, or for several things."""
    found = [*_ratios(said, scenario, strengths), *_rates(said, scenario, strengths)]
    return found[0] if len(found) == 1 else None


def _ratios(said: Mapping[str, Any], scenario: Scenario, strengths: Strengths) -> list[Found]:
    if not said["per"] or said["value"] <= 0:
        return []
    rows: list[Found] = []
    for name, contingent in scenario.contingents.items():
        about = set(said["about"])
        if about and not about & {contingent.actor, contingent.host}:
            continue
        held = contingent.quantities
        top, bottom = f"{said['what']}s_per_group", f"{said['per_what']}s_per_group"
        if top in held and bottom in held and top != bottom:
            path = f"contingents.{name}."
            rows.append((path + top, path + bottom, said["value"] / said["per"], strengths.ratio_error))
    # Of several, those whose measure is known from somewhere: a setting of the file's own says nothing of them.
    told = scenario.quantities()
    known = [row for row in rows if told[row[0]].basis != "choice"]
    return known if len(rows) > 1 else rows


def _rates(said: Mapping[str, Any], scenario: Scenario, strengths: Strengths) -> list[Found]:
    days = DAYS.get(str(said["per_what"]))
    if not said["per"] or days is None or said["value"] <= 0:
        return []
    weekly = said["value"] / said["per"] * 7.0 / days
    return [
        (f"supply_lines.{name}.per_week", None, weekly, strengths.rate_error)
        for name, line in scenario.supply_lines.items()
        if line.good is not None and said["what"] in GOODS.get(line.good, ()) and line.actor in said["about"]
    ]
