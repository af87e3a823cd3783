"""Records of the system around the war: ladders of escalation, red lines, bargains between partners, ties."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from tertius.errors import Misfit
from tertius.world.deciding import OUTPUT_PATTERN
from tertius.world.entry import Entry, Id
from tertius.world.quantity import Quantity, Text, WithQuantities


class Rung(WithQuantities):
    """A rung of a ladder, described so that a reader of the news could tell whether it is reached.

    `height` orders the rungs of a ladder, the lowest first. Either an `output` of the run defines it, reached from its
    `threshold` on, or it has a `rate`, which the `stake` moves. `is_stated`: its rate is a stated prior and no result.
    """

    id: str
    name: Text
    height: Annotated[int, Field(ge=1, le=99)]
    output: Annotated[str, Field(pattern=OUTPUT_PATTERN)] | None = None
    stake: Id | None = None
    is_stated: bool = False
    note: str | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.output is None) != ("threshold" not in self.quantities):
            lacking = "output" if self.output is None else "threshold"
            raise Misfit(f"no {lacking}", "output and threshold together, or neither", f"add {lacking}")
        if self.output is not None and (self.stake is not None or "rate" in self.quantities):
            given = "stake" if self.stake is not None else "rate"
            allowed = "either an output and its threshold, or a rate and a stake"
            raise Misfit(f"output and {given}", allowed, f"remove {given}", below=(given,))
        if self.output is None and "rate" not in self.quantities:
            raise Misfit("neither rate nor output", "one of the two", "say how often it is reached, or by what")
        return self


class Ladder(Entry):
    """Ordered rungs of escalation: of the war, or of a flashpoint elsewhere."""

    name: Text
    is_elsewhere: bool = False
    """A flashpoint apart from the war."""
    rungs: Annotated[Mapping[str, Rung], Field(min_length=1)]

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

    name: Text
    actor: Id
    output: Annotated[str, Field(pattern=OUTPUT_PATTERN)]
    threshold: Quantity
    signal: Id | None = None
    answer: Id | None = None
    deters: Id | None = None


class Bargain(Entry, WithQuantities):
    """What `giver` sends to `taker` (contingents and supply lines), and what it gets, in money or by `payment`."""

    name: Text
    giver: Id
    taker: Id
    patron: Id | None = None
    """Whose hold over the giver the bargain loosens."""
    contingents: tuple[Id, ...] = ()
    supply_lines: tuple[Id, ...] = ()
    payment: Id | None = None

    @model_validator(mode="after")
    def _gives(self) -> Self:
        if not self.contingents and not self.supply_lines:
            raise Misfit("nothing given", "contingents or supply_lines", "say what the giver sends")
        return self


class Setting(Quantity):
    """A quantity of another record, by path, that a variant sets."""

    id: str


class Variant(Entry, WithQuantities):
    """A rival hypothesis of the case: quantities by path that it sets, and its `weight` against the other variants."""

    name: Text
    weight: Quantity
    set: Annotated[Mapping[str, Setting], Field(min_length=1)]

    @model_validator(mode="after")
    def _weighs(self) -> Self:
        low = self.weight.prior.support[0] if self.weight.prior else self.weight.central
        if low < 0 or self.weight.central <= 0:
            raise Misfit(self.weight.describe(), "a weight above 0", "correct it", below=("weight",))
        return self


class Tie(Entry, WithQuantities):
    """How close two actors stand, from -1 (foes) to 1 (allies)."""

    between: tuple[Id, Id]
