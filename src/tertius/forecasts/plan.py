"""What is asked of a backtest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tertius.errors import OptionError
from tertius.inference.fit import BACKTEST, Effort


@dataclass(frozen=True)
class Plan:
    """What is asked of a backtest.

    first, last  range of origins; by default from the first with 32 known weeks (8 where there are fewer) to the last
                 with a week after it; every: weeks between origins; horizons in weeks; paths: futures a model
    """

    first: date | None = None
    last: date | None = None
    every: int = 1
    horizons: tuple[int, ...] = (1, 4, 13, 26, 52)
    paths: int = 800
    seed: int = 1
    effort: Effort = BACKTEST
    automatic: bool = True

    def __post_init__(self) -> None:
        """Raise OptionError for a value out of range."""
        if not 1 <= self.every <= 52:
            raise OptionError("--every", self.every, "1 to 52 weeks", "choose one of them")
        if not self.horizons or list(self.horizons) != sorted({h for h in self.horizons if 1 <= h <= 104}):
            given = ",".join(map(str, self.horizons))
            given = given if len(given) <= 60 else f"{given[:57]}..."
            raise OptionError("--horizons", given, "whole weeks from 1 to 104 that rise", "write 1,4,13, say")
        if not 50 <= self.paths <= 20_000:
            raise OptionError("--paths", self.paths, "50 to 20,000", "choose one of them")
        if self.first and self.last and self.first > self.last:
            raise OptionError("--from", str(self.first), f"a day up to --to, {self.last}", "exchange the two")
