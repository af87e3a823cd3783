"""What `tertius check --next` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from tertius.report.words import number, with_unit

if TYPE_CHECKING:
    from tertius.impact.lookups import Lookup


def print_lookups(scenario: str, found: Sequence[Lookup]) -> None:
    """The numbers to look up, the one that would move the answer furthest first."""
    console = Console()
    if not found:
        console.print(f"{escape(scenario)}: nothing is marked missing. `tertius brief` says what the answer turns on.")
        return
    console.print(f"To look up in {escape(scenario)}, what would move the answer furthest first:")
    for place, each in enumerate(found, 1):
        line = f", line {each.line}" if each.line else ""
        console.print(f"\n[bold]{place:2}. {escape(each.path)}[/bold]{line}")
        for text in _told(each):
            console.print(Padding(escape(text), (0, 0, 0, 4)))
    console.print(
        "\nReplace prior, source and note of each by what you find; tertius explain PATH FILE says more of one."
    )


def _told(each: Lookup) -> Iterator[str]:
    yield each.note or each.meaning
    if each.is_line:
        yield "the file has no such red line; the first number is without it, the second with it, believed at 90%"
        between = f"from {number(each.at_low, 2)} to {number(each.at_high, 2)}"
        yield f"would move what the entry adds to “{each.outcome}” {with_unit(between, each.measured)}"
        return
    ends = f"{number(each.low, 2)} to {number(each.high, 2)}"
    yield f"stands on {with_unit(ends, each.unit)} (80%), middle {number(each.middle, 2)}"
    between = f"between {number(each.at_low, 2)} and {number(each.at_high, 2)}"
    if each.error is None or abs(each.change) < 2 * each.error:
        yield f"moves what the entry adds to “{each.outcome}” by no more than chance"
    else:
        yield f"moves what the entry adds to “{each.outcome}” {with_unit(between, each.measured)}"
