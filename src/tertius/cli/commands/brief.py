"""Say what the entry changes, and what that rests on.

The war is compared with and without the entry (or the other world of --without and --set), and the brief printed; with
--out also written as brief.html, brief.md, figures and the archive of both worlds. With --article or --evidence it says
first which claims will count, and then what they say, and how far which number moves because of which sentence.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import (
    AsJson,
    Assume,
    Formats,
    Futures,
    Grades,
    Mode,
    Out,
    Published,
    ScenarioName,
    Seed,
    Settings,
    Slides,
    Threads,
    Weeks,
    Without,
    Workers,
    formats_of,
    question,
)
from tertius.defaults import FUTURES, SEED, THREADS


def brief(
    scenario: ScenarioName,
    without: Without = None,
    mode: Mode = "",
    settings: Settings = None,
    assume: Assume = None,
    futures: Futures = FUTURES,
    weeks: Weeks = None,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    executor: Workers = "threads",
    out: Out = None,
    formats: Formats = None,
    slides: Slides = False,
    shared: Annotated[
        bool, typer.Option("--causes", help="Share the difference out over mechanisms and actors too; some 40 s more.")
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="Print the whole brief, not only its first part.")] = False,
    article: Annotated[
        list[str] | None, typer.Option(help="Text, HTML or PDF whose claims move the forecast. Repeatable.")
    ] = None,
    evidence: Annotated[
        str, typer.Option(help="Inbox whose accepted claims move the forecast: an address, or inbox.")
    ] = "",
    grade: Annotated[str, typer.Option(help="Admiralty grade of the articles; else by --origin, else B2.")] = "",
    published: Published = None,
    origin: Annotated[str, typer.Option(help="Who told it first, such as a source of the scenario.")] = "",
    review: Annotated[
        bool, typer.Option("--review", help="Ask which claims count: accept, drop or edit them, on a terminal.")
    ] = False,
    grades: Grades = None,
    strengths: Annotated[Path | None, typer.Option(help="Another table of modes and errors.")] = None,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.api.places import check_folder
    from tertius.api.standing import check_standing
    from tertius.cli.output import print_json, say_replaced, watching
    from tertius.cli.reviewing import shown
    from tertius.impact.written import plain_data

    check_folder("--out", out)
    chosen = formats_of(formats, slides, out)
    stood = check_standing("--out", out, "brief", chosen)
    asked = question(without, mode, settings, assume)
    war = tertius.load(scenario)
    told = (article or (), evidence, grade, published or "", origin)
    claims = tertius.claims_of(war, *told) if any(told) else None
    if claims is not None or review:
        tables = (grades, strengths)
        claims = shown(war, claims, asked["assume"], tables, inbox=evidence, review=review, quiet=as_json)
    meanwhile = ("tertius.cli.printing", *(("tertius.report.figures", "pyarrow.parquet") if out is not None else ()))
    with watching(quiet=as_json, meanwhile=meanwhile) as watch:
        made = tertius.brief(
            war,
            **asked,
            whole=full or as_json or out is not None,
            causes=shared,
            claims=claims,
            grades=grades,
            strengths=strengths,
            futures=futures,
            weeks=weeks,
            seed=seed,
            threads=threads,
            executor=executor,
            light=True,
            to_save=out is not None,
            progress=watch,
        )
    written = tertius.save(made, out, chosen) if out is not None else None
    say_replaced(stood)
    if as_json:
        print_json(plain_data(made.answer))
        return
    from tertius.cli.printing import print_brief, say_written

    print_brief(made.answer, made.scenario, full)
    if written is not None:
        say_written(written, chosen, "the archive")
