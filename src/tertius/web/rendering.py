"""Pages: templates filled with what the resources return."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tertius import __version__
from tertius.web.desk import Case, Desk
from tertius.web.pages import NAMES

TITLES = {name: name.replace("-", " ").capitalize() for name in NAMES}


@cache
def environment() -> Environment:
    """The templates of the workbench; whatever is printed is escaped."""
    made = Environment(
        loader=PackageLoader("tertius.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["markdown"] = markdown
    made.filters["inline"] = inline
    made.globals["version"] = __version__
    made.globals["vega"] = version("vl-convert-python")
    return made


@cache
def _reader() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def markdown(text: str) -> Markup:
    """Words of the report, which are Markdown, as HTML; what a scenario says in HTML is shown as text."""
    html = str(_reader().render(text))
    html = re.sub(r' style="text-align:(\w+)"', r' class="\1"', html)
    html = html.replace("<table>", '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>')
    return Markup(html.replace("</table>", "</table></div>"))  # escaped by the reader


def inline(text: str) -> Markup:
    """The same of a line."""
    return Markup(_reader().renderInline(text))  # escaped by the reader


def render(request: Request, template: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """A template, filled. values: at least `name`, the page's."""
    held = {
        "case": None,
        "read_only": request.app.state.settings.read_only,
        "titles": {name: TITLES[name] for name in request.app.state.pages},
        "script": None,
        "frozen": request.app.state.frozen,
        **values,
    }
    return HTMLResponse(environment().get_template(template).render(held), status)


def page(request: Request, name: str, desk: Desk, case: str, **data: Any) -> HTMLResponse:
    """The page `name` of a case: templates/NAME.html, and static/NAME.js where there is one. Raises UnknownName."""
    found: Case = desk.case(case)
    script = f"{name}.js" if name in request.app.state.scripts else None
    return render(request, f"{name}.html", {"name": name, "case": found, "script": script, **data})
