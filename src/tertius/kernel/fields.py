"""The name table: every number a law may read or write, with its unit, once.

A `Field` is an integer (its slot on the last axis of the entity's array) that also knows its entity, name, unit,
meaning and range. Laws index arrays with it, `state.contingent[c, TROOPS]`; the layout finds scenario quantities by
its name; briefs and docs print its unit. Fields shared by several laws stand here; a parameter that only one law
reads is declared in that law's file, with the same functions.

Three kinds:
  state      moves during a trajectory. With `given=True` its value at the as-of date is a scenario quantity.
  parameter  drawn once per trajectory outside the kernel from the prior in the scenario.
  link       an integer that ties records together (which side a contingent belongs to); same in every trajectory.

A quantity without `default` must stand in the scenario; one with `default` may be left out (the default is its off
or neutral value).
"""

from __future__ import annotations

import math
from typing import Final

from tertius.kernel.state import Params, State

ENTITIES: Final = State._fields
LINKED: Final = tuple(name.removesuffix("_links") for name in Params._fields if name.endswith("_links"))
SIDES: Final = ("A", "B")
EVENT_KINDS: Final = ("arrival", "withdrawal", "mobilisation", "supply", "strikes", "air-defence")
ARRIVAL, WITHDRAWAL, MOBILISATION, SUPPLY_CHANGE, STRIKES, AIR_DEFENCE = range(6)
GOODS: Final = ("shells", "equipment")
SHELLS_GOOD, EQUIPMENT_GOOD = range(2)
WANTS: Final = {"less": -1, "more": 1}
STEPS: Final = ("up", "down")
LEVER_KINDS: Final = ("supply_line", "contingent", "side", "weapon", "defence")
SUPPLY_LEVER, CONTINGENT_LEVER, SIDE_LEVER, WEAPON_LEVER, DEFENCE_LEVER = range(5)
UNIT_OF_OUTPUT: Final = "output"  # a field measured in the unit of the output that its record names
LARGEST_OF_UNIT: Final = {
    "1": 1e3,
    "1/week": 1e2,
    "1/year": 5e3,
    "week": 1e5,
    "km2": 5.2e8,  # the Earth's surface
    "km2/week": 5.2e8,
    "persons": 1e10,
    "persons/week": 1e10,
}
"""The largest size that a quantity of a unit may be given: far beyond any war, and far below what overflows a law."""
LARGEST_OF_OTHERS: Final = 1e15


class Field(int):
    """A slot number with its meaning; behaves as a plain integer inside compiled laws."""

    entity: str
    kind: str
    name: str
    unit: str
    meaning: str
    low: float
    high: float
    given: bool
    default: float | None
    recorded: bool
    whole: bool
    most: float

    @property
    def path(self) -> str:
        return f"{self.entity}.{self.name}"


TABLE: Final[dict[tuple[str, str, str], Field]] = {}
_OF_ENTITY: Final[dict[tuple[str, str], list[Field]]] = {}  # the same by kind and entity, in slot order


def largest(unit: str) -> float:
    """The largest size that a scenario may give a quantity in this unit."""
    return LARGEST_OF_UNIT.get(unit, LARGEST_OF_OTHERS)


def _declare(
    kind: str,
    entity: str,
    name: str,
    unit: str,
    meaning: str,
    low: float,
    high: float,
    given: bool,
    default: float | None,
    recorded: bool = True,
    whole: bool = False,
    most: float | None = None,
) -> Field:
    if entity not in ENTITIES:
        raise ValueError(f"{entity!r} is no entity; allowed: {', '.join(ENTITIES)}")
    taken = TABLE.get((kind, entity, name))
    if taken is not None:
        raise ValueError(f"{kind} {entity}.{name} is declared twice")
    held = _OF_ENTITY.setdefault((kind, entity), [])
    field = Field(len(held))
    field.entity, field.kind, field.name, field.unit, field.meaning = entity, kind, name, unit, meaning
    field.low, field.high, field.given, field.default = low, high, given, default
    field.recorded, field.whole = recorded, whole
    field.most = min(largest(unit) if most is None else most, max(abs(low), abs(high)))
    TABLE[(kind, entity, name)] = field
    held.append(field)
    return field


