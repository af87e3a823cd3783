"""Whether an installation works: Python, packages, folders, the compiled laws, and a run whose numbers are known."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from importlib.util import cache_from_source
from math import isinf
from pathlib import Path
from typing import Any, Final

from tertius.api.calls import front
from tertius.defaults import data_folder
from tertius.memory import own_memory

GOOD, NOTE, WRONG = "good", "note", "wrong"
LEAST_PYTHON = (3, 11)
LEAST_DISK = 500_000_000  # bytes free where things are written
LEAST_MEMORY = 2_000_000_000
WAR: Final = {"scenario": "river-war", "futures": 40, "weeks": 8, "seed": 1}
KNOWN: Final[dict[str, float]] = {"land": 72.9004131272996, "usable": 803.5370225534682}
"""Means of that run after its last week; tests hold them to the laws as they are."""
NEAR = 1e-9  # another processor may round a last digit otherwise


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    what    what it is
    state   good; note for what works without it; wrong for what does not work
    found   what was found
    fix     what to do; empty where it is good
    """

    what: str
    state: str
    found: str
    fix: str = ""


@front
def doctor() -> tuple[Finding, ...]:
    """Look at an installation: Python, packages, extras, folders, disk, and a run whose numbers are known.

    Returns:
        What was found, each with its state (good, note or wrong) and what to do.

    Example:
        >>> all(finding.state != "wrong" for finding in tertius.doctor())
        True
    """
    found = [_python(), _bytecode(), *_packages(), *_extras(), *_places(), _memory(), _shown()]
    if all(finding.state != WRONG for finding in found):
        found += [_scenarios(), _run()]
    return tuple(found)


def _python() -> Finding:
    told = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    good = sys.version_info >= LEAST_PYTHON
    return Finding("Python", GOOD if good else WRONG, told, "" if good else "install Python 3.11 or later")


def _bytecode() -> Finding:
    if Path(cache_from_source(__file__)).exists() or not sys.dont_write_bytecode:
        return Finding("bytecode", GOOD, "kept, so that a start compiles no module anew")
    told = "not kept (PYTHONDONTWRITEBYTECODE): every start compiles all modules anew, a second or two"
    fix = f"unset PYTHONDONTWRITEBYTECODE, or compile once: python -m compileall -q {Path(__file__).parent.parent}"
    return Finding("bytecode", NOTE, told, fix)


def _requirements() -> dict[str, list[str]]:
    """Names of the packages that are needed ('' the key) and of those of each extra. None where there is no record."""
    found: dict[str, list[str]] = {"": []}
    for line in metadata.requires("tertius") or []:
        name, _, marker = line.partition(";")
        package = re.split(r"[\s<>=!~\[(]", name.strip())[0]
        extra = re.search(r"extra\s*==\s*['\"]([\w-]+)['\"]", marker)
        found.setdefault(extra[1] if extra else "", []).append(package)
    return found


def _lacking(packages: list[str]) -> list[str]:
    lacking = []
    for package in packages:
        try:
            metadata.version(package)
        except metadata.PackageNotFoundError:
            lacking.append(package)
    return lacking


def _packages() -> Iterator[Finding]:
    try:
        needed = _requirements()[""]
        own = metadata.version("tertius")
    except metadata.PackageNotFoundError:
        yield Finding("Tertius", WRONG, "not installed as a package", "install it: pip install . in its folder")
        return
    yield Finding("Tertius", GOOD, f"{own} in {Path(__file__).parent.parent}")
    lacking = _lacking(needed)
    if lacking:
        yield Finding("packages", WRONG, f"without {', '.join(lacking)}", f"pip install {' '.join(lacking)}")
    else:
        yield Finding("packages", GOOD, f"all {len(needed)} that are needed")


def _extras() -> Iterator[Finding]:
    try:
        extras = _requirements()
    except metadata.PackageNotFoundError:
        return
    have = []
    for extra in sorted(set(extras) - {"", "dev", "docs"}):
        lacking = _lacking(extras[extra])
        if lacking:
            yield Finding(f"extra {extra}", NOTE, f"without {', '.join(lacking)}", f"pip install {' '.join(lacking)}")
        else:
            have.append(extra)
    yield Finding("extras", GOOD if have else NOTE, ", ".join(have) or "none")


