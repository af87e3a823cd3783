"""Sentences of the page that a reader could take wrongly: each is held to the numbers behind it, and to the others."""

import re
from dataclasses import replace
from functools import cache

import pytest
from tests.report.test_page import shipped
from tests.report.test_unknowns import SHIPPED, fitted, plain_war, war

from tertius.impact.answer import Answer
from tertius.impact.sensitivity import RUN_PER_OFF, Moved, Sensitivity, stands_out
from tertius.impact.summary import Chance
from tertius.impact.timeline import BARGAIN_ENDS, CLOSED, DOWN, REACHED, UP, WAR_ENDS
from tertius.report.findings import findings
from tertius.report.headlines import headline, outlook
from tertius.report.outcomes import table
from tertius.report.page import MOST_REASON, first_page
from tertius.report.phrases import few_words, gap, quantity_name, short, whole
from tertius.report.trust import going_on, scores_of
from tertius.report.watch import IF_WRONG, watch
from tertius.report.words import FEW, number, percent, points
from tertius.world import load_scenario, shipped_scenarios

pytestmark = pytest.mark.usefixtures("compiled")
MOVED = Moved(at_low=-14.0, at_high=100.0, error=9.0, gap_error=12.0)


@cache
def moved() -> Answer:
    """An answer of the shipped scenario in which one assumption moves the first headline."""
    answer = fitted()
    assert answer.sensitivity is not None
    first = answer.sensitivity.movements[0]
    one = replace(first, path="world.surprise", outcomes={**first.outcomes, answer.headlines[0]: MOVED})
    return replace(answer, sensitivity=replace(answer.sensitivity, movements=(one,)))


def held() -> Sensitivity:
    found = moved().sensitivity
    assert found is not None
    return found


def test_the_watch_list_has_the_chances_of_the_tables() -> None:
    answer = plain_war()
    assert answer.timeline
    assert answer.system is not None
    assert answer.reactions is not None
    assert answer.summary is not None
    rungs = {one.what.removeprefix("rung:"): one.with_it for one in answer.system.rungs if one.week == answer.last}
    ends = {one.what.partition(":")[2]: one.with_it for one in answer.system.bargains if one.week == answer.last}
    steps = {row.instrument: row for row in answer.reactions.rows if row.week == answer.last}
    kinds = set()
    for moment in answer.timeline:
        kinds.add(moment.kind)
        if moment.kind == REACHED:
            assert moment.share == rungs[moment.path]
        elif moment.kind == BARGAIN_ENDS:
            assert moment.share == ends[moment.path.partition(".")[2]]
        elif moment.kind in (UP, DOWN):
            assert moment.share == steps[moment.path.partition(".")[2]].step(moment.kind).with_it
        elif moment.kind == WAR_ENDS:
            over = answer.summary.chance("end:over")
            assert over is not None
            assert moment.share == over.with_it
    assert {REACHED, WAR_ENDS} <= kinds
    assert {UP, DOWN} & kinds


def test_a_theatre_that_closes_has_the_chance_of_the_first_page() -> None:
    for name in ("ukraine-2024", "river-war"):
        answer, scenario = shipped(name)
        assert answer.summary is not None
        closed = {one.path.partition(".")[2]: one.share for one in answer.timeline or () if one.kind == CLOSED}
        for theatre, share in closed.items():
            chance = answer.summary.chance(f"none:{theatre}")
            if chance is not None:
                if f"theatres.{theatre}.reopening" in scenario.quantities():
                    assert share >= chance.with_it  # what closed may have opened again
                else:
                    assert share == chance.with_it


def test_an_assumption_that_moves_the_answer_is_named_in_words_with_its_error() -> None:
    row = next(one for one in watch(moved(), SHIPPED) if one.when == IF_WRONG)
    assert "−14 km² if low, +100 if high (each ±9.0)" in row.text
    assert row.text.startswith("how much the new soldiers raise hopes of winning: ")
    assert "surprise" not in row.text
    assert "hopes of winning" in findings(moved(), SHIPPED).assumptions
    assert not [one for one in watch(replace(moved(), sensitivity=None), SHIPPED) if one.when == IF_WRONG]


def test_every_quantity_of_every_scenario_has_a_name_in_words() -> None:
    for name in shipped_scenarios():
        scenario = load_scenario(name)
        for path, told in scenario.quantities().items():
            shown = quantity_name(scenario, path)
            assert shown
            assert "_" not in shown, path
            assert told.label is None or shown == told.label
    assert (
        quantity_name(SHIPPED, "theatres.front.becoming_active") == "Front in Ukraine: chance that a quiet spell ends"
    )
    assert quantity_name(SHIPPED, "world.learning") == "share of optimism that a week takes"
    weight = quantity_name(SHIPPED, "actors.KOR.interests.wider-war.weight")
    assert weight == "South Korea, the risk of a wider war: weight of the stake for the actor"


def test_the_largest_of_many_is_held_to_more_than_twice_its_error() -> None:
    assert stands_out(2.1, 1.0, 1)
    assert not stands_out(2.1, 1.0, 50)
    assert stands_out(3.6, 1.0, 50)
    assert not stands_out(9.0, None, 1)
    assert not stands_out(0.0, 0.0, 1)


