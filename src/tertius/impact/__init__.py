"""What an entry changes: paired comparison, reactions and their reasons, and what the answer rests on."""

from tertius.impact.comparison import Comparison, Difference, compare, difference
from tertius.impact.first_moves import Answer, FirstMoves, first_moves
from tertius.impact.reactions import Reaction, Standing, Step, detectable, reactions, standings
from tertius.impact.reasons import FOLLOWERS, RESTRAINT, RIVALS, Reason, Reasons, reasons, worth
from tertius.impact.recorded import Recorded
from tertius.impact.sensitivity import Movement, Sensitivity, SwitchOff, sensitivity

__all__ = [
    "FOLLOWERS",
    "RESTRAINT",
    "RIVALS",
    "Answer",
    "Comparison",
    "Difference",
    "FirstMoves",
    "Movement",
    "Reaction",
    "Reason",
    "Reasons",
    "Recorded",
    "Sensitivity",
    "Standing",
    "Step",
    "SwitchOff",
    "compare",
    "detectable",
    "difference",
    "first_moves",
    "reactions",
    "reasons",
    "sensitivity",
    "standings",
    "worth",
]
