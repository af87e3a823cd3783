"""One question as it is written: what is measured, over which weeks, against which thresholds.

What is measured is an output of the run or the level of an instrument. `take` makes one number of its weekly values
after `since` (the as-of date unless said) up to `until`:

    last          value of the last week                        change      that less the value at `since`
    max, min      largest, smallest weekly value                sum, mean   of the weekly values
    crossings     weeks in which it comes to lie above `line`   weeks-above weeks in which it lies above `line`
    steps-up, steps-down, steps                                 levels gone up, down, both, summed over the weeks

With `of: changes` the weekly values are differences between weeks. One of `above`, `below`, `at_least`, `at_most`
gives the threshold, or several in rising order: a family that is asked, sealed and scored as one question.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, model_validator

from tertius.errors import Misfit
from tertius.world.entry import Entry, Id, InstrumentId, OutputPath
from tertius.world.measured import SERIES_PATTERN
from tertius.world.quantity import Day, Name, Number, Strict, Text

Take: TypeAlias = Literal[
    "last",
    "change",
    "max",
    "min",
    "sum",
    "mean",
    "crossings",
    "weeks-above",
    "steps-up",
    "steps-down",
    "steps",
]
STEPS = ("steps-up", "steps-down", "steps")
LINED = ("crossings", "weeks-above")
RELATIONS = ("above", "below", "at_least", "at_most")
SIGNS: Mapping[str, str] = {"above": "above", "below": "below", "at_least": "at least", "at_most": "at most"}


def _as_numbers(written: object) -> object:
    return (written,) if isinstance(written, int | float) and not isinstance(written, bool) else written


Thresholds: TypeAlias = Annotated[tuple[Number, ...], BeforeValidator(_as_numbers), Field(min_length=1, max_length=20)]


class Rule(Strict):
    """What is measured and against what; see the module."""

    output: OutputPath | None = None
    instrument: InstrumentId | None = None
    series: Annotated[str, Field(pattern=SERIES_PATTERN)] | None = None
    """Series of the data that settles it; else that of the scenario's observation of the output."""
    take: Take
    of: Literal["values", "changes"] = "values"
    line: Number | None = None
    since: Day | None = None
    until: Day | None = None
    above: Thresholds | None = None
    below: Thresholds | None = None
    at_least: Thresholds | None = None
    at_most: Thresholds | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.output is None) == (self.instrument is None):
            given = "neither output nor instrument" if self.output is None else "output and instrument"
            raise Misfit(given, "exactly one of output and instrument", "say what is measured, once")
        if self.instrument is not None and self.series is not None:
            fix = "leave out series, or give an output in place of the instrument"
            raise Misfit("an instrument with a series", "an instrument, settled by the record", fix, below=("series",))
        named = [name for name in RELATIONS if getattr(self, name) is not None]
        if len(named) != 1:
            shown = " and ".join(named) or "no threshold"
            raise Misfit(shown, f"exactly one of {', '.join(RELATIONS)}", "give one of them")
        rising = getattr(self, named[0])
        if list(rising) != sorted(set(rising)):
            raise Misfit(repr(list(rising)), "thresholds that rise", "sort them, remove repeats", below=(named[0],))
        if (self.take in LINED) != (self.line is not None):
            wanted = f"line with take {' or '.join(LINED)}, and with no other"
            raise Misfit("no line" if self.line is None else "line", wanted, "add `line`, or remove it")
        if self.take in STEPS and self.instrument is None:
            raise Misfit(
                f"take {self.take} of an output", "steps of an instrument", "name an instrument, or take change"
            )
        if self.take in STEPS and self.of == "changes":
            raise Misfit(f"of changes with take {self.take}", "of values: steps are changes", "leave out `of`")
        if self.since is not None and self.until is not None and self.since >= self.until:
            allowed = f"a day after since, {self.since}"
            raise Misfit(str(self.until), allowed, "correct one of the two", below=("until",))
        return self

    @property
    def path(self) -> str:
        """Path of the output of the run."""
        return f"instruments.{self.instrument}.level" if self.output is None else self.output

    @property
    def relation(self) -> str:
        """One of RELATIONS."""
        return next(name for name in RELATIONS if getattr(self, name) is not None)

    @property
    def thresholds(self) -> tuple[float, ...]:
        """The thresholds, rising."""
        return tuple(float(each) for each in getattr(self, self.relation))

    def holds(self, measured: NDArray[np.float64], threshold: float) -> NDArray[np.bool_]:
        """Whether measured numbers meet a threshold; False where one is not known (NaN)."""
        test: Any = {
            "above": np.greater,
            "below": np.less,
            "at_least": np.greater_equal,
            "at_most": np.less_equal,
        }[self.relation]
        with np.errstate(invalid="ignore"):
            return np.asarray(test(measured, threshold))


class Condition(Rule):
    """What a branch of a question is conditional on: a rule with one threshold."""

    id: str


class Question(Rule, Entry):
    """A question: its text, its rule, what it is about, and what it may be conditional on.

    `given` maps a branch to a condition, a rule with one threshold: the chances are those among futures in which it
    holds. A branch whose condition did not come about is void.
    """

    text: Text
    about: Name = "other"
    given: Mapping[Id, Condition] = {}

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        if self.until is None:
            raise Misfit("no until", "until is required: the last day that counts", "add `until: YYYY-MM-DD`")
        for name, branch in self.given.items():
            if len(branch.thresholds) != 1:
                given = f"{len(branch.thresholds)} thresholds in a condition"
                raise Misfit(given, "one threshold in a condition", "keep one", below=("given", name))
        return self

    @property
    def deadline(self) -> date:
        """The last day that counts."""
        assert self.until is not None  # checked
        return self.until

    def branch(self, name: str) -> Rule:
        """The condition of a branch, over the question's own days where it names none."""
        rule = self.given[name]
        return rule.model_copy(update={"since": rule.since or self.since, "until": rule.until or self.until})

    def rules(self) -> tuple[Rule, ...]:
        """Its own rule and those of its branches."""
        return (self, *(self.branch(name) for name in self.given))
