"""Shipped scenarios as they were read before, so that each is read and checked once for each version of its files.

They lie in the user's cache beside the compiled laws, under a hash of all shipped files, of the code that reads them
and of the packages that do. What cannot be used there is read anew and written again; nothing is lost with the folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tertius.shipped import FOLDER, shipped_scenarios
from tertius.world.scenario import Scenario

PACKAGES = ("pydantic", "pyyaml", "ruamel.yaml")


def kept_scenario(name: str, read: Callable[[], Scenario]) -> Scenario:
    """The shipped scenario of a name: as it was kept, else read, and kept. Raises what `read` raises."""
    file = _folder() / f"{name}-{_stamp(_written())}.pickle"
    with contextlib.suppress(Exception):  # a damaged pickle may raise anything
        held = pickle.loads(file.read_bytes())
        if isinstance(held, Scenario) and held.name == name:
            return held
    made = read()
    assert made.digest  # kept with it, as nearly every command asks for it
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        for old in file.parent.glob(f"{name}-*.pickle"):
            old.unlink(missing_ok=True)
        scratch = file.with_suffix(f".{os.getpid()}")
        scratch.write_bytes(pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL))
        scratch.replace(file)
    return made


def _folder() -> Path:
    from platformdirs import user_cache_path

    wanted = os.environ.get("TERTIUS_CACHE")
    return (Path(wanted) if wanted else user_cache_path("tertius")) / "scenarios"


def _written() -> tuple[tuple[str, int, int], ...]:
    """Shipped files with what changes when they are written."""
    states = ((path.name, path.stat()) for path in shipped_scenarios().values())
    return tuple((name, state.st_mtime_ns, state.st_size) for name, state in states)


@cache
def _stamp(written: tuple[tuple[str, int, int], ...]) -> str:
    """Hash of all that a scenario's record depends on: where it lies too, which problems are told with."""
    from importlib.metadata import version

    total = hashlib.sha256(f"{FOLDER}\0{sys.version}".encode())
    code = sorted(Path(__file__).parent.glob("*.py"))
    for path in (*shipped_scenarios().values(), *code):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    for package in PACKAGES:
        total.update(f"{package} {version(package)}".encode())
    return total.hexdigest()[:20]
