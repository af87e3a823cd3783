"""Ledgers for tests: entries as sealing writes them, without a run."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from tertius.forecasts.ledger.database import Ledger
from tertius.forecasts.ledger.entries import digest


def sealed(name: str, text: str = "Is it?", **more: Any) -> tuple[str, str, dict[str, Any]]:
    """An entry of one threshold, as `append` takes it."""
    question = {"id": name, "text": text, "until": "2031-06-01", "at_least": [1.0], "given": {}}
    rule = {"instrument": "x", "take": "max", "at_least": [1.0], "until": "2031-06-01"}
    row = {"branch": None, "threshold": 1.0, "chance": 0.25, "base": 0.5, "persistence": 0.95, "futures": 4000}
    body = {
        "kind": "live",
        "scenario": "made",
        "as_of": "2031-03-02",
        "question": question,
        "question_digest": digest(question),
        "starts": "2031-03-02",
        "ends": "2031-06-01",
        "unit": "1",
        "terms": {"": {"rule": rule, "as_of": "2031-03-02", "level": 0.0, "top": 2}},
        "forecast": [row],
        "quantiles": None,
        "past_quantiles": None,
        "past_last": None,
        "methodology": 1,
        **more,
    }
    return "sealed", name, body


def fill(address: str, count: int) -> None:
    """A ledger with so many forecasts, q0, q1, ..."""
    with closing(Ledger(address, create=True)) as held:
        held.append([sealed(f"q{number}") for number in range(count)])
