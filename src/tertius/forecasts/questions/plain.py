"""Questions and answers as plain data: what JSON carries, and what the ledger seals."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tertius.forecasts.questions.asking import Asked
from tertius.forecasts.questions.rule import Question, Rule


def plain_rule(rule: Rule) -> dict[str, Any]:
    """A rule or question as written, without what is left out."""
    return rule.model_dump(mode="json", exclude_none=True, exclude_defaults=True, exclude={"id", "key"})


def plain_question(question: Question) -> dict[str, Any]:
    """A question as written, with its id."""
    told = plain_rule(question)
    told["given"] = {name: plain_rule(branch) for name, branch in question.given.items()}
    return {"id": question.id, **told}


def plain_asked(asked: Asked) -> dict[str, Any]:
    """A question with its answer."""
    told = asdict(asked)
    told["question"] = plain_question(asked.question)
    told["starts"], told["ends"] = asked.starts.isoformat(), asked.ends.isoformat()
    return told