def state(
    entity: str,
    name: str,
    unit: str,
    meaning: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    given: bool = False,
    default: float | None = None,
    recorded: bool = True,
    whole: bool = False,
    most: float | None = None,
) -> Field:
    """Declare a state variable; `given=True` reads its as-of value from the scenario quantity of that name.

    recorded=False keeps it out of a run's outputs: workings of one week, which can be had again from what is kept.
    whole=True lets the scenario give whole numbers only; most is the largest size that it may give.
    """
    return _declare("state", entity, name, unit, meaning, low, high, given, default, recorded, whole, most)


def parameter(
    entity: str,
    name: str,
    unit: str,
    meaning: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    default: float | None = None,
    whole: bool = False,
    most: float | None = None,
) -> Field:
    """Declare a parameter, read from the scenario quantity of that name.

    low and high bound what it means, and so a prior's whole range; most is the largest size that makes sense, held to
    all but a thousandth of a prior at each end (by default that of its unit); whole=True: whole numbers only.
    """
    return _declare("parameter", entity, name, unit, meaning, low, high, True, default, whole=whole, most=most)


def link(entity: str, name: str, meaning: str) -> Field:
    """Declare an integer link, filled in by the layout."""
    return _declare("link", entity, name, "1", meaning, -math.inf, math.inf, False, None)


def fields(kind: str, entity: str) -> tuple[Field, ...]:
    """All fields of one kind and entity, in slot order."""
    return tuple(_OF_ENTITY.get((kind, entity), ()))


def outputs(entity: str) -> tuple[Field, ...]:
    """State fields of an entity that a run records, in slot order."""
    return tuple(field for field in fields("state", entity) if field.recorded)


def quantities(entity: str) -> dict[str, Field]:
    """Scenario quantities of an entity by name: its parameters and its given state fields."""
    given = [f for f in (*fields("state", entity), *fields("parameter", entity)) if f.given]
    return {f.name: f for f in given}


# --- world -------------------------------------------------------------------------------------------------------
ENDED = state("world", "ended", "1", "1 once the war is over: from then on nothing flows and nobody decides")
DECISION_LAW = state("world", "decision_law", "1", "stream of the law by which states decide", low=0, recorded=False)
LAWS_WEIGHT = state("world", "laws_weight", "1", "weights of the laws that have claimed so far", low=0, recorded=False)
MEMORY = parameter("world", "memory_weeks", "week", "how long a step is remembered by others", low=0, default=8.0)

# --- theatre -----------------------------------------------------------------------------------------------------
AREA = state("theatre", "area", "km2", "land held by the theatre's holder", low=0, given=True)
BASE_TEMPO = state(
    "theatre", "tempo", "km2/week", "weekly gain of the holder when the balance is as at the as-of date", given=True
)
LEVEL_DEVIATION = state(
    "theatre", "level_deviation", "km2/week", "tempo's moving level less its long-run mean", given=True, default=0.0
)
GAIN = state("theatre", "gain", "km2/week", "expected gain of the holder this week, before map noise")
OPEN = state("theatre", "open", "1", "1 while the theatre is fought over, 0 once a salient has closed")
ACTIVITY = state(
    "theatre", "activity", "1", "1 in an active spell, 0 in a quiet one", low=0, high=1, given=True, default=0.0
)
SHOCK_SCALE = state("theatre", "shock_scale", "1", "scale of this week's shocks and noise at the front", low=0)
BALANCE = state("theatre", "balance", "1", "log ratio of the holder's power to the other side's")
REFERENCE_BALANCE = state("theatre", "reference_balance", "1", "the balance at the as-of date")

HOLDER = link("theatre", "holder", "side whose held area is measured: 0 for A, 1 for B")
CLOSES = link("theatre", "closes_at_zero", "1 when the theatre ends as its area reaches zero")
CONTACT = link("theatre", "contact_at_bounds", "1 when the sides fight on with all of the land held, or none")

