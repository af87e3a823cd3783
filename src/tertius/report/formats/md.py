"""The brief as Markdown."""

from __future__ import annotations

from pathlib import Path

from tertius.impact.answer import Answer
from tertius.report.drawn import Figures
from tertius.report.formats import Format
from tertius.report.render import markdown, meant
from tertius.world import Scenario


def write(answer: Answer, scenario: Scenario, figures: Figures, folder: Path) -> dict[str, str]:
    """Write brief.md; its figures are links to those that are written beside it."""

    def link(prefix: str) -> str:
        places = {name: figures.link(name) for name in meant(answer, figures, prefix)}
        return "\n\n".join(f"![{name}]({place})" for name, place in places.items() if place is not None)

    (folder / "brief.md").write_text(markdown(answer, scenario, link), encoding="utf-8")
    return {"brief.md": "The brief, as text"}


FORMAT = Format(
    "md", "the brief as Markdown", "templates filled from answer.json and scenario.yaml", write, draws=False
)
