"""The command line. It asks and shows; no number is computed here, and heavy imports come late."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType


def main() -> None:
    """Run the command line; a known error is printed plainly and sets the exit code, without a traceback.

    Ctrl-C and a request to terminate undo what is half written.
    """
    before = signal.signal(signal.SIGTERM, _terminated)
    try:
        _run()
    except KeyboardInterrupt:
        _say("stopped; the result was not written, and what stood there before is unchanged")
        sys.exit(130)
    finally:
        signal.signal(signal.SIGTERM, before)


def _run() -> None:
    from tertius.cli.app import app
    from tertius.errors import TertiusError

    try:
        app(standalone_mode=True)
    except TertiusError as error:
        _say(f"error: {error}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of a pipe (head, less) has gone; not an error. Keep the interpreter's own flush quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        told = f"error: {place}{error.strerror or error}; check the path, its rights and the space there"
        _say(told)
        sys.exit(3)


def _terminated(number: int, frame: FrameType | None) -> None:
    """Leave as on an error, so that whatever writes can put back what stood there."""
    _say("terminated; the result was not written, and what stood there before is unchanged")
    sys.exit(128 + number)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
