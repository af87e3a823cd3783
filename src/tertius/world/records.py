"""The records of a scenario's sections; `sections` says which section holds which."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from tertius.errors import Misfit
from tertius.world.entry import (
    SIDE_IDS,
    ActorId,
    ContingentId,
    DefenceId,
    Entry,
    Id,
    PastDay,
    SideId,
    SupplyLineId,
    TargetId,
    WeaponId,
)
from tertius.world.quantity import (
    Day,
    Grounds,
    Name,
    Number,
    Quantity,
    SourceIds,
    Strict,
    Text,
    WithQuantities,
)
from tertius.world.references import Ref
from tertius.world.striking import depends_somewhere
from tertius.world.system import Setting

VERSION = 1
FIT_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]*\.fit\.json$"
URL_PATTERN = r"^https?://[\w.~:/?#@!$&'()*+,;=%-]+$"  # what a web address may hold (RFC 3986): no markup
LONGEST_HORIZON = 520  # weeks


class Source(Entry):
    """Where a claim comes from. `grade` is the NATO Admiralty grade: reliability A-F, credibility 1-6.

    A source that was published after the as-of date, such as a history of the war, may be used for the state of the
    world on a day before: `describes` is that day, and nothing that it tells of later days may enter.

    `claims` are keys of claims (`tertius evidence list --json`) that values citing this source were set on: accepted
    as evidence they move nothing.
    """

    title: Name
    publisher: Name
    date: Day
    describes: PastDay | None = None
    url: Annotated[str, Field(pattern=URL_PATTERN)] | None = None
    grade: Annotated[str, Field(pattern=r"^[A-F][1-6]$")]
    claims: tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")], ...] = ()

    @property
    def known(self) -> Day:
        """The latest day of which it tells here: the day that it describes, else that of its publication."""
        return self.describes or self.date

    @model_validator(mode="after")
    def _describes_what_was(self) -> Self:
        if self.describes is not None and self.describes > self.date:
            given = f"{self.describes}, after its date {self.date}"
            raise Misfit(given, "a day up to its own date", "correct one of the two", below=("describes",))
        return self


class Side(Entry, WithQuantities):
    """A belligerent coalition, A or B. `members` includes the `lead`."""

    entity = "side"
    keys = SIDE_IDS
    drives = True

    name: Name
    lead: ActorId
    members: Annotated[tuple[ActorId, ...], Field(min_length=1)]


class World(Entry, WithQuantities):
    """What belongs to no place and no side: quantities only."""

    entity = "world"


class Forces(WithQuantities):
    """One side's forces in a theatre: quantities only."""

    entity = "force"
    keys = SIDE_IDS
    drives = True

    id: str
    note: Text | None = None


class Reading(Strict):
    """A row of a theatre's history: area held at the end of `date`, its change since the last row; km2."""

    date: PastDay
    area: Annotated[Number, Field(ge=0)]
    area_change: Number | None = None


class Theatre(Entry, WithQuantities):
    """A place where forces meet. Its area is what `holder` holds."""

    entity = "theatre"
    drives = True

    name: Name
    holder: SideId
    area_label: Name
    closes_at_zero: bool = False
    contact_at_bounds: bool = True
    """Whether the sides fight on where all of its land is held, or none; if not, nobody is lost there meanwhile."""
    forces: Mapping[str, Forces]
    history: tuple[Reading, ...] = ()
    history_source: SourceIds | None = None
    history_unit: Literal["km2"] = "km2"

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        for side in self.forces:
            if side not in SIDE_IDS:
                raise Misfit(repr(side), "forces of A and of B", "write A or B", below=("forces", side))
        for side in SIDE_IDS:
            if side not in self.forces:
                raise Misfit(f"no forces of {side}", "forces of A and of B", f"add {side}", below=("forces",))
        if self.history and self.history_source is None:
            raise Misfit("history without a source", "history with history_source", "add history_source")
        for row in range(1, len(self.history)):
            day, before = self.history[row].date, self.history[row - 1].date
            if day <= before:
                given = f"{day} after {before}"
                raise Misfit(given, "dates that rise", "sort the rows by date", below=("history", row, "date"))
        return self


OF_LANGUAGE: Final = (
    "soldiers_per_group",
    "interpreters_per_group",
    "officers_per_group",
    "alone",
    "fluency_exponent",
    "interpreter_pool",
    "interpreter_training",
)
"""Quantities of a contingent that move nothing where neither side has to be understood by the other."""


class Contingent(Entry, WithQuantities):
    """One actor's troops in one theatre, beside those of `host`; `command` says who commands them."""

    entity = "contingent"
    drives = True

    name: Name
    actor: ActorId
    side: SideId
    theatre: Annotated[Id, Ref("theatres")]
    host: ActorId
    command: Literal["under_host", "leads_host", "side_by_side"] = "under_host"
    """The host commands them, they command the host's soldiers, or each fights under its own command."""

    @property
    def moot(self) -> tuple[str, ...]:
        """Quantities that move nothing, as the record says."""
        return OF_LANGUAGE if self.command == "side_by_side" else ()

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        for name in self.quantities:
            if allowed := self.instead_of(name):
                raise Misfit(name, allowed, f"remove {name}, or correct command", below=(name,))
        return self

    def instead_of(self, name: str) -> str:
        """What is allowed in place of a quantity that moves nothing under this command; "" where it does."""
        if name in self.moot:
            return f"none of {', '.join(self.moot)} where command is {self.command}: nobody has to be understood"
        given = name == "officers_given" and self.command != "leads_host"
        return "officers_given where command is leads_host" if given else ""


