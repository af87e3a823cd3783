"""How far to trust an answer, in a line: the score of past forecasts at this very horizon."""

from __future__ import annotations

from tertius.impact.answer import Answer
from tertius.impact.record import Score
from tertius.report.words import number, with_unit
from tertius.world import Scenario

NEVER = "No forecast of such an entry has been scored."


def length(weeks: int) -> str:
    """A length of time in words."""
    return {52: "one year", 104: "two years", 26: "half a year"}.get(weeks, f"{weeks} week{'' if weeks == 1 else 's'}")


def trust(answer: Answer, scenario: Scenario) -> tuple[str, ...]:
    """The score at the very horizon of the first headline, or that there is none; and that entries have none."""
    held = answer.record
    if held is None:
        return ("No forecast of this scenario, or of such an entry, has been scored.",)
    output = scenario.outcomes[answer.headlines[0]].output
    names = {name for name, told in scenario.observations.items() if told.output == output}
    scores = [score for score in held.scores if score.observation in names]
    at = next((score for score in scores if score.weeks == answer.last), None)
    ahead = f"{length(answer.last)} ahead"
    if at is not None:
        return (*_score(at, ahead), NEVER)
    if not scores:
        return ("No forecast of this outcome, or of such an entry, has been scored.",)
    longest = max(scores, key=lambda score: score.weeks)
    return (f"No forecast {ahead} has been scored; the longest was {length(longest.weeks)}.", NEVER)


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
