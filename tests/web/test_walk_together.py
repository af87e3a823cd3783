"""Walks in a browser with several people: two states for ten weeks, and a round of estimates of two analysts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.web.browsing import free_port, served, tab
from tests.web.conftest import CASE

WEEKS = 10


@pytest.fixture
def home(folder: Path) -> Iterator[int]:
    port = free_port()
    with served(folder, port, "--workers", "1"):
        yield port


def wide(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_two_play_ten_weeks_each_at_a_seat_of_their_own(chromium: Any, home: int) -> None:
    troubles: list[str] = []
    one, two = tab(chromium, home, troubles), tab(chromium, home, troubles, viewport={"width": 390, "height": 844})
    with tab(chromium, home, troubles) as lead, one as first, two as second:
        lead.goto(f"/case/{CASE}/seminar")
        lead.fill("#weeks", str(WEEKS))
        lead.select_option("#pace", "week")
        lead.check(".seat:nth-child(1) input[value=duria]")
        lead.click("#add")
        lead.check(".seat:nth-child(2) input[value=corvia]")
        lead.click("#begin [type=submit]")
        lead.wait_for_selector("#lead")
        lead.wait_for_load_state()  # whole: what stands below is looked for at once
        seats = [link.get_attribute("href") for link in lead.query_selector_all("section li > a[href*='/seminar/']")]
        for page, seat in zip((first, second), seats, strict=True):
            page.goto(seat)
        lead.reload(wait_until="networkidle")
        lead.click("#play [type=submit]")  # too early, and it is said why
        lead.wait_for_selector("section > .place .problem")
        for turn in range(WEEKS):
            for page in (first, second):
                page.wait_for_selector(f"#table[data-turn='{turn}'] form.moves")
                page.wait_for_load_state()  # with its script: what is pressed before is lost
                assert wide(page) <= 0
            if first.query_selector("#status").text_content().startswith("It is over"):
                break  # the hidden future may end the war
            if turn == 0:
                first.click("form.moves .weigh")
                first.wait_for_selector("form.moves .job progress")
                first.reload()  # the run goes on, and its result is found again
                first.wait_for_selector("form.moves .weighed table")
            first.locator("form.moves fieldset").first.locator("input[type=radio]").last.focus()
            first.keyboard.press("Space")
            first.click("form.moves [type=submit]")
            first.wait_for_selector("form.moves [type=submit]:has-text('Hand in again')")
            second.check("form.moves .leave")
            second.click("form.moves [type=submit]")
            second.wait_for_selector(f"#table[data-turn='{turn + 1}']")
            first.wait_for_selector(f"#table[data-turn='{turn + 1}']")  # it looks by itself
            first.wait_for_load_state()
            if first.locator("form.moves").count() == 0:
                break
        assert first.locator("text=What you did").count() == 1
        lead.reload()
        lead.click("#compare")
        lead.wait_for_selector("#courses figure .drawn")
        lead.click("text=Report")
        lead.wait_for_selector("h2:has-text('Branch main')")
        lead.go_back()
        lead.wait_for_selector("#courses figure .drawn")  # kept, and shown again
        lead.select_option("#back", "0")
        lead.fill("#called", "softly")
        lead.click("#branch button")
        lead.wait_for_url("**branch=softly")
        assert lead.locator("#table[data-turn='0']").count() == 1
    assert [one for one in troubles if "422" not in one] == []


def test_two_estimate_blind_then_see_and_revise(chromium: Any, home: int) -> None:
    troubles: list[str] = []
    one, two = tab(chromium, home, troubles), tab(chromium, home, troubles)
    with tab(chromium, home, troubles) as lead, one as first, two as second:
        lead.goto(f"/case/{CASE}/estimates")
        lead.fill("#analysts", "2")
        lead.check("input[value=war-ends]")
        lead.fill("#quantity", "contingents.legion.discord")
        lead.press("#quantity", "Enter")
        lead.click("#begin [type=submit]")
        lead.wait_for_selector("#lead")
        lead.wait_for_load_state()  # whole: what stands below is looked for at once
        seats = [link.get_attribute("href") for link in lead.query_selector_all("section li > a[href*='/estimates/']")]
        for page, seat, chance in zip((first, second), seats, ("23.45", "61"), strict=True):
            page.goto(seat)
            page.fill(".question[data-kind=chance] .value", chance)
            page.fill(".question[data-kind=chance] .reason", f"Because of {chance}.")
            page.click("#hand-in [type=submit]")
            page.wait_for_selector("[type=submit]:has-text('Hand in again')")
        assert "23.45" not in second.content()
        lead.wait_for_selector("#status:has-text('2 of 2')")
        lead.wait_for_load_state()  # it loads itself anew; with its script, too: what is pressed before is lost
        lead.click("#open [type=submit]")
        first.wait_for_selector("text=Because of 61.")
        first.wait_for_load_state()
        first.fill(".question[data-kind=chance] .value", "40")
        first.click("#hand-in [type=submit]")
        first.wait_for_selector("text=You have revised")
        lead.wait_for_selector("#close")
        lead.wait_for_load_state()
        lead.click("#close [type=submit]")
        second.wait_for_selector("h1:has-text('What the analysts say')")
        assert "51%" in second.locator(".question").first.text_content()  # odds of 40% and 61%, averaged
    assert troubles == []
