"""Where a brief's time goes, as shares of its processor seconds: `make bench`.

Run in a fresh process, so that imports count; the kernel is loaded from its cache where it was compiled before.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCENARIO = "ukraine-2024"
FUTURES = 4000


class Spent:
    """Processor seconds by stage; a stage's time does not count in the one around it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.inner = [0.0]

    @contextmanager
    def on(self, stage: str) -> Iterator[None]:
        """Count what is spent inside as the stage's."""
        started = time.process_time()
        self.inner.append(0.0)
        try:
            yield
        finally:
            spent = time.process_time() - started
            within = self.inner.pop()
            self.inner[-1] += spent
            self.seconds[stage] = self.seconds.get(stage, 0.0) + spent - within

    def counted(self, module: Any, name: str, stage: str) -> None:
        """Count a module's function as a stage."""
        function: Callable[..., Any] = getattr(module, name)

        def counted(*arguments: Any, **named: Any) -> Any:
            with self.on(stage):
                return function(*arguments, **named)

        setattr(module, name, counted)


def measure(scenario: str = SCENARIO, futures: int = FUTURES) -> dict[str, float]:
    """Processor seconds of each stage of a whole brief with its files."""
    spent = Spent()
    with spent.on("imports"):
        import tertius.impact.making as making
        import tertius.report.archive as archive
        from tertius.engine import Layout, Options
        from tertius.engine.compiled import run_block
        from tertius.impact.question import question_of
        from tertius.report import drawn, render
        from tertius.world import load_scenario
    spent.counted(making, "pair", "paired futures")
    for name in ("sensitivity", "first_moves", "hypotheses", "reactions", "all_reasons", "system"):
        spent.counted(making, name, name.replace("_", " "))
    spent.counted(drawn, "drawn", "figures")
    with spent.on("scenario"):
        loaded = load_scenario(scenario)
    with spent.on("layout"):
        layout = Layout.of(loaded)
    with spent.on("kernel from its cache"):
        run_block()
    with spent.on("other parts"):
        made = making.make_answer(layout, question_of(layout), Options(futures=futures))
    with spent.on("words"):
        render.markdown(made.answer, loaded)
    with tempfile.TemporaryDirectory() as folder, spent.on("archive"):
        archive.save_brief(made, Path(folder) / "brief")
    return spent.seconds


def table(seconds: dict[str, float], scenario: str, futures: int) -> str:
    """The shares, for people."""
    whole = sum(seconds.values())
    rows = [f"  {stage:24} {spent:7.2f} s {100 * spent / whole:4.0f}%" for stage, spent in seconds.items()]
    title = f"brief {scenario} with its files, {futures} paired futures: {whole:.1f} processor seconds"
    return "\n".join([title, *sorted(rows, key=lambda row: -float(row.split(" s ")[0].split()[-1]))])


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.brief", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--scenario", default=SCENARIO)
    parser.add_argument("--futures", type=int, default=FUTURES)
    given = parser.parse_args(arguments)
    print(table(measure(given.scenario, given.futures), given.scenario, given.futures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
