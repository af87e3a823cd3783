"""Parts of an answer are plain data: each survives JSON whole, and holds nothing that cannot be written down."""

import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter
from tests.impact.bounds import OPTIONS as OF_BOUND
from tests.impact.bounds import bound, rivals
from tests.impact.bounds import found as found_system
from tests.impact.neighbours import found, moves, watched
from tests.inference.told import event, quantity, stand

from tertius.engine import Layout, Options
from tertius.engine.run import run_again
from tertius.impact import (
    Comparison,
    Dissent,
    Evidence,
    FirstMoves,
    Hypotheses,
    Ignorance,
    Need,
    Reactions,
    Reasons,
    System,
    all_reasons,
    compare,
    dissent,
    hypotheses,
    ignorance,
    needs,
    reactions,
    system,
)
from tertius.impact.making import lighter, make_answer
from tertius.impact.question import question_of
from tertius.impact.weighed import compare_by
from tertius.world import load_scenario

pytestmark = pytest.mark.usefixtures("compiled")


@cache
def shipped() -> Comparison:
    return compare(Layout.of(load_scenario("ukraine-2024")), Options(futures=480, weeks=5, seed=4, replicates=2))


@cache
def weighed() -> Evidence:
    scenario = load_scenario("ukraine-2024-before")
    told = event(), event("POL", "UKR", "bases", mode="denied"), quantity("officer", 15.0, 100.0, "soldier", ("RUS",))
    layout = Layout.of(scenario)
    return compare_by(layout, question_of(layout), Options(futures=200, weeks=8, seed=2), stand(scenario, *told))[2]


def one_future() -> Comparison:
    return compare(bound().base.layout, Options(futures=1, weeks=8, seed=5))


MAKERS: dict[str, tuple[Any, Callable[[], Any]]] = {
    "reactions": (Reactions, lambda: found(watched())),
    "reasons": (tuple[Reasons, ...], lambda: all_reasons(watched(), found(watched()))),
    "first moves": (FirstMoves, moves),
    "needs": (tuple[Need, ...], lambda: needs(shipped())),
    "system": (System, found_system),
    "hypotheses": (Hypotheses, rivals),
    "dissent": (tuple[Dissent, ...], lambda: dissent(shipped(), shipped().base.layout.scenario.headlines)),
    "ignorance": (tuple[Ignorance, ...], lambda: ignorance(shipped(), shipped().base.layout.scenario.headlines)),
    "evidence": (Evidence, weighed),
    "reactions of one future": (Reactions, lambda: reactions(one_future())),
    "system of one future": (System, lambda: system(one_future())),
    "hypotheses of one future": (
        Hypotheses,
        lambda: hypotheses(one_future(), dataclasses.replace(OF_BOUND, futures=1, weeks=8)),
    ),
}


@pytest.mark.parametrize("name", MAKERS)
def test_a_part_is_saved_and_read_again_whole(name: str) -> None:
    kind, make = MAKERS[name]
    made, adapter = make(), TypeAdapter(kind)
    assert made
    text = adapter.dump_json(made)
    assert b"NaN" not in text
    assert b"Infinity" not in text
    assert adapter.validate_json(text) == made
    check_plain(made, name)


def check_plain(value: Any, where: str) -> None:
    if dataclasses.is_dataclass(value):
        assert type(value).__module__.startswith("tertius.impact."), where
        for field in dataclasses.fields(value):
            check_plain(getattr(value, field.name), f"{where}.{field.name}")
    elif type(value) is tuple:
        for place, one in enumerate(value):
            check_plain(one, f"{where}[{place}]")
    elif type(value) is dict:
        for key, one in value.items():
            assert type(key) is str, where
            check_plain(one, f"{where}[{key}]")
    else:
        assert value is None or type(value) in (float, int, str, bool, date), f"{where} is a {type(value)}"
        assert value == value, f"{where} is no number"


def test_the_evidence_holds_what_each_claim_says_and_moves() -> None:
    counting = [one for one in weighed().claims if one.moves is not None]
    assert {one.standing for one in counting} == {"counts"}
    assert len(counting) == 2
    sent, officers = counting
    assert sent.moves is not None
    assert sent.said == {"source": "PRK", "action": "AID", "target": "RUS", "mode": "happened"}
    assert sent.moves.truth.with_it > sent.moves.truth.without
    assert officers.said["value"] == 15.0
    (value,) = weighed().values
    assert value.claims == (officers.number,)
    assert {one.week for one in weighed().outcomes} == {4, 8}


def records(kind: Any) -> set[type]:
    """All records that a type is made of."""
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return {kind}.union(*(records(hint) for hint in hints.values()))  # type: ignore[arg-type]
    if typing.get_origin(kind) in (tuple, dict, typing.Union, types.UnionType):
        return set().union(*(records(one) for one in typing.get_args(kind)))
    return set()


RECORDS = sorted(set().union(*(records(kind) for kind, _ in MAKERS.values())), key=lambda record: record.__name__)


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_of_a_part_says_what_it_is(record: type) -> None:
    lines = (record.__doc__ or "").splitlines()
    words = {line.split()[0] for line in lines if line.strip() and "  " in line.strip()}
    missing = [field.name for field in dataclasses.fields(record) if field.name not in words]
    assert not missing, f"{record.__name__} says nothing of {missing}"


def test_what_an_archive_tells_of_every_state_is_read_from_the_answers_own_futures() -> None:
    layout = Layout.of(load_scenario("river-war"))
    options = Options(futures=30, weeks=4, seed=2)
    plain = make_answer(layout, question_of(layout), options)
    saved = make_answer(layout, question_of(layout), options, to_save=True)
    assert saved.answer == plain.answer
    for one, two in ((saved.comparison.base, plain.comparison.base), (saved.comparison.other, plain.comparison.other)):
        again = run_again(two, two.trajectories)
        assert one.told is not None
        assert np.array_equal(one.told, again.quantiles)
        assert one.further is None
    assert lighter(saved).comparison.base.told is saved.comparison.base.told
