"""The commands `ask` and `ledger`: what they print, and with which code they end."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.commands import tertius

ASKED = ("river-war", "--futures", "400", "--only", "sanctions")


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTIUS_DATA", str(tmp_path / "data"))


def test_ask_prints_the_same_numbers_as_its_json(compiled: None) -> None:
    told = json.loads(tertius("ask", *ASKED, "--json").out)
    (question,) = told["questions"]
    chance = question["branches"][0]["chances"][0]
    assert chance["interval"][0] <= chance["chance"] <= chance["interval"][1]
    assert chance["adds"] == pytest.approx(chance["chance"] - chance["without"])
    assert question["rates"]["base"][0] == chance["base"]
    assert question["unsettled"] is None
    printed = tertius("ask", *ASKED).out
    assert f"{100 * chance['chance']:.0f}%" in printed
    assert "separate windows of record of durian-sanctions" in printed


def test_a_ledger_from_the_command_line(compiled: None, tmp_path: Path) -> None:
    address = ("--ledger", f"sqlite:///{tmp_path / 'l.sqlite'}")
    sealed = tertius("ledger", "seal", *ASKED, *address)
    assert "sealed 1 forecasts" in sealed.out
    assert "nothing was added" in tertius("ledger", "seal", *ASKED, *address).out
    assert "pending 1" in tertius("ledger", "resolve", *address).out
    assert "no score yet" in tertius("ledger", "score", *address, "--out", str(tmp_path / "board")).out
    assert (tmp_path / "board" / "scoreboard.html").is_file()
    assert tertius("ledger", "verify", *address).code == 0
    assert len(tertius("ledger", "export", *address).out.splitlines()) == 3
    with closing(sqlite3.connect(tmp_path / "l.sqlite")) as connection:
        connection.execute("DROP TRIGGER tertius_ledger_no_update")
        connection.execute("UPDATE tertius_ledger SET body = replace(body, 'chance', 'chanse') WHERE seq = 3")
        connection.commit()
    found = tertius("ledger", "verify", *address)
    assert found.code == 1
    assert "entry 3" in found.out


RECORD = """
tertius: 1
scenario: river-war
until: 2031-06-30
record:
  listing: {date: 2031-04-07, instrument: durian-sanctions, step: up, after: 1, text: A list., source: A gazette}
"""
SLIPS = {
    "a name nearly right": ("durian-sanctions", "durian-sanction", "durian-sanctions"),
    "a level there is none of": ("after: 1", "after: 9", "0 to"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_a_record_settles_nothing(compiled: None, tmp_path: Path, slip: str) -> None:
    old, new, hint = SLIPS[slip]
    address = ("--ledger", f"sqlite:///{tmp_path / 'l.sqlite'}")
    assert tertius("ledger", "seal", *ASKED, *address).code == 0
    (tmp_path / "record.yaml").write_text(RECORD.replace(old, new), encoding="utf-8")
    told = tertius("ledger", "resolve", "--record", tmp_path / "record.yaml", "--today", "2031-07-01", *address)
    assert told.code == 3
    assert hint in told.err
    (tmp_path / "record.yaml").write_text(RECORD, encoding="utf-8")
    assert (
        "settled 1"
        in tertius("ledger", "resolve", "--record", tmp_path / "record.yaml", "--today", "2031-07-01", *address).out
    )


def test_an_address_that_is_empty_is_not_the_users_own_ledger() -> None:
    told = tertius("ledger", "score", "--ledger", "")
    assert told.code == 2
    assert "leave --ledger out" in told.err
