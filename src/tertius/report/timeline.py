"""A dated timeline: what has happened, and what is likely when, by the futures with the entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tertius.impact import Comparison, Recorded, happened
from tertius.report.words import percent, plain

LEAST = 0.05  # rarer than this is in the tables of escalation, not on the timeline
LEAST_STEP = 0.3
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Moment:
    """Something that happens in a share of futures, with the 10, 50 and 90% quantiles of its week among them."""

    text: str
    share: float
    weeks: tuple[int, int, int]


def timeline(comparison: Comparison) -> list[dict[str, Any]]:
    """Rows by median date: when, what, in what share of futures. Empty where an archive kept no states."""
    if not len(comparison.base.everything):
        return []
    dates = comparison.base.dates
    found = sorted(_moments(Recorded(comparison.base)), key=lambda moment: (moment.weeks[1], -moment.share))
    return [
        {
            "when": f"{dates[one.weeks[1]]:%-d %b %Y}",
            "range": f"{dates[one.weeks[0]]:%-d %b %Y} to {dates[one.weeks[2]]:%-d %b %Y}",
            "what": one.text,
            "share": percent(one.share),
        }
        for one in found
    ]


def _moment(text: str, came: Floats, least: float) -> Iterator[Moment]:
    """From whether it has happened by each week, (trajectory, week + 1); what was there at the start is no news."""
    new = (came[:, 0] == 0) & (came[:, -1] > 0)
    share = float(new.mean())
    if share >= least:
        weeks = came[new].argmax(axis=1)
        low, middle, high = (int(x) for x in np.quantile(weeks, (0.1, 0.5, 0.9), method="nearest"))
        yield Moment(text, share, (low, middle, high))


def _moments(base: Recorded) -> Iterator[Moment]:
    scenario = base.scenario
    for name, contingent in scenario.contingents.items():
        sent = base.output(f"contingents.{name}.sent")
        yield from _moment(f"{plain(contingent.name)}: the first are committed", happened(sent), LEAST)
    for name, theatre in scenario.theatres.items():
        if theatre.closes_at_zero:
            closed = happened(1.0 - base.output(f"theatres.{name}.open"))
            yield from _moment(f"{plain(theatre.name)}: closed", closed, LEAST)
    for name, told in scenario.instruments.items():
        level = base.output(f"instruments.{name}.level")
        start = level[:, :1]
        actor = plain(scenario.actors[told.actor].name)
        for word, moved in (("up", level > start), ("down", level < start)):
            text = f"{actor}: {plain(told.name)}, a step {word}"
            yield from _moment(text, np.maximum.accumulate(moved, axis=1).astype(float), LEAST_STEP)
    for ladder, held in scenario.ladders.items():
        for key, rung in held.rungs.items():
            reached = happened(base.output(f"ladders.{ladder}.rungs.{key}.reached"))
            stated = " (a stated prior, no result)" if rung.is_stated else ""
            yield from _moment(f"{plain(held.name)}: {plain(rung.name)}{stated}", reached, LEAST)
    for name, line in scenario.red_lines.items():
        unanswered = happened(base.output(f"red_lines.{name}.unanswered"))
        actor = plain(scenario.actors[line.actor].name)
        yield from _moment(f"{actor}'s line *{plain(line.name)}* has been crossed without an answer", unanswered, LEAST)
    for name, bargain in scenario.bargains.items():
        yield from _moment(
            f"{plain(bargain.name)}: the bargain ends", happened(1.0 - base.output(f"bargains.{name}.alive")), LEAST
        )
    yield from _moment("the war ends", happened(base.output("world.ended")), LEAST)
