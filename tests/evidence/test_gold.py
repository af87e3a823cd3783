"""The gold set: kept scores of the open half, and of the locked one, which was sealed while the reader was made."""

import hashlib
from pathlib import Path

import pytest

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

from tests.cli.commands import tertius

GOLD = Path(__file__).parent / "gold"
LOCKED = GOLD / "locked.jsonl"


def test_the_open_half_scores_what_the_docs_say() -> None:
    found = tertius("read", "--score", GOLD / "open.jsonl", "--json").data
    assert found["texts"] == 125
    assert found["precision"] >= 0.93
    assert found["recall"] >= 0.88
    assert found["swapped"] == 0
    assert found["mode_right"] >= 0.88
    assert found["said_by_right"] >= 0.88
    assert "precision" in tertius("read", "--score", GOLD / "open.jsonl").out


def test_the_locked_half_is_the_sealed_one() -> None:
    sealed = (GOLD / "locked.sha256").read_text().split()[0]
    assert hashlib.sha256(LOCKED.read_bytes()).hexdigest() == sealed


def test_the_locked_half_scores_what_was_asked_for() -> None:
    found = tertius("read", "--score", LOCKED, "--json").data
    assert found["precision"] >= 0.85
    assert found["recall"] >= 0.70
    assert found["swapped"] == 0


def test_a_gold_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "gold.jsonl"
    bad.write_text('{"id": "a", "text": "x", "events": []}\n{"id": "b"}\n')
    told = tertius("read", "--score", bad)
    assert told.code == 3
    assert "line 2" in told.err
