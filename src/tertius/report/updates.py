"""The brief of changes: what an update moved, each number beside what it was, in words for a page or a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tertius.units import unit_name

if TYPE_CHECKING:
    from tertius.forecasts.updating.changes import Change
    from tertius.forecasts.updating.numbers import Number
    from tertius.forecasts.updating.updating import Updated

HEADS = ("", "by", "now", "80%", "last", "month", "baseline", "change", "cause", "like it before")
TITLES = {
    "chance": "Chances of the questions",
    "level": "Outcomes, with the entry",
    "effect": "What the entry adds",
}
NOISE = "noise"
LEAST = 0.05


def headline(told: Updated) -> list[str]:
    """The lines before the tables."""
    changed = ", ".join(told.changed) or "nothing"
    lines = [f"moved from {told.before} to {told.day}; since then changed: {changed}"]
    for state in ("happened", "called off", "unknown"):
        names = [each.name for each in told.passed if each.state == state]
        said = {"unknown": "went by, and no record says what came"}.get(state, state)
        lines += [f"{said}: {'; '.join(names)}"] if names else []
    lines += [f"note: {note}" for note in told.notes]
    lines += [f"window over: {', '.join(told.over)}"] if told.over else []
    lines += _grouped("not asked again", told.left)
    if told.sealed is not None:
        lines += _grouped("not sealed", told.sealed.left)
        lines.append(f"sealed {len(told.sealed.added)} forecasts; last entry {told.sealed.head}")
    return lines


def _grouped(said: str, left: Mapping[str, str]) -> list[str]:
    """A line for each reason, with all that it is the reason for."""
    by_reason: dict[str, list[str]] = {}
    for name, why in left.items():
        by_reason.setdefault(" ".join(why.split()), []).append(name)
    return [f"{said}: {', '.join(names)}: {why}" for why, names in by_reason.items()]


def rows(told: Updated, kind: str) -> list[tuple[str, ...]]:
    """The table of one kind of number, without its heads."""
    return [_row(each) for each in told.changes if each.now.kind == kind]


def _row(each: Change) -> tuple[str, ...]:
    now = each.now
    change = "" if each.change is None else NOISE if each.is_noise else _signed(now, each.change)
    cause = "" if each.is_noise or not each.causes else _cause(now, each.causes)
    past = [_value(now, one.value) if one is not None else "-" for one in (each.last, each.month, each.baseline)]
    interval = f"{_value(now, now.low)} to {_value(now, now.high)}"
    return (now.name, now.target, _value(now, now.value), interval, *past, change, cause, each.record)


def _cause(now: Number, causes: Mapping[str, float]) -> str:
    """The parts that make a twentieth of the largest or more."""
    largest = max(abs(part) for part in causes.values())
    return ", ".join(f"{n} {_signed(now, part)}" for n, part in causes.items() if abs(part) >= LEAST * largest > 0.0)


def _value(now: Number, value: float) -> str:
    if now.kind == "chance":
        share = 100 * value
        return f"{share:.1f}%" if 0 < share < 10 else f"{share:.0f}%"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _signed(now: Number, change: float) -> str:
    if now.kind == "chance":
        return f"{100 * change:+.0f} pts"
    return f"{change:+,.0f}" if abs(change) >= 100 else f"{change:+.2g}"


def changes_text(told: Updated) -> str:
    """The brief of changes as Markdown."""
    lines = [f"# Changes to {told.day}", "", *(f"- {line}" for line in headline(told)), ""]
    for kind, title in TITLES.items():
        found = rows(told, kind)
        if found:
            units = sorted({unit_name(each.now.unit) for each in told.changes if each.now.kind == kind} - {""})
            lines += [f"## {title}{f' ({units[0]})' if len(units) == 1 else ''}", ""]
            lines += [_line(HEADS), _line(["---"] * len(HEADS)), *(_line(row) for row in found), ""]
    lines.append(explained(told))
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def explained(told: Updated) -> str:
    """How to read the tables, in a few sentences."""
    return (
        "*noise*: within 1.645 standard errors of the futures drawn. *like it before*: chances in the same fifth, over "
        f"about as many weeks, from {told.record}; outcomes by mean CRPS in the backtest of the scenario's fit."
    )
