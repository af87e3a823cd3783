"""Which tables of states are read: those in the package, or those that `tertius data pull` refreshed.

    DIR/reference/NAME/    states.parquet, pairs.parquet, columns.json, made.json
    DIR/reference/use      the name of the folder in use, or `package`

DIR is the user's data folder. Every refreshed edition stays. One that was built on other tables than this package's is
not read: the package's are, and `note` says so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, ParamSpec, TypeVar, cast

from tertius.defaults import data_folder
from tertius.errors import DataError, OptionError, nearest
from tertius.nested import read_json

P = ParamSpec("P")
T = TypeVar("T")
PACKAGE: Final = "package"
PLACE: Final = files("tertius.reference.states")
FILES: Final = ("states.parquet", "pairs.parquet", "columns.json")
LAST_YEAR: Final = 2024
"""Last year of the package's tables."""
BACK: Final = "tertius data tables --use package"
_KEPT: Final[list[Callable[[], None]]] = []
NAME: Final = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Edition:
    """Tables of states.

    name       `package`, or day and digest of a refreshed edition
    made       the day that it was refreshed; None for the package's
    last_year  the last year of which it has a row
    refreshed  column -> the day it was pulled; empty for the package's
    note       why another edition is not read; else ""
    """

    name: str
    place: Traversable
    made: date | None
    last_year: int
    refreshed: Mapping[str, date]
    note: str = ""

    @property
    def said(self) -> str:
        """The edition in words."""
        if self.made is None:
            return f"the package's tables, to {LAST_YEAR}"
        days = sorted(set(self.refreshed.values()))
        columns = ", ".join(self.refreshed)
        return f"tables refreshed on {self.made}, to {self.last_year}; pulled by {days[-1]}: {columns}"


def read_once(read: Callable[P, T]) -> Callable[P, T]:
    """Keep what a function reads of the tables in use, until another edition is."""
    kept = cache(read)
    _KEPT.append(kept.cache_clear)
    return cast(Callable[P, T], kept)


@read_once
def edition() -> Edition:
    """The edition in use. Raises DataError for one that is damaged."""
    return _edition(data_folder() / "reference")


def _edition(home: Path) -> Edition:
    named = _in_use(home)
    if named == PACKAGE:
        return _package()
    told = _made(home / named)
    if told["package"] != package_digest():
        note = f"the tables refreshed on {told['made']} were built on another version's: tertius data pull builds anew"
        return _package(note)
    days = {name: date.fromisoformat(day) for name, day in told["refreshed"].items()}
    return Edition(
        named, home / named, date.fromisoformat(told["made"]), int(told["last_year"]), MappingProxyType(days)
    )


def editions(folder: Path | None = None) -> tuple[str, ...]:
    """Names of the editions in a folder of data, the user's unless another is named; the package's first."""
    home = (folder or data_folder()) / "reference"
    found = sorted(each.name for each in home.iterdir() if NAME.fullmatch(each.name)) if home.is_dir() else []
    return (PACKAGE, *found)


def use(name: str, folder: Path | None = None) -> Edition:
    """Take an edition of a folder of data into use; the user's, unless another is named.

    Raises:
        OptionError: one that there is not. DataError: one that is damaged, or a folder that cannot be written.
    """
    folder = folder or data_folder()
    known = editions(folder)
    if name not in known:
        fix = f"write {nearest(name, known) or PACKAGE}"
        raise OptionError("--use", name, f"an edition: {', '.join(known)}", fix)
    home = folder / "reference"
    if name != PACKAGE:
        _made(home / name)
    try:
        home.mkdir(parents=True, exist_ok=True)
        new = home / "use.new"
        new.write_text(name + "\n", encoding="utf-8")
        new.replace(home / "use")
    except OSError as error:
        raise not_written(home, error) from error
    for forget in _KEPT:
        forget()
    return _edition(home)


@cache
def package_digest() -> str:
    """Digest of the package's tables."""
    return digest_of(PLACE)


def digest_of(place: Traversable) -> str:
    """Digest of the three files of an edition."""
    found = hashlib.sha256()
    for name in FILES:
        found.update(place.joinpath(name).read_bytes())
    return found.hexdigest()


def _package(note: str = "") -> Edition:
    return Edition(PACKAGE, PLACE, None, LAST_YEAR, MappingProxyType({}), note)


def _in_use(home: Path) -> str:
    try:
        named = (home / "use").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return PACKAGE
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(home / "use", f"it cannot be read ({error})") from error
    if named != PACKAGE and not NAME.fullmatch(named):
        raise _damaged(home / "use", repr(named[:60]))
    return named


def _made(place: Path) -> dict[str, Any]:
    """What an edition says of itself, once its files are whole. Raises DataError."""
    try:
        told: dict[str, Any] = read_json((place / "made.json").read_text(encoding="utf-8"))
        if digest_of(place) != told["sha256"]:
            raise _damaged(place, "files that are not those that were written")
        date.fromisoformat(told["made"])
        int(told["last_year"])
        dict(told["refreshed"])
        str(told["package"])
    except DataError:
        raise
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged(place, f"tables that cannot be read ({error})") from error
    return told


def not_written(place: Path, error: OSError) -> DataError:
    """The error for a folder that cannot be written."""
    return DataError(str(place), f"it cannot be written ({error.strerror})", "a folder of yours", "check its rights")


def _damaged(place: Path, given: str) -> DataError:
    return DataError(str(place), given, "tables as tertius data pull wrote them", f"pull again, or go back: {BACK}")
