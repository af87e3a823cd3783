"""The numbers of a case: chances of questions and headline outcomes on fixed days, kept with three times.

    target     the day that a number is about: a question's deadline, a horizon of the scenario's own comparison
    available  the as-of date: nothing later is in it
    recorded   when it was written, by this machine's clock

Numbers are kept in a file, one a line, and only added to.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtri

from tertius.calendar import DAYS
from tertius.engine import Ensemble, Layout, Options, run_arms
from tertius.errors import DataError
from tertius.evidence import Holdings
from tertius.forecasts.questions.asking import Answers, ask, needed, worlds_of
from tertius.forecasts.questions.begun import Begun, unknown_since
from tertius.forecasts.questions.rule import SIGNS, Question
from tertius.impact.comparison import difference
from tertius.impact.question import as_compared, other_of, question_of
from tertius.nested import read_json
from tertius.world import Scenario

EDGE = float(ndtri(0.9))


@dataclass(frozen=True)
class Number:
    """A number.

    kind      chance, level (an output on a day) or effect (what the entry adds to it, with what the comparison assumes)
    name      question and threshold, or outcome
    target    day that it is about, YYYY-MM-DD; available: the as-of date
    value     in `unit`; low, high: 80% interval, of a chance by the number of futures alone, else of the futures
    error     its Monte Carlo standard error
    question  id of the question; branch: of a conditional one; threshold: of a chance
    """

    kind: str
    name: str
    target: str
    available: str
    unit: str
    value: float
    low: float
    high: float
    error: float
    question: str = ""
    branch: str = ""
    threshold: float | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What is the same number from week to week."""
        return self.kind, self.name, self.target


@dataclass(frozen=True)
class Kept:
    """All numbers of one date, with what they rest on.

    inputs  data, evidence, scenario, code -> digest
    """

    available: date
    recorded: str
    inputs: dict[str, str]
    numbers: dict[tuple[str, str, str], Number]


def open_questions(questions: Sequence[Question], first: date, day: date) -> tuple[list[Question], list[str]]:
    """Questions whose window is not over on a day, and the ids of the others.

    A branch whose own window is over asks of what is known; its question is left as it is.
    """
    still, over = [], []
    for question in questions:
        last = question.deadline - timedelta(days=(question.deadline.weekday() + 1) % DAYS)  # its last Sunday
        if last > day and (question.since or first) < last:
            still.append(question)
        else:
            over.append(question.id)
    return still, over


def numbers_of(
    layout: Layout,
    first: Scenario,
    questions: Sequence[Question],
    holdings: Holdings | None,
    recorded: date,
    options: Options,
) -> tuple[Answers | None, list[Number], dict[str, str]]:
    """Answers to the questions and all numbers of a case; questions that cannot be asked again with the reason.

    first: the scenario of the day on which the questions were first asked. recorded: the day up to which steps are on
    record.
    """
    now = layout.scenario
    begun = None if now.as_of == first.as_of else Begun(first, now, holdings, recorded)
    left: dict[str, str] = {}
    asked = []
    for question in questions:
        why = "" if begun is None else unknown_since(begun, question.rules())
        if why:
            left[question.id] = why
        else:
            asked.append(question)
    found, ran = _headlines(layout, first, options, needed(layout, asked, begun) if asked else (0, ()))
    answers = ask(layout, asked, options, holdings, begun=begun, ran=ran) if asked else None
    if answers is not None:
        found += _chances(answers)
    return answers, found, left


def _chances(answers: Answers) -> list[Number]:
    found = []
    available = answers.layout.scenario.as_of.isoformat()
    for asked in answers.asked:
        question = asked.question
        for branch in asked.branches:
            for each in branch.chances:
                given = f" given {branch.name}" if branch.name else ""
                low, high = each.interval
                found.append(
                    Number(
                        kind="chance",
                        name=f"{question.id} {SIGNS[question.relation]} {each.threshold:g}{given}",
                        target=asked.ends.isoformat(),
                        available=available,
                        unit="1",
                        value=each.chance,
                        low=low,
                        high=high,
                        error=(high - low) / (2 * EDGE),
                        question=question.id,
                        branch=branch.name or "",
                        threshold=each.threshold,
                    )
                )
    return found


