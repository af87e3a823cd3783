"""The brief: what an answer says, as fields for a template; every number in it is the answer's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tertius.impact.answer import Answer
from tertius.impact.battlefield import Battlefield
from tertius.report import battlefield
from tertius.report.asked import apart, date_of
from tertius.report.calendar import ComingRow, coming
from tertius.report.causes import CausesContext, causes_context
from tertius.report.claims import ClaimsContext
from tertius.report.claims import context as claims_context
from tertius.report.contexts import shows
from tertius.report.findings import ChanceDetail, Findings, chance_details, findings
from tertius.report.grounds import (
    AssumptionRow,
    DriverRow,
    FactRow,
    assumptions_base,
    confidence,
    drivers,
    facts,
    key_assumptions,
    why,
)
from tertius.report.headlines import bottom_line, if_it_goes_on, named, others, outlook
from tertius.report.hindcast import standing_sentence
from tertius.report.once import once
from tertius.report.outcomes import OutcomeRow, table
from tertius.report.page import FirstPage, first_page
from tertius.report.past_entries import PastContext, past_context
from tertius.report.reactions import ReactionsContext, reactions_context
from tertius.report.record import RecordContext, record_context
from tertius.report.signs import SignRow, signs
from tertius.report.strikes import StrikesContext, strikes_context
from tertius.report.system import SystemContext, VariantsContext, variants_context
from tertius.report.system import context as system_context
from tertius.report.timeline import TimelineRow, timeline
from tertius.report.unknowns import UnknownsContext, unknowns_context
from tertius.report.watch import watch
from tertius.report.words import number, plain
from tertius.world import Scenario, Source

MOST_WATCHED = 6  # lines on what could change the answer; the table beside them has all


@dataclass(frozen=True)
class BriefContext:
    """What the template of a brief prints, in the order of the page."""

    page: FirstPage = shows("the first page")
    findings: Findings | None = shows("the sentence with which each chapter opens")
    as_of: str = shows("the as-of date")
    asked: str = shows("futures asked for")
    weeks: int = shows("last week of the run")
    apart: str = shows("a sentence on what differs between the two worlds")
    bottom_line: tuple[str, ...] = shows("what the entry changes, for each headline outcome")
    others: str = shows("a sentence on other outcomes that move; empty where none does")
    if_it_goes_on: tuple[str, ...] = shows("for each horizon, futures in which the war has ended, and the figure else")
    chances: tuple[ChanceDetail, ...] = shows("headline chances in full")
    watch: tuple[str, ...] = shows("a line each on what could change the answer")
    why: tuple[str, ...] = shows("a sentence a headline outcome: the laws that carry its difference")
    confidence: str = shows("low or moderate")
    reasons: tuple[str, ...] = shows("reasons for that confidence")
    outlook: tuple[str, ...] = shows("a sentence a headline outcome: where it stands with the entry")
    edges: tuple[str, ...] = shows("a sentence a theatre whose land is all held, or all lost, in some futures")
    evidence: ClaimsContext | None = shows("what claims say and move; none without claims")
    entry: tuple[str, ...] = shows("a sentence an arrival that the comparison undoes")
    table: tuple[OutcomeRow, ...] = shows("every outcome at the last week")
    record: RecordContext | None = shows("past scores of the laws; none without a fit")
    hindcast: str = shows("how the program did on past wars; empty where it was not asked for")
    contingents: tuple[str, ...] = shows("a sentence a contingent and week: what of it can be used")
    freed: tuple[str, ...] = shows("a sentence a theatre and side whose own troops the entry moves")
    strikes: StrikesContext | None = shows("salvos, interceptors, days of fire left, damage; null without strikes")
    losses: tuple[str, ...] = shows("a sentence a side: its losses a week")
    loss_totals: bool = shows("whether the table of outcomes has total losses")
    reactions: ReactionsContext | None = shows("what other states do; none where nobody decides")
    system: SystemContext | None = shows("the system around the war; none where the scenario has nothing of it")
    past: PastContext | None = shows("what late entries into past wars did; none where none is like this one")
    timeline: tuple[TimelineRow, ...] = shows("what is likely when")
    signs: tuple[SignRow, ...] = shows("what tells early whether headline events come")
    coming: tuple[ComingRow, ...] = shows("what is on the calendar")
    unknowns: UnknownsContext | None = shows("where answers disagree, and what is not known")
    hypotheses: VariantsContext | None = shows("competing hypotheses; none where the scenario has none")
    headlines: tuple[str, ...] = shows("names of the headline outcomes, with their units")
    drivers: tuple[DriverRow, ...] = shows("headline differences with each law switched off")
    switch_futures: int = shows("futures of these switch-offs")
    shared: tuple[CausesContext, ...] = shows("splits of the difference that were asked for")
    assumptions: tuple[AssumptionRow, ...] = shows("the quantities that move the headline differences most")
    assumptions_base: str = shows("mean differences that their movements are to be held against")
    movements: int = shows("quantities that were moved")
    sensitivity_futures: int = shows("futures on which they were moved")
    sensitivity_read: int = shows("futures from which their movements were read; 0 where they were those moved")
    inert: int = shows("quantities that move nothing beyond its band")
    unmoved: int = shows("quantities that were not moved")
    unmoved_bound: str = shows("rank correlation below which they stay")
    counts: Mapping[str, int] = shows("basis -> quantities that the scenario writes down with it")
    facts: tuple[FactRow, ...] = shows("dated statements")
    sources: Mapping[str, Source] = shows("the scenario's sources by id")
    annex: tuple[OutcomeRow, ...] = shows("every outcome at earlier weeks")
    scenario: str = shows("name of the scenario")
    digest: str = shows("the first signs of the sha256 of its content")
    laws: str = shows("hash of the laws")
    seed: int = shows("seed of the futures")
    rows: str = shows("draws of the parameters")


def _fought(answer: Answer) -> Battlefield:
    assert answer.battlefield is not None  # a brief asks for it
    return answer.battlefield


@once
def context(answer: Answer, scenario: Scenario, whole: bool = True) -> BriefContext:
    """Everything that the template prints; not whole: what its first page does."""
    ran, found, rests, field = answer.run, answer.sensitivity, answer.grounds, _fought(answer)
    assert found is not None  # a brief asks for these
    assert rests is not None
    return BriefContext(
        page=first_page(answer, scenario),
        findings=findings(answer, scenario) if whole else None,
        as_of=date_of(answer, 0),
        asked=f"{ran.asked:,}",
        weeks=ran.weeks,
        apart=apart(answer, scenario),
        bottom_line=bottom_line(answer, scenario),
        others=others(answer, scenario),
        if_it_goes_on=if_it_goes_on(answer, scenario),
        chances=chance_details(answer, scenario),
        watch=tuple(f"**{one.when}**: {plain(one.text)}." for one in watch(answer, scenario, most=MOST_WATCHED)),
        why=tuple(why(found, scenario)),
        confidence=rests.confidence.level,
        reasons=confidence(rests.confidence, bool(found.unmoved), answer.record),
        outlook=outlook(answer, scenario),
        edges=tuple(battlefield.edges(answer, scenario, field)),
        evidence=claims_context(scenario, answer.evidence),
        entry=tuple(battlefield.entry(scenario, field)),
        table=table(answer, scenario, (answer.last,)),
        record=None if answer.record is None else record_context(scenario, answer.record),
        hindcast="" if answer.past_wars is None else standing_sentence(answer.past_wars),
        contingents=tuple(battlefield.contingents(answer, scenario, field)),
        freed=tuple(battlefield.freed(answer, scenario, field)),
        strikes=strikes_context(answer, scenario) if whole else None,
        losses=tuple(battlefield.losses(answer, scenario, field)) if scenario.theatres else (),
        loss_totals=any(told.output.endswith(".cumulative_losses") for told in scenario.outcomes.values()),
        reactions=reactions_context(answer, scenario) if whole else None,
        system=system_context(scenario, answer.system) if whole else None,
        past=past_context(scenario, answer.past_entries) if whole else None,
        timeline=timeline(answer, scenario) if whole else (),
        signs=signs(answer, scenario) if whole else (),
        coming=coming(answer, scenario) if whole else (),
        unknowns=unknowns_context(answer, scenario) if whole else None,
        hypotheses=variants_context(scenario, answer.rivals) if whole and answer.rivals is not None else None,
        headlines=tuple(named(scenario.outcomes[name]) for name in answer.headlines),
        drivers=tuple(drivers(found, answer.headlines)),
        switch_futures=found.futures_off,
        shared=tuple(causes_context(one.of(answer.headlines), scenario) for one in answer.causes or ()),
        assumptions=key_assumptions(answer, scenario),
        assumptions_base=assumptions_base(answer, scenario),
        movements=len(found.movements),
        sensitivity_futures=found.futures,
        sensitivity_read=found.read,
        inert=len(rests.inert),
        unmoved=len(found.unmoved),
        unmoved_bound=number(found.bound),
        counts=rests.counts,
        facts=facts(scenario),
        sources=scenario.sources,
        annex=table(answer, scenario, ran.horizons[:-1]),
        scenario=ran.scenario,
        digest=ran.digest[:16],
        laws=ran.laws,
        seed=ran.seed,
        rows=f"{ran.rows:,}",
    )
