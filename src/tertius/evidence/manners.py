"""Manners towards publishers: what robots.txt forbids is not fetched, and requests to one host keep a distance."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from tertius.errors import DataError

LONGEST = 60.0
"""Seconds: a longer delay that a publisher asks for is cut to this."""


class Manners:
    """What is known of the hosts that were asked, for one run."""

    def __init__(self) -> None:
        self._rules: dict[str, RobotFileParser] = {}
        self._last: dict[str, float] = {}

    def check(self, address: str, agent: str, robots: Callable[[str], str]) -> float:
        """Return the seconds that the host wants between requests. Raises DataError where it forbids the address.

        Args:
            address: what is to be fetched.
            agent: who fetches.
            robots: returns the text of robots.txt at an address, "" where there is none.
        """
        host = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        if host not in self._rules:
            rules = RobotFileParser()
            rules.parse(robots(f"{host}/robots.txt").splitlines())
            self._rules[host] = rules
        if not self._rules[host].can_fetch(agent, address):
            fix = "get the file with a browser and run: tertius data add FILE --as SOURCE"
            raise DataError(address, f"forbidden to programs by {host}/robots.txt", "an address that is not", fix)
        return min(float(self._rules[host].crawl_delay(agent) or 0.0), LONGEST)

    def keep_distance(self, address: str, seconds: float, sleep: Callable[[float], None]) -> None:
        """Wait until `seconds` have passed since the last request to the address's host."""
        host = urlsplit(address).netloc
        left = self._last.get(host, float("-inf")) + seconds - time.monotonic()
        if left > 0:
            sleep(left)
        self._last[host] = time.monotonic()
