"""What a split of the difference says: words and rows for a template, data for JSON, and its files."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tertius.calendar import week_ends
from tertius.engine.folders import write_folder
from tertius.errors import UnknownName
from tertius.impact import Causes, Part, Split
from tertius.report.figures import to_svg, waterfall
from tertius.report.words import interval, number, plain
from tertius.world import Scenario


def headlines_of(scenario: Scenario, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """The outcomes asked for; else the headlines, or all where none is marked. Raises UnknownName."""
    for name in wanted:
        if name not in scenario.outcomes:
            raise UnknownName("outcome", name, scenario.outcomes)
    marked = tuple(name for name, outcome in scenario.outcomes.items() if outcome.headline)
    return tuple(wanted) or marked or tuple(scenario.outcomes)


def causes_context(found: Causes, outcomes: Sequence[str]) -> dict[str, Any]:
    """What the template prints of one split, for some outcomes."""
    day = week_ends(found.layout.scenario.as_of, found.week)[-1]
    told = found.layout.scenario.outcomes
    return {
        "by": found.by,
        "heading": {"mechanisms": "Shared out over mechanisms", "actors": "Shared out over those who decide"}[found.by],
        "date": f"{day:%-d %B %Y}",
        "futures": f"{found.futures:,}",
        "orders": found.orders,
        "interventions": plain("; ".join(found.interventions)),
        "outcomes": [
            {
                "name": name,
                "title": plain(told[name].name),
                "unit": plain(told[name].unit),
                "sentence": _sentence(found.splits[name], plain(told[name].unit)),
                "rows": [_row(part) for part in _in_order(found.splits[name])],
            }
            for name in outcomes
        ],
    }


def _in_order(split: Split) -> tuple[Part, ...]:
    return (split.direct, *split.ranked, split.whole)


def _row(part: Part) -> dict[str, str]:
    if part.mean == 0 and not part.error > 0:
        return {"title": plain(part.title), "adds": "0 exactly", "interval": "", "error": ""}
    return {
        "title": plain(part.title),
        "adds": number(part.mean, sign=True),
        "interval": interval(*part.interval, sign=True),
        "error": f"±{number(part.error)}",
    }


def _sentence(split: Split, unit: str) -> str:
    """What adds to the difference and what takes from it, as far as it lies beyond twice the Monte Carlo error."""
    clear = [part for part in (*split.ranked, split.direct) if part.is_clear]
    clear.sort(key=lambda part: -abs(part.mean))
    parts = []
    for title, mine in (
        ("upwards", [part for part in clear if part.mean > 0]),
        ("downwards", [part for part in clear if part.mean < 0]),
    ):
        if mine:
            told = ", ".join(f"{plain(part.title)} ({number(part.mean, sign=True)})" for part in mine)
            parts.append(f"{title}: {told}")
    whole = f"{number(split.whole.mean, sign=True)} {unit} in all"
    return f"{whole}; {'; '.join(parts) or 'no part lies beyond twice its Monte Carlo error'}."


def causes_data(found: Causes, outcomes: Sequence[str]) -> dict[str, Any]:
    """One split as JSON data, for some outcomes."""
    scenario = found.layout.scenario
    return {
        "scenario": scenario.name,
        "by": found.by,
        "interventions": list(found.interventions),
        "week": found.week,
        "futures": found.futures,
        "orders": found.orders,
        "seed": found.seed,
        "splits": [
            {
                "outcome": name,
                "unit": scenario.outcomes[name].unit,
                "whole": _data(found.splits[name].whole),
                "direct": _data(found.splits[name].direct),
                "parts": [{"name": part.name, **_data(part)} for part in found.splits[name].ranked],
            }
            for name in outcomes
        ],
    }


def _data(part: Part) -> dict[str, Any]:
    error = None if math.isnan(part.error) else part.error
    return {"title": part.title, "mean": part.mean, "error": error, "interval80": list(part.interval)}


def save_causes(found: Causes, outcomes: Sequence[str], folder: Path) -> Path:
    """Write causes.json and a figure an outcome; return the folder. Raises ArchiveError."""

    def write(scratch: Path) -> None:
        text = json.dumps(causes_data(found, outcomes), indent=2, ensure_ascii=False, allow_nan=False)
        (scratch / "causes.json").write_text(text + "\n", encoding="utf-8")
        for name in outcomes:
            drawn = to_svg(waterfall(found, name))
            (scratch / f"{found.by}-{name}-causes.svg").write_text(drawn, encoding="utf-8")

    return write_folder(folder, write)
