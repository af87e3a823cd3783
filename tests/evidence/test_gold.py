"""The gold set's open half: kept scores; the locked half, where it lies here, is the one that was sealed."""

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


def test_a_locked_half_is_the_sealed_one() -> None:
    sealed = (GOLD / "locked.sha256").read_text().split()[0]
    assert len(sealed) == 64
    if not LOCKED.exists():
        pytest.skip("the locked half is not here")
    assert hashlib.sha256(LOCKED.read_bytes()).hexdigest() == sealed


def test_a_gold_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "gold.jsonl"
    bad.write_text('{"id": "a", "text": "x", "events": []}\n{"id": "b"}\n')
    told = tertius("read", "--score", bad)
    assert told.code == 3
    assert "line 2" in told.err
