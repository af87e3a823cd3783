"""What claims will count, shown before it counts; and the review of them, step by step."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import typer
from tests.cli.commands import tertius

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

from tertius.api.claims import waiting
from tertius.cli import reviewing
from tertius.cli.reviewing import Review, preview
from tertius.evidence.claims.accepted import Claim, claims_of, numbers_of
from tertius.evidence.claims.bearings import Weighable, weighable
from tertius.evidence.claims.grades import likelihood_ratios
from tertius.evidence.claims.strengths import read_strengths
from tertius.evidence.reading import read_text
from tertius.world import load_scenario

WAR = Path(__file__).parent / "told.yaml"
TEXT = "Poland has sent rifles to Ukraine, the government said. Japan thanked Peru. Warsaw fears a wider war."


def weigh(claims: Sequence[Claim]) -> list[Weighable]:
    return weighable(claims, load_scenario(str(WAR)), likelihood_ratios(None), read_strengths(None))


@pytest.fixture
def claims() -> list[Claim]:
    return claims_of(read_text(TEXT, date(2031, 3, 30)), "note.txt", "B2")


def answered(claims: list[Claim], *answers: str) -> tuple[list[Claim], list[str]]:
    given, said = iter(answers), []
    return Review(claims, weigh).run(lambda: next(given), said.append), said


def test_what_will_count_and_what_will_not_is_told(claims: list[Claim]) -> None:
    lines = preview(weigh(claims))
    assert lines[0] == "1 of 3 claims will count:"
    assert "POL AID UKR (happened): a future where it is true weighs" in lines[1]
    assert any("JPN SUPPORT PER" in line and "no instrument" in line for line in lines)


def test_claims_are_dropped_taken_back_edited_and_undone(claims: list[Claim]) -> None:
    assert answered(claims, "go")[0] == claims
    left, said = answered(claims, "drop 1 2", "go")
    assert left == claims[2:]
    assert any("POL AID UKR (happened): dropped" in line for line in said)
    assert answered(claims, "drop 1 2", "accept 2", "go")[0] == claims[1:]
    (first, *_), said = answered(claims, "edit 1 mode=denied quantity=300 rifles", "go")
    assert first.record["mode"] == "denied"
    assert first.record["numbers"][0]["value"] == 300
    assert any("where it is false" in line for line in said)
    assert answered(claims, "edit 1 mode=denied", "drop 3", "undo", "undo", "go")[0] == claims


@pytest.mark.parametrize(
    "wrong", ["drop 9", "drop", "edit 1", "edit 1 mood=good", "edit 1 mode=perhaps", "edit 3 mode=denied", "undo", "x"]
)
def test_what_is_mistyped_changes_nothing_and_is_told(claims: list[Claim], wrong: str) -> None:
    left, said = answered(claims, wrong, "go")
    assert left == claims
    assert any("given:" in line for line in said)


def test_a_claim_keeps_the_number_that_it_has_in_the_inbox(claims: list[Claim]) -> None:
    filed = [replace(claim, number=number) for claim, number in zip(claims, (7, 9, 12), strict=True)]
    numbers = [line.split()[0] for line in preview(weigh(filed)) if " will " not in line[:30] and line[:5].strip()]
    assert numbers == ["7", "9", "12"]
    assert numbers_of([*filed[:2], claims[2]]) == [7, 9, 10]
    assert answered(filed, "drop 9", "go")[0] == [filed[0], filed[2]]
    left, said = answered(filed, "drop 2", "go")
    assert left == filed
    assert any("7, 9, 12" in line for line in said)


def test_an_inbox_of_which_nothing_is_accepted_says_how_much_was_read(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text(TEXT)
    base = f"sqlite:///{tmp_path / 'inbox.sqlite'}"
    told = ("--scenario", WAR, "--grade", "B2", "--published", "2031-03-30", "--database", base)
    assert tertius("evidence", "add", tmp_path / "note.txt", *told).code == 0
    name = load_scenario(str(WAR)).name
    assert waiting(name, base).startswith(f"3 claims were read on {name} and none is accepted (3 new)")
    assert f"no claims on other; it holds claims on {name}" in waiting("other", base)
    none = waiting(name, base)
    assert preview([], none=none) == [none]


def test_quitting_counts_nothing(claims: list[Claim]) -> None:
    with pytest.raises(typer.Exit):
        answered(claims, "quit")


def test_without_a_terminal_the_flags_are_named(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text(TEXT)
    told = tertius("brief", WAR, "--article", tmp_path / "note.txt", "--review")
    assert told.code == 2
    for words in ("--review", "no terminal", "evidence add", "--evidence inbox"):
        assert words in told.err
    assert "no claims" in tertius("brief", WAR, "--review").err


def test_on_a_terminal_it_asks(monkeypatch: pytest.MonkeyPatch, claims: list[Claim]) -> None:
    answers = iter(["drop 2", "go"])
    monkeypatch.setattr(reviewing, "on_a_terminal", lambda: True)
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))
    assert reviewing.reviewed(claims, weigh, []) == [claims[0], claims[2]]
