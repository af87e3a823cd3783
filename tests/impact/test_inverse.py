"""The inverse question: the smallest set of a toy is found, and what is told of a war is that of its futures."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import tertius
from tertius.engine import Options
from tertius.errors import OptionError, UnknownName
from tertius.impact import inverse as module
from tertius.impact.inverse import Assumption, _Search, chance_of, check_wanted, join, read
from tertius.impact.moves import Bench, Move, event_of
from tertius.impact.observables import target_of
from tertius.impact.stability import is_event, picture
from tertius.impact.written import plain_data
from tertius.report.inverse import inverse_text

pytestmark = pytest.mark.usefixtures("compiled")
COUNT = 1000
A, B, C, D = (Move(name, "up") for name in "abcd")


def toy(chance: Any, monkeypatch: pytest.MonkeyPatch, above: bool, wanted: float) -> _Search:
    """A search in which a set's chance is what `chance` says of the names in it."""
    monkeypatch.setattr(module, "read", lambda _, chosen: {item.instrument for item in chosen})
    bench = SimpleNamespace(
        options=SimpleNamespace(workers=1),
        comes=lambda names, _: np.arange(COUNT) < round(COUNT * chance(names)),
    )
    search = _Search(bench, target_of("war-ends", tertius.load("river-war").record), above, wanted, lambda _: None)  # type: ignore[arg-type]
    search.run([(move,) for move in (A, B, C, D)], "single")
    return search


def test_the_smallest_set_is_found_where_two_only_do_it_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Apart a gives .1 more, b .15, and c and d nothing; a and c together reach .8."""

    def chance(names: set[str]) -> float:
        return 0.8 if {"a", "c"} <= names else 0.1 + 0.1 * ("a" in names) + 0.15 * ("b" in names)

    search = toy(chance, monkeypatch, True, 0.5)
    assert search.grown((A, B, C, D), "steps") == [(A, C)]


def test_one_change_that_does_it_is_preferred_to_two(monkeypatch: pytest.MonkeyPatch) -> None:
    search = toy(lambda names: 0.9 if "d" in names else 0.1 + 0.3 * len(names), monkeypatch, True, 0.5)
    assert search.grown((A, B, C, D), "steps") == [(D,)]
    assert all(len(chosen) == 1 for chosen in search.chances)


def test_below_is_sought_the_other_way_and_the_furthest_is_told_where_none_reaches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    search = toy(lambda names: 0.9 - 0.1 * len(names & {"b", "c"}), monkeypatch, False, 0.2)
    assert search.grown((A, B, C, D), "steps") == [(B, C)]
    assert search.chances[B, C] == pytest.approx(0.7)


def test_three_that_are_needed_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    search = toy(lambda names: 0.1 + 0.2 * len(names & {"a", "b", "d"}), monkeypatch, True, 0.65)
    assert search.grown((A, B, C, D), "steps") == [(A, B, D)]


def test_a_set_changes_a_thing_once_and_has_one_order() -> None:
    high = Assumption("world.pace", 2.0, "1", 0.9)
    assert join((A,), Move("a", "down")) is None
    assert join((high,), A) == join((A,), high) == (A, high)


def test_a_chance_has_the_interval_of_jeffreys() -> None:
    told = chance_of(np.arange(100) < 20)
    assert told.share == 0.2
    assert told.interval == pytest.approx((0.1530, 0.2549), abs=2e-3)  # beta(20.5, 80.5), 10% and 90%


@pytest.fixture(scope="module")
def found() -> Any:
    return tertius.inverse("river-war", "land>200", above=0.6, futures=400, weeks=26)


def test_the_chances_told_are_those_of_fresh_futures(found: Any) -> None:
    assert found.complete
    assert found.sets
    layout = tertius.load("river-war").layout
    bench = Bench(layout, Options(futures=1500, weeks=26, seed=2))
    target = target_of("land>200", layout.scenario)
    for one in found.sets:
        again = chance_of(bench.comes(read(bench, (*one.moves, *one.assumptions)), target))
        assert again == one.fresh
        assert one.reaches == (again.share >= 0.6)
    assert chance_of(bench.comes(bench.read(), target)) == found.now


def test_what_moves_the_front_is_found_among_the_assumptions(found: Any) -> None:
    """The land gained is the front's tempo added up: its high end makes much land likely by itself."""
    (one, *_) = (one for one in found.sets if one.kind == "assumptions")
    assert one.reaches
    assert one.size == 1
    assert one.assumptions[0].path == "theatres.river.long_run_tempo"
    assert one.assumptions[0].level == 0.9


