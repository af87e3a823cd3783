"""Words, sanctions, technology, bargains and ends in a made-up war: each moves what it should and nothing else.

Futures with a step and without it have the same luck, so what a step does not move is the same number exactly.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.world.made_up import made_up

from tertius.engine import Ensemble, Layout, Options, run
from tertius.history.ending import Ending
from tertius.world import Scenario

WEEK = 2  # of a forced step, counted from 0; it is in the record from WEEK + 1 on and at work from WEEK + 2 on
Run = Callable[..., Ensemble]


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return made_up(tmp_path_factory.mktemp("made-up"))


@pytest.fixture(scope="module")
def simulate(scenario: Scenario, compiled: None) -> Run:
    def _simulate(overrides: dict[str, float] | None = None, futures: int = 60, weeks: int = 16) -> Ensemble:
        return run(Layout.of(scenario, overrides), Options(futures=futures, weeks=weeks, threads=1))

    return _simulate


def step(instrument: str, direction: float = 1.0) -> dict[str, float]:
    place = f"instruments.{instrument}"
    return {f"{place}.forced_week": WEEK, f"{place}.forced_step": direction}


def moved(ensemble: Ensemble, other: Ensemble) -> set[str]:
    """Outputs that differ anywhere."""
    paths = [path for path, _ in ensemble.layout.outputs()]
    return {path for path in paths if not np.array_equal(ensemble.path(path), other.path(path))}


def own(instrument: str, actor: str) -> set[str]:
    """What changes with any step of an instrument: its level, and the count of its holder's acts and options."""
    options = {f"instruments.{instrument}.steps.{way}.chance" for way in ("up", "down")}
    return {f"instruments.{instrument}.level", f"actors.{actor}.acts", f"actors.{actor}.pressure"} | options


def change(ensemble: Ensemble, other: Ensemble, path: str) -> np.ndarray:
    """By how much an output is larger in the first, once the step is at work, shape (trajectory, week)."""
    return np.asarray(ensemble.path(path) - other.path(path))[:, WEEK + 2 :]


# --- words -------------------------------------------------------------------------------------------------------
def test_cheap_talk_moves_nothing(simulate: Run) -> None:
    cheap = {"red_lines.soldiers.signal_cost": 0.0}
    silent, said = simulate(cheap), simulate(cheap | step("borlandic-warning"))
    assert moved(said, silent) <= own("borlandic-warning", "borland")
    assert (said.path("instruments.borlandic-warning.level")[:, WEEK + 1 :] == 1).all()


def test_a_costly_signal_is_believed_and_holds_back_and_moves_no_more(simulate: Run) -> None:
    silent, said = simulate(), simulate(step("borlandic-warning"))
    credibility, worth = "red_lines.soldiers.credibility", "instruments.corvian-soldiers.signalled"
    answer = "instruments.borlandic-strikes.signalled"
    assert (change(said, silent, credibility) > 0).all()
    assert (change(said, silent, worth) < 0).all()
    assert (change(said, silent, answer) >= 0).all()
    raised = {credibility, worth, answer, "actors.corvia.pressure"}
    options = {f"instruments.{name}.steps.{way}.chance" for name in OPTIONS for way in ("up", "down")}
    assert moved(said, silent) <= own("borlandic-warning", "borland") | raised | options


OPTIONS = ("corvian-soldiers", "corvian-trade", "borlandic-strikes", "borlandic-warning")


def test_who_is_held_back_sends_fewer_soldiers(simulate: Run) -> None:
    often = {"actors.corvia.pace": 4.0, "red_lines.soldiers.signal_cost": 2.0, "red_lines.soldiers.deterrence": 3.0}
    silent, said = simulate(often, 400), simulate(often | step("borlandic-warning"), 400)
    level = change(said, silent, "instruments.corvian-soldiers.level")[:, -1]
    assert level.mean() < -3 * level.std() / np.sqrt(len(level))


def test_a_line_crossed_without_an_answer_is_believed_less_and_with_one_more(simulate: Run) -> None:
    arrives = {"events.entry.week": 0.0, "events.entry.troops": 1500.0}
    ignored = simulate(arrives)
    answered = simulate(arrives | step("borlandic-strikes"))
    credibility = "red_lines.soldiers.credibility"
    assert (ignored.path("red_lines.soldiers.unanswered")[:, -1] == 1).all()
    assert (answered.path("red_lines.soldiers.answered")[:, -1] == 1).all()
    assert (ignored.path(credibility)[:, -1] < 0.5).all()
    assert (answered.path(credibility)[:, -1] > 0.5).all()
    assert (answered.path("ladders.war.rungs.strikes.reached")[:, WEEK + 2 :] == 1).all()
    assert (ignored.path("ladders.war.rungs.strikes.reached") == 0).all()


