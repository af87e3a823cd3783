"""How often states take steps of each class, and how steps answer to steps: fits to dated records, by the day known.

`decisions.json` beside this file is written by `tertius fit SCENARIO --decisions`; a scenario gets the latest fit whose
record ended by its as-of date, so that nothing that became known later enters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np

SHIPPED: Final = "decisions.json"
TERMS: Final = ("own", "partners", "rivals")
SPREAD_OF_CLASSES: Final = 0.25
"""Prior spread of a class's answer about the typical one; the error of a class without a record has it added."""
Pair = tuple[float, float]


@dataclass(frozen=True)
class Pool:
    """Rates of one direction: gamma about the rate of the class, classes lognormal about a typical one.

    alike    shape of the gamma of an instrument's rate about its class's
    typical  mean of the log of a class's rate, in steps a year, with `unsure`, its standard error
    spread   sd of the logs of classes' rates
    classes  kind -> (mean, standard error) of the log of its rate
    steps    kind -> steps counted
    years    kind -> instrument-years over which they were
    """

    alike: float
    typical: float
    unsure: float
    spread: float
    classes: Mapping[str, Pair]
    steps: Mapping[str, float]
    years: Mapping[str, float]

    def of_class(self, kind: str) -> Pair:
        """Mean and standard error of the log rate of a class; of one without a record, those of any class."""
        return self.classes.get(kind, (self.typical, float(np.hypot(self.unsure, self.spread))))

    def gamma(self, kind: str, steps: float = 0.0, years: float = 0.0) -> Pair:
        """Shape and rate (in years) of the gamma of an instrument's rate a year, its own record counted."""
        log_mean, error = self.of_class(kind)
        shape = 1.0 / (1.0 / self.alike + float(np.expm1(error**2)))
        return shape + steps, shape / float(np.exp(log_mean)) + years


@dataclass(frozen=True)
class ClassRates:
    """Rates of steps up and down."""

    up: Pool
    down: Pool

    def pool(self, direction: str) -> Pool:
        """That of a direction."""
        return self.up if direction == "up" else self.down


@dataclass(frozen=True)
class Excitation:
    """Answers of steps to steps, by class, one for each of TERMS.

    betas    kind -> (mean, standard error) of the answer to each term
    typical  the same of a typical class
    usual    instrument -> mean of what had lately been done over the record, by term
    """

    betas: Mapping[str, tuple[Pair, ...]]
    typical: tuple[Pair, ...]
    usual: Mapping[str, tuple[float, ...]]

    def of_class(self, kind: str) -> tuple[Pair, ...]:
        """Answers of a class; of one without a record, those of any class."""
        unknown = tuple((mean, round(float(np.hypot(error, SPREAD_OF_CLASSES)), 4)) for mean, error in self.typical)
        return self.betas.get(kind, unknown)


@dataclass(frozen=True)
class Pulls:
    """How occasions on the calendar draw their participants' steps, by kind of occasion.

    pulls    kind -> (mean, standard error) of the log factor in the week before, of and after one
    typical  the same of a typical kind
    usual    instrument -> kind -> mean number of such occasions near a week over the record
    """

    pulls: Mapping[str, Pair]
    typical: Pair
    usual: Mapping[str, Mapping[str, float]]

    def of_kind(self, kind: str) -> Pair:
        """Pull of a kind of occasion; of one without a record, that of any kind."""
        mean, error = self.typical
        return self.pulls.get(kind, (mean, round(float(np.hypot(error, SPREAD_OF_CLASSES)), 4)))

    def usual_of(self, instrument: str) -> float:
        """Mean over the record of what occasions added to the log rate of an instrument."""
        return sum(self.of_kind(kind)[0] * mean for kind, mean in self.usual.get(instrument, {}).items())


@dataclass(frozen=True)
class Decisions:
    """A fit: the record's scenario and last day, class rates, answers to steps, pulls of occasions."""

    scenario: str
    until: date
    rates: ClassRates
    excitation: Excitation
    occasions: Pulls


GENERIC: Final = ClassRates(
    Pool(1.0, float(np.log(0.4)), 1.0, 0.8, {}, {}, {}), Pool(1.0, float(np.log(0.2)), 1.0, 0.3, {}, {}, {})
)
"""Where no record is known yet: 0.4 steps up and 0.2 down a year, each within a factor of about five; judgement."""


def within(gamma: Pair, years: float) -> float:
    """Probability of at least one step within a time, its rate a year being gamma with (shape, rate)."""
    shape, rate = gamma
    return float(1.0 - (rate / (rate + years)) ** shape)


def decisions_known(by: date) -> Decisions | None:
    """The latest shipped fit whose record had ended by a day; None before the first."""
    known = [found for found in _shipped() if found.until <= by]
    return max(known, key=lambda found: found.until, default=None)


def read_decisions(text: str) -> tuple[Decisions, ...]:
    """Fits from the text of a file of `tertius fit --decisions`."""
    return tuple(_read(told) for told in json.loads(text)["fits"])


def written(fits: tuple[Decisions, ...]) -> str:
    """The text of the file."""
    return json.dumps({"fits": [_plain(found) for found in fits]}, indent=1, ensure_ascii=False) + "\n"


@cache
def _shipped() -> tuple[Decisions, ...]:
    return read_decisions((files("tertius.reference") / SHIPPED).read_text(encoding="utf-8"))


def _plain(found: Decisions) -> dict[str, Any]:
    return {
        "scenario": found.scenario,
        "until": found.until.isoformat(),
        "rates": {"up": vars(found.rates.up), "down": vars(found.rates.down)},
        "excitation": vars(found.excitation),
        "occasions": vars(found.occasions),
    }


def _read(told: Mapping[str, Any]) -> Decisions:
    up, down = (
        Pool(**{**told["rates"][way], "classes": _pairs(told["rates"][way]["classes"])}) for way in ("up", "down")
    )
    answers = told["excitation"]
    betas = {kind: tuple((mean, error) for mean, error in rows) for kind, rows in answers["betas"].items()}
    typical = tuple((mean, error) for mean, error in answers["typical"])
    usual = {name: tuple(row) for name, row in answers["usual"].items()}
    until = date.fromisoformat(told["until"])
    mean, error = told["occasions"]["typical"]
    pulls = Pulls(_pairs(told["occasions"]["pulls"]), (mean, error), told["occasions"]["usual"])
    return Decisions(told["scenario"], until, ClassRates(up, down), Excitation(betas, typical, usual), pulls)


def _pairs(rows: Mapping[str, list[float]]) -> dict[str, Pair]:
    return {name: (row[0], row[1]) for name, row in rows.items()}
