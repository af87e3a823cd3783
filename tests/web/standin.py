"""A desk and kinds of jobs that a test can time, stop and break; workers import it by name."""

import mmap
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from tertius.errors import OptionError


@dataclass(frozen=True)
class Kind:
    place: str


@dataclass(frozen=True)
class Desk:
    folder: Path


def _note(desk: Desk, word: str) -> int:
    """Write a word down, and return how often it now stands there."""
    file = desk.folder / "notes.txt"
    with file.open("a") as notes:
        notes.write(f"{word}\n")
    return file.read_text().split().count(word)


def echo(desk, case, arguments, progress):
    _note(desk, f"echo-{arguments.get('n', 0)}")
    progress("saying", 1, 1)
    return {"case": case, "said": arguments}


def slow(desk, case, arguments, progress):
    _note(desk, "slow")
    for done in range(arguments["parts"]):
        progress("waiting", done, arguments["parts"])
        time.sleep(0.05)
    return {"parts": arguments["parts"]}


def stuck(desk, case, arguments, progress):
    _note(desk, "stuck")
    time.sleep(600)


def dies(desk, case, arguments, progress):
    if _note(desk, "dies") <= arguments["times"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"lived": True}


def wrong(desk, case, arguments, progress):
    raise OptionError("--weeks", 0, "1 or more", "choose more")


def broken(desk, case, arguments, progress):
    return {"half": 1 / 0}


def vast(desk, case, arguments, progress):
    return {"text": "x" * arguments["bytes"]}


def wants(desk, case, arguments, progress):
    size = arguments["bytes"]
    held = bytearray(size) if arguments["what"] == "array" else mmap.mmap(-1, size, access=mmap.ACCESS_COPY)
    return {"held": len(held)}


def nan(desk, case, arguments, progress):
    return {"value": float("nan")}


KINDS = {made.__name__: Kind(f"tests.web.standin:{made.__name__}") for made in (
    echo, slow, stuck, dies, wrong, broken, vast, wants, nan,
)}  # fmt: skip
