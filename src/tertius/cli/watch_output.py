"""What `tertius watch` prints and writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from tertius.api.places import write_whole
from tertius.report import collected
from tertius.report.atom import atom
from tertius.report.watched import NOTHING, because, coming, headline, reading, seen_openly, shown, standing, title

if TYPE_CHECKING:
    from tertius.forecasts.watch.watched import Watch
    from tertius.impact.collecting import Priorities
    from tertius.world import Scenario


def print_watch(found: Watch, scenario: Scenario, today: bool) -> None:
    """The watch: every event with its rules, then what was read, what is missing and what is coming.

    today: whether its day is today for want of another.
    """
    console = Console()
    console.print(f"[bold]{escape(scenario.title)}[/bold]")
    console.print(escape(headline(found)))
    console.print()
    for one in found.events:
        console.print(f"[bold]{escape(title(one, scenario, found.ended))}[/bold]")
        for rule in shown(one):
            console.print(Padding(f"{escape(standing(rule, scenario))}.", (0, 0, 0, 2)))
        if not one.rules:
            console.print(Padding(NOTHING, (0, 0, 0, 2)))
        if because(one):
            console.print(Padding(escape(because(one)), (0, 0, 0, 2)))
        console.print()
    _rows(console, "Read so far", (reading(one, scenario) for one in found.readings))
    _rows(console, "Against the odds", (seen_openly(one, scenario) for one in found.openly))
    _rows(console, "Coming", coming(found, scenario))
    _rows(console, "Not read", found.notes)
    claims = f", weighed by {found.claims} accepted claims" if found.claims else ""
    console.print(
        f"Watch of {found.day}{', today, as no --as-of names another day' if today else ''}. "
        f"{found.futures:,} futures as of {found.as_of}{claims}. now: share of the futures that agree with all that "
        "was seen; rules are not multiplied. In brackets its 80% interval, by the number of futures alone. alone: the "
        "chance by one rule. No rule is a cause."
    )


def print_priorities(found: Sequence[Priorities], scenario: Scenario) -> None:
    """What would narrow each answer most."""
    console = Console()
    for one in found:
        console.print(f"[bold]{escape(collected.title(one, scenario))}[/bold]")
        for place, each in enumerate(one.rows, 1):
            console.print(Padding(f"{place}. {escape(collected.row(each, one, scenario))}", (0, 0, 0, 1)))
        if not one.rows:
            console.print(Padding("Nothing would narrow it beyond chance, in so many futures.", (0, 0, 0, 1)))
        console.print()
    console.print(
        "narrower: how much shorter the 80% interval would be, by the share of the variance that this alone tells. "
        "moves: root mean square. "
        "A reading is taken where the war goes on. A quantity is taken to be known exactly, a bound on what any study "
        "could give. Parts overlap and do not add up."
    )


def write_atom(found: Watch, scenario: Scenario, file: Path) -> None:
    """The feed, whole or not at all. Raises ArchiveError."""
    write_whole(file, atom(found, scenario), option="--atom")


def _rows(console: Console, name: str, rows: Iterable[str]) -> None:
    told = list(rows)
    if told:
        console.print(f"[bold]{name}[/bold]")
        for row in told:
            console.print(Padding(escape(row), (0, 0, 0, 2)))
        console.print()
