"""Check an installation: packages, folders, disk, and a run whose numbers are known.

Ends with 0 where everything works, with 3 where something does not. What an extra would bring is a note.
"""

from __future__ import annotations

from dataclasses import asdict

import typer

from tertius.cli.options import AsJson

SIGNS = {"good": "ok   ", "note": "note ", "wrong": "WRONG"}


def doctor(as_json: AsJson = False) -> None:
    import tertius
    from tertius.cli.output import print_json

    found = tertius.doctor()
    wrong = sum(finding.state == "wrong" for finding in found)
    if as_json:
        print_json({"works": not wrong, "findings": [asdict(finding) for finding in found]})
    else:
        for finding in found:
            typer.echo(f"{SIGNS[finding.state]} {finding.what}: {finding.found}")
            if finding.fix:
                typer.echo(f"      fix: {finding.fix}")
        typer.echo(f"{wrong} of {len(found)} do not work" if wrong else "everything works")
    if wrong:
        raise typer.Exit(3)
