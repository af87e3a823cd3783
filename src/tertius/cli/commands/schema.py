"""Print the JSON schema of what the other commands give.

That of brief, compare, causes, reactions and show with --json: every field with its meaning. With a name, that of
storylines, options, inverse or watch.
"""

from __future__ import annotations

from typing import Annotated

import typer


def schema(
    of: Annotated[
        str, typer.Argument(help="answer, storylines, options, inverse or watch.", metavar="[COMMAND]")
    ] = "answer",
) -> None:
    import tertius
    from tertius.cli.output import print_json

    print_json(tertius.schema(of))
