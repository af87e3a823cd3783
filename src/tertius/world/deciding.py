"""Records of those who decide: stakes and what drives them, interests, instruments with their effects and levers."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from tertius.errors import Misfit
from tertius.world.entry import (
    ActorId,
    ContingentId,
    DefenceId,
    DrivingPath,
    Entry,
    Id,
    PastDay,
    SideId,
    StakeId,
    SupplyLineId,
    WeaponId,
)
from tertius.world.quantity import Name, Quantity, Text, WithQuantities

STEP_IDS = ("up", "down")
LEVER_TARGETS = ("supply_line", "contingent", "side", "weapon", "defence")
InstrumentKind: TypeAlias = Literal[
    "troops",
    "arms",
    "munitions",
    "finance",
    "sanctions",
    "strike-permission",
    "strikes",
    "basing",
    "pressure",
    "warning",
    "mediation",
    "technology",
    "mobilisation",
    "ceasefire-offer",
]


class Interest(WithQuantities):
    """An actor's weight on a stake, and whether it wants more or less of it."""

    entity = "interest"

    id: str
    wants: Literal["more", "less"]
    note: Text | None = None


class Actor(Entry, WithQuantities):
    """A state or bloc able to decide. `interests` are by the stake's id."""

    entity = "actor"
    drives = True

    name: Name
    adjective: Name | None = None
    interests: Mapping[StakeId, Interest] = {}
    donors: tuple[Name, ...] = ()
    """Names of donors, as aid records write them, that make up this actor: its own, or a bloc's members."""


class Driver(WithQuantities):
    """An output of the run that moves a stake; `scale` is the change of it that counts as one, in its unit."""

    entity = "driver"

    id: str
    output: DrivingPath
    scale: Quantity
    note: Text | None = None


class Stake(Entry, WithQuantities):
    """An outcome that some actor values, as its change since the as-of date in units of its own."""

    entity = "stake"

    name: Name
    label: Name | None = None
    """Its name in at most six words, where the name is longer."""
    unit: Name
    """What a change of one means, in words."""
    drivers: Mapping[Id, Driver] = {}


class Effect(WithQuantities):
    """What one level more of an instrument does to a stake."""

    entity = "consequence"

    id: str
    note: Text | None = None


class Step(WithQuantities):
    """A step of an instrument, up or down, and its base rate among the actor's acts."""

    entity = "option"
    keys = STEP_IDS

    id: str
    note: Text | None = None


class Lever(WithQuantities):
    """What one level more of an instrument does to a supply line, a contingent, a side, a weapon or a defence."""

    entity = "lever"

    id: str
    supply_line: SupplyLineId | None = None
    contingent: ContingentId | None = None
    side: SideId | None = None
    weapon: WeaponId | None = None
    defence: DefenceId | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        given = [name for name in LEVER_TARGETS if getattr(self, name) is not None]
        if len(given) != 1:
            shown = " and ".join(given) or "no target"
            raise Misfit(shown, f"exactly one of {', '.join(LEVER_TARGETS)}", "give one of them")
        return self

    @property
    def kind(self) -> str:
        """Which kind of target it has, one of LEVER_TARGETS."""
        return next(name for name in LEVER_TARGETS if getattr(self, name) is not None)

    @property
    def target(self) -> str:
        """Id of the record that it acts on."""
        return str(getattr(self, self.kind))


class Instrument(Entry, WithQuantities):
    """A policy lever of an actor, with ordered levels in words that a reader of the news can tell apart.

    `towards` is the actor that it helps, hurts or addresses; `level` the level at the as-of date, from 0.
    """

    entity = "instrument"
    drives = True

    name: Name
    actor: ActorId
    kind: InstrumentKind
    towards: ActorId
    levels: Annotated[tuple[Name, ...], Field(min_length=2)]
    level: Quantity
    favours: Literal["A", "B", "none"] | None = None
    """The side that a step up serves; by its kind and the actor that it is towards unless the file says."""
    recorded_since: PastDay | None = None
    """From this day on the section `record` holds every step that it took."""
    steps: Mapping[str, Step]
    effects: Mapping[StakeId, Effect] = {}
    levers: Mapping[Id, Lever] = {}

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        for name in self.steps:
            if name not in STEP_IDS:
                raise Misfit(repr(name), "steps up and down", "write up or down", below=("steps", name))
        for row, words in enumerate(self.levels):
            if words in self.levels[:row]:
                allowed = "levels that a reader can tell apart"
                raise Misfit(f"{words!r} a second time", allowed, "reword one", below=("levels", row))
        start = self.level.value
        if start is None or start != int(start) or not 0 <= start < len(self.levels):
            given = "a prior" if start is None else f"{start:g}"
            allowed = f"a level in force at the as-of date: a whole number from 0 to {len(self.levels) - 1}"
            raise Misfit(given, allowed, "give the number of the level that holds", below=("level",))
        return self
