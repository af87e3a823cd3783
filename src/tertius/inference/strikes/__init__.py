"""Salvos and what gets through: the process of a kind of arms, learnt week by week."""

from tertius.inference.strikes.launches import LAUNCHING, launch_evidence, launches_ahead
from tertius.inference.strikes.leaks import LEAKING, leak_evidence, leaks_ahead
from tertius.inference.strikes.panel import FEWEST_WEEKS, SERIES, STRIKING, Panel, read_strikes
from tertius.inference.strikes.recursion import Draws, Structure, Unknown, learn

__all__ = [
    "FEWEST_WEEKS",
    "LAUNCHING",
    "LEAKING",
    "SERIES",
    "STRIKING",
    "Draws",
    "Panel",
    "Structure",
    "Unknown",
    "launch_evidence",
    "launches_ahead",
    "leak_evidence",
    "leaks_ahead",
    "learn",
    "read_strikes",
]
