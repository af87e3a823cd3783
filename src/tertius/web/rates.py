"""How often an address may ask: counts within the last minute, for a bounded number of addresses."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

MINUTE: Final = 60.0
MOST_CLIENTS: Final = 10_000


class Rate:
    """At most `most` a minute for each address. now: a clock, in seconds."""

    def __init__(self, most: int, now: Callable[[], float] = time.monotonic) -> None:
        self._most, self._now = most, now
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def _times(self, client: str) -> deque[float]:
        times = self._asked.setdefault(client, deque(maxlen=self._most))
        self._asked.move_to_end(client)
        while len(self._asked) > MOST_CLIENTS:
            self._asked.popitem(last=False)
        while times and self._now() - times[0] > MINUTE:
            times.popleft()
        return times

    def count(self, client: str) -> bool:
        """Count one; whether it was within the rate."""
        times = self._times(client)
        if len(times) >= self._most:
            return False
        times.append(self._now())
        return True
