"""The brief's part on the system: every number is the comparison's; the timeline is in order of dates."""

import re
from dataclasses import fields
from datetime import datetime
from functools import cache

import pytest
from tests.impact.bounds import OPTIONS, bound, found, rivals
from tests.impact.neighbours import watched

from tertius.impact import system
from tertius.impact.answer import Answer
from tertius.impact.making import WHOLE, answer_of
from tertius.report.figures import all_figures
from tertius.report.render import html, markdown
from tertius.report.system import context, variants_context
from tertius.report.timeline import timeline
from tertius.report.words import percent
from tertius.world import Scenario

pytestmark = pytest.mark.usefixtures("compiled")


@cache
def whole() -> Answer:
    return answer_of(bound(), OPTIONS, WHOLE)


def war() -> Scenario:
    return bound().base.layout.scenario


def test_every_part_has_its_heading_and_its_rows() -> None:
    text = markdown(whole(), war())
    for heading in (
        "### What the sides can still bear",
        "## Escalation\n",
        "**Low probability, high impact.**",
        "### Red lines",
        "### Who is threatened",
        "### Who moves closer",
        "## How it ends",
        "### Competing hypotheses",
        "## What to watch",
        "### Where the answers disagree",
        "## Doubts",
    ):
        assert text.count(heading) == 1, heading
    assert "### How long the bargain lasts" not in text
    over = next(one for one in found().ends if one.what == "end:over" and one.week == 26)
    assert f"| over in any way | {' | '.join(over_row())} | {percent(over.without)} |" in text
    gas = re.search(r"\| The ridge \| 2\. Gas is used \|.*", text)
    shots = re.search(r"\| The strait \| 1\. Shots at sea \|.*", text)
    assert gas
    assert shots
    assert text.index(shots[0]) < text.index("**Low probability") < text.index(gas[0])
    page = html(whole(), war(), all_figures(whole(), war()))
    assert "Chance of each rung by" in page
    assert "Share of futures in which the war goes on" in page


def over_row() -> list[str]:
    return [percent(one.with_it) for one in found().ends if one.what == "end:over"]


def test_a_war_without_any_of_it_prints_none_of_it() -> None:
    scenario = watched().base.layout.scenario
    assert context(scenario, None) is None
    told = context(scenario, system(watched()))
    assert told is not None
    printed = [field.name for field in fields(told) if getattr(told, field.name)]
    assert printed == ["week", "weeks", "threats"]
    assert variants_context(war(), rivals()).rows[1].found == ("0 exactly",)


def test_the_timeline_is_in_order_and_leaves_the_rare_out() -> None:
    rows = timeline(whole(), war())
    dates = [datetime.strptime(row.when, "%d %b %Y") for row in rows]
    assert dates == sorted(dates)
    told = {row.what: row.share for row in rows}
    assert told["The ridge: Borland's levy is in the field"] == percent(
        float(bound().base.path("ladders.ridge.rungs.levy.reached").any(axis=1).mean())
    )
    assert "the war ends" in told
    for row in rows:
        first, last = (datetime.strptime(day, "%d %b %Y") for day in row.range.split(" to "))
        assert first <= datetime.strptime(row.when, "%d %b %Y") <= last
