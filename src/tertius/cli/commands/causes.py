"""Share the difference out over mechanisms, or the states that decide.

The parts add up to the whole difference in every future (Shapley values). They say how the model comes to its answer.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tertius.cli.options import (
    AsJson,
    Assume,
    Mode,
    Out,
    ScenarioName,
    Seed,
    Settings,
    Threads,
    Weeks,
    Without,
    Workers,
    question,
)
from tertius.defaults import SEED, THREADS


def causes(
    scenario: ScenarioName,
    by: Annotated[str, typer.Option(help="mechanisms, or actors: those who decide.")] = "mechanisms",
    outcome: Annotated[list[str] | None, typer.Option(help="An outcome; else the headlines. Repeatable.")] = None,
    without: Without = None,
    mode: Mode = "",
    settings: Settings = None,
    assume: Assume = None,
    futures: Annotated[int, typer.Option(help="Paired futures; 0: what two processors do in about 20 s.")] = 0,
    weeks: Weeks = None,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    executor: Workers = "threads",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.api.places import check_folder
    from tertius.api.standing import check_standing
    from tertius.cli.output import print_json, say_replaced, watching
    from tertius.cli.printing import print_markdown
    from tertius.impact.written import plain_data
    from tertius.report.causes import headlines_of

    check_folder("--out", out)
    stood = check_standing("--out", out, "causes")
    asked = question(without, mode, settings, assume)
    war = tertius.load(scenario)
    names = headlines_of(war.record, outcome or ())
    with watching(quiet=as_json) as watch:
        found = tertius.causes(
            war, by, **asked, futures=futures, weeks=weeks, seed=seed, threads=threads, executor=executor,
            progress=watch,
        )  # fmt: skip
    found = found.of(names)
    written = tertius.save(found, out) if out is not None else None
    say_replaced(stood)
    if as_json:
        print_json(plain_data(found.answer))
        return
    print_markdown(found.text())
    if written is not None:
        typer.echo(f"written: {written}")
