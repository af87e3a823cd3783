"""Open a result again: a run, a comparison or a brief.

What the command printed that wrote it is printed. Nothing is run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import AsJson


def show(
    archive: Annotated[Path, typer.Argument(help="A folder that --out wrote.")],
    full: Annotated[bool, typer.Option("--full", help="Print the whole of a brief, not only its first part.")] = False,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.cli.output import print_json
    from tertius.cli.printing import print_run, run_data, show_answer
    from tertius.engine import Ensemble
    from tertius.impact.written import plain_data

    made = tertius.show(archive, worlds=False)
    if isinstance(made, Ensemble):
        print_json(run_data(made)) if as_json else print_run(made)
    elif as_json:
        print_json(plain_data(made.answer))
    else:
        show_answer(made.answer, made.scenario, full)
