"""Methodology versions: what a score is a score of.

A version is the hash of the laws, but for their docstrings, and of the scenario's priors. Levels that a new week
brings, and a fit to more data, are no new methodology; a changed law or prior is, and so is an assumption (`--assume`)
in place of a prior. A new version restates the score of the one before it: the record starts again beside the old one
and not on top of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

from tertius.forecasts.hindcast.stamps import laws_digest
from tertius.forecasts.ledger.entries import Entry, digest
from tertius.forecasts.ledger.rows import forecasts_of
from tertius.forecasts.ledger.scoring import restated
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
    return {"laws": laws_digest(), "priors": digest(priors)}


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


@dataclass(frozen=True)
class Version:
    """The methodology that new forecasts are of.

    number   its number in the scenario's record
    opening  the entry that opens it, where it is new: kind, identity, body
    """

    number: int
    opening: tuple[tuple[str, str, dict[str, Any]], ...]


def version_of(entries: Sequence[Entry], scenario: Scenario, assumed: Assumed, today: date) -> Version:
    """The version of these laws, priors and assumptions; a new one restates the score of the one before it."""
    told, name = methodology_of(scenario, assumed), scenario.name
    own = [each.told for each in entries if each.kind == "methodology" and each.told["scenario"] == name]
    for each in own:
        if (each["laws"], each["priors"]) == (told["laws"], told["priors"]):
            return Version(int(each["number"]), ())
    last = max((int(each["number"]) for each in own), default=0)
    body: dict[str, Any] = {"scenario": name, "number": last + 1, **told, "follows": last or None}
    body["version"] = version("tertius")
    body["restated"] = restated(forecasts_of(entries, today), name, last or None)
    identity = f"methodology:{name}:{told['laws']}:{told['priors']}"
    return Version(last + 1, (("methodology", identity, body),))
