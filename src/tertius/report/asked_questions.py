"""Answers to questions as JSON data, with quantities by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tertius.forecasts.questions.plain import plain_asked
from tertius.report.phrases import quantity_name

if TYPE_CHECKING:
    from tertius.forecasts.questions.asking import Answers


def asked_data(told: Answers) -> dict[str, Any]:
    """The answers as plain data: numbers as numbers."""
    scenario = told.layout.scenario
    rows = [plain_asked(each) for each in told.asked]
    for row in rows:
        for reason in row["reasons"]:
            reason["name"] = quantity_name(scenario, reason["path"])
    return {
        "scenario": scenario.name,
        "digest": scenario.digest,
        "as_of": scenario.as_of.isoformat(),
        "seed": told.seed,
        "futures": told.futures,
        "weeks": told.weeks,
        "without": list(told.without),
        "questions": rows,
    }
