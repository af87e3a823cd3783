"""Where a brief's time goes, as shares of its processor seconds: `make bench`.

Run in a fresh process, so that imports count; the kernel is loaded from its cache where it was compiled before. Parts
run beside each other, so each thread's own seconds are counted; those of the process that draws pictures too.
"""

from __future__ import annotations

import argparse
import io
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCENARIO = "ukraine-2024"
FUTURES = 4000
ASKING = ("pair", "_again", "sensitivity", "first_moves", "hypotheses")
READING = ("reactions", "summary", "all_reasons", "series", "strikes", "timeline", "system", "ignorance")
SIGNS = ("sought", "signs_of")
TITLES = {"pair": "paired futures", "_again": "steps again", "all_reasons": "reasons"} | dict.fromkeys(SIGNS, "signs")


@dataclass
class Spent:
    """Processor seconds by stage; a stage's time does not count in the one around it in its thread.

    whole   of the process and those that it began; wall: seconds by the clock; memory: most that was held, in bytes
    """

    seconds: dict[str, float] = field(default_factory=dict)
    whole: float = 0.0
    wall: float = 0.0
    memory: float = 0.0

    def __post_init__(self) -> None:
        self._inner = threading.local()
        self._lock = threading.Lock()
        self._asking: list[str] = []

    @contextmanager
    def on(self, stage: str) -> Iterator[None]:
        """Count what this thread spends inside as the stage's."""
        inner: list[float] = self._inner.__dict__.setdefault("held", [0.0])
        started = time.thread_time()
        inner.append(0.0)
        try:
            yield
        finally:
            spent = time.thread_time() - started
            within = inner.pop()
            inner[-1] += spent
            with self._lock:
                self.seconds[stage] = self.seconds.get(stage, 0.0) + spent - within

    def counted(self, owner: Any, name: str, stage: str, asks: bool = False) -> None:
        """Count a function of a module as a stage; `asks`: it has futures run, which are told as its own."""
        function: Callable[..., Any] = getattr(owner, name)

        def counted(*arguments: Any, **named: Any) -> Any:
            self._asking += [stage] if asks else []
            try:
                with self.on(stage):
                    return function(*arguments, **named)
            finally:
                if asks:
                    self._asking.remove(stage)

        setattr(owner, name, counted)

    def futures(self, arm: Any) -> None:
        """Count the running of futures, in whatever thread, by the stage that asked for them last."""
        advance: Callable[..., None] = arm.advance

        def counted(*arguments: Any, **named: Any) -> None:
            with self.on(f"futures: {self._asking[-1] if self._asking else 'others'}"):
                advance(*arguments, **named)

        arm.advance = counted

    def ended(self, started: float) -> None:
        """Take stock of the whole."""
        own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        self.wall = time.perf_counter() - started
        self.seconds["pictures, in their process"] = others.ru_utime + others.ru_stime
        self.whole = own.ru_utime + own.ru_stime + self.seconds["pictures, in their process"]
        self.memory = own.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        self.seconds["all else"] = self.whole - sum(self.seconds.values())


def measure(scenario: str = SCENARIO, futures: int = FUTURES, whole: bool = True) -> Spent:
    """Processor seconds of each stage of a whole brief with its files, or of a first page."""
    spent, started = Spent(), time.perf_counter()
    with spent.on("imports"):
        import tertius.impact.making as making
        import tertius.report.archive as archive
        from tertius.engine import Ensemble, Layout, Options
        from tertius.engine.arm import Arm
        from tertius.engine.compiled import run_block
        from tertius.impact.question import question_of
        from tertius.report import drawn
        from tertius.report.formats import formats
        from tertius.world import load_scenario
    for name in (*ASKING, *READING, *SIGNS):
        spent.counted(making, name, TITLES.get(name, name.replace("_", " ")), asks=name in ASKING)
    spent.counted(Ensemble, "of_first", "the archive's states")
    spent.futures(Arm)
    with spent.on("scenario"):
        loaded = load_scenario(scenario)
    with spent.on("layout"):
        layout = Layout.of(loaded)
    with spent.on("kernel from its cache"):
        run_block()
    parts = making.WHOLE if whole else making.FIRST_PAGE
    with spent.on("other parts"):
        asked = layout, question_of(layout), Options(futures=futures)
        made = making.lighter(making.make_answer(*asked, parts=parts, to_save=whole))
    with spent.on("words"), redirect_stdout(io.StringIO()):
        from tertius.cli.printing import print_brief

        print_brief(made.answer, loaded, whole)
    if whole:
        with spent.on("imports"):
            import tertius.report.figures as figures
        spent.counted(figures, "all_figures", "charts")
        spent.counted(drawn, "drawn", "figures")
        for one in formats().values():
            object.__setattr__(one, "write", _counted(spent, one.name, one.write))
        with tempfile.TemporaryDirectory() as folder, spent.on("archive"):
            archive.save_brief(made, Path(folder) / "brief")
    spent.ended(started)
    return spent


def _counted(spent: Spent, name: str, write: Callable[..., dict[str, str]]) -> Callable[..., dict[str, str]]:
    def counted(*arguments: Any) -> dict[str, str]:
        with spent.on(f"format {name}"):
            return write(*arguments)

    return counted


def table(spent: Spent, scenario: str, futures: int, what: str) -> str:
    """The shares, for people."""
    title = f"{what}: brief {scenario}, {futures} paired futures: {spent.whole:.1f} processor seconds"
    ratios = f"in {spent.wall:.1f} seconds by the clock, {spent.whole / spent.wall:.1f} processors at work; "
    ratios += f"{spent.memory / 1e6:.0f} MB at most"
    if sys.dont_write_bytecode:
        ratios += "\nPYTHONDONTWRITEBYTECODE is set: where no bytecode lies ready, imports compile it anew each time"
    rows = sorted(spent.seconds.items(), key=lambda row: -row[1])
    return "\n".join(
        [title, ratios, *(f"  {stage:30} {took:7.2f} s {100 * took / spent.whole:4.0f}%" for stage, took in rows)]
    )


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.brief", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--scenario", default=SCENARIO)
    parser.add_argument("--futures", type=int, default=FUTURES)
    parser.add_argument("--first-page", action="store_true", help="what a terminal shows, without files")
    given = parser.parse_args(arguments)
    what = "first page" if given.first_page else "whole, with its files"
    print(table(measure(given.scenario, given.futures, not given.first_page), given.scenario, given.futures, what))
    return 0


if __name__ == "__main__":
    sys.exit(main())
