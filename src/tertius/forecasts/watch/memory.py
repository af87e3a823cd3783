"""What a watch has told already, in a small file, so that it does not say the same every week.

{"tertius": 1, "scenario": "river-war", "told": {"war-ends | land/4 above 400 by week 8": "2031-04-06"}}

The file is written whole or not at all, after everything else was: a watch that is stopped says it again next time and
loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from pathlib import Path

from tertius.errors import DataError
from tertius.nested import read_json

VERSION = 1


def read_memory(file: Path, scenario: str) -> dict[str, date]:
    """Rules told so far, by key, with the day on which each was told; none where there is no file. Raises DataError."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            str(file), f"it cannot be read ({error})", "a state file of tertius watch", "name another"
        ) from error
    try:
        held = read_json(text)
        if held["tertius"] != VERSION:
            raise ValueError
        told = {str(key): date.fromisoformat(day) for key, day in held["told"].items()}
        owner = str(held["scenario"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        allowed = "a state file of tertius watch"
        raise DataError(str(file), "another file, or a damaged one", allowed, "remove it, or name another") from error
    if owner != scenario:
        raise DataError(str(file), f"the state of {owner}", f"that of {scenario}", "keep a file for each scenario")
    return told


def written_memory(scenario: str, told: Mapping[str, date]) -> str:
    """The text of the file."""
    rows = {key: day.isoformat() for key, day in sorted(told.items())}
    return json.dumps({"tertius": VERSION, "scenario": scenario, "told": rows}, indent=1, ensure_ascii=False) + "\n"


def fresh(tripped: Collection[str], told: Mapping[str, date], day: date, quiet: int) -> set[str]:
    """Keys of the rules that have tripped and were not told within the last `quiet` weeks.

    A day before the last telling (a watch of an earlier day) counts as within.
    """
    since = day - timedelta(weeks=quiet)
    return {key for key in tripped if key not in told or told[key] <= since}
