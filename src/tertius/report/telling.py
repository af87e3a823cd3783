"""What tells rival hypotheses apart, in words: what speaks for each, and how far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tertius.impact.indicators import Indicator
from tertius.impact.telling import Telling
from tertius.report.indicators import rule
from tertius.report.words import number, percent, points
from tertius.world import Scenario

_METHOD = (
    "As many futures under each hypothesis as it weighs, read where the war goes on. then, else: the hypothesis's "
    "weight after the rule tripped, and where it did not. hits: futures under it in which the rule tripped; false "
    "alarms: those under the others. Rules were chosen on half of the draws and measured on the other half. What no "
    "rule speaks for may hold all the same."
)


def title(one: Telling) -> str:
    """A hypothesis with its weight."""
    return f"{one.name}: {percent(one.weight)} before anything is seen"


def silent(one: Telling) -> str:
    """Why no rule speaks for a hypothesis; empty where one does."""
    if one.rules:
        return ""
    return "Too few futures." if one.few else "Nothing that can be seen speaks for it beyond chance."


def speaks(row: Indicator) -> str:
    """How far a rule speaks for a hypothesis."""
    ratio = "never in vain" if row.ratio is None else f"likelihood ratio {number(row.ratio, 2)}"
    return (
        f"then {percent(row.given)}, else {percent(row.otherwise)} (difference ±{points(row.error)} points); "
        f"hits {percent(row.hits)}, false alarms {percent(row.false_alarms)}, {ratio}"
    )


def against(one: Telling, found: Sequence[Telling], scenario: Scenario) -> tuple[str, ...]:
    """The best rule against each rival alone, a line each; none where there is one rival, told of above."""
    if len(found) == 1 and len(scenario.variants) <= 2:
        return ()
    lines = []
    for rival in one.against:
        told = f"against {scenario.variants[rival.rival].name}, {percent(rival.weight)} of the two: "
        best = rival.rule
        lines.append(told + ("nothing tells them apart" if best is None else f"{rule(best, scenario)}: {speaks(best)}"))
    return tuple(lines)


def method(found: Sequence[Telling]) -> str:
    """How it was found, and on how many futures."""
    return f"{found[0].futures:,} futures. {_METHOD}" if found else _METHOD


def telling_words(found: Sequence[Telling], scenario: Scenario) -> dict[str, Any]:
    """All of it in words, for a page: each hypothesis with its rules, and the best against each rival."""
    return {
        "hypotheses": [
            {
                "title": title(one),
                "why": silent(one),
                "rules": [
                    {"rule": rule(row, scenario), "speaks": f"{speaks(row)}; trips in {percent(row.tripped)}"}
                    for row in one.rules
                ],
                "against": list(against(one, found, scenario)),
            }
            for one in found
        ],
        "method": method(found),
    }
