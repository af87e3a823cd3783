"""What the commands print for a reader: tables and the brief, on standard output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import typer
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Markdown, MarkdownElement, TableElement
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from tertius.engine import Ensemble
from tertius.engine.archive import manifest
from tertius.impact import standings
from tertius.impact.answer import Answer
from tertius.impact.comparison import Difference
from tertius.impact.given import Given
from tertius.impact.sweep import Axis, Sweep
from tertius.report.asked import apart
from tertius.report.given import given_text
from tertius.report.outcomes import shares_text
from tertius.report.render import markdown, reactions_text
from tertius.report.terminal import page_text
from tertius.report.words import UNRESOLVED_TOLD, effect_range, few_futures, interval, number, with_unit
from tertius.units import unit_after, unit_name
from tertius.world import Scenario

QUANTILES = (0.1, 0.5, 0.9)
MOST_GIVEN = 10  # rows of the table of steps given another


class _FoldingTable(TableElement):
    """A table of Markdown whose long words go on in the next line; rich cuts them off."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for made in super().__rich_console__(console, options):
            for column in made.columns if isinstance(made, Table) else ():
                column.overflow = "fold"
            yield made


class Folding(Markdown):
    """Markdown with such tables."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {**Markdown.elements, "table_open": _FoldingTable}


def print_markdown(text: str) -> None:
    """Markdown on the terminal."""
    Console().print(Folding(text))


def print_brief(answer: Answer, scenario: Scenario, whole: bool) -> None:
    """The brief on the terminal: its first page, or the whole."""
    if whole:
        print_markdown(markdown(answer, scenario))
    else:
        Console().print(Text(page_text(answer, scenario)), end="")


def show_answer(answer: Answer, scenario: Scenario, whole: bool) -> None:
    """An answer as the command printed it that made it."""
    if "battlefield" in answer.asked:
        print_brief(answer, scenario, whole)
    elif "reasons" in answer.asked:
        print_reactions(answer, scenario)
    else:
        print_comparison(answer, scenario)


def run_data(ensemble: Ensemble) -> dict[str, Any]:
    """A run's manifest and quantiles of its outcomes at the last week, as JSON data."""
    quantiles = np.quantile(ensemble.samples[:, -1], QUANTILES, axis=0)
    outcomes = {
        name: {"unit": outcome.unit, **dict(zip(("q10", "q50", "q90"), map(float, quantiles[:, place]), strict=True))}
        for place, (name, outcome) in enumerate(ensemble.layout.scenario.outcomes.items())
    }
    told = {**manifest(ensemble), "week_end": ensemble.dates[-1].isoformat(), "outcomes": outcomes}
    stand = [asdict(one) for one in standings(ensemble)]
    return {**told, "instruments": stand} if stand else told


def print_run(ensemble: Ensemble) -> None:
    """Quantiles of a run's outcomes at the last week."""
    scenario = ensemble.layout.scenario
    table = Table(title=f"{escape(scenario.title)}: {len(ensemble.trajectories):,} futures to {ensemble.dates[-1]}")
    for column in ("outcome", "unit", "as of", "10%", "median", "90%"):
        table.add_column(column, justify="left" if column in ("outcome", "unit") else "right", overflow="fold")
    for place, (name, outcome) in enumerate(scenario.outcomes.items()):
        values = ensemble.samples[:, :, place]
        cells = [number(float(np.median(values[:, 0])), 3)]
        cells += [number(float(value), 3) for value in np.quantile(values[:, -1], QUANTILES)]
        table.add_row(f"{escape(outcome.name)} ({name})", escape(unit_name(outcome.unit)), *cells)
    Console().print(table)
    _say_of_futures(len(ensemble.trajectories), ensemble.asked)


def print_reactions(answer: Answer, scenario: Scenario) -> None:
    """What other states do, with and without, why, and what first moves change."""
    print_markdown(reactions_text(answer, scenario))
    _say_of_futures(answer.run.futures, answer.run.asked)


def print_given(given: Given, scenario: Scenario) -> None:
    """What the others do given one step, the largest changes first; those beyond chance are marked."""
    told = given_text(given, scenario)
    table = Table(title=escape(told.title), title_justify="left")
    table.add_column("then, within the weeks")
    for column in ("given", "80%", "otherwise", "change"):
        table.add_column(column, justify="right")
    for row in told.rows[:MOST_GIVEN]:
        table.add_row(escape(row.step), row.given, row.span, row.otherwise, row.change)
    console = Console()
    console.print(table)
    console.print(told.note)


