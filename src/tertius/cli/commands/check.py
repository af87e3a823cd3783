"""Check a scenario: every problem with its place and the fix."""

from __future__ import annotations

import typer

from tertius.cli.options import AsJson, ScenarioName


def check(scenario: ScenarioName, as_json: AsJson = False) -> None:
    import tertius
    from tertius.cli.output import print_json

    found = tertius.check(scenario)
    if as_json:
        told = {"scenario": found.name, "valid": True, "quantities": found.quantities, "warnings": found.warnings}
        print_json(told)
        return
    counts = ", ".join(f"{count} {basis}" for basis, count in found.quantities.items())
    typer.echo(f"{found.name}: valid. As of {found.as_of}, {found.weeks} weeks; quantities: {counts or 'none'}.")
    records = ", ".join(f"{count} {entity}" for entity, count in found.records.items())
    typer.echo(f"records: {records}; outcomes: {', '.join(found.outcomes) or 'none'}")
    if not found.outcomes:
        typer.echo("warning: no outcomes: nothing can be run, compared or told until there are some")
    for warning in found.warnings:
        typer.echo(f"warning: {warning}")
