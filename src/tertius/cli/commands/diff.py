"""Say what changed between two runs, and why.

In what they were given, in what they answer, and which change made how much. Every change is the later run less the
earlier one.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tertius.cli.options import AsJson, Threads, Weeks
from tertius.defaults import THREADS


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
        int | None, typer.Option(help="Futures of scenarios (else 4,000), and of the runs anew (else as RUN1).")
    ] = None,
    weeks: Weeks = None,
    seed: Annotated[int | None, typer.Option(help="Seed of a scenario; else as the other, or 1.")] = None,
    threads: Threads = THREADS,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.cli.output import print_json, watching
    from tertius.cli.printing import print_markdown
    from tertius.report.changes import changes_data, changes_text

    with watching(quiet=as_json) as watch:
        made = tertius.diff(
            before, after, by, week=week, futures=futures, weeks=weeks, seed=seed, threads=threads, progress=watch
        )
    if as_json:
        print_json(changes_data(made.found, made.why))
        return
    print_markdown(changes_text(made.found, made.why))
