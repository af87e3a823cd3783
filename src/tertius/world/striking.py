"""Records of strikes at a distance: weapons and what they are aimed at, air defences, and the targets behind them."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tertius.errors import Misfit
from tertius.world.entry import ActorId, Entry, SideId, TargetId, WeaponId
from tertius.world.quantity import Name, Text, WithQuantities


def depends_somewhere(record: WithQuantities, at: str | None) -> None:
    """Refuse `dependence` of a record that stands nowhere. Raises Misfit."""
    if at is None and "dependence" in record.quantities:
        raise Misfit("dependence without at", "both or neither", "name the target in at", below=("dependence",))


class Aim(WithQuantities):
    """What one item of a weapon that gets through does to a target, and how large a part of them is aimed at it."""

    entity = "aim"

    id: str
    note: Text | None = None


class Weapon(Entry, WithQuantities):
    """A kind of missiles, drones or aircraft that `actor` sends at the other side's targets.

    `at` is the target of its own side that it needs (its airfields, its launchers); `aims` are by the target's id.
    """

    entity = "weapon"
    drives = True

    name: Name
    actor: ActorId
    side: SideId
    kind: Literal["ballistic", "cruise", "drones", "aircraft", "other"]
    at: TargetId | None = None
    aims: Mapping[TargetId, Aim] = {}

    @model_validator(mode="after")
    def _depends(self) -> Self:
        depends_somewhere(self, self.at)
        return self


class Interception(WithQuantities):
    """How well a layer of air defence stops a kind of weapon."""

    entity = "interception"
    drives = True

    id: str
    note: Text | None = None


class Defence(Entry, WithQuantities):
    """A layer of air defence: what the layer before it (with a lower `order`) has let through meets it.

    `at` is the target of its side that it needs; `intercepts` are by the weapon's id.
    """

    entity = "defence"
    drives = True

    name: Name
    actor: ActorId
    side: SideId
    order: Annotated[int, Field(ge=1, le=99)]
    at: TargetId | None = None
    intercepts: Mapping[WeaponId, Interception] = {}

    @model_validator(mode="after")
    def _depends(self) -> Self:
        depends_somewhere(self, self.at)
        return self


class Target(Entry, WithQuantities):
    """A set of places on a side's soil that strikes damage and that is repaired."""

    entity = "target"
    drives = True

    name: Name
    side: SideId
    kind: Literal["power", "ports", "plants", "bases", "defences", "cities", "transport", "oil", "nuclear", "other"]
