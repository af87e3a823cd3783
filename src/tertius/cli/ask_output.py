"""Answers to questions, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tertius.report.asked_questions import about, cells, notes

if TYPE_CHECKING:
    from tertius.forecasts.questions.asking import Answers, Asked


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
        console.print(f"  {about(each)}")
        _print_branches(console, each)
        for line in notes(told, each):
            console.print(f"  {escape(line)}")


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
            table.add_row(f"{lead}{sign} {chance.threshold:,g}", *cells(chance))
    if table.row_count:
        console.print(table)
