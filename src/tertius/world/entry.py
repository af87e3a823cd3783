"""What every record of a section has: an id, and a key that names its random numbers."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from tertius.world.quantity import Day, Strict, Text
from tertius.world.references import OUTPUT_PATTERN, Output, Past, Ref

ID_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"
SIDE_IDS = ("A", "B")
SideId: TypeAlias = Annotated[Literal["A", "B"], Ref("sides")]
Id: TypeAlias = Annotated[str, Field(pattern=ID_PATTERN)]
ActorId: TypeAlias = Annotated[Id, Ref("actors")]
StakeId: TypeAlias = Annotated[Id, Ref("stakes")]
InstrumentId: TypeAlias = Annotated[Id, Ref("instruments")]
ContingentId: TypeAlias = Annotated[Id, Ref("contingents")]
SupplyLineId: TypeAlias = Annotated[Id, Ref("supply_lines")]
WeaponId: TypeAlias = Annotated[Id, Ref("weapons")]
DefenceId: TypeAlias = Annotated[Id, Ref("defences")]
TargetId: TypeAlias = Annotated[Id, Ref("targets")]
OutputPath: TypeAlias = Annotated[str, Field(pattern=OUTPUT_PATTERN), Output()]
DrivingPath: TypeAlias = Annotated[str, Field(pattern=OUTPUT_PATTERN), Output(driving=True)]
PastDay: TypeAlias = Annotated[Day, Past()]


class Entry(Strict):
    """A record of a section: `id` is its key in the file, `key` names its random numbers."""

    id: str
    key: Text = ""
    """Names the random numbers; the id unless the file says otherwise (a renamed record keeps its draws)."""
    note: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _key_is_id(cls, written: object) -> object:
        return {"key": written["id"], **written} if isinstance(written, dict) and "id" in written else written
