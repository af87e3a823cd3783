"""Every kind of job on a small war: what it gives is JSON data, and its arguments are checked before it waits."""

import atexit
import json
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

import tertius
from tertius.errors import OptionError, TertiusError, UnknownName
from tertius.web.desk import Desk
from tertius.web.jobs.kinds import KINDS, checked
from tertius.web.jobs.worker import named

RIVER = "river-war"
INSTRUMENT = "durian-shells"
SMALL: dict[str, dict[str, Any]] = {
    "brief": {"futures": 40, "weeks": 4},
    "what-if": {"futures": 40, "weeks": 4, "steps": [f"{INSTRUMENT}:up@1"]},
    "chronicle": {"future": 3, "weeks": 4},
    "given": {"instrument": INSTRUMENT, "futures": 200, "weeks": 4},
    "options": {"levers": [f"{INSTRUMENT}:up"], "futures": 200, "weeks": 4},
    "inverse": {"futures": 200, "weeks": 4},
    "indicators": {"targets": ["war-ends"], "futures": 400, "weeks": 8},
    "hypotheses": {"futures": 400, "weeks": 8},
    "watch": {"targets": ["war-ends"], "as_of": "2031-03-31", "futures": 400, "weeks": 8},
    "storylines": {"futures": 400, "weeks": 8},
    "ask": {"futures": 400},
    "weigh": {},
    "seal": {"futures": 400, "only": ["sanctions"]},
    "new": {"name": "made-up"},
    "missing": {"futures": 40, "weeks": 4},
}
OF_WHAT_IS_THERE = {
    "read": "test_evidence",
    "data": "test_watch",
    "verify": "test_questions",
    "bundle": "test_bundle",
    "prospects": "test_seminar",
    "courses": "test_seminar",
    "estimates": "test_estimates",
}
"""Kinds that need a text that was sent, a ledger or a result: tested there."""


class OneCase(Desk):
    """A desk of its own for each."""

    def __init__(self) -> None:
        folder = Path(mkdtemp(prefix="tertius-test-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        super().__init__(folder)


@pytest.fixture(scope="module")
def war() -> tertius.Scenario:
    return tertius.load(RIVER)


def done(kind: str, arguments: dict[str, Any], desk: OneCase | None = None) -> Any:
    told: list[tuple[str, int, int]] = []
    asked = checked(kind, arguments)
    found = named(KINDS[kind].place)(desk or OneCase(), RIVER, asked, lambda *each: told.append(each))
    assert all(0 <= part <= of for _, part, of in told)
    return json.loads(json.dumps(found, allow_nan=False))


def test_every_kind_is_tried() -> None:
    assert {*SMALL, *OF_WHAT_IS_THERE} == {*KINDS}


@pytest.mark.parametrize("kind", SMALL)
def test_every_kind_gives_json_data(kind: str, war: tertius.Scenario) -> None:
    arguments = dict(SMALL[kind])
    if kind == "options":
        arguments["actor"] = war.record.instruments[INSTRUMENT].actor
    found = done(kind, arguments)
    assert isinstance(found, dict)
    assert found


def test_a_brief_is_kept_and_its_result_named() -> None:
    desk = OneCase()
    assert done("brief", SMALL["brief"], desk) == {"result": "000001", "futures": 40, "complete": True}
    made = desk.answer(RIVER)
    assert made is not None
    assert made.answer.run.weeks == 4


def test_a_forced_step_is_a_setting_of_the_other_world() -> None:
    found = done("what-if", SMALL["what-if"])["answer"]
    told = {one["path"]: one["value"] for one in found["question"]["settings"]}
    assert told == {f"instruments.{INSTRUMENT}.forced_week": 1.0, f"instruments.{INSTRUMENT}.forced_step": 1.0}
    same = tertius.compare(RIVER, settings=told, futures=40, weeks=4)
    assert [row["mean"] for row in found["differences"]] == [row.mean for row in same.answer.differences]


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (["durian-shell:up"], "durian-shells"),
        ([f"{INSTRUMENT}:sideways"], "INSTRUMENT:up"),
        ([f"{INSTRUMENT}:up@4"], "0 to 3"),
        ([f"{INSTRUMENT}:up", f"{INSTRUMENT}:up@2"], "each instrument once"),
    ],
)
def test_a_step_that_cannot_be_taken_is_told(steps: list[str], said: str) -> None:
    with pytest.raises(TertiusError, match=said):
        done("what-if", {"futures": 40, "weeks": 4, "steps": steps})


@pytest.mark.parametrize(
    ("kind", "arguments", "place"),
    [
        ("what-if", {"futures": 0}, "futures"),
        ("what-if", {"futures": 10**9}, "futures"),
        ("what-if", {"futures": "many"}, "futures"),
        ("what-if", {"futurs": 40}, "futurs"),
        ("what-if", {"weeks": 521}, "weeks"),
        ("what-if", {"seed": -1}, "seed"),
        ("what-if", {"mode": "perhaps"}, "mode"),
        ("what-if", {"without": ["x"] * 1000}, "without"),
        ("what-if", {"without": ["x" * 1000]}, "without.0"),
        ("what-if", {"settings": {"world.pace": float("inf")}}, "settings.world.pace"),
        ("what-if", {"settings": {"world.pace": "fast"}}, "settings.world.pace"),
        ("what-if", {"settings": [1]}, "settings"),
        ("given", {}, "instrument"),
        ("given", {"instrument": INSTRUMENT, "direction": "sideways"}, "direction"),
        ("options", {}, "actor"),
        ("inverse", {"above": 1.5}, "above"),
        ("watch", {"as_of": "yesterday"}, "as_of"),
        ("chronicle", {"future": -1}, "future"),
        ("ask", {"file": "questions.yaml"}, "file"),
    ],
)
def test_wrong_arguments_are_refused_with_their_place(kind: str, arguments: dict[str, Any], place: str) -> None:
    with pytest.raises(OptionError) as caught:
        checked(kind, arguments)
    assert caught.value.name == place
    assert caught.value.allowed
    assert len(caught.value.given) <= 120


def test_an_unknown_kind_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="what-if"):
        checked("whatif", {})


def test_what_is_checked_is_whole_and_checked_again_stays() -> None:
    for kind, arguments in SMALL.items():
        told = checked(kind, {**arguments, **({"actor": "x"} if kind == "options" else {})})
        assert checked(kind, told) == told
        assert told.keys() == KINDS[kind].arguments.model_fields.keys()


def test_no_kind_takes_a_path() -> None:
    """What a request names is looked up in the case; files are never among it."""
    taken = {name for kind in KINDS.values() for name in kind.arguments.model_fields}
    assert not taken & {"file", "folder", "place", "path", "data", "rules", "records", "articles"}
