"""The brief as Markdown, as one self-contained HTML file, and on a terminal, from one template."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from tertius.impact import Causes
from tertius.report.brief import context, reactions_told
from tertius.report.causes import causes_context
from tertius.report.made import Brief
from tertius.report.words import plain

END_OF_FIRST_PAGE = "{# end of the first page #}"


def figures_of(brief: Brief) -> dict[str, str]:
    """Every figure of the brief as SVG text: name -> svg."""
    from tertius.report.figures import all_figures, to_svg, waterfall  # loads Altair, which the terminal does not need

    charts = all_figures(brief)
    for found in brief.causes:
        charts |= {f"{found.by}-{name}-causes": waterfall(found, name) for name in brief.headlines}
    return {name: to_svg(chart) for name, chart in charts.items()}


def markdown(brief: Brief, figure: Callable[[str], str] | None = None) -> str:
    """The brief in Markdown. `figure` gives the text for the figures whose names begin with its argument."""
    text = (
        _environment()
        .get_template("brief.md")
        .render(**context(brief), figure=figure or (lambda prefix: ""), mark=lambda basis: f"**[{basis}]**")
    )
    return _tidy(text)


def first_page(brief: Brief) -> str:
    """The brief's first page in Markdown: all that stands before what other states do. Nothing else is computed."""
    made = _environment()
    text, _, _ = _template("brief.md").partition(END_OF_FIRST_PAGE)
    told = context(brief, whole=False)
    return _tidy(made.from_string(text).render(**told, figure=lambda prefix: "", mark=lambda basis: f"**[{basis}]**"))


def _tidy(text: str) -> str:
    """A table must be one block of lines; elsewhere one blank line is enough."""
    text = re.sub(r"\n{3,}", "\n\n", text)
    return re.sub(r"\|[ ]*\n\n(?=\|)", "|\n", text).strip() + "\n"


def reactions_text(brief: Brief) -> str:
    """What other states do, in Markdown."""
    told = reactions_told(brief)
    if told is None:
        return "Nobody decides in this scenario: it has no instruments.\n"
    made = _environment().get_template("reactions.md")
    text = made.render(reactions=told, as_of=brief.date(0), figure=lambda prefix: "")
    return _tidy(f"{told.headline}\n\n{text}")


def causes_text(found: Causes, outcomes: Sequence[str]) -> str:
    """A split of the difference, in Markdown."""
    told = causes_context(found, outcomes)
    text = _environment().get_template("causes.md").render(causes=told, figure=lambda prefix: "")
    return _tidy(f"# {told['heading']}\n\nCompared: the scenario as it stands, {told['interventions']}.\n\n{text}")


def html(brief: Brief, figures: Mapping[str, str]) -> str:
    """The brief as one HTML file: styles and figures inside, no script, nothing fetched."""
    from markdown_it import MarkdownIt

    def place(prefix: str) -> str:
        return "\n\n".join(f"@@{name}@@" for name in figures if name.startswith(prefix))

    # Raw HTML in a scenario's texts is shown as text, never interpreted.
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown(brief, place))
    for name, svg in figures.items():
        body = body.replace(f"<p>@@{name}@@</p>", f"<figure>{svg}</figure>")
    body = body.replace("<table>", '<div class="scroll"><table>').replace("</table>", "</table></div>")
    return _environment().get_template("brief.html").render(title=escape(brief.scenario.title), body=body)


def write_brief(brief: Brief, folder: Path) -> None:
    """Write brief.md, brief.html and figures/NAME.svg into an existing folder. Raises OSError."""
    figures = figures_of(brief)
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    for name, svg in figures.items():
        (folder / "figures" / f"{name}.svg").write_text(svg, encoding="utf-8")

    def link(prefix: str) -> str:
        return "\n\n".join(f"![{name}](figures/{name}.svg)" for name in figures if name.startswith(prefix))

    (folder / "brief.md").write_text(markdown(brief, link), encoding="utf-8")
    (folder / "brief.html").write_text(html(brief, figures), encoding="utf-8")


def _template(name: str) -> str:
    return (resources.files("tertius.report") / "templates" / name).read_text(encoding="utf-8")


def _environment() -> Environment:
    names = ("brief.md", "evidence.md", "reactions.md", "system.md", "unknowns.md", "causes.md", "brief.html")
    texts: dict[str, Any] = {name: _template(name) for name in names}
    # Markdown is made safe where it becomes HTML, by a renderer that escapes.
    made = Environment(loader=DictLoader(texts), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["plain"] = plain
    return made
