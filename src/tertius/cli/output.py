"""What every command prints alike: progress bars on standard error, JSON on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tertius.api.calls import Watch


@contextmanager
def watching(quiet: bool, laws: bool = True, remaining: bool = False, meanwhile: Sequence[str] = ()) -> Iterator[Watch]:
    """Progress bars on standard error, one for each stage of the work as it comes.

    With `laws`, the first run also compiles them, and says so. With `remaining`, bars tell how long is left, too.
    `meanwhile` are modules that are needed after the work: they are loaded while its first futures are waited for.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        TaskID,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns: list[ProgressColumn] = [TextColumn("{task.description:16}"), BarColumn(), MofNCompleteColumn()]
    columns += [TimeElapsedColumn(), *((TextColumn("left"), TimeRemainingColumn()) if remaining else ())]
    # An estimate from the last ten minutes: pieces of a large run come seconds apart.
    with Progress(
        *columns, speed_estimate_period=600 if remaining else 30, console=Console(stderr=True, quiet=quiet)
    ) as bars:
        tasks: dict[str, TaskID] = {}
        later = list(meanwhile)

        def watch(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=None)
            bars.update(tasks[stage], completed=done, total=total)
            while later:
                import_module(later.pop(0))

        from tertius.engine.compiled import compiled_before

        if laws and not compiled_before():
            bars.console.print("compiling the laws (once for each version; one to two minutes)")
        yield watch


def say_replaced(stood: str) -> None:
    """On standard error, what a result has taken the place of; nothing where nothing stood there."""
    if stood:
        sys.stderr.write(f"replaced: {stood}\n")


def print_json(data: Any) -> None:
    """JSON on standard output, and nothing else."""
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


@contextmanager
def says_how_to_go_on(how: str) -> Iterator[None]:
    """On Ctrl-C say what to do next, then stop as usual."""
    try:
        yield
    except KeyboardInterrupt:
        sys.stderr.write(f"stopped before the end; {how}\n")
        raise
