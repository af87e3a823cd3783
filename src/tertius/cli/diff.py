"""`tertius diff`: what changed since the last brief, and why."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tertius.errors import OptionError


def diff(
    before: Annotated[
        str, typer.Argument(metavar="RUN1", help="The earlier one: a folder that --out wrote, or a scenario.")
    ],
    after: Annotated[str, typer.Argument(metavar="RUN2", help="The later one.")],
    week: Annotated[int, typer.Option(help="Weeks after which answers are compared; 0: the last that both have.")] = 0,
    by: Annotated[
        str, typer.Option(help="Groups of changes: value, record or section; else the finest that makes few.")
    ] = "",
    futures: Annotated[
        int | None, typer.Option(help="Futures of scenarios (else 2000), and of the runs anew (else as RUN1).")
    ] = None,
    weeks: Annotated[int | None, typer.Option(help="Horizon of a scenario; else as the other, or as it says.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of a scenario; else as the other, or 1.")] = None,
    threads: Annotated[int, typer.Option(help="0: one per processor.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """What changed between two runs: in what they were given, in what they answer, and which change made how much."""
    from tertius.cli.output import print_markdown, progress_bars
    from tertius.impact import attribute, differences
    from tertius.impact.opening import Wanted, open_editions
    from tertius.report.changes import changes_data, changes_text

    if futures is not None and futures < 1:
        raise OptionError("--futures", futures, "1 or more", "leave it out, or choose more")
    with progress_bars(["futures", "versions"], quiet=as_json) as (runs, versions):
        editions = open_editions(before, after, Wanted(futures, weeks, seed, threads), runs)
        found = differences(*editions, week=week)
        why = attribute(found, by, futures or 0, threads, versions)
    if as_json:
        typer.echo(json.dumps(changes_data(found, why), indent=2, ensure_ascii=False, allow_nan=False))
        return
    print_markdown(changes_text(found, why))
