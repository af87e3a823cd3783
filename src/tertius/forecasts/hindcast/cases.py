"""Past wars as questions: each as of its first day, and as of the day before each later entry, with what came of it.

Files, in the folder of `--data` or its folders `history` and `entries`: `panel_war.parquet` (war and third state),
`wars.parquet` (a war's days and deaths), `cow_interstate.parquet` (who won). A war's years are those of its start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tertius.errors import DataError, OptionError, UnknownName
from tertius.history.panel import JOINED_A, Floats, Panel, days_of, numbers, read_panel, read_table

PANEL, WARS, INTERSTATE = "panel_war.parquet", "wars.parquet", "cow_interstate.parquet"
YEAR = 365.25  # days
NEITHER, WON_A, WON_B = 0, 1, 2
_OUTCOMES: Final = {1: WON_A, 2: WON_B, 3: NEITHER, 6: NEITHER}  # COW's, of the initiator, which leads side A
FOLDERS: Final = ("", "history", "entries")


@dataclass(frozen=True, eq=False)
class War:
    """A past war between states.

    start, end   days since 1970
    rows         its rows of the panel, one for each third state
    winner       NEITHER, WON_A or WON_B; None where the source codes none of these
    deaths       in battle, of both sides, all its days
    side_deaths  of those who were in it from the first day and those who joined, A and B; None where one is not known
    """

    id: int
    name: str
    start: int
    end: int
    rows: NDArray[np.int64]
    winner: int | None
    deaths: float
    side_deaths: tuple[float, float] | None

    @property
    def days(self) -> float:
        """Days that it lasted, first and last counted."""
        return float(self.end - self.start + 1)

    @property
    def year(self) -> int:
        """The year in which it began."""
        return day(self.start).year


@dataclass(frozen=True, eq=False)
class Case:
    """A war as of a day: the first, or the one before an entry, which is then known to come.

    age       days since the war began
    outside   rows of the panel: states that are outside it, and are not about to enter
    entrants  rows of those that enter the next day
    inside    rows of those that joined before
    """

    war: War
    age: int
    outside: NDArray[np.int64]
    entrants: NDArray[np.int64]
    inside: NDArray[np.int64]

    @property
    def id(self) -> str:
        """Its name in results: the war's number and the age."""
        return f"{self.war.id}-{self.age}"

    @property
    def is_start(self) -> bool:
        """Whether it is the war's first day."""
        return not len(self.entrants)

    @property
    def as_of(self) -> date:
        """The day."""
        return day(self.war.start + self.age)

    @property
    def lasts(self) -> float:
        """Years that the war still lasted."""
        return (self.war.end - self.war.start - self.age) / YEAR


