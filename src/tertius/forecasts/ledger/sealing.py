"""Seal: answers become forecasts in the ledger, with all that a reader needs to check and to settle them.

A forecast is live where its window ends after the day it is sealed, by this machine's clock, and its as-of date is at
most a month old; else it is a backtest. One made by hand is neither. Its identity is scenario, question and deadline,
with the as-of date from which it was asked and what was assumed: the same question may be asked again each week.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tertius.errors import DataError, OptionError, ScenarioError
from tertius.forecasts.ledger.database import Ledger, Rows
from tertius.forecasts.ledger.entries import Entry, digest
from tertius.forecasts.ledger.methodology import assumed_of, code_digest, under, version_of
from tertius.forecasts.questions.asking import Answers, Asked
from tertius.forecasts.questions.plain import plain_question
from tertius.forecasts.questions.settling import Terms
from tertius.world import Scenario
from tertius.world.extending import LONGEST_CHAIN, find_file
from tertius.world.yaml_source import read_text, read_yaml

LIVE_DAYS = 31


@dataclass(frozen=True)
class Sealed:
    """What came of sealing.

    added      entries of forecasts
    known      ids of questions that were sealed before, with the same as-of date: nothing was added
    left       id of a question -> why it was not sealed
    kind       live, backtest or hand, by question
    number     methodology version
    head       hash of the last entry
    identities of all that stand now, added or known
    """

    added: tuple[Entry, ...]
    known: tuple[str, ...]
    left: dict[str, str]
    kinds: dict[str, str]
    number: int
    head: str
    identities: tuple[str, ...] = ()


def kind_of(ends: date, as_of: date, today: date) -> str:
    """Whether a forecast sealed today is live or a backtest."""
    return "live" if ends > today and today - as_of <= timedelta(days=LIVE_DAYS) else "backtest"


def seal(
    ledger: Ledger, answers: Answers, hand: Mapping[tuple[str, str | None, float], float] | None = None, kind: str = ""
) -> Sealed:
    """Seal answers. A question that nothing can settle, or with a branch of too few futures, is left out and told.

    Args:
        ledger: where.
        answers: of `ask`.
        hand: (question, branch, threshold) -> chance of a forecast made by hand, in place of ours.
        kind: live or backtest where it is asked for; else by the clock.

    Raises:
        DataError: none can be sealed, or the database refuses. OptionError: a live forecast of what is over.
    """
    told: list[Sealed] = []

    def rows(entries: list[Entry]) -> Rows:
        found, found_rows = _sorted(entries, answers, hand, kind)
        told.append(found)
        return found_rows

    added = ledger.append(rows)
    sealed = tuple(each for each in added if each.kind == "sealed")
    return replace(told[0], added=sealed, head=added[-1].hash if added else told[0].head)


def _sorted(entries: list[Entry], answers: Answers, hand: Any, kind: str) -> tuple[Sealed, Rows]:
    """What is new beside the entries that stand, what is known, and what is left out."""
    today = datetime.now(UTC).date()
    scenario = answers.layout.scenario
    assumed = assumed_of(answers.layout.overrides)
    method = version_of(entries, answers.base or scenario, assumed, today)
    rows: list[tuple[str, str, Any]] = []
    stand = {each.identity: each for each in entries}
    left: dict[str, str] = {}
    known: list[str] = []
    kinds: dict[str, str] = {}
    identities: list[str] = []
    sealed_before = _sealed_before(entries)
    shared = _shared(answers, method.number)
    for asked in answers.asked:
        name = asked.question.id
        why = _why_not(asked)
        if why:
            left[name] = why
            continue
        kinds[name] = "hand" if hand is not None else _kind(kind, asked, scenario.as_of, today)
        sealed = _body(asked, answers, hand, kinds[name]) | shared
        identity = f"{kinds[name]}:{scenario.name}:{name}:{asked.question.deadline}:{scenario.as_of}{under(assumed)}"
        _check_same(sealed, sealed_before)
        identities.append(identity)
        if identity in stand:
            known.append(name)
        else:
            rows.append(("sealed", identity, sealed))
    if len(left) == len(answers.asked):
        raise _none(left)
    found = Sealed((), tuple(known), left, kinds, method.number, entries[-1].hash, tuple(identities))
    return found, [*method.opening, *rows] if rows else []


def _kind(wanted: str, asked: Asked, as_of: date, today: date) -> str:
    found = kind_of(asked.ends, as_of, today)
    if wanted == "live" and found != "live":
        given = f"live, of {asked.question.id}, as of {as_of} up to {asked.ends}; today is {today}"
        allowed = f"a window that is not over, asked at most {LIVE_DAYS} days ago"
        raise OptionError("--kind", given, allowed, "seal it as a backtest, or move the scenario to a later date")
    return wanted or found


def _why_not(asked: Asked) -> str:
    if asked.unsettled is not None:
        return asked.unsettled
    return next((f"given {each.name}: {each.refused}" for each in asked.branches if each.refused), "")


def _none(left: dict[str, str]) -> DataError:
    name, why = next(iter(left.items()))
    given = f"{len(left)} questions, none of which can be sealed; {name}: {' '.join(why.split())}"
    allowed = "questions whose rule runs on a series or record of today, with enough futures"
    return DataError(
        "seal", given, allowed, "give --data, name a series or an instrument on record, or ask for more futures"
    )


def _shared(answers: Answers, number: int) -> dict[str, Any]:
    """What all forecasts of one sealing share."""
    scenario = answers.layout.scenario
    return {
        "scenario": scenario.name,
        "lineage": list(lineage(scenario)),
        "scenario_digest": scenario.digest,
        "as_of": scenario.as_of.isoformat(),
        "assumed": assumed_of(answers.layout.overrides),
        "methodology": number,
        "version": version("tertius"),
        "code": code_digest(),
    }


def _body(asked: Asked, answers: Answers, hand: Any, kind: str) -> dict[str, Any]:
    scenario = answers.layout.scenario
    question = asked.question
    chances = [
        {
            "branch": branch.name,
            "threshold": each.threshold,
            "chance": each.chance if hand is None else hand[question.id, branch.name, each.threshold],
            "base": each.base,
            "persistence": each.persistence,
            "futures": branch.futures,
        }
        for branch in asked.branches
        for each in branch.chances
    ]
    ours = hand is None
    return {
        "kind": kind,
        "question": plain_question(question),
        "question_digest": digest(plain_question(question)),
        "starts": asked.starts.isoformat(),
        "ends": asked.ends.isoformat(),
        "unit": asked.unit,
        "terms": {
            name or "": _terms(Terms.of(question if name is None else question.branch(name), answers.first or scenario))
            for name in (None, *question.given)
        },
        "forecast": chances,
        "quantiles": list(asked.quantiles) if ours and not question.given else None,
        "past_quantiles": list(asked.rates.quantiles) if asked.rates.quantiles else None,
        "past_last": asked.rates.last,
        "data": asked.courses,
        "seed": answers.seed if ours else None,
        "futures": answers.futures if ours else None,
    }


def lineage(scenario: Scenario) -> tuple[str, ...]:
    """Names of a scenario and of the files that it extends: a record of any of them is a record of it."""
    names, file = [scenario.name], Path(scenario.tree.file)
    for _ in range(LONGEST_CHAIN):
        try:
            root, _ = read_yaml(read_text(file), str(file))
        except ScenarioError:  # a scenario made in memory has no file
            break
        parent = root.children().get("extends")
        if parent is None or not isinstance(parent.value, str):
            break
        file = find_file(parent.value, file.parent)
        names.append(file.stem)
    return tuple(names)


def _terms(terms: Terms) -> dict[str, Any]:
    rule = terms.rule.model_dump(
        mode="json", exclude_none=True, exclude={"id", "key", "text", "about", "given", "note"}
    )
    return {"rule": rule, "as_of": terms.as_of.isoformat(), "level": terms.level, "top": terms.top}


def _sealed_before(entries: Sequence[Entry]) -> dict[tuple[str, str, str], list[tuple[str, int]]]:
    """(scenario, question, deadline) -> digest of the question and number of the entry, of all that is sealed."""
    found: dict[tuple[str, str, str], list[tuple[str, int]]] = {}
    for each in entries:
        if each.kind == "sealed":
            told = each.told
            key = told["scenario"], told["question"]["id"], told["question"]["until"]
            found.setdefault(key, []).append((told["question_digest"], each.seq))
    return found


def _check_same(body: Mapping[str, Any], before: Mapping[tuple[str, str, str], list[tuple[str, int]]]) -> None:
    """A question cannot change under its name and deadline. Raises DataError."""
    name, deadline = body["question"]["id"], body["question"]["until"]
    for question_digest, seq in before.get((body["scenario"], name, deadline), ()):
        if question_digest != body["question_digest"]:
            given = f"question {name}, {deadline}, with another text or rule than in entry {seq}"
            fix = "give the changed question an id of its own"
            raise DataError("seal", given, "the question as it was sealed before", fix)
