"""List the shipped scenarios, and where their files lie."""

from __future__ import annotations

import typer

from tertius.cli.options import AsJson


def scenarios(as_json: AsJson = False) -> None:
    import os

    import tertius
    from tertius.cli.output import print_json

    rows = tertius.scenarios()
    if as_json:
        print_json(
            [
                {"name": row.name, "title": row.title, "as_of": row.as_of.isoformat(), "file": str(row.file)}
                for row in rows
            ]
        )
        return
    for row in rows:
        typer.echo(f"{row.name:24} {row.as_of}  {row.title}")
    for folder in sorted({str(row.file.parent) for row in rows}):
        typer.echo(f"their files: {folder}{os.sep}NAME.yaml")
