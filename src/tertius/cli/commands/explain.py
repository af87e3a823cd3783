"""Say what a quantity, output, record, section or law means.

Meaning, unit, range, default, what the scenario gives for it and on what source, and the laws that read it.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tertius.cli.completing import complete_any, complete_scenario
from tertius.cli.options import AsJson


def explain(
    name: Annotated[
        str,
        typer.Argument(
            metavar="PATH",
            help="A path such as theatres.river.area, a section such as contingents, or a law such as ground.",
            autocompletion=complete_any,
        ),
    ],
    scenario: Annotated[
        str | None,
        typer.Argument(
            metavar="SCENARIO",
            help="Whose values are told; else the first shipped scenario that has the name.",
            autocompletion=complete_scenario,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from dataclasses import asdict

    import tertius
    from tertius.cli.explained import print_explanation
    from tertius.cli.output import print_json

    found = tertius.explain(name, scenario)
    if as_json:
        print_json(asdict(found))
        return
    print_explanation(found)
