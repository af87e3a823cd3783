"""The figures of an answer, each drawn once, in every form that is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from threading import Event
from typing import Any

from tertius.engine.beside import beside
from tertius.impact.answer import Answer
from tertius.report.alternatives import alternative
from tertius.report.drawing import FONT, INK, wrapped
from tertius.report.html import Drawn, drawn
from tertius.report.painter import Painter
from tertius.world import Scenario

PICTURES = ("svg", "png")
PIXELS = 2.0  # of a PNG for each pixel of the chart
TITLE, LINE = 14, 18  # letters and lines of a title, in pixels
BOX = re.compile(r'(<svg [^>]*?)width="([\d.]+)" height="([\d.]+)" viewBox="0 0 [\d.]+ [\d.]+"')


class Figures:
    """Charts by name, drawn when they are first asked for, in this process, without a browser or the network.

    beside: forms in which they lie as files beside what is written, so that a text can link to them.
    """

    def __init__(
        self, answer: Answer, scenario: Scenario, charts: Mapping[str, Any], beside: Collection[str] = ()
    ) -> None:
        self.charts = dict(charts)
        self._answer, self._scenario = answer, scenario
        self._beside = next((form for form in PICTURES if form in beside), None)
        self._drawn: dict[str, Drawn] = {}
        self._begun: Callable[[], dict[str, Drawn]] | None = None

    @classmethod
    def of(cls, answer: Answer, scenario: Scenario, beside: Collection[str] = ()) -> Figures:
        """Every figure that the answer has something to show in."""
        from tertius.report.figures import all_figures

        return cls(answer, scenario, all_figures(answer, scenario), beside)

    def __iter__(self) -> Iterator[str]:
        return iter(self.charts)

    def __len__(self) -> int:
        return len(self.charts)

    def __contains__(self, name: object) -> bool:
        return name in self.charts

    @contextmanager
    def begun(self, painter: Painter) -> Iterator[None]:
        """Let all be drawn beside what is done in the block; it waits for them where it first asks for one."""

        def work(stop: Event) -> dict[str, Drawn]:
            return {name: drawn(chart, painter.svg) for name, chart in self.charts.items() if not stop.is_set()}

        try:
            with beside(work) as self._begun:
                yield
        finally:
            self._begun = None

    def drawn(self, name: str) -> Drawn:
        """A figure with its title apart, as SVG text and as Vega-Lite."""
        if name not in self._drawn and self._begun is not None:
            self._drawn.update(self._begun())
        if name not in self._drawn:
            self._drawn[name] = drawn(self.charts[name])
        return self._drawn[name]

    def svg(self, name: str) -> str:
        """A figure as SVG text, under its title."""
        one = self.drawn(name)
        return titled(one.svg, self.title(name), self.alternative(name))

    def png(self, name: str, with_title: bool = True) -> bytes:
        """A figure as PNG on white, two pixels for each of the chart's."""
        import vl_convert

        picture = self.svg(name) if with_title else self.drawn(name).svg
        return bytes(vl_convert.svg_to_png(on_white(picture), scale=PIXELS))

    def title(self, name: str) -> str:
        """What a figure is headed by; its name where it has no heading."""
        return self.drawn(name).title or name

    def alternative(self, name: str) -> str:
        """What a figure shows, for those who cannot see it."""
        return alternative(self._answer, self._scenario, name)

    def link(self, name: str) -> str | None:
        """Where a figure lies beside what is written; None where it does not."""
        return None if self._beside is None else f"figures/{name}.{self._beside}"


def titled(svg: str, title: str, told: str) -> str:
    """A picture with its title above it, and with what it shows as its description."""
    found = BOX.search(svg)
    if found is None:
        return svg
    width, height = float(found[2]), float(found[3])
    lines = wrapped(title, int(width / (TITLE * 0.52)))
    above = LINE * len(lines) + 6
    box = f'{found[1]}role="img" width="{width:g}" height="{height + above:g}" '
    box += f'viewBox="0 {-above} {width:g} {height + above:g}"'
    head = f"<title>{escape(title)}</title><desc>{escape(told)}</desc>"
    rows = "".join(f'<tspan x="5" dy="{LINE}">{escape(line)}</tspan>' for line in lines)
    head += f'<text y="{-above}" font-family="{FONT}" font-size="{TITLE}" font-weight="600" fill="{INK}">{rows}</text>'
    end = svg.index(">", found.end()) + 1
    return box + svg[found.end() : end] + head + svg[end:]


def on_white(svg: str) -> str:
    """A picture on a white ground."""
    found = re.search(r'viewBox="([-\d.]+) ([-\d.]+) ([\d.]+) ([\d.]+)"', svg)
    if found is None:
        return svg
    end = svg.index(">", found.end()) + 1
    x, y, width, height = found.groups()
    return f'{svg[:end]}<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="#ffffff"/>{svg[end:]}'
