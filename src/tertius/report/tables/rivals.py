"""Tables of where answers disagree: hypotheses, structures, what is not known, past scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tertius.impact.answer import Answer
from tertius.impact.comparison import Difference
from tertius.report.tables.columns import Count, Effect, InUnit, Pure, Share, Table, Week, effect, listed
from tertius.world import Scenario


@dataclass(frozen=True, kw_only=True)
class Hypothesis(Effect):
    """Each headline outcome's difference at the last week under each hypothesis, all on the same futures.

    variant  id of the hypothesis; empty for the scenario as it stands
    name     its name
    weight   its weight among all
    outcome  id of the outcome
    unit     its unit
    week     weeks after the as-of date
    """

    variant: str | None
    name: str | None
    weight: Share | None
    outcome: str
    unit: str
    week: Week


def hypotheses(answer: Answer, scenario: Scenario) -> Iterator[Hypothesis]:
    """Rows of the table."""
    rivals = answer.rivals
    if rivals is None:
        return
    rows: list[tuple[str | None, str | None, float | None, tuple[Difference, ...]]]
    rows = [(None, None, None, rivals.plain)]
    rows += [(one.name, scenario.variants[one.name].name, one.weight, one.found) for one in rivals.variants]
    for variant, name, weight, found in rows:
        for one in found:
            unit = scenario.outcomes[one.outcome].unit
            lead: dict[str, Any] = {
                "variant": variant,
                "name": name,
                "weight": weight,
                "outcome": one.outcome,
                "unit": unit,
            }
            yield Hypothesis(**lead, week=rivals.week, **effect(one))


@dataclass(frozen=True)
class Mixture:
    """Each headline outcome's difference, weighed over all hypotheses.

    outcome     id of the outcome
    unit        its unit
    week        weeks after the as-of date
    difference  weighted mean of the differences
    error       its Monte Carlo standard error
    low         lower end of its 80% range, over which hypothesis holds and what is not known under it
    high        its upper end
    """

    outcome: str
    unit: str
    week: Week
    difference: InUnit
    error: InUnit | None
    low: InUnit
    high: InUnit


def mixtures(answer: Answer, scenario: Scenario) -> Iterator[Mixture]:
    """Rows of the table."""
    rivals = answer.rivals
    if rivals is None:
        return
    rows = zip(rivals.outcomes, rivals.mixed, rivals.mixed_error, rivals.mixed_range, strict=True)
    for outcome, mean, error, span in rows:
        yield Mixture(outcome, scenario.outcomes[outcome].unit, rivals.week, mean, error, *span)


@dataclass(frozen=True)
class Voice:
    """What rival structures of the fit answer, on the futures drawn from each.

    observation   id of the observation that they were fitted to
    outcome       id of the outcome
    unit          its unit
    week          weeks after the as-of date
    structure     name of the structure
    share         its share of the futures
    rows          draws of the quantities from it
    q10           10% quantile of the outcome with the entry
    q50           median of it
    q90           90% quantile of it
    mean          mean with the entry
    error         Monte Carlo standard error of that mean
    change        mean difference that the entry makes
    change_error  its Monte Carlo standard error
    between       share of the variance of the draws' means that lies between structures
    """

    observation: str
    outcome: str
    unit: str
    week: Week
    structure: str
    share: Share
    rows: Count
    q10: InUnit
    q50: InUnit
    q90: InUnit
    mean: InUnit
    error: InUnit
    change: InUnit
    change_error: InUnit
    between: Share


def dissent(answer: Answer, scenario: Scenario) -> Iterator[Voice]:
    """Rows of the table."""
    for one in answer.dissent or ():
        lead = (one.observation, one.outcome, scenario.outcomes[one.outcome].unit, one.week)
        for voice in one.voices:
            told = (voice.mean, voice.error, voice.changes, voice.changes_error, one.between)
            yield Voice(*lead, voice.structure, voice.share, voice.rows, *voice.stands, *told)


@dataclass(frozen=True)
class Unknown:
    """How much of an outcome's spread is not known rather than chance, and what would narrow it.

    outcome  id of the outcome
    week     weeks after the as-of date
    path     dotted path of a quantity that would narrow it; empty for the outcome as a whole
    share    as a whole: share of its variance that is not known; of a quantity: share of that which knowing it removes
    error    standard error of the share of the whole
    """

    outcome: str
    week: Week
    path: str | None
    share: Share
    error: Share | None


def ignorance(answer: Answer, scenario: Scenario) -> Iterator[Unknown]:
    """Rows of the table."""
    for one in answer.ignorance or ():
        yield Unknown(one.outcome, one.week, None, one.spread.unknown, one.spread.error)
        yield from (Unknown(one.outcome, one.week, by.path, by.share, None) for by in one.by)


@dataclass(frozen=True)
class Score:
    """Past forecasts of the laws beside the best simple forecaster's, on the same dates.

    observation  id of the observation
    first        first date from which was forecast
    last         last such date
    weeks        weeks ahead
    unit         unit of the scores
    crps         mean continuous ranked probability score of ours; smaller is better
    best         the simple forecaster with the smallest mean score
    best_crps    that score
    skill        1 - crps / best_crps
    skill_low    lower end of the 80% interval of the skill
    skill_high   its upper end
    coverage     share of what came that lay within our 80% interval
    dates        dates from which was forecast
    stretches    separate stretches of time among them
    not_beaten   simple forecasters with a smaller mean score than ours
    """

    observation: str
    first: date
    last: date
    weeks: Week
    unit: str
    crps: InUnit
    best: str
    best_crps: InUnit
    skill: Pure | None
    skill_low: Pure | None
    skill_high: Pure | None
    coverage: Share
    dates: Count
    stretches: Pure | None
    not_beaten: str


def record(answer: Answer, scenario: Scenario) -> Iterator[Score]:
    """Rows of the table."""
    held = answer.record
    for one in held.scores if held is not None else ():
        assert held is not None
        lead = (one.observation, held.first, held.last, one.weeks, one.unit, one.crps, one.best, one.best_crps)
        low, high = one.interval or (None, None)
        told = (one.coverage, one.dates, one.stretches, listed(one.not_beaten))
        yield Score(*lead, one.skill, low, high, *told)


TABLES: Final = {
    "hypotheses": Table(Hypothesis, hypotheses),
    "mixtures": Table(Mixture, mixtures),
    "dissent": Table(Voice, dissent),
    "ignorance": Table(Unknown, ignorance),
    "record": Table(Score, record),
}
