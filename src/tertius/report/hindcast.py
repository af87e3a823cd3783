"""What past wars say of the program, in words."""

from __future__ import annotations

from tertius.impact.past_wars import PastWars


def standing_sentence(told: PastWars) -> str:
    """Wars, and on how many scores the program did better or worse by more than one error than the best rule."""
    return (
        f"This program on {told.wars} past wars, begun {told.first} to {told.last} and made from data alone: "
        f"by more than one standard error it was better on {told.better} of {told.scores} scores "
        f"and worse on {told.worse} than the best simple rule, picked afterwards on the same wars. "
        "The rest cannot be told apart."
    )
