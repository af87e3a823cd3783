"""Every number that a reader sees stands in the JSON: rounded as the report rounds, shares as percentages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from tests.report.test_system import war, whole
from tests.report.test_unknowns import SHIPPED, fitted

from tertius.calendar import day, short_day
from tertius.cli.printing import Folding
from tertius.impact.written import plain_data
from tertius.report import render
from tertius.report.figures import all_figures
from tertius.report.terminal import page_text
from tertius.report.words import fine, number, percent
from tertius.world import Scenario

pytestmark = pytest.mark.usefixtures("compiled")
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?%?")
OF_SENTENCES = {
    "80%": "of every interval",
    "10": "to 90%: ranges of quantities",
    "90%": "ranges of quantities",
    "2": "futures or more for each draw",
    "1": "under 1%, week 1",
    "0": "exactly, and now",
    "5": "times apart, or more",
    "200": "futures and draws that are enough",
}


class Text(HTMLParser):
    """The text of a page, but for its figures and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.hidden = "", 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("svg", "style", "script", "head")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("svg", "style", "script", "head")
        self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += "" if self.hidden else data


def leaves(data: Any) -> Iterator[Any]:
    """Every number and text of JSON data, and how many entries each list has."""
    if isinstance(data, dict):
        yield from data
        for value in data.values():
            yield from leaves(value)
    elif isinstance(data, list):
        yield len(data)
        for value in data:
            yield from leaves(value)
    elif data is not None:
        yield data


def forms(value: Any) -> Iterator[str]:
    """What a report makes of a number or a date."""
    if isinstance(value, str):
        yield value
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            yield from (day(date.fromisoformat(value)), short_day(date.fromisoformat(value)))
    elif not isinstance(value, bool):
        size = abs(value)
        yield from (number(size), number(size, 3), f"{size:g}", f"{size:,.0f}", number(100 * size))
        if size <= 1:
            yield from (percent(size), fine(size), f"{100 * size:.0f}%")
        yield from (f"{100 * size:.0f}%", f"{100 * size:.0f}", f"{100 * size:.1g}")


def tokens(text: str) -> set[str]:
    return {token.rstrip(",") for token in NUMBER.findall(text.replace("\\", ""))}


@cache
def written(answer_of: Any) -> set[str]:
    """Every number that the JSON of an answer holds, as a report may print it."""
    data = json.loads(json.dumps(plain_data(answer_of())))
    return {token for value in leaves(data) for form in forms(value) for token in tokens(form)}


def of_scenario(scenario: Scenario) -> set[str]:
    """Numbers in the scenario's own texts: names, notes, sources, dated statements."""
    return tokens(scenario.to_yaml())


def missing(text: str, allowed: set[str]) -> list[str]:
    of_templates = {token for name in render.TEMPLATES for token in tokens(render.template(name))}
    return sorted(tokens(text) - allowed - of_templates - OF_SENTENCES.keys())


def terminal(text: str) -> str:
    import io

    from rich.console import Console

    out = io.StringIO()
    Console(file=out, width=300).print(Folding(text))
    return out.getvalue()


CASES = {"fitted": (fitted, lambda: SHIPPED), "whole": (whole, war)}


@pytest.mark.parametrize("case", CASES)
def test_every_number_that_is_printed_is_in_the_json(case: str) -> None:
    make, about = CASES[case]
    answer, scenario = make(), about()
    allowed = written(make) | of_scenario(scenario)
    text = render.markdown(answer, scenario)
    page = Text(render.html(answer, scenario, all_figures(answer, scenario))).text
    for told in (text, terminal(text), page, render.reactions_text(answer, scenario), page_text(answer, scenario)):
        assert missing(told, allowed) == []
    planted = text.replace("The fighting", "The fighting 31,337.5 and 7.77%")
    assert missing(planted, allowed) == ["31,337.5", "7.77%"]


def test_no_unit_of_one_is_printed() -> None:
    for make, about in CASES.values():
        text = render.markdown(make(), about())
        assert not re.search(r", 1 \||, 1:|\d 1[ ;.)]", text)
