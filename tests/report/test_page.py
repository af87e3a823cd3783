"""The first page, over many answers: words, sentences, brackets; its numbers, policy, contrast, size."""

import base64
import hashlib
import random
import re
from collections.abc import Iterator
from dataclasses import astuple, replace
from functools import cache
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.impact.levies import brief, war
from tests.report.test_numbers import forms as printed
from tests.report.test_numbers import leaves, missing, of_scenario, tokens
from tests.report.test_unknowns import SHIPPED, fitted

from tertius.engine import Layout, Options
from tertius.impact.answer import Answer
from tertius.impact.comparison import BEYOND, WITHIN, Difference
from tertius.impact.indicators import Indicator
from tertius.impact.making import make_answer
from tertius.impact.observables import Target
from tertius.impact.question import question_of
from tertius.impact.summary import MOVED, NONE, UNLINKED, UNSEEN, UNSETTLED
from tertius.impact.watching import Watchlist
from tertius.impact.written import plain_data, read_as
from tertius.report.figures import all_figures, difference
from tertius.report.glossary import GLOSSARY
from tertius.report.headlines import headline
from tertius.report.page import KINDS, MOST_WORDS, FirstPage, first_page, words_of
from tertius.report.render import html, markdown, template
from tertius.report.signs import signs
from tertius.report.terminal import page_text
from tertius.report.watch import watch
from tertius.world import Scenario, load_scenario, shipped_scenarios

pytestmark = pytest.mark.usefixtures("compiled")
VOID = ("meta", "link", "br", "hr", "img", "input")
LONGEST_SENTENCE = 25  # words; every sentence is shorter
WAYS = (MOVED, UNSEEN, UNSETTLED, NONE, UNLINKED)
WORDS = [
    "the",
    "army",
    "of",
    "northern",
    "provinces",
    "beyond",
    "a",
    "river",
    "that",
    "nobody",
    "crosses",
    "in",
    "winter",
    "holds",
    "its",
    "ground",
    "and",
    "waits",
]


@cache
def shipped(name: str) -> tuple[Answer, Scenario]:
    """The first page's parts of a shipped scenario, without those that move quantities."""
    scenario = load_scenario(name)
    layout = Layout.of(scenario)
    options = Options(futures=200, weeks=min(26, scenario.weeks))
    parts = ("summary", "reactions", "timeline", "record")
    return make_answer(layout, question_of(layout), options, parts=parts).answer, scenario


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)


def sentences(page: FirstPage) -> list[str]:
    return [part for text in texts(astuple(page)) for part in re.split(r"(?<=[.!?…])\s+", text) if part]


def check(answer: Answer, scenario: Scenario) -> None:
    page = first_page(answer, scenario)
    assert words_of(page) <= MOST_WORDS, page
    for sentence in sentences(page):
        assert len(sentence.split()) < LONGEST_SENTENCE, sentence
        assert sentence.count("(") <= 1, sentence
    lines = page_text(answer, scenario).splitlines()
    assert max(map(len, lines)) <= 80 or any(" " not in line.strip() for line in lines if len(line) > 80)


@cache
def has_comparison(name: str) -> bool:
    return load_scenario(name).comparison is not None


@pytest.mark.parametrize("name", [name for name in shipped_scenarios() if has_comparison(name)])
def test_the_first_page_of_a_shipped_scenario_is_short(name: str) -> None:
    answer, scenario = shipped(name)
    check(answer, scenario)
    page = first_page(answer, scenario)
    assert answer.summary is not None
    assert len(page.chances) == min(6, len(answer.summary.chances)) >= 4
    assert not [text for text in texts(astuple(page)) if "…" in text], "a name has no short form"
    assert page.headline
    assert page.reacts


def of_random_words(chance: random.Random) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, 14))).capitalize()


