"""Rows of GDELT's event files: what each says, and whether its cells agree with each other.

A file repeats itself: the day stands in four columns, the act in five, a country in two. A row whose cells contradict
each other was damaged, as by a spreadsheet that takes 020 for 20, and cannot be used. When a row was added is told by
the file's name alone. Rows dated exactly a year or ten before that are misread dates ("a year ago today"), and are left
out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from tertius.errors import DataError
from tertius.evidence.events import EventRecord, combined
from tertius.evidence.observations import Note
from tertius.evidence.publishers import cameo
from tertius.evidence.tables import FETCH, FIRST_DAY, LAST_DAY, LAYOUT, left_out, shown

DIGITS = re.compile(r"\d{1,19}", re.ASCII)
FRACTION = re.compile(r"\d{4}\.\d{4}", re.ASCII)
RIGHT = round(0.79 * 0.81, 2)
ONE_SOURCE = 0.75
MOVING = frozenset({"MOBILIZE", "RETREAT"})
ROOTS = frozenset(f"{root:02d}" for root in range(1, 21))
ANNIVERSARIES = (1, 10)
"""Years before its addition at which a row's date is a misreading."""


class Form(NamedTuple):
    """Columns that depend on the version."""

    width: int
    place: int
    added: int
    address: int | None


FORMS = {61: Form(61, 52, 59, 60), 58: Form(58, 50, 56, 57), 57: Form(57, 50, 56, None)}
ID, DAY, MONTH, YEAR, SHARE, CODE, BASE, ROOT, QUAD, MENTIONS, SOURCES = 0, 1, 2, 3, 4, 26, 27, 28, 29, 31, 32
ONE, OTHER = slice(7, 13), slice(17, 23)
"""An actor's columns: country first, known group second, first role last."""
ONE_CODE, OTHER_CODE = 5, 15


def read(lines: Sequence[str], name: str, added: date, states: frozenset[str]) -> tuple[list[EventRecord], list[Note]]:
    """Return the records of a file's lines, and notes. Raises DataError for a file that cannot be used."""
    form = FORMS.get(lines[0].count("\t") + 1)
    if form is None and lines[0].count(",") + 1 in FORMS:
        given = f"columns between commas: {shown(lines[0])}"
        raise DataError(f"{name}, line 1", given, "tabs, as published; a copy by another program loses zeros", LAYOUT)
    if form is None:
        raise _wrong_width(name, 1, lines[0], "57, 58 or 61")
    reasons: Counter[str] = Counter()
    bad: list[DataError] = []
    found: list[EventRecord] = []
    notes: list[Note] = []
    for number, line in enumerate(lines, 1):
        cells = line.removesuffix("\r").split("\t")
        if number == 1 and cells[ID].strip().casefold() == "globaleventid":
            notes.append(Note("repaired", name, "a line of column names, passed over"))
            continue
        try:
            if len(cells) != form.width:
                raise _wrong_width(name, number, line, str(form.width))
            told = _record(cells, form, f"{name}, line {number}", added, states)
        except DataError as error:
            bad.append(error)
            continue
        if re.sub(r"\.0+$", "", cells[form.added])[:8] != f"{added:%Y%m%d}":
            reasons["used though their cell names another day of addition than the file's name"] += 1
        if isinstance(told, str):
            reasons[told] += 1
        else:
            found.append(told)
    notes += left_out(bad, len(lines), name)
    if reasons:
        said = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
        gone = len(lines) - len(found) - len(bad)
        notes.append(Note("left out", name, f"{gone} of {len(lines)} rows left out: {said}"))
    return combined(found), notes


def _record(cells: list[str], form: Form, place: str, added: date, states: frozenset[str]) -> EventRecord | str:
    """A row's record, or why it is left out. Raises DataError for what no row can hold."""
    number = _number(cells[ID], place, "GlobalEventID")
    day = _checked_day(cells, place)
    mentions = int(_number(cells[MENTIONS], place, "NumMentions"))
    sources = int(_number(cells[SOURCES], place, "NumSources"))
    if sources > mentions:
        raise DataError(f"{place}, column NumSources", str(sources), f"at most NumMentions, {mentions}", FETCH)
    act = cameo.act(cells[CODE])
    if act is None and not cells[CODE].strip().isdigit():
        return "with a code that CAMEO does not have"
    _check_code(cells, place)
    if act is None:
        return "with a code that CAMEO does not have"
    action, mode, words, kind = act
    if not action:
        return "that are statements"
    source, target = _actor(cells, ONE, ONE_CODE, states, place), _actor(cells, OTHER, OTHER_CODE, states, place)
    if not source or not (target or (action in MOVING and not cells[OTHER_CODE])):
        return "with a side that is no state or listed organisation"
    if source == target:
        return "within one actor"
    if day > added:
        return "of a day after the one that they were added on"
    if any((day.year + years, day.month, day.day) == (added.year, added.month, added.day) for years in ANNIVERSARIES):
        return "dated exactly a year or ten before they were added"
    return EventRecord(
        cluster=f"{day} {source} {cells[CODE]} {target}",
        ids=(number,),
        source=source,
        action=action,
        target=target,
        mode=mode,
        first=day,
        last=day,
        day=str(day),
        known=added,
        confidence=RIGHT if sources > 1 else round(RIGHT * ONE_SOURCE, 2),
        code=cells[CODE],
        words=words,
        kind=kind,
        place=cells[form.place].strip() or None,
        mentions=mentions,
        sources=sources,
        address=cells[form.address].strip() if form.address is not None else "",
    )


