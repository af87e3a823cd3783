"""Figures of an answer: those of the report, as a still picture and as what Vega draws."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter

from tertius.api.result import Comparison
from tertius.errors import UnknownName
from tertius.report.html import CLASS, SPOKEN, Drawn
from tertius.report.once import once
from tertius.web.asking import TheDesk
from tertius.web.desk import Desk

router = APIRouter(tags=["figures"])


def names(desk: Desk, case: str, result: str = "") -> list[str]:
    """Names of the figures of an answer. Raises as `Desk.derived` does."""
    held: list[str] = desk.derived(case, result, "figures", lambda held: list(_charts(held)))
    return held


def figure(desk: Desk, case: str, name: str, result: str = "") -> dict[str, Any]:
    """A figure of the report: name, title, alternative text, still picture (SVG) and Vega-Lite specification.

    Raises as `Desk.derived` does, and UnknownName for a figure that the answer does not have.
    """
    held = names(desk, case, result)
    if name not in held:
        raise UnknownName("figure", name, held)
    made: dict[str, Any] = desk.derived(case, result, f"figure-{name}", lambda held: _made(held, name))
    return made


def draw_all(desk: Desk, case: str, result: str, progress: Callable[[str, int, int], object]) -> None:
    """Draw every figure of a result and keep it, so that no page waits for it."""
    held = names(desk, case, result)
    for place, name in enumerate(held):
        progress("figures", place, len(held))
        figure(desk, case, name, result)


@once
def _charts(held: Comparison) -> dict[str, Any]:
    from tertius.report.figures import all_figures

    return all_figures(held.answer, held.scenario)


def _made(held: Comparison, name: str) -> dict[str, Any]:
    from tertius.report.alternatives import alternative
    from tertius.report.html import drawn

    return told(name, drawn(_charts(held)[name]), alternative(held.answer, held.scenario, name))


def told(name: str, one: Drawn, alt: str) -> dict[str, Any]:
    """A drawn figure as JSON data, its picture in the inks of the page (styles of our own, no attribute `style`)."""
    from tertius.report.drawing import INKS

    svg = re.sub(r'id="([^"]+)"', lambda found: f'id="{name}-{found[1]}"', SPOKEN.sub("", one.svg))
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