@dataclass(frozen=True, eq=False)
class Wars:
    """All wars of the files with their panel; `digests` name -> sha256 of each file read."""

    panel: Panel
    wars: tuple[War, ...]
    digests: Mapping[str, str]

    def begun(self, first: int, last: int) -> tuple[War, ...]:
        """Those that began in these years, both included."""
        return tuple(war for war in self.wars if first <= war.year <= last)

    def over(self, before: int) -> tuple[War, ...]:
        """Those that were over before a year began: what was known of wars by then."""
        return tuple(war for war in self.wars if day(war.end).year < before)

    def cases(self, war: War) -> Iterator[Case]:
        """The war as of its first day and as of the day before each later entry."""
        joined = war.rows[self.panel.joined[war.rows]]
        at = self.panel.days[joined]
        nobody = joined[:0]
        yield Case(war, 0, war.rows, nobody, nobody)
        for entered in sorted({int(each) for each in at if np.isfinite(each) and each >= 1}):
            inside, entrants = joined[at < entered], joined[at == entered]
            outside = np.setdiff1d(war.rows, np.concatenate([inside, entrants]))
            yield Case(war, entered - 1, outside, entrants, inside)

    def side(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The side that the states of rows joined: 0 A, 1 B."""
        return np.where(self.panel.outcome[rows] == JOINED_A, 0, 1).astype(np.int64)

    def power(self, case: Case) -> Floats:
        """Share of world capability of A and of B on the day, entrants counted; (2,)."""
        first = case.war.rows[0]
        power: Floats = self.panel.sides["cinc"][:, first].copy()
        for rows in (case.inside, case.entrants):
            np.add.at(power, self.side(rows), self.panel.own["cinc"][rows])
        return np.maximum(power, 1e-5)


def day(days: int) -> date:
    """A day from days since 1970."""
    return date(1970, 1, 1) + timedelta(days=int(days))


def find(folder: Path, name: str) -> Path:
    """A file of a folder or of its folders `history` and `entries`. Raises DataError, which names all three."""
    if not folder.is_dir():
        given = "a file" if folder.exists() else "no such folder"
        raise DataError(str(folder), given, f"a folder that holds {PANEL}, {WARS} and {INTERSTATE}", "correct --data")
    for inside in FOLDERS:
        if (folder / inside / name).is_file():
            return folder / inside / name
    allowed = f"{name} in it, or in its folder history or entries"
    raise DataError(str(folder), f"no {name}", allowed, "put the file there, or name its folder with --data")


def read_wars(folder: Path) -> Wars:
    """Read the three files and hold them against one another.

    Raises DataError: a file is missing, cut off, or lacks a column; a war of one file that another does not know; a war
    that ends before it starts.
    """
    panel = read_panel(find(folder, PANEL))
    path = find(folder, WARS)
    table, digest = read_table(path, ["disp", "name", "t0", "tend", "batdeath"])
    ids = numbers(table["disp"], "disp", str(path)).astype(np.int64)
    start, end = (days_of(table[name], name, str(path)) for name in ("t0", "tend"))
    if (end < start).any():
        row = int(np.flatnonzero(end < start)[0])
        raise DataError(
            f"{path}, column tend", f"war {ids[row]} ends before it starts", "an end not before t0", "correct it"
        )
    deaths = numbers(table["batdeath"], "batdeath", str(path))
    told, told_digest = _outcomes(find(folder, INTERSTATE))
    rows = {int(name): np.flatnonzero(panel.dispute == place) for place, name in enumerate(panel.ids)}
    wars = []
    for row, number in enumerate(ids.tolist()):
        if number not in rows:
            given = f"war {number} ({table['name'][row]}) has no third states in {PANEL}"
            raise DataError(str(path), given, "every war in both files", "give files that belong together")
        winner, sides = told.get(number, (None, None))
        name = str(table["name"][row])
        wars.append(War(number, name, int(start[row]), int(end[row]), rows[number], winner, float(deaths[row]), sides))
    wars.sort(key=lambda war: (war.start, war.id))
    return Wars(panel, tuple(wars), {PANEL: panel.sha256, WARS: digest, INTERSTATE: told_digest})


def _outcomes(path: Path) -> tuple[dict[int, tuple[int | None, tuple[float, float] | None]], str]:
    """War -> who won by its initiator, and deaths of the initiator's side and of the other."""
    table, digest = read_table(path, ["war", "side", "initiator", "outcome", "deaths"])
    place = str(path)
    war, side, initiator, outcome = (
        numbers(table[name], name, place) for name in ("war", "side", "initiator", "outcome")
    )
    deaths = numbers(table["deaths"], "deaths", place, finite=False)
    found: dict[int, tuple[int | None, tuple[float, float] | None]] = {}
    for number in np.unique(war):
        rows = np.flatnonzero(war == number)
        began = rows[initiator[rows] == 1]
        if not len(began):
            continue
        codes = {int(outcome[row]) for row in began}
        winner = _OUTCOMES.get(codes.pop()) if len(codes) == 1 else None
        own = side[rows] == side[began[0]]
        lost = float(deaths[rows][own].sum()), float(deaths[rows][~own].sum())
        found[int(number)] = winner, lost if min(lost) > 0 and np.isfinite(lost).all() else None
    return found, digest


def chosen(wars: Wars, named: str | None, first: int, last: int) -> tuple[War, ...]:
    """The wars to score: those begun in the years, of these the ones named, by number or name, parted by commas.

    Raises OptionError for years without a war, UnknownName for a name that none has.
    """
    span = wars.begun(first, last)
    if not span:
        years = [war.year for war in wars.wars]
        raise OptionError(
            "--to", f"{first} to {last}", f"years with a war; the files have {min(years)} to {max(years)}", "widen it"
        )
    if named is None:
        return span
    keys: dict[str, War] = {}
    for war in span:
        keys |= {str(war.id): war, war.name.casefold(): war}
    found = []
    for text in (part.strip() for part in named.split(",")):
        if text.casefold() not in keys:
            raise UnknownName(f"war begun in {first} to {last}", text, [each.name for each in span])
        found.append(keys[text.casefold()])
    return tuple(dict.fromkeys(found))


def described(case: Case, wars: Wars) -> dict[str, Any]:
    """What came of a case, as scores need it: years until each join with its row and side, the end, who won, deaths."""
    panel, rows = wars.panel, case.outside
    joined = rows[panel.joined[rows] & np.isfinite(panel.days[rows])]
    after = (panel.days[joined] - case.age) / YEAR
    return {
        "joins": [
            (int(row), int(side), float(years))
            for row, side, years in zip(joined, wars.side(joined), after, strict=True)
        ],
        "lasts": case.lasts,
        "winner": case.war.winner,
        "deaths": case.war.deaths if case.is_start else None,
    }
