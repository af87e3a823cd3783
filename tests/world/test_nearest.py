"""The nearest name is found, and looking for very many takes no minutes."""

import time

from tertius import errors
from tertius.errors import nearest


def test_the_nearest_of_few_is_found_and_many_end_soon() -> None:
    assert nearest("Fontr", ["front", "salient"]) == "front"
    names = [f"actor-of-the-first-side-{number}" for number in range(2500)]
    begun = time.process_time()
    found = [nearest(f"actr-of-teh-first-side-{number}", names) for number in range(2500)]
    assert found[0] is not None
    assert found[-1] is None
    assert time.process_time() - begun < errors._SEEKING.seconds + 2
    time.sleep(1.2)
    assert nearest("fontr", ["front", "salient"]) == "front"


def test_other_work_between_searches_takes_nothing_from_them() -> None:
    """A process that computes all the time, as a server or a test run does, still finds the nearest."""
    time.sleep(1.2)
    end = time.process_time() + errors._SEEKING.seconds + 1
    while time.process_time() < end:
        assert nearest("levvy", ["levy"]) == "levy"
        sum(range(2_000_000))
