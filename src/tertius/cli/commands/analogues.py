"""List past wars and entries most like the case, and what followed.

Also how often things followed in all past wars.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import AsJson, ScenarioName


def analogues(
    scenario: ScenarioName,
    data: Annotated[
        Path | None, typer.Option(help="Folder of the history data; without it, only rates over all past wars.")
    ] = None,
    count: Annotated[int, typer.Option(help="How many past wars and entries.")] = 10,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.cli.history_output import print_analogues
    from tertius.cli.output import print_json

    told = tertius.analogues(scenario, data, count)
    print_json(told) if as_json else print_analogues(told)
