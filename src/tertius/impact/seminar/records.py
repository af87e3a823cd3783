"""What a seminar keeps: its seats, its branches, their turns, and what each state knew at the beginning of each turn.

No record that a player is shown holds the seed, nor anything of a week that has not been played.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

PACES: Mapping[str, int] = {"week": 1, "month": 4}
"""How long a turn is, in weeks."""
PROGRAM: Final = "program"
"""In place of steps: the program decides for the state in this turn, as for those that nobody plays."""
MAIN = "main"
"""The branch that every seminar begins with."""
Moves: TypeAlias = tuple[str, ...] | Literal["program"]
"""Steps of a state in a turn, each INSTRUMENT:up or INSTRUMENT:down, none for none; or PROGRAM."""


@dataclass(frozen=True)
class Step:
    """A step that was taken since the as-of date.

    week        week at whose end it was there, from 1
    state       id of whose it is
    instrument  its id
    direction   up or down
    before, after  the levels in words
    """

    week: int
    state: str
    instrument: str
    direction: str
    before: str
    after: str


@dataclass(frozen=True)
class Happening:
    """Something else that happened openly: what in words, its id as `tertius watch` names it, and the week."""

    week: int
    what: str
    name: str


@dataclass(frozen=True)
class Reading:
    """A public series as it is out.

    name    what it is
    unit    of its values
    source  who gives it
    lag     weeks until a week's value is out
    weeks   weeks at whose ends the values stand; 0 is the as-of date
    values  in the unit, with the source's error
    """

    name: str
    unit: str
    source: str
    lag: int
    weeks: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Coming:
    """An occasion whose day is known beforehand."""

    day: date
    what: str


@dataclass(frozen=True)
class Stock:
    """Something of the state's own that it knows: now, and at the as-of date, in its unit."""

    name: str
    unit: str
    now: float
    start: float


@dataclass(frozen=True)
class Stake:
    """A stake of the state: its change since the as-of date as far as known, and what the state wants of it."""

    name: str
    unit: str
    wants: str
    change: float


@dataclass(frozen=True)
class Choice:
    """A step that the state can take in the coming turn.

    move    INSTRUMENT:up or INSTRUMENT:down
    to      the level that it leads to, in words
    chance  the program's own: that this state would take it in the turn
    """

    move: str
    to: str
    chance: float


@dataclass(frozen=True)
class Lever:
    """An instrument of the state: its id, name, what it is towards, level in words, and steps that are open."""

    instrument: str
    name: str
    towards: str
    level: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Known:
    """What everybody knows at the beginning of a turn.

    week     weeks that have been played; 0 at the as-of date
    day      the day: the as-of date, or the end of that week
    over     how the war has ended, in a word; empty while it goes on
    steps    taken so far by anybody
    openly   what else happened openly
    series   what the public sources give
    coming   the calendar ahead
    """

    week: int
    day: date
    over: str
    steps: tuple[Step, ...]
    openly: tuple[Happening, ...]
    series: tuple[Reading, ...]
    coming: tuple[Coming, ...]


@dataclass(frozen=True)
class Own:
    """What one state knows beside that, and what it can do.

    stocks   its soldiers abroad; where it leads a side, also that side's forces, losses, stocks and land
    stakes   in the order of the scenario
    levers   its instruments
    nothing  the program's own chance that the state takes no step in the coming turn
    """

    stocks: tuple[Stock, ...]
    stakes: tuple[Stake, ...]
    levers: tuple[Lever, ...]
    nothing: float


@dataclass(frozen=True)
class Position:
    """Where a branch stands at the beginning of a turn.

    known    what everybody knows
    own      state -> what it alone knows
    futures  futures that the program's chances are taken over
    agree    what these futures share with the one that is played, beside all steps so far, in words
    path     hash of all weeks so far of the future that is played
    """

    known: Known
    own: Mapping[str, Own]
    futures: int
    agree: tuple[str, ...]
    path: str


@dataclass(frozen=True)
class Turn:
    """A turn that was played: where the branch stood, and what each played state did."""

    position: Position
    moves: Mapping[str, Moves]


@dataclass(frozen=True)
class Branch:
    """A course of the war, from the as-of date on.

    name    its own
    parent  branch from which it was taken; empty for the first
    since   how many turns it shares with that
    turns   those played
    now     where it stands
    given   moves handed in for the coming turn, state -> moves
    """

    name: str
    parent: str
    since: int
    turns: tuple[Turn, ...]
    now: Position
    given: Mapping[str, Moves]


@dataclass(frozen=True)
class Seat:
    """A place at the table.

    id      its own, from 1
    name    of the person, or a pseudonym; may be empty
    states  ids of those that are played from it
    token   secret by which it is let in
    """

    id: str
    name: str
    states: tuple[str, ...]
    token: str


@dataclass(frozen=True)
class Game:
    """A seminar, whole. `seed` and tokens are secrets.

    scenario  its name
    digest    hash of the scenario with all that is set by hand, and of the laws
    title     of the scenario
    seed      of the future that is played
    pace      a key of PACES
    weeks     the last week that can be played
    seats     places at the table
    lead      secret by which the one who leads the seminar is let in
    branches  by name
    """

    form: int
    scenario: str
    digest: str
    title: str
    seed: int
    pace: str
    weeks: int
    seats: tuple[Seat, ...]
    lead: str
    branches: Mapping[str, Branch]

    @property
    def turn(self) -> int:
        """Weeks of a turn."""
        return PACES[self.pace]

    @property
    def states(self) -> tuple[str, ...]:
        """Ids of the states that are played."""
        return tuple(state for seat in self.seats for state in seat.states)
