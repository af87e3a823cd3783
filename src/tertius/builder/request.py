"""What a draft is asked for: two belligerents, an entrant beside one of them, a day; each resolved or refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from typing import Final

from tertius.errors import OptionError, UnknownName, nearest
from tertius.reference.states import FIRST_YEAR, State, state, states_in

GROUPS: Final = "groups.json"
FIRST_DAY: Final = date(FIRST_YEAR + 1, 1, 1)


@dataclass(frozen=True)
class Party:
    """A belligerent or another actor of the war.

    key    its id in the scenario
    at     the state; of a group, the state in whose land it fights
    group  whether it is no state
    """

    key: str
    name: str
    at: State
    group: bool = False


@dataclass(frozen=True)
class Request:
    """What `tertius new` was asked for.

    between   the two belligerents; the first is side A, and the one that began
    entrant   the new partner
    beside    the belligerent that it joins
    third     further states that must be in it
    began     first day of the war, where it is known
    present   whether the entrant's soldiers fight there already
    kind      front, strikes or both
    """

    between: tuple[Party, Party]
    entrant: Party
    beside: Party
    as_of: date
    third: tuple[State, ...] = ()
    began: date | None = None
    present: bool = False
    kind: str = "front"

    @classmethod
    def read(
        cls,
        between: tuple[str, str],
        entrant: str,
        beside: str,
        as_of: date,
        third: tuple[str, ...] = (),
        began: date | None = None,
        present: bool = False,
        kind: str = "front",
    ) -> Request:
        """Resolve every name as of the day.

        Raises UnknownName, OptionError: a name that is none, a state that there was not, a day to come or before the
        table, an entrant that fights already, a state against itself.
        """
        check_day(as_of, began)
        first, second = (party(name, as_of, "--between") for name in between)
        if first.key == second.key:
            fix = "name the other belligerent"
            raise OptionError("--between", f"{between[0]} {between[1]}", "two belligerents", fix)
        comes = party(entrant, as_of, "--entrant")
        if comes.key in (first.key, second.key):
            allowed = f"a state or group that is not in the war yet; {comes.name} is a belligerent"
            raise OptionError("--entrant", entrant, allowed, "name who comes in, or leave it out of --between")
        host = party(beside, as_of, "--beside")
        if host.key not in (first.key, second.key):
            near = nearest(beside, between)
            raise OptionError(
                "--beside",
                beside,
                f"one of the belligerents, {between[0]} or {between[1]}",
                f"write {near or between[0]}",
            )
        others = []
        for name in third:
            found = _state(name, as_of, "--third")
            if found.code in (first.key, second.key, comes.key):
                allowed = f"a state outside the war; {found.name} is in it"
                raise OptionError("--third", name, allowed, "leave it out: it is in the draft already")
            others.append(found)
        unique = tuple({each.code: each for each in others}.values())
        return cls((first, second), comes, host, as_of, unique, began, present, kind)

    @property
    def side(self) -> str:
        """The side that the entrant joins."""
        return "A" if self.beside.key == self.between[0].key else "B"

    @property
    def data_year(self) -> int:
        """The year whose data are read: the one before the as-of date, so that nothing later enters."""
        return self.as_of.year - 1

    @cached_property
    def parties(self) -> tuple[Party, ...]:
        """Both belligerents and the entrant."""
        return (*self.between, self.entrant)


def check_day(as_of: date, began: date | None) -> None:
    """Refuse a day to come, one before the table, and a war that began after the as-of date."""
    today = date.today()
    if as_of > today:
        raise OptionError("--as-of", as_of.isoformat(), f"a day up to today, {today}", f"write {today} or earlier")
    if as_of < FIRST_DAY:
        allowed = f"{FIRST_DAY} or later: the table of states begins in {FIRST_YEAR}"
        raise OptionError("--as-of", as_of.isoformat(), allowed, "write the file by hand; docs/scenario.md says how")
    if began is not None and began > as_of:
        allowed = f"a day up to the as-of date, {as_of}"
        raise OptionError("--began", began.isoformat(), allowed, "give the first day of the war")


def party(name: str, as_of: date, option: str) -> Party:
    """A state, a group of the list, or `GROUP@STATE`, a group in the land of a state."""
    group, at, host = name.partition("@")
    if at:
        where = _state(host, as_of, option)
        if not group.strip():
            raise OptionError(option, name, "GROUP@STATE, such as Militia@COD", "name the group")
        return Party(key_of(group), group.strip(), where, group=True)
    told = groups().get(name.strip().casefold())
    if told is not None:
        return Party(key_of(told["name"]), told["name"], _state(told["state"], as_of, option), group=True)
    found = _state(name, as_of, option)
    return Party(found.code, found.name, found)


def key_of(name: str) -> str:
    """An id for a group's name."""
    key = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")
    return key if key[:1].isalpha() else f"group-{key}"


@cache
def groups() -> Mapping[str, Mapping[str, str]]:
    """Groups known by name: folded name or other name -> name, and the state in whose land it fights."""
    import json

    told = json.loads((files("tertius.builder") / GROUPS).read_text(encoding="utf-8"))
    return {called.casefold(): row for row in told for called in (row["name"], *row.get("also", ()))}


def _state(name: str, as_of: date, option: str) -> State:
    """A state that there was on the day, with the data of the year before."""
    try:
        found = state(name, as_of.year)
    except UnknownName as error:
        named = (*error.allowed, *(row["name"] for row in groups().values()))
        fix = f"write its ISO code or name; for a group in the land of a state write {name}@CODE"
        raise UnknownName(f"state or known group for {option}", name, named, fix) from None
    except OptionError as error:
        raise OptionError(option, name, error.allowed, error.fix) from None
    year = max(as_of.year - 1, found.first)
    return state(found.code, year) if found.last >= year else found


def outsiders(request: Request) -> tuple[State, ...]:
    """Every state of the system that is neither belligerent nor entrant, with the data of the year before."""
    inside = {each.key for each in request.parties}
    return tuple(found for found in states_in(request.data_year) if found.code not in inside)
