"""Grades, repeats, conflicts, and the inbox that holds them."""

import json
import sqlite3
from pathlib import Path

import pytest

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

from tests.cli.commands import Told, tertius

from tertius.errors import DataError
from tertius.evidence.claims.grades import DIGITS, LETTERS, likelihood_ratios
from tertius.evidence.claims.repeats import Filed, clusters, conflict

WAR = "ukraine-2024"


def test_the_table_of_grades() -> None:
    table = likelihood_ratios()
    assert len(table) == 36
    assert [table[cell] for cell in ("A1", "B2", "C3", "F6")] == [666.67, 100, 5, 1]
    for letter in LETTERS:
        values = [table[letter + digit] for digit in DIGITS[:5]]
        assert values == sorted(values, reverse=True)
    for digit in DIGITS:
        values = [table[letter + digit] for letter in LETTERS[:5]]
        assert values == sorted(values, reverse=True)


def test_another_table_of_grades(tmp_path: Path) -> None:
    file = tmp_path / "g.yaml"
    row = "{A: 0.5, B: 0.5, C: 0.4, D: 0.3, E: 0.2, F: 0.1}"
    credible = "{1: 0.5, 2: 1, 3: 2, 4: 3, 5: 4, 6: 0.1}"
    file.write_text(f"reported: {row}\ninvented: {row}\ncredibility: {credible}\nleast: 0.5\ncells: {{D4: 7}}\n")
    assert likelihood_ratios(file)["D4"] == 7
    assert likelihood_ratios(file)["A6"] == 10
    misspelt = file.read_text().replace("invented", "invnted")
    for broken in ("reported: 3", "cells: {}", "reported: {A: 9}", misspelt, ": ["):
        file.write_text(broken)
        with pytest.raises(DataError, match=r"g\.yaml"):
            likelihood_ratios(file)


def filed(number: int, **changed: str) -> Filed:
    base = {"source": "PER", "action": "ASSAULT", "target": "ECU", "mode": "happened", "day": "2024-10-29"}
    return Filed(number, **{**base, "origin": "Reuters", "quote": "Peru shelled Ecuador on Tuesday", **changed})  # type: ignore[arg-type]


def test_repeats_by_origin_count_once() -> None:
    claims = [
        filed(1),
        filed(2, quote="shells fell"),  # same origin
        filed(3, origin="AFP", quote="shells fell on the border town of Loja"),  # its own word
        filed(4, origin="blog", quote="Peru shelled Ecuador on Tuesday night"),  # copied words
        filed(5, day="2024-12-01"),  # another day
        filed(6, mode="denied", origin="PER", quote="no such thing"),
    ]
    assert clusters(claims) == [0, 0, 2, 0, 4, 5]
    assert conflict(claims[0], claims[5])
    assert not conflict(claims[0], claims[2])


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TERTIUS_DATA", str(tmp_path / "data"))
    return tmp_path


def add(folder: Path, name: str, text: str, *more: str) -> Told:
    (folder / name).write_text(text)
    words = ("evidence", "add", folder / name, "--scenario", WAR, "--grade", "B2", "--published", "2024-10-30")
    return tertius(*words, *more, "--json")


def test_the_same_article_twice_counts_once(inbox: Path) -> None:
    text = "Iran has sent drones to Russia, Ukraine said on Tuesday. Iran denied it."
    assert add(inbox, "a.txt", text).data["is_new"]
    again = add(inbox, "b.txt", text + "\n")
    assert again.data == {"article": 1, "is_new": False, "claims": 0, "repeats": 0, "notes": []}
    words = ("evidence", "add", inbox / "b.txt", "--scenario", WAR, "--grade", "B2")
    assert "counts once" in tertius(*words).out
    retold = add(inbox, "c.txt", "Ukraine said on Tuesday that Iran has sent drones to Russia.")
    assert retold.data["repeats"] == 1
    rows = tertius("evidence", "list", "--json").data
    events = [row for row in rows if row["kind"] == "event"]
    assert [row["repeats"] for row in events if row["record"]["mode"] == "happened"] == [None, events[0]["id"]]
    denied = [row for row in events if row["record"]["mode"] == "denied"]
    assert denied[0]["conflicts"]
    assert rows[0]["likelihood_ratio"] == 100


def test_accept_reject_export(inbox: Path) -> None:
    add(inbox, "a.txt", "Poland has delivered tanks to Ukraine. Hungary rejected Ukraine's plan.")
    first, second = [row["id"] for row in tertius("evidence", "list", "--json").data if row["kind"] == "event"][:2]
    assert tertius("evidence", "accept", first).code == 0
    assert tertius("evidence", "reject", second, "--json").data == {"state": "rejected", "claims": [second]}
    told = tertius("evidence", "export").out.splitlines()
    assert [json.loads(line)["id"] for line in told] == [first]
    assert tertius("evidence", "accept", first, 999).code == 2
    assert "accepted" in tertius("evidence", "list", "--state", "accepted").out
    assert tertius("evidence", "list", "--state", "odd").code == 2


def test_bad_input_and_other_databases(inbox: Path) -> None:
    assert add(inbox, "a.txt", "Poland hit Ukraine.", "--grade", "Z9").code == 2
    assert add(inbox, "a.txt", "Poland hit Ukraine.", "--database", "nonsense").code == 3
    assert add(inbox, "a.txt", "Poland hit Ukraine.", "--database", f"sqlite:///{inbox}/own/x.db").code == 0
    assert (inbox / "own" / "x.db").is_file()
    (inbox / "broken.db").write_bytes(b"no database" * 200)
    told = tertius("evidence", "list", "--database", f"sqlite:///{inbox}/broken.db")
    assert (told.code, "Traceback" in told.err) == (3, False)


def test_a_cut_off_addition_leaves_what_was_saved(inbox: Path) -> None:
    from datetime import date

    from tertius.evidence.claims import inbox as module
    from tertius.evidence.reading import read_text

    address = f"sqlite:///{inbox}/k.db"
    box = module.Inbox(address)
    box.add(read_text("Poland has delivered tanks to Ukraine.", date(2024, 10, 1)), "a", WAR, "B2")
    before = box.rows()
    real = module._file

    def dies(*given: object) -> Filed:
        raise KeyboardInterrupt

    module._file = dies  # type: ignore[assignment]
    try:
        with pytest.raises(KeyboardInterrupt):
            box.add(read_text("Norway has delivered tanks to Ukraine.", date(2024, 10, 1)), "b", WAR, "B2")
    finally:
        module._file = real
    assert box.rows() == before
    box.close()
    with sqlite3.connect(inbox / "k.db") as raw:
        assert raw.execute("select count(*) from article").fetchone() == (1,)
    raw.close()
