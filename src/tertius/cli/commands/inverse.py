"""Say what would have to change for an event to become likely, or no longer; and whose single step changes most.

EVENT: war-ends, ceasefire, settlement, INSTRUMENT:up, LADDER.RUNG, THEATRE:closes, OUTCOME>NUMBER, OUTCOME<NUMBER;
without one, single steps alone are compared. Ctrl-C keeps what is done.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tertius.cli.options import AsJson, Assume, ScenarioName, Seed, Threads, Weeks, settings_of
from tertius.defaults import SEED, THREADS


def inverse(
    scenario: ScenarioName,
    event: Annotated[str, typer.Argument(metavar="[EVENT]", help="The event.", show_default=False)] = "",
    above: Annotated[
        float | None, typer.Option(help="The chance that it is to reach; else 0.5.", show_default=False)
    ] = None,
    below: Annotated[
        float | None, typer.Option(help="The chance that it is to fall to, instead.", show_default=False)
    ] = None,
    actor: Annotated[
        list[str] | None, typer.Option(help="Id of a state whose steps are tried; else everyone's. Repeatable.")
    ] = None,
    assume: Assume = None,
    futures: Annotated[int, typer.Option(help="Futures of each run of the search; 0 is 400.")] = 0,
    weeks: Weeks = None,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.cli.output import print_json, watching
    from tertius.cli.printing import print_markdown
    from tertius.impact.written import plain_data
    from tertius.report.inverse import inverse_text

    assumed = settings_of(assume, "--assume")
    war = tertius.load(scenario)
    with watching(quiet=as_json) as watch:
        found = tertius.inverse(
            war, event, above, below, actor or (), assumed,
            futures=futures, weeks=weeks, seed=seed, threads=threads, progress=watch,
        )  # fmt: skip
    if as_json:
        print_json(plain_data(found))
        return
    print_markdown(inverse_text(found, war.record))
