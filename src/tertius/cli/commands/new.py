"""Write a commented scenario to start from, which passes check and runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import AsJson


def new(
    name: Annotated[str, typer.Argument(help="Name of the scenario; NAME.yaml is written.")],
    folder: Annotated[Path, typer.Option(help="Where to write it.")] = Path(),
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.cli.output import print_json

    target = tertius.new(name, folder)
    if as_json:
        print_json({"written": str(target)})
        return
    typer.echo(f"written: {target}. Next: tertius check {target}; tertius brief {target}")
