"""Figures of an answer: those of the report, as a still picture and as what Vega draws."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from tertius.errors import UnknownName
from tertius.report.once import once
from tertius.web.asking import TheDesk
from tertius.web.desk import Desk
from tertius.web.keeping import Kept

if TYPE_CHECKING:
    from tertius.api.result import Comparison
    from tertius.report.html import Drawn

router = APIRouter(tags=["figures"])
OF_ANY: Kept[dict[str, Any]] = Kept(400)
FORMS = ("svg", "png", "csv", "json")
UNSEEN = re.compile(r'<path [^>]*\bopacity="0"[^>]*?(?:/>|></path>)')
"""What Vega alone can make visible; a still picture does without."""


def names(desk: Desk, case: str, result: str = "") -> list[str]:
    """Names of the figures of an answer. Raises as `Desk.derived` does."""
    held: list[str] = desk.derived(case, result, "figures", lambda held: list(charts_of(held)))
    return held


def figure(desk: Desk, case: str, name: str, result: str = "") -> dict[str, Any]:
    """A figure: name, title, alternative text, still picture (SVG), Vega-Lite specification, forms to take.

    One of the report's, and one in which an outcome is first shown, is kept beside the result; one of any week or
    future, in memory. Raises as `Desk.derived` does, and UnknownName for a figure that the answer does not have.
    """
    made: dict[str, Any]
    if name in names(desk, case, result):
        made = desk.derived(case, result, f"figure-{name}", lambda held: _made(held, name))
    elif name in desk.derived(case, result, "usual-figures", _usual):
        made = desk.derived(case, result, f"figure-{name}", lambda _: _of_any(desk, case, name, result))
    else:
        made = OF_ANY.of((desk.result_folder(case, result), name), lambda: _of_any(desk, case, name, result))
    return {**made, "export": exports(case, name, result), "embed": f"/embed/{case}/{name}"}


def draw_all(desk: Desk, case: str, result: str, progress: Callable[[str, int, int], object]) -> None:
    """Draw every figure of a result and keep it, so that no page waits for it."""
    held = names(desk, case, result)
    for place, name in enumerate(held):
        progress("figures", place, len(held))
        figure(desk, case, name, result)


def _usual(held: Comparison) -> list[str]:
    """Names of the figures in which the outcomes are first shown."""
    from tertius.web.resources.futures import figures_of

    shown = (figures_of(held, one.id, held.answer.run.weeks) for one in held.answer.outcomes)
    return [name for each in shown for name in each.values()]


@once
def charts_of(held: Comparison) -> dict[str, Any]:
    """Every chart of an answer by name, made once."""
    from tertius.report.figures import all_figures

    return all_figures(held.answer, held.scenario)


def _made(held: Comparison, name: str) -> dict[str, Any]:
    from tertius.report.alternatives import alternative
    from tertius.report.html import drawn

    return told(name, drawn(charts_of(held)[name]), alternative(held.answer, held.scenario, name))


def _of_any(desk: Desk, case: str, name: str, result: str) -> dict[str, Any]:
    from tertius.report.html import drawn
    from tertius.web.resources.futures import charted

    found = charted(desk, case, name, result)
    if found is None:
        raise UnknownName("figure", name, names(desk, case, result))
    return told(name, drawn(found[0]), found[1])


def exports(case: str, name: str, result: str = "") -> dict[str, str]:
    """Where a figure can be taken from, by form."""
    asked = f"?result={result}" if result else ""
    return {form: f"/api/v1/cases/{case}/figures/{name}/{form}{asked}" for form in FORMS}


def told(name: str, one: Drawn, alt: str) -> dict[str, Any]:
    """A drawn figure as JSON data, its picture in the inks of the page (styles of our own, no attribute `style`)."""
    from tertius.report.drawing import INKS
    from tertius.report.html import CLASS, SPOKEN

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
