"""Where the answers disagree, and what is not known: rival laws, rates, hypotheses side by side; all of it computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tertius.impact import Dissent, Happening, Hypotheses, Ignorance, Reactions, System, Voice
from tertius.impact.answer import Answer
from tertius.impact.ignorance import FEWEST_ROWS
from tertius.impact.record import Record
from tertius.report.asked import date_of, label
from tertius.report.contexts import shows
from tertius.report.differences import EXACTLY_0
from tertius.report.grounds import facts, key_assumptions
from tertius.report.headlines import named
from tertius.report.record import little, too_weak
from tertius.report.system import span
from tertius.report.words import interval, number, percent, plain, points, with_unit
from tertius.world import Scenario

MOST_NARROWING = 4
MOST_JUDGED = 4
WIDE = 5.0  # times that the high end of a stated prior's chance is the low end, from which on it is named


@dataclass(frozen=True)
class VoiceRow:
    """One structure, as text."""

    name: str = shows("The structure.")
    share: str = shows("Its share of the futures.")
    cells: tuple[str, ...] = shows("For each outcome where it stands with the entry, and what the entry changes.")


@dataclass(frozen=True)
class Block:
    """The rival structures that were fitted to one series."""

    name: str = shows("The series.")
    titles: tuple[str, ...] = shows("The outcomes with their units.")
    rows: tuple[VoiceRow, ...] = shows("The structures.")
    sentences: tuple[str, ...] = shows("How far apart they lie.")


@dataclass(frozen=True)
class UnknownsContext:
    """What the parts on dissent and on what is not known print."""

    dissent: tuple[Block, ...] = shows("Rival structures, by the series that they were fitted to.")
    others: tuple[str, ...] = shows("Sentences on hypotheses, base rates and age set beside the answer.")
    unknown: tuple[str, ...] = shows("Sentences on what is not known.")


def unknowns_context(answer: Answer, scenario: Scenario) -> UnknownsContext:
    """What the parts on dissent and on what is not known print."""
    blocks = _by_observation(answer.dissent or ()).items()
    return UnknownsContext(
        dissent=tuple(_block(scenario, name, rows) for name, rows in blocks),
        others=(
            *_hypotheses(scenario, answer.rivals),
            *_base_rates(scenario, answer.reactions),
            *_age(answer.system),
        ),
        unknown=(
            *_spread(answer, scenario),
            *_unsettled(answer, scenario),
            *_judged(answer, scenario),
            *_said_little(answer.record),
            *_stated(scenario, answer.system),
            *_untested(scenario, answer.record),
            *_after_the_end(answer.system),
            *_without_trace(answer),
            *_reported(scenario),
        ),
    )


def _by_observation(dissent: Sequence[Dissent]) -> dict[str, list[Dissent]]:
    held: dict[str, list[Dissent]] = {}
    for found in dissent:
        held.setdefault(found.observation, []).append(found)
    return held


def _block(scenario: Scenario, observation: str, found: list[Dissent]) -> Block:
    """One table: a row a structure, two columns an outcome."""
    outcomes = [scenario.outcomes[one.outcome] for one in found]
    return Block(
        name=plain(scenario.observations[observation].name),
        titles=tuple(named(told) for told in outcomes),
        rows=tuple(
            VoiceRow(
                name=plain(voice.structure.replace("-", " ")),
                share=percent(voice.share),
                cells=tuple(cell for one in found for cell in _cells(one.voices[place])),
            )
            for place, voice in enumerate(found[0].voices)
        ),
        sentences=(*_unheard(found[0]), *(_apart(scenario, one) for one in found)),
    )


def _unheard(found: Dissent) -> list[str]:
    names = ", ".join(plain(name.replace("-", " ")) for name in found.unheard)
    return [f"Too few draws to tell what it says: {names}."] if names else []


def _cells(voice: Voice) -> tuple[str, str]:
    low, middle, high = voice.stands
    change = f"{number(voice.changes, sign=True)} ±{number(voice.changes_error)}"
    if voice.changes == voice.changes_error == 0:
        change = EXACTLY_0
    return f"{number(middle, 3)} ({interval(low, high, 3)})", change


def _apart(scenario: Scenario, found: Dissent) -> str:
    told = scenario.outcomes[found.outcome]
    gap = with_unit(f"{number(found.stand.gap)} ±{number(found.stand.error)}", told.unit)
    stand = f"means lie up to {gap} apart"
    if not found.stand.beyond_chance:
        stand += ", no more than chance makes"
    else:
        stand += f" ({percent(found.between)} of the variance of the expected outcome lies between them)"
    if found.change.gap == found.change.error == 0:
        return f"{plain(told.name)}: {stand}."
    gap = with_unit(f"{number(found.change.gap)} ±{number(found.change.error)}", told.unit)
    apart = f"what the entry changes, {gap}"
    word = "beyond chance" if found.change.beyond_chance else "no more than chance makes"
    return f"{plain(told.name)}: {stand}; {apart}, {word}."


def _hypotheses(scenario: Scenario, rivals: Hypotheses | None) -> list[str]:
    """How far the entry's effect differs between hypotheses."""
    if rivals is None or len(rivals.variants) < 2:
        return []
    by_name = {one.name: one for one in rivals.variants}
    parts = []
    for place, one in enumerate(rivals.furthest):
        told = scenario.outcomes[one.outcome]
        if one.same:
            parts.append(f"{plain(told.name)}: the same under all")
            continue
        low, high = (by_name[name].found[place] for name in (one.lowest, one.highest))
        names = [plain(scenario.variants[name].name) for name in (one.lowest, one.highest)]
        parts.append(
            f"{plain(told.name)}: from {with_unit(f'{number(low.mean, sign=True)} ±{number(low.error)}', told.unit)} "
            f"(*{names[0]}*) to {number(high.mean, sign=True)} ±{number(high.error)} (*{names[1]}*), "
            f"{'beyond' if one.beyond_chance else 'no more than'} chance"
        )
    return [f"Competing hypotheses on what the entry changes by week {rivals.week}. {'; '.join(parts)}."]


