"""Work beside other work: its answer, its error, and its end where the caller leaves."""

from __future__ import annotations

import threading
import time

import pytest

from tertius.engine.beside import beside


def test_what_it_finds_can_be_asked_for_more_than_once() -> None:
    with beside(lambda stop: threading.current_thread()) as found:
        first, second = found(), found()
    assert first is second is not threading.current_thread()


def test_what_it_raises_is_raised_where_it_is_waited_for() -> None:
    def work(stop: threading.Event) -> None:
        raise KeyError("lost")

    with beside(work) as found:
        for _ in range(2):
            with pytest.raises(KeyError, match="lost"):
                found()


@pytest.mark.parametrize("left_by", [KeyboardInterrupt, ValueError])
def test_whoever_leaves_tells_it_and_waits_for_its_end(left_by: type[BaseException]) -> None:
    ended: list[bool] = []

    def work(stop: threading.Event) -> None:
        assert stop.wait(60)
        time.sleep(0.05)
        ended.append(True)

    with pytest.raises(left_by), beside(work):
        raise left_by
    assert ended, "it was waited for"
