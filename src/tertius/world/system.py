"""Records of the system around the war: ladders of escalation, red lines, bargains between partners, ties."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from tertius.errors import Misfit
from tertius.world.entry import ActorId, ContingentId, DrivingPath, Entry, Id, InstrumentId, StakeId, SupplyLineId
from tertius.world.quantity import Name, Quantity, Text, WithQuantities

NOT_BY_OUTPUT = ("response", "relief", "leap", "spill_over", "reached")  # quantities of rungs that have a rate


class Rung(WithQuantities):
    """A rung of a ladder, described so that a reader of the news could tell whether it is reached.

    `height` orders the rungs of a ladder, the lowest first. Either an `output` of the run defines it, reached from its
    `threshold` on, or it has a `rate`, which the `stake` moves. `is_stated`: its rate is a stated prior and no result.
    """

    entity = "rung"
    drives = True

    id: str
    name: Name
    label: Name | None = None
    """Its name in few words, for a page with little room."""
    height: Annotated[int, Field(ge=1, le=99)]
    output: DrivingPath | None = None
    stake: StakeId | None = None
    is_stated: bool = False
    note: Text | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.output is None) != ("threshold" not in self.quantities):
            lacking = "output" if self.output is None else "threshold"
            raise Misfit(f"no {lacking}", "output and threshold together, or neither", f"add {lacking}")
        if self.output is not None and (self.stake is not None or "rate" in self.quantities):
            given = "stake" if self.stake is not None else "rate"
            allowed = "either an output and its threshold, or a rate and a stake"
            raise Misfit(f"output and {given}", allowed, f"remove {given}", below=(given,))
        if self.output is not None:
            idle = [name for name in NOT_BY_OUTPUT if name in self.quantities]
            if self.is_stated or idle:
                given = idle[0] if idle else "is_stated"
                allowed = "none of what moves a rate, as an output defines the rung"
                raise Misfit(f"output and {given}", allowed, f"remove {given}", below=(given,))
        elif "response" in self.quantities and self.stake is None:
            raise Misfit("response without a stake", "both or neither", "name the stake", below=("response",))
        if self.output is None and "rate" not in self.quantities:
            raise Misfit("neither rate nor output", "one of the two", "say how often it is reached, or by what")
        return self


class Ladder(Entry):
    """Ordered rungs of escalation: of the war, or of a flashpoint elsewhere."""

    entity = "ladder"

    name: Name
    is_elsewhere: bool = False
    """A flashpoint apart from the war."""
    rungs: Annotated[Mapping[Id, Rung], Field(min_length=1)]

    @model_validator(mode="after")
    def _heights_differ(self) -> Self:
        owner: dict[int, str] = {}
        for name, rung in self.rungs.items():
            first = owner.setdefault(rung.height, name)
            if first != name:
                given = f"height {rung.height}, which {first} has too"
                raise Misfit(given, "a height of its own", "renumber the rungs", below=("rungs", name, "height"))
        return self


class RedLine(Entry, WithQuantities):
    """What `actor` has said that it would answer: an `output` of the run at its `threshold` or above.

    `signal` is its instrument that repeats the warning, `answer` the one that would answer, `deters` the rival's
    instrument that would cross the line.
    """

    entity = "red_line"
    drives = True

    name: Name
    actor: ActorId
    output: DrivingPath
    threshold: Quantity
    signal: InstrumentId | None = None
    answer: InstrumentId | None = None
    deters: InstrumentId | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.signal is None and self.answer is None and self.deters is None:
            given = "neither signal, answer nor deters"
            raise Misfit(given, "at least one of them", "say what repeats it, what would answer or what it deters")
        return self


class Bargain(Entry, WithQuantities):
    """What `giver` sends to `taker` (contingents and supply lines), and what it gets, in money or by `payment`."""

    entity = "bargain"
    drives = True

    name: Name
    giver: ActorId
    taker: ActorId
    patron: ActorId | None = None
    """Whose hold over the giver the bargain loosens."""
    contingents: tuple[ContingentId, ...] = ()
    supply_lines: tuple[SupplyLineId, ...] = ()
    payment: InstrumentId | None = None

    @model_validator(mode="after")
    def _gives(self) -> Self:
        if self.giver == self.taker:
            raise Misfit(f"{self.taker!r}, the giver too", "another actor", "name who gets it", below=("taker",))
        if self.patron in (self.giver, self.taker):
            role = "giver" if self.patron == self.giver else "taker"
            allowed = "a third actor, whose hold over the giver it loosens"
            raise Misfit(f"{self.patron!r}, the {role} too", allowed, "name another or remove it", below=("patron",))
        if not self.contingents and not self.supply_lines:
            raise Misfit("nothing given", "contingents or supply_lines", "say what the giver sends")
        return self


class Setting(Quantity):
    """A quantity of another record, by path, that a variant sets."""

    id: str


class Variant(Entry, WithQuantities):
    """A rival hypothesis of the case: quantities by path that it sets, and its `weight` against the other variants."""

    name: Name
    weight: Quantity
    set: Annotated[Mapping[str, Setting], Field(min_length=1)]

    @model_validator(mode="after")
    def _weighs(self) -> Self:
        if self.weight.unit != "1":
            raise Misfit(f"unit {self.weight.unit}", "unit 1", 'write unit: "1"', "1", below=("weight", "unit"))
        low = self.weight.prior.support[0] if self.weight.prior else self.weight.central
        if low < 0 or self.weight.central <= 0:
            raise Misfit(self.weight.describe(), "a weight above 0", "correct it", below=("weight",))
        return self


class Tie(Entry, WithQuantities):
    """How close two actors stand, from -1 (foes) to 1 (allies)."""

    entity = "tie"
    drives = True

    between: Annotated[tuple[ActorId, ...], Field(min_length=2, max_length=2)]

    @model_validator(mode="after")
    def _joins_two(self) -> Self:
        if self.between[0] == self.between[1]:
            raise Misfit(repr(list(self.between)), "two actors", "name another", below=("between",))
        return self
