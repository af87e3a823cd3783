"""Make an edition of the tables from those of the package and from what publishers say now.

A publisher's own column is replaced where it says something, year by year; what it leaves out stays. Another
publisher's column is carried on after its last year. Obligations of pairs are replaced as a whole. Refused is what is
in another unit by all appearance, and pacts of which many are gone; what ends before the package's column is not used.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from math import isfinite
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tertius.errors import DataError
from tertius.reference.states.editions import (
    FILES,
    LAST_YEAR,
    PLACE,
    Edition,
    digest_of,
    not_written,
    package_digest,
    use,
)
from tertius.reference.states.lookup import OBLIGATIONS, OF_A_STATE
from tertius.reference.states.tables import FIRST_YEAR, Column

if TYPE_CHECKING:
    import pyarrow as pa

Told: TypeAlias = tuple[str, tuple[str, ...], int, float]
"""Column, the state or the pair (the one that owes first) by ISO code or COW's number, year, value in the unit."""
OWNERS: Final[Mapping[str, str]] = {
    "soldiers": "cow-capabilities",
    "military_spending": "cow-capabilities",
    "population": "cow-capabilities",
    "capability_share": "cow-capabilities",
    "gdp": "worldbank",
    "ideal_point": "ideal-points",
    **dict.fromkeys(OBLIGATIONS, "atop"),
}
"""Column -> the source whose column it is; what other sources say of it is read after its last year."""
LASTING: Final = ("area", "major_power")
"""Columns that are carried on into years after the package's."""
LEAST_STATES: Final = 50
"""States that a year needs for a row of its own."""
STAY: Final = "the tables stay as they were"
LEAST_COMMON, FACTOR, APART, LEAST_KEPT = 30, 2.0, 1.0, 0.9


@dataclass(frozen=True)
class Pulled:
    """What one source says now: its name and title, its terms, the day it was known, digests of its files."""

    source: str
    title: str
    terms: str
    day: date
    sha256: tuple[str, ...]
    facts: Sequence[Told]


def refreshed(pulled: Sequence[Pulled], today: date, home: Path) -> tuple[Edition, tuple[str, ...]]:
    """Write an edition below a folder and take it into use; what is the same as the one in use adds nothing.

    Returns:
        the edition, and notes on what was not used.

    Raises:
        DataError: what was pulled is in another unit or lacks much, or the folder cannot be written.
    """
    import pyarrow.parquet as pq

    with (PLACE / "states.parquet").open("rb") as file:
        states = pq.read_table(file)
    with (PLACE / "pairs.parquet").open("rb") as file:
        pairs = pq.read_table(file)
    columns = {name: Column(**row) for name, row in json.loads((PLACE / "columns.json").read_text("utf-8")).items()}
    made = _Making(states.to_pylist(), columns, today)
    for one in pulled:
        made.take(one, owned=True)
    for one in pulled:
        made.take(one, owned=False)
    spells = made.spells(pairs.to_pylist())
    return _written(made, states.schema, spells, pairs, home, pulled), tuple(made.notes)


