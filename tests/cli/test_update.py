"""The command `update`: what it prints, what it leaves, and what it refuses before any work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.commands import tertius

RECORD = """
tertius: 1
scenario: river-war
until: 2031-03-16
record:
  listing: {date: 2031-03-12, instrument: durian-sanctions, step: up, text: A list., source: A gazette}
"""


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTIUS_DATA", str(tmp_path / "data"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--every", "week"), "a folder of data files"),
        (("--every", "week", "--data", "."), "the first and the last day"),
        (("--every", "week", "--data", ".", "--from", "2031-01-01", "--to", "2031-02-01", "--as-of", "x"), "--every"),
        (("--from", "2031-01-01"), "add --every week"),
        (("--as-of", "2031-03"), "a day as YYYY-MM-DD"),
        ((), "nothing known after 2031-03-03"),
        (("--record", "korea-1950"), "a record of river-war"),
    ],
)
def test_options_that_do_not_fit_are_refused(words: tuple[str, ...], said: str) -> None:
    told = tertius("update", "river-war", *words)
    assert told.code == 2
    assert said in told.err


@pytest.mark.slow
def test_an_update_from_the_command_line(compiled: None, tmp_path: Path) -> None:
    (tmp_path / "record.yaml").write_text(RECORD)
    words = ("update", "river-war", "--record", tmp_path / "record.yaml", "--out", tmp_path / "weekly", "--no-seal")
    told = tertius(*words, "--futures", "400")
    assert told.code == 0
    assert "moved from 2031-03-03 to 2031-03-16" in told.out
    assert "  data +" in told.out
    page = (tmp_path / "weekly" / "river-war-2031-03-16.changes.md").read_text(encoding="utf-8")
    assert "| sanctions at least 1 | 2031-06-29 | 100% |" in page
    data = json.loads(tertius(*words, "--futures", "400", "--json").out)
    assert data["day"] == "2031-03-16"
    assert {row["now"]["kind"] for row in data["changes"]} == {"chance", "level", "effect"}