def test_on_few_futures_no_law_is_said_to_carry_the_difference() -> None:
    few = replace(moved(), sensitivity=replace(held(), futures_off=FEW - 1))
    told = findings(few, SHIPPED).why
    assert "too few to say which law" in told
    assert f"{FEW * RUN_PER_OFF:,}" in told
    assert not re.search(r"carries most|±", told)
    many = replace(moved(), sensitivity=replace(held(), futures_off=FEW))
    assert "too few" not in findings(many, SHIPPED).why


def changed(answer: Answer, kind: str, mean: float) -> tuple[Answer, Chance]:
    """The answer with one headline chance of a kind changed by so much, beyond doubt."""
    assert answer.summary is not None
    one = next(each for each in answer.summary.chances if each.what.startswith(kind))
    found = replace(one.found, mean=mean, error=0.001, interval=(mean - 0.01, mean + 0.01), same=False)
    now = replace(one, with_it=0.4, without=0.4 - mean, found=found)
    rows = tuple(now if each is one else each for each in answer.summary.chances)
    return replace(answer, summary=replace(answer.summary, chances=rows)), now


@pytest.mark.parametrize(
    ("kind", "said"), [("end:", "An end of the war becomes"), ("rung:", "” becomes"), ("none:", "” becomes")]
)
@pytest.mark.parametrize("mean", [0.3, -0.3])
def test_the_headline_names_the_largest_change_of_any_kind(kind: str, said: str, mean: float) -> None:
    answer, _ = shipped("ukraine-2024")
    turned, one = changed(answer, kind, mean)
    told = headline(turned, SHIPPED)
    way = "likelier" if mean > 0 else "less likely"
    assert said in told[1]
    assert f"{way} (40%, without {percent(one.without)})" in told[1]
    page = first_page(turned, SHIPPED)
    assert any(row.text == "40%" for row in page.chances)


def test_the_escalation_says_each_rung_once() -> None:
    for answer, scenario in ((plain_war(), war()), (fitted(), SHIPPED)):
        assert answer.system is not None
        first = next(iter(scenario.ladders))
        last = [one for one in answer.system.rungs if one.week == answer.system.weeks[-1]]
        top = max(
            (one for one in last if one.what.split(".")[1] == first),
            key=lambda one: scenario.ladders[first].rungs[one.what.split(".")[3]].height,
        )
        sure = replace(top.found, mean=0.99, error=0.001, interval=(0.98, 1.0), same=False)
        now = tuple(replace(one, found=sure) if one is top else one for one in answer.system.rungs)
        told = findings(replace(answer, system=replace(answer.system, rungs=now)), scenario).escalation
        name = short(scenario.ladders[first].rungs[top.what.split(".")[3]])
        assert told.count(name) == 1
        assert "highest rung" in told
        assert findings(answer, scenario).escalation.count("“") in (1, 2)


@pytest.mark.parametrize("share", [0.085, -0.0315, 0.12, 0.004, 0.0])
def test_differences_of_chances_are_rounded_alike_everywhere(share: float) -> None:
    assert gap(share) == f"{points(share, sign=True)} points"


def test_where_the_war_goes_on_stands_beside_where_it_ends() -> None:
    answer, scenario = shipped("ukraine-2024")
    told = first_page(answer, scenario).goes_on
    assert "War over by then: " in told
    assert re.search(r"Where it goes on in both worlds: .+ ±.+; the rest comes from when it ends\.$", told)


def test_reasons_are_whole() -> None:
    assert whole("one two three", 3) == "one two three"
    assert whole("one two three four", 3) == ""
    for name in shipped_scenarios():
        for stake in load_scenario(name).stakes.values():
            assert whole(short(stake), MOST_REASON), (name, stake.id)


def test_names_are_cut_where_a_phrase_ends() -> None:
    assert few_words("land held by the United Nations in Korea", 7) == "land held by the United Nations …"
    assert few_words("war, or peace at last", 3) == "war, or peace …"
    assert few_words("one two", 2) == "one two"
    assert few_words("alpha beta gamma delta", 2) == "alpha beta …"


def test_beside_a_long_horizon_stand_its_record_and_the_war_that_goes_on() -> None:
    """Of an outcome that an observation scores, this far ahead; medians of the futures that go on in both worlds."""
    answer, scenario = shipped("ukraine-2024")
    scores = {score.weeks: score for score in scores_of(answer, "front-gain")}
    assert scores_of(answer, "losses-a")[0].observation == "claimed-losses"
    assert scores_of(answer, "contingent-troops") == ()
    row = next(one for one in table(answer, scenario, [answer.last]) if one.outcome.startswith("Russia's gain"))
    found = next(iter(going_on(answer, "front-gain", answer.last)))
    assert row.goes_on == f"{number(found.base[1], 3)} / {number(found.other[1], 3)}"
    if answer.last in scores:
        assert number(scores[answer.last].crps, 3) in row.record
    assert f"if the war goes on {number(found.base[1], 3)}" in outlook(answer, scenario)[0]
