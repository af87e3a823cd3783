"""Weekly values -> the number that a rule is about: one function for futures, for past weeks and for what came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import OptionError
from tertius.forecasts.questions.rule import Rule

Floats: TypeAlias = NDArray[np.float64]


def window(rule: Rule, dates: Sequence[date]) -> tuple[int, int]:
    """The slots of a rule's days: that after which weeks count, and the last that counts.

    dates: the as-of date and the end of each week after it. Only whole weeks count: the last is the one that ends on
    `until` or before it.

    Raises:
        OptionError: no week ends within the days.
    """
    assert rule.until is not None  # of a question, or filled in by it
    since = rule.since or dates[0]
    start = max((slot for slot, day in enumerate(dates) if day <= since), default=0)
    end = max((slot for slot, day in enumerate(dates) if day <= rule.until), default=0)
    if end <= start:
        given = f"{since} to {rule.until}"
        allowed = f"days after the as-of date, {dates[0]}, with a Sunday among them"
        raise OptionError("since, until", given, allowed, "move the window, or the scenario's as-of date")
    return start, end


def measured(rule: Rule, values: ArrayLike, start: int, end: int) -> Floats:
    """What a rule measures in weekly values.

    Args:
        rule: the rule.
        values: shape (path, week + 1), the first column that of the as-of date; NaN where nothing is known.
        start: slot after which weeks count.
        end: last slot that counts.

    Returns:
        Shape (path,), in the unit of the values; NaN where a week that counts is not known. A first week that lies
        above a line counts as a crossing where the week before is not known.
    """
    x = np.asarray(values, dtype=np.float64)
    if rule.of == "changes":
        x = np.diff(x, axis=-1, prepend=np.nan)
    week, before = x[:, start + 1 : end + 1], x[:, start:end]
    take = rule.take
    if take == "last":
        return np.asarray(x[:, end])
    if take == "change":
        return np.asarray(x[:, end] - x[:, start])
    if take in ("max", "min", "sum", "mean"):
        return np.asarray(getattr(np, take)(week, axis=-1))
    if take in ("crossings", "weeks-above"):
        assert rule.line is not None  # checked
        came = week > rule.line
        came = came & ~(before > rule.line) if take == "crossings" else came
        count = came.sum(axis=-1).astype(np.float64)
        return np.where(np.isnan(week).any(axis=-1), np.nan, count)
    moved = week - before
    up, down = np.maximum(moved, 0.0).sum(axis=-1), np.maximum(-moved, 0.0).sum(axis=-1)
    return np.asarray({"steps-up": up, "steps-down": down, "steps": up + down}[take])
