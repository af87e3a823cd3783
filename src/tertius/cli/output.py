"""What the commands print: progress bars on standard error, tables and the brief on standard output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import Any, ClassVar

import numpy as np
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Markdown, MarkdownElement, TableElement
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tertius.engine import Ensemble
from tertius.engine import Progress as Report
from tertius.engine.archive import manifest
from tertius.impact import standings
from tertius.impact.answer import Answer
from tertius.impact.making import Watch
from tertius.report.outcomes import shares_text
from tertius.report.render import first_page, markdown, reactions_text
from tertius.report.words import UNRESOLVED_TOLD, effect_range, few_futures, number
from tertius.world import Scenario

QUANTILES = (0.1, 0.5, 0.9)


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


@contextmanager
def stages(quiet: bool, laws: bool = True) -> Iterator[Watch]:
    """A progress bar for each stage as it begins, on standard error; with `laws`, says that they are compiled first."""
    console = Console(stderr=True, quiet=quiet)
    columns = (TextColumn("{task.description:16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        from tertius.engine.compiled import compiled_before

        if laws and not compiled_before():
            bars.console.print("compiling the laws (once for each version; one to two minutes)")
        tasks: dict[str, Any] = {}

        def watch(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=None)
            bars.update(tasks[stage], completed=done, total=total)

        yield watch


@contextmanager
def progress_bars(names: Sequence[str], quiet: bool, laws: bool = True) -> Iterator[list[Report]]:
    """One progress bar a task."""
    with stages(quiet, laws) as watch:
        yield [partial(watch, name) for name in names]


def print_markdown(text: str) -> None:
    """Markdown on the terminal."""
    Console().print(Folding(text))


def print_brief(answer: Answer, scenario: Scenario, whole: bool) -> None:
    """The brief on the terminal: its first page, or the whole."""
    print_markdown(markdown(answer, scenario) if whole else first_page(answer, scenario))
    if not whole:
        Console().print(
            "Other states, causes, key assumptions, facts, sources: in the files written with --out, or with --full."
        )


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
        table.add_column(column, justify="left" if column in ("outcome", "unit") else "right")
    for place, (name, outcome) in enumerate(scenario.outcomes.items()):
        values = ensemble.samples[:, :, place]
        cells = [number(float(np.median(values[:, 0])), 3)]
        cells += [number(float(value), 3) for value in np.quantile(values[:, -1], QUANTILES)]
        table.add_row(f"{escape(outcome.name)} ({name})", escape(outcome.unit), *cells)
    Console().print(table)
    _say_of_futures(len(ensemble.trajectories), ensemble.asked)


def print_reactions(answer: Answer, scenario: Scenario) -> None:
    """What other states do, with and without, why, and what first moves change."""
    print_markdown(reactions_text(answer, scenario))
    _say_of_futures(answer.run.futures, answer.run.asked)


def print_comparison(answer: Answer, scenario: Scenario) -> None:
    """Differences of every outcome at every horizon."""
    less = "; ".join(answer.question.labels)
    table = Table(title=escape(f"{scenario.title}: as it stands, less the same {less}"), show_lines=False)
    for column in (
        "outcome",
        "week",
        "as it stands",
        "changed",
        "difference (80%) ±",
        "larger/smaller/immaterial",
        "band",
    ):
        table.add_column(column, justify="left" if column == "outcome" else "right", overflow="fold")
    for found in answer.differences:
        outcome = scenario.outcomes[found.outcome]
        span = effect_range(*found.interval, found.resolved)
        shown = "0" if found.same else f"{number(found.mean, sign=True)} ({span}) ±{number(found.error)}"
        table.add_row(
            escape(outcome.name if outcome.unit == "1" else f"{outcome.name}, {outcome.unit}"),
            str(found.week),
            number(found.base[1], 3),
            number(found.other[1], 3),
            shown,
            shares_text(found),
            number(found.band),
        )
    console = Console()
    console.print(table)
    console.print(
        "as it stands, changed: medians. difference: mean as it stands less mean changed, with the 80% interval of the "
        "effect to be expected over what we do not know, ± its Monte Carlo standard error. Shares depend on how the "
        "worlds are coupled (here every chance is the same in both). "
        + ("" if all(found.resolved or found.same for found in answer.differences) else UNRESOLVED_TOLD)
    )
    _say_of_futures(answer.run.futures, answer.run.asked)


def _say_of_futures(count: int, asked: int) -> None:
    few = few_futures(count)
    if few:
        Console().print(few)
    if count != asked:
        Console().print(f"interrupted: {count:,} of {asked:,} futures")
