"""How far to trust an answer: the scores of past forecasts at the very horizon of a number."""

from __future__ import annotations

from tertius.impact.answer import Answer
from tertius.impact.comparison import Difference
from tertius.impact.record import Score
from tertius.report.words import number, percent, with_unit
from tertius.world import Scenario

NEVER = "What such an entry adds has not been scored."


def length(weeks: int) -> str:
    """A length of time in words."""
    return {52: "one year", 104: "two years", 26: "half a year"}.get(weeks, f"{weeks} week{'' if weeks == 1 else 's'}")


def trust(answer: Answer, scenario: Scenario) -> tuple[str, ...]:
    """The score at the very horizon of the first headline, or that there is none; and that entries have none."""
    if answer.record is None:
        return ("Neither a forecast of this scenario nor what such an entry adds has been scored.",)
    scores = scores_of(answer, answer.headlines[0])
    at = next((score for score in scores if score.weeks == answer.last), None)
    ahead = f"{length(answer.last)} ahead"
    if at is not None:
        return (*_score(at, ahead), NEVER)
    if not scores:
        return ("Neither a forecast of this outcome nor what such an entry adds has been scored.",)
    longest = max(scores, key=lambda score: score.weeks)
    return (f"No forecast {ahead} has been scored; the longest was {length(longest.weeks)}.", NEVER)


def scores_of(answer: Answer, outcome: str) -> tuple[Score, ...]:
    """Past scores of an outcome at every horizon that has one."""
    told = next(one for one in answer.outcomes if one.id == outcome)
    held = answer.record.scores if answer.record is not None else ()
    return tuple(score for score in held if told.observation is not None and score.observation == told.observation)


def past_forecasts(answer: Answer, outcome: str, week: int) -> tuple[str, ...]:
    """How past forecasts of an outcome fared this far ahead, in some words; empty where none was scored."""
    return tuple(
        f"missed by {with_unit(number(score.crps, 3), score.unit)}, intervals held {percent(score.coverage)}"
        for score in scores_of(answer, outcome)
        if score.weeks == week
    )


def going_on(answer: Answer, outcome: str, week: int) -> tuple[Difference, ...]:
    """The outcome where the war goes on in both worlds; empty where wars cannot end or too few go on."""
    held = answer.summary.goes_on if answer.summary is not None else ()
    return tuple(found for one in held if one.week == week for found in one.differences if found.outcome == outcome)


def _score(score: Score, ahead: str) -> tuple[str, ...]:
    """Both scores with their unit, and whether they can be told apart."""
    own, best = with_unit(number(score.crps, 3), score.unit), number(score.best_crps, 3)
    ahead = f"{ahead[:1].upper()}{ahead[1:]}"
    few = "; few dates" if score.interval is None else ""
    low, high = score.interval or (1.0, 1.0)
    apart = not low <= 0 <= high
    better = "better" if score.crps < score.best_crps else "worse"
    verdict = f"did {better} than" if apart else "cannot be told from"
    return (f"{ahead}, our forecasts {verdict} a simple rule: they missed by {own}, it by {best} (CRPS{few}).",)
