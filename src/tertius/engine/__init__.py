"""From a scenario to an ensemble: layout, parameter draws, the compiled block, running, interventions, archive."""

from tertius.engine.archive import read_run, save_run
from tertius.engine.arm import Options
from tertius.engine.compiled import law_hash
from tertius.engine.ensemble import LEVELS, Ensemble
from tertius.engine.happening import occurrences
from tertius.engine.inputs import Change, Inputs, changes, mixed_inputs
from tertius.engine.interventions import Intervention, overrides_of, parse_intervention
from tertius.engine.layout import Layout
from tertius.engine.run import Progress, run, run_arms, run_future
from tertius.engine.sampling import Sampled, draws_of
from tertius.kernel import CHANNELS, Mechanism, laws, uniforms
from tertius.mechanisms.deliberation import LARGEST_VALUE, WEEKS_A_YEAR
from tertius.mechanisms.excitation import LARGEST_PART
from tertius.mechanisms.occasions import LARGEST_PULL
from tertius.mechanisms.termination import lasting_week

__all__ = [
    "CHANNELS",
    "LARGEST_PART",
    "LARGEST_PULL",
    "LARGEST_VALUE",
    "LEVELS",
    "WEEKS_A_YEAR",
    "Change",
    "Ensemble",
    "Inputs",
    "Intervention",
    "Layout",
    "Mechanism",
    "Options",
    "Progress",
    "Sampled",
    "changes",
    "draws_of",
    "lasting_week",
    "law_hash",
    "laws",
    "mixed_inputs",
    "occurrences",
    "overrides_of",
    "parse_intervention",
    "read_run",
    "run",
    "run_arms",
    "run_future",
    "save_run",
    "uniforms",
]
