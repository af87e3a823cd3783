"""Forecasts on the record: seal, resolve, score, stamp, verify, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import (
    AsJson,
    Assume,
    Futures,
    Ledger,
    Only,
    QuestionFile,
    Records,
    ScenarioName,
    Seed,
    SeriesData,
    Threads,
    settings_of,
)
from tertius.defaults import FUTURES, SEED, THREADS

app = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None)
Roots = Annotated[Path | None, typer.Option(help="PEM file of the time-stamp authorities that you trust.")]


@app.command()
def seal(
    scenario: ScenarioName,
    file: QuestionFile = None,
    only: Only = None,
    data: SeriesData = None,
    ledger: Ledger = "",
    chances: Annotated[
        Path | None,
        typer.Option(help="CSV (question, branch, threshold, chance) of a forecast by hand, sealed in place of ours."),
    ] = None,
    kind: Annotated[str, typer.Option(help="live or backtest; else by the clock.")] = "",
    assume: Assume = None,
    futures: Futures = FUTURES,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    as_json: AsJson = False,
) -> None:
    """Ask the questions about a scenario and seal the answers; a question that nothing can settle is refused."""
    import tertius
    from tertius.cli.ledger_output import print_sealed, sealed_data
    from tertius.cli.output import print_json, watching

    settings = settings_of(assume, "--assume")
    with watching(quiet=as_json) as watch:
        told = tertius.seal(
            scenario,
            file,
            settings,
            ledger=ledger,
            data=data,
            only=tuple(only or ()),
            chances=chances,
            kind=kind,
            futures=futures,
            seed=seed,
            threads=threads,
            progress=watch,
        )
    print_json(sealed_data(told)) if as_json else print_sealed(told)


@app.command()
def resolve(
    data: SeriesData = None,
    records: Records = None,
    question: Annotated[str, typer.Option(help="Id of a question to settle by hand.")] = "",
    scenario: Annotated[str, typer.Option(help="By hand, where several differ: the scenario.")] = "",
    deadline: Annotated[str, typer.Option(help="By hand, where several differ: the deadline, YYYY-MM-DD.")] = "",
    entry: Annotated[int, typer.Option(min=0, help="By hand, where several differ: the number of the entry.")] = 0,
    value: Annotated[float | None, typer.Option(help="By hand: what was measured, in the question's unit.")] = None,
    void: Annotated[bool, typer.Option("--void", help="By hand: it can never be settled.")] = False,
    branch: Annotated[
        list[str] | None, typer.Option(help="By hand: a branch whose condition came about. Repeatable.")
    ] = None,
    source: Annotated[str, typer.Option(help="By hand: where it can be read.")] = "",
    today: Annotated[str, typer.Option(help="Day on which it is judged, for a made-up war; else the clock's.")] = "",
    ledger: Ledger = "",
    as_json: AsJson = False,
) -> None:
    """Settle sealed forecasts by their rules on the data, or one question by hand with a source."""
    import tertius
    from tertius.cli.ledger_output import print_resolved, resolved_data
    from tertius.cli.output import print_json

    told = tertius.resolve(
        ledger=ledger,
        data=data,
        records=tuple(records or ()),
        question=question,
        scenario=scenario,
        deadline=deadline,
        entry=entry,
        value=value,
        void=void,
        branches=tuple(branch or ()),
        source=source,
        today=today,
    )
    print_json(resolved_data(told)) if as_json else print_resolved(told)


@app.command()
def score(
    crowd: Annotated[
        Path | None, typer.Option(help="CSV (question, branch, threshold, chance, date) of a crowd's prices.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for scoreboard.html, one file for the public.")
    ] = None,
    ledger: Ledger = "",
    as_json: AsJson = False,
) -> None:
    """Score settled forecasts beside base rate, persistence and a crowd; kinds and versions never share a score."""
    import tertius
    from tertius.api.places import check_folder, write_whole
    from tertius.cli.ledger_output import print_scores, scores_data
    from tertius.cli.output import print_json

    check_folder("--out", out)
    told = tertius.score(ledger=ledger, crowd=crowd)
    if out is not None:
        from tertius.report.scoreboard import scoreboard

        write_whole(out / "scoreboard.html", scoreboard(told, tertius.ledger_entries(ledger=ledger)))
    if as_json:
        print_json(scores_data(told))
        return
    print_scores(told)
    if out is not None:
        typer.echo(f"written: {out / 'scoreboard.html'}")


@app.command()
def stamp(
    authority: Annotated[
        str, typer.Option("--tsa", help="Address of a time-stamp authority (RFC 3161); else a public one.")
    ] = "",
    roots: Roots = None,
    ledger: Ledger = "",
    as_json: AsJson = False,
) -> None:
    """Have an outside authority stamp the last entry, and with it all before; it sees a hash and no more."""
    from dataclasses import asdict

    import tertius
    from tertius.cli.ledger_output import print_stamp
    from tertius.cli.output import print_json

    told = tertius.stamp(ledger=ledger, authority=authority, roots=roots)
    print_json(None if told is None else asdict(told)) if as_json else print_stamp(told)


@app.command()
def verify(
    data: SeriesData = None,
    records: Records = None,
    head: Annotated[str, typer.Option(help="A hash that you kept, or its first letters.")] = "",
    roots: Roots = None,
    ledger: Ledger = "",
    as_json: AsJson = False,
) -> None:
    """Check the ledger layer by layer: content, order, time, outcome; say what is not shown."""
    import tertius
    from tertius.cli.ledger_output import print_verified, verified_data
    from tertius.cli.output import print_json

    told = tertius.verify(ledger=ledger, data=data, records=tuple(records or ()), head=head, roots=roots)
    print_json(verified_data(told)) if as_json else print_verified(told)
    if not told.is_sound:
        raise typer.Exit(1)


@app.command()
def export(
    out: Annotated[Path | None, typer.Option("--out", help="File to write, one entry a line; else print.")] = None,
    ledger: Ledger = "",
) -> None:
    """Every entry as JSON, one a line, with the hashes that chain them."""
    import json
    import sys

    import tertius
    from tertius.api.places import write_whole

    rows = tertius.ledger_entries(ledger=ledger)
    text = "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows)
    if out is None:
        sys.stdout.write(text)
        return
    write_whole(out, text)
    typer.echo(f"written: {out}, {len(rows)} entries")
