"""A ledger that is refused is named without what may hold a secret."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tertius.errors import DataError
from tertius.forecasts.ledger.entries import START, Entry
from tertius.forecasts.ledger.verifying import check_chain


def test_a_refused_ledger_is_named_without_its_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTIUS_DATA", str(tmp_path))
    entry = Entry(1, "note", "2031-03-03", "x", "{}", START, "0" * 64)
    address = "postgresql://me:secret@host/ledger?password=hidden"
    ledger: Any = SimpleNamespace(entries=lambda: [entry], address=address, key="k")
    with pytest.raises(DataError, match="not what was written") as told:
        check_chain(ledger)
    assert "--ledger postgresql://host/ledger" in str(told.value)
    assert not any(word in str(told.value) for word in ("secret", "hidden", "me:"))