def renamed(scenario: Scenario, chance: random.Random) -> Scenario:
    """The scenario with other names of everything that the first page names."""

    def named(held: Any) -> Any:
        def unlabelled(told: Any) -> dict[str, None]:
            return {"label": None} if "label" in told.model_fields_set else {}

        return {
            key: told.model_copy(update={"name": of_random_words(chance), **unlabelled(told)})
            for key, told in held.items()
        }

    sections = ("actors", "sides", "outcomes", "instruments", "stakes", "theatres", "events")
    ladders = {
        key: told.model_copy(update={"name": of_random_words(chance), "rungs": named(told.rungs)})
        for key, told in scenario.ladders.items()
    }
    changed = {name: named(getattr(scenario, name)) for name in sections}
    return replace(scenario, title=of_random_words(chance), ladders=ladders, **changed)


def shaken(value: Any, chance: random.Random, scale: float) -> Any:
    """JSON data with other numbers: chances stay chances, and ends of intervals stay in order."""
    if isinstance(value, dict):
        found = {name: shaken(held, chance, scale) for name, held in value.items()}
        if "kind" in found and "any_step" in found:
            found["kind"] = chance.choice(WAYS if found["reason"] else WAYS[1:])
        for name, held in found.items():
            if name in ("interval", "base", "other", "paired") and isinstance(held, list):
                found[name] = sorted(held)
            elif name in ("same", "resolved"):
                found[name] = chance.random() < 0.5
        return found
    if isinstance(value, list):
        return [shaken(held, chance, scale) for held in value]
    if isinstance(value, float):
        return chance.random() if 0.0 < value < 1.0 else value * scale * chance.choice((-1, 1)) * chance.random()
    return value


@pytest.mark.parametrize("seed", range(100))
def test_the_first_page_of_a_random_answer_is_short(seed: int) -> None:
    chance = random.Random(seed)
    names = [name for name in shipped_scenarios() if has_comparison(name)]
    answer, scenario = shipped(names[seed % len(names)])
    data = plain_data(answer)
    scale = 10 ** chance.uniform(-4, 4)
    for part in ("differences", "summary", "reactions", "timeline"):
        data[part] = shaken(data[part], chance, scale)
    lacking = [name for name in ("ends", "ladders", "states") if chance.random() < 0.3]
    data["summary"]["lacking"] = lacking
    if "ends" in lacking:
        data["summary"]["goes_on"] = []
    data["run"]["futures"] = chance.choice((1, 40, 200, 400, 4000))
    check(read_as(Answer, _json(data), "shaken"), renamed(scenario, chance))


def _json(data: Any) -> str:
    import json

    return json.dumps(data)


def test_every_number_of_the_first_page_is_in_the_json() -> None:
    for name in (name for name in shipped_scenarios() if has_comparison(name)):
        answer, scenario = shipped(name)
        data = plain_data(answer)
        allowed = {token for value in leaves(data) for form in printed(value) for token in tokens(form)}
        allowed |= of_scenario(scenario) | {str(day.year) for day in answer.run.dates}
        assert missing(page_text(answer, scenario), allowed) == []
        shown = tokens(" ".join(texts(astuple(first_page(answer, scenario)))))
        assert len(shown) > 15


def found(mean: float, error: float, interval: tuple[float, float], band: float = 1.0) -> Difference:
    three = (0.0, 0.0, 0.0)
    return Difference("land", 8, band, mean, error, interval, three, three, three, 0.0, 0.0, 1.0, False)


@given(
    truth=st.floats(-5, 5), errors=st.tuples(st.floats(0.001, 3), st.floats(0.001, 3)),
    off=st.tuples(st.floats(-2, 2), st.floats(-2, 2)),
)  # fmt: skip
def test_few_futures_and_many_never_give_opposite_verdicts(
    truth: float, errors: tuple[float, float], off: tuple[float, float]
) -> None:
    both = {
        found(truth + shift * error, error, (truth, truth)).verdict for shift, error in zip(off, errors, strict=True)
    }
    assert both != {BEYOND, WITHIN}


def test_an_interval_that_holds_zero_is_never_detectable() -> None:
    assert not found(3.0, 0.1, (-1.0, 7.0)).detectable
    assert found(3.0, 0.1, (1.0, 7.0)).detectable


def test_too_few_futures_stand_in_place_of_an_answer() -> None:
    few = replace(brief(), run=replace(brief().run, futures=40))
    assert headline(few, war()) == ("Only 40 futures were run: too few for an answer. Ask for 200 or more.",)


