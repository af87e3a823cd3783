"""Make past wars from what was known at their start, run them, and score who joined, how they ended, who won.

Each war is forecast as of its first day, and as of the day before each later entry, which is then known to come. Beside
the program stand simple forecasters, learnt on the same past wars.

--data holds panel_war.parquet, panel_mid.parquet, mid_disputes.parquet, wars.parquet and cow_interstate.parquet, in it
or in its folders history and entries.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import AsJson, Ledger, Seed, Threads, Workers
from tertius.defaults import FUTURES, SEED, THREADS
from tertius.errors import OptionError


def hindcast(
    data: Annotated[Path | None, typer.Option("--data", help="Folder of the files of past wars.")] = None,
    wars: Annotated[
        str | None, typer.Option(help="Numbers or names of wars, parted by commas, or semicolons; else all.")
    ] = None,
    train_before: Annotated[int, typer.Option(help="Learn from wars that were over before this year.")] = 1950,
    to: Annotated[int, typer.Option(help="Last year in which a scored war began; the first is --train-before.")] = 1989,
    train_data: Annotated[
        Path | None, typer.Option("--train-data", help="Folder of the files to learn from; else --data.")
    ] = None,
    futures: Annotated[int, typer.Option(help="Simulated courses of each war.")] = FUTURES,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    executor: Workers = "threads",
    keep: Annotated[
        Path | None, typer.Option("--keep", help="File to keep finished wars in; an interrupted run goes on there.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="File to write the table to, as JSON.")] = None,
    seal: Annotated[
        bool, typer.Option("--seal", help="Seal and settle in --ledger or your own, as a hindcast.")
    ] = False,
    ledger: Ledger = "",
    shipped: Annotated[
        bool, typer.Option("--shipped", help="Print the table that comes with the package; nothing is run.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.cli.hindcast_output import print_hindcast, refuse_folder, write_hindcast
    from tertius.cli.output import print_json, says_how_to_go_on, watching

    if shipped:
        if data is not None:
            raise OptionError("--shipped", "together with --data", "one of the two", "leave out one of them")
        if wars:
            fix = "leave out --wars, or give --data FOLDER in place of --shipped"
            raise OptionError("--shipped", "together with --wars", "the whole table as it was made", fix)
        held = tertius.hindcast()
        print_json(held) if as_json else print_hindcast(held)
        return
    if data is None:
        allowed = "a folder with the files of past wars, or --shipped; docs/hindcast.md lists the files"
        raise OptionError("--data", "nothing", allowed, "give --data FOLDER")
    refuse_folder(out)
    again = "the same command with --keep FILE would go on" if keep is None else "call it again to go on"
    with says_how_to_go_on(again), watching(quiet=as_json) as watch:
        told = tertius.hindcast(
            data,
            wars,
            train_before=train_before,
            to=to,
            train_data=train_data,
            futures=futures,
            seed=seed,
            threads=threads,
            executor=executor,
            keep=keep,
            ledger=ledger if seal or ledger else None,
            progress=watch,
        )
    if out is not None:
        write_hindcast(told, out)
    if as_json:
        print_json(told)
        return
    print_hindcast(told)
    if out is not None:
        typer.echo(f"written: {out}")
