"""A seminar: play the war turn by turn, and keep its branches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tertius.api.calls import front
from tertius.api.war import Named, Settings, opened

if TYPE_CHECKING:
    from tertius.impact.seminar.comparing import Course
    from tertius.impact.seminar.playing import Prospect
    from tertius.impact.seminar.records import Game, Position
    from tertius.impact.seminar.table import Table
    from tertius.world import Scenario as Record


@dataclass(frozen=True, repr=False)
class Seminar:
    """A seminar that lies in a folder. Nothing is kept in memory: others may play on it meanwhile.

    table  the folder and the scenario
    """

    table: Table

    @property
    def game(self) -> Game:
        """All of it as it stands, with the hidden seed and the secrets of the seats. Raises ArchiveError."""
        return self.table.game

    @property
    def scenario(self) -> Record:
        """The record of the scenario that is played."""
        return self.table.layout.scenario

    @property
    def branches(self) -> tuple[str, ...]:
        """Names of its branches."""
        return tuple(self.game.branches)

    def now(self, branch: str = "main") -> Position:
        """Where a branch stands: what everybody knows, and what each played state knows and could do.

        Raises UnknownName, ArchiveError.
        """
        from tertius.impact.seminar.table import branch_of

        return branch_of(self.game, branch).now

    def hand_in(self, state: str, moves: Sequence[str] | Literal["program"], branch: str = "main") -> None:
        """Hand in what a state does in the coming turn: steps INSTRUMENT:up or :down, none, or 'program'.

        The last that is handed in counts. Raises UnknownName, OptionError, ArchiveError.
        """
        self.table.hand_in(state, moves, branch)

    def play(
        self, branch: str = "main", absent: Literal["", "nothing", "program"] = "", turn: int | None = None
    ) -> Position:
        """Play a turn, and return where the branch then stands.

        absent: what states do for whom nothing was handed in; where it is empty they are waited for.
        turn: its number, from 0; where that has been played already nothing happens.
        Raises UnknownName, OptionError, ArchiveError.
        """
        return self.table.play(branch, absent, turn).branches[branch].now

    def branch(self, name: str, turn: int, parent: str = "main") -> None:
        """Go back to the beginning of a turn, from 0, and play on from there under another name; both are kept.

        The luck of the weeks to come is the same in all branches. Raises UnknownName, OptionError, ArchiveError.
        """
        self.table.branch(name, turn, parent)

    def prospects(self, state: str, branch: str = "main") -> tuple[Prospect, ...]:
        """What each step open to a state would change by the last week: headlines and its own stakes, in their units.

        Raises UnknownName, ArchiveError.
        """
        return self.table.prospects(state, branch)

    def courses(self, branch: str = "main") -> tuple[Course, ...]:
        """Where what was played lies among the program's futures, up to now. It holds what no state may know.

        Raises UnknownName, ArchiveError.
        """
        return self.table.courses(branch)

    def report(self, branch: str = "") -> str:
        """A report in Markdown of one branch, or of all. Raises UnknownName, ArchiveError."""
        from tertius.impact.seminar.table import branch_of
        from tertius.report.seminar import seminar_text

        game = self.game
        names = [branch_of(game, branch).name] if branch else list(game.branches)
        return seminar_text(game, [(name, self.courses(name)) for name in names], self.scenario)

    def __repr__(self) -> str:
        game = self.game
        turns = len(game.branches["main"].turns)
        return f"Seminar({game.scenario!r}, {', '.join(game.states)}, {turns} turns played)"


@front
def begin_seminar(
    folder: str | Path,
    scenario: Named,
    states: Sequence[str | Sequence[str]],
    assume: Settings | None = None,
    *,
    pace: Literal["week", "month"] = "month",
    weeks: int | None = None,
    names: Sequence[str] = (),
) -> Seminar:
    """Begin a seminar: people take states and play the war turn by turn, and all others are simulated.

    One hidden future is played. Its seed is drawn now and never told; nothing of a week to come is calculated.

    Args:
        folder: where it is kept; written whole at every turn.
        scenario: a shipped name, a file, or a loaded scenario.
        states: for each seat the id of the state that is played from it, or several.
        assume: quantities set, path -> value.
        pace: how long a turn is: a week, or a month of four weeks.
        weeks: the last week that can be played; else as the scenario says.
        names: of the people, or pseudonyms, in the order of the seats.

    Returns:
        The seminar, ready for its first turn.

    Raises:
        ScenarioError, LayoutError: the scenario cannot be used. UnknownName: a state that decides nothing.
        OptionError: a value out of range. ArchiveError: the folder holds a seminar, or cannot be written.

    Example:
        >>> war = tertius.load("river-war")
        >>> lever = next(iter(war.record.instruments.values()))
        >>> held = tertius.begin_seminar("my-seminar", war, [lever.actor], weeks=12)
        >>> held.hand_in(lever.actor, [f"{lever.id}:up"])
        >>> held.play().known.week
        4
    """
    from tertius.impact.seminar.table import begin

    war = opened(scenario, assume)
    last = war.record.weeks if weeks is None else weeks
    return Seminar(begin(Path(folder), war.layout, states, pace, last, names))


@front
def open_seminar(folder: str | Path, scenario: Named, assume: Settings | None = None) -> Seminar:
    """Open a seminar that was begun before, to play on.

    Args:
        folder: where it is kept.
        scenario: the scenario that it plays.
        assume: quantities set when it was begun, path -> value.

    Returns:
        The seminar as it stands.

    Raises:
        ScenarioError, LayoutError: the scenario cannot be used.
        ArchiveError: there is none, it is damaged, or the scenario or the laws are no longer those it was begun with.

    Example:
        >>> war = tertius.load("river-war")
        >>> state = next(iter(war.record.instruments.values())).actor
        >>> held = tertius.begin_seminar("other-seminar", war, [state], pace="week", weeks=4)
        >>> tertius.open_seminar("other-seminar", "river-war").branches
        ('main',)
    """
    from tertius.impact.seminar.table import Table

    held = Seminar(Table(Path(folder), opened(scenario, assume).layout))
    _ = held.game  # read once, so that what is wrong is said now
    return held
