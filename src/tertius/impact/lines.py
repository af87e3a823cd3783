"""Red lines that a draft leaves out: what each would do to the answer, had it been declared and were it believed.

Which lines were declared, no data set says. A candidate is a line at a contingent's soldiers, of a major power that can
warn their sender and could answer by sanctions or arms. It is put into both worlds with a credibility of .9, and the
difference between them is held beside that without the line, on the same futures with the same luck.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from tertius.engine import Layout, Options
from tertius.impact.question import Question, other_of
from tertius.impact.sensitivity import differences
from tertius.world import Scenario
from tertius.world.loader import build
from tertius.world.yaml_source import Node

BELIEVED: Final = 0.9
ANSWERS: Final = ("strike-permission", "arms", "munitions", "sanctions", "pressure")
"""Kinds of instruments that can answer, what would be felt most first."""
LEAST: Final = 1000.0
"""Soldiers in battle from which on the line is crossed, or twice those that fight already."""
CHOSEN: Final = {"unit": "persons", "source": "choice"}
PLACE: Final = "red line of --next"


@dataclass(frozen=True)
class LineMoved:
    """What a line would move: by outcome the difference at the last week without and with it, and the error of both."""

    key: str
    name: str
    without: Mapping[str, float]
    with_it: Mapping[str, float]
    error: Mapping[str, float]


def candidates(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """Red lines that may have been declared, as a scenario writes them, by id; none of an actor that has one."""
    major = {
        record.actor
        for record in scenario.relations.values()
        if record.actor and record.side is None and _value(record.quantities.get("major_power"))
    }
    spoken = {line.actor for line in scenario.red_lines.values()}
    return dict(_candidates(scenario, {actor for actor in major if actor is not None} - spoken))


def _candidates(scenario: Scenario, actors: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for warns, instrument in scenario.instruments.items():
        if instrument.kind != "warning" or instrument.actor not in actors:
            continue
        sent = next((key for key, one in scenario.contingents.items() if one.actor == instrument.towards), None)
        own = {one.kind: key for key, one in scenario.instruments.items() if one.actor == instrument.actor}
        answer = next((own[kind] for kind in ANSWERS if kind in own), None)
        if sent is None or answer is None:
            continue
        steps = (
            key for key, one in scenario.instruments.items() if one.actor == instrument.towards and one.kind == "troops"
        )
        yield f"{instrument.actor}-{sent}", _line(scenario, sent, warns, answer, next(steps, None))


def _line(scenario: Scenario, sent: str, warns: str, answer: str, deterred: str | None) -> dict[str, Any]:
    instrument, contingent = scenario.instruments[warns], scenario.contingents[sent]
    told: dict[str, Any] = {
        "name": f"{contingent.name} in battle",
        "actor": instrument.actor,
        "output": f"contingents.{sent}.troops",
        "threshold": {"value": max(LEAST, 2 * _value(contingent.quantities.get("troops"))), **CHOSEN},
        "signal": warns,
        "answer": answer,
        "credibility": {"value": BELIEVED, "unit": "1", "source": "choice"},
        "lost": _judged({"uniform": {"low": 0, "high": 1}}, "1", "Whether silence costs belief is disputed."),
        "answer_weeks": _judged({"triangular": {"low": 2, "mode": 6, "high": 16}}, "week", "A season at most."),
        "deterrence": _judged({"lognormal": {"median": 0.3, "p90": 1}}, "1", "What a word holds off."),
    }
    return {**told, "deters": deterred} if deterred else told


def moved(layout: Layout, question: Question, options: Options) -> list[LineMoved]:
    """What each candidate would move."""
    scenario = layout.scenario
    every = candidates(scenario)
    if not every:
        return []
    plain = differences(layout, other_of(layout, question), options)
    found = []
    for key, line in every.items():
        held = Layout.of(_with_line(scenario, key, line), layout.overrides)
        told = differences(held, other_of(held, question), options)
        error = (told - plain).std(axis=0, ddof=1) / np.sqrt(len(plain)) if len(plain) > 1 else np.inf * plain[0]
        found.append(
            LineMoved(
                key,
                f"{scenario.actors[line['actor']].name}: {line['name']}",
                dict(zip(scenario.outcomes, plain.mean(axis=0).tolist(), strict=True)),
                dict(zip(scenario.outcomes, told.mean(axis=0).tolist(), strict=True)),
                dict(zip(scenario.outcomes, error.tolist(), strict=True)),
            )
        )
    return found


def _with_line(scenario: Scenario, key: str, line: Mapping[str, Any]) -> Scenario:
    root = scenario.tree
    lines = root.children().get("red_lines")
    held = {**(lines.children() if lines is not None else {}), key: Node.of(dict(line), PLACE, 1)}
    tree = Node({**root.children(), "red_lines": Node(held, root.file, root.line)}, root.file, root.line)
    return build(tree, scenario.name)


def _judged(prior: dict[str, Any], unit: str, note: str) -> dict[str, Any]:
    return {"prior": prior, "unit": unit, "source": "judgement", "note": note}


def _value(quantity: Any) -> float:
    return 0.0 if quantity is None else float(quantity.central)