def _places() -> Iterator[Finding]:
    """The folders that are written to: the compiled laws', the data's, and that of temporary files."""
    from tertius.engine.compiled import compiled_before, kernel_folder

    laws = kernel_folder()
    if Path(tempfile.gettempdir()) in laws.parents and "TERTIUS_CACHE" not in os.environ:
        fix = "name a folder that can be written in TERTIUS_CACHE; without one the laws are compiled at every start"
        yield Finding("cache of the laws", NOTE, f"{laws}, which does not last", fix)
    else:
        state = "the laws are compiled" if compiled_before() else "the laws are compiled at the first run"
        yield Finding("cache of the laws", GOOD, f"{laws}: {state}")
    yield _writable("data folder", data_folder(), "name a folder that can be written in TERTIUS_DATA")
    yield _writable("temporary files", Path(tempfile.gettempdir()), "name a folder that can be written in TMPDIR")
    for name, place in (("disk of the cache", laws), ("disk of this folder", Path())):
        free = shutil.disk_usage(
            next(each for each in (place.resolve(), *place.resolve().parents) if each.exists())
        ).free
        good = free >= LEAST_DISK
        told = f"{free / 1e9:,.1f} GB free"
        yield Finding(name, GOOD if good else NOTE, told, "" if good else "free some space there")


def _writable(what: str, place: Path, fix: str) -> Finding:
    standing = next(each for each in (place, *place.parents) if each.exists())
    try:
        with tempfile.TemporaryDirectory(prefix=".tertius-", dir=standing):
            pass
    except OSError as error:
        return Finding(what, WRONG, f"{place} cannot be written ({error.strerror or error})", fix)
    return Finding(what, GOOD, str(place) + ("" if place.exists() else " (made when it is needed)"))


def _memory() -> Finding:
    size = own_memory()
    if isinf(size):
        return Finding("memory", NOTE, "the system does not say how much there is")
    good = size >= LEAST_MEMORY
    fix = "" if good else "ask for fewer futures, or run in pieces: --executor threads"
    return Finding("memory", GOOD if good else NOTE, f"{size / 1e9:,.1f} GB", fix)


def _shown() -> Finding:
    coding = (getattr(sys.__stdout__, "encoding", None) or "none").lower()
    if coding.replace("-", "") == "utf8":
        return Finding("terminal", GOOD, "UTF-8")
    return Finding("terminal", NOTE, f"{coding}: some signs are spelt out", "set PYTHONUTF8=1, or a UTF-8 locale")


def _scenarios() -> Finding:
    from tertius.api.starting import scenarios

    names = [row.name for row in scenarios()]
    good = WAR["scenario"] in names
    return Finding("scenarios", GOOD if good else WRONG, ", ".join(names), "" if good else "install the package again")


def _run() -> Finding:
    import time

    from tertius.api.asking import run
    from tertius.errors import TertiusError

    words: Any = {name: value for name, value in WAR.items() if name != "scenario"}
    begun = time.monotonic()
    try:
        made = run(str(WAR["scenario"]), **words)
    except (TertiusError, OSError, ImportError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        return Finding(
            "a run", WRONG, first, "install the packages of constraints.txt, and remove the cache of the laws"
        )
    took = f"{WAR['futures']} futures in {time.monotonic() - begun:.1f} s"
    means = {name: float(made.of(name)[:, -1].mean()) for name in KNOWN}
    if means == KNOWN:
        return Finding("a run", GOOD, f"{took}: the known numbers, to the bit")
    wrong = [name for name, value in KNOWN.items() if abs(means[name] - value) > NEAR * abs(value)]
    if not wrong:
        return Finding(
            "a run", GOOD, f"{took}: the known numbers, but for the last digits (another processor or NumPy)"
        )
    told = ", ".join(f"{name} {means[name]:.6g}, not {KNOWN[name]:.6g}" for name in wrong)
    fix = "remove the cache of the laws, install the packages of constraints.txt, and report it if it stays"
    return Finding("a run", WRONG, f"{took}: {told}", fix)
