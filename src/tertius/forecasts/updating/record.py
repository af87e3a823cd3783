"""The record beside a number: what came of chances of the same kind, over about as many weeks.

A table counts settled thresholds by what was asked (series or steps), weeks to the deadline and the fifth of 0 to 1 in
which the chance lay. It is made from a ledger's backtests and live forecasts of the scenario and what it extends; where
these are too few it is the one that comes with the package, of a replay of October 2023 to October 2024.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from tertius.calendar import DAYS
from tertius.forecasts.ledger.rows import Forecast

SHIPPED = Path(__file__).with_name("record.json")
BOUNDS = ((1, 6), (7, 19), (20, 38), (39, 520))
BINS = 5
FEWEST = 20  # settled thresholds below which a table says nothing


@dataclass(frozen=True)
class Cell:
    """Settled thresholds of one kind: what was asked, weeks from `first` to `last`, chances from `low` to `high`."""

    what: str
    first: int
    last: int
    low: float
    high: float
    said: int
    came: int
    brier: float
    base: float | None


@dataclass(frozen=True)
class Table:
    """Cells of a record, and what it is a record of."""

    source: str
    cells: tuple[Cell, ...]

    def beside(self, is_series: bool, weeks: float, chance: float) -> str:
        """What came of chances like one, in words; empty where too few are on record."""
        what = "series" if is_series else "steps"
        for each in self.cells:
            top = each.high if each.high < 1.0 else 1.01
            if each.what == what and each.first <= max(weeks, 1) < each.last + 1 and each.low <= chance < top:
                span = f"{100 * each.low:.0f}-{100 * each.high:.0f}%"
                return f"said {span} {each.said:,} times, came {each.came:,}" if each.said else ""
        return ""

    def data(self) -> dict[str, object]:
        """As plain data."""
        return {"source": self.source, "cells": [asdict(each) for each in self.cells]}


def table_of(forecasts: Sequence[Forecast], source: str) -> Table:
    """The record of settled forecasts, live and replayed; those made by hand or otherwise are left out."""
    rows = list(_rows(forecasts))
    cells = []
    for what in ("series", "steps"):
        for first, last in BOUNDS:
            for place in range(BINS):
                low, high = place / BINS, (place + 1) / BINS
                own = [
                    r
                    for r in rows
                    if r[0] == what and first <= r[1] <= last and min(int(r[2] * BINS), BINS - 1) == place
                ]
                if own:
                    bases = [(base - came) ** 2 for _, _, _, came, base in own if base is not None]
                    brier = sum((chance - came) ** 2 for _, _, chance, came, _ in own) / len(own)
                    cells.append(
                        Cell(
                            what,
                            first,
                            last,
                            low,
                            high,
                            len(own),
                            int(sum(r[3] for r in own)),
                            round(brier, 4),
                            round(sum(bases) / len(bases), 4) if bases else None,
                        )
                    )
    return Table(source, tuple(cells))


def _rows(forecasts: Sequence[Forecast]) -> list[tuple[str, int, float, float, float | None]]:
    """What was asked, weeks, chance, whether it came, base rate; of every settled threshold without a condition."""
    found = []
    for each in forecasts:
        if each.kind not in ("live", "backtest") or each.state != "settled" or each.result is None:
            continue
        told = each.told
        days = (date.fromisoformat(told["ends"]) - date.fromisoformat(told["as_of"])).days
        came = {(row["branch"], row["threshold"]): row["came"] for row in each.result["rows"]}
        for row in told["forecast"]:
            result = came.get((row["branch"], row["threshold"]))
            if result is not None and row["branch"] is None:
                what = "steps" if told["question"].get("instrument") else "series"
                found.append((what, max(1, round(days / DAYS)), float(row["chance"]), float(result), row["base"]))
    return found


def record_of(forecasts: Sequence[Forecast], names: Sequence[str]) -> Table:
    """The record that stands beside a scenario's numbers: its own where that is long enough, else the shipped one."""
    own = [each for each in forecasts if set(names) & {each.told["scenario"], *each.told.get("lineage", ())}]
    found = table_of(own, "the ledger")
    if sum(each.said for each in found.cells) >= FEWEST:
        return found
    return shipped()


def shipped() -> Table:
    """The record that comes with the package."""
    told: Mapping[str, object] = json.loads(SHIPPED.read_text("utf-8"))
    cells = told["cells"]
    assert isinstance(cells, list)  # a test reads it
    return Table(str(told["source"]), tuple(Cell(**each) for each in cells))
