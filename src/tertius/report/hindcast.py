"""What past wars say of the program, in two sentences: drawn from the shipped table of `tertius hindcast`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

SHIPPED: Final = "result.json"
OURS: Final = "tertius"


@cache
def shipped_hindcast() -> Mapping[str, Any]:
    """The table that comes with the package."""
    return dict(json.loads((files("tertius.forecasts") / "hindcast" / SHIPPED).read_text(encoding="utf-8")))


def standing(told: Mapping[str, Any]) -> tuple[int, int, int]:
    """Scores on which the program is better than the best baseline by more than one error, worse by more, neither."""
    rows = told["scores"][OURS]
    better = sum(row["worse_by"] < -row["error"] for row in rows)
    worse = sum(row["worse_by"] > row["error"] for row in rows)
    return better, worse, len(rows) - better - worse


def standing_sentence(told: Mapping[str, Any]) -> str:
    """Two sentences: wars, and on how many scores the program did better, worse or alike."""
    made = told["made"]
    better, worse, alike = standing(told)
    return (
        f"This program on {made['wars']} past wars, begun {made['first']} to {made['last']} and made from data alone: "
        f"against the best simple rule it was better on {better} scores and worse on {worse}. "
        f"On {alike} the two cannot be told apart."
    )
