"""What the columns of tables are: their types, their units, and what they mean.

A table is a frozen record, one a row: its fields are the columns, its docstring says what the table is, and what each
column holds. A number's unit is part of its type; where it differs from row to row, the column `unit` gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from inspect import cleandoc
from types import NoneType
from typing import Annotated, Any, TypeAlias, get_args, get_type_hints

from tertius.impact.answer import Answer
from tertius.impact.comparison import Difference
from tertius.impact.written import meanings
from tertius.world import Scenario

OF_ROW = "as the column unit says"
InUnit: TypeAlias = Annotated[float, OF_ROW]
Share: TypeAlias = Annotated[float, "1"]  # in [0, 1], or the difference of two such
Pure: TypeAlias = Annotated[float, "1"]
LogOdds: TypeAlias = Annotated[float, "1"]
Count: TypeAlias = Annotated[int, "1"]
Week: TypeAlias = Annotated[int, "week"]
Weeks: TypeAlias = Annotated[float, "week"]
Years: TypeAlias = Annotated[float, "year"]
Persons: TypeAlias = Annotated[float, "persons"]
Day: TypeAlias = date
PersonsPerWeek: TypeAlias = Annotated[float, "persons/week"]

FORMS: dict[type, str] = {str: "text", float: "number", int: "whole number", bool: "truth", date: "date"}


@dataclass(frozen=True)
class Table:
    """A table of an answer.

    row   the record of a row
    rows  gives the rows
    """

    row: type
    rows: Callable[[Answer, Scenario], Iterable[Any]]

    @property
    def title(self) -> str:
        """What the table is, in a sentence."""
        return cleandoc(self.row.__doc__ or "").splitlines()[0]


@dataclass(frozen=True)
class Column:
    """What each column of each table holds.

    table    name of the table
    column   name of the column
    form     text, number, whole number, truth or date
    unit     unit of its numbers; 1 for pure numbers and shares; empty for what is no number
    meaning  what it holds
    """

    table: str
    column: str
    form: str
    unit: str
    meaning: str

    @property
    def kind(self) -> type:
        """The type of its values."""
        return next(kind for kind, told in FORMS.items() if told == self.form)


@cache
def columns(name: str, row: type) -> tuple[Column, ...]:
    """The columns of a table: those of the record itself, then those of the records that it extends."""
    found = []
    for kind in row.__mro__[:-1]:
        told = meanings(kind)
        hints = get_type_hints(kind, include_extras=True)
        for field in kind.__annotations__:
            base, unit = _parts(hints[field])
            found.append(Column(name, field, FORMS[base], unit, told[field]))
    return tuple(found)


def _parts(hint: Any) -> tuple[type, str]:
    """The type and the unit of a column's type, with or without none."""
    args = get_args(hint)
    if NoneType in args:
        (hint,) = (part for part in args if part is not NoneType)
        args = get_args(hint)
    return (args[0], str(args[1])) if args else (hint, "")


@dataclass(frozen=True, kw_only=True)
class Effect:
    """A difference: with the entry less without it.

    difference  mean with the entry less mean without
    error       Monte Carlo standard error of it; none with a single draw of the quantities
    low         lower end of the 80% interval of the effect to be expected, over what is not known
    high        its upper end
    band        differences within it do not matter
    is_beyond_band    whether the mean difference lies beyond that
    is_beyond_chance  whether it lies beyond twice its error
    is_directed       whether the interval lies on one side of zero
    is_resolved       whether what is not known can be told from chance, so that the interval is of both
    is_none           whether no future differs at all
    verdict    none, within or beyond the band with twice the error allowed for, or untold: more futures would tell
    way        up or down; unseen within chance; unknown where what is not known leaves it open; or none
    """

    difference: InUnit
    error: InUnit | None
    low: InUnit
    high: InUnit
    band: InUnit
    is_beyond_band: bool
    is_beyond_chance: bool
    is_directed: bool
    is_resolved: bool
    is_none: bool
    verdict: str
    way: str


def effect(found: Difference) -> dict[str, Any]:
    """The columns of an `Effect`."""
    return {
        "difference": found.mean,
        "error": found.error,
        "low": found.interval[0],
        "high": found.interval[1],
        "band": found.band,
        "is_beyond_band": found.material,
        "is_beyond_chance": found.clear,
        "is_directed": found.directed,
        "is_resolved": found.resolved,
        "is_none": found.same,
        "verdict": found.verdict,
        "way": found.direction,
    }


def listed(names: Iterable[str]) -> str:
    """Ids in one cell, parted by blanks."""
    return " ".join(names)
