"""Look a state or a pair up as of a year: the last value known by then, and the year that it is of.

A column's last year may lie before the year asked for: what it says of its last year stands then, with that year.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import Final

import numpy as np

from tertius.errors import OptionError, UnknownName
from tertius.reference.states.editions import edition, read_once
from tertius.reference.states.tables import FIRST_YEAR, Pact, Rows, columns, pacts, spells, spoken, states

EARTH_RADIUS: Final = 6371.0  # km
OBLIGATIONS: Final = ("defence", "offence", "neutrality", "nonaggression", "consultation")
OF_A_STATE: Final = (
    "population",
    "gdp",
    "gdp_ppp",
    "soldiers",
    "military_spending",
    "capability_share",
    "major_power",
    "regime",
    "ideal_point",
    "area",
)
RIVALRY_TYPES: Final = ((1, "positional"), (2, "spatial"), (4, "ideological"), (8, "interventionary"))


@dataclass(frozen=True)
class Known:
    """A value and the year that it is of."""

    value: float
    year: int


@dataclass(frozen=True)
class State:
    """A state as of a year.

    code, ccode, abbreviation   ISO code of three letters, number and letters of the Correlates of War
    first, last                 years of its membership from 1946 on; `last` of one of today is the table's last
    values                      column of OF_A_STATE -> value in the column's unit, and its year
    """

    code: str
    ccode: int
    abbreviation: str
    name: str
    capital: str
    place: tuple[float, float]
    first: int
    last: int
    year: int
    values: dict[str, Known]

    def get(self, column: str) -> float | None:
        """A value, or None where the column has none by the year."""
        known = self.values.get(column)
        return None if known is None else known.value


@dataclass(frozen=True)
class Pair:
    """What two states are to each other as of a year.

    contiguity     1 by land, 2 to 5 across up to 12, 24, 150, 400 miles of water, 0 none
    distance       between the capitals, km
    obligations    what `one` owes `other`, of OBLIGATIONS; owed, what other owes one
    pacts          pacts after the data's end that are among these
    rivalry        kinds of strategic rivalry; empty for none, ('unspecified',) for one without a kind
    trade          the pair's trade over all trade of `one`, and of `other`; None under a hundredth
    disputes_10y   militarized disputes that the two began against each other in ten years
    """

    one: State
    other: State
    year: int
    contiguity: int
    distance: float
    obligations: tuple[str, ...]
    owed: tuple[str, ...]
    pacts: tuple[Pact, ...]
    rivalry: tuple[str, ...]
    trade: tuple[Known | None, Known | None]
    disputes_10y: int

    @property
    def land_border(self) -> bool:
        """Whether they touch by land."""
        return self.contiguity == 1

    @property
    def near(self) -> bool:
        """Whether they touch, or lie at most 400 miles of water apart."""
        return 1 <= self.contiguity <= 5


def state(code: str, year: int | None = None) -> State:
    """A state by ISO code, COW's letters or name, as of a year; the table's last unless one is given.

    Raises:
        UnknownName: no such state; the nearest is in it.
        OptionError: a state that was none in that year, or a year before the table begins.
    """
    year = edition().last_year if year is None else year
    if year < FIRST_YEAR:
        raise OptionError("--year", year, f"{FIRST_YEAR} or later", f"ask for {FIRST_YEAR}, where the table begins")
    candidates = [states()[ccode] for ccode in _codes(code)]
    asked = min(year, edition().last_year)
    for rows in reversed(candidates):
        if asked in rows.years:
            _check_name(code, rows, asked)
            return _as_of(rows.ccode, asked)
    raise OptionError("CODE", code, *_was_none(candidates, asked))


def states_in(year: int) -> tuple[State, ...]:
    """Every state of the system in a year, by COW code."""
    asked = min(max(year, FIRST_YEAR), edition().last_year)
    return tuple(_as_of(rows.ccode, asked) for rows in states().values() if asked in rows.years)


def pair(one: str | State, other: str | State, year: int | None = None, by: date | None = None) -> Pair:
    """Two states to each other as of a year; pacts after the data's end up to the day `by`, else the year's last.

    Raises:
        UnknownName, OptionError: as `state`; a state with itself.
    """
    year = edition().last_year if year is None else year
    first, second = (told if isinstance(told, State) else state(told, year) for told in (one, other))
    if first.ccode == second.ccode:
        fix = f"name another state than {first.code}"
        raise OptionError("--with", second.code, "a state other than the first", fix)
    turned = first.ccode > second.ccode
    key = (min(first.ccode, second.ccode), max(first.ccode, second.ccode))

    def held(kind: str) -> float:
        return _held(kind, key, year)

    owes, owed = [], []
    for kind in OBLIGATIONS:
        value = int(held(kind))  # 1 both, 2 only the lower code owes, 3 only the higher
        if value in (1, 3 if turned else 2):
            owes.append(kind)
        if value in (1, 2 if turned else 3):
            owed.append(kind)
    day = by or date(year, 12, 31)
    signed = tuple(pact for pact in pacts() if pact.since <= day and pact.binds(first.code, second.code))
    kinds = [pact.kind for pact in signed]
    kind_of_rivalry = int(held("rivalry"))
    trade = (_trade("trade_of_a", key, year), _trade("trade_of_b", key, year))
    return Pair(
        one=first,
        other=second,
        year=year,
        contiguity=int(held("contiguity")),
        distance=great_circle(first.place, second.place),
        obligations=tuple(dict.fromkeys([*owes, *kinds])),
        owed=tuple(dict.fromkeys([*owed, *kinds])),
        pacts=signed,
        rivalry=_rivalry(kind_of_rivalry),
        trade=(trade[1], trade[0]) if turned else trade,
        disputes_10y=int(held("disputes_10y")),
    )


def disputes_of(year: int) -> dict[int, int]:
    """Disputes of ten years that each state and another began against each other, by COW code; as of a year."""
    asked = min(year, columns()["disputes_10y"].until)
    found: dict[int, int] = {}
    for (a, b), rows in spells()["disputes_10y"].items():
        count = int(next((value for first, last, value in rows if first <= asked <= last), 0))
        for ccode in (a, b) if count else ():
            found[ccode] = found.get(ccode, 0) + count
    return found


def great_circle(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great circle between two places (latitude, longitude in degrees), km."""
    (lat1, lon1), (lat2, lon2) = ((radians(part) for part in place) for place in (one, other))
    inner = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(sqrt(min(1.0, inner)))


