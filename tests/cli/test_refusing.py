"""Errors by the word that was typed: option, value, what is allowed, the nearest name, the fix."""

from pathlib import Path

import pytest
from tests.cli.commands import tertius
from tests.impact.levies import LEVY

pytestmark = pytest.mark.usefixtures("compiled")
WAR = LEVY["B"]
FEW = ("--futures", 40, "--weeks", 4)

# what is typed, what the first line says, what else is said
CASES = {
    "an unknown option": (("run", WAR, "--futurs", 3), "option --futurs of tertius run", ("nearest: --futures",)),
    "an option like no other": (("run", WAR, "--zzz"), "option --zzz of tertius run", ("--futures", "leave it out")),
    "a missing argument": (("run",), "argument SCENARIO of tertius run", ("given:   nothing", "tertius run river-war")),
    "a word for a number": (
        ("run", WAR, "--futures", "many"),
        "option --futures of tertius run",
        ("given:   many", "a whole number"),
    ),
    "words too many": (("run", WAR, "more"), "words too many for tertius run", ("given:   more", "SCENARIO")),
    "an option without its value": (("run", WAR, "--seed"), "option --seed", ("given:   nothing",)),
    "an unknown command": (("rum",), "no command 'rum' of tertius", ("nearest: run", "write tertius run")),
    "an unknown command of a group": (("data", "pul"), "no command 'pul' of tertius data", ("nearest: pull",)),
    "no futures": (("run", WAR, "--futures", 0), "option --futures", ("1 to 10,000,000", "choose --futures")),
    "no such mode": (("compare", WAR, "--mode", "sometimes"), "option --mode", ("never, withdraw, no-further",)),
    "no such event": (("compare", WAR, "--without", "levvy"), "option --without: no event 'levvy'", ("nearest: levy",)),
    "no such path set": (
        ("compare", WAR, "--set", "sides.A.fungibl=1"),
        "option --set: no quantity 'sides.A.fungibl'",
        ("nearest: sides.A.fungible",),
    ),
    "no such path assumed": (
        ("run", WAR, "--assume=sides.A.fungibl=1"),
        "option --assume: no quantity 'sides.A.fungibl'",
        ("nearest: sides.A.fungible",),
    ),
    "no such path to sweep over": (
        ("sweep", WAR, "--over", "sides.A.fungibl=0:1:3"),
        "option --over: no quantity 'sides.A.fungibl'",
        ("nearest: sides.A.fungible",),
    ),
    "no such format": (
        ("brief", WAR, "--out", "x", "--format", "html,pfd"),
        "option --format: no format 'pfd'",
        ("nearest: pdf",),
    ),
    "a scenario for a name": (("explain", "river-war"), "option PATH", ("scenario comes after it",)),
    "path and scenario the other way round": (
        ("explain", "river-war", "theatres.river.area"),
        "option PATH",
        ("theatres.river.area river-war",),
    ),
    "no such inbox": (("brief", WAR, "--evidence", "foo"), "--evidence foo", ("name another --evidence",)),
    "no such database": (("evidence", "list", "--database", "foo"), "--database foo", ("name another --database",)),
}


@pytest.mark.parametrize("case", CASES)
def test_the_word_that_was_typed_is_named(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if "evidence" in str(CASES[case][0]):
        pytest.importorskip("sqlalchemy", reason="the extra 'read' is not installed")
    words, first, rest = CASES[case]
    told = tertius(*words)
    assert (told.code in (2, 3), told.out) == (True, "")
    lines = [line for line in told.err.splitlines() if line.startswith("error:")]
    assert lines == [f"error: {first}"]
    for text in (*rest, "given:" if "no " not in first else "allowed:", "allowed:", "fix:"):
        assert text in told.err


@pytest.mark.parametrize("option", ["--assume", "--set"])
def test_a_value_out_of_range_names_its_option_and_no_unit_of_pure_numbers(option: str) -> None:
    told = tertius("compare", WAR, option, "sides.A.fungible=7", *FEW)
    assert told.code == 2
    assert f"option {option}: sides.A.fungible\n  given:   7\n  allowed: 0 to 1\n" in told.err


def test_a_result_that_is_replaced_is_named_and_none_is_lost(tmp_path: Path) -> None:
    place = tmp_path / "b"
    first = tertius("brief", WAR, *FEW, "--out", place, "--format", "html,csv")
    assert (first.code, "replaced" in first.err) == (0, False)
    kept = (place / "brief.html").read_bytes()
    for words, lost in (
        (("brief", "--format", "html"), "csv, which would be lost"),
        (("compare",), "csv, html, which would be lost"),
        (("run",), "a brief, which would be lost"),
    ):
        told = tertius(words[0], WAR, *FEW, "--out", place, *words[1:])
        assert told.code == 2
        assert "option --out" in told.err
        assert lost in told.err
        assert (place / "brief.html").read_bytes() == kept
    again = tertius("brief", WAR, "--futures", 48, "--weeks", 4, "--out", place, "--format", "csv,html")
    assert again.code == 0
    assert "replaced: a brief of levy-b (40 futures, 4 weeks, seed 1)\n" in again.err
    told = tertius("show", place / "with")
    assert told.code == 3
    assert f"one world of a comparison, not a result of its own; show {place}" in told.err


def test_causes_as_json_are_a_whole_answer() -> None:
    from jsonschema import Draft202012Validator

    data = tertius("causes", WAR, *FEW, "--json").data
    Draft202012Validator(tertius("schema").data).validate(data)
    assert data["run"]["futures"] == data["causes"][0]["futures"] == 40
    assert {row["outcome"] for row in data["differences"]} > set(data["causes"][0]["splits"])
