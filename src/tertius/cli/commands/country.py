"""Look a state up as of a year: strength, regime, neighbours, allies, rivals, and what it is to another.

Every number stands with the year that it is of; --sources says who publishes it and on what terms.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tertius.cli.options import AsJson


def country(
    code: Annotated[str, typer.Argument(metavar="CODE", help="ISO code of three letters, such as COD, or a name.")],
    beside: Annotated[str | None, typer.Option("--with", help="Another state: what the two are to each other.")] = None,
    year: Annotated[int | None, typer.Option(help="As of this year, 1946 or later; else the last known.")] = None,
    sources: Annotated[bool, typer.Option("--sources", help="Publisher, last year and terms of each number.")] = False,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.cli.country_output import print_country, print_sources
    from tertius.cli.output import print_json

    found = tertius.country(code, beside, year)
    if as_json:
        print_json(found.data())
        return
    print_country(found)
    if sources:
        print_sources()
