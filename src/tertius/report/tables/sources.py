"""Tables of where it comes from: sources with dates, facts, claims and what they move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from tertius.impact.answer import Answer
from tertius.impact.claims import OutcomeShift
from tertius.report.tables.columns import Count, Day, InUnit, Pure, Share, Table, Week, listed
from tertius.world import Scenario


@dataclass(frozen=True)
class Source:
    """The scenario's sources, with their dates.

    source     id of the source
    title      its title
    publisher  who published it
    date       day of its publication
    describes  day that it describes, of a later history
    grade      NATO Admiralty grade: reliability A to F, credibility 1 to 6
    url        its address
    """

    source: str
    title: str
    publisher: str
    date: date
    describes: Day | None
    grade: str
    url: str | None


def sources(answer: Answer, scenario: Scenario) -> Iterator[Source]:
    """Rows of the table."""
    for key, one in scenario.sources.items():
        yield Source(key, one.title, one.publisher, one.date, one.describes, one.grade, one.url)


@dataclass(frozen=True)
class Fact:
    """Dated statements that the scenario writes down.

    fact     id of the fact
    date     its day
    text     what it says
    value    its number
    unit     unit of that number
    sources  ids of its sources; judgement or choice where it has none
    """

    fact: str
    date: date
    text: str
    value: InUnit | None
    unit: str | None
    sources: str


def facts(answer: Answer, scenario: Scenario) -> Iterator[Fact]:
    """Rows of the table."""
    for key, one in scenario.facts.items():
        held = (one.source,) if isinstance(one.source, str) else one.source
        yield Fact(key, one.date, one.text, one.value, one.unit, listed(held))


@dataclass(frozen=True)
class Claim:
    """Claims of articles and what became of each.

    claim     its place among the claims, from 1
    key       its key
    kind      event, quantity or stance
    article   name of the article
    origin    who said it
    grade     NATO Admiralty grade of the source
    standing  counts, or why it does not: used, repeats, in-force, outside
    reason    that in words
    quote     the words that it was read from
    ratio     times that a future weighs more where the claim is true
    truth_without  share of futures in which it is true, without it
    truth_with     the same with it
    """

    claim: Count
    key: str
    kind: str
    article: str
    origin: str
    grade: str
    standing: str
    reason: str
    quote: str
    ratio: Pure | None
    truth_without: Share | None
    truth_with: Share | None


def claims(answer: Answer, scenario: Scenario) -> Iterator[Claim]:
    """Rows of the table."""
    for one in answer.evidence.claims if answer.evidence is not None else ():
        moves = one.moves
        weights = (None, None, None) if moves is None else (moves.ratio, moves.truth.without, moves.truth.with_it)
        lead = (one.number, one.key, one.kind, one.article, one.origin, one.grade)
        yield Claim(*lead, one.standing, one.reason, one.quote, *weights)


@dataclass(frozen=True)
class ClaimMove:
    """What each claim moves, the others kept: means of outcomes.

    claim          its place among the claims, from 1; empty for all of them together
    outcome        id of the outcome
    unit           its unit
    week           weeks after the as-of date
    without        mean without the claim
    with_it        mean with it
    by             the difference of the two
    error          its standard error
    is_detectable  whether it lies beyond three standard errors
    """

    claim: Count | None
    outcome: str
    unit: str
    week: Week
    without: InUnit
    with_it: InUnit
    by: InUnit
    error: InUnit
    is_detectable: bool


def claim_moves(answer: Answer, scenario: Scenario) -> Iterator[ClaimMove]:
    """Rows of the table."""
    found = answer.evidence
    if found is None:
        return
    rows: list[tuple[int | None, OutcomeShift]] = [(None, row) for row in found.outcomes]
    for one in found.claims:
        rows += [(one.number, row) for row in one.moves.outcomes] if one.moves is not None else []
    for number, row in rows:
        lead = (number, row.outcome, scenario.outcomes[row.outcome].unit, row.week)
        shift = row.shift
        yield ClaimMove(*lead, shift.without, shift.with_it, shift.by, shift.error, shift.detectable)


TABLES: Final = {
    "sources": Table(Source, sources),
    "facts": Table(Fact, facts),
    "claims": Table(Claim, claims),
    "claim-moves": Table(ClaimMove, claim_moves),
}
