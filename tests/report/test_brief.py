"""The brief: who is favoured turns with the levy, its numbers are the comparison's, nothing is fetched or run."""

import re
import tempfile
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from tests.impact.bounds import OPTIONS as BOUND_OPTIONS
from tests.impact.bounds import bound
from tests.impact.levies import LEVY, OPTIONS, asked, brief, layout, made, war
from tests.impact.neighbours import OPTIONS as WATCHED_OPTIONS
from tests.impact.neighbours import watched
from tests.report.test_strikes import made as struck

from tertius.engine import Layout
from tertius.impact.answer import Answer
from tertius.impact.archive import read_answer, read_comparison
from tertius.impact.battlefield import battlefield
from tertius.impact.making import Made, answer_of, make_answer
from tertius.impact.question import question_of
from tertius.report import battlefield as told_of
from tertius.report.archive import save_brief
from tertius.report.brief import context
from tertius.report.drawn import Figures
from tertius.report.figures import FIGURES, all_figures, to_svg
from tertius.report.grounds import drivers, facts
from tertius.report.headlines import bottom_line, headline
from tertius.report.outcomes import table
from tertius.report.render import html, markdown
from tertius.report.terminal import page_text
from tertius.report.words import number
from tertius.world import Scenario, load_scenario

pytestmark = pytest.mark.usefixtures("compiled")
IMAGE = "![x](https://example.org/x.png)"
ATTACKS = ("<script>alert(1)</script>", "{{7*7}}", "| table | break", IMAGE, "[/red] @@losses@@")


