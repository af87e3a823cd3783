"""Say what other states do, with the entry and without it.

Base rates, what is likely in either world, the reasons, and what the first move of each state changes for the others.
"""

from __future__ import annotations

from tertius.cli.options import (
    AsJson,
    Assume,
    Futures,
    Given,
    Mode,
    ScenarioName,
    Seed,
    Settings,
    Threads,
    Weeks,
    Without,
    given_step,
    question,
)
from tertius.defaults import FUTURES, SEED, THREADS


def reactions(
    scenario: ScenarioName,
    given: Given = "",
    without: Without = None,
    mode: Mode = "",
    settings: Settings = None,
    assume: Assume = None,
    futures: Futures = FUTURES,
    weeks: Weeks = None,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.cli.output import print_json, watching
    from tertius.cli.printing import print_given, print_reactions
    from tertius.impact.written import plain_data

    asked = question(without, mode, settings, assume)
    if given:
        step = given_step(given, asked)
        with watching(quiet=as_json):
            told = tertius.given(
                scenario, *step, asked["assume"], futures=futures, weeks=weeks, seed=seed, threads=threads
            )
        if as_json:
            print_json(plain_data(told))
            return
        print_given(told, tertius.load(scenario).layout.scenario)
        return
    with watching(quiet=as_json) as watch:
        found = tertius.reactions(
            scenario, **asked, futures=futures, weeks=weeks, seed=seed, threads=threads, progress=watch
        )
    if as_json:
        print_json(plain_data(found.answer))
        return
    print_reactions(found.answer, found.scenario)
