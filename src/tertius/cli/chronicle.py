"""`tertius chronicle`: one future in dated lines."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def chronicle(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario's name or a YAML file.")],
    future: Annotated[int | None, typer.Option(help="Number of the future, from 0; else a typical one.")] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same numbers, bit for bit.")] = 1,
    weeks: Annotated[int, typer.Option(help="Horizon in weeks; 0: as the scenario says.")] = 0,
    without: Annotated[list[str] | None, typer.Option(help="EVENT or EVENT:MODE undone. Repeatable.")] = None,
    assume: Annotated[list[str] | None, typer.Option("--assume", "--set", help="PATH=VALUE. Repeatable.")] = None,
    futures: Annotated[int, typer.Option(help="Futures among which a typical one is chosen.")] = 1000,
    threads: Annotated[int, typer.Option(help="0: one per processor.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Tell one simulated future in dated lines: who does what and why, who comes and goes, land and losses."""
    from tertius.cli.output import print_markdown, progress_bars
    from tertius.cli.settings import settings_of
    from tertius.engine import Layout, Options, parse_intervention
    from tertius.impact.chronicle import chronicle as tell
    from tertius.impact.question import alternative
    from tertius.report.chronicle import chronicle_data, chronicle_text
    from tertius.world import load_scenario

    loaded = load_scenario(scenario)
    layout = Layout.of(loaded, settings_of(assume, "--assume"))
    if without:
        undone = alternative(layout, [parse_intervention(text) for text in without], {})
        layout = Layout.of(loaded, {**layout.overrides, **undone})
    options = Options(futures=futures, weeks=weeks or loaded.weeks, seed=seed, threads=threads)
    with progress_bars(["futures"] if future is None else [], quiet=as_json) as bars:
        told = tell(layout, options, future, bars[0] if bars else None)
    if as_json:
        typer.echo(json.dumps(chronicle_data(told), indent=2, ensure_ascii=False, allow_nan=False))
        return
    print_markdown(chronicle_text(told))
