"""The tables in use: states by year, spells of pairs, pacts since. Read once, on the first look-up.

`states.parquet` has a row for each state and year of the system, 1946 to 2024; `pairs.parquet` a row for each spell of
a pair fact. `columns.json` says of each column what it is, its unit, publisher, last year and terms.
`scripts/states.py` makes both tables of the package; `editions.py` says which are in use.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import as_file
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tertius.reference.states.editions import PLACE, edition, read_once

FIRST_YEAR: Final = 1946
_KINDS: Final = {"iso3": "U3", "abb": "U3", "name": "U40", "capital": "U40", "kind": "U16"}
TIMELESS: Final = ("ccode", "year", "iso3", "abb", "name", "capital")


@dataclass(frozen=True)
class Column:
    """What a column holds: meaning, unit, publisher with version, the last year it speaks of, the publisher's terms."""

    meaning: str
    unit: str
    scale: float
    publisher: str
    until: int
    terms: str


@dataclass(frozen=True)
class Pact:
    """A pact after the data's end: `joins` and every member owe each other what `kind` says, from a day on."""

    name: str
    members: tuple[str, ...]
    joins: str
    kind: str
    since: date
    publisher: str
    url: str

    def binds(self, one: str, other: str) -> bool:
        """Whether it stands between two states, by ISO code."""
        return (one == self.joins and other in self.members) or (other == self.joins and one in self.members)


@dataclass(frozen=True)
class Rows:
    """The rows of one state, by year; `values` holds a column's numbers, nan where it has none."""

    ccode: int
    code: str
    abbreviation: str
    name: str
    capital: str
    years: NDArray[np.int64]
    values: Mapping[str, NDArray[np.float64]]


@read_once
def columns() -> Mapping[str, Column]:
    """What each column is."""
    told = json.loads((edition().place / "columns.json").read_text(encoding="utf-8"))
    return {name: Column(**row) for name, row in told.items()}


@cache
def spoken() -> Mapping[str, Any]:
    """`names` that the list does not use, `successors` of states that ended, `parts` that became states; ISO codes.

    `called`: from which year on a state has which name; `also`: short forms of such a name.
    """
    return dict(json.loads((PLACE / "names.json").read_text(encoding="utf-8")))


@cache
def pacts() -> tuple[Pact, ...]:
    """Pacts signed after the data's end."""
    told = json.loads((PLACE / "pacts.json").read_text(encoding="utf-8"))
    return tuple(
        Pact(**{**row, "members": tuple(row["members"]), "since": date.fromisoformat(row["since"])}) for row in told
    )


@read_once
def states() -> Mapping[int, Rows]:
    """The rows of every state, by COW code."""
    held = _read("states.parquet")
    codes = held["ccode"]
    starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
    ends = np.r_[starts[1:], len(codes)]
    numbers = {name: column.astype(np.float64) for name, column in held.items() if name not in TIMELESS}
    found = {}
    for start, end in zip(starts, ends, strict=True):
        part = slice(int(start), int(end))
        last = int(end) - 1
        code, abbreviation, name, capital = (str(held[each][last]) for each in ("iso3", "abb", "name", "capital"))
        years = held["year"][part].astype(np.int64)
        values = {each: column[part] for each, column in numbers.items()}
        ccode = int(codes[start])
        found[ccode] = Rows(ccode, code, abbreviation, name, capital, years, values)
    return found


@read_once
def spells() -> Mapping[str, Mapping[tuple[int, int], tuple[tuple[int, int, float], ...]]]:
    """Spells (first year, last year, value) of each pair fact: kind -> (COW codes, the lower first) -> spells."""
    held = _read("pairs.parquet")
    found: dict[str, dict[tuple[int, int], list[tuple[int, int, float]]]] = {}
    for kind, a, b, first, last, value in zip(
        *(held[name].tolist() for name in ("kind", "a", "b", "first", "last", "value")), strict=True
    ):
        found.setdefault(kind, {}).setdefault((a, b), []).append((first, last, value))
    return {kind: {pair: tuple(rows) for pair, rows in pairs.items()} for kind, pairs in found.items()}


def _read(name: str) -> dict[str, NDArray[Any]]:
    import pyarrow.parquet as pq

    with as_file(edition().place / name) as file:
        table = pq.ParquetFile(file).read()
    return {name: np.array(table[name].to_pylist(), dtype=_KINDS.get(name)) for name in table.column_names}
