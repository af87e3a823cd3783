"""How the program did on past wars, as an answer tells it beside the scores of its own laws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PastWars:
    """Past wars made from data alone, run and scored.

    wars          how many
    first         year in which the first of them began
    last          year in which the last of them began
    train_before  nothing was learnt of what was not over before this year
    scores        how many they were scored by
    better        of these, where it is better than the best simple forecaster by more than one error
    worse         of these, where it is worse by more than one error
    """

    wars: int
    first: int
    last: int
    train_before: int
    scores: int
    better: int
    worse: int


def past_wars(told: Mapping[str, Any] | None = None) -> PastWars:
    """Of a table of `tertius hindcast`, by default the shipped one."""
    from tertius.history.hindcasts import shipped_hindcast, standing  # past wars, which a first page needs nothing of

    held = shipped_hindcast() if told is None else told
    made = held["made"]
    better, worse, alike = standing(held)
    scores = better + worse + alike
    return PastWars(made["wars"], made["first"], made["last"], made["train_before"], scores, better, worse)
