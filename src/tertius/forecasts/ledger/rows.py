"""Entries -> forecasts with their state: what was sealed, what came of it, what is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tertius.forecasts.ledger.entries import Entry
from tertius.forecasts.questions.settling import due

STATES = ("settled", "void", "pending", "overdue")


@dataclass(frozen=True)
class Forecast:
    """A sealed forecast.

    entry     what was sealed
    told      its body
    result    body of the last resolution; None where there is none
    state     one of STATES
    """

    entry: Entry
    told: dict[str, Any]
    result: dict[str, Any] | None
    state: str

    @property
    def name(self) -> str:
        """Id of the question."""
        return str(self.told["question"]["id"])

    @property
    def kind(self) -> str:
        """Live, backtest or hand."""
        return str(self.told["kind"])

    @property
    def group(self) -> tuple[str, str, int]:
        """What shares a score: kind, scenario, methodology version."""
        return self.kind, str(self.told["scenario"]), int(self.told["methodology"])


def forecasts_of(entries: Sequence[Entry], today: date) -> list[Forecast]:
    """Every sealed forecast, in the order of sealing, with its state as of a day."""
    results = {told["seals"]: told for told in (each.told for each in entries if each.kind == "resolved")}
    found = []
    for entry in entries:
        if entry.kind != "sealed":
            continue
        told = entry.told
        result = results.get(entry.seq)
        if result is not None:
            state = str(result["status"])
        else:
            ends = date.fromisoformat(told["ends"])
            last = max(due(ends, terms["rule"].get("series")) for terms in told["terms"].values())
            state = "pending" if today <= last else "overdue"
        found.append(Forecast(entry, told, result, state))
    return found
