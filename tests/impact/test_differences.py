"""What changed between two editions: planted changes are found, and given what they are known to make."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.impact.levies import LEVY, OPTIONS
from tests.impact.neighbours import DECIDING

from tertius.engine import Intervention, Layout, Sampled, law_hash, run
from tertius.errors import OptionError
from tertius.impact import EFFECT, LEVEL, Attribution, Comparison, Edition, attribute, compare, differences
from tertius.impact.attribution import LAWS, SEED_AND_FUTURES
from tertius.world import Scenario, edits, load_scenario, mixed

pytestmark = pytest.mark.usefixtures("compiled")
WEEK = 8


def changed(folder: Path, text: str, parent: Path = LEVY["B"]) -> Scenario:
    """The war with a file laid over it."""
    file = folder / "later.yaml"
    file.write_text(f"extends: {parent}\n{text}", encoding="utf-8")
    return load_scenario(file)


def edition(scenario: Scenario, name: str = "x", seed: int = 7, **settings: Any) -> Edition:
    """A comparison of the scenario with and without its event, as made by this version."""
    found = compare(Layout.of(scenario, settings), dataclasses.replace(OPTIONS, seed=seed))
    return of(found, name)


def of(found: Comparison, name: str = "x") -> Edition:
    return Edition(name, found.base, found.other, found.question, "0", law_hash())


def before() -> Edition:
    return edition(load_scenario(LEVY["B"]))


def parts(why: Attribution, kind: str, outcome: str = "land") -> dict[str, float]:
    place = why.answers.index((outcome, kind))
    return {part.name: float(part.mean[place]) for part in why.parts}


def adds_up(why: Attribution, two: Edition, one: Edition) -> None:
    for place, (outcome, kind) in enumerate(why.answers):
        change = two.values(outcome, kind, WEEK).mean() - one.values(outcome, kind, WEEK).mean()
        told = sum(float(part.mean[place]) for part in why.parts) + float(why.remainder[place])
        assert told == pytest.approx(change, abs=1e-9)
        assert abs(float(why.remainder[place])) < 1e-9


def test_two_planted_changes_are_found_and_given_what_each_makes(tmp_path: Path) -> None:
    one = before()
    two = edition(
        changed(
            tmp_path,
            "events: {levy: {recruits: {value: 0, unit: persons/week, source: digest}}}\n"
            "theatres: {ridge: {tempo: {value: 9, unit: km2/week, source: digest, note: faster}}}\n",
        )
    )
    found = differences(one, two)
    told = {change.path: change for change in found.changes}
    assert set(told) == {"events.levy.recruits", "theatres.ridge.tempo"}
    tempo = told["theatres.ridge.tempo"]
    assert (tempo.before, tempo.after) == ("5 km2/week", "9 km2/week")
    assert (tempo.kind, tempo.source, tempo.note) == ("value", "digest", "faster")
    why = attribute(found)
    assert why.exact
    # The tempo follows a damped local level: 4 km2 a week more at the start add 4 (.9 + .9^2 + ... + .9^8).
    assert parts(why, LEVEL)["theatres.ridge.tempo"] == pytest.approx(4 * sum(0.9**k for k in range(1, 9)), rel=1e-9)
    assert parts(why, EFFECT)["theatres.ridge.tempo"] == pytest.approx(0, abs=1e-9)
    # Without recruits the levy makes what a comparison says that it makes, the other way.
    levy = compare(one.base.layout, OPTIONS, [Intervention("levy")]).at("land", WEEK)
    for kind in (LEVEL, EFFECT):
        assert parts(why, kind)["events.levy.recruits"] == pytest.approx(-levy.mean, rel=1e-9)
    place = why.answers.index(("land", LEVEL))
    error = next(part for part in why.parts if part.name == "events.levy.recruits").error[place]
    assert error == pytest.approx(levy.error, rel=1e-6)
    adds_up(why, two, one)
    land = {answer.kind: answer for answer in found.answers if answer.outcome == "land"}
    assert land[EFFECT].after.mean == 0
    assert land[EFFECT].beyond_chance
    assert land[EFFECT].material
    assert land[LEVEL].change == pytest.approx(two.base.of("land")[:, 8].mean() - one.base.of("land")[:, 8].mean())


TWINS: Mapping[str, float] = {"events.levy.recruits": 6000.0, "theatres.ridge.power_response": 150.0}


def test_changes_that_work_together_are_shared_by_shapleys_rule(tmp_path: Path) -> None:
    one = before()
    two = edition(
        changed(
            tmp_path,
            "events: {levy: {recruits: {value: 6000, unit: persons/week, source: digest}}}\n"
            "theatres: {ridge: {power_response: {value: 150, unit: km2/week, source: digest}}}\n",
        )
    )
    why = attribute(differences(one, two))

    def value(*paths: str) -> float:
        """Mean land with these quantities preset: the slow way, with no scenario between the two."""
        layout = one.base.layout
        outcomes = Sampled(layout, OPTIONS).outcomes({path: TWINS[path] for path in paths})
        return float(outcomes[:, WEEK, 0].mean())

    a, b = TWINS
    shapley = {
        a: 0.5 * (value(a) - value()) + 0.5 * (value(a, b) - value(b)),
        b: 0.5 * (value(b) - value()) + 0.5 * (value(a, b) - value(a)),
    }
    assert parts(why, LEVEL) == pytest.approx(shapley, rel=1e-9)
    assert value(a, b) - value(b) > 2 * (value(a) - value())  # they do work together
    adds_up(why, two, one)


def test_many_changes_go_along_one_order_and_its_reverse(tmp_path: Path) -> None:
    one = before()
    numbers = {"recruitment": 400, "shells": 80000, "equipment": 500, "officer_pool": 1500, "fire_demand": 4000}
    units = ("persons/week", "rounds", "vehicles", "persons", "rounds/week")
    side = ", ".join(
        f"{name}: {{value: {number}, unit: {unit}, source: digest}}"
        for (name, number), unit in zip(numbers.items(), units, strict=True)
    )
    tempo = "theatres: {ridge: {tempo: {value: 6, unit: km2/week, source: digest}}}"
    two = edition(changed(tmp_path, f"sides: {{A: {{{side}}}}}\n{tempo}\n"))
    found = differences(one, two)
    why = attribute(found, by="value")
    assert not why.exact
    assert len(why.parts) == 6
    assert parts(why, LEVEL)["sides.A.officer_pool"] == 0.0  # nobody is hosted
    assert parts(why, LEVEL)["sides.A.recruitment"] < 0
    adds_up(why, two, one)
    record = attribute(found)
    assert {part.name for part in record.parts} == {"sides.A", "theatres.ridge"}
    adds_up(record, two, one)
    with pytest.raises(OptionError, match="value, record, section"):
        attribute(found, by="actor")


def test_identical_runs_have_no_change() -> None:
    found = differences(before(), before())
    assert found.nothing
    assert (found.changes, found.settings) == ((), ())
    why = attribute(found)
    assert why.parts == ()
    assert not why.remainder.any()


def test_words_sources_and_facts_move_nothing_and_are_told(tmp_path: Path) -> None:
    text = (
        "title: Another title\n"
        "sources: {later: {title: Later, publisher: P, date: 2031-03-02, grade: B2}}\n"
        "facts: {one: {date: 2031-03-01, text: A fact, source: later}}\n"
        "sides: {A: {recruitment: {value: 300.0, unit: persons/week, source: later, note: the same}}}\n"
    )
    found = differences(before(), edition(changed(tmp_path, text)))
    assert all(change.silent for change in found.changes)
    kinds = {change.path: change.kind for change in found.changes}
    assert kinds == {
        "title": "words",
        "sources.later": "added",
        "facts.one": "added",
        "sides.A.recruitment": "words",
    }
    assert attribute(found).parts == ()
    assert not found.nothing


def test_records_that_need_each_other_go_together() -> None:
    one, two = before(), edition(load_scenario(DECIDING))
    found = differences(one, two)
    added = {change.path for change in found.changes if change.kind == "added"}
    assert {"actors.cordia", "stakes.strength", "instruments.cordia-arms"} <= added
    why = attribute(found, by="record")
    group = next(part for part in why.parts if "actors.cordia" in part.paths)
    assert {"stakes.strength", "instruments.cordia-arms"} <= set(group.paths)
    assert {path for part in why.parts for path in part.paths} >= added
    adds_up(why, two, one)


def test_a_later_date_brings_its_sources_along(tmp_path: Path) -> None:
    text = (
        "as_of: 2031-03-09\n"
        "sources: {later: {title: Later, publisher: P, date: 2031-03-08, grade: B2}}\n"
        "theatres: {ridge: {tempo: {value: 9, unit: km2/week, source: later}}}\n"
    )
    one, two = before(), edition(changed(tmp_path, text))
    found = differences(one, two)
    assert {change.kind for change in found.changes if not change.silent} == {"as of", "value"}
    why = attribute(found)
    assert {part.name for part in why.parts} == {"as_of", "theatres.ridge.tempo"}
    assert parts(why, LEVEL)["as_of"] == 0.0  # nothing in this war has a date of its own
    adds_up(why, two, one)


def test_what_is_set_by_hand_and_the_question_are_changes_too() -> None:
    one = before()
    layout = Layout.of(load_scenario(LEVY["B"]), {"theatres.ridge.tempo": 9.0})
    two = of(compare(layout, OPTIONS, [Intervention("levy")], {"sides.A.recruitment": 900.0}))
    found = differences(one, two)
    told = {change.kind: (change.before, change.after) for change in found.changes}
    assert told["set by hand"] == ("5 km2/week", "9 km2/week")
    assert told["question"][1] == "without levy (never); set sides.A.recruitment = 900 persons/week"
    why = attribute(found)
    assert parts(why, LEVEL)["question"] == 0.0
    assert parts(why, EFFECT)["question"] != 0.0
    adds_up(why, two, one)


def test_other_luck_has_a_part_of_its_own(tmp_path: Path) -> None:
    later = changed(tmp_path, "theatres: {ridge: {tempo: {value: 9, unit: km2/week, source: digest}}}\n")
    one, two = before(), edition(later, seed=8)
    found = differences(one, two)
    assert not found.paired
    assert [setting.name for setting in found.settings] == ["seed"]
    land = next(answer for answer in found.answers if (answer.outcome, answer.kind) == ("land", LEVEL))
    assert land.error == pytest.approx(np.hypot(land.before.error, land.after.error))
    why = attribute(found)
    assert parts(why, LEVEL)["theatres.ridge.tempo"] == pytest.approx(4 * sum(0.9**k for k in range(1, 9)), rel=1e-9)
    lucky = next(part for part in why.parts if part.name == SEED_AND_FUTURES)
    place = why.answers.index(("land", LEVEL))
    assert abs(lucky.mean[place]) < 4 * lucky.error[place]
    adds_up(why, two, one)


def test_an_archive_of_other_laws_is_told_apart_from_one_that_is_wrong() -> None:
    one = before()
    shifted = dataclasses.replace(one.base, samples=one.base.samples + 5.0)
    wrong = dataclasses.replace(one, base=shifted)
    why = attribute(differences(one, wrong))
    assert why.parts == ()
    assert why.remainder[why.answers.index(("land", LEVEL))] == pytest.approx(5.0)
    other = attribute(differences(one, dataclasses.replace(wrong, laws="older")))
    assert parts(other, LEVEL) == {LAWS: pytest.approx(5.0)}
    assert other.remainder == pytest.approx(np.zeros(2), abs=1e-9)


def test_fewer_futures_leave_a_remainder_within_its_error(tmp_path: Path) -> None:
    later = changed(tmp_path, "events: {levy: {recruits: {value: 5000, unit: persons/week, source: digest}}}\n")
    found = differences(before(), edition(later))
    why = attribute(found, futures=200)
    assert why.futures == 200
    place = why.answers.index(("land", LEVEL))
    assert 0 < abs(why.remainder[place]) < 4 * why.error[place]


def test_a_run_alone_answers_for_its_level_only() -> None:
    ensemble = run(Layout.of(load_scenario(LEVY["B"])), OPTIONS)
    alone = Edition("alone", ensemble, None, None, "0", law_hash())
    found = differences(alone, before())
    assert {answer.kind for answer in found.answers} == {LEVEL}
    assert [change.kind for change in found.changes] == ["question"]
    assert not any(answer.change for answer in found.answers)


def test_another_war_is_refused(tmp_path: Path) -> None:
    text = "actors: {x: {name: X}, y: {name: Y}}\nsides: {A: {lead: x, members: [x]}, B: {lead: y, members: [y]}}\n"
    with pytest.raises(OptionError, match="two editions of one war"):
        differences(before(), edition(changed(tmp_path, text)))
    text = "outcomes: {land: null, losses: null, other: {name: O, output: sides.A.fire, measure: level, unit: rounds/week, material: {value: 1, unit: rounds/week, source: choice}}}\n"  # noqa: E501
    with pytest.raises(OptionError, match="a common outcome"):
        differences(before(), edition(changed(tmp_path, text)))
    with pytest.raises(OptionError, match="1 to 8"):
        differences(before(), before(), week=9)


def test_an_outcome_that_measures_something_else_is_left_out(tmp_path: Path) -> None:
    two = edition(changed(tmp_path, "outcomes: {losses: {measure: level}}\n"))
    found = differences(before(), two)
    assert found.left_out == ("losses",)
    assert {answer.outcome for answer in found.answers} == {"land"}


def test_a_scenario_between_two_has_the_numbers_of_either_end(tmp_path: Path) -> None:
    one, two = load_scenario(LEVY["B"]), load_scenario(DECIDING)
    every = edits(one, two)
    assert edits(one, one) == ()
    assert mixed(one, two, []).quantities() == {
        path: held for path, held in one.quantities().items() if not path.startswith("comparison")
    }
    assert mixed(one, two, every).quantities() == two.quantities()
    back = mixed(two, one, edits(two, one))
    assert back.quantities() == one.quantities()
