"""A seminar: its past stays as it was, nobody sees what is to come, and what is kept survives."""

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import tertius
from tertius.engine import Layout, Options, Sampled
from tertius.impact.observables import WAYS
from tertius.impact.seminar.playing import FUTURES, SEED, Others, past_of, path_hash
from tertius.impact.seminar.records import MAIN, Game
from tertius.impact.seminar.table import KEPT, Table, begin, leads, seat_of
from tertius.world import load_scenario

pytestmark = pytest.mark.usefixtures("compiled")
WEEKS = 26
LUCK = 7_300_411_892_106
LASTING = {
    "world.quick_end_rate": 0.0,
    "world.slow_end_rate": 0.0,
    "world.old_end_rate": 0.0,
    "world.very_old_end_rate": 0.0,
    "world.collapse_rate": 0.0,
}
"""Quantities under which the war goes on."""


@pytest.fixture(scope="module")
def layout() -> Layout:
    return Layout.of(load_scenario("river-war"), LASTING)


@pytest.fixture(autouse=True)
def luck(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hidden future in every run of these tests."""
    monkeypatch.setattr("tertius.impact.seminar.table.secrets.randbelow", lambda below: LUCK)


@pytest.fixture
def table(layout: Layout, tmp_path: Path) -> Table:
    return begin(tmp_path / "s", layout, ["duria", ["corvia", "estmark"]], "month", WEEKS, ["Ann"])


def moves_of(game: Game, branch: str = MAIN) -> list[dict[str, object]]:
    return [dict(turn.moves) for turn in game.branches[branch].turns]


def test_where_the_program_decides_the_future_is_one_of_its_own(layout: Layout, table: Table) -> None:
    for _ in range(3):
        game = table.play(absent="program")
    every = [path for path, _ in layout.recorded]
    plain = Sampled(layout, Options(1, 12, game.seed, replicates=1)).outputs(every, {})
    assert np.array_equal(past_of(layout, game, moves_of(game)).everything, plain)
    assert path_hash(past_of(layout, game, moves_of(game)), 12) == game.branches[MAIN].now.path


def test_the_past_stays_bit_for_bit_whatever_is_played_later(layout: Layout, table: Table) -> None:
    first = table.game
    table.hand_in("duria", ["durian-warning:up", "durian-shells:up"])
    one = table.play(absent="nothing")
    table.hand_in("corvia", ["corvian-legion:down"])
    two = table.play(absent="program")
    before = past_of(layout, one, moves_of(one)).everything
    after = past_of(layout, two, moves_of(two)).everything
    assert after.shape[1] == 9
    assert np.array_equal(after[:, :5], before)
    assert np.array_equal(past_of(layout, first, []).everything[:, :1], before[:, :1])
    assert [turn.position.path for turn in two.branches[MAIN].turns] == [
        path_hash(past_of(layout, two, moves_of(two)), week) for week in (0, 4)
    ]


def test_played_states_take_the_steps_they_were_given_and_no_others(layout: Layout, table: Table) -> None:
    table.hand_in("duria", ["durian-warning:up"])
    table.play(absent="nothing")
    table.hand_in("estmark", ["estmark-mediation:up"])
    table.play(absent="nothing")
    table.hand_in("duria", ["durian-warning:down"])
    for _ in range(5):
        game = table.play(absent="nothing")
    now = game.branches[MAIN].now
    taken = [(step.week, step.instrument, step.direction) for step in now.known.steps if step.state in game.states]
    assert taken == [(1, "durian-warning", "up"), (5, "estmark-mediation", "up"), (9, "durian-warning", "down")]
    assert now.known.week == WEEKS
    with pytest.raises(tertius.OptionError, match="week 26 has been played"):
        table.play(absent="nothing")
    with pytest.raises(tertius.OptionError, match="week 26 has been played"):
        table.hand_in("duria", [])


def test_in_the_futures_of_the_chances_every_step_so_far_is_as_it_was(layout: Layout, table: Table) -> None:
    for moves in (["durian-shells:up"], ["durian-shells:down"], ["durian-warning:up"]):
        table.hand_in("duria", moves)
        game = table.play(absent="program")
    now = game.branches[MAIN].now
    names = list(layout.scenario.instruments)
    paths = [f"instruments.{name}.level" for name in names]
    others = Others.of(layout, now.known, 16, paths)
    found = others.found[others.agree]
    lived = past_of(layout, game, moves_of(game))
    assert {step.state for step in now.known.steps} - {"duria"}, "others have stepped too"
    assert len(found) > 200
    for place, path in enumerate(paths):
        assert (found[:, :13, place] == lived.path(path)[:, :13]).all(), path
        assert game.seed != SEED


def test_a_chance_is_the_share_of_futures_that_take_the_step(layout: Layout, table: Table) -> None:
    now = table.game.branches[MAIN].now
    names = [lever.instrument for lever in now.own["duria"].levers]
    paths = [f"instruments.{name}.level" for name in names]
    paths += [f"instruments.{name}.steps.{way}.chance" for name in names for way in WAYS]
    others = Others.of(layout, now.known, 4, paths)
    wide = Sampled(layout, Options(8000, 4, 77, replicates=1)).outputs(paths[: len(names)], {})
    moved = np.diff(wide, axis=1)
    assert others.agree.sum() <= FUTURES
    for place, name in enumerate(names):
        for way, sign in (("up", 1), ("down", -1)):
            share = _first_is(moved[:, :, place], sign).mean()
            error = np.sqrt(share * (1 - share) / 8000) + 0.015
            assert abs(others.chance(name, way, 4) - share) < 3 * error, (name, way)
    nothing = (moved == 0).all(axis=(1, 2)).mean()
    assert abs(others.nothing(names, 4) - nothing) < 0.06
    told = {choice.move: choice.chance for lever in now.own["duria"].levers for choice in lever.choices}
    assert told["durian-shells:up"] == others.chance("durian-shells", "up", 4)


def _first_is(moved: np.ndarray, sign: int) -> np.ndarray:
    """Whether the first step of an instrument goes that way, shape (future,)."""
    first = (moved != 0).argmax(axis=1)
    return moved[np.arange(len(moved)), first] == sign


def test_nothing_of_a_later_week_is_told(table: Table) -> None:
    for turn in range(5):
        game = table.play(absent="program")
        for at, each in enumerate([*(turn.position for turn in game.branches[MAIN].turns), game.branches[MAIN].now]):
            known = each.known
            assert known.week == 4 * at <= 4 * (turn + 1)
            assert all(step.week <= known.week for step in known.steps)
            assert all(happening.week <= known.week for happening in known.openly)
            assert all(max(series.weeks, default=0) <= max(0, known.week - series.lag) for series in known.series)
            assert all(len(series.weeks) == len(series.values) for series in known.series)
            assert all(coming.day > known.day for coming in known.coming)
            assert str(game.seed) not in repr(each)


def test_a_map_is_out_a_week_late_and_a_leader_knows_its_own(layout: Layout, tmp_path: Path) -> None:
    table = begin(tmp_path / "s", layout, ["avria", "duria"], "week", 10)
    for _ in range(3):
        game = table.play(absent="program")
    now = game.branches[MAIN].now
    lived = past_of(layout, game, moves_of(game))
    land = next(series for series in now.known.series if series.name == "Borland's land held by Avria")
    assert land.weeks == (0, 1, 2)
    assert land.values == tuple(lived.path("theatres.river.area")[0, :3].tolist())
    held = {stock.name: stock for stock in now.own["avria"].stocks}
    assert held["Borland's land held by Avria"].now == lived.path("theatres.river.area")[0, 3]
    assert held["Avria: artillery rounds in stock"].unit == "rounds"
    assert now.own["duria"].stocks == ()
    perceived = lived.path("stakes.invasion.perceived")[0, 3]
    assert perceived in [stake.change for stake in now.own["duria"].stakes]


def test_branches_are_kept_and_the_same_moves_lead_to_the_same_place(table: Table) -> None:
    table.hand_in("duria", ["durian-warning:up"])
    table.play(absent="nothing")
    table.play(absent="nothing")
    table.branch("again", 1)
    table.branch("hard", 1)
    table.play("again", absent="nothing")
    table.hand_in("duria", ["durian-shells:up"], "hard")
    game = table.play("hard", absent="nothing")
    main, again, hard = (game.branches[name] for name in (MAIN, "again", "hard"))
    assert main.now == again.now
    assert main.now.path != hard.now.path
    assert (hard.parent, hard.since, len(hard.turns)) == (MAIN, 1, 2)
    assert hard.turns[0] == main.turns[0]
    for name, turn, why in ((MAIN, 1, "no branch has"), ("x" * 61, 0, "60 signs"), ("far", 9, "0 to 2"), ("", 0, "no")):
        with pytest.raises(tertius.OptionError, match=why):
            table.branch(name, turn)


def test_what_cannot_be_played_is_refused(layout: Layout, table: Table, tmp_path: Path) -> None:
    with pytest.raises(tertius.OptionError, match="duria, corvia, estmark"):
        table.play()
    with pytest.raises(tertius.OptionError, match="absent"):
        table.play(absent="all")  # type: ignore[arg-type]
    with pytest.raises(tertius.UnknownName, match="nearest: duria"):
        table.hand_in("durja", [])
    with pytest.raises(tertius.UnknownName, match="no step open to duria"):
        table.hand_in("duria", ["durian-sanctions:down"])
    with pytest.raises(tertius.UnknownName, match="no step open to duria"):
        table.hand_in("duria", ["corvian-legion:up"])
    with pytest.raises(tertius.OptionError, match="durian-shells twice"):
        table.hand_in("duria", ["durian-shells:up", "durian-shells:down"])
    with pytest.raises(tertius.OptionError, match="a list of steps"):
        table.hand_in("duria", "durian-shells:up")
    with pytest.raises(tertius.UnknownName, match="no branch"):
        table.hand_in("duria", [], "other")
    with pytest.raises(tertius.OptionError, match="the coming turn, 0"):
        table.hand_in("duria", [], turn=1)
    assert table.game.branches[MAIN].given == {}
    with pytest.raises(tertius.UnknownName, match="no state that decides 'borland'"):
        begin(tmp_path / "t", layout, ["borland"], "month", WEEKS)
    for states, pace, weeks in ((["duria", "duria"], "week", 4), ([], "week", 4), (["duria"], "year", 60)):
        with pytest.raises(tertius.OptionError):
            begin(tmp_path / "t", layout, states, pace, weeks)
    with pytest.raises(tertius.ArchiveError, match="holds a seminar already"):
        begin(table.folder, layout, ["duria"], "month", WEEKS)
    assert not (tmp_path / "t").exists()


def test_a_turn_is_played_once_however_often_it_is_asked_for(table: Table) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: table.play(absent="program", turn=0), range(4)))
    assert len(table.game.branches[MAIN].turns) == 1


def test_hands_at_the_same_moment_lose_nothing(table: Table) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda state: table.hand_in(state, "program"), ["duria", "corvia", "estmark"] * 4))
    assert set(table.game.branches[MAIN].given) == {"duria", "corvia", "estmark"}


def test_a_damaged_or_foreign_seminar_is_refused_by_name(layout: Layout, table: Table, tmp_path: Path) -> None:
    file = table.folder / KEPT.file
    whole = file.read_text()
    for text, why in (
        (whole[:-40], "cut off or edited"),
        (whole.replace('"durian-shells:up"', '"durian-shells:xx"', 1), "cut off or edited"),
        ("{}", "damaged"),
        ("[]", "damaged"),
        ("\ufeff", "damaged"),
    ):
        file.write_text(text)
        with pytest.raises(tertius.ArchiveError, match=why):
            _ = table.game
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(tertius.ArchiveError, match="damaged"):
        _ = table.game
    file.write_text(whole)
    with pytest.raises(tertius.ArchiveError, match="the scenario river-war, or the laws, were changed"):
        _ = Table(table.folder, Layout.of(layout.scenario)).game
    with pytest.raises(tertius.ArchiveError, match="is of the scenario river-war, not gulf-2025"):
        tertius.open_seminar(table.folder, "gulf-2025")
    with pytest.raises(tertius.ArchiveError, match="holds no seminar"):
        tertius.open_seminar(tmp_path / "nothing", "river-war")
    assert tertius.open_seminar(table.folder, "river-war", LASTING).branches == (MAIN,)


def test_another_past_is_refused(table: Table) -> None:
    game = table.play(absent="nothing")
    KEPT.write(table.folder, replace(game, seed=game.seed + 1))
    with pytest.raises(tertius.ArchiveError, match="bit for bit"):
        table.play(absent="nothing")


def test_it_survives_being_killed_at_any_moment(layout: Layout, table: Table) -> None:
    code = (
        "import sys, tertius\n"
        f"held = tertius.open_seminar({str(table.folder)!r}, 'river-war', {LASTING!r})\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        "    held.hand_in('duria', 'program'); held.play(absent='program')\n"
        "    print(len(held.game.branches['main'].turns), flush=True)\n"
    )
    seen = 0
    for wait in (0.05, 0.13, 0.21):
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as run:
            assert run.stdout is not None
            assert run.stdout.readline().strip() == "ready"
            time.sleep(wait)
            run.send_signal(signal.SIGKILL)
            told = run.stdout.read().split()
        game = table.game
        turns = len(game.branches[MAIN].turns)
        assert turns >= max([seen, *map(int, told)])
        assert path_hash(past_of(layout, game, moves_of(game)), 4 * turns) == game.branches[MAIN].now.path
        seen = turns
    assert [file.name for file in table.folder.iterdir() if file.name.endswith(".json")] == [KEPT.file]


def test_secrets_open_their_own_seat_alone(table: Table) -> None:
    game = table.game
    assert [seat_of(game, seat.token) for seat in game.seats] == list(game.seats)
    assert len({game.lead, *(seat.token for seat in game.seats)}) == 3
    assert all(len(secret) >= 32 for secret in (game.lead, *(seat.token for seat in game.seats)))
    for wrong in ("", "1", game.lead, game.seats[0].token[:-1], "\u00e9"):
        assert seat_of(game, wrong) is None
    assert leads(game, game.lead)
    assert not leads(game, game.seats[0].token)
    assert (table.folder / KEPT.file).stat().st_mode & 0o077 == 0


def test_a_course_lies_where_it_does_among_the_futures(layout: Layout, table: Table) -> None:
    assert table.courses() == ()
    for _ in range(2):
        game = table.play(absent="program")
    land = table.courses()[0]
    lived = past_of(layout, game, moves_of(game)).path("theatres.river.area")[0].astype(float)
    assert land.played == pytest.approx(tuple(lived - lived[0]), abs=1e-3)
    assert len(land.played) == len(land.low) == 9
    plain = Sampled(layout, Options(FUTURES, 8, SEED, replicates=1)).outcomes({})[:, -1, 0]
    assert land.below == pytest.approx((plain < land.played[-1]).mean(), abs=1 / FUTURES)
    assert land.median[-1] == pytest.approx(np.median(plain))


def test_prospects_are_differences_on_the_same_futures(layout: Layout, table: Table) -> None:
    found = {each.move: each.changes for each in table.prospects("duria")}
    assert set(found) == {"durian-shells:up", "durian-shells:down", "durian-sanctions:up", "durian-warning:up"}
    change = {each.name: each.change for each in found["durian-shells:up"]}
    preset = {"instruments.durian-shells.forced_week": 0.0, "instruments.durian-shells.forced_step": 1.0}
    run = Sampled(layout, Options(FUTURES, WEEKS, SEED, replicates=1))
    expected = run.outcomes(preset)[:, -1, 0].mean() - run.outcomes({})[:, -1, 0].mean()
    assert change["Avria's gain of land"].mean == pytest.approx(expected, abs=1e-2)
    with pytest.raises(tertius.UnknownName):
        table.prospects("feldland")


def test_the_report_tells_steps_chances_and_branches(tmp_path: Path) -> None:
    held = tertius.begin_seminar(tmp_path / "s", "river-war", ["duria"], LASTING, names=["A | *B*\n"], weeks=12)
    assert "No turn has been played." in held.report()
    held.hand_in("duria", ["durian-warning:up"])
    chance = next(
        choice.chance
        for lever in held.now().own["duria"].levers
        for choice in lever.choices
        if choice.move == "durian-warning:up"
    )
    held.play()
    held.branch("other", 0)
    text = held.report()
    assert "- A \\| \\*B\\*: Duria" in text
    assert f"| 1 | 3 Mar 2031 | Duria | Durian warning to Corvia, up to “words” | {100 * chance:.0f}% |" in text
    assert "## Branch other" in text
    assert "Taken from main at turn 1." in text
    assert str(held.game.seed) not in text + repr(held)
    assert "## Branch main" not in held.report("other")
