"""A chronicle in readable lines and as JSON data."""

from __future__ import annotations

from typing import Any

from tertius.calendar import short_day
from tertius.impact.chronicle import Chronicle, Line
from tertius.report.reactions import pulls, term_name
from tertius.report.words import number, percent, plain, with_unit


class _Shown(float):
    """A number as a reader wants it: to two digits, or as many as asked; '+' with its sign, '%' as a percentage."""

    def __format__(self, asked: str) -> str:
        if asked == "%":
            share = float(self)
            return f"{number(100 * share)}%" if share < 0.1 else percent(share)
        return number(float(self), int(asked.strip("+") or 3), sign="+" in asked)


def text_of(told: Chronicle, line: Line) -> str:
    """A line's text with its values and reasons filled in, in Markdown."""
    scenario = told.future.layout.scenario
    text = line_text(line)
    if line.reasons:
        text += f"; {pulls(scenario, line.reasons, lambda reason: reason.worth)}"
    return text


def line_text(line: Line) -> str:
    """The same without reasons."""
    values: dict[str, Any] = {
        name: plain(value) if isinstance(value, str) else _Shown(value) if isinstance(value, float) else value
        for name, value in line.values.items()
    }
    return line.text.format(**values)


def chronicle_text(told: Chronicle) -> str:
    """The whole chronicle in Markdown."""
    scenario = told.future.layout.scenario
    lines = [f"# {plain(scenario.title)}: one future", "", *(f"{sentence} " for sentence in _head(told)), ""]
    for line in told.lines:
        day = short_day(told.future.dates[line.week])
        lines.append(f"- **week {line.week}** ({day}): {text_of(told, line)}")
    if any(line.reasons for line in told.lines):
        lines += ["", "In brackets: what a reason adds to the log of the step's weight against its base rate."]
    return "\n".join(lines) + "\n"


def _head(told: Chronicle) -> list[str]:
    future = told.future
    scenario = future.layout.scenario
    outcomes = scenario.outcomes
    head = [
        f"Future {int(future.trajectories[0])} of seed {future.seed}, {future.weeks} weeks from {future.dates[0]} on. "
        "One of many that could come, not the forecast."
    ]
    choice = told.choice
    if choice is not None:
        weeks = ", ".join(str(week) for week in choice.weeks)
        when = f"week{'s' if len(choice.weeks) > 1 else ''} {weeks}"
        head.append(
            f"Chosen as typical: of {choice.futures:,} futures it is the nearest to all others in the headline "
            f"outcomes at {when} (mean distance {number(choice.distance)} standard deviations; the usual future's is "
            f"{number(choice.usual)}). What states do in it is not chosen to be typical."
        )
        if choice.event is not None and choice.comes is not None and 0 < choice.comes < 1:
            event, kept = plain(scenario.events[choice.event].name), "does" if choice.comes >= 0.5 else "does not"
            head.append(f"{event}: this comes about in {percent(choice.comes)} of futures; chosen where it {kept}.")
    ends = []
    for name, value in told.outcomes.items():
        rank = f", above {percent(choice.below[name])} of futures" if choice is not None else ""
        ends.append(f"{plain(outcomes[name].name)} {with_unit(number(value, 3), outcomes[name].unit)}{rank}")
    head.append(f"Where it ends: {'; '.join(ends)}.")
    return head


def chronicle_data(told: Chronicle) -> dict[str, Any]:
    """The whole chronicle as JSON data."""
    future, choice = told.future, told.choice
    scenario = future.layout.scenario
    return {
        "scenario": scenario.name,
        "future": int(future.trajectories[0]),
        "seed": future.seed,
        "weeks": future.weeks,
        "as_of": future.dates[0].isoformat(),
        "chosen": None
        if choice is None
        else {
            "futures": choice.futures,
            "outcomes": list(choice.outcomes),
            "weeks": list(choice.weeks),
            "distance": choice.distance,
            "usual_distance": choice.usual,
            "share_below": dict(choice.below),
            "event": choice.event,
            "event_comes": choice.comes,
        },
        "outcomes": dict(told.outcomes),
        "head": _head(told),
        "lines": [
            {
                "week": line.week,
                "date": future.dates[line.week].isoformat(),
                "kind": line.kind,
                "subject": line.subject,
                "text": text_of(told, line),
                "values": dict(line.values),
                "reasons": [
                    {"term": one.term, "name": term_name(scenario, one.term), "worth": one.worth}
                    for one in line.reasons
                ],
            }
            for line in told.lines
        ],
    }
