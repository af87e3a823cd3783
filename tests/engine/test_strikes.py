"""A war of strikes alone: it loads and runs without a number of a front, and its labels mean nothing."""

import re
from pathlib import Path

import numpy as np
import pytest

from tertius.engine import Intervention, Layout, Options, overrides_of, run, run_arms
from tertius.engine.sampling import Sampled
from tertius.errors import LayoutError, ScenarioError
from tertius.impact.moves import Bench
from tertius.world import load_scenario

pytestmark = pytest.mark.usefixtures("compiled")
FILE = Path(__file__).with_name("strikes-only.yaml")
OPTIONS = Options(futures=80, weeks=13, seed=3)


def changed(path: Path, *changes: tuple[str, str]) -> Path:
    text = FILE.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path.write_text(text, encoding="utf-8")
    return path


def test_no_quantity_of_a_front_is_drawn_or_asked_for() -> None:
    layout = Layout.of(load_scenario(FILE))
    found = run(layout, OPTIONS)
    assert not any(path.startswith("theatres.") for path, _ in layout.outputs())
    of_front = [c for c in layout.columns if "no front" in (c.quantity.note or "")]
    assert {c.path.split(".")[-1] for c in of_front} >= {"shells", "officer_pool", "loss_level", "permanent_share"}
    assert all(c.quantity.prior is None and c.quantity.central == 0.0 for c in of_front)
    assert (found.path("weapons.sudia-drones.launched")[:, 1] > 0).all()
    assert (found.path("sides.A.losses") == 0).all()


def test_the_entry_is_undone_before_its_first_effect_and_nothing_else_is() -> None:
    layout = Layout.of(load_scenario(FILE))
    without = overrides_of(layout, Intervention("selvian-strikes"))
    assert without == {"events.selvian-strikes.posture": 0.0, "events.selvian-strikes.edge": 0.0}
    base, other = run_arms((layout, Layout.of(layout.scenario, without)), OPTIONS)
    path = "targets.sudia-oil.damage"
    assert (base.path(path)[:, :2] == other.path(path)[:, :2]).all()
    on = (base.path("world.ended")[:, 2] == 0) & (other.path("world.ended")[:, 2] == 0)
    assert on.mean() > 0.8
    assert (base.path(path)[on, 2] > other.path(path)[on, 2]).all()
    assert (base.path("weapons.selvia-bombers.launched")[on, 2] == 40.0).all()
    assert (other.path("weapons.selvia-bombers.launched") == 0.0).all()
    drawn = "weapons.sudia-drones.launched"
    assert (base.path(drawn)[on, :3] == other.path(drawn)[on, :3]).all()


def test_swapped_sides_swap_the_answer(tmp_path: Path) -> None:
    swap = {"A": "B", "B": "A"}
    text = FILE.read_text(encoding="utf-8")
    text = re.sub(r"\bside: ([AB])", lambda m: f"side: {swap[m[1]]}", text)
    text = re.sub(r"(?m)^  ([AB]): \{", lambda m: f"  {swap[m[1]]}: {{key: {m[1]}, ", text)
    text = re.sub(r"sides\.([AB])\.", lambda m: f"sides.{swap[m[1]]}.", text)
    swapped = tmp_path / "swapped.yaml"
    swapped.write_text(text, encoding="utf-8")
    one, two = (run(Layout.of(load_scenario(file)), OPTIONS) for file in (FILE, swapped))
    for name in one.layout.scenario.outcomes:
        np.testing.assert_array_equal(one.of(name), two.of(name), err_msg=name)
    np.testing.assert_array_equal(one.path("sides.A.endurance"), two.path("sides.B.endurance"))


