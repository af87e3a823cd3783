"""Check a scenario: every problem with its place and the fix.

With --assume, it is checked with those values. With --next, it lists what is yet to be looked up (`source: missing`),
by how much each number would move the answer.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tertius.cli.options import AsJson, Assume, ScenarioName, settings_of


def check(
    scenario: ScenarioName,
    ahead: Annotated[
        bool, typer.Option("--next", help="What to look up next, by how much it would move the answer.")
    ] = False,
    assume: Assume = None,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.cli.output import print_json, watching

    told = settings_of(assume, "--assume")
    war = tertius.assume(scenario, told) if told else scenario
    if ahead:
        from dataclasses import asdict

        from tertius.cli.lookup_output import print_lookups

        with watching(as_json) as watch:
            numbers = tertius.missing(war, progress=watch)
        if as_json:
            print_json([asdict(each) for each in numbers])
        else:
            print_lookups(scenario, numbers)
        return
    found = tertius.check(war)
    if as_json:
        valid = {"scenario": found.name, "valid": True, "quantities": found.quantities, "warnings": found.warnings}
        print_json(valid)
        return
    counts = ", ".join(f"{count} {basis}" for basis, count in found.quantities.items())
    typer.echo(f"{found.name}: valid. As of {found.as_of}, {found.weeks} weeks; quantities: {counts or 'none'}.")
    records = ", ".join(f"{entity.replace('_', ' ')} {count}" for entity, count in found.records.items() if count)
    typer.echo(f"records: {records or 'none'}; outcomes: {', '.join(found.outcomes) or 'none'}")
    if not found.outcomes:
        typer.echo("warning: no outcomes: nothing can be run, compared or told until there are some")
    for warning in found.warnings:
        typer.echo(f"warning: {warning}")
