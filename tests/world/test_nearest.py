"""The nearest name is found, and looking for very many takes no minutes."""

from difflib import get_close_matches
from typing import Any

import pytest

from tertius import errors
from tertius.errors import nearest


class Clock:
    """Seconds that pass only where a test says so; each search takes `search` of them."""

    def __init__(self) -> None:
        self.now, self.search, self.searches = 100.0, 0.0, 0

    def read(self) -> float:
        return self.now

    def look(self, *words: Any, **told: Any) -> list[str]:
        self.now += self.search
        self.searches += 1
        return get_close_matches(*words, **told)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(errors, "thread_time", made.read)
    monkeypatch.setattr(errors, "monotonic", made.read)
    monkeypatch.setattr(errors, "get_close_matches", made.look)
    monkeypatch.setattr(errors, "_SEEKING", errors._Budget(3.0))
    return made


def test_the_nearest_of_few_is_found_and_many_end_soon(clock: Clock) -> None:
    assert nearest("Fontr", ["front", "salient"]) == "front"
    clock.search, clock.searches = 0.4, 0
    names = [f"actor-of-the-first-side-{number}" for number in range(30)]
    found = [nearest(f"actr-of-teh-first-side-{number}", names) for number in range(500)]
    assert None not in found[:8]
    assert found[8:] == [None] * 492
    assert clock.searches == 8, "3 seconds are used up, and nothing more is looked for"
    clock.now += 1.2
    assert nearest("fontr", ["front", "salient"]) == "front"


def test_other_work_between_searches_takes_nothing_from_them(clock: Clock) -> None:
    """A process that computes all the time, as a server or a test run does, still finds the nearest."""
    clock.search = 0.01
    for _ in range(50):
        assert nearest("levvy", ["levy"]) == "levy"
        clock.now += 0.9
