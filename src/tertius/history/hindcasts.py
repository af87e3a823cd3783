"""How the program did on past wars: the table of `tertius hindcast` that comes with the package."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

SHIPPED: Final = "hindcast.json"
OURS: Final = "tertius"


@cache
def shipped_hindcast() -> Mapping[str, Any]:
    """The shipped table; `made` in it holds hashes of data, laws and code, and settings."""
    return dict(json.loads((files("tertius.history") / SHIPPED).read_text(encoding="utf-8")))


def standing(told: Mapping[str, Any]) -> tuple[int, int, int]:
    """Scores on which the program is better than the best baseline by more than one error, worse by more, neither."""
    rows = told["scores"][OURS]
    better = sum(row["worse_by"] < -row["error"] for row in rows)
    worse = sum(row["worse_by"] > row["error"] for row in rows)
    return better, worse, len(rows) - better - worse
