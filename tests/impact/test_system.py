"""The system around the war: chances agree with the arrays and with closed forms; hypotheses add up."""

from dataclasses import replace as put
from pathlib import Path

import numpy as np
import pytest
from tests.impact.bounds import OPTIONS, bound, found, layout, rivals
from tests.impact.neighbours import watched

from tertius.engine import Layout, Options, run
from tertius.errors import LayoutError
from tertius.impact import Happening, Recorded, by_age, compare, happened, hypotheses, system
from tertius.impact.hypotheses import weights_of
from tertius.world import Quantity, Uniform, Variant, load_scenario
from tertius.world.system import Setting

pytestmark = pytest.mark.usefixtures("compiled")


def of(happenings: tuple[Happening, ...], what: str) -> Happening:
    return next(one for one in happenings if one.what == what and one.week == 26)


def test_a_chance_is_the_share_of_futures_in_which_it_happened() -> None:
    for what, path in (
        ("end:over", "world.ended"),
        ("rung:ladders.ridge.rungs.levy", "ladders.ridge.rungs.levy.reached"),
        ("rung:ladders.strait.rungs.shots", "ladders.strait.rungs.shots.reached"),
    ):
        one = of((*found().ends, *found().rungs), what)
        for share, ensemble in ((one.with_it, bound().base), (one.without, bound().other)):
            counted = ensemble.path(path).any(axis=1).mean()
            # Where the run gave the weekly chances, the share is told without the chance that is in it.
            off = 4 * np.sqrt(counted * (1 - counted) / len(ensemble.trajectories)) if "shots" in path else 1e-9
            assert abs(share - counted) <= off
        assert one.found.mean == pytest.approx(one.with_it - one.without)


def test_the_levy_is_a_rung_of_its_own_and_does_not_reach_the_strait() -> None:
    levy = of(found().rungs, "rung:ladders.ridge.rungs.levy")
    assert levy.with_it > 0.9 > 0.1 > levy.without
    weeks = bound().base.path("ladders.ridge.rungs.levy.reached")
    assert levy.when == pytest.approx(np.median(weeks[weeks.any(axis=1)].argmax(axis=1)))
    # the same luck, and nothing that ties the strait to the levy but the length of the war
    shots = of(found().rungs, "rung:ladders.strait.rungs.shots")
    assert shots.with_it == pytest.approx(1 - 0.98**26, abs=0.08)
    assert abs(shots.found.mean) < 0.05


def test_a_stated_prior_is_told_with_the_range_that_it_spans() -> None:
    gas = of(found().rungs, "rung:ladders.ridge.rungs.gas")
    assert gas.spans is not None
    assert gas.spans[0] < gas.with_it < gas.spans[1]
    assert of(found().rungs, "rung:ladders.strait.rungs.shots").spans is None


def test_the_end_by_age_alone_is_what_the_model_gives_when_nothing_else_counts() -> None:
    plain = run(layout(world__overlap_response=0.0), Options(futures=4000, weeks=26, seed=2))
    recorded = Recorded(plain)
    share = float(plain.path("world.ended")[:, -1].mean())
    assert by_age(recorded, 26)[-1] == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 4000))
    quick = run(layout(world__overlap_response=0.0, world__quick_end_rate=0.2, world__quick_share=0.5,
                       world__war_age=4.0), Options(futures=4000, weeks=26, seed=2))  # fmt: skip
    mixed = float(quick.path("world.ended")[:, -1].mean())
    assert by_age(Recorded(quick), 26)[-1] == pytest.approx(mixed, abs=4 * np.sqrt(mixed * (1 - mixed) / 4000) + 0.01)
    assert mixed > share + 0.2


def test_more_losses_than_usual_wear_a_side_and_bring_the_end_nearer() -> None:
    endurance = next(one for one in found().levels if one.path == "sides.A.endurance" and one.week == 26)
    assert endurance.start == 1.0
    assert endurance.with_it < 1.0 - 0.01 * 20
    settings = {"sides.A.drain": 0.02}
    more = compare(layout(), OPTIONS, settings=settings)
    assert float(more.base.path("world.ended")[:, -1].mean()) == pytest.approx(
        float(more.other.path("world.ended")[:, -1].mean()), abs=0.05
    )  # usual wear is in the rate already
    harder = compare(layout(), OPTIONS, settings={"sides.A.loss_wear": 0.3})
    assert harder.other.path("sides.A.endurance")[:, -1].mean() != harder.base.path("sides.A.endurance")[:, -1].mean()


