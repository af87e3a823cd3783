"""Pictures drawn in a process of its own, since the library that draws lets nothing else run in this one meanwhile.

The process reads a specification a line, Vega-Lite as JSON, and answers with a picture a line, SVG as JSON; null for
what it cannot draw. It ends with its input, and so with whoever began it. This file is what it runs, by itself.

The library reserves some gigabytes that it never touches, and ends its process where it may not. So where a process has
a limit of memory, pictures are drawn beside it, and the process that draws takes no such limit over.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from functools import cache
from types import TracebackType
from typing import Any, Self, TextIO


class Painter:
    """Draws Vega-Lite in a process beside this one, begun at once; in this one where that cannot be had."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._turn = threading.Lock()  # a specification and its picture belong together
        with suppress(OSError, TypeError):  # no interpreter to be found, or none allowed
            # Not -m: of this package's folder nothing must be found in place of what Python brings.
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def svg(self, spec: dict[str, Any], here: bool = True) -> str:
        """A picture as SVG text. here: whether this process draws what that one cannot. Raises ValueError."""
        with self._turn:
            if self._process is not None and self._process.stdin is not None and self._process.stdout is not None:
                with suppress(OSError, ValueError):
                    self._process.stdin.write(json.dumps(spec) + "\n")
                    self._process.stdin.flush()
                    made = json.loads(self._process.stdout.readline())
                    if isinstance(made, str):
                        return made
                self._end()
        if not here:
            raise ValueError("a picture cannot be drawn in the process beside this one")
        import vl_convert

        return str(vl_convert.vegalite_to_svg(spec))

    @property
    def is_gone(self) -> bool:
        """Whether its process has ended, or never was."""
        return self._process is None

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def svg(spec: dict[str, Any]) -> str:
    """Draw Vega-Lite as SVG text: in this process, or beside it where its memory is limited. Raises ValueError."""
    from tertius.memory import is_limited

    if is_limited():
        painter = _beside()
        try:
            return painter.svg(spec, here=False)
        finally:
            if painter.is_gone:  # the next picture has another
                _beside.cache_clear()
    import vl_convert

    return str(vl_convert.vegalite_to_svg(spec))


@cache
def _beside() -> Painter:
    """The process that draws for this one until it ends."""
    return Painter()


def _take_no_limit() -> None:
    """Take back what whoever began this process limited, as far as the system lets it."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def answer(asked: TextIO, told: TextIO) -> None:
    """Draw what is asked for, line by line. The first one takes longest, so one is drawn before any is asked for."""
    import vl_convert

    vl_convert.vegalite_to_svg({"data": {"values": [{"x": 1}]}, "mark": "point", "encoding": {"x": {"field": "x"}}})
    for line in asked:
        made: str | None = None
        with suppress(ValueError):
            made = str(vl_convert.vegalite_to_svg(json.loads(line)))
        told.write(json.dumps(made) + "\n")
        told.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever began this
    _take_no_limit()
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    answer(sys.stdin, sys.stdout)