# --- side --------------------------------------------------------------------------------------------------------
SHELLS = state("side", "shells", "rounds", "artillery rounds in stock", low=0, given=True)
EQUIPMENT = state("side", "equipment", "vehicles", "armoured vehicles in service", low=0, given=True)
FIRE = state("side", "fire", "rounds/week", "rounds fired this week", low=0)
SHELLS_DELIVERED = state("side", "shells_delivered", "rounds/week", "rounds that arrived this week", low=0)
STRENGTH = state("side", "strength", "persons", "own and usable foreign soldiers in open theatres", low=0)
OFFICERS_LENT = state("side", "officers_lent", "persons", "officers serving with foreign contingents", low=0)
LEADERSHIP = state("side", "leadership", "1", "share of command capacity left after lending officers", low=0, high=1)
LOSSES = state("side", "losses", "persons/week", "killed and wounded this week, as the source counts them", low=0)
CUMULATIVE_LOSSES = state("side", "cumulative_losses", "persons", "losses since the as-of date", low=0)
LOSS_DEVIATION = state(
    "side",
    "loss_deviation",
    "1",
    "log losses less their long-run mean and the tempo's part",
    given=True,
    default=0.0,
    most=10.0,
)
MOBILISED = state("side", "mobilised", "persons/week", "extra recruits while a mobilisation lasts")
OFFICER_POOL = state("side", "officer_pool", "persons", "junior officers in the theatres of war", low=0, given=True)
ENDURANCE = state(
    "side",
    "endurance",
    "1",
    "what it can still bear, as a share of that at the as-of date",
    low=0,
    given=True,
    default=1.0,
    most=1.0,
)
SANCTIONED = state("side", "sanctioned", "1/week", "wear by new sanctions, before evasion", recorded=False)
AIDED = state("side", "aided", "1/week", "wear taken away by new aid", recorded=False)
EVADED = state("side", "evaded", "1", "change of its evasion of new sanctions by instruments")
OFFERED = state("side", "offered", "1", "readiness to settle that instruments have added", recorded=False)
PERMANENT_SHARE = parameter(
    "side", "permanent_share", "1", "share of counted losses that does not return within weeks", low=0, high=1
)

# --- force: one side in one theatre, slot 2 * theatre + side -----------------------------------------------------
NATIVES = state("force", "troops", "persons", "the side's own soldiers in the theatre", low=0, given=True)
MASS = state("force", "mass", "persons", "own soldiers plus usable foreign ones, in own-soldier equivalents", low=0)
FOREIGN_MASS = state("force", "foreign_mass", "persons", "usable foreign soldiers, in own-soldier equivalents", low=0)
NATIVE_INTEGRATION = state(
    "force", "native_integration", "1", "share of its own soldiers' power that can be used", low=0, high=1
)
POWER = state("force", "power", "1", "combat power, in arbitrary units common to both sides", low=0)
REFERENCE_SHARE = state(
    "force", "reference_share", "1", "the theatre's share of its side's own soldiers at the as-of date", low=0, high=1
)

# --- contingent --------------------------------------------------------------------------------------------------
TROOPS = state("contingent", "troops", "persons", "soldiers present", low=0, given=True, default=0.0)
INTERPRETERS = state("contingent", "interpreters", "persons", "interpreters serving with it", low=0)
INTERPRETER_POOL = state(
    "contingent", "interpreter_pool", "persons", "interpreters that can still be sent to it", low=0, given=True
)
LENT_OFFICERS = state("contingent", "lent_officers", "persons", "host officers serving with it", low=0)
JOINT_WEEKS = state(
    "contingent", "joint_weeks", "week", "mean experience beside the host", low=0, given=True, default=0.0
)
SERVED_WEEKS = state("contingent", "served_weeks", "week", "weeks since its first soldiers arrived", low=0)
NEWCOMERS = state("contingent", "newcomers", "persons", "soldiers who arrived this week", low=0)
SENT_WHILE_HELD = state(
    "contingent", "sent_while_held", "persons", "sent while its bargain held", low=0, recorded=False
)
SENT = state("contingent", "sent", "persons", "soldiers sent in all, the first and the later ones", low=0)
FLUENCY = state("contingent", "fluency", "1", "share of groups with an interpreter and their officers", low=0, high=1)
INTEGRATION = state("contingent", "integration", "1", "share of its power that can be used", low=0, high=1)
USABLE = state("contingent", "usable", "persons", "soldiers times integration", low=0)
CONTINGENT_LOSSES = state("contingent", "losses", "persons/week", "its killed and wounded this week", low=0)
CONTINGENT_CUMULATIVE = state("contingent", "cumulative_losses", "persons", "its losses since the as-of date", low=0)
LOCATION = state("contingent", "location", "1", "slot of the theatre where it serves; -1 when idle")
QUALITY = parameter(
    "contingent", "quality", "1", "power of one fully integrated soldier against one of the host's", low=0, high=10
)

