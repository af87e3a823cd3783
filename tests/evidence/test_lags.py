"""When a value is known: a week's end and the source's lag, by whole days, and the same in weeks for futures."""

from __future__ import annotations

import ast
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

import tertius
from tertius.evidence import Series, known_on, lag_of, sources, weeks_late
from tertius.evidence.lags import UNKNOWN
from tertius.evidence.series import sundays

SUNDAY = date(2024, 6, 30)


def of(name: str) -> Series:
    weeks = sundays(SUNDAY - timedelta(weeks=800), SUNDAY)
    values = np.arange(len(weeks), dtype=np.float64)
    return Series(f"{name}.x", "flow", "1/week", weeks, values, np.zeros(len(weeks), dtype=bool), (), ())


@pytest.mark.parametrize("name", [*sorted(sources()), "nobody"])
def test_a_week_is_known_on_its_day_and_not_the_day_before(name: str) -> None:
    lag = sources()[name].model.lag_days if name in sources() else UNKNOWN
    assert lag_of(f"{name}.x") == lag
    series = of(name)
    out = SUNDAY - timedelta(weeks=90) + timedelta(days=lag)
    assert known_on(series, out).last == SUNDAY - timedelta(weeks=90)
    assert known_on(series, out - timedelta(days=1)).last == SUNDAY - timedelta(weeks=91)


@pytest.mark.parametrize("name", [*sorted(sources()), "nobody"])
def test_a_future_reads_a_week_as_late_as_a_reader_on_a_sunday(name: str) -> None:
    known = known_on(of(name), SUNDAY).last
    assert known is not None
    assert SUNDAY - known == timedelta(weeks=weeks_late(f"{name}.x"))


def test_nobody_else_counts_lags() -> None:
    """`lag_days` of a source is read where lags are, where sources say it, and where it is shown."""
    root = Path(tertius.__file__).parent
    may = {"evidence/lags.py", "evidence/observations.py", "evidence/status.py", "evidence/choosing.py"}
    may |= {"evidence/holdings.py", "inference/aid/panel.py", "forecasts/aid.py", "cli/commands/aid.py"}
    found = set()
    for file in sorted(root.rglob("*.py")):
        name = file.relative_to(root).as_posix()
        nodes = ast.walk(ast.parse(file.read_text("utf-8")))
        reads = any(isinstance(node, ast.Attribute) and node.attr == "lag_days" for node in nodes)
        if reads and name not in may and not name.startswith("evidence/publishers/"):
            found.add(name)
    assert found == set()