def print_comparison(answer: Answer, scenario: Scenario) -> None:
    """Differences of every outcome at every horizon, a table for each outcome."""
    console = Console()
    less = "; ".join(answer.question.labels)
    same = "the same " if answer.question.against is None else ""
    console.print(escape(f"{scenario.title}: as it stands, less {same}{less}"))
    console.print(Markdown(apart(answer, scenario)))
    for told in answer.outcomes:
        rows = [found for found in answer.differences if found.outcome == told.id]
        console.print(difference_table(told.name, told.unit, rows))
    say_how_differences_are_told(answer.differences)
    _say_of_futures(answer.run.futures, answer.run.asked)


def difference_table(name: str, unit: str, differences: Sequence[Difference]) -> Table:
    """One outcome's differences, a row for each week."""
    title = with_unit(f"{name}: band {number(differences[0].band)}", unit)
    table = Table(title=escape(title), title_justify="left")
    for column in ("week", "as it stands", "changed", "difference (80%) ±", "larger / smaller / within the band"):
        table.add_column(column, justify="right")
    for found in differences:
        span = effect_range(*found.interval, found.resolved)
        shown = "0" if found.same else f"{number(found.mean, sign=True)} ({span}) ±{number(found.error)}"
        middles = (number(found.base[1], 3), number(found.other[1], 3))
        table.add_row(str(found.week), *middles, shown, shares_text(found))
    return table


def say_how_differences_are_told(differences: Sequence[Difference]) -> None:
    """What the columns of `difference_table` hold."""
    Console().print(
        "as it stands, changed: medians. difference: mean as it stands less mean changed, with the 80% interval of the "
        "effect to be expected over what we do not know, ± its Monte Carlo standard error. Shares depend on how the "
        "worlds are coupled (here every chance is the same in both). "
        + ("" if all(found.resolved or found.same for found in differences) else UNRESOLVED_TOLD)
    )


def say_written(folder: Path, chosen: Sequence[str], beside: str = "") -> None:
    """Where a brief was written, and in which formats."""
    told = ", ".join(chosen)
    more = f" and {beside} (tertius show {folder})" if beside else ""
    typer.echo(f"written: {folder}: {told}{more}; files.json says what each file is")


def _say_of_futures(count: int, asked: int) -> None:
    few = few_futures(count)
    if few:
        Console().print(few)
    if count != asked:
        Console().print(f"interrupted: {count:,} of {asked:,} futures")


def print_sweep(made: Sweep) -> None:
    """A table for each outcome: a row for each point of the grid."""
    console = Console()
    asks = bool(made.question)
    for outcome in dict.fromkeys(cell.outcome for cell in made.cells):
        own = [cell for cell in made.cells if cell.outcome == outcome]
        table = Table(
            title=escape(f"{outcome}{unit_after(own[0].unit)}, after {made.weeks} weeks"), title_justify="left"
        )
        for axis in made.axes:
            table.add_column(escape(_short(axis.path, made.axes)), justify="right")
        for column in ("as it stands ±", "other world", "difference (80%) ±") if asks else ("mean ±",):
            table.add_column(column, justify="right")
        for cell in own:
            cells = [f"{value:g}" for value in cell.values] + [f"{number(cell.mean, 3)}{_plus_minus(cell.error)}"]
            if cell.other is not None and cell.difference is not None and cell.low is not None:
                span = interval(cell.low, cell.high or 0.0, sign=True)
                told = f"{number(cell.difference, sign=True)} ({span}){_plus_minus(cell.difference_error)}"
                cells += [number(cell.other, 3), told]
            table.add_row(*cells)
        console.print(table)
    if asks:
        less = "; ".join(made.question)
        console.print(escape(f"other world: {less}. difference: as it stands less the other world, the mean."))
    console.print(escape(f"set in both worlds: {', '.join(axis.path for axis in made.axes)}"), soft_wrap=True)
    console.print("Every point is run on the same futures with the same luck. ±: Monte Carlo standard error.")
    if few := few_futures(made.futures):
        console.print(few)
    if not made.complete:
        console.print(f"interrupted: {made.done:,} of {made.asked:,} points")


def _short(path: str, axes: Sequence[Axis]) -> str:
    """The last part of a path, where no other axis has the same; a column has no room for all of it."""
    last = path.rpartition(".")[2]
    return path if sum(axis.path.rpartition(".")[2] == last for axis in axes) > 1 else last


def _plus_minus(error: float | None) -> str:
    return "" if error is None else f" ±{number(error)}"