def test_week_by_week_what_has_happened_is_counted_in_the_futures() -> None:
    courses = {one.what: one for one in found().courses}
    assert set(courses) == {"end:over", *(one.what for one in found().rungs)}
    over = courses["end:over"]
    for shares, ensemble in ((over.with_it, bound().base), (over.without, bound().other)):
        np.testing.assert_allclose(shares, happened(ensemble.path("world.ended")).mean(axis=0))
    assert len(found().by_age) == len(found().dates) == OPTIONS.weeks + 1
    assert found().by_age == tuple(by_age(Recorded(bound().base), OPTIONS.weeks))
    assert (found().by_age[0], found().dates[0]) == (0.0, bound().base.layout.scenario.as_of)
    mood = found().mood
    assert mood is not None
    for side in ("A", "B"):
        assert mood.readiness[side] == pytest.approx(bound().base.path(f"sides.{side}.readiness")[:, -1].mean())


def test_what_a_bargain_brings_is_told_in_quantiles() -> None:
    river = compare(Layout.of(load_scenario("river-war")), Options(futures=200, weeks=26, seed=2))
    told = system(river)
    assert told is not None
    assert [one.bargain for one in told.received] == list(river.base.layout.scenario.bargains)
    for one in told.received:
        got = river.base.path(f"bargains.{one.bargain}.cumulative_received")[:, -1].astype(float) / 1e6
        assert one.amount == pytest.approx(np.quantile(got, (0.1, 0.5, 0.9)))
        assert one.any is bool(got.any())


def test_a_line_that_is_crossed_and_not_answered_loses_belief() -> None:
    line = found().lines[0]
    assert line.crossed == pytest.approx(of(found().rungs, "rung:ladders.ridge.rungs.levy").with_it, abs=0.05)
    assert 0 < line.answered < 1
    assert line.answered + line.unanswered <= line.crossed + 1e-12
    base, other = bound().base, bound().other
    unanswered = base.path("red_lines.cordia-line.unanswered")[:, -1] > 0
    believed = base.path("red_lines.cordia-line.credibility")[:, -1]
    np.testing.assert_allclose(believed[unanswered], 1 / (1 + np.e), rtol=1e-5)
    untouched = other.path("red_lines.cordia-line.crossed").max(axis=1) == 0
    np.testing.assert_allclose(other.path("red_lines.cordia-line.credibility")[untouched, -1], 0.5)
    assert line.credibility.with_it < line.credibility.without


def test_what_is_bound_to_nothing_does_not_move() -> None:
    same = compare(layout(events__levy__recruits=0.0), OPTIONS)
    told = system(same)
    assert told is not None
    assert all(one.found.same for one in (*told.ends, *told.rungs))
    assert all(one.found.same for one in told.levels)


def test_a_scenario_with_none_of_it_says_nothing() -> None:
    told = system(watched())
    assert told is not None
    assert (told.ends, told.rungs, told.bargains, told.lines) == ((), (), (), ())
    assert {one.path.split(".")[0] for one in told.levels} == {"actors"}
    assert hypotheses(watched(), OPTIONS) is None


def test_happened_stays() -> None:
    values = np.array([[0, 0, 1, 0], [0, 0, 0, 0]], dtype=np.float32)
    np.testing.assert_array_equal(happened(values), [[0, 0, 1, 1], [0, 0, 0, 0]])


def test_hypotheses_are_weighed_and_one_of_them_is_no_entry() -> None:
    told = rivals()
    everybody, nobody = told.variants
    assert (everybody.weight, nobody.weight) == (0.75, 0.25)
    assert nobody.found[0].same
    assert everybody.found[0].mean > 0
    assert told.mixed[0] == pytest.approx(0.75 * everybody.found[0].mean)
    assert told.outcomes == ("land",)
    (land,) = told.furthest
    assert (land.outcome, land.lowest, land.highest) == ("land", nobody.name, everybody.name)
    assert not land.same
    assert land.beyond_chance is (everybody.found[0].mean > 1.96 * everybody.found[0].error)
    alone = compare(layout(events__levy__recruits=4000.0), Options(futures=told.futures, weeks=26, seed=5))
    assert everybody.found[0].mean == alone.at("land", 26).mean


