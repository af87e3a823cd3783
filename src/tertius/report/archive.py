"""The archive of a brief: that of its answer, with brief.html, brief.md and figures beside it."""

from __future__ import annotations

from pathlib import Path

from tertius.impact.archive import save_answer
from tertius.impact.making import Made
from tertius.report.render import write_brief


def save_brief(made: Made, folder: Path) -> Path:
    """Write the archive of a brief and return its folder. Raises ArchiveError."""
    scenario = made.comparison.base.layout.scenario
    return save_answer(made, folder, lambda scratch: write_brief(made.answer, scenario, scratch))
