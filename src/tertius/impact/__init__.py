"""What an entry changes: paired comparison, reactions and their reasons, and what the answer rests on."""

from tertius.impact.attribution import Attribution, Contribution, attribute
from tertius.impact.causes import SPLITS, Causes, Part, Split, causes
from tertius.impact.claims import Evidence
from tertius.impact.comparison import Comparison, Difference, compare, difference
from tertius.impact.dissent import Apart, Dissent, Voice, dissent
from tertius.impact.editions import EFFECT, LEVEL, Differences, Edition, differences
from tertius.impact.ends import Counted, by_age, can_end
from tertius.impact.first_moves import FirstMoves, Response, first_moves
from tertius.impact.hypotheses import Furthest, Hypotheses, Variant, hypotheses
from tertius.impact.ignorance import Ignorance, Narrowing, Parted, ignorance
from tertius.impact.need import Need, needs
from tertius.impact.reactions import Chosen, Departure, Reaction, Reactions, Standing, Step, reactions, standings
from tertius.impact.reasons import FOLLOWERS, RED_LINES, RESTRAINT, RIVALS, Reason, Reasons, all_reasons, reasons, worth
from tertius.impact.recorded import Recorded
from tertius.impact.sensitivity import Movement, Sensitivity, SwitchOff, sensitivity
from tertius.impact.system import (
    Course,
    Happening,
    Level,
    LineRecord,
    Mood,
    Received,
    System,
    happened,
    system,
)

__all__ = [
    "EFFECT",
    "FOLLOWERS",
    "LEVEL",
    "RED_LINES",
    "RESTRAINT",
    "RIVALS",
    "SPLITS",
    "Apart",
    "Attribution",
    "Causes",
    "Chosen",
    "Comparison",
    "Contribution",
    "Counted",
    "Course",
    "Departure",
    "Difference",
    "Differences",
    "Dissent",
    "Edition",
    "Evidence",
    "FirstMoves",
    "Furthest",
    "Happening",
    "Hypotheses",
    "Ignorance",
    "Level",
    "LineRecord",
    "Mood",
    "Movement",
    "Narrowing",
    "Need",
    "Part",
    "Parted",
    "Reaction",
    "Reactions",
    "Reason",
    "Reasons",
    "Received",
    "Recorded",
    "Response",
    "Sensitivity",
    "Split",
    "Standing",
    "Step",
    "SwitchOff",
    "System",
    "Variant",
    "Voice",
    "all_reasons",
    "attribute",
    "by_age",
    "can_end",
    "causes",
    "compare",
    "difference",
    "differences",
    "dissent",
    "first_moves",
    "happened",
    "hypotheses",
    "ignorance",
    "needs",
    "reactions",
    "reasons",
    "sensitivity",
    "standings",
    "system",
    "worth",
]
