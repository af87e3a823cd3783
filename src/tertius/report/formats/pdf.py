"""The brief as PDF: its first page as one page, then the chapters; tagged for readers of the screen (PDF/UA-1)."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tertius.errors import ArchiveError
from tertius.impact.answer import Answer
from tertius.report.document import Node, document
from tertius.report.drawn import Figures
from tertius.report.formats import Format
from tertius.report.page import HEADINGS, first_page
from tertius.report.render import chapters
from tertius.report.template import template
from tertius.world import Scenario

FAMILY = re.compile(r'font-family="[^"]*"')
FONT = "Libertinus Serif"  # of the typesetter's own, so that figures are lettered as the text is
ACCESSIBLE = "ua-1"
NO_GLYPH = "could not be displayed"


def write(answer: Answer, scenario: Scenario, figures: Figures, folder: Path) -> dict[str, str]:
    """Write brief.pdf. Raises ArchiveError where the typesetter refuses."""
    (folder / "brief.pdf").write_bytes(pdf(answer, scenario, figures))
    return {"brief.pdf": "The brief, to print: its first page, then the chapters"}


def pdf(answer: Answer, scenario: Scenario, figures: Figures) -> bytes:
    """The brief as PDF. Raises ArchiveError where the typesetter refuses."""
    import typst

    typeset: Any = typst.compile  # its types leave out files given as a dict
    told = contents(answer, scenario, figures)
    files = {"main": template("brief.typ").encode(), "doc.json": json.dumps(told).encode()}
    for name in figures_in(told):
        files[f"{name}.svg"] = FAMILY.sub(f'font-family="{FONT}"', figures.drawn(name).svg).encode()
    try:
        try:
            return bytes(typeset(files, pdf_standards=ACCESSIBLE))
        except typst.TypstError as error:
            # A sign that no font here has is shown as a box; then the standard cannot be claimed.
            if NO_GLYPH not in str(error):
                raise
            return bytes(typeset(files))
    except typst.TypstError as error:
        raise ArchiveError(f"cannot write brief.pdf: {error}; the other files are written") from error


def contents(answer: Answer, scenario: Scenario, figures: Figures) -> dict[str, Any]:
    """What the template prints, as JSON data."""
    page = first_page(answer, scenario)

    return {
        "title": scenario.title,
        "description": " ".join(page.headline),
        "keywords": [answer.run.scenario, "forecast", "war", "third party"],
        "footer": f"Tertius {answer.run.version} · {answer.run.scenario} · seed {answer.run.seed}",
        "headings": {**HEADINGS, "contents": "Contents"},
        "page": asdict(page),
        "difference": _named(figures, f"difference-{page.outcome}"),
        "chances": _named(figures, "chances"),
        "chapters": document(chapters(answer, scenario, figures), figures),
    }


def _named(figures: Figures, name: str) -> Node | None:
    return {"name": name, "alternative": figures.alternative(name)} if name in figures else None


def figures_in(told: dict[str, Any]) -> set[str]:
    """Names of the figures that the template draws."""
    first = [told[name]["name"] for name in ("difference", "chances") if told[name] is not None]
    return {*first, *(block["name"] for block in told["chapters"] if block["kind"] == "figure")}


FORMAT = Format(
    "pdf",
    "the brief to print",
    "typeset by Typst from answer.json and scenario.yaml",
    write,
    extra="pdf",
    package="typst",
)
