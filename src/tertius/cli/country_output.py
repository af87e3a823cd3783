"""What `tertius country` prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from tertius.reference.states import columns
from tertius.report.words import number

if TYPE_CHECKING:
    from tertius.api.countries import Country
    from tertius.reference.states import Known, Pair, State

SHOWN = 12
NAMES = {
    "population": "population",
    "gdp": "GDP, current dollars",
    "gdp_ppp": "GDP, 2017 PPP dollars",
    "soldiers": "soldiers",
    "military_spending": "military spending, dollars",
    "capability_share": "share of world capability",
    "regime": "democracy score",
    "ideal_point": "ideal point in the UN",
    "area": "area, km²",
}
LARGE = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))
WATER = {0: "none", 1: "by land", 2: "12 miles of water", 3: "24 miles of water", 4: "150 miles", 5: "400 miles"}


def print_country(found: Country) -> None:
    """A state, and what it is to the other where one was named."""
    console = Console()
    state = found.state
    console.print(f"[bold]{state.name}[/bold] ({state.code}), as of {state.year}; capital {state.capital}")
    _print(console, _of_state(found))
    if found.pair is not None:
        console.print(f"\n[bold]{state.name} and {found.pair.other.name}[/bold], as of {found.pair.year}")
        _print(console, _of_pair(found.pair))
    tables = found.tables
    console.print(f"\nFrom {tables.said}.", highlight=False)
    if tables.note:
        console.print(f"note: {tables.note}", highlight=False)


def print_sources() -> None:
    """Who publishes each column, how far it goes, on what terms."""
    table = Table("column", "publisher", "to", "terms", box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name, column in columns().items():
        table.add_row(name, column.publisher, str(column.until), column.terms)
    console = Console()
    console.print()
    console.print(table)


def _print(console: Console, rows: Iterator[tuple[str, str]]) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in rows:
        table.add_row(name, text)
    console.print(table)


def _of_state(found: Country) -> Iterator[tuple[str, str]]:
    state, around = found.state, found.around
    for name, words in NAMES.items():
        known = state.values.get(name)
        yield words, "not known" if known is None else _known(known)
    major = state.get("major_power")
    yield "major power", "yes" if major else "no"
    yield "borders", _codes([each.other for each in around.neighbours])
    yield "across the sea", _codes([each.other for each in around.near])
    yield "defence pacts", _codes([each.other for each in around.allies])
    yield "rivals", _codes([each.other for each in around.rivals])
    parts = [f"{each.other.code} {each.trade[0].value:.0%}" for each in around.trade if each.trade[0]]
    yield (
        "trade",
        f"{', '.join(parts)} ({around.trade[0].trade[0].year})" if parts and around.trade[0].trade[0] else "-",
    )


def _of_pair(pair: Pair) -> Iterator[tuple[str, str]]:
    yield "border", WATER[pair.contiguity]
    yield "capitals apart", f"{number(pair.distance, 3)} km"
    yield f"{pair.one.code} owes", ", ".join(pair.obligations) or "nothing"
    yield f"{pair.other.code} owes", ", ".join(pair.owed) or "nothing"
    for pact in pair.pacts:
        yield "since the data's end", f"{pact.name}, {pact.since} ({pact.publisher})"
    yield "rivalry", ", ".join(pair.rivalry) or "none"
    for state, known in zip((pair.one, pair.other), pair.trade, strict=True):
        share = "under 1%" if known is None else f"{known.value:.1%} ({known.year})"
        yield f"share of {state.code}'s trade", share
    yield "disputes in ten years", f"{pair.disputes_10y} (to {min(pair.year, columns()['disputes_10y'].until)})"


def _known(known: Known) -> str:
    scale, word = next(((size, word) for size, word in LARGE if abs(known.value) >= size), (1.0, ""))
    return f"{number(known.value / scale, 3)}{word} ({known.year})"


def _codes(states: list[State]) -> str:
    more = len(states) - SHOWN
    named = ", ".join(state.name for state in states[:SHOWN])
    return (f"{named} and {more} more" if more > 0 else named) or "none"
