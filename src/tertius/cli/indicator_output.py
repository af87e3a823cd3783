"""What `tertius indicators` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tertius.report.indicators import event, rule
from tertius.report.words import number, percent, points

if TYPE_CHECKING:
    from tertius.impact.watching import Watchlist
    from tertius.world import Scenario


def print_watchlists(found: Sequence[Watchlist], scenario: Scenario) -> None:
    """A table an event: the rules to watch by, the most telling first."""
    console = Console()
    for one in found:
        title = f"{event(one.target, scenario)}: {percent(one.chance)} within {one.week} weeks"
        if not one.rules:
            console.print(f"{escape(title)}. Nothing that can be seen tells these futures from the rest beyond chance.")
            continue
        table = Table(title=escape(title), title_justify="left")
        table.add_column("watch for")
        for column in ("then", "else ±", "hits", "false alarms", "ratio", "lead", "trips"):
            table.add_column(column, justify="right")
        for row in one.rules:
            table.add_row(
                escape(rule(row, scenario)), percent(row.given), f"{percent(row.otherwise)} ±{points(row.error)}",
                percent(row.hits), percent(row.false_alarms), "-" if row.ratio is None else number(row.ratio, 2),
                f"{row.lead:.0f} wk", percent(row.tripped),
            )  # fmt: skip
        console.print(table)
    if not found:
        console.print("No event is both open and foretold by what can be seen; ask for one by name.")
        return
    console.print(
        f"{found[0].futures:,} futures. then, else: the event's chance after the rule tripped, and where it did not, ± "
        "one standard error of their difference. hits: futures with the event in which it tripped before; false "
        "alarms: those without. ratio: hits to false alarms. lead: median weeks from the reading to the event. Chosen "
        "on half of the draws, measured on the other half. No rule is a cause."
    )
