"""What `tertius explain` prints."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tertius.engine.explanation import Explanation
from tertius.report.explained import explained


def print_explanation(found: Explanation) -> None:
    """A name, what it is, and a row for everything that is known of it."""
    console = Console()
    console.print(f"[bold]{escape(found.name)}[/bold] ({found.kind})")
    console.print(escape(found.meaning.replace("`", "")))
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in explained(found):
        table.add_row(name, escape(text))
    if table.row_count:
        console.print(table)