def _base_rates(scenario: Scenario, reactions: Reactions | None) -> list[str]:
    """Where the states' reasons depart furthest from base rates alone."""
    found = reactions.departure if reactions is not None else None
    if found is None:
        return []
    name = plain(scenario.instruments[found.instrument].name)
    return [
        f"Base rates alone against states' reasons, by week {found.week}: {points(found.mean)} percentage points apart "
        f"on average over {found.steps} steps, at most {points(found.largest)} ({name} going {found.direction}: "
        f"{percent(found.base_rate)} by base rate, {percent(found.with_it)} with reasons)."
    ]


def _over(found: System | None) -> Happening | None:
    return found.last(found.ends, "end:over") if found is not None else None


def _age(found: System | None) -> list[str]:
    over = _over(found)
    if over is None or found is None:
        return []
    return [
        f"The war's end by week {over.week}: {percent(found.by_age[-1])} by its age alone, {percent(over.with_it)} "
        "with what moves both sides' readiness."
    ]


def _spread(answer: Answer, scenario: Scenario) -> list[str]:
    """Chance and ignorance, and what would narrow the answer."""
    if answer.ignorance:
        return [_parted(scenario, one, date_of(answer, one.week)) for one in answer.ignorance]
    return [
        "What is chance and what is ignorance cannot be told apart with so few draws of the quantities "
        f"({answer.run.rows:,}): it takes {FEWEST_ROWS} with two futures or more each."
    ]


def _parted(scenario: Scenario, found: Ignorance, end: str) -> str:
    told = scenario.outcomes[found.outcome]
    share, error = found.spread.unknown, found.spread.error
    lead = (
        f"{plain(told.name)} by {end}: of the variance of futures {percent(found.spread.chance)} is chance, "
        f"which no study removes; {percent(share)} (±{points(error)} points) is what is not known of the "
        "quantities"
    )
    if not found.by:
        return f"{lead}; no one of {found.tried} quantities stands out of it."
    parts = ", ".join(f"`{one.path}` {percent(one.share)}" for one in found.by[:MOST_NARROWING])
    more = len(found.by) - MOST_NARROWING
    tail = f", and {more} more less" if more > 0 else ""
    return (
        f"{lead}. Of that, knowing one quantity alone would remove on average: {parts}{tail} (quantities fitted "
        f"together share some of it); of the {found.tried} looked at, none of the others stands out of chance."
    )


