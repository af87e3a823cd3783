"""Pages: templates filled with what the resources return."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined

from tertius import __version__
from tertius.units import unit_name
from tertius.web.desk import Case, Desk
from tertius.web.pages import NAMES
from tertius.web.prose import block, inline

TITLES = {name: name.replace("-", " ").capitalize() for name in NAMES}


@cache
def environment() -> Environment:
    """The templates of the workbench; whatever is printed is escaped."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader("tertius.web"), PrefixLoader({"report": PackageLoader("tertius.report")})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["block"] = block
    made.filters["inline"] = inline
    made.filters["unit"] = unit_name
    made.globals["version"] = __version__
    made.globals["vega"] = version("vl-convert-python")
    return made


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
