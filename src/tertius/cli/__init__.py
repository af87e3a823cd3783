"""The command line. It asks and shows; no number is computed here, and heavy imports come late."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from types import FrameType

STOPPED = 130
FAULT = 70
WHOLE = "results are written whole or not at all; a run in pieces keeps those that are done (tertius resume)"


def main() -> None:
    """Run the command line; a known error is printed plainly and sets the exit code, without a traceback.

    Ctrl-C and a request to terminate undo what is half written. A run that Ctrl-C stopped, and that kept what was done
    by then, ends with the same code as one that kept nothing.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # products are small here: threads that wait for one cost more
    gc.set_threshold(100_000)  # what a command makes lasts: looking for circles in it every 700 objects finds none
    interrupts: list[int] = []

    def interrupted(number: int, frame: FrameType | None) -> None:
        interrupts.append(number)
        signal.default_int_handler(number, frame)

    asked = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name)]
    # What the caller lets be ignored (nohup) stays ignored.
    before = {number: signal.getsignal(number) for number in asked}
    before = {number: handler for number, handler in before.items() if handler not in (signal.SIG_IGN, None)}
    for number in before:
        signal.signal(number, interrupted if number == signal.SIGINT else _terminated)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may lack a sign that a brief uses
    try:
        _run()
    except (KeyboardInterrupt, SystemExit) as end:
        # the command line's library ends by itself on Ctrl-C, without a word
        if isinstance(end, SystemExit) and end.code != STOPPED:
            raise
        _say(f"stopped; {WHOLE}")
        sys.exit(STOPPED)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if interrupts:
        sys.exit(STOPPED)


def _run() -> None:
    if sys.argv[1:] in (["-h"], ["--help"]):
        from tertius.cli.overview import overview

        sys.stdout.write(f"{overview()}\n")  # spares the import of the command line's library
        return
    import typer

    from tertius.cli.app import app
    from tertius.errors import TertiusError

    usage = typer.BadParameter.__bases__[0]  # the library does not name it, and brings its own copy
    try:
        code = app(prog_name="tertius", standalone_mode=False)
        sys.stdout.flush()  # a reader that has gone shows here at the latest
    except TertiusError as error:
        from tertius.cli.refusing import refusal

        _say(f"error: {refusal(error, sys.argv[1:])}")
        sys.exit(error.exit_code)
    except usage as error:  # type: ignore[misc]
        _refuse(error)
    except BrokenPipeError:
        _unread()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # the libraries that print end with 1
            _unread()
        raise
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        told = f"error: {place}{error.strerror or error}; check the path, its rights and the space there"
        _say(told)
        sys.exit(3)
    except Exception:  # noqa: BLE001  whatever it is, the reader gets a place and a fix
        _fault()
    if isinstance(code, int) and code:
        sys.exit(code)


def _unread() -> NoReturn:
    """The reader of a pipe (head, less) has gone, which is no error. Keep the interpreter's own flush quiet."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    sys.exit(0)


def _fault() -> NoReturn:
    """The last line of defence: what nobody foresaw is said in four lines, and its trace is kept in a file."""
    import tempfile
    import traceback

    trace = traceback.format_exc()
    last = trace.strip().splitlines()[-1][:200]
    place, kept = "tertius " + " ".join(sys.argv[1:2]), "nowhere: no file could be written"
    try:
        with tempfile.NamedTemporaryFile("w", prefix="tertius-fault-", suffix=".txt", delete=False) as file:
            file.write(f"{sys.argv[1:]}\n{trace}")
        kept = file.name
    except (OSError, UnicodeError):
        pass
    fix = f"{WHOLE}; report it with that file, which holds the words that were typed"
    _say(f"error: a fault of ours in {place}\n  given:   {last}\n  allowed: none\n  trace:   {kept}\n  fix:     {fix}")
    sys.exit(FAULT)


def _refuse(error: Any) -> NoReturn:
    """Say what is wrong with the words that were typed, and end; a command without any shows its help."""
    from tertius.cli.refusing import usage_refusal

    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
    else:
        _say(f"error: {usage_refusal(error, sys.argv[1:])}")
    sys.exit(error.exit_code)


def _terminated(number: int, frame: FrameType | None) -> None:
    """Leave as on an error, so that whatever writes can put back what stood there."""
    _say(f"terminated; {WHOLE}")
    sys.exit(128 + number)


def _say(text: str) -> None:
    from tertius.visible import spelt

    sys.stderr.write(f"{spelt(text)}\n")
