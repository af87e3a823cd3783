"""States and pairs of states, looked up as of a year."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tertius.api.calls import front

if TYPE_CHECKING:
    from tertius.reference.states import Around, Edition, Pair, State


@dataclass(frozen=True)
class Country:
    """A state as of a year, who is around it, and what it and another are to each other, where one was named.

    tables   the edition of the tables that it was looked up in
    """

    state: State
    around: Around
    pair: Pair | None
    tables: Edition

    def data(self) -> dict[str, Any]:
        """It as JSON data: the state, codes of those around it, the pair, who publishes what each column holds."""
        from tertius.reference.states import columns

        around = {name: [each.other.code for each in pairs] for name, pairs in vars(self.around).items()}
        told: dict[str, Any] = {"state": asdict(self.state), "around": around}
        if self.pair is not None:
            pair = asdict(self.pair)
            pair["one"], pair["other"] = self.pair.one.code, self.pair.other.code
            for pact in pair["pacts"]:
                pact["since"] = pact["since"].isoformat()
            told["pair"] = pair
        told["tables"] = {"edition": self.tables.name, "said": self.tables.said, "note": self.tables.note}
        told["columns"] = {name: asdict(column) for name, column in columns().items()}
        return told


@front
def country(code: str, beside: str | None = None, year: int | None = None) -> Country:
    """Look a state up: strength, regime, place, neighbours, allies, rivals; and what it is to another.

    Args:
        code: ISO code of three letters, COW's letters, or the state's name.
        beside: another state.
        year: as of which; the last value known by then stands, with its own year. Else the table's last, 2024 in the
            package's.

    Raises:
        UnknownName: no such state; the nearest is named.
        OptionError: a state that was none in that year, a state with itself, a year before 1946 or to come.

    Example:
        >>> tertius.country("COD", beside="RWA", year=2023).pair.land_border
        True
    """
    from datetime import date

    from tertius.errors import OptionError
    from tertius.reference.states import FIRST_YEAR, around, edition, pair, state

    tables = edition()
    if year is not None and year > date.today().year:
        allowed = f"{FIRST_YEAR} to {date.today().year}"
        raise OptionError("--year", year, allowed, f"leave it out; the table's last year is {tables.last_year}")
    asked = tables.last_year if year is None else year
    found = state(code, asked)
    return Country(found, around(found), None if beside is None else pair(found, beside, asked), tables)
