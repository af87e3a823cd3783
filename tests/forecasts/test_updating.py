"""Update and replay: nothing later than a date is used, a posterior carried on is that of a fit, causes add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tertius
from tertius.engine import Layout, Options
from tertius.errors import DataError, OptionError
from tertius.evidence import out_on, read_data
from tertius.forecasts.questions.asking import ask
from tertius.forecasts.questions.begun import Begun
from tertius.forecasts.questions.past import Course, rates
from tertius.forecasts.questions.reading import read_questions
from tertius.forecasts.questions.rule import Question, Rule
from tertius.forecasts.questions.settling import read_steps
from tertius.forecasts.updating.cases import NOT_CARRIED, case_of, events_by
from tertius.forecasts.updating.changes import past_of, shared_out
from tertius.forecasts.updating.numbers import Kept, Number, kept, mended, numbers_of, open_questions
from tertius.forecasts.updating.record import shipped
from tertius.forecasts.updating.replay import Stretch
from tertius.forecasts.updating.sequence import packed, unpacked
from tertius.inference.fit import Effort, Model, fit_structure
from tertius.inference.measuring import striking_record
from tertius.inference.sequential import assimilate, begin, drawn, fitted_of
from tertius.inference.structures import structures_of
from tertius.inference.structures.base import Measured
from tertius.world import load_scenario
from tertius.world.moving import Told, moved, unmoved
from tertius.world.recorded import RecordedStep

RECORD = """
tertius: 1
scenario: river-war
until: 2031-06-29
record:
  a: {date: 2031-03-12, instrument: durian-sanctions, step: up, text: Officers and banks., source: a gazette}
events:
  entry: 2031-03-10
"""
QUESTIONS = """
tertius: 1
questions:
  lists:
    text: Steps of the sanctions?
    instrument: durian-sanctions
    take: steps-up
    at_least: [1, 2]
    until: 2031-06-29
  soon:
    text: Steps by the end of the week?
    instrument: durian-sanctions
    take: max
    at_least: 1
    until: 2031-03-09
