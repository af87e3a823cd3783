"""`tertius reactions`: what other states do, with the entry and without it."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def reactions(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario's name or a YAML file.")],
    without: Annotated[
        list[str] | None, typer.Option(help="EVENT or EVENT:MODE; else the scenario's own comparison. Repeatable.")
    ] = None,
    assume: Annotated[list[str] | None, typer.Option("--assume", help="PATH=VALUE in both worlds. Repeatable.")] = None,
    futures: Annotated[int, typer.Option(help="Trajectories.")] = 4000,
    weeks: Annotated[int, typer.Option(help="Horizon in weeks; 0: as the scenario says.")] = 0,
    seed: Annotated[int, typer.Option(help="Same seed, same numbers, bit for bit.")] = 1,
    threads: Annotated[int, typer.Option(help="0: one per processor.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """What third states do: base rate, with the entry, without it, reasons, and what first moves change."""
    from tertius.cli.output import print_reactions, stages
    from tertius.cli.settings import settings_of
    from tertius.engine import Layout, Options, parse_intervention
    from tertius.impact.making import REACTIONS, make_answer
    from tertius.impact.question import question_of
    from tertius.impact.written import plain_data
    from tertius.world import load_scenario

    loaded = load_scenario(scenario)
    layout = Layout.of(loaded, settings_of(assume, "--assume"))
    options = Options(futures=futures, weeks=weeks or loaded.weeks, seed=seed, threads=threads)
    question = question_of(layout, [parse_intervention(text) for text in without or []])
    with stages(quiet=as_json) as watch:
        answer = make_answer(layout, question, options, parts=REACTIONS, watch=watch).answer
    if as_json:
        typer.echo(json.dumps(plain_data(answer), indent=2, ensure_ascii=False, allow_nan=False))
        return
    print_reactions(answer, loaded)
