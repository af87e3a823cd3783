"""Serve assistants: the same calls as tools, over standard input and output.

An assistant starts this command and asks for scenarios, brief, compare, ask, watch, explain, check, country and read
(Model Context Protocol). It reads and keeps files in one folder alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import Threads
from tertius.defaults import FUTURES, THREADS
from tertius.errors import OptionError


def mcp(
    folder: Annotated[
        Path | None,
        typer.Option(help="The folder whose files may be read, where answers are kept; else one of the user's."),
    ] = None,
    most: Annotated[int, typer.Option("--most-futures", help="Most futures of a call.")] = FUTURES,
    threads: Threads = THREADS,
) -> None:
    from importlib.util import find_spec

    from tertius.api.places import check_folder
    from tertius.assistants.bounds import Bounds
    from tertius.defaults import data_folder
    from tertius.engine.arm import Options
    from tertius.errors import MissingExtra

    if find_spec("mcp") is None:
        raise MissingExtra("assistants", "mcp", "serving assistants")
    place = data_folder().parent / "assistants" if folder is None else folder
    if folder is not None and not folder.is_dir():
        raise OptionError("--folder", str(folder), "a folder that exists", "make it first, or name another")
    check_folder("--folder", place, own=False)
    Options(futures=most, threads=threads)  # says what is out of range
    place.mkdir(parents=True, exist_ok=True)
    from tertius.assistants.serving import serve

    serve(Bounds(place.resolve(), most, threads))