"""


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTIUS_DATA", str(tmp_path / "data"))


def readings(weeks: int) -> Measured:
    """Weekly gains about a level, with a spell of larger ones; of a fixed seed."""
    generator = np.random.Generator(np.random.Philox(key=5))
    change = np.full((weeks, 2), np.nan)
    change[:, 0] = 30.0 + 15.0 * generator.standard_normal(weeks)
    return Measured(change, (0.0, 100.0), None, 1000.0)


def test_a_posterior_carried_on_is_that_of_a_fit() -> None:
    """Twenty weeks one by one give the means of a long fit on all of them, within a third of their spread."""
    from tertius.inference.measuring import targets

    target = next(
        each for each in targets(Layout.of(load_scenario("ukraine-2024-before"))) if each.name == "front-area"
    )
    structure = next(each for each in structures_of("area") if each.name == "moving-level")
    model = Model(target, structure)
    held = begin(model, readings(40), 1, "begin", 400)
    steps = []
    for week in range(41, 61):
        held, step = assimilate(model, held, readings(week), 1, f"{week}")
        steps.append(step)
    assert held.weight.sum() == pytest.approx(1.0)
    assert all(0.0 < step.effective <= 1.0 + 1e-9 for step in steps)
    carried = fitted_of(model, held, readings(60), 1, "end")
    whole = fit_structure(model, readings(60), 2, "whole", 400, Effort(64, 200, 50, 4))
    for name in ("tempo", "long_run_tempo", "area_noise"):
        ours = (carried.named | carried.end)[name]
        theirs = (whole.named | whole.end)[name]
        assert ours.mean() == pytest.approx(theirs.mean(), abs=0.35 * float(theirs.std())), name


def test_rows_are_drawn_as_often_as_their_weights_say() -> None:
    weight = np.array([0.5, 0.25, 0.25, 0.0])
    for start in (0.0, 0.3, 0.999):
        assert np.bincount(drawn(weight, 8, start), minlength=4).tolist() == [4, 2, 2, 0]


def test_a_case_moves_levels_events_and_the_calendar() -> None:
    scenario = load_scenario("ukraine-2024")
    step = RecordedStep(
        id="s", date=date(2024, 11, 17), instrument="USA-strikes", step="up", text="t", source=("a page",)
    )
    told = Told({"s": step}, "a record", {"front": (110500.0, "a map")}, {"prk-entry": date(2024, 11, 5)})
    found = moved(scenario, date(2024, 12, 1), told)
    then = found.scenario
    Layout.of(then)
    assert then.as_of == date(2024, 12, 1)
    assert then.instruments["USA-strikes"].level.value == scenario.instruments["USA-strikes"].level.central + 1
    assert then.record["s"].after == then.instruments["USA-strikes"].level.value
    assert then.theatres["front"].quantities["area"].value == 110500.0
    assert then.events["prk-entry"].status == "happened"
    assert then.contingents["kpa"].quantities["troops"].central > 1000
    assert then.comparison is not None
    assert then.comparison.mode == "withdraw"
    states = {each.path: each.state for each in found.passed}
    assert states["events.prk-entry"] == "happened"
    assert states["calendar.USA-election-2024"] == "unknown"
    assert scenario.as_of == date(2024, 11, 3)


def test_what_begins_again_is_told() -> None:
    """Stocks and damage of strikes are not moved, and a damage that a weapon does is none of them."""
    base = Layout.of(load_scenario("ukraine-2024-before"))
    case = case_of(base, None, [], date(2024, 10, 27), None, 1)
    stay = set(unmoved(case.moved.scenario, case.moved.overlay))
    kinds = {(path.partition(".")[0], path.rpartition(".")[2]) for path in stay}
    assert {("weapons", "stock"), ("defences", "interceptors"), ("targets", "damage"), ("sides", "shells")} <= kinds
    assert ("weapons", "damage") not in kinds
    (note,) = [each for each in case.notes if "begin again as written" in each]
    struck = [name for name in base.scenario.observations if striking_record(base.scenario, name)]
    assert [each for each in case.notes if NOT_CARRIED in each and each.partition(":")[0] in struck]
    assert not [each for each in case.notes if "no new series" in each and each.partition(":")[0] in struck]
    assert all(f".{kind}" in note for kind in ("stock", "interceptors", "damage", "shells", "troops"))


def test_moved_back_nothing_later_is_left() -> None:
    day = date(2024, 1, 7)
    found = moved(load_scenario("ukraine-2024-before"), day)
    then = found.scenario
    Layout.of(then)
    assert max(step.date for step in then.record.values()) <= day
    assert all(fact.date <= day for fact in then.facts.values())
    assert max(row.date for each in then.theatres.values() for row in each.history) <= day
    assert max(each.known_since for each in then.calendar.values()) <= day
    assert then.theatres["kursk"].quantities["area"].value == 0.0
    assert then.instruments["USA-strikes"].level.value == 0.0
    assert "hindsight" in found.notes[0]
    with pytest.raises(OptionError, match="after the war began"):
        moved(load_scenario("ukraine-2024-before"), date(2022, 1, 1))


def test_what_is_known_stands_before_each_future() -> None:
    scenario = load_scenario("river-war")
    record = {
        "a": RecordedStep(
            id="a",
            date=date(2031, 3, 12),
            instrument="durian-sanctions",
            step="up",
            after=1,
            text="t",
            source=("report",),
        )
    }
    now = moved(scenario, date(2031, 3, 23), Told(record, "x")).scenario
    begun = Begun(scenario, now, None, date(2031, 3, 23))
    assert begun.days == [date(2031, 3, 3), date(2031, 3, 9), date(2031, 3, 16), date(2031, 3, 23)]
    counted = Rule(instrument="durian-sanctions", take="steps-up", at_least=(1.0,), until=date(2031, 6, 29))
    level = counted.model_copy(update={"take": "max"})
    assert begun.known(counted).tolist() == [0, 0, 1, 1]
    future = np.array([[1.0, 1.0, 2.0], [1.0, 0.0, 0.0]])
    assert begun.joined(counted, future, False).tolist() == [[0, 0, 1, 1, 1, 2], [0, 0, 1, 1, 0, 0]]
    assert begun.joined(level, future, False)[:, :3].tolist() == [[0, 0, 1], [0, 0, 1]]
    with pytest.raises(OptionError, match="a Sunday"):
        _ = Begun(scenario, moved(scenario, date(2031, 3, 20)).scenario, None, date(2031, 3, 20)).days
    with pytest.raises(DataError, match="no record of steps after 2031-03-16"):
        replace(begun, recorded=date(2031, 3, 16), _known={}).known(counted)
    with pytest.raises(DataError, match="no series"):
        begun.known(Rule(output="theatres.river.area", take="last", above=(1.0,), until=date(2031, 6, 29)))


def test_the_base_rate_of_a_question_half_over_counts_what_is_known() -> None:
    """Two steps known of four asked: past windows of the rest need two more."""
    rule = Rule(instrument="x", take="steps-up", at_least=(3.0,), until=date(2031, 3, 30))
    course = Course(np.arange(40) // 4 * 1.0, np.zeros(40, dtype=bool), "level", "made", date(2031, 3, 16))
    none = rates(rule, course, 0, 4, 0.0)
    known = rates(rule, course, 0, 6, 2.0, None, np.array([0.0, 2.0]))
    assert none.base is not None
    assert known.base is not None
    assert known.base[0] > 0.9 > 0.1 > none.base[0]


def question(until: date, since: date | None = None) -> Question:
    return Question(id="q", text="?", instrument="x", take="max", at_least=(1.0,), until=until, since=since)


def test_a_question_is_open_until_its_last_sunday() -> None:
    first = date(2031, 3, 3)
    assert open_questions([question(date(2031, 3, 31))], first, date(2031, 3, 23))[1] == []
    assert open_questions([question(date(2031, 3, 31))], first, date(2031, 3, 30))[1] == ["q"]


def number(value: float, error: float = 0.01, day: str = "2031-03-09") -> Number:
    return Number("chance", "q", "2031-06-29", day, "1", value, 0.0, 1.0, error, "q", "", 1.0)


def held(value: float, day: date) -> Kept:
    one = number(value, day=day.isoformat())
    return Kept(day, "", {"data": "d", "evidence": "", "scenario": "s", "code": "c"}, {one.key: one})


def test_causes_add_up_and_code_is_what_the_same_inputs_give_today() -> None:
    last, now = held(0.2, date(2031, 3, 2)), number(0.6)
    worth = {
        frozenset[str](): 0.25,
        frozenset({"data"}): 0.5,
        frozenset({"scenario"}): 0.3,
    }

    def run(new: frozenset[str]) -> dict[tuple[str, str, str], Number]:
        return {now.key: replace(now, value=worth[new])}

    found = shared_out([now.key], {now.key: now}, last, ("data", "scenario", "code"), run)[now.key]
    assert sum(found.values()) == pytest.approx(0.4)
    assert found["code"] == pytest.approx(0.05)
    assert found["data"] == pytest.approx((0.25 + 0.3) / 2)
    alone = shared_out([now.key], {now.key: now}, last, ("data",), run)[now.key]
    assert alone == {"data": pytest.approx(0.4)}


def test_last_month_and_baseline() -> None:
    days = [date(2031, 3, 2) + timedelta(days=7 * k) for k in range(8)]
    every = [held(0.1, day) for day in days]
    last, month, baseline = past_of(every, days[-1], None)
    assert last is not None
    assert month is not None
    assert baseline is not None
    assert (last.available, month.available, baseline.available) == (days[-2], days[3], days[0])
    assert past_of(every, days[-1], days[4])[2] == every[4]
    with pytest.raises(OptionError, match="--baseline"):
        past_of(every, days[-1], date(2031, 1, 1))


def test_the_shipped_record_is_a_record() -> None:
    table = shipped()
    assert table.beside(False, 13, 0.05).startswith("said 0-20% ")
    assert table.beside(True, 4, 1.0).startswith("said 80-100% ")
    for cell in table.cells:
        assert 0 <= cell.came <= cell.said
        assert 0.0 <= cell.brier <= 1.0


def test_a_stretch_has_sundays() -> None:
    assert Stretch(date(2024, 1, 1), date(2024, 1, 31), 2).days == [date(2024, 1, 7), date(2024, 1, 21)]
    with pytest.raises(OptionError, match="a Sunday"):
        _ = Stretch(date(2024, 1, 1), date(2024, 1, 3)).days


def update(folder: Path, day: str, **more: Any) -> Any:
    (folder / "record.yaml").write_text(RECORD)
    (folder / "q.yaml").write_text(QUESTIONS)
    given: dict[str, Any] = {
        "file": folder / "q.yaml",
        "records": [folder / "record.yaml"],
        "out": folder / "weekly",
        "ledger": f"sqlite:///{folder / 'l.sqlite'}",
        "futures": 400,
    }
    return tertius.update("river-war", None, day, **given | more)


@pytest.mark.slow
def test_an_update_moves_asks_seals_and_tells_why(compiled: None, tmp_path: Path) -> None:
    first = update(tmp_path, "2031-03-09")
    assert first.over == ("soon",)
    assert first.changed == ("data",)
    assert first.sealed is not None
    assert len(first.sealed.added) == 1
    second = update(tmp_path, "2031-03-16")
    chance = {each.now.name: each for each in second.changes if each.now.kind == "chance"}
    done = chance["lists at least 1"]
    assert done.now.value == 1.0  # the step is on record
    assert done.last is not None
    assert done.causes["data"] == pytest.approx(1.0 - done.last.value)
    assert not done.is_noise
    assert [each.state for each in second.passed] == ["happened"]
    again = update(tmp_path, "2031-03-16")
    assert [each.now.value for each in again.changes] == [each.now.value for each in second.changes]
    assert tertius.load(second.file).record.as_of == date(2031, 3, 16)
    assert [each.available.isoformat() for each in kept(tmp_path / "weekly" / "river-war.numbers.jsonl")] == [
        "2031-03-03",
        "2031-03-09",
        "2031-03-16",
    ]
    with pytest.raises(OptionError, match="a Sunday"):
        update(tmp_path, "2031-03-18")
    with pytest.raises(OptionError, match="after 2031-03-03"):
        update(tmp_path, "2031-03-02")
    with pytest.raises(OptionError, match="a record of river-war"):
        update(tmp_path, "2031-03-23", records=["korea-1950"])
    file = tmp_path / "weekly" / "river-war.numbers.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"recorded": "2031-')
    told = update(tmp_path, "2031-03-16")
    assert any("set aside" in each for each in told.notes)
    assert file.read_bytes().startswith(whole)
    assert file.with_name(f"{file.name}.torn").read_text() == '{"recorded": "2031-\n'
    assert not any("set aside" in each for each in update(tmp_path, "2031-03-16").notes)
    file.write_text("no number\n")
    with pytest.raises(DataError, match="line 1"):
        update(tmp_path, "2031-03-23")


@pytest.mark.slow
def test_a_changed_scenario_is_a_cause_of_its_own(compiled: None, tmp_path: Path) -> None:
    update(tmp_path, "2031-03-09")
    told = update(tmp_path, "2031-03-16", assume={"instruments.durian-sanctions.steps.up.rate": 12.0})
    assert told.changed == ("data", "scenario")
    (found,) = [each for each in told.changes if each.now.name == "lists at least 2"]
    assert found.causes["scenario"] > 0.1
    assert sum(found.causes.values()) == pytest.approx(found.change)


def test_a_line_that_lacks_only_its_end_is_no_loss(tmp_path: Path) -> None:
    file = tmp_path / "x.numbers.jsonl"
    assert mended(file) == ""
    for torn, left in ((b'{"a": 1}', b'{"a": 1}\n'), (b"\xff\x00", b""), (b'{"a"', b"")):
        file.write_bytes(b"{}\n" + torn)
        assert bool(mended(file)) == (left == b"")
        assert file.read_bytes() == b"{}\n" + left
    assert (tmp_path / "x.numbers.jsonl.torn").read_bytes() == b'\xff\x00\n{"a"\n'


def test_one_run_of_the_worlds_serves_questions_and_headlines(compiled: None, tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text(QUESTIONS)
    layout = Layout.of(load_scenario("river-war"))
    questions = read_questions(layout, tmp_path / "q.yaml").questions
    scenario, options = layout.scenario, Options(400, 1, 1)
    answers, numbers, _ = numbers_of(layout, scenario, questions, None, scenario.as_of, options)
    apart = ask(layout, questions, options)
    _, alone, _ = numbers_of(layout, scenario, [], None, scenario.as_of, options)
    assert answers is not None
    assert [each.branches for each in answers.asked] == [each.branches for each in apart.asked]
    assert [each for each in numbers if each.kind != "chance"] == alone
    assert {each.kind for each in alone} == {"level", "effect"}


DATA = Path(__file__).parents[2].parent / "shared" / "data" / "ukraine"


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
def test_a_replay_uses_nothing_later(compiled: None, tmp_path: Path) -> None:
    """Data after a date, made absurd, change no number of that date."""
    day = date(2024, 3, 3)
    base = Layout.of(load_scenario("ukraine-2024-before"))
    holdings = read_data(DATA)
    then = out_on(holdings, day)
    assert then.series("deepstate.occupied").last == day - timedelta(weeks=1), "the day's own week comes out later"
    spoilt = {name: holdings.series(name) for name in ("deepstate.occupied", "claimed-losses.personnel")}
    made = {}
    for name, series in spoilt.items():
        values = series.values.copy()
        values[series.weeks > np.datetime64(day)] = 1.0
        made[name] = replace(series, values=values)
    other = out_on(replace(holdings, _made=made), day)
    records = [read_steps("ukraine-2024")]
    cases = [case_of(base, each, records, day, None, 1) for each in (then, other)]
    rows = [case.carried.blocks[0].structures[0].rows for case in cases if case.carried is not None]
    assert np.array_equal(rows[0], rows[1], equal_nan=True)
    (tmp_path / "s.npz").write_bytes(packed(cases[0].posteriors))  # type: ignore[arg-type]
    back = unpacked(tmp_path / "s.npz")
    track = back.tracks["front-area"]
    assert np.array_equal(track.told, cases[0].posteriors.tracks["front-area"].told)  # type: ignore[union-attr]
    (tmp_path / "s.npz").write_bytes(b"none")
    with pytest.raises(DataError, match="damaged"):
        unpacked(tmp_path / "s.npz")


@pytest.mark.parametrize("told", ["2031-03-26", "called-off"])
def test_events_of_the_record_count_from_their_day_on(told: str, tmp_path: Path) -> None:
    """Before it a case is as if the record were silent; what was called off counts from the record's end on."""
    (tmp_path / "r.yaml").write_text(RECORD.replace("2031-03-10", told).replace("2031-06-29", "2031-03-30"))
    record = read_steps(tmp_path / "r.yaml")
    base = Layout.of(load_scenario("river-war"))
    days = [date(2031, 3, 9), date(2031, 3, 30)]
    early, late = (case_of(base, None, [record], day, None, 1).moved for day in days)
    silent = case_of(base, None, [replace(record, events={})], days[0], None, 1).moved
    assert early.overlay == silent.overlay
    assert early.passed == silent.passed
    assert [each.state for each in late.passed] == ["called off" if told == "called-off" else "happened"]
    assert events_by([record], days[0]) == {}