class _Making:
    """An edition in the making, from the package's rows."""

    def __init__(self, rows: list[dict[str, Any]], columns: dict[str, Column], today: date) -> None:
        self.rows, self.columns, self.today = rows, columns, today
        self.package = {name: column.until for name, column in columns.items()}
        self.days: dict[str, date] = {}
        self.notes: list[str] = []
        self.pacts: dict[str, tuple[Pulled, list[Told]]] = {}
        self.places: dict[tuple[str, int], dict[str, Any]] = {}
        for row in rows:
            self._place(row)

    @property
    def last_year(self) -> int:
        return max(int(row["year"]) for row in self.rows)

    def take(self, one: Pulled, owned: bool) -> None:
        """Take what a source says of the columns that are its own, or of those of others."""
        by_column: dict[str, list[Told]] = defaultdict(list)
        for fact in one.facts:
            if fact[0] in self.columns and (OWNERS.get(fact[0]) == one.source) == owned:
                by_column[fact[0]].append(fact)
        every = max((year for _, _, year, _ in one.facts), default=0)
        for name, facts in by_column.items():
            last = every if name in OBLIGATIONS else max(year for _, _, year, _ in facts)
            if last < self.package[name]:
                ends = f"{one.title} ends in {last} for {name}, before the package's {self.package[name]}: not used"
                self.notes.append(ends)
            elif name in OBLIGATIONS:
                self.pacts[name] = (one, facts)
            elif name in OF_A_STATE:
                self._of_states(one, name, facts, owned)

    def _of_states(self, one: Pulled, name: str, facts: Sequence[Told], owned: bool) -> None:
        self._extend(facts)
        scale, since = self.columns[name].scale, self.columns[name].until
        known = [(row, value / scale) for _, of, year, value in facts if (row := self.places.get((of[0], year)))]
        self._check_unit(one, name, known)
        taken = 0
        for row, value in known:
            empty = row[name] is None or not isfinite(row[name])
            if owned or (empty and row["year"] > since):
                row[name] = round(value, 2) if name == "ideal_point" else float(f"{value:.3g}")
                taken += 1
        if taken:
            self._described(one, name, owned, since)

    def _described(self, one: Pulled, name: str, owned: bool, since: int) -> None:
        held = self.columns[name]
        told = f"{one.title}, as of {one.day}"
        publisher = told if owned else f"{held.publisher}; after {since} {told}"
        terms = one.terms if owned or one.terms == held.terms else f"{held.terms}; {one.terms}"
        until = max(int(row["year"]) for row in self.rows if row[name] is not None and isfinite(row[name]))
        self.columns[name] = Column(held.meaning, held.unit, held.scale, publisher, max(until, since), terms)
        self.days[name] = one.day

    def _extend(self, facts: Iterable[Told]) -> None:
        """Rows for years after the package's, of the states of its last year."""
        states: dict[int, set[str]] = defaultdict(set)
        for _, of, year, _ in facts:
            states[year].add(of[0])
        for year in range(self.last_year + 1, self.today.year + 1):
            if len(states.get(year, ())) < LEAST_STATES:
                return
            for row in [each for each in self.rows if each["year"] == LAST_YEAR]:
                gone = {name: None for name in OF_A_STATE if name not in LASTING}
                new = {**row, **gone, "year": year}
                self.rows.append(new)
                self._place(new)

    def _place(self, row: dict[str, Any]) -> None:
        for code in (str(row["iso3"]), str(row["ccode"])):
            self.places[code, int(row["year"])] = row

    def _check_unit(self, one: Pulled, name: str, known: Sequence[tuple[dict[str, Any], float]]) -> None:
        both = [(row[name], value) for row, value in known if row[name] is not None and isfinite(row[name])]
        if len(both) < LEAST_COMMON:
            given, allowed = f"{len(both)} values of {name} beside the package's", f"{LEAST_COMMON} or more"
            raise DataError(one.title, given, allowed, "check the file: its codes of states, its years")
        if name == "ideal_point":
            off, most = median(abs(own - value) for own, value in both), APART
        else:
            ratios = [max(own / value, value / own) for own, value in both if own > 0 and value > 0]
            off, most = median(ratios or [float("inf")]), FACTOR
        if off > most:
            given = f"{name} that is {off:.3g} off the package's in the middle"
            raise DataError(one.title, given, f"at most {most:g}", f"check the unit of the file; {STAY}")

    def spells(self, package: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The spells of pairs: the package's, and the pacts that were pulled in place of its own."""
        kept = [row for row in package if row["kind"] not in self.pacts]
        for name, (one, facts) in self.pacts.items():
            since, until = FIRST_YEAR, max(year for _, _, year, _ in one.facts)
            new = _spells(name, facts, {code for code, _ in self.places})
            before = sum(row["last"] - row["first"] + 1 for row in package if row["kind"] == name)
            now = sum(min(row["last"], self.package[name]) - row["first"] + 1 for row in new)
            if now < LEAST_KEPT * before:
                given = f"{now:,} years of pairs bound by {name} from {since} to {self.package[name]}"
                allowed = f"{LEAST_KEPT:.0%} or more of the package's {before:,}"
                raise DataError(one.title, given, allowed, f"get the file again; {STAY}")
            kept += new
            held = self.columns[name]
            told = f"{one.title}, as of {one.day}, and pacts since (pacts.json)"
            self.columns[name] = Column(held.meaning, held.unit, held.scale, told, until, one.terms)
            self.days[name] = one.day
        return sorted(kept, key=lambda row: (row["kind"], row["a"], row["b"], row["first"]))


def _spells(name: str, facts: Iterable[Told], codes: set[str]) -> list[dict[str, Any]]:
    """Runs of years in which a pair has the same obligation: 1 both owe, 2 the lower code alone, 3 the higher."""
    owed: dict[tuple[int, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for _, (one, other), year, _ in facts:
        if year >= FIRST_YEAR and one in codes and other in codes and one != other:
            a, b = int(one), int(other)
            owed[min(a, b), max(a, b)][year] |= 1 if a < b else 2
    found = []
    for (a, b), years in owed.items():
        open_: dict[str, Any] | None = None
        for year in sorted(years):
            value = {3: 1.0, 1: 2.0, 2: 3.0}[years[year]]
            if open_ is not None and open_["last"] == year - 1 and open_["value"] == value:
                open_["last"] = year
                continue
            open_ = {"a": a, "b": b, "value": value, "first": year, "last": year, "kind": name}
            found.append(open_)
    return found


def _written(
    made: _Making,
    schema: pa.Schema,
    spells: list[dict[str, Any]],
    pairs: pa.Table,
    home: Path,
    pulled: Sequence[Pulled],
) -> Edition:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = sorted(made.rows, key=lambda row: (row["ccode"], row["year"]))
    new = home / "reference" / "new"
    try:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), new / FILES[0], compression="zstd")
        plain = pa.schema([pa.field(f.name, pa.string() if f.name == "kind" else f.type) for f in pairs.schema])
        pq.write_table(pa.Table.from_pylist(spells, schema=plain), new / FILES[1], compression="zstd")
        columns = {name: asdict(column) for name, column in made.columns.items()}
        (new / FILES[2]).write_text(json.dumps(columns, indent=1) + "\n", encoding="utf-8")
        digest = digest_of(new)
        told = {
            "made": made.today.isoformat(),
            "last_year": made.last_year,
            "refreshed": {name: day.isoformat() for name, day in made.days.items()},
            "sha256": digest,
            "package": package_digest(),
            "from": [{"source": one.source, "day": one.day.isoformat(), "sha256": one.sha256} for one in pulled],
        }
        (new / "made.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        alike = [each for each in new.parent.iterdir() if each.name.endswith(f"-{digest[:8]}")]
        place = alike[0] if alike else new.with_name(f"{made.today}-{digest[:8]}")
        if alike:
            shutil.rmtree(new)
        else:
            new.rename(place)
    except OSError as error:
        raise not_written(new, error) from error
    return use(place.name, home)
