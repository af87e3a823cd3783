"""Shares of a brief's time: an inner stage is not counted twice, and the table adds up."""

import time
from types import SimpleNamespace

from benchmarks.brief import Spent, table


def busy(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_an_inner_stage_is_not_counted_in_the_outer() -> None:
    spent, module = Spent(), SimpleNamespace(work=busy)
    spent.counted(module, "work", "inner")
    started = time.process_time()
    with spent.on("outer"):
        busy(0.02)
        module.work(0.08)
    whole = time.process_time() - started
    assert spent.seconds["inner"] >= 0.08
    assert 0.02 <= spent.seconds["outer"] < 0.08
    assert abs(sum(spent.seconds.values()) - whole) < 0.01


def test_the_table_gives_shares_the_largest_first() -> None:
    lines = table({"little": 1.0, "much": 3.0}, "a-war", 40).splitlines()
    assert lines[0] == "brief a-war with its files, 40 paired futures: 4.0 processor seconds"
    assert [line.split()[0] for line in lines[1:]] == ["much", "little"]
    assert [line.split()[-1] for line in lines[1:]] == ["75%", "25%"]
