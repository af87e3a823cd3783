"""Figures of an answer: those of the report, as a still picture and as what Vega draws."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter

from tertius.errors import UnknownName
from tertius.report.alternatives import alternative
from tertius.report.html import CLASS, SPOKEN, Drawn
from tertius.web.asking import TheDesk
from tertius.web.desk import Desk
from tertius.web.keeping import Kept
from tertius.web.resources.answers import answered

router = APIRouter(tags=["figures"])
CHARTS: Kept[dict[str, Any]] = Kept(4)
DRAWN: Kept[tuple[Drawn, str]] = Kept(400)
FORMS = ("svg", "png", "csv", "json")
UNSEEN = re.compile(r'<path [^>]*\bopacity="0"[^>]*?(?:/>|></path>)')
"""What Vega alone can make visible; a still picture does without."""


def names(desk: Desk, case: str, result: str = "") -> list[str]:
    """Names of the figures of an answer. Raises as `answered` does."""
    return list(all_charts(desk, case, result))


def figure(desk: Desk, case: str, name: str, result: str = "") -> dict[str, Any]:
    """A figure of the report: name, title, alternative text, still picture (SVG) and Vega-Lite specification.

    Raises as `answered` does, and UnknownName for a figure that the answer does not have.
    """
    one, alt = picture(desk, case, name, result)
    return told(name, one, alt) | {"export": exports(case, name, result), "embed": f"/embed/{case}/{name}"}


def picture(desk: Desk, case: str, name: str, result: str = "") -> tuple[Drawn, str]:
    """A figure as the report draws it, and what it shows in words; drawn once. Raises as `figure` does."""
    from tertius.report.html import drawn
    from tertius.web.resources.futures import charted

    held = answered(desk, case, result)

    def draw() -> tuple[Drawn, str]:
        found = charted(desk, case, name, result)
        if found is None:
            charts = all_charts(desk, case, result)
            if name not in charts:
                raise UnknownName("figure", name, charts)
            found = charts[name], alternative(held.answer, held.scenario, name)
        return drawn(found[0]), found[1]

    return DRAWN.of((desk.result_folder(case, result), name), draw)


def exports(case: str, name: str, result: str = "") -> dict[str, str]:
    """Where a figure can be taken from, by form."""
    asked = f"?result={result}" if result else ""
    return {form: f"/api/v1/cases/{case}/figures/{name}/{form}{asked}" for form in FORMS}


def all_charts(desk: Desk, case: str, result: str = "") -> dict[str, Any]:
    """Every chart of an answer by name, made once. Raises as `answered` does."""
    from tertius.report.figures import all_figures

    held = answered(desk, case, result)
    return CHARTS.of(desk.result_folder(case, result), lambda: all_figures(held.answer, held.scenario))


def told(name: str, one: Drawn, alt: str) -> dict[str, Any]:
    """A drawn figure as JSON data, its picture in the inks of the page (styles of our own, no attribute `style`)."""
    from tertius.report.drawing import INKS

    svg = re.sub(r'id="([^"]+)"', lambda found: f'id="{name}-{found[1]}"', SPOKEN.sub("", UNSEEN.sub("", one.svg)))
    svg = re.sub(r"url\(#([^)]+)\)", lambda found: f"url(#{name}-{found[1]})", svg)
    for ink, colour in INKS.items():
        svg = svg.replace(f'"{colour}"', f'"var(--{ink})"')
    svg = CLASS.sub("", svg).replace("<svg ", '<svg class="still" aria-hidden="true" focusable="false" ', 1)
    return {"name": name, "title": one.title, "alt": alt, "svg": svg, "spec": one.spec, "inks": INKS}


@router.get("/cases/{case}/figures")
def get_figures(desk: TheDesk, case: str, result: str = "") -> list[str]:
    """Names of the figures of an answer."""
    return names(desk, case, result)


@router.get("/cases/{case}/figures/{name}")
def get_figure(desk: TheDesk, case: str, name: str, result: str = "") -> dict[str, Any]:
    """A figure: title, alternative text, SVG and Vega-Lite specification."""
    return figure(desk, case, name, result)
