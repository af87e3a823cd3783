"""An answer as Markdown, as one self-contained HTML file, and on a terminal, from one set of templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined, Template
from markupsafe import Markup

from tertius.impact.answer import Answer
from tertius.impact.causes import Causes
from tertius.report.asked import apart, date_of
from tertius.report.brief import context
from tertius.report.causes import causes_context
from tertius.report.reactions import reactions_context
from tertius.report.template import template
from tertius.report.words import plain
from tertius.world import Scenario

END_OF_FIRST_PAGE = "{# end of the first page #}"
TEMPLATES = (
    "brief.md",
    "evidence.md",
    "reactions.md",
    "escalation.md",
    "strikes.md",
    "ends.md",
    "first_page.md",
    "unknowns.md",
    "causes.md",
    "first.html",
    "page.html",
)
CAUSES_ALONE = """# {{ causes.heading }}

Compared: the scenario as it stands, {{ causes.interventions }}.

{% include 'causes.md' %}"""
Figure = Callable[[str], str]
"""Gives the text for the figures whose names begin with its argument."""


def markdown(answer: Answer, scenario: Scenario, figure: Figure | None = None) -> str:
    """The brief in Markdown."""
    return _rendered(template("brief.md"), vars(context(answer, scenario)), figure)


def reactions_text(answer: Answer, scenario: Scenario) -> str:
    """What other states do, in Markdown, alone."""
    told = reactions_context(answer, scenario)
    if told is None:
        return "Nobody decides in this scenario: it has no instruments.\n"
    text = _rendered(template("reactions.md"), {"reactions": told, "as_of": date_of(answer, 0)})
    return f"{apart(answer, scenario)}\n\n{text}"


def causes_text(found: Causes, scenario: Scenario) -> str:
    """A split of the difference, in Markdown."""
    return _rendered(CAUSES_ALONE, {"causes": causes_context(found, scenario)})


def meant(answer: Answer, figures: Iterable[str], prefix: str) -> list[str]:
    """The figures that a template means; the first page's own is meant by its whole name alone."""
    first = f"difference-{answer.headlines[0]}"
    return [name for name in figures if name.startswith(prefix) and (name != first or prefix == first)]


def chapters(answer: Answer, scenario: Scenario, figures: Iterable[str]) -> str:
    """The chapters behind the first page, in Markdown; @@NAME@@ stands for a figure, the first page's left out."""
    names = tuple(figures)

    def place(prefix: str) -> str:
        return "\n\n".join(f"@@{name}@@" for name in meant(answer, names, prefix))

    return _rendered(template("brief.md").partition(END_OF_FIRST_PAGE)[2], vars(context(answer, scenario)), place)


def html(answer: Answer, scenario: Scenario, charts: Mapping[str, Any], more: str = "") -> str:
    """The brief as one HTML file: styles, figures and script inside, nothing fetched.

    charts: as of `all_figures`. more: further chapters, in Markdown.
    """
    from tertius.report.html import drawn, explained, page_context

    text = f"{chapters(answer, scenario, charts)}\n{more}".rstrip() + "\n"
    told = page_context(answer, scenario, text, {name: drawn(chart) for name, chart in charts.items()})
    made = environment(True)
    made.filters["explained"] = lambda text, place: Markup(explained(text, place))
    return made.get_template("page.html").render(vars(told))


def _rendered(text: str, told: Mapping[str, Any], figure: Figure | None = None) -> str:
    given = {"figure": figure or (lambda prefix: ""), "mark": lambda basis: f"**[{basis}]**"}
    return _tidy(_read(text).render(**told, **given))


@cache
def _read(text: str) -> Template:
    """A template for Markdown."""
    return environment().from_string(text)


def _tidy(text: str) -> str:
    """A table must be one block of lines; elsewhere one blank line is enough."""
    text = re.sub(r"\n{3,}", "\n\n", text)
    return re.sub(r"\|[ ]*\n\n(?=\|)", "|\n", text).strip() + "\n"


@cache
def environment(escaped: bool = False) -> Environment:
    """Where the templates are read; a name that a template uses and nothing gives is an error.

    escaped: for HTML. Markdown is made safe where it becomes HTML, by a renderer that escapes.
    """
    loader = DictLoader({name: template(name) for name in TEMPLATES})
    made = Environment(
        loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=escaped
    )
    made.filters["plain"] = plain
    made.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    return made
