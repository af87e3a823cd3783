"""Which state variables an answer is made of, so that a run keeps these and no others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tertius.engine import Layout
from tertius.impact import battlefield, strikes
from tertius.impact.reasons import whole_terms


def first_page_outputs(layout: Layout) -> tuple[str, ...]:
    """Paths of the outputs that a first page needs: the war, who steps off a level when, what else turns."""
    return tuple(dict.fromkeys((*battlefield.outputs_read(layout.scenario), *_steps(layout), *_turns(layout))))


def why_outputs(layouts: Iterable[Layout]) -> tuple[str, ...]:
    """Paths of the outputs that tell why third states take any step: a first page needs them of some futures."""
    return tuple(dict.fromkeys(path for each in layouts for path in _reasons(each, _of_third(each))))


def _of_third(layout: Layout) -> Iterator[str]:
    leads = {side.lead for side in layout.scenario.sides.values()}
    return (name for name, told in layout.scenario.instruments.items() if told.actor not in leads)


def answer_outputs(layout: Layout) -> tuple[str, ...]:
    """Paths of the outputs that a whole answer needs: also why steps are taken, and the system around the war."""
    whys = _reasons(layout, layout.scenario.instruments)
    read = (*first_page_outputs(layout), *whys, *strikes.outputs_read(layout.scenario))
    return tuple(dict.fromkeys((*read, *_system(layout))))


def reason_outputs(layout: Layout, steps: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Paths of the outputs that tell why some steps, instrument and direction, are taken."""
    asked = tuple(steps)
    chances = (f"instruments.{name}.steps.{way}.chance" for name, way in asked)
    return (*chances, *_reasons(layout, dict.fromkeys(name for name, _ in asked)))


def _steps(layout: Layout) -> Iterator[str]:
    for name in layout.scenario.instruments:
        yield f"instruments.{name}.level"
        yield from (f"instruments.{name}.steps.{way}.chance" for way in ("up", "down") if is_open(layout, name, way))
    for ladder in layout.scenario.ladders.values():
        for rung in ladder.rungs.values():
            record, _, field = (rung.output or "").rpartition(".")
            if record.startswith("instruments.") and field == "level":
                yield f"{record}.steps.up.chance"


def is_open(layout: Layout, instrument: str, way: str) -> bool:
    """Whether the level at the as-of date leaves room for a step up or down, where it is not drawn for each future."""
    start = layout.by_path[f"instruments.{instrument}.level"].quantity
    if start.prior is not None:
        return True
    top = len(layout.scenario.instruments[instrument].levels) - 1
    return start.central < top if way == "up" else start.central > 0


def _turns(layout: Layout) -> Iterator[str]:
    scenario = layout.scenario
    yield from (f"theatres.{name}.open" for name in scenario.theatres)
    for ladder, held in scenario.ladders.items():
        for rung in held.rungs:
            yield from (f"ladders.{ladder}.rungs.{rung}.{field}" for field in ("reached", "chance"))
    yield from (f"red_lines.{name}.unanswered" for name in scenario.red_lines)
    yield from (f"bargains.{name}.{field}" for name in scenario.bargains for field in ("alive", "end_chance"))


def _reasons(layout: Layout, instruments: Iterable[str]) -> Iterator[str]:
    for name in instruments:
        told = layout.scenario.instruments[name]
        yield from (f"instruments.{name}.{field}" for field in whole_terms(layout.scenario, name).values())
        interests = layout.scenario.actors[told.actor].interests
        yield from (f"instruments.{name}.effects.{stake}.worth" for stake in told.effects if stake in interests)


def _system(layout: Layout) -> Iterator[str]:
    scenario = layout.scenario
    yield from (f"world.{field}" for field in ("settled", "ceasefire", "faded", "optimism"))
    for side in scenario.sides:
        for field in ("aims_met", "collapsed", "endurance", "readiness", "fire", "cumulative_losses"):
            yield f"sides.{side}.{field}"
    for name in scenario.supply_lines:
        yield f"supply_lines.{name}.delivered"
    for actor in layout.slots["actor"]:
        yield f"{actor}.threat"
    for name in scenario.red_lines:
        for field in ("crossed", "answered", "credibility"):
            yield f"red_lines.{name}.{field}"
    for name in scenario.bargains:
        for field in ("leverage", "received", "cumulative_received"):
            yield f"bargains.{name}.{field}"
    for name in scenario.ties:
        yield f"ties.{name}.closeness"


def claim_outputs(layout: Layout) -> tuple[str, ...]:
    """Paths of the outputs that claims are held against: soldiers sent and usable, and levels."""
    scenario = layout.scenario
    sent = (f"contingents.{name}.{field}" for name in scenario.contingents for field in ("troops", "usable", "sent"))
    return (*sent, *(f"instruments.{name}.level" for name in scenario.instruments))
