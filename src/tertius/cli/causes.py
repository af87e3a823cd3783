"""`tertius causes`: the difference an entry makes, shared out so that the parts add up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from tertius.errors import OptionError

FEWEST = 20


def causes(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario's name or a YAML file.")],
    by: Annotated[str, typer.Option(help="mechanisms, or actors: those who decide.")] = "mechanisms",
    outcome: Annotated[list[str] | None, typer.Option(help="An outcome; else the headlines. Repeatable.")] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="EVENT or EVENT:MODE; else the scenario's own comparison. Repeatable.")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="PATH=VALUE in the other world alone. Repeatable.")
    ] = None,
    assume: Annotated[list[str] | None, typer.Option("--assume", help="PATH=VALUE in both worlds. Repeatable.")] = None,
    futures: Annotated[int, typer.Option(help="Paired futures; 0: what two cores do in about 20 s.")] = 0,
    weeks: Annotated[int, typer.Option(help="Horizon in weeks; 0: as the scenario says.")] = 0,
    seed: Annotated[int, typer.Option(help="Same seed, same numbers, bit for bit.")] = 1,
    threads: Annotated[int, typer.Option(help="0: one per processor.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Folder for causes.json and figures.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Share the difference out over mechanisms, or over the states that decide, with intervals (Shapley values)."""
    from tertius.cli.output import print_markdown, progress_bars
    from tertius.cli.places import check_folder
    from tertius.cli.settings import settings_of
    from tertius.engine import Layout, Options, parse_intervention
    from tertius.impact import causes as share_out
    from tertius.impact.written import plain_data
    from tertius.report.causes import headlines_of, save_causes
    from tertius.report.render import causes_text
    from tertius.world import load_scenario

    if 0 < futures < FEWEST:
        allowed = f"0, or {FEWEST} and more: fewer tell nothing from chance"
        raise OptionError("--futures", futures, allowed, "leave it out, or choose more")
    loaded = load_scenario(scenario)
    names = headlines_of(loaded, outcome or ())
    layout = Layout.of(loaded, settings_of(assume, "--assume"))
    options = Options(weeks=weeks or loaded.weeks, seed=seed, threads=threads)
    check_folder("--out", out)
    with progress_bars(["parts"], quiet=as_json) as (bar,):
        found = share_out(
            layout,
            options,
            by,
            [parse_intervention(text) for text in without or []],
            settings_of(settings),
            futures,
            bar,
        )
    found = found.of(names)
    written = save_causes(found, loaded, out) if out is not None else None
    if as_json:
        typer.echo(json.dumps(plain_data(found), indent=2, ensure_ascii=False, allow_nan=False))
        return
    print_markdown(causes_text(found, loaded))
    if written is not None:
        typer.echo(f"written: {written}")
