"""The brief as one HTML file."""

from __future__ import annotations

from pathlib import Path

from tertius.impact.answer import Answer
from tertius.report.drawn import Figures
from tertius.report.formats import Format
from tertius.report.render import html
from tertius.world import Scenario


def write(answer: Answer, scenario: Scenario, figures: Figures, folder: Path) -> dict[str, str]:
    """Write brief.html: styles and figures inside, nothing fetched."""
    text = html(answer, scenario, {name: figures.drawn(name) for name in figures})
    (folder / "brief.html").write_text(text, encoding="utf-8")
    return {"brief.html": "The brief, as one page that opens without a network"}


FORMAT = Format("html", "the brief as a page", "templates filled from answer.json and scenario.yaml", write)