def test_confidence_that_chance_lowers_says_so() -> None:
    answer = brief()
    assert answer.grounds is not None
    held = replace(answer.grounds.confidence, level="low", judged=0.3, tried=9, shown=4, chance=0.2)

    def told(**changed: Any) -> str:
        own = replace(answer.grounds, confidence=replace(held, **changed))  # type: ignore[type-var]
        return first_page(replace(answer, grounds=own), war()).confidence

    assert told() == "Confidence low: in 396 futures chance hides what most assumptions do."
    assert told(chance=None, shown=9) == told()
    assert told(shown=5) == "Confidence low: where assumptions move it, 30% is judgement and not data."
    assert told(shown=5, judged=None) == "Confidence low: no single assumption is seen to move it."


def test_the_number_at_the_end_of_the_first_figure_lies_off_its_curve() -> None:
    answer, scenario = brief(), war()
    assert answer.summary is not None
    outcome = first_page(answer, scenario).outcome
    weeks = len(answer.run.dates)
    for mean, below in (
        ([float(week) for week in range(weeks)], False),
        ([-float(week) for week in range(weeks)], True),
    ):
        expected = tuple(
            replace(one, mean=tuple(mean)) if one.outcome == outcome else one for one in answer.summary.expected
        )
        drawn = difference(replace(answer, summary=replace(answer.summary, expected=expected)), scenario, outcome)
        (mark,) = (layer["mark"] for layer in drawn.to_dict()["layer"] if layer["mark"].get("fontSize") == 14)
        assert (mark["dy"] > 0) is below


def test_four_answers_of_nothing_are_told_apart() -> None:
    answer, scenario = shipped("ukraine-2024")
    assert answer.summary is not None
    for kind, text in KINDS.items():
        states = tuple(replace(one, kind=kind, enters=False) for one in answer.summary.states)
        told = first_page(replace(answer, summary=replace(answer.summary, states=states)), scenario)
        assert [row.text for row in told.reacts] == [text]
    assert len(set(KINDS.values())) == 4


def test_the_best_sign_stands_behind_the_dates_and_takes_none_of_their_room() -> None:
    answer, scenario = shipped("ukraine-2024")
    rule = Indicator("front-area", 13, False, True, 830.0, 26, 700, 0.4, 0.56, 0.04, 0.02, 0.92, 0.26, 3.5, 26.0, 0.2)
    target = Target("front-gain>3900", "outcome", "front-gain", "above", 3900.0)
    told = replace(answer, signs=(Watchlist(target, 52, 1000, 0.25, (rule,)),))
    dated, sign = watch(told, scenario, most=2)
    assert dated == watch(replace(told, signs=()), scenario)[0]
    assert sign.when == "Read on 4 May 2025"
    assert sign.text.endswith("at 56%, else 4%")
    assert "at least 830 km²" in sign.text
    assert watch(told, scenario, signs=False) == watch(replace(told, signs=()), scenario)
    page = first_page(told, scenario)
    assert page.watch[0] == dated
    assert "…" not in page_text(told, scenario)
    (row,) = signs(told, scenario)
    assert (row.then, row.otherwise, row.hits, row.alarms, row.lead) == ("56%", "4%", "92%", "26%", "26")


def test_no_share_that_depends_on_the_coupling_stands_on_the_first_page() -> None:
    answer, scenario = shipped("ukraine-2024")
    told = tuple(replace(one, larger=0.4321, smaller=0.4321, immaterial=0.1358) for one in answer.differences)
    turned = replace(answer, differences=told, any_moved=0.4321)
    assert page_text(turned, scenario) == page_text(answer, scenario)


def test_the_figure_of_the_chances_draws_the_rows_of_the_page() -> None:
    for name in (name for name in shipped_scenarios() if has_comparison(name)):
        answer, scenario = shipped(name)
        spec = all_figures(answer, scenario)["chances"].to_dict()
        (drawn,) = [rows for rows in spec["datasets"].values() if "beside" in rows[0]]
        told = first_page(answer, scenario).chances
        assert [(row["with"], row["without"], row["low"], row["high"]) for row in drawn] == [
            (row.with_it, row.without, row.low, row.high) for row in told
        ]
        assert [row["text"] for row in drawn] == [row.text for row in told]


