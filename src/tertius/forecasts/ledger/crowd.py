"""A crowd's prices: which of them stood when a forecast was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from tertius.errors import DataError
from tertius.forecasts.ledger.rows import Forecast


@dataclass(frozen=True)
class Price:
    """A price.

    date                when it was paid
    chance              the price as a chance
    scenario, deadline  of the question; empty where its id alone tells which
    """

    date: date
    chance: float
    scenario: str = ""
    deadline: str = ""


Crowd: TypeAlias = Mapping[tuple[str, str | None, float], Sequence[Price]]
"""(question, branch, threshold) -> its prices."""


def price_of(forecast: Forecast, branch: str | None, threshold: float, crowd: Crowd) -> float | None:
    """The last price up to the as-of date of a forecast; None where there was none yet."""
    told = forecast.told
    as_of = date.fromisoformat(told["as_of"])
    known = [
        price
        for price in crowd.get((forecast.name, branch, threshold), ())
        if price.date <= as_of
        and price.scenario in ("", told["scenario"])
        and price.deadline in ("", told["question"]["until"])
    ]
    return max(known, key=lambda price: price.date).chance if known else None


def check_crowd(forecasts: Sequence[Forecast], crowd: Crowd) -> None:
    """Check that it is clear of which question each price is.

    Raises:
        DataError: questions of one id were sealed of several scenarios or deadlines, and a price does not say which.
    """
    scenarios: dict[str, set[str]] = {}
    deadlines: dict[str, set[str]] = {}
    for each in forecasts:
        scenarios.setdefault(each.name, set()).add(str(each.told["scenario"]))
        deadlines.setdefault(each.name, set()).add(str(each.told["question"]["until"]))
    for (name, _, _), prices in crowd.items():
        for column, sealed in (("scenario", scenarios), ("deadline", deadlines)):
            several = sorted(sealed.get(name, ()))
            if len(several) > 1 and not all(getattr(price, column) for price in prices):
                given = f"a price of {name} without {column}, and it was sealed with {', '.join(several)}"
                raise DataError("--crowd", given, f"a column {column}", "say in each of its rows which one is meant")
