"""Open a result again: a run, a comparison or a brief. Nothing is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import AsJson


def show(archive: Annotated[Path, typer.Argument(help="A folder that --out wrote.")], as_json: AsJson = False) -> None:
    import tertius
    from tertius.cli.output import print_json
    from tertius.cli.printing import comparison_data, print_comparison, print_markdown, print_run, run_data
    from tertius.engine import Ensemble

    made = tertius.show(archive)
    if isinstance(made, Ensemble):
        print_json(run_data(made)) if as_json else print_run(made)
    elif as_json:
        print_json(comparison_data(made))
    elif (archive / "brief.md").is_file():
        print_markdown((archive / "brief.md").read_text(encoding="utf-8"))
    else:
        print_comparison(made)
