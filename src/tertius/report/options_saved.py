"""Options as files: their numbers, their words, and the figure of the trade-off."""

from __future__ import annotations

import json
from pathlib import Path

from tertius.engine.folders import write_folder
from tertius.impact.options import Choices
from tertius.impact.written import plain_data
from tertius.report.options import options_text
from tertius.world import Scenario


def save_choices(found: Choices, scenario: Scenario, folder: Path) -> Path:
    """Write options.json, options.md and a figure of the trade-off; return the folder. Raises ArchiveError."""
    from tertius.report.drawing import to_svg  # loads Altair
    from tertius.report.figures_options import tradeoff

    def write(scratch: Path) -> None:
        data = json.dumps(plain_data(found), indent=2, ensure_ascii=False, allow_nan=False)
        (scratch / "options.json").write_text(data + "\n", encoding="utf-8")
        (scratch / "options.md").write_text(options_text(found, scenario), encoding="utf-8")
        (scratch / "tradeoff.svg").write_text(to_svg(tradeoff(found, scenario)), encoding="utf-8")

    return write_folder(folder, write)
