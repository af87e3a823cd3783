"""Reactions in the brief: the planted reaction leads, its reason is given, nothing is said where nobody decides."""

import re
from functools import cache

import pytest
from tests.impact.levies import brief, war
from tests.impact.neighbours import DECIDING, OPTIONS, at, found, layout, moves, of, watched

from tertius.calendar import short_day
from tertius.engine import Layout, Options
from tertius.impact import Comparison, all_reasons, compare, needs, reactions
from tertius.impact.answer import Answer
from tertius.impact.making import REACTIONS, answer_of
from tertius.impact.summary import NONE, UNLINKED, UNSEEN, UNSETTLED
from tertius.report.figures import FIGURES, all_figures, to_svg
from tertius.report.findings import states
from tertius.report.headlines import headline
from tertius.report.phrases import gap
from tertius.report.reactions import ReactionsContext, ally_seeking, reactions_context, why_now
from tertius.report.render import html, markdown, reactions_text
from tertius.report.words import number, percent, plain
from tertius.world import load_scenario

pytestmark = pytest.mark.usefixtures("compiled")
WAR = load_scenario(str(DECIDING))


@cache
def shipped() -> Comparison:
    return compare(Layout.of(load_scenario("ukraine-2024")), Options(futures=200, weeks=13, seed=2))


@cache
def still() -> Answer:
    """What other states do in the watched war."""
    return answer_of(watched(), OPTIONS, REACTIONS)


def told_of(answer: Answer) -> ReactionsContext:
    told = reactions_context(answer, WAR)
    assert told is not None
    return told


def test_the_planted_reaction_leads_with_its_numbers() -> None:
    line, step = told_of(still()).finding, at(watched(), "cordia-arms").up
    assert line.startswith("Cordia changes most (")
    assert f"{gap(step.found.mean)}, to {percent(step.with_it)} by 31 August 2031)" in line
    assert 0.55 < step.with_it < 0.95
    (first, *_) = headline(still(), WAR)[1:]
    assert first.startswith("A step up in Cordian arms for Avria becomes likelier")


def test_the_reasons_name_the_stake_that_was_planted() -> None:
    told = told_of(still())
    states = {state.name: state.text for state in told.states}
    assert list(states) == ["Cordia", "Dorland", "Elvia"]
    assert re.search(
        r"likelier with the entry. What the entry adds: pulled by \*Borland is stronger\* \(\+", states["Cordia"]
    )
    assert re.search(r"against [^.;]*\*The region is quiet\* \(−", states["Cordia"])
    assert states["Dorland"].startswith("Too weak to see. ")
    assert "nothing much beyond its base rate" in states["Dorland"]
    rows = {row.step: row for row in told.rows}
    assert len(rows) == 7  # Cordian mediation stands at its lowest level
    assert rows["Dorland's arms for Avria, up to: guns"].difference == "0 exactly"


def test_nothing_detectable_is_said_plainly() -> None:
    calm = of({"world.choice_precision": 0.0, "instruments.cordia-arms.restraint": 0.0})
    few = Options(futures=100, weeks=8)
    none = answer_of(compare(calm, few), few, REACTIONS)
    assert "is seen to change what it does" in told_of(none).finding
    assert none.summary is not None
    assert {one.kind for one in none.summary.states} <= {NONE, UNLINKED}
    faint = compare(layout(world__choice_precision=0.1), Options(futures=200, weeks=26))
    assert any(not one.up.found.same for one in found(faint).rows)
    unseen = answer_of(faint, Options(futures=200, weeks=26), ("summary", "reactions"))
    assert "is seen to change what it does" in states(unseen, WAR)
    assert unseen.summary is not None
    assert {one.kind for one in unseen.summary.states} <= {UNSEEN, UNSETTLED, NONE, UNLINKED}
    moved = told_of(none).moves
    assert moved is not None
    assert moved.rows == ()
    assert "No first step of a third state changes what another does" in reactions_text(none, WAR)


def test_the_text_is_whole_and_runs_nothing() -> None:
    text = reactions_text(still(), WAR)
    assert "Elvia: Elvian mediation" in text
    for table in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1
    assert "Nobody decides" in reactions_text(brief(), war())


def test_a_brief_in_which_nobody_decides_says_nothing_of_it() -> None:
    assert brief().reactions is None
    assert "Other states" not in markdown(brief(), war())
    assert "What other states do" not in html(brief(), war(), {})


def test_the_matrix_is_drawn_with_a_cell_for_each_pair_of_states() -> None:
    charts = FIGURES["first-moves"](still(), WAR)
    assert set(charts) == {"first-moves"}
    svg = to_svg(charts["first-moves"])
    assert svg.startswith("<svg")
    first = still().first_moves
    assert first is not None
    assert first.movers[0] == moves().movers[0] == "cordia-arms"
    assert "first-moves" in all_figures(still(), WAR)
    assert "Elvia" in svg


def test_why_now_is_about_those_whose_soldiers_serve_on_the_side() -> None:
    scenario = load_scenario("ukraine-2024")
    seeking = ally_seeking(scenario)
    partners = {told.actor for told in scenario.contingents.values()}
    assert seeking
    for name in seeking:
        assert scenario.instruments[name].actor == "RUS"
        assert scenario.instruments[name].towards in partners
    told = reactions(shipped())
    assert told is not None
    whys = {(one.instrument, one.direction): one for one in all_reasons(shipped(), told)}
    lack, *lines = why_now(scenario, told, whys, needs(shipped()))
    (need,) = needs(shipped())
    assert lack.startswith("Russia in the first 13 weeks without the entry")
    assert f"{number(need.losses)} losses a week" in lack
    assert f"{percent(need.partner)} of those that reach it are North Korea's" in lack
    motives, lines = lines[: len(need.motives)], lines[len(need.motives) :]
    assert len(lines) == len(seeking)
    asked = {motive.instrument: motive for motive in need.motives}
    assert {"PRK-troops", "PRK-munitions"} <= {name for name, motive in asked.items() if motive.is_giver}
    assert set(seeking) == {name for name, motive in asked.items() if not motive.is_giver}
    for motive, line in zip(need.motives, motives, strict=True):
        assert plain(scenario.instruments[motive.instrument].name) in line
        assert motive.dates[-1] == scenario.as_of
        known = [step for step in scenario.record.values() if step.instrument == motive.instrument]
        assert f"{short_day(max(step.date for step in known))}, up" in line
    # A step within the half year before the as-of date makes the next one likelier than it was before.
    first, _, now = asked["RUS-seek-soldiers"].chances
    assert now > first
    for line in lines:
        assert "by base rates alone" in line
        assert "Reasons when it is taken:" in line
    assert ally_seeking(load_scenario(str(DECIDING))) == []
