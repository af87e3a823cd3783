"""A walk of What if, by keyboard: a step and a quantity are changed, run, compared, taken away; a link is the view."""

from pathlib import Path
from typing import Any

from tests.web.browsing import free_port, served, tab
from tests.web.conftest import CASE

STEP, QUANTITY = "durian-warning", "contingents.legion.discord"


def test_a_what_if_is_made_run_and_compared_by_keyboard(chromium: Any, folder: Path) -> None:
    troubles: list[str] = []
    port = free_port()
    with served(folder, port), tab(chromium, port, troubles, viewport={"width": 390, "height": 844}) as page:
        page.goto(f"/case/{CASE}/what-if")
        assert page.locator("#run").is_disabled()
        page.select_option("#instrument", STEP)
        page.fill("#step-week", "2")
        page.focus("#add-step")
        page.keyboard.press("Enter")
        page.fill("#find", QUANTITY.upper())
        page.wait_for_function("() => document.querySelectorAll('#offered button').length === 1")
        page.focus("#offered button")
        page.keyboard.press("Enter")
        page.wait_for_selector("#quantities input[type=range]:focus")
        page.keyboard.press("End")
        page.wait_for_function("() => document.querySelectorAll('#words li').length === 2")
        highest = page.locator("#quantities .end").last.text_content()
        assert page.input_value("#quantities input[type=number]").startswith(highest)
        page.select_option("#futures", "400")
        page.reload()
        page.wait_for_selector("#quantities input[type=range]")
        assert page.locator("#steps li").count() == 1
        page.focus("#run")
        page.keyboard.press("Enter")
        page.wait_for_url("**w=**")
        page.wait_for_selector("table.beside .letter-A")
        assert page.locator("figure[data-figure] svg").count() > 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        link = page.url.partition("#")[0]
        page.goto("/")
        page.goto(link)
        page.wait_for_selector("table.beside .letter-A")
        page.click("text=Take it away")
        page.wait_for_selector("table.beside .letter-A", state="detached")
    assert troubles == []


def test_a_change_of_both_worlds_is_told_apart(chromium: Any, folder: Path) -> None:
    troubles: list[str] = []
    port = free_port()
    with served(folder, port), tab(chromium, port, troubles) as page:
        page.goto(f"/case/{CASE}/what-if?d=*{QUANTITY}=0.1")
        page.wait_for_selector("#quantities .where")
        assert page.input_value("#quantities .where") == "*"
        page.select_option("#instrument", STEP)
        page.select_option("#step-where", "*")
        page.click("#add-step")
        page.wait_for_function("() => document.querySelectorAll('#words li').length === 3")
        page.select_option("#quantities .where", "")
        page.wait_for_function("() => document.querySelectorAll('#words li').length === 2")
        assert page.url.endswith(f"d=*{STEP}%3Aup%3B{QUANTITY}%3D0.1")
        page.select_option("#futures", "400")
        page.click("#run")
        page.wait_for_url("**w=**")
        page.wait_for_selector("table.beside .letter-A")
        assert "In both worlds" in page.locator(".world").last.text_content()
        assert "from " in page.locator("table.beside .level").last.text_content()
    assert troubles == []


def test_a_wrong_address_and_a_wrong_number_are_told_in_place(chromium: Any, folder: Path) -> None:
    troubles: list[str] = []
    port = free_port()
    with served(folder, port, "--workers", "0"), tab(chromium, port, troubles) as page:
        page.goto(f"/case/{CASE}/what-if?w=-entri:never&d={QUANTITY}=1e9")
        assert "entry" in page.locator(".world .problem").text_content()
        page.wait_for_selector("#quantities input[type=number]")
        page.fill("#quantities input[type=number]", "-5")
        page.keyboard.press("Tab")
        lowest = page.locator("#quantities .end").first.text_content()
        page.wait_for_function(
            "(low) => document.querySelector('#quantities input[type=number]').value.startsWith(low)", arg=lowest
        )
    assert [one for one in troubles if "422" not in one] == []
