"""Go on with a run in pieces, after an interruption of any kind.

What is on disk is not computed again, and the end is the same to the bit, whoever computes the rest.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import AsJson, Threads, Workers
from tertius.defaults import THREADS


def resume(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of the run.")],
    threads: Threads = THREADS,
    executor: Workers = "threads",
    as_json: AsJson = False,
) -> None:
    from tertius.cli.pieced_output import resume_and_print

    resume_and_print(folder, as_json, threads=threads, executor=executor)
