"""What changed: each number beside the last update's, a month ago's and a baseline's; noise marked; the cause split.

A change is noise where it lies within 1.645 of its Monte Carlo standard error, of both numbers together. The cause is
shared out by Shapley's value over what changed among data, evidence and scenario, from the case run with each of them
new or old; what the same inputs give by the code of today, less what was recorded, is the code's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tertius.errors import OptionError
from tertius.forecasts.updating.numbers import Kept, Number
from tertius.impact.shapley import exact

Key = tuple[str, str, str]
CAUSES = ("data", "evidence", "scenario", "code")
NOISE = 1.645  # standard errors: nine in ten changes of nothing lie within
MONTH = 28


@dataclass(frozen=True)
class Change:
    """A number and what it was.

    last, month, baseline  the same number at the last update, a month ago and at the baseline; None where it was not
    change                 less the last; None where there is none
    is_noise               whether the change lies within Monte Carlo noise
    causes                 what of the change each cause made; empty where there is none
    record                 what came of numbers like it, in words; empty where nothing is on record
    """

    now: Number
    last: Number | None
    month: Number | None
    baseline: Number | None
    change: float | None
    is_noise: bool
    causes: Mapping[str, float]
    record: str = ""


def changed_inputs(now: Mapping[str, str], last: Mapping[str, str]) -> tuple[str, ...]:
    """Which inputs differ, in the order of CAUSES."""
    return tuple(name for name in CAUSES if now.get(name) != last.get(name))


def past_of(held: Sequence[Kept], day: date, baseline: date | None) -> tuple[Kept | None, Kept | None, Kept | None]:
    """The last update before a day, that of a month before, and the baseline: the one named, else the first.

    Raises:
        OptionError: no numbers of the day that is named.
    """
    before = [each for each in held if each.available < day]
    last = before[-1] if before else None
    old = [each for each in before if each.available <= day - timedelta(days=MONTH - 7)]
    aim = day - timedelta(days=MONTH)
    month = min(old, key=lambda each: abs((each.available - aim).days), default=None)
    if baseline is None:
        return last, month, before[0] if before else None
    chosen = next((each for each in before if each.available == baseline), None)
    if chosen is None:
        allowed = ", ".join(each.available.isoformat() for each in before) or "none: nothing is kept yet"
        raise OptionError("--baseline", str(baseline), allowed, "name one of these days")
    return last, month, chosen


def shared_out(
    keys: Sequence[Key],
    now: Mapping[Key, Number],
    last: Kept,
    changed: Sequence[str],
    run: Callable[[frozenset[str]], Mapping[Key, Number]],
) -> dict[Key, dict[str, float]]:
    """What of each number's change each cause made.

    Args:
        keys: the numbers that both have.
        now: the numbers now.
        last: those of the last update.
        changed: which inputs changed.
        run: the numbers with these inputs new and the others old, by the code of today.
    """
    players = [name for name in changed if name != "code"]
    whole = frozenset(players)
    base: Mapping[Key, Number] = run(frozenset()) if "code" in changed else last.numbers
    worth = {}
    for chosen in range(2 ** len(players)):
        members = frozenset(name for place, name in enumerate(players) if chosen >> place & 1)
        told = now if members == whole else base if not members else run(members)
        worth[chosen] = np.array([told[key].value if key in told else np.nan for key in keys])
    parts = exact(len(players), worth) if players else np.zeros((0, len(keys)))
    found = {}
    for column, key in enumerate(keys):
        own = {name: float(parts[row, column]) for row, name in enumerate(players)}
        if "code" in changed:
            start = base[key].value if key in base else np.nan
            own["code"] = float(start - last.numbers[key].value)
        found[key] = own if all(np.isfinite(each) for each in own.values()) else {}
    return found


def changes(
    now: Mapping[Key, Number],
    past: tuple[Kept | None, Kept | None, Kept | None],
    causes: Mapping[Key, Mapping[str, float]],
    record: Callable[[Number], str],
) -> tuple[Change, ...]:
    """Each number beside what it was, in order."""
    last, month, baseline = (each.numbers if each is not None else {} for each in past)
    found = []
    for key, number in now.items():
        before = last.get(key)
        change = None if before is None else number.value - before.value
        noise = False if before is None else NOISE * float(np.hypot(number.error, before.error))
        found.append(
            Change(
                number,
                before,
                month.get(key),
                baseline.get(key),
                change,
                change is not None and abs(change) <= noise,
                causes.get(key, {}),
                record(number),
            )
        )
    return tuple(found)