def _actor(cells: list[str], part: slice, whole: int, states: frozenset[str], place: str) -> str:
    country, group, *_, role = cells[part]
    if cells[whole] and country and country not in cells[whole]:
        given = f"{shown(country)} in an actor {shown(cells[whole])}"
        raise DataError(f"{place}, column ActorCountryCode", given, "a part of the actor's code", FETCH)
    return cameo.actor(country, group, role, states)


def _checked_day(cells: list[str], place: str) -> date:
    day = _day_of(cells[DAY])
    if day is None:
        raise DataError(f"{place}, column SQLDATE", shown(cells[DAY]), "a day as YYYYMMDD", FETCH)
    share = day.year + ((day.month - 1) * 30 + day.day) / 365
    is_off = bool(FRACTION.fullmatch(cells[SHARE])) and abs(float(cells[SHARE]) - share) > 0.002  # a day is .0027
    if cells[MONTH] not in ("", f"{day:%Y%m}") or cells[YEAR] not in ("", f"{day.year}") or is_off:
        given = f"{day}, but {cells[MONTH]}, {cells[YEAR]} and {cells[SHARE]} beside it"
        raise DataError(f"{place}, column SQLDATE", given, "MonthYear, Year and FractionDate of that day", FETCH)
    return day


def _check_code(cells: list[str], place: str) -> None:
    """Refuse an act whose five columns contradict each other. Raises DataError."""
    code, base, root, quad = cells[CODE], cells[BASE], cells[ROOT], cells[QUAD]
    if root and len(root) < 2:
        given = f"{shown(root)}, as after a program that takes 020 for 20"
        raise DataError(f"{place}, column EventRootCode", given, "two digits", f"{LAYOUT}; use the publisher's file")
    is_case = len(code) < 4 or (code[2] != "0" and code[3] != "0")  # "not specified" has no cases
    if root and root not in ROOTS:
        raise DataError(f"{place}, column EventRootCode", shown(root), "01 to 20", FETCH)
    if not (is_case and code.startswith(base) and base.startswith(root if base else "")):
        given = f"{code} with base {base} and root {root}"
        raise DataError(f"{place}, column EventCode", given, "a code that begins with both", FETCH)
    if quad and root and quad != cameo.quad(root):
        given = f"{quad} for root {root}"
        raise DataError(f"{place}, column QuadClass", given, cameo.quad(root), FETCH)


def _wrong_width(name: str, number: int, line: str, allowed: str) -> DataError:
    given = f"{line.count(chr(9)) + 1} columns: {shown(line)}"
    fix = f"the file was cut off, or is no event file; {FETCH}"
    return DataError(f"{name}, line {number}", given, f"{allowed} columns, between tabs", fix)


def _number(cell: str, place: str, column: str) -> str:
    if not DIGITS.fullmatch(cell):
        raise DataError(f"{place}, column {column}", shown(cell), "a whole number, 0 or more", FETCH)
    return cell


@lru_cache(4096)  # a file holds few days
def _day_of(cell: str) -> date | None:
    try:
        is_written = len(cell) == 8 and bool(DIGITS.fullmatch(cell))
        found = date(int(cell[:4]), int(cell[4:6]), int(cell[6:])) if is_written else None
    except ValueError:
        return None
    return found if found and FIRST_DAY <= found <= LAST_DAY else None


def day_of(cell: str, place: str, column: str) -> date:
    """Return a day that is written as YYYYMMDD. Raises DataError."""
    found = _day_of(cell)
    if found is None:
        raise DataError(f"{place}, column {column}", shown(cell), "a day as YYYYMMDD", FETCH)
    return found
