"""Where the answers disagree, and what is not known: each sentence is held to the arrays that it rests on."""

import re
from dataclasses import replace
from functools import cache

import pytest
from tests.impact.bounds import OPTIONS, bound, found

from tertius.engine import Layout, Options
from tertius.impact import Comparison, compare, dissent, ignorance
from tertius.impact.answer import Answer
from tertius.impact.making import WHOLE, answer_of
from tertius.impact.record import record
from tertius.report.grounds import facts, key_assumptions
from tertius.report.record import too_weak
from tertius.report.render import markdown
from tertius.report.unknowns import UnknownsContext, unknowns_context
from tertius.report.words import number, percent
from tertius.world import Scenario, load_scenario

pytestmark = pytest.mark.usefixtures("compiled")
SHIPPED = load_scenario("ukraine-2024")
FEW = Options(futures=800, weeks=13, seed=4)


@cache
def pair() -> Comparison:
    return compare(Layout.of(SHIPPED), FEW)


@cache
def fitted() -> Answer:
    return answer_of(pair(), FEW, WHOLE)


@cache
def plain_war() -> Answer:
    return answer_of(bound(), OPTIONS, WHOLE)


def told(answer: Answer) -> UnknownsContext:
    return unknowns_context(answer, SHIPPED if answer is fitted() else war())


def war() -> Scenario:
    return bound().base.layout.scenario


def unknown(answer: Answer) -> str:
    return "\n".join(told(answer).unknown)


def test_structures_are_set_side_by_side() -> None:
    blocks = told(fitted()).dissent
    rows = dissent(pair(), SHIPPED.headlines)
    assert [block.name for block in blocks] == list(
        dict.fromkeys(SHIPPED.observations[one.observation].name for one in rows)
    )
    text = markdown(fitted(), SHIPPED)
    assert text.count("### Where the answers disagree") == 1
    first = rows[0]
    for voice in first.voices:
        assert (
            f"| {voice.structure.replace('-', ' ')} | {percent(voice.share)} | {number(voice.stands[1], 3)} (" in text
        )
    for one in rows:
        words = [line for block in blocks for line in block.sentences]
        assert any(f"means lie up to {number(one.stand.gap)} ±{number(one.stand.error)}" in line for line in words)


def test_other_disagreements_are_told_where_there_are_any() -> None:
    lines = told(plain_war()).others
    assert len(lines) == 3
    assert lines[0].startswith("Competing hypotheses")
    last = found().weeks[-1]
    over = next(one for one in found().ends if (one.what, one.week) == ("end:over", last))
    assert f"{percent(found().by_age[-1])} by its age alone, {percent(over.with_it)} with" in lines[2]
    of_states = plain_war().reactions
    assert of_states is not None
    steps = [
        abs(step.with_it - step.base_rate)
        for one in of_states.rows
        if one.week == last and not one.imposed
        for step in (one.up, one.down)
    ]
    assert f"at most {number(100 * max(steps))} (" in lines[1]


def test_what_is_not_known_is_what_was_computed() -> None:
    text = unknown(fitted())
    for one in ignorance(pair(), SHIPPED.headlines):
        assert f"{percent(one.spread.unknown)} (±{number(100 * one.spread.error)} points)" in text
        assert all(f"`{by.path}` {percent(by.share)}" in text for by in one.by[:4])
    past = record(pair().base.layout)
    assert past is not None
    assert past == fitted().record
    assert f"{past.silent} quantities were not updated by data, {past.fitted} were" in text
    weak = too_weak(SHIPPED, past)
    assert weak
    assert all(words in text for words in weak)
    rows = facts(SHIPPED)
    assert f"{sum(row.standing == 'reported' for row in rows)} of {len(rows)} dated statements" in text
    rests, moved = fitted().grounds, fitted().sensitivity
    assert rests is not None
    assert moved is not None
    still = len(rests.inert) + len(moved.unmoved)
    assert re.search(rf"\b{still} of \d+ uncertain quantities (leave no trace|move no outcome)", text)
    judged = [row for row in key_assumptions(fitted(), SHIPPED) if row.basis == "judgement"]
    assert f"{len(judged)} rest on judgement alone" in text
    unsettled = [
        outcome.name
        for name, outcome in SHIPPED.outcomes.items()
        if not (one := pair().at(name, fitted().last)).same and not one.directed
    ]
    assert ("is not settled for" in text) is bool(unsettled)
    assert all(name in text for name in unsettled)


def test_a_war_without_data_or_record_says_so() -> None:
    text = unknown(plain_war())
    assert "No quantity was fitted to data" in text
    assert "No forecast of this scenario has been scored." in text
    over = next(one for one in found().ends if (one.what, one.week) == ("end:over", found().weeks[-1]))
    assert f"In {percent(over.with_it)} of futures the war ends by week" in text
    assert told(plain_war()).dissent == ()


def test_a_wide_stated_prior_is_named_and_a_narrow_one_is_not() -> None:
    text = unknown(plain_war())
    gas = next(one for one in found().rungs if "gas" in one.what and one.week == found().weeks[-1])
    assert gas.spans is not None
    assert ("Gas is used" in text) is (gas.spans[1] > 5 * gas.spans[0])
    narrow = replace(gas, spans=(0.2, 0.4))
    system = replace(found(), rungs=tuple(narrow if one is gas else one for one in found().rungs))
    assert "Gas is used" not in unknown(replace(plain_war(), system=system))


def test_what_is_set_by_hand_is_not_called_fitted() -> None:
    plain = Layout.of(load_scenario("ukraine-2024"))
    assert plain.posterior is not None
    paths = [path for block in plain.posterior.blocks for path in block.columns if plain.fitted(path)]
    one = record(Layout.of(load_scenario("ukraine-2024"), {paths[0]: plain.by_path[paths[0]].quantity.central}))
    whole = record(plain)
    assert one is not None
    assert whole is not None
    assert (whole.fitted, whole.by_hand) == (len(paths), 0)
    assert (one.fitted, one.by_hand) == (len(paths) - 1, 1)


def test_hypotheses_that_agree_are_not_told_as_a_disagreement() -> None:
    rivals = plain_war().rivals
    assert rivals is not None
    line = told(plain_war()).others[0]
    assert line.count("beyond chance") + line.count("no more than chance") == len(rivals.outcomes)
    same = tuple(replace(one, same=True) for one in rivals.furthest)
    alike = replace(plain_war(), rivals=replace(rivals, furthest=same))
    assert told(alike).others[0].count("the same under all") == len(rivals.outcomes)
