"""Methodology versions: what a score is a score of.

A version is the hash of the laws and of the scenario's priors. Levels that a new week brings, and a fit to more data,
are no new methodology; a changed law or prior is, and so is an assumption (`--assume`) in place of a prior. A new
version restates the score of the one before it: the record starts again beside the old one and not on top of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from tertius.engine import law_hash
from tertius.forecasts.ledger.entries import Entry, digest
from tertius.world import Quantity, Scenario

Assumed: TypeAlias = dict[str, dict[str, Any]]


@cache
def code_digest() -> str:
    """Sha256 over the program's own source files, by name."""
    folder = Path(__file__).parents[2]
    total = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        total.update(f"{file.relative_to(folder).as_posix()}\n".encode() + file.read_bytes())
    return total.hexdigest()


def methodology_of(scenario: Scenario, assumed: Assumed | None = None) -> dict[str, str]:
    """Hashes of the laws and of the scenario's priors, with what is assumed in their place (of `assumed_of`)."""
    priors: dict[str, Any] = {
        path: [quantity.unit, str(quantity.prior.describe()), quantity.prior.parameters()]
        for path, quantity in scenario.quantities().items()
        if quantity.prior is not None
    }
    if assumed:
        priors = {"priors": priors, "assumed": assumed}
    return {"laws": law_hash(), "priors": digest(priors)}


def assumed_of(overrides: Mapping[str, Quantity]) -> Assumed:
    """What is set by hand, path -> the quantity: in words, with its exact value and prior."""
    return {
        path: {
            "told": quantity.describe(),
            "unit": quantity.unit,
            "value": quantity.value,
            "prior": None if quantity.prior is None else {quantity.prior.family: quantity.prior.parameters()},
        }
        for path, quantity in sorted(overrides.items())
    }


def under(assumed: Assumed) -> str:
    """The part of an identity that sets forecasts under assumptions apart; empty where nothing is assumed."""
    return f":assumed-{digest(assumed)[:16]}" if assumed else ""


def version_of(entries: Sequence[Entry], scenario: str, told: dict[str, str]) -> tuple[int, bool, int | None]:
    """Number of a methodology in a scenario's record, whether it is new, and the one that it follows."""
    known: list[dict[str, Any]] = [each.told for each in entries if each.kind == "methodology"]
    own = [each for each in known if each["scenario"] == scenario]
    for each in own:
        if (each["laws"], each["priors"]) == (told["laws"], told["priors"]):
            return int(each["number"]), False, None
    last = max((int(each["number"]) for each in own), default=0)
    return last + 1, True, last or None
