"""Answers to questions, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tertius.forecasts.questions.asking import Answers, Asked, Chance


def print_asked(told: Answers) -> None:
    """Print the answers, each with its past, what the entry adds and what moves it."""
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False, soft_wrap=True)
    scenario = told.layout.scenario
    console.print(f"[bold]{escape(scenario.title)}[/bold], as of {scenario.as_of}: {told.futures:,} futures")
    if told.without:
        console.print(f"What the entry adds: these futures, less the same {escape(', '.join(told.without))}.")
    for each in told.asked:
        console.print(f"\n[bold]{escape(each.question.id)}[/bold]  {escape(each.question.text)}")
        console.print(f"  {_about(each)}")
        _print_branches(console, each)
        for line in _notes(told, each):
            console.print(f"  {escape(line)}")


def _about(each: Asked) -> str:
    question = each.question
    unit = "" if each.unit in ("1", "") else f", {each.unit}"
    line = "" if question.line is None else f" {question.line:g}"
    of = " of weekly changes" if question.of == "changes" else ""
    return f"{question.take}{line}{of}: {question.path}{unit}; weeks after {each.starts} up to {each.ends}"


def _print_branches(console: Any, each: Asked) -> None:
    from rich.table import Table

    from tertius.forecasts.questions.rule import SIGNS

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    names = ["  threshold", "chance", "80%", "base rate", "as last time", "entry adds"]
    for place, name in enumerate(names):
        table.add_column(name, justify="left" if place == 0 else "right", no_wrap=True)
    for branch in each.branches:
        if branch.name is not None:
            console.print(f"  given {branch.name}: {branch.futures:,} futures")
        if branch.refused:
            console.print(f"  no chance is told: {branch.refused}")
        for chance in branch.chances:
            sign = SIGNS[each.question.relation]
            lead = f"  {branch.name}: " if branch.name else "  "
            table.add_row(f"{lead}{sign} {chance.threshold:,g}", *_cells(chance))
    if table.row_count:
        console.print(table)


def _cells(chance: Chance) -> tuple[str, ...]:
    low, high = chance.interval
    adds = "" if chance.adds is None else f"{100 * chance.adds:+.1f} pts"
    return (
        _percent(chance.chance),
        f"{_percent(low)}-{_percent(high)}",
        "none" if chance.base is None else _percent(chance.base),
        "none" if chance.persistence is None else _percent(chance.persistence),
        adds,
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%" if share < 0.095 or share > 0.905 else f"{100 * share:.0f}%"


def _notes(told: Answers, each: Asked) -> list[str]:
    from tertius.forecasts.questions.rule import SIGNS
    from tertius.report.phrases import quantity_name

    lines = []
    rates = each.rates
    if rates.base is None:
        lines.append(f"no base rate: {rates.source}")
    else:
        lines.append(f"base rate: {rates.windows:.0f} separate windows of {rates.source}")
    if each.reasons:
        sign = f"{SIGNS[each.question.relation]} {each.about_threshold:,g}"
        lines.append(f"what moves the chance of {sign} (lowest third, highest third of the quantity):")
        for reason in each.reasons:
            name = quantity_name(told.layout.scenario, reason.path)
            lines.append(f"  {name}: {_percent(reason.low)}, {_percent(reason.high)}")
    else:
        lines.append("no quantity moves the chance beyond what chance makes")
    if each.unsettled:
        lines.append("cannot be sealed, nothing here settles it:")
        lines += [f"  {line.strip()}" for line in each.unsettled.splitlines()]
    return lines