# --- sanctions ---------------------------------------------------------------------------------------------------
def test_sanctions_wear_the_side_they_are_aimed_at_and_their_lifting_eases_it(simulate: Run) -> None:
    base, on, off = (simulate(how) for how in ({}, step("durian-sanctions"), step("durian-sanctions", -1.0)))
    for more, sign in ((on, -1), (off, 1)):
        assert (sign * change(more, base, "sides.A.endurance") > 0).all()
        assert (sign * change(more, base, "supply_lines.avrian-shells.delivered")[:, 1:] > 0).all()
        recruits = sum(change(more, base, f"theatres.{k}.forces.A.troops").mean(axis=0) for k in ("river", "hills"))
        assert sign * recruits[-1] > 0
        changed = moved(more, base)
        others = {f"supply_lines.{name}.delivered" for name in ("corvian-shells", "durian-shells", "borlandic-shells")}
        assert not changed & (others | {"sides.B.endurance", "supply_lines.borlandic-shells.transit"})
        assert not {path for path in changed if path.startswith(("stakes.technology", "ties.", "ladders.strait"))}


def test_sanctions_that_are_evaded_whole_move_nothing(simulate: Run) -> None:
    evaded = {**step("corvian-trade"), "instruments.corvian-trade.forced_week": 0.0}
    without, with_them = simulate(evaded), simulate(evaded | step("durian-sanctions"))
    assert moved(with_them, without) <= own("durian-sanctions", "duria") | {
        f"instruments.durian-shells.steps.{way}.chance" for way in ("up", "down")
    }


# --- technology --------------------------------------------------------------------------------------------------
def test_technology_pays_the_giver_loosens_its_patron_and_emboldens_it_and_moves_no_front(simulate: Run) -> None:
    rate = {"bargains.soldiers-for-machines.end_rate": 1e-9}
    base, flows = simulate(rate), simulate(rate | step("avrian-technology"))
    bargain = "bargains.soldiers-for-machines"
    np.testing.assert_allclose(change(flows, base, f"{bargain}.received"), 100000, rtol=1e-5)
    assert (change(flows, base, f"{bargain}.leverage") < 0).all()
    assert (change(flows, base, f"{bargain}.end_chance") <= 0).all()
    assert (change(flows, base, "stakes.technology.level") == 1).all()
    # Ladders are climbed before stakes move, so a rung answers a week later.
    assert (change(flows, base, "ladders.war.rungs.clash.chance")[:, 1:] > 0).all()
    assert (change(flows, base, "ties.partners.closeness")[:, 0] > 0).all()
    changed = moved(flows, base)
    kept = ("theatres.", "sides.", "contingents.", "supply_lines.", "red_lines.", "world.", "stakes.invasion")
    assert not {path for path in changed if path.startswith(kept)}


def test_technology_that_stops_leaves_its_levels_as_they_were(simulate: Run) -> None:
    flowing = {"instruments.avrian-technology.level": 1.0}
    base, stopped = simulate(flowing), simulate(flowing | step("avrian-technology", -1.0))
    assert (change(stopped, base, "stakes.technology.level") == -1).all()
    np.testing.assert_allclose(change(stopped, base, "bargains.soldiers-for-machines.received"), -100000, rtol=1e-5)
    assert (change(stopped, base, "bargains.soldiers-for-machines.leverage") > 0).all()
    assert (change(stopped, base, "ties.partners.closeness")[:, 0] < 0).all()


def test_a_crisis_elsewhere_follows_the_rungs_that_are_climbed_here(simulate: Run) -> None:
    arrives = {"events.entry.week": 0.0, "events.entry.troops": 1500.0, "bargains.soldiers-for-machines.end_rate": 0.0}
    base, struck = simulate(arrives), simulate(arrives | step("borlandic-strikes"))
    crisis = "ladders.strait.rungs.crisis"
    assert (base.path(f"{crisis}.contagion")[:, 2] == 0.5).mean() > 0.9
    assert (change(struck, base, f"{crisis}.contagion")[:, 0] == 0.5).all()
    assert (change(struck, base, f"{crisis}.chance")[:, 1] > 0).all()