def test_uncertain_weights_leave_the_mixture_a_range() -> None:
    np.testing.assert_allclose(weights_of(layout(), 1).mean(axis=1), [0.75, 0.25])
    # A quarter of it is that nobody comes, which changes nothing: the range reaches from there to the other's range.
    low, high = rivals().mixed_range[0]
    everybody = rivals().variants[0].found[0]
    assert low <= 0.0 < rivals().mixed[0] < high
    assert high > everybody.mean
    assert high - low > everybody.interval[1] - everybody.interval[0]
    same = compare(layout(), put(OPTIONS, futures=rivals().futures))
    assert rivals().plain[0].mean == same.at(rivals().outcomes[0], OPTIONS.weeks).mean
    weight = Quantity(prior=Uniform(low=0.5, high=2.0), unit="1", source=("judgement",))
    open_minded = {key: told.model_copy(update={"weight": weight}) for key, told in layout().scenario.variants.items()}
    weights = weights_of(put(layout(), scenario=put(layout().scenario, variants=open_minded)), 1)
    np.testing.assert_allclose(weights.sum(axis=0), 1.0)
    assert weights[0].mean() == pytest.approx(0.5, abs=0.02)
    assert np.quantile(weights[0], 0.9) - np.quantile(weights[0], 0.1) > 0.3


def test_the_end_by_age_is_a_chance_at_any_rate() -> None:
    """Where the kind that lasts ends sooner than the quick one, the law lets neither fade; nor does this."""
    rates = {"quick_end_rate": 0.0, "slow_end_rate": 100.0, "quick_share": 0.5, "war_age": 9}
    over = run(layout(**{f"world__{name}": rate for name, rate in rates.items()}), Options(futures=800, weeks=2))
    # Neither kind fades, so that half of those left end in each week, as the law has it and as the futures do.
    assert by_age(Recorded(over), 2)[-1] == pytest.approx(0.75)
    assert over.path("world.settled")[:, -1].mean() == pytest.approx(0.75, abs=0.06)
    old = {"quick_end_rate": 0.02, "slow_end_rate": 0.01, "quick_share": 1.0, "war_age": 1e5}
    aged = run(layout(**{f"world__{name}": rate for name, rate in old.items()}), Options(futures=80, weeks=2))
    assert by_age(Recorded(aged), 2)[-1] == pytest.approx(-np.expm1(-0.04), rel=1e-6)


def test_a_variant_that_sets_what_is_not_there_is_refused_by_name() -> None:
    scenario = layout().scenario
    given = Setting(id="events.levy.recruit", value=1.0, unit="persons/week", source=("choice",))
    wrong = Variant(id="x", name="x", weight=Quantity(value=1.0, unit="1", source=("choice",)), set={given.id: given})
    with pytest.raises(LayoutError, match=r"events\.levy\.recruits"):
        Layout.of(put(scenario, variants={"x": wrong}))


@pytest.mark.parametrize(
    ("unit", "value", "allowed"), [("km2", 1.0, "persons/week"), ("persons/week", -5.0, "0 to any")]
)
def test_a_variant_with_another_unit_or_out_of_range_is_refused(unit: str, value: float, allowed: str) -> None:
    given = Setting(id="events.levy.recruits", value=value, unit=unit, source=("choice",))
    wrong = Variant(id="x", name="x", weight=Quantity(value=1.0, unit="1", source=("choice",)), set={given.id: given})
    with pytest.raises(LayoutError, match=allowed):
        Layout.of(put(layout().scenario, variants={"x": wrong}))


def test_a_variant_that_sets_what_was_fitted_is_named(tmp_path: Path, compiled: None) -> None:
    file = tmp_path / "war.yaml"
    shock = '{prior: {lognormal: {median: 3, p90: 9}}, unit: km2/week, source: judgement, note: "Wider."}'
    file.write_text(
        "extends: ukraine-2024\nvariants:\n  wide: {name: A wider front, "
        'weight: {value: 1, unit: "1", source: choice}, set: {theatres.front.tempo_shock: ' + shock + "}}\n",
        encoding="utf-8",
    )
    scenario = load_scenario(file)
    found = hypotheses(compare(Layout.of(scenario), Options(futures=8, weeks=2)), Options(futures=8, weeks=2))
    assert found is not None
    assert {one.name: one.unfitted for one in found.variants if one.unfitted} == {
        "wide": ("theatres.front.tempo_shock",)
    }


def test_hypotheses_are_the_same_from_futures_seen_and_run_anew() -> None:
    few, seen = put(OPTIONS, futures=80), bound()
    anew = put(seen, base=put(seen.base, chosen=True))  # futures that were chosen are not those asked for
    assert hypotheses(seen, few) == hypotheses(anew, few)
