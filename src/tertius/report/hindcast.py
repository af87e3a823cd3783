"""What past wars say of the program, in words."""

from __future__ import annotations

from tertius.impact.past_wars import PastWars


def standing_sentence(told: PastWars) -> str:
    """Two sentences: wars, and on how many scores the program did better or worse."""
    return (
        f"This program on {told.wars} past wars, begun {told.first} to {told.last} and made from data alone: "
        f"against the best simple rule it was better on {told.better} of {told.scores} scores "
        f"and worse on {told.worse}. The rest cannot be told apart."
    )