def _held(kind: str, key: tuple[int, int], year: int) -> float:
    asked = min(year, columns()[kind].until)
    rows = spells().get(kind, {}).get(key, ())
    return next((value for first, last, value in rows if first <= asked <= last), 0.0)


def _trade(kind: str, key: tuple[int, int], year: int) -> Known | None:
    """The latest share of the five years up to a year, or up to the data's end."""
    asked = min(year, columns()[kind].until)
    told = spells()[kind].get(key, ())
    rows = [(first, value) for first, _, value in told if asked - 5 < first <= asked and value is not None]
    return Known(float(f"{rows[-1][1]:.2g}"), rows[-1][0]) if rows else None


def _rivalry(value: int) -> tuple[str, ...]:
    if not value:
        return ()
    return tuple(name for bit, name in RIVALRY_TYPES if value & bit) or ("unspecified",)


@read_once
def _as_of(ccode: int, year: int) -> State:
    rows = states()[ccode]
    place = int(np.searchsorted(rows.years, year))
    found = {}
    for name in OF_A_STATE:
        seen = rows.values[name][: place + 1]
        told = np.flatnonzero(np.isfinite(seen))
        if len(told):
            scale = columns()[name].scale
            found[name] = Known(float(f"{seen[told[-1]] * scale:.4g}"), int(rows.years[told[-1]]))
    lat, lon = (round(float(rows.values[name][place]), 2) for name in ("lat", "lon"))
    named = (rows.code, rows.ccode, rows.abbreviation, _called(rows.name, year), rows.capital)
    return State(*named, (lat, lon), int(rows.years[0]), int(rows.years[-1]), year, found)


def _called(name: str, year: int) -> str:
    """What a state of the list is called in a year."""
    return next((told for first, told in reversed(spoken()["called"].get(name, [])) if first <= year), name)


def _check_name(code: str, rows: Rows, year: int) -> None:
    """Refuse a name that the state had given up by the year, and say its name then."""
    told = code.strip().casefold()
    told = spoken()["also"].get(told, told).casefold()
    names = spoken()["called"].get(rows.name, [])
    now = _called(rows.name, year)
    for (first, name), (until, _) in pairwise(names):
        if told == name.casefold() != now.casefold() and until <= year:
            allowed = f"what it was called in {year}, {now}; {name} {first} to {until - 1}"
            raise OptionError("CODE", code, allowed, f"write {rows.code} or {now}, or ask for {until - 1}")


@read_once
def _names() -> dict[str, tuple[int, ...]]:
    """COW codes by ISO code, COW's letters and name; an ISO code comes before another state's letters."""
    every = sorted(states().values(), key=lambda rows: (int(rows.years[-1]), rows.ccode))
    alike: dict[str, tuple[int, ...]] = {}  # Germany's two, say
    for rows in every:
        alike[rows.code] = (*alike.get(rows.code, ()), rows.ccode)
    found: dict[str, tuple[int, ...]] = {code.casefold(): codes for code, codes in alike.items()}
    called = {rows.name: [told for _, told in spoken()["called"].get(rows.name, [])] for rows in every}
    for rows in reversed(every):
        for name in (rows.name, *called[rows.name], rows.abbreviation):
            found.setdefault(name.casefold(), alike[rows.code])
    for name, code in spoken()["names"].items():
        found.setdefault(name, alike[code])
    return found


def _codes(code: str) -> tuple[int, ...]:
    known = _names()
    found = known.get(code.strip().casefold())
    if found is None:
        raise UnknownName("state", code, _spoken(), "write the ISO code of three letters, such as COD, or the name")
    return found


def _spoken() -> tuple[str, ...]:
    """ISO codes and names, for suggestions."""
    rows = states().values()
    return (
        *sorted({each.code for each in rows}),
        *(each.name for each in rows),
        *(n.title() for n in spoken()["names"]),
    )


def _was_none(candidates: Iterable[Rows], year: int) -> tuple[str, str]:
    """What is allowed, and the fix, for a state that was none in a year."""
    rows = list(candidates)
    spans = ", ".join(f"{each.name} {each.years[0]} to {each.years[-1]}" for each in rows)
    near = min((int(y) for each in rows for y in each.years), key=lambda y: abs(y - year))
    code = rows[-1].code
    instead = spoken()["successors"].get(code) or next(
        (held for held, parts in spoken()["parts"].items() if code in parts), None
    )
    stood = [each for each in states().values() if each.code == instead and year in each.years]
    fix = f"ask for {near}" + (f", or for {stood[-1].code}, {stood[-1].name}, in {year}" if stood else "")
    return f"a state that there was in {year}; {spans}", fix
