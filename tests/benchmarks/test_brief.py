"""Shares of a brief's time: nothing is counted twice, whichever threads work at it, and the table adds up."""

import threading
import time
from types import SimpleNamespace

from benchmarks.brief import Spent, table


def busy(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_an_inner_stage_is_not_counted_in_the_outer() -> None:
    spent, module = Spent(), SimpleNamespace(work=busy)
    spent.counted(module, "work", "inner")
    started = time.thread_time()
    with spent.on("outer"):
        busy(0.02)
        module.work(0.08)
    whole = time.thread_time() - started
    assert spent.seconds["inner"] >= 0.08
    assert 0.02 <= spent.seconds["outer"] < 0.08
    assert abs(sum(spent.seconds.values()) - whole) < 0.01


def test_futures_count_for_whoever_asked_in_whatever_thread() -> None:
    arm = SimpleNamespace(advance=lambda: busy(0.05))

    def asked() -> None:
        thread = threading.Thread(target=arm.advance)
        thread.start()
        thread.join()

    spent, module = Spent(), SimpleNamespace(ask=asked)
    spent.counted(module, "ask", "asking", asks=True)
    spent.futures(arm)
    module.ask()
    arm.advance()
    assert spent.seconds["futures: asking"] >= 0.05
    assert spent.seconds["futures: others"] >= 0.05
    assert spent.seconds["asking"] < 0.04


def test_the_table_gives_shares_the_largest_first() -> None:
    spent = Spent({"little": 1.0, "much": 3.0}, whole=4.0, wall=2.0, memory=5e8)
    lines = table(spent, "a-war", 40, "whole").splitlines()
    assert lines[0] == "whole: brief a-war, 40 paired futures: 4.0 processor seconds"
    assert lines[1] == "in 2.0 seconds by the clock, 2.0 processors at work; 500 MB at most"
    assert [line.split()[0] for line in lines[-2:]] == ["much", "little"]
    assert [line.split()[-1] for line in lines[-2:]] == ["75%", "25%"]
