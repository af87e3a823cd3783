"""Words for a difference: its mean with its range and error, that it is exactly 0, or that none can be seen."""

from __future__ import annotations

from tertius.impact import Difference
from tertius.report.words import effect_range, middle, number

EXACTLY_0 = "0 exactly"
NONE_SEEN = "too weak to see"


def effect(found: Difference, times: float = 1.0) -> str:
    """Mean, 80% interval and Monte Carlo error, times a factor (100: in percentage points)."""
    return EXACTLY_0 if found.same else f"{mean_and_range(found, times)}; {plus_minus(found, times)}"


def detected(found: Difference, times: float = 1.0) -> str:
    """The same where it lies beyond its band and beyond chance."""
    return effect(found, times) if found.same or found.detectable else NONE_SEEN


def mean_and_range(found: Difference, times: float = 1.0) -> str:
    """Mean and 80% interval."""
    low, high = (times * bound for bound in found.interval)
    return f"{middle(times * found.mean, low, high, sign=True)} ({effect_range(low, high, found.resolved)})"


def plus_minus(found: Difference, times: float = 1.0) -> str:
    """The Monte Carlo error."""
    return f"±{number(None if found.error is None else times * found.error)}"