CONTINGENT_ACTOR = link(
    "contingent", "actor", "slot of the actor whose soldiers they are; -1 where that decides nothing"
)
CONTINGENT_BARGAIN = link("contingent", "bargain", "slot of the bargain that it belongs to; -1 for none")
SENDER = link("contingent", "sender", "slot of the first contingent of its actor on its side")
CONTINGENT_SIDE = link("contingent", "side", "0 for A, 1 for B")
CONTINGENT_THEATRE = link("contingent", "theatre", "slot of the theatre where it starts")

# --- supply line -------------------------------------------------------------------------------------------------
TRANSIT = state("supply", "transit", "items", "sent and not yet arrived", low=0)
FACTOR = state(
    "supply", "factor", "1", "multiplier of the line's rate, moved by events", low=0, given=True, default=1.0
)
DELIVERED = state("supply", "delivered", "items/week", "arrived this week", low=0)
SUPPLY_SIDE = link("supply", "side", "0 for A, 1 for B")
SUPPLY_GOOD = link("supply", "good", "0 shells, 1 equipment, -1 what belongs to a weapon or a defence")
SUPPLY_WEAPON = link("supply", "weapon", "slot of the weapon that it brings; -1 for none")
SUPPLY_DEFENCE = link("supply", "defence", "slot of the defence that it brings interceptors; -1 for none")
SUPPLY_AT = link("supply", "at", "slot of the target through which it comes; -1 for none")

SUPPLY_BARGAIN = link("supply", "bargain", "slot of the bargain that it belongs to; -1 for none")
SUPPLY_OWN = link("supply", "own", "1 where a member of the side that leads it delivers, 0 for partners")

# --- event -------------------------------------------------------------------------------------------------------
EVENT_KIND = link("event", "kind", "index into EVENT_KINDS")
EVENT_TARGET = link("event", "target", "slot of the contingent, side, supply line, weapon or defence it acts on")

# --- actor that decides, its interests (slot actor * stakes + stake) ------------------------------------------------
ACTS = state("actor", "acts", "1", "changes of its instruments since the as-of date", low=0)
ACT_CHANCE = state("actor", "act_chance", "1/week", "chance that it acts in the coming week", low=0, high=1)
PACE = parameter("actor", "pace", "1", "how often it acts against the sum of its steps' rates", low=0, default=1.0)
THREAT = state("actor", "threat", "1", "weighted harm to its stakes since the as-of date, as far as known", low=0)
FIRST_INSTRUMENT = link("actor", "first_instrument", "slot of its first instrument")
END_INSTRUMENT = link("actor", "end_instrument", "slot after its last instrument")

# --- stake -------------------------------------------------------------------------------------------------------
STAKE_LEVEL = state("stake", "level", "1", "change of the stake since the as-of date, in units of its own")
PERCEIVED = state("stake", "perceived", "1", "what is known of that change")
UNSETTLED = state("stake", "unsettled", "1", "what is known of it and not yet taken as usual")

