"""Walks in a browser: every page, by keyboard too; runs begun, left, cancelled, and taken on by another server."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.web.browsing import axe_file, free_port, served, tab
from tests.web.conftest import CASE

from tertius.web.desk import Desk
from tertius.web.pages import NAMES
from tertius.web.resources.ready import make_ready

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
AXE = os.environ.get("AXE") or axe_file()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECKED = {
    "light": {"type": "tag", "values": TAGS},
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},  # all else is as in the light
}
CONTROLS = "a[href], button, input, select, textarea, summary"
REACHED = """(query) => {
  const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("dialog:not([open])");
  const told = (one) => `${one.tagName} ${(one.id || one.textContent).trim().slice(0, 40)}`;
  return [...document.querySelectorAll(query)]
    .filter((one) => shown(one) && !one.disabled && one.type !== "hidden" && one.tabIndex < 0)
    .map(told);
}"""


@pytest.fixture(scope="module")
def home(answered: Path) -> Iterator[int]:
    make_ready(Desk(answered), CASE, "000001", lambda *told: None)
    port = free_port()
    with served(answered, port):
        yield port


def own(page: str) -> str:
    return f"/case/{CASE}/{page}"


PAGES = [
    "/",
    *(own(name) for name in NAMES),
    own("brief"),
    own("map?by=adds&week=3"),
    "/case/korea-1950/today",
    "/none",
]


@pytest.mark.parametrize("view", [WIDE, PHONE], ids=["wide", "phone"])
def test_every_page_fits_and_tells_no_error(chromium: Any, home: int, view: dict[str, int]) -> None:
    troubles: list[str] = []
    with tab(chromium, home, troubles, viewport=view) as page:
        for place in PAGES:
            answer = page.goto(place)
            if answer.status == 404:
                troubles[:] = [one for one in troubles if "404" not in one]  # chromium tells of it in the console
                continue
            page.wait_for_load_state("networkidle")
            assert page.title().endswith("Tertius") or place.endswith("/brief"), place
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{place} is {wide} pixels too wide"
            assert page.evaluate(REACHED, CONTROLS) == [], place
            assert troubles == [], place


@pytest.mark.slow
@pytest.mark.skipif(not AXE, reason="no axe-core here (pip install axe-playwright-python, or name a file in $AXE)")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(chromium: Any, home: int, scheme: str) -> None:
    found = []
    with tab(chromium, home, [], viewport=WIDE, color_scheme=scheme, bypass_csp=True) as page:
        for place in PAGES:
            if page.goto(place).status == 404:
                continue
            page.wait_for_load_state("networkidle")
            page.add_script_tag(path=AXE)
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            told = page.evaluate("(checked) => axe.run(document, { runOnly: checked })", CHECKED[scheme])
            found += [f"{place}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in told["violations"]]
    assert found == []


def test_the_palette_leads_everywhere_by_keyboard(chromium: Any, home: int) -> None:
    troubles: list[str] = []
    with tab(chromium, home, troubles) as page:
        page.goto(own("today"))
        page.keyboard.press("/")
        page.wait_for_selector(".palette[open] li")
        page.keyboard.type("meth")
        page.wait_for_selector("#found li:has-text('Methods')")
        page.keyboard.press("Enter")
        page.wait_for_url("**/methods")
        page.keyboard.press("/")
        page.keyboard.press("Escape")
        assert page.locator(".palette[open]").count() == 0
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement !== document.body")
    assert troubles == []


def test_the_slider_moves_the_land_and_the_address(chromium: Any, home: int) -> None:
    troubles: list[str] = []
    with tab(chromium, home, troubles) as page:
        page.goto(own("map"))
        slider = page.locator("#at-week input[type=range]")
        slider.focus()
        for _ in range(3):
            page.keyboard.press("ArrowLeft")
        page.wait_for_url("**week=5*")
        told = page.locator(".theatre .note").text_content()
        page.reload()
        assert page.locator(".theatre .note").text_content() == told
        assert slider.input_value() == "5"
    assert troubles == []


def test_a_run_is_begun_left_found_again_and_cancelled(chromium: Any, folder: Path) -> None:
    troubles: list[str] = []
    port = free_port()
    with served(folder, port), tab(chromium, port, troubles) as page:
        page.goto(own("today"))
        page.click("button[data-job=brief]")
        page.wait_for_selector(".job progress")
        assert page.evaluate("document.activeElement.textContent") == "Cancel"
        page.reload()
        page.wait_for_selector(".job progress")
        page.wait_for_selector("a.jobs:visible")
        page.goto("/")
        assert "brief" in page.locator("#runs").text_content()
        page.goto(own("methods"))
        page.wait_for_selector("a.jobs:visible")
        page.goto(own("today"))
        page.click(".job button")
        page.wait_for_selector("text=Cancelled.")
        assert page.locator("button[data-job=brief]").is_enabled()
        page.reload()
        page.wait_for_load_state("networkidle")
        assert page.locator(".job progress").count() == 0
    assert troubles == []
    assert Desk(folder).results(CASE) == ("000001",)


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_a_run_outlives_its_server(chromium: Any, folder: Path, how: str) -> None:
    troubles: list[str] = []
    port = free_port()
    with tab(chromium, port, troubles) as page:
        with served(folder, port) as server:
            page.goto(own("today"))
            asked = {"kind": "brief", "arguments": {"futures": 60, "weeks": 8}}
            page.evaluate("(body) => window.Tertius.submit(body.kind, body.arguments)", asked)
            page.reload()
            page.wait_for_selector(".job progress")
            if how == "killed":
                server.kill()
        with served(folder, port):  # the page is still open, and hears of it
            page.wait_for_url("**/today")
            page.wait_for_selector("text=Since result 1")
            page.goto("about:blank")  # what it still asks for is let go before the server ends
    assert Desk(folder).results(CASE) == ("000001", "000002")
    assert [one for one in troubles if "net::ERR_" not in one and "503" not in one] == [], (
        "the server was away, and nothing else"
    )