# --- bargains ----------------------------------------------------------------------------------------------------
def test_a_bargain_that_ends_takes_its_soldiers_home_and_leaves_a_share_of_its_shells(simulate: Run) -> None:
    arrives = {"events.entry.week": 0.0, "events.entry.troops": 1500.0}
    ended = simulate(arrives | {"bargains.soldiers-for-machines.end_rate": 0.3, "contingents.legion.troops": 800.0})
    alive = ended.path("bargains.soldiers-for-machines.alive")
    assert 0.9 < (alive[:, -1] == 0).mean() < 1 or (alive[:, -1] == 0).all()
    over = alive == 0
    troops, sent = ended.path("contingents.legion.troops"), ended.path("contingents.legion.sent")
    assert (troops[:, 1:][over[:, :-1]] == 0).all()
    assert (sent[:, 1:] == sent[:, :-1])[over[:, :-1]].all(), "nobody comes after them"
    assert (troops[~over] > 0).any()
    factor = ended.path("supply_lines.corvian-shells.factor")
    assert (factor[over] == 0.25).all()
    assert (factor[~over] == 1).all()
    received = ended.path("bargains.soldiers-for-machines.received")
    assert received[:, 1:][over[:, :-1]].mean() < 0.5 * received[~over].mean()


# --- ends --------------------------------------------------------------------------------------------------------
def test_after_the_end_nothing_flows_and_nobody_decides(simulate: Run) -> None:
    ending = {"world.slow_end_rate": 0.1, "world.quick_end_rate": 0.1, "instruments.durian-sanctions.forced_week": 9.0}
    ending |= {f"actors.{name}.pace": 8.0 for name in ("avria", "borland", "corvia", "duria")}
    war = simulate(ending, 200)
    over = war.path("world.ended") == 1
    assert 0.3 < over[:, -1].mean() < 1
    after = over[:, :-1]
    units = {path: field.unit for path, field in war.layout.outputs()}
    flows = [path for path, unit in units.items() if unit.endswith("/week")]
    assert len(flows) > 20
    for path, unit in units.items():
        now, before = war.path(path)[:, 1:], war.path(path)[:, :-1]
        if unit.endswith("/week"):
            assert (now[after] == 0).all(), path
        else:
            assert (now[after] == before[after]).all(), path
    for path in ("theatres.river.gain", "sides.A.losses", "supply_lines.avrian-shells.delivered"):
        assert (war.path(path)[:, 1:][~over[:, 1:]] != 0).any(), path


def test_wars_end_as_often_as_past_wars_of_their_age(simulate: Run) -> None:
    """Shares ended by each week, within four standard errors of the history's law for exactly these numbers."""
    past, age, futures, weeks = Ending(np.array([-7.5, -4.5, 0.5, -7.5, -7.5])), 120.0, 1500, 26
    rates = {"world.quick_end_rate": 7 * float(past.quick), "world.slow_end_rate": 7 * float(past.slow)}
    rates |= {"world.quick_share": float(past.quick_share), "world.war_age": age / 7}
    war = simulate(rates, futures, weeks)
    ended = war.path("world.settled").mean(axis=0)
    for week in range(1, weeks + 1):
        expected = float(past.within(age, 7 * week))
        assert abs(ended[week] - expected) < 4 * np.sqrt(expected * (1 - expected) / futures), week
    assert np.array_equal(war.path("world.ended"), war.path("world.settled"))


def test_a_worn_side_settles_sooner_and_may_collapse(simulate: Run) -> None:
    rates = {"world.slow_end_rate": 0.02, "world.quick_end_rate": 0.02, "world.overlap_response": 2.0}
    base, worn = simulate(rates, 300), simulate(rates | step("durian-sanctions") | STRAIN, 300)
    chance = (worn.path("world.end_chance") - base.path("world.end_chance"))[:, -1]
    going = (worn.path("world.ended")[:, -2] == 0) & (base.path("world.ended")[:, -2] == 0)
    assert (chance[going] > 0).all()
    collapse = {"world.collapse_rate": 5.0, "world.collapse_below": 0.5}
    fallen = simulate(collapse | step("durian-sanctions") | STRAIN)
    assert (fallen.path("sides.A.collapsed")[:, -1] == 1).mean() > 0.5
    assert (fallen.path("sides.B.collapsed") == 0).all()
    assert (fallen.path("world.settled") == 0).all()


STRAIN: dict[str, Any] = {"instruments.durian-sanctions.levers.endurance.strain": 0.08}
