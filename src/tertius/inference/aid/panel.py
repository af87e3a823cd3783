"""The panel: allocations by donor and month as far as they were known on a day, blocs as rows beside their members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tertius.errors import DataError, OptionError, Problem, ScenarioError, listed, nearest
from tertius.evidence import Holdings, MonthlyAmount, sources
from tertius.inference.aid.levels import WINDOW
from tertius.world import Scenario

Array: TypeAlias = NDArray[np.float64]
Donating: TypeAlias = Scenario
"""A scenario whose actors name donors."""
COUNTED = "Allocation"
CATEGORIES: Mapping[str, str | None] = {"all": None, "military": "Military"}
"""What can be counted: everything, or what the tracker calls military."""
FEWEST_MONTHS = WINDOW + 4


@dataclass(frozen=True)
class Panel:
    """Amounts by row and month.

    months   first days of the months, without gaps
    rows     names: donors as the data write them, then blocs by the actor's id
    amounts  EUR, shape (row, month)
    blocs    actor -> places of its donors among the rows
    actors   actor -> its row: a donor's, or a bloc's
    """

    months: tuple[date, ...]
    rows: tuple[str, ...]
    amounts: Array
    blocs: Mapping[str, tuple[int, ...]]
    actors: Mapping[str, int]
    notes: tuple[str, ...] = ()

    @property
    def singles(self) -> int:
        """Number of donors; they come first, blocs after them."""
        return len(self.rows) - len(self.blocs)

    @cached_property
    def others(self) -> Array:
        """Weights of the donors that a row looks at, shape (row, row): all others with records, not its own members."""
        weight = np.zeros((len(self.rows), len(self.rows)))
        weight[:, : self.singles] = self.amounts[: self.singles].sum(axis=1) > 0
        np.fill_diagonal(weight, 0.0)
        for place, members in enumerate(self.blocs.values(), self.singles):
            weight[place, list(members)] = 0.0
        return np.asarray(weight / np.maximum(weight.sum(axis=1, keepdims=True), 1.0))

    def until(self, month: date) -> Panel:
        """The part up to and with a month."""
        count = sum(each <= month for each in self.months)
        return Panel(self.months[:count], self.rows, self.amounts[:, :count], self.blocs, self.actors, self.notes)


def lag_of_source() -> int:
    """Days from a month's end until the publisher of monthly rows shows it, by its observation model."""
    return next(source.model.lag_days for source in sources().values() if source.monthly)


def known_through(day: date, lag_days: int) -> date:
    """First day of the last month that was known on a day: it had ended `lag_days` before."""
    end = day - timedelta(days=lag_days)
    first = end.replace(day=1)
    is_over = (end + timedelta(days=1)).day == 1
    return first if is_over else (first - timedelta(days=1)).replace(day=1)


def donors_of(scenario: Scenario, holdings: Holdings) -> dict[str, tuple[str, ...]]:
    """Actor -> its donors' names as the data write them, for the actors that name some.

    Raises:
        ScenarioError: a name is in no row of the data; all such names are in it.
        OptionError: no actor names a donor.
    """
    known = {row.donor.casefold(): row.donor for row in holdings.monthly()}
    found: dict[str, tuple[str, ...]] = {}
    problems = []
    for name, actor in scenario.actors.items():
        if actor.donors:
            found[name] = tuple(known.get(donor.casefold(), donor) for donor in actor.donors)
        for place, donor in enumerate(actor.donors):
            if donor.casefold() not in known:
                path = f"actors.{name}.donors.{place}"
                file, line = scenario.where(path) or scenario.where(f"actors.{name}") or (scenario.name, None)
                close = nearest(donor, known.values())
                fix = f"write {close}" if close else "correct or remove it"
                allowed = f"a donor of the data in {holdings.place}: {listed(sorted(known.values()))}"
                problems.append(Problem(file, line, path, repr(donor), allowed, close, fix))
    if problems:
        raise ScenarioError(problems)
    if not found:
        raise OptionError("SCENARIO", scenario.name, "one whose actors name donors", "add donors to an actor")
    return found


def read_panel(holdings: Holdings, measure: str, actors: Mapping[str, tuple[str, ...]], through: date) -> Panel:
    """Allocations by month up to and with the month `through`.

    The last month of the rows may have been cut off in its middle, so it is left out, and a note says so.

    Raises:
        DataError: no monthly rows, or fewer than ten whole months.
        OptionError: `measure` is not one of CATEGORIES.
    """
    if measure not in CATEGORIES:
        raise OptionError("--measure", measure, listed(CATEGORIES), "choose one of them")
    every = holdings.monthly()
    last = max((row.month for row in every), default=date.min)
    counted = [row for row in holdings.monthly(None, CATEGORIES[measure], COUNTED) if row.month <= through]
    whole = [row for row in counted if row.month < last]
    months = _months(every, min(through, _before(last)) if every else through)
    if len(months) < FEWEST_MONTHS:
        raise DataError(
            f"{holdings.place}: rows by month",
            f"{len(months)} whole months up to {through:%Y-%m}",
            f"{FEWEST_MONTHS} or more",
            "get a longer file, or choose a later day",
        )
    donors = sorted({row.donor for row in every})
    place = {donor: row for row, donor in enumerate(donors)}
    when = {month: column for column, month in enumerate(months)}
    amounts = np.zeros((len(donors), len(months)))
    for row in whole:
        amounts[place[row.donor], when[row.month]] += row.eur
    blocs = {
        name: tuple(place[donor] for donor in members if donor in place)
        for name, members in actors.items()
        if len(members) > 1
    }
    own = {name: place[members[0]] for name, members in actors.items() if len(members) == 1 and members[0] in place}
    own |= {name: len(donors) + row for row, name in enumerate(blocs)}
    sums = [amounts[list(members)].sum(axis=0) for members in blocs.values()]
    left = last <= through
    notes = (f"{last:%Y-%m}, the last month of the rows, may not be whole and is left out",) if left else ()
    return Panel(months, (*donors, *blocs), np.vstack([amounts, *sums]), blocs, own, notes)


def _before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def after(month: date, count: int = 1) -> date:
    """First day of the month `count` months later."""
    total = month.year * 12 + month.month - 1 + count
    return date(total // 12, total % 12 + 1, 1)


def _months(rows: tuple[MonthlyAmount, ...], last: date) -> tuple[date, ...]:
    found = []
    month = min((row.month for row in rows), default=last)
    while month <= last:
        found.append(month)
        month = after(month)
    return tuple(found)
