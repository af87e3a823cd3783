"""Pictures drawn in a process of its own, since the library that draws lets nothing else run in this one meanwhile.

The process reads a specification a line, Vega-Lite as JSON, and answers with a picture a line, SVG as JSON; null for
what it cannot draw. It ends with its input, and so with whoever began it. This file is what it runs, by itself.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TextIO


class Painter:
    """Draws Vega-Lite in a process beside this one, begun at once; in this one where that cannot be had."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
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

    def svg(self, spec: dict[str, Any]) -> str:
        """A picture as SVG text. Raises ValueError where it cannot be drawn."""
        if self._process is not None and self._process.stdin is not None and self._process.stdout is not None:
            with suppress(OSError, ValueError):
                self._process.stdin.write(json.dumps(spec) + "\n")
                self._process.stdin.flush()
                made = json.loads(self._process.stdout.readline())
                if isinstance(made, str):
                    return made
            self._end()
        import vl_convert

        return str(vl_convert.vegalite_to_svg(spec))

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


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
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    answer(sys.stdin, sys.stdout)
