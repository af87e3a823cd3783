"""Figures as PNG, one file each."""

from __future__ import annotations

from pathlib import Path

from tertius.impact.answer import Answer
from tertius.report.drawn import Figures
from tertius.report.formats import Format
from tertius.world import Scenario


def write(answer: Answer, scenario: Scenario, figures: Figures, folder: Path) -> dict[str, str]:
    """Write figures/NAME.png."""
    (folder / "figures").mkdir(exist_ok=True)
    for name in figures:
        (folder / "figures" / f"{name}.png").write_bytes(figures.png(name))
    return {f"figures/{name}.png": figures.title(name) for name in figures}


FORMAT = Format("png", "figures as pictures", "drawn by Vega from answer.json", write, is_default=False)
