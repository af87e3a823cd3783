"""Options on toys with known answers: the dominating option, what hangs on one law, and steps that are taken."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.impact.levies import LEVY

import tertius
from tertius.api.war import compared
from tertius.engine import Options, Sampled, run
from tertius.engine.rivals import Rivals, rivals_of
from tertius.errors import Interrupted, OptionError, UnknownName
from tertius.impact.moves import Bench, Move, each, move_of, open_moves, pairs_of, plans_of
from tertius.impact.observables import target_of
from tertius.impact.options import futures_of
from tertius.impact.weighing import (
    beaten_by,
    estimate,
    hangs_on,
    is_robust,
    law_regrets,
    regrets,
    under_laws,
    worst_tenth,
)
from tertius.impact.written import plain_data
from tertius.report.options import options_text
from tertius.report.options_saved import save_choices

pytestmark = pytest.mark.usefixtures("compiled")
DECIDING = str(LEVY["B"].parent / "deciding.yaml")


def halves(count: int = 400) -> tuple[Rivals, ...]:
    return (Rivals("front", ("one", "two"), np.arange(count) % 2),)


def test_an_effect_that_one_law_makes_hangs_on_it() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 400)
    alone = noise + np.where(np.arange(400) % 2 == 0, 1.0, 0.0)
    both = noise + 1.0
    turned = noise + np.where(np.arange(400) % 2 == 0, 1.0, -0.4)
    assert hangs_on(alone, halves()) == ("front:one",)
    assert hangs_on(both, halves()) == ()
    assert is_robust(estimate(both), under_laws(both, halves()))
    assert not is_robust(estimate(turned), under_laws(turned, halves()))
    assert hangs_on(noise, halves()) == ()


def test_regret_is_what_the_best_of_each_future_would_have_had_more() -> None:
    worths = np.array([[0.0, 0.0, 0.0, 0.0], [1.0, -1.0, 1.0, -1.0]])
    np.testing.assert_allclose(regrets(worths), [0.5, 0.5])
    told = law_regrets(np.repeat(worths, 25, axis=1), (Rivals("front", ("one", "two"), np.arange(100) // 25 % 2),))
    assert told == [(1.0, "front:one"), (1.0, "front:two")]


def test_the_worst_tenth_is_its_mean() -> None:
    assert worst_tenth(np.arange(100.0)) == pytest.approx(4.5)
    assert worst_tenth(np.array([3.0, 1.0])) == 1.0


def test_the_dominating_option_beats_the_dominated_one_and_no_other() -> None:
    rng = np.random.default_rng(2)
    luck = rng.normal(size=500)
    worths = np.stack([luck, luck + 1.0, luck + 0.5 * rng.normal(1, 0.1, 500)])
    stakes = np.array([[0.0, 0.0], [0.5, 0.5], [1.0, -0.5]])
    assert beaten_by(worths, stakes) == [1, None, None]


@pytest.fixture(scope="module")
def elvia() -> object:
    """Elvia wants quiet alone: a level more of its talks makes 0.8 of it, a level less takes as much away.

    By itself it does nothing, so that what is forced stays.
    """
    return tertius.options(DECIDING, "elvia", at=(0,), assume={"actors.elvia.pace": 0.0}, futures=400, weeks=26)


def test_on_a_toy_the_step_up_dominates_and_the_step_down_is_beaten(elvia: object) -> None:
    up, down = elvia.options  # type: ignore[attr-defined]
    assert [str(one.moves[0]) for one in (up, down)] == ["elvia-talks:up", "elvia-talks:down"]
    assert 5 * up.worth.error < up.worth.mean <= 0.8 + 1e-6
    assert -0.8 - 1e-6 <= down.worth.mean < -5 * down.worth.error
    assert up.beaten_by is None
    assert down.beaten_by == 1
    assert up.worst > 0 > down.worst
    assert up.regret < elvia.nothing < down.regret  # type: ignore[attr-defined]
    (quiet,) = (change for count, change in zip(elvia.counts, up.changes, strict=True) if count.name == "quiet")  # type: ignore[attr-defined]
    assert quiet.with_it.mean == pytest.approx(up.worth.mean)  # a weight of one


def test_effects_hold_on_a_fresh_seed(elvia: object) -> None:
    again = tertius.options(
        DECIDING, "elvia", at=(0,), assume={"actors.elvia.pace": 0.0}, futures=400, weeks=26, seed=9
    )
    for one, two in zip(elvia.options, again.options, strict=True):  # type: ignore[attr-defined]
        assert abs(one.worth.mean - two.worth.mean) < 4 * np.hypot(one.worth.error, two.worth.error) + 1e-9


def test_text_json_and_files_say_the_same(elvia: object, tmp_path: object) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    record = tertius.load(DECIDING).record
    text = options_text(elvia, record)  # type: ignore[arg-type]
    assert "Nothing is recommended" in text
    assert "no worse and more: 1" in text
    schema = tertius.schema("options")
    jsonschema.validate(plain_data(elvia), schema)
    for name, held in {**schema["$defs"], "top": schema}.items():
        for key, shape in held.get("properties", {}).items():
            assert shape.get("description"), f"{name}.{key} is not told"
    folder = save_choices(elvia, record, tmp_path / "out")  # type: ignore[arg-type, operator]
    assert json.loads((folder / "options.json").read_text()) == plain_data(elvia)
    assert "<svg" in (folder / "tradeoff.svg").read_text()


def test_a_forced_step_is_taken_and_the_others_luck_is_as_it_was() -> None:
    layout = tertius.load("river-war").layout
    bench = Bench(layout, Options(futures=300, weeks=26))
    base, forced = bench.read(), bench.read([Move("durian-shells", "up")])
    place = list(layout.scenario.instruments).index("durian-shells")
    assert forced.moved[0, :, place].mean() > 0.99  # all but wars that end in the first week
    assert not base.moved[0, :, place].all()
    assert bench.comes(forced, target_of("durian-shells", layout.scenario)).mean() > 0.99
    again = run(layout, Options(futures=300, weeks=26, replicates=1, outputs=()))
    np.testing.assert_allclose(base.outcomes, again.samples[:, -1], rtol=1e-5, atol=1e-3)


def test_a_future_goes_by_the_law_of_decision_that_is_told() -> None:
    """With that law's weight alone, its futures are bit for bit what they were."""
    layout = tertius.load("ukraine-2024").layout
    arm = Sampled(layout, Options(futures=120, weeks=20, replicates=1))
    (rival,) = (one for one in rivals_of(layout, 1, np.arange(120), 1, arm.drawn) if one.block == "decisions")
    base = arm.outcomes({})
    for place, law in enumerate(rival.laws):
        only = {f"world.{other}_weight": float(other == law) for other in rival.laws}
        same = (arm.outcomes(only) == base).all(axis=(1, 2))
        assert same[rival.which == place].all()
        assert not same.all()


