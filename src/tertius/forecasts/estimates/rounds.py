"""A round of estimates as it goes: handed in blind, opened, revised once, closed; and what each may see of it.

Nobody sees another's estimates, nor the program's number, before the round opens; who has not handed in by then cannot
any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any

from tertius.engine import Layout
from tertius.errors import ArchiveError, OptionError, UnknownName
from tertius.forecasts.estimates.pooling import LARGEST_CHANCE, LEAST_CHANCE, Pool, pooled, prior_of
from tertius.forecasts.estimates.records import (
    CHANCE,
    LEVELS,
    QUANTITY,
    Analyst,
    Estimate,
    Question,
    Round,
)
from tertius.impact.common_file import LONGEST_TEXT, Kept, digest_of, one_line
from tertius.secret import is_same, new_secret, opens
from tertius.world.priors import Prior

KEPT = Kept("estimates", Round, 1)
FEWEST = 2
MOST_ANALYSTS = 50
MOST_QUESTIONS = 50
Given = Mapping[str, Any]
"""An estimate as it is handed in: `values`, a chance or three quantiles; `reason`, a text that may be left out."""


@dataclass(frozen=True)
class Hand:
    """An analyst as others see it, and what of it may be seen.

    handed, revised   whether the estimates, and the revision, have been handed in
    first, last       the estimates; empty before the round opens, save for one's own
    """

    id: str
    name: str
    handed: bool
    revised: bool
    first: Mapping[str, Estimate]
    last: Mapping[str, Estimate]


@dataclass(frozen=True)
class Seen:
    """A round as one person may see it.

    questions  before the round opens without the program's numbers
    hands      everybody, in order
    you        id of the analyst who looks; empty for the one who leads
    before, pools   what the first estimates, and those that count now, come to; empty before the round opens
    """

    scenario: str
    title: str
    stage: str
    you: str
    questions: tuple[Question, ...]
    hands: tuple[Hand, ...]
    before: tuple[Pool, ...]
    pools: tuple[Pool, ...]


@dataclass(frozen=True)
class Table:
    """A round that lies in a folder, with the scenario that it is about. Nothing is kept in memory."""

    folder: Path
    layout: Layout

    @property
    def round(self) -> Round:
        """The round as it stands, with its secrets. Raises ArchiveError."""
        return KEPT.read(self.folder, self.layout)

    def hand_in(self, analyst: str, given: Mapping[str, Given], name: str | None = None) -> Round:
        """Hand in an analyst's estimates: blind ones, which may be replaced until the round opens, or the revision.

        given: question -> values and reason. A revision is handed in once, and says only what changes.
        Raises UnknownName, OptionError; ArchiveError.
        """
        with KEPT.held(self.folder):
            told = self.round
            mine = analyst_of(told, analyst)
            found = {key: checked(self.layout, told, key, each) for key, each in given.items()}
            if name is not None:
                mine = replace(mine, name=one_line("name", name))
            if told.stage == "blind":
                if not found:
                    raise OptionError("estimates", "none", "one estimate at least", "estimate what you can")
                return self._write(told, replace(mine, first=found))
            if told.stage == "closed" or not mine.first:
                why = "closed" if told.stage == "closed" else "open; who had not handed in by then takes no part"
                raise OptionError("estimates", analyst, f"a round that takes them; it is {why}", "begin another")
            if mine.revised is not None:
                raise OptionError("estimates", analyst, "one revision; it has been handed in", "begin another round")
            return self._write(told, replace(mine, revised=found))

    def open(self, without_missing: bool = False) -> Round:
        """Show everybody everything. without_missing: though some have not handed in; they then take no part.

        Raises OptionError where somebody is waited for or fewer than two have handed in; ArchiveError.
        """
        with KEPT.held(self.folder):
            told = self.round
            if told.stage != "blind":
                return told
            missing = [each.name or each.id for each in told.analysts if not each.first]
            if len(told.analysts) - len(missing) < FEWEST:
                allowed = f"{FEWEST} analysts or more who have handed in"
                raise OptionError("open", len(told.analysts) - len(missing), allowed, "wait for another")
            if missing and not without_missing:
                fix = "wait for them, or open without them"
                raise OptionError("open", ", ".join(missing), "a round in which all have handed in", fix)
            fresh = replace(told, stage="open")
            KEPT.write(self.folder, fresh)
            return fresh

    def close(self) -> Round:
        """Let nothing be changed any more. Raises OptionError where it has not been open; ArchiveError."""
        with KEPT.held(self.folder):
            told = self.round
            if told.stage == "blind":
                raise OptionError("close", "blind", "a round that has been open", "open it first")
            fresh = replace(told, stage="closed")
            KEPT.write(self.folder, fresh)
            return fresh

    def assumed(self) -> dict[str, Prior]:
        """The pooled quantities as priors, path -> prior, to be assumed. Raises OptionError before it opens."""
        told = self.round
        if told.stage == "blind":
            raise OptionError("assume", "blind", "a round that has been open", "open it first")
        kinds = {question.id: question.kind for question in told.questions}
        return {
            pool.question: prior_of(pool.values, *_meant(self.layout, pool.question))
            for pool in pooled(told)
            if kinds[pool.question] == QUANTITY
        }

    def _write(self, told: Round, analyst: Analyst) -> Round:
        analysts = tuple(analyst if each.id == analyst.id else each for each in told.analysts)
        fresh = replace(told, analysts=analysts)
        KEPT.write(self.folder, fresh)
        return fresh


def begin(
    folder: Path,
    layout: Layout,
    questions: Sequence[Question],
    analysts: int,
    names: Sequence[str] = (),
    lead: str = "",
) -> Table:
    """Begin a round in a folder that holds none. lead: the secret of whoever leads it, or its hash; else one is made.

    Raises OptionError, ArchiveError.
    """
    called = called_of(len(questions), analysts, names)
    scenario = layout.scenario
    everybody = tuple(Analyst(str(place), name, new_secret(), {}, None) for place, name in enumerate(called, 1))
    told = Round(
        KEPT.form, scenario.name, digest_of(layout), scenario.title, tuple(questions), everybody,
        lead or new_secret(), "blind",
    )  # fmt: skip
    with KEPT.held(folder):
        if (folder / KEPT.file).exists():
            raise ArchiveError(f"{folder} holds a round of estimates already; open it, or name another folder")
        KEPT.write(folder, told)
    return Table(folder, layout)


def called_of(questions: int, analysts: int, names: Sequence[str]) -> list[str]:
    """Names of the analysts, empty where none is given. Raises OptionError for a round that cannot be begun."""
    if not 0 < questions <= MOST_QUESTIONS:
        allowed = f"1 to {MOST_QUESTIONS}"
        raise OptionError("questions", questions, allowed, "choose what is worth the analysts' time")
    if not FEWEST <= analysts <= MOST_ANALYSTS:
        raise OptionError("analysts", analysts, f"{FEWEST} to {MOST_ANALYSTS}", "choose a number in that range")
    if len(names) > analysts:
        raise OptionError("names", len(names), f"{analysts} at most, one for an analyst", "leave some out")
    return [one_line("names", name) for name in names] + [""] * (analysts - len(names))


def quantity_question(layout: Layout, path: str, text: str) -> Question:
    """A question about a quantity that has a prior. Raises UnknownName, OptionError for one that is fixed."""
    import numpy as np

    column = layout.by_path.get(path)
    drawn = [each.path for each in layout.columns if each.quantity.prior is not None or layout.fitted(each.path)]
    if column is None or path not in drawn:
        raise UnknownName("quantity with a prior", path, drawn)
    own = tuple(float(value) for value in layout.quantile(column, np.array(LEVELS)))
    return Question(path, "quantity", text, column.quantity.unit, own)


def analyst_of(told: Round, name: str) -> Analyst:
    """An analyst by id. Raises UnknownName."""
    for each in told.analysts:
        if each.id == name:
            return each
    raise UnknownName("analyst", name, [each.id for each in told.analysts])


def let_in(told: Round, brought: str) -> Analyst | None:
    """The analyst whom a secret lets in; None for none."""
    found = None
    for each in told.analysts:
        if is_same(each.token, brought):
            found = each
    return found


def leads(told: Round, brought: str) -> bool:
    """Whether a secret is that of the one who leads the round."""
    return opens(told.lead, brought)


def seen(told: Round, you: str = "") -> Seen:
    """The round as an analyst may see it, by id, or as the one who leads it (empty). Raises UnknownName."""
    if you:
        analyst_of(told, you)
    shown = told.stage != "blind"
    questions = told.questions if shown else tuple(replace(each, own=()) for each in told.questions)
    hands = tuple(
        Hand(
            each.id, each.name, bool(each.first), each.revised is not None,
            each.first if shown or each.id == you else {}, each.last if shown or each.id == you else {},
        )
        for each in told.analysts
    )  # fmt: skip
    before, pools = (pooled(told, "first"), pooled(told)) if shown else ((), ())
    return Seen(told.scenario, told.title, told.stage, you, questions, hands, before, pools)


def checked(layout: Layout, told: Round, key: str, given: Given) -> Estimate:
    """An estimate that can be taken. Raises UnknownName, OptionError."""
    questions = {question.id: question for question in told.questions}
    if key not in questions:
        raise UnknownName("question of this round", key, questions)
    question = questions[key]
    try:
        values = tuple(float(value) for value in given["values"])
        reason = one_line(f"reason of {key}", str(given.get("reason", "")), LONGEST_TEXT)
    except (KeyError, TypeError, ValueError, AttributeError):
        allowed = "values, a list of numbers, and reason, a text"
        raise OptionError(key, repr(given)[:80], allowed, "write {'values': [0.3], 'reason': '...'}") from None
    if question.kind == CHANCE:
        if len(values) != 1 or not LEAST_CHANCE <= values[0] <= LARGEST_CHANCE:
            allowed = f"one chance from {LEAST_CHANCE} to {LARGEST_CHANCE}"
            raise OptionError(key, _shown(values), allowed, "write 0.001 for what can hardly be")
        return Estimate(values, reason)
    low, high = _bounds(layout, key)
    rising = len(values) == len(LEVELS) and values[0] < values[1] < values[2]
    if not rising or not all(isfinite(value) and low <= value <= high for value in values):
        bounds = f" from {low:g} to {high:g}" if (low, high) != (float("-inf"), float("inf")) else ""
        allowed = f"three rising numbers{bounds}: what it is below in 5%, 50%, 95% of cases, in {question.unit}"
        raise OptionError(key, _shown(values), allowed, "write them in that order")
    return Estimate(values, reason)


def _meant(layout: Layout, path: str) -> tuple[float, float]:
    """Bounds of what a quantity means."""
    field = layout.by_path[path].field
    return field.low, field.high


def _bounds(layout: Layout, path: str) -> tuple[float, float]:
    """The same, and no size beyond what a scenario may give it."""
    low, high = _meant(layout, path)
    most = layout.by_path[path].field.most
    return max(low, -most), min(high, most)


def _shown(values: Sequence[float]) -> str:
    return ", ".join(f"{value:g}" for value in values) or "nothing"
