"""Learn the laws' parameters from data; write a file for the scenario.

Only data up to the scenario's date are used. The scenario names the file as its fit. An interrupted fit goes on where
it stopped when it is called again.

With --decisions: class rates of states' steps, and how steps answer to steps, from the scenario's record; no --data.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import AsJson, DecisionsOnly, MaybeData, ScenarioName, Seed, Threads, Work, Workers
from tertius.defaults import SEED, THREADS
from tertius.errors import OptionError


def fit(
    scenario: ScenarioName,
    data: MaybeData = None,
    decisions: DecisionsOnly = False,
    until: Annotated[
        str | None,
        typer.Option(help="With --decisions: last days of the record, such as 2024-09-15,2024-11-03."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; by default NAME.fit.json here.")] = None,
    rows: Annotated[int, typer.Option(help="Posterior rows kept of each structure.")] = 400,
    every: Annotated[int, typer.Option(help="Weeks between the origins whose scores give the weights.")] = 1,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    executor: Workers = "processes",
    work: Work = None,
    as_json: AsJson = False,
) -> None:
    import json

    import tertius
    from tertius.cli.forecast_output import print_fit
    from tertius.cli.output import print_json, says_how_to_go_on, watching

    if decisions:
        if data is not None:
            raise OptionError("--data", str(data), "no --data with --decisions", "leave out one of the two")
        _of_decisions(scenario, until, out, as_json)
        return
    if until is not None:
        raise OptionError("--until", until, "days of a record, with --decisions", "add --decisions, or leave it out")
    if data is None:
        raise OptionError("--data", "nothing", "a folder of data files, or --decisions", "give one of the two")
    war = tertius.load(scenario)
    target = out or Path(f"{war.record.name}.fit.json")
    with says_how_to_go_on("call it again to go on"), watching(quiet=as_json, laws=False) as watch:
        told = tertius.fit(
            war,
            data,
            target,
            rows=rows,
            every=every,
            seed=seed,
            threads=threads,
            executor=executor,
            work=work,
            progress=watch,
        )
    if as_json:
        print_json({"written": str(target), **{key: told[key] for key in told if key != "blocks"}})
        return
    print_fit(json.loads(json.dumps(told)))
    typer.echo(f"written: {target}. A scenario beside it uses it with the line: fit: {target.name}")


def _of_decisions(scenario: str, until: str | None, out: Path | None, as_json: bool) -> None:
    import json

    import tertius
    from tertius.api.days import day_option
    from tertius.cli.decision_output import print_class_rates
    from tertius.cli.output import print_json
    from tertius.reference.decisions import written

    days = [day for part in (until or "").split(",") if part and (day := day_option("--until", part.strip()))]
    found = tertius.fit_decisions(scenario, out, until=days)
    if as_json:
        print_json(json.loads(written(found)))
        return
    print_class_rates(found[-1])
    if out is not None:
        typer.echo(f"written: {out}")
