"""What a call gives at once: the first page in words, the headline numbers, and where the rest is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tertius.assistants.kept import address
from tertius.impact.written import plain_data
from tertius.report.terminal import page_text
from tertius.report.watched import because, coming, headline, shown, standing, title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tertius.api.result import Comparison
    from tertius.forecasts.watch.watched import Watch
    from tertius.world import Scenario

END = "\nThe rest: "
"""What a first page on a terminal ends with: where the rest is there."""


def head_of(made: Comparison, outcomes: Sequence[str]) -> dict[str, Any]:
    """What every answer begins with; records as `tertius schema` describes them."""
    answer = made.answer
    told = [each for each in answer.outcomes if each.id in outcomes]
    return {
        "scenario": answer.run.scenario,
        "title": answer.run.title,
        "as_of": answer.run.as_of.isoformat(),
        "less": list(answer.question.labels),
        "futures": answer.run.futures,
        "weeks": answer.run.weeks,
        "seed": answer.run.seed,
        "outcomes": plain_data(told),
        "differences": plain_data([each for each in answer.differences if each.outcome in outcomes]),
    }


def page_of(made: Comparison) -> dict[str, Any]:
    """The first page: in words as on a terminal, and its chances."""
    summary = made.answer.summary
    text = page_text(made.answer, made.scenario).partition(END)[0]
    return {"text": text, "chances": plain_data(list(summary.chances)) if summary is not None else []}


def rest_of(name: str, data: str) -> dict[str, Any]:
    """Where the rest of an answer is: the tool, the resources, and the characters of each part."""
    parts = json.loads(data)
    sizes = {key: len(json.dumps(value, ensure_ascii=False)) for key, value in parts.items() if value not in (None, [])}
    return {"answer": name, "tool": "rest", "json": address(name), "text": f"{address(name)}/text", "parts": sizes}


def watch_text(found: Watch, scenario: Scenario) -> str:
    """A watch in words: every event with its rules, and what is coming."""
    lines = [found.title, headline(found)]
    for one in found.events:
        lines += ["", title(one, scenario, found.ended), *(f"  {standing(rule, scenario)}." for rule in shown(one))]
        lines += [f"  {because(one)}"] if because(one) else []
    ahead = list(coming(found, scenario))
    lines += ["", "Coming", *(f"  {each}" for each in ahead)] if ahead else []
    return "\n".join(lines) + "\n"
