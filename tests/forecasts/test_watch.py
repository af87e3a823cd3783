"""A war on watch: toys with known answers, what was seen, own rules, what was told before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

import tertius
from tertius.engine import Ensemble, Layout
from tertius.errors import DataError, OptionError, ScenarioError, UnknownName
from tertius.forecasts.questions.settling import Steps
from tertius.forecasts.watch.checking import AMPLE, FEWEST, Futures, check, openly, seen_or_not, too_rare
from tertius.forecasts.watch.memory import fresh, read_memory, written_memory
from tertius.forecasts.watch.own import Own, OwnRule, read_own
from tertius.forecasts.watch.seen import NEVER, Seen, Sighting, Weekly, see, weeks_by
from tertius.impact.indicators import Indicator, chosen_on
from tertius.impact.observables import outputs_read, target_of
from tertius.impact.watching import Watchlist, lists_of
from tertius.world import load_scenario
from tertius.world.recorded import RecordedStep

WEEKS, COUNT, NOW = 26, 8000, 9
ENDS = target_of("war-ends", load_scenario("river-war"))
FIRST, COPY, IDLE = "durian-sanctions", "durian-warning", "estmark-mediation"


@pytest.fixture(scope="module")
def layout() -> Layout:
    return tertius.load("river-war").layout


def toy(layout: Layout, seed: int = 1, count: int = COUNT) -> Ensemble:
    """A hidden cause (40%) ends the war in week 18 in 90%, else in 10%; a step comes in week 5 in 80%, else in 10%.

    A second instrument steps with the first in every future; a third steps by chance in half.
    """
    rng = np.random.default_rng(seed)
    cause = rng.random(count) < 0.4
    ends = rng.random(count) < np.where(cause, 0.9, 0.1)
    steps = rng.random(count) < np.where(cause, 0.8, 0.1)
    idle = rng.random(count) < 0.5
    kept = outputs_read(layout.scenario)
    states = np.zeros((count, WEEKS + 1, len(kept)), dtype=np.float32)
    for name, told in layout.scenario.instruments.items():
        states[:, :, kept.index(f"instruments.{name}.level")] = told.level.central
    for name in layout.scenario.bargains:
        states[:, :, kept.index(f"bargains.{name}.alive")] = 1.0
    states[:, :, kept.index("theatres.hills.open")] = 1.0
    states[ends, 18:, kept.index("world.ended")] = 1.0
    for name, there in ((FIRST, steps), (COPY, steps), (IDLE, idle)):
        states[there, 5:, kept.index(f"instruments.{name}.level")] = 1.0
    samples = np.zeros((count, WEEKS + 1, len(layout.scenario.outcomes)))
    return Ensemble("toy", layout, 1, WEEKS, 1, count, np.arange(count), samples, kept, states)


def seen_of(layout: Layout, **sightings: float) -> Seen:
    """Seen at the end of week NOW: steps up of instruments by week, NEVER for one that is known not to have come."""
    as_of = layout.scenario.as_of
    day = date.fromordinal(as_of.toordinal() + 7 * NOW)
    told = {f"{name.replace('_', '-')}:up": Sighting(week, NOW) for name, week in sightings.items()}
    return Seen(as_of, day, weeks_by(as_of, day), {}, told)


def watched(layout: Layout, seen: Seen, count: int = COUNT, own: tuple[OwnRule, ...] = ()):
    ensemble = toy(layout, count=count)
    lists = lists_of(ensemble, ["war-ends"], (8,))
    return check(Futures(ensemble, np.ones(count), seen), lists, own)[0]


def test_two_rules_that_say_the_same_count_once(layout: Layout) -> None:
    """The chance given both steps is that given one of them: (.4 .8 .9 + .6 .1 .1) / (.4 .8 + .6 .1)."""
    found = watched(layout, seen_of(layout, durian_sanctions=5, durian_warning=5))
    given = (0.4 * 0.8 * 0.9 + 0.6 * 0.1 * 0.1) / (0.4 * 0.8 + 0.6 * 0.1)
    assert found.before == pytest.approx(0.42, abs=0.02)
    assert found.waited == pytest.approx(0.42, abs=0.02)
    assert found.chance == pytest.approx(given, abs=0.03)
    tripped = {rule.rule.signal: rule for rule in found.rules if rule.state == "tripped"}
    assert set(tripped) == {f"{FIRST}:up", f"{COPY}:up"}
    # Multiplied, the two ratios would give far more.
    assert tripped[f"{FIRST}:up"].ratio == pytest.approx(tripped[f"{COPY}:up"].ratio, rel=0.2)
    low, high = found.interval
    assert low < found.chance < high
    assert high - low < 0.05


def test_what_was_not_seen_lowers_the_chance(layout: Layout) -> None:
    found = watched(layout, seen_of(layout, durian_sanctions=NEVER))
    given = (0.4 * 0.2 * 0.9 + 0.6 * 0.9 * 0.1) / (0.4 * 0.2 + 0.6 * 0.9)
    assert found.chance == pytest.approx(given, abs=0.03)
    (rule,) = [rule for rule in found.rules if rule.rule.signal == f"{FIRST}:up"]
    assert rule.state == "not-tripped"
    assert rule.ratio < 1
    assert rule.chance == pytest.approx(given, abs=0.04)


def test_what_nobody_can_tell_moves_nothing(layout: Layout) -> None:
    found = watched(layout, seen_of(layout))
    assert {rule.state for rule in found.rules} == {"unread"}
    assert found.chance == found.waited
    assert found.used == ()


def test_a_step_that_says_nothing_is_no_rule(layout: Layout) -> None:
    found = watched(layout, seen_of(layout, estmark_mediation=5))
    assert all(rule.rule.signal != f"{IDLE}:up" for rule in found.rules)


def test_too_few_futures_leave_rules_out_and_say_so(layout: Layout) -> None:
    """A copy that is known to contradict the first agrees with no future: one of the two is left out."""
    seen = seen_of(layout, durian_sanctions=5, durian_warning=NEVER)
    own = OwnRule(id="copy", watch=f"{COPY}:up", by=seen.day)
    found = watched(layout, seen, own=(own,))
    assert len(found.left_out) == 1
    assert found.futures >= FEWEST
    assert found.chance is not None


def test_rates_hold_in_fresh_futures(layout: Layout) -> None:
    """The chance told is that of fresh futures in which the same was seen, within its Monte Carlo error."""
    found = watched(layout, seen_of(layout, durian_sanctions=5))
    fresh_ones = toy(layout, seed=7)
    stepped = fresh_ones.path(f"instruments.{FIRST}.level")[:, NOW] > 0
    came = fresh_ones.path("world.ended")[:, -1] > 0
    error = np.sqrt(0.25 / stepped.sum() + 0.25 / found.futures)
    assert abs(came[stepped].mean() - found.chance) < 4 * error


def test_against_the_odds_tells_what_should_have_been_seen(layout: Layout) -> None:
    ensemble = toy(layout)
    ensemble.everything[:, 3:, ensemble.kept.index(f"instruments.{IDLE}.level")] = 1.0
    seen = seen_of(layout, estmark_mediation=NEVER, durian_sanctions=NEVER)
    told = openly(Futures(ensemble, np.ones(COUNT), seen))
    assert [(one.name, one.share, one.day) for one in told] == [(f"{IDLE}:up", 1.0, None)]


def test_what_was_seen_and_is_rare_in_the_futures_asks_for_more(layout: Layout) -> None:
    ensemble = toy(layout)
    level = ensemble.kept.index(f"instruments.{IDLE}.level")
    ensemble.everything[:, :, level] = 0.0
    lists = lists_of(ensemble, ["war-ends"], [NOW])
    seen = seen_of(layout, estmark_mediation=3)
    futures = Futures(ensemble, np.ones(COUNT), seen)
    rare = too_rare(futures, lists)
    assert rare[f"{IDLE}:up"] == AMPLE * COUNT
    ensemble.everything[:, 3:, level] = 1.0
    assert f"{IDLE}:up" not in too_rare(Futures(ensemble, np.ones(COUNT), seen), lists)
    assert too_rare(Futures(ensemble, np.ones(COUNT), seen_of(layout, estmark_mediation=NEVER)), lists) == {}


def test_what_was_seen_openly_is_held_against_the_half_that_did_not_choose(layout: Layout) -> None:
    found = watched(layout, seen_of(layout, durian_sanctions=5))
    ensemble = toy(layout)
    draws = ensemble.trajectories // ensemble.replicates
    stepped = ensemble.path(f"instruments.{FIRST}.level")[:, NOW] > 0
    half = ~chosen_on(draws) & stepped & (ensemble.path("world.ended")[:, NOW] == 0)
    assert found.futures == half.sum()


def test_an_absence_is_turned_into_a_sighting() -> None:
    rule = Indicator("x:up", 0, False, False, 0.5, 8, 100, 0.7, 0.2, 0.6, 0.01, 0.6, 0.8, 0.75, 5.0, 0.01)
    turned = seen_or_not(rule)
    assert (turned.above, turned.given, turned.otherwise) == (True, 0.6, 0.2)
    assert (turned.tripped, turned.hits, turned.false_alarms) == pytest.approx((0.3, 0.4, 0.2))
    assert turned.ratio == pytest.approx(2.0)
    assert seen_or_not(turned) is turned


def test_own_rules_trip_in_their_first_week() -> None:
    """A series of the observed front: 60 km2 a week from week 5 on; above 150 over four weeks first in week 8."""
    layout = tertius.load("ukraine-2024").layout
    as_of = layout.scenario.as_of
    kept = outputs_read(layout.scenario)
    count = 1000
    states = np.zeros((count, WEEKS + 1, len(kept)), dtype=np.float32)
    fast = np.arange(count) % 2 == 0
    area = kept.index("theatres.front.area")
    states[:, :, area] = np.arange(WEEKS + 1) * np.where(fast, 100.0, 0.0)[:, None]
    states[fast & (np.arange(count) % 20 != 0), 20:, kept.index("world.ended")] = 1.0
    samples = np.zeros((count, WEEKS + 1, len(layout.scenario.outcomes)))
    ensemble = Ensemble("toy", layout, 1, WEEKS, 1, count, np.arange(count), samples, kept, states)
    changes = np.array([np.nan, 0, 0, 0, 0, 60, 60, 60, 60, 60])
    day = date.fromordinal(as_of.toordinal() + 7 * NOW)
    seen = Seen(as_of, day, NOW, {"front-area": Weekly(changes, np.cumsum(np.nan_to_num(changes)), False, 1)}, {})
    rule = OwnRule(id="fast", watch="front-area", weeks=4, above=150)
    lists = [Watchlist(target_of("war-ends", layout.scenario), WEEKS, count, 0.45, ())]
    (found,) = check(Futures(ensemble, np.ones(count), seen), lists, [rule])
    (told,) = found.rules
    assert (told.state, told.reading) == ("tripped", 180.0)
    assert (told.day - as_of).days == 7 * 8  # weeks 4 to 7 sum to 180, and are out at the end of week 8
    assert told.chance == pytest.approx(0.9, abs=0.02)
    assert found.chance == pytest.approx(0.9, abs=0.02)
    late = OwnRule(id="slow", watch="front-area", weeks=4, below=-5, by=day)
    (found,) = check(Futures(ensemble, np.ones(count), seen), lists, [late])
    assert [each.state for each in found.rules] in ([], ["not-tripped"])


def step(name: str, day: date, way: str = "up", after: int | None = None) -> RecordedStep:
    return RecordedStep.model_construct(
        id=f"{name}-{day}", key="k", note=None, date=day, instrument=name, step=way, after=after, text="x", source=()
    )


def test_a_record_says_what_was_seen_and_what_was_not(layout: Layout) -> None:
    as_of = layout.scenario.as_of  # a Monday: weeks end on the 9th, 16th, 23rd
    steps = {"a": step(FIRST, date(2031, 3, 12)), "b": step(COPY, date(2031, 3, 25)), "c": step(IDLE, as_of)}
    record = Steps(steps, date(2031, 3, 20), "a record", ("river-war",))
    found = see(layout, date(2031, 4, 6), None, [record])
    assert found.week == 5
    assert found.openly[f"{FIRST}:up"] == Sighting(2.0, 2)  # the record is whole up to the second week's end
    assert found.openly[f"{FIRST}:down"] == Sighting(NEVER, 2)
    assert found.openly[f"{COPY}:up"] == Sighting(NEVER, 2)  # later than the record is whole
    assert found.openly[f"{IDLE}:up"].week == NEVER  # on the as-of date itself: known before
    earlier = see(layout, date(2031, 3, 10), None, [record])
    assert earlier.openly[f"{FIRST}:up"] == Sighting(NEVER, 1)  # nothing after the day of the watch


def test_a_record_of_another_war_is_refused(layout: Layout) -> None:
    record = Steps({"a": step("durian-sanction", date(2031, 3, 12))}, date(2031, 3, 20), "a record", ("other",))
    with pytest.raises(DataError, match="durian-sanctions"):
        see(layout, date(2031, 4, 6), None, [record])


def test_sightings_by_hand(layout: Layout) -> None:
    told = {"legion-for-ore:ends": (date(2031, 3, 12), None), "hills:closes": (None, date(2031, 3, 17))}
    found = see(layout, date(2031, 4, 6), None, (), told)
    assert found.openly["legion-for-ore:ends"] == Sighting(2.0, 5)
    assert found.openly["hills:closes"] == Sighting(NEVER, 2)
    assert see(layout, date(2031, 3, 10), None, (), told).openly["legion-for-ore:ends"].week == NEVER
    with pytest.raises(UnknownName, match="legion-for-ore:ends"):
        see(layout, date(2031, 4, 6), None, (), {"legion-for-ore:end": (date(2031, 3, 12), None)})


WRONG = {
    "no version": ("rules: {}\n", "tertius: 1"),
    "a list": ("- 1\n", "mapping"),
    "an unknown key": ("tertius: 1\nrule: {}\n", "rules"),
    "no such thing": ("tertius: 1\nrules: {a: {watch: durian-shels:up}}\n", "durian-shells:up"),
    "a threshold of a step": ("tertius: 1\nrules: {a: {watch: durian-shells:up, above: 3}}\n", "no threshold"),
    "no such event": ("tertius: 1\nrules: {a: {watch: durian-shells:up, events: [war-end]}}\n", "war-end"),
    "a day before": ("tertius: 1\nrules: {a: {watch: durian-shells:up, by: 2020-01-01}}\n", "after the as-of"),
    "a sighting of nothing": ("tertius: 1\nseen: {hills:opens: {date: 2031-04-01}}\n", "hills:closes"),
    "a sighting without a day": ("tertius: 1\nseen: {hills:closes: {source: x}}\n", "date or until"),
    "another scenario": ("tertius: 1\nscenario: ukraine-2024\n", "river-war"),
    "no number": ("tertius: 1\nrules: {a: {watch: durian-shells:up, weeks: many}}\n", "whole number"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_in_own_rules_is_told_with_the_fix(case: str, tmp_path: Path) -> None:
    text, hint = WRONG[case]
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        read_own(file, load_scenario("river-war"))
    assert hint in str(refused.value)
    assert "own.yaml" in str(refused.value)


def test_own_rules_need_one_threshold_on_a_series(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("tertius: 1\nrules: {a: {watch: front-area, above: 3, below: 2}}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="one of the two"):
        read_own(file, load_scenario("ukraine-2024"))
    file.write_text("tertius: 1\nrules: {a: {watch: front-area, above: 3}}\n", encoding="utf-8")
    assert read_own(file, load_scenario("ukraine-2024")) == Own((OwnRule(id="a", watch="front-area", above=3.0),), {})


def test_what_was_told_is_kept_and_told_again_after_the_quiet_weeks(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    assert read_memory(file, "river-war") == {}
    told = {"a | b": date(2031, 4, 6)}
    file.write_text(written_memory("river-war", told), encoding="utf-8")
    assert read_memory(file, "river-war") == told
    assert fresh({"a | b", "c"}, told, date(2031, 4, 20), 4) == {"c"}
    assert fresh({"a | b"}, told, date(2031, 5, 4), 4) == {"a | b"}
    assert fresh({"a | b"}, told, date(2031, 3, 30), 4) == set()
    with pytest.raises(DataError, match="a file for each"):
        read_memory(file, "ukraine-2024")
    for text in ("", "[]", '{"tertius": 2}', '{"tertius": 1, "told": {"a": "soon"}, "scenario": "river-war"}'):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match="damaged"):
            read_memory(file, "river-war")


def test_days_and_limits_are_checked() -> None:
    with pytest.raises(OptionError, match="as-of"):
        tertius.watch("river-war", as_of=date(2031, 3, 1), futures=400)
    with pytest.raises(OptionError, match="more --weeks"):
        tertius.watch("river-war", as_of=date(2031, 6, 1), weeks=12, futures=400)
    with pytest.raises(OptionError, match="quiet"):
        tertius.watch("river-war", as_of=date(2031, 3, 31), quiet=-1, futures=400)
    with pytest.raises(OptionError, match="least"):
        tertius.watch("river-war", as_of=date(2031, 3, 31), least=0.5, futures=400)
