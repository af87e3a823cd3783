"""What takes long to find and is the same each time, kept: shipped scenarios as they were read, and hashes of laws.

They lie in the user's cache beside the compiled laws. A scenario lies under a hash of all shipped files, of the code
that reads them and of the packages that do. What cannot be used there is found anew and written again; nothing is lost
with the folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
import threading
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
        for old in file.parent.glob(f"{name}-*.pickle"):
            old.unlink(missing_ok=True)
        _write(file, pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL))
    return made


def kept_hash(of: str, find: Callable[[], str]) -> str:
    """A sha256 that takes long to find, as it was kept under the hash of what it is found from; else found, and kept.

    of   that hash, of code that finds it too. Raises what `find` raises.

    Beside it stands the hash of both: a wrong one would have a fit refused that is right.
    """
    file = _folder() / f"{of}.sha256"
    with contextlib.suppress(OSError, ValueError):
        held, _, seal = file.read_text(encoding="ascii").partition(" ")
        if seal == _seal(of, held):
            return held
    found = find()
    with contextlib.suppress(OSError):
        _write(file, f"{found} {_seal(of, found)}".encode())
    return found


def _seal(of: str, found: str) -> str:
    """Hash of a hash that is kept, and of what it was found from."""
    return hashlib.sha256(f"{of} {found}".encode()).hexdigest()


def _write(file: Path, content: bytes) -> None:
    """Write a file beside its place and rename it, so that it is there whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    scratch = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    scratch.write_bytes(content)
    scratch.replace(file)


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
