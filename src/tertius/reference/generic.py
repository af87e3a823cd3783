"""Reference priors of the laws' generic quantities: what a scenario need not say, as it is much the same in every war.

`generic.json` beside this file holds them by entity and name, each with unit, prior and the ground it rests on. Where a
scenario leaves out a quantity that its law demands, the engine takes the one here; what a law can do without (its
default is its off value) is taken only where a scenario says so. Those under `chosen` are for such, those under
`classes` for one class of wars: `tertius new` writes them into the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from tertius.world import Quantity

SHIPPED: Final = "generic.json"
LEAD: Final = "Reference prior. "


@cache
def _shipped() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    return dict(json.loads((files("tertius.reference") / SHIPPED).read_text(encoding="utf-8")))


@cache
def generic_prior(entity: str, name: str) -> Quantity | None:
    """The reference prior of a quantity that a law demands; None where it is particular to each war."""
    told = _shipped()["demanded"].get(f"{entity}.{name}")
    return None if told is None else Quantity.model_validate(noted(told))


def generic_priors() -> Mapping[str, Quantity]:
    """Every one of them by entity and name, such as 'side.loss_shock'."""
    return {path: Quantity.model_validate(noted(told)) for path, told in _shipped()["demanded"].items()}


def chosen_priors(entity: str) -> dict[str, dict[str, Any]]:
    """Those that a scenario takes by writing them, as the file has them: name -> prior, unit, source, note."""
    lead = f"{entity}."
    told = _shipped()["chosen"]
    return {path.removeprefix(lead): noted(row) for path, row in told.items() if path.startswith(lead)}


def class_priors(name: str) -> dict[str, dict[str, Any]]:
    """Quantities of a reference class, as the file has them: name -> prior, unit, note; the source is the class."""
    return {key: dict(told) for key, told in _shipped()["classes"][name].items()}


def noted(told: Mapping[str, Any]) -> dict[str, Any]:
    """A quantity of the file as a scenario writes it."""
    source = "choice" if "value" in told else "judgement"
    return {**told, "source": source, "note": f"{LEAD}{told['note']}"}
