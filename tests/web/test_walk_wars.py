"""Walks in a browser: a new war drafted and run; every control reached by Tab."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.web.browsing import PATIENCE, free_port, served, tab
from tests.web.conftest import CASE

from tertius.web.desk import Desk
from tertius.web.pages import NAMES

OWN = f"/case/{CASE}"
NUMBERED = """() => {
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  window.reached = new Set();
  document.addEventListener("focusin", (event) => {
    const box = event.target;
    window.reached.add(box.type === "radio" ? `radio ${box.name}` : box);
  });
  return document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]").length;
}"""
LEFT = """() => {
  const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("dialog:not([open])");
  const told = (one) => `${one.tagName} ${(one.id || one.name || one.textContent).trim().slice(0, 40)}`;
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((one) => shown(one) && !one.disabled && one.type !== "hidden")
    .filter((one) => !window.reached.has(one.type === "radio" ? `radio ${one.name}` : one))
    .map(told);
}"""


def test_a_new_war_is_drafted_and_run(chromium: Any, folder: Path) -> None:
    troubles: list[str] = []
    port = free_port()
    with served(folder, port), tab(chromium, port, troubles) as page:
        page.goto(f"{OWN}/scenario?view=new")
        told = {"name": "lakes", "first": "RWA", "second": "UGA", "entrant": "TZA", "beside": "UGA"}
        for name, text in {**told, "as_of": "2020-06-01"}.items():
            page.fill(f"#f-{name}", text)
        page.press("#f-beside", "Enter")
        page.wait_for_url("**/case/lakes/scenario")
        assert "as_of: 2020-06-01" in page.input_value("#f-yaml")
        page.goto("/case/lakes/today")
        assert page.locator("button[data-job=brief]").count() == 1
        page.evaluate("(told) => window.Tertius.submit('brief', told)", {"futures": 60, "weeks": 8})
        page.reload()
        page.wait_for_selector("section.first p.ran", timeout=5 * PATIENCE)
        page.goto("/")
        assert page.locator("main a[href^='/case/lakes/']").count() >= 1
    assert troubles == []
    assert Desk(folder).results("lakes") == ("000001",)


@pytest.mark.parametrize("name", NAMES)
def test_tab_reaches_every_control(chromium: Any, settled: int, name: str) -> None:
    troubles: list[str] = []
    with tab(chromium, settled, troubles) as page:
        page.goto(f"{OWN}/{name}")
        page.wait_for_load_state("networkidle")
        for _ in range(page.evaluate(NUMBERED) + 40):  # regions that scroll are stops, too, and parts of a date
            page.keyboard.press("Tab")
        assert page.evaluate(LEFT) == []
    assert troubles == []


@pytest.fixture(scope="module")
def settled(answered: Path) -> Iterator[int]:
    port = free_port()
    with served(answered, port, "--workers", "0"):
        yield port
