"""The world: records of actors, theatres and the rest; scenario YAML to frozen records and back."""

from tertius.shipped import shipped_scenarios
from tertius.world.camps import favours
from tertius.world.deciding import Actor, Driver, Effect, Instrument, Interest, Lever, Stake, Step
from tertius.world.editing import Edit, edits, mixed
from tertius.world.entry import Entry
from tertius.world.loader import load_scenario
from tertius.world.measured import Observation, Outcome
from tertius.world.occasions import OCCASION_KINDS, Move, Occasion, Turn
from tertius.world.overrides import parse_override, with_overrides
from tertius.world.priors import (
    FAMILIES,
    Beta,
    Gamma,
    Lognormal,
    Loguniform,
    Normal,
    Prior,
    Triangular,
    Uniform,
    read_prior,
)
from tertius.world.quantity import Quantity, Strict
from tertius.world.recorded import RecordedStep, Track, tracks, weeks_before
from tertius.world.records import (
    EVENT_TARGETS,
    Comparison,
    Contingent,
    Event,
    Fact,
    Forces,
    Reading,
    Relation,
    Side,
    Source,
    SupplyLine,
    Theatre,
    World,
)
from tertius.world.references import target_of
from tertius.world.scenario import Scenario
from tertius.world.sections import SECTIONS, Section, within
from tertius.world.striking import Aim, Defence, Interception, Target, Weapon
from tertius.world.system import Bargain, Ladder, RedLine, Rung, Tie, Variant

__all__ = [
    "EVENT_TARGETS",
    "FAMILIES",
    "OCCASION_KINDS",
    "SECTIONS",
    "Actor",
    "Aim",
    "Bargain",
    "Beta",
    "Comparison",
    "Contingent",
    "Defence",
    "Driver",
    "Edit",
    "Effect",
    "Entry",
    "Event",
    "Fact",
    "Forces",
    "Gamma",
    "Instrument",
    "Interception",
    "Interest",
    "Ladder",
    "Lever",
    "Lognormal",
    "Loguniform",
    "Move",
    "Normal",
    "Observation",
    "Occasion",
    "Outcome",
    "Prior",
    "Quantity",
    "Reading",
    "RecordedStep",
    "RedLine",
    "Relation",
    "Rung",
    "Scenario",
    "Section",
    "Side",
    "Source",
    "Stake",
    "Step",
    "Strict",
    "SupplyLine",
    "Target",
    "Theatre",
    "Tie",
    "Track",
    "Triangular",
    "Turn",
    "Uniform",
    "Variant",
    "Weapon",
    "World",
    "edits",
    "favours",
    "load_scenario",
    "mixed",
    "parse_override",
    "read_prior",
    "shipped_scenarios",
    "target_of",
    "tracks",
    "weeks_before",
    "with_overrides",
    "within",
]
