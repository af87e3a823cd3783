"""A round of estimates in words: what each said and why, what it comes to, and where the analysts disagree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tertius.forecasts.estimates.pooling import Pool, pooled
from tertius.forecasts.estimates.records import CHANCE, Estimate, Question, Round
from tertius.report.words import counted, interval, number, percent, plain, with_unit

METHOD = (
    "Estimated blind first, then shown with reasons and revised once (the IDEA protocol; Hemming and others 2018). "
    "Chances are pooled by the geometric mean of odds, quantities by averaging each quantile. All count alike."
)
STAGES = {"blind": "The round is blind: nothing is shown yet.", "open": "The round is open.", "closed": "It is closed."}


def estimates_text(told: Round) -> str:
    """The round in Markdown; before it opens nothing of what was handed in."""
    lines = [
        f"# {plain(told.title)}: estimates of {len(told.analysts)} analysts",
        "",
        METHOD,
        "",
        STAGES[told.stage],
        "",
    ]
    if told.stage == "blind":
        handed = sum(bool(each.first) for each in told.analysts)
        return "\n".join([*lines, f"{handed} of {len(told.analysts)} have handed in."]) + "\n"
    lines += disagreement(told)
    pools = {pool.question: pool for pool in pooled(told)}
    for question in told.questions:
        if question.id in pools:
            lines += ["", f"## {plain(question.text)}", "", *_all(told, question)]
    return "\n".join(lines) + "\n"


def disagreement(told: Round, place: int = 0) -> list[str]:
    """A short section for a brief: what the analysts say together, how far apart they are, and the program's number.

    place: which round it is, from 1 on, where there are several.
    """
    questions = {question.id: question for question in told.questions}
    lines = [f"## What the analysts say{f', round {place}' if place else ''}", ""]
    pools = pooled(told)
    taking_part = sum(bool(each.first) for each in told.analysts)
    lines += [f"**{finding(pools)}**", ""]
    lines += [f"{taking_part} analysts estimated blind, and could revise once the program's number was shown.", ""]
    lines += ["| question | analysts together | from | to | the program |", "|---|---|---|---|---|"]
    for pool in pools:
        question = questions[pool.question]
        cells = (value_words(question, pool.values), *_span(question, pool), value_words(question, pool.own))
        lines.append(f"| {plain(question.text)} | {' | '.join(cells)} |")
    lines.append("")
    for pool in pools:
        lines += [f"- {plain(questions[pool.question].text)}: {line}" for line in apart(pool.outside, pool.overlap)]
    return lines


def finding(pools: Sequence[Pool]) -> str:
    """Where the analysts and the program part, in a sentence."""
    if not pools:
        return "Nobody estimated anything."
    outside, count = sum(pool.outside for pool in pools), counted(len(pools), "question")
    if not outside:
        return f"On {'the one question' if len(pools) == 1 else f'all {count}'} the program lies within what they span."
    where = "" if len(pools) == 1 else f" on {outside} of {count}"
    return f"The program's number lies outside what the analysts span{where}."


def sections(rounds: Sequence[Round]) -> str:
    """Rounds that have been open as sections of a brief, in Markdown; empty where there are none."""
    shown = [told for told in rounds if told.stage != "blind"]
    parts = [
        "\n".join([*disagreement(told, place if len(shown) > 1 else 0), "", METHOD])
        for place, told in enumerate(shown, 1)
    ]
    return "\n\n".join(parts)


def apart(outside: bool, overlap: bool) -> Iterator[str]:
    """Where the analysts, or they and the program, lie apart: see `Pool`."""
    if outside:
        yield "The program's number lies outside what the analysts span."
    if not overlap:
        yield "The analysts' ranges share no value."


def _span(question: Question, pool: Pool) -> tuple[str, str]:
    if question.kind == CHANCE:
        return percent(pool.lowest), percent(pool.highest)
    low, high = number(pool.lowest), number(pool.highest)
    return with_unit(low, question.unit), with_unit(high, question.unit)


def value_words(question: Question, values: Sequence[float]) -> str:
    """A chance as a percentage; of a quantity the median with its 5% to 95%."""
    if question.kind == CHANCE:
        return percent(values[0])
    low, middle, high = values
    return f"{with_unit(number(middle), question.unit)} ({interval(low, high)})"


def _all(told: Round, question: Question) -> Iterator[str]:
    yield "| analyst | blind | in the end | reason |"
    yield "|---|---|---|---|"
    for analyst in told.analysts:
        first, last = analyst.first.get(question.id), analyst.last.get(question.id)
        if last is not None:
            name = plain(analyst.name) or f"Analyst {analyst.id}"
            yield f"| {name} | {_said(question, first)} | {_said(question, last)} | {plain(_why(first, last))} |"


def _said(question: Question, told: Estimate | None) -> str:
    return "" if told is None else value_words(question, told.values)


def _why(first: Estimate | None, last: Estimate) -> str:
    """The reason of the last estimate, with that of the first where it is another."""
    before = "" if first is None or first.reason == last.reason else first.reason
    return "; then: ".join(each for each in (before, last.reason) if each)