@cache
def page() -> str:
    answer = fitted()
    return html(answer, SHIPPED, all_figures(answer, SHIPPED))


def test_only_the_scripts_and_the_style_of_the_page_itself_are_allowed() -> None:
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', page())[1])  # type: ignore[index]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag, count in (("script", 2), ("style", 1)):
        parts = re.findall(rf"<{tag}>(.*?)</{tag}>", page(), re.DOTALL)
        assert len(parts) == count
        for part in parts:
            digest = base64.b64encode(hashlib.sha256(part.encode("utf-8")).digest()).decode("ascii")
            assert f"sha256-{digest}" in policy
    body = re.sub(r"<(script|style)\b.*?</\1>", "", page(), flags=re.DOTALL)
    assert not re.search(r"\sstyle=|\son\w+=", body)


def test_the_page_is_small() -> None:
    assert len(page().encode("utf-8")) < 2_000_000


def test_data_of_figures_stand_once_with_as_many_digits_as_a_screen_shows() -> None:
    told = re.search(r'id="figures">(.*?)</script>', page(), re.DOTALL)
    assert told is not None
    assert not re.findall(r"[,:\[]-?\d+\.\d{9,}", told[1])
    assert '"@rows":[["date","label",' in told[1]
    assert told[1].count('{"date":') < 5  # of tables with one row


def test_ids_of_the_page_are_its_own() -> None:
    body = re.sub(r"<script\b.*?</script>", "", page(), flags=re.DOTALL)
    ids = re.findall(r'\sid="([^"]+)"', body)
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in re.findall(r'href="(#[^"]+)"', body)} <= set(ids)
    assert 'href="#outline-' in body  # what both maps draw stands in the file once


def test_no_element_has_an_attribute_twice_and_every_element_is_closed() -> None:
    """What a validator of HTML would find first; it and axe need node or java, see docs/trials.md."""

    class Checked(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []
            self.wrong: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            names = [name for name, _ in attrs]
            if len(names) != len(set(names)):
                self.wrong.append(f"<{tag}> {names}")
            if tag not in VOID:
                self.open.append(tag)

        def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.handle_starttag(tag, attrs)
            if tag not in VOID:
                self.open.pop()

        def handle_endtag(self, tag: str) -> None:
            if tag in VOID or not self.open or self.open.pop() != tag:
                self.wrong.append(f"</{tag}>")

    checked = Checked()
    checked.feed(page())
    assert (checked.wrong, checked.open) == ([], [])


def test_each_figure_says_what_it_shows() -> None:
    told = re.findall(r'<div class="drawn" role="img" aria-label="([^"]+)"', page())
    assert len(told) == page().count("data-figure=")
    assert all(len(text) > 30 for text in told)


def test_each_chapter_opens_with_its_finding() -> None:
    findings = re.findall(r'<span class="finding">(.*?)</span>', page(), re.DOTALL)
    assert len(findings) == page().count('<details class="chapter"') > 6
    assert all(len(text.split()) > 4 for text in findings)


def test_terms_are_explained_where_they_stand() -> None:
    shown = re.findall(r'role="tooltip" id="[^"]+">([^<]+)<', page())
    assert len(set(shown)) > 5
    assert {unescape(text) for text in shown} <= set(GLOSSARY.values())


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_stands_out_from_its_ground_in_every_theme() -> None:
    themes = re.findall(r":root \{([^}]+)\}", template("page.css"))
    assert len(themes) == 3
    for theme in themes:
        inks = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", theme))
        for ink in ("ink", "dim", "accent", "cool"):
            for ground in ("paper", "raised"):
                light, dark = sorted((luminance(inks[ink]), luminance(inks[ground])), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground, theme)


def test_words_are_not_doubled() -> None:
    for text in (markdown(fitted(), SHIPPED), page_text(fitted(), SHIPPED)):
        assert not re.search(r"likelier: unlikely|less likely: likely", text)
        assert not re.search(r"\b(\w{3,}) \1\b", text)