def _headlines(
    layout: Layout, first: Scenario, options: Options, beside: tuple[int, tuple[str, ...]]
) -> tuple[list[Number], list[Ensemble]]:
    """Headline numbers and the worlds of questions, run once; beside: weeks and outputs that the questions need."""
    scenario = layout.scenario
    horizons = first.comparison.horizons if first.comparison is not None else (13, 26)
    days = [first.as_of + timedelta(days=DAYS * weeks) for weeks in horizons]
    weeks = [(day, -(-(day - scenario.as_of).days // DAYS)) for day in days if day > scenario.as_of]
    outcomes = [first.outcomes[name] for name in first.headlines if first.outcomes[name].measure != "total"]
    outcomes = [each for each in outcomes if each.id in scenario.outcomes]
    headlines = [(outcome, day, week) for outcome in outcomes for day, week in weeks]
    last = max([beside[0], *(week for _, _, week in headlines)])
    if not last:
        return [], []
    paths = tuple(dict.fromkeys([*beside[1], *(outcome.output for outcome, _, _ in headlines)]))
    asking = Options(options.futures, last, options.seed, options.threads, options.replicates, outputs=paths)
    worlds, _ = worlds_of(layout)
    own = len(worlds)
    if scenario.comparison is not None and headlines:
        asked = as_compared(layout)  # the effect is that of the brief; levels and chances are of the open war
        other = replace(other_of(asked, question_of(asked)), posterior=layout.posterior)  # which may be in memory alone
        worlds += [] if asked is layout else [asked, other]
    ensembles = run_arms(worlds, asking)
    found = []
    for outcome, day, week in headlines:
        values = [np.asarray(each.path(outcome.output)[:, week], dtype=np.float64) for each in ensembles]
        found.append(_number("level", outcome.name, day, scenario, outcome.unit, values[0], ensembles[0]))
        if len(values) > 1:
            added = values[-2] - values[-1]
            found.append(_number("effect", outcome.name, day, scenario, outcome.unit, added, ensembles[-2]))
    return found, ensembles[:own]


def _number(kind: str, name: str, day: date, scenario: Scenario, unit: str, values: Any, ran: Ensemble) -> Number:
    rows = ran.trajectories // ran.replicates
    told = difference("", 0, 0.0, values, np.zeros_like(values), rows)
    low, high = (float(q) for q in np.quantile(values, (0.1, 0.9)))
    if kind == "effect":
        low, high = told.interval
    error = 0.0 if told.error is None else float(told.error)
    at = day.isoformat(), scenario.as_of.isoformat()
    return Number(kind, name, *at, unit, float(told.mean), low, high, error)


def keep(file: Path, numbers: Sequence[Number], inputs: dict[str, str]) -> str:
    """Add numbers to a file as one batch; when they were recorded."""
    recorded = datetime.now(UTC).isoformat(timespec="microseconds")
    lines = [json.dumps({"recorded": recorded, "inputs": inputs, **asdict(each)}, sort_keys=True) for each in numbers]
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as kept_in:
        kept_in.write("".join(f"{line}\n" for line in lines))
    return recorded


def mended(file: Path) -> str:
    """Set a last line aside that a stopped writer left without its end, and say so; empty where there is none.

    It goes to NAME.torn beside the file, and all other lines stay. A line that lacks nothing but its end gets that.
    """
    raw = file.read_bytes() if file.is_file() else b""
    whole, end, torn = raw.rpartition(b"\n")
    if not torn:
        return ""
    try:
        read_json(torn)
        raw += b"\n"
        said = ""
    except ValueError:  # of bytes too that are no text
        raw = whole + end
        aside = file.with_name(f"{file.name}.torn")
        with aside.open("ab") as kept_in:
            kept_in.write(torn + b"\n")
        said = f"the last line of {file.name} was cut off by a writer that was stopped; it is set aside in {aside.name}"
    scratch = file.with_name(f".{file.name}.{os.getpid()}.part")
    scratch.write_bytes(raw)
    os.replace(scratch, file)
    return said


def kept(file: Path) -> list[Kept]:
    """All numbers of a file by date, oldest first; of numbers recorded twice for a date the later ones.

    Raises:
        DataError: a line that is none.
    """
    found: dict[str, Kept] = {}
    if not file.is_file():
        return []
    for row, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            told = read_json(line)
            recorded, inputs = str(told.pop("recorded")), dict(told.pop("inputs"))
            number = Number(**told)
            available = date.fromisoformat(number.available)
        except (ValueError, KeyError, TypeError) as error:
            fix = "remove the line, or give --out another folder"
            raise DataError(f"{file}, line {row}", f"no number ({error})", "a line that update wrote", fix) from error
        held = found.get(number.available)
        if held is None or held.recorded != recorded:
            held = found[number.available] = Kept(available, recorded, inputs, {})
        held.numbers[number.key] = number
    return sorted(found.values(), key=lambda each: each.available)
