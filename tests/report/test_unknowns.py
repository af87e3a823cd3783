"""Where the answers disagree, and what is not known: each sentence is held to the arrays that it rests on."""

import re
from dataclasses import replace
from functools import cache

import pytest
from tests.impact.bounds import bound, found

from tertius.engine import Layout, Options
from tertius.impact import dissent, ignorance
from tertius.report.brief import make_brief, unknowns_told
from tertius.report.grounds import facts, inert, key_assumptions
from tertius.report.made import Brief
from tertius.report.record import record, too_weak
from tertius.report.render import markdown
from tertius.report.words import number, percent
from tertius.world import load_scenario

pytestmark = pytest.mark.usefixtures("compiled")


@cache
def fitted() -> Brief:
    return make_brief(Layout.of(load_scenario("ukraine-2024")), Options(futures=800, weeks=13, seed=4))


@cache
def plain_war() -> Brief:
    from tests.impact.levies import brief

    return Brief(bound(), brief().sensitivity)


def unknown(made: Brief) -> str:
    return "\n".join(unknowns_told(made).unknown)


def test_structures_are_set_side_by_side() -> None:
    told = unknowns_told(fitted()).dissent
    rows = dissent(fitted().comparison, tuple(fitted().headlines))
    assert [block.name for block in told] == list(
        dict.fromkeys(fitted().scenario.observations[one.observation].name for one in rows)
    )
    text = markdown(fitted())
    assert text.count("## Where the answers disagree") == 1
    first = rows[0]
    for voice in first.voices:
        assert (
            f"| {voice.structure.replace('-', ' ')} | {percent(voice.share)} | {number(voice.stands[1], 3)} (" in text
        )
    for one in rows:
        words = [line for block in told for line in block.sentences]
        assert any(f"means lie up to {number(one.stand.gap)} ±{number(one.stand.error)}" in line for line in words)


def test_other_disagreements_are_told_where_there_are_any() -> None:
    lines = unknowns_told(plain_war()).others
    assert len(lines) == 3
    assert lines[0].startswith("Competing hypotheses")
    last = found().weeks[-1]
    over = next(one for one in found().ends if (one.what, one.week) == ("end:over", last))
    assert f"{percent(found().by_age[-1])} by its age alone, {percent(over.with_it)} with" in lines[2]
    steps = [
        abs(step.with_it - step.base_rate)
        for one in plain_war().reactions.rows
        if one.week == last and not one.imposed
        for step in (one.up, one.down)
    ]
    assert f"at most {number(100 * max(steps))} (" in lines[1]


def test_what_is_not_known_is_what_was_computed() -> None:
    text = unknown(fitted())
    for one in ignorance(fitted().comparison, tuple(fitted().headlines)):
        assert f"{percent(one.spread.unknown)} (±{number(100 * one.spread.error)} points)" in text
        assert all(f"`{by.path}` {percent(by.share)}" in text for by in one.by[:4])
    past = record(fitted().comparison.base.layout)
    assert past is not None
    assert f"{past['silent']} quantities were not updated by data, {past['fitted']} were" in text
    weak = too_weak(fitted().comparison.base.layout)
    assert weak
    assert all(words in text for words in weak)
    rows = facts(fitted().scenario)
    assert f"{sum(row['standing'] == 'reported' for row in rows)} of {len(rows)} dated statements" in text
    still = len(inert(fitted())) + len(fitted().sensitivity.unmoved)
    assert re.search(rf"\b{still} of \d+ uncertain quantities (leave no trace|move no outcome)", text)
    judged = [row for row in key_assumptions(fitted()) if row["basis"] == "judgement"]
    assert f"{len(judged)} rest on judgement alone" in text
    unsettled = [
        told.name
        for name, told in fitted().scenario.outcomes.items()
        if not (one := fitted().comparison.at(name, fitted().last)).same and not one.directed
    ]
    assert ("is not settled for" in text) is bool(unsettled)
    assert all(name in text for name in unsettled)


def test_a_war_without_data_or_record_says_so() -> None:
    text = unknown(plain_war())
    assert "No quantity was fitted to data" in text
    assert "No forecast of this scenario has been scored." in text
    over = next(one for one in found().ends if (one.what, one.week) == ("end:over", found().weeks[-1]))
    assert f"In {percent(over.with_it)} of futures the war ends by week" in text
    assert unknowns_told(plain_war()).dissent == ()


def test_a_wide_stated_prior_is_named_and_a_narrow_one_is_not() -> None:
    text = unknown(plain_war())
    gas = next(one for one in found().rungs if "gas" in one.what and one.week == found().weeks[-1])
    assert gas.spans is not None
    assert ("Gas is used" in text) is (gas.spans[1] > 5 * gas.spans[0])
    made = replace(plain_war())
    narrow = replace(gas, spans=(0.2, 0.4))
    system = replace(found(), rungs=tuple(narrow if one is gas else one for one in found().rungs))
    made.__dict__["system"] = system
    assert "Gas is used" not in unknown(made)


def test_what_is_set_by_hand_is_not_called_fitted() -> None:
    plain = Layout.of(load_scenario("ukraine-2024"))
    assert plain.posterior is not None
    paths = [path for block in plain.posterior.blocks for path in block.columns if plain.fitted(path)]
    one = record(Layout.of(load_scenario("ukraine-2024"), {paths[0]: plain.by_path[paths[0]].quantity.central}))
    whole = record(plain)
    assert one is not None
    assert whole is not None
    assert (whole["fitted"], whole["by_hand"]) == (len(paths), 0)
    assert (one["fitted"], one["by_hand"]) == (len(paths) - 1, 1)


def test_hypotheses_that_agree_are_not_told_as_a_disagreement() -> None:
    rivals = plain_war().rivals
    assert rivals is not None
    line = unknowns_told(plain_war()).others[0]
    assert line.count("beyond chance") + line.count("no more than chance") == len(rivals.outcomes)
    alike = replace(plain_war())
    same = tuple(replace(one, same=True) for one in rivals.furthest)
    alike.__dict__["rivals"] = replace(rivals, furthest=same)
    assert unknowns_told(alike).others[0].count("the same under all") == len(rivals.outcomes)
