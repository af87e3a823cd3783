"""The forms in which an answer is written: each is a file of this folder with a FORMAT, and is found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from types import MappingProxyType

from tertius.engine.beside import beside
from tertius.engine.folders import About
from tertius.errors import MissingExtra, TertiusError, UnknownName
from tertius.impact.answer import Answer
from tertius.report.drawn import Figures
from tertius.report.painter import Painter
from tertius.world import Scenario

Write = Callable[[Answer, Scenario, Figures, Path], dict[str, str]]
"""Writes into an existing folder; gives what each of its files is, by path from there. Raises OSError, TertiusError."""


@dataclass(frozen=True)
class Format:
    """A form of output."""

    name: str
    """As after --format."""
    what: str
    """What is written, in a few words."""
    made: str
    """How it is made."""
    write: Write
    is_default: bool = True
    """Whether it is written where no format is asked for: it costs under a second, and what it needs is installed."""
    extra: str = ""
    """The extra that it needs beyond the base."""
    package: str = ""
    """The package of that extra that must be there."""
    draws: bool = True
    """Whether it asks for pictures."""

    @property
    def is_installed(self) -> bool:
        """Whether what it needs is installed."""
        return not self.package or find_spec(self.package) is not None


@cache
def formats() -> MappingProxyType[str, Format]:
    """The formats by name."""
    found: dict[str, Format] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        made = getattr(importlib.import_module(f"{__name__}.{module.name}"), "FORMAT", None)
        if isinstance(made, Format):
            found[made.name] = made
    return MappingProxyType(found)


def chosen_formats(names: Iterable[str] = ()) -> tuple[Format, ...]:
    """The formats of some names, each 'pdf' or 'pdf,pptx' or 'all'; those written by default where there are none.

    Raises UnknownName; MissingExtra for a format whose extra is not installed, so before anything is computed.
    """
    every = formats()
    wanted = [name.strip().lower() for text in names for name in text.split(",") if name.strip()]
    if not wanted:
        return tuple(one for one in every.values() if one.is_default and one.is_installed)
    if "all" in wanted:
        wanted = list(every)
    for name in wanted:
        if name not in every:
            raise UnknownName("format", name, (*every, "all"))
        if not every[name].is_installed:
            raise MissingExtra(every[name].extra, every[name].package, f"--format {name}")
    return tuple(every[name] for name in dict.fromkeys(wanted))


def write_formats(
    answer: Answer, scenario: Scenario, chosen: Sequence[Format], folder: Path
) -> tuple[dict[str, About], list[TertiusError]]:
    """Write an answer in some formats into an existing folder. Raises OSError.

    Returns what each file is and how it was made, by path; and the errors of formats that could not be written, so
    that the others, and what was computed, are kept.
    """
    about: dict[str, About] = {}
    failed: list[TertiusError] = []
    drawing = [one for one in chosen if one.draws]
    with ExitStack() as stack:
        painter = stack.enter_context(Painter()) if drawing else None
        figures = Figures.of(answer, scenario, [one.name for one in chosen])
        if painter is not None:
            stack.enter_context(figures.begun(painter))
        # While pictures are drawn, what needs none is written; then the others beside each other.
        writes = {one.name: partial(_written, one, answer, scenario, figures, folder) for one in chosen}
        made = {one.name: writes[one.name]() for one in chosen if not one.draws}
        others = {one.name: stack.enter_context(beside(writes[one.name])) for one in drawing[1:]}
        made |= {one.name: writes[one.name]() for one in drawing[:1]} | {name: get() for name, get in others.items()}
    for one in chosen:
        match made[one.name]:
            case TertiusError() as error:
                failed.append(error)
            case files:
                about |= {path: About(what, one.made) for path, what in files.items()}
    return about, failed


def _written(
    one: Format, answer: Answer, scenario: Scenario, figures: Figures, folder: Path, stop: Event | None = None
) -> dict[str, str] | TertiusError:
    """What a format wrote, or why it could not."""
    try:
        return one.write(answer, scenario, figures, folder)
    except TertiusError as error:
        return error
