"""What a round of estimates keeps. Tokens are secrets; so are the estimates, until the round opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

CHANCE, QUANTITY = "chance", "quantity"
LEVELS = (0.05, 0.5, 0.95)
"""Quantiles that are estimated of a quantity."""
Stage: TypeAlias = Literal["blind", "open", "closed"]


@dataclass(frozen=True)
class Question:
    """Something that is estimated.

    id    an event as `tertius indicators` names it, a question of the case's file, or the path of a quantity
    kind  chance, or quantity
    text  it in words
    unit  of its values; 1 for a chance
    own   the program's number: a chance, or the 5%, 50% and 95% quantiles of what it draws
    """

    id: str
    kind: Literal["chance", "quantity"]
    text: str
    unit: str
    own: tuple[float, ...]


@dataclass(frozen=True)
class Estimate:
    """A chance, or 5%, 50% and 95% quantiles in the question's unit; and the reason."""

    values: tuple[float, ...]
    reason: str


@dataclass(frozen=True)
class Analyst:
    """One who estimates.

    id       from 1
    name     or a pseudonym; may be empty
    token    secret by which the analyst is let in
    first    estimates handed in blind, by question; empty until then
    revised  those changed once the round was open; None until the revision is handed in
    """

    id: str
    name: str
    token: str
    first: Mapping[str, Estimate]
    revised: Mapping[str, Estimate] | None

    @property
    def last(self) -> Mapping[str, Estimate]:
        """What counts in the end."""
        return {**self.first, **(self.revised or {})}


@dataclass(frozen=True)
class Round:
    """A round of estimates, whole.

    scenario  its name; digest: hash of it and of the laws; title: its own
    stage     blind, open once all may see, closed once nothing can be changed
    lead      secret of the one who leads it, or its hash
    """

    form: int
    scenario: str
    digest: str
    title: str
    questions: tuple[Question, ...]
    analysts: tuple[Analyst, ...]
    lead: str
    stage: Stage
