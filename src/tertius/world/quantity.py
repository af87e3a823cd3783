"""A number with its unit and what it rests on."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from tertius.errors import Misfit
from tertius.world.priors import Array, Prior, read_prior
from tertius.world.references import Ref

JUDGEMENT = "judgement"
CHOICE = "choice"
MISSING = "missing"
NOT_A_SOURCE = (JUDGEMENT, CHOICE, MISSING)
QUANTITY_NAME = re.compile(r"[a-z][a-z0-9_]*")
LONGEST_NAME = 200  # characters
LONGEST_TEXT = 5_000
NARROW = 0.2  # a judged 10-90% range below this share of the median claims more than judgement can know

Basis: TypeAlias = Literal["fact", "assumption", "judgement", "choice"]


def _as_text(written: str) -> str:
    if not any(unicodedata.category(sign)[0] not in "CZ" for sign in written):
        given = repr(written) if len(written) < LONGEST_NAME else f"{len(written):,} blanks"
        raise Misfit(given, "text that is not empty", "fill it in or remove the key")
    if len(written) > LONGEST_TEXT:
        given, allowed = f"{len(written):,} characters", f"at most {LONGEST_TEXT:,} characters"
        raise Misfit(given, allowed, "shorten it, or split it over several records")
    return written


def _as_name(written: str) -> str:
    if len(written) > LONGEST_NAME:
        given = f"{len(written):,} characters"
        raise Misfit(given, f"a name of at most {LONGEST_NAME} characters", "shorten it; what explains it is a note")
    if len(written.splitlines()) > 1:
        raise Misfit("text of several lines", "a name on one line", "write it on one line")
    return _as_text(written)


def _as_tuple(written: object) -> object:
    return (written,) if isinstance(written, str) else written


def _as_date(written: object) -> object:
    if isinstance(written, date):
        return written
    allowed = "a date such as 2024-11-03, from 1700 to 2199"
    if not isinstance(written, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
        raise Misfit(repr(written), allowed, "write year-month-day")
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise Misfit(repr(written), allowed, "write a day that the calendar has") from None
    if not 1700 <= day.year <= 2199:
        raise Misfit(repr(written), allowed, "correct the year")
    return day


def _as_prior(written: object) -> object:
    return None if written is None else read_prior(written)


Day: TypeAlias = Annotated[date, BeforeValidator(_as_date)]
Number: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]
Text: TypeAlias = Annotated[str, AfterValidator(_as_text)]
Name: TypeAlias = Annotated[str, AfterValidator(_as_name)]
_Words: TypeAlias = Annotated[tuple[Text, ...], BeforeValidator(_as_tuple), Field(min_length=1)]
SourceIds: TypeAlias = Annotated[_Words, Ref("sources")]
Grounds: TypeAlias = Annotated[_Words, Ref("sources", but=NOT_A_SOURCE)]
"""Sources, or what stands in the place of one."""


class Strict(BaseModel):
    """Base of all records: frozen, unknown keys refused, no conversion of types."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, defer_build=True, extra="forbid", strict=True, arbitrary_types_allowed=True, allow_inf_nan=False
    )
    entity: ClassVar[str] = ""
    """What the laws call such a record; empty where none reads it."""
    keys: ClassVar[tuple[str, ...]] = ()
    """The ids that it can have, in the order of the laws; empty where any will do."""
    drives: ClassVar[bool] = False
    """Whether other records may name its outputs: the drivers of stakes, rungs and red lines."""


class Quantity(Strict):
    """A number of the world: fixed (`value`) or believed (`prior`), with unit and source.

    `source` holds ids of sources, or a single word: judgement (a belief without a source; needs a prior), missing (the
    same, of what is yet to be looked up; `tertius check --next` lists them) or choice (a setting; needs a value).
    """

    value: Number | None = None
    prior: Annotated[Prior | None, BeforeValidator(_as_prior)] = None
    unit: Name
    source: Grounds
    label: Name | None = None
    """What it is, in few words, where the law's own words are not enough."""
    note: Text | None = None
    if_wrong: Text | None = None
    """What would change in the results if this were wrong."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.value is not None and self.prior is not None:
            raise Misfit("value and prior", "exactly one of value and prior", "remove one of the two")
        if self.value is None and self.prior is None:
            raise Misfit("neither value nor prior", "exactly one of value and prior", "add value or prior")
        special = [name for name in self.source if name in NOT_A_SOURCE]
        if special and len(self.source) > 1:
            raise Misfit(
                f"{special[0]} among other sources",
                "source ids, or judgement, choice or missing alone",
                f"remove {special[0]} or the ids",
                below=("source",),
            )
        if self.source in ((JUDGEMENT,), (MISSING,)) and self.prior is None:
            word, fix = self.source[0], "replace value by a prior, or name the source of the value"
            raise Misfit(f"{word} with a fixed value", f"{word} with a prior", fix, below=("source",))
        if self.source == (CHOICE,) and self.prior is not None:
            fix = "give a value, or say judgement if this is a belief about the world"
            raise Misfit("choice with a prior", "choice with a fixed value", fix, below=("source",))
        return self

    @property
    def basis(self) -> Basis:
        """What it rests on: fact (sourced value), assumption (sourced prior), judgement (or missing), choice."""
        if self.source in ((JUDGEMENT,), (MISSING,)):
            return "judgement"
        if self.source == (CHOICE,):
            return "choice"
        return "fact" if self.prior is None else "assumption"

    @property
    def central(self) -> float:
        """The value, or the median of the prior; in `unit`."""
        if self.prior is not None:
            return self.prior.central
        assert self.value is not None  # `_agrees` lets exactly one of them through
        return self.value

    @property
    def source_ids(self) -> tuple[str, ...]:
        """The sources named; empty for judgement, choice and missing."""
        return tuple(name for name in self.source if name not in NOT_A_SOURCE)

    @property
    def narrow(self) -> bool:
        """True where a judgement's 10-90% range is below 20% of its median's size."""
        if self.prior is None or self.basis != "judgement":
            return False
        low, high = self.prior.quantile([0.1, 0.9])
        return bool(high - low < NARROW * abs(self.central))

    def quantile(self, u: ArrayLike) -> Array:
        """Return quantiles of the prior, or the fixed value everywhere; shape of `u`, in `unit`.

        Raises:
            ValueError: a share in `u` is outside [0, 1].
        """
        if self.prior is not None:
            return self.prior.quantile(u)
        return np.full(np.shape(u), self.central, dtype=np.float64)

    def describe(self) -> str:
        """Return the value or the prior in words, with the unit; a pure number (unit 1) has none."""
        told = f"{self.value:,g}" if self.prior is None else self.prior.describe()
        return told if self.unit == "1" else f"{told} {self.unit}"


class WithQuantities(Strict):
    """Base of the records that take quantities: every key that is not a field is a `Quantity`."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Quantity]

    @property
    def quantities(self) -> Mapping[str, Quantity]:
        """The record's own quantities by name, declared ones first."""
        declared = {name: getattr(self, name) for name in type(self).model_fields}
        named = {name: value for name, value in declared.items() if isinstance(value, Quantity)}
        return {**named, **(self.__pydantic_extra__ or {})}