class Page(HTMLParser):
    """What of an HTML page could run or be fetched, and how many cells each row of a table has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.handlers: list[str] = []
        self.cells: list[list[int]] = []
        self.text = self.styles = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.fetched += [
            f"{tag} {name}={value}"
            for name, value in attrs
            if value and (name in ("src", "srcset", "data", "action") or (name.endswith("href") and tag != "a"))
            if not value.startswith(("#", "data:"))
        ]
        if tag == "table":
            self.cells.append([])
        elif tag == "tr":
            self.cells[-1].append(0)
        elif tag in ("td", "th"):
            self.cells[-1][-1] += 1

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] == ["style"]:
            self.styles += data
        elif self.tags[-1:] != ["script"]:
            self.text += data


@cache
def attacked() -> Made:
    """The brief of a war whose texts try to be more than text."""
    text = LEVY["B"].read_text(encoding="utf-8")
    for plain_name in ("The levy of Borland", "Land held by Borland", "label: the levy", "Digest of the fighting"):
        head = "label: " if plain_name.startswith("label") else ""
        text = text.replace(plain_name, f"{head}'{' '.join(ATTACKS)}'")
    text = text.replace("name: Borland\n", f"name: '{ATTACKS[0]} {ATTACKS[2]}'\n")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "attack.yaml"
        file.write_text(text, encoding="utf-8")
        return asked(Layout.of(load_scenario(str(file))))


def test_the_bottom_line_turns_when_the_other_side_has_the_levy() -> None:
    for side, way, name in (("A", "lower", "Avria"), ("B", "higher", "Borland")):
        line = bottom_line(brief(side), war(side))[0]
        assert f"{way} on average" in line
        assert f"It favours {name}." in line
        assert f" {way} by April 2031." in headline(brief(side), war(side))[0]


def test_every_number_of_the_bottom_line_is_the_comparisons() -> None:
    for side in "AB":
        found = made(side).comparison.at("land", 8)
        assert found == brief(side).at("land", 8)
        line = bottom_line(brief(side), war(side))[0]
        line = line.replace("27 April 2031", "").replace("80% interval", "")
        shown = set(re.findall(r"[+−]?\d[\d,]*(?:\.\d+)?%?", line))
        low, high = (number(bound, sign=True) for bound in found.interval)
        assert shown == {number(abs(found.mean)), low, high, number(found.band)}


def test_no_direction_is_claimed_where_the_interval_holds_zero() -> None:
    comparison = made().comparison
    base = comparison.base
    effect = np.random.default_rng(3).normal(20.0, 40.0, 100)[base.trajectories // base.replicates]
    other = replace(base, samples=base.samples - effect[:, None, None])
    turned = answer_of(replace(comparison, other=other), OPTIONS, ())
    found = turned.at("land", 8)
    assert found.interval[0] < 0 < found.band < found.mean
    assert "Its direction is not known" in bottom_line(turned, war())[0]
    assert "favours" not in bottom_line(turned, war())[0]
    assert not found.detectable
    assert " are too few to say whether land held by Borland changes" in headline(turned, war())[0]


def test_a_levy_of_nobody_is_said_to_change_exactly_nothing() -> None:
    told = asked(layout(events__levy__recruits=0.0)).answer
    assert bottom_line(told, war()) == (
        "**Land held by Borland**: with the levy it is the same by 27 April 2031, exactly.",
    )
    assert headline(told, war()) == ("With the levy, land held by Borland is exactly the same by April 2031.",)
    assert {row.difference for row in table(told, war(), (4, 8))} == {"0 exactly"}
    assert "exactly the same by April 2031" in html(told, war(), {})
    assert "events.levy.recruits = 0" in Page(html(told, war(), {})).text


def test_the_page_fetches_nothing_and_runs_its_own_script_alone() -> None:
    charts = all_figures(brief(), war())
    text = html(brief(), war(), charts)
    page = Page(text)
    assert page.text.count("What it adds to land held by Borland") >= 1
    assert [name for name in charts if text.count(f'data-figure="{name}"') != 1] == []
    assert page.tags.count("script") == 3  # figures as data, Vega, ours
    assert (page.fetched, page.handlers) == ([], [])
    assert not re.search(r"@import|url\(\s*['\"]?(?!#|data:)", page.styles)
    assert "@@" not in page.text


def test_texts_of_a_scenario_stay_texts() -> None:
    told, scenario = attacked().answer, attacked().comparison.base.layout.scenario
    page = Page(html(told, scenario, all_figures(told, scenario)))
    calm = Page(html(brief(), war(), all_figures(brief(), war())))
    assert page.tags.count("script") == calm.tags.count("script") == 3
    assert "img" not in page.tags
    assert page.fetched == []
    assert page.tags.count("svg") == calm.tags.count("svg")
    for attack in ATTACKS:
        assert page.text.count(attack) >= 3
    assert page.cells == calm.cells
    assert all(len(set(rows)) == 1 for rows in page.cells)


def test_tables_of_the_markdown_are_whole() -> None:
    found = brief().sensitivity
    assert found is not None
    page, laws = Page(html(brief(), war(), {})), len(list(drivers(found, ("land",)))) - 1
    assert [(len(rows), *set(rows)) for rows in page.cells] == [(3, 9), (3, 9), (2 + laws, 2), (6, 5)]
    assert "![fan-land]" not in markdown(brief(), war())


def test_the_first_page_is_the_beginning_of_the_whole() -> None:
    whole = markdown(brief(), war())
    first = page_text(brief(), war())
    assert whole.startswith("# ")
    assert " ".join(headline(brief(), war())) in whole.partition("## The fighting")[0]
    assert max(map(len, first.splitlines())) <= 80
    assert " ".join(headline(brief(), war())) in " ".join(first.split())


def test_a_saved_brief_can_be_read_again(tmp_path: Path) -> None:
    save_brief(made(), tmp_path / "out")
    assert (tmp_path / "out" / "brief.md").read_text(encoding="utf-8").count("](figures/") == len(
        all_figures(brief(), war())
    )
    assert len(list((tmp_path / "out" / "figures").glob("*.svg"))) == len(all_figures(brief(), war()))
    told, scenario = read_answer(tmp_path / "out")
    assert told == brief()
    assert markdown(told, scenario) == markdown(brief(), war())
    again = read_comparison(tmp_path / "out").comparison
    assert (again.question, again.horizons) == (brief().question, brief().run.horizons)
    for row, before in zip(again.table(), brief().differences, strict=True):
        assert row.mean == pytest.approx(before.mean, rel=1e-4)  # samples are stored in 32 bits


def test_everything_the_brief_prints_is_there() -> None:
    told = context(brief(), war())
    assert told.contingents == ()
    assert told.freed
    assert told.assumptions[0].path == "theatres.ridge.power_response"
    assert told.counts == {"fact": 15, "assumption": 0, "judgement": 5, "choice": 27, "fitted": 0}


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_is_a_chart_that_can_be_drawn(name: str) -> None:
    chosen = {
        "usable": _with_contingent,
        "first-moves": _watched,
        "rungs": _bound,
        "strikes": lambda: (struck().answer, load_scenario("gulf-2025")),
        "chances": _with_contingent,
        "ranked": _with_contingent,
        "maps": _with_contingent,
        "lasting": _bound,
        "causes": _shared,
    }
    answer, scenario = chosen.get(name, lambda: (brief(), war()))()
    charts = FIGURES[name](answer, scenario)
    assert charts
    for chart in charts.values():
        assert chart.to_dict()["$schema"].startswith("https://vega.github.io/schema/vega-lite/")  # validates as well
        svg = to_svg(chart)
        assert svg.startswith("<svg")
        assert svg.count("<path") > 3


def test_a_figure_is_one_function(monkeypatch: pytest.MonkeyPatch) -> None:
    losses = FIGURES["losses"]
    monkeypatch.setitem(FIGURES, "dummy", lambda answer, scenario: {"dummy": losses(answer, scenario)["losses"]})
    names = {"difference-land", "fan-land", "freed-elsewhere", "losses", "dummy"}
    assert set(all_figures(brief(), war())) == names
    assert Figures.of(brief(), war()).svg("dummy").startswith("<svg")


@cache
def _with_contingent() -> tuple[Answer, Scenario]:
    scenario = load_scenario("ukraine-2024")
    layout = Layout.of(scenario)
    return make_answer(layout, question_of(layout), OPTIONS, parts=("series", "summary", "reactions")).answer, scenario


@cache
def _watched() -> tuple[Answer, Scenario]:
    return answer_of(watched(), WATCHED_OPTIONS, ("first_moves",)), watched().base.layout.scenario


@cache
def _bound() -> tuple[Answer, Scenario]:
    return answer_of(bound(), BOUND_OPTIONS, ("system",)), bound().base.layout.scenario


@cache
def _shared() -> tuple[Answer, Scenario]:
    few = replace(OPTIONS, futures=40)
    return make_answer(layout(), question_of(layout()), few, parts=(), splits=("mechanisms",)).answer, war()


def test_a_statement_is_a_fact_only_by_a_good_source() -> None:
    rows = facts(load_scenario("ukraine-2024"))
    assert {row.standing for row in rows} == {"fact", "reported"}
    for row in rows:
        good = any(grade in row.sources for grade in (" A1", " A2", " B1", " B2"))
        assert row.standing == ("fact" if good else "reported"), row


def edged(share_all: float, share_none: float) -> list[str]:
    """What is told of a ridge all of which is held in some futures at the end, and none of it in others."""
    comparison = made().comparison
    base = comparison.base
    place = base.kept.index("theatres.ridge.area")
    everything = np.asarray(base.everything)
    count = len(everything)
    everything[: round(share_all * count), :, place] = 1e6
    everything[count - round(share_none * count) :, :, place] = 0.0
    layout = Layout.of(base.layout.scenario, {"theatres.ridge.area_ceiling": 1e6})
    changed = replace(comparison, base=replace(base, everything=everything, layout=layout))
    return list(told_of.edges(brief(), war(), battlefield(changed)))


def test_futures_in_which_all_the_land_is_held_are_told() -> None:
    (told,) = edged(0.5, 0.25)
    assert "holds all the land that there is (1,000,000 km²) in 50% of futures and none of it in 25%" in told
    assert edged(0.0, 0.0) == []


def test_losses_are_told_in_numbers() -> None:
    base, found = made().comparison.base, brief().battlefield
    assert found is not None
    told = list(told_of.losses(brief(), war(), found))
    assert len(told) == 2
    assert (base.path("world.ended")[:, 8] == 0).all()
    median = float(np.median(base.path("sides.A.losses")[:, 8]))
    assert f"{number(median)} in the week to" in told[0]


def test_a_war_without_rates_of_ends_is_said_to_go_on() -> None:
    assert "The scenario gives no rates at which wars like this one end" in markdown(brief(), war())