def test_items_are_conserved_over_a_run() -> None:
    found = run(Layout.of(load_scenario(FILE)), OPTIONS)
    on = found.path("world.ended") == 0
    for name in ("sudia-drones", "sudia-missiles"):
        stock, launched, delivered = (
            found.path(f"weapons.{name}.{what}").astype(float) for what in ("stock", "launched", "delivered")
        )
        kept = stock[:, :-1] + delivered[:, 1:] - launched[:, 1:]
        np.testing.assert_allclose(np.where(on[:, :-1], stock[:, 1:] - kept, 0.0), 0.0, atol=1e-2)


WRONG = {
    "its own side": ("      nordia-cities: {damage: {value: 0.0002", "      sudia-oil: {damage: {value: 0.0002"),
    "order of its own": ("    order: 2\n", "    order: 1\n"),
    "exactly one of good": ("weapon: sudia-missiles, at:", "weapon: sudia-missiles, good: shells, at:"),
    "dependence without at": ("    at: sudia-launchers\n    dependence", "    dependence"),
    "of side A": ("weapon: sudia-missiles, at: sudia-launchers", "weapon: sudia-missiles, at: nordia-cities"),
    "selvia-bomber": ("kind: strikes, weapon: selvia-bombers", "kind: strikes, weapon: selvia-bomber"),
}


@pytest.mark.parametrize("told", WRONG)
def test_what_does_not_fit_is_said(told: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as refused:
        load_scenario(changed(tmp_path / "wrong.yaml", WRONG[told]))
    assert ("of the other side" if told == "its own side" else told) in str(refused.value)


def test_a_number_of_a_front_is_refused_where_there_is_none(tmp_path: Path) -> None:
    given = "B: {name: Sudia, shells: {value: 5, unit: rounds, source: survey}"
    with pytest.raises(LayoutError, match="no theatres"):
        Layout.of(load_scenario(changed(tmp_path / "wrong.yaml", ("B: {name: Sudia", given))))


SHARE = 'measure: level, unit: "1", favours: A, headline: true, material: {value: 0.02, unit: "1"'
POINTS = "measure: level, unit: points, favours: A, headline: true, material: {value: 2, unit: points"


@pytest.mark.parametrize("measure", ["level", "change"])
def test_a_share_may_be_told_in_points_of_a_hundred(measure: str, tmp_path: Path) -> None:
    share = changed(tmp_path / "share.yaml", (SHARE, SHARE.replace("level", measure, 1)))
    points = changed(tmp_path / "points.yaml", (SHARE, POINTS.replace("level", measure, 1)))
    one, hundred = (run(Layout.of(load_scenario(file)), OPTIONS) for file in (share, points))
    assert one.of("oil").max() > 0
    np.testing.assert_array_equal(hundred.of("oil"), 100.0 * one.of("oil"))
    place = list(load_scenario(FILE).outcomes).index("oil")
    sampled = [Sampled(Layout.of(load_scenario(file)), OPTIONS).outcomes({}) for file in (share, points)]
    np.testing.assert_array_equal(sampled[1][:, :, place], 100.0 * sampled[0][:, :, place])
    benches = [Bench(Layout.of(load_scenario(file)), OPTIONS) for file in (share, points)]
    read = [bench.read().outcomes[:, place] for bench in benches]
    np.testing.assert_allclose(read[1], 100.0 * read[0], rtol=1e-6)


def test_what_is_no_share_has_no_points(tmp_path: Path) -> None:
    path = changed(tmp_path / "wrong.yaml", ("unit: persons, favours", "unit: points, favours"))
    with pytest.raises(LayoutError, match="allowed: persons\n"):
        Layout.of(load_scenario(path))
    path = changed(tmp_path / "half.yaml", (SHARE, SHARE.replace('unit: "1", favours', "unit: points, favours")))
    with pytest.raises(LayoutError, match="write unit: points"):
        Layout.of(load_scenario(path))
    path = changed(tmp_path / "other.yaml", (SHARE, SHARE.replace('unit: "1", favours', "unit: persons, favours")))
    with pytest.raises(LayoutError, match='"1" or points'):
        Layout.of(load_scenario(path))
