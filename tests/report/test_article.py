"""The page of a text: marked words, what each moves, what was dropped and why; safe whatever the text holds."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from tests.cli.commands import tertius

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

from tertius.evidence.reading import read_text
from tertius.report.article import article_page, marked_text

TEXT = (
    "North Korea has sent 10,000 soldiers to Russia, Seoul said. Russia and Ukraine share a border. Did Iran "
    "arm Russia? Japan asked Poland to send tanks to Ukraine. Hungary & Serbia <b>met</b> Poland. "
    "China opposes a wider war."
)


def text_of(page: str) -> str:
    found = re.search(r'<section class="text"[^>]*>(.*?)</section>', page, re.S)
    assert found
    return unescape(re.sub(r"<[^>]+>", "", re.sub(r"<sup.*?</sup>", "", found[1])))


def test_the_page_holds_the_text_its_events_and_what_was_dropped() -> None:
    reading = read_text(TEXT, date(2024, 10, 30))
    page = article_page(reading, "note & more")
    assert text_of(page) == TEXT
    assert "<b>met</b>" not in page
    assert page.count('<article class="card') == len(reading.events)
    for number in range(1, len(reading.events) + 1):
        assert f'id="e{number}"' in page
        assert f'id="t{number}"' in page
    for words in ("PRK AID RUS", "name a scenario", "a question", "no word of the table links them", "not claimed",
                  "nothing: a text gives a stance no size", "default-src"):  # fmt: skip
        assert words in page
    assert "<script" not in page


def test_spans_that_lie_in_each_other_leave_the_text_as_it_is() -> None:
    text = "Peru said that Chile, which armed Bolivia, bombed Ecuador and shelled Brazil. " * 3
    assert text_of(article_page(read_text(text, None), "t")) == text


def test_an_empty_reading_has_a_page() -> None:
    assert "No event was read." in article_page(read_text("Peru is large.", None), "t")


def test_the_command_writes_it_with_what_the_claims_move(tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_text(TEXT)
    page = tmp_path / "n.html"
    words = ("read", tmp_path / "n.txt", "--published", "2024-10-30", "--scenario", "ukraine-2024-before")
    told = tertius(*words, "--html", page)
    assert told.code == 0, told.err
    assert "weighs 100 times more" in page.read_text()
    assert "at grade B2" in page.read_text()
    refused = tertius(*words, "--html", tmp_path / "none" / "n.html")
    assert (refused.code, "folder that exists" in refused.err) == (3, True)


def test_words_say_which_claims_they_are_of() -> None:
    marked = marked_text("A sent B, and C.", [((0, 8), 1, "happened"), ((0, 15), 2, "denied")], [(10, 15)])
    whose = re.findall(r'<span class="[^"]*"(?: data-claims="([^"]*)")?>', marked)
    assert whose == ["1 2", "2", "2"]
    assert marked_text("None.", [], [(0, 5)]) == '<span class="nothing">None.</span>'
