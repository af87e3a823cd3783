"""The system around the war: rungs climbed, red lines crossed and answered, bargains and ties, endurance, the end."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tertius.impact.chronicle.telling import Line, Told, Value, teller
from tertius.impact.recorded import Floats

QUARTERS = (0.75, 0.5, 0.25)
CLOSER = 0.1  # a change of closeness from which on it is told, on the scale from -1 to 1


def _rises(values: Floats) -> list[int]:
    """Places on the week axis at which a count or a yes (1) is more than the week before."""
    return [int(week) for week in np.flatnonzero(np.diff(values) > 0) + 1]


@teller(order=40)
def rungs(told: Told) -> Iterator[Line]:
    """Rungs of the ladders, reached and left; those of stated priors by their chance too."""
    for key, ladder in told.scenario.ladders.items():
        for name, rung in ladder.rungs.items():
            subject = f"ladders.{key}.rungs.{name}"
            reached = told.output(f"{subject}.reached")
            values: dict[str, Value] = {"ladder": ladder.name, "rung": rung.name}
            for week in _rises(reached):
                if rung.output is None:
                    chance = float(told.output(f"{subject}.chance")[week])
                    text = "{ladder}: “{rung}” is reached (chance that week {chance:%})"
                    yield Line(week, "rungs", subject, text, {**values, "chance": chance})
                else:
                    yield Line(week, "rungs", subject, "{ladder}: “{rung}” is reached", values)
            for week in _rises(-reached):
                yield Line(week, "rungs", subject, "{ladder}: “{rung}” is left again", values)


@teller(order=45)
def red_lines(told: Told) -> Iterator[Line]:
    """Red lines crossed, answered and not answered in time, with how far they are believed before and after."""
    for name, line in told.scenario.red_lines.items():
        subject = f"red_lines.{name}"
        believed = told.output(f"{subject}.credibility")
        texts = {
            "crossed": "{actor}'s red line is crossed: {line}",
            "answered": "{actor} answers for its red line: {line}",
            "unanswered": "{actor} has not answered in time for its red line: {line}",
        }
        for field, text in texts.items():
            for week in _rises(told.output(f"{subject}.{field}")):
                values: dict[str, Value] = {
                    "actor": told.scenario.actors[line.actor].name,
                    "line": line.name,
                    "before": float(believed[week - 1]),
                    "after": float(believed[week]),
                }
                moved = f"{values['before']:.2f}" != f"{values['after']:.2f}"
                tail = " (believed at {before:%}, then {after:%})" if moved else " (believed at {after:%}, as before)"
                yield Line(week, "red_lines", subject, text + tail, values)


@teller(order=12)
def bargains(told: Told) -> Iterator[Line]:
    """Bargains that end, with the soldiers who were there the week before and go home."""
    for name, bargain in told.scenario.bargains.items():
        subject = f"bargains.{name}"
        for week in _rises(-told.output(f"{subject}.alive")):
            home = sum(float(told.output(f"contingents.{who}.troops")[week - 1]) for who in bargain.contingents)
            values: dict[str, Value] = {
                "bargain": bargain.name,
                "chance": float(told.output(f"{subject}.end_chance")[week]),
                "home": home,
            }
            text = "{bargain}: ends (chance that week {chance:%})"
            if home >= 1.0:
                text += "; its soldiers go home, {home} at the end of the week before"
            yield Line(week, "bargains", subject, text, values)


@teller(order=60)
def ties(told: Told) -> Iterator[Line]:
    """Ties whose closeness has moved by CLOSER or more since they were last told of, or since the as-of date."""
    for name, tie in told.scenario.ties.items():
        closeness = told.output(f"ties.{name}.closeness")
        last = float(closeness[0])
        one, two = (told.scenario.actors[actor].name for actor in tie.between)
        for week in range(1, told.weeks + 1):
            now = float(closeness[week])
            if abs(now - last) >= CLOSER:
                way = "closer" if now > last else "further apart"
                values: dict[str, Value] = {"one": one, "two": two, "way": way, "before": last, "after": now}
                text = "{one} and {two} stand {way}: closeness {before:+2} to {after:+2}, on a scale from −1 to 1"
                yield Line(week, "ties", f"ties.{name}", text, values)
                last = now


@teller(order=65)
def endurance(told: Told) -> Iterator[Line]:
    """The week in which a side's endurance first falls to three quarters, to half, to a quarter."""
    for name, side in told.scenario.sides.items():
        held = told.output(f"sides.{name}.endurance")
        for share in QUARTERS:
            below = np.flatnonzero(held <= share)
            if held[0] > share and len(below):
                values: dict[str, Value] = {"side": side.name, "share": share, "left": float(held[below[0]])}
                text = "{side} can bear {left:%} of what it could at the as-of date"
                yield Line(int(below[0]), "endurance", f"sides.{name}", text, values)


_ENDS = {"settled": "by a settlement", "ceasefire": "on a ceasefire line", "faded": "as the fighting fades"}


@teller(order=99)
def ending(told: Told) -> Iterator[Line]:
    """How the war ends, where it does; nothing is told of what comes after."""
    for week in _rises(told.output("world.ended")):
        chance = float(told.output("world.end_chance")[week])
        for kind, how in _ENDS.items():
            if told.output(f"world.{kind}")[week] > 0:
                text = f"The war ends {how} (chance of an end that week {{chance:%}})"
                yield Line(week, "ending", "world", text, {"chance": chance})
        for name, side in told.scenario.sides.items():
            if told.output(f"sides.{name}.aims_met")[week] > 0:
                text = "The war ends: {side} reaches its aims (chance of an end that week {chance:%})"
                yield Line(week, "ending", f"sides.{name}", text, {"side": side.name, "chance": chance})
            if told.output(f"sides.{name}.collapsed")[week] > 0:
                yield Line(week, "ending", f"sides.{name}", "The war ends: {side} collapses", {"side": side.name})
