"""Records of the calendar: what is known beforehand to happen on a day, how it may turn out, and what that moves."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeAlias, get_args

from pydantic import Field, model_validator

from tertius.errors import Misfit
from tertius.world.entry import ActorId, Entry, Id, InstrumentId, PastDay
from tertius.world.quantity import Day, Grounds, Name, Text, WithQuantities

OccasionKind: TypeAlias = Literal["summit", "anniversary", "election", "inauguration", "expiry", "vote", "exercise"]
OCCASION_KINDS: tuple[str, ...] = get_args(OccasionKind)


class Turn(WithQuantities):
    """A way in which an occasion may turn out, with its weight against the others."""

    entity = "turn"
    drives = True

    id: str
    name: Name
    note: Text | None = None


class Move(WithQuantities):
    """What an occasion, or one turn of it, does to the rate of an instrument's steps from then on."""

    entity = "push"

    id: str
    instrument: InstrumentId
    turn: Name | None = None
    note: Text | None = None


class Occasion(Entry, WithQuantities):
    """An occasion whose day is known beforehand: an election, a summit, an expiry.

    `who` takes part: their steps may come near it. `known_since` is the day from which on it was known. The quantity
    `week` stands in for a date that is open.
    """

    entity = "occasion"

    name: Name
    date: Day | None = None
    known_since: PastDay
    kind: OccasionKind
    who: Annotated[tuple[ActorId, ...], Field(min_length=1)]
    source: Grounds
    turns: Mapping[Id, Turn] = {}
    moves: Mapping[Id, Move] = {}

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.date is None) != ("week" in self.quantities):
            given = "neither date nor week" if self.date is None else "date and week"
            raise Misfit(given, "a date, or a week after the as-of date", "give one of the two")
        week = self.quantities.get("week")
        if week is not None and (week.prior.support[0] if week.prior else week.central) < 0:
            raise Misfit(week.describe(), "0 or later: it is ahead", "correct it, or give its date", below=("week",))
        if self.date is not None and self.known_since > self.date:
            allowed = f"a day up to its date, {self.date}"
            raise Misfit(str(self.known_since), allowed, "say since when its day was known", below=("known_since",))
        if len(self.turns) == 1:
            raise Misfit("one turn", "two turns or more, or none", "add how else it may turn out", below=("turns",))
        weights = [turn.quantities["turn_weight"].central for turn in self.turns.values() if turn.quantities]
        if weights and sum(weights) <= 0:
            raise Misfit("weights of 0 alone", "a turn with a weight above 0", "correct one of them", below=("turns",))
        for name, move in self.moves.items():
            if move.turn is not None and move.turn not in self.turns:
                allowed = f"a turn of this occasion: {', '.join(self.turns) or 'it has none'}"
                raise Misfit(
                    repr(move.turn), allowed, "name one of them, or remove turn", below=("moves", name, "turn")
                )
        return self
