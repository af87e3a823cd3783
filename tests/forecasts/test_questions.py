"""Questions: rules measured against slow loops, files refused with their lines, chances that follow the scenario."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import tertius
from tertius.calendar import week_ends
from tertius.errors import DataError, OptionError, ScenarioError
from tertius.forecasts.questions.asking import _interval
from tertius.forecasts.questions.measuring import measured, window
from tertius.forecasts.questions.past import Course, course_of, rates, stepped
from tertius.forecasts.questions.reading import read_questions
from tertius.forecasts.questions.rule import Rule
from tertius.forecasts.questions.settling import Terms, read_steps, settle, steps_of
from tertius.world.recorded import RecordedStep

SHIPPED = {"ukraine-2024": 40, "korea-1950": 15, "gulf-2025": 15, "river-war": 3}
AREA = "    output: theatres.river.area\n"
SANCTIONS = "    instrument: durian-sanctions\n"
UNTIL = "    until: 2031-06-01\n"
HEAD = "tertius: 1\nquestions:\n  one:\n    text: Is it?\n"


def rule(**told: Any) -> Rule:
    return Rule(**{"output": "theatres.river.area", "above": 1.0, "until": date(2031, 6, 1), **told})


def slow(take: str, values: list[float], start: int, end: int, line: float) -> float:
    """What a rule measures, week by week."""
    week = range(start + 1, end + 1)
    if take == "last":
        return values[end]
    if take == "change":
        return values[end] - values[start]
    if take in ("max", "min", "sum", "mean"):
        inside = [values[k] for k in week]
        return {"max": max(inside), "min": min(inside), "sum": sum(inside), "mean": sum(inside) / len(inside)}[take]
    if take == "crossings":
        return float(sum(values[k] > line and not values[k - 1] > line for k in week))
    if take == "weeks-above":
        return float(sum(values[k] > line for k in week))
    moves = [values[k] - values[k - 1] for k in week]
    up, down = sum(m for m in moves if m > 0), -sum(m for m in moves if m < 0)
    return {"steps-up": up, "steps-down": down, "steps": up + down}[take]


@pytest.mark.parametrize("take", ["last", "change", "max", "min", "sum", "mean", "crossings", "weeks-above"])
@pytest.mark.parametrize("of", ["values", "changes"])
def test_a_rule_measures_what_a_loop_measures(take: str, of: str) -> None:
    values = np.random.default_rng(3).normal(size=(20, 12))
    line = {"line": 0.1} if take in ("crossings", "weeks-above") else {}
    start = 2
    found = measured(rule(take=take, of=of, **line), values, start, 10)
    used = np.diff(values, axis=1, prepend=np.nan) if of == "changes" else values
    assert found == pytest.approx([slow(take, list(row), start, 10, 0.1) for row in used])


@pytest.mark.parametrize("take", ["steps-up", "steps-down", "steps"])
def test_steps_are_counted(take: str) -> None:
    values = np.random.default_rng(4).integers(0, 4, (20, 12)).astype(float)
    found = measured(rule(output=None, instrument="durian-sanctions", take=take), values, 0, 11)
    assert found == pytest.approx([slow(take, list(row), 0, 11, 0.0) for row in values])


def test_an_unknown_week_leaves_the_measure_unknown() -> None:
    values = np.ones((1, 5))
    values[0, 2] = np.nan
    for take in ("max", "min", "sum", "mean"):
        assert np.isnan(measured(rule(take=take), values, 0, 4)).all()
    assert measured(rule(take="change"), values, 0, 4) == [0.0]
    assert not rule(take="max").holds(np.array([np.nan]), 0.5).any()


def test_only_whole_weeks_count_and_a_window_in_the_past_is_refused() -> None:
    dates = [date(2031, 3, 3), *week_ends(date(2031, 3, 3), 20)]
    assert window(rule(take="last", until=dates[4] + timedelta(days=3)), dates) == (0, 4)
    assert window(rule(take="last", since=dates[2], until=dates[4]), dates) == (2, 4)
    with pytest.raises(OptionError, match="after the as-of date"):
        window(rule(take="last", until=date(2031, 3, 1)), dates)


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        (AREA.replace("area", "aera") + "    take: last\n    above: 1\n" + UNTIL, 5, "theatres.river.area"),
        (SANCTIONS.replace("ions", "ion") + "    take: max\n    at_least: 1\n" + UNTIL, 5, "durian-sanctions"),
        (AREA + "    take: lst\n    above: 1\n" + UNTIL, 6, "last"),
        (AREA + "    take: last\n" + UNTIL, 3, "exactly one of above"),
        (AREA + "    take: last\n    above: 1\n    until: 2031-02-01\n", 8, "after the as-of date"),
        (AREA + "    take: last\n    above: 1\n", 3, "until is required"),
        (AREA + "    take: last\n    above: [2, 1]\n" + UNTIL, 7, "thresholds that rise"),
        (AREA + "    take: crossings\n    above: 1\n" + UNTIL, 3, "line"),
        (AREA + "    take: steps\n    above: 1\n" + UNTIL, 3, "name an instrument"),
        (AREA + "    take: change\n    of: changes\n    above: 1\n" + UNTIL, 7, "add `since`"),
        (SANCTIONS + "    take: max\n    at_least: 3\n" + UNTIL, 7, "what can come"),
        (SANCTIONS + "    take: max\n    at_least: 0\n" + UNTIL, 7, "what can come"),
        (AREA + "    take: last\n    above: 1\n" + UNTIL + "    txt: x\n", 9, "text"),
        (
            "    instrument: durian-sanctions\n    take: max\n    at_least: 1\n    until: 2031-06-01\n"
            "    given:\n      a: {instrument: durian-sanctions, take: max, at_least: [1, 2]}\n",
            10,
            "one threshold in a condition",
        ),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_with_its_line(
    body: str, line: int, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "q.yaml"
    file.write_text(HEAD + body)
    with pytest.raises(ScenarioError) as caught:
        read_questions(tertius.load("river-war").layout, file)
    assert any(problem.line == line and said in str(problem) for problem in caught.value.problems), str(caught.value)


def test_the_change_of_changes_is_asked_from_a_later_week_on(tmp_path: Path) -> None:
    file = tmp_path / "q.yaml"
    file.write_text(HEAD + AREA + "    take: change\n    of: changes\n    above: 1\n    since: 2031-03-20\n" + UNTIL)
    assert len(read_questions(tertius.load("river-war").layout, file).questions) == 1


def test_a_file_about_another_scenario_or_of_another_form_is_refused(tmp_path: Path) -> None:
    layout = tertius.load("river-war").layout
    file = tmp_path / "q.yaml"
    for text, said in (
        ("tertius: 1\nscenario: other\nquestions: {}\n", "river-war"),
        ("tertius: 2\nquestions: {}\n", "version 1"),
        ("tertius: 1\n", "questions is required"),
        ("[]\n", "a mapping"),
    ):
        file.write_text(text)
        with pytest.raises(ScenarioError, match=said):
            read_questions(layout, file)
    with pytest.raises(OptionError, match=r"questions\.yaml"):
        read_questions(tertius.load("ukraine-2024-before").layout)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_questions_are_read_and_many(name: str) -> None:
    found = read_questions(tertius.load(name).layout)
    assert len(found.questions) >= SHIPPED[name]
    assert len({question.about for question in found.questions}) > 2


def test_every_shipped_question_is_settled_by_the_record_or_by_a_series_of_a_source() -> None:
    from tertius.evidence import sources
    from tertius.forecasts.questions.past import series_of

    known = {series for source in sources().values() for series in source.series}
    for name in ("ukraine-2024", "korea-1950", "gulf-2025"):
        layout = tertius.load(name).layout
        for question in read_questions(layout).questions:
            for each in question.rules():
                if each.instrument is not None:
                    assert course_of(each, layout, None).kind == "level"
                else:
                    assert series_of(layout.scenario, each) in known


def test_the_base_rate_is_the_share_of_past_windows() -> None:
    values = np.cumsum(np.tile([0.0, 1.0], 26))
    course = Course(values, np.zeros(52, dtype=bool), "level", "made", date(2031, 3, 2))
    found = rates(rule(take="change", above=(1.5, 2.5)), course, 0, 4, 100.0)
    assert found.base is not None
    assert found.persistence is not None
    separate = (48 + 3) / 4
    assert found.base == pytest.approx(((separate + 0.5) / (separate + 1), 0.5 / (separate + 1)))
    assert found.persistence == pytest.approx((0.9 + 0.1 * found.base[0], 0.1 * found.base[1]))
    # a level is asked of as if each past window had begun where we stand now
    moved = rates(rule(take="last", above=(101.5,)), course, 0, 4, 100.0)
    assert moved.base == pytest.approx(found.base[:1])
    short = rates(rule(take="change", above=(1.5,)), course, 0, 40, 0.0)
    assert short.base is None
    assert "fewer than" in short.source


def test_a_redrawn_map_is_no_event_of_the_past() -> None:
    values = np.zeros(40)
    values[20:] = 500.0
    masked = np.zeros(40, dtype=bool)
    for mask, share in ((masked, 4 / 36), (masked | (np.arange(40) == 20), 0.0)):
        found = rates(
            rule(take="change", above=(100.0,)), Course(values, mask, "level", "m", date(2031, 3, 2)), 0, 4, 0.0
        )
        assert found.base is not None
        windows = found.windows
        assert found.base[0] == pytest.approx((share * windows + 0.5) / (windows + 1))


def test_steps_on_record_become_levels_and_counts() -> None:
    def step(day: date, way: str, after: int | None) -> RecordedStep:
        told = {"id": str(day), "date": day, "instrument": "x", "step": way, "after": after, "text": "t", "source": "s"}
        return RecordedStep(**told)

    days = [date(2031, 3, 2) + timedelta(days=7 * k) for k in range(4)]
    record = {
        "a": step(date(2031, 3, 5), "up", None),
        "b": step(date(2031, 3, 6), "up", None),
        "c": step(date(2031, 3, 20), "down", None),
    }
    level = stepped(rule(output=None, instrument="x", take="max"), record, days, 1.0, 2)
    assert list(level) == [1.0, 2.0, 2.0, 1.0]
    ups = stepped(rule(output=None, instrument="x", take="steps-up"), record, days, 0.0, 2)
    assert list(ups) == [0.0, 2.0, 2.0, 2.0]
    both = stepped(rule(output=None, instrument="x", take="steps"), record, days, 0.0, 2)
    assert list(both) == [0.0, 2.0, 2.0, 3.0]


def holding(values: list[float], masked: tuple[int, ...] = (), first: date = date(2031, 3, 2)) -> Any:
    weeks = np.arange(np.datetime64(first), np.datetime64(first) + np.timedelta64(7 * len(values), "D"), 7)
    marks = np.isin(np.arange(len(values)), masked)
    last = first + timedelta(days=7 * (len(values) - 1))
    series = SimpleNamespace(weeks=weeks, values=np.array(values), masked=marks, kind="level", last=last)
    return SimpleNamespace(names=lambda: ("made.area",), series=lambda name: series)


def test_what_came_is_settled_void_pending_or_overdue() -> None:
    terms = Terms(rule(take="change", series="made.area", until=date(2031, 3, 30)), date(2031, 3, 2), 0.0, 0)
    later = date(2031, 4, 6)
    assert settle(terms, holding([0, 1, 2, 3, 9]), None, later).value == 9.0
    assert settle(terms, holding([0, 1, 2, 3, 9], masked=(2,)), None, later).status == "void"
    assert settle(terms, holding([0, 1, 2, 3, np.nan]), None, later).status == "void"
    assert settle(terms, holding([0, 1, 2]), None, later).status == "pending"
    assert settle(terms, holding([0, 1, 2]), None, date(2031, 6, 1)).status == "overdue"
    assert settle(terms, None, None, date(2031, 3, 10)).status == "pending"


def test_a_record_settles_only_up_to_the_day_to_which_it_is_whole(tmp_path: Path) -> None:
    scenario = tertius.load("river-war").record
    asked = rule(output=None, instrument="durian-sanctions", take="max", at_least=(1.0,), above=None)
    terms = Terms.of(asked, scenario)
    assert settle(terms, None, steps_of(scenario), date(2031, 6, 20)).status == "pending"
    file = tmp_path / "record.yaml"
    body = (
        "record:\n  s:\n    date: 2031-04-01\n    instrument: durian-sanctions\n    step: up\n    after: 1\n"
        "    text: On officers and banks.\n    source: a page\n"
    )
    file.write_text("tertius: 1\nscenario: river-war\nuntil: 2031-06-30\n" + body)
    found = settle(terms, None, read_steps(file), date(2031, 6, 20))
    assert (found.status, found.value) == ("settled", 1.0)
    file.write_text("tertius: 1\nscenario: river-war\nuntil: 2031-03-30\n" + body)
    with pytest.raises(ScenarioError, match="a day up to until"):
        read_steps(file)


def test_nothing_settles_a_rule_without_series_or_record() -> None:
    layout = tertius.load("river-war").layout
    with pytest.raises(DataError, match="no series and no record"):
        course_of(rule(take="last"), layout, None)


def test_an_interval_holds_its_chance_and_narrows() -> None:
    for share in (0.0, 0.2, 1.0):
        wide = _interval(share, 0.03 * (0 < share < 1), 200)
        narrow = _interval(share, 0.01 * (0 < share < 1), 4000)
        assert wide[0] <= share <= wide[1]
        assert narrow[1] - narrow[0] < wide[1] - wide[0]


def test_chances_come_from_the_futures_and_follow_the_scenario(compiled: None) -> None:
    usual = tertius.ask("river-war", futures=800, only=["land"]).asked[0]
    chances = [each.chance for each in usual.branches[0].chances]
    assert chances == sorted(chances, reverse=True)
    pushed = tertius.ask("river-war", futures=800, only=["land"], assume={"theatres.river.tempo": 60.0}).asked[0]
    moved = [one.chance - other.chance for one, other in zip(pushed.branches[0].chances, usual.branches[0].chances)]
    assert max(abs(each) for each in moved) > 0.1


def test_a_condition_with_too_few_futures_is_told_no_chance(compiled: None) -> None:
    asked = tertius.ask("river-war", futures=400, only=["steps"]).asked[0]
    by_name = {branch.name: branch for branch in asked.branches}
    assert sum(branch.futures for branch in asked.branches) == 400
    few = by_name["second"]
    assert few.futures < 200
    assert few.refused is not None
    assert "fewer than 200" in few.refused
    assert not few.chances
    assert by_name["none"].chances
    with pytest.raises(OptionError, match="200 or more"):
        tertius.ask("river-war", futures=100)
