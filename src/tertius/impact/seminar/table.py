"""The table at which a seminar is played: seats let in by their secrets, moves handed in, turns played, branches."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from tertius.engine import Layout
from tertius.errors import ArchiveError, OptionError, UnknownName
from tertius.impact.common_file import Kept, digest_of, one_line
from tertius.impact.seminar.comparing import Course, courses
from tertius.impact.seminar.playing import Prospect, check_past, past_of, position, prospects
from tertius.impact.seminar.records import MAIN, PACES, PROGRAM, Branch, Game, Moves, Position, Seat, Turn
from tertius.secret import is_same, new_secret

MOST_SEATS = 20
MOST_BRANCHES = 20
KEPT = Kept("seminar", Game, 1)


@dataclass(frozen=True)
class Table:
    """A seminar that lies in a folder, with the scenario that it plays. Nothing is kept in memory."""

    folder: Path
    layout: Layout

    @property
    def game(self) -> Game:
        """The seminar as it stands, with its secrets. Raises ArchiveError."""
        return KEPT.read(self.folder, self.layout)

    def hand_in(self, state: str, moves: str | Iterable[str], branch: str = MAIN, turn: int | None = None) -> Game:
        """Hand in what a state does in the coming turn; the last that is handed in counts.

        turn: number of the turn that is meant, from 0; refused where it is not the coming one.
        Raises UnknownName, OptionError; ArchiveError.
        """
        with KEPT.held(self.folder):
            game = self.game
            standing = branch_of(game, branch)
            _check_open(game, standing)
            if turn is not None and turn != len(standing.turns):
                allowed = f"the coming turn, {len(standing.turns)}, from 0"
                raise OptionError("turn", turn, allowed, "look at where the branch stands, and choose again")
            given = checked(game, standing.now, state, moves)
            return self._write(game, replace(standing, given={**standing.given, state: given}))

    def play(self, branch: str = MAIN, absent: Literal["", "nothing", "program"] = "", turn: int | None = None) -> Game:
        """Play a turn.

        absent: what states do for whom nothing was handed in; where it is empty they are waited for.
        turn: number of the turn that is meant, from 0; where it has been played already nothing happens.
        Raises UnknownName, OptionError where somebody is waited for or the seminar is over; ArchiveError.
        """
        with KEPT.held(self.folder):
            game = self.game
            standing = branch_of(game, branch)
            if turn is not None and turn < len(standing.turns):
                return game
            _check_open(game, standing)
            if absent not in ("", "nothing", PROGRAM):
                raise OptionError("absent", absent, "nothing, program, or empty", "choose one of them")
            lacking = waited_for(game, standing)
            if lacking and not absent:
                fix = "wait for them, or say what they do: absent='nothing' or absent='program'"
                raise OptionError("play", ", ".join(lacking), "a turn for which every state has handed in", fix)
            otherwise: Moves = "program" if absent == "program" else ()
            moves = {state: standing.given.get(state, otherwise) for state in game.states}
            turns = (*standing.turns, Turn(standing.now, moves))
            past = past_of(self.layout, game, [each.moves for each in turns])
            check_past(past, standing.now)
            now = position(self.layout, game, past, past.weeks)
            return self._write(game, replace(standing, turns=turns, now=now, given={}))

    def branch(self, name: str, turn: int, parent: str = MAIN) -> Game:
        """Go back to the beginning of a turn, from 0, and play on from there under another name; both are kept.

        Raises UnknownName, OptionError; ArchiveError.
        """
        with KEPT.held(self.folder):
            game = self.game
            old = branch_of(game, parent)
            name = one_line("name", name)
            if not name or name in game.branches:
                raise OptionError("name", name, "a name that no branch has", "choose another")
            if len(game.branches) >= MOST_BRANCHES:
                raise OptionError("name", name, f"{MOST_BRANCHES} branches at most", "begin another seminar")
            if not 0 <= turn <= len(old.turns):
                raise OptionError("turn", turn, f"0 to {len(old.turns)}", "choose a turn that was played")
            now = old.turns[turn].position if turn < len(old.turns) else old.now
            return self._write(game, Branch(name, parent, turn, old.turns[:turn], now, {}))

    def prospects(
        self, state: str, branch: str = MAIN, progress: Callable[[int, int], object] | None = None
    ) -> tuple[Prospect, ...]:
        """What each step that a state can take would change by the last week. Raises UnknownName, ArchiveError."""
        game = self.game
        if state not in game.states:
            raise UnknownName("played state", state, game.states)
        return prospects(self.layout, game, branch_of(game, branch).now, state, progress)

    def courses(self, branch: str = MAIN) -> tuple[Course, ...]:
        """Where what was played lies among the futures of the program, up to now. Raises UnknownName, ArchiveError."""
        game = self.game
        standing = branch_of(game, branch)
        past = past_of(self.layout, game, [each.moves for each in standing.turns])
        check_past(past, standing.now)
        return courses(self.layout, past, standing.now.known.week)

    def _write(self, game: Game, branch: Branch) -> Game:
        fresh = replace(game, branches={**game.branches, branch.name: branch})
        KEPT.write(self.folder, fresh)
        return fresh


def begin(
    folder: Path,
    layout: Layout,
    states: Sequence[str | Sequence[str]],
    pace: str,
    weeks: int,
    names: Sequence[str] = (),
) -> Table:
    """Begin a seminar in a folder that holds none.

    states: for each seat the state, or states, that are played from it. names: of the people, in the same order.
    Raises UnknownName, OptionError; ArchiveError where the folder holds a seminar or cannot be written.
    """
    if pace not in PACES:
        raise OptionError("pace", pace, ", ".join(PACES), "choose one of them")
    if not PACES[pace] <= weeks <= 520:
        raise OptionError("weeks", weeks, f"{PACES[pace]} to 520", "choose a number in that range")
    seats = _seats(layout, states, names)
    seed = secrets.randbelow(2**63 - 1000) + 1000
    game = Game(
        KEPT.form, layout.scenario.name, digest_of(layout), layout.scenario.title, seed, pace, weeks, seats,
        new_secret(), {},
    )  # fmt: skip
    now = position(layout, game, past_of(layout, game, []), 0)
    with KEPT.held(folder):
        if (folder / KEPT.file).exists():
            raise ArchiveError(f"{folder} holds a seminar already; open it, or name another folder")
        KEPT.write(folder, replace(game, branches={MAIN: Branch(MAIN, "", 0, (), now, {})}))
    return Table(folder, layout)


def _seats(layout: Layout, states: Sequence[str | Sequence[str]], names: Sequence[str]) -> tuple[Seat, ...]:
    told = [[each] if isinstance(each, str) else list(each) for each in states]
    every = [state for each in told for state in each]
    deciding = tuple(dict.fromkeys(one.actor for one in layout.scenario.instruments.values()))
    for state in every:
        if state not in deciding:
            raise UnknownName("state that decides", state, deciding)
    if not told or not all(told) or len(told) > MOST_SEATS or len(set(every)) < len(every):
        allowed = f"1 to {MOST_SEATS} seats, each with a state of its own"
        raise OptionError("states", "; ".join(", ".join(each) for each in told), allowed, "name each state once")
    if len(names) > len(told):
        raise OptionError("names", len(names), f"{len(told)} at most, one for a seat", "leave some out")
    called = [one_line("names", name) for name in names] + [""] * (len(told) - len(names))
    return tuple(Seat(str(place), called[place - 1], tuple(each), new_secret()) for place, each in enumerate(told, 1))


def branch_of(game: Game, name: str) -> Branch:
    """A branch by its name. Raises UnknownName."""
    if name not in game.branches:
        raise UnknownName("branch", name, game.branches)
    return game.branches[name]


def seat_of(game: Game, brought: str) -> Seat | None:
    """The seat that a secret opens; None for none. Takes as long whichever it is."""
    found = None
    for seat in game.seats:
        if is_same(seat.token, brought):
            found = seat
    return found


def leads(game: Game, brought: str) -> bool:
    """Whether a secret is that of the one who leads the seminar."""
    return is_same(game.lead, brought)


def waited_for(game: Game, branch: Branch) -> tuple[str, ...]:
    """States for which nothing has been handed in for the coming turn."""
    return tuple(state for state in game.states if state not in branch.given)


def checked(game: Game, now: Position, state: str, moves: str | Iterable[str]) -> Moves:
    """Moves of a state that can be made where a branch stands. Raises UnknownName, OptionError."""
    if state not in game.states:
        raise UnknownName("played state", state, game.states)
    if moves == "program":
        return PROGRAM
    if isinstance(moves, str):
        raise OptionError("moves", moves, f"a list of steps, or {PROGRAM}", f"write [{moves!r}]")
    given = tuple(dict.fromkeys(moves))
    levers = {lever.instrument: lever for lever in now.own[state].levers}
    open_moves = [choice.move for lever in levers.values() for choice in lever.choices]
    for move in given:
        if move not in open_moves:
            raise UnknownName(f"step open to {state}", move, open_moves)
    instruments = [move.partition(":")[0] for move in given]
    for name in instruments:
        if instruments.count(name) > 1:
            raise OptionError("moves", f"{name} twice", "one step of an instrument in a turn", "leave one out")
    return given


def is_over(game: Game, now: Position) -> bool:
    """Whether no turn is left: the war has ended, or the last week has been played."""
    return bool(now.known.over) or now.known.week >= game.weeks


def _check_open(game: Game, branch: Branch) -> None:
    if is_over(game, branch.now):
        why = "the war has ended" if branch.now.known.over else f"week {game.weeks} has been played"
        raise OptionError("play", branch.name, f"a branch that goes on; {why}", "go back to an earlier turn")
