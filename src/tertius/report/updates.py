"""The brief of changes: what an update moved, each number beside what it was, in words for a page or a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

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
    lines += [f"not asked again: {name}: {' '.join(why.split())}" for name, why in told.left.items()]
    if told.sealed is not None:
        lines += [f"not sealed: {name}: {' '.join(why.split())}" for name, why in told.sealed.left.items()]
        lines.append(f"sealed {len(told.sealed.added)} forecasts; last entry {told.sealed.head}")
    return lines


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


def _cause(now: Number, causes: object) -> str:
    assert isinstance(causes, dict)
    shown = [
        f"{name} {_signed(now, part)}" for name, part in causes.items() if _signed(now, part)[1:] != _signed(now, 0)[1:]
    ]
    return ", ".join(shown)


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
            units = sorted({each.now.unit for each in told.changes if each.now.kind == kind} - {"1"})
            lines += [f"## {title}{f' ({units[0]})' if len(units) == 1 else ''}", ""]
            lines += [_line(HEADS), _line(["---"] * len(HEADS)), *(_line(row) for row in found), ""]
    lines.append(explained(told))
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def explained(told: Updated) -> str:
    """How to read the tables, in a few sentences."""
    return (
        f"*noise*: within 1.645 standard errors of the futures drawn. *like it before*: chances in the same "
        f"fifth, over about as many weeks; from {told.record}."
    )
