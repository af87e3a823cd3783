"""Show what one state could do: its steps alone and in pairs, and what each changes and provokes.

Each is told against taking no step, on the same futures with the same luck, with the entry and without. Nothing is
recommended: it is shown. Ctrl-C keeps the options that are done.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tertius.cli.completing import complete_instrument
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
    question,
    whole_numbers,
)
from tertius.defaults import SEED, THREADS


def options(
    scenario: ScenarioName,
    actor: Annotated[str, typer.Option(help="Id of the state whose options they are.")],
    lever: Annotated[
        list[str] | None,
        typer.Option(
            help="INSTRUMENT:up or INSTRUMENT:down, with @WEEK where not at once; else all its steps. Repeatable.",
            autocompletion=complete_instrument,
        ),
    ] = None,
    at: Annotated[
        str, typer.Option(help="Weeks from the as-of date at which steps are taken, parted by commas.")
    ] = "0,13",
    value: Annotated[
        list[str] | None,
        typer.Option(
            help="What options are compared on beside its own stakes: an outcome, war-ends, LADDER.RUNG, OUTCOME>N. "
            "Repeatable; else the headlines and the end of the war."
        ),
    ] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Single steps only, no pairs.")] = False,
    without: Without = None,
    mode: Mode = "",
    settings: Settings = None,
    assume: Assume = None,
    futures: Annotated[int, typer.Option(help="Futures of each run; 0: what two processors do in about 20 s.")] = 0,
    weeks: Weeks = None,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.api.places import check_folder
    from tertius.api.standing import check_standing
    from tertius.cli.output import print_json, say_replaced, watching
    from tertius.cli.printing import print_markdown
    from tertius.impact.written import plain_data
    from tertius.report.options import options_text
    from tertius.report.options_saved import save_choices

    check_folder("--out", out)
    stood = check_standing("--out", out, "options")
    times = whole_numbers("--at", at, "weeks parted by commas")
    asked = question(without, mode, settings, assume)
    war = tertius.load(scenario)
    with watching(quiet=as_json) as watch:
        found = tertius.options(
            war, actor, lever or (), times, value or (), not alone, **asked,
            futures=futures, weeks=weeks, seed=seed, threads=threads, progress=watch,
        )  # fmt: skip
    written = save_choices(found, war.record, out) if out is not None else None
    say_replaced(stood)
    if as_json:
        print_json(plain_data(found))
        return
    print_markdown(options_text(found, war.record))
    if written is not None:
        typer.echo(f"written: {written}")
