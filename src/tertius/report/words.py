"""Words for numbers: the likelihood terms of ICD 203, and numbers as a reader wants them.

Source of the terms: US Director of National Intelligence, Intelligence Community Directive 203, Analytic Standards
(2 January 2015), section D.6.e.(2).(a).
"""

from __future__ import annotations

import math
import re

from tertius.units import unit_name

TINY = 1e-5  # smaller numbers are what rounding leaves
FEW = 200  # futures: 50 draws of what we do not know, of which five lie below a 10% bound
TERMS = (
    (0.05, "remote"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "a roughly even chance"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.01, "almost certain"),
)


TIMES = ("day", "week", "month", "year")


def likelihood(share: float) -> str:
    """The ICD 203 term for a probability in [0, 1]; bounds belong to the term below. Raises ValueError outside."""
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"{share} is no probability; allowed: 0 to 1")
    return next(term for bound, term in TERMS if share <= bound)


def plain(text: str) -> str:
    """Text from a scenario for use inside Markdown: shown as it is written, in one line, never read as markup."""
    return re.sub(r"([\\`*_\[\]<>|]|&(?=#?\w+;))", r"\\\1", " ".join(text.split()))


def percent(share: float) -> str:
    """A share as a percentage that never rounds to certainty: 'under 1%', '37%', 'over 99%'."""
    if share < 0.01:
        return "under 1%"
    if share > 0.99:
        return "over 99%"
    return f"{100 * share:.0f}%"


def fine(share: float) -> str:
    """A share as `percent`, with one figure where it is small ('0.2%') and in words where it is none."""
    if share == 0.0:
        return "in no future"
    return f"{100 * share:.1g}%" if share < 0.01 else percent(share)


def chance(share: float) -> str:
    """Term and number: 'very unlikely (7%)'."""
    return f"{likelihood(share)} ({percent(share)})"


def number(value: float | None, digits: int = 2, sign: bool = False) -> str:
    """A number to `digits` significant digits with thousands separated; '+' before positives where `sign`."""
    if value is None or not math.isfinite(value):
        return "n/a"
    if abs(value) < TINY:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    rounded = round(value, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{rounded:+,.{places}f}" if sign else f"{rounded:,.{places}f}"
    return text.replace("-", "\N{MINUS SIGN}")


def middle(value: float, low: float, high: float, digits: int = 2, sign: bool = False) -> str:
    """A number beside its interval: as `number`, but at most one place finer than the interval is told."""
    most = max(abs(low), abs(high))
    if not math.isfinite(most) or most < TINY or not math.isfinite(value):
        return number(value, digits, sign)
    finest = digits - math.floor(math.log10(most))
    if not round(value, finest):
        return "0"
    own = digits - 1 - math.floor(math.log10(abs(value)))
    return number(value, max(1, digits - max(0, own - finest)), sign)


def points(share: float | None, sign: bool = False) -> str:
    """A share, or the difference of two, in percentage points."""
    return number(None if share is None else 100 * share, sign=sign)


def counted(count: float, noun: str) -> str:
    """A count of things that are named in the singular: '3 officers', '1 shell', '5 percent'."""
    regular = noun.isascii() and noun.isalpha() and not noun.endswith(("s", "x", "ch", "y", "percent", "man"))
    return f"{count:,g} {unit_name(noun)}{'s' if regular and count != 1 else ''}"


def with_unit(text: str, unit: str) -> str:
    """A number's text with its unit; a pure number (unit 1) has none. A span of time is told in the plural."""
    if unit in TIMES and text[-1:].isdigit() and text.lstrip("+\N{MINUS SIGN}") != "1":
        unit += "s"
    return text if unit == "1" else f"{text} {plain(unit_name(unit))}"


def interval(low: float, high: float, digits: int = 2, sign: bool = False) -> str:
    """Two numbers as an interval, rounded alike."""
    return f"{number(low, digits, sign)} to {number(high, digits, sign)}"


def few_futures(count: int) -> str:
    """A warning where a run has too few futures for its ranges to mean much; empty elsewhere."""
    if count >= FEW:
        return ""
    futures = "one future was" if count == 1 else f"{count} futures were"
    return f"Only {futures} run: ranges, shares and errors rest on chance. Ask for {FEW} or more (--futures)."


UNRESOLVED = "†"
UNRESOLVED_TOLD = (
    "† In so many futures what we do not know cannot be told from chance; more of them may widen the range."
)


def effect_range(low: float, high: float, resolved: bool) -> str:
    """The 80% interval of an expected effect, marked where ignorance cannot be told from chance."""
    return f"{interval(low, high, sign=True)}{'' if resolved else UNRESOLVED}"