# --- instrument, its options (slot 2 * instrument + step) and consequences -------------------------------------------
LEVEL = state("instrument", "level", "1", "level in force", low=0, given=True, default=0.0, whole=True)
REFERENCE_LEVEL = state("instrument", "reference_level", "1", "level at the as-of date", low=0, recorded=False)
STEP = state("instrument", "step", "1", "change of level decided this week", low=-1, high=1, recorded=False)
RECENT = state("instrument", "recent", "1", "steps up less steps down, fading", given=True, default=0.0, recorded=False)
URGED = state("instrument", "urged", "1", "log factor on a step up by laws other than interests", recorded=False)
SIGNALLED = state("instrument", "signalled", "1", "worth of a step up by red lines, less that at the as-of date")
CHANCE = state("option", "chance", "1/week", "chance of the step in the coming week", low=0, high=1)
PER_LEVEL = parameter("consequence", "per_level", "1", "change of the stake with one level more of the instrument")
FAVOURS = link("instrument", "favours", "1 where a step up serves side A, -1 side B, 0 neither")
INSTRUMENT_ACTOR = link("instrument", "actor", "slot of the actor that holds it")
GROUP = link("instrument", "group", "first instrument of the same kind towards the same actor")
TOP_LEVEL = link("instrument", "top_level", "highest level")
FIRST_CONSEQUENCE = link("instrument", "first_consequence", "slot of its first consequence")
END_CONSEQUENCE = link("instrument", "end_consequence", "slot after its last consequence")
CONSEQUENCE_STAKE = link("consequence", "stake", "slot of the stake it moves")
INSTRUMENT_TOWARDS = link(
    "instrument", "towards", "slot of the actor that it is aimed at; -1 where that decides nothing"
)

# --- rung of a ladder: an event of escalation, or of a crisis elsewhere --------------------------------------------
REACHED = state(
    "rung", "reached", "1", "1 while the rung is reached", low=0, high=1, given=True, default=0.0, whole=True
)
CONTAGION = state("rung", "contagion", "1", "rungs climbed on other ladders since the as-of date")

# --- red line: what an actor has said that it would answer -----------------------------------------------------------
CREDIBILITY = state(
    "red_line", "credibility", "1", "chance that it would be answered, as others see it", low=0, high=1, given=True
)
CROSSED = state("red_line", "crossed", "1", "1 while what it forbids is the case", low=0, high=1)

# --- strikes: weapons, layers of air defence, targets; aims and interceptions are records within them ---------------
WITHOUT_BOUND: Final = 1e12
POSTURE = state(
    "weapon", "posture", "1", "multiplier of what it would launch, moved by events", low=0, given=True, default=1.0
)
EDGE = state("weapon", "edge", "1", "log factor on its damage, moved by events", given=True, default=0.0, most=10.0)
WEAPON_STOCK = state("weapon", "stock", "items", "items in stock", low=0, given=True, default=WITHOUT_BOUND)
WEAPON_DELIVERED = state("weapon", "delivered", "items/week", "items that arrived this week", low=0)
LAUNCHED = state("weapon", "launched", "items/week", "items launched this week", low=0)
LEAKED = state("weapon", "leaked", "items/week", "items that got through this week", low=0)
DEFENCE_POSTURE = state(
    "defence", "posture", "1", "multiplier of its capacity, moved by events", low=0, given=True, default=1.0
)
DEFENCE_EDGE = state(
    "defence", "edge", "1", "log odds added to its chances, moved by events", given=True, default=0.0, most=10.0
)
INTERCEPTORS = state(
    "defence", "interceptors", "items", "interceptors in stock", low=0, given=True, default=WITHOUT_BOUND
)
INTERCEPTORS_DELIVERED = state("defence", "delivered", "items/week", "interceptors that arrived this week", low=0)
DAMAGE = state("target", "damage", "1", "share of it that is out of work", low=0, high=1, given=True, default=0.0)
REFERENCE_DAMAGE = state("target", "reference_damage", "1", "damage at the as-of date", low=0, high=1, recorded=False)
WEAPON_AT = link("weapon", "at", "slot of the target that it needs; -1 for none")
DEFENCE_AT = link("defence", "at", "slot of the target that it needs; -1 for none")
TARGET_SIDE = link("target", "side", "0 for A, 1 for B")

# --- bargain between partners, and tie between two actors ---------------------------------------------------------
ALIVE = state("bargain", "alive", "1", "1 while it holds", low=0, high=1, given=True, default=1.0, whole=True)
CLOSENESS = state(
    "tie", "closeness", "1", "how close two actors stand, -1 foes to 1 allies", low=-1, high=1, given=True
)
