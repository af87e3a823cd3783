"""Claims edited and made by hand: checked, kept with who and why, taken back."""

import sqlite3
from pathlib import Path

import pytest

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

from tests.cli.commands import Told, tertius

WAR = "ukraine-2024"


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TERTIUS_DATA", str(tmp_path / "data"))
    (tmp_path / "a.txt").write_text("Poland has sent tanks to Ukraine. Hungary rejected Ukraine's plan.")
    words = ("--scenario", WAR, "--grade", "B2", "--published", "2024-11-30")
    assert tertius("evidence", "add", tmp_path / "a.txt", *words).code == 0
    return tmp_path


def record(number: int) -> dict[str, object]:
    rows = tertius("evidence", "list", "--json").data
    return next(row["record"] for row in rows if row["id"] == number)  # type: ignore[no-any-return]


def edit(*words: object) -> Told:
    return tertius("evidence", "edit", *words, "--why", "seen it", "--by", "Ann")


def test_an_edit_changes_what_is_named_and_is_kept_with_who_and_why(inbox: Path) -> None:
    before = record(1)
    told = edit(1, "--actor", "deu", "--object", "munitions", "--quantity", "10,000 shells", "--date", "2024-11")
    assert told.code == 0, told.err
    after = record(1)
    assert (after["source"], after["kind"], after["date"]) == ("DEU", "munitions", "2024-11")
    assert [(one["value"], one["unit"]) for one in after["numbers"]] == [(10_000, "shell")]  # type: ignore[attr-defined]
    assert {name for name in after if after[name] != before[name]} <= {
        "source", "kind", "date", "numbers", "instrument"
    }  # fmt: skip
    change = tertius("evidence", "changes", "--json").data[-1]
    assert (change["what"], change["by"], change["why"], change["before"]) == ("record", "Ann", "seen it", before)
    said = tertius("evidence", "changes").out
    assert "source POL -> DEU" in said
    assert "seen it" in said


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        (("--action", "AIDD"), "AID"), (("--actor", "Narnia"), "a code such as"), (("--told", "maybe"), "happened"),
        (("--date", "2024-13-01"), "YYYY-MM-DD"), (("--date", "1-1-1"), "YYYY-MM-DD"),
        (("--object", "tanks"), "troops"),
        (("--quantity", "many soldiers"), "a number and a unit"), (("--target", "POL"), "another than the actor"),
        (("--target", "none"), "a state"), ((), "--actor"), (("--told", "happened"), "--actor"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_changes_nothing(inbox: Path, words: tuple[str, ...], allowed: str) -> None:
    before = record(1)
    told = edit(1, *words)
    assert (told.code, allowed in told.err, "Traceback" in told.err) == (2, True, False), told.err
    assert record(1) == before
    assert len(tertius("evidence", "changes", "--json").data) == 1


def test_undo_takes_back_edits_decisions_and_filings_in_turn(inbox: Path) -> None:
    start = tertius("evidence", "list", "--json").data
    edit(1, "--told", "denied")
    tertius("evidence", "accept", 1, 2)
    tertius("evidence", "reject", 2)
    assert "rejected: claim 2" in tertius("evidence", "undo").out
    states = [row["state"] for row in tertius("evidence", "list", "--json").data]
    assert states[:2] == ["accepted", "accepted"]
    assert tertius("evidence", "undo", "--last", 2).code == 0
    assert tertius("evidence", "list", "--json").data == start
    assert "filed article 1" in tertius("evidence", "undo").out
    assert tertius("evidence", "list", "--json").data == []
    told = tertius("evidence", "undo")
    assert (told.code, "nothing is left to undo" in told.err) == (2, True)
    again = tertius("evidence", "add", inbox / "a.txt", "--scenario", WAR, "--grade", "B2", "--json").data
    assert again["is_new"]


def test_an_edit_that_makes_claims_one_lets_them_count_once(inbox: Path) -> None:
    file = inbox / "b.txt"
    file.write_text("Norway has sent tanks to Ukraine.")
    words = ("--scenario", WAR, "--grade", "B2", "--published", "2024-11-30", "--origin", "a.txt")
    tertius("evidence", "add", file, *words)
    number = tertius("evidence", "list", "--json").data[-1]["id"]
    assert edit(number, "--actor", "POL").code == 0
    assert tertius("evidence", "list", "--json").data[-1]["repeats"] == 1
    tertius("evidence", "undo")
    assert tertius("evidence", "list", "--json").data[-1]["repeats"] is None


def test_a_claim_by_hand_has_its_source_and_grade(inbox: Path) -> None:
    words = ("--words", "A train of shells seen at the border", "--scenario", WAR, "--origin", "colleague")
    command = (
        "evidence",
        "add-claim",
        "PRK",
        "AID",
        "RUS",
        *words,
        "--object",
        "munitions",
        "--quantity",
        "200 shells",
    )
    told = tertius(*command, "--grade", "C3", "--json")
    assert told.code == 0, told.err
    row = tertius("evidence", "list", "--json").data[-1]
    assert (row["id"], row["grade"], row["origin"]) == (told.data["claim"], "C3", "colleague")
    assert row["record"]["kind"] == "munitions"
    assert not tertius(*command, "--grade", "C3", "--json").data["is_new"]
    other = tertius("evidence", "add-claim", "USA", "SANCTION", "PRK", *words, "--grade", "C3", "--json")
    assert other.data["is_new"], "another claim from the same sentence"
    assert tertius(*command, "--grade", "Z3").code == 2
    bad = ("evidence", "add-claim", "PRK", "AID", "none", *words, "--grade", "C3")
    assert "only MOBILIZE and RETREAT" in tertius(*bad).err


def test_an_inbox_of_before_there_were_changes_takes_them(inbox: Path) -> None:
    import sqlite3

    file = next((inbox / "data").rglob("evidence.sqlite"))
    with sqlite3.connect(file) as raw:
        raw.execute("drop table change")
    raw.close()
    assert edit(1, "--told", "announced").code == 0
    assert "announced" in tertius("evidence", "changes").out


def test_a_name_mistyped_and_a_database_of_another_program_are_left_as_they_are(inbox: Path) -> None:
    missing = inbox / "typo.sqlite"
    told = tertius("evidence", "list", "--database", f"sqlite:///{missing}")
    assert told.code == 3
    assert "does not exist" in told.err
    assert not missing.exists()
    other = inbox / "other.sqlite"
    with sqlite3.connect(other) as made:
        made.execute("create table song (name text)")
    made.close()
    for words in (
        ("list",),
        ("add-claim", "PRK", "AID", "RUS", "--words", "Shells", "--scenario", WAR, "--origin", "a"),
    ):
        grade = () if words == ("list",) else ("--grade", "C3")
        told = tertius("evidence", *words, *grade, "--database", f"sqlite:///{other}")
        assert told.code == 3
        assert "another program" in told.err
    with sqlite3.connect(other) as held:
        assert held.execute("select name from sqlite_master").fetchall() == [("song",)]
    held.close()
