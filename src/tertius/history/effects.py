"""What entries have done, as past wars and battles tell: one small fitted file, made, written and read.

Three parts: force in battles (`battles.py`), ends and outcomes after an entry (`entering.py`), late entries with their
comparison (`late.py`). Everything in it is a parameter, a count, a share, or one line on a late entry.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tertius.errors import DataError
from tertius.history.battles import BATTLES, fit_battles
from tertius.history.entering import fit_entering
from tertius.history.late import LateEntry, late_data, read_entries

SHIPPED = "effects.json"
VERSION = 1
FOLDERS = ("history", "entries", "battles", "countries")


def fit_effects(data: Path) -> dict[str, Any]:
    """Everything of the file, from a folder that holds `FOLDERS`. Raises DataError where something is missing."""
    missing = [name for name in FOLDERS if not (data / name).is_dir()]
    if missing:
        allowed = f"a folder with {', '.join(FOLDERS)}"
        raise DataError(str(data / missing[0]), "no such folder", allowed, "name the folder that holds all four")
    history, entries, battles, countries = (data / name for name in FOLDERS)
    return {
        "version": VERSION,
        "what": "What entries into wars have done. Written by tertius history effects.",
        "battles": fit_battles(battles / BATTLES),
        "entering": fit_entering(history, entries),
        "late": late_data(history, entries, countries),
    }


@cache
def shipped_effects() -> dict[str, Any]:
    """The file that comes with the package."""
    told: dict[str, Any] = json.loads(files("tertius.history").joinpath(SHIPPED).read_text(encoding="utf-8"))
    return told


@cache
def shipped_entries() -> tuple[LateEntry, ...]:
    """The late entries of that file."""
    return read_entries(shipped_effects()["late"]["entries"])
