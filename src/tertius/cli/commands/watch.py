"""Watch a war: what has tripped since its date, what that does to each chance, what is coming.

The rules are those of `tertius indicators`, found as of the scenario's date. They are held against series (--data),
steps on record (--record), own rules and sightings (--rules) and accepted claims (--evidence). Nothing after --as-of is
used.

Ends with 0 where nothing new has tripped, 10 where something has, 1 to 3 on an error. With --state a trip that was told
is not new within --quiet weeks. With --collect it says instead what would be worth knowing,
with --replay how such rules did in the past.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import (
    AsJson,
    Assume,
    FirstOrigin,
    Futures,
    LastOrigin,
    Records,
    ScenarioName,
    Seed,
    Threads,
    Weeks,
    settings_of,
)
from tertius.defaults import FUTURES, LEAST_RATIO, QUIET_WEEKS, SEED, THREADS
from tertius.errors import OptionError

TRIPPED = 10
"""What the command ends with where something new has tripped."""


def watch(
    scenario: ScenarioName,
    targets: Annotated[list[str] | None, typer.Argument(metavar="[TARGET]...", help="events to watch for")] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder of data files, or a store; else no series is read.")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Day of the watch, YYYY-MM-DD; else today.")] = None,
    record: Records = None,
    rules: Annotated[Path | None, typer.Option(help="File of own rules and sightings (docs/watch.md).")] = None,
    evidence: Annotated[str, typer.Option(help="Inbox whose accepted claims count: an address, or inbox.")] = "",
    state: Annotated[Path | None, typer.Option(help="File that keeps what was told, so that it is told once.")] = None,
    quiet: Annotated[int, typer.Option(help="Weeks within which a trip is not told again.")] = QUIET_WEEKS,
    least: Annotated[
        float, typer.Option(help="Likelihood ratio, or its inverse, from which on a trip is new; own rules always are.")
    ] = LEAST_RATIO,
    atom: Annotated[Path | None, typer.Option(help="File to write an Atom feed of all trips to.")] = None,
    line: Annotated[bool, typer.Option("--line", help="Print one line and nothing else.")] = False,
    collect: Annotated[
        bool, typer.Option("--collect", help="Say instead what would narrow each headline, or move each TARGET, most.")
    ] = False,
    replay: Annotated[
        bool, typer.Option("--replay", help="Score rules learnt at past origins on what came; with --data.")
    ] = False,
    first: FirstOrigin = None,
    last: LastOrigin = None,
    assume: Assume = None,
    futures: Futures = FUTURES,
    weeks: Weeks = None,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.api.days import day_option
    from tertius.api.watching import keep_told, told_before
    from tertius.cli.output import print_json, watching
    from tertius.cli.watch_modes import print_collected, print_replayed
    from tertius.cli.watch_output import print_watch, write_atom
    from tertius.impact.written import plain_data
    from tertius.report.watched import line as one_line

    if line and as_json:
        raise OptionError("--line", "together with --json", "one of the two", "leave one out")
    war = tertius.load(scenario)
    assumed = settings_of(assume, "--assume")
    if collect or replay:
        mode = "--collect" if collect else "--replay"
        given: dict[str, object] = {
            "--state": state,
            "--atom": atom,
            "--rules": rules,
            "--as-of": as_of,
            "--line": line or None,
        }
        given |= {"--replay": replay or None, "--data": data} if collect else {"TARGET": targets or None}
        for option in (option for option, value in given.items() if value is not None):
            raise OptionError(option, f"together with {mode}", "one of the two", "leave one out")
    if collect:
        print_collected(war, targets or (), assumed, futures, weeks, seed, threads, as_json)
        return
    if replay:
        print_replayed(war, data, day_option("--from", first), day_option("--to", last), seed, as_json)
        return
    told = told_before(state, war.record.name)
    claims = tertius.claims_of(war, inbox=evidence) if evidence else ()
    with watching(quiet=as_json or line) as progress:
        found = tertius.watch(
            war, data, targets or (), assumed, as_of=day_option("--as-of", as_of),
            records=record or (), rules=rules, claims=claims, told=told, quiet=quiet, least=least, futures=futures,
            weeks=weeks, seed=seed, threads=threads, progress=progress,
        )  # fmt: skip
    if atom is not None:
        write_atom(found, war.record, atom)
    if as_json:
        print_json(plain_data(found))
    elif line:
        typer.echo(one_line(found, war.record))
    else:
        print_watch(found, war.record, today=as_of is None)
    keep_told(state, found, told)
    if found.fresh:
        raise typer.Exit(TRIPPED)