def test_moves_and_pairs_are_those_that_the_levels_leave_room_for() -> None:
    layout = tertius.load("river-war").layout
    moves = open_moves(layout, ["duria"], (0, 4))
    told = layout.scenario.instruments
    assert all(told[move.instrument].actor == "duria" for move in moves)
    assert all(told[m.instrument].level.central > 0 for m in moves if m.direction == "down")
    for one, two in pairs_of(moves):
        assert one.week == two.week
        assert one.instrument != two.instrument
    assert move_of("durian-shells:up@3", layout, 26, "--lever") == Move("durian-shells", "up", 3)
    assert futures_of(12, 2) * 26 <= 70_000 + 26 * 50


REFUSED = {
    "no such actor": ({"actor": "durai"}, UnknownName, "duria"),
    "no instruments": ({"actor": "borland"}, OptionError, "actor with instruments"),
    "a lever by its name": ({"levers": ["shells for Borland:up"]}, UnknownName, "nearest: durian-shells"),
    "no such lever": ({"levers": ["durian-shels:up"]}, UnknownName, "durian-shells"),
    "another's lever": ({"levers": ["corvian-troops:up"]}, (UnknownName, OptionError), "duria|corvian"),
    "no direction": ({"levers": ["durian-shells"]}, OptionError, "durian-shells:up"),
    "too late": ({"levers": ["durian-shells:up@99"]}, OptionError, "from 0 to 7"),
    "no such value": ({"values": ["lend"]}, UnknownName, "land"),
    "no weeks": ({"weeks": 0}, OptionError, "1 to 520"),
    "weeks beyond": ({"at": (99,)}, OptionError, "0 to 7"),
    "too few": ({"futures": 10}, OptionError, "200 or more"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_asked_is_refused(case: str) -> None:
    asked, kind, hint = REFUSED[case]
    with pytest.raises(kind, match=hint):
        tertius.options("river-war", **{"actor": "duria", "futures": 200, "weeks": 8, **asked})  # type: ignore[arg-type]


def test_after_an_interrupt_what_is_done_is_kept() -> None:
    def stop(_: str, done: int, __: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    found = tertius.options("river-war", "duria", futures=200, weeks=8, threads=1, progress=stop)
    assert len(found.options) == 2 < found.asked
    assert "Stopped early: 2 of" in options_text(found, tertius.load("river-war").record)
    with pytest.raises(Interrupted):
        each(1, [1, 2], lambda _: (_ for _ in ()).throw(KeyboardInterrupt))


def test_too_many_options_are_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tertius.impact.moves.MOST_PLANS", 2)
    with pytest.raises(OptionError, match="--alone"):
        plans_of(tertius.load("river-war").layout, "duria", 26)


@pytest.mark.slow
def test_options_are_told_beside_the_entry_of_the_brief(compiled: None) -> None:
    asked = ("IRN", ["IRN-bases:up"])
    ours = tertius.options("gulf-2025", *asked, futures=200, weeks=6)
    certain = tertius.options(compared("gulf-2025"), *asked, futures=200, weeks=6)
    assert ours.options == certain.options
