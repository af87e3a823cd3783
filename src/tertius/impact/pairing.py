"""Two scenarios of one war as the two worlds of a comparison: the same futures, with the same luck."""

from __future__ import annotations

from collections.abc import Sequence

from tertius.engine import Layout, Options, Progress, run_arms
from tertius.errors import OptionError
from tertius.impact.comparison import Comparison, weeks_of
from tertius.impact.editions import check_same_war, shared_outcomes
from tertius.impact.question import question_against


def compare_scenarios(
    one: Layout, two: Layout, options: Options, horizons: Sequence[int] = (), progress: Progress | None = None
) -> Comparison:
    """Run two scenarios on the same futures; differences are the first less the second.

    Raises OptionError where they are not the same war on the same day with the same outcomes.
    """
    check_pair(one, two)
    question = question_against(one, two.scenario.name)
    base, other = run_arms([one, two], options, progress, names=(one.scenario.name, two.scenario.name))
    return Comparison(base, other, question, weeks_of(one, options, horizons))


def check_pair(one: Layout, two: Layout) -> None:
    """Raise OptionError where two scenarios cannot be the two worlds of one comparison."""
    check_same_war(one, two)
    first, second = one.scenario, two.scenario
    if first.as_of != second.as_of:
        given = f"{first.name} as of {first.as_of} and {second.name} as of {second.as_of}"
        fix = f"see what changed between them: tertius diff {first.name} {second.name}"
        raise OptionError("SCENARIO SCENARIO2", given, "two scenarios of one as-of date", fix)
    _, own = shared_outcomes(one, two)
    if own:
        given = f"{', '.join(own)} in one of {first.name} and {second.name}, or measured otherwise"
        fix = "let both have the same outcomes, or see what changed: tertius diff"
        raise OptionError("SCENARIO SCENARIO2", given, "two scenarios with the same outcomes", fix)
