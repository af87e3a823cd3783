"""What `tertius indicators` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from tertius.report import telling
from tertius.report.indicators import event, rule
from tertius.report.words import number, percent, points

if TYPE_CHECKING:
    from tertius.impact.telling import Telling
    from tertius.impact.watching import Watchlist
    from tertius.world import Scenario


def print_watchlists(found: Sequence[Watchlist], scenario: Scenario) -> None:
    """For each event its chance and the rules to watch by, the most telling first."""
    console = Console()
    for one in found:
        title = f"{event(one.target, scenario)}: {percent(one.chance)} within {one.week} weeks"
        if not one.rules:
            console.print(f"{escape(title)}. Nothing that can be seen tells these futures from the rest beyond chance.")
            continue
        console.print(f"[bold]{escape(title)}[/bold]")
        for place, row in enumerate(one.rules, 1):
            console.print(Padding(f"{place}. {escape(rule(row, scenario))}", (0, 0, 0, 1)))
            ratio = "never in vain" if row.ratio is None else f"likelihood ratio {number(row.ratio, 2)}"
            told = (
                f"then {percent(row.given)}, else {percent(row.otherwise)} (difference ±{points(row.error)} points); "
                f"hits {percent(row.hits)}, false alarms {percent(row.false_alarms)}, {ratio}; "
                f"{row.lead:.0f} weeks ahead; trips in {percent(row.tripped)}"
            )
            console.print(Padding(told, (0, 0, 0, 4)))
        console.print()
    if not found:
        console.print("No event is both open and foretold by what can be seen; ask for one by name.")
        return
    console.print(
        f"{found[0].futures:,} futures, read where the war goes on. then, else: the event's chance by the last week "
        "after the rule tripped, and where it did not. hits: futures with the event in which it had tripped before; "
        "false alarms: those without the event. weeks ahead: median from the reading to the event. Rules were chosen "
        "on half of the draws and measured on the other half. No rule is a cause."
    )


def print_telling(found: Sequence[Telling], scenario: Scenario) -> None:
    """For each hypothesis its weight, what speaks for it week by week, and the best against each rival alone."""
    console = Console()
    for one in found:
        if one.rules:
            console.print(f"[bold]{escape(telling.title(one))}[/bold]")
        else:
            console.print(f"{escape(telling.title(one))}. {telling.silent(one)}")
        for row in one.rules:
            console.print(Padding(escape(rule(row, scenario)), (0, 0, 0, 1)))
            console.print(Padding(f"{telling.speaks(row)}; trips in {percent(row.tripped)}", (0, 0, 0, 4)))
        for line in telling.against(one, found, scenario):
            console.print(Padding(escape(line), (0, 0, 0, 1)))
        console.print()
    console.print(telling.method(found))
