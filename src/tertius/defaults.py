"""What is taken where nothing is said: the same for every command and every function."""

from typing import Final

FUTURES: Final = 4000
"""Futures behind every answer: enough that chance is small beside what is not known."""
SEED: Final = 1
THREADS: Final = 0
"""One for each processor."""
