"""The archive of a brief: that of its answer, with what it is told in beside it; and an answer told alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tertius.engine.folders import Described, write_folder
from tertius.errors import TertiusError
from tertius.impact.answer import Answer
from tertius.impact.archive import save_answer
from tertius.impact.making import Made
from tertius.report.formats import Format, chosen_formats, write_formats
from tertius.world import Scenario


def save_brief(made: Made, folder: Path, chosen: Sequence[Format] | None = None) -> Path:
    """Write the archive of a brief, in some formats (those written by default), and return its folder.

    Raises ArchiveError; and, once all else is in place, the error of a format that could not be written.
    """
    scenario = made.comparison.base.layout.scenario
    failed: list[TertiusError] = []
    written = save_answer(made, folder, lambda scratch: _tell(made.answer, scenario, chosen, scratch, failed))
    for error in failed:
        raise error
    return written


def save_outputs(answer: Answer, scenario: Scenario, folder: Path, chosen: Sequence[Format] | None = None) -> Path:
    """Write an answer that was opened in some formats, without its archive, and return the folder. Raises likewise."""
    failed: list[TertiusError] = []
    written = write_folder(folder, lambda scratch: _tell(answer, scenario, chosen, scratch, failed))
    for error in failed:
        raise error
    return written


def _tell(
    answer: Answer, scenario: Scenario, chosen: Sequence[Format] | None, folder: Path, failed: list[TertiusError]
) -> Described:
    about, errors = write_formats(answer, scenario, chosen_formats() if chosen is None else chosen, folder)
    failed += errors
    return about