def test_accepted_claims_are_steps_until_a_record_tells_them() -> None:
    from tertius.evidence.claims.accepted import Claim
    from tertius.evidence.claims.bearings import Act, Weighable
    from tertius.forecasts.questions.settling import Steps
    from tertius.forecasts.updating.evidence import steps_of_claims

    scenario = load_scenario("river-war")
    day, until = date(2031, 3, 12), date(2031, 3, 16)
    words = {"quote": "It did.", "mode": "happened", "source": "a", "action": "b", "target": "c"}
    claim = Claim("event", words | dict.fromkeys(("number", "kind", "status"), "x"), "B2", "paper", "paper", day)
    act = Act("durian-sanctions", 1, day, 0)
    one = Weighable(claim, "counts", "", act, 10.0)
    (found,) = steps_of_claims(scenario, [one, one], [], until).record.values()
    assert (found.instrument, found.step, found.date) == ("durian-sanctions", "up", day)
    for other in (replace(one, against=True), replace(one, standing="used"), replace(one, observed=None)):
        assert steps_of_claims(scenario, [other], [], until).record == {}
    known = Steps({"s": found}, until, "a record", ("river-war",))
    assert steps_of_claims(scenario, [one], [known], until).record == {}
    assert steps_of_claims(scenario, [one], [], date(2031, 3, 9)).record == {}


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
def test_a_stale_feed_is_told_and_nothing_unknown_is_asked(compiled: None, tmp_path: Path) -> None:
    asked = {"out": tmp_path / "weekly", "unsealed": True, "futures": 200}
    told = tertius.update("ukraine-2024", DATA, "2025-01-05", **asked)
    assert any("deepstate.occupied: nothing after 2024-11-03, 63 days before" in note for note in told.notes)
    assert "no record of steps after 2024-11-03" in told.left["korean-arms"]
    assert "deepstate.occupied" in told.left["front-13w"]
    assert {each.now.kind for each in told.changes} == {"level", "effect"}
    assert tertius.load(told.file).layout.posterior is not None
