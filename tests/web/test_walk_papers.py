"""Walks in a browser: an article read, accepted, edited, undone; an error at its line, a copy; a question on record."""

from pathlib import Path
from typing import Any

from tests.web.browsing import free_port, served, tab
from tests.web.conftest import CASE

OWN = f"/case/{CASE}"
STEPS = (
    f"tertius: 1\nscenario: {CASE}\nuntil: 2031-06-01\nrecord:\n"
    "  first: {instrument: durian-shells, date: 2031-04-01, step: up, text: More shells, source: A paper}\n"
)


def test_claims_are_filed_accepted_edited_and_undone(chromium: Any, folder: Path) -> None:
    troubles: list[str] = []
    port = free_port()
    with served(folder, port), tab(chromium, port, troubles) as page:
        page.goto(f"{OWN}/evidence")
        page.fill("#f-text", "Brazil has sent rifles to Peru. Chile may send soldiers to Peru.")
        page.fill("#f-published", "2031-03-09")
        page.set_viewport_size({"width": 600, "height": 400})
        page.evaluate("scrollTo(0, 260)")
        stood = page.evaluate("scrollY")
        assert stood > 100
        page.evaluate("document.querySelector('.reading').requestSubmit()")
        page.wait_for_url("**/evidence?article=1")
        page.wait_for_selector("#article")
        for _ in range(100):
            if page.evaluate("scrollY") == stood:
                break
            page.wait_for_timeout(100)
        assert page.evaluate("scrollY") == stood, "the reader stays where the reader was"
        page.set_viewport_size({"width": 1280, "height": 720})
        assert page.locator(".text .read").count() >= 1
        page.click("#by-hand summary")
        for name, text in (("actor", "duria"), ("target", "borland"), ("object", "munitions"), ("date", "2031-04-01")):
            page.fill(f"#f-{name}", text)
        page.select_option("#f-action", "AID")
        page.fill("#bh-origin", "A courier")
        page.fill("#bh-words", "Duria has sent Borland more shells.")
        page.press("#bh-words", "Enter")
        page.click("#articles a:has-text('by hand')")
        page.wait_for_url("**/evidence?article=2")  # whole, with its script: a key pressed before is lost
        card = page.locator(".claim:has-text('duria AID borland')")
        card.get_by_role("button", name="Accept").press("Enter")
        page.wait_for_selector("#moves table")
        assert "The war is over" in page.locator("#moves table").text_content()
        card.locator("summary").press("Enter")
        number = card.get_attribute("id").removeprefix("e")
        page.select_option(f"#c{number}-mode", "denied")
        page.press(f"#c{number}-why", "Enter")
        page.wait_for_selector(f"#e{number}:has-text('denied,')")
        page.locator("#undo").press("Enter")
        page.wait_for_selector(f"#e{number}:has-text('happened,')")
        page.locator("#undo").press("Enter")
        page.wait_for_selector(f"#e{number}.new")
        assert page.locator("#moves table").count() == 0
    assert troubles == []


def test_an_error_stands_at_its_line_and_a_copy_is_made(chromium: Any, folder: Path) -> None:
    troubles: list[str] = []
    port = free_port()
    with served(folder, port), tab(chromium, port, troubles) as page:
        page.goto(f"{OWN}/scenario")
        text = page.input_value("#f-yaml")
        page.fill("#f-yaml", text.replace("weeks: 26", "weeks: many"))
        page.press("#f-yaml", "Control+Enter")
        page.wait_for_selector(".problems li")
        line = text.splitlines().index("weeks: 26") + 1
        assert page.locator(".editor pre b").all_text_contents() == [str(line)]
        page.click(".problems button")
        chosen = "(area => area.value.slice(area.selectionStart, area.selectionEnd))(document.activeElement)"
        assert page.evaluate(chosen) == "weeks: many"
        page.fill("#f-yaml", text.replace("weeks: 26", "weeks: 20"))
        page.fill("#f-name", "mine")
        page.press("#f-name", "Enter")
        page.wait_for_url("**/case/mine/scenario")
        assert "weeks: 20" in page.input_value("#f-yaml")
    assert troubles == []


def test_a_question_is_added_answered_sealed_checked_and_settled(chromium: Any, folder: Path) -> None:
    troubles: list[str] = []
    port = free_port()
    with served(folder, port), tab(chromium, port, troubles) as page:
        page.goto(f"{OWN}/questions?futures=400&q=no-question-has-this")
        page.fill("#f-text", "Does Duria send more shells?")
        page.fill("#f-id", "more-shells")
        page.select_option("#f-instrument", "durian-shells")
        page.select_option("#f-take", "steps-up")
        page.fill("#f-thresholds", "1")
        page.fill("#f-until", "2031-04-27")
        page.press("#f-id", "Enter")
        # What was added stands open, in whichever group it is, and whatever the list is narrowed to.
        page.wait_for_selector("#q-more-shells[open]")
        assert page.url.endswith("#q-more-shells")
        page.fill(".narrowing input", "")
        page.wait_for_function("() => window.Tertius?.submit")
        page.click("text=Answer them")
        page.wait_for_selector("#q-more-shells .line:has-text('%')")
        page.wait_for_load_state("networkidle")
        page.focus("#q-more-shells > summary")
        page.keyboard.press("Enter")
        page.wait_for_selector("#q-more-shells table")
        page.locator("#q-more-shells").get_by_role("button", name="Seal").press("Enter")
        page.wait_for_selector("#ledger td:has-text('pending')")
        page.wait_for_load_state("networkidle")
        assert page.locator("#q-more-shells").get_attribute("open") is not None, "it stands open after it was sealed"
        page.fill(".narrowing input", "shells more")
        page.wait_for_function("() => document.querySelectorAll('.question:not([hidden])').length === 1")
        page.select_option(".narrowing select", "unsealed")
        page.wait_for_selector("#ask .none:visible")
        page.reload()
        assert page.locator(".question:visible").count() == 0, "the address holds what is shown"
        page.select_option(".narrowing select", "")
        page.wait_for_selector("#q-more-shells .tag.pending")
        page.click("text=Check the ledger")
        page.wait_for_selector("#check:has-text('No fault was found.')")
        page.goto(f"{OWN}/watch")
        page.wait_for_function("() => window.Tertius?.submit")
        page.locator("#steps > summary").press("Enter")
        page.fill("#f-steps", STEPS)
        # The page loads itself anew once the steps are kept: going on before that is two ways at once.
        with page.expect_navigation(), page.expect_response("**/steps") as kept:
            page.get_by_role("button", name="Keep the steps").press("Enter")
        assert kept.value.status == 200
        page.goto(f"{OWN}/questions?futures=400")
        page.wait_for_function("() => window.Tertius?.submit")
        page.fill("#f-today", "2031-06-01")
        page.get_by_role("button", name="Settle what is open by its rules").press("Enter")
        page.wait_for_selector("#ledger b:has-text('came')", state="attached")
        assert "Brier" in page.locator("#scores").text_content()
    assert troubles == []
