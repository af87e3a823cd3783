"""Figures as SVG, one file each."""

from __future__ import annotations

from pathlib import Path

from tertius.impact.answer import Answer
from tertius.report.drawn import Figures
from tertius.report.formats import Format
from tertius.world import Scenario


def write(answer: Answer, scenario: Scenario, figures: Figures, folder: Path) -> dict[str, str]:
    """Write figures/NAME.svg."""
    (folder / "figures").mkdir(exist_ok=True)
    for name in figures:
        (folder / "figures" / f"{name}.svg").write_text(figures.svg(name), encoding="utf-8")
    return {f"figures/{name}.svg": figures.title(name) for name in figures}


FORMAT = Format("svg", "figures as drawings that can be scaled", "drawn by Vega from answer.json", write)
