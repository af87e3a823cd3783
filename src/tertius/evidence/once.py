"""What slow files say, kept, so that each is read once.

A map of a megabyte says two numbers. They are kept in FOLDER/ab/KEY.json, where the key is of the source, the file's
name and its bytes; with them a hash of the rules by which they were read. Other rules read the file again. Nothing is
lost with the folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from tertius.evidence.observations import Note, Observations, Parsed
from tertius.evidence.registry import Source
from tertius.nested import read_json

MEASURING = ("shapely", "pyproj")


def cache_folder() -> Path:
    """Return where what plain folders say is kept: below TERTIUS_CACHE, else the user's cache."""
    from platformdirs import user_cache_dir

    named = os.environ.get("TERTIUS_CACHE")
    return (Path(named) if named else Path(user_cache_dir("tertius", appauthor=False))) / "parsed"


def parsed_once(owner: Source, name: str, sha256: str, read: Callable[[], bytes], folder: Path) -> Parsed:
    """Return what a file says, from `folder` where it was read before by the same rules. Raises what parsing raises.

    Args:
        owner: its source.
        name: its name, which may tell its day.
        sha256: of its bytes.
        read: returns its bytes.
        folder: where to keep it.
    """
    if not owner.once:
        return owner.parse(read(), name)
    key = hashlib.sha256(f"{owner.name}\0{name}\0{sha256}".encode()).hexdigest()
    path = folder / key[:2] / f"{key}.json"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        told = read_json(path.read_text("utf-8"))
        if told["rules"] == rules():
            return _decoded(told)
    parsed = owner.parse(read(), name)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_suffix(f".{os.getpid()}")
        scratch.write_text(json.dumps(_encoded(parsed)), "utf-8")
        scratch.replace(path)
    return parsed


@cache
def rules() -> str:
    """Return a hash of all that decides what a file says: the publishers' code and data, tables, measuring packages."""
    total = hashlib.sha256()
    home = resources.files("tertius.evidence")
    places = [
        home.joinpath("tables.py"),
        *home.joinpath("publishers").iterdir(),
        *home.joinpath("publishers", "data").iterdir(),
    ]
    for place in sorted((one for one in places if one.is_file()), key=lambda one: one.name):
        total.update(place.read_bytes())
    for package in MEASURING:
        with contextlib.suppress(metadata.PackageNotFoundError):
            total.update(f"{package} {metadata.version(package)}".encode())
    return total.hexdigest()


def _encoded(parsed: Parsed) -> dict[str, Any]:
    observations = [
        asdict(one) | {"points": [(str(day), value) for day, value in one.points]} for one in parsed.observations
    ]
    notes = [asdict(note) for note in parsed.notes]
    written = str(parsed.written) if parsed.written else None
    return {"rules": rules(), "rows": parsed.rows, "written": written, "notes": notes, "observations": observations}


def _decoded(told: dict[str, Any]) -> Parsed:
    observations = tuple(
        Observations(**one | {"points": tuple((date.fromisoformat(day), value) for day, value in one["points"])})
        for one in told["observations"]
    )
    written = date.fromisoformat(told["written"]) if told["written"] else None
    return Parsed(observations, told["rows"], (), tuple(Note(**note) for note in told["notes"]), written)