CARGOES: Final = ("good", "weapon", "defence")


class SupplyLine(Entry, WithQuantities):
    """What `actor` delivers to a side: a good, or items of a `weapon`, or interceptors of a `defence`.

    `at` is the target of that side through which it comes: where it is made or landed.
    """

    entity = "supply"
    drives = True

    name: Name
    actor: ActorId
    side: SideId
    good: Literal["shells", "equipment"] | None = None
    weapon: WeaponId | None = None
    defence: DefenceId | None = None
    at: TargetId | None = None

    @model_validator(mode="after")
    def _brings_one(self) -> Self:
        given = [name for name in CARGOES if getattr(self, name) is not None]
        if len(given) != 1:
            shown = " and ".join(given) or "nothing delivered"
            raise Misfit(shown, f"exactly one of {', '.join(CARGOES)}", "say what it delivers")
        depends_somewhere(self, self.at)
        return self


class Fact(Entry):
    """A dated statement with its sources, and a number where it has one."""

    date: PastDay
    text: Text
    source: SourceIds
    value: Number | None = None
    unit: Name | None = None


EventKind: TypeAlias = Literal["arrival", "withdrawal", "mobilisation", "supply", "strikes", "air-defence"]
EVENT_TARGETS: Mapping[str, str] = {
    "arrival": "contingent",
    "withdrawal": "contingent",
    "mobilisation": "side",
    "supply": "supply_line",
    "strikes": "weapon",
    "air-defence": "defence",
}


class Event(Entry, WithQuantities):
    """Something that happened, is expected or is assumed; dated, or in a `week` after the as-of date."""

    entity = "event"

    name: Name
    kind: EventKind
    contingent: ContingentId | None = None
    side: SideId | None = None
    supply_line: SupplyLineId | None = None
    weapon: WeaponId | None = None
    defence: DefenceId | None = None
    part_of: Annotated[Id, Ref("events")] | None = None
    date: Day | None = None
    week: Quantity | None = None
    status: Literal["happened", "expected", "assumed"]
    text: str = ""
    source: Grounds | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        wanted = EVENT_TARGETS[self.kind]
        for name in dict.fromkeys(EVENT_TARGETS.values()):
            if name != wanted and getattr(self, name) is not None:
                allowed = f"{wanted}, as the kind is {self.kind}"
                raise Misfit(name, allowed, f"replace {name} by {wanted}", wanted, below=(name,))
        if getattr(self, wanted) is None:
            raise Misfit(f"no {wanted}", f"{wanted}, as the kind is {self.kind}", f"add {wanted}")
        if (self.date is None) == (self.week is None):
            given = "neither date nor week" if self.date is None else "date and week"
            raise Misfit(given, "exactly one of date and week", "give one of the two")
        if self.status == "happened" and self.date is None:
            fix = "give the date, or say expected or assumed"
            raise Misfit("status happened with a week after the as-of date", "happened with a date", fix)
        return self

    @property
    def target(self) -> str:
        """Id of the contingent, side, supply line, weapon or defence that it acts on."""
        return str(getattr(self, EVENT_TARGETS[self.kind]))


class Relation(Entry, WithQuantities):
    """What `actor` is to a `side`; without `side`, by itself; without `actor`, what the side is; with neither, the war.

    The record of the war alone has `began`, the day on which it began.
    """

    actor: ActorId | None = None
    side: SideId | None = None
    began: PastDay | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        is_war = self.actor is None and self.side is None
        if is_war and self.began is None:
            raise Misfit("neither actor, side nor began", "actor, side or both; or began", "say whose relation it is")
        if not is_war and self.began is not None:
            allowed = "began only where there is neither actor nor side"
            raise Misfit(f"began {self.began}", allowed, "give the war a record of its own", below=("began",))
        return self


class Comparison(Entry):
    """The paired comparison asked for by default: the world as expected, and without the event `without`.

    Where entering is an actor's decision, `without` names its instrument, which the other world then holds still.
    `assume` sets quantities by path in both worlds of a comparison, as an entry that comes for certain where the
    scenario gives it a chance; questions (`tertius ask`) are answered without it.
    """

    without: Annotated[Id, Ref("events", also="instruments")]
    mode: Literal["never", "withdraw", "no-further"] = "never"
    horizons: Annotated[tuple[Annotated[int, Field(ge=1, le=LONGEST_HORIZON)], ...], Field(min_length=1)] = (
        4,
        13,
        26,
        52,
    )
    label: Name
    assume: Mapping[str, Setting] = {}

    @model_validator(mode="after")
    def _horizons_rise(self) -> Self:
        if list(self.horizons) != sorted(set(self.horizons)):
            given = repr(list(self.horizons))
            raise Misfit(given, "weeks that rise", "sort them and remove repeats", below=("horizons",))
        return self


class Header(Strict):
    """The keys of the file that are no section."""

    NAMES: ClassVar[tuple[str, ...]] = (
        "tertius",
        "title",
        "description",
        "as_of",
        "weeks",
        "fit",
        "extends",
        "patterns",
    )

    tertius: Literal[1]
    title: Name | None = None
    description: Text | None = None
    as_of: Day
    weeks: Annotated[int, Field(ge=1, le=LONGEST_HORIZON)] = 52
    fit: Annotated[str, Field(pattern=FIT_PATTERN)] | None = None
    """File with the posterior sample that `tertius fit` wrote, in the folder of the file that names it."""
