"""How good has this been: what a brief says of past forecasts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tertius.impact.record import Misfit, Record, Score
from tertius.report.contexts import shows
from tertius.report.words import number, percent, plain, with_unit
from tertius.world import Scenario

FEW_STRETCHES = 4


@dataclass(frozen=True)
class ScoreRow:
    """A row of the table of past scores."""

    name: str = shows("name of the observation")
    weeks: str = shows("weeks ahead")
    crps: str = shows("our mean score, with its unit")
    best: str = shows("the best simple forecaster and its mean score")
    skill: str = shows("our skill against it, with its 80% interval")
    coverage: str = shows("share of what came that lay within our 80% interval")
    origins: str = shows("dates from which was forecast")


@dataclass(frozen=True)
class RecordContext:
    """The box on past forecasts."""

    first: str = shows("first date from which was forecast")
    last: str = shows("last such date")
    rows: tuple[ScoreRow, ...] = shows("ours against the best simple forecaster's, by observation and weeks ahead")
    not_beaten: tuple[str, ...] = shows("for each observation, which simple forecasters had a lower score")
    weights: tuple[str, ...] = shows("for each observation, the weights of rival structures")
    fitted: int = shows("quantities that were fitted and are used")
    by_hand: int = shows("quantities that were fitted and are set by hand here")
    silent: int = shows("quantities that the data did not update")
    little: tuple[str, ...] = shows("fitted parameters of which the data say little")
    unlike: tuple[str, ...] = shows("checks of the fit that fail")
    notes: tuple[str, ...] = shows("what was left out of the data, repaired in it or is stale")


def record_context(scenario: Scenario, found: Record) -> RecordContext:
    """The box in words."""
    return RecordContext(
        first=found.first.isoformat(),
        last=found.last.isoformat(),
        rows=tuple(_row(scenario, score) for score in found.scores),
        not_beaten=tuple(_not_beaten(scenario, found)),
        weights=tuple(_weights(scenario, name, held) for name, held in found.weights.items()),
        fitted=found.fitted,
        by_hand=found.by_hand,
        silent=found.silent,
        little=little(found),
        unlike=tuple(_unlike(scenario, one) for one in found.unlike),
        notes=tuple(plain(note) for note in found.notes),
    )


def little(found: Record) -> tuple[str, ...]:
    """Fitted parameters on which the data say little."""
    return tuple(plain(f"{one.observation}: {one.parameter.replace('_', ' ')}") for one in found.little)


def _name(scenario: Scenario, observation: str) -> str:
    held = scenario.observations.get(observation)
    return plain(held.name if held is not None else observation)


def _row(scenario: Scenario, score: Score) -> ScoreRow:
    few = score.stretches is None or score.stretches < FEW_STRETCHES
    skill = "too few origins"
    if score.skill is not None:
        span = "no interval: too few separate stretches"
        if score.interval is not None:
            span = f"{_share(score.interval[0])} to {_share(score.interval[1])}"
        skill = f"{_share(score.skill)} ({span})"
    return ScoreRow(
        name=_name(scenario, score.observation),
        weeks=str(score.weeks),
        crps=with_unit(number(score.crps, 3), score.unit),
        best=f"{score.best}, {number(score.best_crps, 3)}",
        skill=skill,
        coverage=percent(score.coverage),
        origins=f"{score.dates}{' (few separate stretches)' if few else ''}",
    )


def _weeks(count: int) -> str:
    return f"{count} week{'' if count == 1 else 's'}"


def _share(value: float) -> str:
    whole = round(100 * value)
    return f"{'+' if whole > 0 else '−' if whole < 0 else ''}{abs(whole)}%"


def _not_beaten(scenario: Scenario, found: Record) -> Iterator[str]:
    """A sentence for each observation: which simple forecasters had a lower score, at which horizons."""
    for observation in dict.fromkeys(score.observation for score in found.scores):
        own = [score for score in found.scores if score.observation == observation]
        parts = [f"at {_weeks(score.weeks)} {', '.join(score.not_beaten)}" for score in own if score.not_beaten]
        name = _name(scenario, observation)
        yield (
            f"{name}: not beaten were {'; '.join(parts)}." if parts else f"{name}: every simple forecaster was beaten."
        )


def too_weak(scenario: Scenario, found: Record) -> tuple[str, ...]:
    """Observations and horizons at which a simple forecaster had a lower score than ours."""
    weeks: dict[str, list[str]] = {}
    for score in found.scores:
        if score.not_beaten:
            weeks.setdefault(score.observation, []).append(_weeks(score.weeks))
    return tuple(f"{_name(scenario, name)} ({', '.join(held)} ahead)" for name, held in weeks.items())


def _weights(scenario: Scenario, observation: str, weights: dict[str, float]) -> str:
    parts = ", ".join(f"{name} {percent(weight)}" for name, weight in weights.items())
    return f"{_name(scenario, observation)}: {parts}."


def _unlike(scenario: Scenario, one: Misfit) -> str:
    what = f"{one.statistic} is {'larger' if one.is_larger else 'smaller'}"
    made = " and ".join(one.structures)
    return f"{_name(scenario, one.observation)}: {plain(what)} in the data than in what {made} would make"
