"""Very large runs keep the states of their first futures alone: every part is then told from these."""

from __future__ import annotations

import pytest

import tertius
from tertius.engine import arm

pytestmark = pytest.mark.usefixtures("compiled")
FUTURES, WEEKS, KEPT = 240, 8, 160


def test_an_answer_is_whole_where_not_all_states_could_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    every = tertius.brief("river-war", whole=True, futures=FUTURES, weeks=WEEKS)
    monkeypatch.setattr(arm, "EVERYTHING_BYTES", 4 * (WEEKS + 1) * len(every.base.kept) * KEPT)
    found = tertius.brief("river-war", whole=True, futures=FUTURES, weeks=WEEKS)
    assert len(found.base.everything) == KEPT
    assert len(found.base.trajectories) == FUTURES
    assert found.answer.differences == every.answer.differences
    assert found.answer.summary is not None
    assert every.answer.summary is not None
    assert found.answer.summary.expected == every.answer.summary.expected
    first = tertius.brief("river-war", whole=True, futures=KEPT, weeks=WEEKS)
    assert first.answer.summary is not None
    assert found.answer.summary.goes_on == first.answer.summary.goes_on
    assert found.answer.reactions == first.answer.reactions