def _unsettled(answer: Answer, scenario: Scenario) -> list[str]:
    found = [(told, answer.at(name, answer.last)) for name, told in scenario.outcomes.items()]
    names = [plain(told.name) for told, one in found if not one.same and not one.directed]
    if not names:
        return []
    lead = f"With {label(answer, scenario)}, even the direction of the change by week {answer.last} is not settled for"
    return [f"{lead}: {'; '.join(names)}."]


def _judged(answer: Answer, scenario: Scenario) -> list[str]:
    """Key assumptions that rest on judgement alone."""
    rows = [row for row in key_assumptions(answer, scenario) if row.basis == "judgement"]
    if not rows:
        return []
    parts = ", ".join(f"`{row.path}` ({row.range})" for row in rows[:MOST_JUDGED])
    return [f"Among the key assumptions, {len(rows)} rest on judgement alone, first: {parts}."]


def _said_little(past: Record | None) -> list[str]:
    if past is None or not past.fitted:
        return ["No quantity was fitted to data: every one rests on its prior, or was set by hand."]
    of_few = little(past)
    return [
        f"{past.silent} quantities were not updated by data, {past.fitted} were"
        + (f", {past.by_hand} were and are set by hand here" if past.by_hand else "")
        + (f"; of these the data say little of {'; '.join(of_few)}." if of_few else ".")
    ]


def _stated(scenario: Scenario, found: System | None) -> list[str]:
    """Rungs whose chance is a stated prior that spans a wide range."""
    if found is None:
        return []
    wide = []
    for one in found.rungs:
        if one.week == found.weeks[-1] and one.spans is not None and one.spans[1] > WIDE * one.spans[0]:
            _, ladder, _, key = one.what.partition(":")[2].split(".")
            rung = scenario.ladders[ladder].rungs[key]
            wide.append(f"{plain(rung.name)} ({span(one.spans)})")
    if not wide:
        return []
    return [
        f"Stated priors on which nothing at hand decides, with chances by week {found.weeks[-1]} that lie {WIDE:g} "
        f"times apart or more at the 10% and the 90% point of the rate: {'; '.join(wide)}."
    ]


def _untested(scenario: Scenario, past: Record | None) -> list[str]:
    if past is None:
        return ["No forecast of this scenario has been scored."]
    weak = too_weak(scenario, past)
    tail = f" No better than the best simple forecaster so far: {'; '.join(weak)}." if weak else ""
    return [f"What an entry changes has never been scored: no entry like this one lies in the record.{tail}"]


def _after_the_end(found: System | None) -> list[str]:
    over = _over(found)
    if over is None:
        how = "so that it goes on in every future, and nothing here says how it could end"
        return [f"The scenario gives no rates at which wars like this one end, {how}."]
    if over.with_it == 0.0:
        return []
    return [
        f"In {percent(over.with_it)} of futures the war ends by week {over.week}; what comes after an end is not "
        "simulated, and such a future's numbers stay where they were."
    ]


def _without_trace(answer: Answer) -> list[str]:
    found, rests = answer.sensitivity, answer.grounds
    if found is None or rests is None or not rests.without_trace:
        return []
    how = "move no outcome beyond its band when moved alone"
    if found.unmoved:
        how = "leave no trace in the outcomes of the run, or move none beyond its band when moved alone"
    return [
        f"{rests.without_trace} of {rests.uncertain} uncertain quantities {how}. That is the model's answer, which "
        "may be too simple there; those of the war itself are listed under the key assumptions."
    ]


def _reported(scenario: Scenario) -> list[str]:
    rows = facts(scenario)
    weak = sum(row.standing == "reported" for row in rows)
    if not weak:
        return []
    return [f"{weak} of {len(rows)} dated statements are reported, not confirmed by a source graded B2 or better."]
