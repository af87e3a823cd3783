"""What an entry changes: paired comparison, reactions and their reasons, and what the answer rests on."""

from tertius.impact.attribution import Attribution, Contribution, attribute
from tertius.impact.causes import SPLITS, Causes, Part, Split, causes
from tertius.impact.comparison import Comparison, Difference, compare, difference
from tertius.impact.dissent import Apart, Dissent, Voice, dissent
from tertius.impact.editions import EFFECT, LEVEL, Differences, Edition, differences
from tertius.impact.first_moves import Answer, FirstMoves, first_moves
from tertius.impact.hypotheses import Hypotheses, Variant, hypotheses
from tertius.impact.ignorance import Ignorance, Narrowing, Parted, ignorance
from tertius.impact.need import Need, needs
from tertius.impact.reactions import Reaction, Standing, Step, detectable, reactions, standings
from tertius.impact.reasons import FOLLOWERS, RED_LINES, RESTRAINT, RIVALS, Reason, Reasons, reasons, worth
from tertius.impact.recorded import Recorded
from tertius.impact.sensitivity import Movement, Sensitivity, SwitchOff, sensitivity
from tertius.impact.system import Happening, Level, LineRecord, System, by_age, can_end, happened, system

__all__ = [
    "EFFECT",
    "FOLLOWERS",
    "LEVEL",
    "RED_LINES",
    "RESTRAINT",
    "RIVALS",
    "SPLITS",
    "Answer",
    "Apart",
    "Attribution",
    "Causes",
    "Comparison",
    "Contribution",
    "Difference",
    "Differences",
    "Dissent",
    "Edition",
    "FirstMoves",
    "Happening",
    "Hypotheses",
    "Ignorance",
    "Level",
    "LineRecord",
    "Movement",
    "Narrowing",
    "Need",
    "Part",
    "Parted",
    "Reaction",
    "Reason",
    "Reasons",
    "Recorded",
    "Sensitivity",
    "Split",
    "Standing",
    "Step",
    "SwitchOff",
    "System",
    "Variant",
    "Voice",
    "attribute",
    "by_age",
    "can_end",
    "causes",
    "compare",
    "detectable",
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
