"""What an entry changes: paired comparison, and what the answer rests on."""

from tertius.impact.comparison import Comparison, Difference, compare, difference
from tertius.impact.sensitivity import Movement, Sensitivity, SwitchOff, sensitivity

__all__ = [
    "Comparison",
    "Difference",
    "Movement",
    "Sensitivity",
    "SwitchOff",
    "compare",
    "difference",
    "sensitivity",
]
