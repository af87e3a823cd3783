"""Ask a scenario questions that can be settled: the chance, the past, what the entry adds, what moves it."""

from __future__ import annotations

from tertius.cli.options import (
    AsJson,
    Assume,
    Futures,
    Only,
    QuestionFile,
    ScenarioName,
    Seed,
    SeriesData,
    Threads,
    settings_of,
)
from tertius.defaults import FUTURES, SEED, THREADS


def ask(
    scenario: ScenarioName,
    file: QuestionFile = None,
    only: Only = None,
    data: SeriesData = None,
    assume: Assume = None,
    futures: Futures = FUTURES,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.cli.ask_output import print_asked
    from tertius.cli.output import print_json, watching
    from tertius.report.asked_questions import asked_data

    settings = settings_of(assume, "--assume")
    with watching(quiet=as_json) as watch:
        told = tertius.ask(
            scenario,
            file,
            settings,
            data=data,
            only=tuple(only or ()),
            futures=futures,
            seed=seed,
            threads=threads,
            progress=watch,
        )
    if as_json:
        print_json(asked_data(told))
        return
    print_asked(told)
