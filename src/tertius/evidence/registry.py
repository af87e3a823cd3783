"""The sources: every module in `evidence/publishers/` that declares a SOURCE."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from tertius.errors import DataError, UnknownName
from tertius.evidence.observations import ObservationModel, Parsed, Plausible

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Source:
    """One publisher: what it puts out, how it errs, how it is read and fetched."""

    name: str
    """As on the command line; series are named `name.something`."""
    title: str
    address: str
    """Where `fetch` gets it unless another base address is given."""
    files: tuple[str, ...]
    """Names of the files that `read_folder` takes for its own."""
    series: tuple[str, ...]
    """Names that are known before a file is read; a file may hold more."""
    model: ObservationModel
    parse: Callable[[bytes, str], Parsed]
    """Read a file's bytes, named for messages. Raises DataError."""
    fetch: Callable[[Client, str], Iterable[Download]]
    """Download what the publisher has, from a base address; each file is kept before the next. Raises DataError."""
    licence: str = ""
    limit: int = 64 * MEBIBYTE
    """Largest file, bytes."""
    monthly: bool = False
    """Whether it publishes rows by month."""
    pattern: str = ""
    """Regular expression for the names of its files, where there is one for each day or month."""
    events: bool = False
    """Whether it gives events and no series. Its files are read when events are asked for."""
    facts: bool = False
    """Whether it gives facts on states by year, for the tables of `tertius country`, and no series."""
    admiralty: str = ""
    """NATO grade of its events, for the inbox."""
    plausible: Mapping[str, Plausible] = field(default_factory=dict)
    """What values of a series can be, by its name, or by "family.*"."""
    stamp: Callable[[str], date | None] = lambda name: None
    """The day that a file's name says it came out."""
    supersedes: str = ""
    """Source whose events it takes the place of, for the days that it covers, from when it is known on."""
    once: bool = False
    """Whether a file is so slow to read that what it says is kept, and read once."""

    def owns(self, file: str) -> bool:
        """Whether a file of that name in a folder is this source's."""
        return file in self.files or bool(self.pattern and re.fullmatch(self.pattern, file))

    def name_for(self, address: str, otherwise: str) -> str:
        """Return the name under which a download is kept: the address's own where it is known, else `otherwise`."""
        found = file_at(address)
        return found if self.owns(found) else otherwise


@cache
def _found(package: str) -> MappingProxyType[str, Source]:
    home = importlib.import_module(package)
    found: dict[str, Source] = {}
    for module in sorted(pkgutil.iter_modules(home.__path__), key=lambda module: module.name):
        source = getattr(importlib.import_module(f"{package}.{module.name}"), "SOURCE", None)
        if isinstance(source, Source):
            found[source.name] = source
    return MappingProxyType(found)


def sources() -> MappingProxyType[str, Source]:
    """Return the sources by name."""
    return _found("tertius.evidence.publishers")


def source_named(name: str) -> Source:
    """Return one source. Raises UnknownName."""
    every = sources()
    if name not in every:
        raise UnknownName("source", name, every)
    return every[name]


def event_sources(name: str | None = None) -> tuple[str, ...]:
    """Return the names of the sources that give events, or the one asked for. Raises UnknownName."""
    every = tuple(source.name for source in sources().values() if source.events)
    if name is not None and name not in every:
        raise UnknownName("source of events", name, every)
    return every if name is None else (name,)


def no_events(place: str, names: Iterable[str]) -> DataError:
    """Return the error for a place without a file of events."""
    fix = "tertius data pull SOURCE, or: tertius data add FILE --as SOURCE"
    return DataError(place, "no file of events", f"a file or more of {', '.join(names)}", fix)


def file_at(address: str) -> str:
    """Return the name of the file that an address ends in, "" where it ends in none."""
    return PurePosixPath(unquote(urlsplit(address).path)).name


def observation_models() -> dict[str, ObservationModel]:
    """Return how each source errs, by the source's name."""
    return {name: source.model for name, source in sources().items()}
