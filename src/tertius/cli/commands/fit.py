"""Learn the laws' parameters from data; write a file for the scenario.

Only data up to the scenario's date are used. The scenario names the file as its fit. An interrupted fit goes on where
it stopped when it is called again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import AsJson, Data, ScenarioName, Seed, Threads, Work
from tertius.defaults import SEED, THREADS


def fit(
    scenario: ScenarioName,
    data: Data,
    out: Annotated[Path | None, typer.Option(help="File to write; by default NAME.fit.json here.")] = None,
    rows: Annotated[int, typer.Option(help="Posterior rows kept of each structure.")] = 400,
    every: Annotated[int, typer.Option(help="Weeks between the origins whose scores give the weights.")] = 1,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    work: Work = None,
    as_json: AsJson = False,
) -> None:
    import json

    import tertius
    from tertius.cli.forecast_output import print_fit
    from tertius.cli.output import print_json, says_how_to_go_on, watching

    war = tertius.load(scenario)
    target = out or Path(f"{war.record.name}.fit.json")
    with says_how_to_go_on("call it again to go on"), watching(quiet=as_json, laws=False) as watch:
        told = tertius.fit(
            war, data, target, rows=rows, every=every, seed=seed, threads=threads, work=work, progress=watch
        )
    if as_json:
        print_json({"written": str(target), **{key: told[key] for key in told if key != "blocks"}})
        return
    print_fit(json.loads(json.dumps(told)))
    typer.echo(f"written: {target}. A scenario beside it uses it with the line: fit: {target.name}")
