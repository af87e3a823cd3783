"""One state of an answer in detail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tertius.api.result import Comparison
    from tertius.world import Scenario
    from tertius.world.quantity import Quantity


def detail(held: Comparison, actor: str) -> dict[str, Any]:
    """What a state cares for, holds, did, and is pulled by; and on what that rests."""
    scenario = held.scenario
    interests = scenario.actors[actor].interests
    mine = {key: one for key, one in scenario.instruments.items() if one.actor == actor}
    record = sorted((one for one in scenario.record.values() if one.instrument in mine), key=lambda one: one.date)
    named: dict[str, None] = {}
    for one in interests.values():
        named |= dict.fromkeys(_sources(one.quantities.values()))
    for told in mine.values():
        named |= dict.fromkeys(
            _sources([told.level, *(q for step in told.steps.values() for q in step.quantities.values())])
        )
    for step in record:
        named |= dict.fromkeys(name for name in step.source if name in scenario.sources)
    return {
        "id": actor,
        "name": scenario.actors[actor].name,
        "leads": any(side.lead == actor for side in scenario.sides.values()),
        "stakes": list(_stakes(scenario, actor)),
        "instruments": [_instrument(held, key) for key in mine],
        "record": [
            {
                "date": one.date.isoformat(),
                "instrument": scenario.instruments[one.instrument].name,
                "step": one.step,
                "text": one.text,
                "sources": [name for name in one.source if name in scenario.sources],
            }
            for one in record
        ],
        "since": min((one.recorded_since.isoformat() for one in mine.values() if one.recorded_since), default=None),
        "pulls": list(_pulls(held, actor)),
        "sources": [_source(scenario, name) for name in named if name in scenario.sources],
    }


def _sources(quantities: Any) -> Iterator[str]:
    for one in quantities:
        yield from one.source_ids


def _stakes(scenario: Scenario, actor: str) -> Iterator[dict[str, Any]]:
    told = [(key, one, one.quantities.get("weight")) for key, one in scenario.actors[actor].interests.items()]
    told.sort(key=lambda row: -(row[2].central if row[2] is not None else 0.0))
    for key, one, weight in told:
        stake = scenario.stakes[key]
        yield {
            "id": key,
            "name": stake.name,
            "wants": one.wants,
            "weight": _weight(weight),
            "basis": "" if weight is None else weight.basis,
            "note": one.note or (weight.note if weight is not None else None) or "",
            "sources": [] if weight is None else list(weight.source_ids),
        }


def _weight(weight: Quantity | None) -> str:
    from tertius.report.words import interval, number

    if weight is None:
        return ""
    if weight.prior is None:
        return number(weight.central)
    low, high = weight.quantile([0.1, 0.9]).tolist()
    return f"{number(weight.central)} ({interval(low, high)})"


def _instrument(held: Comparison, key: str) -> dict[str, Any]:
    from tertius.report.words import number

    told, found = held.scenario.instruments[key], held.answer.reactions
    rows = found.at_horizon() if found is not None else ()
    level = next((one.level for one in rows if one.instrument == key), None)
    return {
        "id": key,
        "name": told.name,
        "kind": told.kind,
        "towards": held.scenario.actors[told.towards].name,
        "levels": list(told.levels),
        "level": int(told.level.central),
        "expected": None if level is None else {"with": number(level[0]), "without": number(level[1])},
    }


def _pulls(held: Comparison, actor: str) -> Iterator[dict[str, Any]]:
    """Why each open step of the state is taken, in words of the report, and its terms as numbers."""
    from tertius.report.reactions import step_row, step_sentence, term_name

    found = held.answer.reactions
    whys = {(one.instrument, one.direction): one for one in held.answer.reasons or ()}
    steps = (*found.steps(), *found.steps(third=False)) if found is not None else ()
    for reaction, direction, step in steps:
        why = whys.get((reaction.instrument, direction))
        if reaction.actor != actor or why is None or found is None:
            continue
        yield {
            "instrument": reaction.instrument,
            "direction": direction,
            "step": step_row(held.scenario, reaction, direction, step).step,
            "text": step_sentence(held.scenario, reaction, direction, step, why, found.futures),
            "terms": [
                {"name": term_name(held.scenario, term.term), "worth": term.worth, "by_entry": term.by_entry}
                for term in sorted(why.terms, key=lambda term: -abs(term.worth))
            ],
        }


def _source(scenario: Scenario, name: str) -> dict[str, Any]:
    told = scenario.sources[name]
    return {
        "id": name,
        "title": told.title,
        "publisher": told.publisher,
        "date": told.date.isoformat(),
        "grade": told.grade,
        "url": told.url,
    }
