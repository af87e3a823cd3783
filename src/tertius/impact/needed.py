"""Which state variables an answer is made of, so that a run keeps these and no others."""

from __future__ import annotations

from collections.abc import Iterator

from tertius.engine import Layout
from tertius.impact import battlefield
from tertius.impact.reasons import WHOLE


def first_page_outputs(layout: Layout) -> tuple[str, ...]:
    """Paths of the outputs that the first page of a brief needs: the war itself, and who steps off a level when."""
    return (*battlefield.outputs_read(layout.scenario), *_steps(layout))


def answer_outputs(layout: Layout) -> tuple[str, ...]:
    """Paths of the outputs that a whole answer needs: also why steps are taken, and the system around the war."""
    return (*first_page_outputs(layout), *_reasons(layout), *_system(layout))


def _steps(layout: Layout) -> Iterator[str]:
    for name in layout.scenario.instruments:
        yield f"instruments.{name}.level"
        for way in ("up", "down"):
            yield f"instruments.{name}.steps.{way}.chance"


def _reasons(layout: Layout) -> Iterator[str]:
    for name, told in layout.scenario.instruments.items():
        yield from (f"instruments.{name}.{field}" for field in WHOLE.values())
        interests = layout.scenario.actors[told.actor].interests
        yield from (f"instruments.{name}.effects.{stake}.worth" for stake in told.effects if stake in interests)


def _system(layout: Layout) -> Iterator[str]:
    scenario = layout.scenario
    yield "world.settled"
    yield "world.optimism"
    for name in scenario.theatres:
        yield f"theatres.{name}.open"
    for side in scenario.sides:
        for field in ("collapsed", "endurance", "readiness", "fire", "cumulative_losses"):
            yield f"sides.{side}.{field}"
    for name in scenario.supply_lines:
        yield f"supply_lines.{name}.delivered"
    for actor in layout.slots["actor"]:
        yield f"{actor}.threat"
    for ladder, held in scenario.ladders.items():
        for rung in held.rungs:
            for field in ("reached", "chance"):
                yield f"ladders.{ladder}.rungs.{rung}.{field}"
    for name in scenario.red_lines:
        for field in ("crossed", "answered", "unanswered", "credibility"):
            yield f"red_lines.{name}.{field}"
    for name in scenario.bargains:
        for field in ("alive", "end_chance", "leverage", "received", "cumulative_received"):
            yield f"bargains.{name}.{field}"
    for name in scenario.ties:
        yield f"ties.{name}.closeness"