def test_the_step_that_does_most_comes_first_and_its_change_is_that_of_the_futures(found: Any) -> None:
    sizes = [one.size for one in found.shifts]
    assert sizes == sorted(sizes, reverse=True)
    layout = tertius.load("river-war").layout
    bench = Bench(layout, Options(futures=400, weeks=26, seed=1))
    first = found.shifts[0]
    base, moved = bench.read(), bench.read([first.move])
    assert first.part in picture(layout)
    if first.part in layout.scenario.outcomes:
        place = list(layout.scenario.outcomes).index(first.part)
        assert first.change == pytest.approx((moved.outcomes - base.outcomes)[:, place].mean())


def test_a_step_that_is_the_event_itself_is_no_way_to_it() -> None:
    layout = tertius.load("ukraine-2024").layout
    told = layout.scenario
    move = Move("USA-strikes", "up")
    assert is_event(layout, target_of("war.deep-strikes", told), move)
    assert is_event(layout, target_of("USA-strikes:up", told), move)
    assert not is_event(layout, target_of("war-ends", told), move)
    assert event_of("ceasefire", told).kind == "ceasefire"


def test_what_is_there_already_needs_no_change() -> None:
    told = tertius.inverse("river-war", "land>200", below=0.9, futures=200, weeks=8)
    assert told.already
    assert told.sets == ()
    assert "nothing has to change" in inverse_text(told, tertius.load("river-war").record)


def test_text_and_json_are_those_of_the_answer(found: Any) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = tertius.schema("inverse")
    jsonschema.validate(plain_data(found), schema)
    for name, held in {**schema["$defs"], "top": schema}.items():
        for key, shape in held.get("properties", {}).items():
            assert shape.get("description"), f"{name}.{key} is not told"
    text = inverse_text(found, tertius.load("river-war").record)
    assert "theatres.river.long_run_tempo" in text
    assert "1 change is enough" in text


def test_after_an_interrupt_what_is_done_is_kept() -> None:
    def stop(stage: str, done: int, __: int) -> None:
        if stage == "assumptions" and done == 1:
            raise KeyboardInterrupt

    told = tertius.inverse("river-war", "land>200", above=0.99, futures=200, weeks=8, threads=1, progress=stop)
    assert not told.complete
    assert told.shifts
    assert all(one.fresh is None for one in told.sets)
    assert "Stopped early" in inverse_text(told, tertius.load("river-war").record)


REFUSED: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "no such event": ({"event": "wars-end"}, UnknownName, "war-ends"),
    "no such end": ({"event": "ceasfire"}, UnknownName, "ceasefire"),
    "no such actor": ({"actors": ["durai"]}, UnknownName, "duria"),
    "no steps": ({"actors": ["borland"]}, OptionError, "an instrument that can be moved"),
    "no chance": ({"above": 1.5}, OptionError, "above 0 and below 1"),
    "not a number": ({"above": float("nan")}, OptionError, "above 0 and below 1"),
    "both": ({"above": 0.5, "below": 0.2}, OptionError, "leave one out"),
    "of nothing": ({"event": "", "above": 0.5}, OptionError, "name one"),
    "too few": ({"futures": 10}, OptionError, "200 to"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_asked_is_refused(case: str) -> None:
    asked, kind, hint = REFUSED[case]
    with pytest.raises(kind, match=hint):
        tertius.inverse("river-war", **{"event": "war-ends", "futures": 200, "weeks": 8, **asked})


def test_above_half_is_asked_where_nothing_is_said() -> None:
    assert check_wanted(None, None, "war-ends") == (True, 0.5)
    assert check_wanted(None, 0.3, "war-ends") == (False, 0.3)
